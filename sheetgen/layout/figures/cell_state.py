"""Gates around a cell state: the blocks of weights once, a column of sums and one of gates for each
step of time beside them, and the cell state on a band along the top.

What stands elsewhere comes by wire, each in a lane of its own; a state is written where it is used
next, under the next input.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetgen.graph.nodes import Node, Step
from sheetgen.layout.cells import Boxes, ink_of
from sheetgen.layout.figures.cell_state_back import way_back
from sheetgen.layout.figures.gated_times import CellTime, cell_times
from sheetgen.layout.figures.gates import (
    BETWEEN,
    ONES,
    RING,
    bent,
    from_before,
    from_page,
    gate_weights,
    ring,
    strips,
    there_and_back,
)
from sheetgen.layout.figures.gates_back import WORDED
from sheetgen.layout.figures.parts import smallness, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import LABEL, Arrangement, Figure, arrow, block, ones, rounded, text
from sheetgen.words.labels import label

GATE, MIXED, PITCH = 2.25, 4.45, 6.8
"""From a column of sums to that of the gates, to what is made of them, and to the next sums."""
LANES = 0.35, 0.7
"""Beneath the band: that of what is new, and that of what is kept."""
UNDER = 1.5
"""From the band to the inputs beneath it."""


@arrangement("cell-state", or_marched=True)
def of_cell_state(boxes: Boxes) -> Iterator[Arrangement]:
    """Gates around a cell state."""
    times = cell_times(boxes.exercise.graph)
    for strip in strips(times, lambda part, page: _drawn(boxes, part, page)):
        backs = (way_back(boxes, times, len(strip) + 1, apart) for apart in (False, True))
        ways = ((*strip, *back) for back in backs if back)
        yield from there_and_back(boxes, strip, ways, WORDED)
        brief = boxes.scripts and way_back(boxes, times, len(strip) + 1, apart=True, brief=True)
        if brief:  # in large print the list alone says the formulas
            yield Arrangement(leaves=(*strip, *brief))


def _drawn(boxes: Boxes, part: Sequence[CellTime], page: int) -> Figure:
    """Some steps of time; one alone with its cell state where its boxes can be larger."""
    figure = _Strip(boxes, part, page).figure()
    if len(part) > 1:
        return figure
    return min(figure, _Alone(boxes, part, page).figure(), key=smallness)


class _Strip:
    """The figure, in cells: the sums of the first step of time begin at x = 0, and those of the
    first block of weights at y = 0."""

    def __init__(self, boxes: Boxes, times: Sequence[CellTime], page: int = 0) -> None:
        self.boxes, self.times, self.page = boxes, times, page
        self.hidden = times[0].carried.shape[0]
        self.column = times[0].sums[0].inputs[-1].shape[0]
        """Rows of an input over a state."""
        self.top = -ONES - self.column
        self.band = self.top - UNDER
        """Where the band ends."""

    def figure(self) -> Figure:
        figure = gate_weights(self.boxes, self.times[0].sums) + self._before()
        for k, time in enumerate(self.times):
            x = k * PITCH
            figure += self._inputs(time, x, k) + self._sums(time, x) + self._cell(time, x, k)
            figure += self._new(time, x) + self._out(time, x, k)
        return figure

    def _before(self) -> Figure:
        """The cell state with which the band begins."""
        before = self.times[0].before
        if self.page:
            return from_before(self.boxes, before, -2.0, self._upper, self.page)
        return self._block(before, -2.0, self._upper) + text(
            label(before), -1.5, self._upper - 0.42, LABEL, colour=ink_of(before)
        )

    @property
    def _upper(self) -> float:
        """Where the band begins."""
        return self.band - self.hidden

    def _row(self, k: int) -> float:
        return k * (self.hidden + BETWEEN)

    def _block(self, node: Node, x: float, y: float) -> Figure:
        return block(self.boxes.of(node), x, y, name=node.name)

    def _inputs(self, time: CellTime, x: float, k: int) -> Figure:
        """The input over the state before, and the 1 for the bias."""
        over = time.sums[0].inputs[-1]
        assert isinstance(over, Step)
        given, before = over.inputs
        carried = self.page > 0 and not k
        cells = self.boxes.of(given if carried else over)
        figure = block(cells, x, self.top, name=given.name) + ones(1, x, -ONES / 2)
        figure += text(label(given), x + 0.5, self.top - 0.42, LABEL)
        y = self.top + given.shape[0] + 0.5
        if carried:
            return figure + from_before(self.boxes, before, x, y - 0.5, self.page, beside=True)
        if k:
            return figure + tag(self.boxes, before, x + 1.14, y, "start")
        return figure + text(label(before), x - 0.2, y, LABEL, "end", ink_of(before))

    def _sums(self, time: CellTime, x: float) -> Figure:
        """The sums with their names beneath, and what each is bent to."""
        figure = Figure()
        for k, (z, gate) in enumerate(zip(time.sums, time.gates, strict=True)):
            y = self._row(k)
            for step, left in ((z, x), (gate, x + GATE)):
                figure += self._block(step, left, y)
                figure += tag(self.boxes, step, left + 0.5, y + self.hidden + 0.42, "middle")
            figure += bent(gate, x + (1 + GATE) / 2, y + self.hidden / 2)
        return figure

    def _cell(self, time: CellTime, x: float, k: int) -> Figure:
        """The band: the state before times a gate, plus what is new, is the state."""
        figure, middle = Figure(), self.band - self.hidden / 2
        for step, left in ((time.kept, x), (time.new, x + GATE), (time.carried, x + MIXED)):
            figure += self._block(step, left, self._upper)
            figure += tag(self.boxes, step, left + 0.5, self._upper - 0.42, "middle")
        signs = time.carried.op.line
        figure += text(signs.between, x + (1 + GATE) / 2, middle, 0.6)
        figure += text("=", x + (1 + GATE + MIXED) / 2, middle, 0.6)
        start = x - 1.0 if not k else x - PITCH + MIXED + 1
        at = (start + x) / 2
        figure += ring(time.kept.op.line.between, at, middle)
        figure += arrow(start + 0.05, middle, at - RING, middle, "p2")
        gate, lane = x + GATE + 0.5, self.band + LANES[1]
        return figure + rounded(
            [(gate, 0.0), (gate, lane), (at, lane), (at, middle + RING)], "p5"
        )

    def _new(self, time: CellTime, x: float) -> Figure:
        """A gate times what may be new, and its way up to the band."""
        right, at = x + GATE + 1, x + GATE + 1.45
        y, upper = self._row(2) + self.hidden / 2, self._row(1) + self.hidden / 2
        figure = ring(time.new.op.line.between, at, y)
        figure += arrow(right + 0.02, y, at - RING, y, "p3")
        figure += rounded([(right, upper), (at, upper), (at, y - RING)], "p3")
        return figure + self._way_up(at, y)

    def _way_up(self, at: float, y: float) -> Figure:
        """From the ring of what may be new to the band."""
        lane, high, end = at + 0.5, self.band + LANES[0], at - 0.95
        return rounded([(at + RING, y), (lane, y), (lane, high), (end, high), (end, self.band)],
                       "p3")  # fmt: skip

    @property
    def _bent_at(self) -> float:
        """Where the bent cell state stands, at the right of the sums."""
        return MIXED

    def _out(self, time: CellTime, x: float, k: int) -> Figure:
        """The state bent, beneath it, times a gate: the new state, under the next input or at the
        right of the last gate."""
        left, y = x + self._bent_at, self.band + 1.5
        figure = self._block(time.bent, left, y) + bent(time.bent, left + 0.5,
                                                              self.band + 0.8)  # fmt: skip
        figure += tag(self.boxes, time.bent, left - 0.05, y + self.hidden + 0.42, "start")
        at, foot = left + 1.3, self._row(3) + self.hidden / 2
        middle = y + self.hidden / 2
        figure += rounded([(left + 1, middle), (at, middle), (at, foot - RING)], "p1")
        figure += ring(time.state.op.line.between, at, foot)
        figure += arrow(x + GATE + 1.02, foot, at - RING, foot, "p1")
        if k + 1 < len(self.times):
            lane, into = at + 0.6, -ONES - 0.5 * (1 + (self.hidden > 1))
            return figure + rounded(
                [(at + RING, foot), (lane, foot), (lane, into), (x + PITCH, into)], "p1"
            )
        end = at + 0.65
        figure += arrow(at + RING, foot, end - 0.03, foot, "p1")
        figure += self._block(time.state, end, self._row(3))
        return figure + tag(self.boxes, time.state, end + 0.5, self._row(3) - 0.42, "middle")


FIRST, KEPT, NEW, CELL = 2.25, 4.25, 6.25, 8.25
"""Where the cell state before stands in a band beside the inputs, and what follows it."""


class _Alone(_Strip):
    """One step of time whose band stands beside the inputs, at the right of their column."""

    def __init__(self, boxes: Boxes, times: Sequence[CellTime], page: int = 0) -> None:
        super().__init__(boxes, times, page)
        self.band = self.top + self.hidden

    def _before(self) -> Figure:
        before, y = self.times[0].before, self._upper
        if self.page:
            return from_page(self.boxes, before, FIRST, y, self.page, y - 0.92)
        return self._block(before, FIRST, y) + text(
            label(before), FIRST + 0.5, y - 0.42, LABEL, colour=ink_of(before)
        )

    def _cell(self, time: CellTime, x: float, k: int) -> Figure:
        figure, middle = Figure(), self.band - self.hidden / 2
        for step, left in ((time.kept, KEPT), (time.new, NEW), (time.carried, CELL)):
            figure += self._block(step, left, self._upper)
            figure += tag(self.boxes, step, left + 0.5, self._upper - 0.42, "middle")
        figure += text(time.carried.op.line.between, (KEPT + 1 + NEW) / 2, middle, 0.6)
        figure += text("=", (NEW + 1 + CELL) / 2, middle, 0.6)
        at, lane, gate = (FIRST + 1 + KEPT) / 2, self.band + 0.5, GATE + 0.5
        figure += ring(time.kept.op.line.between, at, middle)
        figure += arrow(FIRST + 1.05, middle, at - RING, middle, "p2")
        return figure + rounded([(gate, 0.0), (gate, lane), (at, lane), (at, middle + RING)], "p5")

    def _way_up(self, at: float, y: float) -> Figure:
        end = NEW + 0.5
        return rounded([(at + RING, y), (end, y), (end, self.band)], "p3")

    @property
    def _bent_at(self) -> float:
        return CELL
