"""Givens whose numbers are made, not found: random words to numbers that keep a promise by the way
they come about. A row of the table is a kind of given that a topic may ask for by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import Words, mix, pick
from sheetgen.graph.nodes import Given
from sheetgen.graph.numbers import Fixed, Ints, decimal_of, from_decimals


class Around(NamedTuple):
    """What else there is when a given is made."""

    values: Mapping[str, Fixed]
    """The numbers of earlier stages."""
    knobs: Knobs


Make = Callable[[Given, Words, Around], Fixed]
"""A given, a word for each of its boxes, (..., rows, columns), and what is around it to its
numbers."""

MADE: dict[str, Make] = {}
"""By the name of the kind."""


FEW: set[str] = set()
"""Kinds of which there may be so few that two of a thousand seeds would meet: they are listed."""


def made(name: str, few: bool = False) -> Callable[[Make], Make]:
    """Register a kind."""

    def register(make: Make) -> Make:
        if name in MADE:
            raise ValueError(f"there already are {name}")
        MADE[name] = make
        if few:
            FEW.add(name)
        return make

    return register


def below(words: Words, count: Any) -> Ints:
    """A whole number from 0 on, less than ``count``, for each word."""
    return np.asarray((words >> np.uint64(32)) * np.uint64(count) >> np.uint64(32), np.int64)


@made("bits")
def bits(given: Given, words: Words, around: Around) -> Fixed:
    """0 or 1; the lower number is the option ``low``."""
    low: int = given.options.get("low", 0)
    return Fixed(low + (1 - low) * below(words, 2))


@made("gradients", few=True)
def gradients(given: Given, words: Words, around: Around) -> Fixed:
    """What comes back to some weights in some steps: none of it 0."""
    table = {1: 3, 2: 4, 3: 3, 4: 3, 5: 2, 6: 1}
    both = table | {-number: share for number, share in table.items()}
    return Fixed(pick(words, both).reshape(words.shape))


WHOLE_ROOTS = ((20, 20), (40, 40), (30, 30), (10, 10), (20, 50), (10, 25), (30, 5))
"""Gradients of two steps a, b in tenths, of which a² and (3a² + 4b²) / 7 are squares, none larger
than 20."""


@made("gradients with whole roots", few=True)
def gradients_with_whole_roots(given: Given, words: Words, around: Around) -> Fixed:
    """Rows of gradients, one weight each, whose running squares by .75 have whole roots once they
    are corrected, in the first step and in the second."""
    kind = below(words[..., 0], len(WHOLE_ROOTS))
    sizes = np.array(WHOLE_ROOTS)[kind][..., : words.shape[-1]]
    signs = 1 - 2 * below(words << np.uint64(20), 2)
    return Fixed(sizes * signs, 1)


@made("logarithms", few=True)
def logarithms(given: Given, words: Words, around: Around) -> Fixed:
    """Logarithms of probabilities, in halves."""
    table = {-5: 3, -10: 5, -15: 3, -20: 4, -25: 2, -30: 2}
    return Fixed(pick(words, table).reshape(words.shape), 1)


@made("apart", few=True)
def apart(given: Given, words: Words, around: Around) -> Fixed:
    """A column of different whole numbers in no order: those within ±3, and others within ±6 where
    it is longer."""
    rows = words.shape[-2]
    near = _shuffled(np.arange(-3, 4), words[..., 0])
    far = _shuffled(np.array([-6, -5, -4, 4, 5, 6]), words[..., 0] << np.uint64(13))
    some = np.concatenate([near, far], axis=-1)[..., :rows]
    order = np.argsort(words[..., 0] << np.uint64(27), axis=-1, kind="stable")
    return Fixed(np.take_along_axis(some, order, axis=-1)[..., None])


def _shuffled(numbers: Ints, words: Words) -> Ints:
    """Some numbers in an order of their own for each of some rows of words."""
    some = mix(words[..., :1] ^ np.arange(len(numbers), dtype=np.uint64))
    return numbers[np.argsort(some, axis=-1, kind="stable")]


@made("tokens")
def tokens(given: Given, words: Words, around: Around) -> Fixed:
    """Numbers from 1 to ``count``: in each group of ``group`` columns no two are the same, but for
    the last if it is the first ``again``."""
    count: int = given.options["count"]
    again = bool(given.options.get("again"))
    last = words.shape[-1] - again
    group: int = given.options.get("group", last)
    found = np.zeros(words.shape, np.int64)
    for start in range(0, last, group):
        free = np.broadcast_to(np.arange(1, count + 1), (*words.shape[:-1], count)).copy()
        for column in range(start, min(start + group, last)):
            left = count - (column - start)
            at = below(words[..., column], left)[..., None]
            found[..., column] = np.take_along_axis(free, at, axis=-1)[..., 0]
            np.put_along_axis(free, at, free[..., left - 1 : left], axis=-1)
    if again:
        found[..., -1] = found[..., 0]
    return Fixed(found)


@made("places")
def places(given: Given, words: Words, around: Around) -> Fixed:
    """Numbers in a row that start anywhere, up to ``count``."""
    columns = words.shape[-1]
    start = below(words[..., :1], given.options["count"] - columns + 1)
    return Fixed(start + np.arange(1, columns + 1))


@made("links")
def links(given: Given, words: Words, around: Around) -> Fixed:
    """Of 0 and 1, who looks at whom."""
    return Fixed((below(words, 20) < 9).astype(np.int64))


@made("noise")
def noise(given: Given, words: Words, around: Around) -> Fixed:
    """Random numbers about 0, none of them 0."""
    return Fixed(pick(words, {-2: 2, -1: 4, 1: 4, 2: 2}).reshape(words.shape))


@made("hundredths")
def hundredths(given: Given, words: Words, around: Around) -> Fixed:
    """Random numbers between 0 and 1."""
    return Fixed(below(words, 99) + 1, 2)


@made("halves")
def halves(given: Given, words: Words, around: Around) -> Fixed:
    """A state to start from: halves, none of them 0."""
    return Fixed(pick(words, {-10: 2, -5: 2, 5: 4, 10: 5, 15: 2, 20: 3}).reshape(words.shape), 1)


@made("multiples")
def multiples(given: Given, words: Words, around: Around) -> Fixed:
    """None to three times a number, its option ``of``."""
    unit = decimal_of(given.options["of"], given.name)
    one = from_decimals([[unit]])
    return Fixed(below(words, 4) * one.digits[0, 0], one.decimals)


@made("differences")
def differences(given: Given, words: Words, around: Around) -> Fixed:
    """Rows that take one number from another, or pick a single one: a 1 and mostly a −1 in each."""
    columns = words.shape[-1]
    plus = below(words[..., :1], columns)
    minus = (plus + 1 + below(words[..., :1] << np.uint64(16), max(1, columns - 1))) % columns
    both = below(words[..., :1] << np.uint64(32), 4) > 0
    at = np.arange(columns)
    found = (at == plus).astype(np.int64) - ((at == minus) & both & (plus != minus))
    return Fixed(found)


@made("signs")
def signs(given: Given, words: Words, around: Around) -> Fixed:
    """1 or −1 along the diagonal, else 0."""
    found = 1 - 2 * below(words, 2)
    return Fixed(found * np.eye(*words.shape[-2:], dtype=np.int64))


@made("shares")
def shares(given: Given, words: Words, around: Around) -> Fixed:
    """Columns of probabilities that add up to 1, all multiples of .05, none of them 0."""
    rows = words.shape[-2]
    cuts = np.broadcast_to(np.arange(1, 20), (*words.shape[:-2], words.shape[-1], 19)).copy()
    found = np.zeros((*words.shape[:-2], words.shape[-1], rows + 1), np.int64)
    for row in range(rows - 1):
        at = below(words[..., row, :], 19 - row)[..., None]
        found[..., row + 1] = np.take_along_axis(cuts, at, axis=-1)[..., 0]
        np.put_along_axis(cuts, at, cuts[..., 18 - row : 19 - row], axis=-1)
    found[..., -1] = 20
    ordered = np.sort(found, axis=-1)
    return Fixed(np.swapaxes(np.diff(ordered, axis=-1), -1, -2) * 5, 2)


@made("apart by threes")
def apart_by_threes(given: Given, words: Words, around: Around) -> Fixed:
    """Rows whose numbers have the same remainder by 3, so that the mean of any three is whole."""
    rest = below(words[..., :1], 3)
    first = below(words << np.uint64(20), 3)
    return Fixed(3 * (first - 1) + rest - 3 * (rest == 2) * (first == 2))


@made("within a power of two")
def within_a_power_of_two(given: Given, words: Words, around: Around) -> Fixed:
    """Rows in tenths whose largest, without its sign, is 7 times .5 or 1 by turns, and of which no
    number lies in the middle between two steps of that size."""
    turn = below(words[..., :1, :1], 2) + np.arange(words.shape[-2])[:, None]
    step = np.where(turn % 2, 5, 10)
    size = below(words << np.uint64(8), 7)
    rest = below(words << np.uint64(20), 9) - 4
    sign = 1 - 2 * below(words << np.uint64(40), 2)
    numbers = sign * np.abs(size * step + np.where(step == 5, np.clip(rest, -2, 2), rest))
    largest = below(words[..., :1] << np.uint64(30), words.shape[-1])
    top = np.arange(words.shape[-1]) == largest
    return Fixed(np.where(top, sign * 7 * step, numbers), 1)


@made("bringing near")
def bringing_near(given: Given, words: Words, around: Around) -> Fixed:
    """Biases with which the sums of a batch are on the whole near what they should be: not more
    than 1 off, where the range of biases goes so far."""
    weights, source, goal = (around.values[name] for name in given.options["near"])
    unit = 10**source.decimals
    off = unit * goal.digits - weights.digits @ source.digits
    whole = (2 * off.sum(axis=-1, keepdims=True) // (unit * off.shape[-1]) + 1) // 2
    shift = pick(words, {-1: 1, 0: 1, 1: 1}).reshape(words.shape)
    table = around.knobs.table("bias", given.shape)
    return Fixed(np.clip(whole + shift, min(table), max(table)))


LINKED = {0: 11, 1: 9}
"""Of 20 pairs of nodes so many are linked."""


@made("adjacency")
def adjacency(given: Given, words: Words, around: Around) -> Fixed:
    """Links between nodes, the same both ways, and of each node with itself."""
    upper = np.triu(pick(words, LINKED).reshape(words.shape), 1)
    return Fixed(upper + np.swapaxes(upper, -1, -2) + np.eye(words.shape[-1], dtype=np.int64))
