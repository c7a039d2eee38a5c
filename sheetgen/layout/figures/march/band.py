"""A band of the page: blocks with their places, and what is taken, in cell units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sheetgen.graph.nodes import Node
from sheetgen.page.figure import Box, Figure, meet


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


@dataclass
class Band:
    """What stands side by side and beneath one another, as wide and high as there is room."""

    width: float
    height: float
    figure: Figure = field(default_factory=Figure)
    spots: dict[tuple[Node, bool], Spot] = field(default_factory=dict)
    """Blocks that the student may go on from, by how they lie; the latest last."""
    stacks: dict[tuple[tuple[Node, ...], bool], Spot] = field(default_factory=dict)
    """The same of several blocks one over the other."""
    taken: list[Box] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    made: dict[Node, list[Box]] = field(default_factory=dict)
    """The boxes of what belongs to a step."""

    def spot(self, node: Node) -> Spot | None:
        """Where a block stands, however it lies."""
        return self.spots.get((node, False)) or self.spots.get((node, True))

    def keep(
        self, spots: Iterable[tuple[Node, Spot]],
        stacks: Iterable[tuple[tuple[Node, ...], Spot]] = (),
    ) -> None:  # fmt: skip
        """Blocks to go on from, as the latest."""
        self.stacks |= {(nodes, spot.turned): spot for nodes, spot in stacks}
        for node, spot in spots:
            self.spots.pop((node, spot.turned), None)
            self.spots[node, spot.turned] = spot

    def free(self, *boxes: Box) -> bool:
        """Whether nothing stands there."""
        return not any(meet(a, b) for a in boxes for b in self.taken)

    def fits(self, *boxes: Box) -> bool:
        """Whether the band has room for that as well."""
        every = [*self.taken, *boxes]
        wide = max(b[2] for b in every) - min(b[0] for b in every)
        high = max(b[3] for b in every) - min(b[1] for b in every)
        return wide <= self.width and high <= self.height

    def open(self, *boxes: Box) -> bool:
        return self.free(*boxes) and self.fits(*boxes)

    def add(self, figure: Figure, *boxes: Box, step: Node | None = None) -> None:
        """A figure, and the boxes that it takes."""
        self.figure += figure
        self.taken += boxes
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
    every = list(boxes)
    return (
        min(b[0] for b in every) - by, min(b[1] for b in every) - by,
        max(b[2] for b in every) + by, max(b[3] for b in every) + by,
    )  # fmt: skip
