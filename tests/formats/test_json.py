"""The JSON of an exercise says all of it; that of a worksheet tells no answer."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from sheetgen.api import make
from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.json import exercise_json
from sheetgen.graph.nodes import Step
from sheetgen.version import __version__
from tests.support import CASE_IDS, CASES, NAMES, fractions

TOP = {
    "format", "topic", "title", "options", "seed", "code", "recipe", "edition", "version", "effort",
    "rounding", "matrices", "steps",
}  # fmt: skip
MATRIX = {"name", "label", "role", "op", "inputs", "step", "decimals", "values", "blank"}
ROLES = {"input", "parameter", "state", "output", "target", "gradient", "constant"}


def _through_json(data: dict[str, Any]) -> dict[str, Any]:
    """As a reader gets it; NaN and the like would be refused."""
    read: dict[str, Any] = json.loads(json.dumps(data, allow_nan=False))
    return read


def _exercise(topic: str, **options: Any) -> tuple[Exercise, dict[str, Any], dict[str, Any]]:
    made = make(topic, 3, **options)
    worksheet = _through_json(exercise_json(made, answers=False))
    return made, _through_json(exercise_json(made)), worksheet


@pytest.mark.parametrize("topic", NAMES)
def test_the_json_has_exactly_the_promised_fields(topic: str) -> None:
    made, data, worksheet = _exercise(topic)
    assert set(data) == set(worksheet) == TOP
    assert (data["format"], worksheet["format"]) == (
        "sheetgen-exercise/1", "sheetgen-worksheet/1",
    )  # fmt: skip
    assert (data["topic"], data["seed"], data["version"]) == (topic, 3, __version__)
    assert (data["recipe"], data["code"]) == (made.recipe, made.code)
    names = [m["name"] for m in data["matrices"]]
    assert len(set(names)) == len(names)
    for matrix in data["matrices"]:
        assert set(matrix) == MATRIX
        assert matrix["role"] in ROLES
        assert set(matrix["inputs"]) <= set(names)
        assert (matrix["op"] is None) == (matrix["inputs"] == [])
    assert set(data["rounding"]) <= set(names)


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_the_numbers_are_exactly_those_of_the_exercise(topic: str, options: dict[str, Any]) -> None:
    made, data, _ = _exercise(topic, **options)
    for matrix in data["matrices"]:
        shown = [[Fraction(str(v)) for v in row] for row in matrix["values"]]
        assert shown == fractions(made.values[matrix["name"]]), matrix["name"]
        assert [len(r) for r in matrix["blank"]] == [len(r) for r in matrix["values"]]


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_a_worksheet_holds_no_answer(topic: str, options: dict[str, Any]) -> None:
    made, data, worksheet = _exercise(topic, **options)
    open_cells = 0
    for matrix in worksheet["matrices"]:
        for values, blanks in zip(matrix["values"], matrix["blank"], strict=True):
            for value, blank in zip(values, blanks, strict=True):
                assert (value is None) == blank, matrix["name"]
                open_cells += blank
    assert open_cells == sum(int(b.sum()) for b in made.blanks.values())
    assert open_cells > 0
    asked = {m["name"] for m in worksheet["matrices"]}
    assert {s.name for s in made.graph.worked} <= asked
    assert not [s.name for s in made.graph.steps if s.hidden and s.name in asked]
    assert worksheet["steps"] == data["steps"]


def test_a_worksheet_says_the_same_whatever_the_answers_are() -> None:
    """Other answers under the same printed numbers leave the worksheet's JSON as it is."""
    made, _, worksheet = _exercise("hidden-layer")
    answers = {
        name: value._replace(digits=value.digits + 1) if name in made.blanks else value
        for name, value in made.values.items()
    }
    other = Exercise(made.settings, made.seed, answers, made.blanks, made.effort)
    assert _through_json(exercise_json(other, answers=False)) == worksheet


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_steps_are_numbered_without_gaps_and_each_answer_has_one(
    topic: str, options: dict[str, Any]
) -> None:
    made, data, _ = _exercise(topic, **options)
    assert [s["number"] for s in data["steps"]] == list(range(1, len(data["steps"]) + 1))
    listed = [name for s in data["steps"] for name in s["matrices"]]
    assert listed == [s.name for s in made.graph.worked]
    step_of = {name: s["number"] for s in data["steps"] for name in s["matrices"]}
    for matrix in data["matrices"]:
        assert matrix["step"] == step_of.get(matrix["name"]), matrix["name"]


def test_weights_and_bias_of_a_layer_share_a_step() -> None:
    _, data, _ = _exercise("backpropagation")
    groups = [s["matrices"] for s in data["steps"]]
    assert groups == [
        ["dz3"], ["dW3", "db3"], ["da2"], ["dz2"], ["dW2", "db2"], ["da1"], ["dz1"], ["dW1", "db1"],
    ]  # fmt: skip


def test_the_rounding_is_stated_for_what_is_rounded() -> None:
    for decimals in (1, 2):
        made, data, _ = _exercise("backpropagation", softmax_decimals=decimals)
        assert data["rounding"] == {"y_pred": decimals}
        step = made.graph.by_name["y_pred"]
        assert isinstance(step, Step)
        assert step.params["decimals"] == decimals
    assert _exercise("hidden-layer")[1]["rounding"] == {}


def test_a_gradient_has_the_shape_of_its_matrix() -> None:
    _, data, _ = _exercise("backpropagation", update=True)
    shapes = {m["name"]: (len(m["values"]), len(m["values"][0])) for m in data["matrices"]}
    for name in ("W1", "b1", "W2", "b2", "W3", "b3"):
        assert shapes[name] == shapes[f"d{name}"] == shapes[f"{name}_new"]
