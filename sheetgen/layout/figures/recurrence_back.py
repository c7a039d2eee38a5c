"""The way back of a recurrent net: columns of time, right to left.

Each gradient of a sum is written where it is used next, under the gradient of the output before it;
so all of them stand in one band, which meets all inputs and states in one crossing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.layout.cells import Boxes, joined
from sheetgen.layout.figures.parts import carried, name_of, steps_called, tag
from sheetgen.page.figure import (
    BADGE,
    LABEL,
    Cells,
    Figure,
    arrow,
    badge,
    block,
    rounded,
    text,
)
from sheetgen.page.items import Cell
from sheetgen.words.labels import label

CARRIED = 1.05
"""Width of a gradient's place where it stands once more."""
NAMED = 1.5
"""From the last column with the name of its gradient to the gradients of the weights."""
BELOW = 1.1
"""Between a column and the product beneath it."""


@dataclass(frozen=True)
class _Time:
    """One step of time: its forward steps and the gradients of their results."""

    z: Step
    h: Step
    y: Step
    dz: Step
    dh: Step
    dy: Step


@dataclass(frozen=True)
class WayBack:
    """The gradients of every step of time, and those of the weights."""

    columns: Figure
    beside: Figure
    """The weights' at the right of the columns."""
    apart: Figure
    """The same where the columns stand on another page."""


def way_back(boxes: Boxes, pitch: float) -> WayBack | None:
    """The way back with steps of time ``pitch`` apart; None if there is none, or if it does not
    hang together like that."""
    drawn = _drawn(boxes, pitch)
    if drawn is None:
        return None
    columns = drawn.columns(range(len(drawn.times))) + drawn.strip()
    h0 = drawn.times[0].z.inputs[1]
    return WayBack(columns, drawn.crossing(h0, drawn.last, NAMED), drawn.carried() + drawn.crossing(
        h0, len(drawn.times) * CARRIED))  # fmt: skip


def cut_back(
    boxes: Boxes, pitch: float, parts: Sequence[Sequence[int]], page: int
) -> tuple[Figure, ...]:
    """The way back cut between some steps of time, the last ones first and on some ``page``; then
    the gradients of the weights."""
    drawn = _drawn(boxes, pitch)
    if drawn is None:
        return ()
    columns = tuple(drawn.columns(part, page + k - 1) + drawn.strip()
                    for k, part in enumerate(reversed(parts)))  # fmt: skip
    h0 = drawn.times[0].z.inputs[1]
    said = f"from pages {page} to {page + len(parts) - 1}"
    return (*columns, drawn.carried(said) + drawn.crossing(h0, len(drawn.times) * CARRIED))


def _drawn(boxes: Boxes, pitch: float) -> _Back | None:
    graph = boxes.exercise.graph
    of = {s.of: s for s in graph.steps if s.role == "gradient" and s.of is not None}
    times = _times(graph, of)
    if not times:
        return None
    A, _, B, _ = times[0].z.inputs
    C = times[0].y.inputs[0]
    if not all(n in of for n in (A, B, C)):
        return None
    return _Back(boxes, times, of, (A, B, C), pitch)


def _times(graph: Graph, of: Mapping[Node, Step]) -> list[_Time]:
    """The steps of time, if each has an output and all have gradients."""
    found = []
    for z in steps_called(graph, "sums"):
        h = next((s for s in steps_called(graph, "state") if s.inputs[0] is z), None)
        y = next((s for s in steps_called(graph, "output") if h in s.inputs), None)
        if h is None or y is None or not all(n in of for n in (z, h, y)):
            return []
        found.append(_Time(z, h, y, of[z], of[h], of[y]))
    return found


def _passes(t: _Time) -> tuple[str, ...]:
    """In two lines where ∂h passes on its way to ∂z; none if all of it does, less or more."""
    line = t.dz.op.line
    return (line.between, f"{label(t.z)} {line.after}") if line.between == "where" else ()


