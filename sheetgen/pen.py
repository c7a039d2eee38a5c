"""A page's items -> the operators of its PDF content, the same marks that WeasyPrint would make.

Places, sizes and order come from ``render.strokes`` and ``render.words``, which the HTML is made of
too; this module does what WeasyPrint does with the HTML: it draws paths and sets lines of text.
``likeness`` holds the two against each other.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise

from sheetgen import render
from sheetgen.fonts import SMALL
from sheetgen.page import COLOURS, Block, Cell, Circle, Item, Label, Line, Page, Rule, Stencil
from sheetgen.typeface import NotSimpleError, Run, runs, typeface

PX = 96 / 25.4
"""CSS pixels in a millimetre."""
UNITS = 1024
"""Pango's units in a pixel."""
LABEL, ANSWER, DIGITS = (
    ("label", "math", "world"),
    ("answer", "math", "world"),
    ("digits", "world"),
)
STACKS = {"fl": LABEL, "ft": LABEL, "fa": ANSWER}
RAISED = {"sub": -0.26, "sup": 0.5}
"""How high a small part stands, in its own ems, as in ``sheet.css``."""

_PART = re.compile(r"<(sub|sup)>(.*?)</\1>")
_TOKEN = re.compile(r"([A-Za-z])|(-?\d*\.?\d+)")
_PAIR = re.compile(r'([\w-]+)="([^"]*)"')


def number(value: float) -> str:
    """A number as pydyf writes it."""
    if value == int(value):
        return str(int(value))
    return f"{value:f}".rstrip("0").rstrip(".")


# --- strokes


def _colour(text: str) -> str:
    return " ".join(number(int(text[k : k + 2], 16) / 255) for k in (1, 3, 5))


@cache
def _look(attributes: str) -> tuple[str, str]:
    """What sets a shape's colours and line, and what paints it."""
    look = dict(_PAIR.findall(attributes))
    fill, stroke = look.get("fill", "#000000"), look.get("stroke", "none")
    if stroke == "currentColor":
        stroke = look["color"]
    state = ""
    if fill != "none":
        state += f"{_colour(fill)} rg\n"
    if stroke != "none":
        dashes = " ".join(number(float(v)) for v in look.get("stroke-dasharray", "").split())
        cap = {"butt": 0, "round": 1, "square": 2}[look.get("stroke-linecap", "butt")]
        join = {"miter": 0, "round": 1, "bevel": 2}[look.get("stroke-linejoin", "miter")]
        weight = number(float(look.get("stroke-width", "1")))
        state += f"{_colour(stroke)} RG\n{weight} w\n[{dashes}] 0 d\n{cap} J\n{join} j\n4 M\n"
    return state, {(True, False): "f", (False, True): "S", (True, True): "B"}[
        fill != "none", stroke != "none"
    ]


@lru_cache(1 << 12)
def _operators(path: str) -> str:
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


# --- texts


@dataclass(frozen=True, slots=True, eq=False)
class Set:
    """A line of text, set: its width in px, and its parts' places from the line's start and from
    the top of its box, each with the operators that show it."""

    width: float
    parts: tuple[tuple[float, float, str], ...]
    glyphs: tuple[tuple[str, int, int], ...]
    """Font, glyph and its width in thousandths of an em, in drawing order."""


def _extent(faces: list[str], size: int) -> tuple[float, float]:
    """Ascent and height in px of the largest of the faces."""
    ups, downs = zip(*(typeface(face).extent(size) for face in faces), strict=True)
    return max(ups) / UNITS, (max(ups) + max(downs)) / UNITS


@lru_cache(1 << 15)
def set_text(markup: str, stack: tuple[str, ...], em: str, height: str) -> Set:
    """One line of HTML text in a box; sizes in mm as CSS says them. Raises NotSimpleError."""
    whole, line = float(em) * PX, float(height) * PX
    up, high = _extent([stack[0]], int(whole * UNITS))
    top = -(up + (line - high) / 2)
    pieces: list[tuple[float, float, list[Run], int]] = []
    x = 0.0
    for tag, text in _parts(markup):
        size = whole * (SMALL * 100) / 100 if tag else whole
        units = int(size * UNITS)
        base = -RAISED[tag] * size if tag else 0.0
        found = runs(text, stack)
        room = 0.0 if tag else line
        for faces in ([stack[0]], [run.face for run in found]):
            up, high = _extent(faces, units)
            top = min(top, base - (up + (room - high) / 2))
        if text.strip():
            pieces.append((x, base, found, units))
        x += sum(
            typeface(run.face).scaled(typeface(run.face).advances[g], units)
            for run in found for g in run.glyphs
        ) / UNITS  # fmt: skip
    parts = tuple((dx, base - top, _shown(found, units)) for dx, base, found, units in pieces)
    glyphs = dict.fromkeys(
        (run.face, glyph, typeface(run.face).width(glyph, units))
        for _, _, found, units in pieces for run in found for glyph in run.glyphs
    )  # fmt: skip
    return Set(x, parts, tuple(glyphs))


def _parts(markup: str) -> Iterator[tuple[str, str]]:
    """Tag (or nothing) and text of each part of a line."""
    done = 0
    for match in _PART.finditer(markup):
        if match.start() > done:
            yield "", html.unescape(markup[done : match.start()])
        yield match[1], html.unescape(match[2])
        done = match.end()
    if done < len(markup):
        yield "", html.unescape(markup[done:])


