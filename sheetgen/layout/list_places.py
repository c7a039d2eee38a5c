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
    items: Sequence[Item], lines: Sequence[StepLine], area: Box, sizes: Sizes,
    whole: bool = False,
) -> list[Item] | None:  # fmt: skip
    """The list in a free rectangle, as wide as one is found, or cut in parts for several, which
    are read from the top down where that can be; if it is to stay ``whole``, in one or none."""
    found, spots = list[Item](), list[Box]()
    rest, free = list(lines), Free(taken_by(items, 3.0), area)
    while rest:
        part = _part(rest, free, sizes)
        if part is None or (whole and part[0] < len(lines)):
            return None
        count, (x, y), width, height = part
        spots.append((x, y, x + width, y + height))
        texts = [placed(t, 1.0, x, y) for t in column(rest[:count], width, sizes)]
        found += texts
        free.take(taken_by(texts, 3.0))
        rest = rest[count:]
    return _in_order(lines, spots, free, sizes) or found


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
    lines: Sequence[StepLine], free: Free, sizes: Sizes
) -> tuple[int, tuple[float, float], float, float] | None:
    """As many of the first lines as find a free rectangle, as wide as one is found: its corner,
    width and height."""
    widths = sizes.list_columns
    heights = {w: heights_of_column(lines, w, sizes) for w in widths}
    for count in range(len(lines), 0, -1):
        for width in widths:
            at = free.place(width, heights[width][count - 1])
            if at is not None:
                return count, at, width, heights[width][count - 1]
    return None
