"""Shapes -> the operators of their PDF content, as WeasyPrint draws SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from sheetgen.page.items import Item, Stencil
from sheetgen.page.marks import Shape, mm, stencil
from sheetgen.page.theme import BY_HAND
from sheetgen.press.pdf.paths import number, operators
from sheetgen.press.pdf.text import PX

_BLACK = re.compile("1+")


def colour(text: str) -> str:
    """``#rrggbb`` as operands."""
    return " ".join(number(int(text[k : k + 2], 16) / 255) for k in (1, 3, 5))


@cache
def _look(style: str, weight: str = "") -> tuple[str, str]:
    """What sets a shape's colours and line, and what paints it."""
    look = BY_HAND.look(style, weight)
    fill, stroke = look.get("fill", "#000000"), look.get("stroke", "none")
    if stroke == "currentColor":
        stroke = look["color"]
    state = ""
    if fill != "none":
        state += f"{colour(fill)} rg\n"
    if stroke != "none":
        dashes = " ".join(number(float(v)) for v in look.get("stroke-dasharray", "").split())
        cap = {"butt": 0, "round": 1, "square": 2}[look.get("stroke-linecap", "butt")]
        join = {"miter": 0, "round": 1, "bevel": 2}[look.get("stroke-linejoin", "miter")]
        wide = number(float(look.get("stroke-width", "1")))
        state += f"{colour(stroke)} RG\n{wide} w\n[{dashes}] 0 d\n{cap} J\n{join} j\n4 M\n"
    return state, {(True, False): "f", (False, True): "S", (True, True): "B"}[
        fill != "none", stroke != "none"
    ]


def drawn(shapes: Iterable[Shape]) -> Iterator[str]:
    """The operators of each shape."""
    for shape in shapes:
        state, paint = _look(shape.style, shape.weight)
        yield f"{state}0 0 m\n{''.join(map(operators, shape.paths))}{paint}\n"


@lru_cache(8)
def _stencil(item: Stencil) -> str:
    """``operators(stencil(item))``, at once for squares at whole hundredths of a mm."""
    x, y, side = (round(100 * v) for v in (item.x, item.y, item.module))
    if max(abs(100 * v - w) for v, w in
           zip((item.x, item.y, item.module), (x, y, side), strict=True)) > 1e-6:  # fmt: skip
        return operators(stencil(item))
    rows = zip(item.rows, _strips(x, y, side, len(item.rows)), strict=True)
    return "".join([strip[run.span()] for row, strip in rows for run in _BLACK.finditer(row)])


class _Strip(dict[tuple[int, int], str]):
    """First square of a row and the one after the last -> the rectangle of these squares; measures
    in hundredths of a mm."""

    def __init__(self, x: int, y: int, side: int) -> None:
        self._x, self._y, self._side = x, y, side

    def __missing__(self, run: tuple[int, int]) -> str:
        left, right = (number((self._x + c * self._side) / 100) for c in run)
        top, foot = number(self._y / 100), number((self._y + self._side) / 100)
        found = self[run] = (
            f"{left} {top} m\n{right} {top} l\n{right} {foot} l\n{left} {foot} l\nh\n"
        )
        return found


@lru_cache(8)
def _strips(x: int, y: int, side: int, rows: int) -> tuple[_Strip, ...]:
    return tuple(_Strip(x, y + r * side, side) for r in range(rows))


def stencils(items: Sequence[Item]) -> Iterator[str]:
    """The operators of the stencils among some items, if there are any."""
    found = [item for item in items if isinstance(item, Stencil)]
    if found:
        state, paint = _look("stencil")
        yield f"{state}0 0 m\n{''.join(map(_stencil, found))}{paint}\n"


@cache
def frame(height: float) -> tuple[str, str]:
    """What turns a page's coordinates so that texts are in px from the top, and drawings in mm."""
    high, scale = number(float(mm(height)) * PX * 0.75), number(PX)
    return f"1 0 0 -1 0 {high} cm\n.75 0 0 .75 0 0 cm\n", f"q\n{scale} 0 0 {scale} 0 0 cm\n"
