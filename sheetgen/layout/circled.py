"""Circles around the numbers that a step chooses: the largest of a window, the score of an expert,
the running sum of a word. They are the student's work, so a worksheet has them only where the
choice is printed; and none has them where what was chosen is printed, and the numbers are asked
for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sheetgen.graph.cell import Place
from sheetgen.graph.exact import compiled
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.op import Forward
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
    drawn: dict[tuple[Place, bool, str], tuple[int, Line]] = field(default_factory=dict)
    """Circles with their pages, each made once."""

    def on(self, boxes: Boxes) -> dict[int, list[Line]]:
        """The circles of each page with the numbers of an exercise; where a matrix stands more than
        once, in the last place on the page of what is chosen."""
        found: dict[int, list[Line]] = {}
        for choosing in self._choosing:
            for page, line in self._drawn(boxes, *choosing):
                found.setdefault(page, []).append(line)
        return found

    def _drawn(
        self, boxes: Boxes, step: Step, grid: Sequence[Sequence[Place]], chosen: Forward
    ) -> Iterator[tuple[int, Line]]:
        if not is_asked(boxes, (step.name,), None) and is_asked(boxes, (grid[0][0][0],), None):
            return  # no step chooses
        values = boxes.exercise.values
        where = chosen(*(values[n.name] for n in step.inputs)).digits != 0
        own = step.shape[1] == len(grid[0])  # a column of the result for one of what it reads
        columns = [is_asked(boxes, (step.name, grid[0][0][0]), j if own else None)
                   for j in range(len(grid[0]) if own else 1)]  # fmt: skip
        plain = "worked" if step.name in boxes.by_hand else "ink"
        for i, j in zip(*(v.tolist() for v in where.nonzero()), strict=True):
            asked = columns[j if own else 0]
            key = grid[i][j], asked, "answer" if asked else plain
            if key not in self.drawn:
                self.drawn[key] = self._circle(*key, (step.name, 0, 0))
            yield self.drawn[key]

    def _circle(self, place: Place, asked: bool, colour: str, made: Place) -> tuple[int, Line]:
        """A circle around a number and its page."""
        page, x, y, side, source = self._place(place, made)
        r = round(RADIUS * side, 3)
        return page, Line(disc(x, y, r), colour, 0.35, answer=asked, within=True,
                          bounds=(x - r, y - r, x + r, y + r), around=source)  # fmt: skip

    @cached_property
    def _choosing(self) -> list[tuple[Step, list[list[Place]], Forward]]:
        """The steps that choose among boxes, where all that they read stands on a page; with the
        places of these boxes, and what finds the chosen ones."""
        found = []
        for step in self.graph.steps:
            formula = step.op.circling
            if formula is None or step.hidden:
                continue
            grids = [origins_of(node) for node in step.inputs]
            if all(place in self._middles for grid in grids for row in grid for place in row):
                chosen, _ = compiled(formula, [n.shape for n in step.inputs], step.params)
                found.append((step, grids[0], chosen))
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
