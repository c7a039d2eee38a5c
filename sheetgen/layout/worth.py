"""How good the pages of a sheet are: how many there are, what they ask, how large their boxes
are."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.layout.drawn import numbers_in
from sheetgen.page.figure import box_of
from sheetgen.page.items import Block, Circle, Item

THIN = 0.55
"""What part of a page its figures fill at least where a page is not saved for it."""


def has_network(pages: Sequence[Sequence[Item]]) -> bool:
    """Whether the picture of the net found room."""
    return any(isinstance(i, Circle) and i.node for page in pages for i in page)


def asks(pages: Sequence[Sequence[Item]]) -> tuple[int, int]:
    """How many pages there are, and how many boxes to fill: more are copies."""
    blocks = [i for page in pages for i in page if isinstance(i, Block)]
    boxes = sum(cell.blank for block in blocks for row in block.cells for cell in row)
    return len(pages), boxes


def worth_of(pages: Sequence[Sequence[Item]], over: float) -> tuple[float, ...]:
    """How good some pages are, whose lists leave some of their room: less is better."""
    return len(pages), not numbers_in(pages[0]), -round(smallest(pages)), over


def is_thin(pages: Sequence[Sequence[Item]], bottoms: Sequence[float], top: float) -> bool:
    """Whether there are several pages, and the figures of one fill hardly more than half of it."""
    if len(pages) < 2:
        return False
    ends = [max((box_of(i)[3] for i in items if box_of(i)[3] <= bottom), default=top)
            for items, bottom in zip(pages, bottoms, strict=True)]  # fmt: skip
    return any(end - top < THIN * (bottom - top) for end, bottom in zip(ends, bottoms, strict=True))


def smallest(pages: Sequence[Sequence[Item]]) -> float:
    """The side of the smallest boxes of some pages, of those in which the student writes if there
    are any."""
    blocks = [i for page in pages for i in page if isinstance(i, Block)]
    open_ = [b for b in blocks if any(cell.blank for row in b.cells for cell in row)]
    return min(block.cell for block in open_ or blocks)
