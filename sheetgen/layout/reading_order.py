"""Places for the parts of a list in what is free on a page, in an order in which it is read: column
by column over the page, or in each column of several areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sheetgen.layout.free_places import STEP, Free
from sheetgen.page.figure import Box

Rows = NDArray[np.intp]
Costs = NDArray[np.float64]

NOWHERE = 1 << 20
"""A row that no page has."""
APART, BENEATH = 1, 1
"""Squares between two columns, and between two parts of one."""
COLUMN = 4.0
"""What one more column costs, in mm: parts stand beneath one another where that is no farther."""
CLOSE = 30.0
"""Parts side by side that are less than that apart are read from left to right, in mm."""
ALIGNED = 3.0
"""So much farther parts may stand to have their left edges beneath one another, in mm."""
AROUND = 2.0
"""White between parts that stand each beside its own."""


@dataclass(frozen=True)
class Part:
    """One part of a list."""

    sizes: tuple[tuple[float, float], ...]
    """Widths and heights that it may have, the first that fits is taken."""
    near: Box | None = None
    """What it should be near, if that is on the page."""
    worth: int = 1
    """The more, the rather it has a place where not all have one."""

    @property
    def area(self) -> float:
        """What it takes at least, in mm²."""
        return min(width * height for width, height in self.sizes)


@dataclass(frozen=True)
class Place:
    """Where a part stands: its corner, which of its sizes it has, and how far it is from what it
    should be near."""

    at: tuple[float, float]
    size: int
    away: float


@dataclass
class _Column:
    """Some parts beneath one another, for each left edge: rows, sizes, distances."""

    rows: list[Rows] = field(default_factory=list)
    which: list[Rows] = field(default_factory=list)
    away: list[Costs] = field(default_factory=list)


def in_columns(free: Free, parts: Sequence[Part]) -> tuple[Place, ...] | None:
    """Each part beneath the one before it, or in a column at the right of all before it, as near as
    can be to what it belongs to; None if there is not room for all."""
    return _ByColumns(free, parts).places()


def beside_each(
    free: Free, parts: Sequence[Part], down: float, far: float, order: Sequence[int],
    whole: bool = False,
) -> tuple[Place | None, ...]:  # fmt: skip
    """Each part as near as can be to what it belongs to, but above none before it, and at the left
    of none that stands close by; ``down`` says what it costs to stand a mm lower, beside the
    distance. They find their places in an ``order``; None for those that have no place that is no
    farther. If the ``whole`` is wanted, all are None where one is."""
    found: dict[int, Place] = {}
    left, onward = free.copy(), all(a < b for a, b in pairwise(order))
    steady = onward or all(a > b for a, b in pairwise(order))
    for k in order:
        if not steady:
            left = free.copy()
            left.take([box for n, place in found.items()
                       for box in _closed(place.at, parts[n].sizes[place.size], free,
                                          behind=n < k)])  # fmt: skip
        place = _nearest(left, parts[k], down, far, [p.at[0] for p in found.values()])
        if place is not None:
            found[k] = place
            if steady:  # what is closed to the next one is so to all others
                left.take(_closed(place.at, parts[k].sizes[place.size], free, behind=onward))
        elif whole:
            return (None,) * len(parts)
    return tuple(found.get(k) for k in range(len(parts)))


def _closed(
    at: tuple[float, float], size: tuple[float, float], free: Free, *, behind: bool
) -> list[Box]:
    """Where nothing must stand that is behind what stands at a place, or else before it."""
    (x0, y0), (width, height) = at, size
    x1, y1 = x0 + width + AROUND, y0 + height + AROUND
    if behind:
        return [(x0, free.top, x1, y1), (x0 - CLOSE, y0, x0, y1)]
    return [(x0, y0, x1, free.top + STEP * free.rows), (x1, y0, x1 + CLOSE, y1)]


def _nearest(
    free: Free, part: Part, down: float, far: float, edges: Sequence[float]
) -> Place | None:
    """The free place that is nearest to what a part should be near, rather high than low, and with
    its left edge at one of some; None if each is farther than ``far``."""
    best: tuple[float, Place] | None = None
    for size, (width, height) in enumerate(part.sizes):
        rows, left = free.spots(width, height)
        if not rows.size:
            continue
        away = _distance(part, left, rows, width, height, free)
        aligned = np.isin(left, [round((x - free.left) / STEP) for x in edges])
        costs = away + down * STEP * rows + COLUMN * size - ALIGNED * aligned
        costs[away > far] = np.inf
        k = int(np.argmin(costs))
        if costs[k] < (np.inf if best is None else best[0]):
            at = free.left + STEP * int(left[k]), free.top + STEP * int(rows[k])
            best = float(costs[k]), Place(at, size, float(away[k]))
    return None if best is None else best[1]


class _ByColumns:
    """Places for the parts of one list, column by column."""

    def __init__(self, free: Free, parts: Sequence[Part]) -> None:
        self._free, self._parts = free, parts
        self._left = np.arange(free.columns)
        self._best = [np.full(free.columns + 1, np.inf) for _ in range(len(parts) + 1)]
        """Of the first parts and each right edge of theirs the least cost."""
        self._from: list[dict[int, tuple[int, int, int]]] = [{} for _ in self._best]
        """The parts before the last column, its left edge, and the right edge before it."""
        self._columns: dict[tuple[int, int], _Column] = {}

    def places(self) -> tuple[Place, ...] | None:
        """A place for each part; None if not all have one."""
        self._best[0][0] = 0.0
        for start in range(len(self._parts)):
            self._extend(start)
        last = self._best[-1]
        right = int(np.argmin(last))
        if not np.isfinite(last[right]):
            return None
        found: list[Place] = []
        done = len(self._parts)
        while done:
            start, x, before = self._from[done][right]
            found = [*self._column_at(start, done, x), *found]
            done, right = start, before
        return tuple(found)

    def _extend(self, start: int) -> None:
        """Adds columns that begin with one part."""
        so_far = self._best[start]
        least = np.minimum.accumulate(so_far)
        edge = np.maximum.accumulate(np.where(so_far <= least, np.arange(len(so_far)), 0))
        cost = least[: self._free.columns] + COLUMN
        right, row = self._left.copy(), np.zeros(self._free.columns, np.intp)
        if not np.isfinite(cost).any():
            return
        column = _Column()
        for k in range(start, len(self._parts)):
            row, right, cost = self._beneath(k, row, right, cost, column)
            if not np.isfinite(cost).any():
                return
            self._columns[start, k + 1] = column
            self._note(start, k + 1, right, cost, edge)

    def _note(self, start: int, done: int, right: Rows, cost: Costs, edge: Rows) -> None:
        best = self._best[done]
        for x in np.flatnonzero(cost < best[right]).tolist():
            at = int(right[x])
            if cost[x] < best[at]:
                best[at] = cost[x]
                self._from[done][at] = start, x, int(edge[x])

    def _beneath(
        self, k: int, row: Rows, right: Rows, cost: Costs, column: _Column
    ) -> tuple[Rows, Rows, Costs]:
        """Puts one more part into columns: their rows, right edges and costs then."""
        part, free, left = self._parts[k], self._free, self._left
        at = np.full(len(left), NOWHERE, np.intp)
        which, away = np.full(len(left), -1, np.intp), np.full(len(left), np.inf)
        for size, (width, height) in enumerate(part.sizes):
            if size and (at < NOWHERE).all():
                break
            first = free.first_rows(width, height)
            high = first[np.minimum(row, free.rows), left]
            here, far = high, _distance(part, self._left, high, width, height, free)
            if part.near is not None:
                wanted = _wanted(part.near, height, free)
                low = first[np.minimum(np.maximum(row, wanted), free.rows), left]
                farther = _distance(part, self._left, low, width, height, free)
                here, far = np.where(farther < far, low, high), np.minimum(far, farther)
            new = (at == NOWHERE) & (here < NOWHERE)
            at, which, away = (np.where(new, a, b) for a, b in (
                (here, at), (size, which), (far, away)))  # fmt: skip
        wide, high = (np.array([*(free.squares(s[n]) for s in part.sizes), 0]) for n in (0, 1))
        there = at < NOWHERE
        column.rows.append(at)
        column.which.append(which)
        column.away.append(away)
        edge = np.minimum(left + wide[which] + APART, free.columns)
        return (np.where(there, at + high[which] + BENEATH, row),
                np.where(there, np.maximum(right, edge), right),
                cost + away)  # fmt: skip

    def _column_at(self, start: int, done: int, x: int) -> Iterator[Place]:
        """The places of the parts of one column."""
        column = self._columns[start, done]
        for k in range(done - start):
            at = self._free.left + STEP * x, self._free.top + STEP * int(column.rows[k][x])
            yield Place(at, int(column.which[k][x]), float(column.away[k][x]))


def _wanted(box: Box, height: float, free: Free) -> int:
    """The row in which something stands that has its middle at the height of a box's."""
    return max(0, int(((box[1] + box[3]) / 2 - height / 2 - free.top) / STEP))


def _distance(
    part: Part, left: Rows, row: Rows, width: float, height: float, free: Free
) -> Costs:
    """How far something is in some places from what it should be near, in mm."""
    if part.near is None:
        return np.where(row < NOWHERE, 0.0, np.inf)
    x0, y0, x1, y1 = part.near
    x, y = free.left + STEP * left, free.top + STEP * row
    across = np.maximum(np.maximum(x0 - x - width, x - x1), 0.0)
    down = np.maximum(np.maximum(y0 - y - height, y - y1), 0.0)
    return np.where(row < NOWHERE, np.hypot(across, down), np.inf)
