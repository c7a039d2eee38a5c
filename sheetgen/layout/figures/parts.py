"""Parts that the figures of several arrangements share."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.graph.layers import Layer
from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.layout.cells import Boxes, ink_of, joined
from sheetgen.page.figure import (
    LABEL,
    Box,
    Cells,
    Figure,
    above,
    block,
    box_of,
    meet,
    tagged,
    text,
)
from sheetgen.page.items import Anchor, Label, Line
from sheetgen.page.paths import Path, straight
from sheetgen.words.labels import label

Source = tuple[str, int, int]
"""A number: its matrix, row and column."""


def name_of(node: Node, turned: bool = False) -> str:
    """The label, with a raised T if the block is drawn transposed; a single box is the same."""
    return f"{label(node)}^T" if turned and node.shape != (1, 1) else label(node)


def tag(
    boxes: Boxes, node: Node, x: float, y: float, anchor: Anchor, turned: bool = False
) -> Figure:
    """The node's name in the ink of its role, with its step's number if the student works it
    out."""
    number = boxes.step_numbers.get(node)
    return tagged(name_of(node, turned), number, x, y, anchor, ink_of(node))


def input_block(boxes: Boxes, node: Node, colour: str = "ink") -> Figure:
    """A given block at the start of a figure, its corner at (0, 0), its name above it."""
    figure = block(boxes.of(node), 0.0, 0.0, name=node.name)
    name = label(node)
    return figure + text(name, node.shape[1] / 2, -above(name), LABEL * 1.15, colour=colour)


def weight_cells(boxes: Boxes, layer: Layer) -> Cells:
    """[W | b], or W alone."""
    cells = boxes.of(layer.W)
    return cells if layer.b is None else joined(cells, boxes.of(layer.b))


def weights(boxes: Boxes, layer: Layer, x_right: float, y: float) -> Figure:
    """[W | b] with its right edge at ``x_right``, the red line of what is trained around it,
    and its name."""
    cells = weight_cells(boxes, layer)
    left = x_right - len(cells[0])
    figure = block(cells, left, y, True, layer.W.name)
    if layer.b is not None:
        name = label(layer.b)
        figure += text(name, x_right - 0.5, y - above(name, 0.38), LABEL * 0.92)
    middle = y + len(cells) / 2
    return figure + text(label(layer.W), left - 0.22, middle, 0.78, "end", colour_of(layer))


def colour_of(layer: Layer) -> str:
    """The colour of a layer's weights, in their name and in the picture of the net."""
    return f"p{(layer.index - 1) % 7 + 1}"


LONG = 8
"""Letters of an activation's name that is written in smaller ones."""


def activation_sign(step: Step, x: float, y: float, narrow: bool = False) -> Figure:
    """The activation's name over ≈; in a ``narrow`` place the short one, if it has one."""
    said = step.op.activation
    if narrow and len(said) >= LONG:
        said = step.op.line.word
    return text(said, x, y - 0.32, 0.42 if len(said) < LONG else 0.36) + text("≈", x, y + 0.22, 0.6)


def room_above(layer: Layer) -> float:
    """Height between an activation and the next layer's results: the row of ones, the labels."""
    return 1.45 if layer.b is not None else 0.95


def steps_called(graph: Graph, part: str) -> list[Step]:
    """The steps that the topic calls so: ``scores``, ``shares``."""
    return [s for s in graph.steps if s.part == part]


def carried(
    boxes: Boxes, rows: Sequence[Sequence[Source]], wide: float, high: float, size: float
) -> Figure:
    """Numbers that were worked out elsewhere, in places without boxes to fill, ``wide`` and
    ``high``: a key shows them, and a worksheet that prints their own boxes."""
    right, foot = len(rows[0]) * wide, len(rows) * high
    figure = line_of(rectangle_of(0.0, 0.0, right, foot), (0.0, 0.0, right, foot), dotted=True)
    for r, row in enumerate(rows):
        for c, (name, i, j) in enumerate(row):
            shown = boxes.at(boxes.exercise.graph.by_name[name], i, j).text
            place = (c + 0.5) * wide, (r + 0.5) * high
            figure += Figure((Label(*place, shown, size, "middle", "answer", "answer", True,
                                    wide * 0.88, (name, i, j), again=True),))  # fmt: skip
    return figure


def rectangle_of(x0: float, y0: float, x1: float, y1: float) -> Path:
    """A rectangle's outline."""
    return straight([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])


def line_of(path: Path, bounds: Box, dotted: bool = False) -> Figure:
    """A line around or between gradients that stand once more."""
    weight = 0.35 if dotted else 0.12
    return Figure((Line(path, "gradient", weight, dotted=dotted, bounds=bounds),))


def smallness(figure: Figure) -> float:
    """The larger, the smaller the boxes must be on a usual page: 200 mm high, but for its margins
    182 mm wide; a little more room is no reason to stand closer."""
    return round(max(figure.width / 182.0, figure.height / 200.0, 1 / 14.0), 3)


def captioned(figure: Figure, caption: str) -> Figure:
    """A figure with a caption at its upper left corner, or above that; as it is without one."""
    if not caption:
        return figure
    x0, y0, _, _ = figure.box
    said = text(caption, x0, y0 + 0.3, 0.75, "start")
    if any(meet(box_of(item), said.box) for item in figure.items):
        said = said.moved(0.0, -1.0)
    return figure + said
