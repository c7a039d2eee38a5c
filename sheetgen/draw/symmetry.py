"""When two exercises are the same up to the order of hidden units or of the samples of a batch, and
how seeds near each other are kept from making the same one.

Each side of a matrix belongs to an axis: the rows of W1, b1 and z1 and the columns of W2 are one.
An axis whose places may change their order gets a canonical one: places are told apart by the
numbers that stand on them, again and again (colour refinement, Weisfeiler and Leman 1968).

A thousand draws from fewer than some millions of exercises meet by chance (the birthday paradox),
and what a beginner can do has no such space. So a space is cut into strata, and a seed draws from
its own alone: those whose place, modulo ``APART``, is the seed's. A stratum is a number in mixed
radix, with a digit for each of some givens, and the digit says from which share of that given's
matrices to draw; matrices that are the same up to a free order share a digit. Thus any ``APART``
seeds in a row make different exercises, and yet each depends on its own seed alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, pairwise
from math import ceil, log, prod

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.rules import exponents_fit, given_rule
from sheetgen.graph.nodes import Given, Graph, Node
from sheetgen.graph.numbers import Fixed, Ints

SIDES = {
    "matmul": "ik,kj->ij",
    "linear": "ik,kj->ij",
    "affine": "ik,i1,kj->ij",
    "recur": "ik,kj,il,lj->ij",
    "outer": "ik,jk->ij",
    "back": "ki,kj->ij",
    "transposed": "ki,kj->ij",
    "row_sum": "ij->i1",
    "column_sum": "ij->1j",
    "quotient": "ij,1j,ij->ij",
    "column": "i?->i1",
    "columns": "i1->i?",
    "stack_rows": "?j->?j",
    "rows_of": "?j->?j",
    "cross_entropy": "ij,ij->11",
    "squared_error": "ij,ij->11",
} | dict.fromkeys(
    ("relu", "gate", "add", "copy", "subtract", "scale", "divide_down", "power", "descend",
     "error_gradient", "softmax", "softmax_gradient", "sigmoid", "three_levels",
     "sigmoid_gradient"),
    "ij->ij",
)  # fmt: skip
"""Op -> which sides of its inputs and its result are one axis, as in Einstein's sums; inputs beyond
those named are like the last; ``?`` is a side whose order matters. An op that is not here keeps the
order of everything that it touches."""

Axes = dict[str, tuple[int, int]]
Colours = dict[int, list[int]]


def canonical(graph: Graph, values: Mapping[str, Fixed]) -> bytes:
    """The same bytes exactly for exercises that differ only in the order of units or samples."""
    axes, free = _axes(graph)
    givens = {g.name: values[g.name] for g in graph.givens}
    colours: Colours = {}
    for name, value in givens.items():
        for axis, length in zip(axes[name], value.digits.shape, strict=True):
            colours[axis] = [0] * length if axis in free else list(range(length))
    page = _Page({n: v.digits for n, v in givens.items()}, axes, tuple(sorted(free)))
    heads = "|".join(f"{n}{v.digits.shape}/{v.decimals}" for n, v in givens.items())
    return heads.encode() + page.canonical(colours)


@lru_cache(maxsize=16)
def _axes(graph: Graph) -> tuple[Axes, set[int]]:
    """An axis number for both sides of each given, and the axes whose order is free."""
    parent: dict[object, object] = {}
    fresh = count()
    kept: list[tuple[str, int]] = []

    def root(side: object) -> object:
        while (up := parent.setdefault(side, side)) != side:
            side = up
        return side

    def sides(node: Node, letters: str, known: dict[str, object]) -> None:
        for k, letter in enumerate(letters):
            own = root((node.name, k))
            if letter == "?":
                kept.append((node.name, k))
            elif letter != "1":
                parent[own] = root(known.setdefault(letter, next(fresh)))

    for step in graph.steps:
        pattern = SIDES.get(step.op.name, "??->??")
        if step.params.get("causal"):
            pattern = "??->??"
        before, _, after = pattern.partition("->")
        letters = before.split(",")
        known: dict[str, object] = {}
        for k, node in enumerate(step.inputs):
            sides(node, letters[min(k, len(letters) - 1)], known)
        sides(step, after, known)
    found = {(g.name, k): root((g.name, k)) for g in graph.givens for k in (0, 1)}
    numbers: dict[object, int] = {}
    for at in found.values():
        numbers.setdefault(at, len(numbers))
    axes = {g.name: (numbers[found[g.name, 0]], numbers[found[g.name, 1]]) for g in graph.givens}
    kinds: dict[int, set[str]] = {}
    for g in graph.givens:
        for k in (0, 1):
            kinds.setdefault(axes[g.name][k], set()).add(_kind(g, k))
    fixed = {numbers.get(root(side)) for side in kept}
    free = {a for a, found_kinds in kinds.items() if a not in fixed and _is_free(found_kinds)}
    return axes, free


def _kind(given: Given, side: int) -> str:
    if given.draw in ("weights", "bias", "zeros"):
        return "unit" if side == 0 else "source"
    column = side == 1 and (given.draw == "inputs" or given.role == "target")
    return "sample" if column else "fixed"


def _is_free(kinds: set[str]) -> bool:
    """Units that are read again by weights, or the samples of a batch."""
    return kinds in ({"unit", "source"}, {"sample"})


@dataclass(frozen=True)
class _Page:
    digits: Mapping[str, Ints]
    axes: Axes
    free: tuple[int, ...]

    def canonical(self, colours: Colours) -> bytes:
        """The smallest bytes among all orders that the numbers leave open."""
        colours = self._refined(colours)
        tied = next((a for a in self.free if len(set(colours[a])) < len(colours[a])), None)
        if tied is None:
            return self._bytes(colours)
        same = next(c for c in sorted(colours[tied]) if colours[tied].count(c) > 1)
        places = [k for k, c in enumerate(colours[tied]) if c == same]
        tries = [p for k, p in enumerate(places) if not self._twins(tied, places[:k], p)]
        return min(self.canonical(self._first(colours, tied, place)) for place in tries)

    def _refined(self, colours: Colours) -> Colours:
        while True:
            finer = {a: self._ranked(a, colours) if a in self.free else colours[a] for a in colours}
            if all(len(set(finer[a])) == len(set(colours[a])) for a in self.free):
                return finer
            colours = finer

    def _ranked(self, axis: int, colours: Colours) -> list[int]:
        """The places of an axis, told apart by their colours and the numbers that they hold."""
        marks = []
        for place, colour in enumerate(colours[axis]):
            seen: list[object] = [colour]
            for name, (rows, cols) in self.axes.items():
                digits = self.digits[name]
                for mine, other, lines in ((rows, cols, digits), (cols, rows, digits.T)):
                    if mine == axis:
                        held = zip(colours[other], lines[place].tolist(), strict=True)
                        loops = rows == cols
                        seen.append(
                            sorted((c, loops and k == place, v) for k, (c, v) in enumerate(held))
                        )
            marks.append(seen)
        order = sorted(range(len(marks)), key=lambda k: repr(marks[k]))
        ranks = [0] * len(marks)
        for before, k in pairwise(order):
            ranks[k] = ranks[before] + (marks[k] != marks[before])
        return ranks

    def _first(self, colours: Colours, axis: int, place: int) -> Colours:
        split = [2 * c + 1 for c in colours[axis]]
        split[place] -= 1
        return {**colours, axis: split}

    def _twins(self, axis: int, earlier: list[int], place: int) -> bool:
        """Whether to exchange ``place`` with one of the earlier places changes no number."""
        for other in earlier:
            if all(
                np.array_equal(self._swapped(name, axis, place, other), digits)
                for name, digits in self.digits.items()
            ):
                return True
        return False

    def _swapped(self, name: str, axis: int, a: int, b: int) -> Ints:
        digits = self.digits[name]
        for side in (0, 1):
            if self.axes[name][side] == axis:
                order = np.arange(digits.shape[side])
                order[[a, b]] = b, a
                digits = digits.take(order, axis=side)
        return digits

    def _bytes(self, colours: Colours) -> bytes:
        parts = []
        for name, digits in self.digits.items():
            rows, cols = (np.argsort(colours[axis]) for axis in self.axes[name])
            parts.append(digits[np.ix_(rows, cols)].tobytes())
        return b"".join(parts)


# --- keeping apart --------------------------------------------------------------------------------

APART = 1000
"""Seeds in a row that never make the same exercise."""
OWN = 16
"""Strata of each seed, if they hold two exercises each: it goes on to the next if one holds
nothing good. One is enough where a given that is not listed leaves it room."""
ROOM = 16
"""Exercises, good or not, for each of ``APART`` seeds; in a smaller space each draws from all."""
LISTED = 2**14
"""A given with more matrices than that is not listed: it is drawn cell by cell, without a digit."""
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

    def pick(self, stratum: Ints, words: NDArray[np.uint64]) -> Ints:
        """A matrix for each word, by weight: strata of shape (n,), -1 for all; words (n, k)."""
        digit = stratum // self.worth % (len(self.ends) - 1)
        low = np.where(stratum < 0, 0, self.ends[digit])
        high = np.where(stratum < 0, self.ends[-1], self.ends[digit + 1])
        span = (high - low).astype(np.uint64)[:, None]
        place = ((words >> np.uint64(32)) * span >> np.uint64(32)).astype(np.int64) + low[:, None]
        return self.matrices[np.searchsorted(self.edges, place, side="right")]


@dataclass(frozen=True)
class Strata:
    """The strata in an order without a pattern, and the givens whose digits make their numbers."""

    order: Ints
    shares: Mapping[str, Share]

    def of(self, seeds: NDArray[np.uint64], rounds: NDArray[np.uint64]) -> Ints:
        """The stratum of each seed in a round; -1 for the whole space."""
        if not self.shares:
            return np.full(len(seeds), -1)
        turn = rounds % np.uint64(len(self.order) // APART)
        place = seeds % np.uint64(APART) + np.uint64(APART) * turn
        return np.where(rounds < FREE_FROM, self.order[place.astype(np.int64)], -1)


@lru_cache(maxsize=16)
def strata(graph: Graph, knobs: Knobs) -> Strata:
    """The strata of a topic's exercises: the more matrices a given has, the larger its digit."""
    from sheetgen.draw.search import mix

    listed = {given.name: _listed(graph, given, knobs) for given in graph.givens}
    sizes = {name: 1 + int(kinds.max(initial=0)) for name, (_, _, kinds) in listed.items()}
    space = prod(sizes.values())
    vast = any(_alone(g) and _count(g, knobs) > LISTED for g in graph.givens)
    own = min(OWN, space // APART // 2) if space >= APART * ROOM else int(vast and space >= APART)
    shares: dict[str, Share] = {}
    total = 1
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        need = ceil(APART * own / total)
        if need <= 1:
            break
        digits = ceil(need ** (log(sizes[name]) / log(space)) - 1e-9)
        matrices, weights, kinds = listed[name]
        digit = kinds % digits
        by_digit = np.argsort(digit, kind="stable")
        edges = np.cumsum(weights[by_digit])
        last = np.searchsorted(digit[by_digit], np.arange(digits), side="right") - 1
        shares[name] = Share(matrices[by_digit], edges, np.append(0, edges[last]), total)
        total *= digits
        space //= sizes[name]
    return Strata(np.argsort(mix(np.arange(total, dtype=np.uint64))), shares)


def _alone(given: Given) -> bool:
    """Whether its cells are drawn each for itself."""
    bound = given.options.get("shifted") or "like" in given.options
    return given.draw in ("inputs", "weights", "bias", "numbers") and not bound


def _count(given: Given, knobs: Knobs) -> int:
    """How many matrices there are, good or not."""
    return int(len(knobs.table(given.draw, given.shape)) ** (given.shape[0] * given.shape[1]))


def _listed(graph: Graph, given: Given, knobs: Knobs) -> tuple[Ints, Ints, Ints]:
    """All good matrices of a given with their weights and kinds; none if they are too many.

    What differs by a free order alone is of one kind. Kinds are numbered by how much work they are,
    so that shares that take them in turn are alike.
    """
    rows, cols = given.shape
    cells = rows * cols
    none = np.zeros(0, np.int64)
    if not _alone(given) or _count(given, knobs) > LISTED:
        return none, none, none
    table = knobs.table(given.draw, given.shape)
    place = np.indices((len(table),) * cells).reshape(cells, -1)
    weights = np.full(place.shape[1], 2**40)
    for cell in place:  # whole numbers: the same on every machine
        weights = weights * np.array(list(table.values()))[cell] // max(table.values())
    matrices = np.array(list(table), np.int64)[place.T].reshape(-1, rows, cols)
    value = {given.name: Fixed(matrices)}
    good = given_rule(given, value, knobs) & exponents_fit(given, value, graph)
    axes, free = _axes(graph)
    row_axis, col_axis = axes[given.name]
    plain = _sorted(matrices[good], row_axis in free, col_axis in free)
    size = np.abs(plain)
    work = [(size > 0).sum(axis=1), (size > 1).sum(axis=1), plain.sum(axis=1)]
    number = np.zeros(len(plain), np.int64)  # of a row; LISTED bounds it
    for column in (*work, *plain.T) if len(plain) else ():
        low = column.min()
        number = number * (column.max() - low + 1) + (column - low)
    kinds = np.unique(number, return_inverse=True)[1]
    return matrices[good], np.maximum(1, weights[good] >> 24), kinds


def _sorted(matrices: Ints, rows_free: bool, cols_free: bool) -> Ints:
    """The cells of each matrix, its rows or columns sorted where their order is free; all its cells
    if both are."""
    flat = matrices.reshape(len(matrices), -1)
    if rows_free and cols_free:
        return np.sort(flat, axis=1)
    if not rows_free and not cols_free:
        return flat
    lines = matrices if rows_free else np.swapaxes(matrices, 1, 2)
    codes = lines @ 41 ** np.arange(lines.shape[2])
    ordered = np.take_along_axis(lines, np.argsort(codes, axis=1)[:, :, None], axis=1)
    return ordered.reshape(len(matrices), -1)
