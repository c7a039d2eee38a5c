"""One round of a search for hand-friendly numbers: one try at each of many exercises.

Drawn in stages: a stage starts where new givens are used, and is drawn anew until all its steps are
hand-friendly. All exercises, and many candidates of each, are drawn as one array; the first good
candidate wins. A number depends on the seed, the round, the matrix, the attempt and the cell alone,
through SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), so a recipe gives the same numbers on every
machine, alone or among thousands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.candidates import Trial, boxes, candidates
from sheetgen.draw.held import Holding, Start
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.made import MADE
from sheetgen.draw.nature import always_zero
from sheetgen.draw.random import GOLDEN, Words, mix
from sheetgen.draw.rules.house import rules_of
from sheetgen.draw.rules.results import bounded
from sheetgen.draw.rules.rule import Context, Rule, plan
from sheetgen.draw.rules.shares import exponents_fit
from sheetgen.draw.stages import Stage, given_numbers, stages
from sheetgen.draw.strata import strata
from sheetgen.draw.strata import without as strata_without
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import Fixed, Ints, Values
from sheetgen.graph.solve import run

Mask = NDArray[np.bool_]

ATTEMPTS = 48
"""Candidates of a stage before the round is given up."""
HELPING = 12
"""Of these, so many are drawn at first; the rest for exercises of which none of them is good."""
FEW = 4
"""Where there are many layers, that of so many good candidates which has the smallest numbers is
taken."""
KINDS = 2**9
"""So many kinds of candidates may be told apart, so that none is tried twice."""
THIN = 0.3
"""Share of good candidates below which the others are no longer carried along."""


def _kept(value: Fixed, good: Mask) -> Fixed:
    """Ones for the candidates given up: what is too large already must not grow beyond what can be
    held."""
    if good.all():
        return value
    return Fixed(np.where(good[..., None, None], value.digits, 1), value.decimals)


@dataclass(frozen=True)
class _Asked:
    """What is asked of a step's result."""

    step: Step
    quick: tuple[Rule, ...]
    slow: tuple[Rule, ...]
    bounded: bool
    """Whether it must not be beyond what a teacher allows."""
    cells: int
    """How many of its boxes count among those that are nearly always small."""


