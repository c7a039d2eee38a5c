"""The stages of a draw: which givens are drawn together, and candidates for their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sheetgen.draw.candidates import candidates
from sheetgen.draw.held import Start
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.made import MADE, Around
from sheetgen.draw.random import Words, pick, words_of
from sheetgen.draw.strata import Strata, apart_by
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Fixed, Ints


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


def given_numbers(
    given: Given,
    key: Words,
    attempts: Words,
    values: Mapping[str, Fixed],
    knobs: Knobs,
    parts: Strata,
    start: Start,
) -> Fixed:
    """Candidates for one given, some ``attempts`` of each exercise, as ``words_of`` takes them:
    (exercises, attempts, rows, cols). ``values`` are those of earlier stages, one candidate an
    exercise."""
    held = start.held.get(given.name)
    if held is not None and held.whole:
        return held.alone(attempts.shape[1])
    drawn = _drawn(given, key, attempts, values, knobs, parts, start.stratum)
    return drawn if held is None else held.put_into(drawn)


def _drawn(
    given: Given, key: Words, attempts: Words, values: Mapping[str, Fixed], knobs: Knobs,
    parts: Strata, stratum: Ints,
) -> Fixed:  # fmt: skip
    """Candidates of which nothing is held."""
    rows, cols = given.shape
    lead = len(key), attempts.shape[1]
    if given.always is not None:
        same = np.broadcast_to(given.always.digits[:, :, None, None], (rows, cols, *lead))
        return Fixed(candidates(same.copy()), given.always.decimals)
    if given.draw == "one-hot":
        words = words_of(key, given.name, attempts, cols)
        hot = (words.transpose(2, 0, 1) >> np.uint64(32)) * np.uint64(rows) >> np.uint64(32)
        places = np.arange(rows, dtype=np.uint64)[:, None, None, None]
        return Fixed(candidates((hot == places).astype(np.int64)))
    share = parts.shares.get(given.name)
    like = given.options.get("like")
    if share is not None and like is None:
        return share.pick(stratum, words_of(key, given.name, attempts, 1)[..., 0])
    words = words_of(key, given.name, attempts, rows * cols)
    if given.drawn_from in MADE:
        return MADE[given.drawn_from](
            given, words.reshape(*lead, rows, cols), Around(values, knobs)
        )
    if like is not None:
        if share is not None:
            shift = share.pick(stratum, words[..., 0]).digits
        else:
            shift = pick(words, apart_by(given)).reshape(*lead, rows, cols)
        near, step = values[like], int(given.options.get("step", 1))
        return Fixed(near.digits + step * shift * 10**near.decimals, near.decimals)
    digits = pick(words, knobs.table(given.drawn_from, given.shape)).reshape(
        *lead, rows, cols
    )
    if given.options.get("shifted"):
        rise = 1 + (words[:, :, :1] >> np.uint64(20)).astype(np.int64) % 2
        digits = digits[..., :1] + rise[..., None] * np.arange(cols)
    return Fixed(digits)
