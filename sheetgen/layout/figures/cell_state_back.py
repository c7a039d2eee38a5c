"""The way back through gates around a cell state: a figure or two for each step of time, the last
one first, and one for the gradients of all weights.

The gradients of the sums stand in one column, a band for each gate, and the weights on their sides
carry them to the state before. What was worked out before is printed again where it is a factor; a
gradient that stands elsewhere comes by wire.
"""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.gated_times import CellTime
from sheetgen.layout.figures.gates import RING, from_before, from_page, ring
from sheetgen.layout.figures.gates_back import (
    APART,
    MADE,
    SIGN,
    Crossed,
    StepBack,
    bent_back,
    error,
    figures_back,
    named,
    product,
    ring_of,
    terms_of,
    times,
    wire,
)
from sheetgen.layout.figures.parts import tag
from sheetgen.page.figure import Figure, arrow, text

FIRST = -2.35
"""Where the gradients of the states stand, at the left of the factors."""
BUS = -0.55
"""From there on a wire goes up and down."""
LANE = 0.3
"""Above a factor, a wire into the ring at its right."""


def way_back(
    boxes: Boxes, found: Sequence[CellTime], page: int, apart: bool, brief: bool = False
) -> tuple[Figure, ...]:
    """The figures of the way back, the first on some page; what leads from a step of time to the
    one before may have a page of its own."""
    sums = tuple(tuple(t.sums[g] for t in found) for g in range(4))
    over = tuple(s for t in found if isinstance(s := t.sums[0].inputs[-1], Step))
    return figures_back(boxes, lambda k: _Back(boxes, found, k, page, apart, brief),
                        [Crossed(over, sums)])  # fmt: skip


class _Back(StepBack[CellTime]):
    """One step of time: the band of the first gate begins at y = 0, its factor at x = 0."""

    def gates(self) -> Figure:
        return self._gates() + self._state() + self._cell()

    def _gates(self) -> Figure:
        """A band for each gate: its gradient, and that of its sum."""
        time, figure = self.time, Figure()
        f, i, g, o = time.gates
        for k, (gate, factor) in enumerate(((f, time.before), (i, g), (g, i), (o, time.bent))):
            y = self._row(k)
            figure += times(self.boxes, factor, self.of[gate], 0.0, y)
            figure += bent_back(self.boxes, gate, self.of[time.sums[k]], self.sums, y, self.room)
            start = self._middle(3 if k == 3 else 1)
            figure += wire((FIRST + 1, start), (BUS, start), (BUS, y - LANE),
                           (ring_of(0.0), y - LANE), (ring_of(0.0), self._middle(k) - RING))
        return figure

    def _state(self) -> Figure:
        """The gradient of the state, and that of the bent cell state."""
        time, y = self.time, self._row(3)
        dh, dr = self.of[time.state], self.of[time.bent]
        if self.later is None:
            figure = error(self.boxes, dh, FIRST, y)
        else:
            figure = from_before(self.boxes, dh, FIRST, y, self.page - 1, beneath=True)
        x = FIRST - MADE
        figure += times(self.boxes, time.gates[3], dr, x, self._row(2))
        up, low = FIRST + 0.5, y - 0.68
        return figure + wire((up, y), (up, low), (ring_of(x), low),
                             (ring_of(x), self._middle(2) + RING))  # fmt: skip

    def _cell(self) -> Figure:
        """The gradient of the cell state: from the state, and from the step of time after it."""
        time, boxes, y = self.time, self.boxes, self._row(1)
        dc = self.of[time.carried]
        if self.later is None:
            return bent_back(boxes, time.bent, dc, FIRST, y, self.room)
        one, other = terms_of(self.graph, time.carried)
        left, at = FIRST - MADE, ring_of(FIRST - MADE)
        figure = bent_back(boxes, time.bent, one, left, y, self.room, beneath=True)
        figure += named(boxes, dc, FIRST, y) + ring(dc.op.line.between, at, self._middle(1))
        figure += arrow(left + 1.02, self._middle(1), at - RING, self._middle(1), "gradient")
        figure += arrow(at + RING, self._middle(1), FIRST - 0.03, self._middle(1), "gradient")
        figure += times(boxes, self.later.gates[0], other, left - MADE, 0.0)
        end = self._middle(0)
        figure += wire((left + 1, end), (at, end), (at, self._middle(1) - RING))
        after = self.of[self.later.carried]
        x, lane = left - MADE - 1.6, ring_of(left - MADE)
        figure += from_page(boxes, after, x, 0.0, self.page - 1 - self.apart, self.hidden + 0.45)
        return figure + wire((x + 1, 0.35), (x + 1.3, 0.35), (x + 1.3, -LANE), (lane, -LANE),
                             (lane, end - RING))  # fmt: skip

    def to_before(self) -> Figure:
        """The weights on their sides times the gradients of the sums, and what else comes to the
        state before."""
        assert self.before is not None
        boxes, x, y = self.boxes, self.sums, self._row(4)
        ds = self.of[self.time.sums[0].inputs[-1]]
        turned = [z.inputs[0] for z in self.time.sums]
        figure = product(boxes, ds, turned, x, y)
        if self.apart:
            figure += tag(boxes, ds, x + 1.2, y + 0.5, "start")
        else:
            figure += tag(boxes, ds, x + 0.5, y - 0.42, "middle")
        dh = self.of[self.before.state]
        first, other = terms_of(self.graph, self.before.state)
        low = y + ds.shape[0] + APART + 0.1
        middle = low + self.hidden / 2
        figure += named(boxes, first, x, low, beneath=True)
        figure += arrow(x + 0.5, y + ds.shape[0] + 0.05, x + 0.5, low - 0.03, "gradient")
        figure += error(boxes, other, x - MADE, low, beneath=False)
        figure += named(boxes, dh, x + MADE, low)
        for sign, left in ((dh.op.line.between, x), ("=", x + MADE)):
            figure += text(sign, left - SIGN / 2, middle, 0.6)
        return figure + self.above(self.time.sums, x, y) if self.apart else figure
