"""Which boxes of its inputs a cell formula reads, for all boxes of a result at once: matrices
turned, joined, picked from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from sheetgen.graph import numbers as num
from sheetgen.graph.formula import (
    WHOLE,
    ZERO,
    Box,
    Calc,
    Count,
    Expr,
    Index,
    Number,
    Param,
    Shape,
    Side,
)
from sheetgen.graph.numbers import Fixed, Ints

Numbers = Mapping[str, Fixed]
Exact = Callable[[Numbers], Fixed]


class Places:
    """Reads boxes of matrices of some shapes; ``axes`` are the indices that the last axes of what
    its functions return run over, of length 1 where nothing depends on one."""

    def __init__(
        self, shapes: Mapping[str, Shape], sizes: Mapping[str, int], params: Mapping[str, Any],
        outside: bool,
    ) -> None:  # fmt: skip
        self.shapes, self.sizes, self.params, self.outside = shapes, sizes, params, outside

    def value(self, part: Expr) -> Decimal:
        """A constant."""
        match part:
            case Number(value):
                return value
            case Param(name):
                return Decimal(str(self.params[name]))
            case Count(index):
                return Decimal(self.sizes[index])
            case Side(matrix, axis):
                return Decimal(self.shapes[matrix][axis])
        raise ValueError(f"{part} is no constant")

    def grid(self, index: str, axes: tuple[str, ...]) -> Ints:
        """The places of an index along its axis."""
        return np.arange(self.sizes[index]).reshape([-1 if a == index else 1 for a in axes])

    def box(self, box: Box, axes: tuple[str, ...]) -> Exact:
        """The boxes of a matrix, each at its place among the axes."""
        joined = self._joined(box)
        match box.row, box.column:
            case Index(a), Index(b) if a != b:
                return self._turned(joined, (a, b), axes)
            case Index(a), place if place == ZERO:
                return self._turned(joined, (a, ""), axes)
            case place, Index(b) if place == ZERO:
                return self._turned(joined, ("", b), axes)
        return self._picked(box, joined, axes)

    def _joined(self, box: Box) -> Exact:
        names = box.matrices
        if not box.join:
            (name,) = names
            return lambda values: values[name]
        axis = -2 if box.join == "over" else -1

        def run(values: Numbers) -> Fixed:
            arrays, decimals = num.align(*(values[name] for name in names))
            lead = np.broadcast_shapes(*(a.shape[:-2] for a in arrays))
            whole = [np.broadcast_to(a, (*lead, *a.shape[-2:])) for a in arrays]
            return Fixed(np.concatenate(whole, axis=axis), decimals)

        return run

    def _turned(self, made: Exact, sides: tuple[str, str], axes: tuple[str, ...]) -> Exact:
        """A matrix whose sides are these indices (nothing for a side of one place)."""
        if sides == axes or (sides[0], sides[1] or axes[1], *axes[2:]) == axes == axes[:2]:
            return made
        if (sides[0] or axes[0], sides[1]) == axes:
            return made
        swap = bool(sides[0] and sides[1]) and axes.index(sides[0]) > axes.index(sides[1])
        kept = [axes.index(side) for side in sides if side]
        if swap:
            kept.reverse()
        drop = tuple(k - 2 for k, side in enumerate(sides) if not side)

        def run(values: Numbers) -> Fixed:
            digits, decimals = made(values)
            if swap:
                digits = np.swapaxes(digits, -1, -2)
            if drop:
                digits = digits.squeeze(drop)
            shape = [1] * len(axes)
            for k, place in enumerate(kept):
                shape[place] = digits.shape[k - len(kept)]
            return Fixed(digits.reshape(*digits.shape[: digits.ndim - len(kept)], *shape), decimals)

        return run

    def _picked(self, box: Box, made: Exact, axes: tuple[str, ...]) -> Exact:
        """Boxes at places that are worked out. Raises ValueError outside the matrix, unless that
        reads 0."""
        rows, columns = self._side(box, 0), self._side(box, 1)
        row, column = np.broadcast_arrays(self._places(box.row, axes),
                                          self._places(box.column, axes))  # fmt: skip
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        if not inside.all() and not self.outside:
            raise ValueError("a place outside the matrix")
        flat = np.where(inside, row * columns + column, 0)
        whole = bool(inside.all())

        def run(values: Numbers) -> Fixed:
            digits, decimals = made(values)
            picked = digits.reshape(*digits.shape[:-2], -1)[..., flat]
            return Fixed(picked if whole else picked * inside, decimals)

        return run

    def _side(self, box: Box, axis: int) -> int:
        lengths = [self.shapes[name][axis] for name in box.matrices]
        return sum(lengths) if box.join == ("over", "beside")[axis] else lengths[0]

    def _places(self, place: Expr, axes: tuple[str, ...]) -> Any:
        match place:
            case Index(name):
                return self.grid(name, axes)
            case Calc(how, args):
                return WHOLE[how](*(self._places(arg, axes) for arg in args))
        return np.full((1,) * len(axes), int(self.value(place)))

    def product(self, k: str, a: Box, b: Box, axes: tuple[str, ...]) -> Exact | None:
        """A sum of products over one index as a matrix product, if it is one."""
        if len(axes) != 2 or a.join or b.join:
            return None
        first, second = axes
        for left, right in ((a, b), (b, a)):
            sides = [tuple(p.name if isinstance(p, Index) else "" for p in (x.row, x.column))
                     for x in (left, right)]  # fmt: skip
            if set(sides[0]) == {first, k} and set(sides[1]) == {k, second}:
                turn = num.transpose
                one, other = left.matrices[0], right.matrices[0]
                turned = sides[0] == (k, first), sides[1] == (second, k)
                return lambda values: num.matmul(
                    turn(values[one]) if turned[0] else values[one],
                    turn(values[other]) if turned[1] else values[other],
                )
        return None
