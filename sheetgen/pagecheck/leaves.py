"""Which numbers the worked sum of a box has, in the order in which its formula writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sheetgen.graph.cell import Cells
from sheetgen.graph.formula import Shape
from sheetgen.graph.nodes import Step
from sheetgen.graph.op import Op
from sheetgen.graph.terms import Spot


@dataclass(frozen=True, slots=True)
class Turned:
    """A box whose number is written with its sign turned."""

    spot: Spot


Leaf = Spot | Turned | float
"""A box that a formula reads, or a number in it."""


class Leaves(tuple[Leaf, ...]):
    """What a part of a formula writes, from left to right."""

    one = nothing = False


class _Reader:
    """The numbers of a formula in the order in which they are written."""

    def __init__(self, turned: bool) -> None:
        self.turned = turned
        """Whether the second factor of a product is written first."""

    def number(self, value: Decimal) -> Leaves:
        found = Leaves((float(value),))
        found.one, found.nothing = value == 1, value == 0
        return found

    def letter(self, name: str) -> Leaves:
        return Leaves()

    def calc(self, how: str, args: Sequence[Leaves]) -> Leaves:
        if how == "mul" and self.turned:
            args = args[::-1]
        if how == "mul" and args[0].one:
            return args[1]
        if how == "div" and args[1].one:
            return args[0]
        if how == "neg" and len(args[0]) == 1 and isinstance(args[0][0], tuple):
            return Leaves((Turned(args[0][0]),))
        if how == "neg" and args[0] and isinstance(args[0][0], float):
            return Leaves((-args[0][0], *args[0][1:]))  # as in −2 times what is bent by tanh
        return Leaves(leaf for arg in args for leaf in arg)

    def over(self, how: str, terms: Sequence[Leaves]) -> Leaves:
        some = [t for t in terms if how != "sum" or not t.nothing] or terms[:1]
        return Leaves(leaf for term in some for leaf in term)

    def rounded(self, value: Leaves, places: int) -> Leaves:
        return value

    def choice(self, tests: Sequence[tuple[str, Leaves, Leaves]], yes: Callable[[], Leaves],
               no: Callable[[], Leaves]) -> Leaves:  # fmt: skip
        asked = (leaf for _, a, b in tests for leaf in (*a, *b))
        return Leaves((*yes(), *asked, *no()))


def leaves_of(step: Step, i: int, j: int, turned: bool) -> Leaves:
    """The numbers of the line of a box; the factors of products have changed places if its boxes
    lie ``turned`` on their side."""
    shapes = tuple(n.shape for n in step.inputs)
    return _cells(step.op, shapes, tuple(step.params.items()), turned).at(i, j)


@lru_cache(1 << 10)
def _cells(
    op: Op, shapes: tuple[Shape, ...], params: tuple[tuple[str, Any], ...], turned: bool
) -> Cells[Leaves]:
    return Cells.of(op.told, shapes, dict(params), _Reader(turned), lambda *spot: Leaves((spot,)))
