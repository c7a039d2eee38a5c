"""SymPy's proof that the missing numbers of a sheet have exactly one solution.

Symbols stand for the open boxes; each printed box gives the equation that its definition asks for
(a box after ReLU: the sum is what it says where it is positive, and not positive where it says 0).
A box that is no sum and hangs on a single symbol is worked out with each number of the range; the
one that fits is the symbol's, if no other does. Nothing here uses the exact forward pass, or how
the missing numbers were chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.ends import Ends
from sheetgen.errors import SheetgenError
from sheetgen.graph.cell import TESTS, Cells, Fractions
from sheetgen.graph.hangs import Meeting, adds, asked_inputs
from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.graph.numbers import Values

Box = Any
"""A SymPy expression, or an exact number."""
Grid = list[list[Box]]


class NotUnique(SheetgenError):  # noqa: N818 -- it says what is wrong
    """A missing number has no solution or more than one; the sheet is not printed."""


def prove(
    graph: Graph,
    values: Values,
    blanks: Mapping[str, NDArray[np.bool_]],
    within: Ends,
) -> None:
    """Prove that the open boxes have one solution, in numbers of the range, with its decimals,
    where a given is missing. Raises NotUnique naming a box."""
    from sympy import Matrix

    page = _Page(values, blanks, within)
    equations = [e for e in page.equations(graph) if getattr(e, "free_symbols", None)]
    _solve(equations, page.truth, within, Matrix)


class _Page:
    """The boxes of a sheet: exact numbers where they are printed, symbols where they are open."""

    def __init__(
        self, values: Values, blanks: Mapping[str, NDArray[np.bool_]], within: Ends
    ) -> None:
        self.values, self.blanks, self.within = values, blanks, within
        self.truth: dict[Any, tuple[str, Any]] = {}
        """Symbol -> its matrix and the number that stands for."""
        self.grids: dict[str, Grid] = {}

    def equations(self, graph: Graph) -> list[Any]:
        """What is 0 for each printed box that hangs on an open one."""
        for given in graph.givens:
            self.grids[given.name] = self._printed(given)
        symbolic = {g.name for g in graph.givens if g.name in self.blanks}
        found: list[Any] = []
        for step in graph.steps:
            if not any(n.name in symbolic for n in step.inputs):
                self.grids[step.name] = self._exact(step)
                continue
            inputs = [self.grids[n.name] for n in step.inputs]
            if step.op.dies and not step.hidden:
                found += _through_relu(step, inputs[0], self.values)
                self.grids[step.name] = self._printed(step)
                continue
            meaning = _meaning(step, inputs)
            if meaning is None:
                if step.hidden and not step.op.loss:
                    raise NotUnique(f"--blank: backwards: {step.name} hides a missing number")
                self.grids[step.name] = self._printed(step)
                if not step.op.loss:
                    found += self._tried(step, inputs)
                continue
            if step.hidden:
                self.grids[step.name] = meaning
            else:
                self.grids[step.name] = self._printed(step, meaning)
                found += _differences(meaning, self.grids[step.name])
            if any(getattr(box, "free_symbols", None)
                   for row in self.grids[step.name] for box in row):
                symbolic.add(step.name)
        return found

    def _exact(self, node: Node) -> Grid:
        from sympy import Integer, Rational

        digits, decimals = self.values[node.name]
        return [[Integer(int(d)) if decimals == 0 else Rational(int(d), 10**decimals) for d in row]
                for row in digits]  # fmt: skip

    def _printed(self, node: Node, found: Grid | None = None) -> Grid:
        """A matrix's boxes; the open ones as ``found``, or as symbols."""
        from sympy import Symbol

        grid = self._exact(node)
        for i, j in np.argwhere(self.blanks[node.name]) if node.name in self.blanks else ():
            if found is not None:
                grid[i][j] = found[i][j]
                continue
            symbol = Symbol(f"{node.name}[{i + 1},{j + 1}]")
            self.truth[symbol] = (node.name, grid[i][j])
            grid[i][j] = symbol
        return grid


    def _tried(self, step: Step, inputs: list[Grid]) -> list[Any]:
        """What is 0 for each symbol that the printed boxes of a step tell, of those that hang on
        it alone: all numbers of the range are tried."""
        of_symbol: dict[Any, list[tuple[int, int]]] = {}
        for i, row in enumerate(self._read_by(step)):
            for j, places in enumerate(row):
                symbols = {s for n, r, c in places for s in inputs[n][r][c].free_symbols}
                if len(symbols) == 1:
                    of_symbol.setdefault(symbols.pop(), []).append((i, j))
        shapes = [n.shape for n in step.inputs]
        told = self._exact(step)
        found = []
        for symbol, boxes in of_symbol.items():
            lines = [[[_line(box, symbol) for box in row] for row in grid] for grid in inputs]
            fits = []
            for number in self._numbers():
                cells = Cells.of(step.op.formula, shapes, step.params, Fractions(),
                                 partial(_at, lines, _fraction(number)))  # fmt: skip
                if all(cells.at(i, j) == _fraction(told[i][j]) for i, j in boxes):
                    fits.append(number)
            if len(fits) == 1:
                found.append(symbol - fits[0])
        return found

    def _read_by(self, step: Step) -> list[list[frozenset[tuple[int, int, int]]]]:
        """The boxes of its inputs that each box of a step reads."""
        spots = [(n, i, j) for n, node in enumerate(step.inputs)
                 for i in range(node.shape[0]) for j in range(node.shape[1])]  # fmt: skip
        number = {spot: k for k, spot in enumerate(spots)}
        cells = Cells.of(step.op.formula, [n.shape for n in step.inputs], step.params, Meeting(),
                         lambda n, i, j: frozenset([number[n, i, j]]))  # fmt: skip
        rows, columns = cells.shape
        return [[frozenset(spots[k] for k in cells.at(i, j)) for j in range(columns)]
                for i in range(rows)]  # fmt: skip

    def _numbers(self) -> list[Any]:
        from sympy import Rational

        low, high, decimals = self.within
        return [Rational(n, 10**decimals) for n in range(low, high + 1)]


