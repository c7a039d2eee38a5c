"""Paths -> PDF operators, as WeasyPrint writes them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from sheetgen.page.paths import Path


def number(value: float) -> str:
    """A number as pydyf writes it."""
    if value == int(value):
        return str(int(value))
    return f"{value:f}".rstrip("0").rstrip(".")


@lru_cache(1 << 13)
def operators(path: Path) -> str:
    """A path as PDF operators, which have lengths from the page's corner alone."""
    out: list[str] = []
    x = y = start_x = start_y = 0.0
    for letter, *numbers in path:
        if letter == "z":
            x, y = start_x, start_y
            out.append("h\n")
            continue
        if letter == "a":
            radius, wide = numbers
            out += _arc(x, y, radius, wide)
            x += wide
            continue
        if letter.islower():
            dx, dy = {"h": (*numbers, 0.0), "v": (0.0, *numbers)}.get(letter, numbers)
            numbers = [x + dx, y + dy]
        x, y = numbers[-2:]
        if letter == "M":
            start_x, start_y = x, y
        out.append(f"{' '.join(map(number, numbers))} {_OPERATORS.get(letter, 'l')}\n")
    return "".join(out)


_OPERATORS = {"M": "m", "C": "c"}


def _arc(x: float, y: float, radius: float, wide: float) -> Iterator[str]:
    """The larger arc of a circle, clockwise, to a place as far to the right (to the left, if
    negative), as WeasyPrint's Bezier curves."""
    half, sign = abs(x + wide - x) / 2, math.copysign(1.0, wide)  # rounding shows in the arc
    radius = max(radius, half)
    below = (radius**2 - half**2) ** 0.5
    turn = math.atan2(below, half)
    first, last = -math.pi - turn, turn
    step = (last - first) / 3
    h = 4 / 3 * math.tan(step / 4)
    for a, b in pairwise((first, first + step, first + 2 * step, last)):
        sin_a, cos_a, sin_b, cos_b = math.sin(a), math.cos(a), math.sin(b), math.cos(b)
        points = (
            (cos_a - h * sin_a, sin_a + h * cos_a), (cos_b + h * sin_b, sin_b - h * cos_b),
            (cos_b, sin_b),
        )  # fmt: skip
        yield " ".join(
            f"{number(x + sign * (half + radius * p))} {number(y + sign * (radius * q - below))}"
            for p, q in points
        ) + " c\n"
