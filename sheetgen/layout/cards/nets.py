"""Small pictures of a net beside its layers: at the + the last node is to be drawn."""

from __future__ import annotations

from sheetgen.graph.layers import Layer
from sheetgen.layout.cells import Boxes
from sheetgen.page.figure import Figure
from sheetgen.page.items import Circle, Item, Line
from sheetgen.page.paths import straight

RADIUS, PLUS = 0.26, 0.13
"""Of a node; half of a plus."""
PITCH, RISE = 0.95, 1.9
"""From node to node, and from level to level."""


def chain_picture(boxes: Boxes, layers: list[Layer]) -> Figure:
    """A node at the height of each result; the last is to be drawn."""
    heights = [-0.5]
    y = 0.0
    for layer in layers:
        y += 0.75 if layer.b is not None else 0.3
        heights.append(y + 0.5)
        y += layer.z.shape[0]
    items: list[Item] = []
    for k, layer in enumerate(layers):
        last = k == len(layers) - 1
        items.append(_link(boxes, layer, 0, 0, (0.0, heights[k]), (0.0, heights[k + 1]), last))
    nodes = [Circle(0.0, y, RADIUS, node=True, answer=k == len(layers))
             for k, y in enumerate(heights)]  # fmt: skip
    return Figure((*items, *nodes, *plus(0.0, heights[-1])))


def net_picture(boxes: Boxes, layers: list[Layer]) -> Figure:
    """All levels, inputs on top, with their links; the last node is to be drawn, with its links."""
    sizes = [layers[0].source.shape[0], *(layer.z.shape[0] for layer in layers)]
    widest = max(sizes)

    def spot(level: int, k: int) -> tuple[float, float]:
        return (widest - sizes[level]) / 2 * PITCH + k * PITCH, level * RISE

    last = len(sizes) - 1, sizes[-1] - 1
    links = [
        _link(boxes, layer, i, j, spot(level, j), spot(level + 1, i), (level + 1, i) == last)
        for level, layer in enumerate(layers)
        for i in range(sizes[level + 1])
        for j in range(sizes[level])
    ]
    nodes = [Circle(*spot(level, k), RADIUS, node=True, answer=(level, k) == last)
             for level, size in enumerate(sizes) for k in range(size)]  # fmt: skip
    return Figure((*links, *nodes, *plus(*spot(*last))))


def plus(x: float, y: float) -> tuple[Line, Line]:
    """Where a node is to be drawn."""
    return (
        Line(straight([(x - PLUS, y), (x + PLUS, y)]), "soft", 0.3,
             bounds=(x - PLUS, y - 0.01, x + PLUS, y + 0.01), within=True),
        Line(straight([(x, y - PLUS), (x, y + PLUS)]), "soft", 0.3,
             bounds=(x - 0.01, y - PLUS, x + 0.01, y + PLUS), within=True),
    )  # fmt: skip


def _link(
    boxes: Boxes, layer: Layer, i: int, j: int, start: tuple[float, float],
    end: tuple[float, float], drawn: bool,
) -> Line:  # fmt: skip
    """The link of a weight, none where that is 0; ``drawn`` by the student."""
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    ux, uy = (x1 - x0) / length * RADIUS, (y1 - y0) / length * RADIUS
    return Line(
        straight([(x0 + ux, y0 + uy), (x1 - ux, y1 - uy)]), f"p{(layer.index - 1) % 7 + 1}", 0.3,
        answer=drawn, bounds=(min(x0, x1), y0, max(x0, x1), y1), source=(layer.W.name, i, j),
    )  # fmt: skip
