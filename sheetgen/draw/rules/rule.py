"""A rule: what is asked of a node's numbers, in plain words, and whether it is so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import GOLDEN, mix
from sheetgen.graph.nodes import Given, Graph, Node, Step

Mask = NDArray[np.bool_]

PATIENCE = 24
"""Rounds after which something else is wanted of an exercise."""


@dataclass(frozen=True)
class Context:
    """What a rule may know of the page beside the step: which ReLU must have a dead unit, for each
    exercise."""

    graph: Graph
    knobs: Knobs
    lots: NDArray[np.uint64]
    """A word for each exercise that says what is wanted of it, the same for some rounds."""
    dead_at: NDArray[np.int64]
    """Index into ``relus`` of the step that must have a dead unit, -1 for none."""
    full: Mask
    """Whether a narrow ReLU layer must be all alive: (exercises, relus)."""
    live: Mask
    """Whether a neuron that stands alone must fire."""
    relus: tuple[Step, ...]
    signed: bool
    """Whether the knobs make negative sums likely; if not, a unit at 0 counts as dead."""

    def keep(self, good: Any) -> Context:
        """The same for some of the exercises."""
        return Context(
            self.graph, self.knobs, self.lots[good], self.dead_at[good], self.full[good],
            self.live[good], self.relus, self.signed,
        )  # fmt: skip


def plan(
    graph: Graph, seeds: NDArray[np.uint64], key: NDArray[np.uint64], knobs: Knobs,
    rounds: NDArray[np.uint64] | None = None,
) -> Context:  # fmt: skip
    """Choose, for each exercise, where the page shows a dead unit; and for lone neurons whether
    they fire."""
    relus = tuple(s for s in graph.steps if s.op.dies)
    able = may_die(graph)
    if able:
        dead_at = np.array(able)[(key % np.uint64(len(able))).astype(np.int64)]
    else:
        dead_at = np.full(len(key), -1)
    places = np.arange(max(1, len(relus)), dtype=np.uint64) % np.uint64(20)
    lot = key[:, None] >> (places * np.uint64(3))
    full = (lot % np.uint64(8) < np.uint64(6)) & (np.arange(max(1, len(relus))) != dead_at[:, None])
    live = (mix(seeds) >> np.uint64(40)) % np.uint64(2) == 1
    floors = [(g.draw, min(knobs.table(g.drawn_from, g.shape))) for g in graph.givens
              if g.draw in ("weights", "bias", "numbers")]
    signed = any(low < (-2 if draw == "bias" else 0) for draw, low in floors)
    turn = np.zeros(1, np.uint64) if rounds is None else rounds // np.uint64(PATIENCE)
    with np.errstate(over="ignore"):
        lots = mix(seeds + turn * GOLDEN)
    return Context(graph, knobs, lots, dead_at, full, live, relus, signed)


def may_die(graph: Graph) -> list[int]:
    """The layers of which one may have to show a dead unit."""
    relus = [s for s in graph.steps if s.op.dies]
    wide = [k for k, s in enumerate(relus) if s.shape[0] > 2]
    if graph.has_gradients and wide:
        return wide
    return [k for k, s in enumerate(relus) if s.shape[0] > 1]


@dataclass(frozen=True)
class Rule:
    """What is asked of a node's numbers."""

    name: str
    said: str
    """In plain words, as a teacher reads it."""
    when: Callable[[Any, Graph], bool]
    """Whether it is asked of a node."""
    good: Callable[[Any, Any, Any], Any]
    """Of the node, all numbers so far and the context (of a given: the knobs), whether each
    candidate keeps it."""
    wish: bool
    """It is left out where a teacher's options leave no room for it."""
    slow: bool
    """It is asked of what has passed the others."""
    seeded: bool
    """It asks of some seeds what it does not ask of others."""


def rule(
    said: str, when: Callable[[Any, Graph], bool], wish: bool = False, slow: bool = False,
    seeded: bool = False,
) -> Callable[[Callable[..., Any]], Rule]:  # fmt: skip
    """Makes a rule of a function."""

    def made(good: Callable[..., Any]) -> Rule:
        return Rule(good.__name__.strip("_"), said, when, good, wish, slow,
                    seeded)  # fmt: skip

    return made


def is_weights(node: Node | None) -> bool:
    """Whether it is a block of weights."""
    return isinstance(node, Given) and node.draw == "weights"


def distinct_rows(digits: NDArray[np.int64]) -> Mask:
    """Whether no two rows are equal."""
    rows, cols = digits.shape[-2:]
    codes = digits[..., cols - 1]
    for col in reversed(range(cols - 1)):
        codes = codes * 61 + digits[..., col]
    good = np.ones(codes.shape[:-1], bool)
    for one, other in combinations(range(rows), 2):
        good &= codes[..., one] != codes[..., other]
    return good


def distinct_columns(digits: NDArray[np.int64]) -> Mask:
    """Whether no two columns are equal."""
    return distinct_rows(np.swapaxes(digits, -1, -2))
