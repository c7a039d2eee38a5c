"""What the output of the last layer is held against, and the way of the difference, on its side,
into the gradient of that layer's sums."""

from __future__ import annotations

from sheetgen.graph.layers import Layer
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.mirrored_layers import Place
from sheetgen.layout.figures.parts import tag
from sheetgen.page.figure import BADGE, LABEL, Figure, arrow, block, curve, rounded, text
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.sentences import ON_ITS_SIDE, factor_behind

WIDEST = 22.7
"""Cells of the least size that stand side by side on A4."""
BRACKET = 0.4
"""What a bracket takes behind a difference that is doubled."""


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


def with_error(
    boxes: Boxes, at: Place, figure: Figure, corner: tuple[float, float], beside: bool,
    first: Step | None,
) -> Figure:  # fmt: skip
    """A figure with the target ``beside`` the output, whose corner is given, or beneath it; with
    the ``first`` gradient, if it is that of the output itself; and with the way of the difference
    into the gradient of the last layer ``at`` its place."""
    (x, y), batch = corner, at.batch
    figure += _error(boxes, at.layer, x, y, beside, first)
    error = next(
        s for s in boxes.exercise.graph.steps if s.of is at.layer.z and s.role == "gradient"
    )
    factor = "" if first is not None else factor_behind(error)
    if beside and factor:
        middle = y + at.units / 2
        figure += text("(", x - 0.22, middle, 0.8)
        figure += text(")", x + batch * 2 + 1.2 + BRACKET / 2, middle, 0.8)
    if not beside:
        return figure if first is not None else figure + _turned_from_beneath(
            at, x, y, factor, at.layer.out in boxes.step_numbers)  # fmt: skip
    end = figure.box[2] if first is not None else x + batch * 2 + 1.2 + BRACKET * bool(factor)
    with_way = figure + _turned(at, end, y, factor, first is not None)
    if with_way.width <= WIDEST:
        return with_way
    return figure if first is not None else figure + _turned_between(
        at, x + batch + 0.6, y, factor)  # fmt: skip


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


def _turned(at: Place, x: float, y: float, factor: str, own: bool) -> Figure:
    """The way of the difference, whose right edge is at ``x``, on its side into ∂z, which is
    that or some ``factor`` of that; or of a gradient of its ``own``, which is bent on the way."""
    end, foot = at.right + at.units / 2, at.row + at.batch
    start, middle = x + (0.15 if factor or own else 0.75), y + at.units / 2
    turn = max(start + 0.45, end)
    straight = end > start - 1.6
    way = _straight_up(start, middle, end, y, foot) if straight else curve(
        [(start, middle), (start + 0.5, middle), (start + 0.4, y - 0.45), (start - 0.3, y - 0.45),
         (start - 1.0, y - 0.45), (end, y - 0.1), (end, foot + 0.1)],
        "gradient", -90,
    )  # fmt: skip
    if own:
        return way + text("^T", start + 0.55, y - 0.3, 0.62, colour="gradient")
    if factor:
        return way + _doing(factor, turn + 0.15 if straight else start + 0.55, y - 0.2)
    return text("=", x + 0.4, middle, 0.8) + way + (
        text("^T", turn + 0.15, y - 0.3, 0.62, "start", "gradient") if straight else
        text("^T", start + 0.55, y - 0.3, 0.62, colour="gradient"))  # fmt: skip


def _turned_between(at: Place, lane: float, y: float, factor: str) -> Figure:
    """The same from the sign of the difference, up the ``lane`` between output and target: where
    there is no room at the right."""
    end, foot = at.right + at.units / 2, at.row + at.batch
    points = [(lane, y + at.units / 2 - 0.5), (lane, y - 0.45), (end, y - 0.45), (end, foot + 0.1)]
    return rounded(points, "gradient") + _doing(factor, max(lane, end) + 0.25, y - 0.55)


def _straight_up(start: float, middle: float, end: float, y: float, foot: float) -> Figure:
    """A way round the upper right corner of a block to what stands nearly above it."""
    lane = max(start + 0.45, end)
    points = [(start, middle), (lane, middle)]
    if lane > end + 0.01:
        points += [(lane, y - 0.45), (end, y - 0.45)]
    return rounded([*points, (end, foot + 0.1)], "gradient")


def _turned_from_beneath(at: Place, x: float, y: float, factor: str, numbered: bool) -> Figure:
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
    return rounded([*points, (end, foot)], "gradient") + _doing(
        factor, lane + 0.2, y - 0.5 if factor else middle - 0.5)


def _doing(factor: str, x: float, y: float) -> Figure:
    """What is done on the way, in words; the sign of what lies on its side where that is all."""
    if not factor:
        return text("^T", x, y, 0.62, "start", "gradient")
    return text(factor, x, y - 0.24, 0.5, "start", "gradient") + text(
        ON_ITS_SIDE, x, y + 0.24, 0.42, "start", "gradient")  # fmt: skip
