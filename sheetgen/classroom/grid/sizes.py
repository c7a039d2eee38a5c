"""The sizes of a grid: how wide its columns are, how large its letters, which way the paper lies.

Lengths are in ems until the size of the letters is chosen: as large as it goes, upright where that
is legible, two students side by side where that saves pages. What even then does not fit goes on a
second line of the student.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import floor, inf

from sheetgen.classroom.grid.columns import (
    GAP,
    Column,
    Table,
    checkpoints,
    flow,
    room_for_points,
)
from sheetgen.classroom.plan import Plan
from sheetgen.classroom.points import worth, written
from sheetgen.classroom.pupils import Pupil
from sheetgen.classroom.students import told_apart
from sheetgen.page.items import PAPERS
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import plain

MARGIN, TOP, FOOT, LAST = 12.0, 17.0, 12.0, 7.5
GUTTER = 8.0
"""Between two students side by side."""
LARGEST, LEGIBLE, SMALLEST = 3.6, 3.0, 2.7
"""Ems in mm: the largest, the least upright, the least on paper on its side."""
STEP = 0.05
TIGHT, LOOSE = 1.42, 1.9
"""Least and greatest height of a line."""
HEAD = 1.6
"""Height of a line of heads."""
NOTES = 16.0
"""Room in mm that is worth a column for notes."""

# In ems:
TICK, BOX = 1.6, 0.9
NAME, LEAST_NAME, GROUP = 18.0, 9.0, 7.0
"""Most and least room for a name, most for a group."""
PAD = 0.9
"""After a name."""
NAME_SIZE, SHRUNK = 1.08, 0.8
"""Size of a name, and the part of it below which it is shortened."""
CODE_SIZE = 0.92


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of a grid; in mm, but ``name`` and ``notes`` in ems."""

    width: float
    height: float
    panels: int
    """Students side by side."""
    room: float
    """Of a student."""
    em: float
    name: float
    notes: float
    """Room for notes, 0 for none."""
    columns: tuple[Column, ...]
    lines: int
    """Of a student."""
    top: float

    @property
    def most(self) -> int:
        """Students below one another at most."""
        return max(1, int((self.height - FOOT - self.top) / (TIGHT * self.em * self.lines)))


class Listing:
    """The class as the grid lists it: names, groups, codes and matrices, with their widths."""

    def __init__(self, pupils: Sequence[Pupil], plan: Plan) -> None:
        self.several = len(pupils[0].exercises) > 1
        """Whether there are several exercises, each with a code and a box to tick."""
        self.names = ["" if p.spare else p.student.name or p.student.id for p in pupils]
        apart = told_apart([p.student for p in pupils])
        self.apart = [f" ({said})" if said else "" for said in apart]
        """What tells namesakes apart."""
        self.groups = ["" if p.spare else p.student.group for p in pupils]
        code = max(text_width(e.code, CODE_SIZE, "digits") for p in pupils for e in p.exercises)
        self.tick = 0.0 if self.several else TICK
        self.code = code + (TICK if self.several else GAP)
        whole = [name + more for name, more in zip(self.names, self.apart, strict=True)]
        self.name = min(NAME, max(_widest(whole, NAME_SIZE), 3.0)) if any(self.names) else 0.0
        """Room for names; none where nobody has one."""
        self.pad = PAD if self.name else 0.0
        self.group = min(GROUP, max(_widest(self.groups), 3.0)) + PAD if any(self.groups) else 0.0
        self.worth = [
            [worth(e, piece.points) for e, piece in zip(p.exercises, plan.pieces, strict=True)]
            for p in pupils
        ]
        """The most points of each exercise of each student."""
        self.tables = [
            [Table(k, node, pupils, plan.look.decimal_mark) for node in checkpoints(exercise)]
            for k, exercise in enumerate(pupils[0].exercises)
        ]

    def sizes(self, paper: str) -> Sizes:
        """Upright in letters that are legible, two students side by side where one below the other
        are more than a page; else on paper on its side."""
        width, height = PAPERS[paper]
        upright = self._try(width, height, 1, LEGIBLE)
        if upright and len(self.names) > upright.most:
            return self._try(width, height, 2, LEGIBLE) or upright
        found = upright or self._try(height, width, 1, SMALLEST)
        return found or self._fitted(height, width, 1, SMALLEST, 1 / SMALLEST)

    def _try(self, width: float, height: float, panels: int, least: float) -> Sizes | None:
        """The grid with one line a student and letters of at least ``least`` mm, if it fits."""
        sizes = self._fitted(width, height, panels, least, 0.0)
        return sizes if sizes.em >= least - STEP / 2 else None

    def _fitted(self, width: float, height: float, panels: int, least: float, wrap: float) -> Sizes:
        """The grid with letters as large as they go without shortening names, or ``least`` mm;
        ``wrap`` ems in a mm allow a second line."""
        room = (width - 2 * MARGIN - GUTTER * (panels - 1)) / panels
        lead = self.tick + self.pad + self.group + (0.0 if self.several else self.code)
        short = min(self.name, LEAST_NAME)
        free = room * wrap - lead - short if wrap else inf
        columns = flow(list(self._columns(free)), free)
        wide = lead + max((c.x + max(c.width, *c.bars, 0.0) for c in columns), default=0.0)
        lines = max((c.line for c in columns), default=0) + 1
        most, whole = (
            floor(room / (wide + name) / STEP) * STEP for name in (short, self.name * SHRUNK)
        )
        em = round(min(most, max(whole, least), LARGEST), 2)
        spare = room / em - wide
        notes = spare - self.name - GAP
        if panels > 1 or notes * em < NOTES:
            notes = 0.0
        name = self.name if notes or not self.name else spare
        return Sizes(
            width, height, panels, room, em, name, notes,
            tuple(replace(c, x=c.x + lead + name) for c in columns), lines,
            TOP + em * HEAD * lines * (2 if self.several else 1),
        )  # fmt: skip

    def _columns(self, room: float) -> Iterator[Column]:
        for k, tables in enumerate(self.tables):
            if self.several:
                yield Column(k, "", "Code", self.code)
            for table in tables:
                yield from table.columns(room)
            if self.several:
                yield room_for_points(k, "", [own[k] for own in self.worth], True, True)
        whole = [written(sum(map(Decimal, own), Decimal())) for own in self.worth]
        said = "Total" if self.several else "Points"
        yield room_for_points(k, said, whole, not self.several, False)


def _widest(texts: Sequence[str], size: float = 1.0) -> float:
    return max(text_width(plain(said), size, "label") for said in texts)
