"""Two crossings side by side, before a nudge and after it; then how far the result has moved, and
that over the nudge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sheetgen.graph.nodes import Node, Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.parts import activation_sign, steps_called, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import LABEL, Arrangement, Cells, Figure, arrow, block, text
from sheetgen.page.items import Line
from sheetgen.page.paths import straight
from sheetgen.words.labels import label
from sheetgen.words.sentences import pretty

GAP, BENT = 0.5, 1.3
"""Between a block and the product beside or below it; room for the sign of an activation."""
BETWEEN, OVER = 2.3, 1.7
"""Between the two crossings; room for ``÷ .1 =``."""
HEADING, BELOW = 1.5, 0.9
"""Room above an exercise for its heading, and beneath it."""


@arrangement("nudges")
def nudges(boxes: Boxes) -> Iterator[Arrangement]:
    """An exercise a row, one below the other, on as many pages as it takes; nothing where a graph
    is no row of nudges."""
    graph = boxes.exercise.graph
    rates = steps_called(graph, "rate")
    if not rates:
        return
    rows = [_row(boxes, [s for s in graph.steps if s.group is rate.group], k)
            for k, rate in enumerate(rates, 1)]  # fmt: skip
    yield Arrangement(whole=_below(rows))
    for pages in range(2, len(rows) + 1):
        each = -(-len(rows) // pages)
        parts = (rows[k : k + each] for k in range(0, len(rows), each))
        yield Arrangement(leaves=tuple(map(_below, parts)))


def _below(rows: Sequence[Figure]) -> Figure:
    """Some exercises, one below the other."""
    figure = Figure()
    for row in rows:
        figure += row.moved(0.0, figure.box[3] - row.box[1] + (0.35 if figure.items else 0.0))
    return figure


def _called(steps: Sequence[Step], part: str) -> Step:
    return next(s for s in steps if s.part == part)


def _row(boxes: Boxes, steps: Sequence[Step], k: int) -> Figure:
    """One exercise: its heading, both crossings, the difference and the rate."""
    before, after, moved, difference, rate = (
        _called(steps, part) for part in ("before", "after", "nudged", "difference", "rate")
    )
    place = int(moved.params["row"]), int(moved.params["col"])
    weights, source = before.inputs
    of_input = moved.inputs[0] is source
    starred = boxes.has_star(source)
    name = f"{'x' if of_input else 'w'}_{max(place) + 1}"
    by = pretty(str(moved.params["by"]))
    inner = source.shape[0]
    through = ", then ReLU" if after.shape[0] > 1 else ""
    y = inner + GAP
    figure = text(f"{k}", -0.75, -1.0, 0.75, "start", "top")
    told = "The starred numbers do not matter" if starred else "How far does the result move"
    end = "." if starred else "?"
    figure += text(f"Nudge {name} by {by}{through}. {told}{end}", 0.0, -1.0, 0.5, "start")
    figure += _crossing(boxes, before, before.inputs, steps, 0.0, None)
    bent = BENT + 1.0 if after.shape[0] > 1 else 0.0
    start = inner + GAP + 1.0 + bent + BETWEEN
    pair = (weights, moved) if of_input else (moved, source)
    figure += _crossing(boxes, after, pair, steps, start, (place, of_input))
    middle = inner / 2
    ends = inner + GAP + 1.25, start + inner + GAP - 1.05
    figure += arrow(ends[0], middle, ends[1], middle, "top", 0.3)
    figure += text(f"d{name} = {by}", sum(ends) / 2, middle - 0.38, 0.46, colour="top")
    x = start + inner + GAP + 1.0 + bent + 1.1
    rows = after.shape[0]
    figure += block(boxes.of(difference), x, y, name=difference.name)
    figure += tag(boxes, difference, x + 0.5, y - 0.42, "middle")
    figure += text(f"÷ {by} =", x + 1 + OVER / 2, y + rows / 2, 0.5)
    x += 1 + OVER
    figure += block(boxes.of(rate), x, y, name=rate.name)
    figure += tag(boxes, rate, x + 0.5, y - 0.42, "middle")
    return figure + _frame(x, y, 1.0, float(rows), "ink")


def _crossing(
    boxes: Boxes, z: Step, pair: Sequence[Node], steps: Sequence[Step], x: float,
    nudged: tuple[tuple[int, int], bool] | None,
) -> Figure:  # fmt: skip
    """W at the left of z, x above it, and what is bent beside; the box that is nudged framed."""
    W, source = pair
    inner, rows = source.shape[0], z.shape[0]
    left, y = x + inner + GAP, inner + GAP
    of_input = nudged is not None and nudged[1]
    top, beside = boxes.of(source, kind="input"), boxes.of(W)
    if nudged is not None:
        top, beside = ((_filled(top, nudged[0]), beside) if of_input
                       else (top, _filled(beside, nudged[0])))  # fmt: skip
    figure = block(top, left, 0.0, name=source.name) + _name(source, left - 0.2, inner / 2)
    figure += block(beside, x, y, True, W.name) + _name(W, x - 0.2, y + rows / 2)
    figure += block(boxes.of(z), left, y, name=z.name)
    figure += tag(boxes, z, left + 0.5, y + rows + 0.42, "middle")
    if nudged is not None:
        i, j = nudged[0]
        at = (left + j, float(i)) if of_input else (x + j, y + i)
        figure += _frame(*at, 1.0, 1.0, "top")
    bent = next((s for s in steps if s.op.activation and s.inputs == (z,)), None)
    if bent is not None:
        figure += activation_sign(bent, left + 1 + BENT / 2, y + rows / 2)
        figure += block(boxes.of(bent), left + 1 + BENT, y, name=bent.name)
        figure += tag(boxes, bent, left + 1.5 + BENT, y - 0.42, "middle")
    return figure


def _filled(cells: Cells, place: tuple[int, int]) -> Cells:
    """Boxes of which the nudged one has a fill of its own."""
    return tuple(tuple(replace(cell, kind="nudged") if (i, j) == place else cell
                       for j, cell in enumerate(row)) for i, row in enumerate(cells))  # fmt: skip


def _name(node: Node, x: float, y: float) -> Figure:
    return text(label(node), x, y, LABEL, "end", "top")


def _frame(x: float, y: float, wide: float, high: float, colour: str) -> Figure:
    """A heavy line around some boxes."""
    path = straight([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)])
    return Figure((Line(path, colour, 0.7, bounds=(x, y, x + wide, y + high), within=True),))
