"""What is said of a page to those who hear it: the names of matrices and the order of the work.

Whoever lays out a page knows what its boxes are; whoever prints it does not, and reads it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheetgen.page.theme import BY_HAND


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a matrix: its label as markup, its size, and at which step it is worked out;
    0 for one that is given."""

    markup: str
    rows: int
    cols: int
    step: int = 0


@dataclass(frozen=True)
class Reading:
    """What is said of the matrices of a sheet, by their names."""

    matrices: Mapping[str, Told] = field(default_factory=dict)
    head: float = BY_HAND.figures_top
    """Where the head of a page ends, in mm from the upper edge."""
    scale: float = 1.0
    """How much larger than usual all stands on the page."""


UNTOLD = Reading()
"""Of pages that show no exercise."""
