"""Wires: from the edge of a block into the ring of a sign, through what is free, round corners."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from sheetgen.graph.nodes import Node
from sheetgen.layout.figures.march.band import Band, Spot, Wire, around
from sheetgen.page.figure import Box, Figure, meet, rounded, text
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label

STEP = 0.25
"""From one lane to the next."""
CLEAR = 0.1
"""White between a wire and what it passes."""
ABOVE = 0.66
"""From the middle of a ring to that of a name over it."""
TURN = 1.5
"""What a corner costs, in cells of way."""
ACROSS, ALONG = 2.0, 12.0
"""What it costs to meet another wire, and to go on a lane where one lies."""
INKS = ("p5", "p2", "p3", "p1", "p6", "p4")
THIN = 0.02
"""Half the width of a wire."""

Place = tuple[int, int]
Point = tuple[float, float]
SIDES = ((0, -1), (0, 1), (1, 0), (-1, 0))
BEHIND = (1, 0, 3, 2)
"""Of each side the opposite one."""


def wired(band: Band) -> tuple[Figure, list[tuple[float, float, str]]]:
    """The wires of a band; and, where one finds no way, the name of its block beside the sign."""
    figure, named = Figure(), []
    ground = _Ground(band)
    sources = list(dict.fromkeys(w.start for w in band.wires))
    for wire in sorted(band.wires, key=lambda w: _length(band, w)):
        start = band.start(wire)
        points = ground.way(start, wire) if start is not None else None
        if points is None:
            said = label(wire.start)
            named.append((*_beside_sign(band, wire, said), said))
            continue
        figure += rounded(points, INKS[sources.index(wire.start) % len(INKS)])
    return figure, named


def _beside_sign(band: Band, wire: Wire, said: str) -> Point:
    """Where a name stands at the sign of a wire, rather where nothing else does."""
    x, y = wire.to
    far = 0.5 + text_width(said, 0.42, "label") / 2
    places = [(x + far, y), (x - far, y), (x, y - ABOVE), (x, y + ABOVE)]
    if not wire.beside:
        places.insert(0, places.pop(2))
    return next((p for p in places if band.free(text(said, *p, 0.42).box)), places[0])


def _length(band: Band, wire: Wire) -> float:
    spot = band.start(wire)
    if spot is None:
        return 0.0
    (x, y), (a, b) = spot.middle, wire.to
    return abs(x - a) + abs(y - b)


class _Ground:
    """The lanes of a band, and which are free."""

    def __init__(self, band: Band) -> None:
        x0, y0, x1, y1 = around(band.taken, 0.8)
        self.left, self.top = x0, y0
        self.cols, self.rows = int((x1 - x0) / STEP) + 1, int((y1 - y0) / STEP) + 1
        self.blocked = np.zeros((self.rows, self.cols), bool)
        self.used: dict[Place, Node] = {}
        """Lanes with a wire, and the block from which it leads: others from there may join it."""
        self.taken = band.taken
        for box in band.taken:
            self._block(box)
        self.closed: list[list[bool]] = self.blocked.tolist()

    def _block(self, box: Box) -> None:
        c0 = max(0, math.ceil((box[0] - CLEAR - self.left) / STEP))
        c1 = math.floor((box[2] + CLEAR - self.left) / STEP)
        r0 = max(0, math.ceil((box[1] - CLEAR - self.top) / STEP))
        r1 = math.floor((box[3] + CLEAR - self.top) / STEP)
        self.blocked[r0 : r1 + 1, c0 : c1 + 1] = True

    def way(self, start: Spot, wire: Wire) -> list[Point] | None:
        """The corners from an edge of a block to the ring; None if there is no way."""
        radius, ring = 0.34, wire.sign
        center = ring.x + radius, ring.y + radius
        goals = dict(self._doors((ring.x, ring.y, ring.x + 2 * radius, ring.y + 2 * radius)))
        doors = dict(self._doors(start.box))
        others = {at for at, node in self.used.items() if node is not wire.start}
        found = self._found(doors, goals, others) if goals else None
        if found is None:
            return None
        self.used |= dict.fromkeys(found, wire.start)
        inner = [(self.left + c * STEP, self.top + r * STEP) for r, c in found]
        first, last = doors[found[0]], goals[found[-1]]
        begin = _on_edge(inner[0], first, start.box)
        end = center[0] + last[0] * radius, center[1] + last[1] * radius
        if last[0]:
            inner[-1] = (inner[-1][0], center[1])
        else:
            inner[-1] = (center[0], inner[-1][1])
        return _corners(_squared([begin, *inner, end], horizontal=bool(last[0])))

    def _doors(self, box: Box) -> Iterator[tuple[Place, tuple[int, int]]]:
        """Free lanes just outside the middles of a box's edges, and on which side they are."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        for dx, dy in SIDES:
            edge = (x if not dx else box[2] if dx > 0 else box[0],
                    y if not dy else box[3] if dy > 0 else box[1])  # fmt: skip
            for steps in (1, 2, 3):
                col = round((edge[0] + dx * steps * STEP - self.left) / STEP)
                row = round((edge[1] + dy * steps * STEP - self.top) / STEP)
                if self._open(row, col):
                    if self._is_bare(edge, (self.left + col * STEP, self.top + row * STEP)):
                        yield (row, col), (dx, dy)
                    break

    def _is_bare(self, edge: Point, lane: Point) -> bool:
        """Whether nothing but what it belongs to stands between an edge and the lane outside."""
        x0, x1 = sorted((edge[0], lane[0]))
        y0, y1 = sorted((edge[1], lane[1]))
        way = x0 - THIN, y0 - THIN, x1 + THIN, y1 + THIN
        at = edge[0] - THIN, edge[1] - THIN, edge[0] + THIN, edge[1] + THIN
        return not any(meet(way, box) for box in self.taken if not meet(at, box))

    def _open(self, row: int, col: int) -> bool:
        return 0 <= row < self.rows and 0 <= col < self.cols and not self.closed[row][col]

    def _found(
        self, doors: dict[Place, tuple[int, int]], goals: dict[Place, tuple[int, int]],
        others: set[Place],
    ) -> list[Place] | None:  # fmt: skip
        """The cheapest way in lanes: short, with few corners, beside ``others``."""
        far = _far(goals)
        best = {(place, SIDES.index(side)): 0.0 for place, side in doors.items()}
        queue = [(far(place), 0.0, place, facing) for place, facing in best]
        heapq.heapify(queue)
        before: dict[tuple[Place, int], tuple[Place, int]] = {}
        while queue:
            _, cost, place, facing = heapq.heappop(queue)
            state = (place, facing)
            if cost > best[state] + 1e-9:
                continue
            if place in goals:
                way = [place]
                while state in before:
                    state = before[state]
                    way.append(state[0])
                return way[::-1]
            for k, at in self._next(place, facing):
                more = cost + STEP + (TURN if k != facing else 0.0)
                if at in others:
                    more += ALONG if place in others else ACROSS
                if at in goals and goals[at] != (-SIDES[k][0], -SIDES[k][1]):
                    more += TURN
                if more < best.get((at, k), math.inf):
                    best[at, k] = more
                    before[at, k] = state
                    heapq.heappush(queue, (more + far(at), more, at, k))
        return None

    def _next(self, place: Place, facing: int) -> Iterator[tuple[int, Place]]:
        """The free lanes around a place, but for the one behind."""
        row, col = place
        for k, (dx, dy) in enumerate(SIDES):
            if k != BEHIND[facing] and self._open(row + dy, col + dx):
                yield k, (row + dy, col + dx)


