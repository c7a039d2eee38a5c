"""Rules for what is nudged: something comes of it, and nothing is turned over by it."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.rules.rule import Context, Mask, rule
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Values


@rule("What is nudged moves the result.", lambda s, _: s.op.rule == "rate")
def moves(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray((values[step.name].digits != 0).any(axis=(-1, -2)))


@rule("A nudge wakes no unit and puts none to sleep: no sum before ReLU is near 0.",
      lambda s, g: s.op.dies and any(r.op.rule == "rate" for r in g.steps))  # fmt: skip
def far_from_zero(step: Step, values: Values, context: Context) -> Mask:
    z = values[step.inputs[0].name]
    return np.asarray((np.abs(z.digits) * 2 > 10**z.decimals).all(axis=(-1, -2)))


RULES = (moves, far_from_zero)


def idle_nudge(graph: Graph, values: Values) -> Any:
    """Whether some nudge moves nothing."""
    found = [(values[s.name].digits == 0).all(axis=(-1, -2)) for s in graph.steps
             if s.op.rule == "rate"]  # fmt: skip
    return np.logical_or.reduce(found) if found else None


FIGURES = (Figure("a nudge that moves nothing", idle_nudge, at_most=0),)
