"""How small exercises are drawn: crossings, layers, towers, softmax, nudges."""

from __future__ import annotations

from sheetgen.graph.layers import Layer, chain_of
from sheetgen.graph.nodes import Node, Step
from sheetgen.layout.cards.card import card
from sheetgen.layout.cards.nets import chain_picture, net_picture
from sheetgen.layout.cells import Boxes, ink_of
from sheetgen.layout.figures.chain import staircase_figure, tower_figure
from sheetgen.layout.figures.parts import activation_sign, steps_called
from sheetgen.layout.figures.softmax import softmax
from sheetgen.page.figure import LABEL, Figure, arrow, block, crossing, framed, ones, text
from sheetgen.words.labels import label
from sheetgen.words.sentences import pretty

GAP = 0.5
"""Between the factors of a product and the result."""
ACROSS = 1.8
"""Between what is bent and what comes of it: room for the sign."""


@card("product")
def product(boxes: Boxes) -> Figure:
    """The left factor at the left of the result, the top one above it."""
    [step] = boxes.exercise.graph.outputs
    left, top = step.inputs
    cells = boxes.of(left, kind="left"), boxes.of(top, kind="right"), boxes.of(step, kind="result")
    names = (left.name, top.name, step.name)
    figure = crossing(*cells, gap_left=GAP, gap_top=GAP, names=names).figure
    rows, inner = left.shape
    columns = step.shape[1]
    if rows * columns > 1:
        for i in range(rows):
            figure += arrow(-0.42, i + 0.5, -0.08, i + 0.5, "left")
        for j in range(columns):
            figure += arrow(j + 0.5, -0.42, j + 0.5, -0.08, "top")
    figure += text(label(left), -GAP - inner - 0.25, rows / 2, LABEL, "end", "left")
    figure += text(label(top), columns + 0.25, -GAP - inner / 2, LABEL, "start", "top")
    return figure + text(label(step), columns + 0.25, rows / 2, LABEL, "start", ink_of(step))


def _layers(boxes: Boxes) -> list[Layer]:
    layers = chain_of(boxes.exercise.graph)
    assert layers is not None
    return layers


@card("layers")
def staircase(boxes: Boxes) -> Figure:
    """Each layer hangs under the activation before it, down and to the right."""
    return staircase_figure(boxes, _layers(boxes))


@card("tower")
def tower(boxes: Boxes) -> Figure:
    """One layer under the other, ReLU by crossing out in the box, and a chain of nodes beside."""
    layers = _layers(boxes)
    figure = tower_figure(boxes, layers[0])
    for layer in layers[1:]:
        below = tower_figure(boxes, layer)
        figure += below.moved(0.0, figure.box[3])
    return figure + chain_picture(boxes, layers).moved(figure.box[2] + 0.7, 0.0)


@card("net")
def net(boxes: Boxes) -> Figure:
    """The layers, and the picture of the net with the last node to be drawn: in the free corner
    above the weights, or else beside them."""
    layers = _layers(boxes)
    figure = staircase_figure(boxes, layers)
    picture = net_picture(boxes, layers)
    wide = layers[0].W.shape[1] + (layers[0].b is not None)
    corner = wide + 1.2, layers[0].source.shape[0] + 0.6
    if len(layers) == 1 and picture.width <= corner[0] and picture.height <= corner[1]:
        return figure + picture.at(-GAP - picture.width, figure.box[1] + 0.2)
    y = figure.box[1] + max(0.0, (figure.height - picture.height) / 2)
    return figure + picture.at(figure.box[2] + 0.7, y)


@card("bend")
def bend(boxes: Boxes) -> Figure:
    """What is bent, the sign, and what comes of it, side by side."""
    [step] = boxes.exercise.graph.outputs
    z = step.inputs[0]
    rows, columns = step.shape
    figure = block(boxes.of(z), 0.0, 0.0, name=z.name)
    figure += text(label(z), columns / 2, -0.42, LABEL)
    figure += activation_sign(step, columns + ACROSS / 2, rows / 2)
    x = columns + ACROSS
    figure += block(boxes.of(step), x, 0.0, name=step.name)
    return figure + text(label(step), x + columns / 2, -0.42, LABEL, colour=ink_of(step))


