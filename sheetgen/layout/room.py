"""Ruled room to work: a labelled line a result, with a place for each term; the key writes on the
same lines."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, groupby

from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.free_places import Free
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Box, legible
from sheetgen.page.items import Item, Label, Rule
from sheetgen.type.fonts import text_width
from sheetgen.words.room import WorkLine, which_boxes

SIGN = 4.6
"""Room of a sign between two places, in mm."""
GAP = 8.0
"""Between two columns."""
RESULT = 9.0
"""Width of the place for a result."""
LEAST_PLACE = 3.4
"""Width in ems of the place for a term, at least."""
HEADING = 6.0
"""Height of the words above the lines."""


HIGHEST = 140.0
"""Height of a room, at most."""
NARROWEST = 24.0
"""Width of a line with its name in mm that is less than any has."""
TERM = 2.6
"""Width in ems of a term in an equation that has no places for its terms."""
SQUARE = 3.2
"""Width in ems of such a term that is a square."""
SO, MORE = 2.8, 1.2
"""Width in ems of what stands behind a negative result that ReLU makes 0, and what it adds to the
room of an equation, in which few numbers are as wide as they may be."""
QUOTIENT = 6.0
"""Width in ems of an equation of two numbers and their quotient."""
APART, WHOLE, CLOSE, TIGHT, SOME, FEW = "apart", "whole", "close", "tight", "some", "few"
"""A place for each term; a line for each equation; the same with lines that stand closer, or as
close as on narrow ruled paper; a line for each of the hardest ones; for those of a few matrices, of
one, or of its first rows."""
ALL = (APART, WHOLE, CLOSE, TIGHT, SOME)
LEAST = 4
"""Lines that are given for the first rows of a matrix alone, at least."""
COLUMN = 4
"""So many short lines stand in two columns rather than in one that leaves half the room empty."""


@dataclass(frozen=True)
class Ruled:
    """Some lines in their places."""

    lines: tuple[WorkLine, ...]
    corners: tuple[tuple[float, float], ...]
    """Where each line begins: its left end and its foot."""
    label: float
    """Width of the names."""
    place: float
    """Width of the place for a term."""
    size: float
    """Em of what is written."""
    heading: tuple[float, float]
    said: str
    """What the room is called."""
    width: float
    """Of a line for a whole equation."""
    apart: bool
    """Whether sums have a place for each of their terms."""
    by: float = 1.0
    """How much larger than usual all is."""

    def items(self) -> Iterator[Item]:
        """What a worksheet has."""
        x, y = self.heading
        yield legible(Label(x, y, self.said, self.size, "start", "soft"))
        for line, (x, y) in zip(self.lines, self.corners, strict=True):
            middle = y - self.size / 2
            yield legible(Label(x, middle, line.name, self.size, "start", width=self.label,
                                of=line.source))  # fmt: skip
            if not self.is_apart(line):
                yield Rule(self._start(x), y, self.width)
                continue
            for k, left in enumerate(self._lefts(line, x)):
                yield Rule(left, y, self._wide(line, k))
                if k:
                    sign = "=" if k == line.places else "+"
                    yield Label(left - SIGN * self.by / 2, middle, sign, self.size, "middle",
                                of=line.source)  # fmt: skip

    def answers(self, exercise: Exercise) -> Iterator[Label]:
        """What its key writes on them."""
        for line, (x, y) in zip(self.lines, self.corners, strict=True):
            middle = y - self.size / 2
            if not self.is_apart(line):
                if said := line.whole(exercise):
                    yield legible(Label(
                        self._start(x) + 1.5, middle, said, self.size, "start",
                        "answer", "answer", True, self.width - 2.0, of=line.source))  # fmt: skip
                continue
            terms, _, result = line.written(exercise)
            if not terms:
                continue
            texts = [*terms, result]
            for k, (left, text) in enumerate(zip(self._lefts(line, x), texts, strict=True)):
                wide = self._wide(line, k)
                yield Label(left + wide / 2, middle, text, self.size, "middle", "answer", "answer",
                            True, wide, of=line.source)  # fmt: skip

    def is_apart(self, line: WorkLine) -> bool:
        """Whether a line has a place for each term."""
        return self.apart and line.apart and line.places > 1

    def _start(self, x: float) -> float:
        """Where a line begins behind its name."""
        return x + self.label + 1.5 * self.by

    def _lefts(self, line: WorkLine, x: float) -> list[float]:
        start = self._start(x)
        return [start + k * (self.place + SIGN * self.by) for k in range(line.places + 1)]

    def _wide(self, line: WorkLine, k: int) -> float:
        return _result(line, self.size, self.by) if k == line.places else self.place


@lru_cache(1 << 12)
def _name_width(said: str, size: float) -> float:
    """The width of a name, which is larger if its lowered letters would be too small."""
    return text_width(said, legible(Label(0.0, 0.0, said, size)).size, "label")


ROOM = "Room to work"
"""What one for a single sum is called."""
HARDEST = "the hardest results"
"""What lines are said to be for where the names of their matrices have no room."""


def called(names: Sequence[str], width: float, size: float) -> str:
    """What a room is called: the first of some names that has a place, or a few words."""
    return next((said for said in names if _name_width(said, size) <= width), ROOM)


def ruled(
    lines: Sequence[WorkLine], room: Box, sizes: Sizes,
    ways: Sequence[str] = ALL,
) -> Ruled | None:
    """The lines in a room in the first of some ways that it has room for, as wide and high as they
    can be; None if it is too small."""
    if not lines:
        return None
    close = *sizes.room_pitches, sizes.close_pitch
    tight = *close, sizes.least_pitch, sizes.narrow_pitch
    pitches = {CLOSE: close, FEW: tight, TIGHT: tight}
    for way in ways:
        of_way = replace(sizes, room_pitches=pitches.get(way, sizes.room_pitches))
        for some in _parts(lines, way):
            found = _ruled(some, room, of_way, apart=way == APART)
            if found is not None:
                said = called(_names(some, lines, found), room[2] - room[0], found.size)
                return replace(found, said=said)
    return None


def ruled_beside(lines: Sequence[WorkLine], free: Free, sizes: Sizes) -> Ruled | None:
    """The lines in a free rectangle at the side of figures: all of them if there is room for them,
    else the hardest ones, in the largest letters."""
    if not lines:
        return None
    found: list[Ruled] = []
    for width in sizes.room_widths:
        at = free.tallest(width)
        if at is None or at[3] - at[1] < sizes.least_lines:
            continue
        made = ruled(lines, at, replace(
            sizes, room_sizes=(*sizes.room_sizes, sizes.least_beside),
            room_pitches=(*sizes.room_pitches, sizes.least_pitch, sizes.narrow_pitch),
        ))  # fmt: skip
        if made is not None:
            found.append(made)
    return max(found, key=lambda made: (len(made.lines), made.size), default=None)


def _parts(lines: Sequence[WorkLine], way: str) -> Iterable[list[WorkLine]]:
    """The lines that are tried in one of the ways."""
    if way == SOME:
        return _hardest(lines)
    if way == FEW:
        alone = [list(found) for _, found in groupby(lines, key=lambda line: line.source[0])]
        alone.sort(key=lambda found: -max(line.places for line in found))
        several = (set(chain.from_iterable(alone[:k])) for k in range(len(alone) - 1, 1, -1))
        together = ([line for line in lines if line in some] for some in several)
        return chain(together, alone[:1], _first_rows(alone[0]), alone[1:])
    return [list(lines)]


def _first_rows(lines: list[WorkLine]) -> Iterator[list[WorkLine]]:
    """The lines of a matrix without its last row, without its last two, down to half of them."""
    for last in range(lines[-1].source[1], 0, -1):
        some = [line for line in lines if line.source[1] < last]
        if 2 * len(some) >= len(lines) and len(some) >= LEAST:
            yield some


def _hardest(lines: Sequence[WorkLine]) -> Iterator[list[WorkLine]]:
    """The lines without those of the last matrices, ever fewer, down to half of them, or to the
    rounded results, which stay longest."""
    order = list(dict.fromkeys(line.source[0] for line in reversed(lines)))
    order.sort(key=lambda name: any(n.rounded for n in lines if n.source[0] == name))
    for k in range(1, len(order)):
        some = [line for line in lines if line.source[0] in order[k:]]
        if 2 * len(some) >= len(lines) or all(line.rounded for line in some):
            yield some


def _names(some: Sequence[WorkLine], lines: Sequence[WorkLine], found: Ruled) -> list[str]:
    """What a room for some of the lines that are wanted may be called, the longest first."""
    if len(lines) == 1:
        return [ROOM]
    end = ", a place for each term." if any(found.is_apart(line) for line in some) else "."
    whole = len(some) == len(lines)
    kinds = [which_boxes(some, lines), *[f"each of {HARDEST}"] * whole]
    return [f"{ROOM}: a line for {which}{end}" for which in kinds]


def _ruled(
    lines: Sequence[WorkLine], room: Box, sizes: Sizes, *, apart: bool
) -> Ruled | None:
    x0, y0, x1, y1 = room
    by = sizes.larger
    places = apart and any(line.apart and line.places > 1 for line in lines)
    most = int((y1 - y0 - HEADING * by) / sizes.room_pitches[-1])
    if most < 1 or (x1 - x0) * most < NARROWEST * by * len(lines):
        return None  # whatever stands on them
    kinds = {(line.places, line.apart, line.squares, line.bent): line for line in lines}.values()
    names = {line.name for line in lines}
    for size in sizes.room_sizes:
        label = max(_name_width(name, size) for name in names) + 1.0
        least = label + 1.5 * by + max(_least(line, size, by, apart) for line in kinds)
        for pitch in sizes.room_pitches:
            rows = int((y1 - y0 - HEADING * by) / pitch)
            columns = -(-len(lines) // rows) if rows > 0 else 0
            width = (x1 - x0 - GAP * by * (columns - 1)) / columns if columns else 0.0
            if width < least:
                continue
            half = (x1 - x0 - GAP * by) / 2
            if columns == 1 and len(lines) >= 2 * COLUMN and half < least and not places and any(
                _narrowest(lines, smaller, by) <= half for smaller in sizes.room_sizes[:3]
                if smaller < size
            ):
                break  # in somewhat smaller letters they stand in two columns
            if columns == 1 and len(lines) >= COLUMN and half >= least:
                columns, width = 2, half
                pitch = next(p for p in sizes.room_pitches
                             if -(-len(lines) // 2) * p <= y1 - y0 - HEADING * by)  # fmt: skip
            rows = -(-len(lines) // columns)
            corners = tuple(
                (round(x0 + (k // rows) * (width + GAP * by), 3),
                 round(y0 + HEADING * by + (k % rows + 1) * pitch, 3))
                for k in range(len(lines))
            )  # fmt: skip
            free = width - label - 1.5 * by
            most = max((line.places for line in lines if line.places > 1), default=1)
            result = max(_result(line, size, by) for line in kinds)
            place = min((free - most * SIGN * by - result) / most, sizes.widest_place)
            terms = max(line.places for line in lines)
            wide = min(free, (terms + 1) * (sizes.widest_place + SIGN * by))
            return Ruled(tuple(lines), corners, label, place, size, (x0, y0 + 2.5 * by),
                         ROOM, wide, apart, by)  # fmt: skip
    return None


def _narrowest(lines: Sequence[WorkLine], size: float, by: float) -> float:
    """The least width of a column of lines for whole equations."""
    label = max(_name_width(line.name, size) for line in lines) + 1.0
    return label + 1.5 * by + max(_least(line, size, by, False) for line in lines)


def _least(line: WorkLine, size: float, by: float, apart: bool) -> float:
    """The width that a line needs behind its name."""
    if apart and line.apart and line.places > 1:
        return line.places * (LEAST_PLACE * size + SIGN * by) + _result(line, size, by)
    more = MORE * size if line.bent else 0.0
    if line.places == 1:
        return QUOTIENT * size + more
    return line.places * (SQUARE if line.squares else TERM) * size + RESULT * by + more


def _result(line: WorkLine, size: float, by: float) -> float:
    """The width of the place for a result."""
    return RESULT * by + (SO * size if line.bent else 0.0)


def least_height(
    lines: Sequence[WorkLine], width: float, sizes: Sizes, way: str = APART
) -> float | None:
    """The height of a room in which some lines find their places, 0 for no lines; None where these
    are too many for any."""
    if not lines:
        return 0.0
    heights = [HEADING * sizes.larger + 1.0]
    while heights[-1] < HIGHEST * sizes.larger:
        heights.append(heights[-1] + 1.0)
    first = bisect_left(
        heights, True,
        key=lambda h: ruled(lines, (0.0, 0.0, width, h), sizes, [way]) is not None,
    )  # fmt: skip
    return heights[first] if first < len(heights) else None
