"""What stands on a page: a few kinds of items, each at a place in millimetres from the top left
corner of the paper.

The layout makes these items; ``marks`` and the templates draw them and decide nothing about places.
``markup`` is a tiny text language for labels and sentences: ``_3`` or ``_{12}`` lowers, ``^T`` or
``^{-1}`` raises, everything else is itself. It is turned into HTML in one place (``marks.markup``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from sheetgen.page.paths import Path
from sheetgen.page.reading import UNTOLD, Reading

Anchor = Literal["start", "middle", "end"]

PAPERS: dict[str, tuple[float, float]] = {
    "a4": (210.0, 297.0), "letter": (215.9, 279.4), "a3": (297.0, 420.0),
}  # fmt: skip
"""Paper name -> width and height in millimetres."""

KINDS = (
    "input", "parameter", "bias", "state", "activation", "output", "target", "gradient",
    "bias-gradient", "constant", "query", "key", "value", "attention", "masked", "statistic",
    "outside", "link", "nudged", "bottleneck", "token-1", "token-2", "token-3", "token-4",
    "left", "right", "result",
)  # fmt: skip
"""Kinds of cells; the theme gives each a fill that is light enough for a grey copier, and a
pattern where the fill alone would not be told from others in grey."""

COLOURS = (
    "ink",
    "left",
    "top",
    "state",
    "output",
    "value",
    "attention",
    "answer",
    "worked",
    "gradient",
    "rectified",
    "soft",
    "p1",
    "p2",
    "p3",
    "p4",
    "p5",
    "p6",
    "p7",
)
"""Names of ink colours; ``p1`` ... ``p7`` are the layers' colours (label of W_k and its links in
the node picture)."""


Face = tuple[str, bool, str, bool, bool]
"""What a cell shows: its text, whether it is blank, what is written beside a crossed-out number,
blank or not, and whether the text is worked by hand."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One box: what it says, whether the student writes it, and where its number comes from."""

    text: str
    blank: bool = False
    kind: str = "state"
    source: tuple[str, int, int] | None = None
    """Matrix name, row and column of the number, None for a cell that holds no number of the
    exercise."""
    struck: str = ""
    """What the key writes beside a crossed-out number (ReLU in the compact form), empty for an
    ordinary cell."""
    struck_blank: bool = True
    """Whether crossing out is the student's work, and so on the key only."""
    emphasis: bool = False
    copied: bool = False
    """The student copies the number here: blank in every pattern."""
    worked: bool = False
    """A result that a worked example shows in the hand of an answer."""
    compact: tuple[str, str] | None = None
    """The matrices before and after ReLU that share the cell, None for an ordinary cell."""

    @property
    def face(self) -> Face:
        return self.text, self.blank, self.struck, self.struck_blank, self.worked


@dataclass(frozen=True, slots=True)
class Block:
    """A matrix: boxes of one size, drawn as one path; blank cells keep their fill."""

    x: float
    y: float
    cell: float
    """Side of a box in millimetres."""
    cells: tuple[tuple[Cell, ...], ...]
    outline: bool = False
    """A red line around the whole block: trainable."""
    name: str = ""
    least: float = 0.0
    """Em in mm of the smallest number, and of one beside a crossed-out one."""

    @property
    def rows(self) -> int:
        return len(self.cells)

    @property
    def cols(self) -> int:
        return len(self.cells[0])


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a point: (x, y) is the middle of its height, ``anchor`` says which end stands at
    x."""

    x: float
    y: float
    markup: str
    size: float
    """Height of the letters' em in millimetres."""
    anchor: Anchor = "middle"
    colour: str = "ink"
    face: Literal["label", "digits", "answer", "title", "small"] = "label"
    answer: bool = False
    """Shown on the key only (in the answer's face and colour)."""
    width: float = 0.0
    """Room in millimetres; a longer text is set smaller until it fits. 0: no limit."""
    source: tuple[str, int, int] | None = None
    """Matrix name, row and column of the number that is the text, None for any other text."""
    of: tuple[str, int, int] | None = None
    """Matrix name, row and column of the box whose sum the text writes out, None for any other."""
    again: bool = False
    """Whether it is a number that stands once more: printed where its own box is."""