def _fraction(number: Any) -> Fraction:
    return Fraction(int(number.p), int(number.q))


def _line(box: Box, symbol: Any) -> tuple[Fraction, Fraction] | None:
    """What a box is where a symbol is 0, and by how much it grows with it; None if others are
    in it, too."""
    if box.free_symbols - {symbol}:
        return None
    slope = box.expand().coeff(symbol)
    return (None if slope.free_symbols
            else (_fraction(box.subs(symbol, 0)), _fraction(slope)))  # fmt: skip


def _at(
    lines: list[list[list[tuple[Fraction, Fraction] | None]]], number: Fraction,
    n: int, i: int, j: int,
) -> Fraction:  # fmt: skip
    """A box of an input with a number for its symbol."""
    line = lines[n][i][j]
    if line is None:
        raise NotUnique("--blank: backwards: a box hangs on more than one missing number")
    return line[0] + line[1] * number


def _differences(found: Grid, told: Grid) -> list[Any]:
    return [x - y for line, printed in zip(found, told, strict=True)
            for x, y in zip(line, printed, strict=True) if x is not y]  # fmt: skip


class _Symbols:
    """Sums and products of symbols and exact numbers."""

    def number(self, value: Decimal) -> Box:
        from sympy import Rational

        return Rational(str(value))

    def letter(self, name: str) -> Box:
        raise NotUnique(f"--blank: backwards: {name} is no number")

    def calc(self, how: str, args: Sequence[Box]) -> Box:
        return SUMS[how](*args)

    def over(self, how: str, terms: Sequence[Box]) -> Box:
        return sum(terms)

    def rounded(self, value: Box, places: int) -> Box:
        raise NotUnique("--blank: backwards: what is rounded has no equation")

    def choice(self, tests: Sequence[tuple[str, Box, Box]], yes: Callable[[], Box],
               no: Callable[[], Box]) -> Box:  # fmt: skip
        if any(getattr(side, "free_symbols", None) for _, *sides in tests for side in sides):
            raise NotUnique("--blank: backwards: a choice has no equation")
        return yes() if all(TESTS[how](a, b) for how, a, b in tests) else no()


SUMS: dict[str, Callable[..., Box]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "neg": lambda a: -a,
}  # fmt: skip


def _meaning(step: Step, inputs: list[Grid]) -> Grid | None:
    """What the boxes of a step are by the formula of its op; None where they are no sums of
    products."""
    asked = [grid for grid, is_asked in zip(inputs, asked_inputs(step), strict=True) if is_asked]
    if not adds(step.op) or any(box.free_symbols for grid in asked for row in grid for box in row):
        return None
    cells = Cells.of(step.op.formula, [n.shape for n in step.inputs], step.params, _Symbols(),
                     lambda n, i, j: inputs[n][i][j])  # fmt: skip
    rows, columns = cells.shape
    return [[cells.at(i, j) for j in range(columns)] for i in range(rows)]


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
    equations: list[Any], truth: Mapping[Any, tuple[str, Any]], within: Ends, Matrix: Any
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
            scaled = value * 10**within.decimals
            if not (scaled.is_Integer and within.low <= scaled <= within.high):
                raise NotUnique(f"--blank: backwards: {unknown} is no number in the range")
            open_symbols.discard(unknown)
    if open_symbols:
        raise NotUnique(f"--blank: backwards: nothing determines {min(open_symbols, key=str)}")
