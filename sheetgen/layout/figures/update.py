"""The update of gradient descent on the page: each layer's gradient as it stands where it was
worked out, the old weights, the new ones; a curve leads from one neuron's gradients to its row."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.graph.work import numbered
from sheetgen.layout.cells import Boxes, joined
from sheetgen.layout.figures.parts import carried, line_of, name_of, rectangle_of
from sheetgen.page.figure import BADGE, LABEL, Figure, arrow, badge, block, curve, text
from sheetgen.page.items import Line
from sheetgen.page.paths import straight
from sheetgen.type.fonts import SMALL as SMALLER
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label

SMALL = 0.66
"""Height of the places in which a gradient stands once more, in boxes."""
WIDE = (0.66, 0.9, 1.06)
"""Their width where there is room, by the decimals of what stands there."""
WIDEST = 20.0
"""Width of a row that leaves the boxes of one size with the page's others."""
BEFORE, BETWEEN = 2.1, 1.9
"""Between the gradient and the old block, and between that and the new one."""
CLOSER = 0.4
"""How much nearer gradient and old block stand in large print."""
ABOVE = 1.3
"""Height for names above the blocks."""
UNDER = 1.95
"""Between the old block and the new one beneath it, in large print."""
SAID = 0.4
"""Height of the letters of what the columns are, and of the neurons' names."""


def update_figures(boxes: Boxes, turned: bool = False) -> tuple[Figure, ...]:
    """The updates of all layers, if the sheet asks for them; the gradients lie on their side if
    they are ``turned`` where they were worked out. The new block stands at the right of the old
    one, in large print beneath it."""
    groups = [g for _, g in numbered(boxes.exercise.graph) if g[0].op.updates]
    if not groups:
        return ()
    blocks = max(sum(s.shape[1] for s in g) for g in groups)
    most = max(g[0].shape[0] if turned else sum(s.shape[1] for s in g) for g in groups)
    left = (WIDEST - BEFORE - BETWEEN - 2 * blocks) / most
    wanted = WIDE[min(max(_decimals(boxes, g) for g in groups), len(WIDE) - 1)]
    place = max(SMALL, min(wanted, round(left, 2)))
    strips = [_strip(boxes, [s.inputs[1] for s in g], turned, place) for g in groups]
    x = max(strip.box[2] for strip in strips) + BEFORE - (CLOSER if boxes.scripts else 0.0)
    made = [
        _layer(boxes, k, group, strip, (x, x + blocks + BETWEEN), turned, place)
        for k, (group, strip) in enumerate(zip(groups, strips, strict=True))
    ]
    return (_heading(boxes, groups[0][0], made[0], x, blocks, turned), *made[1:])


def _heading(
    boxes: Boxes, first: Step, figure: Figure, x: float, blocks: int, turned: bool
) -> Figure:
    """The first layer's figure with the rule and what the columns are above it."""
    y = figure.box[1] - 0.5
    rate, size = str(first.params["rate"]), _said(boxes)
    times = "" if rate == "1" else f"{rate.lstrip('0')} × "
    said = "the gradient, a column a neuron" if turned else "the gradient, a row a neuron"
    old, middle = "old, a row a neuron", x + blocks / 2
    wide = text_width(said, size, "label") + text_width(old, size, "label") / 2
    if wide + 0.3 > middle:
        said, old = "the gradient", "old"
    figure += text(said, 0.0, y, size, "start", "soft")
    figure += text(old, middle, y, size, "middle", "soft")
    new = (x + blocks * 1.5 + BETWEEN, y) if not boxes.scripts else (
        middle + 0.8, first.shape[0] + 0.45)  # fmt: skip
    figure += text("new", *new, size, "middle", "soft")
    middle = (figure.box[0] + figure.box[2]) / 2
    return figure + text(f"Gradient descent: new = old − {times}gradient", middle, y - 0.9, 0.62)


def _said(boxes: Boxes) -> float:
    """Height of the letters of what the columns are."""
    return max(SAID, boxes.scripts * SMALLER)


def _decimals(boxes: Boxes, steps: Sequence[Step]) -> int:
    """How many the gradients of a layer have."""
    return max(boxes.exercise.values[s.inputs[1].name].decimals for s in steps)


