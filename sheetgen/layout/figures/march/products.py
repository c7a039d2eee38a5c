"""A product in a band: beneath its top factor, at the right of its left factor, or where both
meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sheetgen.graph.nodes import Node, Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.march.band import Band, Spot, around
from sheetgen.layout.figures.march.draft import PAD, WORD, Draft, size_of, tag_width, words_width
from sheetgen.layout.figures.march.facts import (
    Factors,
    bias_of,
    is_printed,
    is_read_upright,
    lying,
    waits,
)
from sheetgen.layout.figures.parts import name_of
from sheetgen.page.figure import LABEL, Box, Figure, above, arrow
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.sentences import said_params

GAP = 0.5
"""Between a left factor and the result."""
NAMED = 1.0
"""Above a result that has its name there."""
CLOSE = 0.5
"""Above one whose name stands elsewhere."""
ONES = 0.5
"""More, for a row of ones."""
TRIES = 30
"""Places that are tried beneath or beside a factor, each behind something that stands there."""
COPY = 100.0
"""What a block costs that the student would have to copy: more than anything else."""


@dataclass(frozen=True)
class Way:
    """One way to set a product: what is drawn, and how good it is (less is better)."""

    cost: float
    draft: Draft
    made: Spot
    arrows: Figure
    copied: int = 0
    """Boxes that the student would have to copy."""


@dataclass(frozen=True)
class _Try:
    """What a way would cost if one of some places were free, and which factors it draws."""

    cost: float
    places: Iterable[tuple[float, float]]
    draw_left: bool = True
    draw_top: bool = True


def best_way(
    boxes: Boxes, band: Band, step: Step, factors: Factors, turned: bool,
    lies_only: bool | None = None,
) -> Way | None:  # fmt: skip
    """The best way that the band has room for; ``turned`` is how the result should better lie, and
    ``lies_only`` how it must."""
    tries: list[tuple[float, _Product, _Try]] = []
    wrong = 1.5 * COPY if is_read_upright(step, boxes.exercise.graph) else 3.0
    sides = [(turned, factors.mirrored() if turned else factors)]
    printed = all(map(is_printed, (*factors.left, *factors.top)))
    if factors.bias is None and not (printed and band.taken):
        other = factors if turned else factors.mirrored()
        sides.append((not turned if step.shape != (1, 1) else turned, other))
    for mismatch, (lies, sided) in enumerate(sides):
        if (lies and factors.bias is not None) or lies_only not in (None, lies):
            continue
        product = _Product(boxes, band, step, sided, lies)
        tries += [(one.cost + wrong * mismatch, product, one) for one in product.tries()]
    for cost, product, one in sorted(tries, key=lambda some: some[0]):
        way = product.tried(cost, one)
        if way is not None:
            return way
    return None


class _Product:
    """The ways of one product whose result lies in one way."""

    def __init__(self, boxes: Boxes, band: Band, step: Step, sides: Factors, turned: bool) -> None:
        self.boxes, self.band, self.step = boxes, band, step
        self.sides, self.turned = sides, turned
        self.rows, self.cols = lying(step.shape, turned)
        self.left = self._placed(sides.left, sides.left_turned)
        self.top = self._placed(sides.top, sides.top_turned)
        self.last = self._last_placed()
        """The last of several top factors, where it stands already and the others are printed."""
        self.left_cols = size_of(sides.left, sides.left_turned, True)[1] + (sides.bias is not None)
        self.top_rows = size_of(sides.top, sides.top_turned, False)[0]
        self.ones = ONES if sides.bias is not None else 0.0
        self.more = int(not turned and bias_of(step, boxes.step_numbers) is not None)
        """Columns that are kept free at the right of the result, for the gradient of a bias."""

    def _placed(self, nodes: Sequence[Node], turned: bool) -> Spot | None:
        """Where a factor stands already as it is needed."""
        if len(nodes) > 1:
            return self.band.stacks.get((tuple(nodes), turned)) if nodes == self.sides.top else None
        if self.sides.bias is not None and nodes == self.sides.left:
            return None
        return self.band.spots.get((nodes[0], turned))

    def _last_placed(self) -> Spot | None:
        *others, last = self.sides.top
        if not others or not all(map(is_printed, others)):
            return None
        return self.band.spots.get((last, self.sides.top_turned))

    def tries(self) -> Iterator[_Try]:
        """What may be tried, and at what cost."""
        left, top = self.left, self.top
        if self.last is not None:
            cost = 0.5 + self._copies(self.sides.left) + self._copies(self.sides.top[:-1])
            yield _Try(cost, self._under(self.last), draw_top=False)
        if left is not None and top is not None and left.right < top.x and top.bottom < left.y:
            yield _Try(0.0, [(top.x, left.y)], draw_left=False, draw_top=False)
        if top is not None:
            cost = 0.5 + self._copies(self.sides.left)
            yield _Try(cost, self._under(top), draw_top=False)
        if left is not None:
            cost = 1.0 + self._copies(self.sides.top)
            yield _Try(cost, self._right_of(left), draw_left=False)
        cost = 2.0 + self._copies(self.sides.left) + self._copies(self.sides.top)
        if self.band.taken:
            cost += 1.0 if top is None else 3.0
        yield _Try(cost, [self._fresh()])

    def _copies(self, nodes: Sequence[Node]) -> float:
        """What it costs to draw blocks that the student would have to copy."""
        return sum(COPY for n in nodes if not is_printed(n) and not self._waits(n))

    def _waits(self, node: Node) -> bool:
        """Whether a left factor is written here, and stands nowhere before."""
        lies = self.sides.left_turned or node not in self.sides.left
        return not lies and self.step.role != "gradient" and waits(
            node, self.boxes.exercise.graph)  # fmt: skip

    def _under(self, top: Spot) -> Iterator[tuple[float, float]]:
        """Places beneath the top factor, the next below what stands there."""
        yield top.x, top.bottom + NAMED + self.ones
        ends = {round(b[3], 2) for b in self.band.taken if b[3] > top.bottom + NAMED / 2
                and b[0] < top.right and b[2] > top.x - GAP - self.left_cols}
        for end in sorted(ends)[:TRIES]:
            yield top.x, end + NAMED + self.ones

    def _right_of(self, left: Spot) -> Iterator[tuple[float, float]]:
        """Places at the right of the left factor."""
        yield left.right + GAP, left.y
        ends = {round(b[2], 2) for b in self.band.taken if b[2] > left.right + GAP / 2
                and b[1] < left.bottom and b[3] > left.y - NAMED - self.top_rows}
        for end in sorted(ends)[:TRIES]:
            yield end + GAP, left.y

    def _fresh(self) -> tuple[float, float]:
        """At the right of all that stands in the band."""
        x = self.band.right + 0.9 if self.band.taken else 0.0
        wide = max((_width(n) + words_width(n, self.sides.left_turned) for n in self.sides.left),
                   default=0.0)  # fmt: skip
        return x + wide + self.left_cols + GAP, self.top_rows + NAMED + self.ones

    def tried(self, cost: float, one: _Try) -> Way | None:
        """The first place that is free, with the name where there is room."""
        wide = tag_width(self.boxes, self.step, self.turned)
        tags = ["above", "right", "below"] if wide <= self.cols + 0.7 else ["right", "below"]
        if self.more:
            tags = ["above", "below"]
        ways = [(where, "above") for where in tags]
        if self.boxes.scripts and one.draw_top and len(self.sides.top) > 1:
            ways += [(where, "left") for where in tags]  # which takes less height
        for x, y in one.places:
            for where, of_top in ways:
                drawn = self._drawn(x, y, where, one.draw_left, one.draw_top, of_top)
                if drawn is not None:
                    draft, made = drawn
                    new = [*self.sides.left] * one.draw_left + [*self.sides.top] * one.draw_top
                    if not one.draw_top and self.top is None:
                        new += self.sides.top[:-1]
                    copied = sum(n.shape[0] * n.shape[1] for n in new
                                 if not is_printed(n) and not self._waits(n))
                    return Way(cost, draft, made, self._arrows(made), copied)
        return None

    def _drawn(
        self, x: float, y: float, where: str, draw_left: bool, draw_top: bool, of_top: str
    ) -> tuple[Draft, Spot] | None:
        if not self._has_room(x, y, where, draw_left, draw_top):
            return None
        draft = Draft(self.boxes)
        made = draft.put([self.step], self.turned, x, y)
        if draw_left:
            self._left_block(draft, x, y)
        if not draw_top and self.top is None and self.last is not None:
            self._above_last(draft, self.last)
        if draw_top:
            at = draft.put(self.sides.top, self.sides.top_turned, x, self._top_at(y, where),
                           beside=False)  # fmt: skip
            for node, spot in self._parts(self.sides.top, self.sides.top_turned, at):
                draft.name(node, spot, of_top if node is self.sides.top[0] else "left")
        if self.sides.bias is not None:
            low = NAMED if where == "above" or not draw_top else CLOSE
            draft.ones(self.cols, x, y - low - 0.12)
        tagged = draft.tag(self.step, made, where)
        fits = tagged and self._clear(made) and self.band.open(*draft.taken)
        if fits and self._reaches(made):
            assert self.left is not None  # as it reaches there
            draft.taken.append((self.left.right + 0.2, made.y + 0.4, made.x - 0.2,
                                made.bottom - 0.4))  # fmt: skip
        return (draft, made) if fits else None

    def _top_at(self, y: float, where: str) -> float:
        """Where a top factor begins over a result whose name stands somewhere."""
        return y - (NAMED if where == "above" else CLOSE) - self.ones - self.top_rows

    def _has_room(
        self, x: float, y: float, where: str, draw_left: bool, draw_top: bool
    ) -> bool:
        """Whether there is room for the blocks at least: most places are refused here."""
        blocks = [around([(x, y, x + self.cols + self.more, y + self.rows)], PAD)]
        if draw_left:
            left = x - GAP - self.left_cols
            rows = size_of(self.sides.left, self.sides.left_turned, True)[0]
            blocks.append(around([(left, y, left + self.left_cols, y + rows)], PAD))
        if draw_top:
            top = self._top_at(y, where)
            cols = size_of(self.sides.top, self.sides.top_turned, False)[1]
            blocks.append(around([(x, top, x + cols, top + self.top_rows)], PAD))
        return self.band.open(*blocks)

    def _above_last(self, draft: Draft, last: Spot) -> None:
        """The other top factors over the one that stands already, each with its name."""
        others = self.sides.top[:-1]
        rows = size_of(others, self.sides.top_turned, False)[0]
        at = draft.put(others, self.sides.top_turned, last.x, last.y - NAMED - rows, beside=False,
                       kept=False)  # fmt: skip
        for node, spot in self._parts(others, self.sides.top_turned, at):
            draft.name(node, spot, "above" if node is others[0] else "left")

    def _left_block(self, draft: Draft, x: float, y: float) -> None:
        """The left factor with its name, and that of its bias column."""
        spot = draft.put(self.sides.left, self.sides.left_turned, x - GAP - self.left_cols, y,
                         self.sides.bias, beneath=True)  # fmt: skip
        if len(self.sides.left) > 1 and not self._named_apart():
            joint, least = self._joint_name(), self.boxes.scripts
            if least:  # in large print above it, where it takes less of the width
                draft.text(joint, spot.right, spot.y - 0.2 - least / 2, max(LABEL, least), "end")
            else:
                draft.text(joint, spot.x - 0.2, spot.middle[1], LABEL, "end")
        elif len(self.sides.left) > 1:
            start = spot.x
            for node in self.sides.left:
                wide = lying(node.shape, self.sides.left_turned)[1]
                part = Spot(start, y, spot.rows, wide, self.sides.left_turned)
                draft.name(node, part)
                start += wide
        elif self._waits(self.sides.left[0]):
            self._made_here(draft, self.sides.left[0], spot)
        else:
            draft.name(self.sides.left[0], spot, "left")
        if self.sides.bias is not None:
            name = label(self.sides.bias)
            draft.text(name, spot.right - 0.5, y - above(name, 0.38), LABEL * 0.9)

    def _made_here(self, draft: Draft, made: Node, spot: Spot) -> None:
        """What a left factor that is written here is made of, at its left."""
        assert isinstance(made, Step)
        draft.tag(made, spot, "above")
        (source,) = made.inputs
        word = made.op.line.word.format(**said_params(made))
        gap = max(1.5, text_width(word, WORD, "label") + 0.3)
        rows, columns = source.shape
        middle = spot.middle[1]
        draft.sign(word, made.op.line.equals, spot.x - gap / 2, middle)
        at = draft.put([source], False, spot.x - gap - columns, middle - rows / 2)
        draft.name(source, at)

    def _named_apart(self) -> bool:
        """Whether each part of the left factor has room for its own name above it."""
        turned = self.sides.left_turned
        wide = [text_width(name_of(n, turned), LABEL, "label") for n in self.sides.left]
        columns = [lying(n.shape, turned)[1] for n in self.sides.left]
        over = [w - c for w, c in zip(wide, columns, strict=True)]
        return max(over) <= 0.4 and all(a + b <= -0.2 for a, b in pairwise(over))

    def _joint_name(self) -> str:
        """The name of a left factor of several parts."""
        between = " ; " if self.sides.left_turned else " "
        names = [label(n) for n in self.sides.left]
        said = f"[{between.join(names if len(names) < 3 else [names[0], '…', names[-1]])}]"
        return f"{said}^T" if self.sides.left_turned else said

    def _parts(self, nodes: Sequence[Node], turned: bool, at: Spot) -> Iterator[tuple[Node, Spot]]:
        y = at.y
        for node in nodes:
            rows, cols = lying(node.shape, turned)
            yield node, Spot(at.x, y, rows, cols, turned)
            y += rows

    def _clear(self, made: Spot) -> bool:
        """Whether nothing stands between the result and the left factor that stood there before."""
        if self.left is None:
            return True
        lane: Box = (self.left.right + 0.2, made.y + 0.2, made.x - 0.2, made.bottom - 0.2)
        return lane[2] <= lane[0] or self.band.free(lane) or made.x - self.left.right < 1.0

    def _reaches(self, made: Spot) -> bool:
        """Whether arrows lead from the left factor to the result."""
        left = self.left
        return left is not None and made.x - left.right > 1.2 and left.y == made.y

    def _arrows(self, made: Spot) -> Figure:
        """Thin arrows from a left factor that stands apart."""
        arrows = Figure()
        if self.left is not None and self._reaches(made):
            for i in range(made.rows):
                y = made.y + i + 0.5
                arrows += arrow(self.left.right + 0.15, y, made.x - 0.1, y, "left")
        return arrows


def _width(node: Node) -> float:
    return text_width(label(node), LABEL * 1.2, "label") + 0.5
