"""How seeds near each other are kept from making the same exercise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil, log, prod

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.candidates import candidates
from sheetgen.draw.knobs import NEAR, NEARER, Knobs
from sheetgen.draw.made import FEW, MADE, Around
from sheetgen.draw.random import mix, words_of
from sheetgen.draw.rules.house import given_rule
from sheetgen.draw.rules.shares import exponents_fit
from sheetgen.draw.symmetry import axes_of
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Fixed, Ints

APART = 1000
"""Seeds in a row that never make the same exercise."""

OWN = 16
"""Strata of each seed, if they hold two exercises each: it goes on to the next if one holds
nothing good. One is enough where a given that is not listed leaves it room."""

ROOM = 16
"""Exercises, good or not, for each of ``APART`` seeds; in a smaller space each draws from all."""

LISTED = 2**14
"""A given with more matrices than that is not listed: it is drawn cell by cell, without a digit."""

SAMPLED = 2**17
"""A kind of given of which there are few is listed as far as so many samples of it show it."""

BASE, CELLS = 101, 9
"""In which a matrix of so many cells, none beyond ±50, has a number of its own."""

GUIDE = 14
"""Binary digits by which a place is looked up."""

VAST = 10**20
"""In a space of so many exercises, good or not, each draws from all: that two of a thousand meet by
chance is less likely than a fault of the machine, even if one in a million is good."""

ALONE = ("inputs", "weights", "bias", "numbers", "picture", "kernel", "gains")
"""Draws by which each cell is drawn for itself."""

FREE_FROM = 450
"""The round from which a seed that has found nothing in its strata draws from the whole space."""


@dataclass(frozen=True)
class Share:
    """The matrices of one given, in as many shares as its digit has values, one after the other."""

    matrices: Ints
    edges: Ints
    """Running sum of their weights."""
    ends: Ints
    """The running sum where each share ends, after a 0."""
    worth: int
    """What a 1 of this digit is worth in the number of a stratum."""
    decimals: int = 0

    def pick(self, stratum: Ints, words: NDArray[np.uint64]) -> Fixed:
        """A matrix for each word, by weight: strata of shape (n,), -1 for all; words (n, k)."""
        digit = stratum // self.worth % (len(self.ends) - 1)
        low = np.where(stratum < 0, 0, self.ends[digit])
        high = np.where(stratum < 0, self.ends[-1], self.ends[digit + 1])
        span = (high - low).astype(np.uint64)[:, None]
        place = ((words >> np.uint64(32)) * span >> np.uint64(32)).astype(np.int64) + low[:, None]
        return Fixed(candidates(self.boxes.take(self._at(place), axis=2)), self.decimals)

    def _at(self, place: Ints) -> Ints:
        """Which matrix is at a place of the running sum."""
        shift, first = self._guide
        part = place >> shift
        found: Ints = first[part]
        open_ = found != first[part + 1]
        found[open_] = np.searchsorted(self.edges, place[open_], side="right")
        return found

    @cached_property
    def numbers(self) -> Ints:
        """What each matrix adds to the number of a stratum."""
        return np.searchsorted(self.ends[1:], self.edges, side="left") * self.worth

    @cached_property
    def _guide(self) -> tuple[int, Ints]:
        """Parts of the running sum, as how far to shift a place, and the matrix where each
        begins: most parts hold one alone."""
        shift = max(0, int(self.edges[-1]).bit_length() - GUIDE)
        begins = np.arange((int(self.edges[-1]) >> shift) + 2) << shift
        return shift, np.searchsorted(self.edges, begins, side="right")

    @cached_property
    def boxes(self) -> Ints:
        """The matrices, box by box."""
        return np.ascontiguousarray(self.matrices.transpose(1, 2, 0))


@dataclass(frozen=True)
class Strata:
    """The strata in an order without a pattern (none in a vast space), and the givens whose digits
    make their numbers."""

    order: Ints
    shares: Mapping[str, Share]

    def of(self, seeds: NDArray[np.uint64], rounds: NDArray[np.uint64]) -> Ints:
        """The stratum of each seed in a round; -1 for the whole space."""
        if not self.shares or not len(self.order):
            return np.full(len(seeds), -1)
        return np.where(rounds < FREE_FROM, self._own(seeds, rounds), -1)

    def _own(self, seeds: NDArray[np.uint64], rounds: NDArray[np.uint64]) -> Ints:
        turn = rounds % np.uint64(len(self.order) // APART)
        place = seeds % np.uint64(APART) + np.uint64(APART) * turn
        return self.order[place.astype(np.int64)]

    def all_of(self, seeds: NDArray[np.uint64]) -> Ints:
        """All strata that are a seed's own: (seeds, strata)."""
        turns = np.arange(len(self.order) // APART, dtype=np.uint64)
        return self._own(seeds[:, None], turns[None])


def without(parts: Strata, held: Collection[str]) -> Strata:
    """The strata of exercises of which some givens are held: each draws the others from all."""
    shares = {name: share for name, share in parts.shares.items() if name not in held}
    return Strata(np.zeros(0, np.int64), shares)


@lru_cache(maxsize=16)
def strata(graph: Graph, knobs: Knobs) -> Strata:
    """The strata of a topic's exercises: the more matrices a given has, the larger its digit."""
    listed = {given.name: _listed(graph, given, knobs) for given in graph.givens}
    if prod(_count(g, knobs) for g in graph.givens if _alone(g)) >= VAST:
        whole = {name: _whole(matrices, weights, decimals)
                 for name, (matrices, weights, _, decimals) in listed.items() if len(matrices)}
        return Strata(np.zeros(0, np.int64), whole)
    sizes = {name: 1 + int(kinds.max(initial=0)) for name, (_, _, kinds, _) in listed.items()}
    if prod(sizes.values()) < APART * ROOM:
        for given in graph.givens:
            if given.draw == "numbers" and "like" in given.options:
                listed[given.name] = _near(graph, given)
                sizes[given.name] = 1 + int(listed[given.name][2].max(initial=0))
    space = prod(sizes.values())
    vast = any(_alone(g) and _count(g, knobs) > LISTED for g in graph.givens)
    room = 2 if all(map(_is_few, graph.givens)) else ROOM  # what is made is good
    own = min(OWN, space // APART // 2) if space >= APART * room else int(vast and space >= APART)
    shares: dict[str, Share] = {}
    total = 1
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        need = ceil(APART * own / total)
        if need <= 1:
            break
        digits = ceil(need ** (log(sizes[name]) / log(space)) - 1e-9)
        matrices, weights, kinds, decimals = listed[name]
        digit = kinds % digits
        by_digit = np.argsort(digit, kind="stable")
        edges = np.cumsum(weights[by_digit])
        last = np.searchsorted(digit[by_digit], np.arange(digits), side="right") - 1
        shares[name] = Share(matrices[by_digit], edges, np.append(0, edges[last]), total,
                             decimals)  # fmt: skip
        total *= digits
        space //= sizes[name]
    return Strata(np.argsort(mix(np.arange(total, dtype=np.uint64))), shares)


def every_matrix(given: Given, knobs: Knobs, parts: Strata) -> tuple[Fixed, Ints] | None:
    """All that may be drawn of a given, and what each matrix adds to the number of its stratum; of
    what is drawn beside another matrix, how far from it. None if they are too many to be listed."""
    if given.always is not None:
        return Fixed(given.always.digits[None], given.always.decimals), np.zeros(1, np.int64)
    share = parts.shares.get(given.name)
    if share is not None:
        return Fixed(share.matrices, share.decimals), share.numbers
    if not _alone(given) or _count(given, knobs) > LISTED:
        return None
    matrices, _ = _every(given, knobs.table(given.drawn_from, given.shape))
    return Fixed(matrices), np.zeros(len(matrices), np.int64)


def _whole(matrices: Ints, weights: Ints, decimals: int) -> Share:
    """All matrices of a given, in one share."""
    edges = np.cumsum(weights)
    return Share(matrices, edges, np.array([0, edges[-1]]), 1, decimals)


def _alone(given: Given) -> bool:
    """Whether its cells are drawn each for itself."""
    bound = given.options.get("shifted") or "like" in given.options or "near" in given.options
    return given.draw in ALONE and not bound


def _count(given: Given, knobs: Knobs) -> int:
    """How many matrices there are, good or not."""
    return int(len(knobs.table(given.drawn_from, given.shape)) ** (given.shape[0] * given.shape[1]))


def _is_few(given: Given) -> bool:
    """Whether it is made, and there are so few of its kind that they may be listed."""
    return given.draw in FEW


Listed = tuple[Ints, Ints, Ints, int]
"""Matrices with their weights, their kinds, and the decimals that they have."""


def _listed(graph: Graph, given: Given, knobs: Knobs) -> Listed:
    """All good matrices of a given with their weights and kinds; none if they are too many.

    What differs by a free order alone is of one kind. Kinds are numbered by how much work they are,
    so that shares that take them in turn are alike.
    """
    none = np.zeros(0, np.int64)
    if _is_few(given):
        matrices, weights, decimals = _sampled(given, knobs)
    elif _alone(given) and _count(given, knobs) <= LISTED:
        matrices, weights, decimals = *_every(given, knobs.table(given.drawn_from, given.shape)), 0
    else:
        return none, none, none, 0
    value = {given.name: Fixed(matrices, decimals)}
    good = given_rule(given, value, graph, knobs) & exponents_fit(given, value, graph)
    return matrices[good], weights[good], _kinds(graph, given, matrices[good]), decimals


def apart_by(given: Given) -> dict[int, int]:
    """How far a target is from what it is compared with."""
    return NEAR if given.shape[1] == 1 or given.options.get("wide") else NEARER


def _near(graph: Graph, given: Given) -> Listed:
    """How far all boxes of a target may be from what they are compared with; none if there are too
    many such matrices."""
    table = apart_by(given)
    none = np.zeros(0, np.int64)
    if len(table) ** (given.shape[0] * given.shape[1]) > LISTED:
        return none, none, none, 0
    matrices, weights = _every(given, table)
    return matrices, weights, _kinds(graph, given, matrices), 0


def _kinds(graph: Graph, given: Given, matrices: Ints) -> Ints:
    """The kind of each of some matrices of a given, numbered by how much work they are."""
    axes, free = axes_of(graph)
    row_axis, col_axis = axes[given.name]
    plain = _sorted(matrices, row_axis in free, col_axis in free)
    size = np.abs(plain)
    work = [(size > 0).sum(axis=1), (size > 1).sum(axis=1), plain.sum(axis=1)]
    number = np.zeros(len(plain), np.int64)  # of a row; LISTED bounds it
    for column in (*work, *plain.T) if len(plain) else ():
        low = column.min()
        number = number * (column.max() - low + 1) + (column - low)
    return np.asarray(np.unique(number, return_inverse=True)[1])


def _every(given: Given, table: Mapping[int, int]) -> tuple[Ints, Ints]:
    """All matrices of a given whose cells are drawn alone from a table, with their weights."""
    rows, cols = given.shape
    place = np.indices((len(table),) * (rows * cols)).reshape(rows * cols, -1)
    weights = np.full(place.shape[1], 2**40)
    for cell in place:  # whole numbers: the same on every machine
        weights = weights * np.array(list(table.values()))[cell] // max(table.values())
    matrices = np.array(list(table), np.int64)[place.T].reshape(-1, rows, cols)
    return matrices, np.maximum(1, weights >> 24)


def _sampled(given: Given, knobs: Knobs) -> tuple[Ints, Ints, int]:
    """The matrices of a given that is made, with how often a large sample has them; none if they
    are too many."""
    rows, cols = given.shape
    keys = np.arange(SAMPLED, dtype=np.uint64)
    words = words_of(keys, given.name, np.zeros((1, 1), np.uint64), rows * cols)
    made = MADE[given.draw](given, words.reshape(SAMPLED, 1, rows, cols), Around({}, knobs))
    flat = made.digits.reshape(SAMPLED, rows * cols)
    codes = flat @ BASE ** np.arange(rows * cols)
    _, first, often = np.unique(codes, return_index=True, return_counts=True)
    if rows * cols > CELLS or len(first) > 2 * LISTED:
        first, often = first[:0], often[:0]
    return flat[first].reshape(-1, rows, cols), often, made.decimals


def _sorted(matrices: Ints, rows_free: bool, cols_free: bool) -> Ints:
    """The cells of each matrix, its rows or columns sorted where their order is free; all its cells
    if both are."""
    flat = matrices.reshape(len(matrices), matrices.shape[1] * matrices.shape[2])
    if rows_free and cols_free:
        return np.sort(flat, axis=1)
    if not rows_free and not cols_free:
        return flat
    lines = matrices if rows_free else np.swapaxes(matrices, 1, 2)
    codes = lines @ 41 ** np.arange(lines.shape[2])
    ordered = np.take_along_axis(lines, np.argsort(codes, axis=1)[:, :, None], axis=1)
    return ordered.reshape(len(matrices), -1)
