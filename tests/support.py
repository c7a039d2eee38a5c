"""What several tests share: random options and numbers for any topic, and exact values."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from sheetgen.draw.rounds import Drawn
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import numbers
from sheetgen.exercise.settings import settings
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import Fixed, Values, from_decimals
from sheetgen.graph.reach import losses
from sheetgen.graph.solve import solve
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.options import Option
from sheetgen.topics.registry import Topic

NAMES = sorted(TOPICS)
RATES = ("0.1", "0.5", "1", "2")


def random_value(option: Option, chance: random.Random, largest: int = 4) -> Any:
    """A value of an option that is not too large for a test."""
    if option.kind == "bool":
        return chance.random() < 0.5
    if option.kind == "choice":
        return chance.choice(option.choices)
    if option.kind == "int":
        return chance.randint(option.low, max(option.low, min(option.high, largest)))
    if option.kind == "widths":
        low, high = option.lengths
        count = chance.randint(low, min(high, max(low, 5)))
        return "-".join(str(chance.randint(2, largest)) for _ in range(count))
    return chance.choice(RATES)


def random_options(topic: Topic, seed: int) -> dict[str, Any]:
    """Options of a topic that go together; about half of them are not the defaults."""
    chance = random.Random(f"{topic.name} {seed}")
    for _ in range(200):
        options = {
            name: random_value(option, chance)
            for name, option in topic.options.items()
            if chance.random() < 0.6
        }
        try:
            topic.graph(options)
        except SheetgenError:
            continue
        return options
    raise AssertionError(f"no options of {topic.name} go together")


def option_sets(topic: str, count: int = 3) -> list[dict[str, Any]]:
    """The defaults, every switch turned alone, and a few random sets."""
    found = TOPICS[topic]
    switches = [{n: not o.default} for n, o in found.options.items() if o.kind == "bool"]
    return [{}, *switches, *(random_options(found, k) for k in range(count))]


CASES = [(name, options) for name in NAMES for options in option_sets(name)]
"""Topic and options."""
CASE_IDS = [f"{n}-{'-'.join(f'{k}={v}' for k, v in o.items()) or 'defaults'}" for n, o in CASES]


def random_givens(graph: Graph, seed: int) -> dict[str, Fixed]:
    """Small whole numbers for each given, not made hand-friendly; what a loss takes 0 or 1 for is
    0 or 1."""
    rng = np.random.default_rng(seed)
    bits = {s.inputs[-1].name for s in losses(graph) if s.op.target_within == (0, 1)}
    found = {}
    for given in graph.givens:
        rows, cols = given.shape
        if given.draw == "one-hot":
            digits = np.eye(rows, dtype=np.int64)[:, rng.integers(0, rows, cols)]
        elif given.draw == "inputs":
            digits = rng.integers(0, 4, given.shape)
        else:
            digits = rng.integers(-2, 3, given.shape)
        if given.name in bits:
            digits = np.abs(digits) % 2
        found[given.name] = Fixed(digits.astype(np.int64))
    return found


def solved(graph: Graph, seed: int) -> Values:
    """The numbers of the first random givens that are not too large to be solved."""
    for attempt in range(200):
        try:
            return solve(graph, random_givens(graph, seed + 1000 * attempt))
        except SheetgenError:
            continue
    raise AssertionError("all random numbers are too large to be solved")


def fractions(value: Fixed) -> list[list[Fraction]]:
    """The exact numbers of a matrix."""
    unit = 10**value.decimals
    return [[Fraction(int(d), unit) for d in row] for row in value.digits]


def reals(value: Fixed) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The numbers of a matrix as floats."""
    return np.asarray(value.digits / 10.0**value.decimals)


def matrix(text: str) -> Fixed:
    """``"1 -2; 0.5 3"`` as a matrix."""
    from decimal import Decimal

    return from_decimals([[Decimal(cell) for cell in row.split()] for row in text.split(";")])


def rows_of(value: Fixed) -> list[list[float]]:
    """A matrix as JSON would hold it."""
    return [[float(cell) if cell.denominator > 1 else int(cell) for cell in row]
            for row in fractions(value)]  # fmt: skip


@cache
def thousand(topic: str) -> tuple[Graph, Drawn]:
    """A thousand exercises of a topic with its default options, drawn at once."""
    asked = settings(topic)
    return asked.graph, numbers(asked, range(1000))


def relus(graph: Graph) -> list[Step]:
    """Those that bend the sums of a layer, and not given numbers."""
    return [s for s in graph.steps if s.op.dies and not getattr(s.inputs[0], "hidden", False)]


def is_weights(node: Node | None) -> bool:
    return isinstance(node, Given) and node.draw == "weights"


def is_rounded(step: Step) -> bool:
    """Whether a result is rounded, or the sum of terms that are."""
    return roundings(step) > 0


def roundings(step: Step) -> int:
    """How often a result was rounded: once, or in so many of its terms."""
    terms = [n for n in step.inputs if isinstance(n, Step) and n.role == "gradient"
             and n.of is None and n.term_of is not None]  # fmt: skip
    return int(step.op.rounds) or sum(t.op.rounds for t in terms)
