"""What is free on a page: where a figure may stand beside others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Box, Figure, place
from sheetgen.page.items import Circle, Item

LARGER = 0.05
"""How much better a picture is that is twice as large as it need be, or steep."""
STEEP = 0.5
"""How high a level is for the width of the net, so that its links are told apart."""
FINE = 1.5
"""Side in mm of the squares in which a page is looked at."""


class FreeSpace:
    """The free squares of a rectangle of the page."""

    def __init__(self, region: Box, taken: Iterable[Box]) -> None:
        x0, y0, x1, y1 = self.region = region
        rows, cols = max(0, int((y1 - y0) / FINE)), max(0, int((x1 - x0) / FINE))
        full = np.zeros((rows + 1, cols + 1), int)
        for box in taken:
            r0, c0 = max(0, int((box[1] - y0) / FINE)), max(0, int((box[0] - x0) / FINE))
            r1, c1 = math.ceil((box[3] - y0) / FINE), math.ceil((box[2] - x0) / FINE)
            if r1 > 0 and c1 > 0:
                full[r0 + 1 : r1 + 1, c0 + 1 : c1 + 1] = 1
        self._sums = full.cumsum(0).cumsum(1)

    def corner(self, width: float, height: float) -> tuple[float, float] | None:
        """The corner of a free rectangle, as far to the right as it goes, then as high."""
        h, w = math.ceil(height / FINE), math.ceil(width / FINE)
        s = self._sums
        if h >= s.shape[0] or w >= s.shape[1]:
            return None
        inside = s[h:, w:] - s[:-h, w:] - s[h:, :-w] + s[:-h, :-w]
        rows, cols = np.nonzero(inside == 0)
        if not len(cols):
            return None
        col = int(cols.max())
        row = int(rows[cols == col].min())
        right = self.region[2] - width
        x = right if col == inside.shape[1] - 1 else self.region[0] + col * FINE
        return x, self.region[1] + row * FINE


def beside(
    figures: Sequence[Figure], region: Box, taken: Iterable[Box], largest: float, sizes: Sizes,
    below: Box | None = None,
) -> tuple[float, list[Item]] | None:
    """One of some pictures of the same net in the middle of the free part ``below`` the figures, at
    its top, else in a free place, as high as there is one: that which is best to read there, and
    how good that is, from 0 to 1."""
    space = FreeSpace(region, taken)
    found = _best(figures, partial(_on_top, below), largest, sizes) if below else None
    return found or _best(figures, space.corner, largest, sizes)


def _best(
    figures: Sequence[Figure], place_for: Callable[[float, float], tuple[float, float] | None],
    largest: float, sizes: Sizes,
) -> tuple[float, list[Item]] | None:  # fmt: skip
    """The picture that is best to read where there is a place for its width and height."""
    best: tuple[float, float, Figure, float, tuple[float, float]] | None = None
    for figure in figures:
        for scale in (1.9, 1.75, 1.6, 1.45, 1.3, 1.15, 1.0, 0.9, 0.8, 0.7, 0.62):
            size = min(largest, sizes.largest_net) * scale
            if size < sizes.smallest_net:
                break
            at = place_for(figure.width * size, figure.height * size)
            if at is None:
                continue
            rise = figure.height * size / max(_levels(figure) - 1, 1)
            worth = min(size / sizes.largest_net, 1.0) * min(rise / sizes.net_rise, 1.0)
            worth += LARGER * (scale - 1.0)
            liked = worth + LARGER * min(rise / (STEEP * figure.width * size), 1.0)
            if best is None or liked > best[0] + 1e-6:
                best = liked, worth, figure, size, at
            break
    if best is None:
        return None
    _, worth, figure, size, at = best
    return worth, list(place(figure, size, *at))


def _on_top(part: Box, width: float, height: float) -> tuple[float, float] | None:
    """The corner of a rectangle in the middle of the top of another; None if it does not fit."""
    x0, y0, x1, y1 = part
    return ((x0 + x1 - width) / 2, y0) if width <= x1 - x0 and height <= y1 - y0 else None


def _levels(figure: Figure) -> int:
    """The levels of the picture of a net."""
    return len({item.y for item in figure.items if isinstance(item, Circle)})
