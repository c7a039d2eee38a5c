"""Reading a cell formula, what it is refused for, and the two ways to evaluate one."""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from sheetgen.errors import SheetgenError
from sheetgen.graph.exact import compiled
from sheetgen.graph.formula import (
    ZERO,
    Box,
    Calc,
    Choice,
    Count,
    Index,
    Number,
    Over,
    Param,
    Side,
    walk,
    with_inputs,
)
from sheetgen.graph.formula import (
    Test as Asked,
)
from sheetgen.graph.formula_text import read
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.op import Op
from sheetgen.graph.ops.catalogue import OPS
from tests.graph.examples import FORWARD
from tests.graph.mutate import mutants
from tests.graph.ways import Rows, box_by_box, exactly, indices
from tests.support import fractions, matrix

# --- reading

ROW, COLUMN, K = Index("i"), Index("j"), Index("k")
ONE, TWO = Number(Decimal(1)), Number(Decimal(2))
PARTS: dict[str, Any] = {
    "3": Number(Decimal(3)),
    "0.5": Number(Decimal("0.5")),
    "rate": Param("rate"),
    "i": ROW,
    "z.rows": Side("z", 0),
    "z.cols": Side("z", 1),
    "z[i, j]": Box(("z",), ROW, COLUMN),
    "z[j, i]": Box(("z",), COLUMN, ROW),
    "z[i]": Box(("z",), ROW, ZERO),
    "z[0, j]": Box(("z",), ZERO, COLUMN),
    "z[i + 1, 2 * j]": Box(("z",), Calc("add", (ROW, ONE)),
                           Calc("mul", (TWO, COLUMN))),
    "-z[i, j]": Calc("neg", (Box(("z",), ROW, COLUMN),)),
    "2 - rate": Calc("sub", (TWO, Param("rate"))),
    "z.rows // 2": Calc("whole", (Side("z", 0), TWO)),
    "base ** 2 / 3": Calc("div", (Calc("pow", (Param("base"), TWO)),
                                  Number(Decimal(3)))),
    "round(rate, decimals)": Calc("round", (Param("rate"), Param("decimals"))),
    "floor(rate)": Calc("floor", (Param("rate"),)),
    "sqrt(exp(rate))": Calc("sqrt", (Calc("exp", (Param("rate"),)),)),
    "max(z[i, j], 0)": Calc("max", (Box(("z",), ROW, COLUMN), ZERO)),
    "sum(k, z[i, k])": Over("sum", ("k",), Box(("z",), ROW, K)),
    "max(k, z[k, j])": Over("max", ("k",), Box(("z",), K, COLUMN)),
    "min(u, v, z[u, v], u=2, v=size)": Over(
        "min", ("u", "v"), Box(("z",), Index("u"), Index("v")),
        (("u", TWO), ("v", Param("size")))),
    "sum(k, z[i, k]) / len(k)": Calc("div", (Over("sum", ("k",), Box(("z",), ROW, K)), Count("k"))),
    "1 if i >= j else 0": Choice((Asked("ge", ROW, COLUMN),), ONE, ZERO),
    "1 if causal and i > j else 0": Choice(
        (Asked("flag", Param("causal"), ZERO), Asked("gt", ROW, COLUMN)), ONE, ZERO),
    "1 if i < 2 and (i == j and j <= 2) else 0": Choice(
        (Asked("lt", ROW, TWO), Asked("eq", ROW, COLUMN), Asked("le", COLUMN, TWO)),
        ONE, ZERO),
}  # fmt: skip


@pytest.mark.parametrize("text", PARTS)
def test_a_text_is_read(text: str) -> None:
    assert read("z", text).body == PARTS[text]


def test_an_index_has_its_name_in_its_sum_alone() -> None:
    """Beyond it, it is a parameter."""
    found = read("z", "sum(k, z[i, k]) + k").body
    assert found == Calc("add", (Over("sum", ("k",), Box(("z",), ROW, K)), Param("k")))


def test_any_number_of_inputs_become_so_many() -> None:
    added = with_inputs(read("parts...", "sum(p, parts[p][i, j])"), 3)
    boxes = [Box((f"parts.{k}",), ROW, COLUMN) for k in range(3)]
    assert added.inputs == ("parts.0", "parts.1", "parts.2")
    assert added.body == Calc("add", (Calc("add", (boxes[0], boxes[1])), boxes[2]))
    largest = with_inputs(read("parts...", "max(p, parts[p][i, j])"), 2)
    assert largest.body == Calc("max", (boxes[0], boxes[1]))
    stacked = with_inputs(read("a parts...", "over(parts)[i, j]"), 3)
    assert stacked.body == Box(("parts.0", "parts.1"), ROW, COLUMN, "over")
    beside = with_inputs(read("parts...", "beside(parts)[i, j]"), 1)
    assert beside.body == Box(("parts.0",), ROW, COLUMN, "beside")


