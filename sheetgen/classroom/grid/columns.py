"""Which matrices of an exercise the grid shows, and their columns: a number beside the other.

Lengths are in ems of the letters, whose size is chosen later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from sheetgen.classroom.pupils import Pupil
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.nodes import Node, Step
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import with_mark
from sheetgen.words.labels import label

MOST_BOXES = 12
"""Of a block that is worth a column."""
COLUMNS = 3
"""Blocks shown of one exercise."""
GAP, SECTION, SPACE, BAR = 1.7, 0.9, 0.75, 1.1
"""Between columns, and more before an exercise; between numbers; between the rows of a matrix."""
WRITE, BESIDE = 3.8, 0.4
"""Room to write points into, and between it and its lines."""


def checkpoints(exercise: Exercise) -> list[Node]:
    """Up to three blocks that the student fills: the last of the forward pass, the first gradient,
    the last answer that is not too large; in the order of the work. Of several small exercises all,
    but for a sum whose bent number is open too."""
    open_nodes = [
        n for n in exercise.graph.nodes
        if exercise.blanks.get(n.name) is not None and exercise.blanks[n.name].any()
        and not (isinstance(n, Step) and n.hidden)
    ]  # fmt: skip
    if exercise.topic.parts:
        summed = [n.inputs[0] for n in open_nodes if isinstance(n, Step) and n.op.repeats]
        return [n for n in open_nodes if n not in summed]
    small = [n for n in open_nodes if n.shape[0] * n.shape[1] <= MOST_BOXES] or open_nodes
    forward = [n for n in small if n.role != "gradient"]
    backward = [n for n in small if n.role == "gradient"]
    middle = forward[(len(forward) - 1) // 2 : (len(forward) - 1) // 2 + 1] if forward else []
    chosen = [*forward[-1:], *backward[:1], *backward[-1:], *(middle if not backward else [])]
    names = {n.name for n in chosen}
    return [n for n in exercise.graph.nodes if n.name in names][:COLUMNS]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a number of a matrix stands."""

    row: int
    column: int
    end: float
    """Of the number, in ems from the left of the column."""


@dataclass(frozen=True, slots=True)
class Column:
    """Some rows of a matrix, a number beside the other, an exercise's code, or room for points."""

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
    most: tuple[str, ...] | None = None
    """Of a column to write points into: ``/ 7`` for each student, where it is not in the head."""


class Table:
    """A matrix of all students."""

    def __init__(
        self, exercise: int, node: Node, pupils: Sequence[Pupil], mark: str = "point"
    ) -> None:
        self.exercise, self.node = exercise, node
        shown = [p.exercises[exercise].shown(node.name) for p in pupils]
        numbers = {with_mark(n, mark) for matrix in shown for row in matrix for n in row}
        self.width = max(text_width(number, 1.0, "digits") for number in numbers)
        every = [(i, j) for i in range(node.shape[0]) for j in range(node.shape[1])]
        self.name = label(node)
        first = pupils[0].exercises[exercise]
        if first.topic.parts:
            every = [cell for cell in every if first.blanks[node.name][cell]]
            self.name = node.name.partition(".")[2]
        rows = [every] if node.shape[1] == 1 else [
            [cell for cell in every if cell[0] == i] for i in range(node.shape[0])
        ]  # fmt: skip
        self.rows = [row for row in rows if row]

    def columns(self, room: float) -> Iterator[Column]:
        """The matrix as one column, or some where it is wider than ``room`` ems."""
        parts: list[list[list[tuple[int, int]]]] = []
        for row in self.rows:
            for some in self._broken(row, room):
                if parts and self._column([*parts[-1], some], "").width <= room:
                    parts[-1].append(some)
                else:
                    parts.append([some])
        for k, part in enumerate(parts):
            yield self._column(part, f"{self.name} …" if k else self.name)

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


def room_for_points(
    exercise: int, said: str, most: Sequence[str], before: bool, after: bool
) -> Column:
    """A column to write points into, with a line ``before`` and ``after`` it; ``most`` is what
    there is for each student."""
    alike = len({*most}) == 1
    head = f"{said} / {most[0]}".strip() if alike else said or "points"
    wide = 0.0 if alike else max(text_width(f"/ {points}", 1.0, "small") for points in most)
    width = max(WRITE + wide, text_width(head, 1.0, "label"))
    own = () if alike else tuple(f"/ {points}" for points in most)
    bars = (*[-BESIDE] * before, *[width + BESIDE] * after)
    return Column(exercise, "points", head, width, bars=bars, most=own)


def flow(columns: Sequence[Column], room: float) -> list[Column]:
    """Columns beside one another, on as many lines as it takes, no code alone at a line's end; an
    exercise begins on a line of its own if it would be cut else, and no more lines are needed."""
    cut, whole = _flowed(columns, room, 2), _flowed(columns, room, len(columns))
    return whole if not columns or whole[-1].line == cut[-1].line else cut


def _flowed(columns: Sequence[Column], room: float, kept: int) -> list[Column]:
    """The columns, of each exercise as many as are ``kept`` on one line, if a line has room."""
    x, line = 0.0, 0
    placed = []
    for k, column in enumerate(columns):
        wide = column.width
        if not column.name:
            x += SECTION if x else 0.0
            after = takewhile(lambda c: c.name, columns[k + 1 : k + kept])
            more = wide + sum(GAP + c.width for c in after)
            wide = more if more <= room or kept == 2 else wide
        if x and x + wide > room:
            x, line = 0.0, line + 1
        placed.append(replace(column, x=x, line=line))
        x += column.width + GAP
    return placed
