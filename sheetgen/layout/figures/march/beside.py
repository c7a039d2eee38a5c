"""What is done box by box, next to an operand in a band: at the right of it, or beneath it; sums of
rows at the right, of columns beneath."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.layout.figures.march.anew import Anew
from sheetgen.layout.figures.march.band import Spot, Wire
from sheetgen.layout.figures.march.draft import PAD, Draft, words_height, words_width
from sheetgen.layout.figures.march.facts import (
    adds_across,
    adds_down,
    box_by_box,
    factors_of,
    is_printed,
    keeps_lying,
    lying,
    parts_of,
    seen,
    seen_inputs,
)
from sheetgen.layout.figures.march.in_band import LEAST, InBand, Set
from sheetgen.page.figure import LABEL
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.sentences import factor_behind

BELOW = 1.25
"""From a block to what is made of it beneath it."""
BELOW_SIGN = 1.45
"""The same where a word stands over a sign between them."""


class Beside(InBand):
    """A step that is no product, in a band: next to an operand that stands there, or anew."""

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
            anew = Anew(self.boxes, self.band, self.step)
            yield from self._open(anew.from_printed() if self._in_line else anew.from_elsewhere())
            yield from self._narrow(anew.from_over() if fresh else None)
        elif fresh:
            anew = Anew(self.boxes, self.band, self.step)
            yield from self._open(anew.from_elsewhere())
            yield from self._narrow(anew.from_above())
            yield from self._narrow(anew.from_over())

    def _narrow(self, made: Set | None) -> Iterator[Set]:
        return iter(()) if made is None else self._open(made)

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

    def _anchor(self) -> Spot:
        """The last block of those that stand together with the main one: its sums, say."""
        main = self._spot(self._main)
        spots = [self._spot(n) for n in self.placed]
        beneath = [s for s in spots if s.x == main.x and main.bottom < s.y < main.bottom + 2]
        aside = [s for s in spots if s.y == main.y and main.right < s.x < main.right + 3]
        return (beneath or aside or [main])[-1]

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
        return (is_printed(node) and not self._there(node) and node.shape == row
                and self.step.shape == row and not main.turned and main.rows > 1)  # fmt: skip

    def _tagged(self, found: Set) -> Iterator[Set]:
        """The same with the name where there is room for it."""
        at_left = found.made.x == self._anchor().x and self._read_beside
        last = ("below", "right") if self._summed_aside else ("right", "below")
        for tag in ("above", *["left"] * at_left, *last):
            draft = found.draft.copy()
            if draft.tag(self.step, found.made, tag) and self.band.open(*draft.taken):
                yield replace(found, draft=draft)

    @property
    def _read_beside(self) -> bool:
        """Whether a result of the same shape may stand at its right."""
        return any(step.shape == self.step.shape and self.step in step.inputs and not step.hidden
                   and box_by_box(step) for step in self.boxes.exercise.graph.steps)  # fmt: skip

    @property
    def _summed_aside(self) -> bool:
        """Whether the sums of a result's rows go to its right."""
        return any(adds_across(step) and seen_inputs(step)[0] is self.step and not step.hidden
                   for step in self.boxes.exercise.graph.steps)  # fmt: skip

    def _next_to(self, direction: str) -> Set | None:
        main, anchor = self._spot(self._main), self._anchor()
        if main.turned and not keeps_lying(self.step):
            return None
        others = [n for n in self.inputs if n is not self._main]
        if any(self.band.spot(n) and not self._there(n) and not is_printed(n) for n in others):
            return None  # it would be read on its side
        draft = Draft(self.boxes)
        if direction == "down":
            new = [n for n in others if is_printed(n) and not self._there(n)]
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
        stand_by = {n for n in others if self._there(n) is anchor}
        inline = [n for n in others if not self._there(n) and is_printed(n) and self._in_line]
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
        factor = "" if elsewhere or stand_by else factor_behind(self.step)
        if inline and factor:  # the difference stands there already, in brackets
            draft.text("(", main.x - 0.25, middle, 0.6)
            said = f") {factor} {line.equals}"
            wide = max(LEAST, text_width(said, 0.6, "label") + 0.3)
            draft.text(said, x + wide / 2, middle, 0.6)
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
        if line.between == ",":  # no sign, so that the whole must be said
            said = f"{self._equation} ="
        wide_said = text_width(said, LABEL, "label") + 0.4
        draft.text(said, x + wide_said / 2, middle)
        return x + wide_said

    @property
    def _over(self) -> float:
        """How much room the words at the result's own columns take above it."""
        return words_height(self.step, self._turned)

    def _down(
        self, draft: Draft, main: Spot, anchor: Spot, others: Sequence[Node]
    ) -> tuple[Spot, tuple[Wire, ...]]:  # fmt: skip
        """Beneath the anchor, with the sign between them."""
        elsewhere = [n for n in others if self._there(n) is not anchor]
        line = self.line
        x, y = main.x, anchor.bottom
        if self.step.op.sums_down:
            return draft.put([self.step], self._turned, x, y + 0.35), ()
        word = self._word(elsewhere, len(elsewhere) < len(others))
        if word and len(self.inputs) == 1:
            made = draft.put([self.step], self._turned, x, y + BELOW_SIGN + self._over)
            draft.sign(word, line.equals, made.middle[0], y + BELOW_SIGN / 2 + 0.03)
            return made, ()
        made = draft.put([self.step], self._turned, x, y + BELOW + self._over)
        if self._ringed(elsewhere):
            ring = self._ring(draft, made.middle[0], y + BELOW / 2)
            return made, self._wires(elsewhere, ring, beside=True)
        said = f"{word} {line.equals if line.equals != '=' else ''}".strip()
        draft.text(said or "=", made.middle[0], y + BELOW / 2, 0.46, colour="soft")
        return made, ()
