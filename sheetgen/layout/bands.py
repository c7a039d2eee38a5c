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
        if best is not None and best[0] <= PAGE + cost_of(cell, cells):
            break  # none is better
        found = _fitting(bands, room, high, cell, sizes, ends)
        if found is None:
            continue
        made, pages = found
        cost = cost_of(cell, cells, len(pages), made)
        cost += scant([f.height * cell for f in pages[-1]], high) if len(pages) > 1 else 0.0
        if best is None or cost < best[0]:
            best = cost, made, cell
    if best is None:
        return None
    _, made, cell = best
    pages = _paged(made.finished, cell, sizes, ends)
    return [_placed(page, cell, room, sizes, ends(k)) for k, page in enumerate(pages)]


def _fitting(
    bands: Bands, room: float, high: float, cell: float, sizes: Sizes, ends: Callable[[int], float]
) -> tuple[Banded, list[list[Figure]]] | None:
    """The figures with boxes of a size, and on pages of which each holds its own, also one that
    ends higher than the first ones; None if there is no room."""
    while (made := bands(room / cell, high / cell)) is not None:
        pages = _paged(made.figures, cell, sizes, ends)
        rooms = [ends(k) - sizes.top for k in range(len(pages))]
        small = [r for r, page in zip(rooms, pages, strict=True)
                 if len(page) == 1 and page[0].height * cell > r + 0.01]  # fmt: skip
        if not small or min(small) >= high:
            return made, pages
        high = min(small)
    return None


def cost_of(
    cell: float, cells: Sequence[float], pages: int = 0, made: Banded | None = None
) -> float:
    """What bands on some pages cost, in boxes that are to be copied."""
    found = SMALL * (1 - cell / cells[0]) + PAGE * pages
    return found if made is None else found + APART * made.apart + made.copied


def scant(heights: Sequence[float], high: float) -> float:
    """What it costs to leave a last page with figures of some heights so."""
    return LEFT if sum(heights) < high / EMPTY else 0.0


def set_below(
    above: Figure, bands: Bands, room: float, sizes: Sizes, ends: Callable[[int], float],
    least: float,
) -> list[list[Item]] | None:
    """The same below a figure, with boxes of one size in all of them, ``least`` at least; None if
    there is no room, or a copy would be needed."""
    best: tuple[list[list[Figure]], float] | None = None
    high = min(ends(0), ends(1)) - sizes.top
    largest = min(sizes.largest_cell, room / above.width, high / above.height)
    for cell in (largest, *(c for c in sizes.band_cells if c < largest)):
        made = bands(room / cell, high / cell) if cell >= least else None
        if made is None or made.copied:
            continue
        pages = _paged([above, *made.finished], cell, sizes, ends)
        if best is None or len(pages) < len(best[0]):
            best = pages, cell
    if best is None:
        return None
    pages, cell = best
    return [_placed(page, cell, room, sizes, ends(k)) for k, page in enumerate(pages)]


def _paged(
    figures: Sequence[Figure], cell: float, sizes: Sizes, ends: Callable[[int], float]
) -> list[list[Figure]]:
    """The figures page after page, as even as their order allows."""
    filled = _filled(figures, cell, sizes, ends, 1.0)
    parts = (0.5, 0.6, 0.7, 0.8, 0.9) if len(filled) > 1 else ()
    tried = [_filled(figures, cell, sizes, ends, part) for part in parts]
    alike = [pages for pages in tried if len(pages) == len(filled)]
    return min([*alike, filled], key=lambda pages: max(map(_height, pages)))


def _height(figures: Sequence[Figure]) -> float:
    return sum(figure.height for figure in figures)


def _filled(
    figures: Sequence[Figure], cell: float, sizes: Sizes, ends: Callable[[int], float],
    part: float,
) -> list[list[Figure]]:
    """The figures on pages of which about a ``part`` is used."""
    pages: list[list[Figure]] = [[]]
    used = 0.0
    for figure in figures:
        room = (ends(len(pages) - 1) - sizes.top) * sizes.fullest
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
    """Figures one below the other, a little apart where there is room, and on a page that has much
    of it with larger boxes than on others."""
    widest, high = max(f.width for f in figures), _height(figures)
    gaps = sizes.band_gap * (len(figures) - 1)
    cell = max(cell, min(cell * sizes.larger_leaf, sizes.largest_cell, room / widest,
                         (bottom - sizes.top - gaps) / high))  # fmt: skip
    free = bottom - sizes.top - sum(f.height * cell for f in figures)
    between = max(len(figures) - 1, 1)
    least = min(free / between, sizes.band_gap)
    gap = max(min(free / (between + 2), 2 * sizes.band_gap), least, 0.0)
    x, y = sizes.margin + (room - widest * cell) / 2, sizes.top
    items: list[Item] = []
    for figure in figures:
        items += place(figure, cell, x, y)
        y += figure.height * cell + gap
    return items
