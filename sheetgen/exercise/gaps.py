"""Numbers from elsewhere with gaps: ``null`` stands for a given number that is to be found from the
results that are told, as on the pages of a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.ends import Ends
from sheetgen.errors import SheetgenError
from sheetgen.exercise.unique import NotUnique, prove
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Fixed, Values
from sheetgen.graph.solve import solve

MOST = 14
"""Numbers that may be missing."""
FARTHEST = 999
"""No missing number is larger."""
Gaps = dict[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class Told:
    """Matrices as they were given: without what is missing, and where that is."""

    filled: Mapping[str, Any]
    """0 for each missing number."""
    gaps: Gaps


def told_of(data: Mapping[str, Any]) -> Told:
    """What is given, and which of it is missing. A flat list is a column."""
    filled: dict[str, Any] = {}
    gaps: Gaps = {}
    for name, value in data.items():
        filled[name] = value
        rows = value if isinstance(value, list) else []
        if not any(isinstance(row, list) for row in rows):
            rows = [[one] for one in rows]
        if any(one is None for row in rows if isinstance(row, list) for one in row):
            if any(not isinstance(row, list) or len(row) != len(rows[0]) for row in rows):
                continue  # which is told as for any other matrix
            if name.endswith("b") and name[:1] == "W":
                raise SheetgenError(f"--given: {name} has a gap; give weights and bias apart")
            gaps[name] = np.array([[one is None for one in row] for row in rows])
            filled[name] = [[0 if one is None else one for one in row] for row in rows]
    if sum(int(cells.sum()) for cells in gaps.values()) > MOST:
        raise SheetgenError(f"--given: more than {MOST} numbers are missing")
    return Told(filled, gaps)


def find_missing(
    graph: Graph, values: Mapping[str, Fixed], results: Mapping[str, Fixed], gaps: Gaps
) -> Values:
    """All numbers, with those that were missing: the only whole ones with which the ``results``
    come out. Raises SheetgenError if there are none, or more than one."""
    from sympy import Matrix

    for name in gaps:
        if name not in values:
            raise SheetgenError(f"--given: {name} is worked out; write null for a given number")
    if not results:
        made = ", ".join(s.name for s in graph.worked)
        raise SheetgenError("--given: a missing number is found from what is worked out; tell it, "
                            f"too: {made}")  # fmt: skip
    for name in results:
        step = graph.by_name[name]
        if isinstance(step, Step) and not step.op.exact:
            raise SheetgenError(f"--given: {name} is no sum of products; leave it out, and tell "
                                "what it is made of")  # fmt: skip
        if results[name].digits.shape != step.shape:
            tall, wide = step.shape
            raise SheetgenError(f"--given: {name} must be {tall}×{wide}")
    places = [(name, int(i), int(j)) for name, cells in gaps.items()
              for i, j in np.argwhere(cells)]  # fmt: skip
    base = _results(graph, values, results)
    grown = [_results(graph, _with(values, {place: 1}), results) for place in places]
    wanted = [n for value in results.values() for n in _scaled(value)]
    rows = [[*(one[k] - base[k] for one in grown), wanted[k] - base[k]]
            for k in range(len(wanted))]  # fmt: skip
    reduced, pivots = Matrix(rows).rref()
    count = len(places)
    if pivots != tuple(range(count)):
        why = ("do not come out with any number" if count in pivots
               else "leave more than one possibility")  # fmt: skip
        raise SheetgenError(f"--given: the results {why}")
    found = {place: reduced[k, count] for k, place in enumerate(places)}
    for (name, i, j), number in found.items():
        if not number.is_Integer or abs(number) > FARTHEST:
            raise SheetgenError(f"--given: what is missing in row {i + 1}, column {j + 1} of "
                                f"{name} would be {number}, no whole number within "
                                f"±{FARTHEST}")  # fmt: skip
    whole = _with(values, {place: int(number) for place, number in found.items()})
    solved = solve(graph, whole)
    for name, value in results.items():
        if (_exact(solved[name]) != _exact(value)).any():
            raise SheetgenError(f"--given: no number makes {name} come out as it is told")
    try:
        prove(graph, solved, gaps, Ends(-FARTHEST, FARTHEST))
    except NotUnique as problem:
        raise SheetgenError(str(problem).replace("--blank: backwards", "--given")) from None
    return solved


UNIT = 6
"""Decimals in which results are compared."""


def _exact(value: Fixed) -> NDArray[np.int64]:
    return np.asarray(value.digits * 10 ** (UNIT - value.decimals), np.int64)


def _scaled(value: Fixed) -> list[int]:
    return [int(n) for n in _exact(value).ravel()]


def _results(
    graph: Graph, values: Mapping[str, Fixed], results: Mapping[str, Fixed]
) -> list[int]:
    """The numbers of the results, one after the other."""
    made = solve(graph, values)
    return [n for name in results for n in _scaled(made[name])]


def _with(values: Mapping[str, Fixed], numbers: Mapping[tuple[str, int, int], int]) -> Values:
    """The matrices with some numbers in their places."""
    found = dict(values)
    for (name, i, j), number in numbers.items():
        value = found[name]
        digits = np.array(value.digits)
        digits[i, j] = number * 10**value.decimals
        found[name] = Fixed(digits, value.decimals)
    return found
