"""The grid: a whole class's checkpoints and final answers on a page or two, for fast marking.

A line for each student: a box to tick, name, code, and the numbers of some matrices, each in a
place of its own. Lengths are in ems until the size of the letters is chosen: as large as it goes,
upright where that is legible, two students side by side where that saves pages. What even then does
not fit goes on a second line of the student.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from math import ceil, floor, inf

from sheetgen.classroom.pupils import Plan, Pupil
from sheetgen.classroom.roster import told_apart
from sheetgen.errors import counted
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.nodes import Node, Step
from sheetgen.page.items import PAPERS, Item, Label, Line, Page, Plate, Printed
from sheetgen.page.paths import Path, across, down, rectangle, straight
from sheetgen.type.fit import that_fits
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import plain
from sheetgen.words.labels import label

MOST_BOXES = 12
"""Of a block that is worth a column."""
COLUMNS = 3
"""Blocks shown of one exercise."""

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
RULED = 5
"""Each fifth line is stronger."""
NOTES = 16.0
"""Room in mm that is worth a column for notes."""

# In ems:
TICK, BOX = 1.6, 0.9
NAME, LEAST_NAME, GROUP = 18.0, 9.0, 7.0
"""Most and least room for a name, most for a group."""
PAD, GAP, SECTION, SPACE, BAR = 0.9, 1.7, 0.9, 0.75, 1.1
"""After a name; between columns, and more before an exercise; between numbers; between the rows of
a matrix."""
NAME_SIZE, SHRUNK = 1.08, 0.8
"""Size of a name, and the part of it below which it is shortened."""
CODE_SIZE = 0.92


def checkpoints(exercise: Exercise) -> list[Node]:
    """Up to three blocks that the student fills: the last of the forward pass, the first gradient,
    the last answer that is not too large; in the order of the work."""
    open_nodes = [
        n for n in exercise.graph.nodes
        if exercise.blanks.get(n.name) is not None and exercise.blanks[n.name].any()
        and not (isinstance(n, Step) and n.hidden)
    ]  # fmt: skip
    small = [n for n in open_nodes if n.shape[0] * n.shape[1] <= MOST_BOXES] or open_nodes
    forward = [n for n in small if n.role != "gradient"]
    backward = [n for n in small if n.role == "gradient"]
    middle = forward[(len(forward) - 1) // 2 : (len(forward) - 1) // 2 + 1] if forward else []
    chosen = [*forward[-1:], *backward[:1], *backward[-1:], *(middle if not backward else [])]
    names = {n.name for n in chosen}
    return [n for n in exercise.graph.nodes if n.name in names][:COLUMNS]


def grid_pdf(plan: Plan, pupils: Sequence[Pupil], title: str) -> bytes:
    """The grid of a class, students in the order of ``pupils``. The same class, the same bytes."""
    from sheetgen.press.printing import printer

    out = BytesIO()
    said = f"{title}: answers of the class"
    sheets = ((Printed((page,), said, False), None) for page in pages(plan, pupils, said))
    printer().write_pack(out, sheets, said)
    return out.getvalue()


def pages(plan: Plan, pupils: Sequence[Pupil], title: str) -> Iterator[Page]:
    """The pages, one after the other."""
    return _Grid(plan, pupils, title).pages()


# --- columns


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a number of a matrix stands."""

    row: int
    column: int
    end: float
    """Of the number, in ems from the left of the column."""


@dataclass(frozen=True, slots=True)
class Column:
    """Some rows of a matrix, a number beside the other, or an exercise's code."""

    exercise: int
    name: str
    """The matrix; nothing for a code."""
    head: str
    width: float
    slots: tuple[Slot, ...] = ()
    bars: tuple[float, ...] = ()
    """Between the rows."""
    x: float = 0.0
    """In ems from the left of the student's part of the page."""
    line: int = 0
    """On which of the student's lines it stands."""