@pytest.mark.parametrize(("inputs", "count", "problem"), [
    ("a b", 1, "2 inputs are needed"), ("a b", 3, "2 inputs are needed"),
    ("parts...", 0, "one or more inputs"), ("a parts...", 1, "one or more inputs"),
])  # fmt: skip
def test_another_number_of_inputs_is_refused(inputs: str, count: int, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        with_inputs(read(inputs, "1"), count)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no formula: "),
        ("1 +", "no formula: 1 +"),
        ("z", "no formula: z"),
        ("'a'", "no formula: 'a'"),
        ("True", "no formula: True"),
        ("(1, 2)", "no formula: "),
        ("lambda: 1", "no formula: lambda"),
        ("z.T", "no formula: z.T"),
        ("q.rows", "no formula: q.rows"),
        ("+z[i, j]", "no formula: "),
        ("z[i, j] % 2", "no formula: z"),
        ("z[i, j] @ 2", "no formula: z"),
        ("q[i, j]", "no matrix: q"),
        ("q[p][i, j]", "no matrix: q"),
        ("z[p][i, j]", "no matrix: z"),
        ("over(q)[i, j]", "no matrix: over"),
        ("beside(q)[i, j]", "no matrix: beside"),
        ("above(z)[i, j]", "no matrix: above"),
        ("z[i, j, k]", "a row and a column"),
        ("z[i:2, j]", "no formula: i:2"),
        ("tanh(z[i, j])", "no formula: tanh"),
        ("round(z[i, j])", "no formula: round"),
        ("floor(z[i, j], 1)", "no formula: floor"),
        ("sum(z[i, j])", "a sum runs over an index"),
        ("sum(k, 2, z[i, k])", "a sum runs over an index"),
        ("sum()", "no formula: sum"),
        ("max()", "no formula: max"),
        ("sum(i, z[i, j])", "no index of its own"),
        ("sum(k, k, z[k, j])", "no index of its own"),
        ("sum(k, sum(k, z[k, j]))", "no index of its own"),
        ("sum(z, z[i, j])", "no index of its own"),
        ("sum(k, z[i, k], w=2)", "no index of its own"),
        ("len(k)", "k has no range"),
        ("sum(k, z[i, k]) / len(m)", "m has no range"),
        ("len(2)", "no formula: len"),
        ("1 if z[i, j] else 0", "no test: z"),
        ("1 if z[i, j] != 0 else 0", "no test: z"),
        ("1 if 0 < z[i, j] < 2 else 0", "no test: 0 < z"),
        ("1 if causal or i > j else 0", "no test: causal or"),
        ("1 if not causal else 0", "no test: not causal"),
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=rf"^{problem}|{problem}"):
        read("z", text)


def test_sides_that_are_no_formula_are_refused() -> None:
    with pytest.raises(ValueError, match="no formula"):
        read("z", "z[i, j]", "z.T, 1")
    with pytest.raises(ValueError, match="no formula"):
        read("z", "z[i, j]", "rows, 1 +")


# --- shapes

