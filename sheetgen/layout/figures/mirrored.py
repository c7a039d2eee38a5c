"""The way back on the page: the staircase with the gradients in its free triangle.

A gradient row lies below the block that it makes together with the column on its left, and above
the weights it has passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, zip_longest

from sheetgen.graph.layers import Layer, chain_of
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.layout.cells import Boxes, ink_of
from sheetgen.layout.figures.chain import GAP_ACT, GAP_W
from sheetgen.layout.figures.parts import activation_sign, input_block, name_of, tag, weights
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.update import update_figures
from sheetgen.page.figure import (
    BADGE,
    LABEL,
    Arrangement,
    Figure,
    arrow,
    block,
    curve,
    ones,
    rounded,
    tagged,
    text,
)
from sheetgen.page.items import Anchor
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.sentences import factor_behind, filled
from sheetgen.words.sums import small_steps


@arrangement("mirrored")
def mirrored(boxes: Boxes) -> Iterator[Arrangement]:
    """All layers with their gradients on one page, else cut between layers over as many pages as it
    takes; nothing if the backward pass is no plain one."""
    graph = boxes.exercise.graph
    layers = chain_of(graph)
    of = {s.of: s for s in graph.steps if s.role == "gradient" and s.of is not None}
    plain = layers is not None and all(layer.W in of and layer.z in of for layer in layers)
    if not plain or layers is None or compared(graph, layers[-1]) is None:
        return
    flow = update_figures(boxes, True)
    for count in range(1, len(layers) + 1):
        cuts = list(_cuts(layers, count))
        if not cuts:
            return
        found = max((_pages(boxes, cut, of) for cut in cuts), key=_cell)
        if count == 1:
            yield Arrangement(whole=found[0], flow=flow)
        else:
            yield Arrangement(leaves=found, flow=flow)


def _cuts(layers: Sequence[Layer], count: int) -> Iterator[list[Sequence[Layer]]]:
    """The ways to cut the layers into some parts, each behind an activation."""
    places = [k for k in range(1, len(layers)) if layers[k - 1].act is not None]
    for ends in combinations(places, count - 1):
        yield [layers[a:b] for a, b in pairwise((0, *ends, len(layers)))]


def _pages(
    boxes: Boxes, parts: list[Sequence[Layer]], of: Mapping[Node, Step]
) -> tuple[Figure, ...]:
    """A page for each part, in the order of the work: from the last layers back where the forward
    pass is printed."""
    back = all(layer.z.shown for part in parts for layer in part)
    page_of = {k: len(parts) - k if back else k + 1 for k in range(len(parts))}
    figures = [
        min((_figure(boxes, part, of, page_of.get(k - 1), page_of.get(k + 1), beside)
             for beside in (True, False)), key=lambda f: -_cell((f,)))
        for k, part in enumerate(parts)
    ]  # fmt: skip
    return tuple(figures[::-1] if back else figures)


def _cell(figures: Sequence[Figure]) -> float:
    """About how large the boxes of some pages may be: what a sheet of paper has room for."""
    return min(min(_WIDE / f.width, _HIGH / f.height) for f in figures)


WIDEST = 22.7
"""Cells of the least size that stand side by side on A4."""
_WIDE, _HIGH = 182.0, 215.0
"""Width and height for figures on a usual page in mm."""


def compared(graph: Graph, last: Layer) -> Given | None:
    """What the output of the last layer is held against: the printed matrix that the error is taken
    of, if there is one."""
    found = [
        s.inputs for s in graph.steps
        if s.role == "gradient" and len(s.inputs) == 2 and s.inputs[0] is last.out
        and not any(isinstance(n, Step) and n.role == "gradient" for n in s.inputs)
    ]  # fmt: skip
    if len(found) != 1 or not isinstance(found[0][1], Given):
        return None
    return found[0][1]


@dataclass(frozen=True)
class _Place:
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


def _figure(
    boxes: Boxes, layers: Sequence[Layer], of: Mapping[Node, Step], before: int | None,
    after: int | None, beside: bool,
) -> Figure:  # fmt: skip
    """Some layers of the staircase with the gradients ``of`` their matrices; on what pages the
    layers ``before`` and ``after`` them stand, None for none. The target stands ``beside`` the
    output or beneath it."""
    batch = layers[0].source.shape[1]
    figure = _start(boxes, layers[0].source, before)
    x, y = 0.0, 0.0
    above, kept = None, Figure()
    for layer in layers:
        place = _Place(layer, x, y)
        figure += _weight_gradients(boxes, place, of)
        figure += _result_gradient(boxes, place, of[layer.z])
        kept += _kept(place, of[layer.z])
        passed = of.get(layer.source)
        if passed is not None:
            figure += _passed_gradient(boxes, place, passed)
            if above is not None:
                figure += _through_activation(place, above)
            elif before is not None:
                figure += _to_page(place, before)
        figure += _forward(boxes, place, after if layer is layers[-1] else None)
        x += batch + GAP_ACT if layer.act is not None else 0.0
        y = place.below
        above = place
    if (figure + kept).width < figure.width + 0.01:
        figure += kept
    last = layers[-1]
    if after is not None and above is not None and last.act is not None:
        return figure + _from_page(above, of[last.act], after)
    first = of.get(last.act) if last.act is not None else None
    figure += _error(boxes, last, x, y, beside, first)
    if beside and above is not None:
        factor = "" if first is not None else factor_behind(of[last.z])
        end = figure.box[2] if first is not None else x + batch * 2 + 1.2
        with_way = figure + _turned(above, end, y, factor, first is not None)
        if with_way.width <= WIDEST or first is not None:
            figure = with_way if with_way.width <= WIDEST else figure
        else:
            figure += _turned_between(above, x + batch + 0.6, y, factor)
    if not beside and above is not None and first is None:
        figure += _turned_from_beneath(above, x, y, factor_behind(of[last.z]),
                                       last.out in boxes.step_numbers)  # fmt: skip
    if last.act is not None and last.act.op.shares_powers and last.act in boxes.step_numbers:
        figure += _softmax_note(last, figure, x - batch - GAP_ACT - GAP_W, y)
    return figure


def _start(boxes: Boxes, source: Node, page: int | None) -> Figure:
    """The column with which some layers start; if it is worked here, what it is made of on which
    other page."""
    if page is None or source not in boxes.step_numbers or not isinstance(source, Step):
        return input_block(boxes, source, "ink" if isinstance(source, Given) else ink_of(source))
    said = f"{label(source)} = {source.op.activation} of {label(source.inputs[0])} on page {page}"
    name = tagged(said, boxes.step_numbers[source], 0.0, -0.42, "start", "state")
    return block(boxes.of(source), 0.0, 0.0, name=source.name) + name


def _to_page(at: _Place, page: int) -> Figure:
    """The wire from the gradient that a part ends with to its page."""
    x, top = at.left + at.inputs / 2, at.y + max(at.inputs - 2.6, 0.2)
    return text(f"to page {page}", x, top, LABEL, colour="answer") + rounded(
        [(x, at.row - 0.06), (x, top + 0.45)], "answer"
    )


def _from_page(at: _Place, da: Step, page: int) -> Figure:
    """The gradient that comes from another page, and its way through the activation."""
    y = at.below + at.units + 0.75
    gap = at.x + at.batch + GAP_ACT - 0.36
    name = text(f"{name_of(da, True)} from page {page}", at.left, y, LABEL, "start", "state")
    foot = at.row + at.batch
    points = [(name.box[2] + 0.15, y), (gap, y), (gap, foot + 0.42), (at.right + 0.5, foot + 0.42),
              (at.right + 0.5, foot + 0.07)]  # fmt: skip
    return name + rounded(points, "answer", radius=0.4)


def _weight_gradients(boxes: Boxes, at: _Place, of: Mapping[Node, Step]) -> Figure:
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


def _result_gradient(boxes: Boxes, at: _Place, dz: Step) -> Figure:
    """∂z as rows beneath ∂W."""
    figure = Figure()
    for j in range(at.units):
        x = at.right + j + 0.5
        figure += arrow(x, at.row - 0.08, x, at.row - 0.47, "answer")
    figure += block(boxes.of(dz, turned=True), at.right, at.row, name=dz.name)
    beside, middle = at.right + at.units + 0.25, at.row + at.batch / 2
    return figure + tag(boxes, dz, beside, middle, "start", turned=True)


def _kept(at: _Place, dz: Step) -> Figure:
    """Where a gradient passes, beneath its name."""
    if dz.op.line.between != "where":
        return Figure()
    x, y = at.right + at.units + 0.25, at.row + at.batch / 2 + 0.6
    said = f"keep where {label(at.layer.z)} {filled(dz.op.line.after, dz)}"
    return text(said, x, y, 0.43, "start", "soft")


def _passed_gradient(boxes: Boxes, at: _Place, da: Step) -> Figure:
    """The gradient that has passed W, over it: of the activation that the layer reads."""
    middle, x = at.row + at.batch / 2, at.left + at.inputs / 2
    return (
        block(boxes.of(da, turned=True), at.left, at.row, name=da.name)
        + tag(boxes, da, at.left - 0.2, middle, "end", turned=True)
        + arrow(at.right - 0.1, middle, at.left + at.inputs + 0.1, middle, "state")
        + arrow(x, at.below - 0.1, x, at.row + at.batch + 0.12, "state")
    )


def _through_activation(at: _Place, above: _Place) -> Figure:
    """The curve from a gradient through the activation of the layer above to that layer's ∂z;
    where there is none, the way between W and z of that layer."""
    start, low = at.left + at.inputs / 2, at.row - 0.62
    if above.layer.act is None:
        lane, high = above.x - GAP_W / 2, above.row + above.batch + 0.3
        end = above.right + 0.5
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


def _forward(boxes: Boxes, at: _Place, page: int | None) -> Figure:
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
    figure += activation_sign(act, sign, y + at.units / 2)
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


def _error(
    boxes: Boxes, last: Layer, x: float, y: float, beside: bool, first: Step | None
) -> Figure:
    """The target at the right of the output, whose corner is (x, y), or beneath it; behind it the
    ``first`` gradient, if it is that of the output itself."""
    target = compared(boxes.exercise.graph, last)
    assert target is not None  # or this figure would not be drawn
    units, batch = last.z.shape
    figure = Figure()
    if not beside:
        if last.act is not None:
            figure += tag(boxes, last.out, x + batch + 0.2, y + units / 2, "start")
        figure += text("−", x + batch / 2, y + units + 0.45, 0.8)
        figure += block(boxes.of(target), x, y + units + 0.9, name=target.name)
        middle = y + units * 1.5 + 0.9
        figure += text(label(target), x + batch + 0.2, middle, LABEL, "start")
        if first is None:
            return figure
        return figure + _error_beneath(boxes, first, x, middle + units / 2)
    if last.act is not None:
        figure += tag(boxes, last.out, x + batch / 2, y + units + 0.42, "middle")
    figure += (
        text("−", x + batch + 0.6, y + units / 2, 0.8)
        + block(boxes.of(target), x + batch + 1.2, y, name=target.name)
        + text(label(target), x + batch * 1.5 + 1.25, y + units + 0.42, LABEL, "middle")
    )
    if first is None:
        return figure
    return figure + _own_error(boxes, first, x + batch * 2 + 1.2, y)


def _own_error(boxes: Boxes, first: Step, x: float, y: float) -> Figure:
    """The gradient of the output at the right of the target, whose right edge is at ``x``."""
    units, batch = first.shape
    middle, factor = y + units / 2, factor_behind(first)
    room = max(1.2, text_width(factor, 0.5, "label") + 0.5)
    sign = (
        arrow(x + 0.15, middle, x + room - 0.15, middle, "answer")
        + text(factor, x + room / 2, middle - 0.45, 0.5)
        if factor else text("=", x + room / 2, middle, 0.8)
    )  # fmt: skip
    return (
        sign + block(boxes.of(first), x + room, y, name=first.name)
        + tag(boxes, first, x + room + batch / 2, y + units + 0.42, "middle")
    )  # fmt: skip


def _error_beneath(boxes: Boxes, first: Step, x: float, y: float) -> Figure:
    """The gradient of the output beneath the target, whose lower edge is at ``y``."""
    units, batch = first.shape
    factor, middle = factor_behind(first), x + batch / 2
    sign = (
        arrow(middle, y + 0.1, middle, y + 0.8, "answer")
        + text(factor, middle + 0.2, y + 0.45, 0.5, "start")
        if factor else text("=", middle, y + 0.45, 0.8)
    )  # fmt: skip
    return (
        sign + block(boxes.of(first), x, y + 0.9, name=first.name)
        + tag(boxes, first, x + batch + 0.2, y + 0.9 + units / 2, "start")
    )  # fmt: skip


def _turned(at: _Place, x: float, y: float, factor: str, own: bool) -> Figure:
    """The way of the difference, whose right edge is at ``x``, on its side into ∂z, which is
    that or some ``factor`` of that; or of a gradient of its ``own``, which is bent on the way."""
    end, foot = at.right + at.units / 2, at.row + at.batch
    start, middle = x + (0.15 if factor or own else 0.75), y + at.units / 2
    way = _straight_up(start, middle, end, y, foot) if end > start - 1.6 else curve(
        [(start, middle), (start + 0.5, middle), (start + 0.4, y - 0.45), (start - 0.3, y - 0.45),
         (start - 1.0, y - 0.45), (end, y - 0.1), (end, foot + 0.1)],
        "gradient", -90,
    )  # fmt: skip
    if own:
        return way + text("^T", start + 0.55, y - 0.3, 0.62, colour="gradient")
    if factor:
        return way + text(f"{factor}, ^T", start + 0.55, y - 0.3, 0.62, "start", "gradient")
    return text("=", x + 0.4, middle, 0.8) + way + text(
        "^T", start + 0.55, y - 0.3, 0.62, colour="gradient")  # fmt: skip


def _turned_between(at: _Place, lane: float, y: float, factor: str) -> Figure:
    """The same from the sign of the difference, up the ``lane`` between output and target: where
    there is no room at the right."""
    end, foot = at.right + at.units / 2, at.row + at.batch
    points = [(lane, y + at.units / 2 - 0.5), (lane, y - 0.45), (end, y - 0.45), (end, foot + 0.1)]
    said = f"{factor}, ^T" if factor else "^T"
    return rounded(points, "gradient") + text(
        said, max(lane, end) + 0.25, y - 0.55, 0.62, "start", "gradient")  # fmt: skip


def _straight_up(start: float, middle: float, end: float, y: float, foot: float) -> Figure:
    """A way round the upper right corner of a block to what stands nearly above it."""
    lane = max(start + 0.45, end)
    points = [(start, middle), (lane, middle)]
    if lane > end + 0.01:
        points += [(lane, y - 0.45), (end, y - 0.45)]
    return rounded([*points, (end, foot + 0.1)], "gradient")


def _turned_from_beneath(
    at: _Place, x: float, y: float, factor: str, numbered: bool
) -> Figure:
    """The same from the difference between the output at (x, y) and the target beneath it; a name
    that is ``numbered`` takes more room."""
    end, foot, middle = at.right + at.units / 2, at.row + at.batch + 0.1, y + at.units + 0.45
    right = x + at.batch
    named = text_width(label(at.layer.out), LABEL, "label") + 0.5 if at.layer.act else 0.0
    named += 2 * BADGE + 0.14 if at.layer.act and numbered else 0.0
    lane = max(end, right + named + 0.3)
    points = [(right + 0.15, middle), (lane, middle)]
    if lane > end + 0.01:
        points += [(lane, y - 0.8), (end, y - 0.8)]
    said = f"{factor}, ^T" if factor else "^T"
    return rounded([*points, (end, foot)], "gradient") + text(
        said, lane + 0.2, middle - 0.5, 0.62, "start", "gradient")  # fmt: skip


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
        y = figure.box[3] + 1.2
    note = Figure()
    for k, line in enumerate(filter(None, lines)):
        note += text(line, left, y - 0.7 + 0.58 * k, size, "start", "soft")
    return note
