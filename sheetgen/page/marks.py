"""Items -> marks on paper: texts with their places and sizes, shapes with their looks.

The HTML is made of these, and the press writes the same ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from sheetgen.errors import SheetgenError
from sheetgen.page.items import Block, Cell, Circle, Item, Label, Line, Page, Picture, Rule, Stencil
from sheetgen.page.paths import Path, across, disc, down, hundredths, rectangle
from sheetgen.page.patterns import pattern
from sheetgen.page.theme import BY_HAND, ROLES
from sheetgen.type import fonts
from sheetgen.type.fit import fitting_size
from sheetgen.type.markup import pieces

if TYPE_CHECKING:
    from sheetgen.type.system import Families

_FACES = {"label": "fl", "title": "ft", "answer": "fa", "digits": "", "small": ""}
_TAGS = {"sub": "sub", "sup": "sup"}
PICTURES = ("data:image/png;base64,", "data:image/svg+xml;base64,")
"""How the sources of pictures begin."""


@lru_cache(maxsize=1 << 15)
def markup(text: str, known: Families | None = None) -> Markup:
    """The HTML of a label's markup, as ``written`` writes its parts."""
    parts = []
    for position, part in pieces(text):
        tag = _TAGS.get(position)
        shown = written(part, known)
        parts.append(f"<{tag}>{shown}</{tag}>" if tag else shown)
    return Markup("".join(parts))


def written(text: str, known: Families | None = None) -> Markup:
    """The HTML of a text as it is: what no bundled font has names a font of the system (or of the
    ``known`` ones) that has it; an empty box stands for a letter that no font has."""
    if not fonts.uncovered(text):
        return escape(text)
    from sheetgen.type.system import parts

    return Markup("").join(
        Markup('<span class="rare" style="font-family:\'{}\'">{}</span>').format(family, part)
        if family else escape(part)
        for part, family in parts(text, known)
    )  # fmt: skip


def _face(cell: Cell) -> str:
    """The hand in which a cell's number is written."""
    return "answer" if cell.blank or cell.worked else "digits"


def number_size(cell: Cell, side: float) -> float:
    """Em in mm of a cell's number in a box of ``side`` mm."""
    face = _face(cell)
    share = BY_HAND.answer_size if face == "answer" and not cell.struck else BY_HAND.printed_size
    size = round(share * side / BY_HAND.size_step) * BY_HAND.size_step
    return _fitting(cell.text, size, BY_HAND.number_room * side, face)


def _fitting(text: str, size: float, room: float, face: str) -> float:
    """``size``, or the largest at which ``text`` fits into ``room`` mm."""
    return fitting_size(text, size, room, face, BY_HAND.size_step)


@dataclass(frozen=True, slots=True)
class Text:
    """One text on the page: its box in mm, its em, its classes and its HTML."""

    left: float
    top: float
    width: float
    height: float
    size: float
    style: str
    html: Markup


def words(item: Item, key: bool) -> Iterator[Text]:
    """The texts of an item, in reading order."""
    match item:
        case Block():
            yield from _numbers(item, key)
        case Label():
            if item.markup and (key or not item.answer):
                yield _label(item)
        case Circle(text=text) if text and (key or not (item.answer or item.node)):
            face, style = ("answer", "fa answer") if item.node else ("digits", "ink")
            r = item.radius
            size = _fitting(text, r * BY_HAND.circle_size, r * BY_HAND.circle_room, face)
            x, y, side = item.x - r, item.y - r, 2 * r
            yield Text(x, y, side, side, size, style, markup(text))
        case Picture(x, y, width, height, source):
            if not source.startswith(PICTURES):
                raise SheetgenError("a picture must be a PNG or SVG image inside the page")
            image = Markup('<img class="picture" alt="" src="{}">').format(source)
            yield Text(x, y, width, height, height, "start", image)


def _numbers(block: Block, key: bool) -> Iterator[Text]:
    """The numbers of a block's cells, and what stands beside those that are crossed out."""
    side = block.cell
    for r, row in enumerate(block.cells):
        for c, cell in enumerate(row):
            if not cell.text or (cell.blank and not key):
                continue
            x, y = block.x + c * side, block.y + r * side
            style = "fa answer" if cell.blank else "fa worked" if cell.worked else "ink"
            yield Text(x, y, side, side, number_size(cell, side), style, markup(cell.text))
            if cell.struck and (key or not cell.struck_blank):
                room = side * BY_HAND.replacement_room
                size = _fitting(cell.struck, BY_HAND.replacement_size * side, room, "answer")
                yield Text(x + side * 0.54, y + side * 0.01, room, side * 0.3, size,
                           "fa rectified end", markup(cell.struck))  # fmt: skip


