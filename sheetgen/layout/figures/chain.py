"""Chains of layers on the page: the staircase, the tower, and the mirrored form for the way back.

Rows of W stand flush with rows of z, columns of x with columns of z; the next layer hangs under
the activation. Going back,
a gradient row lies below the block that it makes together with the column on its left, and above
the weights it has passed.
"""

from __future__ import annotations

from itertools import zip_longest

from sheetgen.graph.layers import ACTIVATIONS, Layer
from sheetgen.graph.nodes import Node, Step
from sheetgen.layout.cells import Ink, joined
from sheetgen.page.figure import LABEL, Figure, arrow, block, curve, ones, tagged, text
from sheetgen.page.items import Anchor, Circle, Label, Line
from sheetgen.page.paths import straight
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.sums import small_steps

GAP_W = 0.5
GAP_ACT = 1.8
"""Between z and a: holds the activation's name over ≈, and the curve of a gradient on its way
back."""


class Painter:
    """Draws the parts of layers that all arrangements share."""

    def __init__(self, ink: Ink) -> None:
        self.ink = ink
        self.graph = ink.exercise.graph

    def tag(self, node: Node, x: float, y: float, anchor: Anchor, colour: str = "ink",
            turned: bool = False) -> Figure:  # fmt: skip
        """The node's name, with its step's number if the student works it out; a raised T if it is
        drawn transposed."""
        name = f"{label(node)}^T" if turned else label(node)
        return tagged(name, self.ink.numbers.get(node), x, y, anchor, colour)

    def weights(self, layer: Layer, x_right: float, y: float) -> Figure:
        """[W | b] with its right edge at ``x_right``, the red line of what is trained around it,
        and its name."""
        cells = self.ink.cells(layer.W)
        if layer.b is not None:
            cells = joined(cells, self.ink.cells(layer.b))
        left = x_right - len(cells[0])
        figure = block(cells, left, y, True, layer.W.name)
        if layer.b is not None:
            figure += text(label(layer.b), x_right - 0.5, y - 0.38, LABEL * 0.92)
        colour = f"p{(layer.index - 1) % 7 + 1}"
        return figure + text(label(layer.W), left - 0.22, y + len(cells) / 2, 0.78, "end", colour)

    def activation_sign(self, step: Step, x: float, y: float) -> Figure:
        """The activation's name over ≈."""
        word = ACTIVATIONS[step.op.name]
        return text(word, x, y - 0.32, 0.42) + text("≈", x, y + 0.22, 0.6)

    def bottom(self, layer: Layer) -> float:
        """Height between an activation and the next layer's results: the row of ones, the
        labels."""
        return 1.45 if layer.b is not None else 0.95


def staircase(ink: Ink, layers: list[Layer]) -> Figure:
    """Z and A side by side, each layer hanging under the activation before it: down and to the
    right."""
    p = Painter(ink)
    first = layers[0]
    batch = first.source.shape[1]
    figure = block(ink.cells(first.source), 0.0, 0.0, name=first.source.name)
    figure += text(label(first.source), batch / 2, -0.42, LABEL * 1.15)
    x, y = 0.0, float(first.source.shape[0])
    for layer in layers:
        if layer.b is not None:
            figure += ones(batch, x, y + 0.36)
        y += p.bottom(layer)
        rows = layer.z.shape[0]
        figure += p.weights(layer, x - GAP_W, y)
        figure += block(ink.cells(layer.z), x, y, name=layer.z.name)
        figure += p.tag(layer.z, x + batch / 2, y - 0.4, "middle")
        if layer.act is not None:
            figure += p.activation_sign(layer.act, x + batch + GAP_ACT / 2, y + rows / 2)
            x += batch + GAP_ACT
            figure += block(ink.cells(layer.act), x, y, name=layer.act.name)
            figure += p.tag(layer.act, x + batch / 2, y - 0.4, "middle", "state")
        y += rows
    return figure


