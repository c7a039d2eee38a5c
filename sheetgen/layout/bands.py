"""Figures that adapt to the room, one below the other on as few pages as can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Banded, Bands, Figure, place
from sheetgen.page.items import Item

PAGE, APART, SMALL = 6.0, 2.0, 7.0
"""What a page costs, a result that stands without what it is made of, and boxes of no size at all
instead of the largest: in boxes that are to be copied."""
EMPTY, LEFT = 3.0, 3.0
"""What part of a last page is hardly anything, and what it costs to leave it so."""


def set_bands(
    bands: Bands, room: float, sizes: Sizes, ends: Callable[[int], float]
) -> list[list[Item]] | None:
    """The figures with few copies, on few pages, each result beside what it is made of, and with
    boxes as large as there is room for above the end of each page. None if there is no room."""
    best: tuple[float, Banded, float] | None = None
    high = min(ends(0), ends(1)) - sizes.top
    cells = [c for c in sizes.band_cells if sizes.smallest_cell <= c <= sizes.largest_cell]
    for cell in cells:
        small = SMALL * (1 - cell / cells[0])
        if best is not None and best[0] <= PAGE + small:
            break  # none is better
        made = bands(room / cell, high / cell)
        if made is None:
            continue
        pages = _paged(made.figures, cell, sizes, ends)
        cost = small + PAGE * len(pages) + APART * made.apart + made.copied
        if len(pages) > 1 and sum(f.height * cell for f in pages[-1]) < high / EMPTY:
            cost += LEFT
        if best is None or cost < best[0]:
            best = cost, made, cell
    if best is None:
        return None
    _, made, cell = best
    found = []
    for k, page in enumerate(_paged(made.finished, cell, sizes, ends)):
        found.append(_placed(page, cell, room, sizes, ends(k)))
    return found


def _paged(
    figures: Sequence[Figure], cell: float, sizes: Sizes, ends: Callable[[int], float]
) -> list[list[Figure]]:
    """The figures page after page, as even as their order allows."""
    filled = _filled(figures, cell, sizes, ends, 1.0)
    for part in (0.5, 0.6, 0.7, 0.8, 0.9) if len(filled) > 1 else ():
        pages = _filled(figures, cell, sizes, ends, part)
        if len(pages) == len(filled):
            return pages
    return filled


def _filled(
    figures: Sequence[Figure], cell: float, sizes: Sizes, ends: Callable[[int], float],
    part: float,
) -> list[list[Figure]]:
    """The figures on pages of which about a ``part`` is used."""
    pages: list[list[Figure]] = [[]]
    used = 0.0
    for figure in figures:
        room = ends(len(pages) - 1) - sizes.top
        height = figure.height * cell
        if pages[-1] and used + height > room * (part if used + height > room * part else 1.0):
            pages.append([])
            used = 0.0
        pages[-1].append(figure)
        used += height + sizes.band_gap
    return pages


def _placed(
    figures: Sequence[Figure], cell: float, room: float, sizes: Sizes, bottom: float
) -> list[Item]:
    """Figures one below the other, a little apart where there is room."""
    free = bottom - sizes.top - sum(f.height * cell for f in figures)
    gap = min(max(free / (len(figures) + 1), 0.0), 2 * sizes.band_gap)
    widest = max(f.width for f in figures) * cell
    x, y = sizes.margin + (room - widest) / 2, sizes.top
    items: list[Item] = []
    for figure in figures:
        items += place(figure, cell, x, y)
        y += figure.height * cell + gap
    return items
