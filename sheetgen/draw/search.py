"""Graph + seed -> hand-friendly given numbers.

Drawn in stages: a stage starts where new givens are used, and is drawn anew until all its steps are
hand-friendly. All exercises, and many candidates of each, are drawn as one array; the first good
candidate wins. A number depends on the seed, the round, the matrix, the attempt and the cell alone,
through SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), so a recipe gives the same numbers on every
machine, alone or among thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw import effort as work
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import GOLDEN, Words, mix, pick, words_of
from sheetgen.draw.rules import Context, bounded, exponents_fit, given_rule, plan, step_rule
from sheetgen.draw.strata import Strata, strata
from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import Fixed, Ints, Values
from sheetgen.graph.solve import run

Mask = NDArray[np.bool_]

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
NEAR = {-2: 1, -1: 3, 0: 2, 1: 3, 2: 1}
NEARER = {-1: 1, 0: 1, 1: 1}
"""How far targets are from what they are compared with: one column, or several whose errors add
up."""
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


@dataclass(frozen=True)
class Stage:
    """Givens that are drawn together, and the steps that can be worked out with them."""

    givens: tuple[Given, ...]
    steps: tuple[Step, ...]


def stages(graph: Graph) -> list[Stage]:
    """The steps in order, each in the first stage whose givens suffice for it; a new stage where
    new givens are needed."""
    found: list[Stage] = []
    known: set[str] = set()
    left = list(graph.steps)
    while left:
        new = tuple(n for n in left[0].inputs if isinstance(n, Given) and n.name not in known)
        known |= {n.name for n in new}
        ready = []
        for step in left:
            if all(n.name in known for n in step.inputs):
                ready.append(step)
                known.add(step.name)
        left = [s for s in left if s.name not in known]
        found.append(Stage(new, tuple(ready)))
    return found


def _draw_given(
    given: Given,
    key: Words,
    attempts: range,
    values: Values,
    knobs: Knobs,
    parts: Strata,
    stratum: Ints,
) -> Fixed:
    rows, cols = given.shape
    n = len(key)
    if given.draw == "zeros":
        return Fixed(np.zeros((n, len(attempts), rows, cols), np.int64))
    if given.draw == "one-hot":
        words = words_of(key, given.name, attempts, cols)
        hot = (words >> np.uint64(32)) * np.uint64(rows) >> np.uint64(32)
        return Fixed(
            (np.arange(rows)[:, None] == hot.astype(np.int64)[:, :, None, :]).astype(np.int64)
        )
    share = parts.shares.get(given.name)
    if share is not None:
        return Fixed(share.pick(stratum, words_of(key, given.name, attempts, 1)[..., 0]))
    words = words_of(key, given.name, attempts, rows * cols)
    like = given.options.get("like")
    if like is not None:
        shift = pick(words, NEAR if cols == 1 else NEARER).reshape(n, len(attempts), rows, cols)
        near = values[like]
        return Fixed(near.digits[:, None] + shift * 10**near.decimals, near.decimals)
    digits = pick(words, knobs.table(given.draw, given.shape)).reshape(
        n, len(attempts), rows, cols
    )
    if given.options.get("shifted"):
        rise = 1 + (words[:, :, :1] >> np.uint64(20)).astype(np.int64) % 2
        digits = digits[..., :1] + rise[..., None] * np.arange(cols)
    return Fixed(digits)


def _chosen(value: Fixed, row: Ints, column: Ints, keep: bool = False) -> Fixed:
    """One candidate of each of these rows, as (rows, 1, ...) if the axis of candidates is kept."""
    digits = value.digits[row, column if value.digits.shape[1] > 1 else 0]
    return Fixed(digits[:, None] if keep else digits, value.decimals)


def _kept(value: Fixed, good: Mask) -> Fixed:
    """Ones for the candidates given up: what is too large already must not grow beyond what can be
    held."""
    return Fixed(np.where(good[..., None, None], value.digits, 1), value.decimals)


def _stage(
    stage: Stage,
    context: Context,
    key: Words,
    values: Values,
    knobs: Knobs,
    parts: Strata,
    stratum: Ints,
) -> Mask:
    """Draw one stage for all exercises; puts the first good candidate of each into ``values``; says
    which have one."""
    attempts = ATTEMPTS if any(g.draw != "zeros" for g in stage.givens) else 1
    if any(step.op.name == "power" for step in stage.steps):
        attempts *= 4  # few exponents are small enough
    done = np.zeros(len(key), bool)
    for helping in (range(min(attempts, HELPING)), range(HELPING, attempts)):
        left = np.flatnonzero(~done)
        if not len(left) or not helping:
            break
        known = {name: Fixed(v.digits[left], v.decimals) for name, v in values.items()}
        found, good = _helping(
            stage, context.keep(left), key[left], known, knobs, parts, stratum[left], helping
        )
        for name, value in good.items():
            if name not in values:
                shape = len(key), *value.digits.shape[1:]
                values[name] = Fixed(np.ones(shape, np.int64), value.decimals)
            values[name].digits[left[found]] = value.digits
        done[left[found]] = True
    return done


def _helping(
    stage: Stage,
    context: Context,
    key: Words,
    values: Values,
    knobs: Knobs,
    parts: Strata,
    stratum: Ints,
    attempts: range,
) -> tuple[Ints, Values]:
    """Some candidates for each exercise: those that have a good one, and the first of each."""
    n = len(key)
    trial: Values = {name: Fixed(v.digits[:, None], v.decimals) for name, v in values.items()}
    good = np.ones((n, len(attempts)), bool)
    for given in stage.givens:
        trial[given.name] = _draw_given(given, key, attempts, values, knobs, parts, stratum)
        if given.name in parts.shares:  # listed are the good ones alone
            continue
        good &= given_rule(given, trial, knobs)
        good &= exponents_fit(given, trial, context.graph)
        trial[given.name] = _kept(trial[given.name], good)
    large = np.zeros((n, len(attempts)))
    cells = 0
    owner = np.arange(n)
    for step in stage.steps:
        if not good.any():
            return np.zeros(0, np.int64), {}
        if good.mean() < THIN:
            row, column = np.nonzero(good)
            trial = {name: _chosen(v, row, column, keep=True) for name, v in trial.items()}
            owner, large, context = owner[row], large[row, column][:, None], context.keep(row)
            good = np.ones((len(row), 1), bool)
        trial[step.name] = run(step, trial)
        if step.hidden:
            continue
        result = trial[step.name]
        if bounded(step):
            size = np.abs(result.digits)
            unit = 10**result.decimals
            good &= (size <= knobs.max * unit).all(axis=(-1, -2))
            if step.term_of is None and step.op.name != "add":  # a sum of terms is rarely small
                large = large + (size > knobs.usual * unit).sum(axis=(-1, -2))
                cells += step.shape[0] * step.shape[1]
        good &= step_rule(step, trial, context)
        good &= exponents_fit(step, trial, context.graph)
        trial[step.name] = _kept(result, good)
    good &= large <= 0.04 * cells
    row, column = np.nonzero(good)
    owner = owner[row]  # in order
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    nodes: tuple[Node, ...] = (*stage.givens, *stage.steps)
    return owner[first], {m.name: _chosen(trial[m.name], row[first], column[first]) for m in nodes}


def _round(
    graph: Graph, plans: Sequence[Stage], seeds: Words, number: Words, knobs: Knobs, parts: Strata
) -> tuple[Mask, Values]:
    """One try at each exercise; says which came to an end."""
    with np.errstate(over="ignore"):
        key = mix(mix(seeds) + number * GOLDEN)
    alive = np.arange(len(seeds))
    context = plan(graph, seeds, key, knobs)
    stratum = parts.of(seeds, number)
    values: Values = {}
    for stage in plans:
        good = _stage(stage, context, key[alive], values, knobs, parts, stratum[alive])
        if not good.all():
            alive = alive[good]
            context = context.keep(good)
            values = {k: Fixed(v.digits[good], v.decimals) for k, v in values.items()}
        if not len(alive):
            break
    done = np.zeros(len(seeds), bool)
    done[alive] = True
    return done, values


def draw(
    graph: Graph,
    seeds: Sequence[int] | Words,
    knobs: Knobs | None = None,
    band: tuple[float, float] | None = None,
    limit: int = ROUNDS,
) -> Drawn:
    """Hand-friendly numbers for each seed, with every step already worked out.

    ``band`` bounds the effort. Raises SheetgenError naming the knobs to loosen if a search comes to
    its limit of rounds.
    """
    knobs = knobs or Knobs()
    words = np.array(seeds, np.uint64)
    n = len(words)
    plans = stages(graph)
    parts = strata(graph, knobs)
    rounds = np.full(n, -1, np.int64)
    kept: dict[int, tuple[Values, int]] = {}
    efforts = np.zeros(n)
    active = np.arange(n)
    start = 0
    tried = 0
    width = 1
    while len(active) and start < limit:
        who = np.repeat(active, width)
        number = np.tile(np.arange(start, start + width, dtype=np.uint64), len(active))
        done, values = _round(graph, plans, words[who], number, knobs, parts)
        index = np.flatnonzero(done)
        if len(index):
            amount = np.broadcast_to(work.of_graph(graph, values), index.shape)
            fits = (
                np.ones(len(index), bool)
                if band is None
                else (amount >= band[0]) & (amount <= band[1])
            )
            for place in np.flatnonzero(fits):
                exercise = int(who[index[place]])
                if rounds[exercise] < 0:
                    rounds[exercise] = int(number[index[place]])
                    kept[exercise] = (values, int(place))
                    efforts[exercise] = amount[place]
        start += width
        active = active[rounds[active] < 0]
        width = max(1, min(32, 96 // max(1, len(active))))
        tried += len(who)
        if tried >= HOPELESS and n - len(active) < tried / RARE:
            break
    if len(active):
        advice = _what_to_loosen(graph, knobs, band) if limit == ROUNDS else ""
        raise SheetgenError(f"no hand-friendly numbers found with these options; {advice}")
    chosen = {}
    for node in graph.nodes:
        first = kept[0][0][node.name]
        digits = np.stack([kept[k][0][node.name].digits[kept[k][1]] for k in range(n)])
        chosen[node.name] = Fixed(digits, first.decimals)
    return Drawn(chosen, rounds, efforts)


def _what_to_loosen(graph: Graph, knobs: Knobs, band: tuple[float, float] | None) -> str:
    """The knobs, one at a time, without which a short search succeeds."""
    usual = Knobs()
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
    return "raise --max or give smaller sizes"


def _can_be_drawn(graph: Graph, knobs: Knobs) -> bool:
    try:
        draw(graph, range(6), knobs, limit=SHORT)
    except SheetgenError:
        return False
    return True


_PILOTS: dict[Any, tuple[float, float]] = {}


def effort_band(graph: Graph, identity: Any, knobs: Knobs) -> tuple[float, float]:
    """The band of effort of a set of options: the median of a fixed pilot draw, give or take
    ``knobs.band``.

    ``identity`` names the options (hashable); the pilot is drawn once for each.
    """
    if identity not in _PILOTS:
        pilot = draw(graph, range(2**40, 2**40 + PILOT), knobs)
        ranked = np.sort(pilot.effort)
        median = float(ranked[(PILOT - 1) // 2] + ranked[PILOT // 2]) / 2  # loads less than NumPy's
        _PILOTS[identity] = (median * (1 - knobs.band), median * (1 + knobs.band))
    return _PILOTS[identity]
