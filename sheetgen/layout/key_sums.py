"""Free places on the pages of a key for the worked sums that have no lines there: near their boxes,
and in the order of the steps, from the top down in each column and from left to right."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sheetgen.graph.cell import Place as Spot
from sheetgen.layout.columns import LEAST, Columns
from sheetgen.layout.free_places import Free
from sheetgen.layout.reading_order import Part, Place, beside_each, in_columns
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Box
from sheetgen.page.items import Label
from sheetgen.words.sums import Worked

NEAR = 36.0
"""How far sums stand from their boxes at most where all are near theirs, in mm."""
FILLED = 0.85
"""Part of what is free that sums can fill, at most."""
WIDER = 1.3
"""By such steps it is told how much wider lines are than usual ones."""
EMS, FINE = 1.5, 4.0
"""By that widths are told apart of lines of which no usual ones are known, in ems and in mm."""
SIGNS = frozenset("×÷√^{")
"""More of them make a sum harder."""
DOWN = (0.15, 1.0, 4.0)
"""What it may cost that sums stand lower by a mm, beside their distance: the more, the more find
room below others."""
COLUMNS = (1, 2, 3)
"""In so many the lines of a step may stand."""

Usual = Callable[[Worked], tuple[str, Worked]]
"""Of some sums the kind, and lines of the same boxes with usual numbers: both are the same on all
sheets of one shape."""


@dataclass(frozen=True)
class Set:
    """Sums in their places."""

    labels: tuple[Label, ...]
    size: float
    """Em of their letters; 0 for none."""
    rest: tuple[Worked, ...] = ()
    """Those that have no place."""


@dataclass(frozen=True)
class _Shape:
    """What the sums of a step have in common with those of many other sheets."""

    name: str
    block: str
    lines: int
    ems: float
    """About their width in ems, and in mm where exponents are raised."""
    legible: float


class _Places(NamedTuple):
    """Size of letters, and a place for each step that has one."""

    size: float
    places: tuple[Place | None, ...]

    @property
    def all(self) -> bool:
        return None not in self.places


class _About(NamedTuple):
    """Of sums with usual numbers the kind and the widths."""

    kind: str
    ems: float
    legible: float


@dataclass(frozen=True)
class Steps:
    """The sums of some steps that are to be placed, in their order."""

    sums: tuple[Worked, ...]
    columns: tuple[Columns, ...]
    shapes: tuple[_Shape, ...]


class FreePlaces:
    """The free places beside the figures of one page."""

    def __init__(
        self, taken: Sequence[Box], area: Box, sizes: Sizes, blocks: Mapping[str, Box]
    ) -> None:
        """``taken`` are the places in an area that are not free, ``blocks`` those of matrices."""
        self._free, self._sizes, self._blocks = Free(taken, area), sizes, blocks
        self._tried = Columns((), sizes).tried
        self._usual: dict[tuple[str, tuple[Spot, ...]], _About] = {}
        self._found: dict[tuple[_Shape, ...], _Places] = {}

    def steps(self, sums: Sequence[Worked], usual: Usual) -> Steps:
        """The sums of some steps; how wide they are is told by kinds."""
        columns = tuple(Columns([one], self._sizes) for one in sums)
        about = [self._about(one, step, usual) for one, step in zip(sums, columns, strict=True)]
        wider: dict[str, int] = {}
        for step, (kind, ems, legible) in zip(columns, about, strict=True):
            by = max(step.ems / ems, step.legible / legible if legible else 0.0)
            wider[kind] = max(wider.get(kind, -99), math.ceil(math.log(by, WIDER) - 1e-9))
        return Steps(tuple(sums), columns, tuple(
            _Shape(one.name, one.of, len(one.lines),
                   ems * WIDER ** wider[kind], legible * WIDER ** wider[kind])
            for one, (kind, ems, legible) in zip(sums, about, strict=True)
        ))  # fmt: skip

    def near(self, steps: Steps) -> Set | None:
        """All sums near their boxes, in the largest letters; None where not all can be so."""
        found = self._chosen(steps)
        away = max((place.away for place in found.places if place is not None), default=0.0)
        return self._set(steps, found) if found.all and away <= NEAR else None

    def placed(self, steps: Steps) -> Set:
        """The same wherever there is room, or else as many as find some in the smallest letters."""
        return self._set(steps, self._chosen(steps))

    def _chosen(self, steps: Steps) -> _Places:
        """The places for steps of some shapes, found once."""
        if steps.shapes not in self._found:
            self._found[steps.shapes] = self._best(steps)
        return self._found[steps.shapes]

    def _best(self, steps: Steps) -> _Places:
        """All near their boxes, in the largest letters that let them, column by column over the
        page rather than in each column of several areas; else wherever there is room for all, or
        for most."""
        farther: _Places | None = None
        for size in self._tried:
            parts = self._parts(steps, size)
            if not self._may_fit(parts):
                continue
            each = (beside_each(self._free, parts, down) for down in DOWN[:2])
            for found in (in_columns(self._free, parts), *each):
                if found is None or None in found:
                    continue
                places = _Places(size, tuple(found))
                if all(place is not None and place.away <= NEAR for place in found):
                    return places
                farther = farther or places
        if farther is not None:
            return farther
        parts = self._parts(steps, self._tried[-1])
        some = [beside_each(self._free, parts, down) for down in DOWN]
        return _Places(self._tried[-1], max(some, key=lambda found: sum(
            shape.lines for shape, place in zip(steps.shapes, found, strict=True) if place)))

    def _may_fit(self, parts: Sequence[Part]) -> bool:
        """Whether each of some parts has a place, and there is room for all of them."""
        least = sum(min(width * height for width, height in part.sizes) for part in parts)
        return least <= self._free.size * FILLED and all(
            any(self._free.has(width, height) for width, height in part.sizes) for part in parts
        )  # fmt: skip

    def _set(self, steps: Steps, found: _Places) -> Set:
        """The sums in their places."""
        labels, (size, places) = list[Label](), found
        for step, shape, place in zip(steps.columns, steps.shapes, places, strict=True):
            if place is not None:
                count = COLUMNS[place.size]
                width, height = _room(step, shape, size, count)
                labels += step.in_columns(place.at, count, height, width, size)[0]
        rest = (one for one, place in zip(steps.sums, places, strict=True) if place is None)
        return Set(tuple(labels), size, tuple(rest))

    def _about(self, one: Worked, step: Columns, usual: Usual) -> _About:
        """What is known of some sums by usual numbers."""
        if not one.places:
            wide = math.ceil(step.legible / FINE) * FINE
            return _About(one.name, math.ceil(step.ems / EMS) * EMS, wide)
        key = one.name, one.places
        if key not in self._usual:
            kind, lines = usual(one)
            typical = Columns([lines], self._sizes)
            self._usual[key] = _About(kind, typical.ems, typical.legible)
        return self._usual[key]

    def _parts(self, steps: Steps, size: float) -> list[Part]:
        """The sums of steps in letters of a size, in one column or more, and their boxes."""
        return [
            Part(tuple(_room(step, shape, size, c) for c in COLUMNS
                       if c == 1 or shape.lines >= c * LEAST),
                 self._blocks.get(shape.block))
            for step, shape in zip(steps.columns, steps.shapes, strict=True)
        ]  # fmt: skip


def _room(step: Columns, shape: _Shape, size: float, count: int) -> tuple[float, float]:
    """Width and height of a step's lines in some columns."""
    return (count * step.narrow(size, shape.ems, shape.legible), step.tall(size, count) + 1.0)


def hard(one: Worked) -> int:
    """The more, the harder its sums: more signs, and a result that is rounded."""
    return 1 + max(sum(sign in SIGNS for sign in line) + 2 * ("≈" in line) for line in one.lines)
