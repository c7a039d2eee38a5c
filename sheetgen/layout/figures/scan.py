"""A selective scan on the page: the input chooses the weights of each step, and a state goes down
through the steps.

All weights stand under one x: W at the left, what it chooses, B over C, beneath x. B and what
stands beside it are the row of the new state, which is written once, under the input of the step
after it; there it is the column of the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.parts import carried, name_of, steps_called, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import LABEL, Arrangement, Figure, block, text
from sheetgen.page.theme import ROLES
from sheetgen.words.labels import label

GAP = 0.5
"""Between a factor and the column of what is made."""
HEAD = 0.95
"""Between x and what it chooses first, for the names."""
LIFT = 1.4
"""Between the first column of a state and the state that it makes, where the next input stands."""

UNDER = 0.5
"""Between a state and its output."""


@arrangement("scan")
def scan(boxes: Boxes) -> Iterator[Arrangement]:
    """All steps one below the other; or so many a page, with the last state once more on the next;
    nothing where a graph is no scan."""
    states = steps_called(boxes.exercise.graph, "state")
    if not states or any(len(h.inputs) != 4 for h in states):
        return
    for pages in range(1, len(states) + 1):
        most = -(-len(states) // pages)
        parts = [range(start, min(start + most, len(states)))
                 for start in range(0, len(states), most)]  # fmt: skip
        leaves = tuple(_steps(boxes, states, part) for part in parts)
        if len(leaves) == 1:
            yield Arrangement(whole=leaves[0])
        else:
            yield Arrangement(leaves=leaves)


def _steps(boxes: Boxes, states: Sequence[Step], part: range) -> Figure:
    """Some steps beneath x, the column of the state at the right."""
    first = _Scan(boxes, states[part.start], part.start)
    figure = first.head()
    for k, t in enumerate(part):
        one = _Scan(boxes, states[t], t)
        figure += one.step(last=t + 1 == part.stop).moved(0.0, k * one.pitch)
    return figure


class _Scan:
    """One step: its blocks, with the rows of B from y = 0 on and its left edge at x = 0."""

    def __init__(self, boxes: Boxes, h: Step, t: int) -> None:
        graph = boxes.exercise.graph
        self.boxes, self.h, self.t = boxes, h, t
        self.A, self.before, B, _ = h.inputs
        assert isinstance(B, Step)
        chosen = B.inputs[0]
        assert isinstance(chosen, Step)
        self.chosen = chosen
        self.W, self.x = chosen.inputs
        self.y = next(s for s in graph.users(h) if s.op is not h.op)
        self.state = h.shape[0]
        self.right = 1.0 + self.state + GAP

    @property
    def pitch(self) -> float:
        """From one step to the next."""
        return max(2.0 * self.state + 1.05, self.state + UNDER + 2.5)

    def head(self) -> Figure:
        """x above the first step, and beside it the first input over the state before it."""
        size, long = self.state, self.x.shape[0]
        figure = block(self.boxes.of(self.x), 0.0, -HEAD - long, name=self.x.name)
        figure += text(label(self.x), 0.5, -HEAD - long - 0.42, LABEL)
        top = -LIFT - size
        figure += self._input(self.t, top - 1.0)
        before = self.boxes.of(self.before)
        figure += block(before, self.right, top, name=self.before.name)
        return figure + text(label(self.before), self.right + 1.15, top + 0.4, LABEL, "start",
                             ROLES["state"].ink)  # fmt: skip

    def _input(self, t: int, y: float) -> Figure:
        """An entry of x in the column of the state."""
        cells = ((self.boxes.at(self.x, t, 0, "input"),),)
        figure = block(cells, self.right, y, name=self.x.name)
        return figure + text(f"{label(self.x)}_{t + 1}", self.right + 1.15, y + 0.5, LABEL, "start")

    def step(self, last: bool) -> Figure:
        """W, what it makes of x, the state and the output."""
        size, boxes = self.state, self.boxes
        W, A, right = self.W, self.A, self.right
        figure = block(boxes.of(W), -GAP - W.shape[1], 0.0, True, W.name)
        figure += text(label(W), -GAP - W.shape[1] - 0.2, W.shape[0] / 2, 0.6, "end", "top")
        figure += block(boxes.of(self.chosen), 0.0, 0.0, name=self.chosen.name)
        figure += tag(boxes, self.chosen, 0.95, -0.42, "end")
        figure += block(boxes.of(A), 1.0, 0.0, True, A.name)
        figure += text(label(A), 1.0 + size / 2, -0.42, 0.6, colour="top")
        if not last:
            figure += self._input(self.t + 1, -1.0)
        figure += block(boxes.of(self.h), right, 0.0, name=self.h.name)
        figure += tag(boxes, self.h, right + 1.15, 0.4, "start")
        foot = size + UNDER
        rows = [[(self.chosen.name, size + k, 0) for k in range(size)]]
        figure += carried(boxes, rows, 1.0, 1.0, 0.5).moved(1.0, foot)
        read, below = name_of(self.y.inputs[0], True), foot + 1.36
        if size > 1:
            figure += text(f"{read}, copied", 1.15, below, LABEL * 0.9, "start")
        else:
            figure += text(read, 1.0 + size / 2, below, LABEL)
        figure += block(boxes.of(self.y, kind="output"), right, foot, name=self.y.name)
        return figure + tag(boxes, self.y, right + 1.15, foot + 0.5, "start")
