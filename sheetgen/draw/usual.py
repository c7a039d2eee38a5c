"""What is usual for some options: found once, from a fixed pilot of seeds, so that it never depends
on which exercises are drawn, or how many.

It says how much work a sheet is, which wishes must be left out since the options leave no room for
them, and whether there are hand-friendly numbers at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sheetgen.draw.effort import Band, Sheet, of_sheet, of_steps, within
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import Words
from sheetgen.draw.rounds import Drawn, search
from sheetgen.draw.rules.house import shares_kept, wishes_of
from sheetgen.draw.search import Search
from sheetgen.graph.nodes import Graph

PILOT = 96
"""Exercises that tell what is usual."""
FIRST = 2**40
"""The first of their seeds."""
TRIES = 1200
"""Rounds of all of them together, after which the search is given up if it finds too little."""
RARE = 250
"""That is: if less than one in so many rounds comes to an end."""
ROOM = 60
"""A wish is left out if with it less than one in so many rounds does."""
FEW = 24
"""Exercises that tell whether there is room for some wishes."""


ENOUGH = 0.95
"""The share of the pilot that must be found."""


@dataclass(frozen=True)
class Usual:
    """What is usual for a graph and some knobs."""

    bands: tuple[Band, ...]
    """The effort of each sheet: the median, give or take ``knobs.band``."""
    without: frozenset[str]
    """Wishes that the options leave no room for."""
    refused_by: str = ""
    """Where there are no hand-friendly numbers, what lets nothing pass; if it is a matrix, its
    name."""
    too_few: bool = False
    """There are some, but too few of the same effort."""

    @property
    def possible(self) -> bool:
        return not self.refused_by and not self.too_few


@lru_cache(maxsize=128)
def usual(graph: Graph, knobs: Knobs, sheets: tuple[Sheet, ...]) -> Usual:
    """What a pilot says."""
    wishes = frozenset(wishes_of(graph))
    without: frozenset[str] = frozenset()
    if wishes and not _enough(_piloted(graph, knobs, without, ROOM, FEW)[1]):
        without = wishes
    found_by, pilot = _piloted(graph, knobs, without, RARE)
    if without and _enough(pilot):
        without = _left_out(graph, knobs, pilot)
        found_by, pilot = _piloted(graph, knobs, without, RARE)
    if not _enough(pilot):
        (where, _), *_ = found_by.refused.most_common(1) or [("first matrix", 0)]
        return Usual((), without, where)
    bands = tuple(_band(graph, pilot, sheet, knobs) for sheet in sheets)
    share = _share(graph, pilot, bands)
    rounds = float(pilot.rounds.mean()) + 1
    return Usual(bands, without, too_few=share * RARE < rounds)


@lru_cache(maxsize=128)
def possible(graph: Graph, knobs: Knobs, sheets: tuple[Sheet, ...]) -> bool:
    """Whether there are numbers without any wish, from few exercises: enough for advice."""
    _, pilot = _piloted(graph, knobs, frozenset(wishes_of(graph)), RARE, FEW)
    if not _enough(pilot):
        return False
    bands = [_band(graph, pilot, sheet, knobs) for sheet in sheets]
    return _share(graph, pilot, bands) * RARE >= float(pilot.rounds.mean()) + 1


def _piloted(
    graph: Graph, knobs: Knobs, without: frozenset[str], rare: int, count: int = PILOT
) -> tuple[Search, Drawn]:
    found_by = Search(graph, knobs, without)
    seeds: Words = np.arange(FIRST, FIRST + count, dtype=np.uint64)
    tries = TRIES * count // PILOT
    return found_by, search(found_by, seeds, rounds=12 * rare, tries=tries, rare=rare)


def _left_out(graph: Graph, knobs: Knobs, pilot: Drawn) -> frozenset[str]:
    """The wishes to leave out: those that the fewest exercises keep which were drawn without any,
    one after the other, until there is room for the rest."""
    kept = shares_kept(graph, knobs, pilot.values, pilot.found)
    hardest = sorted(kept, key=lambda wish: kept[wish])
    for count in range(1, len(hardest)):
        without = frozenset(hardest[:count])
        if _enough(_piloted(graph, knobs, without, ROOM, FEW)[1]):
            return without
    return frozenset(hardest)


def _enough(pilot: Drawn) -> bool:
    """Whether so many exercises were found that the rest may be bad luck."""
    return bool(pilot.found.mean() >= ENOUGH)


def _band(graph: Graph, pilot: Drawn, sheet: Sheet, knobs: Knobs) -> Band:
    count = len(pilot.rounds)
    effort = np.broadcast_to(of_sheet(sheet, of_steps(graph, pilot.values)), (count,))
    ranked = np.sort(effort)
    median = float(ranked[(count - 1) // 2] + ranked[count // 2]) / 2  # loads less than NumPy's
    return sheet, median * (1 - knobs.band), median * (1 + knobs.band)


def _share(graph: Graph, pilot: Drawn, bands: Sequence[Band]) -> float:
    """The share of a pilot that is within the bands."""
    steps = of_steps(graph, pilot.values)
    return float(within(bands, steps, len(pilot.rounds)).mean())
