"""What a screen reader is told of a page: texts are marked while they are written; what they are
and in which order they are read is decided when all of them are known (:mod:`.hearing`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from sheetgen.page.items import Block, Circle, Item, Label, Rule
from sheetgen.page.reading import Reading
from sheetgen.type.markup import pieces

ARTIFACT = "/Artifact BMC\n"
"""Begins what is decoration."""
END = "EMC\n"
"""Ends what is marked."""
_WORD = re.compile(r"[^\W_]")

Source = tuple[str, int, int]
Box = tuple[float, float, float, float]
Lines = TypeVar("Lines", bound=tuple[object, ...])


@dataclass(frozen=True, slots=True)
class Element:
    """A part of a page; its kids are other parts, or numbers of marked texts."""

    role: str
    kids: tuple[Element | int, ...] = ()
    said: str = ""
    """What is read aloud for its text."""
    alt: str = ""
    """What is read aloud where there is no text."""
    attributes: str = ""
    """As PDF writes them."""


class Space(NamedTuple):
    """A space that is set where a page has nothing to mark: in a blank box, before a row. Number,
    left end and middle, and em in mm."""

    number: int
    x: float
    y: float
    em: float


class Marked(NamedTuple):
    """An item and the numbers of its texts: of a block one for each box, None for an empty one."""

    item: Item
    numbers: tuple[int | None, ...]
    said: str = ""
    """What is drawn as a picture and so must be said."""


class Tags:
    """Numbers the texts of a page, the ``which``-th of its sheet counted from 0, and keeps them."""

    def __init__(
        self, reading: Reading, which: int = 0, height: float = 297.0,
        circled: frozenset[Source] = frozenset(), bars: Sequence[Box] = (),
    ) -> None:  # fmt: skip
        self.reading, self.which, self.height = reading, which, height
        self.circled = circled
        """The numbers that are circled: matrix, row and column."""
        self.bars = bars
        """Bars that are cut and named, which say what tables say as well."""
        self.marked: list[Marked] = []
        self.spaces: list[Space] = []
        self.elements: tuple[Element, ...] = ()
        """The structure of the page, in reading order."""
        self._count = 0
        self._swatch = False
        """Whether the item before was a box that shows a colour."""

    def mark(self, item: Item, texts: Iterable[Lines]) -> Iterator[tuple[str, Lines]]:
        """What begins each text of an item that is not empty, and the text."""
        if self._is_decoration(item):
            yield from ((ARTIFACT, lines) for lines in texts if lines)
            return
        numbers: list[int | None] = []
        for lines in texts:
            numbers.append(self._next() if lines else None)
            if lines:
                yield begin(numbers[-1]), lines
        self.marked.append(Marked(item, tuple(numbers)))

    def tell(self, item: Label) -> None:
        """A text that is drawn as a picture is said in its place."""
        if not self._is_decoration(item):
            said = "".join(part for _, part in pieces(item.markup))
            self.marked.append(Marked(item, (), said))

    def space(self, x: float, y: float, em: float) -> int:
        """The number of a space that is to be set at a place."""
        self.spaces.append(Space(self._next(), x, y, em))
        return self.spaces[-1].number

    def _next(self) -> int:
        self._count += 1
        return self._count - 1

    def _is_decoration(self, item: Item) -> bool:
        """Whether a text says nothing that is not said elsewhere: signs between boxes, the row of
        1s, what a colour means, name and recipe on all pages but the first."""
        after, self._swatch = self._swatch, isinstance(item, Block) and is_swatch(item)
        if self._swatch or (after and isinstance(item, Label)):
            return True
        if isinstance(item, Circle | Rule):
            return bool(self.which) and item.y < self.reading.head
        if not isinstance(item, Label):
            return False
        if self.which and item.face != "title" and (
            item.face == "small" or item.y < self.reading.head
        ):  # fmt: skip
            return True
        if item.source or item.of:
            return False
        if any(x0 < item.x < x1 and y0 < item.y < y1 for x0, y0, x1, y1 in self.bars):
            return True
        return item.face == "digits" or not _WORD.search(item.markup.replace("^T", ""))


def is_swatch(block: Block) -> bool:
    """Whether a box shows nothing but a colour."""
    return block.rows == block.cols == 1 and not block.cells[0][0].text and (
        block.cells[0][0].source is None
    )


def begin(number: int | None) -> str:
    """What begins the marked text of a number."""
    return f"/Span<</MCID {number}>>BDC\n"


def artifact(parts: Iterable[str]) -> list[str]:
    """Operators of a drawing, marked as such."""
    return [ARTIFACT, *parts, END]
