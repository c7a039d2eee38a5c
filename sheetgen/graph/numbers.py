"""Exact decimals on int64 arrays, and how a student rounds.

A number on paper is a whole number of tenths, hundredths ...: ``Fixed(digits=[[21]], decimals=1)``
is 2.1. Sums and products of such numbers are exact; no binary float ever reaches a page. Arrays
have the shape (..., rows, columns): leading axes, if any, run over many exercises at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sheetgen.errors import SheetgenError

Ints = NDArray[np.int64]

LARGEST = 10**13
"""Digits that int64 holds exactly, and floats with room to spare, so that a key can be checked."""
MANY = 400
"""Matrices for which it matters how they are kept in memory."""
PLACES = 6
"""Decimals to which a result is rounded that a pencil works out exactly: more than a page shows."""
MINUS = "\N{MINUS SIGN}"
CROSS = "×"
"""Stands in a box that is crossed out, as it is not worked out."""


class Fixed(NamedTuple):
    """An array of decimals: ``digits / 10**decimals``."""

    digits: Ints
    decimals: int = 0


def align(*values: Fixed) -> tuple[list[Ints], int]:
    """The digits of all ``values`` at the largest number of decimals among them, and that
    number."""
    decimals = max(v.decimals for v in values)
    return [_shift(v.digits, decimals - v.decimals) for v in values], decimals


def _shift(digits: Ints, places: int) -> Ints:
    if places == 0:
        return digits
    guard(float(np.abs(digits).max(initial=0)) * 10.0**places)
    return digits * np.int64(10**places) if digits.any() else digits


def guard(bound: float, what: str = "a result") -> None:
    """Refuse numbers that nobody could check to the last digit, and what is no number. Raises
    SheetgenError."""
    if not bound < LARGEST:
        raise SheetgenError(f"{what} would have more than 13 digits; give smaller numbers")


def add(a: Fixed, b: Fixed) -> Fixed:
    """a + b, exact; columns or rows of one are repeated."""
    (x, y), decimals = align(a, b)
    return Fixed(x + y, decimals)


def subtract(a: Fixed, b: Fixed) -> Fixed:
    """a - b, exact."""
    (x, y), decimals = align(a, b)
    return Fixed(x - y, decimals)


def multiply(a: Fixed, b: Fixed) -> Fixed:
    """Elementwise product, exact."""
    guard(_largest(a) * _largest(b))
    return Fixed(a.digits * b.digits, a.decimals + b.decimals)


def matmul(a: Fixed, b: Fixed) -> Fixed:
    """Matrix product, exact. Raises ValueError if the inner dimensions differ."""
    guard(_largest(a) * _largest(b) * a.digits.shape[-1])
    x, y = a.digits, b.digits
    multiplied = _box_by_box if _have_boxes_first(x, y) else np.matmul
    return Fixed(multiplied(x, y), a.decimals + b.decimals)


def _have_boxes_first(a: Ints, b: Ints) -> bool:
    """Whether one of two stacks is of many matrices that are kept in memory box by box, as draws
    are."""
    return a.shape[-1] == b.shape[-2] and any(
        x.ndim > 2 and x.size >= MANY * x.shape[-1] * x.shape[-2]
        and x.strides[-1] > x.strides[0] < x.strides[-2] for x in (a, b)
    )  # fmt: skip


def _box_by_box(a: Ints, b: Ints) -> Ints:
    """The products of two stacks, kept so too; several times quicker than one after the
    other."""
    x = a.transpose(-2, -1, *range(a.ndim - 2))
    y = b.transpose(-2, -1, *range(b.ndim - 2))
    found = x[:, 0, None] * y[None, 0]
    for k in range(1, a.shape[-1]):
        found += x[:, k, None] * y[None, k]
    return found.transpose(*range(2, found.ndim), 0, 1)


def transpose(a: Fixed) -> Fixed:
    return Fixed(np.swapaxes(a.digits, -1, -2), a.decimals)


def _largest(a: Fixed) -> float:
    digits = a.digits
    return float(max(int(digits.max()), -int(digits.min()))) if digits.size else 0.0


def round_divide(numerator: Ints, denominator: Ints | np.int64) -> Ints:
    """Quotient of whole numbers, rounded half away from zero. The denominator must be positive."""
    magnitude: Ints = (2 * np.abs(numerator) + denominator) // (2 * denominator)
    return np.asarray(np.sign(numerator) * magnitude)


def rounded(value: Fixed, decimals: int) -> Fixed:
    """``value`` with at most ``decimals`` decimals, half away from zero."""
    if value.decimals <= decimals:
        return value
    unit = np.int64(10 ** (value.decimals - decimals))
    return Fixed(round_divide(value.digits, unit), decimals)


def from_float(values: NDArray[np.float64], decimals: int) -> Fixed:
    """Round transcendental results half away from zero (a tie that is exact up to 1e-9 counts as a
    tie)."""
    scaled = np.abs(values) * 10.0**decimals
    return Fixed((np.sign(values) * np.floor(scaled + 0.5 + 1e-9)).astype(np.int64), decimals)


def to_float(value: Fixed) -> NDArray[np.float64]:
    """Binary floats, for the second way and for pictures; never for the page."""
    return value.digits / np.float64(10.0**value.decimals)


@lru_cache(1 << 14)
def text(digits: int, decimals: int) -> str:
    """How the number is written by hand: ``2``, ``−1.5``, ``.5``, without needless zeros."""
    sign = MINUS if digits < 0 else ""
    whole, rest = divmod(abs(int(digits)), 10**decimals)
    fraction = f"{rest:0{decimals}d}".rstrip("0") if decimals else ""
    if not fraction:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{fraction}"


@lru_cache(1 << 14)
def plain(digits: int, decimals: int) -> int | float:
    """The number for JSON: an int, or the shortest float that prints as the decimal."""
    value = Decimal(int(digits)).scaleb(-decimals)
    return int(value) if value == value.to_integral_value() else float(value)


def decimal_of(item: Any, where: str) -> Decimal:
    """A number from JSON or a command line as an exact decimal. Raises SheetgenError naming
    ``where``."""
    if isinstance(item, bool) or item is None or not isinstance(item, int | float | str | Decimal):
        shown = (
            {None: "null", True: "true", False: "false"}.get(item, type(item).__name__)
            if (item is None or isinstance(item, bool))
            else f"a {type(item).__name__}"
        )
        raise SheetgenError(f"{where}: expected a number, found {shown}")
    try:
        value = Decimal(with_point(str(item).replace(MINUS, "-"), where))
    except InvalidOperation:
        raise SheetgenError(f"{where}: {str(item)[:40]!r} is not a number") from None
    if not value.is_finite():
        raise SheetgenError(f"{where}: {item} is not a finite number")
    if abs(value) > 1_000_000:
        raise SheetgenError(
            f"{where}: {str(item)[:20]} is too large; numbers up to 1,000,000 are accepted"
        )
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        raise SheetgenError(f"{where}: {str(item)[:20]} has more than 6 decimals; round it")
    return value


_COMMA = re.compile(r"\s*([+-]?)(\d*),(\d+)\s*")


def with_point(text: str, where: str) -> str:
    """A typed number with a point for a decimal comma. Raises SheetgenError naming ``where`` if the
    comma may as well part thousands."""
    found = _COMMA.fullmatch(text)
    if found is None:
        return text
    sign, whole, decimals = found.groups()
    if len(decimals) == 3 and whole.strip("0") and len(whole) <= 3:
        raise SheetgenError(f"{where}: {text.strip()} may be {whole}.{decimals} or "
                            f"{whole}{decimals}; write it without a comma")  # fmt: skip
    return f"{sign}{whole}.{decimals}"


def from_decimals(rows: Sequence[Sequence[Decimal]]) -> Fixed:
    """A matrix of exact decimals, with as many decimals as its finest entry."""
    exponents = [d.normalize().as_tuple().exponent for row in rows for d in row]
    decimals = max((-e for e in exponents if isinstance(e, int)), default=0)
    decimals = max(decimals, 0)
    return Fixed(
        np.array([[int(d.scaleb(decimals)) for d in row] for row in rows], np.int64), decimals
    )

Values = dict[str, Fixed]
"""Matrix name -> its numbers, (..., rows, columns)."""