class Search:
    """A search for good numbers: what stays the same from round to round, and where candidates
    were refused."""

    def __init__(
        self, graph: Graph, knobs: Knobs, without: Collection[str] = (),
        held: Holding | None = None, seedless: bool = False,
    ) -> None:  # fmt: skip
        """A search without some wishes; ``held`` are numbers that come from elsewhere, for each of
        the exercises that are searched for. ``seedless`` leaves out what is asked of some seeds
        alone."""
        self.graph, self.knobs, self.without = graph, knobs, without
        self.held = held or {}
        self.seedless = seedless
        self.stages = stages(graph)
        self.strata = strata(graph, knobs)
        if self.held:
            self.strata = strata_without(self.strata, self.held)
        self.zero = always_zero(graph)
        self.deep = sum(step.op.dies for step in graph.steps) > 3 and len(self.stages) > 3
        self.asked = {step.name: self._asked(step) for step in graph.steps}
        self.asked_of_givens = {given.name: self._asked_of(given) for given in graph.givens}
        self.refused: Counter[str] = Counter()
        """What let no candidate of a stage pass, and how often."""

    def round(self, seeds: Words, number: Words, who: Ints) -> tuple[Mask, Values]:
        """One try at each exercise, which is of ``who``; says which came to an end."""
        with np.errstate(over="ignore"):
            key = mix(mix(seeds) + number * GOLDEN)
        alive = np.arange(len(seeds))
        context = plan(self.graph, seeds, key, self.knobs, number)
        held = {name: own.some(who) for name, own in self.held.items()}
        start = Start(self.strata.of(seeds, number), held)
        known = Trial()
        for stage in self.stages:
            good = self._stage(stage, context, key[alive], known, start.some(alive))
            if not good.all():
                left = np.flatnonzero(good)
                alive = alive[left]
                context = context.keep(left)
                known.choose(left)
            if not len(alive):
                break
        done = np.zeros(len(seeds), bool)
        done[alive] = True
        return done, {name: Fixed(value.digits[:, 0], value.decimals)
                      for name, value in known.items()} if len(alive) else {}  # fmt: skip

    def _stage(
        self, stage: Stage, context: Context, key: Words, known: Trial, start: Start
    ) -> Mask:
        """Draw one stage for all exercises; puts the first good candidate of each into ``known``;
        says which have one."""
        done = np.zeros(len(key), bool)
        parts: list[tuple[Ints, Trial]] = []
        for helping in self._helpings(stage):
            left = np.flatnonzero(~done)
            if not len(left):
                break
            if len(left) == len(key):
                trial, some = known.copy(), context
            else:
                trial, some = known.some(left), context.keep(left)
            found = self._helping(stage, some, key[left], trial, start.some(left), helping)
            parts.append((left[found], trial))
            done[left[found]] = True
        nodes: tuple[Node, ...] = (*stage.givens, *stage.steps)
        for node in nodes if done.any() else ():
            if len(parts) == 1 and done.all():
                known[node.name] = parts[0][1][node.name]
                continue
            room = np.ones((*node.shape, len(key), 1), np.int64)
            for who, trial in parts:
                if len(who):
                    room[:, :, who] = boxes(trial[node.name].digits)
                    decimals = trial[node.name].decimals
            known[node.name] = Fixed(candidates(room), decimals)
        return done

    def _helping(
        self, stage: Stage, context: Context, key: Words, trial: Trial, start: Start,
        attempts: range,
    ) -> Ints:  # fmt: skip
        """Some candidates for each exercise: says which have a good one, and leaves the first of
        each in ``trial``."""
        good, owner = self._givens(stage, trial, key, start, attempts)
        if good.shape[1] == 1:
            context = context.keep(owner)
        large: Any = np.zeros(good.shape, np.int64)
        cells = 0
        last = stage.givens[-1].name if stage.givens else ""
        for step in stage.steps:
            if not good.any():
                break
            last = step.name
            trial[last] = run(step, trial)
            if step.hidden:
                continue
            asked = self.asked[last]
            large = large + self._good(asked, trial, context, good)
            cells += asked.cells
            self._slowly(asked, trial, context, good)
            if np.count_nonzero(good) < THIN * good.size:
                row, column = np.nonzero(good)
                trial.choose(row, column)
                owner, large, context = owner[row], large[row, column][:, None], context.keep(row)
                good = np.ones((len(row), 1), bool)
            else:
                trial[last] = _kept(trial[last], good)
        if good.any():
            good &= large <= 0.04 * cells
        if not good.any():
            self.refused[last] += 1
            return np.zeros(0, np.int64)
        row, column = np.nonzero(good)
        owner = owner[row]  # in order
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        if self.deep:
            first = _smallest(trial[last].digits[row, column], owner, first)
        trial.choose(row[first], column[first])
        return np.asarray(owner[first])

    def _givens(
        self, stage: Stage, trial: Trial, key: Words, start: Start, attempts: range
    ) -> tuple[Mask, Ints]:
        """Draw a stage's givens into ``trial``; says which candidates are good so far, and the
        exercise of each row of them."""
        owner = np.arange(len(key))
        tried = np.arange(attempts.start, attempts.stop, dtype=np.uint64)[None]
        good = np.ones((len(key), len(attempts)), bool)
        for given in stage.givens:
            trial[given.name] = given_numbers(
                given, key[owner], tried, trial, self.knobs, self.strata, start.some(owner)
            )
            if self._kinds(stage):
                good &= _first_of_kind(trial[given.name].digits, *self._kinds(stage))
            for rule in self.asked_of_givens[given.name]:
                good &= rule.good(given, trial, self.knobs)
            if not self._is_listed(given):  # listed are the good ones alone
                good &= exponents_fit(given, trial, self.graph)
            if np.count_nonzero(good) < THIN * good.size:
                row, column = np.nonzero(good)
                trial.choose(row, column)
                tried = np.broadcast_to(tried, good.shape)[row, column][:, None]
                owner, good = owner[row], np.ones((len(row), 1), bool)
            else:
                trial[given.name] = _kept(trial[given.name], good)
        return good, owner

    def _good(self, asked: _Asked, trial: Trial, context: Context, good: Mask) -> Any:
        """Give up candidates with a result that a pencil cannot follow; how many of its boxes are
        larger than usual."""
        step, result = asked.step, trial[asked.step.name]
        good &= exponents_fit(step, trial, self.graph)
        for rule in asked.quick:
            good &= rule.good(step, trial, context)
        if not asked.bounded:
            return 0
        size, unit = np.abs(result.digits), 10**result.decimals
        good &= size.max(axis=(-1, -2)) <= self.knobs.max * unit
        return (size > self.knobs.usual * unit).sum(axis=(-1, -2)) if asked.cells else 0

    def _slowly(self, asked: _Asked, trial: Trial, context: Context, good: Mask) -> None:
        """Ask the slow rules of what is still good."""
        for rule in asked.slow:
            row, column = np.nonzero(good)
            if len(row):
                some = trial.some(row, column)
                good[row, column] = rule.good(asked.step, some, context.keep(row))[:, 0]

    def _helpings(self, stage: Stage) -> list[range]:
        """The attempts at a stage, in helpings."""
        if all(given.always is not None or self._is_held(given) for given in stage.givens):
            return [range(1)]
        many = any(step.op.powers for step in stage.steps)  # few exponents are small enough
        attempts = 4 * ATTEMPTS if many else ATTEMPTS
        if self._kinds(stage):
            return [range(attempts)]
        return [range(HELPING), range(HELPING, attempts)]

    def _kinds(self, stage: Stage) -> tuple[int, int] | tuple[()]:
        """Where so little is drawn that most attempts draw the same again, which need not be tried
        again: the least number, and how many there are up to the largest."""
        if self.deep or len(stage.givens) != 1:
            return ()
        [given] = stage.givens
        if (given.always is not None or given.drawn_from in MADE
                or given.name in self.held):
            return ()
        if given.draw == "one-hot":
            table = {0: 1, 1: 1}
        elif "like" in given.options or given.options.get("shifted"):
            return ()
        else:
            table = self.knobs.table(given.drawn_from, given.shape)
        count = max(table) - min(table) + 1
        return (min(table), count) if count ** (given.shape[0] * given.shape[1]) <= KINDS else ()

    def _is_held(self, given: Given) -> bool:
        """Whether all of it comes from elsewhere."""
        return given.name in self.held and self.held[given.name].whole

    def _asked(self, step: Step) -> _Asked:
        rules = () if step.name in self.zero else rules_of(self.graph)[step.name]
        quick, slow = (tuple(r for r in rules if r.slow == slow and r.name not in self.without
                             and not (self.seedless and r.seeded)) for slow in (False, True))
        cells = step.shape[0] * step.shape[1] if _is_sized(step) else 0
        return _Asked(step, quick, slow, bounded(step), cells)

    def _is_listed(self, given: Given) -> bool:
        """Whether its numbers are drawn from a list of good ones."""
        return given.name in self.strata.shares and "like" not in given.options

    def _asked_of(self, given: Given) -> tuple[Rule, ...]:
        """The rules for a given; where the good ones are listed, the wishes alone."""
        listed = self._is_listed(given)
        return tuple(r for r in rules_of(self.graph)[given.name]
                     if r.name not in self.without and (r.wish or not listed))  # fmt: skip


