"""Published exercises, given as numbers, get exactly the published solutions."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from sheetgen.api import make
from sheetgen.exercise.given import from_given, matrix
from tests.support import fractions

FILE = Path(__file__).parents[1] / "published.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[f"{c['topic']}, {c['source']}" for c in CASES])
def test_a_published_exercise_has_the_published_solution(case: dict[str, Any]) -> None:
    exercise, _ = from_given(case["topic"], case["given"])
    for name, expected in case["expect"].items():
        assert name in exercise.values, f"{case['topic']} works out no {name}"
        assert fractions(exercise.values[name]) == fractions(matrix(name, expected)), name


def test_the_worked_steps_are_all_published() -> None:
    """The seven posts tell every number that a student works out."""
    for case in CASES:
        if case["source"].startswith("seed post") and case["topic"] != "seven-layer-mlp":
            exercise, _ = from_given(case["topic"], case["given"])
            assert {s.name for s in exercise.graph.worked} <= set(case["expect"])


@pytest.mark.parametrize(("z", "share"), [(3, "0.95"), (0, "0.5"), (-2, "0.12"), (5, "0.99"),
                                          (-5, "0.01")])  # fmt: skip
def test_sigma_to_two_decimals_is_as_published(z: int, share: str) -> None:
    neuron = {"w": [[1]], "b": [[0]], "x": [[z]]}
    made, _ = from_given("single-neuron", neuron, {"activation": "sigmoid", "decimals": "2"})
    assert fractions(made.values["a"]) == [[Fraction(share)]]


@pytest.mark.parametrize(("z", "level"), [(3, "1"), (2, "1"), (1, "0.5"), (-1, "0.5"), (-2, "0")])
def test_sigma_in_three_levels_is_as_published(z: int, level: str) -> None:
    neuron = {"w": [[1]], "b": [[0]], "x": [[z]]}
    made, _ = from_given("single-neuron", neuron, {"activation": "sigmoid", "sigmoid": "levels"})
    assert fractions(made.values["a"]) == [[Fraction(level)]]


@pytest.mark.parametrize(
    ("scores", "shares"),
    [([2, 2], ["0.5", "0.5"]), ([3, 2], ["0.75", "0.25"]), ([0, 2], ["0.1", "0.9"]),
     ([2, 2, 2, 2], ["0.25"] * 4), ([-1, -1, -1, -1], ["0.25"] * 4)],
)  # fmt: skip
def test_shares_with_three_for_e_are_as_published(scores: list[int], shares: list[str]) -> None:
    made, _ = from_given("softmax", {"x": scores}, {"linear": "no"})
    assert fractions(made.values["y"]) == [[Fraction(share)] for share in shares]


def test_leaky_relu_from_8_to_minus_8_is_as_published() -> None:
    numbers = [8, 6, 4, 2, 0, -2, -4, -6, -8]
    asked = {"functions": "hinges", "slopes": "yes"}
    made, _ = from_given("activations", {"X": numbers}, asked)
    below = [[Fraction(-n, 10)] for n in (2, 4, 6, 8)]
    assert fractions(made.values["leaky"]) == [[8], [6], [4], [2], [0], *below]
    assert fractions(made.values["leaky_slope"]) == [[1]] * 4 + [[Fraction(1, 10)]] * 5


@pytest.mark.parametrize(("rate", "factor"), [("0.5", "2"), ("0.33", "1.5")])
def test_what_dropout_keeps_grows_as_published(rate: str, factor: str) -> None:
    made = make("dropout", 3, rate=rate)
    kept = {n for row in fractions(made.values["M1"]) for n in row} - {Fraction(0)}
    assert kept == {Fraction(factor)}


@pytest.mark.parametrize(("row", "answer"), [([1, None], 0), ([1, None, 0], 0)])
def test_the_number_that_a_published_blank_hides_is_the_only_one(
    row: list[int | None], answer: int
) -> None:
    """Of the workbook: [1 ?] times (2, 3), and [1 ? 0] times (2, 3, 1), are 2."""
    column = [2, 3, 1][: len(row)]
    found = [n for n in range(-9, 10)
             if _product([n if part is None else part for part in row], column) == 2]  # fmt: skip
    assert found == [answer]


def _product(row: list[int], column: list[int]) -> Fraction:
    made, _ = from_given("matrix-multiplication",
                         {"A": [row], "B": [[n] for n in column]})  # fmt: skip
    return fractions(made.values["C"])[0][0]
