"""A step that starts anew in a band: with the operands that are printed for it, with the equation
that makes it where its operands stand elsewhere, or in a column where it is used next."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.graph.nodes import Node
from sheetgen.layout.figures.march.band import Spot
from sheetgen.layout.figures.march.draft import Draft, tag_width, words_height, words_width
from sheetgen.layout.figures.march.facts import goes_on_right, is_printed
from sheetgen.layout.figures.march.in_band import InBand, Set
from sheetgen.page.figure import LABEL
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label

CLOSE, NARROW = 0.12, 0.45
"""Between a result and its equation in a narrow band, and the height of its letters."""
APART = 0.7
"""Between a result there and what is printed above its equation."""
UNDER = 1.2
"""Between the operands and a result that is named above, beneath them."""


class Anew(InBand):
    """A step that is no product, which starts anew in a band."""

    def from_printed(self) -> Set:
        """The printed operands in a line, then the result."""
        draft = Draft(self.boxes)
        first, *others = self.inputs
        x = self.band.right + 0.9 if self.band.taken else 0.0
        if self._row_above is not None:
            return self._under_a_row(draft, x)
        line = self.line
        inline = [n for n in others if (n, False) not in self.band.spots]
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

    def from_elsewhere(self) -> Set:
        """The result with the equation that makes it, and the operands that are printed: the others
        stand elsewhere."""
        draft = Draft(self.boxes)
        said = self._behind_printed or self._equation
        wide = text_width(f"{said} =", LABEL, "label") + self._words
        x = self.band.right + 0.9 if self.band.taken else 0.0
        middle = self.step.shape[0] / 2
        for node in filter(is_printed, self.inputs):
            x += 0.5 * bool(draft.spots)
            spot = draft.put([node], False, x, middle - node.shape[0] / 2)
            draft.name(node, spot)
            x = spot.right + 0.3
        return self._by_its_equation(draft, said, x + wide + 0.3, middle, 0.25, LABEL)

    def from_above(self) -> Set | None:
        """The same in a narrow band: the one operand that is printed above the equation; None if
        there is no such row."""
        printed = [n for n in self.inputs if is_printed(n)]
        if len(printed) != 1 or printed[0].shape[0] > 1 or self.band.taken:
            return None
        draft = Draft(self.boxes)
        spot = draft.put(printed, False, 0.0, 0.0)
        draft.name(printed[0], spot)
        wide = text_width(f"{self._equation} =", NARROW, "label") + self._words
        y = max(self.step.shape[0] / 2, spot.bottom + 0.6)
        x = max(spot.right + APART, wide + CLOSE)
        return self._by_its_equation(draft, self._equation, x, y, CLOSE, NARROW)

    def from_over(self) -> Set | None:
        """The same in large print, where no band is wide enough: the operands that are printed side
        by side, and beneath them the equation and the result; None if there are none."""
        printed = [n for n in self.inputs if is_printed(n)]
        if not printed or self.band.taken or not self.boxes.scripts:
            return None
        if self._row_above is not None and len(self.inputs) == len(printed) == 2:
            return self._over_a_row()
        draft, x, low = Draft(self.boxes), 0.0, 0.0
        for node in printed:
            x += 0.8 * bool(draft.spots) + words_width(node, False)
            spot = draft.put([node], False, x, 0.0)
            draft.name(node, spot)
            x, low = spot.right, max(low, spot.bottom)
        wide = self._wide(f"{self._equation} =", NARROW) + self._words
        top = low + UNDER + words_height(self.step, False)
        return self._by_its_equation(draft, self._equation, wide + CLOSE,
                                     top + self.step.shape[0] / 2, CLOSE, NARROW, top)  # fmt: skip

    def _over_a_row(self) -> Set:
        """A result of many rows beneath a printed row, and what else it is made of over that."""
        draft, (source, row) = Draft(self.boxes), self.inputs
        over = draft.put([source], False, words_width(source, False), 0.0)
        draft.name(source, over)
        y = over.bottom + UNDER + words_height(row, False)
        beneath = draft.put([row], False, self._words, y)
        draft.name(row, beneath)
        made = draft.put([self.step], False, self._words, beneath.bottom + 0.5)
        draft.tag(self.step, made, "below")
        return Set(draft, made)

    def _by_its_equation(
        self, draft: Draft, said: str, x: float, y: float, gap: float, size: float,
        top: float = 0.0,
    ) -> Set:  # fmt: skip
        """The result at ``x`` and the ``top``, the equation that makes it a ``gap`` before it at
        ``y``."""
        made = draft.put([self.step], False, x, top)
        draft.text(f"{said} =", made.x - gap - self._words, y, size, "end", "soft")
        draft.tag(self.step, made, "above" if made.cols > 1 or self._goes_on else "right")
        return Set(draft, made)

    @property
    def _behind_printed(self) -> str:
        """The sign and the name of what stands elsewhere, behind the first operand, which alone is
        printed; empty if the whole equation must be said."""
        printed = [n for n in self.inputs if is_printed(n)]
        line, plain = self.line, len(self.inputs) == len(self.step.inputs) == 2
        if not plain or printed != [self.inputs[0]] or line.before or line.after or (
            line.between != "+"  # after any other sign the name alone says too little
        ):
            return ""
        return f"{line.between} {label(self.inputs[1])}"

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
