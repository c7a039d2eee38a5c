"""What a sheet that is solved backwards says: letters for what is missing, the way to find it, and
the equation of each missing number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from sheetgen.graph.cell import Place
from sheetgen.words.sums import Worked

Pages = Sequence[frozenset[str]]
"""The matrices that have boxes on each page."""


class Told(NamedTuple):
    """A line of the way, in full and in fewer words, and the page that says it, counted from 0."""

    markup: str
    brief: str
    page: int


@dataclass(frozen=True)
class Equation:
    """A line of the room to work: which letters it tells, from which box, and what its key writes.
    The box is named as a page draws it by ``as_drawn``."""

    name: str
    written: str
    of: str
    """The matrix whose box it is."""
    finds: bool
    """Whether it tells letters; else it is the sum of a box that no result tells."""
    step: int
    """The number of the line that says it."""
    whole: str = ""
    """The name of several equations that are solved together, of which it is one."""


@dataclass
class Way:
    """How the missing numbers of an exercise are found."""

    letters: dict[Place, str]
    shown_as: dict[Place, str] = field(default_factory=dict)
    """Boxes that only repeat a missing number, and its letter."""
    lines: list[Told] = field(default_factory=list)
    """What to do, in order, page after page."""
    found_on: dict[str, int] = field(default_factory=dict)
    """Letter -> the page on which it is found, counted from 0."""
    equations: list[Equation] = field(default_factory=list)
    """In the order in which they can be solved."""


def page_with(matrix: str, pages: Pages) -> int:
    """The first page with boxes of a matrix, counted from 0; the first one of all for none."""
    return next((k for k, boxes in enumerate(pages) if matrix in boxes), 0)


def worked_equations(equations: Sequence[Equation]) -> list[Worked]:
    """The equations as their key writes them, by the number of their line: those that are solved
    together in one."""
    found = []
    for (step, whole), some in groupby(equations, lambda e: (e.step, e.whole)):
        own = list(some)
        if whole and len(own) > 1:
            found.append(Worked(0, f"[{step}] {whole}", tuple(e.written for e in own),
                                of=own[0].of, in_order=True))  # fmt: skip
        else:
            found += [Worked(0, f"[{step}] {e.name}", (e.written,), of=e.of, in_order=True)
                      for e in own]  # fmt: skip
    return found
