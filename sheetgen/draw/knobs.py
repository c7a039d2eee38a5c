"""What a teacher may turn about the numbers: ranges, the largest result, the level."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Graph

Interval = tuple[int, int]

HIGHEST = 99
"""What --max may be at most."""

WEIGHTS = {0: 45, 1: 42, -1: 12, 2: 1}
"""House distribution of weights, in percent: what hundreds of published hand pages use."""
WIDE = {0: 20, 1: 32, -1: 18, 2: 18, -2: 6, 3: 6}
"""For blocks so narrow that the house distribution would repeat rows."""
SCALARS = {1: 28, 2: 22, -1: 16, 3: 14, -2: 10, 4: 5, -3: 5}
"""For blocks of one column: no zero, or the unit would be idle."""
KERNEL = {0: 18, 1: 34, -1: 28, 2: 12, -2: 8}
"""For a window that moves: with as much below 0 as above, so that ReLU meets both."""
BIASES = {0: 33, 1: 22, -1: 14, 2: 9, -2: 8, 3: 4, -3: 5, -4: 2, -5: 3}
INPUTS = {0: 7, 1: 27, 2: 27, 3: 20, 4: 10, 5: 9}
POINTS = {0: 6, 1: 12, 2: 12, 3: 12, 4: 12, 5: 10, 6: 10, 7: 8, 8: 8, 9: 6}
NUMBERS = {0: 12, 1: 25, 2: 22, 3: 14, 4: 9, 5: 5, -1: 8, -2: 5}
NUMBERS_OF_FOUR = {0: 25, 1: 32, 2: 16, 3: 7, -1: 16, -2: 4}
NUMBERS_OF_MANY = {0: 36, 1: 38, 2: 8, 3: 3, -1: 15}
"""The longer the sums, the smaller the numbers."""
NEAR = {-2: 1, -1: 3, 0: 2, 1: 3, 2: 1}
NEARER = {-1: 1, 0: 1, 1: 1}
"""How far targets are from what they are compared with: one column, or several whose errors add
up."""


TABLES = {
    "slopes": SCALARS, "gains": SCALARS, "kernel": KERNEL, "bias": BIASES, "bringing near": BIASES,
    "points": POINTS,
}  # fmt: skip
"""What is drawn from a table of its own, whatever its shape."""
RANGE_OF = {
    "weights": "weights", "slopes": "weights", "kernel": "weights", "gains": "weights",
    "bias": "biases", "bringing near": "biases", "inputs": "inputs", "points": "inputs",
    "picture": "inputs", "numbers": "inputs", "levelled": "inputs",
}  # fmt: skip
"""A kind of given -> the range in which its numbers lie. What is made in another way has none."""


def reached(graph: Graph) -> frozenset[str]:
    """The ranges in which some givens of a graph lie."""
    kinds = {g.drawn_from for g in graph.givens if "like" not in g.options}
    return frozenset(RANGE_OF[kind] for kind in kinds if kind in RANGE_OF)


@dataclass(frozen=True)
class Knobs:
    """Limits for the draw; None keeps the house's distribution."""

    weights: Interval | None = None
    biases: Interval | None = None
    inputs: Interval | None = None
    max: int = 20
    usual: int = 9
    band: float = 0.15

    def table(self, draw: str, shape: tuple[int, int]) -> dict[int, int]:
        """Value -> weight for one kind of given."""
        if draw == "weights":
            narrow = shape[1] == 1 and shape[0] > 1
            tight = shape[1] == 2 and shape[0] > 4
            table = SCALARS if narrow else WIDE if tight else WEIGHTS
        elif draw == "numbers":
            long = max(shape)
            table = NUMBERS if long < 4 else NUMBERS_OF_FOUR if long == 4 else NUMBERS_OF_MANY
        else:
            table = TABLES.get(draw, INPUTS)
        return limited(table, getattr(self, RANGE_OF.get(draw, "inputs")))


def limited(table: Mapping[int, int], interval: Interval | None) -> dict[int, int]:
    """The table within an interval; values that it lacks get a small share of their own."""
    if interval is None:
        return dict(table)
    low, high = interval
    return {v: table.get(v, 6) for v in range(low, high + 1)}


def interval(text: Any, flag: str) -> Interval:
    """``-1..1`` as two whole numbers. Raises SheetgenError naming the flag."""
    found = re.fullmatch(r"\s*([-−]?\d{1,4})\s*\.\.\s*([-−]?\d{1,4})\s*", str(text))
    if not found:
        raise SheetgenError(f"--{flag}: {text!r} is no range; write it as -1..1")
    low, high = (int(g.replace("−", "-")) for g in found.groups())
    if low >= high:
        raise SheetgenError(
            f"--{flag}: {low}..{high} holds no two numbers; the smaller comes first"
        )
    if not -20 <= low <= high <= 20:
        raise SheetgenError(f"--{flag}: {low}..{high} goes beyond -20..20")
    return low, high


def knobs_of(options: Mapping[str, Any]) -> Knobs:
    """Knobs from the texts of a command line, a recipe or a level's preset."""
    chosen: dict[str, Any] = {}
    for name in ("weights", "biases", "inputs"):
        if options.get(name) is not None:
            chosen[name] = interval(options[name], name)
    if options.get("max") is not None:
        try:
            largest = int(str(options["max"]))
        except ValueError:
            raise SheetgenError(f"--max: {options['max']!r} is not a whole number") from None
        if not 1 <= largest <= HIGHEST:
            raise SheetgenError(f"--max: {largest} is not between 1 and {HIGHEST}")
        chosen |= {"max": largest, "usual": min(9, largest)}
    return Knobs(**chosen)
