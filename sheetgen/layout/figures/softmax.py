"""Softmax on the page: its small steps one under the other; columns are samples or tokens."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sheetgen.graph.layers import Layer, layer_of
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import from_float
from sheetgen.graph.numbers import text as shown
from sheetgen.layout.cells import Boxes, joined
from sheetgen.layout.figures.generic import gradient_bands
from sheetgen.layout.figures.parts import room_above, smallness, steps_called, tag, weights
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import (
    LABEL,
    Arrangement,
    Figure,
    arrow,
    block,
    box_of,
    meet,
    ones,
    text,
)
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
    if power.params["base"] == "e":
        top = figure.box[1]
        for k, line in enumerate(_powers_of_e(power)):
            figure += text(line, cols + 3.2, top + 0.3 + k * 0.7, 0.46, "start", "soft")
    target = next((g for g in graph.givens if g.role == "target"), None)
    error = next((s for s in graph.steps if s.role == "gradient" and s.of is z), None)
    if target is None or error is None:
        yield Arrangement(whole=figure, bands=gradient_bands(boxes))
        start = _layer(boxes, z) if isinstance(z, Step) else _given(boxes, z)
        yield Arrangement(whole=start + _round_the_corner(boxes, z), bands=gradient_bands(boxes))
        return
    ways = [figure + _back(boxes, target, error, z, end, beside) for beside in (True, False)]
    yield from (Arrangement(whole=way) for way in sorted(ways, key=smallness))
    start = _layer(boxes, z) if isinstance(z, Step) else _given(boxes, z)
    corner = start + _round_the_corner(boxes, z)
    back = text("the shares of the page before", 0.0, -0.2, 0.46, "start", "soft")
    yield Arrangement(leaves=(corner, back + _back(boxes, target, error, z, 0.1, False)))


def _back(
    boxes: Boxes, target: Given, error: Step, z: Node, end: float, beside: bool
) -> Figure:
    """The target ``beside`` the shares, whose lower edge is at ``end``, or beneath them; what is
    left is the error, and from it come the gradients of weights and bias."""
    rows, cols = z.shape
    if beside:
        named = tag(boxes, _small_steps(boxes.exercise.graph, z)[2], 0.0, 0.0, "start").width
        x, y, figure = cols + 0.25 + named + 1.3, end - rows, Figure()
        figure += text("−", x - 0.65, y + rows / 2, 0.7)
        figure += text(label(target), x + cols / 2, y - 0.42, LABEL)
        figure += block(boxes.of(target), x, y, name=target.name)
        x += cols + 1.2
        figure += text("=", x - 0.6, y + rows / 2, 0.7)
        figure += tag(boxes, error, x + cols / 2, y - 0.42, "middle")
    else:
        x, y = 0.0, end + 0.9
        figure = text("−", cols / 2, y - 0.45, 0.7)
        figure += text(label(target), -0.2, y + rows / 2, LABEL, "end")
        figure += block(boxes.of(target), x, y, name=target.name)
        y += rows + 0.9
        figure += text("=", cols / 2, y - 0.45, 0.7)
        figure += tag(boxes, error, -0.2, y + rows / 2, "end")
    figure += block(boxes.of(error), x, y, name=error.name)
    if beside:
        named = tag(boxes, error, x + cols / 2, 0.0, "middle").box[2] + 0.25
        return figure + _weight_gradients(boxes, z, max(x + cols + 0.55, named), y)
    quotient = _small_steps(boxes.exercise.graph, z)[2]
    x0, y0, x1, y1 = tag(boxes, quotient, cols + 0.25, end - rows / 2, "start").box
    place = x0, y0 - 0.2, x1 + 0.25, y1 + 0.2
    gradients = _weight_gradients(boxes, z, x + cols + 0.55, y)
    while any(meet(place, box_of(item)) for item in gradients.items):
        gradients = gradients.moved(0.1, 0.0)
    return figure + gradients


def _weight_gradients(boxes: Boxes, z: Node, x: float, y: float) -> Figure:
    """[∂W | ∂b] at the right of the error, under the inputs on their side."""
    of = {s.of: s for s in boxes.exercise.graph.steps if s.role == "gradient"}
    parts = layer_of(z) if isinstance(z, Step) else None
    if parts is None or parts[0] not in of:
        return Figure()
    W, b, source = parts
    wide, rows, batch = W.shape[1], W.shape[0], source.shape[1]
    cells = boxes.of(of[W])
    top = y - 0.5 - batch
    figure = block(boxes.of(source, turned=True), x, top, name=source.name)
    figure += text(f"{label(source)}^T", x + wide / 2, top - 0.42, LABEL)
    if b is not None:
        cells = joined(cells, boxes.of(of[b]))
        for k in range(batch):
            figure += ones(1, x + wide, top + k + 0.5)
        figure += tag(boxes, of[b], x + wide + 1.2, y + rows / 2, "start")
    figure += block(cells, x, y, name=of[W].name)
    return figure + tag(boxes, of[W], x + wide / 2, y + rows + 0.42, "middle")


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


def _round_the_corner(boxes: Boxes, z: Node) -> Figure:
    """Powers and their sum under the logits at (0, 0), the shares at the left of the powers: where
    all one below the other is too high."""
    rows, cols = z.shape
    figure, _ = powers(boxes, z, 0.0, float(rows))
    _, _, quotient = _small_steps(boxes.exercise.graph, z)
    x, y, middle = -cols - 1.45, rows + 0.85, rows * 1.5 + 0.85
    said = min(x + cols, cols / 2 - 1.75)
    figure += text("each ÷ its sum", said, y - 0.43, 0.46, "end", "soft")
    figure += arrow(-0.3, middle, -1.15, middle, "soft")
    figure += block(boxes.of(quotient), x, y, name=quotient.name)
    return figure + tag(boxes, quotient, x - 0.2, middle, "end")


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
