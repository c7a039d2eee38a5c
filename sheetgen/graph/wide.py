"""The same exercise without rounding on the way: wide decimals throughout, for numbers that others
have published; only what is shown is rounded."""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph.cell import BY_ZERO, FAR, NO_LOGARITHM, NO_ROOT, TESTS, Cells
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Fixed, Values, guard

DIGITS = 50
"""Digits that are carried along."""
Wide = list[list[Decimal]]


class Decimals:
    """Decimals with many digits; what is rounded on paper stays as it is."""

    def number(self, value: Decimal) -> Decimal:
        return value

    def letter(self, name: str) -> Decimal:
        if name == "e":
            return Decimal(1).exp()
        raise SheetgenError(f"{name} is no number")

    def calc(self, how: str, args: Sequence[Decimal]) -> Decimal:
        if how in ("div", "whole") and args[1] == 0:
            raise SheetgenError(BY_ZERO)
        if how == "sqrt" and args[0] < 0:
            raise SheetgenError(NO_ROOT)
        if how == "log" and args[0] <= 0:
            raise SheetgenError(NO_LOGARITHM)
        return _CALCS[how](*args)

    def over(self, how: str, terms: Sequence[Decimal]) -> Decimal:
        return sum(terms, Decimal(0)) if how == "sum" else {"max": max, "min": min}[how](terms)

    def rounded(self, value: Decimal, places: int) -> Decimal:
        return value

    def choice(self, tests: Sequence[tuple[str, Decimal, Decimal]], yes: Callable[[], Decimal],
               no: Callable[[], Decimal]) -> Decimal:  # fmt: skip
        return yes() if all(TESTS[how](a, b) for how, a, b in tests) else no()


_CALCS: dict[str, Callable[..., Decimal]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b, "whole": lambda a, b: Decimal(math.floor(a / b)),
    "neg": lambda a: -a, "pow": lambda a, b: a**b, "max": max, "min": min,
    "floor": lambda a: Decimal(math.floor(a)), "sqrt": lambda a: a.sqrt(),
    "log": lambda a: a.ln(),
    "exp": lambda a: max(min(a, Decimal(FAR)), Decimal(-FAR)).exp(),
}  # fmt: skip


def solve_wide(graph: Graph, given: Mapping[str, Fixed], places: int) -> Values:
    """All numbers of one exercise, worked out with many digits and rounded at the end, half away
    from zero, to ``places`` decimals. Raises SheetgenError naming the step for numbers that cannot
    be, or that have more than 13 digits so."""
    wide: dict[str, Wide] = {}
    values: Values = {}
    with decimal.localcontext(decimal.Context(prec=DIGITS, rounding=decimal.ROUND_HALF_UP)):
        for node in graph.nodes:
            if not isinstance(node, Step):
                values[node.name] = given[node.name]
                wide[node.name] = [[Decimal(d).scaleb(-given[node.name].decimals) for d in row]
                                   for row in given[node.name].digits.tolist()]  # fmt: skip
                continue
            try:
                wide[node.name] = _worked(node, wide)
                values[node.name] = _shown(wide[node.name], places)
            except (SheetgenError, ArithmeticError) as problem:
                said = problem if isinstance(problem, SheetgenError) else "it is no number"
                raise SheetgenError(f"{node.name}: {said}") from None
    return values


def _worked(step: Step, wide: Mapping[str, Wide]) -> Wide:
    if step.op.loss:
        return [[Decimal(0)]]
    matrices = [wide[n.name] for n in step.inputs]
    shapes = [n.shape for n in step.inputs]
    algebra: Any = Decimals()
    cells: Cells[Decimal] = Cells.of(step.op.formula, shapes, step.params, algebra,
                                     lambda n, i, j: matrices[n][i][j])  # fmt: skip
    rows, cols = cells.shape
    return [[cells.at(i, j) for j in range(cols)] for i in range(rows)]


def _shown(wide: Wide, places: int) -> Fixed:
    scaled = [[value.scaleb(places) for value in row] for row in wide]
    guard(float(max(abs(value) for row in scaled for value in row)))
    digits = [[int(value.to_integral_value()) for value in row] for row in scaled]
    return Fixed(np.array(digits, np.int64), places)
