"""Topics of words, gates, masks and scales: their numbers against values worked out elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sheetgen.api import make
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.made import MADE, Around
from sheetgen.draw.rules import gates
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import build
from sheetgen.exercise.given import from_given
from sheetgen.exercise.settings import settings
from sheetgen.graph.givens import given_made
from sheetgen.graph.numbers import Fixed
from tests.support import matrix, reals, rows_of

SEEDS = range(40)
HARD_TANH = {"levels": lambda z: np.clip(z, -1, 1), "value": np.tanh}


def values(topic: str, seed: int, **options: Any) -> dict[str, Any]:
    return {name: reals(value) for name, value in make(topic, seed, **options).values.items()}


def sigma(z: Any, gate: str) -> Any:
    if gate == "value":
        return 1 / (1 + np.exp(-z))
    return np.where(z >= 2, 1, np.where(z <= -2, 0, 0.5))


@pytest.mark.parametrize("gate", ["levels", "value"])
def test_an_lstm_is_that_of_hochreiter_and_schmidhuber(gate: str) -> None:
    """Each box within what rounding leaves."""
    v = values("lstm", 4, gates=gate)
    h, c = v["h0"], v["c0"]
    for t in (1, 2):
        s = np.vstack([v["X"][:, [t - 1]], h])
        z = {k: v[f"W{k}"] @ s + v[f"b{k}"] for k in "figo"}
        f, i, o = (sigma(z[k], gate) for k in "fio")
        new_c = f * c + i * HARD_TANH[gate](z["g"])
        assert v[f"c{t}"] == pytest.approx(new_c, abs=0.005 if gate == "levels" else 0.4)
        c = v[f"c{t}"]
        found = o * HARD_TANH[gate](c)
        assert v[f"h{t}"] == pytest.approx(found, abs=0.005 if gate == "levels" else 0.15)
        h = v[f"h{t}"]


def test_a_gru_mixes_the_old_state_with_a_new_one() -> None:
    v = values("gru", 4)
    h = v["h0"]
    for t in (1, 2):
        x = v["X"][:, [t - 1]]
        s = np.vstack([x, h])
        z, r = (sigma(v[f"W{k}"] @ s + v[f"b{k}"], "levels") for k in "zr")
        n = np.clip(v["Wn"] @ np.vstack([x, r * h]) + v["bn"], -1, 1)
        assert v[f"h{t}"] == pytest.approx((1 - z) * n + z * h, abs=0.005)
        h = v[f"h{t}"]


def test_states_behind_gates_come_out_in_halves_and_every_level_occurs() -> None:
    for topic, names in (("lstm", ("c1", "h1", "c2", "h2")), ("gru", ("h1", "h2"))):
        for exercise in build(settings(topic, {}), SEEDS):
            for name in names:
                state = reals(exercise.values[name])
                assert (state * 2 % 1 == 0).all()
                assert state.any()
            found = {float(x) for s in exercise.graph.steps if s.part == "gate"
                     for x in reals(exercise.values[s.name]).ravel()}  # fmt: skip
            assert found == {0.0, 0.5, 1.0}


def test_tokens_differ_but_for_the_one_that_comes_again() -> None:
    for seed in SEEDS:
        t = values("embedding", seed)["t"][0]
        assert len(set(t)) == 3
        assert set(t) <= set(range(1, 7))
        first, *others, last = values("positional-encoding", seed, tokens=4)["t"][0]
        assert first == last
        assert len({first, *others}) == 3


def test_an_embedding_takes_columns_and_adds_the_waves_of_their_places() -> None:
    v = values("embedding", 3)
    t = v["t"][0].astype(int) - 1
    j = np.arange(3)
    waves = np.array([np.sin(j), np.cos(j), np.sin(j / 10), np.cos(j / 10)])
    assert v["L"].tolist() == v["E"][:, t].tolist()
    assert v["X"] == pytest.approx(v["E"][:, t] + waves, abs=0.0501)
    assert v["P"].tolist() == [[0, 0.8, 0.9], [1, 0.5, -0.4], [0, 0.1, 0.2], [1, 1, 1]]


def test_the_same_word_at_two_places_differs() -> None:
    for seed in SEEDS:
        v = values("positional-encoding", seed)
        assert (v["L"][:, 0] == v["L"][:, -1]).all()
        assert (v["X"][:, 0] != v["X"][:, -1]).any()


@pytest.mark.parametrize("options", [{}, {"temperature": "2"}, {"temperature": "0.5"}])
def test_the_next_word_is_the_first_whose_running_sum_is_above(options: dict[str, str]) -> None:
    for seed in range(12):
        v = values("llm-sampling", seed, **options)
        sums = np.cumsum(v["P"], axis=0)
        assert sums[-1] == pytest.approx(1)
        assert (np.abs(sums - v["r"]) >= 0.0199).all()
        pairs = zip(sums.T, v["r"][0], strict=True)
        assert v["word"][0].tolist() == [1 + int((s <= r).sum()) for s, r in pairs]
        if options:
            powers = 3 ** (v["Z"] / float(options["temperature"]))
            assert v["P"] == pytest.approx(powers / powers.sum(axis=0), abs=0.0051)


def test_the_nearest_sentence_has_the_largest_score_and_all_means_are_whole() -> None:
    for seed in range(12):
        v = values("vector-search", seed)
        words = v["E"][:, v["t"][0].astype(int) - 1]
        means = words.reshape(4, 3, 3).mean(axis=2)
        asked = v["P"] @ v["E"][:, v["u"][0].astype(int) - 1].mean(axis=1, keepdims=True)
        scores = (v["P"] @ means).T @ asked
        assert (means % 1 == 0).all()
        assert v["s"] == pytest.approx(scores)
        assert v["nearest"].sum() == 1
        assert v["nearest"].argmax() == scores.argmax()


@pytest.mark.parametrize(("rate", "factor"), [("0.5", 2), ("0.33", 1.5)])
def test_dropout_keeps_what_is_above_the_rate_and_makes_it_larger(rate: str, factor: float) -> None:
    for seed in range(12):
        v = values("dropout", seed, rate=rate)
        for k in (1, 2):
            kept = v[f"r{k}"][:, 0] > float(rate)
            assert 0 < kept.sum() < len(kept)
            assert v[f"M{k}"].tolist() == np.diag(np.where(kept, factor, 0)).tolist()
            assert v[f"D{k}"] == pytest.approx(v[f"A{k}"] * kept[:, None] * factor)


def test_quantised_weights_are_at_most_half_a_step_off() -> None:
    for seed in SEEDS:
        v = values("quantisation", seed)
        step = np.abs(v["W"]).max(axis=1, keepdims=True) / 7
        assert set(step.ravel()) <= {0.5, 1.0}
        assert len(set(step.ravel())) == 2
        assert (np.abs(v["Q"]) <= 7).all()
        assert (np.abs(v["E"]) < step / 2).all()
        assert v["Q"] * step + v["E"] == pytest.approx(v["W"])


def test_both_ways_of_lora_come_to_the_same() -> None:
    for seed in range(12):
        v = values("lora", seed, merged="yes", rank=2, batch=2)
        assert v["y2"].tolist() == v["Y"].tolist()
        assert v["Y"] == pytest.approx((v["W"] + v["B"] @ v["A"]) @ v["X"])


MAMBA: dict[str, Any] = {
    "x": [3, 4, 5, 6],
    "W1": [[1, -1, 0, 0], [0, -1, 0, 1], [1, 0, -1, 0], [1, 0, 0, -1]],
    "W2": [[1, 0, -1, 0], [0, 1, 0, -1], [1, -1, 0, 0], [0, 0, -1, 1]],
    "W3": [[-1, 0, 0, 0], [1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0]],
    "W4": [[1, -1, 0, 0], [0, 0, -1, 1], [1, 0, 0, 0], [0, -1, 1, 0]],
    "A1": [[1, 0], [0, -1]], "A2": [[1, 0], [0, -1]], "A3": [[-1, 0], [0, 1]],
    "A4": [[-1, 0], [0, 1]],
}  # fmt: skip
"""The S6 page of *AI by Hand*."""


def test_the_published_mamba_has_the_published_outputs() -> None:
    exercise, _ = from_given("mamba", MAMBA)
    assert rows_of(exercise.values["y"]) == [[-12], [-3], [24], [1]]
    assert rows_of(exercise.values["h4"]) == [[-2], [7]]


@pytest.mark.parametrize(
    ("topic", "options", "says"),
    [
        ("llm-sampling", {"temperature": "0"}, "--temperature: 0"),
        ("llm-sampling", {"words": 1}, "--words: 1"),
        ("embedding", {"words": 2, "tokens": 3}, "--tokens: 3 different words"),
        ("positional-encoding", {"words": 2, "tokens": 5}, "raise --words"),
        ("lstm", {"steps": 9}, "--steps: 9"),
        ("dropout", {"rate": "0"}, "--rate"),
        ("dropout", {"widths": "4"}, "has 1 width"),
        ("lora", {"rank": 0}, "--rank: 0"),
        ("quantisation", {"columns": 1}, "--columns: 1"),
        ("mamba", {"steps": 1}, "--steps: 1"),
        ("vector-search", {"sentences": 1}, "--sentences: 1"),
    ],
)
def test_what_no_page_holds_is_refused(topic: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(SheetgenError, match=says):
        make(topic, 0, **options)


@pytest.mark.parametrize("kind", sorted(MADE))
def test_what_is_made_hangs_on_the_words_alone_and_keeps_its_shape(kind: str) -> None:
    options = {"count": 6, "of": "0.5", "down": False, "centred": True, "through": "",
               "near": ("W", "s", "goal")}  # fmt: skip
    columns = {"gradients with whole roots": 2, "apart": 1, "bringing near": 1}.get(kind, 4)
    there = {"W": matrix("1 2; 0 1; 1 -1; 1 0"), "s": matrix("1 2 3; 2 1 1"),
             "goal": matrix("3 1 0; 2 2 2; 1 0 1; 5 4 3")}  # fmt: skip
    given, around = given_made("x", 4, columns, kind, **options), Around(there, Knobs())
    words = np.random.default_rng(1).integers(0, 2**64, (5, 7, 4, columns), dtype=np.uint64)
    whole = MADE[kind](given, words, around)
    assert whole.digits.shape == words.shape
    assert (MADE[kind](given, words[2:3, 4:5], around).digits == whole.digits[2:3, 4:5]).all()


def test_a_bias_brings_sums_near_what_they_should_be() -> None:
    """W · a is 1 2, 3 0, 4 2 and −1 4; off by 0 0, −1 2, −4 −1 and 6 0; on the whole by 0, .5, −2.5
    and 3."""
    others = {"W": matrix("1 0; 0 1; 1 1; 2 -1"), "a": matrix("1 2; 3 0"),
              "goal": matrix("1 2; 2 2; 0 1; 5 4")}  # fmt: skip
    given = given_made("b", 4, 1, "bringing near", near=("W", "a", "goal"))
    words = np.random.default_rng(1).integers(0, 2**64, (50, 1, 4, 1), dtype=np.uint64)
    made = MADE["bringing near"](given, words, Around(others, Knobs())).digits[:, 0, :, 0]
    assert [sorted(set(row.tolist())) for row in made.T] == [
        [-1, 0, 1], [0, 1, 2], [-3, -2, -1], [2, 3]]  # fmt: skip


def test_rules_know_an_edge_and_a_missing_level() -> None:
    edges = matrix("0.3 0.1; 0.55 0.4; 1 1")
    for numbers, near in (("0.31 0.2", True), ("0.32 0.2", False), ("0.9 0.39", True)):
        assert bool(gates.near_an_edge(matrix(numbers), edges)) == near
    one = make("lstm", 3)
    flat = {n: Fixed(v.digits[None], v.decimals) for n, v in one.values.items()}
    assert gates.every_level_of(one.graph, flat).all()
    opened = {**flat, **{s.name: Fixed(np.full_like(flat[s.name].digits, 10), 1)
                         for s in gates.gates(one.graph)}}  # fmt: skip
    assert not gates.every_level_of(one.graph, opened).any()
