"""Numbers that are made, not found: kinds of givens that keep a promise by construction.

Each kind is a function of a given and of random words; ``words(count)`` are so many for each
exercise and attempt, (exercises, attempts, count). It returns candidates (exercises, attempts,
rows, columns). A teacher's ranges hold where a kind has any.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import Words
from sheetgen.graph.nodes import Given
from sheetgen.graph.numbers import Fixed, Ints

Source = Callable[[int], Words]
Made = Callable[[Given, Source, Knobs], Fixed]

MADE: dict[str, Made] = {}
"""By the name of the draw that a given asks for."""


def made(name: str) -> Callable[[Made], Made]:
    """Register a kind under a name."""

    def register(function: Made) -> Made:
        if name in MADE:
            raise ValueError(f"there already is a draw {name}")
        MADE[name] = function
        return function

    return register


def below(words: Words, limit: int) -> Ints:
    """Whole numbers from 0 to below a limit."""
    return ((words >> np.uint64(32)) * np.uint64(limit) >> np.uint64(32)).astype(np.int64)


def cells(given: Given, words: Source) -> Words:
    """A word for each box: (exercises, attempts, rows, columns)."""
    rows, cols = given.shape
    found = words(rows * cols)
    return found.reshape(*found.shape[:2], rows, cols)


@made("zeros")
def zeros(given: Given, words: Source, knobs: Knobs) -> Fixed:
    """0 throughout."""
    return Fixed(np.zeros((*words(1).shape[:2], *given.shape), np.int64))


@made("one-hot")
def one_hot(given: Given, words: Source, knobs: Knobs) -> Fixed:
    """Columns with a single 1."""
    rows, cols = given.shape
    hot = below(words(cols), rows)
    return Fixed((np.arange(rows)[:, None] == hot[:, :, None, :]).astype(np.int64))


@made("bits")
def bits(given: Given, words: Source, knobs: Knobs) -> Fixed:
    """0 or 1; the lower number is the option ``low``."""
    low = int(given.options.get("low", 0))
    return Fixed(low + (1 - low) * below(cells(given, words), 2))
