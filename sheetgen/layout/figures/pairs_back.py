"""The way back of pairs: what both ways of reading the scores tell, added up; from the gradient of
the scores one product goes down and one to the right, so that it stands once."""

from __future__ import annotations

from functools import partial

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.march.draft import Draft
from sheetgen.page.figure import LABEL, Banded, Bands, Figure
from sheetgen.words.labels import label
from sheetgen.words.sentences import equation

GAP = 0.6
"""Between a left factor and its product."""
NAMED = 0.95
"""Between a top factor and its product, for a name."""
SIGN = 0.95
"""Between two blocks with a sign between them."""
STEPS = 7
"""Both errors, their sum, and the gradients of both codes and of both weights."""


def way_back(boxes: Boxes) -> Bands | None:
    """Both errors, then all that is made of their sum; None where there are other gradients."""
    steps = [s for s in boxes.exercise.graph.steps if s.role == "gradient" and not s.hidden]
    if len(steps) != STEPS:
        return None
    return partial(_banded, (_errors(boxes, steps[:2]), _crossed(boxes, *steps[2:])))


def _banded(figures: tuple[Figure, Figure], width: float, height: float) -> Banded | None:
    fits = all(figure.width <= width and figure.height <= height for figure in figures)
    return Banded(figures) if fits else None


def _errors(boxes: Boxes, steps: list[Step]) -> Figure:
    """[A] − [I] = [∂S], one beneath the other."""
    draft, y = Draft(boxes), 0.0
    for step in steps:
        rows, cols = step.shape
        x = 0.0
        for node, sign in zip(step.inputs, (step.op.line.between, "="), strict=True):
            draft.name(node, draft.put([node], False, x, y))
            draft.text(sign, x + cols + SIGN / 2, y + rows / 2, 0.6)
            x += cols + SIGN
        draft.tag(step, draft.put([step], False, x, y), "above")
        y += rows + 1.15
    return draft.figure


def _crossed(boxes: Boxes, dS: Step, dV: Step, dW2: Step, dU: Step, dW1: Step) -> Figure:
    """The gradient of the scores at (0, 0): beneath it that of what stands in the columns, at its
    right that of what stands in the rows; the weights behind both."""
    draft = Draft(boxes)
    pairs, deep = dS.shape[0], dW2.shape[0]
    V, pictures = dU.inputs[0], dW1.inputs[1]
    draft.tag(dS, draft.put([dS], False, 0.0, 0.0), "above")
    said = f"{equation(dS, [label(n) for n in dS.inputs])} ="
    draft.text(said, -0.25, pairs / 2, 0.5, "end", "soft")
    x, y = pairs + GAP, pairs + NAMED
    draft.name(V, draft.put([V], True, x, -NAMED - pairs))
    draft.tag(dU, draft.put([dU], True, x, 0.0), "above")
    U = dV.inputs[0]
    draft.put([U], False, -GAP - pairs, y)
    draft.text(label(U), -GAP - pairs - 0.25, y + deep / 2, LABEL * 1.2, "end")
    draft.tag(dV, draft.put([dV], False, 0.0, y), "above")
    right, texts = x + deep + 1.2, dW2.inputs[1]
    draft.name(texts, draft.put([texts], True, right, y - NAMED - pairs))
    draft.tag(dW2, draft.put([dW2], False, right, y), "above")
    low = y + deep + NAMED
    draft.put([pictures], False, 0.0, low)
    draft.text(label(pictures), -0.25, low + pictures.shape[0] / 2, LABEL * 1.1, "end")
    draft.tag(dW1, draft.put([dW1], True, x, low), "right")
    return draft.figure