class _Back:
    """The figure: ∂y_1 has its upper edge at y = 0, column t stands at x = t · pitch."""

    def __init__(
        self, boxes: Boxes, times: Sequence[_Time], of: Mapping[Node, Step],
        weights: tuple[Node, Node, Node], pitch: float,
    ) -> None:  # fmt: skip
        self.boxes, self.times, self.of = boxes, times, of
        self.A, self.B, self.C = weights
        self.pitch = pitch
        self.outputs, self.hidden = self.C.shape
        self.features = self.B.shape[1]
        self.foot = self.outputs + self.hidden
        """Lower edge of the band of all ∂z."""
        self.last = len(times) * self.pitch + 1.0
        """Right edge of the last column."""

    def columns(self, part: Sequence[int], page: int = 0) -> Figure:
        """∂y over the ∂z of the step after it, ∂h beneath them, and the way to the next ∂z: of some
        steps of time; what these need of the one after them is on a ``page``."""
        boxes, figure = self.boxes, Figure()
        for k, time in enumerate((self.times[t] for t in part), start=1):
            x, t = k * self.pitch, time
            figure += block(boxes.of(t.dy), x, 0.0, name=t.dy.name)
            figure += self._above(t.dy, x)
            figure += block(boxes.of(t.dh), x, self.foot + BELOW, name=t.dh.name)
            below = self.foot + BELOW + self.hidden + 0.42
            figure += tag(boxes, t.dh, x + 0.5, below, "middle")
            figure += self._sum_gradient(t, x - self.pitch) + self._gate(t, x)
        x, y = len(part) * self.pitch, float(self.outputs)
        if part[-1] + 1 < len(self.times):
            after = self.times[part[-1] + 1].dz
            places = [[(after.name, i, 0)] for i in range(self.hidden)]
            figure += carried(boxes, places, 1.0, 1.0, 0.55).moved(x, y)
            for k, said in enumerate((label(after), "from", f"page {page}")):
                high = y + (0.46 + 0.5 * k if k else 0.36)
                figure += text(said, x + 1.15, high, 0.42 if k else LABEL, "start",
                               "soft" if k else "answer")  # fmt: skip
            return figure
        zeros = tuple((Cell("0", False, "masked"),) for _ in range(self.hidden))
        return figure + block(zeros, x, y)

    def _above(self, dy: Step, x: float) -> Figure:
        return tag(self.boxes, dy, x + 0.5, -0.42, "middle")

    def _sum_gradient(self, t: _Time, x: float) -> Figure:
        """∂z of a step, in the column before it; its name at the right."""
        figure = block(self.boxes.of(t.dz), x, float(self.outputs), name=t.dz.name)
        y = self.outputs + (0.36 if self.hidden > 1 else -0.22)
        figure += text(label(t.dz), x + 1.18, y, LABEL, "start", "answer")
        number = self.boxes.step_numbers.get(t.dz)
        return figure if number is None else figure + badge(number, x + 1.18 + BADGE, y + 0.62)

    def _gate(self, t: _Time, x: float) -> Figure:
        """The way from ∂h to ∂z, and where it passes."""
        lane = x - 0.32
        y = self.outputs + max(self.hidden - 0.35, 0.8)
        middle = self.foot + BELOW + self.hidden / 2
        wire = rounded([(x - 0.04, middle), (lane, middle), (lane, y), (x - self.pitch + 1.1, y)],
                       "answer")  # fmt: skip
        at = (x - self.pitch + 1.0 + lane) / 2
        said = Figure()
        for k, line in enumerate(_passes(t)):
            said += text(line, at, self.foot + 0.2 + 0.46 * k, 0.43, colour="soft")
        return wire + said

    def strip(self) -> Figure:
        """[Cᵀ | Aᵀ] at the left of the products."""
        right, top = self.pitch - 0.75, self.foot + BELOW
        left = right - self.foot
        cells = joined(self.boxes.of(self.C, turned=True), self.boxes.of(self.A, turned=True))
        below = top + self.hidden + 0.42
        return (
            block(cells, left, top, True, self.C.name)
            + text(f"{label(self.C)}^T", left + self.outputs / 2, below, 0.55, colour="top")
            + text(f"{label(self.A)}^T", right - self.hidden / 2, below, 0.55, colour="top")
        )

    def _gradients(self, x: float) -> Figure:
        """∂C over ∂B and ∂A, in the rows of the two bands."""
        of, boxes = self.of, self.boxes
        states = x + self.features
        dA, dB, dC = of[self.A], of[self.B], of[self.C]
        figure = block(boxes.of(dC), states, 0.0, name=dC.name)
        figure += block(boxes.of(dB), x, float(self.outputs), name=dB.name)
        figure += block(boxes.of(dA), states, float(self.outputs), name=dA.name)
        figure += tag(boxes, dC, states + 0.05, -0.42, "start")
        figure += tag(boxes, dB, states - 0.12, self.foot + 0.42, "end")
        return figure + tag(boxes, dA, states + 0.12, self.foot + 0.42, "start")

    def carried(self, said: str = "from the page before") -> Figure:
        """∂y over ∂z, a column for each step of time, where they were worked out on a page
        before."""
        figure = Figure()
        parts = ([t.dy for t in self.times], 0.0), ([t.dz for t in self.times], self.outputs)
        for steps, y in parts:
            rows = [[(s.name, i, 0) for s in steps] for i in range(steps[0].shape[0])]
            figure += carried(self.boxes, rows, CARRIED, 1.0, 0.5).moved(0.0, float(y))
            name = label(steps[0]).replace("_1", "_t")
            figure += text(name, -0.2, y + len(rows) / 2, LABEL, "end", "gradient")
        for k in range(len(self.times)):
            figure += text(str(k + 1), (k + 0.5) * CARRIED, -0.4, 0.42, colour="soft")
        figure += text("t", -0.2, -0.4, 0.42, "end", "soft")
        middle = len(self.times) * CARRIED / 2
        return figure + text(said, middle, self.foot + 0.45, 0.42, colour="soft")

    def crossing(self, h0: Node, right: float, gap: float = 1.0) -> Figure:
        """The gradients of the weights beside the bands, which end at the ``right``, all inputs and
        states beneath them."""
        x = right + max(gap, 2.4 - self.features)
        figure = self._gradients(x)
        for y in range(self.foot):
            end = x + self.features if y < self.outputs else x
            figure += arrow(right + 0.12, y + 0.5, end - 0.1, y + 0.5, "answer")
        return figure + self._table(h0, x, self.foot + 1.05)

    def _table(self, h0: Node, x: float, y: float) -> Figure:
        """A row for each step of time: what came in, and the state before it."""
        states, figure = x + self.features, Figure()
        before: list[Node] = [h0, *(t.h for t in self.times)]
        inputs = [t.z.inputs[3] for t in self.times]
        rows: list[Cells] = []
        for k, source in enumerate(inputs):
            past = self.boxes.of(before[k], True)
            rows.append(joined(self.boxes.of(source, True, "input"), past))
        figure += block(tuple(r for cells in rows for r in cells), x, y, name="inputs")
        last = y + len(inputs)
        cells = self.boxes.of(before[-1], True)
        figure += block(cells, states, last, name=before[-1].name)
        for k, source in enumerate(inputs):
            figure += text(name_of(source, True), x - 0.15, y + k + 0.5, 0.45, "end", "soft")
        for k, node in enumerate(before):
            figure += text(f"{label(node)}^T", states + self.hidden + 0.15, y + k + 0.5, 0.45,
                           "start", "state")  # fmt: skip
        return figure
