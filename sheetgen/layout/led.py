"""Figures that adapt to the room behind what is printed on a worksheet: work begins on the first
page, for which what is printed may have smaller boxes, unless that page is full without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sheetgen.layout.bands import PAGE, cost_of, scant
from sheetgen.layout.drawn import numbers_in
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Banded, Bands, Figure, place
from sheetgen.page.items import Item

WORKLESS = 12.0
"""What it costs to leave a page free that has no work, in boxes that are to be copied."""
SMALL = 2.0
"""What boxes of no size at all cost in what is printed."""
TINY = 6.0
"""What it costs more for each mm that boxes to write in are smaller than is easy."""
LOWER = (1.0, 0.6, 0.5, 0.4)
"""Parts of a page's height for which the bands are made."""
GAP = 4.0
"""Between two figures on a page, in mm, at least."""
EVEN = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
"""Parts of the pages that are used before another one begins."""


@dataclass(frozen=True)
class Sized:
    """A figure with the side of its boxes in mm."""

    figure: Figure
    cell: float
    printed: bool

    @property
    def height(self) -> float:
        return self.figure.height * self.cell

    @property
    def width(self) -> float:
        return self.figure.width * self.cell


Pages = list[list[Sized]]


@dataclass(frozen=True)
class _Plan:
    """Some bands, with what is printed before them in smaller boxes or not."""

    cost: float
    made: Banded
    cell: float
    lead: float
    part: float


class Led:
    """Figures behind ``above`` and what else is printed before the first work."""

    def __init__(
        self, above: Figure | None, bands: Bands, room: float, sizes: Sizes,
        ends: Callable[[int], float], least: float,
    ) -> None:  # fmt: skip
        self.above, self.bands, self.room, self.sizes = above, bands, room, sizes
        self.ends, self.least = ends, least

    def pages(self) -> list[list[Item]] | None:
        """The items of each page; None if nothing is printed first, or there is no room."""
        best: _Plan | None = None
        sizes = self.sizes
        cells = [c for c in sizes.band_cells if sizes.smallest_cell <= c <= sizes.largest_cell]
        for cell in cells:
            if best is not None and best.cost <= PAGE + cost_of(cell, cells):
                break  # none is better
            for plan in self._plans(cell, cells):
                if best is None or plan.cost < best.cost:
                    best = plan
        if best is None:
            return None
        figures = self._sized(best.made.finished, best.cell, best.lead)
        pages = self._paged(figures, best.part)
        return None if pages is None else [
            self._placed(page, k) for k, page in enumerate(pages)]  # fmt: skip

    def _plans(self, cell: float, cells: Sequence[float]) -> Iterator[_Plan]:
        """What may be done with bands of one size."""
        high = min(self.ends(0), self.ends(1)) - self.sizes.top
        for lower in LOWER:
            made = self.bands(self.room / cell, lower * high / cell)
            if made is None:
                return
            lead = [f.figure for f in self._sized(made.figures, 1.0, 1.0) if f.printed]
            if not lead:
                continue
            widest = self.room / max(f.width for f in lead)
            largest = min(self.sizes.largest_cell, widest, cell * self.sizes.larger_leaf)
            if largest < self.least:
                continue
            for size in (largest, *(c for c in cells if self.least <= c < largest)):
                for part in EVEN:
                    pages = self._paged(self._sized(made.figures, cell, size), part)
                    if pages is not None:
                        cost = self._cost(pages, made, cell, size, cells)
                        yield _Plan(cost + 0.01 * (1 - part), made, cell, size, part)

    def _cost(
        self, pages: Pages, made: Banded, cell: float, lead: float, cells: Sequence[float]
    ) -> float:
        """What a plan costs, in boxes that are to be copied."""
        cost = cost_of(cell, cells, len(pages), made) + SMALL * (1 - lead / cells[0])
        cost += TINY * max(0.0, self.sizes.easy_cell - cell) / self.sizes.larger
        cost += scant([f.height for f in pages[-1]], self._high(1)) if len(pages) > 1 else 0.0
        highest = max(sum(f.height for f in page) for page in pages)
        for k, page in enumerate(pages):
            free = 1 - self._used(page) / self._high(k)
            cost += WORKLESS * free if all(f.printed for f in page) else 0.0
        return cost + 0.02 * highest / self._high(1)

    def _sized(self, figures: Sequence[Figure], cell: float, lead: float) -> list[Sized]:
        """Figures with their sizes; what is printed before the first work is that."""
        found: list[Sized] = []
        for figure in [*([self.above] if self.above else []), *figures]:
            printed = all(f.printed for f in found) and not numbers_in(figure.items)
            found.append(Sized(figure, lead if printed else cell, printed))
        return found

    @property
    def _gap(self) -> float:
        return GAP * self.sizes.larger

    def _high(self, page: int) -> float:
        return self.ends(page) - self.sizes.top

    def _used(self, page: Sequence[Sized]) -> float:
        return sum(f.height for f in page) + self._gap * (len(page) - 1)

    def _paged(self, figures: Sequence[Sized], part: float) -> Pages | None:
        """The figures page after page; about a ``part`` of each is used from the first work on, and
        of a page with none all. None if one is too high."""
        pages: Pages = [[]]
        used = 0.0
        for figure in figures:
            room = self._high(len(pages) - 1)
            works = not all(f.printed for f in pages[-1])
            full = used + figure.height > room + 1e-6
            if pages[-1] and (full or (works and used + figure.height > part * room)):
                pages.append([])
                used = 0.0
            if figure.height > self._high(len(pages) - 1) + 1e-6:
                return None
            pages[-1].append(figure)
            used += figure.height + self._gap
        return pages

    def _placed(self, page: Sequence[Sized], number: int) -> list[Item]:
        """Figures one below the other, a little apart where there is room, and on a page that has
        much of it with larger boxes than on others."""
        sizes, high = self.sizes, self._high(number)
        between = max(len(page) - 1, 1)
        gaps = 2 * self._gap * (len(page) - 1)
        by = min(sizes.larger_leaf, sizes.largest_cell / max(f.cell for f in page),
                 self.room / max(f.width for f in page),
                 (high - gaps) / sum(f.height for f in page))  # fmt: skip
        sized = [Sized(f.figure, f.cell * max(by, 1.0), f.printed) for f in page]
        free = high - sum(f.height for f in sized)
        least = min(free / between, 2 * self._gap)
        gap = max(min(free / (between + 2), 2 * sizes.band_gap), least, 0.0)
        widest = max((f.width for f in sized if not f.printed), default=0.0)
        y, items = sizes.top, list[Item]()
        for f in sized:
            wide = f.width if f.printed else widest
            items += place(f.figure, f.cell, sizes.margin + (self.room - wide) / 2, y)
            y += f.height + gap
        return items
