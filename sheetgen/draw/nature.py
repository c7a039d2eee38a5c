"""What a step is by nature, whatever is drawn: found by trial, since no rule could change it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sheetgen.draw.constructed import CONSTRUCTED
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import pick, words_of
from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Fixed, Values
from sheetgen.graph.solve import run

TRIALS = 24
SMALL = {number: 1 for number in (-3, -2, -1, 1, 2, 3)}
"""What the givens of a trial are drawn from: no 0, so that one is the step's own."""


@lru_cache(maxsize=64)
def always_zero(graph: Graph) -> frozenset[str]:
    """The steps whose boxes are all 0 whatever the givens are, such as ``A · h0`` with a first
    state of zeros. What comes after a number too large for a trial is not among them."""
    values: Values = {}
    zero = set()
    try:
        for node in graph.nodes:
            if isinstance(node, Given):
                values[node.name] = _trial(node)
                continue
            values[node.name] = run(node, values)
            if not values[node.name].digits.any():
                zero.add(node.name)
    except SheetgenError:
        pass
    return frozenset(step.name for step in graph.steps if step.name in zero and not step.op.loss)


def _trial(given: Given) -> Fixed:
    rows, cols = given.shape
    keys = np.arange(TRIALS, dtype=np.uint64)
    made = CONSTRUCTED.get(given.draw) if not given.options.get("through") else None
    if made is not None:
        return Fixed(made(given, keys, range(1), {}, Knobs())[:, 0])
    words = words_of(keys, given.name, range(1), rows * cols)
    return Fixed(pick(words, SMALL).reshape(TRIALS, rows, cols))
