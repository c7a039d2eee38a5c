"""Rules for activations that bend both ways, tanh and leaky ReLU, and for σ of a trained layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.rules.rule import Context, Mask, rule
from sheetgen.graph.figures import Figure
from sheetgen.graph.layers import layer_of
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Values
from sheetgen.graph.reach import losses


@rule("What goes through tanh is within ±4, and not every box comes to 1 or −1.",
      lambda s, g: s.op.rule == "curve" and _of_layer(s, g)
      and (s.op.ends is None or s.part != "state"))  # fmt: skip
def tanh_bends(step: Step, values: Values, context: Context) -> Mask:
    y, z = values[step.name], values[step.inputs[0].name]
    most = (3 if step.shape == (1, 1) else 4) * 10**z.decimals
    good = (np.abs(z.digits) <= most).all(axis=(-1, -2))
    if step.shape != (1, 1):
        good &= (np.abs(y.digits) < 10**y.decimals).any(axis=(-1, -2)) & _differ(y.digits)
    return np.asarray(good)


@rule("What goes through leaky ReLU has both signs.",
      lambda s, _: s.op.rule == "leak" and s.shape != (1, 1))  # fmt: skip
def leaks(step: Step, values: Values, context: Context) -> Mask:
    return _both_signs(step, values)


def _of_layer(step: Step, graph: Graph) -> bool:
    """Whether it bends the sums of a layer of a net, or of a state, and not of a gate."""
    z = step.inputs[0]
    alone = step.group is None and isinstance(z, Step) and layer_of(z) is not None
    return alone or step.part == "state"


def _differ(digits: Any) -> Any:
    return digits.max(axis=(-1, -2)) != digits.min(axis=(-1, -2))


def _both_signs(step: Step, values: Values) -> Mask:
    z = values[step.inputs[0].name].digits
    return np.asarray((z > 0).any(axis=(-1, -2)) & (z < 0).any(axis=(-1, -2)))


def _decided(step: Step, graph: Graph) -> bool:
    """Whether a loss is taken of it that would be infinite at 0 and at 1."""
    return step.op.rule == "levels" and any(
        loss.through is not None and loss.inputs[0] is step for loss in losses(graph)
    )


@rule("A probability that is trained is written neither 0 nor 1.", _decided, wish=True)
def undecided(step: Step, values: Values, context: Context) -> Mask:
    p = values[step.name]
    return np.asarray(((p.digits > 0) & (p.digits < 10**p.decimals)).all(axis=(-1, -2)))


RULES = (tanh_bends, leaks, undecided)


def no_leak(graph: Graph, values: Values) -> Any:
    """Whether in some layer with leaky ReLU nothing is negative, or nothing is positive."""
    found = [~_both_signs(s, values) for s in graph.steps
             if s.op.rule == "leak" and s.shape != (1, 1)]  # fmt: skip
    return np.logical_or.reduce(found) if found else None


def flat(graph: Graph, values: Values) -> Any:
    """Whether some layer with tanh is 1 or −1 throughout."""
    found = [(np.abs(values[s.name].digits) == 10**values[s.name].decimals).all(axis=(-1, -2))
             for s in graph.steps if s.op.rule == "curve" and _of_layer(s, graph)
             and s.shape != (1, 1)]  # fmt: skip
    return np.logical_or.reduce(found) if found else None


FIGURES = (
    Figure("a layer with leaky ReLU of one sign", no_leak, at_most=0),
    Figure("a layer with tanh that is 1 or −1 throughout", flat, at_most=0),
)
