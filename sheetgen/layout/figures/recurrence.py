"""A recurrent net on the page: a column block for each step of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.layout.cells import Boxes, joined
from sheetgen.layout.figures.parts import activation_sign, steps_called, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.steps import gradient_figures
from sheetgen.page.figure import LABEL, Arrangement, Figure, arrow, block, curve, tagged, text
from sheetgen.words.labels import label

GAP_ACT = 1.5
"""Between z and the state."""
GAP_TIME = 1.25
"""Between the state and the next step of time."""
GAP_OUT = 0.95
"""Above an output or a target, for the label."""


@arrangement("recurrence")
def recurrence(boxes: Boxes) -> Iterator[Arrangement]:
    """The strip [B | A] at the left, a column block for each step of time, the state lifted to the
    next step."""
    steps = steps_called(boxes.exercise.graph, "sums")
    for lines in (1, 2):
        per_line = -(-len(steps) // lines)
        figure = Figure()
        for line in range(lines):
            chosen = steps[line * per_line : (line + 1) * per_line]
            if chosen:
                part = _time_line(boxes, chosen, line * per_line)
                figure += part.moved(0.0, 0.0 if line == 0 else figure.box[3] + 0.9 - part.box[1])
        yield Arrangement(whole=figure, flow=gradient_figures(boxes), smallest=7.4)


def _time_line(boxes: Boxes, steps: Sequence[Step], first: int) -> Figure:
    """Some steps of time in a line, counted from ``first``."""
    graph = boxes.exercise.graph
    A, _, B, _ = steps[0].inputs
    hidden, features = A.shape[0], B.shape[1]
    states = [next(s for s in steps_called(graph, "state") if s.inputs[0] is z) for z in steps]
    outputs = [s for s in steps_called(graph, "output") if any(h in s.inputs for h in states)]
    figure = _weights(boxes, A, B, outputs[0].inputs[0] if outputs else None)
    x = 0.0
    for k, (z, h) in enumerate(zip(steps, states, strict=True)):
        figure += _step_of_time(boxes, z, h, x, first + k)
        hx = x + 1 + GAP_ACT
        x = hx + 1 + GAP_TIME
        if k + 1 < len(steps):
            figure += _lifted(hx, x, hidden, features)
        y = next((s for s in outputs if h in s.inputs), None)
        if y is not None:
            figure += _output(boxes, y, hx, hidden)
            target = _target(graph, first + k)
            if target is not None:
                figure += _target_below(boxes, target, y, hx, hidden, first + k)
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


def _step_of_time(boxes: Boxes, z: Step, h: Step, x: float, t: int) -> Figure:
    """x_t over the state before it, z beneath them, the new state at the right of z."""
    _, before, B, _ = z.inputs
    hidden, features = z.shape[0], B.shape[1]
    X = next(g for g in boxes.exercise.graph.givens if g.role == "input")
    top = -0.5 - hidden - features
    stacked = tuple((boxes.at(X, i, t),) for i in range(features))
    past = tuple((replace(c, kind="activation"),) for (c,) in boxes.of(before))
    hx = x + 1 + GAP_ACT
    return (
        block(stacked, x, top, name=X.name)
        + block(past, x, top + features, name=before.name)
        + text(f"x_{t + 1}", x + 0.5, top - 0.4, LABEL)
        + text(label(before), x - 0.16, top + features + 0.45, 0.42, "end", "state")
        + block(boxes.of(z), x, 0.0, name=z.name)
        + activation_sign(h, x + 1 + GAP_ACT / 2, hidden / 2)
        + block(boxes.of(h), hx, 0.0, name=h.name)
        + tag(boxes, h, hx + 0.5, -0.42, "middle")
        + tagged(label(z), boxes.step_numbers.get(z), x + 0.5, hidden + 0.42, "middle")
    )


def _lifted(x: float, to: float, hidden: int, features: int) -> Figure:
    """The curve from a state to its place in the next step of time."""
    top = -0.5 - hidden - features
    end = top + features + hidden / 2
    return curve(
        [(x + 1.06, hidden / 2), (x + 1.55, hidden / 2), (x + 1.3, end), (to - 0.08, end)],
        "state",
        0,
    )


def _output(boxes: Boxes, y: Step, x: float, hidden: int) -> Figure:
    """The output beneath a state."""
    below = hidden + GAP_OUT
    return (
        arrow(x + 0.5, hidden + 0.1, x + 0.5, below - 0.1, "top")
        + block(boxes.of(y, kind="output"), x, below, name=y.name)
        + tag(boxes, y, x + 0.5, below + y.shape[0] + 0.42, "middle")
    )


def _target_below(
    boxes: Boxes, target: Given, y: Step, x: float, hidden: int, t: int
) -> Figure:
    """What the output should be, beneath it."""
    below = hidden + GAP_OUT
    column = tuple((boxes.at(target, i, t),) for i in range(target.shape[0]))
    middle = below + y.shape[0] * 1.5 + GAP_OUT
    return block(column, x, below + y.shape[0] + GAP_OUT, name=target.name) + text(
        f"target t_{t + 1}", x - 0.15, middle, 0.4, "end", "soft"
    )


def _target(graph: Graph, t: int) -> Given | None:
    return next((g for g in graph.givens if g.role == "target" and g.shape[1] > t), None)
