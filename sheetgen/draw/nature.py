"""What a step is by nature, whatever is drawn: found by trial, since no rule could change it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.made import MADE, Around
from sheetgen.draw.random import pick, words_of
from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Fixed, Values
from sheetgen.graph.solve import run

TRIALS = 24
FIRST = np.zeros((1, 1), np.uint64)
"""The attempt of each trial."""
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
    if given.always is not None:
        same = np.broadcast_to(given.always.digits, (TRIALS, rows, cols))
        return Fixed(same, given.always.decimals)
    keys = np.arange(TRIALS, dtype=np.uint64)
    if given.draw == "one-hot":
        hot = pick(words_of(keys, given.name, FIRST, cols), dict.fromkeys(range(rows), 1))
        return Fixed((np.arange(rows)[:, None] == hot).astype(np.int64))
    words = words_of(keys, given.name, FIRST, rows * cols)
    if given.draw in MADE and not given.options.get("through"):
        made = MADE[given.draw](given, words.reshape(TRIALS, 1, rows, cols), Around({}, Knobs()))
        return Fixed(made.digits[:, 0], made.decimals)
    return Fixed(pick(words, SMALL).reshape(TRIALS, rows, cols))
