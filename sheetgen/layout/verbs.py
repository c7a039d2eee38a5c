"""Short words at the circles of products, where there is room: what meets in their boxes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sheetgen.graph.nodes import Step
from sheetgen.graph.work import numbered
from sheetgen.layout.cells import Boxes
from sheetgen.layout.drawn import drawn_in
from sheetgen.layout.extras import is_clear
from sheetgen.layout.free_places import around
from sheetgen.page.figure import Box, apart, box_of, ink_of, legible
from sheetgen.page.items import Block, Circle, Item, Label, Line
from sheetgen.type.fonts import text_width
from sheetgen.words.sentences import verb_line

SIZES = (3.8, 3.4, 3.2)
"""Ems of their letters that are tried: all words of a page are alike."""
CLEAR, FROM_LINES, ASIDE = 0.9, 1.5, 2.6
"""White around them, towards lines and arrows, and towards other such words."""
APART = 1.0
"""How much farther another circle is at least."""
NAMES_APART, IN_LINE = 1.5, 4.5
"""How far other names are at least: farther than their own circle and its name by so much; and any
words with which they would be read on in a line."""
SHORT_NAME = len("W_{v1}")
"""A name in markup that is no longer than what is said instead of it."""
BESIDE_ARROWS = 6.0
"""White at their ends, towards arrows beside them, over whose block they would stand."""
BLOCKS_APART, IN_LINE_APART = 3.0, 2.0
"""How far the blocks of other steps are at least over or beneath them, whose rule they would seem
to be, and where they stand in a line with their own name."""
OVER = 0.3
"""Part of them that stands over or beneath such a block at least."""
_KIND = re.compile(r"\d+|^(?:each box|row|column) (?:of )?")
"""What is not the same in the words of steps of one kind."""
TAILS_APART = 0.3
"""White beneath the tails of a name."""
NEAR = 2.0
"""How far a name stands from its circle at most."""


@dataclass(frozen=True)
class _Told:
    """What is said at the circle of a step, and the matrices that it makes."""

    circle: Circle
    said: str
    made: frozenset[str]


class _There:
    """What stands on a page, and the places of all, of lines and arrows alone."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.boxes = list(map(box_of, items))
        self.lines = [box for item, box in self if isinstance(item, Line)]

    def __iter__(self) -> Iterator[tuple[Item, Box]]:
        return zip(self.items, self.boxes, strict=True)


def verbs(boxes: Boxes, items: Sequence[Item], area: Box, by: float = 1.0) -> list[Item]:
    """Beneath a circle and its name, at their right or over them; so much larger than usual, and
    larger still where all of them have room for as many words."""
    told = list(_told(boxes, items))
    found: list[Label] = []
    there = _There(items)
    for size in reversed(SIZES):
        larger = _placed(told, there, area, size, by)
        if sum(len(i.markup) for i in larger) < sum(len(i.markup) for i in found):
            break
        found = larger
    return [*found]


def _told(boxes: Boxes, items: Sequence[Item]) -> Iterator[_Told]:
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
                yield _Told(circle, said, frozenset(step.name for step in group))


def _placed(
    told: Sequence[_Told], there: _There, area: Box, size: float, by: float
) -> list[Label]:
    """The words of all steps of a kind in letters of a size, or of none."""
    kinds: dict[str, list[_Told]] = {}
    """Of steps that do the same."""
    for one in told:
        kinds.setdefault(_kind(one.said), []).append(one)
    found: list[Label] = []
    for alike in kinds.values():
        named = not any(one.said.startswith("row ") for one in alike)  # all are said alike
        for some in (alike, [replace(one, said=_short(one.said, named)) for one in alike]):
            labels = _of_kind(some, there, found, area, size, by)
            if labels is not None:
                found += labels
                break
    return found


def _of_kind(
    told: Sequence[_Told], there: _There, others: Sequence[Item], area: Box, size: float,
    by: float,
) -> list[Label] | None:  # fmt: skip
    """The words at all of some circles, of a step with several at the first that has room; None if
    a step has none."""
    found: dict[str, Label | None] = {}
    for one in told:
        if found.get(one.circle.text) is None:
            words = [*others, *(label for label in found.values() if label is not None)]
            found[one.circle.text] = _at(one, there, words, area, size * by, by)
    labels = [label for label in found.values() if label is not None]
    return labels if len(labels) == len(found) else None


def _kind(said: str) -> str:
    """What is alike in the words of steps that do the same: products of errors and values are."""
    return _short(said) if said.startswith("each of ") else _KIND.sub("", said.partition("×")[0])


