"""The little geometry of the page, after Henderson's functional geometry: figures in cell units
that are put together.

A figure knows its items and its box. ``crossing`` is the one primitive of the by-hand style: the
left factor's rows stand flush
with the rows of the result, the top factor's columns flush with its columns. A figure is set on
paper by :func:`place`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sheetgen.page.items import (
    Anchor,
    Block,
    Cell,
    Circle,
    Item,
    Label,
    Line,
    Picture,
    Rule,
    Stencil,
)
from sheetgen.page.paths import Path, scaled, straight
from sheetgen.page.theme import BY_HAND
from sheetgen.type.fonts import SMALL, text_width
from sheetgen.type.markup import TAILS, Position, has_tail, pieces

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1."""

MARK = "rectified"
"""Colour of what is written into a box beside its number: a letter for what is missing."""
LABEL = BY_HAND.label_size
"""Height of a label's letters in cells."""
BADGE = BY_HAND.badge_radius
"""Radius of a step's circle in cells."""
BASE, LOW, TAIL = 0.36, 0.53, 0.34
"""How far below the middle of a line of text its letters stand and lowered ones do, and how much
farther a tail reaches, in ems."""


def apart(a: Box, b: Box) -> float:
    """How far two boxes are apart."""
    return math.hypot(max(a[0] - b[2], b[0] - a[2], 0.0), max(a[1] - b[3], b[1] - a[3], 0.0))


def box_of(item: Item) -> Box:
    """The rectangle that an item covers."""
    match item:
        case Block():
            return item.x, item.y, item.x + item.cols * item.cell, item.y + item.rows * item.cell
        case Label():
            width = text_width(item.markup, item.size, item.face)
            width = min(width, item.width) if item.width else width
            left = {"start": 0.0, "middle": width / 2, "end": width}[item.anchor]
            return (
                item.x - left,
                item.y - item.size * 0.5,
                item.x - left + width,
                item.y + item.size * 0.5,
            )
        case Line():
            return item.bounds
        case Circle():
            r = item.radius
            return item.x - r, item.y - r, item.x + r, item.y + r
        case Rule() | Picture():
            return item.x, item.y, item.x + item.width, item.y + item.height
        case Stencil():
            side = item.module * len(item.rows)
            return item.x, item.y, item.x + side, item.y + side


def meet(a: Box, b: Box) -> bool:
    """Whether two boxes cover a common place."""
    near = 1e-6
    return (
        a[0] < b[2] - near and b[0] < a[2] - near and a[1] < b[3] - near and b[1] < a[3] - near
    )


@dataclass(frozen=True)
class Figure:
    """Items in cell units."""

    items: tuple[Item, ...] = ()

    @cached_property
    def box(self) -> Box:
        boxes = [box_of(i) for i in self.items] or [(0.0, 0.0, 0.0, 0.0)]
        if len(boxes) == 1:
            return boxes[0]
        return (
            min(b[0] for b in boxes),
            min(b[1] for b in boxes),
            max(b[2] for b in boxes),
            max(b[3] for b in boxes),
        )

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    def __add__(self, other: Figure) -> Figure:
        return Figure(self.items + other.items)

    def moved(self, dx: float, dy: float) -> Figure:
        return Figure(tuple(placed(i, 1.0, dx, dy) for i in self.items))

    def at(self, x: float, y: float) -> Figure:
        """The figure with its box's upper left corner at (x, y)."""
        return self.moved(x - self.box[0], y - self.box[1])


