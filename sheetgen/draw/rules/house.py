"""All rules and figures, and which of them are of a graph."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.rules import (
    branches,
    curves,
    gates,
    givens,
    gradients,
    levels,
    nudges,
    results,
    sequences,
    shares,
    training,
    units,
    windows,
)
from sheetgen.draw.rules.rule import Mask, Rule, plan
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Given, Graph, Node
from sheetgen.graph.numbers import Fixed, Values

GIVEN_RULES = (
    *givens.RULES, *gates.GIVEN_RULES, *levels.RULES, *windows.GIVEN_RULES,
)  # fmt: skip
STEP_RULES = (
    *results.RULES, *units.RULES, *windows.RULES, *shares.RULES, *curves.RULES, *nudges.RULES,
    *sequences.RULES, *training.RULES, *gates.RULES, *branches.RULES,
)  # fmt: skip
GRADIENT_RULES = (*gradients.RULES, *windows.GRADIENT_RULES)
FIGURES: tuple[Figure, ...] = (
    *givens.FIGURES, *units.FIGURES, *shares.FIGURES, *gradients.FIGURES, *training.FIGURES,
    *sequences.FIGURES, *curves.FIGURES, *nudges.FIGURES, *gates.FIGURES, *branches.FIGURES,
    *windows.FIGURES,
)  # fmt: skip


@lru_cache(maxsize=64)
def rules_of(graph: Graph) -> Mapping[str, tuple[Rule, ...]]:
    """The rules for each node, by its name."""
    return {node.name: _rules(node, graph) for node in graph.nodes}


def _rules(node: Node, graph: Graph) -> tuple[Rule, ...]:
    asked = (
        GIVEN_RULES if isinstance(node, Given)
        else GRADIENT_RULES if node.role == "gradient" else STEP_RULES
    )  # fmt: skip
    return tuple(sorted((r for r in asked if r.when(node, graph)), key=lambda r: r.slow))


def wishes_of(graph: Graph) -> list[str]:
    """The names of the rules of a graph that may be left out, the dearest first."""
    asked = {rule.name for rules in rules_of(graph).values() for rule in rules if rule.wish}
    every = (*STEP_RULES, *GRADIENT_RULES, *GIVEN_RULES)
    return [rule.name for rule in every if rule.name in asked]


def shares_kept(
    graph: Graph, knobs: Knobs, values: Values, found: NDArray[np.bool_]
) -> dict[str, float]:
    """The share of some exercises that keeps each wish; ``found`` says of which of the pilot's
    seeds they are."""
    seeds = np.flatnonzero(found).astype(np.uint64)
    context = plan(graph, seeds, seeds, knobs)
    trial = {name: Fixed(v.digits[:, None], v.decimals) for name, v in values.items()}
    kept: dict[str, float] = {}
    for node in graph.nodes:
        for rule in rules_of(graph)[node.name]:
            if rule.wish:
                last: Any = knobs if isinstance(node, Given) else context
                share = float(np.mean(rule.good(node, trial, last)))
                kept[rule.name] = kept.get(rule.name, 1.0) * share
    return kept


def told(graph: Graph) -> list[str]:
    """The rules of a graph in plain words."""
    of = rules_of(graph)
    shown = (n for n in graph.nodes if isinstance(n, Given) or not n.hidden)
    return list(dict.fromkeys(rule.said for node in shown for rule in of[node.name]))



def given_rule(given: Given, values: Values, graph: Graph, knobs: Knobs) -> Mask:
    """Whether the drawn numbers of a given are good, for each candidate, by what is always
    asked."""
    digits = values[given.name].digits
    good = np.ones(digits.shape[:-2], bool)
    for rule in rules_of(graph)[given.name]:
        if not rule.wish:
            good &= rule.good(given, values, knobs)
    return good
