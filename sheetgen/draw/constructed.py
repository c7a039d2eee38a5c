"""Givens that are not drawn cell by cell, since what is asked of them would hardly ever come about:
each is constructed from a word, by the name of its draw."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from sheetgen.draw.knobs import Interval, Knobs
from sheetgen.draw.random import Words, pick, words_of
from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Given
from sheetgen.graph.numbers import Ints, Values

Construct = Callable[[Given, Words, range, Values, Knobs], Ints]
"""Of a given, a key for each exercise, attempts, the numbers so far and the knobs: candidates, in
the shape (exercises, attempts, rows, columns)."""

LEVELLED = {True: (-3, 9), False: (-9, 9)}
"""The usual range of what has a whole mean and deviation, and of what has a whole root of the mean
of its squares."""
BEHIND = (0, 9)
"""The usual range of inputs behind which rows are levelled."""
NEGATIVE = 5
"""Of the latter, one in so many is below 0 where it may be."""
DEVIATIONS = 8
"""No number is farther from the mean of its row."""
LINKED = {0: 11, 1: 9}
"""Of 20 pairs of nodes so many are linked."""


def zeros(given: Given, key: Words, attempts: range, values: Values, knobs: Knobs) -> Ints:
    """Nothing but 0."""
    return np.zeros((len(key), len(attempts), *given.shape), np.int64)


def identity(given: Given, key: Words, attempts: range, values: Values, knobs: Knobs) -> Ints:
    """1 on the diagonal."""
    eye = np.eye(given.shape[0], dtype=np.int64)
    return np.broadcast_to(eye, (len(key), len(attempts), *given.shape)).copy()


def one_hot(given: Given, key: Words, attempts: range, values: Values, knobs: Knobs) -> Ints:
    """A single 1 in each column."""
    rows, cols = given.shape
    words = words_of(key, given.name, attempts, cols)
    hot = (words >> np.uint64(32)) * np.uint64(rows) >> np.uint64(32)
    at = hot.astype(np.int64)[:, :, None, :]
    return np.asarray((np.arange(rows)[:, None] == at).astype(np.int64))


def adjacency(given: Given, key: Words, attempts: range, values: Values, knobs: Knobs) -> Ints:
    """Links between nodes, the same both ways, and of each node with itself."""
    n = given.shape[0]
    drawn = pick(words_of(key, given.name, attempts, n * n), LINKED)
    upper = np.triu(drawn.reshape(len(key), len(attempts), n, n), 1)
    return np.asarray(upper + np.swapaxes(upper, -1, -2) + np.eye(n, dtype=np.int64))


def levelled(given: Given, key: Words, attempts: range, values: Values, knobs: Knobs) -> Ints:
    """Rows or columns of which each is one of a list, in an order of its own."""
    rows, cols = given.shape
    lines, long = (cols, rows) if given.options["down"] else (rows, cols)
    words = words_of(key, given.name, attempts, lines * (long + 1))
    words = words.reshape(len(key), len(attempts), lines, long + 1)
    order = np.argsort(words[..., 1:], axis=-1, kind="stable")
    through = given.options["through"]
    if through:
        some = deviations(long)
        chosen = some[_index(words[..., 0], len(some))]
        spread = np.take_along_axis(chosen, order, axis=-1)
        return _behind(values[through].digits, spread, words[..., 1], knobs)
    centred = given.options["centred"]
    low, high = knobs.inputs or LEVELLED[centred]
    some = whole_lines(long, centred, (low, high))
    chosen = some[_index(words[..., 0], len(some))]
    made = np.take_along_axis(chosen, order, axis=-1)
    if not centred:
        turned = (words[..., 1:] >> np.uint64(8)) % np.uint64(NEGATIVE) == 0
        made = np.where((turned & (-made >= low)) | (made > high), -made, made)
    return np.swapaxes(made, -1, -2) if given.options["down"] else made


def _index(words: Words, count: int) -> Ints:
    return ((words >> np.uint64(32)) * np.uint64(count) >> np.uint64(32)).astype(np.int64)


def _behind(weights: Ints, spread: Ints, words: Words, knobs: Knobs) -> Ints:
    """Inputs that weights make into rows of some deviations: these times the inverse, which is
    whole where the determinant is 1 or −1, and what lifts each row into the range."""
    whole = np.abs(np.abs(np.linalg.det(weights)) - 1) < 0.5
    eye = np.eye(weights.shape[-1])
    inverse = np.rint(np.linalg.inv(np.where(whole[..., None, None], weights, eye)))
    made = inverse.astype(np.int64) @ spread
    low, high = knobs.inputs or BEHIND
    least, most = made.min(axis=-1), made.max(axis=-1)
    room = np.maximum(1, high - low - (most - least) + 1)
    lift = low - least + ((words >> np.uint64(40)) % room.astype(np.uint64)).astype(np.int64)
    return np.asarray(made + lift[..., None])


@lru_cache(maxsize=32)
def deviations(count: int) -> Ints:
    """All whole deviations from a mean, in order of size, whose own deviation is whole and divides
    each to one decimal."""
    every = combinations_with_replacement(range(-DEVIATIONS, DEVIATIONS + 1), count)
    found = [line for line in every if sum(line) == 0 and _is_whole(line)]
    return np.array([line for line in found for _ in range(_liked(line))], np.int64)


@lru_cache(maxsize=32)
def whole_lines(count: int, centred: bool, within: Interval) -> Ints:
    """All numbers within a range, in order of size, that have a whole mean and deviation, or a
    whole root of the mean of their squares. Raises SheetgenError if there are too few."""
    low, high = within
    if centred:
        found = [line + mean for line in deviations(count) for mean in range(low, high + 1)
                 if low <= line[0] + mean and line[-1] + mean <= high]  # fmt: skip
    else:
        most = max(high, -low)
        lines = combinations_with_replacement(range(max(0, low), most + 1), count)
        found = [np.array(line) for line in lines if _is_whole(line) and _is_lively(line)]
    if len(found) < 4:
        raise SheetgenError(f"--inputs: {low}..{high} has too few numbers with a whole mean and "
                            "deviation; widen it")  # fmt: skip
    return np.array(_evenly(found, centred), np.int64)


def _evenly(lines: list[Any], centred: bool) -> list[Any]:
    """The lines, those with rare deviations as often as others, but at most six times."""
    kinds = [round(float(np.sqrt(np.mean((line - line.mean() * centred) ** 2)))) for line in lines]
    most = max(map(kinds.count, kinds))
    often = {kind: min(6, most // kinds.count(kind)) for kind in kinds}
    return [line for line, kind in zip(lines, kinds, strict=True) for _ in range(often[kind])]


def _is_whole(line: tuple[int, ...]) -> bool:
    """Whether the root of the mean of the squares is whole, and divides each to one decimal."""
    total = sum(x * x for x in line)
    root = round((total / len(line)) ** 0.5)
    return root > 0 and root * root * len(line) == total and all(10 * x % root == 0 for x in line)


def _is_lively(line: tuple[int, ...]) -> bool:
    """Whether its numbers are not all the same, and at most one of them is 0."""
    return len(set(line)) > 1 and line.count(0) < 2


def _liked(line: tuple[int, ...]) -> int:
    """How often it is on the list: seldom if its numbers are all the same but for the sign."""
    return 1 if len({abs(x) for x in line}) == 1 else 4


CONSTRUCTED: dict[str, Construct] = {
    "zeros": zeros, "one-hot": one_hot, "identity": identity, "adjacency": adjacency,
    "levelled": levelled,
}  # fmt: skip
"""By the name of a draw."""
KEPT = frozenset({"zeros", "identity"})
"""Draws that always give the same."""


def constructed(
    given: Given, key: Words, attempts: range, values: Values, knobs: Knobs
) -> Any:
    """Candidates of a given that is constructed; None of any other."""
    found = CONSTRUCTED.get(given.draw)
    return None if found is None else found(given, key, attempts, values, knobs)
