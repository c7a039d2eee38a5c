"""What a sheet is worth: a blank is one point, unless the plan gives an exercise points of its own.

What follows from a slip has full points, so no point is lost twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from sheetgen.errors import SheetgenError
from sheetgen.exercise.blanks import open_cells
from sheetgen.exercise.exercise import Exercise

_NUMBER = re.compile(r"\d{1,5}(?:[.,]\d{1,2})?")


def worth(exercise: Exercise, points: str = "") -> str:
    """The points of an exercise: those of the plan, or a point for each box that is left open."""
    if points:
        return points
    nodes = {node.name: node for node in exercise.graph.nodes}
    return str(sum(int((cells & open_cells(nodes[name])).sum())
                   for name, cells in exercise.blanks.items()))  # fmt: skip


def stated(points: Sequence[str], exercises: Sequence[Exercise]) -> tuple[str, ...]:
    """The points that stand on the sheets of some exercises: of all, if the plan gives some of
    them points, so that they have a total."""
    if not any(points):
        return tuple(points)
    return tuple(worth(e, p) for e, p in zip(exercises, points, strict=True))


def written(points: Decimal) -> str:
    """Points with no more decimals than they have: ``6``, ``7.5``."""
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_points(text: str) -> Decimal:
    """Points as somebody typed them, with a decimal point or comma. Raises SheetgenError."""
    if not _NUMBER.fullmatch(text):
        below = text[:1] in "-−" and _NUMBER.fullmatch(text[1:])
        why = "is below 0" if below else "is no number of points, such as 7 or 7.5"
        raise SheetgenError(f'"{text[:30]}" {why}')
    return Decimal(text.replace(",", "."))
