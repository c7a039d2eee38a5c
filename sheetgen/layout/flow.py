"""A flow of small figures: in lines from left to right, on as few pages as can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Figure, place
from sheetgen.page.items import Item

APART, BELOW = 8.0, 6.0
"""Between figures side by side at least, and between two lines, in mm."""
WIDEST = 24.0
"""Between figures side by side at most."""


def flow(
    figures: Sequence[Figure], room: float, sizes: Sizes, ends: Callable[[int], float],
    start: float | None = None, most: float = 0.0,
) -> list[list[Item]] | None:  # fmt: skip
    """Figures in lines as wide as the ``room``, from ``start`` (the top, if it is not given) down
    to the end of each page, with boxes of ``most`` mm at most if that is given."""
    alone = start is None and len(figures) == 1
    cap = sizes.largest_cell if alone else sizes.largest_flow_cell
    start = sizes.top if start is None else start
    widest = max(f.width for f in figures)
    tallest = max(f.height for f in figures)
    high = min(ends(0) - start, ends(1) - sizes.top)
    largest = min(most or cap, room / widest, high / tallest)
    if largest < sizes.smallest_cell:
        return None
    tried = (largest, *sizes.flow_cells, sizes.smallest_cell)
    found = (_lines(figures, c, room, sizes, ends, start) for c in tried if c <= largest)
    return min(found, key=len)


def _lines(
    figures: Sequence[Figure], cell: float, room: float, sizes: Sizes,
    ends: Callable[[int], float], start: float,
) -> list[list[Item]]:  # fmt: skip
    """The figures in lines with boxes of one size."""
    pages: list[list[Item]] = [[]]
    y = start
    for line in _broken(figures, cell, room):
        height = max(f.height for f in line) * cell
        if y + height > ends(len(pages) - 1) and (pages[-1] or y > sizes.top):
            pages.append([])
            y = sizes.top
        free = room - sum(f.width * cell for f in line)
        gap = min(WIDEST, free / (len(line) - 1)) if len(line) > 1 else 0.0
        x = sizes.margin
        for f in line:
            pages[-1] += place(f, cell, x, y + height - f.height * cell)
            x += f.width * cell + gap
        y += height + BELOW
    return pages


def _broken(figures: Sequence[Figure], cell: float, room: float) -> list[list[Figure]]:
    """The figures that stand side by side, line after line."""
    lines: list[list[Figure]] = [[]]
    used = 0.0
    for f in figures:
        if lines[-1] and used + f.width * cell > room:
            lines.append([])
            used = 0.0
        lines[-1].append(f)
        used += f.width * cell + APART
    return lines
