"""The step list where the figures of a page leave room for it, whole or in parts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from sheetgen.layout.free_places import Free, taken_by
from sheetgen.layout.sizes import Sizes
from sheetgen.layout.step_list import column, heights_of_column
from sheetgen.page.figure import Box, placed
from sheetgen.page.items import Item
from sheetgen.words.lines import StepLine


def in_free_places(
    items: Sequence[Item], lines: Sequence[StepLine], area: Box, sizes: Sizes, ordered: bool = True
) -> list[Item] | None:
    """The list in a free rectangle, as wide as one is found, or cut in parts for several, which
    are read from the top down; if it need not be ``ordered``, rather in any order than not."""
    free = Free(taken_by(items, 3.0), area)
    cuts = [_cut(lines, free.copy(), sizes, back) for back in (False, True)]
    found = [cut for cut in cuts if cut is not None]
    for spots, rest, _ in sorted(found, key=lambda cut: len(cut[0])):
        if (texts := _in_order(lines, spots, rest, sizes)) is not None:
            return texts
    return found[0][2] if found and not ordered else None


def _cut(
    lines: Sequence[StepLine], free: Free, sizes: Sizes, back: bool
) -> tuple[list[Box], Free, list[Item]] | None:
    """Places for parts of the list, the longest first, or beginning with its end if ``back``; what
    is free then; and the parts there. None if there is no room."""
    found, spots = list[Item](), list[Box]()
    rest = list(lines)
    while rest:
        part = _part(rest, free, sizes, back)
        if part is None:
            return None
        count, (x, y), width, height = part
        spots.append((x, y, x + width, y + height))
        some, rest = (rest[-count:], rest[:-count]) if back else (rest[:count], rest[count:])
        texts = [placed(t, 1.0, x, y) for t in column(some, width, sizes)]
        found += texts
        free.take(taken_by(texts, 3.0))
    return spots, free, found


def _in_order(
    lines: Sequence[StepLine], spots: Sequence[Box], free: Free, sizes: Sizes
) -> list[Item] | None:
    """The list in some places, from the highest to the lowest, each a little higher where what
    is below it is free."""
    found, rest = list[Item](), list(lines)
    for x0, y0, x1, y1 in sorted(spots, key=lambda spot: (spot[1], spot[0])):
        x1 = min([x1, *(x - 3.0 for x, top, _, foot in spots
                        if x > x0 and top < y1 and foot > y0)])  # fmt: skip
        heights = heights_of_column(rest, x1 - x0, sizes)
        count = bisect_right(heights, y1 - y0 + free.below(x0, x1, y1))
        texts = column(rest[:count], x1 - x0, sizes) if count else []
        found += [placed(t, 1.0, x0, y0) for t in texts]
        rest = rest[count:]
    return None if rest else found


def _part(
    lines: Sequence[StepLine], free: Free, sizes: Sizes, back: bool
) -> tuple[int, tuple[float, float], float, float] | None:
    """As many of the first lines as find a free rectangle, or of the last if ``back``, as wide as
    one is found: its corner, width and height."""
    widths = sizes.list_columns
    heights = {w: _heights(lines, w, sizes, back) for w in widths}
    for count in range(len(lines), 0, -1):
        for width in widths:
            at = free.place(width, heights[width][count - 1])
            if at is not None:
                return count, at, width, heights[width][count - 1]
    return None


def _heights(
    lines: Sequence[StepLine], width: float, sizes: Sizes, back: bool
) -> list[float]:
    """The heights of one line in a column, of two, and so on: of the first, or of the last."""
    heights = heights_of_column(lines, width, sizes)
    if not back:
        return heights
    return [heights[-1] - before for before in [*reversed(heights[:-1]), 0.0]]
