"""A cell formula for all boxes of a matrix and a whole class at once, in exact decimals.

``compiled`` turns a formula and the shapes of its inputs into a function of their numbers. Sums of
products go to a matrix product; what no decimal can hold (powers of e, roots) is worked out in
binary floats and must be rounded before it leaves the formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph import numbers as num
from sheetgen.graph.cell import FAR
from sheetgen.graph.exact_boxes import Exact, Numbers, Places
from sheetgen.graph.exact_functions import (
    Constant,
    applied,
    divided,
    larger,
    logarithm,
    never_zero,
    pair,
    quotient,
    root,
)
from sheetgen.graph.formula import (
    ZERO,
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
    walk,
    with_inputs,
)
from sheetgen.graph.numbers import Fixed, Ints

Floats = NDArray[np.float64]
Real = Callable[[Numbers], Floats]

SPREAD = 30
"""3^-30 is nothing to the decimals of a sheet, and 3^30 times a thousand fits into 64 bits."""
LOWEST = np.int64(-(2**40))


def compiled(
    formula: Formula, shapes: Sequence[Shape], params: Mapping[str, Any]
) -> tuple[Callable[..., Fixed], Shape]:
    """A function of the inputs' numbers (..., rows, columns) that gives the result's, and the
    result's shape. Raises ValueError if the shapes do not fit."""
    formula = with_inputs(formula, len(shapes))
    named = dict(zip(formula.inputs, shapes, strict=True))
    sizes = formula.sizes(named, params)
    rows, columns = sizes["i"], sizes["j"]
    made = _Compiler(formula, named, sizes, params).exact(formula.body, ("i", "j"))
    names = formula.inputs

    def run(*values: Fixed) -> Fixed:
        digits, decimals = made(dict(zip(names, values, strict=True)))
        if digits.shape[-2:] != (rows, columns):
            digits = np.broadcast_to(digits, (*digits.shape[:-2], rows, columns))
        return Fixed(digits, decimals)

    return run, (rows, columns)