def _short(said: str, named: bool = False) -> str:
    """What meets, without the names; of a factor that is a single row with it, if ``named`` and
    it is short."""
    left, sign, right = said.partition(" × ")
    if not sign:
        return said
    one, other = (next((w for w in ("each", "row", "column") if some.startswith(w)), "")
                  for some in (left, right))  # fmt: skip
    if one == "each":  # times a single number
        return f"each × {other or right}"
    if other == "each":
        return f"{one or left} × each"
    row = left if named and len(left) <= SHORT_NAME else "row"
    return f"{one or row} × {other or 'column'}"


def _at(
    told: _Told, there: _There, others: Sequence[Item], area: Box, size: float, by: float
) -> Label | None:
    """The words at the first free place near a circle."""
    size = legible(Label(0.0, 0.0, told.said, size)).size
    words = list(map(box_of, others))
    wide, high = text_width(told.said, size, "label"), size * 1.1
    own = _named(told.circle, there)
    foot = max((ink_of(name)[3] for name in own if isinstance(name, Label)), default=0.0)
    for x, y in _places(told.circle, around(own), foot, wide, high):
        box = x, y, x + wide, y + high
        if is_clear(box, there.boxes, area, CLEAR * by) and is_clear(
            box, there.lines, area, FROM_LINES * by
        ) and is_clear(box, words, area, ASIDE * by) and _is_its(told, box, own, there, by):
            return Label(x, y + high / 2, told.said, size, "start", "soft")
    return None


def _is_named(
    circle: Circle, name: str, group: Sequence[Step], items: Sequence[Item]
) -> bool:
    """Whether the first of several gradients stands at a circle."""
    if len(group) == 1 or group[0].role != "gradient":
        return True
    return any(isinstance(i, Label) and i.markup == name
               and apart(box_of(i), box_of(circle)) < NEAR for i in items)  # fmt: skip


def _is_its(
    told: _Told, box: Box, own: Sequence[Item], there: _There, by: float
) -> bool:
    """Whether words are read as those of a circle: no other circle and no other name is about as
    near to them as it is with its name, and no block but its own."""
    to_circle, to_name = apart(box, box_of(told.circle)), apart(box, around(own))
    for item, its in there:
        least = 0.0
        match item:
            case Circle(node=False, text=text) if text and item is not told.circle:
                least = to_circle + APART
            case Label() if item not in own:
                named = item.colour != "soft" and not item.markup.isdigit()
                least = max(named * (to_name + NAMES_APART), _in_line(its, box) * IN_LINE * by)
            case Line(arrow=True) if _in_line(its, box):
                least = BESIDE_ARROWS * by
            case Block() if not _holds(item, told.made) and _is_over(its, box):
                in_line = box[1] < told.circle.y < box[3]
                least = by * (IN_LINE_APART if in_line else BLOCKS_APART)
        if least and apart(box, its) < least:
            return False
    return True


def _in_line(one: Box, other: Box) -> bool:
    """Whether two boxes stand beside each other."""
    return one[1] < other[3] and other[1] < one[3]


def _is_over(block: Box, words: Box) -> bool:
    """Whether words stand over a block or beneath it, or beside it."""
    common = min(block[2], words[2]) - max(block[0], words[0])
    return common >= OVER * (words[2] - words[0]) or _in_line(block, words)


def _holds(block: Block, names: Iterable[str]) -> bool:
    """Whether a block shows one of some matrices."""
    return any(cell.source and cell.source[0] in names for row in block.cells for cell in row)


def _named(circle: Circle, there: _There) -> list[Item]:
    """A circle and the name beside it."""
    x0, _, x1, _ = box_of(circle)
    found: list[Item] = [circle]
    for item, box in there:
        if isinstance(item, Label) and abs(item.y - circle.y) < 0.6 and (
            max(box[0] - x1, x0 - box[2]) < NEAR
        ):
            found.append(item)
    return found


def _places(
    circle: Circle, own: Box, foot: float, wide: float, high: float
) -> Iterator[tuple[float, float]]:
    """Corners of the words: beneath the circle and its name, whose letters reach down to a
    ``foot``, at their right, over them; at last beneath their middle."""
    x0, y0, x1, y1 = own
    below = max(y1 + 0.95, foot + TAILS_APART)
    yield x0, below
    yield x1 - wide, below
    yield x1 + 1.6, circle.y - high / 2
    yield x0, y0 - high - 0.95
    yield (x0 + x1 - wide) / 2, below