def _far(goals: Iterable[Place]) -> Callable[[Place], float]:
    """How far a place is at least from the nearest goal."""
    ends = list(goals)
    return lambda at: STEP * min(abs(at[0] - r) + abs(at[1] - c) for r, c in ends)


def _on_edge(point: Point, side: tuple[int, int], box: Box) -> Point:
    """Where a wire leaves a box towards a point outside."""
    if side[0]:
        return (box[2] if side[0] > 0 else box[0]), point[1]
    return point[0], (box[3] if side[1] > 0 else box[1])


def _squared(points: Sequence[Point], horizontal: bool) -> list[Point]:
    """The same way with its end moved a little, so that it goes straight into the ring."""
    found = list(points)
    axis = 1 if horizontal else 0
    value, old = found[-1][axis], found[-3][axis] if len(found) > 3 else found[-1][axis]
    k = len(found) - 3
    while k >= 1 and abs(found[k][axis] - old) < 1e-6 and abs(old - value) < STEP:
        found[k] = (found[k][0], value) if axis else (value, found[k][1])
        k -= 1
    return found


def _corners(points: Sequence[Point]) -> list[Point]:
    """The points at which a way turns, with its ends."""
    kept = [points[0]]
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        straight = (abs(a[0] - b[0]) < 1e-6 and abs(b[0] - c[0]) < 1e-6) or (
            abs(a[1] - b[1]) < 1e-6 and abs(b[1] - c[1]) < 1e-6)  # fmt: skip
        if not straight:
            kept.append(b)
    return [*kept, points[-1]]
