"""The first box worked: its row and its column ringed, a line from each pair of numbers to their
product, the sum beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import text as number_text
from sheetgen.graph.terms import origins_of
from sheetgen.graph.work import numbered
from sheetgen.layout.cells import Boxes
from sheetgen.layout.extras import Extras, is_free, text_at
from sheetgen.layout.free_places import STEP, Free, taken_by
from sheetgen.page.figure import Box
from sheetgen.page.items import Block, Item, Label, Line, Rule
from sheetgen.page.paths import straight
from sheetgen.page.theme import BY_HAND
from sheetgen.words.labels import label
from sheetgen.words.sums import PLUS, pattern_of, sum_of, template_of

LEAST_WIDTH = 49.0
"""Of the words beside the first box, in mm."""
SIZES, PITCH = ((3.7, 2.4), (3.1, 2.4), (2.6, 1.5)), 1.46
"""Em of these words and the white around them in mm, the first for which there is room; from one
line to the next in ems."""
SMALL = 0.62
"""Side of the box of a product, in boxes."""

LACKING = 1
"""Products that may find no room for their boxes where more have it; else none has one."""

Corner = tuple[float, float]


def guide(boxes: Boxes, items: Sequence[Item], area: Box) -> Extras:
    """The guide to the first block on a page whose first box is worked; empty if there is none, or
    no room for it."""
    exercise = boxes.exercise
    for _, group in numbered(exercise.graph):
        for step in group:
            if _is_worked(exercise, step) and _is_told(exercise, step):
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
        if not _is_told(exercise, step):
            continue
        for source, (x, y), side in corners(items):
            if source == (step.name, 0, 0):
                _add_sum(extras, boxes, step, (x + side, y), items, area)
                return extras
    return extras


def _is_worked(exercise: Exercise, step: Step) -> bool:
    """Whether the first box of a product, or of a window's sums, is printed and others are
    open."""
    blank = exercise.blanks.get(step.name)
    return bool((step.op.products or step.op.slides) and blank is not None
                and not blank[0, 0] and blank.any())  # fmt: skip


def _is_told(exercise: Exercise, step: Step) -> bool:
    """Whether the sheet prints all numbers of the first box's sum, so that it gives none away."""
    for _, n, row, column in template_of(step, 0, 0)[1]:
        name, i, j = origins_of(step.inputs[n])[row][column]
        blank = exercise.blanks.get(name)
        if blank is not None and blank[i, j]:
            return False
    return True


def corners(items: Sequence[Item]) -> Iterator[tuple[Place, Corner, float]]:
    """Which number stands where, and how large its box is."""
    for block in (i for i in items if isinstance(i, Block)):
        for r, row in enumerate(block.cells):
            for c, cell in enumerate(row):
                if cell.source is not None:
                    yield cell.source, (block.x + c * block.cell, block.y + r * block.cell), (
                        block.cell)  # fmt: skip


def _drawn(boxes: Boxes, step: Step, items: Sequence[Item], area: Box) -> Extras | None:
    """The guide to one product, or to the sum of several, if its factors stand at its left and
    above it; of a window's sums the first one alone, as the window is framed."""
    origins = {node.name: origins_of(node) for node in boxes.exercise.graph.nodes}
    places: dict[Place, list[Corner]] = {}
    side = 0.0
    for (name, i, j), corner, cell in corners(items):
        places.setdefault(origins[name][i][j], []).append(corner)
        side = cell if (name, i, j) == (step.name, 0, 0) else side
    if step.op.slides:
        extras, where = Extras(), places.get((step.inputs[0].name, 0, 0))
        if where:
            _add_sum(extras, boxes, step, where[0], items, area)
        return extras if extras.labels else None
    factors = _Factors(step)
    for corner in places.get((step.name, 0, 0), ()):
        row = [_at_left(places.get(origins[n][i][j], ()), corner) for (n, i, j), _ in factors.pairs]
        column = [_above(places.get(origins[n][i][j], ()), corner)
                  for _, (n, i, j) in factors.pairs]  # fmt: skip
        lefts, tops = [p for p in row if p], [p for p in column if p]
        if len(lefts) == len(tops) == len(factors.pairs):
            return _at(boxes, factors, corner, side, lefts, tops, items, area)
    return None