def _first_of_kind(digits: Ints, least: int, count: int) -> Mask:
    """Which candidates are the first with their numbers, of which there are so many."""
    rows, cols = digits.shape[-2:]
    places = (count ** np.arange(rows * cols)).reshape(rows, cols)
    kind = ((digits - least) * places).sum(axis=(-1, -2))
    exercise = np.arange(len(kind))
    first = np.full((len(kind), count ** (rows * cols)), -1)
    for attempt in reversed(range(kind.shape[1])):
        first[exercise, kind[:, attempt]] = attempt
    row, place = np.nonzero(first >= 0)
    good = np.zeros(kind.shape, bool)
    good[row, first[row, place]] = True
    return good


def _smallest(digits: Ints, owner: Ints, first: Ints) -> Ints:
    """For each exercise, which of its first few good candidates has the smallest numbers: what
    comes after many layers must not grow."""
    size = np.abs(digits).sum(axis=(-1, -2))
    rank = np.arange(len(owner)) - np.repeat(first, np.diff(first, append=len(owner)))
    order = np.lexsort((rank, size, rank >= FEW, owner))
    return order[first]


def _is_sized(step: Step) -> bool:
    """Whether its results count among those that are nearly always small: a sum of terms is rarely
    small."""
    terms = (step.op.passes and step.op.formula.spreads) or any(
        isinstance(n, Step) and n.hidden and n.op.moves and len(n.inputs) > 1 for n in step.inputs
    )
    return bounded(step) and step.term_of is None and not terms
