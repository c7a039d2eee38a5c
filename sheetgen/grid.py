"""The grid: a whole class's checkpoints and final answers on a page or two, for fast marking.

A line for each student: code, name, the numbers of some blocks, each number in a column of its own,
and a box to tick. The paper lies on its side where that saves a line; what does not fit beside the
others even so goes on a second line of the student.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from sheetgen.classroom import Plan, Pupil
from sheetgen.exercise import Exercise
from sheetgen.fonts import plain, text_width
from sheetgen.graph import Node, Step
from sheetgen.names import that_fits
from sheetgen.page import PAPERS, Block, Cell, Item, Label, Line, Mould, Page, Printed
from sheetgen.steps import label

MOST_BOXES = 12
"""Of a block that is worth a column."""
COLUMNS = 3
"""Blocks shown of one exercise."""

MARGIN, TOP, FOOT = 12.0, 27.0, 13.0
SIDE = 5.4
"""Height of a line, and width of a number's column, in mm."""
GAP, PART = 4.0, 1.2
"""Between blocks, and between the rows of one block."""
NAME_ROOM, GROUP_ROOM, CODE_ROOM, TICK = 42.0, 18.0, 36.0, 7.0
TEXT, SMALLEST = 3.2, 2.5
"""Em of names and codes, and below which they are shortened."""
RULED = 5
"""Each fifth line is stronger."""


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


@dataclass(frozen=True)
class Strip:
    """One row of a block, or a column, in its columns of the grid."""

    exercise: int
    name: str
    cells: tuple[tuple[int, int], ...]
    """Row and column of each number."""
    x: float
    line: int
    """On which of the student's lines it stands."""

    def shown(self, pupil: Pupil) -> tuple[str, ...]:
        numbers = pupil.exercises[self.exercise].shown(self.name)
        return tuple(numbers[i][j] for i, j in self.cells)


@dataclass(frozen=True)
class Head:
    """The name above a block."""

    markup: str
    x: float
    line: int


def grid_pdf(plan: Plan, pupils: Sequence[Pupil], title: str) -> bytes:
    """The grid of a class, students in the roster's order. The same class, the same bytes."""
    from sheetgen.press import press_pack

    out = BytesIO()
    said = f"{title}: answers of the class"
    pages = tuple(_Grid(plan, pupils, said).pages())
    press_pack(out, [(Printed(pages, said, key=True), None)], said)
    return out.getvalue()


