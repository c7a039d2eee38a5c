"""The way back through gates around one state: a figure for each step of time, the last one first,
and one for the gradients of all weights.

At the left the gradient of the state, what it gives the gate that keeps, and what is new with its
weights on their side; at the right the two gates over the product that leads to the state before;
at the foot what comes together in that. A gradient that stands elsewhere comes by wire.
"""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.graph.nodes import Node, Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.gated_times import MixedTime
from sheetgen.layout.figures.gates import RING, SMALL, from_before, ring
from sheetgen.layout.figures.gates_back import (
    APART,
    MADE,
    SIGN,
    SUMS,
    Crossed,
    StepBack,
    bent_back,
    error,
    figures_back,
    gradients_of,
    named,
    product,
    ring_of,
    terms_of,
    times,
    wire,
)
from sheetgen.layout.figures.parts import name_of, tag
from sheetgen.page.figure import LABEL, Figure, arrow, block, text
from sheetgen.words.labels import label
from sheetgen.words.sentences import formula

STATE = 5.45
"""Where the gradient of the state stands."""
GATES = 12.9
"""Where the factors of the gates begin."""
LANE = 0.3
"""Above a factor, a wire into the ring at its right."""
PITCH = 2.9
"""From one of the parts that come together to the next."""
APART_PITCH = 3.2
"""The same on a page of their own."""
UNDER_FIRST = 0.4
"""More room beneath the first band, for names with raised numbers beneath others."""
ADDED = 1.0
"""From the factors of the gates to the gradient of the one that keeps, which is a sum."""


def way_back(
    boxes: Boxes, found: Sequence[MixedTime], page: int, apart: bool, started: bool
) -> tuple[Figure, ...]:
    """The figures of the way back, the first on some page; what leads from a step of time to the
    one before may have a page of its own, and the first gradient may stand on the page before."""
    return figures_back(boxes, lambda k: _Back(boxes, found, k, page, apart, started),
                        _crossed(found))  # fmt: skip


def first_gradient(boxes: Boxes, last: MixedTime, x: float, y: float) -> Figure:
    """The gradient of the last state, with which the way back begins, at x."""
    return error(boxes, gradients_of(boxes.exercise.graph.steps)[last.state], x, y, beneath=False)


def _crossed(found: Sequence[MixedTime]) -> list[Crossed]:
    """The sums over input and state, in the order of their weights, and those over what is left of
    the state."""
    parts = []
    for gates in ((1, 0), (2,)):
        sums = tuple(tuple(t.sums[g] for t in found) for g in gates)
        over = tuple(s for t in found if isinstance(s := t.sums[gates[0]].inputs[-1], Step))
        parts.append(Crossed(over, sums))
    return parts


