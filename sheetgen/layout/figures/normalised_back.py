"""The way back of a normalisation on one page: gradients down two columns, the sums of their rows
at the right or of their columns beneath; what was normalised stands once, for both gradients that
it weighs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.march.draft import Draft
from sheetgen.layout.figures.march.facts import adds_down
from sheetgen.layout.figures.parts import steps_called, tag
from sheetgen.page.figure import Figure, rounded
from sheetgen.page.items import Circle
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.sentences import equation, filled

SIGN = 1.0
"""Between two blocks with a sign between them."""
SHORT = 1.35
"""The same with a short word over the sign."""
ASIDE = 0.5
"""Beside a wire that runs down."""
NAME = 1.25
"""Between two blocks one beneath the other, for a name."""
RINGED = 1.7
"""The same for a ring with a sign and a name."""
RING = 0.34
"""Radius of a ring."""
BESIDE = 0.9
"""Between two blocks with nothing between them."""
BETWEEN = 0.9
"""How much farther two columns stand from each other with a name between them."""
UNDER = 1.35
"""Between a block and the sums of its columns beneath, for a word over its sign."""
LANE = 0.35
"""From a block to the wire that runs down at its right."""


Halves = Callable[[str], tuple[Figure, Figure]]
"""Two figures, the second of which says where the first stands, if that is known."""


def way_back(boxes: Boxes) -> tuple[Figure, Halves] | None:
    """The gradients of what was normalised, and of what is learned and weighs before and after it:
    in one figure, or cut where the error has been weighed; None where there are others."""
    graph = boxes.exercise.graph
    if any(s.op.updates for s in graph.steps) or not _is_whole(_gradients(boxes)):
        return None
    [squares] = [s.inputs[0].inputs[0] for s in steps_called(graph, "deviation")
                 if isinstance(s.inputs[0], Step)]  # fmt: skip
    assert isinstance(squares, Step)
    kind = _OfColumns if adds_down(squares) else _Back

    def halves(where: str) -> tuple[Figure, Figure]:
        first, second = kind(boxes), kind(boxes)
        first.to_what_is_learned()
        second.where = where
        second.through_the_normalisation(0.0, None)
        return first.draft.figure, second.draft.figure

    return kind(boxes).whole(), halves


def _gradients(boxes: Boxes) -> list[Step]:
    return [s for s in boxes.exercise.graph.steps if s.role == "gradient" and not s.hidden]


def _is_whole(steps: Sequence[Step]) -> bool:
    """Whether some gradients are those of a normalisation, with all that is learned, in their
    order, and of the weights before it, if there are some."""
    centred = any(s.part == "mean" for s in steps)
    parts = ["", "weighed", "", *[""] * centred, "", *["sums", "mean"] * centred, "weighed",
             "lean_sums", "lean", ""]  # fmt: skip
    rest = steps[len(parts) :]
    return (len(steps) >= len(parts) and len(rest) <= 1
            and all(said in ("", step.part) for said, step in zip(parts, steps, strict=False))
            and all(len(step.inputs) == 2 for step in (steps[0], *rest)))  # fmt: skip


class _Back:
    """The figure as it grows, of rows."""

    def __init__(self, boxes: Boxes) -> None:
        self.boxes, self.draft = boxes, Draft(boxes)
        steps = _gradients(boxes)
        self.where = ""
        """Where the error stands, if not above."""
        self.centred = bool([s for s in steps if s.part == "mean"])
        """Whether the mean was taken off before."""
        found = iter(steps)
        self.error, self.weighed, self.gamma = next(found), next(found), next(found)
        self.beta = next(found) if self.centred else None
        self.normed = next(found)
        self.means = (next(found), next(found)) if self.centred else ()
        self.lean, self.lean_sums, self.lean_mean = next(found), next(found), next(found)
        self.source, *self.rest = found
        self.rows, self.cols = self.error.shape
        self.left, self.middle = self.cols + SIGN, 2 * self.cols + SIGN + 1.2
        """Where the second and the third block of the first line stand."""

    def whole(self) -> Figure:
        """From the error down to the weights before the normalisation."""
        y = self.to_what_is_learned()
        self.through_the_normalisation(y + self.rows + NAME, y)
        return self.draft.figure

    def to_what_is_learned(self) -> float:
        """The error; beneath it the same times what was normalised; the sums of their rows at the
        right. The upper edge of what was normalised."""
        self._error()
        y = self.rows + RINGED
        N = self.weighed.inputs[1]
        self.draft.name(N, self.draft.put([N], False, self.left, y), "left")
        self._weighed(self.weighed, self.middle, y)
        self._up_and_over(self.left, self.middle, y)
        self._across(self.gamma, self.middle + self.cols, y)
        return y

    def through_the_normalisation(self, y: float, above: float | None) -> None:
        """The gradient of what was normalised, its share along that, and what is left of it. What
        was normalised stands ``above``, or is printed again."""
        self._normed(y)
        x = self.left + self.cols + ASIDE
        for step in self.means:
            x = self._across(step, x, y)
        if above is not None:
            lane, end = self.left + self.cols + LANE, y + self.rows + RINGED / 2
            start = above + self.rows / 2
            self._wire([(self.left + self.cols, start), (lane, start), (lane, end),
                        (self.left + self.cols / 2 + RING, end)])  # fmt: skip
        y += self.rows + RINGED
        if above is None:
            N = self.lean.inputs[0]
            self.draft.name(N, self.draft.put([N], False, 0.0, y), "left")
            self._up_and_over(0.0, self.left, y)
        self._weighed(self.lean, self.left, y)
        x = self._across(self.lean_sums, self.left + self.cols + ASIDE, y)
        self._across(self.lean_mean, x, y)
        self._source(y + self.rows + NAME)

    def _put(self, step: Step, x: float, y: float, where: str = "above") -> None:
        self.draft.tag(step, self.draft.put([step], False, x, y), where)

    def _across(self, step: Step, x: float, y: float) -> float:
        """Sums of rows, or their means, at the right of what ends at ``x``; where they end."""
        word = filled(step.op.line.word, step)
        gap = max(SHORT, text_width(word, 0.42, "label") + 0.5)
        self.draft.sign(word, step.op.line.equals, x + gap / 2, y + self.rows / 2)
        self._put(step, x + gap, y)
        return x + gap + 1.0

    def _weighed(self, step: Step, x: float, y: float) -> None:
        """A block with a sign in a ring above it, its name beside that: before it, or behind it
        where the block is narrow."""
        self.draft.put([step], False, x, y)
        at = x + self.cols / 2, y - RINGED / 2
        self.draft.figure += Figure((Circle(*at, RING),))
        self.draft.text(step.op.line.between, *at, 0.55)
        wide = self.cols > 3
        beside = x + self.cols / 4 if wide else at[0] + RING + 0.7
        self.draft.figure += tag(self.boxes, step, beside, y - 0.42, "middle")

    def _up_and_over(self, x: float, end: float, y: float) -> None:
        """A wire from the upper edge of a block at ``x`` into the ring over that at ``end``."""
        level = y - RINGED / 2
        start = x + self.cols / 2
        self._wire([(start, y), (start, level), (end + self.cols / 2 - RING, level)])

    def _wire(self, corners: list[tuple[float, float]]) -> None:
        self.draft.figure += rounded(corners, "p5")

    def _error(self) -> None:
        """2 × ([Y] − [Y_target]) = [∂Y], and its rows added up."""
        line, middle = self.error.op.line, self.rows / 2
        Y, target = self.error.inputs
        self.draft.text(line.before, -0.15, middle, 0.6, "end")
        for node, x in ((Y, 0.0), (target, self.left)):
            self.draft.name(node, self.draft.put([node], False, x, 0.0))
        self.draft.text(line.between, self.cols + SIGN / 2, middle, 0.6)
        after = f"{line.after} =" if line.after else "="
        self.draft.text(after, self.middle - 0.6, middle, 0.6)
        self._put(self.error, self.middle, 0.0)
        if self.beta is not None:
            self._across(self.beta, self.middle + self.cols, 0.0)

    def _normed(self, y: float) -> None:
        """[γ], and beneath what was normalised the error times it."""
        gamma = self.normed.inputs[1]
        said = f"{self._equation(self.normed)} ="
        self._said(said, y)
        if self.where:
            self.draft.text(f"{label(self.error)}, {self.where}", self.left - 0.25,
                            y + self.rows / 2 + 0.6, 0.42, "end", "soft")  # fmt: skip
        x = self.left - text_width(said, 0.5, "label") - 0.6 - 1.0
        self.draft.name(gamma, self.draft.put([gamma], False, x, y))
        self._put(self.normed, self.left, y)

    def _equation(self, step: Step) -> str:
        return equation(step, [label(n) for n in step.inputs])

    def _said(self, said: str, y: float) -> None:
        """How a block comes about, at its left."""
        self.draft.text(said, self.left - 0.25, y + self.rows / 2, 0.5, "end", "soft")

    def _source(self, y: float) -> None:
        """[σ] and the gradient of what was normalised; at its right that of the weights before it,
        where there are some."""
        deviation = self.source.inputs[-1]
        said = f"{self._equation(self.source)} ="
        self._said(said, y)
        x = self.left - text_width(said, 0.5, "label") - 0.6 - 1.0
        self.draft.name(deviation, self.draft.put([deviation], False, x, y))
        self._put(self.source, self.left, y)
        x = 0.5 + max(box[2] for box in self.draft.taken if box[3] > y - NAME - self.rows)
        for step in self.rest:
            X = step.inputs[1]
            top = y - 0.95 - X.shape[1]
            spot = self.draft.put([X], True, x, top)
            self.draft.name(X, spot)
            self._put(step, x, y)


class _OfColumns(_Back):
    """The figure of columns: their sums and means stand beneath, and what is left at the right."""

    def __init__(self, boxes: Boxes) -> None:
        super().__init__(boxes)
        self.middle += BETWEEN * self.centred

    def through_the_normalisation(self, y: float, above: float | None) -> None:
        """The gradient of what was normalised, its share along that, and what is left of it."""
        if above is None:
            N = self.lean.inputs[0]
            self.draft.name(N, self.draft.put([N], False, self.left, y), "left")
            above, y = y, y + self.rows + NAME
        self._normed(y)
        end, middle = self.left + self.cols, y + self.rows / 2
        x = (end + self.middle) / 2
        self._wire([(end, above + self.rows / 2), (x, above + self.rows / 2), (x, middle - RING)])
        self.draft.figure += Figure((Circle(x, middle, RING),))
        self.draft.text(self.lean.op.line.between, x, middle, 0.55)
        self._put(self.lean, self.middle, y)
        foot = y + self.rows
        lean = self.lean_sums, self.lean_mean
        for steps, x in ((self.means, self.left), (lean, self.middle)):
            for k, step in enumerate(steps):
                self._beneath(step, x, foot + k * (UNDER + 1.0))
        self._left_over(y)

    def _beneath(self, step: Step, x: float, y: float) -> None:
        """Sums of columns, or their means, beneath what ends at ``y``; their name at the left, for
        at the right stands what is left over."""
        self.draft.sign(filled(step.op.line.word, step), step.op.line.equals, x + self.cols / 2,
                        y + UNDER / 2 + 0.05)  # fmt: skip
        self._put(step, x, y + UNDER, "left")

    def _left_over(self, y: float) -> None:
        """What is left, how it comes about above it, and the deviation beneath it."""
        said = self._equation(self.source)
        wide = text_width(said, 0.5, "label")
        x = self.middle + self.cols + max(BESIDE, 0.4 + (wide - self.cols) / 2)
        self.draft.text(said, x + self.cols / 2, y - 0.95, 0.5, "middle", "soft")
        self.draft.text("=", x + self.cols / 2, y - 0.32, 0.6)
        self._put(self.source, x, y, "below")
        deviation = self.source.inputs[-1]
        spot = self.draft.put([deviation], False, x, y + self.rows + UNDER)
        self.draft.text(label(deviation), spot.right + 0.25, spot.middle[1], anchor="start")
