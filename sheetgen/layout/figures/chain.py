"""Chains of layers on the page: the staircase, the tower, and the picture of the net.

Rows of W stand flush with rows of z, columns of x with columns of z; the next layer hangs under
the activation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from sheetgen.graph.layers import Layer, chain_of
from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.generic import gradient_bands
from sheetgen.layout.figures.parts import (
    activation_sign,
    colour_of,
    input_block,
    room_above,
    tag,
    weight_cells,
    weights,
)
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.update import update_figures
from sheetgen.page.figure import LABEL, Arrangement, Figure, block, ones, text
from sheetgen.page.items import Circle, Label, Line
from sheetgen.page.paths import straight
from sheetgen.words.labels import label
from sheetgen.words.sentences import equation

GAP_W = 0.5
"""Between [W | b] and z."""
GAP_ACT = 1.8
"""Between z and a: holds the activation's name over ≈, and the curve of a gradient on its way
back."""
TOWER_GAP = 0.6
"""Between z and a in a tower."""
RADIUS, RISES = 0.36, (2.1, 2.8, 3.6, 4.8)
"""Of a circle in the picture of the net, and from level to level; neurons of a level are 1
apart."""
MANY_LAYERS = 3
"""Layers of the longest staircase."""


@arrangement("staircase")
def staircase(boxes: Boxes) -> Iterator[Arrangement]:
    """Z and A side by side, each layer hanging under the activation before it: down and to the
    right; with the picture of the net."""
    layers = chain_of(boxes.exercise.graph)
    if layers is not None and len(layers) <= MANY_LAYERS:
        net = networks(boxes, layers)
        yield Arrangement(whole=staircase_figure(boxes, layers), network=net, smallest=9.0)


@arrangement("hourglass", marching=True)
def hourglass(boxes: Boxes) -> Iterator[Arrangement]:
    """A tower, and at the right of what comes out how far it is from what went in, which stands on
    top; none where weights are trained."""
    graph = boxes.exercise.graph
    layers = chain_of(graph)
    errors = [s for s in graph.steps if s.role == "gradient"]
    if layers is None or len(errors) != 1 or errors[0].inputs[0] is not layers[-1].out:
        return
    floors = [tower_figure(boxes, layer) for layer in layers]
    [error], last = errors, layers[-1].out
    said = f"{equation(error, [label(n) for n in error.inputs])} ="
    x = last.shape[1] + 2.2
    y = floors[-1].box[3] - last.shape[0]
    middle = y + last.shape[0] / 2
    made = text(said, x, middle, LABEL, "start", "soft")
    x = made.box[2] + 0.25
    made += block(boxes.of(error), x, y, name=error.name)
    made += tag(boxes, error, x + error.shape[1] / 2, y - 0.42, "middle")
    floors[-1] += made
    yield Arrangement(stack=tuple(floors), network=networks(boxes, layers))


@arrangement("tower")
def tower(boxes: Boxes) -> Iterator[Arrangement]:
    """One layer under the other, where the page may be cut; with the picture of the net, or with
    the way back step by step."""
    graph = boxes.exercise.graph
    layers = chain_of(graph)
    if layers is None:
        return
    floors = tuple(tower_figure(boxes, layer) for layer in layers)
    if graph.has_gradients:
        yield Arrangement(stack=floors, bands=gradient_bands(boxes), flow=update_figures(boxes))
    else:
        yield Arrangement(stack=floors, network=networks(boxes, layers))


def staircase_figure(boxes: Boxes, layers: list[Layer]) -> Figure:
    """The input, and all layers down and to the right of it."""
    source = layers[0].source
    return input_block(boxes, source) + hung(boxes, layers, 0.0, float(source.shape[0]))


def hung(boxes: Boxes, layers: list[Layer], x: float, y: float) -> Figure:
    """Layers down and to the right of what the first reads, whose lower left corner is (x, y)."""
    batch, figure = layers[0].source.shape[1], Figure()
    for layer in layers:
        if layer.b is not None:
            figure += ones(batch, x, y + 0.36)
        y += room_above(layer)
        rows = layer.z.shape[0]
        figure += weights(boxes, layer, x - GAP_W, y)
        figure += block(boxes.of(layer.z), x, y, name=layer.z.name)
        figure += tag(boxes, layer.z, x + batch / 2, y - 0.4, "middle")
        if layer.act is not None:
            figure += activation_sign(layer.act, x + batch + GAP_ACT / 2, y + rows / 2)
            x += batch + GAP_ACT
            figure += block(boxes.of(layer.act), x, y, name=layer.act.name)
            figure += tag(boxes, layer.act, x + batch / 2, y - 0.4, "middle")
        y += rows
    return figure


def tower_figure(boxes: Boxes, layer: Layer) -> Figure:
    """One layer, its weights right-aligned against its results, ReLU done in the box, another
    activation beneath, and ReLU too where results are printed and sums are not; the first holds the
    input. The results' left edge is at x = 0, so that layers can be put under one another."""
    batch = layer.source.shape[1]
    figure = _tower_top(boxes, layer) if layer.index == 1 else Figure()
    gap = 0.75 if layer.b is not None else 0.3
    if layer.b is not None:
        figure += ones(batch, 0.0, 0.36)
        figure += text(label(layer.b), -0.75, gap - 0.32, LABEL * 0.8)
    figure += _tower_weights(boxes, layer, gap)
    middle = gap + layer.z.shape[0] / 2
    if layer.act is not None and layer.act.op.dies and not boxes.is_backwards:
        figure += block(boxes.rectified(layer.z, layer.act), 0.0, gap, name=layer.act.name)
        figure += tag(boxes, layer.act, batch + 0.25, middle, "start")
        number = boxes.step_numbers.get(layer.z)
        if number not in (None, boxes.step_numbers.get(layer.act)):
            figure += tag(boxes, layer.z, batch + 0.25, middle - 0.68, "start")
        return figure
    figure += block(boxes.of(layer.z), 0.0, gap, name=layer.out.name)
    figure += tag(boxes, layer.z, batch + 0.25, middle, "start")
    if layer.act is not None:
        figure += _tower_activation(boxes, layer.act, gap + layer.z.shape[0])
    return figure


