"""Small functions of exact numbers, put together before the numbers are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.errors import SheetgenError
from sheetgen.graph import numbers as num
from sheetgen.graph.cell import BY_ZERO, NO_LOGARITHM, NO_ROOT
from sheetgen.graph.exact_boxes import Exact, Numbers
from sheetgen.graph.numbers import Fixed


def applied(how: Callable[..., Fixed], made: Sequence[Exact]) -> Exact:
    """A function of what some others find."""
    if len(made) == 1:
        (one,) = made
        return lambda values: how(one(values))
    if len(made) == 2:
        one, two = made
        return lambda values: how(one(values), two(values))
    return lambda values: how(*(f(values) for f in made))


def divided(a: Exact, b: Exact, places: int, values: Numbers) -> Fixed:
    """One number over another, rounded to so many decimals. Raises if the other is 0."""
    (x, y), _ = num.align(a(values), b(values))
    never_zero(y)
    num.guard(float(np.abs(x).max(initial=0)) * 10.0**places * 2)
    if (y < 0).any():
        x, y = np.where(y < 0, -x, x), np.abs(y)
    return Fixed(num.round_divide(x * np.int64(10**places), y), places)


def never_zero(divisor: NDArray[Any]) -> None:
    """Raises if one of some numbers that are divided by is 0."""
    if (divisor == 0).any():
        raise SheetgenError(BY_ZERO)


def quotient(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """One float over another. Raises if the other is 0."""
    never_zero(b)
    return np.divide(a, b)


def logarithm(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Raises if one of some numbers is not positive."""
    if (numbers <= 0).any():
        raise SheetgenError(NO_LOGARITHM)
    return np.log(numbers)


def root(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Raises if one of some numbers is negative."""
    if (numbers < 0).any():
        raise SheetgenError(NO_ROOT)
    return np.sqrt(numbers)


def larger(both: Callable[[Numbers], tuple[Any, Any, int]], how: str) -> Exact:
    """The larger or the smaller of two."""
    choose = np.maximum if how == "max" else np.minimum

    def run(values: Numbers) -> Fixed:
        x, y, decimals = both(values)
        return Fixed(choose(x, y), decimals)

    return run


class Constant:
    """A number that hangs on nothing."""

    def __init__(self, digits: int, decimals: int) -> None:
        self.digits, self.decimals = digits, decimals
        self.fixed = Fixed(np.array(digits, np.int64), decimals)

    def __call__(self, values: Numbers) -> Fixed:
        return self.fixed


def pair(a: Exact, b: Exact) -> Callable[[Numbers], tuple[Any, Any, int]]:
    """The digits of two numbers at the larger number of decimals, and that number."""
    if isinstance(a, Constant) and isinstance(b, Constant):
        (x, y), decimals = num.align(a.fixed, b.fixed)
        return lambda values: (x, y, decimals)
    if isinstance(b, Constant):
        constant = b

        def run(values: Numbers) -> tuple[Any, Any, int]:
            found = a(values)
            more = found.decimals - constant.decimals
            if more >= 0:
                return found.digits, constant.digits * 10**more, found.decimals
            (x, y), decimals = num.align(found, constant.fixed)
            return x, y, decimals

        return run

    def align(values: Numbers) -> tuple[Any, Any, int]:
        (x, y), decimals = num.align(a(values), b(values))
        return x, y, decimals

    return align
