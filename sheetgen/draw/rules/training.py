"""Rules for a step of training: it helps, and nothing dies of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sheetgen.draw.rules.rule import Context, Mask, rule
from sheetgen.errors import SheetgenError
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.graph.numbers import PLACES, Fixed, Values, rounded, to_float
from sheetgen.graph.reach import forward, losses
from sheetgen.graph.solve import run

FINE = 5
"""Decimals of a forward pass that is only looked at."""


def updates(graph: Graph) -> list[Step]:
    """The steps that give parameters their new values."""
    return [s for s in graph.steps if s.op.updates]


def loss_of(graph: Graph, values: Mapping[str, Fixed]) -> Any:
    """What all losses amount to, in binary floats, without rounding what leads to them."""
    total: Any = 0.0
    for step in losses(graph):
        if step.op.amount is not None:
            said, target = step.inputs[0], step.inputs[1]
            seen = said if step.through is None else step.through
            base = _base(said)
            total = total + step.op.amount(
                to_float(_unrounded(seen, values)), to_float(values[target.name]), base
            )
    return total


def _unrounded(node: Node, values: Mapping[str, Fixed]) -> Fixed:
    """Its numbers, or with more decimals if they are rounded: what small steps change shows."""
    if not isinstance(node, Step) or not node.op.rounds or "decimals" not in node.params:
        return values[node.name]
    fine = {**node.params, "decimals": PLACES}
    return node.op.forward(*[values[n.name] for n in node.inputs], **fine)


def _base(said: Any) -> float:
    """The base of the powers that a prediction is shares of."""
    powers = said.inputs[0] if isinstance(said, Step) and said.inputs else None
    base = said.params.get("base") if isinstance(said, Step) else None
    if base is None and isinstance(powers, Step):
        base = powers.params.get("base")
    return 3.0 if base == "3" else float(np.e)


def after_update(graph: Graph, values: Mapping[str, Fixed]) -> Values:
    """All numbers of another forward pass, with the new parameters; to so many decimals that they
    do not grow from layer to layer."""
    found = dict(values)
    for step in updates(graph):
        found[step.inputs[0].name] = rounded(values[step.name], FINE)
    for step in forward(graph):
        found[step.name] = rounded(run(step, found), FINE)
    return found


def _last_update(step: Step, graph: Graph) -> bool:
    return step.op.updates and step is updates(graph)[-1]


@rule("A step of training at the usual rate makes the loss smaller, and no layer dies in it.",
      _last_update, wish=True, slow=True)  # fmt: skip
def training_helps(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray(helps(context.graph, values))


def helps(graph: Graph, values: Mapping[str, Fixed]) -> Any:
    """Whether the loss falls in a step of training, and each sample keeps a live unit in each
    layer; it does not where no number comes of it, such as that of powers that have become 0."""
    try:
        return _helps(graph, values)
    except SheetgenError:
        first, *_ = values.values()
        shape, count = first.digits.shape[:-2], first.digits.shape[0]
        if count == 1:
            return np.zeros(shape, bool)
        return np.concatenate([
            helps(graph, {n: Fixed(v.digits[k : k + 1], v.decimals) for n, v in values.items()})
            for k in range(count)
        ])  # fmt: skip


def _helps(graph: Graph, values: Mapping[str, Fixed]) -> Any:
    after = after_update(graph, values)
    good = loss_of(graph, after) < loss_of(graph, values) - 1e-9
    for step in forward(graph):
        if step.op.dies:
            good = good & (after[step.name].digits > 0).any(axis=-2).all(axis=-1)
    return good


def step_helps(graph: Graph, values: Values) -> Any:
    """The same as a figure."""
    return helps(graph, values) if updates(graph) else None


RULES = (training_helps,)
FIGURES = (Figure("a step of training helps", step_helps, at_least=1.0),)
