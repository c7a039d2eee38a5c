"""First boxes worked: what each reads in rings, a line from each pair of numbers to their product,
the sum beside the box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import text as number_text
from sheetgen.graph.terms import origins_of
from sheetgen.graph.work import numbered
from sheetgen.layout.cells import Boxes
from sheetgen.layout.drawn import drawn_in
from sheetgen.layout.extras import Extras, is_free, text_at
from sheetgen.layout.figures.parts import steps_called
from sheetgen.layout.free_places import STEP, Free, meet, padded, strokes_by
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import Block, Item, Label, Line, Rule
from sheetgen.page.paths import straight
from sheetgen.page.theme import BY_HAND
from sheetgen.type.fonts import text_width
from sheetgen.words.sums import PLUS, equals_sign, pattern_of, sum_of, template_of

REASON, HALF_REASON = 12.6, 7.4
"""Width of what an activation does with a sum, in ems, in a line and in two."""
TERM, END = 2.7, 2.2
"""Of a product in its sum and of the result, in ems, whatever their numbers are."""
MOST_LINES = 3
"""In which a sum may stand, each with two terms at least."""
SIZES = ((3.7, 2.0, 0.0), (3.1, 1.4, 16.0), (2.6, 1.4, 88.0))
"""Em of these words and the white around them in mm, and how much nearer to the box, in mm, smaller
ones must stand to be better."""
LONGER = 2.0
"""The same for each line more."""
ASLANT = 0.02
"""By how much a place is farther for each mm by which it does not begin below its box."""
PITCH = 1.46
"""From one line to the next in ems."""
SMALL = 0.62
"""Side of the box of a product, in boxes."""
NAMED, LEAST = 9.0, 2.0
"""How far from a block its name stands at most, in mm: a line that leads there ends before it, and
is so long at least."""

FLUSH = 0.1
"""Millimetres by which boxes in a row may be apart."""

Corner = tuple[float, float]


def guide(boxes: Boxes, items: Sequence[Item], area: Box, by: float = 1.0) -> Extras:
    """The guide to each block of a page whose first box is worked, with words so much larger than
    usual."""
    extras = Extras()
    guided: _Page | None = None
    for _, group in numbered(boxes.exercise.graph):
        for step in (s for s in group if is_worked(boxes.exercise, s)):
            guided = guided or _Page(boxes, items, area, by)
            guided.add(extras, step)
    return extras


def is_worked(exercise: Exercise, step: Step) -> bool:
    """Whether the first box of a block of which others are to be filled has a sum that is worked;
    not so of what is read off a bar, or only repeats another number."""
    blank = exercise.blanks.get(step.name)
    return blank is not None and not blank[0, 0] and not (
        step.op.repeats or step.op.on_bar or pattern_of(step, 0, 0) == "%s"
    )  # fmt: skip


def corners(items: Sequence[Item]) -> Iterator[tuple[Place, Corner, float]]:
    """Which number stands where, and how large its box is."""
    for block in (i for i in items if isinstance(i, Block)):
        for r, row in enumerate(block.cells):
            for c, cell in enumerate(row):
                if cell.source is not None:
                    yield cell.source, (block.x + c * block.cell, block.y + r * block.cell), (
                        block.cell)  # fmt: skip


class _Page:
    """Where the numbers of a page stand whose first boxes are worked."""

    def __init__(self, boxes: Boxes, items: Sequence[Item], area: Box, by: float) -> None:
        self._boxes, self._items, self._area, self._by = boxes, items, area, by
        graph = boxes.exercise.graph
        self._drawn = drawn_in(graph, items)
        self._in_pairs = {step.name for step in steps_called(graph, "pairs")}
        self._origins = {node.name: origins_of(node) for node in graph.nodes}
        self._places: dict[Place, list[Corner]] = {}
        self._sides: dict[Corner, float] = {}
        for (name, i, j), corner, side in corners(items):
            self._places.setdefault(self._origins[name][i][j], []).append(corner)
            self._sides[corner] = side

    def add(self, extras: Extras, step: Step) -> None:
        """The guide to the first box of a step, if it stands on the page."""
        found = self._places.get((step.name, 0, 0), ())
        if not found:
            return
        factors = _Factors(step)
        for corner in found if step.name not in self._in_pairs else ():
            for pairs in (factors.pairs, [(top, left) for left, top in factors.pairs]):
                left, top = self._standing(pairs, corner)
                if len(left) == len(top) == len(pairs) > 0:
                    self._add_rings(extras, step, corner, left, top)
                    self._add_products(extras, pairs, corner, left, top)
                    return self._add_sum(extras, step, corner)
        if not (step.op.slides or step.name in self._in_pairs):
            self._ring_what_is_read(extras, step, found[0])
        return self._add_sum(extras, step, found[0])

    def _standing(
        self, pairs: Sequence[tuple[Place, Place]], corner: Corner
    ) -> tuple[list[Corner], list[Corner]]:
        """Where factors stand in the row of a box, at its left, and in its column above it."""
        def of(place: Place) -> Sequence[Corner]:
            name, i, j = place
            return self._places.get(self._origins[name][i][j], ())

        row = [_at_left(of(left), corner) for left, _ in pairs]
        column = [_above(of(top), corner) for _, top in pairs]
        return [p for p in row if p], [p for p in column if p]

    def _add_rings(
        self, extras: Extras, step: Step, corner: Corner, lefts: Sequence[Corner],
        tops: Sequence[Corner],
    ) -> None:  # fmt: skip
        """Rings round the row and the column that a product reads."""
        (x, y), side = corner, self._sides[corner]
        bias = [max(p[0] for p in lefts) + side] if step.op.added is not None else []
        for first, last in _runs([*(p[0] for p in lefts), *bias], side):
            extras.items.append(_ring(first, y, last + side, y + side, side))
        for first, last in _runs([p[1] for p in tops], side):
            extras.items.append(_ring(x, first, x + side, last + side, side))

    def _add_products(
        self, extras: Extras, pairs: Sequence[tuple[Place, Place]], corner: Corner,
        lefts: Sequence[Corner], tops: Sequence[Corner],
    ) -> None:  # fmt: skip
        """The product of each pair in a small box, if there is room for all of them."""
        products, side = Extras(), self._sides[corner]
        items = [*self._items, *extras.reserved]
        if all(_add_product(products, self._boxes, pair, p, q, side, items, self._area)
               for pair, p, q in zip(pairs, lefts, tops, strict=True)):  # fmt: skip
            extras.items += products.items
            extras.labels += products.labels

    def _ring_what_is_read(self, extras: Extras, step: Step, corner: Corner) -> None:
        """Rings round the numbers that a box reads, those in its row or else the nearest ones."""
        columns: dict[tuple[float, float], set[float]] = {}
        for _, n, row, column in template_of(step, 0, 0)[1]:
            found = self._places.get(origins_of(step.inputs[n])[row][column], ())
            if found:
                x, y = min(found, key=lambda p: (
                    abs(p[1] - corner[1]) > FLUSH, abs(p[0] - corner[0]) + abs(p[1] - corner[1])
                ))  # fmt: skip
                columns.setdefault((x, self._sides[x, y]), set()).add(y)
        for (x, side), ys in columns.items():
            for first, last in _runs(list(ys), side):
                extras.items.append(_ring(x, first, x + side, last + side, side))

    def _add_sum(self, extras: Extras, step: Step, corner: Corner) -> None:
        """The sum in words and numbers, as near to its box as there is room."""
        x, y = corner
        side, name = self._sides[corner], self._drawn.made(step)
        box = x, y, x + side, y + side
        best: tuple[float, _Form, Corner] | None = None
        free: dict[float, Free] = {}
        for form in _forms(self._boxes.exercise, step, name, self._by):
            if form.white not in free:
                taken = strokes_by([*self._items, *extras.all()], form.white)
                free[form.white] = Free(taken, self._area)
            found = _nearest(free[form.white], form.wide, form.high, box)
            if found is not None and (best is None or found[0] + form.worse < best[0]):
                best = found[0] + form.worse, form, found[1]
        if best is None:
            return
        _, form, (left, top) = best
        extras.reserved.append(Rule(left, top, form.wide, form.high))
        for k, line in enumerate(form.lines(step, name)):
            write = partial(_written, line, left, top + (k + 0.5) * PITCH * form.size, form)
            extras.labels.append((write(self._boxes, ""), write))


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
    return max((p for p in found if abs(p[1] - of[1]) < FLUSH and p[0] < of[0]), default=None)


def _above(found: Sequence[Corner], of: Corner) -> Corner | None:
    """The nearest of some places that is in the column of a box, and above it."""
    return max((p for p in found if abs(p[0] - of[0]) < FLUSH and p[1] < of[1]), default=None,
               key=lambda p: p[1])  # fmt: skip


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
    down, along = _before_name((box[3], below[1]), (box[2], beside[0]), (x, y), items)
    lines = [(x, box[3], x, down), (box[2], y, along, y)]
    spans = [(x - 0.1, box[3] + 0.2, x + 0.1, down - 0.2),
             (box[2] + 0.2, y - 0.1, along - 0.2, y + 0.1)]  # fmt: skip
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


def _before_name(
    down: tuple[float, float], along: tuple[float, float], at: Corner, items: Sequence[Item]
) -> tuple[float, float]:
    """Where lines from a product end that lead down to one block and along to another: at these, or
    before their names, if these stand in the way."""
    (y0, y1), (x0, x1), (x, y) = down, along, at
    names = [box_of(i) for i in items if isinstance(i, Label)]
    above = [n[1] - 0.6 for n in names if meet(padded(n, 0.1), (x - 0.1, y0, x + 0.1, y1))
             and y1 - NAMED < n[1] > y0 + LEAST]  # fmt: skip
    before = [n[0] - 0.6 for n in names if meet(padded(n, 0.1), (x0, y - 0.1, x1, y + 0.1))
              and x1 - NAMED < n[0] > x0 + LEAST]  # fmt: skip
    return min([y1, *above]), min([x1, *before])


def product_of(
    exercise: Exercise, one: tuple[str, int, int], other: tuple[str, int, int]
) -> str:
    """The product of two numbers as it is written."""
    (a, i, j), (b, k, m) = one, other
    x, y = exercise.values[a], exercise.values[b]
    return number_text(int(x.digits[i, j]) * int(y.digits[k, m]), x.decimals + y.decimals)


@dataclass(frozen=True)
class _Line:
    """A line of the words beside a worked box: its heading, a part of its sum, or a part of what an
    activation does with that."""

    step: Step
    name: str
    what: str
    part: int
    parts: int

    def said(self, exercise: Exercise) -> str:
        """The line with the numbers of an exercise."""
        match self.what:
            case "sum":
                return _sum(exercise, self.step, self.part, self.parts)
            case "reason":
                return _reason(exercise, self.step)[self.part :: self.parts][0] if (
                    self.parts > 1) else " ".join(_reason(exercise, self.step))  # fmt: skip
        of = "" if self.step.shape == (1, 1) else "First box of "
        return f"{of}{self.name}, worked:"


@dataclass(frozen=True)
class _Form:
    """One of the ways to set the words beside a worked box."""

    size: float
    white: float
    parts: int
    """Lines of the sum."""
    reasons: int
    """Lines of what an activation does with it."""
    wide: float
    worse: float
    """How much nearer it must be than another, in mm, to be better."""

    @property
    def high(self) -> float:
        return PITCH * self.size * (1 + self.parts + self.reasons)

    def lines(self, step: Step, name: str) -> list[_Line]:
        """The lines from the top."""
        return [_Line(step, name, "heading", 0, 1),
                *(_Line(step, name, "sum", k, self.parts) for k in range(self.parts)),
                *(_Line(step, name, "reason", k, self.reasons) for k in range(self.reasons))]


def _forms(exercise: Exercise, step: Step, name: str, by: float) -> Iterator[_Form]:
    """The ways to set the words beside the first box of a step, on all sheets of a shape alike, so
    much larger than usual."""
    terms = len(PLUS.split(pattern_of(step, 0, 0)))
    reason = bool(_reason(exercise, step))
    heading = _Line(step, name, "heading", 0, 1).said(exercise)
    for size, white, worse in ((s * by, w * by, far * by) for s, w, far in SIZES):
        for parts in range(1, 1 + max(1, min(MOST_LINES, terms // 2))):
            for reasons in (1, 2) if reason else (0,):
                ems = max(-(-terms // parts) * TERM + END,
                          (0.0, REASON, HALF_REASON)[reasons])  # fmt: skip
                wide = max(ems * size, text_width(heading, size, "label") + 0.5)
                yield _Form(size, white, parts, reasons, wide,
                            worse + LONGER * by * (parts + max(reasons, 1)))  # fmt: skip


def _nearest(free: Free, wide: float, high: float, to: Box) -> tuple[float, Corner] | None:
    """The free place that is nearest to a box, and how far it is."""
    rows, columns = free.spots(wide, high)
    if not rows.size:
        return None
    x, y = free.left + STEP * columns, free.top + STEP * rows
    across = np.maximum(np.maximum(x - to[2], to[0] - x - wide), 0.0)
    down = np.maximum(np.maximum(y - to[3], to[1] - y - high), 0.0)
    far = np.hypot(across, down)
    best = int((far + ASLANT * abs(x - to[0])).argmin())
    return float(far[best]), (float(x[best]), float(y[best]))


def _written(
    line: _Line, left: float, y: float, form: _Form, boxes: Boxes, name: str
) -> Label:
    """The label of a line."""
    worked = line.what == "sum"
    found = text_at(left, y, line.said(boxes.exercise) or " ", form.size, form.wide,
                    "answer" if worked else "ink")  # fmt: skip
    return replace(found, colour="worked", of=(line.step.name, 0, 0)) if worked else found


def _sum(exercise: Exercise, step: Step, part: int, parts: int) -> str:
    """A part of the sum of the first box of a step, the last one with its result."""
    terms = PLUS.split(sum_of(exercise, step, 0, 0))
    each = -(-len(terms) // parts)
    said = " + ".join(terms[part * each : (part + 1) * each])
    result = exercise.shown(step.name)[0][0]
    end = f" {equals_sign(exercise, step, 0, 0)} {result}" if part == parts - 1 else ""
    return f"{'+ ' * (part > 0)}{said}{end}"


def _reason(exercise: Exercise, step: Step) -> tuple[str, ...]:
    """What an activation does with the first box of a step, in two parts; nothing where there is
    none."""
    bent = next((s for s in exercise.graph.users(step) if s.op.dies), None)
    if bent is None:
        return ()
    result = exercise.shown(step.name)[0][0]
    if result.startswith("−"):
        return f"{result} is negative, so", f"{bent.op.activation} writes 0."
    return f"{result} is not negative:", f"{bent.op.activation} keeps it."
