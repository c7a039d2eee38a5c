"""Circles around numbers: each stands around the number of a box, and those are circled that a step
chooses, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Node, Step
from sheetgen.page.items import Line, Page
from sheetgen.pagecheck.shown import Shown, Slots, Truths
from sheetgen.pagecheck.standing import NEAR, NO_BLOCK, Spot, Standing
from sheetgen.verify.dual import Dual
from sheetgen.verify.second_way import circled
from sheetgen.words.labels import label


class Circled:
    """What is circled on sheets of one shape."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.choices = list(self._choices())
        self._spots: dict[tuple[int, float, float], Spot | None] = {}

    def _choices(self) -> Iterator[tuple[Step, list[Slots]]]:
        """The steps that choose among boxes of a page, with where the numbers of their inputs are
        read."""
        spots = self.standing.by_place
        for step in self.standing.graph.steps:
            if step.op.circled is None or step.hidden:
                continue
            grids = [self.standing.origins[n.name] for n in step.inputs]
            if all(place in spots for grid in grids for row in grid for place in row):
                yield step, [np.array([[spots[place][0].slot for place in row] for row in grid],
                                      np.intp) for grid in grids]  # fmt: skip

    def wanted(self, shown: Shown) -> list[list[Place]]:
        """What is to be circled on each sheet: nothing of a step that is printed, if the numbers
        among which it chooses are to be found."""
        found: list[list[Place]] = [[] for _ in shown.values]
        for step, slots in self.choices:
            chosen = circled(step, [Dual(shown.values[:, one]) for one in slots])
            grid = self.standing.origins[step.inputs[0].name]
            read = self._open(shown, step.inputs[0]) & ~self._open(shown, step)
            for sheet, i, j in zip(*chosen.nonzero(), strict=True):
                found[sheet] += [] if read[sheet] else [grid[i][j]]
        return found

    def _open(self, shown: Shown, node: Node) -> Truths:
        """Of each sheet, whether some box of a matrix is left to the student."""
        spots = self.standing.by_place
        slots = [spot.slot for row in self.standing.origins[node.name] for place in row
                 for spot in spots.get(place, ())]  # fmt: skip
        return np.asarray(shown.open[:, slots].any(axis=1))

    def wrong(
        self, shown: Shown, sheet: int, pages: Sequence[Page], wanted: Sequence[Place]
    ) -> str:
        """What is not so on a sheet on which something is to be circled, empty if all is."""
        found = [pair for page, own in enumerate(pages) for pair in self._around(page, own)]
        there = [spot.place for _, spot in found if spot is not None]
        if len(there) < len(found):
            return "a circle stands around no number"
        if any(spot and not line.answer and shown.open[sheet, spot.slot] for line, spot in found):
            return "a circle tells what is to be found"
        for place in {*wanted, *there} if sorted(wanted) != sorted(there) else ():
            if wanted.count(place) != there.count(place):
                name, i, j = place
                said = label(self.standing.graph.by_name[name])
                way = "not circled" if place in wanted else "circled"
                return f"{said}, row {i + 1}, column {j + 1}, is {way}"
        return ""

    def _around(self, page: int, of_page: Page) -> Iterator[tuple[Line, Spot | None]]:
        """Each circle of a page with the box around whose number it stands, None for one that
        stands around none."""
        for line in of_page.own:
            if isinstance(line, Line) and line.around is not None:
                x0, y0, x1, y1 = line.bounds
                yield line, self._spot(page, (x0 + x1) / 2, (y0 + y1) / 2)

    def _spot(self, page: int, x: float, y: float) -> Spot | None:
        """The box around whose middle something stands."""
        key = page, round(x, 2), round(y, 2)
        if key not in self._spots:
            self._spots[key] = next(
                (s for s in self.standing.spots
                 if s.page == page and s.block != NO_BLOCK and not s.before
                 and abs(s.x - x) < NEAR and abs(s.y - y) < NEAR), None
            )  # fmt: skip
        return self._spots[key]
