"""Which figures show an exercise: chosen from its graph, the best that fits the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sheetgen.graph.layers import chain_of
from sheetgen.graph.nodes import Given, Step
from sheetgen.layout.cells import Ink
from sheetgen.layout.figures.chain import mirrored, network, staircase, tower
from sheetgen.layout.figures.march import gradient_figures, step_figure, update_figures
from sheetgen.layout.figures.sequences import attention, recurrence, softmax_column
from sheetgen.page.figure import Arrangement, Figure, arrow, block, crossing, curve, text
from sheetgen.page.items import Cell, Line
from sheetgen.page.paths import straight
from sheetgen.words.labels import label


def arrangements(ink: Ink) -> Iterator[Arrangement]:
    """The arrangements of an exercise, the most telling first; each is used if it fits."""
    graph = ink.exercise.graph
    named = NAMED.get(ink.exercise.topic.arrangement)
    if named is not None:
        yield from named(ink)
    layers = chain_of(graph)
    if layers is None:
        yield Arrangement(
            flow=(
                *(step_figure(ink, s) for s in graph.steps if not _apart(s)),
                *update_figures(ink),
            )
        )
        return
    if graph.has_gradients:
        figure = mirrored(ink, layers)
        if figure is not None:
            yield Arrangement(whole=figure, flow=update_figures(ink))
        yield Arrangement(stack=tuple(tower(ink, layers)), flow=gradient_figures(ink))
        return
    net = network(ink, layers)
    if len(layers) <= 3:
        yield Arrangement(whole=staircase(ink, layers), network=net, smallest=9.0)
    yield Arrangement(stack=tuple(tower(ink, layers)), network=net)


def _apart(step: Step) -> bool:
    return step.hidden or step.op.name == "descend"


def product(ink: Ink) -> Iterator[Arrangement]:
    """``[A] × [B] = ?`` and the empty crossing beneath it, where the student copies A and B."""
    graph = ink.exercise.graph
    step = graph.worked[0]
    A, B = step.inputs
    rows, inner = A.shape
    columns = B.shape[1]
    tall = max(rows, inner)
    figure = _brackets(block(ink.cells(A, kind="left"), 0.0, (tall - rows) / 2, name="A"))
    figure += text("×", inner + 0.95, tall / 2, 0.9)
    right = inner + 1.9
    figure += _brackets(block(ink.cells(B, kind="right"), right, (tall - inner) / 2, name="B"))
    asked = "?" if not ink.exercise.settings.is_example else label(step)
    figure += text(f"= {asked}", right + columns + 0.6, tall / 2, 0.9, "start")
    figure += text(label(A), inner / 2, (tall - rows) / 2 - 0.62, 0.6, colour="left")
    figure += text(label(B), right + columns / 2, (tall - inner) / 2 - 0.62, 0.6, colour="top")

    def copied(node: Given | Step, kind: str) -> tuple[tuple[Cell, ...], ...]:
        if ink.exercise.settings.is_example:
            return ink.cells(node, kind=kind)
        return tuple(
            tuple(Cell(c.text, True, kind, c.source, copied=True) for c in r)
            for r in ink.cells(node)
        )

    made = crossing(
        copied(A, "left"),
        copied(B, "right"),
        ink.cells(step, kind="result"),
        gap_left=0.6,
        gap_top=0.6,
        names=("A", "B", step.name),
    )
    x, y = right, tall + 2.0 + inner
    figure += made.figure.moved(x, y)
    for i in range(rows):
        figure += arrow(x - 0.52, y + i + 0.5, x - 0.08, y + i + 0.5, "left")
    for j in range(columns):
        figure += arrow(x + j + 0.5, y - 0.52, x + j + 0.5, y - 0.08, "top")
    figure += text(label(step), x + columns + 0.25, y + rows / 2, 0.6, "start", "answer")
    foot = (tall + rows) / 2 + 0.3
    end = (x - 0.6 - inner / 2, y - 0.15)
    figure += curve(
        [(inner / 2 - 0.2, foot), (inner / 2 - 0.5, foot + 1.4), (end[0] - 0.1, end[1] - 1.6), end],
        "left",
        80,
    )
    foot = (tall + inner) / 2 + 0.35
    figure += arrow(x + columns / 2, foot, x + columns / 2, y - 0.6 - inner - 0.15, "top", 0.3)
    yield Arrangement(whole=figure)


def _brackets(figure: Figure) -> Figure:
    x0, y0, x1, y1 = figure.box
    d, arm = 0.22, 0.42
    x0, y0, x1, y1 = x0 - d, y0 - d, x1 + d, y1 + d
    for x, inward in ((x0, arm), (x1, -arm)):
        end = x + inward
        path = straight([(end, y0), (x, y0), (x, y1), (end, y1)])
        figure += Figure(
            (Line(path, "ink", 0.5, bounds=(min(x, end), y0, max(x, end), y1)),)
        )
    return figure


NAMED: dict[str, Callable[[Ink], Iterator[Arrangement]]] = {
    "product": product,
    "softmax": softmax_column,
    "attention": attention,
    "recurrence": recurrence,
}
"""Arrangements that a topic asks for by name."""

__all__ = ["arrangements"]
