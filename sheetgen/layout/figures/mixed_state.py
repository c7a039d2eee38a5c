"""Gates around one state: the blocks of weights once, for each step of time two columns beside
them, of the input over the state and over what a gate leaves of it.

A state is written where it is used next, under the next input; what stands elsewhere comes by wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from sheetgen.graph.nodes import Node
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.gated_times import MixedTime, mixed_times
from sheetgen.layout.figures.gates import (
    BETWEEN,
    ONES,
    RING,
    SMALL,
    bent,
    from_before,
    gate_weights,
    ring,
    strips,
    there_and_back,
)
from sheetgen.layout.figures.mixed_state_back import first_gradient, way_back
from sheetgen.layout.figures.parts import tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import LABEL, Arrangement, Figure, arrow, block, ones, rounded, text
from sheetgen.words.labels import label
from sheetgen.words.sentences import rule_lines

NAME = 0.9
"""Between an input and the state beneath it, with the name of the state."""
GATE, MIXED, PITCH = 2.25, 4.7, 6.9
"""From a column of sums to that of the gates, to what is mixed, and to the next sums."""
LANE = 4.05
"""That of the gate which keeps, up to what is kept."""


@arrangement("mixed-state", or_marched=True)
def of_mixed_state(boxes: Boxes) -> Iterator[Arrangement]:
    """Gates around one state."""
    times = mixed_times(boxes.exercise.graph)
    for strip in strips(times, lambda part, page: _Strip(boxes, part, page).figure()):
        yield from there_and_back(boxes, strip, _ways(boxes, times, strip))


def _ways(
    boxes: Boxes, times: Sequence[MixedTime], strip: tuple[Figure, ...]
) -> Iterator[tuple[Figure, ...]]:
    """The strip and the way back, which begins beneath it or on the next page."""
    for apart, started in product((False, True), (True, False)):
        back = way_back(boxes, times, len(strip) + 1, apart, started)
        if back and started:
            x0, _, x1, foot = strip[-1].box
            first = first_gradient(boxes, times[-1], (x0 + x1) / 2 + 2.0, foot + 1.2)
            yield (*strip[:-1], strip[-1] + first, *back)
        elif back:
            yield (*strip, *back)


class _Strip:
    """The figure, in cells: the sums of the first step of time begin at x = 0, and those of the
    first block of weights at y = 0."""

    def __init__(self, boxes: Boxes, times: Sequence[MixedTime], page: int = 0) -> None:
        self.boxes, self.times, self.page = boxes, times, page
        self.hidden = times[0].state.shape[0]
        self.features = times[0].given.shape[0]
        self.upper = -ONES - self.hidden
        """Where the states begin."""
        self.top = self.upper - NAME - self.features
        """And the inputs."""
        self.high = self.top - 1.0
        """The middle of what is kept."""

    def figure(self) -> Figure:
        figure = gate_weights(self.boxes, self.times[0].sums)
        before = self.times[0].before
        figure += self._state(before, 0.0) if not self.page else from_before(
            self.boxes, before, 0.0, self.upper, self.page)  # fmt: skip
        for k, time in enumerate(self.times):
            x = k * PITCH
            figure += self._inputs(time, x) + self._sums(time, x) + self._reset(time, x)
            figure += self._kept(time, x) + self._new(time, x) + self._mixed(time, x)
        return figure

    def _row(self, k: int) -> float:
        return k * (self.hidden + BETWEEN)

    def _block(self, node: Node, x: float, y: float) -> Figure:
        return block(self.boxes.of(node), x, y, name=node.name)

    def _state(self, node: Node, x: float) -> Figure:
        """A state, or what is left of it, its name above it."""
        return self._block(node, x, self.upper) + tag(
            self.boxes, node, x + 0.5, self.upper - 0.42, "middle"
        )

    def _inputs(self, time: MixedTime, x: float) -> Figure:
        """The input over the state and over what is left of that, with a 1 for the bias."""
        figure = Figure()
        for left in (x, x + GATE):
            figure += self._block(time.given, left, self.top) + ones(1, left, -ONES / 2)
            figure += text(label(time.given), left + 0.5, self.top - 0.42, LABEL)
        return figure

    def _sums(self, time: MixedTime, x: float) -> Figure:
        """The sums with their names beneath, and what each is bent to."""
        figure = Figure()
        for k, (z, gate) in enumerate(zip(time.sums, time.gates, strict=True)):
            left, y = x + GATE * (k == 2), self._row(k)
            right = x + MIXED if k == 2 else x + GATE
            for step, at in ((z, left), (gate, right)):
                figure += self._block(step, at, y)
                figure += tag(self.boxes, step, at + 0.5, y + self.hidden + 0.42, "middle")
            figure += bent(gate, (left + 1 + right) / 2, y + self.hidden / 2)
        return figure

    def _reset(self, time: MixedTime, x: float) -> Figure:
        """A gate times the state: what is left of it, over the second column of sums."""
        at = x + (1 + GATE) / 2
        y = self.upper + (self.hidden - 0.5 if self.hidden > 1 else 0.58)
        figure = self._state(time.reset, x + GATE) + ring(time.reset.op.line.between, at, y)
        figure += arrow(x + 1.02, y, at - RING, y, "p1")
        figure += arrow(at + RING, y, x + GATE - 0.03, y, "p1")
        lane = -ONES / 2 + 0.06
        return figure + rounded(
            [(x + GATE + 0.2, 0.0), (x + GATE + 0.2, lane), (at, lane), (at, y + RING)], "p5"
        )

    def _kept(self, time: MixedTime, x: float) -> Figure:
        """The other gate times the state."""
        y = self.upper + (0.5 if self.hidden > 1 else 0.16)
        figure = ring(time.kept.op.line.between, x + LANE, self.high)
        figure += self._block(time.kept, x + MIXED, self.high - self.hidden / 2)
        figure += tag(self.boxes, time.kept, x + MIXED + 0.5, self.high - self.hidden / 2 - 0.42,
                      "middle")  # fmt: skip
        figure += rounded([(x + 1, y), (x + 1.35, y), (x + 1.35, self.high),
                           (x + LANE - RING, self.high)], "p1")  # fmt: skip
        figure += arrow(x + LANE + RING, self.high, x + MIXED - 0.03, self.high, "p3")
        gate = self._row(1) + (0.5 if self.hidden > 1 else 0.2)
        return figure + rounded(
            [(x + GATE + 1, gate), (x + LANE, gate), (x + LANE, self.high + RING)], "p3"
        )

    def _new(self, time: MixedTime, x: float) -> Figure:
        """The rest of that gate times what is new."""
        left, y = x + MIXED, self._row(1)
        foot = y + self.hidden - (0.5 if self.hidden > 1 else 0.15)
        figure = self._block(time.rest, left, y)
        figure += tag(self.boxes, time.rest, left + 0.5, y - 0.42, "middle")
        figure += arrow(x + GATE + 1.02, foot, left - 0.03, foot)
        middle = x + (GATE + 1 + MIXED) / 2
        figure += text(" ".join(rule_lines(time.rest)), middle, foot - 0.34, SMALL, colour="soft")
        at, gap = left + 0.5, y + self.hidden + BETWEEN / 2
        figure += ring(time.new.op.line.between, at, gap)
        for start, end in ((y + self.hidden, gap - RING), (self._row(2), gap + RING)):
            figure += arrow(at, start, at, end, "p2")
        lane, low = left + 1.5, -ONES / 2 + 0.06
        figure += rounded([(at + RING, gap), (lane, gap), (lane, low), (at, low),
                           (at, self.upper + self.hidden)], "p2")  # fmt: skip
        return figure + self._state(time.new, left)

    def _mixed(self, time: MixedTime, x: float) -> Figure:
        """What is kept and what is new added up, under the next input."""
        at, y = x + (MIXED + 1 + PITCH) / 2, self.upper + self.hidden / 2
        figure = ring(time.state.op.line.between, at, y) + self._state(time.state, x + PITCH)
        figure += arrow(x + MIXED + 1.02, y, at - RING, y, "p2")
        figure += arrow(at + RING, y, x + PITCH - 0.03, y, "p4")
        return figure + rounded(
            [(x + MIXED + 1, self.high), (at, self.high), (at, y - RING)], "p3"
        )
