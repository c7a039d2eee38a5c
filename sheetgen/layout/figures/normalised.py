"""A normalisation on the page: what is normalised, what is left without the mean, and what comes of
dividing it, in one line; the statistics beside it, flush with the rows or columns they belong to.

Statistics come by wire into the sign where they are used, so that none is copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from sheetgen.graph.layers import Layer, layer_of, layers_behind
from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.chain import hung
from sheetgen.layout.figures.generic import marching
from sheetgen.layout.figures.march.facts import adds_down
from sheetgen.layout.figures.normalised_back import way_back
from sheetgen.layout.figures.parts import (
    input_block,
    room_above,
    smallness,
    steps_called,
    tag,
    weights,
)
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.update import update_figures
from sheetgen.page.figure import (
    LABEL,
    Arrangement,
    Banded,
    Box,
    Figure,
    block,
    ones,
    rounded,
    text,
)
from sheetgen.page.items import Circle, Rule
from sheetgen.words.labels import label
from sheetgen.words.sentences import filled

GAP = 1.5
"""Between two blocks with a ring between them."""
RING = 0.34
"""Radius of the ring around a sign."""
ASIDE = 0.8
"""From a block to the ring at its right."""
WIDE = 3.2
"""Between two blocks at the second of which statistics stand with their names."""
WORD = 1.7
"""Between a block and its statistics, or two statistics, for a word over its sign."""
FRAMED = 7.6
"""From the foot of what has columns to the foot of the box around their statistics, about."""
MOST_ROWS = 3
"""With more the way back is cut, so that the words of its steps stand beneath it."""
WIRES = ("state", "p2")
"""The inks of the wires of the mean and of the deviation."""


@arrangement("normalised")
def normalised(boxes: Boxes) -> Iterator[Arrangement]:
    """Down a tower where rows are normalised, along a line where columns are; the way back step by
    step."""
    graph = boxes.exercise.graph
    made = steps_called(graph, "normed")[0]
    steps = _Steps.of(boxes, made)
    rest = [s for s in graph.steps if not s.hidden and not s.op.updates and s not in steps.all]
    down = adds_down(steps.squares)
    back = way_back(boxes) if rest and all(s.role == "gradient" for s in rest) else None
    if back is not None:
        whole, halves = back
        lines = [_line(boxes, made, turned, []) for turned in (False, True) if down]
        figure = min(lines, key=smallness) if down else _tower(boxes, made, [])
        yield Arrangement(whole=figure, bands=partial(_halves, halves), most_pages=2)
        if down or steps.source.shape[0] <= MOST_ROWS:
            yield Arrangement(leaves=(figure, whole))
        yield Arrangement(leaves=(figure, *halves))
    behind = layers_behind(graph, steps.scaled, 2 if isinstance(steps.source, Given) else 3)
    for layers in (behind, []) if behind else ([],):
        drawn = [s for layer in layers for s in (layer.z, layer.out)]
        figures = [_line(boxes, made, turned, layers) for turned in (False, True)] if down else [
            _tower(boxes, made, layers)]  # fmt: skip
        after = [s for s in rest if s not in drawn]
        for figure in sorted(figures, key=smallness):
            yield Arrangement(whole=figure, bands=marching(boxes, after) if after else None,
                              flow=update_figures(boxes))  # fmt: skip


def _halves(halves: Sequence[Figure], width: float, height: float) -> Banded | None:
    """The two halves of a way back, if both fit in a width and height."""
    fits = all(half.width <= width and half.height <= height for half in halves)
    return Banded(tuple(halves)) if fits else None


@arrangement("normalised and layers", marching=True)
def normalised_and_layers(boxes: Boxes) -> Iterator[Arrangement]:
    """The same where layers come after it, which march."""
    return normalised(boxes)


@dataclass
class _Parts:
    """The figure as it grows, and where the statistics stand."""

    boxes: Boxes
    figure: Figure = field(default_factory=Figure)
    boxed: list[Box] = field(default_factory=list)

    def put(self, node: Node, x: float, y: float) -> None:
        outline = isinstance(node, Given) and node.role == "parameter"
        self.figure += block(self.boxes.of(node), x, y, outline, node.name)

    def statistic(self, node: Step, x: float, y: float, beside: bool) -> None:
        """A statistic with its name above it, or ``beside`` it."""
        rows, cols = node.shape
        self.put(node, x, y)
        name = (tag(self.boxes, node, x - 0.2, y + 0.5, "end") if beside
                else tag(self.boxes, node, x + cols / 2, y - 0.42, "middle"))  # fmt: skip
        self.figure += name
        x0, y0, x1, y1 = name.box
        self.boxed.append((min(x0, x), min(y0, y), max(x1, x + cols), max(y1, y + rows)))

    def word(self, step: Step, x: float, y: float) -> None:
        """What is done, over its sign."""
        line = step.op.line
        self.figure += text(filled(line.word or line.before, step), x, y - 0.3, 0.42)
        self.figure += text(line.equals, x, y + 0.22, 0.6)

    def ring(self, step: Step, x: float, y: float) -> None:
        self.figure += Figure((Circle(x, y, RING),)) + text(step.op.line.between, x, y, 0.55)

    def frame(self, said: str, beneath: bool = False) -> None:
        """The dotted box around the statistics, its name above it or ``beneath``."""
        x0, y0 = (min(b[k] for b in self.boxed) - 0.25 for k in (0, 1))
        x1, y1 = (max(b[k] for b in self.boxed) + 0.25 for k in (2, 3))
        self.figure += Figure((Rule(x0, y0, x1 - x0, y1 - y0),))
        self.figure += text(said, x0 + 0.1, y1 + 0.32 if beneath else y0 - 0.28, 0.42,
                            "start", "soft")  # fmt: skip


@dataclass(frozen=True)
class _Steps:
    """The steps of a normalisation; no sum, mean nor centred where the mean is not taken off."""

    source: Node
    total: Step | None
    mean: Step | None
    centred: Step | None
    squares: Step
    variance: Step
    deviation: Step
    normed: Step
    scaled: Step

    @property
    def all(self) -> tuple[Node | None, ...]:
        """All that is drawn, with the layer before it."""
        return (self.source, self.total, self.mean, self.centred, self.squares, self.variance,
                self.deviation, self.normed, self.scaled)  # fmt: skip

    @classmethod
    def of(cls, boxes: Boxes, normed: Step) -> _Steps:
        graph = boxes.exercise.graph
        deviation = normed.inputs[1]
        assert isinstance(deviation, Step)
        variance = deviation.inputs[0]
        assert isinstance(variance, Step)
        squares = variance.inputs[0]
        assert isinstance(squares, Step)
        means, centred = steps_called(graph, "mean"), steps_called(graph, "centred")
        total = means[0].inputs[0] if means else None
        assert total is None or isinstance(total, Step)
        [scaled] = steps_called(graph, "scaled")
        source = centred[0].inputs[0] if centred else normed.inputs[0]
        return cls(source, total, means[0] if means else None, centred[0] if centred else None,
                   squares, variance, deviation, normed, scaled)  # fmt: skip


# --- rows: a tower


def _tower(boxes: Boxes, normed: Step, layers: list[Layer]) -> Figure:
    """One block beneath the other, the statistics of rows at the right; ``layers`` hang under what
    comes out."""
    steps, parts = _Steps.of(boxes, normed), _Parts(boxes)
    rows, cols = steps.source.shape
    parts.figure += _source(boxes, steps.source)
    first, y = cols + WORD, 0.0
    if steps.total and steps.mean and steps.centred:
        second = first + 1 + WORD
        parts.word(steps.total, cols + WORD / 2, rows / 2)
        parts.statistic(steps.total, first, 0.0, False)
        parts.word(steps.mean, first + 1 + WORD / 2, rows / 2)
        parts.statistic(steps.mean, second, 0.0, False)
        parts.figure += _down_and_back(second + 0.5, rows, cols, WIRES[0])
        parts.ring(steps.centred, cols / 2, rows + GAP * 0.4)
        y = rows + GAP
        parts.put(steps.centred, 0.0, y)
        parts.figure += tag(boxes, steps.centred, -0.25, y + rows / 2, "end")
    x = first
    before = cols + 0.0
    for step in (steps.squares, steps.variance, steps.deviation):
        parts.word(step, (before + x) / 2, y + rows / 2)
        parts.statistic(step, x, y, False)
        before, x = x + 1.0, x + 1 + WORD
    parts.figure += _down_and_back(before - 0.5, y + rows, cols, WIRES[1])
    parts.ring(normed, cols / 2, y + rows + GAP * 0.4)
    y += rows + GAP
    parts.put(normed, 0.0, y)
    parts.figure += tag(boxes, normed, -0.25, y + rows / 2, "end")
    parts.frame("statistics of each row")
    corner = _learned(parts, steps, float(cols), y, False)
    return parts.figure + hung(boxes, layers, *corner) if layers else parts.figure


def _down_and_back(x: float, y: float, cols: int, ink: str) -> Figure:
    """From the foot of a statistic into the ring beneath what it is of."""
    level = y + GAP * 0.4
    return rounded([(x, y), (x, level), (cols / 2 + RING + 0.04, level)], ink)


def _source(boxes: Boxes, source: Node) -> Figure:
    """What is normalised, with the layer that makes it if there is one."""
    cols = source.shape[1]
    found = layer_of(source) if isinstance(source, Step) else None
    if found is None or not isinstance(source, Step):
        return block(boxes.of(source), 0.0, 0.0, name=source.name) + text(
            label(source), cols / 2, -0.42, LABEL * 1.15
        )
    W, b, x = found
    layer = Layer(1, W, b, x, source, None)
    top = room_above(layer)
    figure = input_block(boxes, x).moved(0.0, -top - x.shape[0])
    figure += ones(cols, 0.0, 0.36 - top) + weights(boxes, layer, -0.5, 0.0)
    figure += block(boxes.of(source), 0.0, 0.0, name=source.name)
    return figure + tag(boxes, source, cols + 0.15, -0.42, "start")


# --- columns: a line


def _line(boxes: Boxes, normed: Step, below: bool, layers: list[Layer]) -> Figure:
    """One block beside the other, the statistics of columns beneath; what is learned at the right,
    or its result ``below``; ``layers`` hang under that, deeper than the statistics."""
    steps, parts = _Steps.of(boxes, normed), _Parts(boxes)
    rows, cols = steps.source.shape
    parts.figure += _source(boxes, steps.source)
    x = 0.0
    if steps.total and steps.mean and steps.centred:
        _statistics(parts, (steps.total, steps.mean), x, rows)
        parts.figure += _right_and_up(x + cols, rows + 4.3, rows, WIRES[0])
        parts.ring(steps.centred, x + cols + ASIDE, rows / 2)
        x += cols + WIDE
        parts.put(steps.centred, x, 0.0)
        parts.figure += tag(boxes, steps.centred, x + cols / 2, -0.42, "middle")
    _statistics(parts, (steps.squares, steps.variance, steps.deviation), x, rows)
    parts.figure += _right_and_up(x + cols, rows + 6.7, rows, WIRES[1])
    parts.ring(normed, x + cols + ASIDE, rows / 2)
    x += cols + 2 * ASIDE
    parts.put(normed, x, 0.0)
    parts.figure += tag(boxes, normed, x + cols / 2, -0.42, "middle")
    corner = _learned(parts, steps, x + cols, 0.0, below, rows + FRAMED if layers else 0.0)
    parts.frame("statistics of each column", True)
    return parts.figure + hung(boxes, layers, *corner) if layers else parts.figure


def _statistics(parts: _Parts, some: Sequence[Step], x: float, y: float) -> None:
    """Statistics of columns, one beneath the other."""
    for step in some:
        parts.word(step, x + step.shape[1] / 2, y + 0.72)
        parts.statistic(step, x, y + 1.4, True)
        y += 2.4


def _right_and_up(x: float, y: float, rows: int, ink: str) -> Figure:
    """From the right end of a statistic up into the ring at what it is of."""
    return rounded([(x, y), (x + ASIDE, y), (x + ASIDE, rows / 2 + RING + 0.04)], ink)


# --- what is learned


def _learned(
    parts: _Parts, steps: _Steps, x: float, y: float, below: bool, foot: float = 0.0
) -> tuple[float, float]:
    """⊙ [γ] + [β] = [Y], behind what was normalised, or [Y] ``below`` that, down to some ``foot``
    at least; the lower left corner of [Y]."""
    scaled = steps.scaled
    rows, cols = scaled.shape
    middle = y + rows / 2
    sign = scaled.op.line.between
    for node in scaled.inputs[1:]:
        parts.figure += text(sign, x + 0.5, middle, 0.6)
        parts.put(node, x + 1.0, y)
        parts.figure += text(label(node), x + 1.5, y - 0.42, LABEL, colour="top")
        x, sign = x + 2.0, "+"
    if below:
        level = y + rows + (5.5 if rows > 4 else 3.1) - rows / 2  # with no statistic
        x, y = x - 2.0 * (len(scaled.inputs) - 1) - cols + 0.9, max(level, foot - rows)
        parts.figure += text("=", x - 0.55, y + rows / 2, 0.6)
    else:
        parts.figure += text("=", x + 0.5, middle, 0.6)
        x += 1.0
    parts.put(scaled, x, y)
    parts.figure += tag(parts.boxes, scaled, x + cols / 2, y - 0.42, "middle")
    return x, y + rows
