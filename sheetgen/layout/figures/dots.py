"""Dot products side by side: a row meets a column in one box, all of them alike and in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes, ink_of
from sheetgen.layout.figures.parts import steps_called, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import LABEL, Arrangement, Figure, crossing, text
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label

GAP, ABOVE = 0.5, 1.0
"""Between a row and its box, and between a column and that, which has its name there."""
NAME = LABEL * 1.2
"""Height of the letters of what stands at the left."""
BETWEEN, BELOW = 0.75, 0.5
"""Between two that stand side by side, and between two rows of them."""
SMALLEST = 9.4
"""Boxes below this make fewer of them side by side the better way."""


@arrangement("dots")
def dots(boxes: Boxes) -> Iterator[Arrangement]:
    """All of them in as few rows as leave the boxes large, then in more rows."""
    steps = steps_called(boxes.exercise.graph, "pairs")
    for across in _ways(len(steps)):
        last = across == 1
        figure = _grid(boxes, steps, across)
        yield Arrangement(whole=figure) if last else Arrangement(whole=figure, smallest=SMALLEST)


def _ways(count: int) -> Iterator[int]:
    """How many stand side by side: up to three, and four as two and two."""
    first = 2 if count == 4 else min(count, 3)
    yield from range(first, 0, -1)


def _grid(boxes: Boxes, steps: Sequence[Step], across: int) -> Figure:
    """So many side by side, in rows."""
    wide = max(text_width(label(s.inputs[0]), NAME, "label") for s in steps) + 0.22
    wide += steps[0].inputs[0].shape[1] + GAP + 1.0 + BETWEEN
    high = 0.42 + LABEL / 2 + steps[0].inputs[1].shape[0] + ABOVE + 1.0 + BELOW
    figure = Figure()
    for k, step in enumerate(steps):
        figure += _one(boxes, step).moved(k % across * wide, k // across * high)
    return figure


def _one(boxes: Boxes, step: Step) -> Figure:
    """One of them, the corner of its box at (0, 0)."""
    row, column = step.inputs
    cells = (boxes.of(row), boxes.of(column), boxes.of(step))
    figure = crossing(*cells, gap_left=GAP, gap_top=ABOVE,
                      names=(row.name, column.name, step.name)).figure  # fmt: skip
    figure += text(label(row), -GAP - row.shape[1] - 0.22, 0.5, NAME, "end", ink_of(row))
    figure += text(label(column), 0.5, -ABOVE - column.shape[0] - 0.42, LABEL, "middle",
                   ink_of(column))  # fmt: skip
    return figure + tag(boxes, step, 0.5, -0.42, "middle")
