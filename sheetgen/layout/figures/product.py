"""A product that stands alone: the question in one line, and the empty crossing beneath it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sheetgen.graph.nodes import Node, Step
from sheetgen.graph.work import copies_factors
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.parts import tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import Arrangement, Cells, Figure, arrow, block, crossing, curve, text
from sheetgen.page.items import Cell, Line
from sheetgen.page.paths import straight
from sheetgen.words.labels import label


@arrangement("product")
def product(boxes: Boxes) -> Iterator[Arrangement]:
    """``[A] × [B] = ?`` and the empty crossing beneath it, where the student copies A and B; large
    ones stand in their places from the start."""
    step = boxes.exercise.graph.worked[0]
    if not copies_factors(step):
        yield Arrangement(whole=_in_place(boxes, step))
        return
    A, B = step.inputs
    rows, inner = A.shape
    columns = B.shape[1]
    tall = max(rows, inner)
    right = inner + 1.9
    x, y = right, tall + 2.0 + inner
    figure = _question(boxes, step, right) + _crossing(boxes, step).moved(x, y)
    for i in range(rows):
        figure += arrow(x - 0.52, y + i + 0.5, x - 0.08, y + i + 0.5, "left")
    for j in range(columns):
        figure += arrow(x + j + 0.5, y - 0.52, x + j + 0.5, y - 0.08, "top")
    figure += tag(boxes, step, x + columns + 0.25, y + rows / 2, "start")
    foot = (tall + rows) / 2 + 0.3
    end = (x - 0.6 - inner / 2, y - 0.15)
    figure += curve(
        [(inner / 2 - 0.2, foot), (inner / 2 - 0.5, foot + 1.4), (end[0] - 0.1, end[1] - 1.6), end],
        "left",
        80,
    )
    foot = (tall + inner) / 2 + 0.35
    figure += arrow(x + columns / 2, foot, x + columns / 2, y - 0.6 - inner - 0.15, "top", 0.3)
    yield Arrangement(whole=figure)


def _in_place(boxes: Boxes, step: Step) -> Figure:
    """A at the left of C and B above it, both printed."""
    A, B = step.inputs
    rows, inner = A.shape
    columns = B.shape[1]
    cells = (boxes.of(A, kind="left"), boxes.of(B, kind="right"), boxes.of(step, kind="result"))
    figure = crossing(*cells, gap_left=0.6, gap_top=0.6, names=("A", "B", step.name)).figure
    for i in range(rows):
        figure += arrow(-0.52, i + 0.5, -0.08, i + 0.5, "left")
    for j in range(columns):
        figure += arrow(j + 0.5, -0.52, j + 0.5, -0.08, "top")
    figure += text(label(A), -0.6 - inner / 2, -0.42, 0.6, colour="left")
    figure += text(label(B), columns / 2, -1.02 - inner, 0.6, colour="top")
    return figure + tag(boxes, step, columns + 0.25, rows / 2, "start")


def _question(boxes: Boxes, step: Step, right: float) -> Figure:
    """``[A] × [B] = ?``, with B's left edge at ``right``."""
    A, B = step.inputs
    rows, inner = A.shape
    columns = B.shape[1]
    tall = max(rows, inner)
    figure = _brackets(block(boxes.of(A, kind="left"), 0.0, (tall - rows) / 2, name="A"))
    figure += text("×", inner + 0.95, tall / 2, 0.9)
    figure += _brackets(block(boxes.of(B, kind="right"), right, (tall - inner) / 2, name="B"))
    printed = boxes.exercise.settings.is_example or boxes.is_backwards
    asked = label(step) if printed else "?"
    figure += text(f"= {asked}", right + columns + 0.6, tall / 2, 0.9, "start")
    figure += text(label(A), inner / 2, (tall - rows) / 2 - 0.62, 0.6, colour="left")
    return figure + text(
        label(B), right + columns / 2, (tall - inner) / 2 - 0.62, 0.6, colour="top"
    )


def _crossing(boxes: Boxes, step: Step) -> Figure:
    """A at the left of C and B above it, both for the student to copy, but where something else is
    asked."""

    def copied(node: Node, kind: str) -> Cells:
        if boxes.exercise.settings.is_example:
            return boxes.of(node, kind=kind)
        return tuple(
            tuple(Cell(c.text, True, kind, c.source, copied=True)
                  if c.blank or not boxes.is_backwards else replace(c, kind=kind) for c in r)
            for r in boxes.of(node)
        )  # fmt: skip

    A, B = step.inputs
    return crossing(
        copied(A, "left"),
        copied(B, "right"),
        boxes.of(step, kind="result"),
        gap_left=0.6,
        gap_top=0.6,
        names=("A", "B", step.name),
    ).figure


def _brackets(figure: Figure) -> Figure:
    x0, y0, x1, y1 = figure.box
    d, arm = 0.22, 0.42
    x0, y0, x1, y1 = x0 - d, y0 - d, x1 + d, y1 + d
    for x, inward in ((x0, arm), (x1, -arm)):
        end = x + inward
        path = straight([(end, y0), (x, y0), (x, y1), (end, y1)])
        figure += Figure(
            (Line(path, "ink", 0.5, bounds=(min(x, end), y0, max(x, end), y1)),)
        )
    return figure
