"""Free places on a page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from sheetgen.page.figure import Box, box_of, placed
from sheetgen.page.items import Item, Line
from sheetgen.page.paths import traced

LEAST_MOVE = 2.0
"""By which it is worth it to move all that stands on a page, in mm."""
STEP = 2.0
"""From one place that is tried to the next, in mm."""
NEAR, CLEAR = 2.5, 10.0
"""White in mm around what is placed by itself, and at its sides where no margin has room for it."""
LOWER = 20.0
"""By how many mm at most it stands lower for that."""


def padded(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def meet(a: Box, b: Box) -> bool:
    """Whether two boxes cover a common place."""
    return b[0] < a[2] and a[0] < b[2] and b[1] < a[3] and a[1] < b[3]


def taken_by(items: Iterable[Item], around: float) -> list[Box]:
    """What some items cover, with white around."""
    return [padded(box_of(item), around) for item in items]


def strokes_by(items: Iterable[Item], around: float) -> list[Box]:
    """The same, but of a line that goes round something the stretches alone: what it goes round is
    free; not so within a closed one, nor among the links of a net."""
    found: list[Box] = []
    for item in items:
        if not isinstance(item, Line) or item.source is not None or item.path[-1][0] in "za":
            found.append(padded(box_of(item), around))
            continue
        for (x0, y0), (x1, y1) in chain.from_iterable(map(pairwise, traced(item.path))):
            stretch = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
            found.append(padded(stretch, around))
    return found


def around(items: Iterable[Item]) -> Box:
    """The rectangle around some items."""
    lefts, tops, rights, feet = zip(*map(box_of, items), strict=True)
    return min(lefts), min(tops), max(rights), max(feet)


def aligned(items: list[Item], area: Box) -> Iterator[list[Item]]:
    """Some items as they are, then as far at the left and at the right as an area goes."""
    yield items
    x0, _, x1, _ = around(items)
    for by in (area[0] - x0, area[2] - x1):
        if abs(by) > LEAST_MOVE:
            yield [placed(item, 1.0, by, 0.0) for item in items]


class Free:
    """The free part of an area, in squares."""

    def __init__(self, taken: Sequence[Box], area: Box) -> None:
        self._x, self._y, right, foot = area
        self._columns = int((right - self._x) / STEP)
        self._rows = int((foot - self._y) / STEP)
        self._covered = np.zeros((self._rows, self._columns), np.int32)
        self._first: dict[tuple[int, int], NDArray[np.intp]] = {}
        self.take(taken)

    @property
    def size(self) -> float:
        """How much is free, in mm²."""
        return (self._covered.size - int(self._sums[-1, -1])) * STEP * STEP

    def copy(self) -> Free:
        """One of which something may be taken while this stays."""
        made = object.__new__(Free)
        made._x, made._y, made._rows, made._columns = self._x, self._y, self._rows, self._columns
        made._covered, made._sums = self._covered.copy(), self._sums
        made._first = dict(self._first)
        return made

    def take(self, taken: Sequence[Box]) -> None:
        """Some more is covered."""
        if taken:
            corner = np.array((self._x, self._y))
            found = np.array(taken).reshape(-1, 2, 2) - corner
            first = np.maximum(np.floor(found[:, 0] / STEP), 0).astype(int).tolist()
            last = np.maximum(np.ceil(found[:, 1] / STEP), 0).astype(int).tolist()
            for (c0, r0), (c1, r1) in zip(first, last, strict=True):
                self._covered[r0:r1, c0:c1] = 1
        self._sums = np.zeros((self._rows + 1, self._columns + 1), np.int32)
        np.cumsum(self._covered, 0, out=self._sums[1:, 1:])
        np.cumsum(self._sums[1:, 1:], 1, out=self._sums[1:, 1:])
        self._first.clear()

    def place(self, width: float, height: float) -> tuple[float, float] | None:
        """The corner of a free rectangle, as high as one is found, and there at the left or the
        right margin rather than between."""
        w, h = math.ceil(width / STEP), math.ceil(height / STEP)
        if w > self._columns or h > self._rows:
            return None
        s = self._sums
        free = s[h:, w:] - s[:-h, w:] - s[h:, :-w] + s[:-h, :-w] == 0
        rows = np.flatnonzero(free.any(axis=1))
        if not rows.size:
            return None
        row = int(rows[0])
        columns = np.flatnonzero(free[row])
        last = free.shape[1] - 1
        column = 0 if free[row, 0] else last if free[row, last] else int(columns[0])
        return self._x + STEP * column, self._y + STEP * row

    @property
    def left(self) -> float:
        return self._x

    @property
    def top(self) -> float:
        return self._y

    @property
    def rows(self) -> int:
        return self._rows

    @property
    def columns(self) -> int:
        return self._columns

    @staticmethod
    def squares(length: float) -> int:
        """How many squares something covers."""
        return math.ceil(length / STEP)

    def first_rows(self, width: float, height: float) -> NDArray[np.intp]:
        """For each row, also the one below the last, and each left edge the first row from there
        down in which a rectangle is free; more than there are where none is."""
        w, h = self.squares(width), self.squares(height)
        if (w, h) not in self._first:
            found = np.full((self._rows + 1, self._columns), 1 << 20, np.intp)
            if w <= self._columns and h <= self._rows:
                s = self._sums
                free = s[h:, w:] - s[:-h, w:] - s[h:, :-w] + s[:-h, :-w] == 0
                rows = np.where(free, np.arange(len(free))[:, None], 1 << 20)
                found[: len(free), : free.shape[1]] = np.minimum.accumulate(rows[::-1])[::-1]
            self._first[w, h] = found
        return self._first[w, h]

    def has(self, width: float, height: float) -> bool:
        """Whether a rectangle of a size is free anywhere."""
        return bool((self.first_rows(width, height)[0] < self._rows).any())

    def spots(self, width: float, height: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The rows and the left edges of all free rectangles of a size."""
        w, h = self.squares(width), self.squares(height)
        s = self._sums
        if w > self._columns or h > self._rows:
            return np.zeros(0, np.intp), np.zeros(0, np.intp)
        rows, columns = np.nonzero(s[h:, w:] - s[:-h, w:] - s[h:, :-w] + s[:-h, :-w] == 0)
        return rows, columns

    def below(self, x0: float, x1: float, y: float) -> float:
        """How far it is free below a line, up to a square of white before what is there."""
        c0, c1 = math.floor((x0 - self._x) / STEP), math.ceil((x1 - self._x) / STEP)
        start = math.ceil((y - self._y) / STEP) + 2
        rows = np.flatnonzero(self._covered[start:, max(c0, 0) : c1].any(axis=1))
        free = int(rows[0]) if rows.size else max(self._rows - start, 0)
        return max(0.0, STEP * (free - 1))

    def tallest(self, width: float) -> Box | None:
        """The highest free rectangle of a width, the rightmost of those; None if none is free."""
        w = math.ceil(width / STEP)
        if w > self._columns:
            return None
        s = self._sums
        bare = s[1:, w:] - s[:-1, w:] - s[1:, :-w] + s[:-1, :-w] == 0
        rows = np.arange(len(bare))[:, None]
        runs = rows - np.maximum.accumulate(np.where(bare, -1, rows))  # free rows that end in each
        best = int(runs.max(initial=0))
        if not best:
            return None
        last = int(runs.max(axis=1).argmax())
        column = int(np.flatnonzero(runs[last] == best)[-1])
        x, y = self._x + STEP * column, self._y + STEP * (last + 1 - best)
        return x, y, x + width, y + STEP * best


def clear_place(
    items: Iterable[Item], area: Box, width: float, height: float
) -> tuple[float, float] | None:
    """The corner of a free place on a page for what stands by itself: at a margin, or else away
    from what is beside it; None if there is none."""
    boxes = [box_of(item) for item in items]
    taken = [padded(box, NEAR) for box in boxes]
    at = Free(taken, area).place(width, height)
    x0, y0, x1, y1 = area
    if at is None or at[0] == x0 or at[0] > x1 - width - 2.0 * STEP:
        return at
    aside = [(a - CLEAR, b - NEAR, c + CLEAR, d + NEAR) for a, b, c, d in boxes]
    left, right = (x0, y0, x0 + width + STEP, y1), (x1 - width - STEP, y0, x1, y1)
    for part, more in ((left, taken), (right, taken), (area, aside)):
        found = Free(more, part).place(width, height)
        if found is not None and found[1] < at[1] + LOWER:
            return found
    return at
