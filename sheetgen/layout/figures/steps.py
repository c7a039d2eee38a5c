"""Any graph on the page: each step a small figure of its own, its factors copied beside it, one
after the other.

What has no arrangement of its own is set this way, and what follows another arrangement: gradients
of attention and recurrence, the update of gradient descent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetgen.graph.formula import Over
from sheetgen.graph.layers import layer_of
from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.layout.cells import Boxes, joined
from sheetgen.layout.figures.parts import name_of, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.update import update_figures
from sheetgen.page.figure import (
    LABEL,
    Arrangement,
    Crossing,
    Figure,
    block,
    crossing,
    ones,
    text,
)
from sheetgen.page.items import Block
from sheetgen.words.labels import label

WIDEST = 22.7
"""Cells of the least size that stand side by side on A4."""


@arrangement("steps")
def steps(boxes: Boxes) -> Iterator[Arrangement]:
    """Every step that the student sees, then the updates."""
    shown = [s for s in boxes.exercise.graph.steps if not s.hidden and not s.op.updates]
    yield Arrangement(flow=(*(step_figure(boxes, s) for s in shown), *update_figures(boxes)))


def step_figure(boxes: Boxes, step: Step) -> Figure:
    """One step: a crossing for a product, a line of blocks and signs for anything else."""
    if len(step.op.products) == 1 and step.op.added is None:
        left, turn_left, top, turn_top = step.op.products[0]
        return _product(boxes, step, step.inputs[left], turn_left, step.inputs[top], turn_top)
    layer = layer_of(step)
    if layer is not None and layer[1] is not None:
        return _affine(boxes, step, layer[0], layer[1], layer[2])
    return _line(boxes, step)


def _product(
    boxes: Boxes, step: Step, left: Node, turn_left: bool, top: Node, turn_top: bool
) -> Figure:
    lefts, tops, result = boxes.of(left, turn_left), boxes.of(top, turn_top), boxes.of(step)
    made = crossing(
        lefts,
        tops,
        result,
        outline=isinstance(left, Given) and left.role == "parameter",
        gap_left=0.35,
        gap_top=0.35,
        names=(left.name, top.name, step.name),
    )
    return (
        made.figure
        + _names(made, name_of(left, turn_left), name_of(top, turn_top), len(tops[0]))
        + tag(boxes, step, len(result[0]) + 0.2, len(result) / 2, "start")
    )


def _names(made: Crossing, left: str, top: str, columns: int) -> Figure:
    return text(left, made.left[0] - 0.18, made.left[1] + 0.5, LABEL, "end") + text(
        top, made.top[0] + columns / 2, made.top[1] - 0.36, LABEL
    )


def _affine(boxes: Boxes, step: Step, W: Node, b: Node, x: Node) -> Figure:
    cells = joined(boxes.of(W), boxes.of(b))
    made = crossing(
        cells,
        boxes.of(x),
        boxes.of(step),
        outline=True,
        gap_left=0.4,
        gap_top=0.75,
        names=(W.name, x.name, step.name),
    )
    return (
        made.figure
        + ones(x.shape[1], 0.0, -0.37)
        + text(label(b), -0.9, -0.34, LABEL * 0.85)
        + _names(made, label(W), label(x), x.shape[1])
        + tag(boxes, step, x.shape[1] + 0.2, step.shape[0] / 2, "start")
    )


def _named(boxes: Boxes, node: Node) -> Figure:
    cells = boxes.of(node)
    outline = isinstance(node, Given) and node.role == "parameter"
    return block(cells, 0.0, 0.0, outline, node.name) + text(
        label(node), len(cells[0]) / 2, -0.36, LABEL
    )


def _line(boxes: Boxes, step: Step) -> Figure:
    """The operands with signs between them, the equals sign, the result."""
    result = block(boxes.of(step), 0.0, 0.0, name=step.name)
    result += tag(boxes, step, step.shape[1] + 0.2, step.shape[0] / 2, "start")
    return _lines([*_operands(boxes, step), _equals(step), result])


def _operands(boxes: Boxes, step: Step) -> list[Figure]:
    line = step.op.line
    rate = step.params.get("rate")
    parts: list[Figure] = []
    if line.before:
        parts.append(text(_filled(line.before, step), 0, 0, 0.7))
    for k, node in enumerate(n for n in step.inputs if n is not step.through):
        if k:
            sign = line.between
            if rate is not None and rate != "1":
                sign += f" {_pretty(rate)} ×"
            parts.append(text(sign, 0, 0, 0.6))
        parts.append(_named(boxes, node))
    if line.after:
        parts.append(text(line.after, 0, 0, 0.7 if line.before else 0.6))
    return parts


def _filled(said: str, step: Step) -> str:
    """A row's words with the params of a step."""
    return said.format(**{k: _pretty(str(v)) for k, v in step.params.items()})


def _equals(step: Step) -> Figure:
    """The equals sign, and over it what is done where no sign between the operands says it."""
    word, sign = _sign(step)
    if word:
        return text(word, 0, -0.32, 0.42) + text(sign, 0, 0.22, 0.6)
    return text(sign, 0, 0, 0.7)


def _sign(step: Step) -> tuple[str, str]:
    """What stands over the equals sign, and the sign."""
    line = step.op.line
    sums = isinstance(step.op.formula.body, Over) and not step.op.sums_down
    nothing = sums and step.op.terms([n.shape for n in step.inputs], step.params) == 1
    return ("" if nothing else _filled(line.word, step)), line.equals


def _lines(parts: Sequence[Figure]) -> Figure:
    """Left to right, and on a further line from the sign on with which it would be too wide."""
    rows: list[list[Figure]] = [[]]
    for part in parts:
        if rows[-1] and _level([*rows[-1], part]).width > WIDEST:
            is_sign = not any(isinstance(i, Block) for i in rows[-1][-1].items)
            rows.append([rows[-1].pop()] if is_sign and len(rows[-1]) > 1 else [])
        rows[-1].append(part)
    out = _level(rows[0])
    for row in rows[1:]:
        out += _level(row).at(out.box[0] + 0.8, out.box[3] + 0.4)
    return out


def _level(parts: Sequence[Figure]) -> Figure:
    """Left to right with the blocks' middles on one line (labels above them do not count)."""
    out = Figure()
    x = 0.0
    for part in parts:
        blocks = [i for i in part.items if isinstance(i, Block)]
        middle = blocks[0].y + blocks[0].rows / 2 if blocks else (part.box[1] + part.box[3]) / 2
        out += part.moved(x - part.box[0], -middle)
        x += part.width + 0.35
    return out


def _pretty(number: str) -> str:
    return number.lstrip("0") or "0" if number.startswith("0.") else number


def gradient_figures(boxes: Boxes) -> tuple[Figure, ...]:
    """The way back step by step, then the updates."""
    graph = boxes.exercise.graph
    shown = [s for s in graph.steps if s.role == "gradient" and not s.hidden]
    return (*(step_figure(boxes, s) for s in shown), *update_figures(boxes))
