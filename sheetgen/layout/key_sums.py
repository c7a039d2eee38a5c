"""Free places on the pages of a key for the worked sums that have no lines there: near their boxes,
and in the order of the steps, from the top down in each column and from left to right."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
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

CLOSE, NEAR, FAR = 12.0, 36.0, 50.0
"""How far sums stand from their boxes at most where all are beside theirs, where all are near them,
and where not all can be, in mm."""
NEARER = 6.0
"""By so much nearer all are worth it that they are not read column by column over the page."""
LEFT_OUT = 4
"""So many steps at most are left out of a list that is read column by column."""
FILLED = 0.85
"""Part of what is free that sums can fill, at most."""
WIDER, FEW_WIDER, FEW = 1.3, 1.07, 4
"""By such steps it is told how much wider lines are than usual ones, and by finer ones where there
are few steps."""
EMS, FINE = 1.5, 4.0
"""By that widths are told apart of lines of which no usual ones are known, in ems and in mm."""
SIGNS = frozenset("×÷√^{")
"""More of them make a sum harder."""
DOWN = 0.15
"""What it costs that sums stand lower by a mm, beside their distance."""
WAYS = ((DOWN, False), (4.0, False), (1.0, True))
"""The same where not all find room, as the more it costs, the more find some below others; and
whether the hardest have their places first."""
COLUMNS = (0, 1, 2, 3)
"""In so many the lines of a step may stand beneath its name; 0 for a single one behind it."""

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
    worth: int


class _Places(NamedTuple):
    """Size of letters, and a place for each step that has one."""

    size: float
    places: tuple[Place | None, ...]

    @property
    def all(self) -> bool:
        return None not in self.places

    @property
    def away(self) -> float:
        """How far the farthest is from its boxes."""
        return max((place.away for place in self.places if place is not None), default=0.0)


class _About(NamedTuple):
    """Of sums with usual numbers the kind, the widths, and how hard they are."""

    kind: str
    ems: float
    legible: float
    worth: int


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
        self._free, self._sizes, self.blocks = Free(taken, area), sizes, blocks
        self._tried = Columns((), sizes).tried
        self._usual: dict[tuple[str, tuple[Spot, ...]], _About] = {}
        self._found: dict[tuple[_Shape, ...], _Places | None] = {}
        self._some: dict[tuple[_Shape, ...], _Places] = {}
        """Places for all of some steps, and for most, by their shapes."""

    def steps(self, sums: Sequence[Worked], usual: Usual) -> Steps:
        """The sums of some steps; how wide they are is told by kinds."""
        columns = tuple(Columns([one], self._sizes) for one in sums)
        about = [self._about(one, step, usual) for one, step in zip(sums, columns, strict=True)]
        wider: dict[str, int] = {}
        finer = FEW_WIDER if len(sums) <= FEW else WIDER
        for step, (kind, ems, legible, _) in zip(columns, about, strict=True):
            by = max(step.ems / ems, step.legible / legible if legible else 0.0)
            wider[kind] = max(wider.get(kind, -99), math.ceil(math.log(by, finer) - 1e-9))
        return Steps(tuple(sums), columns, tuple(
            _Shape(one.name, one.of, len(one.lines),
                   ems * finer ** wider[kind], legible * finer ** wider[kind], worth)
            for one, (kind, ems, legible, worth) in zip(sums, about, strict=True)
        ))  # fmt: skip

    def near(self, steps: Steps) -> Set | None:
        """All sums near their boxes, in the largest letters; None where not all can be so."""
        found = self._all(steps)
        return self._set(steps, found) if found is not None and found.away <= NEAR else None

    def placed(self, steps: Steps, whole: bool = False) -> Set:
        """The same wherever there is room, or else as many as find some in the smallest letters,
        none of them if the ``whole`` is wanted."""
        found = self._all(steps)
        if found is not None:
            return self._set(steps, found)
        if whole:
            return Set((), 0.0, steps.sums)
        if steps.shapes not in self._some:
            self._some[steps.shapes] = self._most(steps)
        return self._set(steps, self._some[steps.shapes])

    def _all(self, steps: Steps) -> _Places | None:
        """The places for all steps of some shapes, found once; None if not all have one."""
        if steps.shapes not in self._found:
            self._found[steps.shapes] = self._best(steps) or self._crowded(steps)
        return self._found[steps.shapes]

    def _best(self, steps: Steps) -> _Places | None:
        """All near their boxes, in the largest letters that let them, column by column over the
        page rather than in each column of several areas; else wherever there is room for all."""
        best: _Places | None = None
        low, high = 0, len(self._tried)
        while low < high:  # what finds no room in some letters finds none in larger ones
            middle = (low + high - 1) // 2
            found = self._in_letters(steps, self._tried[middle])
            if found is None or (best is not None and best.away <= NEAR < found.away):
                low = middle + 1
            else:
                best, high = found, middle
        return best

    def _in_letters(self, steps: Steps, size: float) -> _Places | None:
        """Places for all in letters of a size, rather near their boxes; None if there are none."""
        parts = self._parts(steps, size)
        if not self._may_fit(parts):
            return None
        read = in_columns(self._free, parts)
        by_columns = None if read is None else _Places(size, read)
        if by_columns is not None and by_columns.away <= CLOSE:
            return by_columns
        order = range(len(parts))
        for one in (order, order[::-1]):
            each = _Places(size, beside_each(self._free, parts, DOWN, FAR, one, whole=True))
            if each.all and (by_columns is None or each.away < by_columns.away - NEARER):
                return each
        return by_columns

    def _crowded(self, steps: Steps) -> _Places | None:
        """Places for all in the smallest letters, in one of the ways that find room for most."""
        size = self._tried[-1]
        parts = self._parts(steps, size)
        if not self._may_fit(parts, 1.0):
            return None
        found = (_Places(size, some) for some in self._ways(steps, parts, whole=True))
        return next((some for some in found if some.all), None)

    def _ways(
        self, steps: Steps, parts: Sequence[Part], whole: bool = False
    ) -> Iterator[tuple[Place | None, ...]]:
        """Places that are as high, or for the hardest, rather than near."""
        far = FAR if all(one.number for one in steps.sums) else math.inf  # letters tell equations
        order = sorted(range(len(parts)), key=lambda k: -parts[k].worth)
        for down, hardest in WAYS:
            one = order if hardest else sorted(order)
            yield beside_each(self._free, parts, down, far, one, whole)

    def _most(self, steps: Steps) -> _Places:
        """Places for as many as find some, in the smallest letters."""
        size = self._tried[-1]
        parts = self._parts(steps, size)
        worth = [shape.lines * shape.worth for shape in steps.shapes]
        some = list(self._ways(steps, parts))
        if min(found.count(None) for found in some) > 1:
            some.append(self._without(parts, worth))
        return _Places(size, max(some, key=lambda found: sum(
            w for w, place in zip(worth, found, strict=True) if place)))  # fmt: skip

    def _without(self, parts: Sequence[Part], worth: Sequence[int]) -> tuple[Place | None, ...]:
        """Places column by column without a few, those that take the most room for their worth."""
        kept = list(range(len(parts)))
        for k in sorted(kept, key=lambda k: -parts[k].area / worth[k])[:LEFT_OUT]:
            kept.remove(k)
            some = [parts[n] for n in kept]
            found = in_columns(self._free, some) if self._may_fit(some) else None
            if found is not None:
                at = dict(zip(kept, found, strict=True))
                return tuple(at.get(n) for n in range(len(parts)))
        return (None,) * len(parts)

    def _may_fit(self, parts: Sequence[Part], filled: float = FILLED) -> bool:
        """Whether each of some parts has a place, and there is room for all of them in a part of
        what is free."""
        return sum(part.area for part in parts) <= self._free.size * filled and all(
            any(self._free.has(width, height) for width, height in part.sizes) for part in parts
        )  # fmt: skip

    def _set(self, steps: Steps, found: _Places) -> Set:
        """The sums in their places."""
        labels, (size, places) = list[Label](), found
        for step, shape, place in zip(steps.columns, steps.shapes, places, strict=True):
            if place is not None:
                count = _counts(shape)[place.size]
                width, height = _room(step, shape, size, count)
                labels += (step.in_columns(place.at, count, height, width, size)[0] if count
                           else step.in_a_row(place.at, size))  # fmt: skip
        rest = (one for one, place in zip(steps.sums, places, strict=True) if place is None)
        return Set(tuple(labels), size, tuple(rest))

    def _about(self, one: Worked, step: Columns, usual: Usual) -> _About:
        """What is known of some sums by usual numbers."""
        if not one.places:
            wide = math.ceil(step.legible / FINE) * FINE
            return _About(one.name, math.ceil(step.ems / EMS) * EMS, wide, 1)
        key = one.name, one.places
        if key not in self._usual:
            kind, lines = usual(one)
            typical = Columns([lines], self._sizes)
            self._usual[key] = _About(kind, typical.ems, typical.legible, _worth(lines))
        return self._usual[key]

    def _parts(self, steps: Steps, size: float) -> list[Part]:
        """The sums of steps in letters of a size, in one column or more, and their boxes."""
        return [
            Part(tuple(_room(step, shape, size, c) for c in _counts(shape)),
                 self.blocks.get(shape.block), shape.worth)
            for step, shape in zip(steps.columns, steps.shapes, strict=True)
        ]  # fmt: skip


def _counts(shape: _Shape) -> list[int]:
    """In how many columns the lines of a step may stand."""
    return [c for c in COLUMNS if c == 1 or (shape.lines >= c * LEAST if c else shape.lines == 1)]


def _room(step: Columns, shape: _Shape, size: float, count: int) -> tuple[float, float]:
    """Width and height of a step's lines in some columns."""
    if not count:
        return step.row(size, shape.ems, shape.legible)
    return (count * step.narrow(size, shape.ems, shape.legible), step.tall(size, count) + 1.0)


def _worth(one: Worked) -> int:
    """How hard sums are, in three classes."""
    return 1 + min(hard(one), 4) // 2


def hard(one: Worked) -> int:
    """The more, the harder its sums: more signs, and a result that is rounded."""
    return 1 + max(sum(sign in SIGNS for sign in line) + 2 * ("≈" in line) for line in one.lines)
