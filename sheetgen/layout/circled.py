"""Circles around the numbers that a step chooses: the largest of a window, the score of an expert,
the running sum of a word. They are the student's work, so a worksheet has them only where the
choice is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sheetgen.graph.cell import Place
from sheetgen.graph.exact import compiled
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.terms import origins_of
from sheetgen.layout.cells import Boxes
from sheetgen.page.items import Block, Item, Line
from sheetgen.page.paths import disc

RADIUS = 0.43
"""In boxes."""


def is_asked(boxes: Boxes, names: Sequence[str], column: int | None) -> bool:
    """Whether a box of some matrices is left to the student, in a column if one is named."""
    found = [boxes.exercise.blanks[name] for name in names if name in boxes.exercise.blanks]
    return any((cells if column is None else cells[:, column]).any() for cells in found)


class _Middle(NamedTuple):
    """The middle of a box, the source of its number, and its side; which page."""

    page: int
    x: float
    y: float
    side: float
    source: Place


@dataclass(frozen=True, eq=False)
class Circles:
    """Those of sheets of one shape."""

    graph: Graph
    pages: tuple[tuple[Item, ...], ...]

    def on(self, boxes: Boxes) -> dict[int, list[Line]]:
        """The circles of each page with the numbers of an exercise; where a matrix stands more than
        once, in the last place on the page of what is chosen."""
        found: dict[int, list[Line]] = {}
        for step, grid in self._choosing:
            for page, line in self._drawn(boxes, step, grid):
                found.setdefault(page, []).append(line)
        return found

    def _drawn(
        self, boxes: Boxes, step: Step, grid: Sequence[Sequence[Place]]
    ) -> Iterator[tuple[int, Line]]:
        formula = step.op.circling
        assert formula is not None
        chosen, _ = compiled(formula, [n.shape for n in step.inputs], step.params)
        values = boxes.exercise.values
        where = chosen(*(values[n.name] for n in step.inputs)).digits != 0
        for i, j in zip(*where.nonzero(), strict=True):
            own = j if step.shape[1] == len(grid[0]) else None
            asked = is_asked(boxes, (step.name, grid[0][0][0]), own)
            colour = "answer" if asked else "worked" if step.name in boxes.by_hand else "ink"
            page, x, y, side, source = self._place(grid[i][j], (step.name, 0, 0))
            r = round(RADIUS * side, 3)
            yield page, Line(disc(x, y, r), colour, 0.35, answer=asked, within=True,
                             bounds=(x - r, y - r, x + r, y + r), around=source)  # fmt: skip

    @cached_property
    def _choosing(self) -> list[tuple[Step, list[list[Place]]]]:
        """The steps that choose among boxes, where all that they read stands on a page."""
        found = []
        for step in self.graph.steps:
            if step.op.circled is None or step.hidden:
                continue
            grids = [origins_of(node) for node in step.inputs]
            if all(place in self._middles for grid in grids for row in grid for place in row):
                found.append((step, grids[0]))
        return found

    def _place(self, place: Place, made: Place) -> _Middle:
        """Where a number stands, if it can be on the page of another."""
        pages = {middle.page for middle in self._middles.get(made, ())}
        middles = self._middles[place]
        return next((m for m in reversed(middles) if m.page in pages), middles[-1])

    @cached_property
    def _middles(self) -> dict[Place, list[_Middle]]:
        """Where each number stands."""
        found: dict[Place, list[_Middle]] = {}
        origins = {node.name: origins_of(node) for node in self.graph.nodes}
        for page, items in enumerate(self.pages):
            for block in (item for item in items if isinstance(item, Block)):
                for r, row in enumerate(block.cells):
                    for c, cell in enumerate(row):
                        if cell.source is None or cell.compact is not None:
                            continue
                        name, i, j = cell.source
                        x = round(block.x + (c + 0.5) * block.cell, 3)
                        y = round(block.y + (r + 0.5) * block.cell, 3)
                        middle = _Middle(page, x, y, block.cell, cell.source)
                        found.setdefault(origins[name][i][j], []).append(middle)
        return found
