"""Rules for a window that moves over a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.rules.rule import (
    Context,
    Mask,
    distinct_columns,
    distinct_rows,
    rule,
)
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Values

LEAST, MOST = 0.35, 0.75
"""The share of sums after a window that ReLU lets pass."""


@rule("A kernel is not mostly 0, and its numbers are not all the same.",
      lambda g, _: g.draw == "kernel" and g.shape != (1, 1))  # fmt: skip
def kernel_speaks(given: Given, values: Values, knobs: Knobs) -> Mask:
    digits = values[given.name].digits
    flat = digits.reshape(*digits.shape[:-2], -1)
    return np.asarray(((flat != 0).sum(axis=-1) * 2 > flat.shape[-1])
                      & (flat != flat[..., :1]).any(axis=-1))  # fmt: skip


@rule("A picture has few zeros, and no two rows or columns of it are the same.",
      lambda g, _: g.draw == "picture")  # fmt: skip
def picture_differs(given: Given, values: Values, knobs: Knobs) -> Mask:
    digits = values[given.name].digits
    rows, cols = given.shape
    good = (digits == 0).sum(axis=(-1, -2)) <= max(1, rows * cols // 6)
    if min(rows, cols) > 1:
        good &= distinct_rows(digits) & distinct_columns(digits)
    return np.asarray(good)


def after_window(step: Step, graph: Graph) -> bool:
    """Whether it bends what a moving window made."""
    return step.op.dies and any(isinstance(n, Step) and n.op.slides for n in step.inputs)


@rule("After a window that moves, ReLU meets both: about half of the sums are above 0, and none is "
      "0 where a gradient passes.", after_window)  # fmt: skip
def meets_both(step: Step, values: Values, context: Context) -> Mask:
    alive = share_alive(step, values)
    return np.asarray((alive >= LEAST) & (alive <= MOST) & clear_of_0(step, values, context))


def clear_of_0(step: Step, values: Values, context: Context) -> Any:
    """Whether no sum before it is 0 where a gradient passes."""
    if not context.graph.has_gradients:
        return True
    return (values[step.inputs[0].name].digits != 0).all(axis=(-1, -2))


def share_alive(step: Step, values: Values) -> Any:
    return (values[step.inputs[0].name].digits > 0).mean(axis=(-1, -2))


def _of_bias(step: Step, graph: Graph) -> bool:
    return step.of is not None and step.shape == (1, 1) and any(
        s.op.slides for s in graph.users(step.of))  # fmt: skip


@rule("The gradient of a kernel's bias is not 0.", _of_bias, wish=True)
def bias_learns(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray((values[step.name].digits != 0).all(axis=(-1, -2)))


GRADIENT_RULES = (bias_learns,)
GIVEN_RULES = (kernel_speaks, picture_differs)
RULES = (meets_both,)


def dead_boxes(graph: Graph, values: Values) -> Any:
    """The share of boxes after a moving window that ReLU makes 0."""
    found = [1 - share_alive(s, values) for s in graph.steps if after_window(s, graph)]
    return np.mean(found, axis=0) if found else None


FIGURES = (Figure("boxes after a moving window that are 0", dead_boxes, at_most=0.65),)
