"""Softmax on the page: its small steps one under the other; columns are samples or tokens."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sheetgen.graph.layers import Layer, layer_of
from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.graph.numbers import from_float
from sheetgen.graph.numbers import text as shown
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.parts import room_above, steps_called, tag, weights
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.steps import gradient_figures
from sheetgen.page.figure import LABEL, Arrangement, Figure, block, ones, text
from sheetgen.words.labels import label


@arrangement("softmax")
def softmax(boxes: Boxes) -> Iterator[Arrangement]:
    """A linear layer, and under its result the steps of softmax."""
    graph = boxes.exercise.graph
    power = steps_called(graph, "powers")[0]
    z = power.inputs[0]
    rows, cols = z.shape
    figure = _layer(boxes, z) if isinstance(z, Step) else _given(boxes, z)
    steps, end = softmax_below(boxes, z, 0.0, float(rows))
    figure += steps
    target = next((g for g in graph.givens if g.role == "target"), None)
    if target is not None:
        figure += text("−", cols + 2.6, end - rows / 2, 0.7)
        figure += block(boxes.of(target), cols + 3.2, end - rows, name=target.name)
        figure += text(label(target), cols * 1.5 + 3.2, end - rows - 0.4, LABEL)
    if power.params["base"] == "e":
        top = figure.box[1]
        for k, line in enumerate(_powers_of_e(power)):
            figure += text(line, cols + 3.2, top + 0.3 + k * 0.7, 0.46, "start", "soft")
    yield Arrangement(whole=figure, flow=gradient_figures(boxes))


def _layer(boxes: Boxes, z: Step) -> Figure:
    """The layer whose result softmax takes, that result's corner at (0, 0)."""
    parts = layer_of(z)
    assert parts is not None
    W, b, x = parts
    rows, cols = z.shape
    layer = Layer(1, W, b, x, z, None)
    room = room_above(layer)
    figure = block(boxes.of(x), 0.0, -x.shape[0] - room, name=x.name)
    figure += text(label(x), cols / 2, -x.shape[0] - room - 0.42, LABEL * 1.1)
    if b is not None:
        figure += ones(cols, 0.0, -room + 0.36)
    figure += weights(boxes, layer, -0.5, 0.0) + block(boxes.of(z), 0.0, 0.0, name=z.name)
    return figure + tag(boxes, z, cols + 0.25, rows / 2, "start")


def _given(boxes: Boxes, z: Node) -> Figure:
    """The scores, where they are given."""
    rows, cols = z.shape
    return block(boxes.of(z), 0.0, 0.0, name=z.name) + text(
        label(z), cols + 0.25, rows / 2, LABEL * 1.1, "start"
    )


def softmax_below(boxes: Boxes, logits: Node, x: float, y: float) -> tuple[Figure, float]:
    """Softmax in its small steps under the logits, and where the last block ends."""
    rows, cols = logits.shape
    figure, y = powers(boxes, logits, x, y)
    figure += text("each ÷ its sum", x + cols / 2, y + 0.42, 0.46, colour="soft")
    y += 0.85
    return figure + quotients(boxes, logits, x, y), y + rows


def powers(boxes: Boxes, logits: Node, x: float, y: float) -> tuple[Figure, float]:
    """Powers and their sum under the logits, and where the sum ends."""
    power, total, _ = _small_steps(boxes.exercise.graph, logits)
    rows, cols = power.shape
    said = f"{power.params['base']} to the power"
    figure = text(said, x + cols / 2, y + 0.42, 0.46, colour="soft")
    y += 0.85
    figure += block(boxes.of(power), x, y, name=power.name)
    figure += tag(boxes, power, x + cols + 0.25, y + rows / 2, "start")
    y += rows + 0.3
    figure += block(boxes.of(total), x, y, name=total.name)
    figure += tag(boxes, total, x + cols + 0.25, y + 0.5, "start")
    return figure, y + 1


def quotients(boxes: Boxes, logits: Node, x: float, y: float) -> Figure:
    """The quotients, with their upper left corner at (x, y)."""
    _, _, quotient = _small_steps(boxes.exercise.graph, logits)
    rows, cols = quotient.shape
    return block(boxes.of(quotient), x, y, name=quotient.name) + tag(
        boxes, quotient, x + cols + 0.25, y + rows / 2, "start"
    )


def _small_steps(graph: Graph, logits: Node) -> tuple[Step, Step, Step]:
    """The small steps of a softmax: powers, their sum, the quotients."""
    power = next(s for s in steps_called(graph, "powers") if s.inputs[0] is logits)
    total = next(s for s in steps_called(graph, "sums") if s.inputs[0] is power)
    return power, total, next(s for s in steps_called(graph, "shares") if s.inputs[0] is power)


def _powers_of_e(step: Step) -> list[str]:
    """A small printed table: e^0 ... e^4 as the sheet rounds them."""
    decimals = int(step.params["decimals"])
    rounded = from_float(np.array([[math.e**k for k in range(5)]]), decimals)
    return [
        f"e^{{{shown(k, 0)}}} {'≈' if k else '='} {shown(int(v), decimals)}"
        for k, v in zip(range(5), rounded.digits[0], strict=True)
    ]