class _Table:
    """A matrix of all students."""

    def __init__(self, exercise: int, node: Node, pupils: Sequence[Pupil]) -> None:
        self.exercise, self.node = exercise, node
        shown = [p.exercises[exercise].shown(node.name) for p in pupils]
        numbers = {number for matrix in shown for row in matrix for number in row}
        self.width = max(text_width(number, 1.0, "digits") for number in numbers)
        every = [(i, j) for i in range(node.shape[0]) for j in range(node.shape[1])]
        self.rows = [every] if node.shape[1] == 1 else [
            [cell for cell in every if cell[0] == i] for i in range(node.shape[0])
        ]  # fmt: skip

    def columns(self, room: float) -> Iterator[Column]:
        """The matrix as one column, or some where it is wider than ``room`` ems."""
        parts: list[list[list[tuple[int, int]]]] = []
        for row in self.rows:
            for some in self._broken(row, room):
                if parts and self._column([*parts[-1], some], "").width <= room:
                    parts[-1].append(some)
                else:
                    parts.append([some])
        name = label(self.node)
        for k, part in enumerate(parts):
            yield self._column(part, f"{name} …" if k else name)

    def _broken(self, row: list[tuple[int, int]], room: float) -> list[list[tuple[int, int]]]:
        if len(row) == 1 or self._column([row], "").width <= room:
            return [row]
        half = (len(row) + 1) // 2
        return self._broken(row[:half], room) + self._broken(row[half:], room)

    def _column(self, rows: Sequence[Sequence[tuple[int, int]]], head: str) -> Column:
        x = 0.0
        slots: list[Slot] = []
        bars: list[float] = []
        for row in rows:
            if slots:
                bars.append(x + BAR / 2)
                x += BAR
            for k, cell in enumerate(row):
                x += self.width + (SPACE if k else 0.0)
                slots.append(Slot(*cell, x))
        width = max(x, text_width(head, 1.0, "label"))
        off = (width - x) / 2
        return Column(
            self.exercise, self.node.name, head, width,
            tuple(replace(s, end=s.end + off) for s in slots), tuple(b + off for b in bars),
        )  # fmt: skip


def _flow(columns: Sequence[Column], room: float) -> list[Column]:
    """Columns beside one another, on as many lines as it takes, no code alone at a line's end."""
    x, line = 0.0, 0
    placed = []
    for k, column in enumerate(columns):
        wide = column.width
        if not column.name:
            x += SECTION if x else 0.0
            wide += sum(GAP + after.width for after in columns[k + 1 : k + 2] if after.name)
        if x and x + wide > room:
            x, line = 0.0, line + 1
        placed.append(replace(column, x=x, line=line))
        x += column.width + GAP
    return placed


# --- pages


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


