"""Several exercises, no two alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

import numpy as np

from sheetgen.draw.symmetry import canonical
from sheetgen.errors import SheetgenError, counted
from sheetgen.exercise.blanks import choose_blanks
from sheetgen.exercise.exercise import Exercise, build_some
from sheetgen.exercise.settings import Settings
from sheetgen.graph.work import numbered

AT_ONCE = 500
"""Exercises that are made together."""
SOME = 100
"""Exercises that tell whether new ones are left."""
RARE = 60
"""A space counts as used up if less than one in so many is new."""
SURE = 5000
"""Seeds that tell about how many exercises there are."""
FAR = 1.5
"""An order is beyond the supply for sure if it is so many times as large as that seems to be."""
IDLE = 6
"""Batches of seeds that bring nothing new before a space of exercises counts as used up."""


def make_different(
    asked: Settings, first: int, count: int, tell: Callable[[int], None] = lambda new: None
) -> list[Exercise]:
    """``count`` exercises from the seeds after ``first``, no two alike, not even up to an exchange
    of hidden units; ``tell`` hears each time how many more there are.

    Raises SheetgenError saying how many there are if the options allow fewer.
    """
    found: list[Exercise] = []
    distinct = Distinct()
    seed = first
    idle = 0
    while len(found) < count:
        before = len(found)
        seeds = range(seed, seed + min(AT_ONCE, max(8 if idle else 1, count - len(found))))
        for exercise in build_some(asked, seeds):
            if exercise is not None and len(found) < count and distinct.add(exercise):
                found.append(exercise)
        seed += len(seeds)
        tell(len(found) - before)
        idle = idle + 1 if len(found) == before else 0
        if len(found) == count:
            break
        if seed - first >= SURE and distinct.supply() * FAR < count:
            raise _beyond(asked, int(float(f"{distinct.supply():.2g}")))
        used_up = few_left(len(found) - before, len(seeds))
        if used_up or idle >= IDLE or seed - first > 40 * count + 400:
            raise _beyond(asked, len(found))
    return found


def _beyond(asked: Settings, supply: int) -> SheetgenError:
    """An order is beyond the supply."""
    return SheetgenError(
        f"{asked.topic.name} with these options has only about "
        f"{counted(supply, 'different exercise')}; ask for fewer, or for larger widths or ranges"
    )


def few_left(new: int, tried: int) -> bool:
    """Whether so few of the exercises that were tried are new that a search for more would take
    long; known early, since their number falls the more of the space is used."""
    return tried >= SOME and new * RARE < tried


def make_packet(asked: Settings, seed: int) -> list[Exercise]:
    """A worked example, then the same with its first half worked, then a blank one: three different
    draws for one file.

    The recipes of the three are ordinary ones (``blank=none``, ``faded:K``, ``results``), so each
    can be made again alone.
    """
    steps = len(numbered(asked.graph))
    patterns = ["none", f"faded:{max(1, steps // 2)}" if steps > 1 else "percent:50", "results"]
    made = []
    for pattern, exercise in zip(patterns, make_different(asked.with_blank("results"), seed, 3),
                                 strict=True):  # fmt: skip
        own = asked.with_blank(pattern)
        assert exercise.seed is not None
        blanks = choose_blanks(own.graph, exercise.values, pattern, exercise.seed, own.knobs,
                               own.guide)  # fmt: skip
        made.append(replace(exercise, settings=own, blanks=blanks))
    return made


def fingerprint(exercise: Exercise) -> bytes:
    """The same bytes exactly for exercises that differ only in the order of their hidden units, or
    of the samples of a batch."""
    return canonical(exercise.graph, exercise.values)


class Distinct:
    """Exercises of the same options, no two alike by their ``fingerprint``."""

    def __init__(self) -> None:
        self._kinds: dict[bytes, list[_Kind]] = {}
        """Those with the same numbers in some order, by ``numbers_of``."""
        self._exact: dict[bytes, _Kind] = {}
        """The same numbers in the same order."""
        self._times: Counter[int] = Counter()
        """How many came so many times."""

    def add(self, exercise: Exercise) -> bool:
        """Whether the exercise is unlike those before, and so is one of them now."""
        exact = b"|".join(exercise.values[g.name].digits.tobytes() for g in exercise.graph.givens)
        kind = self._exact.get(exact) or self._alike(exercise)
        self._exact[exact] = kind
        self._times[kind.times] -= 1
        kind.times += 1
        self._times[kind.times] += 1
        return kind.times == 1

    def _alike(self, exercise: Exercise) -> _Kind:
        """Those that the exercise is like, or a new kind."""
        kinds = self._kinds.setdefault(numbers_of(exercise), [])
        if kinds:
            mark = fingerprint(exercise)
            for kind in kinds:
                if kind.mark == mark:
                    return kind
        kinds.append(_Kind(exercise))
        return kinds[-1]

    def supply(self) -> int:
        """About how many there are, by how many came once and twice (Chao, Scandinavian Journal of
        Statistics 1984); rather too few where some come more often than others."""
        once, twice = self._times[1], self._times[2]
        unseen = once * once / (2 * twice) if twice else once * (once - 1) / 2
        return sum(n for times, n in self._times.items() if times) + int(unseen)


class _Kind:
    """Exercises that are alike: the first of them, and how many came."""

    def __init__(self, first: Exercise) -> None:
        self.first = first
        self.times = 0

    @cached_property
    def mark(self) -> bytes:
        return fingerprint(self.first)


def numbers_of(exercise: Exercise) -> bytes:
    """Each given's numbers, sorted: the same for those that are alike, and quickly found."""
    return b"|".join(
        np.sort(exercise.values[g.name].digits, axis=None).tobytes()
        for g in exercise.graph.givens
    )  # fmt: skip
