"""Graph + seed -> hand-friendly given numbers.

Drawn in stages: a stage starts where new givens are used, and is drawn anew until all its steps are
hand-friendly. All exercises, and many candidates of each, are drawn as one array; the first good
candidate wins. A number depends on the seed, the round, the matrix, the attempt and the cell alone,
through SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), so a recipe gives the same numbers on every
machine, alone or among thousands. How far a search goes depends on no other exercise either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw import effort as work
from sheetgen.draw.constructed import KEPT
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.nature import always_zero
from sheetgen.draw.random import GOLDEN, Words, mix
from sheetgen.draw.rules.house import asked_of, given_rule
from sheetgen.draw.rules.results import bounded
from sheetgen.draw.rules.rule import Context, plan
from sheetgen.draw.rules.shares import exponents_fit
from sheetgen.draw.stages import Stage, given_numbers, stages
from sheetgen.draw.strata import strata
from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.graph.numbers import Fixed, Ints, Values
from sheetgen.graph.solve import run

Mask = NDArray[np.bool_]
Sheet = tuple[str, ...]
"""What a student works out: the names of steps."""
Band = tuple[Sheet, float, float]
"""A sheet, with its least and most effort."""

ATTEMPTS = 48
"""Candidates of a stage before the round is given up."""
HELPING = 12
"""Of these, so many are drawn at first; the rest for exercises of which none of them is good."""
FEW = 4
"""Where there are many layers, that of so many good candidates which has the smallest numbers is
taken."""
THIN = 0.3
"""Share of good candidates below which the others are no longer carried along."""
ROUNDS = 5000
"""Rounds before an exercise is given up: where one in so many as ``usual`` allows comes to an end,
none is."""


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


def _chosen(value: Fixed, row: Ints, column: Ints, keep: bool = False) -> Fixed:
    """One candidate of each of these rows, as (rows, 1, ...) if the axis of candidates is kept."""
    digits = value.digits[row, column if value.digits.shape[1] > 1 else 0]
    return Fixed(digits[:, None] if keep else digits, value.decimals)


def _kept(value: Fixed, good: Mask) -> Fixed:
    """Ones for the candidates given up: what is too large already must not grow beyond what can be
    held."""
    return Fixed(np.where(good[..., None, None], value.digits, 1), value.decimals)


class Search:
    """A search for good numbers: what stays the same from round to round, and where candidates
    were refused."""

    def __init__(self, graph: Graph, knobs: Knobs, without: Collection[str] = ()) -> None:
        self.graph, self.knobs, self.without = graph, knobs, without
        self.stages = stages(graph)
        self.strata = strata(graph, knobs)
        self.zero = always_zero(graph)
        self.deep = sum(step.op.dies for step in graph.steps) > 3 and len(self.stages) > 3
        self.refused: Counter[str] = Counter()
        """What let no candidate of a stage pass, and how often."""

    def round(self, seeds: Words, number: Words) -> tuple[Mask, Values]:
        """One try at each exercise; says which came to an end."""
        with np.errstate(over="ignore"):
            key = mix(mix(seeds) + number * GOLDEN)
        alive = np.arange(len(seeds))
        context = plan(self.graph, seeds, key, self.knobs, number)
        stratum = self.strata.of(seeds, number)
        values: Values = {}
        for stage in self.stages:
            good = self._stage(stage, context, key[alive], values, stratum[alive])
            if not good.all():
                alive = alive[good]
                context = context.keep(good)
                values = {k: Fixed(v.digits[good], v.decimals) for k, v in values.items()}
            if not len(alive):
                break
        done = np.zeros(len(seeds), bool)
        done[alive] = True
        return done, values

    def _stage(
        self, stage: Stage, context: Context, key: Words, values: Values, stratum: Ints
    ) -> Mask:
        """Draw one stage for all exercises; puts the first good candidate of each into ``values``;
        says which have one."""
        attempts = ATTEMPTS if any(g.draw not in KEPT for g in stage.givens) else 1
        if any(step.op.powers for step in stage.steps):
            attempts *= 4  # few exponents are small enough
        done = np.zeros(len(key), bool)
        for helping in (range(min(attempts, HELPING)), range(HELPING, attempts)):
            left = np.flatnonzero(~done)
            if not len(left) or not helping:
                break
            known = {name: Fixed(v.digits[left], v.decimals) for name, v in values.items()}
            found, good = self._helping(
                stage, context.keep(left), key[left], known, stratum[left], helping
            )
            for name, value in good.items():
                if name not in values:
                    shape = len(key), *value.digits.shape[1:]
                    values[name] = Fixed(np.ones(shape, np.int64), value.decimals)
                values[name].digits[left[found]] = value.digits
            done[left[found]] = True
        return done

    def _helping(
        self, stage: Stage, context: Context, key: Words, values: Values, stratum: Ints,
        attempts: range,
    ) -> tuple[Ints, Values]:  # fmt: skip
        """Some candidates for each exercise: those that have a good one, and the first of each."""
        trial: Values = {name: Fixed(v.digits[:, None], v.decimals) for name, v in values.items()}
        good = self._givens(stage, trial, key, stratum, attempts)
        large = np.zeros(good.shape)
        cells = 0
        owner = np.arange(len(key))
        last = stage.givens[-1].name if stage.givens else ""
        for step in stage.steps:
            if not good.any():
                break
            if good.mean() < THIN:
                row, column = np.nonzero(good)
                trial = {name: _chosen(v, row, column, keep=True) for name, v in trial.items()}
                owner, large, context = owner[row], large[row, column][:, None], context.keep(row)
                good = np.ones((len(row), 1), bool)
            last = step.name
            trial[last] = run(step, trial)
            if step.hidden:
                continue
            if _is_sized(step):
                size, unit = np.abs(trial[last].digits), 10 ** trial[last].decimals
                large = large + (size > self.knobs.usual * unit).sum(axis=(-1, -2))
                cells += step.shape[0] * step.shape[1]
            good &= self._good(step, trial, context)
            self._slowly(step, trial, context, good)
            trial[last] = _kept(trial[last], good)
        if good.any():
            good &= large <= 0.04 * cells
        if not good.any():
            self.refused[last] += 1
            return np.zeros(0, np.int64), {}
        row, column = np.nonzero(good)
        owner = owner[row]  # in order
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        if self.deep:
            first = _smallest(trial[last].digits[row, column], owner, first)
        nodes: tuple[Node, ...] = (*stage.givens, *stage.steps)
        picked = {m.name: _chosen(trial[m.name], row[first], column[first]) for m in nodes}
        return owner[first], picked

    def _givens(
        self, stage: Stage, trial: Values, key: Words, stratum: Ints, attempts: range
    ) -> Mask:
        """Draw a stage's givens into ``trial``; says which candidates are good so far."""
        good = np.ones((len(key), len(attempts)), bool)
        for given in stage.givens:
            trial[given.name] = given_numbers(
                given, key, attempts, trial, self.knobs, self.strata, stratum
            )
            good &= given_rule(given, trial, self.graph, self.knobs, True, self.without)
            if given.name not in self.strata.shares:  # listed are the good ones alone
                good &= given_rule(given, trial, self.graph, self.knobs)
                good &= exponents_fit(given, trial, self.graph)
            trial[given.name] = _kept(trial[given.name], good)
        return good

    def _slowly(self, step: Step, trial: Values, context: Context, good: Mask) -> None:
        """Ask the slow rules of what is still good."""
        for rule in asked_of(self.graph, step, self.without, slow=True):
            row, column = np.nonzero(good)
            if step.name not in self.zero and len(row):
                some = {n: _chosen(v, row, column, keep=True) for n, v in trial.items()}
                good[row, column] = rule.good(step, some, context.keep(row))[:, 0]

    def _good(self, step: Step, trial: Values, context: Context) -> Any:
        """Whether a step's result is one that a pencil can follow, for each candidate."""
        good = exponents_fit(step, trial, self.graph)
        if step.name not in self.zero:
            for rule in asked_of(self.graph, step, self.without, slow=False):
                good = good & rule.good(step, trial, context)
        if bounded(step):
            result = trial[step.name]
            most = self.knobs.max * 10**result.decimals
            good = good & (np.abs(result.digits) <= most).all(axis=(-1, -2))
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
    width = 1
    while len(active) and start < rounds:
        who = np.repeat(active, width)
        number = np.tile(np.arange(start, start + width, dtype=np.uint64), len(active))
        done, values = found_by.round(words[who], number)
        index = np.flatnonzero(done)
        if len(index):
            found.take(who[index], number[index], values, bands)
        start += width
        active = active[found.rounds[active] < 0]
        width = max(1, min(32, 96 // max(1, len(active))))
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
        self.kept: dict[int, tuple[Values, int]] = {}

    def take(self, who: Ints, number: Words, values: Values, bands: Collection[Band]) -> None:
        """Keep what is the first of an exercise among ``values``, if its effort is in the bands."""
        steps = work.of_steps(self.graph, values)
        good = np.ones(len(who), bool)
        for sheet, low, high in bands:
            amount = work.of_sheet(sheet, steps)
            good &= (amount >= low) & (amount <= high)
        worked = work.of_sheet([s.name for s in self.graph.worked], steps)
        amount = np.broadcast_to(worked, who.shape)
        for place in np.flatnonzero(good):
            exercise = int(who[place])
            if self.rounds[exercise] < 0:
                self.rounds[exercise] = int(number[place])
                self.kept[exercise] = (values, int(place))
                self.efforts[exercise] = amount[place]

    def drawn(self) -> Drawn:
        """All exercises in one array."""
        found = self.rounds >= 0
        some = [self.kept[k] for k in np.flatnonzero(found).tolist()]
        values = {}
        for node in self.graph.nodes if some else ():
            digits = np.stack([kept[node.name].digits[place] for kept, place in some])
            values[node.name] = Fixed(digits, some[0][0][node.name].decimals)
        return Drawn(values, self.rounds[found], self.efforts[found], found)
