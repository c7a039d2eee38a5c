"""A convolution on a graph: the links over the sums of neighbours over the layer, the graph drawn
beside its links."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sheetgen.graph.layers import layer_of
from sheetgen.graph.nodes import Node, Step
from sheetgen.layout.cells import Boxes, joined
from sheetgen.layout.figures.generic import gradient_bands
from sheetgen.layout.figures.parts import activation_sign, smallness, steps_called, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import (
    LABEL,
    Arrangement,
    Figure,
    block,
    curve,
    ones,
    rounded,
    text,
)
from sheetgen.page.items import Circle, Line
from sheetgen.page.paths import Path, straight
from sheetgen.words.labels import label

GAP = 0.5
"""Between a left factor and its product."""
ROOM = 1.35
"""Between a block and the product beneath it: a row of ones, or a name."""
NODE, AROUND = 0.4, 1.75
"""Radius of a node, and of the circle on which they stand."""
LETTERS = "ABCDEF"


@arrangement("graph")
def graph(boxes: Boxes) -> Iterator[Arrangement]:
    """Links, sums and layer one beneath the other, with what is bent at the right or beneath; the
    way back step by step."""
    figures = [_figure(boxes, beside) for beside in (True, False)]
    for figure in sorted(figures, key=smallness):
        yield Arrangement(whole=figure, bands=gradient_bands(boxes))


def _figure(boxes: Boxes, beside: bool) -> Figure:
    """All that goes forward, the links' corner at (0, 0)."""
    steps = boxes.exercise.graph
    [mix] = steps_called(steps, "mix")
    X, A = mix.inputs
    nodes = A.shape[0]
    figure = block(boxes.of(A), 0.0, 0.0, name=A.name) + _letters(nodes)
    figure += text(label(A), -0.25, nodes / 2, LABEL * 1.15, "end", "attention")
    figure += picture(A).moved(nodes + 1.9 + AROUND + NODE, nodes / 2)
    y = nodes + 0.5
    means = steps_called(steps, "mean")
    if means:
        y += _counts(boxes, means[0], nodes)[1]
        figure += _counts(boxes, means[0], nodes)[0]
    figure += block(boxes.of(X), -GAP - nodes, y, name=X.name)
    figure += text(label(X), -GAP - nodes / 2, y - 0.42, LABEL * 1.1)
    figure += block(boxes.of(mix), 0.0, y, name=mix.name)
    figure += tag(boxes, mix, nodes + 0.25, y + mix.shape[0] / 2, "start")
    made, y = mix, y + mix.shape[0]
    if means:
        figure += _divided(boxes, means[0], nodes, y)
        made, y = means[0], y + 1.6 + made.shape[0]
    return figure + _layer(boxes, made, y, beside)


def _letters(nodes: int) -> Figure:
    """The names of the nodes, over the columns and at the rows of their links."""
    figure = Figure()
    for k, letter in enumerate(LETTERS[:nodes]):
        figure += text(letter, k + 0.5, -0.36, 0.42, colour="soft")
        figure += text(letter, nodes + 0.3, k + 0.5, 0.42, colour="soft")
    return figure


def _counts(boxes: Boxes, mean: Step, nodes: int) -> tuple[Figure, float]:
    """How many each node adds up, beneath its links, and the height that this takes."""
    count = mean.inputs[1]
    assert isinstance(count, Step)
    figure = text(count.op.line.word, nodes / 2, 0.3 + nodes, 0.42)
    figure += text("=", nodes / 2, nodes + 0.87, 0.6)
    figure += block(boxes.of(count), 0.0, nodes + 1.3, name=count.name)
    return figure + tag(boxes, count, -0.25, nodes + 1.8, "end"), 2.3


def _divided(boxes: Boxes, mean: Step, nodes: int, y: float) -> Figure:
    """The sums divided by the counts, which come by wire, beneath them."""
    rows, cols = mean.shape
    level = y + 0.8
    start, lane = (float(nodes), nodes + 1.8), nodes + 1.8
    figure = rounded([start, (lane, start[1]), (lane, level), (cols / 2 + 0.38, level)], "p2")
    figure += Figure((Circle(cols / 2, level, 0.34),))
    figure += text(mean.op.line.between, cols / 2, level, 0.55)
    figure += block(boxes.of(mean), 0.0, y + 1.6, name=mean.name)
    return figure + tag(boxes, mean, nodes + 0.25, y + 1.6 + rows / 2, "start")


