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

import numpy as np

from sheetgen.graph.nodes import Given, Graph, Node
from sheetgen.graph.numbers import Fixed, Ints

Axes = dict[str, tuple[int, int]]
Colours = dict[int, list[int]]


def canonical(graph: Graph, values: Mapping[str, Fixed]) -> bytes:
    """The same bytes exactly for exercises that differ only in the order of units or samples."""
    axes, free = axes_of(graph)
    givens = {g.name: values[g.name] for g in graph.givens}
    colours: Colours = {}
    for name, value in givens.items():
        for axis, length in zip(axes[name], value.digits.shape, strict=True):
            colours[axis] = [0] * length if axis in free else list(range(length))
    page = _Page({n: v.digits for n, v in givens.items()}, axes, tuple(sorted(free)))
    heads = "|".join(f"{n}{v.digits.shape}/{v.decimals}" for n, v in givens.items())
    if not free:
        return heads.encode() + b"".join(v.digits.tobytes() for v in givens.values())
    return heads.encode() + page.canonical(colours)


@lru_cache(maxsize=16)
def axes_of(graph: Graph) -> tuple[Axes, set[int]]:
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
        letters, after = step.op.sides
        if step.op.keeps_order(step.params):
            letters, after = ("??",), "??"
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
    column = side == 1 and (given.draw in ("inputs", "levelled") or given.role == "target")
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


