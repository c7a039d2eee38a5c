"""Short words at the circles of products, where there is room: what meets in their boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import hypot

from sheetgen.graph.nodes import Given, Step
from sheetgen.graph.work import numbered
from sheetgen.layout.cells import Boxes
from sheetgen.layout.drawn import drawn_in
from sheetgen.layout.extras import is_free
from sheetgen.page.figure import Box, box_of, legible
from sheetgen.page.items import Circle, Item, Label
from sheetgen.type.fonts import text_width
from sheetgen.words.sentences import verb_line

SIZE = 3.2
"""Em of their letters."""
CLEAR = 0.9
"""White around them."""
APART = 1.0
"""How much farther another circle is at least."""
_NUMBERS = re.compile(r"\d+")
NEAR = 2.0
"""How far a name stands from its circle at most."""


def verbs(boxes: Boxes, items: Sequence[Item], area: Box, by: float = 1.0) -> list[Item]:
    """Beneath a circle and its name, at their right or over them; so much larger than usual."""
    graph = boxes.exercise.graph
    drawn, groups = drawn_in(graph, items), dict(numbered(graph))
    found: list[Item] = []
    told: set[int] = set()
    kinds: dict[str, dict[int, Label | None]] = {}
    """Of steps that stand side by side and do the same: the words of each, where they have room."""
    for circle in items:
        if not isinstance(circle, Circle) or circle.node or not circle.text.isdigit():
            continue
        group = groups.get(int(circle.text), ())
        if int(circle.text) in told or not group or not _is_named(circle, drawn.made(group[0]),
                                                                  group, items):
            continue  # the gradient of a bias stands with that of its weights
        said = verb_line(group, drawn)
        label = _at(circle, said, [*items, *found], area, by) if said else None
        if all(isinstance(n, Given) for n in group[0].inputs):
            kinds.setdefault(_NUMBERS.sub("", said), {}).setdefault(int(circle.text), label)
        if label is not None:
            found.append(label)
            told.add(int(circle.text))
    some = [of for of in kinds.values() if None in of.values()]  # for all of a kind or for none
    return [i for i in found if not any(i is label for of in some for label in of.values())]


def _at(
    circle: Circle, said: str, items: Sequence[Item], area: Box, by: float
) -> Label | None:
    """The words at the first free place near a circle."""
    size = legible(Label(0.0, 0.0, said, SIZE * by)).size
    wide, high = text_width(said, size, "label"), size * 1.1
    for x, y in _places(circle, items, wide, high):
        box = x, y, x + wide, y + high
        if is_free(box, items, area, CLEAR * by) and _is_nearest(circle, box, items):
            return Label(x, y + high / 2, said, size, "start", "soft")
    return None


def _is_named(
    circle: Circle, name: str, group: Sequence[Step], items: Sequence[Item]
) -> bool:
    """Whether the first of several gradients stands at a circle."""
    if len(group) == 1 or group[0].role != "gradient":
        return True
    return any(isinstance(i, Label) and i.markup == name
               and _apart(box_of(i), box_of(circle)) < NEAR for i in items)  # fmt: skip


def _is_nearest(circle: Circle, box: Box, items: Sequence[Item]) -> bool:
    """Whether no other circle is about as near to some words."""
    own = _apart(box, box_of(circle))
    return all(_apart(box, box_of(i)) > own + APART for i in items
               if isinstance(i, Circle) and i is not circle and not i.node)  # fmt: skip


def _apart(a: Box, b: Box) -> float:
    """How far two boxes are apart."""
    return hypot(max(a[0] - b[2], b[0] - a[2], 0.0), max(a[1] - b[3], b[1] - a[3], 0.0))


def _places(
    circle: Circle, items: Sequence[Item], wide: float, high: float
) -> Iterator[tuple[float, float]]:
    """Corners of the words: beneath the circle and its name, at their right, over them."""
    x0, y0, x1, y1 = box_of(circle)
    for item in items:
        if isinstance(item, Label) and abs(item.y - circle.y) < 0.6:
            box = box_of(item)
            if max(box[0] - x1, x0 - box[2]) < NEAR:
                x0, y0, x1, y1 = (min(x0, box[0]), min(y0, box[1]), max(x1, box[2]),
                                  max(y1, box[3]))  # fmt: skip
    yield x0, y1 + 0.95
    yield x1 - wide, y1 + 0.95
    yield x1 + 1.6, circle.y - high / 2
    yield x0, y0 - high - 0.95

