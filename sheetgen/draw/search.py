"""Graph + seed -> hand-friendly given numbers.

Drawn in stages: a stage starts where new givens are used, and is drawn anew until all its steps are
hand-friendly. All exercises, and many candidates of each, are drawn as one array; the first good
candidate wins. A number depends on the seed, the round, the matrix, the attempt and the cell alone,
through SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), so a recipe gives the same numbers on every
machine, alone or among thousands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw import effort as work
from sheetgen.draw.knobs import HIGHEST, Knobs
from sheetgen.draw.nature import always_zero
from sheetgen.draw.random import GOLDEN, Words, mix
from sheetgen.draw.rules import Context, bounded, exponents_fit, given_rule, plan, step_rule
from sheetgen.draw.stages import Stage, given_numbers, stages
from sheetgen.draw.strata import strata
from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.graph.numbers import Fixed, Ints, Values
from sheetgen.graph.solve import run

Mask = NDArray[np.bool_]
Band = tuple[float, float]
"""Least and most effort."""

ATTEMPTS = 48
"""Candidates of a stage before the round is given up."""
HELPING = 12
"""Of these, so many are drawn at first; the rest for exercises of which none of them is good."""
THIN = 0.3
"""Share of good candidates below which the others are no longer carried along."""
ROUNDS = 700
"""Rounds before an exercise is given up: then the options contradict each other."""
HOPELESS = 1200
"""Rounds, of all exercises together, after which a search is given up if it finds too little."""
RARE = 250
"""That is: if less than one in so many rounds comes to an end."""
SHORT = 24
"""Rounds of the search for the knob that is too tight."""
PILOT = 96
"""Exercises that tell the usual effort of a set of options."""


@dataclass(frozen=True)
class Drawn:
    """Exercises of one graph: every number, how many rounds it took, and the effort."""

    values: Values
    rounds: Ints
    effort: NDArray[np.float64]


def joined(first: Drawn, rest: Drawn) -> Drawn:
    """Exercises of one graph and those that come after them."""
    values = {
        name: Fixed(np.concatenate([value.digits, rest.values[name].digits]), value.decimals)
        for name, value in first.values.items()
    }
    rounds = np.concatenate([first.rounds, rest.rounds])
    return Drawn(values, rounds, np.concatenate([first.effort, rest.effort]))


def _chosen(value: Fixed, row: Ints, column: Ints, keep: bool = False) -> Fixed:
    """One candidate of each of these rows, as (rows, 1, ...) if the axis of candidates is kept."""
    digits = value.digits[row, column if value.digits.shape[1] > 1 else 0]
    return Fixed(digits[:, None] if keep else digits, value.decimals)


def _kept(value: Fixed, good: Mask) -> Fixed:
    """Ones for the candidates given up: what is too large already must not grow beyond what can be
    held."""
    return Fixed(np.where(good[..., None, None], value.digits, 1), value.decimals)


class _Search:
    """A search for good numbers: what stays the same from round to round, and where candidates
    were refused."""

    def __init__(self, graph: Graph, knobs: Knobs) -> None:
        self.graph, self.knobs = graph, knobs
        self.stages = stages(graph)
        self.strata = strata(graph, knobs)
        self.zero = always_zero(graph)
        self.refused: Counter[str] = Counter()
        """What let no candidate of a stage pass, and how often."""

    def round(self, seeds: Words, number: Words) -> tuple[Mask, Values]:
        """One try at each exercise; says which came to an end."""
        with np.errstate(over="ignore"):
            key = mix(mix(seeds) + number * GOLDEN)
        alive = np.arange(len(seeds))
        context = plan(self.graph, seeds, key, self.knobs)
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
        attempts = ATTEMPTS if any(g.draw != "zeros" for g in stage.givens) else 1
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
            trial[last] = _kept(trial[last], good)
        if good.any():
            good &= large <= 0.04 * cells
        if not good.any():
            self.refused[last] += 1
            return np.zeros(0, np.int64), {}
        row, column = np.nonzero(good)
        owner = owner[row]  # in order
        first = np.flatnonzero(np.diff(owner, prepend=-1))
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
            if given.name in self.strata.shares:  # listed are the good ones alone
                continue
            good &= given_rule(given, trial, self.knobs)
            good &= exponents_fit(given, trial, self.graph)
            trial[given.name] = _kept(trial[given.name], good)
        return good

    def _good(self, step: Step, trial: Values, context: Context) -> Any:
        """Whether a step's result is one that a pencil can follow, for each candidate."""
        good = exponents_fit(step, trial, self.graph)
        if step.name not in self.zero:
            good = good & step_rule(step, trial, context)
        if bounded(step):
            result = trial[step.name]
            most = self.knobs.max * 10**result.decimals
            good = good & (np.abs(result.digits) <= most).all(axis=(-1, -2))
        return good


