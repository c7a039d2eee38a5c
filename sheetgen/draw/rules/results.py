"""Rules for any result."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.rules.rule import Context, Mask, rule
from sheetgen.graph.exact import compiled
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Values

FAR = 10
"""The largest divergence."""


def _plain(step: Step, graph: Graph) -> bool:
    routed = step.op.routes and step.role != "gradient"  # nobody may have chosen it
    return step.op.rule in ("", "one largest") and step.shape != (1, 1) and not routed


@rule("No result is all 0.", _plain)
def says_something(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray((values[step.name].digits != 0).any(axis=(-1, -2)))


@rule("No two share a largest that is looked for.", lambda s, _: s.op.rule == "one largest")
def one_largest(step: Step, values: Values, context: Context) -> Mask:
    contest = step.op.contest
    assert contest is not None
    inputs, shapes = [values[n.name] for n in step.inputs], [n.shape for n in step.inputs]
    most, shape = compiled(contest[0], shapes, step.params)
    count, _ = compiled(contest[1], [*shapes, shape], step.params)
    found: Any = count(*inputs, most(*inputs))
    return np.asarray((found.digits == 10**found.decimals).all(axis=(-1, -2)))


@rule("No bell curve is far from the usual one: its divergence is at most 10.",
      lambda s, _: s.op.rule == "divergence")  # fmt: skip
def not_far(step: Step, values: Values, context: Context) -> Mask:
    found = values[step.name]
    return np.asarray((found.digits <= FAR * 10**found.decimals).all(axis=(-1, -2)))


RULES = (says_something, one_largest, not_far)


def bounded(step: Step) -> bool:
    """Whether the largest result that a teacher allows holds for it: not for powers and their sum,
    which grow with the exponents, nor for totals that are divided next."""
    if step.part == "total":
        return False
    steps = (step, *(n for n in step.inputs if isinstance(n, Step)))
    return not any(s.op.powers for s in steps)
