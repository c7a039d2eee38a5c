"""Softmax, self-attention and the recurrent network: what is particular to their numbers."""

from __future__ import annotations

import numpy as np
import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.given import from_given
from sheetgen.exercise.settings import settings
from sheetgen.graph.numbers import Fixed
from sheetgen.verify.second_way import WrongKey, verify

SEEDS = range(60)


def drawn(topic: str, **options: object) -> list[Exercise]:
    return build(settings(topic, options), SEEDS)


@pytest.mark.parametrize("options", [{}, {"level": "hard"}, {"classes": 4}, {"linear": "no"}])
def test_base_3_answers_come_out_or_are_rounded(options: dict[str, str]) -> None:
    """Without rounding where there are two classes."""
    for exercise in drawn("softmax", **options):
        power, total, y = exercise.graph.steps[-3:]
        exact = exercise.values[power.name].digits * 1000 / exercise.values[total.name].digits
        off = abs(exact - exercise.values[y.name].digits).max()
        assert off == 0 if y.shape[0] == 2 else off <= 0.5
        assert (exercise.values[y.name].digits < 1000).all()


@pytest.mark.parametrize("causal", ["no", "yes"])
def test_columns_of_attention_add_up_to_one(causal: str) -> None:
    for exercise in drawn("self-attention", tokens=3, causal=causal):
        A, E = exercise.values["A"].digits, exercise.values["E"].digits
        assert (A.sum(axis=0) == 10).all()
        late = np.tril(np.ones((3, 3), bool), -1)
        assert (causal == "yes") == bool((E[late] == 0).all())
        assert (A.max(axis=0) < 10).sum() >= 2


def test_given_scores_may_be_negative() -> None:
    one = from_given("softmax", {"x": [-1, -1, -1, -1]})[0]
    assert (one.values["y"].digits == 250).all()
    with pytest.raises(SheetgenError, match="divided by 0"):
        from_given("softmax", {"x": [-20, -20]})
    with pytest.raises(SheetgenError, match="digits; give smaller"):
        from_given("softmax", {"x": [60, 0]})


def test_sizes_of_attention_follow_from_given_matrices() -> None:
    one = make("self-attention", 4, features=3, tokens=2, keys=1, heads=2, causal="yes")
    numbers = {g.name: one.values[g.name].digits.tolist() for g in one.graph.givens}
    again = from_given("self-attention", numbers, {"causal": "yes"})[0]
    assert again.settings.options == one.settings.options
    assert (again.values["Z"].digits == one.values["Z"].digits).all()


def test_views_of_the_recurrent_network_are_its_columns() -> None:
    for exercise in drawn("rnn", backward="yes"):
        for k, name in enumerate(("z1", "z2", "z3", "z4")):
            assert (exercise.values["Z"].digits[:, k] == exercise.values[name].digits[:, 0]).all()
        v = {name: value.digits for name, value in exercise.values.items()}
        terms = sum(v[f"dz{k}"] @ v[f"h{k - 1}"].T for k in range(1, 5))
        assert (v["dA"] == terms).all()


@pytest.mark.parametrize(
    ("topic", "options", "says"),
    [
        ("self-attention", {"tokens": 1, "causal": "yes"}, "raise --tokens"),
        ("self-attention", {"keys": 3}, "--keys: 3"),
        ("self-attention", {"tokens": 9}, "--tokens: 9"),
        ("rnn", {"steps": 0}, "--steps: 0"),
        ("softmax", {"classes": 1}, "--classes: 1"),
    ],
)
def test_sizes_that_cannot_be_are_refused(
    topic: str, options: dict[str, object], says: str
) -> None:
    with pytest.raises(SheetgenError, match=says):
        make(topic, 0, **options)


@pytest.mark.parametrize(
    ("topic", "options"),
    [
        ("softmax", {"base": "e", "decimals": 2}),
        ("rnn", {}),
        ("self-attention", {"causal": "yes"}),
        ("self-attention", {"heads": 2, "output": "yes"}),
    ],
)
def test_an_altered_box_is_noticed_in_every_step(topic: str, options: dict[str, object]) -> None:
    exercise = make(topic, 5, backward="yes", **options)
    for step in exercise.graph.steps:
        value = exercise.values[step.name]
        digits = value.digits.copy()
        digits[-1, -1] += 1
        changed = {**exercise.values, step.name: Fixed(digits, value.decimals)}
        with pytest.raises(WrongKey):
            verify(exercise.graph, changed)


def test_a_pair_of_softmaxes_differs_by_a_constant_and_has_one_answer() -> None:
    for exercise in build(settings("softmax", {"pair": "yes", "classes": "3"}), range(30)):
        first, second = exercise.values["X"].digits.T.tolist()
        assert len({b - a for a, b in zip(first, second, strict=True)} - {0}) == 1
        first, second = exercise.values["Y"].digits.T.tolist()
        assert first == second


def test_a_recurrent_gradient_is_one_product_for_all_steps_of_time() -> None:
    for exercise in drawn("rnn", backward="yes")[:10]:
        v = {name: value.digits for name, value in exercise.values.items()}
        dz, dy = (np.hstack([v[f"d{n}{t}"] for t in range(1, 5)]) for n in "zy")
        states = np.hstack([v[f"h{t}"] for t in range(5)])
        assert (v["dA"] == dz @ states[:, :4].T).all()
        assert (v["dB"] == dz @ v["X"].T).all()
        assert (v["dC"] == dy @ states[:, 1:].T).all()
        for t in range(1, 4):
            assert (v[f"dh{t}"] == v["C"].T @ v[f"dy{t}"] + v["A"].T @ v[f"dz{t + 1}"]).all()
        assert (v["dh4"] == v["C"].T @ v["dy4"]).all()
