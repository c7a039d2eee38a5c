"""Figures for large print: what is small beside its box is as large as all else, and what is too
near to it then makes room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from sheetgen.layout.free_places import meet
from sheetgen.page.figure import MARK, Box, box_of
from sheetgen.page.items import Block, Circle, Item, Label
from sheetgen.page.theme import BY_HAND
from sheetgen.type.fonts import text_width

ONE_DIGIT, TWO_DIGITS = 1.75, 1.95
"""Least radius in mm of a step's circle, by its number."""
EDGE = 1.6
"""White at the edge of the small paper, in mm."""
APART = 0.25
"""Between a circle and a name, in mm."""
A_LITTLE = 0.8
"""A name that has to go up or down by less does not go aside, in mm."""
LOWERED = 0.14
"""How far lowered letters hang below the box of a name, in ems."""
FAR = 6.0
"""Farther than that nothing is moved."""
SIGNS = frozenset("×÷√")
"""Of which a rule has one at least."""


def readable(items: Iterable[Item], right: float) -> list[Item]:
    """The items of a page with no letters below the smallest type, and no list of numbers in a line
    that goes beyond ``right``."""
    found = [part for item in items for part in _broken(_legible(item), right)]
    blocks = [box_of(item) for item in found if isinstance(item, Block)]
    found = [part for item in found for part in _in_two(item, blocks)]
    for kind in (Label, Circle):
        for k, item in enumerate(found):
            if isinstance(item, kind) and _is_movable(item):
                found[k] = _moved(item, [*found[:k], *found[k + 1 :]])
    rules = [item for item in found if isinstance(item, Label) and _is_rule(item)]
    if any(_run_together(a, b) for a, b in combinations(rules, 2)):
        return [item for item in found if item not in rules]  # the step list says them
    return found


def _is_rule(item: Label) -> bool:
    """Whether a text says beneath a block how it comes about."""
    return item.colour == "soft" and item.anchor == "middle" and bool(SIGNS & set(item.markup))


def _run_together(a: Label, b: Label) -> bool:
    """Whether two texts of a line read as one."""
    one, other = sorted((box_of(a), box_of(b)))
    return abs(a.y - b.y) < a.size / 2 and other[0] - one[2] < a.size / 3


def _legible(item: Item) -> Item:
    least = BY_HAND.smallest_type
    match item:
        case Block():
            return replace(item, least=least)
        case Circle(text=text) if text and not item.node:
            radius = max(item.radius, ONE_DIGIT if len(text) == 1 else TWO_DIGITS)
            return replace(item, radius=radius, least=least)
    return item


def _broken(item: Item, right: float) -> list[Item]:
    """A printed table in a line that is too long, in two or more."""
    if not isinstance(item, Label) or item.anchor != "start" or item.markup.count(", ") < 2:
        return [item]
    if box_of(item)[2] <= right:
        return [item]
    parts, lines = item.markup.split(", "), [""]
    for part in parts:
        longer = f"{lines[-1]}, {part}" if lines[-1] else part
        if lines[-1] and box_of(replace(item, markup=longer))[2] > right:
            lines.append(part)
        else:
            lines[-1] = longer
    return [replace(item, markup=line, y=round(item.y + 1.4 * item.size * k, 3))
            for k, line in enumerate(lines)]  # fmt: skip


def _in_two(item: Item, blocks: Sequence[Box]) -> list[Item]:
    """What is said in words beside a block, or between two, in two lines if it lies on another or
    beyond the paper."""
    said = ("soft", "ink") if isinstance(item, Label) and item.anchor == "middle" else ("soft",)
    if not isinstance(item, Label) or item.colour not in said or item.markup.count(" ") < 3:
        return [item]
    box = box_of(item)
    if box[0] >= EDGE and not any(meet(box, block) for block in blocks):
        return [item]
    words = item.markup.split(" ")
    cuts = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words) - 1)]
    first, second = min(cuts, key=lambda two: max(
        text_width(line, item.size, item.face) for line in two))  # fmt: skip
    rise = round(0.65 * item.size, 3)
    return [replace(item, markup=first, y=item.y - rise),
            replace(item, markup=second, y=item.y + rise)]  # fmt: skip


def _is_movable(item: Label | Circle) -> bool:
    """Whether it is a name, a word or a step's number."""
    return bool(item.text) and not item.node if isinstance(item, Circle) else item.colour != MARK


def _keeps_off(item: Label | Circle, circle: Circle) -> bool:
    """Whether something has to make room for a circle: a name for one that stays where it is, but
    not the sign within it."""
    if isinstance(item, Circle):
        return True
    return not _is_movable(circle) and (item.x, item.y) != (circle.x, circle.y)


def _with_scripts(item: Label | Circle) -> Box:
    """The box of a name with what hangs below its line: lowered letters."""
    x0, y0, x1, y1 = box_of(item)
    return (x0, y0, x1, y1 + LOWERED * item.size) if isinstance(item, Label) and (
        "_" in item.markup) else (x0, y0, x1, y1)  # fmt: skip


def _moved(item: Label | Circle, others: Sequence[Item]) -> Label | Circle:
    """A name moved off a block or another text that it lies on since it is larger, or a circle off
    a name; aside if there is place, else up or down; as it is if there is none."""
    a = _with_scripts(item)
    rings = {(other.x, other.y) for other in others
             if isinstance(other, Circle) and not _is_movable(other)}  # fmt: skip
    if isinstance(item, Label) and (item.x, item.y) in rings:
        return item  # the sign within
    solid = [box_of(other) for other in others
             if isinstance(other, Block) or (isinstance(other, Circle) and _keeps_off(item, other))
             or (isinstance(other, Label) and (other.x, other.y) not in rings)]  # fmt: skip
    under = [b for b in solid if meet(a, b)]
    if len(under) != 1:
        return item
    b = under[0]
    right, left = b[2] - a[0] + APART, b[0] - a[2] - APART
    aside = sorted(((right, 0.0), (left, 0.0)), key=lambda way: abs(way[0]))
    upright = sorted(((0.0, b[1] - a[3]), (0.0, b[3] - a[1])), key=lambda way: abs(way[1]))
    stacked = abs(a[0] + a[2] - b[0] - b[2]) < 1.0 and isinstance(item, Label)
    little = abs(upright[0][1]) < A_LITTLE and isinstance(item, Label)
    for dx, dy in [*upright, *aside] if stacked or little else [*aside, *upright]:
        near = abs(dx) + abs(dy) < FAR
        if near and not any(meet((a[0] + dx, a[1] + dy, a[2] + dx, a[3] + dy), c) for c in solid):
            return replace(item, x=round(item.x + dx, 3), y=round(item.y + dy, 3))
    return item
