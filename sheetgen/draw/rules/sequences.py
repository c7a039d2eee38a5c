"""Rules for what is carried from step to step of time."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Values
from sheetgen.graph.reach import forward, reached


def sequence(graph: Graph) -> Given | None:
    """The given whose columns are steps of time."""
    found = [g for g in graph.givens if g.options.get("sequence") and g.shape[1] > 1]
    return found[0] if found else None


def states(graph: Graph) -> list[Step]:
    """The layers that share their weights, one a step of time."""
    layers = [s for s in forward(graph) if s.op.dies]
    return layers if len(layers) > 1 and sequence(graph) is not None else []


def last_result(graph: Graph) -> Step:
    """What a sequence comes to."""
    return [s for s in forward(graph) if not s.hidden][-1]


def remembers(graph: Graph, values: Values) -> Any:
    """Whether what comes last depends on each input of the first step of time, and no unit is
    dead at every step."""
    given = sequence(graph)
    if given is None:
        return None
    first = reached(graph, values, given, [last_result(graph)])[..., 0].all(axis=-1)
    alive = [(values[s.name].digits > 0).any(axis=-1) for s in states(graph)]
    return first & np.logical_or.reduce(alive).all(axis=-1) if alive else first


FIGURES = (Figure("the last result depends on the first input", remembers, at_least=0.9),)