def tower(ink: Ink, layers: list[Layer]) -> list[Figure]:
    """Results in one tower, the weights right-aligned against it, ReLU done in the box. One figure
    a layer; the first holds
    the input. Each has its results' left edge at x = 0, so that they can be put under one
    another."""
    p = Painter(ink)
    figures = []
    for layer in layers:
        batch = layer.source.shape[1]
        figure = Figure()
        if layer.index == 1:
            figure += block(
                ink.cells(layer.source), 0.0, -float(layer.source.shape[0]), name=layer.source.name
            )
            figure += text(
                label(layer.source), batch + 0.2, -layer.source.shape[0] / 2, LABEL * 1.15, "start"
            )
        gap = 0.75 if layer.b is not None else 0.3
        if layer.b is not None:
            figure += ones(batch, 0.0, 0.36)
            figure += _bias_name(p, layer, gap)
        relu = layer.act is not None and layer.act.op.name == "relu"
        last = layer.act is None
        assert layer.act is not None or last
        cells = (
            ink.rectified(layer.z, layer.out)
            if relu
            else ink.cells(layer.z, kind="output" if last else "")
        )
        figure += _weights_in_tower(p, layer, gap)
        figure += block(cells, 0.0, gap, name=layer.out.name)
        middle = gap + layer.z.shape[0] / 2
        figure += p.tag(layer.out if relu else layer.z, batch + 0.25, middle, "start", "state")
        if layer.act is not None and not relu:
            x = batch + 1.75
            figure += p.activation_sign(layer.act, x + 0.6, middle)
            figure += block(ink.cells(layer.act), x + 1.4, gap, name=layer.act.name)
            figure += p.tag(layer.act, x + 1.4 + batch + 0.25, middle, "start", "state")
        if relu and p.ink.numbers.get(layer.z) not in (None, p.ink.numbers.get(layer.out)):
            figure += p.tag(layer.z, batch + 0.25, middle - 0.68, "start")
        figures.append(figure)
    return figures


def _weights_in_tower(p: Painter, layer: Layer, y: float) -> Figure:
    cells = p.ink.cells(layer.W)
    if layer.b is not None:
        cells = joined(cells, p.ink.cells(layer.b))
    right = -0.25
    colour = f"p{(layer.index - 1) % 7 + 1}"
    return block(cells, right - len(cells[0]), y, True, layer.W.name) + text(
        label(layer.W), right - len(cells[0]) - 0.22, y + len(cells) / 2, 0.7, "end", colour
    )


def _bias_name(p: Painter, layer: Layer, gap: float) -> Figure:
    assert layer.b is not None
    return text(label(layer.b), -0.75, gap - 0.32, LABEL * 0.8)


