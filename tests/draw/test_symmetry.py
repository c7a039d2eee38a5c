"""Which exercises are the same up to an order, and which are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sheetgen.exercise import exercise as ex
from sheetgen.exercise.different import Distinct, fingerprint
from sheetgen.exercise.exercise import build
from sheetgen.exercise.given import from_given
from sheetgen.exercise.settings import settings
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.solve import solve


def _reordered(exercise: ex.Exercise, rng: np.random.Generator) -> ex.Exercise:
    """The same net with its hidden units (and the samples of a batch) in another order."""
    given = {g.name: exercise.values[g.name] for g in exercise.graph.givens}
    depth = max(int(name[1:]) for name in given if name[0] == "W")
    for k in range(1, depth):
        order = rng.permutation(given[f"W{k}"].digits.shape[0])
        for name in (f"W{k}", f"b{k}"):
            if name in given:
                given[name] = Fixed(given[name].digits[order], given[name].decimals)
        after = given[f"W{k + 1}"]
        given[f"W{k + 1}"] = Fixed(after.digits[:, order], after.decimals)
    samples = rng.permutation(given["X"].digits.shape[1]) if "X" in given else [0]
    for name in ("x", "X", "y_target", "Y_target"):
        if name in given:
            given[name] = Fixed(given[name].digits[:, samples], given[name].decimals)
    values = solve(exercise.graph, given)
    return ex.Exercise(exercise.settings, 0, values, exercise.blanks, exercise.effort)


@pytest.mark.parametrize(
    ("topic", "options"),
    [
        ("hidden-layer", {"widths": "1-8-8-1"}),
        ("hidden-layer", {"widths": "2-6-6-2", "bias": False}),
        ("batch-of-three", {"batch": 4}),
        ("seven-layer-mlp", {}),
        ("backpropagation", {"batch": 2}),
        ("backpropagation", {"loss": "squared-error", "batch": 2}),
    ],
)
def test_the_fingerprint_forgets_the_order_of_hidden_units_and_samples_alone(
    topic: str, options: dict[str, Any]
) -> None:
    rng = np.random.default_rng(5)
    made = build(settings(topic, options), range(12))
    for exercise in made:
        assert fingerprint(_reordered(exercise, rng)) == fingerprint(exercise)
    assert len({fingerprint(e) for e in made}) == len(made)


@pytest.mark.parametrize(
    ("topic", "options"),
    [
        ("single-neuron", {"weights": "0..1", "inputs": "0..2"}),
        ("hidden-layer", {"widths": "2-2-1", "weights": "-1..1"}),
        ("hidden-layer", {}),
        ("batch-of-three", {"batch": 2}),
    ],
)
def test_what_is_distinct_is_what_has_a_fingerprint_of_its_own(
    topic: str, options: dict[str, Any]
) -> None:
    rng = np.random.default_rng(3)
    made = build(settings(topic, options), range(60))
    if topic != "single-neuron":
        made += [_reordered(e, rng) for e in made]
    made += made[:5]
    distinct, marks = Distinct(), set[bytes]()
    for exercise in made:
        assert distinct.add(exercise) == (fingerprint(exercise) not in marks)
        marks.add(fingerprint(exercise))
    assert 1 < len(marks) <= 60


def test_units_that_are_alike_do_not_confuse_the_fingerprint() -> None:
    twins = {"x": [1, 2], "W1": [[1, 1]] * 4, "b1": [0] * 4, "W2": [[1, 0, 1, 0], [0, 1, 1, 0]],
             "b2": [0, 0]}  # fmt: skip
    one, _ = from_given("hidden-layer", twins)
    other, _ = from_given("hidden-layer", {**twins, "W2": [[0, 1, 0, 1], [1, 1, 0, 0]]})
    third, _ = from_given("hidden-layer", {**twins, "W2": [[1, 0, 1, 0], [0, 1, 0, 1]]})
    assert fingerprint(one) == fingerprint(other) != fingerprint(third)


def test_the_fingerprint_sees_the_order_of_inputs_and_outputs() -> None:
    given = {"x": [1, 2], "W": [[1, 0], [0, 1], [1, 1]], "b": [0, 1, 2]}
    marks = {
        fingerprint(from_given("four-neurons", {**given, **change})[0])
        for change in ({}, {"x": [2, 1], "W": [[0, 1], [1, 0], [1, 1]]},
                       {"W": [[0, 1], [1, 0], [1, 1]], "b": [1, 0, 2]})
    }  # fmt: skip
    assert len(marks) == 3
