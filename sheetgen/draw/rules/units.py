"""Rules for layers of units: who fires, who is read."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.rules.rule import Context, Mask, distinct_columns, rule
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Values
from sheetgen.graph.reach import reached, results


def _live(step: Step, values: Values) -> Mask:
    """Which units fire for some sample."""
    return np.asarray((values[step.inputs[0].name].digits > 0).any(axis=-1))


def _dies(step: Step, graph: Graph) -> bool:
    return step.op.rule == "units" and not _alone(step, graph)


def _alone(step: Step, graph: Graph) -> bool:
    """A neuron that stands alone, and is not trained."""
    bends = [s for s in graph.steps if s.op.dies]
    lone = step.shape[0] == 1 and len(bends) == 1
    return step.op.rule == "units" and lone and not graph.has_gradients


@rule("A neuron that stands alone fires on about every other sheet.", _alone)
def lone_neuron(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray(_live(step, values)[..., 0] == context.live[:, None])


@rule("At least half of each layer fires.", _dies)
def half_fires(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray(_live(step, values).sum(axis=-1) * 2 >= step.shape[0])


@rule("On every sheet some unit is dead: its sum is negative, so it gives 0.", _dies)
def shows_dead(step: Step, values: Values, context: Context) -> Mask:
    z = values[step.inputs[0].name].digits
    dead = ~(z > 0).any(axis=-1) & ((z < 0).any(axis=-1) | (not context.signed))
    asked = context.dead_at == context.relus.index(step)
    return np.asarray(dead.any(axis=-1) | ~asked[:, None])


@rule("Where there are many layers, most of two units have both alive.",
      lambda s, g: _dies(s, g) and s.shape[0] == 2
      and sum(r.op.dies for r in g.steps) > 3)  # fmt: skip
def narrow_layers(step: Step, values: Values, context: Context) -> Mask:
    live = _live(step, values)
    here = context.relus.index(step)
    return np.asarray((live.sum(axis=-1) == 2) | ~context.full[:, here, None])


@rule("Where a gradient passes, no sum before ReLU is 0; elsewhere few are.", _dies)
def few_at_zero(step: Step, values: Values, context: Context) -> Mask:
    z = values[step.inputs[0].name].digits
    if context.graph.has_gradients:
        return np.asarray((z != 0).all(axis=(-1, -2)))
    return np.asarray((z != 0).sum(axis=(-1, -2)) * 2 >= z.shape[-1] * z.shape[-2])


RULES = (lone_neuron, half_fires, shows_dead, narrow_layers, few_at_zero)


def silent_sample(graph: Graph, values: Values) -> Any:
    """Whether a sample is 0 in a whole layer."""
    found = [(values[s.name].digits == 0).all(axis=-2).any(axis=-1) for s in graph.steps
             if s.op.dies and s.shape[0] > 1]  # fmt: skip
    return np.logical_or.reduce(found) if found else None


def unread_inputs(graph: Graph, values: Values) -> Any:
    """Whether nothing that comes out depends on some input."""
    if not any(s.op.dies for s in graph.steps) or len(graph.steps) < 3:
        return None
    found = [~reached(graph, values, g).any(axis=-1).all(axis=-1) for g in graph.givens
             if g.draw == "inputs"]  # fmt: skip
    return np.logical_or.reduce(found) if found else None


def equal_samples(graph: Graph, values: Values) -> Any:
    """Whether two samples come to the same."""
    if not any(g.draw == "inputs" and not g.options.get("shifted") for g in graph.givens):
        return None  # there are none, or they are to be the same
    found = [~distinct_columns(values[n.name].digits) for n in results(graph) if n.shape[1] > 1]
    return np.logical_or.reduce(found) if found else None


FIGURES = (
    Figure("a sample is 0 in a whole layer", silent_sample, at_most=0.01),
    Figure("an input on which nothing depends", unread_inputs, at_most=0.1),
    Figure("two samples come to the same", equal_samples, at_most=0),
)
