"""Short words at the circles of products, where there is room: what meets in their boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import hypot

from sheetgen.graph.nodes import Step
from sheetgen.graph.work import numbered
from sheetgen.layout.cells import Boxes
from sheetgen.layout.drawn import drawn_in
from sheetgen.layout.extras import is_clear
from sheetgen.page.figure import Box, box_of, legible
from sheetgen.page.items import Circle, Item, Label, Line
from sheetgen.type.fonts import text_width
from sheetgen.words.sentences import verb_line

SIZES = (3.8, 3.4, 3.2)
"""Ems of their letters that are tried: all words of a page are alike."""
CLEAR, FROM_LINES, ASIDE = 0.9, 1.5, 2.6
"""White around them, towards lines and arrows, and towards other such words."""
APART = 1.0
"""How much farther another circle is at least."""
_KIND = re.compile(r"\d+|^(?:each box|row|column) (?:of )?")
"""What is not the same in the words of steps of one kind."""
NEAR = 2.0
"""How far a name stands from its circle at most."""


def verbs(boxes: Boxes, items: Sequence[Item], area: Box, by: float = 1.0) -> list[Item]:
    """Beneath a circle and its name, at their right or over them; so much larger than usual, and
    larger still where all of them have room for as many words."""
    told = list(_told(boxes, items))
    found: list[Label] = []
    for size in reversed(SIZES):
        larger = _placed(told, items, area, size, by)
        if sum(len(i.markup) for i in larger) < sum(len(i.markup) for i in found):
            break
        found = larger
    return [*found]


def _told(boxes: Boxes, items: Sequence[Item]) -> Iterator[tuple[Circle, str]]:
    """The circles of products, and what is said there."""
    graph = boxes.exercise.graph
    drawn, groups = drawn_in(graph, items), dict(numbered(graph))
    for circle in items:
        if not isinstance(circle, Circle) or circle.node or not circle.text.isdigit():
            continue
        group = groups.get(int(circle.text), ())
        if group and _is_named(circle, drawn.made(group[0]), group, items):
            said = verb_line(group, drawn)  # the gradient of a bias stands with that of its weights
            if said:
                yield circle, said


def _placed(
    told: Sequence[tuple[Circle, str]], items: Sequence[Item], area: Box, size: float, by: float
) -> list[Label]:
    """The words of all steps of a kind in letters of a size, or of none."""
    kinds: dict[str, list[tuple[Circle, str]]] = {}
    """Of steps that do the same: where, and what is said."""
    for circle, said in told:
        kinds.setdefault(_kind(said), []).append((circle, said))
    found: list[Label] = []
    for alike in kinds.values():
        for some in (alike, [(circle, _short(said)) for circle, said in alike]):
            labels = _of_kind(some, items, found, area, size, by)
            if labels is not None:
                found += labels
                break
    return found


def _of_kind(
    told: Sequence[tuple[Circle, str]], items: Sequence[Item], others: Sequence[Item], area: Box,
    size: float, by: float,
) -> list[Label] | None:  # fmt: skip
    """The words at all of some circles, of a step with several at the first that has room; None if
    a step has none."""
    found: dict[str, Label | None] = {}
    for circle, said in told:
        if found.get(circle.text) is None:
            there = [*others, *(label for label in found.values() if label is not None)]
            found[circle.text] = _at(circle, said, items, there, area, size * by, by)
    labels = [label for label in found.values() if label is not None]
    return labels if len(labels) == len(found) else None


def _kind(said: str) -> str:
    """What is alike in the words of steps that do the same: products of errors and values are."""
    return _short(said) if said.startswith("each of ") else _KIND.sub("", said.partition("×")[0])


def _short(said: str) -> str:
    """What meets, without the names."""
    left, sign, right = said.partition(" × ")
    if not sign:
        return said
    one, other = (next((w for w in ("each", "row", "column") if some.startswith(w)), usual)
                  for some, usual in ((left, "row"), (right, "column")))  # fmt: skip
    return f"{one} × {other}"


def _at(
    circle: Circle, said: str, items: Sequence[Item], others: Sequence[Item], area: Box,
    size: float, by: float,
) -> Label | None:  # fmt: skip
    """The words at the first free place near a circle."""
    size = legible(Label(0.0, 0.0, said, size)).size
    taken = list(map(box_of, items))
    lines = [box for i, box in zip(items, taken, strict=True) if isinstance(i, Line)]
    words = list(map(box_of, others))
    wide, high = text_width(said, size, "label"), size * 1.1
    for x, y in _places(circle, items, wide, high):
        box = x, y, x + wide, y + high
        if is_clear(box, taken, area, CLEAR * by) and is_clear(
            box, lines, area, FROM_LINES * by
        ) and is_clear(box, words, area, ASIDE * by) and _is_nearest(circle, box, items):
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