def _shown(found: list[Run], units: int) -> str:
    size = number(units / UNITS)
    return "".join(
        f"/{typeface(run.face).tag} {size} Tf\n<{''.join(f'{g:04x}' for g in run.glyphs)}> Tj\n"
        for run in found
    )


@cache
def _style(style: str) -> tuple[tuple[str, ...], str, str]:
    """Fonts, colour operator and alignment of a text's classes."""
    names = style.split()
    stack = next((STACKS[n] for n in names if n in STACKS), DIGITS)
    colours = [dict(_PAIR.findall(render.attributes(n))) for n in names if n in COLOURS]
    align = next((n for n in names if n in ("start", "end")), "")
    return stack, f"{_colour(colours[-1]['color'])} rg\n", align


# --- a page


@dataclass(slots=True)
class Written:
    """A page's content in pieces; a piece that many pages have in common is the same bytes."""

    pieces: list[bytes]
    sets: dict[Set, None] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return b"".join(self.pieces)


def write(page: Page, key: bool) -> Written:
    """A page's content. Raises NotSimpleError for a text that only Pango can set."""
    written = Written([_drawing(_Outline(page, key))])
    parts: list[str] = []
    varies = False
    colour = ""
    for item in page.items:
        if isinstance(item, Block):
            lines = tuple(_numbers(item, key))
        elif isinstance(item, (Label, Circle)):
            lines = _lines(item, key)
        elif isinstance(item, (Line, Rule, Stencil)):
            continue
        else:  # a picture
            raise NotSimpleError(item)
        if not lines:
            continue
        if isinstance(item, Block) != varies:
            if parts:
                written.pieces.append(_text(parts))
            parts, colour, varies = [], "", not varies
        for line in lines:
            written.sets[line.set] = None
            if line.ink != colour:
                parts.append(line.ink)
                colour = line.ink
            parts.append(line.shown)
    if parts:
        written.pieces.append(_text(parts))
    return written


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text in its place on the page."""

    ink: str
    shown: str
    set: Set


@lru_cache(1 << 15)
def _lines(item: Item, key: bool) -> tuple[_Line, ...]:
    return tuple(map(_placed, render.words(item, key)))


@lru_cache(1 << 16)
def _number(x: float, y: float, side: float, text: str, blank: bool, struck: str, free: bool,
            key: bool) -> tuple[_Line, ...]:  # fmt: skip
    cell = Cell(text, blank, struck=struck, struck_blank=free)
    return _lines(Block(x, y, side, ((cell,),)), key)


def _numbers(block: Block, key: bool) -> Iterator[_Line]:
    """The texts of a block's cells, as ``render.words`` has them."""
    side = block.cell
    for r, row in enumerate(block.cells):
        y = block.y + r * side
        for c, cell in enumerate(row):
            if cell.text and (key or not cell.blank):
                yield from _number(block.x + c * side, y, side, cell.text, cell.blank, cell.struck,
                                 cell.struck_blank, key)  # fmt: skip


def _placed(text: render.Text) -> _Line:
    stack, ink, align = _style(text.style)
    line = set_text(str(text.html), stack, render.mm(text.size), render.mm(text.height))
    left, top = float(render.mm(text.left)) * PX, float(render.mm(text.top)) * PX
    room = float(render.mm(text.width)) * PX - line.width
    if room > 0 and align != "start":
        left += room if align == "end" else room / 2
    shown = "".join(
        f"1 0 0 -1 {number(left + dx)} {number(top + dy)} Tm\n{operators}"
        for dx, dy, operators in line.parts
    )
    return _Line(ink, shown, line)


class _Outline:
    """What a page's drawing depends on: pages that differ in their numbers only are equal."""

    __slots__ = ("key", "mark", "page")

    def __init__(self, page: Page, key: bool) -> None:
        self.page, self.key = page, key
        mark: list[object] = [page.width, page.height, key]
        for item in page.items:
            if isinstance(item, Block):
                mark += (item.x, item.y, item.cell, item.outline, len(item.cells))
                mark += [
                    (c.kind, c.emphasis, c.text, c.blank, c.struck_blank) if c.struck
                    else (c.kind, c.emphasis) if c.emphasis else c.kind
                    for row in item.cells for c in row
                ]  # fmt: skip
            elif isinstance(item, Circle):
                mark += (item.x, item.y, item.radius, item.answer)
            elif not isinstance(item, Label):
                mark.append(item)
        self.mark = tuple(mark)

    def __hash__(self) -> int:
        return hash(self.mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Outline) and self.mark == other.mark


@lru_cache(1 << 9)
def _drawing(outline: _Outline) -> bytes:
    """All of a page that is not text."""
    high = number(float(render.mm(outline.page.height)) * PX * 0.75)
    scale = number(PX)
    drawing = [f"1 0 0 -1 0 {high} cm\n.75 0 0 .75 0 0 cm\nq\n{scale} 0 0 {scale} 0 0 cm\n"]
    for attributes, path in render.strokes(outline.page, outline.key):
        state, paint = _look(attributes)
        drawing += (state, "0 0 m\n", _operators(path), paint, "\n")
    drawing.append("Q\n")
    return "".join(drawing).encode("ascii")


def _text(lines: list[str]) -> bytes:
    return f"BT\n{''.join(lines)}ET\n".encode("ascii")
