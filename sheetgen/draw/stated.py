"""Numbers that are stated, matrix by matrix: ``2..5``, ``1 -1 0; 0 1 -1``, ``running sums``; drawn
until what is asked of them holds."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.made import below
from sheetgen.draw.random import Words, mix, pick, words_of
from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Given
from sheetgen.graph.numbers import Fixed, Ints, Values, decimal_of, from_decimals
from sheetgen.graph.parts import Part
from sheetgen.graph.solve import solve

ATTEMPTS, ROUNDS = 32, 60
"""Candidates of an exercise that are drawn at once, and how often."""
OTHERS = (1, -1, 3)
"""By how much a number is changed that is said not to matter."""

Mask = NDArray[np.bool_]
Make = Callable[[Words], Fixed]
"""A word for each box, (..., rows, columns), to numbers."""

_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")
_TEST = re.compile(r"(\w+)(?:\[(\d+)(?:,(\d+))?\])? *(<=|>=|!=|=|<|>) *(-?[.\d]+)")
_HOW: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
    "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


# --- what is stated of one matrix


def _identity(words: Words) -> Ints:
    rows, columns = words.shape[-2:]
    return np.broadcast_to(np.eye(rows, columns, dtype=np.int64), words.shape)


def _swap(words: Words) -> Ints:
    """1s along the other diagonal: the rows in the opposite order."""
    return _identity(words)[..., ::-1]


def _differences(words: Words) -> Ints:
    """Each row takes a number from the one before it; the last from the first, where it is one
    more."""
    rows, columns = words.shape[-2:]
    found = np.zeros((rows, columns), np.int64)
    for i in range(rows):
        found[i, i % columns] += 1
        found[i, (i + 1) % columns] -= 1
    return np.broadcast_to(found, words.shape)


def _running_sums(words: Words) -> Ints:
    rows, columns = words.shape[-2:]
    return np.broadcast_to(np.tri(rows, columns, dtype=np.int64), words.shape)


def _selection(words: Words) -> Ints:
    """Each row picks one number."""
    columns = words.shape[-1]
    return np.asarray(np.arange(columns) == below(words[..., :1], columns), np.int64)


def _weights(words: Words) -> Ints:
    """Of −1, 0 and 1, as on pages that are worked by hand."""
    return pick(words, {-1: 3, 0: 5, 1: 9, 2: 3}).reshape(words.shape)


STRUCTURES: Mapping[str, Callable[[Words], Ints]] = {
    "identity": _identity, "swap": _swap, "differences": _differences,
    "running sums": _running_sums, "selection": _selection, "weights": _weights,
}  # fmt: skip
"""What a matrix may be called instead of its numbers."""


@lru_cache(1 << 10)
def made_of(stated: str, shape: tuple[int, int]) -> Make:
    """How numbers of a shape come about. Raises SheetgenError for what says nothing."""
    if stated in STRUCTURES:
        make = STRUCTURES[stated]
        return lambda words: Fixed(make(words))
    rows = [row.split() for row in stated.split(";")]
    if len(rows) == 1 and len(rows[0]) == 1:
        rows = [rows[0] * shape[1]] * shape[0]
    if len(rows) == 1 and shape[1] == 1:
        rows = [[entry] for entry in rows[0]]
    if len(rows) != shape[0] or any(len(row) != shape[1] for row in rows):
        raise SheetgenError(f"{stated!r} is no matrix of {shape[0]}×{shape[1]}")
    tables = [[_entry(text, stated) for text in row] for row in rows]
    unit = max(v.decimals for row in tables for v in row)
    scaled = [[v.digits.ravel() * 10 ** (unit - v.decimals) for v in row] for row in tables]

    def make_of(words: Words) -> Fixed:
        found = np.zeros(words.shape, np.int64)
        for i, row in enumerate(scaled):
            for j, some in enumerate(row):
                found[..., i, j] = some[below(words[..., i, j], len(some))]
        return Fixed(found, unit)

    return make_of


def _entry(text: str, stated: str) -> Fixed:
    """All that an entry may be: ``3``, ``.5``, ``2..5``, ``-3..3!0`` (but 0), ``1|-1``."""
    range_, _, but = text.partition("!")
    if found := _RANGE.fullmatch(range_):
        some = [Decimal(n) for n in range(int(found[1]), int(found[2]) + 1)]
    else:
        some = [decimal_of(one, stated) for one in range_.split("|")]
    left = [n for n in some if not but or n != Decimal(but)]
    if not left:
        raise SheetgenError(f"{stated!r}: nothing is left of {text}")
    return from_decimals([left])


# --- a whole exercise


def draw_part(part: Part, seeds: Sequence[int] | Words) -> Values:
    """The numbers of a part for each seed, (seeds, rows, columns). Raises SheetgenError if what is
    asked of them is found nowhere."""
    keys = mix(np.asarray(seeds, np.uint64) ^ np.uint64(0x5A17B00C))
    waiting = np.arange(len(keys))
    made: dict[str, tuple[Ints, int]] = {}
    for turn in range(ROUNDS):
        values = _candidates(part, keys[waiting], turn)
        good = fits(part, values)
        found = good.any(axis=1)
        first, which = good.argmax(axis=1)[found], np.flatnonzero(found)
        for name, value in values.items():
            some = np.broadcast_to(value.digits, (*good.shape, *value.digits.shape[2:]))
            if name not in made:
                made[name] = np.zeros((len(keys), *some.shape[2:]), np.int64), value.decimals
            made[name][0][waiting[found]] = some[which, first]
        waiting = waiting[~found]
        if not len(waiting):
            return {name: Fixed(*found_) for name, found_ in made.items()}
    raise SheetgenError(f"exercise {part.number} ({part.new}) comes from no numbers that are "
                        "stated for it")  # fmt: skip


def _candidates(part: Part, keys: Words, turn: int) -> Values:
    """Numbers of some attempts for each key, (keys, attempts, rows, columns)."""
    attempts = np.arange(turn * ATTEMPTS, (turn + 1) * ATTEMPTS, dtype=np.uint64)[None]
    given: dict[str, Fixed] = {}
    for leaf in part.graph.givens:
        if leaf.always is not None:
            digits = np.broadcast_to(leaf.always.digits, (len(keys), ATTEMPTS, *leaf.shape))
            given[leaf.name] = Fixed(digits, leaf.always.decimals)
            continue
        words = words_of(keys, leaf.name, attempts, leaf.shape[0] * leaf.shape[1])
        shaped = words.reshape(len(keys), ATTEMPTS, *leaf.shape)
        given[leaf.name] = made_of(part.stated[leaf.name], leaf.shape)(shaped)
    return solve(part.graph, given)


def fits(part: Part, values: Values) -> Mask:
    """Of which candidates all holds that is asked: results that are not too large, what the part
    says, one solution, and stars for what does not matter."""
    one = values[part.graph.steps[0].name].digits
    good = np.ones(one.shape[:-2], bool)
    for step in part.graph.steps:
        value = values[step.name]
        good &= np.abs(value.digits).max(axis=(-2, -1)) <= part.most * 10**value.decimals
    for leaf in part.graph.givens:
        if part.stated.get(leaf.name) == "weights":
            looking = (values[leaf.name].digits != 0).sum(axis=-1)
            good &= (looking >= min(2, leaf.shape[1])).all(axis=-1)
        drawn = leaf.draw != "weights" and ".." in part.stated.get(leaf.name, "")
        if drawn and min(leaf.shape) > 1:
            good &= _columns_differ(values[leaf.name].digits)
    for test in part.where:
        good &= _holds(part, test, values)
    if part.backwards and good.any():
        good &= _one_solution(part, values)
    if part.stars and good.any():
        good &= _unimportant(part, values)
    return good


def _columns_differ(digits: Ints) -> Mask:
    """Whether no two columns are the same."""
    pairs = np.triu(np.ones((digits.shape[-1],) * 2, bool), 1)
    alike = (digits[..., :, :, None] == digits[..., :, None, :]).all(axis=-3)
    return np.asarray(~(alike & pairs).any(axis=(-2, -1)))


def _holds(part: Part, test: str, values: Values) -> Mask:
    found = _TEST.fullmatch(test.strip())
    name = f"{found[1]}.{part.number}" if found else ""
    if found is None or name not in values:
        raise SheetgenError(f"exercise {part.number}: {test!r} says nothing of its numbers")
    value = values[name]
    digits = value.digits
    if found[2]:
        i, j = int(found[2]) - 1, int(found[3] or 1) - 1
        if found[3] is None and digits.shape[-2] == 1:
            i, j = 0, i
        digits = digits[..., i : i + 1, j : j + 1]
    limit = float(found[5]) * 10**value.decimals
    return np.asarray(_HOW[found[4]](digits, limit).all(axis=(-2, -1)))


def _one_solution(part: Part, values: Values) -> Mask:
    """Whether what is printed tells the open givens: how each equation grows with each of them
    has full rank."""
    columns = [np.concatenate(list(_growth(part, values, leaf, i, j)), axis=-1)
               for leaf in part.graph.givens if leaf.name in part.open
               for i, j in np.argwhere(part.open[leaf.name])]  # fmt: skip
    matrix = np.stack(columns, axis=-1)
    ranks = np.linalg.matrix_rank(matrix.astype(float))
    return np.asarray(ranks == len(columns))


def _growth(part: Part, values: Values, leaf: Given, i: int, j: int) -> Iterator[Ints]:
    """By how much the printed box of each equation would differ if an open box were 1 more."""
    moved: dict[str, Fixed] = {}
    raised = values[leaf.name].digits.copy()
    raised[..., i, j] += 10 ** values[leaf.name].decimals
    moved[leaf.name] = Fixed(raised, values[leaf.name].decimals)
    for step in part.graph.steps:
        old = values[step.name]
        if not any(n.name in moved for n in step.inputs):
            continue
        new = step.forward(*(moved.get(n.name) or values[n.name] for n in step.inputs))
        open_ = part.open.get(step.name, np.zeros(step.shape, bool))
        if step.op.exact or step.op.dies:
            told = ~open_ & (old.digits > 0) if step.op.dies else np.broadcast_to(
                ~open_, old.digits.shape)  # fmt: skip
            off = np.where(told, new.digits - old.digits, 0)
            yield off.reshape(*off.shape[:-2], -1)
        if open_.any() or step.hidden:
            moved[step.name] = Fixed(np.where(open_ | step.hidden, new.digits, old.digits),
                                     old.decimals)  # fmt: skip


def _unimportant(part: Part, values: Values) -> Mask:
    """Whether all that is printed or asked for is the same for other numbers behind the stars."""
    good = np.ones(values[part.graph.steps[0].name].digits.shape[:-2], bool)
    for by in OTHERS:
        given = {}
        for leaf in part.graph.givens:
            value = values[leaf.name]
            stars = part.stars.get(leaf.name, np.zeros(leaf.shape, bool))
            given[leaf.name] = Fixed(value.digits + by * 10**value.decimals * stars, value.decimals)
        other = solve(part.graph, given)
        for step in part.graph.steps:
            stars = part.stars.get(step.name, np.zeros(step.shape, bool))
            same = (other[step.name].digits == values[step.name].digits) | stars
            good &= same.all(axis=(-2, -1))
    return good


def check_stated(part: Part) -> None:
    """Raises SheetgenError for a given of which nothing is stated, or what says nothing."""
    for leaf in part.graph.givens:
        if leaf.always is None:
            if leaf.name not in part.stated:
                raise SheetgenError(f"exercise {part.number}: how is {leaf.name.partition('.')[0]}"
                                    " drawn?")  # fmt: skip
            made_of(part.stated[leaf.name], leaf.shape)