def placed(item: Item, scale: float, dx: float, dy: float) -> Item:
    """An item scaled, then moved."""

    def x(v: float) -> float:
        return round(v * scale + dx, 3)

    def y(v: float) -> float:
        return round(v * scale + dy, 3)

    match item:  # made anew field by field: nothing else of a page is made so often
        case Block():
            return Block(x(item.x), y(item.y), round(item.cell * scale, 3), item.cells,
                         item.outline, item.name, item.least * scale)  # fmt: skip
        case Label():
            return Label(x(item.x), y(item.y), item.markup, item.size * scale, item.anchor,
                         item.colour, item.face, item.answer, item.width * scale, item.source,
                         item.of, item.again)  # fmt: skip
        case Circle():
            return Circle(x(item.x), y(item.y), round(item.radius * scale, 3), item.text,
                          item.answer, item.node, item.least * scale)  # fmt: skip
        case Rule():
            return Rule(x(item.x), y(item.y), item.width * scale, item.height * scale)
        case Picture():
            return Picture(x(item.x), y(item.y), item.width * scale, item.height * scale,
                           item.source)  # fmt: skip
        case Stencil():
            return Stencil(x(item.x), y(item.y), item.module * scale, item.rows)
        case Line():
            (x0, y0, x1, y1), (at, high, angle) = item.bounds, item.end
            return Line(
                scaled(item.path, scale, dx, dy), item.colour, item.weight, item.arrow,
                item.dotted, item.answer, (x(x0), y(y0), x(x1), y(y1)), (x(at), y(high), angle),
                item.source, item.within, item.around, item.cut_at,
            )  # fmt: skip


def place(figure: Figure, cell: float, x: float, y: float) -> tuple[Item, ...]:
    """The figure's items in millimetres, with cells of ``cell`` mm and the box's corner at (x,
    y)."""
    dx, dy = x - figure.box[0] * cell, y - figure.box[1] * cell
    items = (placed(i, cell, dx, dy) for i in figure.items)
    return tuple(legible(i) if isinstance(i, Label) else i for i in items)


def legible(label: Label) -> Label:
    """A label whose letters, lowered and raised ones too, would be too small to read, a little
    larger; any other as it is."""
    scripts = any(position != "base" for position, _ in pieces(label.markup))
    least = BY_HAND.smallest_type / (SMALL if scripts else 1.0)
    return replace(label, size=least) if label.size < least else label


@dataclass(frozen=True)
class Banded:
    """Figures one below the other."""

    figures: tuple[Figure, ...]
    copied: int = 0
    """Boxes that the student has to copy into them."""
    finish: Callable[[], tuple[Figure, ...]] | None = None
    """Makes the same figures with what takes no more room and is drawn last, such as wires."""
    apart: int = 0
    """Blocks that stand without those they are made of."""

    @property
    def finished(self) -> tuple[Figure, ...]:
        """The figures as they are printed."""
        return self.finish() if self.finish is not None else self.figures


Bands = Callable[[float, float], Banded | None]
"""Width and height in cells -> figures none of which is larger; None if there is not enough
room."""


@dataclass(frozen=True)
class Arrangement:
    """What goes on the pages of an exercise, before it is known how large: one figure that stays
    whole, or a stack that may be cut between its parts; then a flow of small figures."""

    whole: Figure | None = None
    stack: tuple[Figure, ...] = ()
    flow: tuple[Figure, ...] = ()
    leaves: tuple[Figure, ...] = ()
    """Figures that have a page each."""
    bands: Bands | None = None
    """Figures that adapt to the room there is, after the others."""
    network: tuple[Figure, ...] = ()
    """The net as nodes and links, drawn more or less high; one is set where there is room."""
    worded: float = 0.0
    """In cells below this many millimetres the words between its blocks have no room."""
    smallest: float = BY_HAND.smallest_cell
    """Cells below this many millimetres make the next arrangement the better one."""
    most_pages: int = 0
    """More pages than that do so as well; any number may be for 0."""


# --- marks

Cells = tuple[tuple[Cell, ...], ...]


def block(
    cells: Cells, x: float = 0.0, y: float = 0.0, outline: bool = False, name: str = ""
) -> Figure:
    """A matrix with unit boxes, its corner at (x, y)."""
    return Figure((Block(x, y, 1.0, cells, outline, name),))


