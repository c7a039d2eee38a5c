"""What a screen reader is told of a page: texts are marked while they are written, in reading
order, and each is a heading, a paragraph or a cell of a table; all else is decoration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sheetgen.page.items import Block, Item, Label
from sheetgen.type.markup import pieces

BLANK = "blank"
"""What is said of a cell that the student fills."""
END = "EMC\n"
"""Ends what is marked."""

Lines = TypeVar("Lines", bound=tuple[object, ...])


@dataclass(frozen=True, slots=True)
class Element:
    """A part of a page; its kids are other parts, or numbers of marked texts."""

    role: str
    kids: tuple[Element | int, ...] = ()
    title: str = ""
    said: str = ""
    """What is read aloud in its place."""


class Tags:
    """Marks the texts of a page and keeps its elements; ``heading`` is the role of its title."""

    def __init__(self, heading: str = "H1") -> None:
        self.elements: list[Element] = []
        self._heading = heading
        self._count = 0

    def marked(self, item: Item, texts: Iterable[Lines]) -> Iterator[tuple[str, Lines]]:
        """What begins each text of an item that is not empty, and the text."""
        role = self._role(item)
        leaves: list[Element | None] = []
        for lines in texts:
            if lines:
                leaves.append(Element(role, (self._count,)))
                yield f"/{role}<</MCID {self._count}>>BDC\n", lines
                self._count += 1
            else:
                leaves.append(None)
        if isinstance(item, Block):
            self.elements.append(_table(item, leaves))
        else:
            self.elements += filter(None, leaves)

    def tell(self, item: Label) -> None:
        """A text that is drawn as a picture is told in its place."""
        said = "".join(part for _, part in pieces(item.markup))
        self.elements.append(Element(self._role(item), said=said))

    def _role(self, item: Item) -> str:
        if isinstance(item, Block):
            return "TD"
        return self._heading if isinstance(item, Label) and item.face == "title" else "P"


def _table(block: Block, leaves: Iterable[Element | None]) -> Element:
    """A block as a table named as the matrix."""
    left = iter(leaves)
    rows = (
        tuple(next(left) or Element("TD", said=BLANK if cell.blank else "") for cell in row)
        for row in block.cells
    )
    return Element("Table", tuple(Element("TR", row) for row in rows), title=block.name)


def artifact(parts: Iterable[str]) -> list[str]:
    """Operators of a drawing, marked as such."""
    return ["/Artifact BMC\n", *parts, END]