def _label(label: Label) -> Text:
    width, height, size, style, html = _worded(
        label.markup, label.size, label.anchor, label.colour, label.face, label.answer, label.width
    )
    left = {"start": label.x, "middle": label.x - width / 2, "end": label.x - width}[label.anchor]
    return Text(left, label.y - height / 2, width, height, size, style, html)


@lru_cache(maxsize=1 << 15)
def _worded(
    text: str, size: float, anchor: str, colour: str, face: str, answer: bool, room: float
) -> tuple[float, float, float, str, Markup]:
    """A label wherever it stands: width and height of its box, its em, its classes, its HTML."""
    face = "answer" if answer else face
    colour = "answer" if answer and colour == "ink" else colour
    size = _fitting(text, size, room, face) if room else size
    # A little more room than the text needs, in steps of 5 mm so that a document has few widths.
    width = math.ceil((fonts.text_width(text, size, face) + 1) / 5) * 5.0
    style = " ".join(n for n in (_FACES[face], colour, anchor.replace("middle", "")) if n)
    return width, size * 1.2, size, style, markup(text)


@lru_cache(maxsize=1 << 15)
def mm(value: float) -> str:
    """A length to a hundredth of a millimetre, without needless zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def strokes(page: Page, key: bool) -> list[tuple[Markup, str]]:
    """A page's drawing as SVG: what each shape looks like, as attributes, and its path."""
    shapes = outlines(page.items, key) + late(page.items, key) + stencils(page.items)
    return [(attributes(shape.style, shape.weight), shape.svg) for shape in shapes]


@dataclass(frozen=True, slots=True)
class Shape:
    """What looks the same and is drawn at once.

    Fills lie lowest, then boxes, frames, lines in their order, circles; then what depends on the
    numbers.
    """

    style: str
    """Classes of the theme."""
    weight: str
    """Of its line, where that is its own."""
    paths: tuple[Path, ...]
    gaps: tuple[str, ...]
    """What stands between the parts of each path's SVG."""

    @property
    def svg(self) -> str:
        """All paths as one in SVG."""
        return "".join(map(svg, self.paths, self.gaps))


def svg(path: Path, gap: str = "") -> str:
    """A path as SVG, with something between a command and its numbers, and between commands."""
    return gap.join([
        gap.join((letter, _listed(letter, numbers))) if numbers else letter
        for letter, *numbers in path
    ])


def _listed(letter: str, numbers: Sequence[float]) -> str:
    """A command's numbers in the order of SVG."""
    if letter == "a":
        radius, wide = numbers
        return f"{_short(radius)} {_short(radius)} 0 1 1 {_short(wide)} 0"
    return " ".join(map(_short, numbers))


def _short(value: float) -> str:
    """A number to a thousandth, without needless zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def outlines(items: Sequence[Item], key: bool) -> list[Shape]:
    """What is drawn whatever the numbers are."""
    items = [item for item in items if isinstance(item, _DRAWN)]
    shapes = _Shapes()
    blocks = [item for item in items if isinstance(item, Block)]
    for block in blocks:
        for kind, path in fills(block):
            shapes.add(f"k-{kind}", path)
    for block in blocks:
        for kind, path in patterns(block):
            shapes.add(f"h-{kind}", path)
    for block in blocks:
        shapes.add("grid dots-grid" if dotted(block) else "grid", grid(block))
    for block in blocks:
        if block.outline:
            shapes.add("trainable", rectangle(block.x, block.y, *_extent(block)))
        for x, y, cell in placed(block):
            if cell.emphasis:
                shapes.add("heavy", rectangle(x, y, block.cell, block.cell))
    for item in items:
        match item:
            case Rule(x, y, width, 0):
                shapes.add("rule", across(x, y, width))
            case Rule(x, y, width, height):
                shapes.add("dotted", rectangle(x, y, width, height))
            case Line(source=None) if key or not item.answer:
                shapes.add_line(item)
    for item in items:
        if isinstance(item, Circle) and (key or not item.answer):
            shapes.add("circle", disc(item.x, item.y, item.radius))
    return shapes.drawn()


_DRAWN = (Block, Line, Circle, Rule)


def late(items: Sequence[Item], key: bool) -> list[Shape]:
    """What depends on the numbers: links of weights, then what the key crosses out."""
    shapes = _Shapes()
    for item in items:
        if isinstance(item, Line) and item.source and (key or not item.answer):
            shapes.add_line(item)
    for item in items:
        if isinstance(item, Block):
            for x, y, cell in placed(item):
                if cell.struck and (key or not cell.struck_blank):
                    shapes.add("cross", slash(x, y, cell, item.cell))
    return shapes.drawn()


def stencils(items: Sequence[Item]) -> list[Shape]:
    """QR codes."""
    shapes = _Shapes()
    for item in items:
        if isinstance(item, Stencil):
            shapes.add("stencil", stencil(item))
    return shapes.drawn()


class _Shapes:
    """Paths by their look, in the order of its first use."""

    def __init__(self) -> None:
        self._paths: dict[tuple[str, str], list[tuple[Path, str]]] = {}

    def add(self, style: str, path: Path, weight: str = "", gap: str = "") -> None:
        if path:
            self._paths.setdefault((style, weight), []).append((path, gap))

    def add_line(self, line: Line) -> None:
        style, weight = f"line {line.colour}{' dots' * line.dotted}", mm(line.weight)
        self.add(style, line.path, weight, " ")
        if line.arrow:
            self.add(style, head(line), weight)

    def drawn(self) -> list[Shape]:
        return [Shape(*look, *zip(*parts, strict=True)) for look, parts in self._paths.items()]


@cache
def attributes(style: str, weight: str = "") -> Markup:
    """The theme's look of some classes as SVG attributes: quicker than styles, same everywhere."""
    look = BY_HAND.look(style, weight)
    return Markup(" ").join(Markup('{}="{}"').format(*pair) for pair in look.items())


