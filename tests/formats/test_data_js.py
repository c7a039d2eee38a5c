"""The data of an exercise are enough for a program in another language: the live page's interpreter
(``templates/live/formula.js``), which knows no op, comes to the same numbers."""

from __future__ import annotations

from typing import Any

import pytest

from sheetgen.api import make
from sheetgen.exercise.settings import LEVELS
from sheetgen.formats.data import exercise_data
from sheetgen.graph.formula_data import as_data
from sheetgen.graph.formula_text import read
from sheetgen.graph.ops.catalogue import OPS
from tests.graph.examples import FORWARD, LOSSES
from tests.graph.test_rounding import FORMULAS, TABLE
from tests.live.node import needs_node, run
from tests.support import NAMES, option_sets

pytestmark = needs_node


def _run(exercises: list[dict[str, Any]], boxes: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = run("numbers", exercises=exercises, boxes=boxes)
    return found


@pytest.mark.parametrize("topic", NAMES)
def test_javascript_comes_to_the_same_numbers(topic: str) -> None:
    made = [make(topic, seed, **options)
            for options in option_sets(topic) for seed in (1, 2)]  # fmt: skip
    made += [make(topic, 3, level=level) for level in LEVELS]
    data = [exercise_data(exercise) for exercise in made]
    found = _run(data, [])
    assert found["wrong"] == []
    assert found["cells"] == sum(m["shape"][0] * m["shape"][1] for d in data for m in d["matrices"])


@pytest.mark.parametrize("topic", NAMES)
def test_a_worksheet_is_enough_to_come_to_them(topic: str) -> None:
    made = make(topic, 4)
    data, sheet = exercise_data(made), exercise_data(made, answers=False)
    values = {m["name"]: m["values"] for m in data["matrices"]}
    sheet["matrices"] = [{**m, "values": values[m["name"]]} for m in sheet["matrices"]]
    assert _run([sheet], [])["wrong"] == []


def _rows(text: str) -> list[list[str]]:
    return [row.split() for row in text.split(";")]


def test_javascript_comes_to_the_literal_numbers_of_every_op() -> None:
    boxes = [
        {"name": name, "op": as_data(OPS[name].formula), "inputs": [_rows(text) for text in inputs],
         "params": {**OPS[name].params, **params}, "expected": _rows(expected)}
        for name, found in FORWARD.items() if name not in LOSSES
        for inputs, params, expected in found
    ]  # fmt: skip
    found = _run([], boxes)
    assert found["wrong"] == []
    assert found["cells"] == sum(len(b["expected"]) * len(b["expected"][0]) for b in boxes)


@pytest.mark.parametrize("kind", TABLE)
def test_javascript_rounds_as_the_table_says(kind: str) -> None:
    boxes = []
    for *texts, decimals, result in TABLE[kind]:
        base = {"base": texts.pop(0)} if kind == "powers" else {}
        formula = read("a b" if kind == "quotients" else "a", FORMULAS[kind])
        boxes.append({
            "name": f"{kind} {texts}", "op": as_data(formula),
            "inputs": [[[text]] for text in texts],
            "params": {"decimals": decimals, **base}, "expected": [[result]],
        })  # fmt: skip
    assert _run([], boxes) == {"cells": len(TABLE[kind]), "wrong": []}


def test_a_wrong_number_is_seen() -> None:
    data = exercise_data(make("softmax", 3))
    data["matrices"][-1]["values"][0][0] += 0.001
    assert len(_run([data], [])["wrong"]) == 1


def test_a_place_outside_and_a_division_by_0_are_errors() -> None:
    for formula, told in (
        (["at", "a", "1", "0"], "outside the matrix"),
        (["div", "1", ["at", "a", "0", "0"]], "divided by 0"),
    ):
        op = {"inputs": ["a"], "formula": formula, "ranges": {}, "outside": False}
        box = {"name": "b", "op": op, "inputs": [[["0"]]], "params": {}, "expected": [["0"]]}
        with pytest.raises(AssertionError, match=told):
            _run([], [box])
