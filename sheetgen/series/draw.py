"""Numbers for all pages of a series at once: a page that has numbers from others is drawn behind
them, with these held; if it finds none that keep its rules, all pages that are bound together are
drawn anew. What a seed gives depends on no other seed."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.drawing import draw_some
from sheetgen.draw.effort import Sheet, of_sheet, of_steps
from sheetgen.draw.held import Held
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import GOLDEN, Words, mix
from sheetgen.draw.rounds import Drawn
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise, build_some, with_secret
from sheetgen.exercise.recipe import Recipe
from sheetgen.graph.nodes import Graph
from sheetgen.graph.numbers import Fixed, Ints, Values
from sheetgen.series.series import Page, Series

ATTEMPTS = 600
"""So often all pages that are bound together are drawn anew."""
TOGETHER = 64
"""Where fewer booklets are left, each has several attempts at once, so that there are so many."""
PATIENCE = 12
"""Rounds of a page that has numbers from others, before all are drawn anew; of one of which nothing
is left to be drawn, twice as many, since each asks for something else."""


@dataclass(frozen=True)
class _Story:
    """Pages that are bound together, in the order in which they are drawn."""

    series: Series
    order: tuple[int, ...]
    refused: Counter[str]
    """Pages that found no numbers, and how often."""

    def attempt(self, words: Words) -> tuple[Ints, dict[int, Values]]:
        """One try for each word: which of them came to an end, and the numbers of each page."""
        alive = np.arange(len(words))
        found: dict[int, Values] = {}
        names = {page.name: k for k, page in enumerate(self.series.pages)}
        for number in self.order:
            page = self.series.pages[number]
            held = _held(page, {name: found.get(k, {}) for name, k in names.items()}, len(alive))
            drawn, good = _drawn(page, words[alive], held, self.series.drawn(number) == 0)
            if not len(good):
                self.refused[page.name] += 1
                return np.zeros(0, np.int64), {}
            if len(good) < len(alive):
                self.refused[page.name] += 1
            found = {k: _some(values, good) for k, values in found.items()}
            found[number] = drawn
            alive = alive[good]
        return alive, found


def _drawn(
    page: Page, words: Words, held: Mapping[str, Held], whole: bool
) -> tuple[Values, Ints]:
    """The numbers of a page for some words, and for which of them there are some."""
    rounds = {} if not held else {"rounds": PATIENCE * (2 if whole else 1)}
    with np.errstate(over="ignore"):
        own = mix(words ^ np.uint64(zlib.crc32(page.name.encode())))
    asked = page.asked
    drawn = draw_some(asked.drawn, own, asked.knobs, asked.sheets, held, **rounds)
    good = np.flatnonzero(drawn.found)
    if not held or not len(good):
        return drawn.values, good
    kept = np.flatnonzero(drawn.rounds < rounds["rounds"])  # it may have tried some more at once
    return _some(drawn.values, kept), good[kept]


def _held(page: Page, found: Mapping[str, Values], count: int) -> dict[str, Held]:
    """What a page has from others, for each of so many booklets."""
    held: dict[str, Held] = {}
    shapes = {given.name: given.shape for given in page.asked.drawn.givens}
    for share in page.shares:
        name, shape = share.given.matrix, shapes[share.given.matrix]
        value = found[share.page][share.source.matrix]
        digits = np.broadcast_to(value.digits, (count, *value.digits.shape[-2:]))
        part = digits[(slice(None), *share.source.within(value.digits.shape[-2:]))]
        before = held.get(name) or Held(np.zeros(shape, bool), np.zeros((count, *shape), np.int64))
        held[name] = _joined(before, share.given.within(shape), Fixed(part, value.decimals))
    return held


def _joined(before: Held, place: tuple[slice, slice], part: Fixed) -> Held:
    """What is held, with more boxes."""
    decimals = max(before.decimals, part.decimals)
    where = before.where.copy()
    digits = before.digits * 10 ** (decimals - before.decimals)
    where[place] = True
    digits[(slice(None), *place)] = part.digits * 10 ** (decimals - part.decimals)
    return Held(where, digits, decimals)


def _some(values: Values, which: Ints) -> Values:
    """The numbers of some booklets."""
    return {name: Fixed(v.digits[which], v.decimals) for name, v in values.items()}


def _numbers(story: _Story, seeds: Words) -> tuple[NDArray[np.bool_], dict[int, Values]]:
    """For which seeds there are numbers for all pages that are bound together, and theirs."""
    count = len(seeds)
    done = np.zeros(count, bool)
    parts: list[tuple[Ints, dict[int, Values]]] = []
    start, width = 0, 1
    while start < ATTEMPTS and not done.all():
        left = np.flatnonzero(~done)
        width = max(1, min(32, TOGETHER // len(left), ATTEMPTS - start))
        who = np.repeat(left, width)
        number = np.tile(np.arange(start, start + width, dtype=np.uint64), len(left))
        with np.errstate(over="ignore"):
            words = mix(mix(seeds[who]) + (number + np.uint64(1)) * GOLDEN)
        came, values = story.attempt(words)
        first = np.flatnonzero(np.diff(who[came], prepend=-1))
        parts.append((who[came[first]], {k: _some(v, first) for k, v in values.items()}))
        done[who[came]] = True
        start += width
    return done, _together(story.order, parts)


def _together(
    order: Sequence[int], parts: Sequence[tuple[Ints, dict[int, Values]]]
) -> dict[int, Values]:
    """The numbers of all booklets in the order of their seeds."""
    parts = [part for part in parts if len(part[0])]
    if not parts:
        return {}
    place = np.argsort(np.concatenate([who for who, _ in parts]))
    return {
        k: {name: Fixed(np.concatenate([v[k][name].digits for _, v in parts])[place],
                        first.decimals)
            for name, first in parts[0][1][k].items()}
        for k in order
    }  # fmt: skip


def build_booklets(
    series: Series, seeds: Sequence[int], secret: str = "",
    drawn_by: Callable[..., Drawn] = draw_some,
) -> list[tuple[Exercise, ...] | None]:  # fmt: skip
    """The exercises of a booklet for each seed, drawn, solved and verified, all at once; None for
    the rare seed from which none comes. Raises SheetgenError if the pages' options leave nothing
    that keeps the rules of all of them."""
    done = np.ones(len(seeds), bool)
    values: dict[int, Values] = {}
    for order in _stories(series):
        story = _Story(series, order, Counter())
        came, found = _numbers(story, np.array(seeds, np.uint64)[done])
        if not came.any():
            raise _nothing(story)
        values = {k: _some(v, np.flatnonzero(came)) for k, v in values.items()} | found
        done[np.flatnonzero(done)[~came]] = False
    chosen = [int(seeds[k]) for k in np.flatnonzero(done).tolist()]
    columns = [
        build_some(page.asked, chosen, partial(_as_drawn, values[k]) if k in values else drawn_by)
        for k, page in enumerate(series.pages)
    ]
    made: list[tuple[Exercise, ...] | None] = [None] * len(seeds)
    for place, seed, own in zip(np.flatnonzero(done), chosen, zip(*columns, strict=True),
                                strict=True):  # fmt: skip
        pages = [page for page in own if page is not None]
        if len(pages) == len(own):
            made[place] = _bind(pages, series.recipe(seed), secret)
    return made


def booklet(series: Series, seed: int) -> tuple[Exercise, ...]:
    """The exercises of one booklet. Raises SheetgenError."""
    [made] = build_booklets(series, [seed])
    if made is None:
        raise SheetgenError(f"no hand-friendly numbers come from seed {seed}; give another")
    return made


def booklets_again(
    series: Series, recipes: Sequence[Recipe], secret: str = ""
) -> list[tuple[Exercise, ...]]:
    """The booklets of some recipes once more, all at once. Raises SheetgenError if they would not
    be what was printed."""
    if not recipes:
        return []
    series.check_again(recipes[0])
    found = []
    for recipe, made in zip(recipes, build_booklets(series, [r.seed for r in recipes], secret),
                            strict=True):  # fmt: skip
        if made is None:
            raise SheetgenError(f"nothing comes from {recipe.printed} any more")
        found.append(made)
    return found


def _stories(series: Series) -> list[tuple[int, ...]]:
    """The pages that are bound together by what they share, each kind in its order; pages that
    stand for themselves are none."""
    names = [page.name for page in series.pages]
    bound: list[set[int]] = []
    for k, page in enumerate(series.pages):
        own = {k, *(names.index(share.page) for share in page.shares)}
        apart = [some for some in bound if not some & own]
        bound = [*apart, own.union(*(some for some in bound if some & own))]
    return [tuple(k for k in series.order if k in some) for some in bound if len(some) > 1]


def _bind(pages: Sequence[Exercise], recipe: Recipe, secret: str) -> tuple[Exercise, ...]:
    return tuple(with_secret(replace(page, booklet=recipe), secret) for page in pages)


def _as_drawn(
    values: Values, graph: Graph, seeds: Sequence[int], knobs: Knobs, sheets: Sequence[Sheet]
) -> Drawn:
    """Numbers that are there already, as a draw gives them."""
    count = len(seeds)
    worked = of_sheet([s.name for s in graph.worked], of_steps(graph, values))
    return Drawn(values, np.zeros(count, np.int64), np.broadcast_to(worked, (count,)),
                 np.ones(count, bool))  # fmt: skip


def _nothing(story: _Story) -> SheetgenError:
    """What to say where no booklet was found."""
    [(page, _)] = story.refused.most_common(1)
    return SheetgenError(
        f"nothing was found that keeps the rules of all pages; {page} is the one that most often "
        "finds no numbers with those that it shares: share less, or give other options"
    )
