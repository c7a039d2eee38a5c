"""The line beneath a card: places for the terms of its sum, or the equation of what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from sheetgen.graph.nodes import Step
from sheetgen.layout.cards.card import Card
from sheetgen.layout.cells import Boxes
from sheetgen.layout.page_plate import Writer
from sheetgen.page.figure import legible
from sheetgen.page.items import Item, Label, Rule
from sheetgen.type.markup import with_mark
from sheetgen.words.sums import PLUS, sum_of, template_of

SIGN, PLACE, RESULT = 4.4, 12.5, 9.5
"""Width of a sign between two places, of the place for a term, of that for the result."""
SIZE = 3.9
"""Em of what is written."""


@dataclass
class Lined:
    """Items that are the same on all sheets, and labels that vary."""

    items: list[Item] = field(default_factory=list)
    labels: list[tuple[Label, Writer]] = field(default_factory=list)


def line_of(card: Card, x: float, y: float, width: float, by: float = 1.0) -> Lined:
    """The line of a card that has one: its foot at ``y``, from ``x`` on, no wider than that."""
    found = Lined()
    if card.sum_of is None:
        return found
    step, i, j = card.sum_of
    if card.part.backwards:
        label = legible(Label(x, y - 0.55 * SIZE * by, "", SIZE * by, "start", width=width,
                              of=(step.name, i, j)))  # fmt: skip
        write = partial(_equation, label, step, i, j, card)
        found.labels.append((write(card.boxes, ""), write))
        return found
    count = len(PLUS.split(template_of(step, i, j)[0]))
    place = min(PLACE * by, (width - count * SIGN * by - RESULT * by) / count)
    for k, (left, wide) in enumerate(_places(count, x, place, by)):
        found.items.append(Rule(left, y, wide))
        middle = y - 0.55 * SIZE * by
        if k:
            sign = "=" if k == count else "+"
            found.items.append(Label(left - SIGN * by / 2, middle, sign, SIZE * by, "middle",
                                     "soft", "title"))  # fmt: skip
        label = Label(left + wide / 2, middle, "", SIZE * by, "middle", "answer", "answer", True,
                      wide, of=(step.name, i, j))  # fmt: skip
        write = partial(_term, label, step, i, j, k)
        found.labels.append((write(card.boxes, ""), write))
    return found


def _places(count: int, x: float, place: float, by: float) -> Iterator[tuple[float, float]]:
    for k in range(count):
        yield x + k * (place + SIGN * by), place
    yield x + count * (place + SIGN * by), RESULT * by


def _term(
    label: Label, step: Step, i: int, j: int, k: int, boxes: Boxes, name: str
) -> Label:
    """A term of a sum, or behind the last its result."""
    terms = PLUS.split(sum_of(boxes.exercise, step, i, j))
    said = terms[k] if k < len(terms) else boxes.exercise.shown(step.name)[i][j]
    return replace(label, markup=with_mark(said, boxes.mark))


def _equation(
    label: Label, step: Step, i: int, j: int, card: Card, boxes: Boxes, name: str
) -> Label:
    """The sum of a box with a question mark for what is missing in it."""
    pattern, numbers = template_of(step, i, j)
    parts = []
    for bare, n, row, column in numbers:
        shown = boxes.exercise.shown(step.inputs[n].name)[row][column]
        cells = card.part.open.get(step.inputs[n].name)
        if cells is not None and cells[row, column]:
            parts.append("?")
        else:
            parts.append(shown if bare or shown[0] != "−" else f"({shown})")
    made = boxes.exercise.shown(step.name)[i][j]
    return replace(label, markup=with_mark(f"{pattern % tuple(parts)} = {made}", boxes.mark))