def _both(text: str, inputs: list[str], params: dict[str, Any], shape: str = "",
          outside: bool = False, names: str = "a b c") -> list[Rows]:  # fmt: skip
    """What both ways come to."""
    formula = read(" ".join(names.split()[: len(inputs)]), text, shape, outside)
    values = [matrix(x) for x in inputs]
    return [exactly(formula, values, params),
            box_by_box(formula, [fractions(v) for v in values], params)]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "inputs", "params", "shape", "problem"),
    [
        ("a[i, j] + b[i, j]", ["1 2", "1"], {}, "", "j runs over 2 and 1"),
        ("sum(k, a[i, k] * b[k, j])", ["1 2", "1 2"], {}, "", "k runs over 2 and 1"),
        ("a[i] + b[i, j]", ["1 2", "1 2"], {}, "", "a must have one place"),
        ("a[0, j] + b[i, j]", ["1; 2", "1"], {}, "", "a must have one place"),
        ("a[i, j]", ["1 2"], {"rows": 2}, "rows, j", "i runs over 1 and 2"),
        ("sum(k, a[k, j], k=2)", ["1; 2; 3"], {}, "", "k runs over 2 and 3"),
        ("sum(k, a[i, j])", ["1 2"], {}, "", "k has no range"),
        ("sum(k, a[i, j]) + k", ["1 2"], {"k": 1}, "", "k has no range"),
        ("a[i, j + 1]", ["1 2"], {}, "i, a.cols", "a place outside the matrix"),
        ("a[i, j - 1]", ["1 2"], {}, "i, a.cols", "a place outside the matrix"),
        ("a[i - 1, j]", ["1; 2"], {}, "a.rows, j", "a place outside the matrix"),
        ("a[i, t]", ["1 2"], {"t": 2}, "", "a place outside the matrix"),
        ("a[1, j]", ["1 2"], {}, "", "a place outside the matrix"),
        ("a[i, 1]", ["1; 2"], {}, "", "a place outside the matrix"),
        ("a[i + 1, j]", ["1; 2"], {}, "a.rows - 2, j", "i runs over nothing"),
        ("sum(k, a[i, j], k=size)", ["1 2"], {"size": 0}, "", "k runs over nothing"),
        ("a[i, a[i, j]]", ["1 2"], {}, "", "a place is made of|is no constant|no range"),
    ],
)
def test_shapes_and_places_that_do_not_fit_are_refused(
    text: str, inputs: list[str], params: dict[str, Any], shape: str, problem: str
) -> None:
    formula = read(" ".join(["a", "b"][: len(inputs)]), text, shape)
    values = [matrix(x) for x in inputs]
    with pytest.raises(ValueError, match=problem):
        compiled(formula, [v.digits.shape for v in values], params)
    with pytest.raises(ValueError, match=problem):
        box_by_box(formula, [fractions(v) for v in values], params)


def test_parts_of_different_shapes_are_refused() -> None:
    formula = read("parts...", "over(parts)[i, j]")
    with pytest.raises(ValueError, match="the shapes differ"):
        compiled(formula, [(1, 2), (1, 3)], {})


@pytest.mark.parametrize("text", ["a[i, j] * rate", "round(rate ** a[i, j], 1)"])
def test_an_unknown_name_is_told_by_its_name(text: str) -> None:
    formula = read("a", text)
    with pytest.raises(KeyError, match="rate"):
        compiled(formula, [(1, 2)], {})
    with pytest.raises(KeyError, match="rate"):
        box_by_box(formula, [fractions(matrix("1 2"))], {})


def test_what_no_decimal_can_hold_must_be_rounded() -> None:
    for text in ("a[i, j] / 3", "sqrt(a[i, j])", "exp(a[i, j])", "base ** a[i, j]"):
        with pytest.raises(ValueError, match="must be rounded"):
            compiled(read("a", text), [(1, 2)], {"base": "3"})


@pytest.mark.parametrize(("text", "inputs", "problem"), [
    ("round(a[i, j] / b[i, j], 1)", ["1 2", "1 0"], "divided by 0"),
    ("floor(a[i, j] / b[i, j])", ["1 2", "1 0"], "divided by 0"),
    ("round(sqrt(a[i, j]), 1)", ["4 -4"], "root of a negative number"),
    ("round(base ** a[i, j] / sum(k, 0 if 1 > 0 else base ** a[k, j]), 1)", ["1 2"],
     "divided by 0"),
])  # fmt: skip
def test_what_is_no_number_is_refused(text: str, inputs: list[str], problem: str) -> None:
    formula = read(" ".join(["a", "b"][: len(inputs)]), text)
    values = [matrix(x) for x in inputs]
    with pytest.raises(SheetgenError, match=problem):
        exactly(formula, values, {"base": "3"})
    with pytest.raises(SheetgenError, match=problem):
        box_by_box(formula, [fractions(v) for v in values], {"base": "3"})


# --- the two ways are one

