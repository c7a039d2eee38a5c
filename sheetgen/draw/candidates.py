"""Numbers of many candidates, in memory box by box.

To the rules an array is (exercises, candidates, rows, columns); in memory the boxes come first, so
that what is asked of a box is asked of all candidates in a row: ten times quicker than to go
through the few boxes of one candidate after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from numpy.typing import NDArray

from sheetgen.graph.numbers import Fixed, Ints


def boxes(digits: NDArray[Any]) -> NDArray[Any]:
    """A view whose first axes are rows and columns."""
    return digits.transpose((2, 3, 0, 1) if digits.ndim == 4 else (1, 2, 0))


def candidates(found: NDArray[Any]) -> NDArray[Any]:
    """A view whose last axes are rows and columns, of what has them first."""
    return found.transpose((2, 3, 0, 1) if found.ndim == 4 else (2, 0, 1))


def taken(value: Fixed, rows: Ints) -> Fixed:
    """Some of the exercises."""
    return Fixed(candidates(boxes(value.digits).take(rows, axis=2)), value.decimals)


def chosen(value: Fixed, row: Ints, column: Ints | None) -> Fixed:
    """One candidate of each of these rows, (rows, 1, ...); None where there is one of each."""
    if column is None or value.digits.shape[1] == 1:
        return taken(value, row)
    found = boxes(value.digits)[:, :, row, column]
    return Fixed(candidates(found[..., None]), value.decimals)


class Trial(Mapping[str, Fixed]):
    """The numbers of candidates, most of which are given up soon: of those that are left, a matrix
    is made when it is asked for."""

    def __init__(self, known: Mapping[str, Fixed]) -> None:
        self._values = {name: Fixed(v.digits[:, None], v.decimals) for name, v in known.items()}
        self._since = dict.fromkeys(known, 0)
        """For each matrix, after which choice it was made."""
        self._left: list[tuple[Ints, Ints | None]] = []
        """Who is left of those that were there before each choice."""

    def __getitem__(self, name: str) -> Fixed:
        value, since = self._values[name], self._since[name]
        if since < len(self._left):
            value = self._values[name] = chosen(value, *self._left[since])
            self._since[name] = len(self._left)
        return value

    def __setitem__(self, name: str, value: Fixed) -> None:
        self._values[name] = value
        self._since[name] = len(self._left)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def choose(self, row: Ints, column: Ints) -> None:
        """Keep one candidate for each of these rows; from now on there is one of each."""
        self._left = [(old[row], None if place is None else place[row])
                      for old, place in self._left]  # fmt: skip
        self._left.append((row, column))

    def some(self, row: Ints, column: Ints) -> Trial:
        """The same candidates for a rule that asks few of them."""
        other = Trial({})
        other._values, other._since = dict(self._values), dict(self._since)
        other._left = list(self._left)
        other.choose(row, column)
        return other