class _Compiler:
    """Turns parts of a formula into functions; ``axes`` are the indices that the last axes of what
    these return run over, of length 1 where nothing depends on one."""

    def __init__(
        self, formula: Formula, shapes: Mapping[str, Shape], sizes: Mapping[str, int],
        params: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.sizes, self.params = sizes, params
        self.places = Places(shapes, sizes, params, formula.outside)

    # --- exact numbers

    def exact(self, part: Expr, axes: tuple[str, ...]) -> Exact:
        """A part as decimals. Raises ValueError for what no decimal can hold."""
        match part:
            case Number() | Param() | Count() | Side():
                return self._constant(self.places.value(part), axes)
            case Index(name):
                grid = self.places.grid(name, axes)
                return lambda values: Fixed(grid)
            case Box():
                return self.places.box(part, axes)
            case Over("sum", (index,), Calc("mul", (Box() as a, Box() as b))) if (
                product := self.places.product(index, a, b, axes)
            ):
                return product
            case Over(how, indices, body):
                return self._over(how, self.exact(body, axes + indices), indices)
            case Choice():
                return self._choice(part, axes)
            case Calc("round", (inner, places)):
                return self._rounded(inner, int(self.places.value(places)), axes)
            case Calc("floor", (Calc("div", (a, b)),)):
                return self._floor(self.exact(a, axes), self.exact(b, axes))
            case Calc("max" | "min" as how, (a, b)):
                return larger(pair(self.exact(a, axes), self.exact(b, axes)), how)
            case Calc(how, args) if how in _EXACT:
                made = [self.exact(arg, axes) for arg in args]
                return applied(_EXACT[how], made)
        raise ValueError(f"{part} must be rounded")

    def _constant(self, value: Decimal, axes: tuple[str, ...]) -> Exact:
        found = num.from_decimals([[value]])
        return Constant(int(found.digits[0, 0]), found.decimals)

    def _over(self, how: str, body: Exact, indices: tuple[str, ...]) -> Exact:
        where = tuple(range(-len(indices), 0))

        def run(values: Numbers) -> Fixed:
            digits, decimals = body(values)
            return Fixed(getattr(self._whole(digits, indices), how)(axis=where), decimals)

        return run

    def _whole(self, terms: Any, indices: tuple[str, ...]) -> Any:
        """Terms repeated along those of the last axes, the indices', on which none depends."""
        ranges = tuple(self.sizes[k] for k in indices)
        if terms.shape[-len(ranges):] == ranges:
            return terms
        return np.broadcast_to(terms, np.broadcast_shapes(terms.shape, ranges))

    def _choice(self, part: Choice, axes: tuple[str, ...]) -> Exact:
        known = [self._known(test) for test in part.tests]
        if not all(answer is not False for answer in known):
            return self.exact(part.no, axes)
        open_ = [t for t, answer in zip(part.tests, known, strict=True) if answer is None]
        if not open_:
            return self.exact(part.yes, axes)
        both = pair(self.exact(part.yes, axes), self.exact(part.no, axes))
        tests = [self._test(test, axes) for test in open_]

        def run(values: Numbers) -> Fixed:
            good = tests[0](values)
            for test in tests[1:]:
                good = good & test(values)
            x, y, decimals = both(values)
            return Fixed(np.where(good, x, y), decimals)

        return run

    def _known(self, test: Test) -> bool | None:
        """What a test of a parameter says; None for a test of numbers."""
        if test.how != "flag" or not isinstance(test.left, Param):
            return None
        return bool(self.params[test.left.name])

    def _test(self, test: Test, axes: tuple[str, ...]) -> Callable[[Numbers], Any]:
        match test.left, test.right:
            case Index(a), Index(b) if self.sizes[a] != self.sizes[b]:
                raise ValueError("a mask needs as many rows as columns")
        both = pair(self.exact(test.left, axes), self.exact(test.right, axes))
        compare = _TESTS[test.how]

        def run(values: Numbers) -> Any:
            a, b, _ = both(values)
            return compare(a, b)

        return run

    # --- what is rounded

    def _rounded(self, part: Expr, places: int, axes: tuple[str, ...]) -> Exact:
        share = self._share(part, places, axes)
        if share is not None:
            return share
        match part:
            case Calc("div", (a, b)) if not self._is_real(part):
                return partial(divided, self.exact(a, axes), self.exact(b, axes), places)
            case Calc("pow", (Param(name), exponent)) if self._is_whole(name):
                return self._power(name, exponent, places, axes)
        if self._is_real(part):
            real = self.real(part, axes)

            def run(values: Numbers) -> Fixed:
                with np.errstate(over="ignore"):
                    found = real(values)
                num.guard(2 * float(np.abs(found).max(initial=0)) * 10.0**places, "a power")
                return num.from_float(found, places)

            return run
        exact = self.exact(part, axes)
        return lambda values: num.rounded(exact(values), places)

    def _is_real(self, part: Expr) -> bool:
        """Whether something in it is worked out in floats."""
        floats = ("pow", "exp", "sqrt", "log")
        return any(isinstance(p, Calc) and p.how in floats for p in walk(part))

    def _is_whole(self, name: str) -> bool:
        return str(self.params[name]).isdigit()

    def _base(self, part: Expr) -> float:
        if isinstance(part, Param) and self.params[part.name] == "e":
            return math.e
        return float(self.places.value(part))

    def real(self, part: Expr, axes: tuple[str, ...]) -> Real:
        """A part as floats."""
        if not self._is_real(part):
            exact = self.exact(part, axes)
            return lambda values: num.to_float(exact(values))
        match part:
            case Calc("pow", (base, exponent)):
                inner, number = self.real(exponent, axes), self._base(base)
                return lambda values: number ** inner(values)
            case Calc("exp" | "sqrt" | "log" as how, (arg,)):
                inner = self.real(arg, axes)
                if how != "exp":
                    function = root if how == "sqrt" else logarithm
                    return lambda values: function(inner(values))
                return lambda values: np.exp(np.clip(inner(values), -FAR, FAR))
            case Calc(how, args) if how in _REAL:
                made = [self.real(arg, axes) for arg in args]
                return lambda values: _REAL[how](*(one(values) for one in made))
            case Over(how, indices, body):
                inner = self.real(body, axes + indices)
                where = tuple(range(-len(indices), 0))
                return lambda values: np.asarray(
                    getattr(self._whole(inner(values), indices), how)(axis=where)
                )
            case Choice():
                return self._real_choice(part, axes)
        raise ValueError(f"no way to work out {part}")

    def _real_choice(self, part: Choice, axes: tuple[str, ...]) -> Real:
        known = [self._known(test) for test in part.tests]
        if not all(answer is not False for answer in known):
            return self.real(part.no, axes)
        tests = [self._test(t, axes) for t, answer in zip(part.tests, known, strict=True)
                 if answer is None]  # fmt: skip
        yes, no = self.real(part.yes, axes), self.real(part.no, axes)
        if not tests:
            return yes

        def run(values: Numbers) -> Floats:
            good = tests[0](values)
            for test in tests[1:]:
                good = good & test(values)
            return np.where(good, yes(values), no(values))

        return run

    def _power(self, base: str, exponent: Expr, places: int, axes: tuple[str, ...]) -> Exact:
        """A power of a whole number: exact where the exponent is whole."""
        number, unit = int(self.params[base]), np.int64(10**places)
        reach = _reach(number)
        made = self.exact(exponent, axes)

        def run(values: Numbers) -> Fixed:
            found = made(values)
            exponents = num.to_float(found)
            most = float(number) ** min(float(exponents.max(initial=0)), 99.0)
            num.guard(2 * float(unit) * most, "a power")
            if found.decimals:
                return num.from_float(float(number) ** exponents, places)
            up, down = np.maximum(found.digits, 0), np.clip(-found.digits, 0, reach)
            return Fixed(num.round_divide(unit * number**up, number**down), places)

        return run

    def _share(self, part: Expr, places: int, axes: tuple[str, ...]) -> Exact | None:
        """A power over a sum of its like, whose exponents may all be moved together: so it stays
        within what can be held, and is exact where base and exponents are whole."""
        match part:
            case Calc("div", (above, Over("sum", (index,), below))) if (
                below in [_renamed(above, Index(side), Index(index)) for side in ("i", "j")]
            ):
                pass
            case _:
                return None
        one, other = self._masked_power(above, axes), self._masked_power(below, (*axes, index))
        if one is None or other is None:
            return None
        (base, exponent, allowed), (_, exponents, all_allowed) = one, other
        whole = int(base) if base == int(base) and _reach(int(base)) == SPREAD else None
        scale = 1.0 if base == math.e else math.log(base)

        def run(values: Numbers) -> Fixed:
            (z, decimals), (every, _) = exponent(values), exponents(values)
            here, there = allowed(values), all_allowed(values)
            top = np.where(there, every, LOWEST).max(axis=-1)
            if whole is not None and decimals == 0:
                parts = _whole_powers(whole, z - top, here)
                total = _whole_powers(whole, every - top[..., None], there).sum(axis=-1)
                never_zero(total)
                return Fixed(num.round_divide(parts * np.int64(10**places), total), places)
            unit = 10.0**decimals
            powers = np.exp(np.where(here, (z - top) / unit * scale, -np.inf))
            sums = np.exp(np.where(there, (every - top[..., None]) / unit * scale, -np.inf))
            shared = sums.sum(axis=-1)
            never_zero(shared)
            return num.from_float(powers / shared, places)

        return run

    def _masked_power(
        self, part: Expr, axes: tuple[str, ...]
    ) -> tuple[float, Exact, Callable[[Numbers], Any]] | None:
        """Base, exponent and where it counts, of a power, or of one that is 0 behind a mask."""
        tests: list[Callable[[Numbers], Any]] = []
        masked = False
        if isinstance(part, Choice) and part.yes == ZERO:
            known = [self._known(test) for test in part.tests]
            masked = all(answer is not False for answer in known)
            tests = [self._test(t, axes) for t, k in zip(part.tests, known, strict=True)
                     if masked and k is None]  # fmt: skip
            part = part.no
        match part:
            case Calc("pow", (base, exponent)):
                return self._base(base), self.exact(exponent, axes), partial(_behind, masked, tests)
        return None

    def _floor(self, a: Exact, b: Exact) -> Exact:
        def run(values: Numbers) -> Fixed:
            (x, y), _ = num.align(a(values), b(values))
            never_zero(y)
            return Fixed(np.floor_divide(x, y))

        return run


def _behind(masked: bool, tests: Sequence[Callable[[Numbers], Any]], values: Numbers) -> Any:
    """Where no mask lies."""
    hidden = np.asarray(masked)
    for test in tests:
        hidden = hidden & test(values)
    return ~hidden


def _renamed(part: Any, old: Index, new: Index) -> Any:
    """A part with another index in the place of one."""
    if part == old:
        return new
    if isinstance(part, tuple):
        return tuple(_renamed(one, old, new) for one in part)
    if is_dataclass(part) and not isinstance(part, type):
        found = {f.name: _renamed(getattr(part, f.name), old, new) for f in fields(part)}
        return replace(part, **found)
    return part


def _reach(base: int) -> int:
    """The largest power of a whole number that is worked out, so that it fits into 64 bits."""
    return max((k for k in range(1, SPREAD + 1) if base**k * 1000 < 2**63), default=1)


def _whole_powers(base: int, exponents: Ints, allowed: Any) -> Ints:
    """Powers of a whole number relative to the largest of a sum; nothing for what is too small to
    be seen."""
    moved = exponents + SPREAD
    return np.where(allowed & (moved >= 0), np.int64(base) ** np.clip(moved, 0, SPREAD), 0)


_EXACT: dict[str, Callable[..., Fixed]] = {
    "add": num.add, "sub": num.subtract, "mul": num.multiply,
    "neg": lambda a: Fixed(-a.digits, a.decimals),
}  # fmt: skip
_REAL: dict[str, Callable[..., Floats]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": quotient, "neg": np.negative,
    "max": np.maximum, "min": np.minimum,
}  # fmt: skip
_TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "gt": np.greater, "ge": np.greater_equal, "lt": np.less, "le": np.less_equal, "eq": np.equal,
}  # fmt: skip
