"""Products as they stand on a page: the row of one block times the column of another, where both
are flush with the box of the result.

Which boxes a product takes is read from the cell formula of its op; where they stand, in which
order and what they show, from the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Step
from sheetgen.graph.terms import Products, products_of
from sheetgen.pagecheck.shown import Shown, Statement, Truths, alike
from sheetgen.pagecheck.standing import NEAR, ONE, Part, Spot, Standing

Pair = tuple[Spot, Spot]
"""A box of the row and the box of the column by which it is multiplied."""


def crossings(standing: Standing, step: Step, said: str) -> Iterator[tuple[Part, Statement]]:
    """The blocks in which a step's result stands where a row meets a column, each with the
    statement that it is their product; none for what is no sum of boxes or products."""
    products = products_of(step)
    if products is None or all(len(terms) == 1 == len(terms[0]) for terms in products.values()):
        return
    for part in standing.parts:
        if part.name == step.name:
            found = _read(standing, part, products)
            if found is not None:
                yield part, Statement(f"{said}, a row times a column", found)


def has_products(step: Step) -> bool:
    """Whether each box of a step is a sum in which boxes are multiplied."""
    products = products_of(step)
    return products is not None and any(len(t) == 2 for terms in products.values() for t in terms)


class _Crossing:
    """The slots of rows, columns and results of a crossing."""

    def __init__(self, rows: Sequence[Sequence[int]], columns: Sequence[Sequence[int]],
                 made: Sequence[int]) -> None:  # fmt: skip
        self.rows, self.columns = np.array(rows, np.intp), np.array(columns, np.intp)
        self.made = np.array(made, np.intp)

    def __call__(self, shown: Shown) -> Truths:
        values = shown.values
        sums = np.einsum("nck,nck->nc", values[:, self.rows], values[:, self.columns])
        return alike(sums, values[:, self.made])


def _read(standing: Standing, part: Part, products: Products) -> _Crossing | None:
    """The crossing whose result a block is, None if it is none."""
    for sides in _SIDES:
        found = [_pairs(standing, spot, products, sides) for spot in part.spots]
        pairs = [one for one in found if one is not None]
        if len(pairs) == len(found):
            made = [spot.slot for spot in part.spots]
            rows, columns = ([[pair[k].slot for pair in one] for one in pairs] for k in (0, 1))
            return _Crossing(rows, columns, made)
    return None


_SIDES = ((-1, -1), (-1, 1), (1, -1), (1, 1))
"""Where a row and a column may stand: left or right of the result, above or below it."""


def _pairs(
    standing: Standing, spot: Spot, products: Products, sides: tuple[int, int]
) -> list[Pair] | None:
    """The boxes that are multiplied for one, in their order; None if they do not stand so."""
    _, i, j = spot.place
    found: list[Pair] = []
    for term in sorted(products[i, j], key=len, reverse=True):
        pair = _pair(standing, spot, term, found, sides)
        if pair is None:
            return None
        found.append(pair)
    found.sort(key=lambda pair: pair[0].x)
    return found if found and _in_order(standing, found) else None


def _pair(
    standing: Standing, spot: Spot, term: Sequence[Place], others: Sequence[Pair],
    sides: tuple[int, int],
) -> Pair | None:  # fmt: skip
    """Where the two factors of a term stand, flush with a box: one in its row, one in its column;
    a 1 at the factors of the other terms."""
    places = [standing.origins[name][i][j] for name, i, j in term]
    one, other = (*places, ONE)[:2]
    row_end, column_end = others[-1] if others and other is ONE else (spot, spot)
    for a, b in ((one, other), (other, one)):
        row = standing.beside(spot, a, sides[0], row_end if a is ONE else spot)
        column = standing.above(spot, b, sides[1], column_end if b is ONE else spot)
        if row is not None and column is not None:
            return row, column
    return None


def _in_order(standing: Standing, pairs: Sequence[Pair]) -> bool:
    """Whether the row from left to right meets the column from top to bottom, and nothing else
    stands between."""
    rows, columns = [row for row, _ in pairs], [column for _, column in pairs]
    if any(b.x - a.x <= NEAR for a, b in pairwise(rows)):
        return False
    if any(b.y - a.y <= NEAR for a, b in pairwise(columns)):
        return False
    return len(standing.row_between(rows[0], rows[-1])) == len(rows) and (
        len(standing.column_between(columns[0], columns[-1])) == len(columns))  # fmt: skip
