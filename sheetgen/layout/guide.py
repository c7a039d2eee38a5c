"""The first box worked: its row and its column ringed, a line from each pair of numbers to their
product, the sum beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import text as number_text
from sheetgen.graph.work import numbered
from sheetgen.layout.cells import Boxes
from sheetgen.layout.extras import Extras, is_free, text_at
from sheetgen.layout.free_places import Free, taken_by
from sheetgen.page.figure import Box
from sheetgen.page.items import Block, Item, Label, Line, Rule
from sheetgen.page.paths import straight
from sheetgen.page.theme import BY_HAND
from sheetgen.words.labels import label
from sheetgen.words.sums import PLUS, pattern_of, sum_of

LEAST_WIDTH = 49.0
"""Of the words beside the first box, in mm."""
SMALL = 0.62
"""Side of the box of a product, in boxes."""

Corner = tuple[float, float]


def guide(boxes: Boxes, items: Sequence[Item], area: Box) -> Extras:
    """The guide to the first block on a page whose first box is worked; empty if there is none, or
    no room for it."""
    exercise = boxes.exercise
    for _, group in numbered(exercise.graph):
        for step in group:
            if _is_worked(exercise, step):
                found = _drawn(boxes, step, items, area)
                if found is not None:
                    return found
    return _in_words(boxes, items, area)


def _in_words(boxes: Boxes, items: Sequence[Item], area: Box) -> Extras:
    """What the first box is of a sheet whose worked block is no product."""
    extras, exercise = Extras(), boxes.exercise
    for step in exercise.graph.worked:
        blank = exercise.blanks.get(step.name)
        if step.op.products or step.op.repeats or blank is None or blank[0, 0] or not blank.any():
            continue
        if step.op.on_bar or pattern_of(step, 0, 0) == "%s" or step.params.get("how") == "table":
            continue  # what is picked or looked up, or is the first box that it reads
        for source, (x, y), side in corners(items):
            if source == (step.name, 0, 0):
                _add_sum(extras, boxes, step, (x + side, y), items, area)
                return extras
    return extras


def _is_worked(exercise: Exercise, step: Step) -> bool:
    """Whether the first box of a product, or of a window's sums, is printed and others are
    open."""
    blank = exercise.blanks.get(step.name)
    return bool((len(step.op.products) == 1 or step.op.slides) and blank is not None
                and not blank[0, 0] and blank.any())  # fmt: skip


def corners(items: Sequence[Item]) -> Iterator[tuple[tuple[str, int, int], Corner, float]]:
    """Which number stands where, and how large its box is."""
    for block in (i for i in items if isinstance(i, Block)):
        for r, row in enumerate(block.cells):
            for c, cell in enumerate(row):
                if cell.source is not None:
                    yield cell.source, (block.x + c * block.cell, block.y + r * block.cell), (
                        block.cell)  # fmt: skip


def _drawn(boxes: Boxes, step: Step, items: Sequence[Item], area: Box) -> Extras | None:
    """The guide to one product, if its factors stand at its left and above it; of a window's sums
    the first one alone, as the window is framed."""
    places: dict[tuple[str, int, int], list[Corner]] = {}
    side = 0.0
    for source, corner, cell in corners(items):
        places.setdefault(source, []).append(corner)
        side = cell if source == (step.name, 0, 0) else side
    if step.op.slides:
        extras, where = Extras(), places.get((step.inputs[0].name, 0, 0))
        if where:
            _add_sum(extras, boxes, step, where[0], items, area)
        return extras if extras.labels else None
    for corner in places.get((step.name, 0, 0), ()):
        found = _at(boxes, step, corner, side, places, items, area)
        if found is not None:
            return found
    return None


def _at(
    boxes: Boxes, step: Step, corner: Corner, side: float,
    places: Mapping[tuple[str, int, int], Sequence[Corner]], items: Sequence[Item], area: Box,
) -> Extras | None:  # fmt: skip
    """The guide to a product whose first box has a corner."""
    x, y = corner
    left, turned, top, lying = step.op.products[0]
    a, b = step.inputs[left], step.inputs[top]
    inner = a.shape[0] if turned else a.shape[1]
    pairs = [((a.name, k, 0) if turned else (a.name, 0, k),
              (b.name, 0, k) if lying else (b.name, k, 0)) for k in range(inner)]  # fmt: skip
    row = [next((p for p in places.get(s, []) if abs(p[1] - y) < 0.1 and p[0] < x), None)
           for s, _ in pairs]  # fmt: skip
    column = [next((p for p in places.get(s, []) if abs(p[0] - x) < 0.1 and p[1] < y), None)
              for _, s in pairs]  # fmt: skip
    if None in row or None in column:
        return None
    lefts, tops = [p for p in row if p], [p for p in column if p]
    extras = Extras()
    end = lefts[-1][0] + side * (2 if step.op.added is not None else 1)
    extras.items += [_ring(lefts[0][0], y, end, y + side, side),
                     _ring(x, tops[0][1], x + side, tops[-1][1] + side, side)]  # fmt: skip
    for k, (p, q) in enumerate(zip(lefts, tops, strict=True)):
        _add_product(extras, boxes, pairs[k], p, q, side, items, area)
    _add_sum(extras, boxes, step, (x + side, tops[0][1]), items, area)
    return extras


def _ring(x0: float, y0: float, x1: float, y1: float, side: float) -> Line:
    d = 0.07 * side
    x0, y0, x1, y1 = x0 + d, y0 + d, x1 - d, y1 - d
    path = straight([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
    return Line(path, "top", 0.5, dotted=True, bounds=(x0, y0, x1, y1))


def _add_product(
    extras: Extras, boxes: Boxes, pair: tuple[tuple[str, int, int], tuple[str, int, int]],
    below: Corner, beside: Corner, side: float, items: Sequence[Item], area: Box,
) -> None:  # fmt: skip
    """The product of two numbers in the column of one and the row of the other."""
    half = SMALL * side / 2
    x, y = below[0] + side / 2, beside[1] + side / 2
    box = x - half, y - half, x + half, y + half
    lines = [(x, box[3], x, below[1]), (box[2], y, beside[0], y)]
    spans = [(x - 0.1, box[3] + 0.2, x + 0.1, below[1] - 0.2),
             (box[2] + 0.2, y - 0.1, beside[0] - 0.2, y + 0.1)]  # fmt: skip
    if not all(is_free(span, items, area, 0.1) for span in (box, *spans)):
        return
    for x0, y0, x1, y1 in lines:
        extras.items.append(Line(straight([(x0, y0), (x1, y1)]), "top", 0.2,
                                 bounds=(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))))
    path = straight([(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3]),
                     (box[0], box[1])])  # fmt: skip
    extras.items.append(Line(path, "ink", 0.25, bounds=box))

    def write(some: Boxes, name: str) -> Label:
        size = max(0.42 * side, BY_HAND.smallest_type)
        return Label(x, y, product_of(some.exercise, *pair), size, "middle", "answer",
                     "answer", width=2 * half * 0.92)  # fmt: skip

    extras.labels.append((write(boxes, ""), write))


def product_of(
    exercise: Exercise, one: tuple[str, int, int], other: tuple[str, int, int]
) -> str:
    """The product of two numbers as it is written."""
    (a, i, j), (b, k, m) = one, other
    x, y = exercise.values[a], exercise.values[b]
    return number_text(int(x.digits[i, j]) * int(y.digits[k, m]), x.decimals + y.decimals)


def _add_sum(
    extras: Extras, boxes: Boxes, step: Step, at: Corner, items: Sequence[Item], area: Box
) -> None:
    """The sum in words and numbers, beside the column that it reads."""
    lines = [partial(_said, step, k) for k in range(3)]
    texts = [line(boxes.exercise) for line in lines]
    size, pitch = 3.7, 5.4
    terms = len(PLUS.split(pattern_of(step, 0, 0)))
    wide = max(LEAST_WIDTH, terms * 10.0 + 8.0)  # whatever the numbers are
    height = pitch * len([t for t in texts if t])
    near = at[0], at[1], area[2], area[3]
    taken = taken_by([*items, *extras.all()], 1.5)
    place = Free(taken, near).place(wide, height) or Free(taken, area).place(wide, height)
    if place is None:
        return
    left = min(place[0], at[0] + 3.0) if is_free(
        (at[0] + 3.0, place[1], at[0] + 3.0 + wide, place[1] + height), items, area, 1.0
    ) else place[0]  # fmt: skip
    extras.reserved.append(Rule(left, place[1], wide, height))
    for k, line in enumerate(lines):
        y = place[1] + (k + 0.5) * pitch

        def write(some: Boxes, name: str, line: partial[str] = line, y: float = y) -> Label:
            colour = "answer" if line.args[1] == 1 else "ink"
            found = text_at(left, y, line(some.exercise) or " ", size, wide, colour)
            return replace(found, of=(step.name, 0, 0)) if line.args[1] == 1 else found

        if texts[k]:
            extras.labels.append((write(boxes, ""), write))


def _said(step: Step, line: int, exercise: Exercise) -> str:
    """The lines beside the first box."""
    result = exercise.shown(step.name)[0][0]
    if line == 0:
        return f"First box of {label(step)}, worked:"
    if line == 1:
        return f"{sum_of(exercise, step, 0, 0)} = {result}"
    bent = next((s for s in exercise.graph.users(step) if s.op.dies), None)
    if bent is None:
        return ""
    if result.startswith("−"):
        return f"{result} is negative, so {bent.op.activation} writes 0."
    return f"{result} is not negative: {bent.op.activation} keeps it."
