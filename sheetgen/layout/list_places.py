"""The step list where the figures of a page leave room for it, whole or in parts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from sheetgen.layout.free_places import Free, taken_by
from sheetgen.layout.sizes import Sizes
from sheetgen.layout.step_list import column, heights_of_column, step_list
from sheetgen.page.figure import Box, box_of, placed
from sheetgen.page.items import Item
from sheetgen.words.lines import StepLine

MOST, FEWEST = 6, (2, 1)
"""Parts of a list at most, and lines of each at least, the better one first."""
ABOVE = 4.0
"""White above a list at the foot of its page, in mm."""
FAR = 1000.0
"""Beyond the right edge of any page, in mm."""
Cut = tuple[list[Box], Free, list[Item]]
"""Places for parts of a list, what is free then, and the parts there."""

Feet = list[tuple[list[Item], float]]
"""What stands at the foot of each page, and its height."""


def above_feet(
    lists: Sequence[Sequence[StepLine]],
    setting: Callable[[Sequence[StepLine]], tuple[list[Item], float]], sizes: Sizes, foot: float,
) -> tuple[list[list[StepLine]], Feet]:  # fmt: skip
    """The lists of pages without what is set small, and that over the whole width at their foot."""
    feet: Feet = []
    for lines in lists:
        small, height = setting([line for line in lines if line.small])
        feet.append(([placed(item, 1.0, sizes.margin, foot - height) for item in small], height))
    return [[line for line in lines if not line.small] for lines in lists], feet


def in_free_places(
    items: Sequence[Item], lines: Sequence[StepLine], area: Box, sizes: Sizes,
    ordered: bool = True,
) -> list[Item] | None:  # fmt: skip
    """The list in a free rectangle, as wide as one is found, or cut in parts for several, which
    are read from the top down; if it need not be ``ordered``, rather in any order than not."""
    free = Free(taken_by(items, 3.0), area)
    first: list[Item] | None = None
    for cut in _cuts(lines, free, sizes):
        spots, rest, found = cut
        if (texts := _in_order(lines, spots, rest, sizes)) is not None:
            return texts
        if spots == sorted(spots, key=_reading):
            return found
        first = first or found
    return first if not ordered else None


def _cuts(lines: Sequence[StepLine], free: Free, sizes: Sizes) -> Iterator[Cut]:
    """Ways to cut a list, the simplest first."""
    for back in (False, True):
        cut = _cut(lines, free.copy(), sizes, back)
        if cut is None and not back:
            return  # there is no room
        if cut is not None:
            yield cut
    for least in FEWEST:
        cut = _from_top(lines, free.copy(), sizes, least)
        if cut is not None:
            yield cut


def _cut(
    lines: Sequence[StepLine], free: Free, sizes: Sizes, back: bool
) -> Cut | None:
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
    return spots[::-1] if back else spots, free, found


def _reading(spot: Box) -> tuple[float, float]:
    """By which places are read from the top down, and from left to right."""
    return spot[1], spot[0]


def _from_top(
    lines: Sequence[StepLine], free: Free, sizes: Sizes, fewest: int
) -> Cut | None:
    """The same with each part in the highest place for some lines, as wide as most stand there."""
    found, spots, rest = list[Item](), list[Box](), list(lines)
    while rest and len(spots) < MOST:
        least = min(fewest, len(rest))
        places: list[tuple[float, int, float, Box]] = []
        for width in sizes.list_columns:
            heights = heights_of_column(rest, width, sizes)
            at = free.place(width, heights[least - 1])
            if at is not None:
                x, y = at
                high = heights[least - 1]
                high += free.below(x, x + width, y + high) if least < len(rest) else 0.0
                count = bisect_right(heights, high)
                places.append((y, -count, width, (x, y, x + width, y + heights[count - 1])))
        if not places:
            return None
        _, count, _, spot = min(places)
        texts = [placed(t, 1.0, spot[0], spot[1])
                 for t in column(rest[:-count], spot[2] - spot[0], sizes)]  # fmt: skip
        spots.append(spot)
        found += texts
        free.take([*taken_by(texts, 3.0), (0.0, 0.0, FAR, spot[1])])
        rest = rest[-count:]
    return None if rest else (spots, free, found)


def in_one_place(
    items: Sequence[Item], lines: Sequence[StepLine], area: Box, sizes: Sizes
) -> list[Item] | None:
    """The whole list in a free rectangle, as wide as one is found; None if there is none."""
    free = Free(taken_by(items, 3.0), area)
    for width in sizes.list_widths if lines else ():
        texts, height = step_list(lines, width, sizes)
        if (spot := free.place(width, height)) is not None:
            return [placed(text, 1.0, *spot) for text in texts]
    for width in sizes.list_columns:
        at = free.place(width, heights_of_column(lines, width, sizes)[-1]) if lines else None
        if at is not None:
            return [placed(text, 1.0, *at) for text in column(lines, width, sizes)]
    return None if lines else []


def _in_order(
    lines: Sequence[StepLine], spots: Sequence[Box], free: Free, sizes: Sizes
) -> list[Item] | None:
    """The list in some places, from the highest to the lowest, each a little higher where what
    is below it is free."""
    found, rest = list[Item](), list(lines)
    for x0, y0, x1, y1 in sorted(spots, key=_reading):
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


def at_foot(
    filled: Sequence[list[Item]], figures: Sequence[Sequence[Item]], ends: Sequence[float]
) -> tuple[list[list[Item]], list[float]]:
    """Pages on which a list that stands below all figures is moved down to the end of its page, so
    that room to work is above it; and where their figures must end."""
    pages, feet = list[list[Item]](), list[float]()
    for items, before, end in zip(filled, figures, ends, strict=True):
        texts = items[len(before) :]
        lowest = max((box_of(i)[3] for i in items[: len(before)]), default=0.0)
        top = min((box_of(i)[1] for i in texts), default=0.0)
        below = end + ABOVE - max((box_of(i)[3] for i in texts), default=end + ABOVE)
        if not texts or top < lowest or below < 0:
            pages.append(items)
            feet.append(end)
            continue
        moved = [placed(text, 1.0, 0.0, below) for text in texts]
        pages.append([*items[: len(before)], *moved])
        feet.append(top + below - ABOVE)
    return pages, feet