class _Grid:
    """Places what the grid shows."""

    def __init__(self, plan: Plan, pupils: Sequence[Pupil], title: str) -> None:
        self.pupils, self.title, self.heading = pupils, title, plan.heading
        blocks = [(k, n) for k, e in enumerate(pupils[0].exercises) for n in checkpoints(e)]
        self.groups = any(p.student.group and not p.spare for p in pupils)
        self.codes = [" ".join(e.code for e in p.exercises) for p in pupils]
        self.names = ["" if p.spare else p.student.name or p.student.id for p in pupils]
        code_room = min(CODE_ROOM, _widest(self.codes)) + 3
        name_room = min(NAME_ROOM, max(_widest(self.names), 12.0)) + 3
        self.name_x = MARGIN + code_room
        self.group_x = self.name_x + name_room
        self.rooms = code_room - 3, name_room - 3
        self.left = self.group_x + (GROUP_ROOM if self.groups else 0.0)
        several = len(plan.pieces) > 1
        named = [(k, n, f"{k + 1}: " if several else "") for k, n in blocks]
        self.width, self.height = PAPERS[plan.paper]
        upright = self._place(named)
        self.width, self.height = self.height, self.width
        self.lines = self._place(named)
        if self.lines == upright:
            self.width, self.height = self.height, self.width
            self._place(named)

    def _place(self, blocks: Sequence[tuple[int, Node, str]]) -> int:
        """Put the blocks beside one another; how many lines a student needs."""
        self.strips: list[Strip] = []
        self.heads: list[Head] = []
        x, line, right = self.left, 0, self.width - MARGIN - TICK
        for exercise, node, before in blocks:
            markup = before + label(node)
            rows = [[(i, j) for j in range(node.shape[1])] for i in range(node.shape[0])]
            if node.shape[1] == 1:
                rows = [[cell for row in rows for cell in row]]
            wide = sum(len(row) * SIDE + PART for row in rows) - PART
            wide = max(wide, text_width(markup, TEXT, "label"))
            if x + wide > right and x > self.left:
                x, line = self.left, line + 1
            self.heads.append(Head(markup, x, line))
            start = x
            for row in rows:
                if x + len(row) * SIDE > right and x > self.left:
                    x, line = self.left, line + 1
                    start = x
                self.strips.append(Strip(exercise, node.name, tuple(row), x, line))
                x += len(row) * SIDE + PART
            x = max(x - PART, start + text_width(markup, TEXT, "label")) + GAP
        return line + 1

    # --- pages

    def pages(self) -> list[Page]:
        high = SIDE * self.lines
        top = TOP + (self.lines - 1) * SIDE * 0.9
        each = max(1, int((self.height - top - FOOT) / high))
        starts = range(0, len(self.pupils), each)
        moulds: dict[int, Mould] = {}
        made = []
        for number, start in enumerate(starts, 1):
            some = range(start, min(start + each, len(self.pupils)))
            if len(some) not in moulds:
                fixed, varying = self._fixed(top, len(some)), self._varying(top, some)
                places = frozenset(range(len(fixed), len(fixed) + len(varying)))
                moulds[len(some)] = Mould(self.width, self.height, (*fixed, *varying), places)
            mould = moulds[len(some)]
            fixed_part = mould.items[: len(mould.items) - len(mould.varying)]
            items = (*fixed_part, *self._varying(top, some), self._number(number, len(starts)))
            made.append(Page(self.width, self.height, items, mould))
        return made

    def _number(self, number: int, total: int) -> Label:
        return Label(self.width - MARGIN, self.height - 7.0, f"{number} / {total}", 2.6, "end",
                     "soft", "small")  # fmt: skip

    def _fixed(self, top: float, count: int) -> list[Item]:
        """Title, heads, rules and boxes to tick."""
        h = self.heading
        more = " · ".join(part for part in (h.course, h.teacher, h.date) if part)
        room = self.width - 2 * MARGIN
        items: list[Item] = [
            Label(MARGIN, 11.0, plain(that_fits(self.title, room, 4.0)), 5.4, "start", width=room),
        ]
        if more:
            items.append(Label(MARGIN, 16.0, plain(more), 3.2, "start", "soft", width=room))
        y = top - 2.9
        items += [
            Label(MARGIN, y, "Code", TEXT, "start"), Label(self.name_x, y, "Name", TEXT, "start"),
        ]  # fmt: skip
        if self.groups:
            items.append(Label(self.group_x, y, "Group", TEXT, "start"))
        last = self.lines - 1
        items += [
            Label(head.x, y - (last - head.line) * SIDE * 0.9, head.markup, TEXT, "start",
                  "gradient")
            for head in self.heads
        ]  # fmt: skip
        right, high = self.width - MARGIN, SIDE * self.lines
        strong = [f"M{MARGIN} {top:.2f}H{right:.2f}"]
        thin: list[str] = []
        boxes: list[str] = []
        for k in range(1, count + 1):
            (thin if k % RULED else strong).append(f"M{MARGIN} {top + k * high:.2f}H{right:.2f}")
        for k in range(count):
            y = top + k * high + (high - 3.4) / 2
            boxes.append(f"M{right - 4.2:.2f} {y:.2f}h3.4v3.4h-3.4z")
        bounds = MARGIN, top, right, top + count * high
        items += [Line("".join(paths), colour, weight, bounds=bounds) for paths, colour, weight in
                  ((thin, "soft", 0.08), (strong, "ink", 0.2), (boxes, "ink", 0.2))]  # fmt: skip
        return items

    def _varying(self, top: float, some: range) -> list[Item]:
        """Codes, names and numbers of some students."""
        high = SIDE * self.lines
        items: list[Item] = []
        for line, k in enumerate(some):
            y = round(top + (line + 0.5) * high, 2)
            texts = [(MARGIN, self.codes[k], self.rooms[0]),
                     (self.name_x, self.names[k], self.rooms[1])]  # fmt: skip
            if self.groups:
                group = "" if self.pupils[k].spare else self.pupils[k].student.group
                texts.append((self.group_x, group, GROUP_ROOM - 3))
            items += [Label(x, y, plain(that_fits(said, room, SMALLEST)), TEXT, "start", width=room)
                      for x, said, room in texts]  # fmt: skip
        for strip in self.strips:
            empty = (Cell(""),) * len(strip.cells)
            rows: list[tuple[Cell, ...]] = []
            for k in some:
                numbers = tuple(Cell(said, True) for said in strip.shown(self.pupils[k]))
                rows += [numbers if line == strip.line else empty for line in range(self.lines)]
            items.append(Block(round(strip.x, 2), top, SIDE, tuple(rows), name=strip.name,
                               bare=True))  # fmt: skip
        return items


def _widest(texts: Sequence[str]) -> float:
    return max(text_width(plain(said), TEXT, "label") for said in texts)
