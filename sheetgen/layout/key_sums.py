"""Free places on the pages of a key for the worked sums that have no lines there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sheetgen.layout.columns import About, Columns
from sheetgen.layout.free_places import Free
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Box
from sheetgen.page.items import Label
from sheetgen.words.sums import Worked

USED = 0.6
"""Part of what is free that sums can fill, at most."""
SIGNS = frozenset("×÷√^{")
"""More of them make a sum harder."""

Shape = tuple[tuple[int, float, float], ...]
"""Counts of columns with their widths and heights, in letters of one size."""
Spot = tuple[float, float, int, float, float]
"""A corner, a count of columns, their width and height."""
Places = tuple[float, tuple[Spot | None, ...]]
"""Size of the letters, and a spot for each step that has one."""
Point = tuple[float, float]
Shapes = tuple[tuple[Shape, ...], ...]
"""In each size of letters, the shape of each step."""


class FreePlaces:
    """The free places beside the figures of one page."""

    def __init__(
        self, taken: Sequence[Box], area: Box, sizes: Sizes, blocks: Mapping[str, Box]
    ) -> None:
        """``taken`` are the places in an area that are not free, ``blocks`` those of matrices."""
        self._free, self._sizes = Free(taken, area), sizes
        self._middles = {name: ((x0 + x1) / 2, (y0 + y1) / 2)
                         for name, (x0, y0, x1, y1) in blocks.items()}  # fmt: skip
        self._of_steps: dict[About, tuple[Shape, ...]] = {}
        self._found: dict[tuple[Shapes, tuple[Point | None, ...]], Places] = {}

    def placed(self, sums: Sequence[Worked]) -> tuple[list[Label], list[Worked]]:
        """Each step's sums near its boxes, in the largest letters in which all have a place, else
        the hardest of them, as many as can be; and those that have none."""
        if not sums:
            return [], []
        order = sorted(sums, key=_ease)
        steps = [Columns([one], self._sizes) for one in order]
        shapes = tuple(zip(*map(self._shapes, steps), strict=True))
        middles = tuple(self._middles.get(one.places[0][0] if one.places else "")
                        for one in order)  # fmt: skip
        if (shapes, middles) not in self._found:
            self._found[shapes, middles] = self._places(steps[0].tried, shapes, middles)
        size, spots = self._found[shapes, middles]
        labels: list[Label] = []
        for step, spot in zip(steps, spots, strict=True):
            if spot is not None:
                x, y, count, width, height = spot
                labels += step.in_columns((x, y), count, height, width, size)[0]
        without = [one for one, spot in zip(order, spots, strict=True) if spot is None]
        return labels, [one for one in sums if one in without]

    def _shapes(self, step: Columns) -> tuple[Shape, ...]:
        """The shapes of a step in each size of letters, those of steps about as wide as it."""
        about = step.about
        if about not in self._of_steps:
            self._of_steps[about] = tuple(
                tuple((count, count * step.wide(size, about), math.ceil(height) + 1.0)
                      for found, count, _, height in step.shapes() if found == size)
                for size in step.tried
            )  # fmt: skip
        return self._of_steps[about]

    def _places(
        self, tried: Sequence[float], shapes: Shapes, middles: Sequence[Point | None]
    ) -> Places:
        """Where steps of some shapes stand, each in letters of several sizes."""
        found: list[Places] = []
        for size, each in zip(tried, shapes, strict=True):
            if size != tried[-1] and sum(map(_least, each)) > self._free.size * USED:
                continue
            for near in (True, False) if size == tried[-1] else (True,):
                free = self._free.copy()
                spots = tuple(_spot(free, shape, middle if near else None)
                              for shape, middle in zip(each, middles, strict=True))  # fmt: skip
                if None not in spots:
                    return size, spots
                found.append((size, spots))
        return min(found, key=lambda places: places[1].count(None))


def _least(shape: Shape) -> float:
    """The room that a step takes, in mm²."""
    return min(width * height for _, width, height in shape)


def _spot(free: Free, shape: Shape, near: Point | None) -> Spot | None:
    """A free place for one step, which is taken then."""
    for count, width, height in shape:
        at = free.near(width, height, near) if near else free.place(width, height)
        if at is not None:
            free.take([(*at, at[0] + width + 2.0, at[1] + height + 2.0)])
            return *at, count, width, height
    return None


def _ease(one: Worked) -> int:
    """The lower, the harder its sums."""
    return -max(sum(sign in SIGNS for sign in line) for line in one.lines)