def _is_sized(step: Step) -> bool:
    """Whether its results count among those that are nearly always small: a sum of terms is rarely
    small."""
    terms = (step.op.passes and step.op.formula.spreads) or any(
        isinstance(n, Step) and n.hidden and n.op.moves and len(n.inputs) > 1 for n in step.inputs
    )
    return bounded(step) and step.term_of is None and not terms


def draw(
    graph: Graph,
    seeds: Sequence[int] | Words,
    knobs: Knobs | None = None,
    band: Band | None = None,
    limit: int = ROUNDS,
) -> Drawn:
    """Hand-friendly numbers for each seed, with every step already worked out.

    ``band`` bounds the effort. Raises SheetgenError naming the knobs to loosen, or the matrix that
    refuses, if a search comes to its limit of rounds.
    """
    knobs = knobs or Knobs()
    search = _Search(graph, knobs)
    words = np.array(seeds, np.uint64)
    found = _Found(len(words))
    active = np.arange(len(words))
    start = tried = 0
    width = 1
    while len(active) and start < limit:
        who = np.repeat(active, width)
        number = np.tile(np.arange(start, start + width, dtype=np.uint64), len(active))
        done, values = search.round(words[who], number)
        index = np.flatnonzero(done)
        if len(index):
            found.take(who[index], number[index], values, work.of_graph(graph, values), band)
        start += width
        active = active[found.rounds[active] < 0]
        width = max(1, min(32, 96 // max(1, len(active))))
        tried += len(who)
        if tried >= HOPELESS and len(words) - len(active) < tried / RARE:
            break
    if len(active):
        advice = _what_to_loosen(search, band) if limit == ROUNDS else ""
        raise SheetgenError(f"no hand-friendly numbers found with these options; {advice}")
    return found.drawn(graph)


class _Found:
    """The first good numbers of each exercise."""

    def __init__(self, count: int) -> None:
        self.rounds = np.full(count, -1, np.int64)
        self.efforts = np.zeros(count)
        self.kept: dict[int, tuple[Values, int]] = {}

    def take(
        self, who: Ints, number: Words, values: Values, effort: work.Measure, band: Band | None
    ) -> None:
        """Keep what is the first of an exercise among ``values``, if its effort is in the band."""
        amount = np.broadcast_to(effort, who.shape)
        low, high = band if band is not None else (-np.inf, np.inf)
        for place in np.flatnonzero((amount >= low) & (amount <= high)):
            exercise = int(who[place])
            if self.rounds[exercise] < 0:
                self.rounds[exercise] = int(number[place])
                self.kept[exercise] = (values, int(place))
                self.efforts[exercise] = amount[place]

    def drawn(self, graph: Graph) -> Drawn:
        """All exercises in one array."""
        some = [self.kept[k] for k in range(len(self.rounds))]
        values = {}
        for node in graph.nodes:
            digits = np.stack([found[node.name].digits[place] for found, place in some])
            values[node.name] = Fixed(digits, some[0][0][node.name].decimals)
        return Drawn(values, self.rounds, self.efforts)


def _what_to_loosen(search: _Search, band: Band | None) -> str:
    """The knobs, one at a time, without which a short search succeeds; or what refuses."""
    graph, knobs, usual = search.graph, search.knobs, Knobs()
    freed: dict[str, dict[str, Any]] = {
        "--max": {"max": usual.max, "usual": usual.usual},
        "--weights": {"weights": None},
        "--biases": {"biases": None},
        "--inputs": {"inputs": None},
    }
    turned = {
        flag: loose
        for flag, loose in freed.items()
        if any(getattr(knobs, k) != v for k, v in loose.items())
    }
    helpful = [f for f, loose in turned.items() if _can_be_drawn(graph, replace(knobs, **loose))]
    if helpful:
        return f"loosen {' or '.join(helpful)}"
    if len(turned) > 1 and _can_be_drawn(graph, Knobs(band=knobs.band)):
        return f"loosen {' and '.join(turned)}"
    if band is not None and _can_be_drawn(graph, knobs):
        return "too few are of the same effort; loosen --weights, --inputs or --max"
    if _can_be_drawn(graph, replace(knobs, max=HIGHEST, usual=HIGHEST)):
        return f"raise --max, up to {HIGHEST}, or give smaller sizes"
    (where, _), *_ = search.refused.most_common(1) or [("the first matrix", 0)]
    return f"nothing that was drawn makes a good {where}; give other sizes or ranges"


def _can_be_drawn(graph: Graph, knobs: Knobs) -> bool:
    try:
        draw(graph, range(6), knobs, limit=SHORT)
    except SheetgenError:
        return False
    return True


@lru_cache(maxsize=128)
def effort_band(graph: Graph, knobs: Knobs) -> Band:
    """The band of effort of a graph's exercises: the median of a fixed pilot draw, give or take
    ``knobs.band``."""
    pilot = draw(graph, range(2**40, 2**40 + PILOT), knobs)
    ranked = np.sort(pilot.effort)
    median = float(ranked[(PILOT - 1) // 2] + ranked[PILOT // 2]) / 2  # loads less than NumPy's
    return median * (1 - knobs.band), median * (1 + knobs.band)
