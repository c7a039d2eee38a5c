"""What is done box by box, in a band: at the right of its operand, or beneath it; sums of rows at
the right, of columns beneath. An operand that stands elsewhere comes by wire into the sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.graph.op import Line
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.march.band import Band, Spot, Wire
from sheetgen.layout.figures.march.draft import PAD, WORD, Draft, tag_width, words_width
from sheetgen.layout.figures.march.facts import (
    adds_across,
    adds_down,
    adds_one,
    box_by_box,
    factors_of,
    goes_on_right,
    is_printed,
    keeps_lying,
    lying,
    parts_of,
    seen,
    seen_inputs,
)
from sheetgen.page.figure import LABEL, Figure
from sheetgen.page.items import Circle
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.sentences import equation, said_params

RING = 0.34
"""Radius of a sign's ring."""
EITHER_WAY = ("+", "⊙")
"""Signs between operands whose order does not matter."""
LEAST = 1.5
"""From a block to what is made of it at its right."""
BELOW = 1.25
"""And beneath it."""
LEGIBLE = 1.2
"""How much larger a word may be printed for the sake of its lowered and raised letters."""
BELOW_SIGN = 1.45
"""The same where a word stands over a sign between them."""


@dataclass(frozen=True)
class Set:
    """What goes into the band."""

    draft: Draft
    made: Spot
    wires: tuple[Wire, ...] = ()