SAME: list[tuple[str, list[str], dict[str, Any], str, str]] = [
    ("sum(u, v, a[i, j], u=2, v=3)", ["1 -0.5"], {}, "", "6 -3"),
    ("sum(u, 2, u=3) * a[i, j]", ["1 -0.5"], {}, "", "6 -3"),
    ("sum(u, a[i, j] * u, u=3)", ["1 -0.5"], {}, "", "3 -1.5"),
    ("round(sum(u, 2 ** a[i, j], u=3), 1)", ["1 -1"], {}, "", "6 1.5"),
    ("max(u, v, a[i, j] * u - v, u=3, v=2)", ["1 -0.5"], {}, "", "2 0"),
    ("a[i, j] * a.rows - a.cols", ["1 -0.5 0; 2 0 1"], {}, "", "-1 -4 -3; 1 -3 -1"),
    ("a[i, a.cols - 1 - 0 * j]", ["1 -0.5 3; 2 0 4"], {}, "", "3; 4"),
    ("a[0, 1]", ["1 -0.5"], {}, "", "-0.5"),
    ("a[1, j] + a[0 * i, j]", ["1 -0.5; 3 2"], {}, "", "4 1.5"),
    ("a[j, i]", ["1 -0.5 3; 2 0 4"], {}, "", "1 2; -0.5 0; 3 4"),
    ("a[i, i]", ["1 -0.5; 2 4"], {}, "", "1; 4"),
    ("a[i, j] * i + j", ["1 -0.5; 2 4"], {}, "", "0 1; 2 5"),
    ("max(k, a[k, j]) - min(k, a[k, j])", ["1 -0.5; 2 4"], {}, "", "1 4.5"),
    ("a[i, j] if a[i, j] == b[i, j] else -1", ["1 2", "1 3"], {}, "", "1 -1"),
    ("1 if a[i, j] < b[i, j] and b[i, j] <= 3 else 0", ["1 2 0", "1 3 4"], {}, "", "0 1 0"),
    ("a[i, j - start]", ["1 2"], {"start": 1}, "i, 4", "0 1 2 0"),
    ("round(0.5 ** a[i, j] / sum(k, 0.5 ** a[k, j]), 2)", ["1; 2; -1"], {}, "", "0.18; 0.09; 0.73"),
    ("round((0 if i > j else 0.5 ** a[i, j]) / sum(k, 0 if k > j else 0.5 ** a[k, j]), 2)",
     ["1 0.5; -2 -0.5"], {}, "", "1 0.33; 0 0.67"),
    ("round(3 ** a[i, j] / sum(k, 2 ** a[k, j]), 1)", ["1; 2"], {}, "", "0.5; 1.5"),
    ("round(10 ** a[i, j] / sum(k, 10 ** a[k, j]), 2)", ["1; 0"], {}, "", "0.91; 0.09"),
    ("round(10 ** a[i, j], 3)", ["-20 -3 -1"], {}, "", "0 0.001 0.1"),
    ("round(a[i, j] / -4, 1)", ["1 -1 3"], {}, "", "-0.3 0.3 -0.8"),
]


@pytest.mark.parametrize(("text", "inputs", "params", "shape", "expected"), SAME)
def test_both_ways_come_to_the_same(
    text: str, inputs: list[str], params: dict[str, Any], shape: str, expected: str
) -> None:
    found = _both(text, inputs, params, shape, outside="start" in params)
    assert found == [fractions(matrix(expected))] * 2


@pytest.mark.parametrize("name", sorted(name for name, op in OPS.items() if not op.loss))
def test_both_ways_agree_on_whatever_both_can_evaluate(name: str) -> None:
    """On changed formulas of the op, which are not those that somebody thought of."""
    agreed = 0
    for formula in _changed(OPS[name]):
        for texts, more, _ in FORWARD[name][-3:]:
            values, params = [matrix(x) for x in texts], {**OPS[name].params, **more}
            try:
                found = exactly(formula, values, params)
            except Exception:
                continue
            if all(abs(cell) < 10**12 for row in found for cell in row):
                assert box_by_box(formula, [fractions(v) for v in values], params) == found
                agreed += 1
    assert agreed


def _changed(op: Op) -> list[Any]:
    tree = ast.parse(op.cell, mode="eval")
    names = [n.removesuffix("...") for n in op.names]
    found = [read(op.inputs, op.cell, op.shape, op.outside)]
    for _, changed in mutants(tree, [names, indices(op)]):
        try:
            found.append(read(op.inputs, ast.unparse(changed), op.shape, op.outside))
        except ValueError:
            continue
    return [f for f in found if all(part.name in op.params for part in walk(f.body)
                                    if isinstance(part, Param))]  # fmt: skip


def test_many_exercises_are_worked_out_at_once() -> None:
    formula = read("a b", "sum(k, a[i, k] * b[k, j]) + a[i, 1 + 0 * j]")
    a, b = np.arange(12).reshape(2, 2, 3), np.arange(-6, 6).reshape(2, 3, 2)
    run, shape = compiled(formula, [(2, 3), (3, 2)], {})
    assert shape == (2, 2)
    found = run(Fixed(a, 1), Fixed(b, 1))
    for n in range(2):
        alone = run(Fixed(a[n], 1), Fixed(b[n], 1))
        assert (found.digits[n] == alone.digits).all()
    assert found.decimals == 2
