"""The picture of a net as it is heard: how many circles stand in each row, and what they hold."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.page.items import Circle, Label
from sheetgen.press.pdf.tags import Element, Marked, Tags


def net_of(tags: Tags, key: bool) -> tuple[Element | None, list[Marked]]:
    """The picture of the net, if the page has one, and what is not a part of it."""
    nodes = [m.item for m in tags.marked if isinstance(m.item, Circle) and m.item.node]
    if not nodes:
        return None, tags.marked
    inside: list[int] = []
    values: dict[tuple[float, float], str] = {}
    others: list[Marked] = []
    for marked in tags.marked:
        item = marked.item
        if isinstance(item, Circle) and item.node:
            inside += [n for n in marked.numbers if n is not None]
            continue
        at = _circle_of(item, nodes) if isinstance(item, Label) else None
        if at is None or not isinstance(item, Label):
            others.append(marked)
            continue
        inside += [n for n in marked.numbers if n is not None]
        values[at.x, at.y] = item.markup if any(n is not None for n in marked.numbers) else ""
    levels = _levels(nodes)
    first = nodes[0]
    inside.append(tags.space(first.x, first.y, first.radius))
    box = " ".join(f"{72 / 25.4 * v:.0f}" for v in _bounds(nodes, tags.height))
    attributes = f"/O/Layout/BBox[{box}]"
    said = f"Picture of the net: {_counts(levels)} circles, from top to bottom; links are weights."
    if key and any(values.values()):
        rows = ("; ".join(values.get((n.x, n.y), "") for n in level) for level in levels)
        said += f" The circles hold, answer {', then '.join(rows)}."
    elif not key:
        said += " The circles are blank."
    return Element("Figure", tuple(inside), alt=said, attributes=attributes), others


def _circle_of(label: Label, nodes: Sequence[Circle]) -> Circle | None:
    """The circle in which a text stands."""
    return next((n for n in nodes if abs(n.x - label.x) + abs(n.y - label.y) < 0.3 * n.radius),
                None)  # fmt: skip


def _levels(nodes: Sequence[Circle]) -> list[list[Circle]]:
    """The circles in rows, from the top."""
    rows: dict[float, list[Circle]] = {}
    for node in nodes:
        rows.setdefault(round(node.y, 1), []).append(node)
    return [sorted(rows[y], key=lambda n: n.x) for y in sorted(rows)]


def _counts(levels: Sequence[Sequence[Circle]]) -> str:
    *some, last = (str(len(level)) for level in levels)
    return f"{', '.join(some)} and {last}" if some else last


def _bounds(nodes: Sequence[Circle], height: float) -> tuple[float, float, float, float]:
    """Left, bottom, right and top in mm, from the lower left corner of the page."""
    left, top = (min(n.x - n.radius for n in nodes), min(n.y - n.radius for n in nodes))
    right, low = (max(n.x + n.radius for n in nodes), max(n.y + n.radius for n in nodes))
    return left, height - low, right, height - top
