"""Sheets of several small exercises: their numbers, which boxes are open, and the proof that each
has one solution and that what has a star does not matter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.effort import of_graph
from sheetgen.draw.ends import Ends
from sheetgen.draw.rounds import Drawn
from sheetgen.draw.stated import draw_part
from sheetgen.errors import SheetgenError
from sheetgen.exercise.unique import prove
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Values
from sheetgen.graph.parts import Part
from sheetgen.verify.dual import Dual
from sheetgen.verify.second_way import worked_out

FARTHEST = 99
"""No missing number is larger."""


def draw_parts(parts: Sequence[Part], graph: Graph, seeds: Sequence[int]) -> Drawn:
    """All numbers of the sheets of some seeds, exercise by exercise."""
    values: Values = {}
    for part in parts:
        values |= draw_part(part, seeds)
    effort = np.broadcast_to(of_graph(graph, values), (len(seeds),))
    count = len(seeds)
    return Drawn(values, np.ones(count, np.int64), effort, np.ones(count, bool))


def open_boxes(parts: Sequence[Part]) -> dict[str, NDArray[np.bool_]]:
    """The boxes that the student fills."""
    return {name: cells for part in parts for name, cells in part.open.items()}


def prove_parts(parts: Sequence[Part], values: Values) -> None:
    """Prove of each exercise that what is missing has one solution, and that what has a star does
    not matter, for the numbers of one sheet. Raises NotUnique or SheetgenError naming the box."""
    for part in parts:
        if part.backwards:
            prove(part.graph, values, part.open, Ends(-FARTHEST, FARTHEST))
        if part.stars:
            _prove_stars(part, values)


def _prove_stars(part: Part, values: Values) -> None:
    """Work the exercise out the second way with other numbers behind the stars."""
    for by in (1.0, -2.0, 5.0):
        found: dict[str, NDArray[np.float64]] = {}
        for node in part.graph.nodes:
            value = values[node.name]
            true = value.digits / 10.0**value.decimals
            stars = part.stars.get(node.name, np.zeros(node.shape, bool))
            if not isinstance(node, Step):
                found[node.name] = true + by * stars
                continue
            made = worked_out(node, [Dual(found[n.name][None]) for n in node.inputs]).value[0]
            off = np.abs(made - true) > 1e-9
            if (off & ~stars).any():
                raise SheetgenError(f"exercise {part.number}: a star stands for what matters to "
                                    f"{node.name}")  # fmt: skip
            found[node.name] = made