@card("softmax")
def shares(boxes: Boxes) -> Figure:
    """A linear layer or scores, and the steps of softmax beneath."""
    [*ways] = softmax(boxes)
    whole = ways[-1].whole
    assert whole is not None
    return whole


# --- nudges

BETWEEN, OVER, BENT = 1.9, 1.75, 1.5


@card("nudge")
def nudge(boxes: Boxes) -> Figure:
    """Before and after side by side, the difference, and that over the nudge."""
    graph = boxes.exercise.graph
    after, moved, difference, rate = (
        steps_called(graph, part)[0] for part in ("after", "nudged", "difference", "rate")
    )
    before = steps_called(graph, "before")[0]
    by = pretty(str(moved.params["by"]))
    first = _side(boxes, before, None)
    second = _side(boxes, after, moved)
    figure = first
    x = first.box[2] + BETWEEN - second.box[0]
    figure += second.moved(x, 0.0)
    middle = -GAP - 0.5 if before.op.products else 0.5
    figure += arrow(first.box[2] + 0.2, middle, first.box[2] + BETWEEN - 0.3, middle, "top", 0.3)
    said = f"{label(rate).partition(' / ')[2]} = {by}"
    figure += text(said, first.box[2] + BETWEEN / 2 - 0.05, middle - 0.4, 0.46, colour="top")
    rows = difference.shape[0]
    x = figure.box[2] + 1.0
    figure += block(boxes.of(difference), x, 0.0, name=difference.name)
    figure += text(label(difference), x + 0.5, -0.42, LABEL, colour=ink_of(difference))
    figure += text(f"÷ {by} =", x + 1 + OVER / 2, rows / 2, 0.5)
    x += 1 + OVER
    figure += block(boxes.of(rate), x, 0.0, name=rate.name)
    return figure + text(label(rate), x + 0.5, -0.42, LABEL * 0.9, colour=ink_of(rate))


def _side(boxes: Boxes, made: Step, moved: Step | None) -> Figure:
    """What is computed before the nudge, or after it, with the result's corner at (0, 0) and the
    number that has ``moved`` framed."""
    if not made.op.products:
        [z] = made.inputs
        return _bent(boxes, block(boxes.of(z), 0.0, 0.0, name=z.name) + text(
            label(z), 0.5, -0.42, LABEL) + _frame(z, moved, 0.0, 0.0), made)  # fmt: skip
    W, *more = made.inputs
    x, b = more[-1], more[0] if len(more) > 1 else None
    rows, inner = made.shape[0], x.shape[0]
    top = -GAP - inner - (0.5 if b is not None else 0.0)
    figure = block(boxes.of(x, kind="input"), 0.0, top, name=x.name)
    figure += text(label(x), 0.5, top - 0.42, LABEL)
    figure += _frame(x, moved, 0.0, top)
    left = -GAP - inner - (1.0 if b is not None else 0.0)
    figure += block(boxes.of(W), left, 0.0, True, W.name) + _frame(W, moved, left, 0.0)
    figure += text(label(W), left - 0.2, rows / 2, LABEL, "end", ink_of(W))
    if b is not None:
        figure += block(boxes.of(b), -GAP - 1.0, 0.0, True, b.name)
        figure += text(label(b), -GAP - 0.5, -0.4, LABEL) + _frame(b, moved, -GAP - 1.0, 0.0)
        figure += ones(1, 0.0, -0.5)
    figure += block(boxes.of(made), 0.0, 0.0, name=made.name)
    figure += text(label(made), 0.5, rows + 0.42, LABEL, colour=ink_of(made))
    bent = next((s for s in boxes.exercise.graph.users(made) if s.op.activation), None)
    return figure if bent is None else _bent(boxes, figure, bent)


def _bent(boxes: Boxes, figure: Figure, step: Step) -> Figure:
    rows = step.shape[0]
    figure += activation_sign(step, 1.0 + BENT / 2, rows / 2)
    figure += block(boxes.of(step), 1.0 + BENT, 0.0, name=step.name)
    return figure + text(label(step), 1.5 + BENT, -0.42, LABEL, colour=ink_of(step))


def _frame(node: Node, moved: Step | None, x: float, y: float) -> Figure:
    if node is not moved or moved is None:
        return Figure()
    return framed(x + moved.params["col"], y + moved.params["row"], 1.0, 1.0, "top")
