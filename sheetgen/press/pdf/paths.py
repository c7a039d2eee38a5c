"""SVG path data -> PDF operators, as WeasyPrint writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

_TOKEN = re.compile(r"([A-Za-z])|(-?\d*\.?\d+)")


def number(value: float) -> str:
    """A number as pydyf writes it."""
    if value == int(value):
        return str(int(value))
    return f"{value:f}".rstrip("0").rstrip(".")


@lru_cache(1 << 12)
def operators(path: str) -> str:
    """SVG path data (M m L l H h V v C c Q A a Z) as PDF operators."""
    tokens = [(a, b) for a, b in _TOKEN.findall(path)]
    out: list[str] = []
    x = y = start_x = start_y = 0.0
    letter, k = "", 0

    def values(count: int) -> list[float]:
        nonlocal k
        found = [float(tokens[k + i][1]) for i in range(count)]
        k += count
        return found

    while k < len(tokens):
        if tokens[k][0]:
            letter = tokens[k][0]
            k += 1
        small = letter.islower()
        match letter.upper():
            case "M" | "L":
                a, b = values(2)
                x, y = (x + a, y + b) if small else (a, b)
                out.append(f"{number(x)} {number(y)} {'m' if letter in 'mM' else 'l'}\n")
                if letter in "mM":
                    start_x, start_y = x, y
                    letter = "l" if small else "L"
            case "H":
                (a,) = values(1)
                x = x + a if small else a
                out.append(f"{number(x)} {number(y)} l\n")
            case "V":
                (a,) = values(1)
                y = y + a if small else a
                out.append(f"{number(x)} {number(y)} l\n")
            case "C":
                v = values(6)
                if small:
                    v = [c + (x, y)[i % 2] for i, c in enumerate(v)]
                x, y = v[4:]
                out.append(" ".join(map(number, v)) + " c\n")
            case "Q":
                x2, y2, x3, y3 = values(4)
                if small:
                    x2, y2, x3, y3 = x2 + x, y2 + y, x3 + x, y3 + y
                v = [x2 * 2 / 3 + x / 3, y2 * 2 / 3 + y / 3,
                     x2 * 2 / 3 + x3 / 3, y2 * 2 / 3 + y3 / 3, x3, y3]  # fmt: skip
                x, y = x3, y3
                out.append(" ".join(map(number, v)) + " c\n")
            case "A":
                radius, _, turn, large, sweep, a, b = values(7)
                assert turn == 0
                to_x, to_y = (x + a, y + b) if small else (a, b)
                out += _arc(x, y, radius, bool(large), bool(sweep), to_x, to_y)
                x, y = to_x, to_y
            case "Z":
                out.append("h\n")
                x, y = start_x, start_y
            case _:
                raise ValueError(f"no way to draw {letter}")
    return "".join(out)


def _arc(
    x: float, y: float, radius: float, large: bool, sweep: bool, to_x: float, to_y: float
) -> Iterator[str]:
    """A circle's arc as WeasyPrint's Bezier curves."""
    turn = math.atan2(to_y - y, to_x - x)
    across = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
    radius = max(radius, across / 2)
    mid, off = across / 2, (radius**2 - (across / 2) ** 2) ** 0.5
    if large == sweep:
        off = -off

    def turned(a: float, b: float) -> tuple[float, float]:
        return a * math.cos(turn) - b * math.sin(turn), b * math.cos(turn) + a * math.sin(turn)

    end_x, end_y = turned(across, 0)
    mid, off = turned(mid, off)
    first, last = math.atan2(-off, -mid), math.atan2(end_y - off, end_x - mid)
    while first < 0 or last < 0:
        first += 2 * math.pi
        last += 2 * math.pi
    if math.isclose(abs(last - first), math.pi):
        if sweep and last < first:
            first -= 2 * math.pi
        elif not sweep and last > first:
            last -= 2 * math.pi
    elif large == (abs(last - first) < math.pi):
        if first > last:
            first -= 2 * math.pi
        else:
            last -= 2 * math.pi
    parts = 3 if large else 1
    step = (last - first) / parts
    cuts = [first + i * step for i in range(parts)] + [last]
    h = 4 / 3 * math.tan((cuts[1] - cuts[0]) / 4)
    for a, b in pairwise(cuts):
        sin_a, cos_a, sin_b, cos_b = math.sin(a), math.cos(a), math.sin(b), math.cos(b)
        points = (
            mid + radius * cos_a - h * radius * sin_a, off + radius * sin_a + h * radius * cos_a,
            mid + radius * cos_b + h * radius * sin_b, off + radius * sin_b - h * radius * cos_b,
            mid + radius * cos_b, off + radius * sin_b,
        )  # fmt: skip
        yield " ".join(number(v + (x, y)[i % 2]) for i, v in enumerate(points)) + " c\n"