class _Factors:
    """The numbers that the first box of a step multiplies, of one product or several."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.pairs: list[tuple[Place, Place]] = []
        for left, turned, top, lying in step.op.products:
            a, b = step.inputs[left].name, step.inputs[top].name
            inner = step.inputs[left].shape[0 if turned else 1]
            self.pairs += [((a, k, 0) if turned else (a, 0, k), (b, 0, k) if lying else (b, k, 0))
                           for k in range(inner)]  # fmt: skip


def _at_left(found: Sequence[Corner], of: Corner) -> Corner | None:
    """The nearest of some places that is in the row of a box, and at its left."""
    return max((p for p in found if abs(p[1] - of[1]) < 0.1 and p[0] < of[0]), default=None)


def _above(found: Sequence[Corner], of: Corner) -> Corner | None:
    """The nearest of some places that is in the column of a box, and above it."""
    return max((p for p in found if abs(p[0] - of[0]) < 0.1 and p[1] < of[1]), default=None,
               key=lambda p: p[1])  # fmt: skip


def _at(
    boxes: Boxes, factors: _Factors, corner: Corner, side: float, lefts: Sequence[Corner],
    tops: Sequence[Corner], items: Sequence[Item], area: Box,
) -> Extras:  # fmt: skip
    """The guide to products whose first box has a corner."""
    x, y = corner
    extras, step = Extras(), factors.step
    bias = [max(p[0] for p in lefts) + side] if step.op.added is not None else []
    for first, last in _runs([*(p[0] for p in lefts), *bias], side):
        extras.items.append(_ring(first, y, last + side, y + side, side))
    for first, last in _runs([p[1] for p in tops], side):
        extras.items.append(_ring(x, first, x + side, last + side, side))
    products = Extras()
    drawn = [_add_product(products, boxes, pair, p, q, side, items, area)
             for pair, p, q in zip(factors.pairs, lefts, tops, strict=True)]  # fmt: skip
    if drawn.count(False) <= LACKING < drawn.count(True):
        extras.items += products.items
        extras.labels += products.labels
    _add_sum(extras, boxes, step, (x + side, min(p[1] for p in tops)), items, area)
    return extras


def _runs(found: Sequence[float], side: float) -> Iterator[tuple[float, float]]:
    """The first and the last of some boxes in a line, wherever others are between."""
    places = sorted(found)
    starts = [k for k in range(len(places)) if not k or places[k] - places[k - 1] > 1.05 * side]
    for k, end in zip(starts, [*starts[1:], len(places)], strict=True):
        yield places[k], places[end - 1]


def _ring(x0: float, y0: float, x1: float, y1: float, side: float) -> Line:
    d = 0.07 * side
    x0, y0, x1, y1 = x0 + d, y0 + d, x1 - d, y1 - d
    path = straight([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
    return Line(path, "top", 0.5, dotted=True, bounds=(x0, y0, x1, y1))


def _add_product(
    extras: Extras, boxes: Boxes, pair: tuple[Place, Place],
    below: Corner, beside: Corner, side: float, items: Sequence[Item], area: Box,
) -> bool:  # fmt: skip
    """The product of two numbers in the column of one and the row of the other; whether there is
    room for it."""
    half = SMALL * side / 2
    x, y = below[0] + side / 2, beside[1] + side / 2
    box = x - half, y - half, x + half, y + half
    lines = [(x, box[3], x, below[1]), (box[2], y, beside[0], y)]
    spans = [(x - 0.1, box[3] + 0.2, x + 0.1, below[1] - 0.2),
             (box[2] + 0.2, y - 0.1, beside[0] - 0.2, y + 0.1)]  # fmt: skip
    if not all(is_free(span, items, area, 0.1) for span in (box, *spans)):
        return False
    for x0, y0, x1, y1 in lines:
        extras.items.append(Line(straight([(x0, y0), (x1, y1)]), "top", 0.2,
                                 bounds=(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))))
    path = straight([(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3]),
                     (box[0], box[1])])  # fmt: skip
    extras.items.append(Line(path, "ink", 0.25, bounds=box))

    def write(some: Boxes, name: str) -> Label:
        size = max(0.42 * side, BY_HAND.smallest_type)
        return Label(x, y, product_of(some.exercise, *pair), size, "middle", "worked",
                     "answer", width=2 * half * 0.92)  # fmt: skip

    extras.labels.append((write(boxes, ""), write))
    return True


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
    terms = len(PLUS.split(pattern_of(step, 0, 0)))
    near = at[0], at[1], area[2], area[3]
    for size, white in SIZES:
        taken = taken_by([*items, *extras.all()], white)
        pitch = PITCH * size
        wide = max(LEAST_WIDTH, terms * 10.0 + 8.0) * size / SIZES[0][0]  # for any numbers
        height = pitch * len([t for t in texts if t])
        place = Free(taken, near).place(wide, height) or _nearest(
            Free(taken, area), wide, height, at)  # fmt: skip
        if place is not None:
            break
    else:
        return
    left = min(place[0], at[0] + 3.0) if is_free(
        (at[0] + 3.0, place[1], at[0] + 3.0 + wide, place[1] + height), items, area, 1.0
    ) else place[0]  # fmt: skip
    extras.reserved.append(Rule(left, place[1], wide, height))
    for k, line in enumerate(lines):
        y = place[1] + (k + 0.5) * pitch

        def write(some: Boxes, name: str, line: partial[str] = line, y: float = y) -> Label:
            worked = line.args[1] == 1
            found = text_at(left, y, line(some.exercise) or " ", size, wide,
                            "answer" if worked else "ink")  # fmt: skip
            return replace(found, colour="worked", of=(step.name, 0, 0)) if worked else found

        if texts[k]:
            extras.labels.append((write(boxes, ""), write))


def _nearest(free: Free, wide: float, high: float, to: Corner) -> Corner | None:
    """The free place whose middle is nearest to a point."""
    rows, columns = free.spots(wide, high)
    if not rows.size:
        return None
    across = free.left + STEP * columns + wide / 2 - to[0]
    down = free.top + STEP * rows + high / 2 - to[1]
    best = int((across * across + down * down).argmin())
    return free.left + STEP * int(columns[best]), free.top + STEP * int(rows[best])


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
