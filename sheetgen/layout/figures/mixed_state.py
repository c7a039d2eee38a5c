"""Gates around one state: the blocks of weights once, for each step of time two columns beside
them, of the input over the state and over what a gate leaves of it.

A state is written where it is used next, under the next input; what stands elsewhere comes by wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.gates import (
    BETWEEN,
    ONES,
    RING,
    SMALL,
    bent,
    cut,
    from_before,
    gate_weights,
    ring,
)
from sheetgen.layout.figures.parts import tag
from sheetgen.page.figure import LABEL, Figure, arrow, block, ones, rounded, text
from sheetgen.words.labels import label
from sheetgen.words.sentences import rule_lines

NAME = 0.9
"""Between an input and the state beneath it, with the name of the state."""
GATE, MIXED, PITCH = 2.25, 4.7, 6.9
"""From a column of sums to that of the gates, to what is mixed, and to the next sums."""
LANE = 4.05
"""That of the gate which keeps, up to what is kept."""


@dataclass(frozen=True)
class Time:
    """What is worked out at one step of time."""

    sums: tuple[Step, Step, Step]
    gates: tuple[Step, Step, Step]
    """What each sum is bent to: the gate that resets, the one that keeps, what is new."""
    given: Node
    """The input."""
    before: Node
    """The state before."""
    reset: Step
    kept: Step
    rest: Step
    new: Step
    state: Step


def strips(boxes: Boxes, times: Sequence[Time]) -> Iterator[tuple[Figure, ...]]:
    """All steps of time in one strip, or cut between them over pages, the fewest first."""
    yield (_Strip(boxes, times).figure(),)
    for parts in cut(times):
        yield tuple(_Strip(boxes, part, page).figure() for page, part in enumerate(parts))


def times_of(graph: Graph) -> list[Time]:
    """The steps of time of a graph whose state is a mixture of the old one and a new one; none for
    any other graph."""
    forward = [s for s in graph.steps if not s.hidden and s.role != "gradient"]
    found: list[Time] = []
    for group in dict.fromkeys(s.group for s in forward):
        time = _time([s for s in forward if s.group is group])
        if time is None or (found and time.before is not found[-1].state):
            return []
        found.append(time)
    return found


def _time(steps: Sequence[Step]) -> Time | None:
    """What some steps are to one another, if they are those of such a state: it is the sum of what
    one gate keeps of it and of what the rest of that gate lets in."""
    sums = [s for s in steps if s.op.products and s.op.added is not None]
    bends: dict[Node, Step] = {s.inputs[0]: s for s in steps
                               if len(s.inputs) == 1 and s.inputs[0] in sums}  # fmt: skip
    if len(sums) != 3 or len(bends) != 3 or len(steps) != 11:
        return None
    state = steps[-1]
    if len(state.inputs) != 2 or set(state.inputs) - set(steps):
        return None
    kept, new = (s for s in state.inputs if isinstance(s, Step))
    rest = next((s for s in steps if s.inputs == kept.inputs[:1]), None)
    reset = next((s for s in steps if s.inputs[1:] == kept.inputs[1:] and s is not kept), None)
    if rest is None or reset is None or len(new.inputs) != 2 or new.inputs[0] is not rest:
        return None
    gates = reset.inputs[0], kept.inputs[0], new.inputs[1]
    by_gate: dict[Node, Node] = {gate: z for z, gate in bends.items()}
    if set(gates) != set(by_gate):
        return None
    r, z, n = (s for gate in gates if isinstance(s := by_gate[gate], Step))
    over = r.inputs[-1]
    if not isinstance(over, Step):
        return None
    return Time((r, z, n), (bends[r], bends[z], bends[n]), over.inputs[0], kept.inputs[1], reset,
                kept, rest, new, state)  # fmt: skip


class _Strip:
    """The figure, in cells: the sums of the first step of time begin at x = 0, and those of the
    first block of weights at y = 0."""

    def __init__(self, boxes: Boxes, times: Sequence[Time], page: int = 0) -> None:
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

    def _inputs(self, time: Time, x: float) -> Figure:
        """The input over the state and over what is left of that, with a 1 for the bias."""
        figure = Figure()
        for left in (x, x + GATE):
            figure += self._block(time.given, left, self.top) + ones(1, left, -ONES / 2)
            figure += text(label(time.given), left + 0.5, self.top - 0.42, LABEL)
        return figure

    def _sums(self, time: Time, x: float) -> Figure:
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

    def _reset(self, time: Time, x: float) -> Figure:
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

    def _kept(self, time: Time, x: float) -> Figure:
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

    def _new(self, time: Time, x: float) -> Figure:
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

    def _mixed(self, time: Time, x: float) -> Figure:
        """What is kept and what is new added up, under the next input."""
        at, y = x + (MIXED + 1 + PITCH) / 2, self.upper + self.hidden / 2
        figure = ring(time.state.op.line.between, at, y) + self._state(time.state, x + PITCH)
        figure += arrow(x + MIXED + 1.02, y, at - RING, y, "p2")
        figure += arrow(at + RING, y, x + PITCH - 0.03, y, "p4")
        return figure + rounded(
            [(x + MIXED + 1, self.high), (at, self.high), (at, y - RING)], "p3"
        )
