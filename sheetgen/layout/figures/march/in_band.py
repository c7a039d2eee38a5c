"""A step that is no product in a band: its operands there, and the signs and words between its
blocks. An operand that stands elsewhere comes by wire into the sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sheetgen.graph.nodes import Node, Step
from sheetgen.graph.op_parts import Line
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.march.band import Band, Spot, Wire
from sheetgen.layout.figures.march.draft import WORD, Draft, words_width
from sheetgen.layout.figures.march.facts import adds_one, keeps_lying, seen, seen_inputs
from sheetgen.page.figure import Figure, text
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
LEGIBLE = 1.2
"""How much larger a word may be printed for the sake of its lowered and raised letters."""


@dataclass(frozen=True)
class Set:
    """What goes into the band."""

    draft: Draft
    made: Spot
    wires: tuple[Wire, ...] = ()


class InBand:
    """A step that is no product, in a band: what is said between and around its blocks."""

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

    @cached_property
    def _main(self) -> Node:
        """The operand beside which the result stands: the latest of its shape."""
        alike = [n for n in self.placed if n.shape == self.step.shape]
        return (alike or self.placed)[-1]

    def _spot(self, node: Node) -> Spot:
        found = self.band.spot(node)
        assert found is not None  # as it is placed
        return found

    def _there(self, node: Node) -> Spot | None:
        """Where an operand stands in the band as it is read: box by box, as the main one lies."""
        if not keeps_lying(self.step):
            return self.band.spot(node)
        return self.band.spots.get((node, self._spot(self._main).turned))

    @property
    def _backwards(self) -> bool:
        """Whether the main operand is not the first one, and the order matters."""
        return self._main is not self.inputs[0] and self.line.between not in EITHER_WAY

    @property
    def _turned(self) -> bool:
        """Whether the result lies on its side, as its operand does."""
        return bool(self.placed) and keeps_lying(self.step) and self._spot(self._main).turned

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
        gap = max(LEAST, text_width(word, WORD, "label") * larger + 0.45)
        draft.sign(word, line.equals, x + gap / 2, middle)
        return draft.put([self.step], self._turned, x + gap + self._words, y), ()

    @property
    def _words(self) -> float:
        """Room for the words at the result's rows."""
        return words_width(self.step, self._turned)

    def _ring_gap(self, node: Node) -> float:
        """Between two blocks with a ring between them: one that stands in no band of the page is
        named over it."""
        if self._there(node) is not None:
            return LEAST
        return max(LEAST, self._wide(label(node), 0.42) + 0.4)

    def _wide(self, said: str, size: float) -> float:
        """Width of a text that is set in letters of a size, or in larger ones for the sake of its
        lowered and raised letters."""
        scripts = self.boxes.scripts if any(sign in said for sign in "_^") else 0.0
        return text_width(said, max(size, scripts), "label")

    def _ringed(self, elsewhere: Sequence[Node]) -> bool:
        """Whether a single sign, in a ring, says what is done with what stands elsewhere."""
        line = self.line
        alone = len(elsewhere) == 1 and self._has_sign and not line.before
        return alone and not self._backwards

    @property
    def _has_sign(self) -> bool:
        """Whether one sign between two operands says what is done; a comma says nothing."""
        return len(self.line.between) == 1 and self.line.between != ","

    def _word(self, elsewhere: Sequence[Node], with_stand_by: bool) -> str:
        """What is done, in a word or as a short equation."""
        line = self.line
        if len(self.inputs) == 1:
            return line.word or line.before
        ordered = line.before or self._backwards
        unsaid = bool(elsewhere) and not self._has_sign
        if ordered or with_stand_by or len(elsewhere) > 1 or len(line.between) > 1 or unsaid:
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
        turned = self._spot(self._main).turned if keeps_lying(self.step) else None
        return tuple(Wire(n, at, ring, beside, turned) for n in elsewhere)


def _squeezed(said: str) -> str:
    """An equation without its spaces, and with one sign for times."""
    return said.replace(" ", "").replace("·", "×")


def text_in_ring(sign: str, x: float, y: float) -> Figure:
    """A sign in the middle of a ring."""
    return text(sign, x, y, 0.55)
