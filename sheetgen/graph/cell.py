"""A cell formula for one box, over any kind of thing: exact fractions, symbols, written sums,
spreadsheet formulas. An *algebra* says what adding, multiplying and rounding is there."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

from sheetgen.errors import SheetgenError
from sheetgen.graph.formula import (
    Box,
    Calc,
    Choice,
    Count,
    Expr,
    Formula,
    Index,
    Number,
    Over,
    Param,
    Shape,
    Side,
    Test,
    whole,
    with_inputs,
)

BY_ZERO = "a number would be divided by 0; give other numbers"
NO_ROOT = "the root of a negative number would be taken; give other numbers"
NO_LOGARITHM = "the logarithm of 0 or less would be taken; give other numbers"
FAR = 700.0
"""Exponents of e beyond it are as good as infinite."""

T = TypeVar("T")
Place = tuple[str, int, int]
"""A matrix, a row and a column, counted from 0."""


class Algebra(Protocol[T]):
    """What a formula's parts become."""

    def number(self, value: Decimal) -> T: ...
    def letter(self, name: str) -> T:
        """A parameter that is no number, such as the base ``e``."""
        ...

    def calc(self, how: str, args: Sequence[T]) -> T: ...
    def over(self, how: str, terms: Sequence[T]) -> T: ...
    def rounded(self, value: T, places: int) -> T: ...
    def choice(self, tests: Sequence[tuple[str, T, T]], yes: Callable[[], T],
               no: Callable[[], T]) -> T: ...  # fmt: skip


@dataclass(frozen=True)
class Cells(Generic[T]):
    """The boxes of a result, each worked out on its own."""

    formula: Formula
    shapes: Mapping[str, Shape]
    sizes: Mapping[str, int]
    params: Mapping[str, Any]
    algebra: Algebra[T]
    get: Callable[[str, int, int], T]
    """What stands in a box of an input."""

    @classmethod
    def of(
        cls, formula: Formula, shapes: Sequence[Shape], params: Mapping[str, Any],
        algebra: Algebra[T], get: Callable[[int, int, int], T],
    ) -> Cells[T]:  # fmt: skip
        """``get`` takes the number of an input, from 0, a row and a column. Raises ValueError if
        the shapes do not fit."""
        formula = with_inputs(formula, len(shapes))
        named = dict(zip(formula.inputs, shapes, strict=True))
        places = {name: k for k, name in enumerate(formula.inputs)}
        return cls(formula, named, formula.sizes(named, params), params, algebra,
                   lambda name, i, j: get(places[name], i, j))  # fmt: skip

    @property
    def shape(self) -> Shape:
        return self.sizes["i"], self.sizes["j"]

    def at(self, i: int, j: int) -> T:
        """The box in row ``i`` and column ``j``, counted from 0."""
        return self._part(self.formula.body, {"i": i, "j": j})

    def _part(self, part: Expr, at: Mapping[str, int]) -> T:
        algebra = self.algebra
        match part:
            case Number(value):
                return algebra.number(value)
            case Index(name):
                return algebra.number(Decimal(at[name]))
            case Count(index):
                return algebra.number(Decimal(self.sizes[index]))
            case Side(matrix, axis):
                return algebra.number(Decimal(self.shapes[matrix][axis]))
            case Param(name):
                return self._param(name)
            case Box():
                return self._box(part, at)
            case Over(how, indices, body):
                runs = itertools.product(*(range(self.sizes[k]) for k in indices))
                found = (
                    self._part(body, {**at, **dict(zip(indices, run, strict=True))})
                    for run in runs
                )
                return algebra.over(how, list(found))
            case Choice():
                return self._choice(part, at)
            case Calc("round", (inner, places)):
                return algebra.rounded(self._part(inner, at), whole(places, {}, self.params))
            case Calc(how, args):
                return algebra.calc(how, [self._part(arg, at) for arg in args])
        raise ValueError(f"{part} has no place in a box")

    def _param(self, name: str) -> T:
        value = self.params[name]
        try:
            return self.algebra.number(Decimal(str(value)))
        except ArithmeticError:
            return self.algebra.letter(str(value))

    def _box(self, box: Box, at: Mapping[str, int]) -> T:
        row, column = (whole(place, self.shapes, self.params, at)
                       for place in (box.row, box.column))  # fmt: skip
        name = box.matrices[0]
        if box.join:
            axis = 0 if box.join == "over" else 1
            place = (row, column)[axis]
            for name in box.matrices:
                if place < self.shapes[name][axis]:
                    break
                place -= self.shapes[name][axis]
            row, column = (place, column) if axis == 0 else (row, place)
        rows, columns = self.shapes[name]
        if 0 <= row < rows and 0 <= column < columns:
            return self.get(name, row, column)
        if self.formula.outside:
            return self.algebra.number(Decimal(0))
        raise ValueError("a place outside the matrix")

    def _choice(self, part: Choice, at: Mapping[str, int]) -> T:
        known = [self._known(test, at) for test in part.tests]
        if not all(answer is not False for answer in known):
            return self._part(part.no, at)
        tests = [
            (test.how, self._part(test.left, at), self._part(test.right, at))
            for test, answer in zip(part.tests, known, strict=True)
            if answer is None
        ]
        if not tests:
            return self._part(part.yes, at)
        return self.algebra.choice(
            tests, lambda: self._part(part.yes, at), lambda: self._part(part.no, at)
        )

    def _known(self, test: Test, at: Mapping[str, int]) -> bool | None:
        """What a test of parameters and places says; None for one of numbers."""
        if test.how == "flag" and isinstance(test.left, Param):
            return bool(self.params[test.left.name])
        both = (test.left, test.right)
        if not any(isinstance(side, Box | Calc | Over | Choice) for side in both):
            sides = (whole(side, self.shapes, self.params, at) for side in both)
            return TESTS[test.how](*sides)
        return None


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda a, b: bool(a > b), "ge": lambda a, b: bool(a >= b),
    "lt": lambda a, b: bool(a < b), "le": lambda a, b: bool(a <= b),
    "eq": lambda a, b: bool(a == b),
}  # fmt: skip


