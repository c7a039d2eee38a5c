"""Rules for what is constructed: rows with whole means, links of a graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.levelled import BEHIND
from sheetgen.draw.rules.rule import Mask, distinct_columns, distinct_rows, is_weights, rule
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Values


def _levelled(given: Given, graph: Graph) -> bool:
    return given.draw == "levelled"


@rule("What is normalised has a whole mean and deviation, and no two rows or columns are the same.",
      _levelled)  # fmt: skip
def lines_apart(given: Given, values: Values, knobs: Knobs) -> Mask:
    digits = values[given.name].digits
    return np.asarray(distinct_rows(digits) & distinct_columns(digits))


@rule("The inputs of a layer before it are in their range.",
      lambda g, graph: _levelled(g, graph) and bool(g.options["through"]))  # fmt: skip
def within_range(given: Given, values: Values, knobs: Knobs) -> Mask:
    low, high = knobs.inputs or BEHIND
    digits = values[given.name].digits
    return np.asarray(((digits >= low) & (digits <= high)).all(axis=(-1, -2)))


def _is_before(given: Given, graph: Graph) -> bool:
    return any(g.options.get("through") == given.name for g in graph.givens)


@rule("Weights before a normalisation are such that its means and deviations can be whole.",
      _is_before)  # fmt: skip
def turns_back(given: Given, values: Values, knobs: Knobs) -> Any:
    return np.abs(np.abs(np.linalg.det(values[given.name].digits)) - 1) < 0.5


@rule("What rows are multiplied by is not 0, and not all the same.", lambda g, _: g.draw == "gains")
def gains_differ(given: Given, values: Values, knobs: Knobs) -> Mask:
    digits = values[given.name].digits[..., 0]
    differ = (digits != digits[..., :1]).any(axis=-1) | (given.shape[0] < 2)
    return np.asarray((digits != 0).all(axis=-1) & differ)


def _links(given: Given, graph: Graph) -> bool:
    return given.draw == "adjacency"


@rule("A graph hangs together, and no two nodes have the same neighbours, themselves included.",
      _links)  # fmt: skip
def hangs_together(given: Given, values: Values, knobs: Knobs) -> Mask:
    links = values[given.name].digits
    reach = links
    for _ in range(given.shape[0]):
        reach = np.minimum(reach @ links, 1)
    return np.asarray((reach > 0).all(axis=(-1, -2)) & distinct_columns(links))


@rule("On a graph every number of a node is read by some unit.",
      lambda g, graph: is_weights(g) and any(_links(o, graph) for o in graph.givens))  # fmt: skip
def nothing_unread(given: Given, values: Values, knobs: Knobs) -> Mask:
    return np.asarray((values[given.name].digits != 0).any(axis=-2).all(axis=-1))


RULES = (nothing_unread, gains_differ, lines_apart, within_range, turns_back, hangs_together)
