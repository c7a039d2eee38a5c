"""Between which numbers the boxes of a given lie, as far as a student may be told that has to find
one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.levelled import BEHIND, LEVELLED
from sheetgen.graph.nodes import Given
from sheetgen.graph.numbers import decimal_of, from_decimals


class Ends(NamedTuple):
    """The least and the greatest number, in units of the last of so many decimals."""

    low: int
    high: int
    decimals: int = 0


def _levelled(given: Given, knobs: Knobs) -> Ends:
    usual = BEHIND if given.options["through"] else LEVELLED[given.options["centred"]]
    return Ends(*(knobs.inputs or usual))


def _apart(given: Given, knobs: Knobs) -> Ends:
    return Ends(-3, 3) if given.shape[0] <= 7 else Ends(-6, 6)


def _multiples(given: Given, knobs: Knobs) -> Ends:
    unit = from_decimals([[decimal_of(given.options["of"], given.name)]])
    return Ends(0, 3 * int(unit.digits[0, 0]), unit.decimals)


ENDS: dict[str, Callable[[Given, Knobs], Ends]] = {
    "levelled": _levelled,
    "apart": _apart,
    "multiples": _multiples,
    "logarithms": lambda given, knobs: Ends(-30, 0, 1),
    "shares": lambda given, knobs: Ends(0, 100, 2),
    "within a power of two": lambda given, knobs: Ends(-70, 70, 1),
}
"""Of the kinds that are made in a way of their own and may be sought."""
FOUND_AGAIN = ("weights", "bias", "inputs", "numbers", "kernel", "picture", "gains", *ENDS)
"""The kinds of givens of which a number may be sought."""


def ends(given: Given, knobs: Knobs) -> Ends:
    """Where the numbers of a given lie. Raises KeyError for a kind of which none is sought."""
    made = ENDS.get(given.draw)
    if made is not None:
        return made(given, knobs)
    table = knobs.table(given.drawn_from, given.shape)
    return Ends(min(table), max(table))