class Fractions:
    """Exact fractions; powers of e and roots are floats until they are rounded."""

    def number(self, value: Decimal) -> Fraction:
        return Fraction(value)

    def letter(self, name: str) -> Any:
        if name == "e":
            return math.e
        raise SheetgenError(f"{name} is no number")

    def calc(self, how: str, args: Sequence[Any]) -> Any:
        if how == "div" and args[1] == 0:
            raise SheetgenError(BY_ZERO)
        if how == "sqrt" and args[0] < 0:
            raise SheetgenError(NO_ROOT)
        if how == "log" and args[0] <= 0:
            raise SheetgenError(NO_LOGARITHM)
        return _CALCS[how](*args)

    def over(self, how: str, terms: Sequence[Any]) -> Any:
        return _OVER[how](terms)

    def rounded(self, value: Any, places: int) -> Fraction:
        """Half away from zero."""
        if isinstance(value, float):
            scaled = math.floor(abs(value) * 10.0**places + 0.5 + 1e-9)
        else:
            scaled = math.floor(abs(value) * 10**places + Fraction(1, 2))
        return Fraction(scaled if value >= 0 else -scaled, 10**places)

    def choice(self, tests: Sequence[tuple[str, Any, Any]], yes: Callable[[], Any],
               no: Callable[[], Any]) -> Any:  # fmt: skip
        return yes() if all(TESTS[how](a, b) for how, a, b in tests) else no()


_OVER: dict[str, Callable[..., Any]] = {"sum": sum, "max": max, "min": min}
_CALCS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b, "whole": lambda a, b: a // b, "neg": lambda a: -a,
    "pow": lambda a, b: a ** (int(b) if b == int(b) else b), "max": max, "min": min,
    "floor": lambda a: Fraction(math.floor(a)), "sqrt": lambda a: math.sqrt(a),
    "log": lambda a: math.log(a),
    "exp": lambda a: math.exp(min(a, FAR)),
}  # fmt: skip
