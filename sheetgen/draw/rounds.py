"""Round after round, until each of many exercises has hand-friendly numbers.

How far a search goes depends on no other exercise.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw import effort as work
from sheetgen.draw.effort import Band
from sheetgen.draw.empty import empty_strata
from sheetgen.draw.random import Words
from sheetgen.draw.search import Mask, Search
from sheetgen.draw.strata import FREE_FROM
from sheetgen.graph.nodes import Graph
from sheetgen.graph.numbers import Fixed, Ints, Values

TOGETHER = 192
"""Where fewer exercises are left, each has several rounds at once, so that there are so many
altogether."""
PILOTED = 96
"""The same for a pilot, in which it counts how many rounds there were."""
ROUNDS = 5000
"""Rounds before an exercise is given up: where one in so many as ``usual`` allows comes to an end,
none is."""
LONG = 32
"""Rounds after which it is asked whether anything may come from the strata of a seed."""


@dataclass(frozen=True)
class Drawn:
    """Exercises of one graph: every number, how many rounds it took, and the effort, of those seeds
    from which one came."""

    values: Values
    rounds: Ints
    effort: NDArray[np.float64]
    found: Mask
    """For each seed, whether one came."""


def joined(first: Drawn, rest: Drawn) -> Drawn:
    """Exercises of one graph and those that come after them."""
    if not first.found.any() or not rest.found.any():
        whole = first if first.found.any() else rest
        values = whole.values
    else:
        values = {
            name: Fixed(np.concatenate([value.digits, rest.values[name].digits]), value.decimals)
            for name, value in first.values.items()
        }
    return Drawn(
        values, np.concatenate([first.rounds, rest.rounds]),
        np.concatenate([first.effort, rest.effort]), np.concatenate([first.found, rest.found]),
    )  # fmt: skip


def search(
    found_by: Search, seeds: Sequence[int] | Words, bands: Collection[Band] = (),
    rounds: int = ROUNDS, tries: int = 0, rare: int = 0,
) -> Drawn:  # fmt: skip
    """Numbers for each seed, with every step already worked out, or none where ``rounds`` of them
    brought nothing.

    ``bands`` bound the effort of what may be asked. After ``tries`` rounds of all seeds together,
    the search is given up if less than one in ``rare`` came to an end; that is for a pilot, whose
    seeds are always the same.
    """
    words = np.array(seeds, np.uint64)
    found = _Found(found_by.graph, len(words))
    active = np.arange(len(words))
    start = tried = 0
    width, asked = 1, False
    ahead = np.zeros(len(words), np.uint64)  # of the others, where rounds are known to be vain
    while len(active) and start < rounds:
        who = np.repeat(active, width)
        number = np.tile(np.arange(start, start + width, dtype=np.uint64), len(active)) + ahead[who]
        done, values = found_by.round(words[who], number, who)
        index = np.flatnonzero(done)
        if len(index):
            found.take(who[index], number[index], values, bands)
        start += width
        active = active[found.rounds[active] < 0]
        if start >= LONG and not (tries or asked):
            asked = True
            vain = empty_strata(found_by, tuple(bands)).are_all_of(words[active])
            ahead[active[vain]] = FREE_FROM - start
        active = active[ahead[active] + np.uint64(start) < rounds]
        width = max(1, min(32, (PILOTED if tries else TOGETHER) // max(1, len(active))))
        tried += len(who)
        if tries and tried >= tries and len(words) - len(active) < tried / rare:
            break
    return found.drawn()


class _Found:
    """The first good numbers of each exercise."""

    def __init__(self, graph: Graph, count: int) -> None:
        self.graph = graph
        self.rounds = np.full(count, -1, np.int64)
        self.efforts = np.zeros(count)
        self.parts: list[tuple[Ints, Values, Ints]] = []
        """Exercises, and where in some numbers theirs are."""

    def take(self, who: Ints, number: Words, values: Values, bands: Collection[Band]) -> None:
        """Keep what is the first of an exercise among ``values``, if its effort is in the bands;
        ``who`` is in order."""
        steps = work.of_steps(self.graph, values)
        good = work.within(bands, steps, len(who))
        worked = work.of_sheet([s.name for s in self.graph.worked], steps)
        amount = np.broadcast_to(worked, who.shape)
        places = np.flatnonzero(good)
        places = places[np.diff(who[places], prepend=-1) != 0]
        self.rounds[who[places]] = number[places]
        self.efforts[who[places]] = amount[places]
        self.parts.append((who[places], values, places))

    def drawn(self) -> Drawn:
        """All exercises in one array."""
        found = self.rounds >= 0
        place = np.cumsum(found) - 1
        values = {}
        for node in self.graph.nodes if found.any() else ():
            digits = np.empty((np.count_nonzero(found), *node.shape), np.int64)
            for who, part, places in self.parts:
                digits[place[who]] = part[node.name].digits[places]
            values[node.name] = Fixed(digits, self.parts[0][1][node.name].decimals)
        return Drawn(values, self.rounds[found], self.efforts[found], found)
