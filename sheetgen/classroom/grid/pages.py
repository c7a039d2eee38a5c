"""The pages of the grid: a line for each student, with a box to tick, name, code, and the numbers
of some matrices, each in a place of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from math import ceil, floor

from sheetgen.classroom.grid.columns import Column
from sheetgen.classroom.grid.sizes import (
    BOX,
    CODE_SIZE,
    FOOT,
    GUTTER,
    HEAD,
    LAST,
    LOOSE,
    MARGIN,
    NAME_SIZE,
    PAD,
    SHRUNK,
    TICK,
    Listing,
)
from sheetgen.classroom.plan import Plan
from sheetgen.classroom.pupils import Pupil
from sheetgen.errors import counted
from sheetgen.page.items import Item, Label, Line, Page, Plate, Printed
from sheetgen.page.paths import Path, across, down, rectangle, straight
from sheetgen.type.fit import that_fits
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import plain, with_mark

RULED = 5
"""Each fifth line is stronger."""


def grid_pdf(
    plan: Plan, pupils: Sequence[Pupil], title: str, seed: int | None = None
) -> bytes:
    """The grid of a class, students in the order of ``pupils``, at the foot the class's seed. The
    same class, the same bytes."""
    from sheetgen.press.printing import printer

    out = BytesIO()
    said = f"{title}: answers of the class"
    sheets = ((Printed((page,), said, False), None) for page in pages(plan, pupils, said, seed))
    printer().write_pack(out, sheets, said, leave_off=True)
    return out.getvalue()


def pages(
    plan: Plan, pupils: Sequence[Pupil], title: str, seed: int | None = None
) -> Iterator[Page]:
    """The pages, one after the other."""
    return _Grid(plan, pupils, title, seed).pages()


class _Grid:
    """The grid of a class on its paper."""

    def __init__(
        self, plan: Plan, pupils: Sequence[Pupil], title: str, seed: int | None
    ) -> None:
        self.plan, self.pupils, self.title, self.seed = plan, pupils, title, seed
        self.listing = listing = Listing(pupils, plan)
        self.sizes = sizes = listing.sizes(plan.paper)
        below = ceil(len(pupils) / sizes.panels)
        self.each = ceil(below / ceil(below / sizes.most))
        """Students below one another, about as many on each page."""
        room = (sizes.height - FOOT - sizes.top) / self.each
        self.high = floor(min(room, LOOSE * sizes.em * sizes.lines) * 100) / 100

    def pages(self) -> Iterator[Page]:
        plates: dict[int, Plate] = {}
        title = tuple(self._title())
        starts = range(0, len(self.pupils), self.each * self.sizes.panels)
        for number, start in enumerate(starts, 1):
            some = range(start, min(start + self.each * self.sizes.panels, len(self.pupils)))
            if len(some) not in plates:
                fixed = tuple(self._fixed(len(some)))
                plates[len(some)] = Plate(self.sizes.width, self.sizes.height, fixed, frozenset())
            plate = plates[len(some)]
            own = [*title, self._page_number(number, len(starts)), *self._own(some)]
            yield Page(self.sizes.width, self.sizes.height, tuple(own), plate)

    def _page_number(self, number: int, total: int) -> Label:
        x, y = self.sizes.width - MARGIN, self.sizes.height - LAST
        seed = "" if self.seed is None else f"class seed {self.seed} · "
        return Label(x, y, f"{seed}{number} / {total}", 2.6, "end", "soft", "small")

    def _title(self) -> Iterator[Label]:
        """Title and heading; not among what pages have in common, since that must need no font
        of the system."""
        heading, room = self.plan.heading, self.sizes.width - 2 * MARGIN
        said = [part for part in (heading.course, heading.teacher, heading.date) if part]
        spares = sum(p.spare for p in self.pupils)
        number = len(self.pupils) - spares
        said.append(counted(number, "student"))
        if spares:
            said.append(counted(spares, "spare"))
        more = that_fits(" · ".join(said), room * 0.45, 2.7)
        left = room - text_width(plain(more), 3.3, "label") - 6
        yield Label(MARGIN, 12.0, plain(that_fits(self.title, left, 3.4)), 5.0, "start",
                    face="title", width=round(left, 2))  # fmt: skip
        yield Label(self.sizes.width - MARGIN, 12.4, plain(more), 3.3, "end", "soft",
                    width=round(room * 0.45, 2))  # fmt: skip

    def _x(self, panel: int, ems: float = 0.0) -> float:
        return MARGIN + panel * (self.sizes.room + GUTTER) + ems * self.sizes.em

    # --- what pages have in common

    def _fixed(self, count: int) -> Iterator[Item]:
        """Heads, rules and boxes to tick of a page with so many students."""
        if note := self._note():
            yield Label(MARGIN, self.sizes.height - LAST, note, 2.6, "start", "soft", "small")
        strong: Path = ()
        thin: Path = ()
        bars: Path = ()
        boxes: Path = ()
        for panel, start in enumerate(range(0, count, self.each)):
            rows = min(self.each, count - start)
            yield from self._heads(panel)
            left, bottom = self._x(panel), self.sizes.top + rows * self.high
            for k in range(rows + 1):
                rule = across(left, self.sizes.top + k * self.high, self.sizes.room)
                if k % RULED == 0 or k == rows:
                    strong += rule
                else:
                    thin += rule
            for bar in self._down(panel, rows):
                bars += bar
            if self.sizes.notes:
                x = left + self.sizes.room - self.sizes.notes * self.sizes.em
                bars += straight([(round(x, 2), round(y, 2)) for y in (self.sizes.top, bottom)])
            for k in range(rows):
                for box in self._boxes(panel, self.sizes.top + k * self.high):
                    boxes += box
        bottom = self.sizes.top + min(count, self.each) * self.high
        bounds = MARGIN, self.sizes.top, self.sizes.width - MARGIN, bottom
        for path, colour, weight in ((thin, "soft", 0.08), (bars, "soft", 0.08),
                                     (strong, "ink", 0.2), (boxes, "ink", 0.2)):  # fmt: skip
            if path:
                yield Line(path, colour, weight, bounds=bounds)

    def _note(self) -> str:
        """What is to be known of the lines and the points, at the foot."""
        parted = any(column.bars and column.most is None for column in self.sizes.columns)
        said = ["A thin line parts the rows of a matrix."] * parted
        if not all(piece.points for piece in self.plan.pieces):
            said.append("A blank is one point; what follows from a slip has full points.")
        return " ".join(said)

    def _heads(self, panel: int) -> Iterator[Item]:
        em = self.sizes.em
        y = self.sizes.top - HEAD / 2 * em
        if not self.listing.several:
            side, x = BOX * em, self._x(panel)
            path: Path = (
                ("M", round(x + side * 0.2, 2), round(y, 2)),
                ("l", round(side * 0.25, 2), round(side * 0.3, 2)),
                ("l", round(side * 0.5, 2), round(-side * 0.7, 2)),
            )
            yield Line(path, weight=0.3, bounds=(x, y - side / 2, x + side, y + side / 2))
        if any(self.listing.names):
            yield Label(self._x(panel, self.listing.tick), y, "Name", em, "start")
        x = self.listing.tick + self.sizes.name + self.listing.pad
        if self.listing.group:
            yield Label(self._x(panel, x), y, "Group", em, "start")
        if not self.listing.several:
            yield Label(self._x(panel, x + self.listing.group), y, "Code", em, "start")
        if self.sizes.notes:
            x = self._x(panel) + self.sizes.room - (self.sizes.notes - PAD) * em
            yield Label(x, y, "Notes", em, "start")
        each = HEAD * em * (2 if self.listing.several else 1)
        for column in self.sizes.columns:
            at = y - (self.sizes.lines - 1 - column.line) * each
            if column.name:
                yield Label(self._x(panel, column.x + column.width / 2), at, column.head, em)
            else:
                yield Label(self._x(panel, column.x + TICK), at, column.head, em, "start")
        if self.listing.several:
            for (k, line), columns in self._sections().items():
                piece = self.plan.pieces[k]
                said = f"{k + 1}  {piece.asked.title}"
                if piece.points:
                    said += f" · {piece.points} point{'s' * (piece.points != '1')}"
                wide = (columns[-1].x + columns[-1].width - columns[0].x) * em
                yield Label(self._x(panel, columns[0].x),
                            y - (self.sizes.lines - 1 - line) * each - HEAD * em,
                            plain(that_fits(said, wide, em * SHRUNK)), em, "start",
                            width=round(wide, 2))  # fmt: skip

    def _sections(self) -> dict[tuple[int, int], list[Column]]:
        """The columns of each exercise and line."""
        found: dict[tuple[int, int], list[Column]] = {}
        for column in self.sizes.columns:
            found.setdefault((column.exercise, column.line), []).append(column)
        return found

    def _down(self, panel: int, rows: int) -> Iterator[Path]:
        """Lines between the rows of matrices."""
        part = self.high / self.sizes.lines
        for column in self.sizes.columns:
            for bar in column.bars:
                x = self._x(panel, column.x + bar)
                if self.sizes.lines == 1:
                    yield down(x, self.sizes.top, rows * self.high)
                    continue
                for k in range(rows):
                    y = self.sizes.top + k * self.high + column.line * part
                    yield down(x, y, part)

    def _boxes(self, panel: int, y: float) -> Iterator[Path]:
        side, part = BOX * self.sizes.em, self.high / self.sizes.lines
        codes = [(c.x, c.line) for c in self.sizes.columns if not c.name]
        for x, line in codes or [(0.0, 0)]:
            top = y + (line + 0.5) * part - side / 2
            yield rectangle(self._x(panel, x), top, side, side)

    # --- what is a student's own

    def _own(self, some: range) -> Iterator[Label]:
        for place, k in enumerate(some):
            panel, row = divmod(place, self.each)
            top = self.sizes.top + row * self.high
            part = self.high / self.sizes.lines
            ys = [round(top + (line + 0.5) * part, 2) for line in range(self.sizes.lines)]
            yield from self._who(k, panel, ys[0])
            yield from self._answers(k, panel, ys)

    def _who(self, k: int, panel: int, y: float) -> Iterator[Label]:
        """Name, group and code of a student."""
        listing, em = self.listing, self.sizes.em
        x = listing.tick + self.sizes.name + listing.pad
        name_room, group_room = self.sizes.name * em, (listing.group - PAD) * em
        if listing.names[k]:
            size = round(NAME_SIZE * em, 2)
            name = _with(listing.names[k], listing.apart[k], name_room, size * SHRUNK)
            yield Label(round(self._x(panel, listing.tick), 2), y, plain(name), size, "start",
                        width=round(name_room, 2))  # fmt: skip
        if listing.groups[k]:
            group = plain(that_fits(listing.groups[k], group_room, em * SHRUNK))
            yield Label(round(self._x(panel, x), 2), y, group, em, "start",
                        width=round(group_room, 2))  # fmt: skip
        if not listing.several:
            yield self._code(self._x(panel, x + listing.group), y, self.pupils[k].code)

    def _answers(self, k: int, panel: int, ys: Sequence[float]) -> Iterator[Label]:
        """The numbers of a student, and the code of each of several exercises."""
        em, pupil = self.sizes.em, self.pupils[k]
        for column in self.sizes.columns:
            y, left = ys[column.line], self._x(panel, column.x)
            exercise = pupil.exercises[column.exercise]
            if not column.name:
                yield self._code(left + TICK * em, y, exercise.code)
                continue
            if column.most is not None:
                for said in column.most[k : k + 1]:
                    end = round(left + column.width * em, 2)
                    yield Label(end, y, said, em, "end", "soft", "small")
                continue
            shown = exercise.shown(column.name)
            for slot in column.slots:
                said = with_mark(shown[slot.row][slot.column], self.plan.look.decimal_mark)
                yield _number(left + slot.end * em, y, said, em)

    def _code(self, x: float, y: float, code: str) -> Label:
        size = round(CODE_SIZE * self.sizes.em, 2)
        return Label(round(x, 2), y, code, size, "start", face="digits")


@lru_cache(1 << 15)
def _number(end: float, y: float, said: str, em: float) -> Label:
    return Label(round(end, 2), y, said, em, "end", face="digits")


def _with(name: str, more: str, room: float, size: float) -> str:
    """A name and what tells it from another, of which more is kept than of the name."""
    more = that_fits(more, room * 0.8, size)
    return that_fits(name, room - text_width(plain(more), size, "label"), size) + more