@dataclass(frozen=True, slots=True)
class Line:
    """A stroke along a path, with an arrow head at its end if ``arrow``."""

    path: Path
    colour: str = "ink"
    weight: float = 0.25
    arrow: bool = False
    dotted: bool = False
    answer: bool = False
    bounds: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """x0, y0, x1, y1."""
    end: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Where the arrow head stands and the direction in degrees (0 right, 90 down) in which it
    points."""
    source: tuple[str, int, int] | None = None
    """The number whose being 0 takes the line away, None for a line that always stands."""
    within: bool = False
    """It belongs to a block and lies on it: a frame around some of its boxes."""
    around: tuple[str, int, int] | None = None
    """Matrix name, row and column of the box whose number it circles, None for any other line."""
    cut_at: tuple[str, int] | None = None
    """Matrix name and column of the numbers at which it is cut, where it is a bar from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A step's number in a circle, or a node of the network picture (then ``text`` is its value, on
    the key only)."""

    x: float
    y: float
    radius: float
    text: str = ""
    answer: bool = False
    node: bool = False
    least: float = 0.0
    """Em in mm of the smallest number."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Ruled place to write on, or a dotted box (``height`` > 0)."""

    x: float
    y: float
    width: float
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Stencil:
    """Black squares, as of a QR code: rows of ``1`` and ``0``, (x, y) the upper left corner."""

    x: float
    y: float
    module: float
    """Side of a square in millimetres."""
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in a box, such as a school's logo; ``source`` is a ``data:`` URL."""

    x: float
    y: float
    width: float
    height: float
    source: str


Item = Block | Label | Line | Circle | Rule | Stencil | Picture


@dataclass(frozen=True, eq=False)
class Plate:
    """A laid-out page without its numbers: what the pages of sheets of one shape have in common.

    ``items`` are the first of such a page; those at a place in ``varying`` are other items of the
    same kind and place on every page, the rest are the very same.
    """

    width: float
    height: float
    items: tuple[Item, ...]
    varying: frozenset[int]
    kept: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What is made of it once and used again, such as its PDF operators."""


@dataclass(frozen=True, eq=False)
class Page:
    """One side of paper."""

    width: float
    height: float
    own: tuple[Item, ...] = ()
    """Items that are this page's alone; all of them if it has no plate."""
    plate: Plate | None = None
    faces: tuple[Face, ...] = ()
    """Those of the cells of the plate's varying blocks, one after the other."""
    labels: tuple[Label, ...] = ()
    """The plate's varying labels, with this page's texts."""
    fill: Callable[[], tuple[Item, ...]] | None = field(default=None, repr=False)
    """Makes the plate's items with what is this page's; None if they are the plate's."""

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All that stands on the page, in reading order; the press needs few of them."""
        if self.plate is None:
            return self.own
        return (*(self.fill() if self.fill else self.plate.items), *self.own)

    def with_items(self, more: tuple[Item, ...]) -> Page:
        """The page with some more of its own."""
        return replace(self, own=(*self.own, *more))

    @property
    def blank(self) -> bool:
        """Whether nothing is on it."""
        return not self.own and self.plate is None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Page):
            return NotImplemented
        mine, others = (self.width, self.height, self.items), (other.width, other.height)
        return mine == (*others, other.items)

    def __hash__(self) -> int:
        return hash((self.width, self.height, self.items))


@dataclass(frozen=True, slots=True)
class Printed:
    """The pages of one sheet with what its PDF says about itself; ``key`` shows the answers."""

    pages: tuple[Page, ...]
    title: str
    key: bool
    subject: str = ""
    author: str = ""
    lang: str = "en"
    reading: Reading = UNTOLD
    """What is said of it to those who hear it."""