def text(
    markup: str,
    x: float,
    y: float,
    size: float = LABEL,
    anchor: Anchor = "middle",
    colour: str = "ink",
    answer: bool = False,
) -> Figure:
    """A label alone."""
    return Figure((Label(x, y, markup, size, anchor, colour, answer=answer),))


def badge(number: int, x: float, y: float) -> Figure:
    return Figure((Circle(x, y, BADGE, str(number)),))


def tagged(
    markup: str,
    number: int | None,
    x: float,
    y: float,
    anchor: Anchor,
    colour: str = "ink",
    size: float = LABEL,
) -> Figure:
    """A label with its step's number in a circle: after the label where it starts at x, before it
    where it ends there."""
    width = text_width(markup, size, "label")
    if number is None:
        return text(markup, x, y, size, anchor, colour)
    room = 2 * BADGE + 0.14
    if anchor == "start":
        return text(markup, x, y, size, anchor, colour) + badge(number, x + width + 0.14 + BADGE, y)
    left = x - (width + room if anchor == "end" else (width + room) / 2)
    return badge(number, left + BADGE, y) + text(markup, left + room, y, size, "start", colour)


def above(markup: str, by: float = 0.42) -> float:
    """How far above a block the middle of its name stands: a little farther where a lowered letter
    has a tail."""
    return by + (0.09 if has_tail(markup) else 0.0)


def ink_of(label: Label) -> Box:
    """The rectangle that the letters of a label cover, also those that reach out of
    :func:`box_of`: lowered ones, and tails."""
    x0, y0, x1, y1 = box_of(label)
    em, foot = y1 - y0, max(map(_foot, pieces(label.markup)), default=0.0)
    return x0, y0, x1, max(y1, label.y + foot * em)


def _foot(piece: tuple[Position, str]) -> float:
    """How far letters reach below the middle of their line, in ems."""
    place, said = piece
    reach = TAIL if TAILS.intersection(said) else 0.0
    return {"base": BASE + reach, "sub": LOW + SMALL * reach, "sup": 0.0}[place]


def ones(count: int, x: float, y: float) -> Figure:
    """The small unboxed row of 1s with which the biases are multiplied."""
    return Figure(
        tuple(Label(x + k + 0.5, y, "1", BY_HAND.ones_size, "middle", face="digits")
              for k in range(count))
    )


def arrow(
    x0: float, y0: float, x1: float, y1: float, colour: str = "soft", weight: float = 0.2
) -> Figure:
    """A straight arrow."""
    angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
    bounds = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return Figure(
        (
            Line(
                straight([(x0, y0), (x1, y1)]),
                colour,
                weight,
                True,
                bounds=bounds,
                end=(x1, y1, angle),
            ),
        )
    )


def framed(
    x: float, y: float, wide: float, high: float, colour: str, dotted: bool = False,
    inset: float = 0.07,
) -> Figure:  # fmt: skip
    """A heavy frame a little inside some boxes of a block: a window on it."""
    x0, y0, x1, y1 = x + inset, y + inset, x + wide - inset, y + high - inset
    path = (*straight([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]), ("z",))
    return Figure((Line(path, colour, 0.55, dotted=dotted, bounds=(x0, y0, x1, y1), within=True),))