class _Back(StepBack[MixedTime]):
    """One step of time: the gradient of the state begins at y = 0."""

    def __init__(
        self, boxes: Boxes, found: Sequence[MixedTime], k: int, page: int, apart: bool,
        started: bool,
    ) -> None:  # fmt: skip
        super().__init__(boxes, found, k, page, apart)
        self.started = started
        """Whether the first gradient of all stands on the page before."""
        self.dh = self.of[self.time.state]
        self.dreset = self.of[self.time.reset]
        self.du = self.of[self.time.sums[2].inputs[-1]]
        self.low = self._row(2) + self.hidden + 0.9
        """Where the product of what is new begins."""
        self.end = self.low + self.du.shape[0]
        """And where it ends."""
        self.foot = self.end + 0.9 + self.hidden + APART
        """Where what comes together in the state before begins."""
        self.pitch = APART_PITCH if apart else PITCH

    def _row(self, k: int) -> float:
        return super()._row(k) + UNDER_FIRST * (k > 0)

    def gates(self) -> Figure:
        return self._state() + self._kept() + self._new() + self._gates()

    def to_before(self) -> Figure:
        assert self.before is not None
        _, reset, kept, _ = terms_of(self.graph, self.before.state)
        r, z, _ = self.time.gates
        one, other = STATE - 0.25 + self.pitch, STATE - 0.25 + 2 * self.pitch
        if self.apart:
            ds = self.of[self.time.sums[0].inputs[-1]]
            x, y = other + 2.3 + 2 * self.hidden, self.foot - APART - 1.1 - ds.shape[0]
            figure = self._product(x, y) + self.above(self.time.sums[:2], x, y)
            figure += self._over(self.dh, one, self.page - self._is_from_before)
            figure += self._over(self.dreset, other, self.page)
        else:
            x, y = GATES + SUMS, self._row(1) + self.hidden + 0.9
            figure = self._product(x, y) + self._reached()
        figure += self._hung(kept, z, one) + self._hung(reset, r, other)
        return figure + self._before(x + 1, y)

    @property
    def _is_from_before(self) -> bool:
        """Whether the gradient of the state is worked out on the page before."""
        return self.later is not None or self.started

    def _state(self) -> Figure:
        """The gradient of the state, and that of the rest of the gate that keeps."""
        boxes, time, lane = self.boxes, self.time, -LANE
        if self._is_from_before:
            figure = from_before(boxes, self.dh, STATE, 0.0, self.page - 1)
        else:
            figure = error(boxes, self.dh, STATE, 0.0, beneath=False)
        figure += times(boxes, time.gates[2], self.of[time.rest], STATE + MADE, 0.0)
        at = ring_of(STATE + MADE)
        return figure + wire((STATE + 1, self._middle(0)), (STATE + 1.75, self._middle(0)),
                             (STATE + 1.75, lane), (at, lane), (at, self._middle(0) - RING))

    def _kept(self) -> Figure:
        """The gradient of the gate that keeps: from the state, and from its rest."""
        boxes, time, y = self.boxes, self.time, self._row(1)
        dz = self.of[time.gates[1]]
        one, other = terms_of(self.graph, time.gates[1])
        x, next_to = STATE + MADE, STATE + 2 * MADE
        middle, lane = self._middle(1), self.hidden + 1.05
        figure = named(boxes, time.before, STATE, y, beneath=True)
        figure += ring(one.op.line.between, ring_of(STATE), middle)
        figure += arrow(STATE + 1.02, middle, ring_of(STATE) - RING, middle)
        figure += arrow(ring_of(STATE) + RING, middle, x - 0.03, middle, "gradient")
        figure += block(boxes.of(one), x, y, name=one.name)
        figure += tag(boxes, one, x - 0.4, y - 0.4, "start")
        figure += named(boxes, other, next_to, y, beneath=True)
        figure += arrow(next_to + 0.5, self.hidden, next_to + 0.5, y - 0.03, "gradient")
        figure += text(formula(other).partition(" = ")[2], next_to + 0.6, y - 0.5, SMALL, "start",
                       "soft")  # fmt: skip
        right = GATES + ADDED
        figure += named(boxes, dz, right, y)
        figure += text(dz.op.line.between, x + 1 + SIGN / 2, middle, 0.6)
        figure += text("=", right - SIGN / 2, middle, 0.6)
        return figure + wire((STATE + 0.7, self.hidden), (STATE + 0.7, lane),
                             (ring_of(STATE), lane), (ring_of(STATE), middle - RING))

    def _new(self) -> Figure:
        """What is new, its sum, and what is left of the state."""
        boxes, time, y = self.boxes, self.time, self._row(2)
        z, n = time.sums[2], time.gates[2]
        figure = times(boxes, time.rest, self.of[n], 0.0, y)
        figure += bent_back(boxes, n, self.of[z], SUMS, y)
        lane, at = self.hidden + 1.05, ring_of(0.0)
        figure += wire((STATE + 0.5, self.hidden), (STATE + 0.5, lane), (at, lane),
                       (at, self._middle(2) - RING))  # fmt: skip
        W, high = z.inputs[0], self.du.shape[0]
        left = SUMS - 0.5 - W.shape[0]
        figure += block(boxes.of(W, turned=True), left, self.low, True, W.name)
        figure += text(name_of(W, True), left - 0.2, self.low + high / 2, LABEL, "end", "top")
        figure += block(boxes.of(self.du), SUMS, self.low, name=self.du.name)
        figure += tag(boxes, self.du, SUMS + 1.2, self.end + 0.4, "end")
        x, top = SUMS + 1.6, self.end - self.hidden
        figure += block(boxes.of(self.dreset), x, top, name=self.dreset.name)
        figure += tag(boxes, self.dreset, x - 0.1, top - 0.4, "start")
        middle = top + self.hidden / 2
        return figure + arrow(SUMS + 1.02, middle, x - 0.03, middle, "gradient")

    def _gates(self) -> Figure:
        """The gate that resets over the one that keeps, with the gradients of their sums."""
        boxes, time = self.boxes, self.time
        r, z, _ = time.gates
        figure = times(boxes, time.before, self.of[r], GATES, 0.0)
        figure += bent_back(boxes, r, self.of[time.sums[0]], GATES + SUMS, 0.0)
        figure += bent_back(boxes, z, self.of[time.sums[1]], GATES + SUMS, self._row(1))
        at, lane = ring_of(GATES), GATES - 0.35
        middle = self.end - self.hidden / 2
        return figure + wire((SUMS + 2.6, middle), (lane, middle), (lane, -LANE), (at, -LANE),
                             (at, self._middle(0) - RING))  # fmt: skip

    def _product(self, x: float, y: float) -> Figure:
        """The weights of both on their sides times the gradients of their sums."""
        r, z, _ = self.time.sums
        ds = self.of[r.inputs[-1]]
        figure = product(self.boxes, ds, [r.inputs[0], z.inputs[0]], x, y)
        return figure + tag(self.boxes, ds, x + 1.1, y + ds.shape[0] + 1.0, "end")

    def _before(self, right: float, y: float) -> Figure:
        """What comes together in the gradient of the state before; some of it is the last rows of
        the product that ends at the ``right``."""
        assert self.before is not None
        boxes, foot = self.boxes, self.foot
        dh = self.of[self.before.state]
        first, left, kept, own = terms_of(self.graph, self.before.state)
        x, pitch = STATE - 0.25, self.pitch
        figure, middle = error(boxes, own, x, foot), foot + self.hidden / 2
        for k, made in enumerate((kept, left, first, dh), 1):
            figure += named(boxes, made, x + k * pitch, foot, beneath=True)
        for k in range(4):
            sign = dh.op.line.between if k < 3 else "="
            figure += text(sign, x + k * pitch + (1 + pitch) / 2, middle, 0.6)
        rows, gap = y + self.of[self.time.sums[0].inputs[-1]].shape[0] - self.hidden / 2, self.gap
        return figure + wire((right, rows), (right + 0.4, rows), (right + 0.4, gap),
                             (x + 3 * pitch + 0.5, gap), (x + 3 * pitch + 0.5, foot))

    @property
    def gap(self) -> float:
        """The middle of the rings over what comes together."""
        return self.foot - APART / 2

    def _reached(self) -> Figure:
        """The wires of the gradients of the state and of what is left of it."""
        x, lane, down = STATE - 0.25, self.hidden + 0.85, SUMS + 2.35
        figure = wire((STATE + 0.3, self.hidden), (STATE + 0.3, lane), (-0.6, lane),
                      (-0.6, self.gap), (x + PITCH + 0.5 - RING, self.gap))  # fmt: skip
        return figure + wire((down, self.end), (down, self.gap),
                             (x + 2 * PITCH + 0.5 - RING, self.gap))  # fmt: skip

    def _over(self, node: Step, x: float, page: int) -> Figure:
        """A gradient from another page over the factor at x that it is multiplied with."""
        top = self.foot - APART - 2 * self.hidden - 0.5
        figure = from_before(self.boxes, node, x, top, page)
        y = top + self.hidden / 2
        return figure + wire((x + 1, y), (x + 1.45, y), (x + 1.45, self.gap),
                             (x + 0.5 + RING, self.gap))  # fmt: skip

    def _hung(self, made: Step, factor: Node, x: float) -> Figure:
        """A printed factor over the ring of its sign, and the arrow to what is made of it."""
        y, gap = self.foot, self.gap
        top = y - APART - self.hidden
        figure = block(self.boxes.of(factor), x, top, name=factor.name)
        said, middle = label(factor), top + self.hidden / 2
        figure += text(said, x - 0.12, middle, LABEL, "end")
        figure += ring(made.op.line.between, x + 0.5, gap)
        figure += arrow(x + 0.5, top + self.hidden, x + 0.5, gap - RING)
        return figure + arrow(x + 0.5, gap + RING, x + 0.5, y - 0.03, "gradient")