def _tower_top(boxes: Boxes, layer: Layer) -> Figure:
    """The input, which stands on the results of the first layer, its name at the right."""
    rows, batch = layer.source.shape
    cells = boxes.of(layer.source)
    return block(cells, 0.0, -float(rows), name=layer.source.name) + text(
        label(layer.source), batch + 0.2, -rows / 2, LABEL * 1.15, "start"
    )


def _tower_weights(boxes: Boxes, layer: Layer, y: float) -> Figure:
    cells = weight_cells(boxes, layer)
    left = -0.25 - len(cells[0])
    return block(cells, left, y, True, layer.W.name) + text(
        label(layer.W), left - 0.22, y + len(cells) / 2, 0.7, "end", colour_of(layer)
    )


def _tower_activation(boxes: Boxes, act: Step, y: float) -> Figure:
    """An activation other than ReLU under its operand, whose lower edge is at ``y``."""
    rows, batch = act.shape
    sign = f"{act.op.activation} ↓"
    return (
        text(sign, batch / 2, y + TOWER_GAP / 2, 0.42)
        + block(boxes.of(act), 0.0, y + TOWER_GAP, name=act.name)
        + tag(boxes, act, batch + 0.25, y + TOWER_GAP + rows / 2, "start")
    )


def networks(boxes: Boxes, layers: list[Layer]) -> tuple[Figure, ...]:
    """The picture of the net, from flat to high, so high that no link runs through the circle of
    another neuron; none where weights are missing, as a link tells whether one is 0."""
    if boxes.is_backwards:
        return ()
    widest = max(la.source.shape[0] + la.z.shape[0] - 2 for la in layers) / 2
    clear = [rise for rise in RISES if rise / math.hypot(widest, rise) > RADIUS + 0.02]
    return tuple(network(boxes, layers, rise) for rise in clear or RISES[-1:])


def network(boxes: Boxes, layers: list[Layer], rise: float) -> Figure:
    """The same net as nodes and links, inputs on top, ``rise`` from level to level. The first links
    are printed, the others are the student's; a weight of 0 has none."""
    pitch, radius = 1.0, RADIUS
    widest = max(layers[0].source.shape[0], *(layer.z.shape[0] for layer in layers))
    sizes = [layers[0].source.shape[0], *(layer.z.shape[0] for layer in layers)]

    def spot(level: int, k: int) -> tuple[float, float]:
        return (widest - sizes[level]) / 2 * pitch + k * pitch + 0.5, level * rise

    ink = "worked" if boxes.exercise.settings.is_example else "answer"
    links: list[Line] = []
    nodes: list[Circle] = []
    written: list[Label] = []
    for layer in layers:
        for i in range(layer.z.shape[0]):
            for j in range(layer.source.shape[0]):
                (x0, y0), (x1, y1) = spot(layer.index - 1, j), spot(layer.index, i)
                given = layer.index == 1 if len(layers) > 1 else i == 0
                length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
                ux, uy = (x1 - x0) / length * radius, (y1 - y0) / length * radius
                links.append(
                    Line(
                        straight([(x0 + ux, y0 + uy), (x1 - ux, y1 - uy)]),
                        f"p{(layer.index - 1) % 7 + 1}",
                        0.25,
                        answer=not given,
                        bounds=(min(x0, x1), y0, max(x0, x1), y1),
                        source=(layer.W.name, i, j),
                    )
                )
    for level, size in enumerate(sizes):
        node = layers[0].source if level == 0 else layers[level - 1].out
        for k in range(size):
            cell = boxes.at(node, k, 0)
            x, y = spot(level, k)
            nodes.append(Circle(x, y, radius, node=True))
            written.append(
                Label(x, y, cell.text, 0.4, "middle", ink, "answer", True, 1.72 * radius,
                      (node.name, k, 0))
            )  # fmt: skip
    return Figure((*links, *nodes, *written))
