"""A formula as data is the formula: it comes back as it was, and says the same numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sheetgen.graph.cell import Cells, Fractions
from sheetgen.graph.formula import Formula, with_inputs
from sheetgen.graph.formula_data import as_data, from_data
from sheetgen.graph.formula_text import read
from sheetgen.graph.ops.catalogue import OPS
from tests.graph.examples import FORWARD, LOSSES, Example
from tests.support import fractions, matrix

FORMULAS = {
    f"{op.name}-{name or 'itself'}": read(op.inputs, cell, op.shape, op.outside)
    for op in OPS.values() if op.cell
    for name, cell in (("", op.cell), *((slip.name, slip.cell) for slip in op.slips))
}  # fmt: skip
"""The formulas of all ops and of all slips."""
NUMBERS = [(name, example) for name, found in FORWARD.items()
           if name not in LOSSES for example in found]  # fmt: skip


def _through_json(formula: Formula) -> dict[str, Any]:
    read_again: dict[str, Any] = json.loads(json.dumps(as_data(formula), allow_nan=False))
    return read_again


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_comes_back_as_it_was(name: str) -> None:
    data = _through_json(FORMULAS[name])
    assert from_data(data) == FORMULAS[name]
    assert as_data(from_data(data)) == data


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_formula_for_so_many_inputs_comes_back_too(count: int) -> None:
    spread = [formula for formula in FORMULAS.values() if formula.spreads]
    assert spread
    for formula in spread:
        fixed = with_inputs(formula, len(formula.inputs) - 1 + count)
        assert from_data(_through_json(fixed)) == fixed


@pytest.mark.parametrize(("name", "case"), NUMBERS, ids=[f"{n}-{c[2]}" for n, c in NUMBERS])
def test_it_says_the_literal_numbers(name: str, case: Example) -> None:
    inputs = [fractions(matrix(text)) for text in case[0]]
    shapes = [(len(rows), len(rows[0])) for rows in inputs]
    formula = from_data(_through_json(OPS[name].formula))
    cells = Cells.of(formula, shapes, {**OPS[name].params, **case[1]}, Fractions(),
                     lambda n, i, j: inputs[n][i][j])  # fmt: skip
    rows, columns = cells.shape
    found = [[cells.at(i, j) for j in range(columns)] for i in range(rows)]
    assert found == fractions(matrix(case[2]))


def test_a_layer_reads_as_it_is_said() -> None:
    i, j, k = (["index", name] for name in "ijk")
    assert as_data(read("W b x", "sum(k, W[i, k] * x[k, j]) + 0.5 * b[i]")) == {
        "inputs": ["W", "b", "x"],
        "formula": ["add", ["sum", ["k"], ["mul", ["at", "W", i, k], ["at", "x", k, j]]],
                    ["mul", "0.5", ["at", "b", i, "0"]]],
        "ranges": {"k": ["columns", "W"]},
        "shape": None,
        "outside": False,
    }  # fmt: skip


def test_an_index_of_which_nothing_says_how_far_it_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="k has no range"):
        as_data(read("a", "sum(k, a[i, j] * k)"))
    with pytest.raises(ValueError, match="k has no range"):
        as_data(read("parts...", "sum(k, over(parts)[k, j])"))


@pytest.mark.parametrize(
    "change",
    [
        {"formula": 1},
        {"formula": None},
        {"formula": "1e9"},
        {"formula": "NaN"},
        {"formula": []},
        {"formula": ["add", "1"]},
        {"formula": ["exp", "1", "2"]},
        {"formula": ["nothing", "1"]},
        {"formula": ["at", "a", "0"]},
        {"formula": ["at", ["a"], "0", "0"]},
        {"formula": ["over", [], "0", "0"]},
        {"formula": ["over", [1], "0", "0"]},
        {"formula": ["sum", ["k"], "1"]},
        {"formula": ["sum", [], "1"]},
        {"formula": ["if", [], "1", "2"]},
        {"formula": ["if", [["near", "1", "2"]], "1", "2"]},
        {"formula": ["if", [["flag", 1]], "1", "2"]},
        {"inputs": [1]},
        {"inputs": None},
        {"ranges": []},
        {"ranges": {"k": ["count", "a"]}, "formula": ["sum", ["k"], "1"]},
        {"shape": ["1"]},
        {"shape": 3},
    ],
    ids=str,
)
def test_what_is_no_formula_is_refused(change: dict[str, Any]) -> None:
    data = as_data(read("a", "a[i, j]"))
    assert from_data(data)
    with pytest.raises(ValueError, match=r"."):
        from_data({**data, **change})
    with pytest.raises(ValueError, match="no formula"):
        from_data({key: data[key] for key in data if key not in change})
