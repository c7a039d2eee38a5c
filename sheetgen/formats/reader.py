"""An exercise from its data alone: every number worked out again by the formulas that came with
it, with no topic and no table of ops."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sheetgen.errors import SheetgenError
from sheetgen.graph.cell import Cells, Fractions
from sheetgen.graph.formula_data import from_data, number

Rows = list[list[Fraction]]

READS = ("sheetgen-exercise/2", "sheetgen-worksheet/2")


def read_exercise(text: str | bytes) -> dict[str, Rows]:
    """Every matrix of a ``sheetgen-exercise/2`` or ``sheetgen-worksheet/2``, hidden ones included,
    in the order of the work; from its given numbers and its formulas.

    Raises SheetgenError for what is none, and for a given box that is left open.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise SheetgenError("not JSON") from None
    if not isinstance(data, dict) or data.get("format") not in READS:
        raise SheetgenError(f"neither {' nor '.join(READS)}")
    found: dict[str, Rows] = {}
    name = ""
    try:
        for matrix in data["matrices"]:
            name = matrix["name"]
            made = _given(matrix) if matrix["op"] is None else _worked(
                matrix, data["ops"][matrix["op"]], found)  # fmt: skip
            if [len(made), *{len(row) for row in made}] != matrix["shape"]:
                raise ValueError("another shape is said")
            found[name] = made
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as problem:
        raise SheetgenError(f"{name or 'matrices'}: {problem}") from None
    return found


def _given(matrix: Mapping[str, Any]) -> Rows:
    for i, row in enumerate(matrix["exact"], 1):
        for j, value in enumerate(row, 1):
            if value is None:
                raise ValueError(f"the box in row {i}, column {j} is open")
    return [[Fraction(number(value)) for value in row] for row in matrix["exact"]]


def _worked(matrix: Mapping[str, Any], op: Mapping[str, Any], found: Mapping[str, Rows]) -> Rows:
    inputs = [found[name] for name in matrix["inputs"]]
    shapes = [(len(rows), len(rows[0])) for rows in inputs]
    cells = Cells.of(from_data(op), shapes, matrix["params"], Fractions(),
                     lambda n, i, j: inputs[n][i][j])  # fmt: skip
    rows, columns = cells.shape
    return [[cells.at(i, j) for j in range(columns)] for i in range(rows)]