def mirrored(ink: Ink, layers: list[Layer]) -> Figure | None:
    """The staircase with the gradients in its free triangle; None if the backward pass is no plain
    one."""
    p = Painter(ink)
    graph = ink.exercise.graph
    of = {s.of: s for s in graph.steps if s.role == "gradient" and s.of is not None}
    if any(layer.W not in of or layer.z not in of for layer in layers):
        return None
    batch = layers[0].source.shape[1]
    figure = block(ink.cells(layers[0].source), 0.0, 0.0, name=layers[0].source.name)
    figure += text(label(layers[0].source), batch / 2, -0.42, LABEL * 1.15)
    x, y = 0.0, 0.0
    before: tuple[float, float, float] | None = (
        None  # dz of the layer above: its middle, its foot; and the ReLU gap
    )
    for layer in layers:
        inputs, units = layer.source.shape[0], layer.z.shape[0]
        with_bias = layer.b is not None
        # dW and db at the right of the activation, the row dz beneath them
        gx = x + batch + 0.55
        dW, dz = of[layer.W], of[layer.z]
        cells = ink.cells(dW, turned=True)
        db = of[layer.b] if layer.b is not None else None
        if db is not None:
            cells += ink.cells(db, turned=True)
            figure += ones(batch, x, y + inputs + 0.5)
            figure += p.tag(db, gx + units + 0.25, y + inputs + 0.5, "start", turned=True)
        figure += block(cells, gx, y, name=dW.name)
        figure += p.tag(dW, gx + units + 0.25, y + inputs / 2, "start", "gradient", True)
        for i in range(inputs):
            figure += arrow(gx - 0.47, y + i + 0.5, gx - 0.08, y + i + 0.5, "top")
        row = y + inputs + with_bias + 0.55
        for j in range(units):
            figure += arrow(gx + j + 0.5, row - 0.08, gx + j + 0.5, row - 0.47, "answer")
        figure += block(ink.cells(dz, turned=True), gx, row, name=dz.name)
        figure += p.tag(dz, gx + units + 0.25, row + batch / 2, "start", "answer", True)
        ry = row + batch + 1.15
        left = x - GAP_W - inputs - with_bias
        da = of.get(layer.source)
        if da is not None and before is not None:
            figure += block(ink.cells(da, turned=True), left, row, name=da.name)
            figure += p.tag(da, left - 0.2, row + batch / 2, "end", "state", True)
            figure += arrow(
                gx - 0.1, row + batch / 2, left + inputs + 0.1, row + batch / 2, "state"
            )
            figure += arrow(
                left + inputs / 2, ry - 0.1, left + inputs / 2, row + batch + 0.12, "state"
            )
            middle, foot, gap = before
            low = row - 0.62
            start = left + inputs / 2
            figure += curve(
                [
                    (start, row - 0.06),
                    (start, row - 0.6),
                    (start, low),
                    ((start + gap) / 2, low),
                    (gap - 0.5, low),
                    (gap, low),
                    (gap, low - 0.75),
                    (gap, low - 1.2),
                    (gap, foot + 1.2),
                    (gap, foot + 0.8),
                    (gap, foot + 0.28),
                    (middle, foot + 0.5),
                    (middle, foot + 0.07),
                ],
                "answer",
                -90,
            )
        figure += p.weights(layer, x - GAP_W, ry)
        figure += block(ink.cells(layer.z), x, ry, name=layer.z.name)
        figure += p.tag(layer.z, x + batch / 2, ry - 0.38, "middle")
        before = (gx + units / 2, row + batch, x + batch + GAP_ACT - 0.36)
        if layer.act is not None:
            narrow = 0.3 if layer.act.op.name == "relu" else 0.0
            figure += p.activation_sign(
                layer.act, x + batch + (GAP_ACT - narrow) / 2, ry + units / 2
            )
            x += batch + GAP_ACT
            figure += block(ink.cells(layer.act), x, ry, name=layer.act.name)
            if layer.act.op.name == "relu":
                at = x + 0.15 if layer.act in ink.numbers else x + batch / 2
                anchor: Anchor = "start" if layer.act in ink.numbers else "middle"
                figure += p.tag(layer.act, at, ry - 0.38, anchor, "state")
        y = ry
    last = layers[-1]
    if last.act is not None and last.act.op.name == "softmax" and last.act in ink.numbers:
        figure += _softmax_note(last, figure, x - batch - GAP_ACT - GAP_W, y)
    target = next(g for g in graph.givens if g.role == "target")
    figure += (
        p.tag(last.out, x + batch / 2, y + last.z.shape[0] + 0.42, "middle", "state")
        if last.act
        else Figure()
    )
    figure += text("−", x + batch + 0.6, y + last.z.shape[0] / 2, 0.8)
    figure += block(ink.cells(target), x + batch + 1.2, y, name=target.name)
    figure += text(
        label(target), x + batch * 1.5 + 1.25, y + last.z.shape[0] + 0.42, LABEL, "middle"
    )
    return figure


def _softmax_note(last: Layer, figure: Figure, right: float, y: float) -> Figure:
    """The small steps of softmax at the left of the last weights, whose right edge is given, or
    below them where there is no room."""
    assert last.act is not None
    size, (lines, table) = 0.42, small_steps(last.act)
    left = figure.box[0]
    end = right - last.W.shape[1] - (last.b is not None) - 0.5
    end -= text_width(label(last.W), 0.78, "label")
    if max(text_width(line, size, "label") for line in lines) <= end - left:
        half = -(-len(table) // 2)
        pairs = zip_longest(table[:half], table[half:], fillvalue="")
        lines = [*lines, *("   ".join(pair) for pair in pairs)]
    else:
        lines = [" ".join(lines), ", ".join(table)]
        y += last.z.shape[0] + 1.85
    note = Figure()
    for k, line in enumerate(filter(None, lines)):
        note += text(line, left, y - 0.7 + 0.58 * k, size, "start", "soft")
    return note


def network(ink: Ink, layers: list[Layer]) -> Figure:
    """The same net as nodes and links, inputs on top. The first links are printed, the others are
    the student's; a weight of 0 has none."""
    pitch, rise, radius = 1.0, 2.1, 0.36
    widest = max(layers[0].source.shape[0], *(layer.z.shape[0] for layer in layers))
    sizes = [layers[0].source.shape[0], *(layer.z.shape[0] for layer in layers)]

    def spot(level: int, k: int) -> tuple[float, float]:
        return (widest - sizes[level]) / 2 * pitch + k * pitch + 0.5, level * rise

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
            cell = ink.cell(node, k, 0)
            x, y = spot(level, k)
            nodes.append(Circle(x, y, radius, node=True))
            written.append(
                Label(x, y, cell.text, 0.36, "middle", "answer", "answer", True, 2 * radius,
                      (node.name, k, 0))
            )  # fmt: skip
    return Figure((*links, *nodes, *written))
