"""Figures: what is counted of many exercises, and what is promised of it.

A figure stands beside the rule that keeps it: in a file of the draw, or with a topic
(``@topic(..., figures=(...))``). ``sheetgen stress`` tells them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.nodes import Graph
from sheetgen.graph.numbers import Values

Measure = NDArray[np.float64]
"""A number, or several, for each exercise: (exercises,) or (exercises, several)."""
Of = Callable[[Graph, Values], Any]


def mean(measure: Measure) -> float:
    """The mean of a number, or the share of the exercises of which something is true."""
    return float(np.mean(measure))


def highest_but_one_in_20(measure: Measure) -> float:
    """The 95th percentile."""
    return float(np.quantile(measure, 0.95))


def commonest(measure: Measure) -> float:
    """The share of the exercises on which the commonest of some patterns is."""
    counts = Counter(kind for row in np.atleast_2d(measure.T).T for kind in set(np.ravel(row)))
    return max(counts.values()) / len(measure)


def kinds(measure: Measure) -> float:
    """How many different patterns there are."""
    return float(len(np.unique(measure)))


def correlation(measure: Measure) -> float:
    """How two numbers of each exercise hang together, 0 to 1; 1 where one of them is always the
    same."""
    if not np.std(measure, axis=0).all():
        return 1.0
    table: Any = np.corrcoef(measure, rowvar=False)
    return float(table[0, 1])


@dataclass(frozen=True)
class Figure:
    """Something that is counted of many exercises of a graph, and what is promised of it."""

    name: str
    of: Of
    """What is counted of each exercise; None of a graph that has nothing of the kind."""
    tell: Callable[[Measure], float] = mean
    """One number of all exercises."""
    at_most: float | None = None
    at_least: float | None = None
    form: Literal["share", "number"] = "share"

    @property
    def never(self) -> bool:
        """Whether no exercise may have it, whatever is asked for."""
        return self.at_most == 0

    def holds(self, value: float) -> bool:
        """Whether what was counted keeps the promise."""
        low = -np.inf if self.at_least is None else self.at_least
        high = np.inf if self.at_most is None else self.at_most
        return bool(low <= value <= high)

    def shown(self, value: float) -> str:
        """A value as a person reads it."""
        return f"{value:.1%}" if self.form == "share" else f"{value:.3g}"

    @property
    def promise(self) -> str:
        """What is promised, in a few words; nothing if nothing is."""
        if self.never:
            return "never"
        if self.at_most is not None:
            return f"at most {self.shown(self.at_most)}"
        return "" if self.at_least is None else f"at least {self.shown(self.at_least)}"
