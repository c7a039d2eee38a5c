"""Rules for what is carried from step to step of time."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from sheetgen.draw.rules.rule import Context, Mask, rule
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Values
from sheetgen.graph.reach import forward, reached


@lru_cache(maxsize=64)
def sequence(graph: Graph) -> Given | None:
    """The given whose columns are steps of time."""
    found = [g for g in graph.givens if g.options.get("sequence") and g.shape[1] > 1]
    return found[0] if found else None


@lru_cache(maxsize=64)
def states(graph: Graph) -> tuple[Step, ...]:
    """The layers that share their weights, one a step of time."""
    layers = tuple(s for s in forward(graph) if s.op.dies)
    return layers if len(layers) > 1 and sequence(graph) is not None else ()


@lru_cache(maxsize=64)
def last_result(graph: Graph) -> Step:
    """What a sequence comes to."""
    return [s for s in forward(graph) if not s.hidden][-1]


def passes_changes(graph: Graph) -> bool:
    """Whether a small change of an input comes through, as it does not where gates round."""
    return all(s.op.exact or s.op.dies for s in forward(graph))


def remembers(graph: Graph, values: Values) -> Any:
    """Whether what comes last depends on each input of the first step of time, and no unit is
    dead at every step."""
    given = sequence(graph)
    if given is None or not passes_changes(graph):
        return None
    first = reached(graph, values, given, [last_result(graph)], columns=1)[..., 0].all(axis=-1)
    alive = [(values[s.name].digits > 0).any(axis=-1) for s in states(graph)]
    return first & np.logical_or.reduce(alive).all(axis=-1) if alive else first


def _first(step: Step, graph: Graph) -> bool:
    given = sequence(graph)
    return given is not None and bool(states(graph)) and step is states(graph)[-1]


@rule("The last state depends on the first inputs, and no unit is dead at every step of time.",
      _first, wish=True, slow=True)  # fmt: skip
def state_remembers(step: Step, values: Values, context: Context) -> Mask:
    given = sequence(context.graph)
    assert given is not None
    reads = reached(context.graph, values, given, [step], columns=1)[..., 0].all(axis=-1)
    alive = [(values[s.name].digits > 0).any(axis=-1) for s in states(context.graph)]
    return np.asarray(reads & np.logical_or.reduce(alive).all(axis=-1))


@rule("The last result depends on the first inputs.",
      lambda s, g: sequence(g) is not None and passes_changes(g) and s is last_result(g), wish=True,
      slow=True)  # fmt: skip
def result_remembers(step: Step, values: Values, context: Context) -> Mask:
    given = sequence(context.graph)
    assert given is not None
    return np.asarray(reached(context.graph, values, given, [step], columns=1)[..., 0].all(axis=-1))


RULES = (state_remembers, result_remembers)
FIGURES = (Figure("the last result depends on the first input", remembers, at_least=0.9),)
