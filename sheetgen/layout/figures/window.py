"""A window that moves over a picture, on the page: [X] ∗ [K] + [b] = [Z], and beneath the result
what is done with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.gates import from_before
from sheetgen.layout.figures.generic import marching
from sheetgen.layout.figures.parts import smallness, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.update import update_figures
from sheetgen.page.figure import (
    LABEL,
    Arrangement,
    Cells,
    Figure,
    above,
    arrow,
    block,
    box_of,
    framed,
    meet,
    parted,
    text,
)
from sheetgen.page.items import Cell
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.sentences import filled

GAP = 1.0
"""Between blocks, for a sign."""
BELOW = 1.5
"""Between blocks one beneath the other, for a word over its sign."""
LOOKS = (("p5", False), ("p2", True))
"""The frames of the first window and the next, as they stand on the picture and on the result."""
OUTSIDE = Cell("0", False, "outside")
"""What is seen outside the picture."""


class Way(NamedTuple):
    """Where the sums stand, and what is made of them."""

    below: bool
    in_line: int
    """How many of the steps after them stand in one line with them: the others beneath the last of
    these."""


ALL = 100
"""More steps than any line has."""
WAYS = Way(False, 0), Way(True, 0), Way(True, ALL)
BENT, WIDE = Way(True, 1), 19.0
"""A line that goes on beneath its second block, and how wide it is in cells otherwise where that is
better: it leaves no room for lines."""


class _Window(NamedTuple):
    """How a window moves: its size, its step, and what stands around the picture."""

    tall: int
    wide: int
    stride: int
    above: int
    padding: int


@arrangement("window")
def window(boxes: Boxes) -> Iterator[Arrangement]:
    """The picture, the kernel and the sums in one line or in two, what follows beneath; then the
    way back."""
    graph = boxes.exercise.graph
    made = next((s for s in graph.steps if s.op.slides and s.role != "gradient"), None)
    if made is None or not isinstance(made.inputs[0], Given):
        return
    found = [_figure(boxes, made, way) for way in WAYS]
    if min(found, key=smallness).width > WIDE:
        found.append(_figure(boxes, made, BENT))
    figures = sorted(found, key=smallness)
    drawn = [made, *_after(graph, made)]
    rest = [s for s in graph.steps if not s.hidden and not s.op.updates and s not in drawn]
    if graph.has_gradients and all(s.role == "gradient" for s in rest):
        yield from (Arrangement(leaves=_begun(boxes, made, figure)) for figure in figures)
        back = min((_back(boxes, made, over) for over in (True, False)), key=smallness)
        yield from (Arrangement(leaves=(figure, back)) for figure in figures)
        yield Arrangement(leaves=(*_cut(boxes, made), back))
        yield Arrangement(leaves=(*_cut(boxes, made), *_back_cut(boxes, made)))
    bands, flow = marching(boxes, rest) if rest else None, update_figures(boxes)
    for figure in figures:
        yield Arrangement(whole=figure, bands=bands, flow=flow)
    yield Arrangement(leaves=_cut(boxes, made), bands=bands, flow=flow)


@arrangement("window and layers", marching=True)
def window_and_layers(boxes: Boxes) -> Iterator[Arrangement]:
    """The same where layers come after the window, which march."""
    return window(boxes)


def _after(graph: Graph, made: Step) -> list[Step]:
    """What is done with the sums on pictures, step after step."""
    found: list[Step] = []
    while True:
        after = [s for s in graph.users(made) if s.role != "gradient" and not s.hidden]
        if len(after) != 1 or len(after[0].inputs) != 1 or after[0].op.moves:
            return found
        made = after[0]
        found.append(made)


def _figure(boxes: Boxes, made: Step, way: Way) -> Figure:
    """All that goes forward; the sums at the right of what they are made of, or below it, and what
    is made of them beneath or in one line with them."""
    figure, x, y = _sums(boxes, made, way.below)
    middle, right = y + made.shape[0] / 2, x + made.shape[1]
    for step in _after(boxes.exercise.graph, made)[: way.in_line]:
        more, right = _beside(boxes, made, step, right, middle)
        figure += more
        made = step
    return figure + _beneath(boxes, made, right - made.shape[1], middle + made.shape[0] / 2)


def _cut(boxes: Boxes, made: Step) -> tuple[Figure, ...]:
    """The same with a page for the sums, and one for what is done with them."""
    sums, _, _ = _sums(boxes, made, below=True)
    after = _after(boxes.exercise.graph, made)
    if not after:
        return (sums,)
    first, (rows, cols) = after[0], after[0].shape
    figure = block(boxes.of(first), 0.0, 0.0, name=first.name)
    figure += text(f"{filled(first.op.line.word or first.op.activation, first)} of {label(made)} "
                   "from page 1", 0.0, -0.5, 0.5, "start", "soft")  # fmt: skip
    figure += tag(boxes, first, cols + 0.25, rows / 2, "start")
    return sums, figure + _beneath(boxes, first, 0.0, rows)


def _sums(boxes: Boxes, made: Step, below: bool) -> tuple[Figure, float, float]:
    """The picture, the kernel and the sums, and where these stand."""
    picture, kernel, bias = made.inputs
    how = _Window(*kernel.shape, made.params["stride"], made.params["above"],
                  made.params["padding"])  # fmt: skip
    figure = _picture(boxes, picture, how)
    middle = picture.shape[0] / 2 + how.above
    x = float(picture.shape[1] + 2 * how.padding)
    for sign, node in ((made.op.line.between, kernel), ("+", bias)):
        figure += text(sign, x + GAP / 2, middle, 0.7)
        figure += _named(boxes, node, x + GAP, middle - node.shape[0] / 2)
        x += GAP + node.shape[1]
    if below:
        x, y = 0.6, max(figure.box[3], 0.0) + 1.4
        figure += text("=", x - 0.55, y + made.shape[0] / 2, 0.7)
    else:
        figure += text("=", x + GAP / 2, middle, 0.7)
        x, y = x + GAP, middle - made.shape[0] / 2
    figure += block(boxes.of(made), x, y, name=made.name)
    figure += tag(boxes, made, x + made.shape[1] / 2, y - 0.42, "middle")
    return figure + _windows(how, made, x, y), x, y


def _picture(boxes: Boxes, picture: Node, how: _Window) -> Figure:
    """The picture with the zeros around it, its name, and the way that the window goes."""
    cols = picture.shape[1]
    side = (OUTSIDE,) * how.padding
    row = (OUTSIDE,) * (cols + 2 * how.padding)
    inside: Cells = tuple((*side, *cells, *side) for cells in boxes.of(picture))
    cells = (row,) * how.above + inside + (row,) * how.above
    wide = len(row)
    figure = block(cells, 0.0, 0.0, name=picture.name)
    figure += text(label(picture), wide / 2, -0.45, LABEL * 1.15)
    end = min(how.wide + how.stride, wide) - 0.1
    return figure + arrow(0.1, -0.32, min(end, wide / 2 - 0.5), -0.32, LOOKS[0][0], 0.35)


def _named(boxes: Boxes, node: Node, x: float, y: float) -> Figure:
    """A block of what is trained, with its name above it."""
    figure = block(boxes.of(node), x, y, True, node.name)
    return figure + text(label(node), x + node.shape[1] / 2, y - 0.42, LABEL * 1.1, colour="top")


def _windows(
    how: _Window, made: Step, x: float, y: float, at: tuple[float, float] = (0.0, 0.0)
) -> Figure:  # fmt: skip
    """The first places of the window on the picture, and of what comes of them on the result."""
    figure = Figure()
    for k, (colour, dotted) in zip(range(made.shape[1]), LOOKS, strict=False):
        figure += framed(at[0] + k * how.stride, at[1], how.wide, how.tall, colour, dotted,
                         inset=0.07 + 0.06 * k)  # fmt: skip
        figure += framed(x + k, y, 1.0, 1.0, colour, dotted)
    return figure


def _beneath(boxes: Boxes, made: Step, x: float, y: float) -> Figure:
    """What is made of the result, step after step, each beneath the other."""
    figure = Figure()
    for step in _after(boxes.exercise.graph, made):
        rows, cols = step.shape
        if "size" in step.params:
            figure += parted(x, y - made.shape[0], *made.shape, step.params["tall"],
                             step.params["size"])  # fmt: skip
        sign = x + min(made.shape[1], cols) / 2
        figure += text(filled(step.op.line.word, step), sign, y + 0.45, 0.42)
        figure += text(step.op.line.equals, sign, y + 0.98, 0.6)
        y += BELOW
        figure += block(boxes.of(step), x, y, name=step.name)
        figure += tag(boxes, step, x + cols + 0.25, y + rows / 2, "start")
        made, y = step, y + rows
    return figure


def _beside(
    boxes: Boxes, made: Step, step: Step, x: float, middle: float
) -> tuple[Figure, float]:
    """What is made of a result at the right of it, which ends at ``x``; and where that ends."""
    (rows, cols), left, top = step.shape, x - made.shape[1], middle - made.shape[0] / 2
    figure = Figure()
    if "size" in step.params:
        figure += parted(left, top, *made.shape, step.params["tall"], step.params["size"])
    word = filled(step.op.line.word, step)
    gap = max(2.0, text_width(word, 0.42, "label") + 0.4)
    figure += text(word, x + gap / 2, middle - 0.36, 0.42)
    figure += text(step.op.line.equals, x + gap / 2, middle + 0.17, 0.6)
    x, y = x + gap, middle - rows / 2
    figure += block(boxes.of(step), x, y, name=step.name)
    return figure + tag(boxes, step, x + cols / 2, y - 0.42, "middle"), x + cols


# --- the way back


def _begun(boxes: Boxes, made: Step, forward: Figure) -> tuple[Figure, ...]:
    """The error below what goes forward, or beneath the picture where that is free; and on the next
    page what of it comes back."""
    of = {s.of: s for s in boxes.exercise.graph.steps if s.role == "gradient"}
    error, back = next(s for s in of.values() if s.op.line.before), of[made]
    begun, _ = _error(boxes, error)
    x0, y0, x1, _ = begun.box
    low = made.inputs[0].shape[0] + 2 * made.params["above"] + 1.2 - y0
    beneath = [box_of(i) for i in forward.items if box_of(i)[3] > low + y0 - 0.8]
    if any(box[0] < x1 - x0 + 1.0 for box in beneath):
        low = forward.box[3] + 1.0 - y0
    begun = forward + begun.moved(0.0, low)
    figure = from_before(boxes, error, 1.7, 0.0, 1)
    x, rows = 1.7 + error.shape[1] + 1.6, error.shape[0]
    figure += _source(boxes, back, error, back.shape[1] + 1.0, 0.0).moved(x, 0.0)
    y = max(rows, back.shape[0]) + 0.55 + max(0, made.params["above"] - 1)  # zeros are no picture
    said = back.op.equation.format(*map(label, back.inputs), **back.params)
    figure += text(said, 0.0, y, 0.46, "start", "soft")
    return begun, figure + _came_back(boxes, made, 0.0, y + 0.9 + _rise(made, back))


def _rise(made: Step, back: Step) -> float:
    """By how much the picture stands higher than what is laid on it."""
    high = made.inputs[0].shape[0] + 2 * made.params["above"]
    return float(max(0.0, (high - back.shape[0]) / 2) + 0.35)


def _came_back(boxes: Boxes, made: Step, x: float, y: float) -> Figure:
    """What comes back to the sums, laid on the picture."""
    of = {s.of: s for s in boxes.exercise.graph.steps if s.role == "gradient"}
    back, (_, kernel, bias) = of[made], made.inputs
    figure = block(boxes.of(back), x, y, name=back.name)
    if "size" in back.params:
        figure += parted(x, y, *back.shape, back.params["tall"], back.params["size"])
    return figure + _laid(boxes, made, (back, of[kernel], of[bias]), x, y)


def _back(boxes: Boxes, made: Step, over: bool) -> Figure:
    """The error, what of it comes back to the sums, and this laid on the picture: the gradient of
    the kernel; its sum is that of the bias. The sums stand once more, ``over`` what comes back to
    them, or at its left."""
    of = {s.of: s for s in boxes.exercise.graph.steps if s.role == "gradient"}
    error = next(s for s in of.values() if s.op.line.before)
    back = of[made]
    figure, right = _error(boxes, error)
    x, y, rise = right - error.shape[1], error.shape[0] + 0.2, _rise(made, back)
    said = back.op.equation.format(*map(label, back.inputs), **back.params)
    if back is not error and over:
        x, y = 0.0, y + 1.2
        figure += _source(boxes, back, error, back.shape[1] + 1.0, y)
        figure += text(said, x, y + back.shape[0] + 0.55, 0.46, "start", "soft")
        y += back.shape[0] + 1.4 + max(rise, 0.6)
    elif back is not error:
        figure += text(said, x, y + 0.55, 0.46, "start", "soft")
        y += 1.4 + rise
        figure += _source(boxes, back, error, x, y)
    return figure + _came_back(boxes, made, x, y)


def _back_cut(boxes: Boxes, made: Step) -> tuple[Figure, ...]:
    """The same on two pages: the error with the sums once more, and what comes of it."""
    of = {s.of: s for s in boxes.exercise.graph.steps if s.role == "gradient"}
    _, kernel, bias = made.inputs
    error, back = next(s for s in of.values() if s.op.line.before), of[made]
    figure, _ = _error(boxes, error)
    laid = block(boxes.of(back), 0.0, 0.0, name=back.name)
    laid += _laid(boxes, made, (back, of[kernel], of[bias]), 0.0, 0.0, below=True)
    if back is error:
        return figure, laid
    figure += _source(boxes, back, error, back.shape[1] + 1.0, error.shape[0] + 1.4)
    if "size" in back.params:
        laid += parted(0.0, 0.0, *back.shape, back.params["tall"], back.params["size"])
    said = back.op.equation.format(*map(label, back.inputs), **back.params)
    return figure, laid + text(said, 0.0, laid.box[1] - 0.5, 0.46, "start", "soft")


def _source(boxes: Boxes, back: Step, error: Step, x: float, y: float) -> Figure:
    """The sums once more, where the student looks for what came through; nothing if there is no
    room."""
    source = next(n for n in back.inputs if n is not error)
    rows, cols = source.shape
    if cols > x - 0.5:
        return Figure()
    figure = block(boxes.of(source), 0.0, y, name=source.name)
    if "size" in back.params:
        figure += parted(0.0, y, rows, cols, back.params["tall"], back.params["size"])
    return figure + text(label(source), cols / 2, y - 0.42, LABEL)


def _tag_of(boxes: Boxes, back: Step, x: float, middle: float) -> Figure:
    """The name of what came through, at its left, or above it where the sums stand there."""
    beside = tag(boxes, back, x - 0.2, middle, "end")
    if beside.box[0] > max(n.shape[1] for n in back.inputs) + 0.2:
        return beside
    return tag(boxes, back, x + back.shape[1] / 2, middle - back.shape[0] / 2 - 0.42, "middle")


def _error(boxes: Boxes, error: Step) -> tuple[Figure, float]:
    """2 × ( [P] − [target] ) = [∂L/∂P], and where it ends."""
    line, (one, other) = error.op.line, error.inputs
    rows, cols = error.shape
    middle = rows / 2
    figure = text(line.before, 0.0, middle, 0.6, "start")
    x = 1.4
    for node, sign in ((one, line.between), (other, f"{line.after} =")):
        figure += block(boxes.of(node), x, 0.0, name=node.name)
        figure += text(label(node), x + cols / 2, -above(label(node)), LABEL)
        x += cols
        figure += text(sign, x + 0.55, middle, 0.6)
        x += 1.1
    figure += block(boxes.of(error), x, 0.0, name=error.name)
    return figure + tag(boxes, error, x + cols / 2, -0.42, "middle"), x + cols


def _laid(
    boxes: Boxes, made: Step, found: tuple[Step, Step, Step], x: float, y: float,
    below: bool = False,
) -> Figure:  # fmt: skip
    """[∂L/∂Z] ∗ [X] = [∂L/∂K], and the sum of the first beneath it; the result at the right, or
    ``below`` the picture."""
    back, of_kernel, of_bias = found
    picture, how = made.inputs[0], made.params
    slid = _Window(*back.shape, 1, how["above"], how["padding"])
    if how["stride"] == 1:
        shown = _picture(boxes, picture, slid)
    else:
        shown = _picture(boxes, picture, _Window(1, 1, 1, how["above"], how["padding"]))
    middle, right = y + back.shape[0] / 2, x + back.shape[1]
    figure = text(of_kernel.op.line.between, right + GAP / 2, middle, 0.7)
    wide, high = picture.shape[1] + 2 * slid.padding, picture.shape[0] + 2 * slid.above
    figure += shown.moved(right + GAP, middle - high / 2)
    right += GAP + (0.0 if below else wide)
    if below:
        right, top = right + 0.6, max(middle + high / 2, y + back.shape[0]) + 1.4
        figure += text("=", right - 0.55, top + of_kernel.shape[0] / 2, 0.7)
    else:
        figure += text("=", right + GAP / 2, middle, 0.7)
        right, top = right + GAP, middle - of_kernel.shape[0] / 2
    figure += block(boxes.of(of_kernel), right, top, name=of_kernel.name)
    figure += tag(boxes, of_kernel, right + of_kernel.shape[1] / 2, top - 0.42, "middle")
    if how["stride"] == 1:
        at = x + back.shape[1] + GAP, middle - high / 2
        figure += _windows(slid, of_kernel, right, top, at)
    y += back.shape[0] + 0.9
    figure += _tag_of(boxes, back, x, middle)
    figure += text(of_bias.op.line.word, x + 0.5, y + 0.1, 0.46) + text("=", x + 0.5, y + 0.65, 0.6)
    figure += block(boxes.of(of_bias), x, y + 1.1, name=of_bias.name)
    beside = tag(boxes, of_bias, x + 1.25, y + 1.6, "start")
    beneath = tag(boxes, of_bias, x, y + 2.55, "start")
    meets = meet(beside.box, shown.moved(x + back.shape[1] + GAP, middle - high / 2).box)
    return figure + (beneath if meets else beside)
