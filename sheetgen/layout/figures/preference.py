"""Two answers that are compared, on the page: a column each, how far the chosen one is ahead, and
how sure that makes; then the way back, each gradient where the next product needs it."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.graph.nodes import Node, Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.march.draft import Draft, words_height
from sheetgen.layout.figures.parts import steps_called
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.update import update_figures
from sheetgen.page.figure import LABEL, Arrangement
from sheetgen.words.labels import label
from sheetgen.words.sentences import equation, filled

GAP = 0.5
"""Between the two factors of a product and what comes of them."""
APART = 1.1
"""The same where both have wide names above them."""
NAMED = 0.95
"""The same where a name stands between them."""
SIGN, WORD = 0.95, 1.35
"""Between two blocks with a sign between them, or with a word over it."""
DOWN = 1.4
"""Between a block and what is made of it beneath."""


@arrangement("preference")
def preference(boxes: Boxes) -> Iterator[Arrangement]:
    """The two columns and their scores at the left, the line that goes on from there at the right;
    the gradients beneath."""
    graph = boxes.exercise.graph
    figure = _Preference(boxes)
    [ahead] = steps_called(graph, "ahead")
    scores = ahead.inputs[0]
    assert isinstance(scores, Step)
    if len(scores.inputs) == 1:
        figure.of_differences(scores)
    else:
        figure.of_a_layer(scores)
    end = figure.line(ahead)
    back = [s for s in graph.steps if s.role == "gradient" and not s.hidden]
    if len(scores.inputs) == 1:
        figure.back_to_differences(back)
    else:
        figure.back_to_weights(back, end)
    yield Arrangement(whole=figure.draft.figure, flow=update_figures(boxes))


class _Preference:
    """The figure as it grows, the scores' corner at (0, 0)."""

    def __init__(self, boxes: Boxes) -> None:
        self.boxes, self.draft = boxes, Draft(boxes)

    def given(self, node: Node, x: float, y: float, turned: bool = False) -> None:
        """A block that is printed, its name above it."""
        self.draft.name(node, self.draft.put([node], turned, x, y))

    def step(self, step: Step, x: float, y: float, where: str = "above",
             turned: bool = False) -> None:  # fmt: skip
        """A block with its name and number."""
        self.draft.tag(step, self.draft.put([step], turned, x, y), where)

    def sign(self, step: Step, x: float, y: float, word: bool = True) -> None:
        """What a step does, over its sign, or the sign between two blocks alone."""
        line = step.op.line
        if word:
            said = filled(line.word or line.before, step)
            self.draft.sign(said or step.op.activation, line.equals, x, y)
        else:
            self.draft.text(line.between, x, y, 0.6)

    # --- forward

    def of_a_layer(self, scores: Step) -> None:
        """[W] at the left of the scores, what it weighs above them."""
        W, X = scores.inputs
        self.given(X, 0.0, -NAMED - X.shape[0])
        left = -GAP - W.shape[1]
        self.draft.put([W], False, left, 0.0)
        self.draft.text(label(W), left - 0.25, 0.5, LABEL * 1.2, "end", "top")
        self.step(scores, 0.0, 0.0)

    def of_differences(self, scores: Step) -> None:
        """[P] − [R] = [D] above the scores, which are the sums of its columns."""
        D = scores.inputs[0]
        assert isinstance(D, Step)
        rows, cols = D.shape
        y = -DOWN - rows
        self.step(D, 0.0, y)
        x = 0.0
        for node, sign in zip(D.inputs[::-1], ("=", D.op.line.between), strict=True):
            x -= SIGN + cols
            self.draft.text(sign, x + cols + SIGN / 2, y + rows / 2, 0.6)
            self.given(node, x, y)
        self.sign(scores, cols / 2, -DOWN / 2)
        spot = self.draft.put([scores], False, 0.0, 0.0, beneath=True)
        self.draft.tag(scores, spot, "left")

    def line(self, ahead: Step) -> float:
        """How far the first column is ahead, and what is made of that in one line; where it
        ends."""
        graph = self.boxes.exercise.graph
        scores, signs = ahead.inputs
        x = scores.shape[1] + GAP
        self.given(signs, x, -NAMED - signs.shape[0])
        self.step(ahead, x, 0.0)
        made: Step | None = ahead
        while made is not None:
            last = made
            made = next((s for s in graph.users(made) if not s.hidden and s.role != "gradient"),
                        None)  # fmt: skip
            if made is not None:
                self.sign(made, x + 1.0 + WORD / 2, 0.5)
                x += 1.0 + WORD
                self.step(made, x, 0.0)
        error = next((s for s in graph.users(last) if s.role == "gradient"), None)
        if error is not None:
            for node, sign in ((error.inputs[1], error.op.line.between), (error, "=")):
                self.draft.text(sign, x + 1.0 + SIGN / 2, 0.5, 0.6)
                x += 1.0 + SIGN
                if isinstance(node, Step):
                    self.step(node, x, 0.0)
                else:
                    self.given(node, x, 0.0)
        return x

    # --- back

    def back_to_weights(self, back: list[Step], x: float) -> None:
        """Beneath the error: times the signs, then times what was weighed."""
        y = 1.0
        for step in back[1:]:
            other = next(n for n in step.inputs if n not in back)
            rows = step.shape[1]
            wide = other.shape[1]
            y += 0.75 + words_height(other, False)
            self.draft.put([other], False, x - GAP - wide, y)
            self.draft.text(label(other), x - GAP - wide - 0.25, y + rows / 2, LABEL * 1.2, "end")
            self.step(step, x, y, "right", turned=True)
            y += rows

    def back_to_differences(self, back: list[Step]) -> None:
        """Beneath the scores: the error times the factor, times the signs, and that in each row."""
        if not back:
            return
        _, ahead, scores, each = back
        signs = next(n for n in scores.inputs if n is not ahead)
        cols = scores.shape[1]
        y = 1.0 + 1.6  # beneath the words at the columns of the scores
        self.given(signs, 0.0, y, turned=True)
        y += 1.0 + NAMED
        self.step(ahead, -APART - 1.0, y)
        said = f"{equation(ahead, [label(n) for n in ahead.inputs])} ="
        self.draft.text(said, -APART - 1.25, y + 0.5, 0.5, "end", "soft")
        self.step(scores, 0.0, y)
        self.sign(each, cols / 2, y + 1.0 + DOWN / 2)
        y += 1.0 + DOWN
        spot = self.draft.put([each], False, 0.0, y)
        self.draft.tag(each, spot, "right")