class Beside:
    """A step that is no product, in a band."""

    def __init__(self, boxes: Boxes, band: Band, step: Step) -> None:
        self.boxes, self.band, self.step = boxes, band, step
        self.inputs = seen_inputs(step)
        self.placed = list(dict.fromkeys(n for n, _ in band.spots if n in self.inputs))
        """The inputs that stand in the band, the latest last."""
        self.line = self._filled(step.op.line)
        """What stands between and around the blocks."""

    def _filled(self, line: Line) -> Line:
        """A row's words with the names of the step's inputs and its params."""
        names, params = [label(seen(n)) for n in self.step.inputs], said_params(self.step)
        return replace(
            line, before=line.before.format(*names, **params),
            between=line.between.format(*names, **params),
            after=line.after.format(*names, **params), word=line.word.format(*names, **params),
        )  # fmt: skip

    @property
    def _in_line(self) -> bool:
        """Whether all operands in a line, with what stands around and between them, say what the
        step does: of two they always do."""
        if len(self.inputs) < 3 or self.step.op.names[0].endswith("..."):
            return True
        line, names = self.line, [label(seen(n)) for n in self.step.inputs]
        said = line.before + names[0]
        for node, name in zip(self.step.inputs[1:], names[1:], strict=True):
            said += self._sign_before(seen(node)) + name
        return _squeezed(said + line.after) == _squeezed(equation(self.step, names))

    def _sign_before(self, node: Node) -> str:
        """The sign between a block and the one before it."""
        return self.line.last if self.line.last and node is self.inputs[-1] else self.line.between

    def ways(self, fresh: bool) -> Iterator[Set]:
        """The ways that the band has room for; a ``fresh`` one starts anew, without what it is made
        of if the student has that elsewhere."""
        if self.placed and not fresh:
            if self.step.op.slides and self.step.role == "gradient":
                return  # a window and what slides are no row of equal blocks
            joined = self._beside_a_product()
            if joined is not None:
                yield joined
            for direction in self._directions():
                found = self._next_to(direction)
                if found is not None and self.band.open(*found.draft.taken):
                    yield from self._tagged(found)
        elif all(map(is_printed, self.inputs)):
            yield from self._open(self._from_printed() if self._in_line else self._from_elsewhere())
        elif fresh:
            yield from self._open(self._from_elsewhere())

    def _open(self, made: Set) -> Iterator[Set]:
        if self.band.open(*made.draft.taken):
            yield made

    def _beside_a_product(self) -> Set | None:
        """The sums of a block's rows as one more column of its product, beneath a column of 1s,
        where both are one step: ∂W and ∂b."""
        if len(self.inputs) != 1 or self.step.shape != (self.inputs[0].shape[0], 1):
            return None
        number = self.boxes.step_numbers.get(self.step)
        whole = parts_of(self.inputs[0], True)
        for (node, _), spot in self.band.spots.items():
            factors = factors_of(node) if isinstance(node, Step) else None
            if factors is None or spot.turned or factors.left != whole:
                continue
            if number is None or self.boxes.step_numbers.get(node) != number:
                continue
            top = (self.band.stacks.get((factors.top, factors.top_turned)) or
                   self.band.spots.get((factors.top[0], factors.top_turned)))  # fmt: skip
            if top is None or spot.y <= top.bottom:
                continue
            draft = Draft(self.boxes)
            made = draft.put([self.step], False, spot.right, spot.y)
            for y in (top.y + k + 0.5 for k in range(top.rows)):
                if self.band.free((spot.right + 0.3, y - 0.1, spot.right + 0.7, y + 0.1)):
                    draft.ones(1, spot.right, y)  # another product of the same height has them
            draft.taken = [(b[0] + 2 * PAD, *b[1:]) for b in draft.taken]
            for where in ("right", "below"):
                named = draft.copy()
                if named.tag(self.step, made, where) and self.band.open(*named.taken):
                    return Set(named, made)
        return None

    # --- next to an operand

    @cached_property
    def _main(self) -> Node:
        """The operand beside which the result stands: the latest of its shape."""
        alike = [n for n in self.placed if n.shape == self.step.shape]
        return (alike or self.placed)[-1]

    def _spot(self, node: Node) -> Spot:
        found = self.band.spot(node)
        assert found is not None  # as it is placed
        return found

    def _anchor(self) -> Spot:
        """The last block of those that stand together with the main one: its sums, say."""
        main = self._spot(self._main)
        spots = [self._spot(n) for n in self.placed]
        beneath = [s for s in spots if s.x == main.x and main.bottom < s.y < main.bottom + 2]
        aside = [s for s in spots if s.y == main.y and main.right < s.x < main.right + 3]
        return (beneath or aside or [main])[-1]

    @property
    def _backwards(self) -> bool:
        """Whether the main operand is not the first one, and the order matters."""
        return self._main is not self.inputs[0] and self.line.between not in EITHER_WAY

    def _directions(self) -> tuple[str, ...]:
        main, anchor = self._spot(self._main), self._anchor()
        if adds_down(self.step):
            return ("right",) if main.turned else ("down",)
        if adds_across(self.step):
            return ("down",) if main.turned else ("right",)
        if (anchor is not main and anchor.x == main.x) or any(map(self._lies_under, self.inputs)):
            return ("down", "right")
        return ("right", "down")

    def _lies_under(self, node: Node) -> bool:
        """Whether a printed row goes between the main operand and a result of one row."""
        main = self._spot(self._main)
        row = (1, main.cols)
        return (is_printed(node) and not self.band.spot(node) and node.shape == row
                and self.step.shape == row and not main.turned and main.rows > 1)  # fmt: skip

    def _tagged(self, found: Set) -> Iterator[Set]:
        """The same with the name where there is room for it."""
        at_left = found.made.x == self._anchor().x and self._read_beside
        for tag in ("above", *["left"] * at_left, "right", "below"):
            draft = found.draft.copy()
            if draft.tag(self.step, found.made, tag) and self.band.open(*draft.taken):
                yield replace(found, draft=draft)

    @property
    def _read_beside(self) -> bool:
        """Whether a result of the same shape may stand at its right."""
        return any(step.shape == self.step.shape and self.step in step.inputs and not step.hidden
                   and box_by_box(step) for step in self.boxes.exercise.graph.steps)  # fmt: skip

    def _next_to(self, direction: str) -> Set | None:
        main, anchor = self._spot(self._main), self._anchor()
        if main.turned and not keeps_lying(self.step):
            return None
        others = [n for n in self.inputs if n is not self._main]
        draft = Draft(self.boxes)
        if direction == "down":
            new = [n for n in others if is_printed(n) and not self.band.spot(n)]
            if len(others) == 1 and others == new:
                return self._down_with(others[0], draft, main)
            if new:
                return None  # there is no place for it
            made, wires = self._down(draft, main, anchor, others)
        else:
            made, wires = self._right(draft, main, anchor, others)
        return Set(draft, made, wires)

    def _down_with(self, node: Node, draft: Draft, main: Spot) -> Set | None:
        """Beneath the main operand, with one that is printed for it: a row between them, or a block
        at the left from which a wire leads into the sign."""
        anchor = self._anchor()
        wires: tuple[Wire, ...] = ()
        if self._lies_under(node):
            row = draft.put([node], False, main.x, anchor.bottom + 0.6)
            draft.name(node, row, "left")
            made = draft.put([self.step], False, main.x, row.bottom + 0.6)
        elif node.shape == self.step.shape and self._ringed([node]) and not main.turned:
            y = anchor.bottom + BELOW
            made = draft.put([self.step], False, main.x, y)
            ring = self._ring(draft, made.middle[0], y - BELOW / 2)
            x = made.x - made.cols - 0.8 - words_width(self.step, False)
            spot = draft.put([node], False, x, y, beneath=True)
            draft.name(node, spot, "left")
            wires = self._wires([node], ring, beside=True)
        else:
            return None
        return Set(draft, made, wires)

    @property
    def _turned(self) -> bool:
        """Whether the result lies on its side, as its operand does."""
        return bool(self.placed) and keeps_lying(self.step) and self._spot(self._main).turned

    def _right(
        self, draft: Draft, main: Spot, anchor: Spot, others: Sequence[Node]
    ) -> tuple[Spot, tuple[Wire, ...]]:  # fmt: skip
        """At the right of the anchor, with the operands between that are printed for it."""
        rows = lying(self.step.shape, main.turned)[0]
        alike = rows in (main.rows, 1) and main.rows != 1
        y = main.y if rows == main.rows or not alike else main.middle[1] - rows / 2
        if rows != main.rows and rows != 1:
            y = main.y
        middle = main.middle[1]
        stand_by = {n for n in others if self.band.spot(n) is anchor}
        inline = [n for n in others if not self.band.spot(n) and is_printed(n) and self._in_line]
        elsewhere = [n for n in others if n not in inline and n not in stand_by]
        if elsewhere and not any(isinstance(n, Given) for n in inline):
            inline, elsewhere = [], [n for n in others if n not in stand_by]  # all are named
        x = anchor.right
        line = self.line
        if inline and self._backwards:
            x = self._printed_first(draft, inline, x, middle, main)
            return draft.put([self.step], self._turned, x, y), ()
        for node in inline:
            gap = self._gap_before(node)
            draft.text(self._sign_before(node), x + gap / 2, middle, 0.6)
            tall = lying(node.shape, main.turned)[0]
            spot = draft.put([node], main.turned, x + gap, middle - tall / 2, kept=False)
            draft.name(node, spot)
            x = spot.right
        if inline and not line.before:
            after = f"{line.after} =" if line.after else "="
            wide = max(1.0, text_width(after, 0.6, "label") + 0.3)
            draft.text(after, x + wide / 2, middle, 0.6)
            return draft.put([self.step], self._turned, x + wide + self._words, y), ()
        return self._signed(draft, x, y, middle, elsewhere, bool(stand_by))

    def _printed_first(
        self, draft: Draft, inline: Sequence[Node], x: float, middle: float, main: Spot
    ) -> float:
        """The printed operands, of which one comes before the main one, and the rest of the
        equation in words; where the result begins."""
        line, x = self.line, x + 0.9
        if line.before:
            wide = text_width(line.before, 0.6, "label")
            draft.text(line.before, x + wide / 2, middle, 0.6)
            x += wide + 0.2
        rest: list[Node] = []
        for node in self.inputs:
            if node not in inline or rest:
                rest.append(node)
                continue
            tall = lying(node.shape, main.turned)[0]
            spot = draft.put([node], main.turned, x, middle - tall / 2, kept=False)
            draft.name(node, spot)
            x = spot.right
        said = " ".join(f"{self._sign_before(node)} {label(seen(node))}" for node in rest)
        said = " ".join(part for part in (said, line.after, "=") if part)
        wide_said = text_width(said, LABEL, "label") + 0.4
        draft.text(said, x + wide_said / 2, middle)
        return x + wide_said

    def _gap_before(self, node: Node) -> float:
        """Between a block and the one before it with the sign or word between them."""
        return max(1.0, text_width(self._sign_before(node), 0.6, "label") + 0.4)

    def _signed(
        self, draft: Draft, x: float, y: float, middle: float, elsewhere: Sequence[Node],
        with_stand_by: bool,
    ) -> tuple[Spot, tuple[Wire, ...]]:  # fmt: skip
        """The word over its sign, or a ring for an operand that stands elsewhere, then the result
        at its right."""
        line = self.line
        if self._ringed(elsewhere):
            gap = self._ring_gap(elsewhere[0])
            ring = self._ring(draft, x + gap / 2, middle)
            spot = draft.put([self.step], self._turned, x + gap + self._words, y)
            return spot, self._wires(elsewhere, ring)
        word = self._word(elsewhere, with_stand_by)
        larger = LEGIBLE if any(sign in word for sign in "_^") else 1.0
        gap = max(LEAST, text_width(word, WORD, "label") * larger + 0.3)
        draft.sign(word, line.equals, x + gap / 2, middle)
        return draft.put([self.step], self._turned, x + gap + self._words, y), ()

    @property
    def _words(self) -> float:
        """Room for the words at the result's rows."""
        return words_width(self.step, self._turned)

    def _ring_gap(self, node: Node) -> float:
        """Between two blocks with a ring between them: one that stands in no band of the page is
        named over it."""
        if self.band.spot(node) is not None:
            return LEAST
        return max(LEAST, text_width(label(node), 0.42, "label") + 0.4)

    def _ringed(self, elsewhere: Sequence[Node]) -> bool:
        """Whether a single sign, in a ring, says what is done with what stands elsewhere."""
        line = self.line
        alone = len(elsewhere) == 1 and len(line.between) == 1 and not line.before
        return alone and not self._backwards

    def _down(
        self, draft: Draft, main: Spot, anchor: Spot, others: Sequence[Node]
    ) -> tuple[Spot, tuple[Wire, ...]]:  # fmt: skip
        """Beneath the anchor, with the sign between them."""
        elsewhere = [n for n in others if self.band.spot(n) is not anchor]
        line = self.line
        x, y = main.x, anchor.bottom
        if self.step.op.sums_down:
            return draft.put([self.step], self._turned, x, y + 0.35), ()
        word = self._word(elsewhere, len(elsewhere) < len(others))
        if word and len(self.inputs) == 1:
            made = draft.put([self.step], self._turned, x, y + BELOW_SIGN)
            draft.sign(word, line.equals, made.middle[0], y + BELOW_SIGN / 2 + 0.03)
            return made, ()
        made = draft.put([self.step], self._turned, x, y + BELOW)
        if self._ringed(elsewhere):
            ring = self._ring(draft, made.middle[0], y + BELOW / 2)
            return made, self._wires(elsewhere, ring, beside=True)
        said = f"{word} {line.equals if line.equals != '=' else ''}".strip()
        draft.text(said or "=", made.middle[0], y + BELOW / 2, 0.46, colour="soft")
        return made, ()

    def _word(self, elsewhere: Sequence[Node], with_stand_by: bool) -> str:
        """What is done, in a word or as a short equation."""
        line = self.line
        if len(self.inputs) == 1:
            return line.word or line.before
        ordered = line.before or self._backwards
        if ordered or with_stand_by or len(elsewhere) > 1 or len(line.between) > 1:
            return self._equation
        return f"{line.between} {label(elsewhere[0])}" if elsewhere else line.word

    @property
    def _equation(self) -> str:
        """What the result is, by the names of its operands."""
        names = [label(seen(n)) for n in self.step.inputs]
        if adds_one(self.step):
            return names[0]
        return equation(self.step, names)

    def _ring(self, draft: Draft, x: float, y: float) -> Spot:
        """A sign in a ring."""
        draft.figure += Figure((Circle(x, y, RING),))
        draft.figure += Figure(
            text_in_ring(self.line.between, x, y).items
        )
        spot = Spot(x - RING, y - RING, 0, 0)
        draft.taken.append((x - RING, y - RING, x + RING, y + RING))
        return spot

    def _wires(
        self, elsewhere: Sequence[Node], ring: Spot, beside: bool = False
    ) -> tuple[Wire, ...]:  # fmt: skip
        at = ring.x + RING, ring.y + RING
        return tuple(Wire(n, at, ring, beside) for n in elsewhere)

    # --- starting anew

    def _from_printed(self) -> Set:
        """The printed operands in a line, then the result."""
        draft = Draft(self.boxes)
        first, *others = self.inputs
        x = self.band.right + 0.9 if self.band.taken else 0.0
        if self._row_above is not None:
            return self._under_a_row(draft, x)
        line = self.line
        inline = [n for n in others if not self.band.spot(n)]
        if line.before and inline:
            draft.text(line.before, x, first.shape[0] / 2, 0.6, "start")
            x += text_width(line.before, 0.6, "label") + 0.2
        main = draft.put([first], False, x, 0.0)
        draft.name(first, main)
        x = main.right
        for node in inline:
            gap = self._gap_before(node)
            draft.text(self._sign_before(node), x + gap / 2, main.middle[1], 0.6)
            spot = draft.put([node], False, x + gap, main.middle[1] - node.shape[0] / 2)
            draft.name(node, spot)
            x = spot.right
        rows = self.step.shape[0]
        y = main.middle[1] - rows / 2
        if inline:
            after = f"{line.after} =" if line.after else "="
            wide = max(1.0, text_width(after, 0.6, "label") + 0.3)
            draft.text(after, x + wide / 2, main.middle[1], 0.6)
            made = draft.put([self.step], False, x + wide, y)
        else:
            made, _ = self._signed(draft, x, y, main.middle[1], (), False)
        wide = tag_width(self.boxes, self.step, False)
        above = self._goes_on or wide <= made.cols + 0.7
        draft.tag(self.step, made, "above" if above else "right")
        return Set(draft, made)

    @property
    def _goes_on(self) -> bool:
        """Whether the place at the right is kept for a product."""
        return goes_on_right(self.step, self.boxes.exercise.graph)

    @property
    def _row_above(self) -> Node | None:
        """The printed row over whose columns the result lies, if it takes more than that alone."""
        last, (rows, columns) = self.inputs[-1], self.step.shape
        fits = last.shape == (1, columns) and rows > 1 and len(self.inputs) < 3
        beside = len(self.inputs) == 1 or self.inputs[0].shape[0] == rows
        return last if fits and beside else None

    def _under_a_row(self, draft: Draft, x: float) -> Set:
        """A result of many rows beneath a printed row, with what else it is made of at its left."""
        row = self._row_above
        assert row is not None
        words = self._words
        if len(self.inputs) == 2:
            source = self.inputs[0]
            x += 0.5 + text_width(label(source), LABEL * 1.2, "label")
            x += words_width(source, False)
            y = 1.5
            left = draft.put([source], False, x, y, beneath=True)
            draft.name(source, left, "left")
            x = left.right + 0.5
        spot = draft.put([row], False, x + words, 0.0)
        draft.name(row, spot, "left" if len(self.inputs) == 1 else "above")
        made = draft.put([self.step], False, x + words, 1.5)
        draft.tag(self.step, made, "right")
        return Set(draft, made)

    def _from_elsewhere(self) -> Set:
        """The result with the equation that makes it, and the operands that are printed: the others
        stand elsewhere."""
        draft = Draft(self.boxes)
        said = self._equation
        wide = text_width(f"{said} =", LABEL, "label") + self._words
        x = self.band.right + 0.9 if self.band.taken else 0.0
        middle = self.step.shape[0] / 2
        for node in filter(is_printed, self.inputs):
            x += 0.5 * bool(draft.spots)
            spot = draft.put([node], False, x, middle - node.shape[0] / 2)
            draft.name(node, spot)
            x = spot.right + 0.3
        made = draft.put([self.step], False, x + wide + 0.3, 0.0)
        draft.text(f"{said} =", made.x - 0.25 - self._words, made.middle[1], LABEL, "end", "soft")
        draft.tag(self.step, made, "above" if made.cols > 1 or self._goes_on else "right")
        return Set(draft, made)


    def in_column(self, column: Sequence[Node]) -> Set | None:
        """The result where it is used next, in a ``column`` with what is printed over or beneath
        it; the equation that makes it at the left."""
        draft = Draft(self.boxes)
        said = f"{self._equation} ="
        x = text_width(said, LABEL, "label") + 0.3
        whole = draft.put(column, False, x, 0.0, beside=False)
        made, y = whole, 0.0
        for node in column:
            spot = Spot(whole.x, y, node.shape[0], whole.cols)
            y = spot.bottom
            if node is self.step:
                made = spot
                draft.text(said, spot.x - 0.25, spot.middle[1], LABEL, "end", "soft")
                draft.tag(self.step, spot, "right")
            else:
                draft.name(node, spot, "left")
        return Set(draft, made) if self.band.open(*draft.taken) else None


def _squeezed(said: str) -> str:
    """An equation without its spaces, and with one sign for times."""
    return said.replace(" ", "").replace("·", "×")


def text_in_ring(sign: str, x: float, y: float) -> Figure:
    from sheetgen.page.figure import text

    return text(sign, x, y, 0.55)