def placed(block: Block) -> Iterator[tuple[float, float, Cell]]:
    """The cells of a block in reading order, each with its left top corner."""
    for r, row in enumerate(block.cells):
        for c, cell in enumerate(row):
            yield block.x + c * block.cell, block.y + r * block.cell, cell


def fills(block: Block) -> Iterator[tuple[str, Path]]:
    """Kind of cell and rectangle: neighbours of one kind are one rectangle."""
    for kind, *place in _areas(block):
        yield kind, rectangle(*place)


def patterns(block: Block) -> Iterator[tuple[str, Path]]:
    """Kind of cell and the strokes that lie over its fill, where it has any."""
    for kind, *place in _areas(block):
        if ROLES[kind].pattern:
            yield kind, pattern(ROLES[kind].pattern, *place)


def dotted(block: Block) -> bool:
    """Whether the lines of a block's boxes are dotted."""
    return all(ROLES[cell.kind].dotted for row in block.cells for cell in row)


def _areas(block: Block) -> Iterator[tuple[str, float, float, float, float]]:
    """Kind of cell, and corner and sides of the rectangle that neighbours of one kind make."""
    side, y = block.cell, block.y
    rows = [tuple((kind, len(list(run))) for kind, run in groupby(cell.kind for cell in row))
            for row in block.cells]  # fmt: skip
    for runs, equal in groupby(rows):
        height, x = side * len(list(equal)), block.x
        for kind, count in runs:
            yield kind, x, y, count * side, height
            x += count * side
        y += height


def grid(block: Block) -> Path:
    """All lines of a block's boxes as one path."""
    side = block.cell
    wide, high = _extent(block)
    path = rectangle(block.x, block.y, wide, high)
    for r in range(1, block.rows):
        path += across(block.x, block.y + r * side, wide)
    for c in range(1, block.cols):
        path += down(block.x + c * side, block.y, high)
    return path


def _extent(block: Block) -> tuple[float, float]:
    return block.cols * block.cell, block.rows * block.cell


def stencil(item: Stencil) -> Path:
    """The black squares, those side by side as one rectangle."""
    side = item.module
    path: Path = ()
    for r, row in enumerate(item.rows):
        c = 0
        for sign, run in groupby(row):
            count = len(list(run))
            if sign == "1":
                path += rectangle(item.x + c * side, item.y + r * side, count * side, side)
            c += count
    return path


def slash(x: float, y: float, cell: Cell, side: float) -> Path:
    """The stroke through a crossed-out number; it leaves the upper right corner free."""
    size = number_size(cell, side)
    half = fonts.text_width(cell.text, size, _face(cell)) / 2 + side * 0.05
    rise = max(min(half * 0.55, size * 0.34), size * 0.2)
    return (
        ("M", hundredths(x + side / 2 - half), hundredths(y + side / 2 - rise)),
        ("l", hundredths(2 * half), hundredths(2 * rise)),
    )


def head(line: Line) -> Path:
    """An arrow head: two short strokes that meet at the line's end."""
    x, y, degrees = line.end
    length = BY_HAND.arrow_head * max(1.0, line.weight / 0.25) ** 0.5
    one, other = (
        (hundredths(x - length * math.cos(turn)), hundredths(y - length * math.sin(turn)))
        for turn in (math.radians(degrees - 27), math.radians(degrees + 27))
    )
    return ("M", *one), ("L", hundredths(x), hundredths(y)), ("L", *other)
