"""Which strata hold nothing good, so that no seed looks for it there, round after round.

Where a space is small, all of it is tried at once: what no seed's wish speaks against is good for
some seed. A seed all of whose strata are empty would draw in vain until it may draw from the whole
space; it does so at once, and finds what it would have found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np

from sheetgen.draw.effort import Band, of_steps, within
from sheetgen.draw.held import Held
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import Words
from sheetgen.draw.search import Mask, Search
from sheetgen.draw.strata import Strata, every_matrix
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Fixed, Ints, Values
from sheetgen.graph.solve import run

SPACE = 2**18
"""A space of more exercises, good or not, is not tried."""


@dataclass(frozen=True)
class Empty:
    """What is known of a topic's strata."""

    strata: Strata
    empty: Mask
    """By their numbers; none at all where nothing is known."""

    def are_all_of(self, seeds: Words) -> Mask:
        """For which seeds all strata of their own are empty."""
        if not self.empty.any():
            return np.zeros(len(seeds), bool)
        return np.asarray(self.empty[self.strata.all_of(seeds)].all(axis=1))


def empty_strata(found_by: Search, bands: tuple[Band, ...]) -> Empty:
    """What is known of the strata of a search, with some bands of effort."""
    if found_by.held or not len(found_by.strata.order):
        return Empty(found_by.strata, np.zeros(0, bool))
    return _empty(found_by.graph, found_by.knobs, frozenset(found_by.without), bands)


@lru_cache(maxsize=32)
def _empty(
    graph: Graph, knobs: Knobs, without: frozenset[str], bands: tuple[Band, ...]
) -> Empty:
    found_by = Search(graph, knobs, without)
    parts = found_by.strata
    space = _space(found_by)
    if space is None:
        return Empty(parts, np.zeros(0, bool))
    givens, number = space
    held = {name: Held(np.ones(value.digits.shape[1:], bool), value.digits, value.decimals)
            for name, value in givens.items()}  # fmt: skip
    every = Search(graph, knobs, without, held, seedless=True)
    words = np.zeros(len(number), np.uint64)
    done, values = every.round(words, words, np.arange(len(number)))
    good = np.flatnonzero(done)
    if len(good):
        good = good[within(bands, of_steps(graph, values), len(good))]
    empty = np.ones(len(parts.order), bool)
    empty[number[good]] = False
    return Empty(parts, empty)


def _space(found_by: Search) -> tuple[Values, Ints] | None:
    """The givens of all exercises, good or not, and the stratum of each; None if they are too many
    or cannot be listed."""
    graph = found_by.graph
    listed = {given.name: every_matrix(given, found_by.knobs, found_by.strata)
              for given in graph.givens}  # fmt: skip
    matrices = {name: found for name, found in listed.items() if found is not None}
    sizes = [len(number) for _, number in matrices.values()]
    if len(matrices) < len(listed) or prod(sizes) > SPACE:
        return None
    place = np.unravel_index(np.arange(prod(sizes)), sizes)
    number = np.zeros(prod(sizes), np.int64)
    givens: Values = {}
    for at, (name, (value, adds)) in zip(place, matrices.items(), strict=True):
        number += adds[at]
        givens[name] = Fixed(value.digits[at], value.decimals)
    if any("like" in given.options for given in graph.givens):
        givens = _beside(found_by, givens)
    return givens, number


def _beside(found_by: Search, drawn: Values) -> Values:
    """The same, where some givens were drawn as how far they are from another matrix."""
    known: Values = {}
    for stage in found_by.stages:
        for given in stage.givens:
            known[given.name] = _moved(given, drawn[given.name], known)
        for step in stage.steps:
            known[step.name] = run(step, known)
    return {name: known[name] for name in drawn}


def _moved(given: Given, drawn: Fixed, known: Values) -> Fixed:
    like = given.options.get("like")
    if like is None:
        return drawn
    near, step = known[like], int(given.options.get("step", 1))
    return Fixed(near.digits + step * drawn.digits * 10**near.decimals, near.decimals)
