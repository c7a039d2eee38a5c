"""Rows that have a whole mean and a whole deviation from it, which hardly ever come about: made
from lists of those that there are."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from sheetgen.draw.knobs import Interval, Knobs
from sheetgen.draw.made import Around, made
from sheetgen.draw.random import Words, mix
from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Given
from sheetgen.graph.numbers import Fixed, Ints

LEVELLED = {True: (-3, 9), False: (-9, 9)}
"""The usual range of what has a whole mean and deviation, and of what has a whole root of the mean
of its squares."""
BEHIND = (0, 9)
"""The usual range of inputs behind which rows are levelled."""
NEGATIVE = 5
"""Of the latter, one in so many is below 0 where it may be."""
DEVIATIONS = 8
"""No number is farther from the mean of its row."""


@made("levelled")
def levelled(given: Given, words: Words, around: Around) -> Fixed:
    """Rows or columns of which each is one of a list, in an order of its own."""
    return Fixed(_levelled(given, words, around))


def _levelled(given: Given, words: Words, around: Around) -> Ints:
    values, knobs = around
    words = np.swapaxes(words, -1, -2) if given.options["down"] else words
    long = words.shape[-1]
    order = np.argsort(words, axis=-1, kind="stable")
    first, second = mix(words[..., 0]), mix(words[..., 1])
    through = given.options["through"]
    if through:
        some = deviations(long)
        chosen = some[_index(first, len(some))]
        spread = np.take_along_axis(chosen, order, axis=-1)
        return _behind(values[through].digits, spread, second, knobs)
    centred = given.options["centred"]
    low, high = knobs.inputs or LEVELLED[centred]
    some = whole_lines(long, centred, (low, high))
    chosen = some[_index(first, len(some))]
    made = np.take_along_axis(chosen, order, axis=-1)
    if not centred:
        turned = (words >> np.uint64(8)) % np.uint64(NEGATIVE) == 0
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
