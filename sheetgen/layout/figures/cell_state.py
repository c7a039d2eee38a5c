"""Gates around a cell state: the blocks of weights once, a column of sums and one of gates for each
step of time beside them, and the cell state on a band along the top.

What stands elsewhere comes by wire, each in a lane of its own; a state is written where it is used
next, under the next input.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.layout.cells import Boxes, joined
from sheetgen.layout.figures.generic import gradient_bands
from sheetgen.layout.figures.parts import tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import LABEL, Arrangement, Figure, arrow, block, ones, rounded, text
from sheetgen.page.items import Circle
from sheetgen.words.labels import label

RING = 0.34
"""Radius of a sign's ring."""
GATE, MIXED, PITCH = 2.25, 4.45, 6.8
"""From a column of sums to that of the gates, to what is made of them, and to the next sums."""
LANES = 0.45, 0.9
"""Beneath the band: that of what is new, and that of what is kept."""
UNDER = 1.95
"""From the band to the inputs beneath it."""
ONES = 0.6
"""From the inputs to the sums, with a 1 for the bias."""
BETWEEN = 1.0
"""From one block of weights to the next, with the names of sums and gates."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Time:
    """What is worked out at one step of time."""

    sums: tuple[Step, ...]
    gates: tuple[Step, ...]
    """What each sum is bent to."""
    before: Node
    """The cell state before."""
    kept: Step
    new: Step
    cell: Step
    bent: Step
    state: Step


@arrangement("cell-state", marching=True)
def cell_state(boxes: Boxes) -> Iterator[Arrangement]:
    """All steps of time in one strip; the way back as a march behind it."""
    times = times_of(boxes.exercise.graph)
    if times:
        figure = _Strip(boxes, times).figure()
        yield Arrangement(whole=figure, bands=gradient_bands(boxes))


def times_of(graph: Graph) -> list[Time]:
    """The steps of time of a graph with a cell state; none for any other graph."""
    forward = [s for s in graph.steps if not s.hidden and s.role != "gradient"]
    groups = list(dict.fromkeys(s.group for s in forward))
    found: list[Time] = []
    for group in groups:
        time = _time([s for s in forward if s.group is group])
        if time is None or (found and time.before is not found[-1].cell):
            return []
        found.append(time)
    return found


def _time(steps: Sequence[Step]) -> Time | None:
    """What some steps are to one another, if they are those of a cell state: four sums of one
    column, each bent; two products of gates added to a cell state, and one more of what that is
    bent to."""
    sums = tuple(s for s in steps if s.op.products and s.op.added is not None)
    if len(sums) != 4 or len({s.inputs[-1] for s in sums}) > 1 or len(steps) != 13:
        return None
    gates = tuple(next((s for s in steps if s.inputs == (z,)), None) for z in sums)
    cell = next((s for s in steps if len(s.inputs) == 2 and not set(s.inputs) - set(steps)
                 and not set(s.inputs) & {*sums, *gates}), None)  # fmt: skip
    bent = next((s for s in steps if s.inputs == (cell,)), None)
    if cell is None or bent is None or None in gates:
        return None
    kept, new = (s for s in cell.inputs if isinstance(s, Step))
    state = next((s for s in steps if s.inputs == (gates[3], bent)), None)
    known = kept.inputs[0] is gates[0] and set(new.inputs) == set(gates[1:3])
    if state is None or not known:
        return None
    return Time(sums, tuple(g for g in gates if g is not None), kept.inputs[1], kept, new, cell,
                bent, state)  # fmt: skip


class _Strip:
    """The figure, in cells: the sums of the first step of time begin at x = 0, and those of the
    first block of weights at y = 0."""

    def __init__(self, boxes: Boxes, times: Sequence[Time]) -> None:
        self.boxes, self.times = boxes, times
        self.hidden = times[0].cell.shape[0]
        self.column = times[0].sums[0].inputs[-1].shape[0]
        """Rows of an input over a state."""
        self.top = -ONES - self.column
        self.band = self.top - UNDER
        """Where the band ends."""

    def figure(self) -> Figure:
        figure = self._weights() + self._block(self.times[0].before, -2.0, self._upper)
        figure += text(label(self.times[0].before), -1.5, self._upper - 0.42, LABEL)
        for k, time in enumerate(self.times):
            x = k * PITCH
            figure += self._inputs(time, x, k) + self._sums(time, x) + self._cell(time, x, k)
            figure += self._new(time, x) + self._out(time, x, k)
        return figure

    @property
    def _upper(self) -> float:
        """Where the band begins."""
        return self.band - self.hidden

    def _row(self, k: int) -> float:
        return k * (self.hidden + BETWEEN)

    def _block(self, node: Node, x: float, y: float) -> Figure:
        return block(self.boxes.of(node), x, y, name=node.name)

    def _ring(self, sign: str, x: float, y: float) -> Figure:
        return Figure((Circle(x, y, RING),)) + text(sign, x, y, 0.55)

    def _weights(self) -> Figure:
        """[W | b] of each gate, one under the other."""
        figure = Figure()
        for k, z in enumerate(self.times[0].sums):
            W, b = z.inputs[0], z.inputs[1]
            cells = joined(self.boxes.of(W), self.boxes.of(b))
            left, y = -0.35 - len(cells[0]), self._row(k)
            figure += block(cells, left, y, True, W.name)
            figure += text(label(W), left - 0.2, y + self.hidden / 2, LABEL * 1.2, "end", "top")
            figure += text(label(b), -0.85, y - 0.42, LABEL * 0.9)
        return figure

    def _inputs(self, time: Time, x: float, k: int) -> Figure:
        """The input over the state before, and the 1 for the bias."""
        over = time.sums[0].inputs[-1]
        assert isinstance(over, Step)
        given, before = over.inputs
        figure = block(self.boxes.of(over), x, self.top, name=given.name)
        figure += ones(1, x, -ONES / 2) + text(label(given), x + 0.5, self.top - 0.42, LABEL)
        y = self.top + given.shape[0] + 0.5
        if k:
            return figure + tag(self.boxes, before, x + 1.14, y, "start")
        return figure + text(label(before), x - 0.2, y, LABEL, "end")

    def _sums(self, time: Time, x: float) -> Figure:
        """The sums with their names beneath, and what each is bent to."""
        figure = Figure()
        for k, (z, gate) in enumerate(zip(time.sums, time.gates, strict=True)):
            y = self._row(k)
            for step, left in ((z, x), (gate, x + GATE)):
                figure += self._block(step, left, y)
                figure += tag(self.boxes, step, left + 0.5, y + self.hidden + 0.42, "middle")
            figure += self._bent(gate, x + (1 + GATE) / 2, y + self.hidden / 2)
        return figure

    def _bent(self, step: Step, x: float, y: float) -> Figure:
        """The word of what is done over its sign."""
        said = step.op.line
        return text(said.word, x, y - 0.34, 0.42) + text(said.equals, x, y + 0.2, 0.6)

    def _cell(self, time: Time, x: float, k: int) -> Figure:
        """The band: the state before times a gate, plus what is new, is the state."""
        figure, middle = Figure(), self.band - self.hidden / 2
        for step, left in ((time.kept, x), (time.new, x + GATE), (time.cell, x + MIXED)):
            figure += self._block(step, left, self._upper)
            figure += tag(self.boxes, step, left + 0.5, self._upper - 0.42, "middle")
        signs = time.cell.op.line
        figure += text(signs.between, x + (1 + GATE) / 2, middle, 0.6)
        figure += text("=", x + (1 + GATE + MIXED) / 2, middle, 0.6)
        start = x - 1.0 if not k else x - PITCH + MIXED + 1
        ring = (start + x) / 2
        figure += self._ring(time.kept.op.line.between, ring, middle)
        figure += arrow(start + 0.05, middle, ring - RING, middle, "p2")
        gate, lane = x + GATE + 0.5, self.band + LANES[1]
        return figure + self._wire(
            [(gate, 0.0), (gate, lane), (ring, lane), (ring, middle + RING)], "p5"
        )

    def _new(self, time: Time, x: float) -> Figure:
        """A gate times what may be new, and its way up to the band."""
        right, ring, lane = x + GATE + 1, x + GATE + 1.45, x + GATE + 1.95
        y, upper = self._row(2) + self.hidden / 2, self._row(1) + self.hidden / 2
        figure = self._ring(time.new.op.line.between, ring, y)
        figure += arrow(right + 0.02, y, ring - RING, y, "p3")
        figure += self._wire([(right, upper), (ring, upper), (ring, y - RING)], "p3")
        high = self.band + LANES[0]
        return figure + self._wire(
            [(ring + RING, y), (lane, y), (lane, high), (x + GATE + 0.5, high),
             (x + GATE + 0.5, self.band)], "p3"
        )  # fmt: skip

    def _out(self, time: Time, x: float, k: int) -> Figure:
        """The state bent, beneath it, times a gate: the new state, under the next input or at the
        right of the last gate."""
        left, y = x + MIXED, self.band + 1.5
        figure = self._block(time.bent, left, y) + self._bent(time.bent, left + 0.5,
                                                              self.band + 0.8)  # fmt: skip
        figure += tag(self.boxes, time.bent, left - 0.05, y + self.hidden + 0.42, "start")
        ring, foot = left + 1.3, self._row(3) + self.hidden / 2
        middle = y + self.hidden / 2
        figure += self._wire([(left + 1, middle), (ring, middle), (ring, foot - RING)], "p1")
        figure += self._ring(time.state.op.line.between, ring, foot)
        figure += arrow(x + GATE + 1.02, foot, ring - RING, foot, "p1")
        if k + 1 < len(self.times):
            lane, into = ring + 0.6, -ONES - 0.5 * (1 + (self.hidden > 1))
            return figure + self._wire(
                [(ring + RING, foot), (lane, foot), (lane, into), (x + PITCH, into)], "p1"
            )
        at = ring + 0.65
        figure += arrow(ring + RING, foot, at - 0.03, foot, "p1")
        figure += self._block(time.state, at, self._row(3))
        return figure + tag(self.boxes, time.state, at + 0.5, self._row(3) - 0.42, "middle")

    def _wire(self, points: Sequence[Point], colour: str) -> Figure:
        return rounded(points, colour)


