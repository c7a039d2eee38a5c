"""What is done box by box, in a band: at the right of its operand, or beneath it; sums of rows at
the right, of columns beneath. An operand that stands elsewhere comes by wire into the sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.graph.op import Line
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.march.band import Band, Spot, Wire
from sheetgen.layout.figures.march.draft import PAD, WORD, Draft, tag_width
from sheetgen.layout.figures.march.facts import (
    adds_across,
    adds_down,
    box_by_box,
    factors_of,
    is_printed,
    lying,
    seen,
    seen_inputs,
)
from sheetgen.page.figure import LABEL, Figure
from sheetgen.page.items import Circle
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label

RING = 0.34
"""Radius of a sign's ring."""
LEAST = 1.5
"""From a block to what is made of it at its right."""
BELOW = 1.25
"""And beneath it."""


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
        names, params = [label(seen(n)) for n in self.step.inputs], self.step.params
        return replace(
            line, before=line.before.format(*names, **params),
            between=line.between.format(*names, **params),
            after=line.after.format(*names, **params), word=line.word.format(*names, **params),
        )  # fmt: skip

    def ways(self, fresh: bool) -> Iterator[Set]:
        """The ways that the band has room for; a ``fresh`` one starts anew, without what it is made
        of if the student has that elsewhere."""
        if self.placed and not fresh:
            joined = self._beside_a_product()
            if joined is not None:
                yield joined
            for direction in self._directions():
                for tag in ("above", "right", "below"):
                    found = self._next_to(direction, tag)
                    if found is not None:
                        yield found
        elif all(map(is_printed, self.inputs)):
            yield from self._open(self._from_printed())
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
        for (node, _), spot in self.band.spots.items():
            factors = factors_of(node) if isinstance(node, Step) else None
            if factors is None or spot.turned or factors.left != self.inputs:
                continue
            if number is None or self.boxes.step_numbers.get(node) != number:
                continue
            top = self.band.spots.get((factors.top[0], factors.top_turned))
            if top is None or spot.y <= top.bottom:
                continue
            draft = Draft(self.boxes)
            made = draft.put([self.step], False, spot.right, spot.y)
            for k in range(top.rows):
                draft.ones(1, spot.right, top.y + k + 0.5)
            draft.taken = [(b[0] + 2 * PAD, *b[1:]) for b in draft.taken]
            if draft.tag(self.step, made, "right") and self.band.open(*draft.taken):
                return Set(draft, made)
        return None

    # --- next to an operand

    @property
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

    def _directions(self) -> tuple[str, ...]:
        main, anchor = self._spot(self._main), self._anchor()
        if adds_down(self.step):
            return ("right",) if main.turned else ("down",)
        if adds_across(self.step):
            return ("down",) if main.turned else ("right",)
        if anchor is not main and anchor.x == main.x:
            return ("down", "right")
        return ("right", "down")

    def _next_to(self, direction: str, tag: str) -> Set | None:
        main, anchor = self._spot(self._main), self._anchor()
        others = [n for n in self.inputs if n is not self._main]
        if direction == "down" and any(is_printed(n) and not self.band.spot(n) for n in others):
            return None  # it would be named, and stand on no page
        draft = Draft(self.boxes)
        if direction == "down":
            made, wires = self._down(draft, main, anchor, others)
        else:
            made, wires = self._right(draft, main, anchor, others)
        clear = draft.tag(self.step, made, tag)
        return Set(draft, made, wires) if clear and self.band.open(*draft.taken) else None

    @property
    def _turned(self) -> bool:
        """Whether the result lies on its side, as its operand does."""
        alike = self.placed and (box_by_box(self.step) or adds_down(self.step)
                                 or adds_across(self.step))  # fmt: skip
        return bool(alike) and self._spot(self._main).turned

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
        inline = [n for n in others if not self.band.spot(n) and is_printed(n)]
        elsewhere = [n for n in others if n not in inline and n not in stand_by]
        if elsewhere and not any(isinstance(n, Given) for n in inline):
            inline, elsewhere = [], [n for n in others if n not in stand_by]  # all are named
        x = anchor.right
        line = self.line
        for node in inline:
            gap = self._sign_gap
            draft.text(line.between, x + gap / 2, middle, 0.6)
            tall = lying(node.shape, main.turned)[0]
            spot = draft.put([node], main.turned, x + gap, middle - tall / 2, kept=False)
            draft.name(node, spot)
            x = spot.right
        if inline and not line.before:
            after = f"{line.after} =" if line.after else "="
            wide = max(1.0, text_width(after, 0.6, "label") + 0.3)
            draft.text(after, x + wide / 2, middle, 0.6)
            return draft.put([self.step], self._turned, x + wide, y), ()
        return self._signed(draft, x, y, middle, elsewhere, bool(stand_by))

    @property
    def _sign_gap(self) -> float:
        """Between two blocks with the sign or word between them."""
        return max(1.0, text_width(self.line.between, 0.6, "label") + 0.4)

    def _signed(
        self, draft: Draft, x: float, y: float, middle: float, elsewhere: Sequence[Node],
        with_stand_by: bool,
    ) -> tuple[Spot, tuple[Wire, ...]]:  # fmt: skip
        """The word over its sign, or a ring for an operand that stands elsewhere, then the result
        at its right."""
        line = self.line
        if len(elsewhere) == 1 and len(line.between) == 1 and not line.before:
            ring = self._ring(draft, x + LEAST / 2, middle)
            spot = draft.put([self.step], self._turned, x + LEAST, y)
            return spot, self._wires(elsewhere, ring)
        word = self._word(elsewhere, with_stand_by)
        gap = max(LEAST, text_width(word, WORD, "label") + 0.3)
        draft.sign(word, line.equals, x + gap / 2, middle)
        return draft.put([self.step], self._turned, x + gap, y), ()

    def _down(
        self, draft: Draft, main: Spot, anchor: Spot, others: Sequence[Node]
    ) -> tuple[Spot, tuple[Wire, ...]]:  # fmt: skip
        """Beneath the anchor, with the sign between them."""
        elsewhere = [n for n in others if self.band.spot(n) is not anchor]
        line = self.line
        x, y = main.x, anchor.bottom
        if self.step.op.sums_down:
            return draft.put([self.step], self._turned, x, y + 0.35), ()
        made = draft.put([self.step], self._turned, x, y + BELOW)
        if len(elsewhere) == 1 and len(line.between) == 1 and not line.before:
            ring = self._ring(draft, made.middle[0], y + BELOW / 2)
            return made, self._wires(elsewhere, ring, beside=True)
        word = self._word(elsewhere, len(elsewhere) < len(others))
        if word and len(self.inputs) == 1:
            draft.sign(word, line.equals, made.middle[0], y + BELOW / 2 + 0.03)
            return made, ()
        said = f"{word} {line.equals if line.equals != '=' else ''}".strip()
        draft.text(said or "=", made.middle[0], y + BELOW / 2, 0.46, colour="soft")
        return made, ()

    def _word(self, elsewhere: Sequence[Node], with_stand_by: bool) -> str:
        """What is done, in a word or as a short equation."""
        line, params = self.line, self.step.params
        if len(self.inputs) == 1:
            return line.word or line.before
        if line.before or with_stand_by or len(elsewhere) > 1 or len(line.between) > 1:
            names = [label(seen(n)) for n in self.step.inputs]
            return self.step.op.equation.format(*names, **params)
        return f"{line.between} {label(elsewhere[0])}" if elsewhere else line.word

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
        line = self.line
        inline = [n for n in others if not self.band.spot(n)]
        if line.before and inline:
            draft.text(line.before, x, first.shape[0] / 2, 0.6, "start")
            x += text_width(line.before, 0.6, "label") + 0.2
        main = draft.put([first], False, x, 0.0)
        draft.name(first, main)
        x = main.right
        for node in inline:
            gap = self._sign_gap
            draft.text(line.between, x + gap / 2, main.middle[1], 0.6)
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
        draft.tag(self.step, made, "above" if wide <= made.cols + 0.7 else "right")
        return Set(draft, made)

    def _from_elsewhere(self) -> Set:
        """The result alone, with the equation that makes it: the operands stand elsewhere."""
        draft = Draft(self.boxes)
        names = [label(seen(n)) for n in self.step.inputs]
        said = self.step.op.equation.format(*names, **self.step.params)
        wide = text_width(f"{said} =", LABEL, "label")
        x = self.band.right + 0.9 if self.band.taken else 0.0
        made = draft.put([self.step], False, x + wide + 0.3, 0.0)
        draft.text(f"{said} =", made.x - 0.25, made.middle[1], LABEL, "end", "soft")
        draft.tag(self.step, made, "above" if made.cols > 1 else "right")
        return Set(draft, made)


def text_in_ring(sign: str, x: float, y: float) -> Figure:
    from sheetgen.page.figure import text

    return text(sign, x, y, 0.55)