def _strip(boxes: Boxes, nodes: Sequence[Node], turned: bool, place: float) -> Figure:
    """The gradients of a layer without boxes to fill, in places of some width: a key shows their
    numbers."""
    rows = [[(n.name, i, j) for n in nodes for j in range(n.shape[1])]
            for i in range(nodes[0].shape[0])]  # fmt: skip
    if turned:
        rows = [list(column) for column in zip(*rows, strict=True)]
    wide, high = len(rows[0]) * place, len(rows) * SMALL
    figure = carried(boxes, rows, place, SMALL, 0.38)
    for k in range(1, len(rows[0]) if turned else len(rows)):
        ends = [(k * place, 0.0), (k * place, high)] if turned else [
            (0.0, k * SMALL), (wide, k * SMALL)]  # fmt: skip
        figure += line_of(straight(ends), (*ends[0], *ends[1]))
    names = ", ".join(name_of(n, turned) for n in nodes)
    return figure + text(names, 0.0, high + 0.36, 0.42, "start", "gradient")


def _ring(x0: float, y0: float, x1: float, y1: float) -> Figure:
    """A line around what belongs together."""
    return Figure((Line(rectangle_of(x0, y0, x1, y1), "gradient", 0.5,
                        bounds=(x0, y0, x1, y1), within=True),))  # fmt: skip


def _layer(
    boxes: Boxes, k: int, steps: Sequence[Step], strip: Figure, at: tuple[float, float],
    turned: bool, place: float,
) -> Figure:  # fmt: skip
    """One layer, where its old block and its new one stand, both at y = 0, and how wide a place of
    its gradients is."""
    x, right = at
    old = [s.inputs[0] for s in steps]
    units = steps[0].shape[0]
    colour = f"p{k % 7 + 1}"
    figure = strip + _block(boxes, old, x, colour)
    new = _block(boxes, list(steps), 0.0, colour)
    figure += new.moved(x, units + UNDER) if boxes.scripts else new.moved(right, 0.0)
    wide = sum(n.shape[1] for n in old)
    names = [f"n_{i + 1}" for i in range(units)]
    for i, name in enumerate(names):
        figure += text(name, x - 0.18, i + 0.5, SAID, "end", "soft")
        end = ((i + 0.5) * place, -0.3) if turned else (-0.12, (i + 0.5) * SMALL)
        figure += text(name, *end, SAID, "middle" if turned else "end", "soft")
    if units > 1:  # else it is the whole block
        figure += _ring(x + 0.05, 0.06, x + wide - 0.05, 0.94)
    if turned:
        figure += _ring(0.04, 0.04, place - 0.04, len(_rows(old)) * SMALL - 0.04)
        start, end = (place / 2, -0.6), (x - 0.85, 0.5)
        figure += curve(
            [start, (place / 2, -1.15), (end[0] - 0.9, -1.15), (end[0] - 0.7, -0.5),
             (end[0] - 0.6, 0.3), (end[0] - 0.5, 0.5), end], "gradient", 0.0)  # fmt: skip
    else:
        edge = wide * place
        figure += _ring(0.04, 0.04, edge - 0.04, SMALL - 0.04)
        figure += arrow(edge + 0.1, SMALL / 2, x - 0.85, 0.5, "gradient", 0.3)
    number = boxes.step_numbers.get(steps[0])
    if boxes.scripts:
        middle = x + wide / 2
        if number is not None:
            figure += badge(number, middle - 0.6, units + 0.45)
        return figure + arrow(middle, units + 0.12, middle, units + 0.85)
    middle = x + wide + (right - x - wide) / 2
    if number is not None:
        figure += badge(number, middle, units / 2 - BADGE - 0.12)
    return figure + arrow(middle - 0.5, units / 2 + 0.2, middle + 0.5, units / 2 + 0.2)


def _rows(nodes: Sequence[Node]) -> range:
    """The rows of a layer's gradients that lie on their side."""
    return range(sum(n.shape[1] for n in nodes))


def _block(boxes: Boxes, nodes: Sequence[Node], x: float, colour: str) -> Figure:
    """Matrices as one block, each with its name above it."""
    figure = block(joined(*(boxes.of(n) for n in nodes)), x, 0.0, True, nodes[0].name)
    for node in nodes:
        bias = node.shape[1] == 1 and (
            (isinstance(node, Given) and node.draw == "bias")
            or (isinstance(node, Step) and node is not nodes[0])
        )
        figure += text(label(node), x + node.shape[1] / 2, -0.42, LABEL, "middle",
                       "ink" if bias else colour)  # fmt: skip
        x += node.shape[1]
    return figure
