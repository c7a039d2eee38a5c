"""Seeds near each other never make the same exercise."""

from __future__ import annotations

import numpy as np
import pytest

from sheetgen.draw.drawing import draw
from sheetgen.draw.strata import APART, FREE_FROM, strata
from sheetgen.exercise.different import make_different
from sheetgen.exercise.settings import settings
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Ints, Values
from sheetgen.stress.numbers import stress
from sheetgen.topics.catalogue import TOPICS
from tests.support import NAMES

LEVELS = [(name, level) for name in NAMES for level in TOPICS[name].levels or ("medium",)]


@pytest.mark.parametrize(
    ("topic", "level"),
    [("softmax", "easy"), ("softmax", "medium"), ("single-neuron", "easy"),
     ("single-neuron", "medium"), ("matrix-multiplication", "easy"),
     ("matrix-multiplication", "medium"), ("four-neurons", "easy"), ("rnn", "easy"),
     ("linear-regression", "easy"), ("linear-regression", "medium"), ("adam", "easy"),
     ("logistic-regression", "easy"), ("activations", "easy"), ("activations", "hard"),
     ("dpo", "easy"), ("sgd-momentum", "easy")],
)  # fmt: skip
def test_no_thousand_seeds_in_a_row_meet_in_a_small_space(topic: str, level: str) -> None:
    assert stress(settings(topic, {"level": level}), APART, first=10**15 + 700).duplicates == ()


@pytest.mark.parametrize(("topic", "level"), LEVELS)
def test_a_thousand_seeds_in_a_row_have_strata_of_their_own(topic: str, level: str) -> None:
    asked = settings(topic, {"level": level})
    parts = strata(asked.drawn, asked.knobs)
    seeds = np.arange(2**63 - 400, 2**63 + 600, dtype=np.uint64)
    own = [set(parts.of(seeds[k : k + 1].repeat(FREE_FROM), np.arange(FREE_FROM, dtype=np.uint64)))
           for k in range(0, APART, 7)]  # fmt: skip
    if len(parts.order) >= APART:
        assert {len(mine) for mine in own} == {len(parts.order) // APART}
        assert sum(len(mine) for mine in own) == len(set().union(*own))
        assert -1 not in set().union(*own)
    assert (parts.of(seeds, np.full(APART, FREE_FROM, np.uint64)) == -1).all()


@pytest.mark.parametrize(("topic", "level"), LEVELS)
def test_an_exercise_is_from_its_stratum(topic: str, level: str) -> None:
    asked = settings(topic, {"level": level})
    parts = strata(asked.drawn, asked.knobs)
    seeds = np.arange(20, dtype=np.uint64)
    drawn = draw(asked.drawn, seeds, asked.knobs, asked.sheets)
    stratum = parts.of(seeds, drawn.rounds.astype(np.uint64))
    for name, share in parts.shares.items():
        for k in np.flatnonzero(stratum >= 0):
            digit = stratum[k] // share.worth % (len(share.ends) - 1)
            first, last = np.searchsorted(share.edges, share.ends[[digit, digit + 1]], "right")
            matrix = _drawn(asked.graph, drawn.values, name)[k]
            assert (share.matrices[first:last] == matrix).all(axis=(1, 2)).any(), name


def _drawn(graph: Graph, values: Values, name: str) -> Ints:
    """What was drawn of a given: of a target near something, how far it is from that."""
    node = graph.by_name[name]
    assert isinstance(node, Given)
    if "like" not in node.options:
        return values[name].digits
    near = values[node.options["like"]]
    unit = int(node.options.get("step", 1)) * 10**near.decimals
    return np.asarray((values[name].digits - near.digits) // unit)


def test_matrices_that_are_the_same_up_to_hidden_units_share_a_digit() -> None:
    """W2 of 2-3-2: its three columns may change places, and A of an RNN both rows and columns."""
    order = np.array([2, 0, 1])
    hidden = settings("hidden-layer", {"level": "easy"})
    recurrent = settings("rnn", {"level": "easy"})
    for asked, name, turn in (
        (hidden, "W2", lambda m: m[:, order]),
        (hidden, "b1", lambda m: m[order]),
        (recurrent, "A", lambda m: m[::-1, ::-1]),
        (recurrent, "B", lambda m: m[::-1]),
    ):
        share = strata(asked.graph, asked.knobs).shares[name]
        digits: dict[bytes, int] = {}
        for matrix, edge in zip(share.matrices, share.edges, strict=True):
            digits[matrix.tobytes()] = int(np.searchsorted(share.ends, edge, "left"))
        assert len(set(digits.values())) == len(share.ends) - 1
        for matrix in share.matrices:
            assert digits[turn(matrix).tobytes()] == digits[matrix.tobytes()], name


def test_a_space_too_small_for_strata_is_drawn_from_freely() -> None:
    asked = settings("single-neuron", {"features": 1, "weights": "0..1"})
    assert not strata(asked.graph, asked.knobs).shares
    assert len(make_different(asked, 0, 5)) == 5
