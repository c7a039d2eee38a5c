"""The blocks of one layer on the way back: what it reads, its weights and results, and the
gradients in the free triangle beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheetgen.graph.layers import Layer
from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.layout.cells import Boxes, ink_of
from sheetgen.layout.figures.chain import GAP_ACT, GAP_W
from sheetgen.layout.figures.parts import (
    activation_sign,
    carried,
    input_block,
    name_of,
    tag,
    weights,
)
from sheetgen.page.figure import LABEL, Figure, arrow, block, curve, ones, rounded, tagged, text
from sheetgen.page.items import Anchor
from sheetgen.words.labels import label
from sheetgen.words.sentences import filled


@dataclass(frozen=True)
class Place:
    """Where the blocks of a layer stand; (x, y) is the corner of the column that it reads."""

    layer: Layer
    x: float
    y: float

    @property
    def inputs(self) -> int:
        return self.layer.source.shape[0]

    @property
    def units(self) -> int:
        return self.layer.z.shape[0]

    @property
    def batch(self) -> int:
        return self.layer.source.shape[1]

    @property
    def with_bias(self) -> bool:
        return self.layer.b is not None

    @property
    def right(self) -> float:
        """Left edge of ∂W, which stands at the right of the column, and of ∂z."""
        return self.x + self.batch + 0.55

    @property
    def left(self) -> float:
        """Left edge of the gradient of the column, which stands over W."""
        return self.x - GAP_W - self.inputs - self.with_bias

    @property
    def row(self) -> float:
        """Upper edge of ∂z, and of the gradient of the column."""
        return self.y + self.inputs + (1.55 if self.with_bias else 1.1)

    @property
    def below(self) -> float:
        """Upper edge of W and z."""
        return self.row + self.batch + 1.15


def start(boxes: Boxes, source: Node, page: int | None) -> Figure:
    """The column with which some layers start; if it is worked here, what it is made of on which
    other page."""
    if page is None or source not in boxes.step_numbers or not isinstance(source, Step):
        return input_block(boxes, source, "ink" if isinstance(source, Given) else ink_of(source))
    said = f"{label(source)} = {source.op.activation} of {label(source.inputs[0])} on page {page}"
    name = tagged(said, boxes.step_numbers[source], 0.0, -0.42, "start", "state")
    return block(boxes.of(source), 0.0, 0.0, name=source.name) + name


def to_page(at: Place, page: int) -> Figure:
    """The wire from the gradient that a part ends with to its page."""
    x, top = at.left + at.inputs / 2, at.y + max(at.inputs - 2.6, 0.2)
    return text(f"to page {page}", x, top, LABEL, colour="answer") + rounded(
        [(x, at.row - 0.06), (x, top + 0.45)], "answer"
    )


def from_page(at: Place, da: Step, page: int) -> Figure:
    """The gradient that comes from another page, and its way through the activation."""
    y = at.below + at.units + 0.75
    gap = at.x + at.batch + GAP_ACT - 0.36
    name = text(f"{name_of(da, True)} from page {page}", at.left, y, LABEL, "start", "state")
    foot = at.row + at.batch
    points = [(name.box[2] + 0.15, y), (gap, y), (gap, foot + 0.42), (at.right + 0.5, foot + 0.42),
              (at.right + 0.5, foot + 0.07)]  # fmt: skip
    return name + rounded(points, "answer", radius=0.4)


def weight_gradients(boxes: Boxes, at: Place, of: Mapping[Node, Step]) -> Figure:
    """∂W over ∂b at the right of the column that the layer reads, both turned."""
    layer = at.layer
    dW = of[layer.W]
    cells = boxes.of(dW, turned=True)
    figure = Figure()
    if layer.b is not None:
        db = of[layer.b]
        cells += boxes.of(db, turned=True)
        beside = at.y + at.inputs + 0.5
        figure += ones(at.batch, at.x, beside)
        figure += tag(boxes, db, at.right + at.units + 0.25, beside, "start", turned=True)
    figure += block(cells, at.right, at.y, name=dW.name)
    middle = at.y + at.inputs / 2
    figure += tag(boxes, dW, at.right + at.units + 0.25, middle, "start", turned=True)
    for i in range(at.inputs):
        y = at.y + i + 0.5
        figure += arrow(at.right - 0.47, y, at.right - 0.08, y, "top")
    return figure


def result_gradient(boxes: Boxes, at: Place, dz: Step) -> Figure:
    """∂z as rows beneath ∂W."""
    figure = _upwards(at) + block(boxes.of(dz, turned=True), at.right, at.row, name=dz.name)
    beside, middle = at.right + at.units + 0.25, at.row + at.batch / 2
    return figure + tag(boxes, dz, beside, middle, "start", turned=True)


def once_more(boxes: Boxes, at: Place, dz: Step, page: int | None) -> Figure:
    """The same where ∂z has come through the next layer's weights, on this or another ``page``, and
    no activation is between: a place for its numbers without boxes to fill."""
    rows = [[(dz.name, i, j) for i in range(at.units)] for j in range(at.batch)]
    beside, middle = at.right + at.units + 0.25, at.row + at.batch / 2
    figure = _upwards(at) + carried(boxes, rows, 1.0, 1.0, 0.55).moved(at.right, at.row)
    figure += text(name_of(dz, True), beside, middle, LABEL, "start", "gradient")
    said = "the same" if page is None else f"from page {page}"
    return figure + text(said, beside, middle + 0.6, 0.43, "start", "soft")


def _upwards(at: Place) -> Figure:
    """The arrows from ∂z into ∂W."""
    figure = Figure()
    for j in range(at.units):
        x = at.right + j + 0.5
        figure += arrow(x, at.row - 0.08, x, at.y + at.inputs + at.with_bias + 0.08, "answer")
    return figure


def kept_where(at: Place, dz: Step) -> Figure:
    """Where a gradient passes, beneath its name."""
    if dz.op.line.between != "where":
        return Figure()
    x, y = at.right + at.units + 0.25, at.row + at.batch / 2 + 0.6
    said = f"keep where {label(at.layer.z)} {filled(dz.op.line.after, dz)}"
    return text(said, x, y, 0.43, "start", "soft")


def passed_gradient(boxes: Boxes, at: Place, da: Step) -> Figure:
    """The gradient that has passed W, over it: of the activation that the layer reads."""
    middle, x = at.row + at.batch / 2, at.left + at.inputs / 2
    return (
        block(boxes.of(da, turned=True), at.left, at.row, name=da.name)
        + tag(boxes, da, at.left - 0.2, middle, "end", turned=True)
        + arrow(at.right - 0.1, middle, at.left + at.inputs + 0.1, middle, "state")
        + arrow(x, at.below - 0.1, x, at.row + at.batch + 0.12, "state")
    )


def through_activation(at: Place, above: Place) -> Figure:
    """The curve from a gradient through the activation of the layer above to that layer's ∂z;
    where there is none, the way between W and z of that layer."""
    start, low = at.left + at.inputs / 2, at.row - 0.62
    if above.layer.act is None:
        lane, high = above.x - GAP_W / 2, above.row + above.batch + 0.3
        end = above.right + above.units / 2
        points = [(start, at.row - 0.06), (start, low), (lane, low), (lane, high), (end, high),
                  (end, above.row + above.batch + 0.07)]  # fmt: skip
        return rounded(points, "answer", radius=0.2)
    gap = above.x + above.batch + GAP_ACT - 0.36
    middle, foot = above.right + above.units / 2, above.row + above.batch
    return curve(
        [
            (start, at.row - 0.06),
            (start, at.row - 0.6),
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


def forward(boxes: Boxes, at: Place, page: int | None) -> Figure:
    """W, z and the activation; where that is worked on another ``page``, its number instead."""
    layer, x, y = at.layer, at.x, at.below
    figure = weights(boxes, layer, x - GAP_W, y)
    figure += block(boxes.of(layer.z), x, y, name=layer.z.name)
    figure += tag(boxes, layer.z, x + at.batch / 2, y - 0.38, "middle")
    act = layer.act
    if act is None:
        return figure
    narrow = 0.3 if act.op.dies else 0.0
    sign = x + at.batch + (GAP_ACT - narrow) / 2
    figure += activation_sign(act, sign, y + at.units / 2, narrow=True)
    x += at.batch + GAP_ACT
    if page is not None and act in boxes.step_numbers:
        said = f"{label(act)}: on page {page}"
        return figure + text(said, x + 0.15, y + at.units / 2, LABEL, "start", "state")
    figure += block(boxes.of(act), x, y, name=act.name)
    if act.role != "output":  # the error has the name of the last beneath it
        worked = act in boxes.step_numbers
        anchor: Anchor = "start" if worked else "middle"
        beside = x + 0.15 if worked else x + at.batch / 2
        figure += tag(boxes, act, beside, y - 0.38, anchor)
    return figure
