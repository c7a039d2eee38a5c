"""SymPy's proof that the missing numbers of a sheet have exactly one solution.

Symbols stand for the open boxes; each printed box gives the equation that its definition asks for
(a box after ReLU: the sum is what it says where it is positive, and not positive where it says 0).
Nothing here uses an op's ``forward``, or how the missing numbers were chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Values

Box = Any
"""A SymPy expression, or an exact number."""
Grid = list[list[Box]]
Product = Callable[[int, int], Box]


class NotUnique(SheetgenError):  # noqa: N818 -- it says what is wrong
    """A missing number has no solution or more than one; the sheet is not printed."""


def _product(a: Grid, b: Grid) -> Grid:
    return [[sum(x * row[j] for x, row in zip(line, b, strict=True)) for j in range(len(b[0]))]
            for line in a]  # fmt: skip


def _turned(a: Grid) -> Grid:
    return [list(column) for column in zip(*a, strict=True)]


def _each(f: Callable[..., Box], *grids: Grid) -> Grid:
    return [[f(*boxes) for boxes in zip(*lines, strict=True)] for lines in zip(*grids, strict=True)]


MEANING: dict[str, Callable[..., Grid]] = {
    "matmul": _product,
    "linear": _product,
    "affine": lambda w, b, x: [[v + bias[0] for v in line]
                               for line, bias in zip(_product(w, x), b, strict=True)],
    "recur": lambda A, h, B, x: _each(lambda p, q: p + q, _product(A, h), _product(B, x)),
    "outer": lambda g, x: _product(g, _turned(x)),
    "back": lambda w, g: _product(_turned(w), g),
    "transposed": lambda a, b: _product(_turned(a), b),
    "row_sum": lambda g: [[sum(line)] for line in g],
    "column_sum": lambda a: [[sum(column) for column in zip(*a, strict=True)]],
    "add": lambda *parts: _each(lambda *boxes: sum(boxes), *parts),
    "copy": lambda a: a,
    "subtract": lambda a, b: _each(lambda x, y: x - y, a, b),
    "error_gradient": lambda y, t: _each(lambda a, b: 2 * (a - b), y, t),
    "column": lambda x, t=0: [[line[t]] for line in x],
    "columns": lambda *parts: [[v for line in lines for v in line]
                               for lines in zip(*parts, strict=True)],
    "stack_rows": lambda *parts: [line for part in parts for line in part],
    "rows_of": lambda a, start=0, rows=1: a[start:start + rows],
}  # fmt: skip
"""Op -> what its result means, on rows of boxes."""


def prove(
    graph: Graph,
    values: Values,
    blanks: Mapping[str, NDArray[np.bool_]],
    within: tuple[int, int],
) -> None:
    """Prove that the open boxes have one solution, in whole numbers of the range where a given is
    missing. Raises NotUnique naming a box."""
    from sympy import Integer, Matrix, Rational, Symbol

    truth: dict[Any, tuple[str, Any]] = {}
    grids: dict[str, Grid] = {}
    given = {g.name for g in graph.givens}

    def exact(name: str, i: int, j: int) -> Any:
        v = values[name]
        whole = int(v.digits[i, j])
        return Integer(whole) if v.decimals == 0 else Rational(whole, 10**v.decimals)

    def printed(name: str, shape: tuple[int, int], found: Grid | None = None) -> Grid:
        grid: Grid = [[exact(name, i, j) for j in range(shape[1])] for i in range(shape[0])]
        for i, j in np.argwhere(blanks[name]) if name in blanks else ():
            if found is not None:
                grid[i][j] = found[i][j]
                continue
            symbol = Symbol(f"{name}[{i + 1},{j + 1}]")
            truth[symbol] = (name, grid[i][j])
            grid[i][j] = symbol
        return grid

    for g in graph.givens:
        grids[g.name] = printed(g.name, g.shape)
    symbolic = {name for name in given if name in blanks}
    equations: list[Any] = []
    for step in graph.steps:
        if not any(n.name in symbolic for n in step.inputs):
            grids[step.name] = printed(step.name, step.shape) if step.name not in blanks else [
                [exact(step.name, i, j) for j in range(step.shape[1])]
                for i in range(step.shape[0])]  # fmt: skip
            continue
        inputs = [grids[n.name] for n in step.inputs]
        if step.op.name == "relu":
            equations += _through_relu(step, inputs[0], values)
            grids[step.name] = printed(step.name, step.shape)
            continue
        found = _meaning(step, inputs)
        if found is None:
            if step.hidden and step.op.name not in ("cross_entropy", "squared_error"):
                raise NotUnique(f"--blank: backwards: {step.name} hides a missing number")
            grids[step.name] = printed(step.name, step.shape)
            continue
        grids[step.name] = found if step.hidden else printed(step.name, step.shape, found)
        if step.hidden or (step.name in blanks and blanks[step.name].any()):
            symbolic.add(step.name)
        if not step.hidden:
            for line, told in zip(found, grids[step.name], strict=True):
                equations += [x - y for x, y in zip(line, told, strict=True) if x is not y]
    _solve([e for e in equations if getattr(e, "free_symbols", None)], truth, within, Matrix)


def _meaning(step: Step, inputs: list[Grid]) -> Grid | None:
    if step.op.name == "descend":
        from sympy import Rational

        rate = Rational(str(step.params.get("rate", "1")))
        return _each(lambda w, d: w - rate * d, *inputs)
    meaning = MEANING.get(step.op.name)
    return None if meaning is None else meaning(*inputs, **step.params)


def _through_relu(step: Step, sums: Grid, values: Values) -> list[Any]:
    """Where the unit is live, its sum is what is printed; a dead one has no equation."""
    from sympy import Rational

    after = values[step.name]
    return [
        box - Rational(int(after.digits[i, j]), 10**after.decimals)
        for i, line in enumerate(sums)
        for j, box in enumerate(line)
        if after.digits[i, j] > 0
    ]


def _solve(
    equations: list[Any], truth: Mapping[Any, tuple[str, Any]], within: tuple[int, int], Matrix: Any
) -> None:
    """Row-reduce each group of equations that share symbols; every symbol must come out alone."""
    rest = [(e, e.free_symbols) for e in equations]
    open_symbols = set(truth)
    while rest:
        group = [rest.pop(0)]
        symbols = set(group[0][1])
        while found := [pair for pair in rest if pair[1] & symbols]:
            rest = [pair for pair in rest if not pair[1] & symbols]
            for pair in found:
                group.append(pair)
                symbols |= pair[1]
        unknowns = sorted(symbols, key=str)
        rows = []
        for e, _ in group:
            slopes = [e.expand().coeff(u) for u in unknowns]
            if any(s.free_symbols for s in slopes):
                raise NotUnique(f"--blank: backwards: {unknowns[0]} is multiplied by another one")
            rows.append([*slopes, -e.expand().as_independent(*unknowns, as_Add=True)[0]])
        reduced, pivots = Matrix(rows).rref()
        for k, unknown in enumerate(unknowns):
            name, value = truth[unknown]
            if pivots != tuple(range(len(unknowns))):
                raise NotUnique(f"--blank: backwards: {unknown} has not exactly one solution")
            if reduced[k, len(unknowns)] != value:
                raise NotUnique(f"--blank: backwards: {unknown} of {name} comes out otherwise")
            if not (value.is_Integer and within[0] <= value <= within[1]):
                raise NotUnique(f"--blank: backwards: {unknown} is no whole number in the range")
            open_symbols.discard(unknown)
    if open_symbols:
        raise NotUnique(f"--blank: backwards: nothing determines {min(open_symbols, key=str)}")
