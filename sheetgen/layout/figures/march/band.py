"""A band of the page: blocks with their places, and what is taken, in cell units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sheetgen.graph.nodes import Node
from sheetgen.page.figure import Box, Figure


@dataclass(frozen=True)
class Spot:
    """Where a block stands, and whether it lies on its side."""

    x: float
    y: float
    rows: int
    cols: int
    turned: bool = False

    @property
    def right(self) -> float:
        return self.x + self.cols

    @property
    def bottom(self) -> float:
        return self.y + self.rows

    @property
    def box(self) -> Box:
        return self.x, self.y, self.right, self.bottom

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.cols / 2, self.y + self.rows / 2


@dataclass(frozen=True)
class Wire:
    """A line that is to lead from a block into a sign."""

    start: Node
    to: tuple[float, float]
    sign: Spot
    """The place of the sign's ring."""
    beside: bool = False
    """Whether the name goes beside the ring, not above it, should no way be found."""
    turned: bool | None = None
    """How the block lies that is read, if not as it may."""


@dataclass
class Room:
    """A width and height in cells, and what was found to fit into it or not: in another room of
    which all that holds as well, whatever was placed by it is placed in the same way."""

    width: float
    height: float
    widest: float = 0.0
    highest: float = 0.0
    refused: set[tuple[float, float]] = field(default_factory=set)

    def holds(self, wide: float, high: float) -> bool:
        """Whether something of a width and height fits."""
        if wide <= self.width and high <= self.height:
            self.widest, self.highest = max(self.widest, wide), max(self.highest, high)
            return True
        self.refused.add((wide, high))
        return False

    def is_like(self, width: float, height: float) -> bool:
        """Whether all that was asked has the same answer in a room of another size."""
        if width < self.widest or height < self.highest:
            return False
        return all(wide > width or high > height for wide, high in self.refused)


@dataclass
class Band:
    """What stands side by side and beneath one another, as wide and high as there is room."""

    room: Room
    figure: Figure = field(default_factory=Figure)
    spots: dict[tuple[Node, bool], Spot] = field(default_factory=dict)
    """Blocks that the student may go on from, by how they lie; the latest last."""
    stacks: dict[tuple[tuple[Node, ...], bool], Spot] = field(default_factory=dict)
    """The same of several blocks one over the other."""
    taken: list[Box] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    made: dict[Node, list[Box]] = field(default_factory=dict)
    """The boxes of what belongs to a step."""
    _whole: Box | None = None
    """The smallest box around all that is taken."""

    def spot(self, node: Node) -> Spot | None:
        """Where a block stands, however it lies."""
        return self.spots.get((node, False)) or self.spots.get((node, True))

    def start(self, wire: Wire) -> Spot | None:
        """Where the block of a wire stands, as that reads it."""
        if wire.turned is None:
            return self.spot(wire.start)
        return self.spots.get((wire.start, wire.turned))

    def keep(
        self, spots: Iterable[tuple[Node, Spot]],
        stacks: Iterable[tuple[tuple[Node, ...], Spot]] = (),
    ) -> None:  # fmt: skip
        """Blocks to go on from, as the latest."""
        self.stacks |= {(nodes, spot.turned): spot for nodes, spot in stacks}
        for node, spot in spots:
            for turned in (False, True) if node.shape == (1, 1) else (spot.turned,):
                self.spots.pop((node, turned), None)
                self.spots[node, turned] = replace(spot, turned=turned)

    def free(self, *boxes: Box) -> bool:
        """Whether nothing stands there."""
        near = 1e-6  # as in meet, which is too slow for all that is tried
        for x0, y0, x1, y1 in boxes:
            for a0, b0, a1, b1 in self.taken:
                if (x0 < a1 - near and a0 < x1 - near and y0 < b1 - near and b0 < y1 - near):
                    return False
        return True

    def fits(self, *boxes: Box) -> bool:
        """Whether the band has room for that as well."""
        x0, y0, x1, y1 = around([self._whole, *boxes] if self._whole is not None else boxes)
        return self.room.holds(x1 - x0, y1 - y0)

    def open(self, *boxes: Box) -> bool:
        return self.free(*boxes) and self.fits(*boxes)

    def add(self, figure: Figure, *boxes: Box, step: Node | None = None) -> None:
        """A figure, and the boxes that it takes."""
        self.figure += figure
        self.taken += boxes
        if boxes:
            self._whole = around([self._whole, *boxes] if self._whole is not None else boxes)
        if step is not None:
            self.made.setdefault(step, []).extend(boxes)

    @property
    def right(self) -> float:
        """Where what is taken ends at the right."""
        return max((b[2] for b in self.taken), default=0.0)

    @property
    def top(self) -> float:
        return min((b[1] for b in self.taken), default=0.0)

    @property
    def bottom(self) -> float:
        return max((b[3] for b in self.taken), default=0.0)


def around(boxes: Iterable[Box], by: float = 0.0) -> Box:
    """The smallest box that holds some boxes, and a little more."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0) - by, min(y0) - by, max(x1) + by, max(y1) + by