def parted(x: float, y: float, rows: int, cols: int, tall: int, wide: int) -> Figure:
    """Heavy lines that part a block into windows of ``tall`` × ``wide`` boxes."""
    figure = Figure()
    ends = [(x, y + k, x + cols // wide * wide, y + k) for k in range(tall, rows, tall)]
    ends += [(x + k, y, x + k, y + rows // tall * tall) for k in range(wide, cols, wide)]
    for x0, y0, x1, y1 in ends:
        path = straight([(x0, y0), (x1, y1)])
        figure += Figure((Line(path, "ink", 0.6, bounds=(x0, y0, x1, y1), within=True),))
    return figure


def curve(
    points: Iterable[tuple[float, float]], colour: str, angle: float | None, weight: float = 0.3
) -> Figure:
    """Bézier arcs: a start, then two handles and an end each; an arrow head pointing to ``angle``
    degrees at the end."""
    p = list(points)
    if len(p) % 3 != 1:
        raise ValueError("an arc has two handles and an end")
    path: Path = (("M", round(p[0][0], 3), round(p[0][1], 3)),)
    for k in range(1, len(p), 3):
        path += (("C", *(round(v, 3) for point in p[k : k + 3] for v in point)),)
    xs, ys = [a for a, _ in p], [b for _, b in p]
    return Figure(
        (
            Line(
                path,
                colour,
                weight,
                angle is not None,
                bounds=(min(xs), min(ys), max(xs), max(ys)),
                end=(*p[-1], angle or 0.0),
            ),
        )
    )


def rounded(
    points: Sequence[tuple[float, float]], colour: str, weight: float = 0.3, radius: float = 0.22
) -> Figure:
    """A line along some corners, which are rounded, with an arrow head at its end."""
    path: Path = (("M", *_thousandths(points[0])),)
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        r = min(radius, math.dist(a, b) / 2, math.dist(b, c) / 2)
        start, end = _towards(b, a, r), _towards(b, c, r)
        path += (("L", *_thousandths(start)),)
        path += (("C", *_thousandths(b), *_thousandths(b), *_thousandths(end)),)
    path += (("L", *_thousandths(points[-1])),)
    (x0, y0), (x1, y1) = points[-2], points[-1]
    angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    bounds = (min(xs), min(ys), max(xs), max(ys))
    return Figure((Line(path, colour, weight, True, bounds=bounds, end=(x1, y1, angle)),))


def _towards(start: tuple[float, float], end: tuple[float, float], by: float
             ) -> tuple[float, float]:  # fmt: skip
    way = math.dist(start, end) or 1.0
    return start[0] + (end[0] - start[0]) * by / way, start[1] + (end[1] - start[1]) * by / way


def _thousandths(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 3), round(point[1], 3)


# --- putting together
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Crossing:
    """Where the three blocks of a product stand, with the result's corner at (0, 0)."""

    figure: Figure
    left: tuple[float, float]
    top: tuple[float, float]


def crossing(
    left: Cells,
    top: Cells,
    result: Cells,
    *,
    outline: bool = False,
    gap_left: float = 0.5,
    gap_top: float = 0.5,
    names: tuple[str, str, str] = ("", "", ""),
) -> Crossing:
    """left · top = result: the inner dimension is the shared corner, the result's size is read off
    from the two."""
    lx, ty = -gap_left - len(left[0]), -gap_top - len(top)
    figure = (
        block(top, 0.0, ty, name=names[1])
        + block(left, lx, 0.0, outline, names[0])
        + block(result, 0.0, 0.0, name=names[2])
    )
    return Crossing(figure, (lx, 0.0), (0.0, ty))


def overlaps(items: Iterable[Item]) -> list[tuple[Item, Item]]:
    """Pairs of blocks, labels and circles that cover each other; lines may cross nothing but white
    paper and are not counted."""
    solid = [(i, box_of(i)) for i in items if not isinstance(i, Line | Rule)]
    found: list[tuple[Item, Item]] = []
    for k, (a, p) in enumerate(solid):
        for b, q in solid[k + 1 :]:
            if isinstance(a, Circle) and isinstance(b, Label) and (a.x, a.y) == (b.x, b.y):
                continue
            if isinstance(a, Block) and isinstance(b, Label) and b.colour == MARK:
                continue
            if (
                p[0] < q[2] - 0.05
                and q[0] < p[2] - 0.05
                and p[1] < q[3] - 0.05
                and q[1] < p[3] - 0.05
            ):
                found.append((a, b))
    return found
