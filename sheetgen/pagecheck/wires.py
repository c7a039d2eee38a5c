"""Lines with an arrow head that lead from blocks into the ring of a sign, and from it to one."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sheetgen.page.items import Circle, Line
from sheetgen.page.paths import traced
from sheetgen.pagecheck.standing import Part, Sight, Standing

TOUCH = 0.2
"""Boxes between the end of a line and what it leads from or to."""


Ends = set[tuple[str, bool]]
"""The matrices of a block at which a line ends, and whether it shows them on their side."""


def joined_to(standing: Standing, page: int, ring: Circle) -> tuple[list[Ends], Ends]:
    """The matrices of each block from which a line leads into a ring, and those of the block to
    which one leads from it; a line that begins nowhere is left out."""
    into: list[Ends] = []
    out: Ends = set()
    for start, end in _ways(standing.sights[page]):
        if math.dist(end, (ring.x, ring.y)) < ring.radius * (1 + TOUCH):
            found = _block_at(standing, page, start)
            into += [found] if found else []
        elif math.dist(start, (ring.x, ring.y)) < ring.radius * (1 + TOUCH):
            out |= _block_at(standing, page, end)
    return into, out


def _ways(sight: Sight) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Where lines with a head begin and end."""
    for item in sight.items:
        if isinstance(item, Line) and item.arrow and item.source is None and not item.within:
            strokes = traced(item.path)
            yield strokes[0][0], strokes[-1][-1]


def lies(standing: Standing, part: Part) -> bool:
    """Whether boxes show their matrix on its side."""
    grid, own = part.grid(), standing.origins[part.name]
    return grid != own and grid == [list(row) for row in zip(*own, strict=True)]


def _block_at(standing: Standing, page: int, point: tuple[float, float]) -> Ends:
    """The matrices of the block at whose edge a line begins or ends."""
    x, y = point
    found: Ends = set()
    for part in standing.parts:
        x0, y0, x1, y1 = part.box
        near = TOUCH * part.side
        if part.page == page and x0 - near < x < x1 + near and y0 - near < y < y1 + near:
            found.add((part.name, lies(standing, part)))
    return found