def _layer(boxes: Boxes, made: Step, y: float, beside: bool) -> Figure:
    """[W | b], its product beneath what it weighs, and what that is bent to, ``beside`` it or
    beneath."""
    [z] = [s for s in boxes.exercise.graph.users(made) if s.role != "gradient"]
    parts = layer_of(z)
    assert parts is not None
    W, b, _ = parts
    rows, cols = z.shape
    cells = boxes.of(W) if b is None else joined(boxes.of(W), boxes.of(b))
    wide = len(cells[0])
    figure = ones(cols, 0.0, y + 0.38)
    y += 0.8
    figure += block(cells, -GAP - wide, y, True, W.name)
    figure += text(label(W), -GAP - wide - 0.25, y + rows / 2, LABEL * 1.2, "end", "top")
    if b is not None:
        figure += text(label(b), -GAP - 0.5, y - 0.38, LABEL)
    figure += block(boxes.of(z), 0.0, y, name=z.name)
    [bent] = [s for s in boxes.exercise.graph.users(z) if s.op.dies]
    if beside:
        figure += tag(boxes, z, cols / 2, y + rows + 0.42, "middle")
        figure += activation_sign(bent, cols + 0.9, y + rows / 2)
        figure += block(boxes.of(bent), cols + 1.8, y, name=bent.name)
        return figure + tag(boxes, bent, cols * 1.5 + 1.8, y + rows + 0.42, "middle")
    figure += tag(boxes, z, cols + 0.25, y + rows / 2, "start")
    y += rows
    figure += activation_sign(bent, cols / 2, y + 0.78)
    figure += block(boxes.of(bent), 0.0, y + 1.5, name=bent.name)
    return figure + tag(boxes, bent, cols + 0.25, y + 1.5 + rows / 2, "start")


def picture(links: Node) -> Figure:
    """A graph drawn: a node for each row of its links, around (0, 0). Each link is drawn from both
    ends to its middle, so that it is there if both of its boxes are 1; one with itself is a loop
    behind the node."""
    nodes = links.shape[0]
    turns = [math.tau * k / nodes - math.pi / 2 for k in range(nodes)]
    at = [(AROUND * math.cos(t), AROUND * math.sin(t)) for t in turns]
    figure = Figure()
    for i in range(nodes):
        for j in range(nodes):
            place = (links.name, i, j)
            if i == j:
                figure += _loop(at[i], turns[i], place)
                continue
            (x0, y0), (x1, y1) = at[i], at[j]
            long = math.dist(at[i], at[j])
            start = x0 + (x1 - x0) * NODE / long, y0 + (y1 - y0) * NODE / long
            end = (x0 + x1) / 2, (y0 + y1) / 2
            figure += _line(straight([start, end]), (start, end), place)
    for (x, y), letter in zip(at, LETTERS, strict=False):
        figure += Figure((Circle(x, y, NODE, node=True),)) + text(letter, x, y, 0.42)
    return figure


def _line(path: Path, ends: tuple[tuple[float, float], ...], place: tuple[str, int, int]) -> Figure:
    xs, ys = [x for x, _ in ends], [y for _, y in ends]
    bounds = (min(xs), min(ys), max(xs), max(ys))
    return Figure((Line(path, "ink", 0.3, bounds=bounds, source=place),))


def _loop(at: tuple[float, float], turn: float, place: tuple[str, int, int]) -> Figure:
    """A small loop at the outer side of a node."""
    def point(radius: float, angle: float) -> tuple[float, float]:
        return at[0] + radius * math.cos(turn + angle), at[1] + radius * math.sin(turn + angle)

    start, end = point(NODE, -0.5), point(NODE, 0.5)
    one, other = point(2.4 * NODE, -0.55), point(2.4 * NODE, 0.55)
    [item] = curve([start, one, other, end], "ink", None).items
    assert isinstance(item, Line)
    return _line(item.path, (start, one, other, end), place)