class _Grid:
    """The grid of a class: its sizes, then its pages."""

    def __init__(self, plan: Plan, pupils: Sequence[Pupil], title: str) -> None:
        self.plan, self.pupils, self.title = plan, pupils, title
        self.several = len(plan.pieces) > 1
        self.names = ["" if p.spare else p.student.name or p.student.id for p in pupils]
        apart = told_apart([p.student for p in pupils])
        self.apart = [f" ({said})" if said else "" for said in apart]
        self.groups = ["" if p.spare else p.student.group for p in pupils]
        code = max(text_width(e.code, CODE_SIZE, "digits") for p in pupils for e in p.exercises)
        self.tick = 0.0 if self.several else TICK
        self.code = code + (TICK if self.several else GAP)
        whole = [name + more for name, more in zip(self.names, self.apart, strict=True)]
        self.name = min(NAME, max(_widest(whole, NAME_SIZE), 3.0))
        self.group = min(GROUP, max(_widest(self.groups), 3.0)) + PAD if any(self.groups) else 0.0
        self.tables = [
            [_Table(k, node, pupils) for node in checkpoints(exercise)]
            for k, exercise in enumerate(pupils[0].exercises)
        ]
        self.sizes = sizes = self._chosen()
        below = ceil(len(pupils) / sizes.panels)
        self.each = ceil(below / ceil(below / sizes.most))
        """Students below one another, about as many on each page."""
        room = (sizes.height - FOOT - sizes.top) / self.each
        self.high = floor(min(room, LOOSE * sizes.em * sizes.lines) * 100) / 100

    def _chosen(self) -> Sizes:
        width, height = PAPERS[self.plan.paper]
        upright = self._try(width, height, 1, LEGIBLE)
        if upright and len(self.pupils) > upright.most:
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
        lead = self.tick + PAD + self.group + (0.0 if self.several else self.code)
        short = min(self.name, LEAST_NAME)
        free = room * wrap - lead - short if wrap else inf
        columns = _flow(list(self._columns(free)), free)
        wide = lead + max((c.x + c.width for c in columns), default=0.0)
        lines = max((c.line for c in columns), default=0) + 1
        most, whole = (
            floor(room / (wide + name) / STEP) * STEP for name in (short, self.name * SHRUNK)
        )
        em = round(min(most, max(whole, least), LARGEST), 2)
        spare = room / em - wide
        notes = spare - self.name - GAP
        if panels > 1 or notes * em < NOTES:
            notes = 0.0
        name = self.name if notes else spare
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

    def pages(self) -> Iterator[Page]:
        moulds: dict[int, Plate] = {}
        title = tuple(self._title())
        starts = range(0, len(self.pupils), self.each * self.sizes.panels)
        for number, start in enumerate(starts, 1):
            some = range(start, min(start + self.each * self.sizes.panels, len(self.pupils)))
            if len(some) not in moulds:
                fixed = tuple(self._fixed(len(some)))
                moulds[len(some)] = Plate(self.sizes.width, self.sizes.height, fixed, frozenset())
            mould = moulds[len(some)]
            own = [*title, self._page_number(number, len(starts)), *self._own(some)]
            yield Page(self.sizes.width, self.sizes.height, tuple(own), mould)

    def _page_number(self, number: int, total: int) -> Label:
        x, y = self.sizes.width - MARGIN, self.sizes.height - LAST
        return Label(x, y, f"{number} / {total}", 2.6, "end", "soft", "small")

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
        if any(column.bars for column in self.sizes.columns):
            yield Label(MARGIN, self.sizes.height - LAST, "A thin line parts the rows of a matrix.",
                        2.6, "start", "soft", "small")  # fmt: skip
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

    def _heads(self, panel: int) -> Iterator[Item]:
        em = self.sizes.em
        y = self.sizes.top - HEAD / 2 * em
        if not self.several:
            side, x = BOX * em, self._x(panel)
            path: Path = (
                ("M", round(x + side * 0.2, 2), round(y, 2)),
                ("l", round(side * 0.25, 2), round(side * 0.3, 2)),
                ("l", round(side * 0.5, 2), round(-side * 0.7, 2)),
            )
            yield Line(path, weight=0.3, bounds=(x, y - side / 2, x + side, y + side / 2))
        yield Label(self._x(panel, self.tick), y, "Name", em, "start")
        x = self.tick + self.sizes.name + PAD
        if self.group:
            yield Label(self._x(panel, x), y, "Group", em, "start")
        if not self.several:
            yield Label(self._x(panel, x + self.group), y, "Code", em, "start")
        if self.sizes.notes:
            x = self._x(panel) + self.sizes.room - (self.sizes.notes - PAD) * em
            yield Label(x, y, "Notes", em, "start")
        each = HEAD * em * (2 if self.several else 1)
        for column in self.sizes.columns:
            at = y - (self.sizes.lines - 1 - column.line) * each
            if column.name:
                yield Label(self._x(panel, column.x + column.width / 2), at, column.head, em)
            else:
                yield Label(self._x(panel, column.x + TICK), at, column.head, em, "start")
        if self.several:
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
        em, part = self.sizes.em, self.high / self.sizes.lines
        x = self.tick + self.sizes.name + PAD
        name_room, group_room = self.sizes.name * em, (self.group - PAD) * em
        size, code_size = round(NAME_SIZE * em, 2), round(CODE_SIZE * em, 2)
        for place, k in enumerate(some):
            panel, row = divmod(place, self.each)
            pupil, top = self.pupils[k], self.sizes.top + row * self.high
            ys = [round(top + (line + 0.5) * part, 2) for line in range(self.sizes.lines)]
            y = ys[0]
            if self.names[k]:
                name = _with(self.names[k], self.apart[k], name_room, size * SHRUNK)
                yield Label(round(self._x(panel, self.tick), 2), y, plain(name), size, "start",
                        width=round(name_room, 2))  # fmt: skip
            if self.groups[k]:
                group = plain(that_fits(self.groups[k], group_room, em * SHRUNK))
                yield Label(round(self._x(panel, x), 2), y, group, em, "start",
                            width=round(group_room, 2))  # fmt: skip
            if not self.several:
                yield Label(round(self._x(panel, x + self.group), 2), y, pupil.code, code_size,
                            "start", face="digits")  # fmt: skip
            for column in self.sizes.columns:
                y, left = ys[column.line], self._x(panel, column.x)
                exercise = pupil.exercises[column.exercise]
                if not column.name:
                    yield Label(round(left + TICK * em, 2), y, exercise.code, code_size, "start",
                                face="digits")  # fmt: skip
                    continue
                shown = exercise.shown(column.name)
                for slot in column.slots:
                    yield _number(left + slot.end * em, y, shown[slot.row][slot.column], em)


@lru_cache(1 << 15)
def _number(end: float, y: float, said: str, em: float) -> Label:
    return Label(round(end, 2), y, said, em, "end", face="digits")


def _with(name: str, more: str, room: float, size: float) -> str:
    """A name and what tells it from another, of which more is kept than of the name."""
    more = that_fits(more, room * 0.8, size)
    return that_fits(name, room - text_width(plain(more), size, "label"), size) + more


def _widest(texts: Sequence[str], size: float = 1.0) -> float:
    return max(text_width(plain(said), size, "label") for said in texts)
