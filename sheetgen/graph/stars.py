"""Numbers that do not matter: a topic names some of its givens' boxes, for which a star is printed,
and for what only repeats them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.cell import Cells
from sheetgen.graph.nodes import Given, Graph, Node, Step

Masks = dict[str, NDArray[np.bool_]]
"""Matrix name -> True for its boxes that do not matter."""


class _Repeats:
    """An algebra of what a box repeats: whether that does not matter, None for what is worked
    out."""

    def number(self, value: Decimal) -> bool | None:
        return None

    def letter(self, name: str) -> bool | None:
        return None

    def calc(self, how: str, args: Sequence[bool | None]) -> bool | None:
        return None

    def over(self, how: str, terms: Sequence[bool | None]) -> bool | None:
        return None

    def rounded(self, value: bool | None, places: int) -> bool | None:
        return value

    def choice(self, tests: Sequence[tuple[str, Any, Any]], yes: Callable[[], bool | None],
               no: Callable[[], bool | None]) -> bool | None:  # fmt: skip
        return None


def stars_of(graph: Graph) -> Masks:
    """The boxes of a graph for which a star is printed."""
    found: Masks = {}
    for node in graph.nodes:
        stars = _given(node) if isinstance(node, Given) else _repeated(node, found)
        if stars.any():
            found[node.name] = stars
    return found


def _given(given: Given) -> NDArray[np.bool_]:
    stars = np.zeros(given.shape, bool)
    for i, j in given.options.get("starred", ()):
        stars[i, j] = True
    return stars


def _repeated(step: Step, found: Masks) -> NDArray[np.bool_]:
    """The boxes of a step that only repeat one that does not matter."""
    stars = np.zeros(step.shape, bool)
    if step.op.loss or not any(n.name in found for n in step.inputs):
        return stars

    def get(n: int, i: int, j: int) -> bool | None:
        node: Node = step.inputs[n]
        return node.name in found and bool(found[node.name][i, j])

    shapes = [n.shape for n in step.inputs]
    cells = Cells.of(step.op.formula, shapes, step.params, _Repeats(), get)
    return np.array([[bool(cells.at(i, j)) for j in range(step.shape[1])]
                     for i in range(step.shape[0])])  # fmt: skip
