"""What a cell formula multiplies and adds up, box by box, and where a number comes from that is
only put elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn

from sheetgen.graph.cell import Cells, Place
from sheetgen.graph.formula import Shape
from sheetgen.graph.nodes import Node, Step
from sheetgen.graph.op import Op

Spot = tuple[int, int, int]
"""The number of an input, a row and a column."""
Sum = tuple[tuple[Decimal, tuple[Spot, ...]], ...]
"""Terms: a number, and the boxes with which it is multiplied."""


class _NoSumError(Exception):
    """It is no sum of products."""


class _Sums:
    """Sums of products as lists of their terms."""

    def number(self, value: Decimal) -> Sum:
        return ((value, ()),) if value else ()

    def letter(self, name: str) -> NoReturn:
        raise _NoSumError

    def calc(self, how: str, args: Sequence[Sum]) -> Sum:
        match how, args:
            case "add", [a, b]:
                return a + b
            case "sub", [a, b]:
                return a + _times(b, -1)
            case "neg", [a]:
                return _times(a, -1)
            case "mul", [a, b]:
                return tuple((m * n, x + y) for m, x in a for n, y in b)
        raise _NoSumError

    def over(self, how: str, terms: Sequence[Sum]) -> Sum:
        if how != "sum":
            raise _NoSumError
        return tuple(term for one in terms for term in one)

    def rounded(self, value: Sum, places: int) -> NoReturn:
        raise _NoSumError

    def choice(self, tests: Sequence[tuple[str, Sum, Sum]], yes: Callable[[], Sum],
               no: Callable[[], Sum]) -> NoReturn:  # fmt: skip
        raise _NoSumError


def _times(terms: Sum, factor: int) -> Sum:
    return tuple((number * factor, spots) for number, spots in terms)


Products = Mapping[tuple[int, int], tuple[tuple[Place, ...], ...]]
"""Row and column -> its terms, each one box or two that are multiplied."""


def products_of(step: Step) -> Products | None:
    """The terms of each box of a step, if each is plainly a sum of boxes and of products of two."""
    if step.op.loss:
        return None
    found = _products(step.op, tuple(n.shape for n in step.inputs), tuple(step.params.items()))
    if found is None:
        return None
    names = [n.name for n in step.inputs]
    return {
        at: tuple(tuple((names[n], i, j) for n, i, j in term) for term in terms)
        for at, terms in found.items()
    }


@lru_cache(1 << 10)
def _products(
    op: Op, shapes: tuple[Shape, ...], params: tuple[tuple[str, Any], ...]
) -> dict[tuple[int, int], tuple[tuple[Spot, ...], ...]] | None:
    def number(n: int, i: int, j: int) -> Sum:
        return ((Decimal(1), ((n, i, j),)),)

    cells = Cells.of(op.formula, shapes, dict(params), _Sums(), number)
    found = {}
    try:
        for i in range(cells.shape[0]):
            for j in range(cells.shape[1]):
                terms = cells.at(i, j)
                if any(factor != 1 or len(spots) not in (1, 2) for factor, spots in terms):
                    return None
                found[i, j] = tuple(spots for _, spots in terms)
    except _NoSumError:
        return None
    return found


def origins_of(node: Node) -> list[list[Place]]:
    """The places of a node's numbers, row by column: its own, or for a step that is not on the page
    and only puts numbers elsewhere those that it takes them from."""
    rows, columns = node.shape
    own = [[(node.name, i, j) for j in range(columns)] for i in range(rows)]
    if not (isinstance(node, Step) and node.hidden and node.op.moves):
        return own
    products = products_of(node)
    if products is None or any(len(t) != 1 or len(t[0]) != 1 for t in products.values()):
        return own
    sources = {n.name: origins_of(n) for n in node.inputs}
    return [[_origin(sources, products[r, c][0][0]) for c in range(columns)] for r in range(rows)]


def _origin(sources: Mapping[str, list[list[Place]]], place: Place) -> Place:
    name, i, j = place
    return sources[name][i][j]
