"""The spellings of a number that a learning platform, which compares texts, should take for it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product

MINUS = "\N{MINUS SIGN}"


@lru_cache(1 << 12)
def spellings(digits: int, decimals: int) -> tuple[str, ...]:
    """All honest spellings of ``digits`` · 10^-``decimals``, the plainest first: with and without
    the 0 before the point and zeros at the end, with a point or a comma, a hyphen or a minus."""
    whole, rest = divmod(abs(digits), 10**decimals)
    exact = f"{rest:0{decimals}d}".rstrip("0") if decimals else ""
    fractions = [exact.ljust(width, "0") for width in range(len(exact), max(decimals, 1) + 1)]
    wholes = [f"{whole}", *([""] if whole == 0 and exact else [])]
    bodies = [f"{w}{point}{f}" if f else w
              for w, f in product(wholes, fractions) for point in (".,"if f else ".")]  # fmt: skip
    signs = ("-", MINUS) if digits < 0 else ("", "+") if digits else ("", "-", MINUS)
    return tuple(f"{sign}{body}" for sign, body in product(signs, bodies))


def filler(found: Iterable[tuple[str, ...]]) -> str:
    """A wrong answer that is wider than every right one: a platform draws a field as wide as the
    widest answer that it knows, and beside this all fields are alike."""
    widest = max((len(text) for texts in found for text in texts), default=0)
    return "-" + "9" * widest
