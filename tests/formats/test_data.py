"""The data of an exercise say all of it: they alone give every number again. Those of a worksheet
tell no answer."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from sheetgen.api import Exercise, from_given, make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.given import parse_json
from sheetgen.exercise.settings import LEVELS
from sheetgen.formats.data import FACTS, exercise_data, schema
from sheetgen.formats.json import exercise_json
from sheetgen.formats.reader import Rows, read_exercise
from sheetgen.graph.formula_data import from_data
from sheetgen.graph.formula_text import read
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.op import Op
from sheetgen.topics.catalogue import TOPICS
from tests.support import CASE_IDS, CASES, NAMES, fractions, random_options

PATTERNS: list[tuple[str, dict[str, Any]]] = [
    ("hidden-layer", {"blank": "backwards"}),
    ("matrix-multiplication", {"blank": "backwards"}),
    ("rnn", {"blank": "backwards"}),
    ("backpropagation", {"blank": "names:z1,dW3,y_pred"}),
    ("backpropagation", {"blank": "one-per-block"}),
    ("self-attention", {"causal": True, "blank": "percent:40"}),
    ("softmax", {"blank": "faded:2", "backward": True}),
    ("seven-layer-mlp", {"blank": "none"}),
]
SHEETS = [*CASES, *PATTERNS]
IDS = [*CASE_IDS, *(f"{topic}-{options['blank']}" for topic, options in PATTERNS)]
LEVEL_CASES = [(topic, level) for topic in NAMES for level in LEVELS]


def _text(exercise: Exercise, answers: bool = True) -> str:
    return json.dumps(exercise_data(exercise, answers), ensure_ascii=False, allow_nan=False)


def _data(exercise: Exercise, answers: bool = True) -> dict[str, Any]:
    """As a reader gets it."""
    found: dict[str, Any] = json.loads(_text(exercise, answers))
    return found


def _said(data: dict[str, Any]) -> dict[str, Rows]:
    return {m["name"]: [[Fraction(str(v)) for v in row] for row in m["values"]]
            for m in data["matrices"]}  # fmt: skip


# --- what is in it --------------------------------------------------------------------------------


@pytest.mark.parametrize(("topic", "options"), SHEETS, ids=IDS)
def test_it_only_adds_to_the_format_before_it(topic: str, options: dict[str, Any]) -> None:
    made = make(topic, 3, **options)
    old, new = exercise_json(made), _data(made)
    assert new.pop("format") == "sheetgen-exercise/2"
    assert old.pop("format") == "sheetgen-exercise/1"
    assert set(new) - set(old) == {"ops"}
    for part in ("matrices", "steps"):
        assert len(new[part]) == len(old[part])
        new[part] = [{key: more[key] for key in less}
                     for more, less in zip(new[part], old[part], strict=True)]  # fmt: skip
    assert {key: new[key] for key in old} == json.loads(json.dumps(old))


@pytest.mark.parametrize(("topic", "options"), SHEETS, ids=IDS)
def test_every_field_is_described_and_none_is_missing(topic: str, options: dict[str, Any]) -> None:
    made, kinds = make(topic, 3, **options), schema()["$defs"]
    for answers in (True, False):
        data = _data(made, answers)
        ops = data["ops"].values()
        parts = [
            (schema(), [data]), (kinds["matrix"], data["matrices"]), (kinds["step"], data["steps"]),
            (kinds["op"], ops), (kinds["line"], [op["line"] for op in ops]),
            (kinds["facts"], [op["facts"] for op in ops]),
            (kinds["slip"], [slip for op in ops for slip in op["slips"]]),
        ]  # fmt: skip
        for kind, found in parts:
            assert kind["required"] == list(kind["properties"])
            assert all(list(one) == kind["required"] for one in found)


def test_the_schema_says_what_each_field_is() -> None:
    kinds = schema()["$defs"]
    assert list(kinds["facts"]["properties"]) == list(FACTS)
    for kind in (schema(), *(kinds[name] for name in ("matrix", "step", "op", "slip", "facts"))):
        for name, field in kind["properties"].items():
            described = {"$ref", "description"} & set(field)
            assert described or name == "format", name


@pytest.mark.parametrize(("topic", "options"), SHEETS, ids=IDS)
def test_it_is_as_the_schema_says(topic: str, options: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schema())
    made = make(topic, 3, **options)
    for answers in (True, False):
        assert [error.message for error in validator.iter_errors(_data(made, answers))] == []


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (["format"], "sheetgen-exercise/3"),
        (["effort"], None),
        (["matrices", 0, "values", 0, 0], None),
        (["matrices", 0, "values", 0, 0], "1"),
        (["matrices", 0, "exact", 0, 0], 1),
        (["matrices", 0, "exact", 0, 0], "1e3"),
        (["matrices", 0, "shape"], [1]),
        (["matrices", 0, "role"], "guest"),
        (["ops", "affine", "formula"], ["add", "1"]),
        (["ops", "affine", "formula"], 1),
        (["ops", "affine", "formula", 2], ["at", "b", "0"]),
        (["ops", "affine", "ranges", "k"], ["columns"]),
        (["ops", "relu", "slips", 0, "formula"], ["z"]),
        (["ops", "affine", "facts", "rounds"], "no"),
        (["steps", 0, "number"], 0),
    ],
    ids=str,
)
def test_the_schema_refuses_what_is_wrong(place: list[Any], wrong: Any) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    data = _data(make("hidden-layer", 3))
    assert validator.is_valid(data)
    *way, last = place
    inner = data
    for key in way:
        inner = inner[key]
    inner[last] = wrong
    assert not validator.is_valid(data)


def test_no_two_share_a_list() -> None:
    made = make("backpropagation", 3)
    before, spoilt = _data(made), exercise_data(made)
    for part in (*spoilt["matrices"], *spoilt["steps"], *spoilt["ops"].values()):
        for value in part.values():
            if isinstance(value, list | dict):
                value.clear()
    assert _data(made) == before


def test_hidden_steps_are_in_it_and_the_ops_of_all() -> None:
    data = _data(make("rnn", 3, backward=True))
    hidden = {m["name"] for m in data["matrices"] if m["hidden"]}
    assert {"x1", "t1", "Z"} <= hidden
    assert {m["op"] for m in data["matrices"]} - {None} == set(data["ops"])
    assert {m["name"] for m in data["matrices"] if m["shown"]} >= {"X", "A", "z1", "h1", "y1"}
    [column] = [m for m in data["matrices"] if m["name"] == "x2"]
    assert (column["params"], column["inputs"], column["shape"]) == ({"t": 1}, ["X"], [1, 1])


def test_steps_that_belong_together_say_so() -> None:
    data = _data(make("rnn", 3, steps=2))
    groups = {m["name"]: m["group"] for m in data["matrices"]}
    assert [groups[name] for name in ("A", "h1", "y2", "H")] == [None, "step 1", "step 2", None]


def test_params_are_exact_and_labels_are_given_twice() -> None:
    data = _data(make("backpropagation", 3, update=True, learning_rate=".5"))
    named = {m["name"]: m for m in data["matrices"]}
    assert named["W1_new"]["params"] == {"rate": "0.5"}
    assert named["y_pred"]["params"] == {"base": "e", "decimals": 1, "causal": False}
    assert (named["dW3"]["label"], named["dW3"]["label_markup"]) == ("∂L/∂W₃", "∂L/∂W_3")
    assert data["steps"][0]["formula_markup"] == "∂L/∂z_3 = y_{pred} − y_{target}"
    assert data["steps"][0]["text_markup"].startswith("∂L/∂z_3 = y_{pred} − y_{target}")


def test_what_is_given_is_said_as_exact_texts() -> None:
    made, _ = from_given(
        "matrix-multiplication", {"A": [["0.10", -3]], "B": [["-0.05"], [100]]}
    )
    named = {m["name"]: m for m in _data(made)["matrices"]}
    assert named["A"]["exact"] == [["0.1", "-3"]]
    assert named["B"]["exact"] == [["-0.05"], ["100"]]
    assert named["C"]["exact"] is None
    assert named["C"]["values"] == [[-300.005]]


def test_boxes_behind_a_mask_are_told() -> None:
    data = _data(make("self-attention", 3, causal=True, tokens=3))
    masked = {m["name"]: m["masked"] for m in data["matrices"] if m["masked"] is not None}
    assert masked == {"E": [[False] * 3, [True, False, False], [True, True, False]]}


def test_slips_are_told_where_their_formulas_fit() -> None:
    found: dict[str, set[str]] = {}
    for topic in NAMES:
        for matrix in _data(make(topic, 3))["matrices"]:
            if matrix["op"]:
                found.setdefault(matrix["op"], set()).update(matrix["slips"])
    assert found["affine"] == {"bias left out", "bias taken off"}
    assert {"gate forgotten"} == found["gate"]
    square = _data(make("matrix-multiplication", 3, rows=2, inner=2, columns=3))
    wide = _data(make("matrix-multiplication", 3, rows=2, inner=3, columns=3))
    assert [data["matrices"][-1]["slips"] for data in (square, wide)] == [["transposed"], []]


@pytest.mark.parametrize("topic", NAMES)
def test_formulas_of_ops_and_slips_are_those_of_the_table(topic: str) -> None:
    made = make(topic, 3)
    data = _data(made)
    ops: dict[str, Op] = {s.op.name: s.op for s in made.graph.steps}
    for name, row in data["ops"].items():
        op = ops[name]
        assert from_data(row) == op.formula
        assert (row["numpy"], row["equation"], row["torch"]) == (op.numpy, op.equation, op.torch)
        assert [slip["name"] for slip in row["slips"]] == [slip.name for slip in op.slips]
        for said, slip in zip(row["slips"], op.slips, strict=True):
            formula = read(op.inputs, slip.cell, op.shape, op.outside)
            assert from_data({**row, **said}) == formula


# --- a worksheet ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("topic", "options"), SHEETS, ids=IDS)
def test_a_worksheet_has_null_in_blank_boxes_and_in_what_is_hidden(
    topic: str, options: dict[str, Any]
) -> None:
    made = make(topic, 3, **options)
    full, sheet = _data(made), _data(made, answers=False)
    assert sheet["format"] == "sheetgen-worksheet/2"
    for matrix, whole in zip(sheet["matrices"], full["matrices"], strict=True):
        for key in ("values", "exact"):
            if whole[key] is None:
                assert matrix[key] is None
                continue
            for told, known, blank in zip(matrix[key], whole[key], whole["blank"], strict=True):
                gone = [b or whole["hidden"] for b in blank]
                assert told == [None if g else v for v, g in zip(known, gone, strict=True)]
        assert {**matrix, "values": 0, "exact": 0} == {**whole, "values": 0, "exact": 0}
    rest = {"format", "effort", "matrices"}
    assert sheet["effort"] is None
    assert {k: v for k, v in sheet.items() if k not in rest} == {
        k: v for k, v in full.items() if k not in rest
    }


@pytest.mark.parametrize(("topic", "options"), SHEETS, ids=IDS)
def test_a_worksheet_is_the_same_whatever_the_answers_are(
    topic: str, options: dict[str, Any]
) -> None:
    """Other numbers in blank boxes, and in what is not on the page, leave it as it is."""
    made = make(topic, 3, **options)
    values = {}
    for name, value in made.values.items():
        node = made.graph.by_name[name]
        changed = made.blanks.get(name, np.zeros(node.shape, bool))
        if isinstance(node, Step) and node.hidden:
            changed = np.ones(node.shape, bool)
        values[name] = Fixed(value.digits + 7 * changed, value.decimals)
    other = Exercise(made.settings, made.seed, values, made.blanks, made.effort + 1)
    assert _text(other, answers=False) == _text(made, answers=False)
    if made.blanks:
        assert _text(other) != _text(made)


# --- reading it -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("topic", "options"), SHEETS, ids=IDS)
def test_the_data_alone_give_every_number_again(topic: str, options: dict[str, Any]) -> None:
    for seed in (3, 4):
        made = make(topic, seed, **options)
        found = read_exercise(_text(made))
        assert found == _said(_data(made))
        assert found == {name: fractions(made.values[name]) for name in found}


@pytest.mark.parametrize(("topic", "level"), LEVEL_CASES, ids=map("-".join, LEVEL_CASES))
def test_so_they_do_on_every_level(topic: str, level: str) -> None:
    tried = [{}, *(random_options(TOPICS[topic], seed) for seed in range(50, 54))]
    read = 0
    for seed, options in enumerate(tried):
        try:
            made = make(topic, seed, level=level, **options)
        except SheetgenError:
            continue  # options that this level does not go together with
        found = read_exercise(_text(made).encode())
        assert found == _said(_data(made))
        read += 1
    assert read > 1


@pytest.mark.parametrize("topic", NAMES)
def test_a_worksheet_can_be_worked_out_from_what_is_given(topic: str) -> None:
    made = make(topic, 5)
    assert read_exercise(_text(made, answers=False)) == read_exercise(_text(made))


def test_the_formulas_that_came_with_it_are_those_that_are_worked_out() -> None:
    """A wrong formula in the text gives wrong numbers: no table of ops is asked."""
    data = _data(make("hidden-layer", 3))
    z, half = data["ops"]["relu"]["formula"][1], ["neg", "0.5"]
    data["ops"] = {"bent": {**data["ops"]["relu"], "formula": ["mul", half, z]},
                   "layer": data["ops"]["affine"]}  # fmt: skip
    for m in data["matrices"]:
        m["op"] = {"affine": "layer", "relu": "bent"}.get(m["op"])
    found = read_exercise(json.dumps(data))
    assert found["a1"] == [[-v / 2 for v in row] for row in found["z1"]]
    assert found["a1"] != _said(data)["a1"]


def _spoilt(place: list[Any], value: Any) -> str:
    data = copy.deepcopy(_data(make("hidden-layer", 3)))
    inner: Any = data
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "^not JSON$"),
        ("[" * 100_000, "^not JSON$"),
        ("[]", "^neither sheetgen-exercise/2 nor sheetgen-worksheet/2$"),
        ('{"format": "sheetgen-exercise/1"}', "^neither"),
        ('{"format": "sheetgen-exercise/2"}', "matrices"),
        (_spoilt(["matrices", 0, "exact", 0, 0], 1), "^x: no number: 1"),
        (_spoilt(["matrices", 0, "exact", 0, 0], "1e99"), "^x: no number"),
        (_spoilt(["matrices", 0, "exact"], None), "^x: "),
        (_spoilt(["matrices", 0, "exact", 1], []), "^x: another shape is said"),
        (_spoilt(["matrices", 3, "inputs"], ["W1", "b1"]), "^z1: 3 inputs are needed"),
        (_spoilt(["matrices", 3, "inputs"], ["W1", "b1", "h"]), "^z1: 'h'"),
        (_spoilt(["matrices", 3, "inputs"], ["W1", "W1", "x"]), "^z1: "),
        (_spoilt(["matrices", 3, "shape"], [1, 1]), "^z1: another shape is said"),
        (_spoilt(["ops", "affine", "formula"], ["shrink", "1"]), "^z1: no formula"),
        (_spoilt(["ops", "affine", "formula"], ["div", "1", "0"]), "divided by 0"),
        (_spoilt(["ops"], {}), "^z1: 'affine'"),
    ],
    ids=[str(k) for k in range(16)],
)
def test_what_cannot_be_read_is_named(text: str, message: str) -> None:
    with pytest.raises(SheetgenError, match=message):
        read_exercise(text)


def test_a_worksheet_whose_givens_are_missing_is_refused() -> None:
    text = _text(make("hidden-layer", 3, blank="backwards"), answers=False)
    with pytest.raises(SheetgenError, match=r"^\w+: the box in row \d, column \d is open$"):
        read_exercise(text)


@pytest.mark.parametrize("topic", NAMES)
def test_given_numbers_are_read_from_it_as_from_the_format_before(topic: str) -> None:
    made = make(topic, 3)
    old, new = json.dumps(exercise_json(made)), _text(made)
    assert parse_json(new, "new.json") == parse_json(old, "old.json")
    again, _ = from_given(topic, parse_json(new, "new.json"))
    assert {n: fractions(again.values[n]) for n in made.values} == {
        n: fractions(v) for n, v in made.values.items()
    }
