"""A recurrent net on the page: a column for each step of time.

A state is written once, where it is used next: under the input of the step after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.layout.cells import Boxes, joined
from sheetgen.layout.figures.gates import cut, from_before
from sheetgen.layout.figures.generic import gradient_bands
from sheetgen.layout.figures.parts import activation_sign, smallness, steps_called, tag
from sheetgen.layout.figures.recurrence_back import WayBack, cut_back, way_back
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import LABEL, Arrangement, Figure, block, rounded, text
from sheetgen.words.labels import label

ABOVE = 0.5
"""Between a column and the sums beneath it."""
GAP_OUT = 1.0
"""Above an output or a target, for the label."""
PITCHES = (3.0, 2.8, 2.65)
"""From one step of time to the next."""


@arrangement("recurrence")
def recurrence(boxes: Boxes) -> Iterator[Arrangement]:
    """The strip [B | A] at the left, a column for each step of time, the new state lifted to the
    next one; the way back beneath it, or on a page of its own."""
    backward = boxes.exercise.graph.has_gradients
    forward = [_forward(boxes, pitch) for pitch in PITCHES]
    steps = len(steps_called(boxes.exercise.graph, "sums"))
    backs = [(f, back) for f, p in zip(forward, PITCHES, strict=True)
             if (back := way_back(boxes, p)) is not None]  # fmt: skip
    if not backward:
        yield from (Arrangement(whole=figure) for figure in sorted(forward, key=smallness))
        for parts in cut(range(steps)):
            yield Arrangement(leaves=_strips(boxes, parts))
        return
    whole = [_stacked((f, back.columns + back.beside)) for f, back in backs]
    yield from (Arrangement(whole=figure) for figure in sorted(whole, key=smallness))
    for leaves in _cuts(backs):
        pages = sorted(leaves, key=lambda figures: max(map(smallness, figures)))
        yield from (Arrangement(leaves=figures) for figures in pages)
    for parts in cut(range(steps)) if backs else ():
        strips = _strips(boxes, parts)
        yield Arrangement(leaves=(*strips, *cut_back(boxes, PITCHES[0], parts, len(strips) + 1)))
    yield Arrangement(whole=forward[-1], bands=gradient_bands(boxes))


def _strips(boxes: Boxes, parts: Sequence[Sequence[int]]) -> tuple[Figure, ...]:
    """The strip cut between some steps of time, a page for each part."""
    return tuple(_forward(boxes, PITCHES[-1], part, page) for page, part in enumerate(parts))


def _cuts(backs: Sequence[tuple[Figure, WayBack]]) -> Iterator[list[tuple[Figure, ...]]]:
    """The ways to cut the pages, the best first: before the gradients of the weights, before all
    gradients, or at both places."""
    yield [(_stacked((f, back.columns)), back.apart) for f, back in backs]
    yield [(f, back.columns + back.beside) for f, back in backs]
    yield [(f, back.columns, back.apart) for f, back in backs]


def _stacked(parts: Sequence[Figure]) -> Figure:
    """Figures one below the other, their columns in line."""
    figure = parts[0]
    for part in parts[1:]:
        figure += part.moved(0.0, figure.box[3] + 0.9 - part.box[1])
    return figure


def _forward(
    boxes: Boxes, pitch: float, part: Sequence[int] = range(0), page: int = 0
) -> Figure:
    """All steps of time or a ``part`` of them, which begins with a state from a ``page``; the first
    column at x = 0, the sums from y = 0 on."""
    graph = boxes.exercise.graph
    sums = steps_called(graph, "sums")
    A, before, B, _ = sums[0].inputs
    states = [next(s for s in steps_called(graph, "state") if s.inputs[0] is z) for z in sums]
    outputs = [s for s in steps_called(graph, "output") if any(h in s.inputs for h in states)]
    figure = _weights(boxes, A, B, outputs[0].inputs[0] if outputs else None)
    past: Sequence[Node] = [before, *states]
    first, last = (part[0], part[-1] + 1) if part else (0, len(sums))
    alone = len(part) == 1
    for k, node in list(enumerate(past))[first : last + 1]:
        x = (k - first) * pitch
        if page and k == first:
            top = -ABOVE - node.shape[0]
            figure += from_before(boxes, node, x, top, page, beside=True)
        else:
            figure += _state(boxes, node, x)
        if k < last:
            figure += _step_of_time(boxes, sums[k], states[k], x, pitch, k, alone)
        y = next((s for s in outputs if node in s.inputs), None)
        if y is not None and not (page and k == first):
            figure += _output(boxes, y, x, sums[0].shape[0])
            target, top = _target(graph, k - 1), sums[0].shape[0] + GAP_OUT
            if target is not None and alone:  # beneath the first state is room
                figure += _target_at(boxes, target, x - pitch + 0.9, top, k - 1)
            elif target is not None:
                if k == first + 1:
                    middle = top + y.shape[0] * 1.5 + GAP_OUT
                    figure += text("targets", 0.0, middle, LABEL, "end")
                figure += _target_at(boxes, target, x, top + y.shape[0] + GAP_OUT, k - 1)
    return figure


def _weights(boxes: Boxes, A: Node, B: Node, C: Node | None) -> Figure:
    """[B | A], and C beneath it, their right edges in one line."""
    hidden, features = A.shape[0], B.shape[1]
    strip = joined(boxes.of(B), boxes.of(A))
    figure = block(strip, -0.5 - features - hidden, 0.0, True, "B")
    figure += text(label(B), -0.5 - hidden - features / 2, -0.42, 0.6, colour="top")
    figure += text(label(A), -0.5 - hidden / 2, -0.42, 0.6, colour="top")
    if C is not None:
        below = hidden + GAP_OUT
        figure += block(boxes.of(C), -0.5 - hidden, below, True, C.name)
        figure += text(label(C), -0.7 - hidden, below + C.shape[0] / 2, 0.6, "end", "top")
    return figure


def _state(boxes: Boxes, node: Node, x: float) -> Figure:
    """A state in the column where it is used next, its name at the left of its first box."""
    top = -ABOVE - node.shape[0]
    beside = top + (0.34 if node.shape[0] > 1 else 0.22)
    return block(boxes.of(node), x, top, name=node.name) + tag(
        boxes, node, x - 0.14, beside, "end"
    )


def _step_of_time(
    boxes: Boxes, z: Step, h: Step, x: float, pitch: float, t: int, alone: bool
) -> Figure:
    """x_t over the state before it, z beneath them, and the way to the next column."""
    hidden, features = z.shape[0], z.inputs[2].shape[1]
    X = next(g for g in boxes.exercise.graph.givens if g.role == "input")
    top = -ABOVE - hidden - features
    stacked = tuple((boxes.at(X, i, t),) for i in range(features))
    sign, middle = x + 1 + (pitch - 1) / 2, hidden / 2
    into = -ABOVE - (0.5 if hidden > 1 else 0.26)
    return (
        block(stacked, x, top, name=X.name)
        + (text(f"x_{t + 1}", x - 0.14, top + 0.36, LABEL, "end") if alone
           else text(f"x_{t + 1}", x + 0.5, top - 0.4, LABEL))
        + block(boxes.of(z), x, 0.0, name=z.name)
        + tag(boxes, z, x + 0.5, hidden + 0.42, "middle")
        + activation_sign(h, sign, middle)
        + rounded([(sign, middle - 0.66), (sign, into), (x + pitch - 0.06, into)], "state")
    )


def _output(boxes: Boxes, y: Step, x: float, hidden: int) -> Figure:
    """The output beneath the column of its state, in the rows of C."""
    below = hidden + GAP_OUT
    return block(boxes.of(y, kind="output"), x, below, name=y.name) + tag(
        boxes, y, x + 0.5, below + y.shape[0] + 0.42, "middle"
    )


def _target_at(boxes: Boxes, target: Given, x: float, y: float, t: int) -> Figure:
    """What an output should be."""
    column = tuple((boxes.at(target, i, t),) for i in range(target.shape[0]))
    middle = y + target.shape[0] / 2
    return block(column, x, y, name=target.name) + text(
        f"t_{t + 1}", x - 0.15, middle, LABEL, "end"
    )


def _target(graph: Graph, t: int) -> Given | None:
    return next((g for g in graph.givens if g.role == "target" and g.shape[1] > t >= 0), None)
