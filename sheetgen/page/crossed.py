"""Whether a line runs through anything on a page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from sheetgen.page.figure import Box, box_of, meet
from sheetgen.page.items import Block, Circle, Item, Label, Line
from sheetgen.page.paths import traced


def crossed(items: Iterable[Item]) -> list[tuple[Line, Item]]:
    """Lines that run through a block, a text or a circle. Links of the picture of a net are not
    counted: they cross each other; nor are frames that lie on their blocks."""
    every = list(items)
    solid = [(i, _inside(i)) for i in every if isinstance(i, Block | Label | Circle)]
    found: list[tuple[Line, Item]] = []
    for line in every:
        if not isinstance(line, Line) or line.source is not None or line.within:
            continue
        for item, box in solid:
            if meet(line.bounds, box) and any(
                _through(a, b, box) for s in traced(line.path) for a, b in pairwise(s)
            ):
                found.append((line, item))
    return found


def _inside(item: Block | Label | Circle) -> Box:
    """What of an item no line may touch: a text without the white above and below its letters."""
    x0, y0, x1, y1 = box_of(item)
    if isinstance(item, Label):
        return x0, y0 + item.size * 0.2, x1, y1 - item.size * 0.2
    return x0 + 0.05, y0 + 0.05, x1 - 0.05, y1 - 0.05


def _through(a: tuple[float, float], b: tuple[float, float], box: Box) -> bool:
    """Whether a stretch runs through a box."""
    start, end = 0.0, 1.0
    for axis in (0, 1):
        low, high, way = box[axis], box[axis + 2], b[axis] - a[axis]
        if abs(way) < 1e-9:
            if not low < a[axis] < high:
                return False
            continue
        first, last = sorted(((low - a[axis]) / way, (high - a[axis]) / way))
        start, end = max(start, first), min(end, last)
    return end - start > 1e-6
