"""The arrangements of an exercise's figures, put on pages above their lists: each is made when it
is first tried, and placed once for lists of the same heights."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.registry import arrangements
from sheetgen.layout.placing import Placer
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Arrangement
from sheetgen.page.items import Item


@dataclass(frozen=True)
class Filled:
    """Pages with figures and step list, and where their figures must end."""

    pages: list[list[Item]]
    bottoms: list[float]


class Arranged:
    """The figures of one exercise on paper of a size."""

    def __init__(self, boxes: Boxes, paper: tuple[float, float], sizes: Sizes) -> None:
        self._placer = Placer(boxes, paper, sizes)
        self._end = paper[1] - sizes.foot - sizes.above_foot
        self._made: list[Arrangement] = []
        self._more = arrangements(boxes, rather_any=sizes.is_large)
        self._placed: dict[Hashable, tuple[Arrangement, list[list[Item]] | None]] = {}
        """The pages of an arrangement, and itself, so that it stays."""

    def each(self, network: bool) -> Iterator[Arrangement]:
        """The arrangements, the best first, with the picture of the net if it is wanted."""
        k = 0
        while True:
            if k == len(self._made):
                more = next(self._more, None)
                if more is None:
                    return
                self._made.append(more)
            yield self._made[k] if network else replace(self._made[k], network=())
            k += 1

    def pages(
        self, arrangement: Arrangement, heights: Sequence[float] = (), apart: bool = False
    ) -> list[list[Item]] | None:
        """The figures of each page above lists of some heights, what is printed ``apart`` from all
        work or not; None if they do not fit."""
        key = id(arrangement), tuple(heights), apart
        if key not in self._placed:
            found = self._placer.pages(arrangement, lambda k: self._end - (
                heights[k] if k < len(heights) else 0.0), apart)  # fmt: skip
            self._placed[key] = arrangement, found
        pages = self._placed[key][1]
        return None if pages is None else [[*items] for items in pages]
