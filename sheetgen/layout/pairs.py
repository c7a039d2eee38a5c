"""A dot product pair by pair: the two numbers of a pair in rings, lines from both to a small box
for their product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.extras import Extras, is_free
from sheetgen.layout.figures.parts import steps_called
from sheetgen.layout.guide import SMALL, Corner, corners, product_of
from sheetgen.page.figure import Box
from sheetgen.page.items import Item, Label, Line
from sheetgen.page.paths import disc, straight

RING = 0.38
"""Radius of a ring, in boxes."""
SMALLER, ASIDE = 0.36, 0.055
"""The same of one in a box that has a letter in its corner, and how far that makes way for it."""
Source = tuple[str, int, int]
Ring = tuple[float, float, float]
"""Its middle, and its radius."""


def pairs(boxes: Boxes, items: Sequence[Item], area: Box) -> Extras:
    """Rings and small boxes at the products that a topic calls so; none where there is no room."""
    found = Extras()
    places: dict[Source, Corner] = {}
    side = 0.0
    for source, corner, cell in corners(items):
        places[source], side = corner, cell
    for step in steps_called(boxes.exercise.graph, "pairs"):
        _add(found, boxes, step, places, side, items, area)
    return found


def _add(
    extras: Extras, boxes: Boxes, step: Step, places: Mapping[Source, Corner], side: float,
    items: Sequence[Item], area: Box,
) -> None:  # fmt: skip
    row, column = step.inputs
    each: list[tuple[Source, Source]] = [((row.name, 0, k), (column.name, k, 0))
                                         for k in range(row.shape[1])]  # fmt: skip
    if len(each) < 2 or any(source not in places for pair in each for source in pair):
        return
    half = SMALL * side / 2
    drawn: list[tuple[int, Corner, Box, tuple[Ring, Ring]]] = []
    for k, (left, top) in enumerate(each):
        (x, y), (x1, y1) = places[left], places[top]
        at = x + side / 2, y1 + side / 2
        box = at[0] - half, at[1] - half, at[0] + half, at[1] + half
        if not is_free(box, items, area, 0.1) or x1 < box[2] or y < box[3]:
            return
        rings = _ring(boxes, left, (x, y), side), _ring(boxes, top, (x1, y1), side)
        drawn.append((k, at, box, rings))
    for k, at, box, rings in drawn:
        colour = f"p{k % 7 + 1}"
        for x, y, r in rings:
            extras.items.append(Line(disc(x, y, r), colour, 0.35,
                                     bounds=(x - r, y - r, x + r, y + r),
                                     within=True))  # fmt: skip
        below, beside = (places[source] for source in each[k])
        for x0, y0, x1, y1 in ((at[0], below[1], at[0], box[3] + 0.2),
                               (beside[0], at[1], box[2] + 0.2, at[1])):
            angle = 270.0 if x0 == x1 else 180.0
            extras.items.append(Line(
                straight([(x0, y0), (x1, y1)]), colour, 0.25, True,
                bounds=(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), end=(x1, y1, angle),
            ))  # fmt: skip
        x0, y0, x1, y1 = box
        path = straight([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
        extras.items.append(Line(path, colour, 0.35, bounds=box))
        write = partial(_label, at, half, each[k], step.name)
        extras.labels.append((write(boxes, ""), write))


def _ring(boxes: Boxes, source: Source, corner: Corner, side: float) -> Ring:
    """The ring in a number's box, which leaves the letter free of one that is missing."""
    lettered = boxes.is_backwards and boxes.blank(*source)
    middle = side / 2 + (ASIDE * side if lettered else 0.0)
    return corner[0] + middle, corner[1] + middle, (SMALLER if lettered else RING) * side


def _label(
    at: Corner, half: float, pair: tuple[Source, Source], made: str, boxes: Boxes, name: str
) -> Label:
    """The product of a pair, on the key, and where what is made of it is worked."""
    hidden = not boxes.is_worked(made, 0, 0)
    ink = "answer" if hidden else "worked"
    return Label(*at, product_of(boxes.exercise, *pair), half, "middle", ink, "answer",
                 hidden, 1.84 * half)  # fmt: skip
