"""An exercise as tables in reading order, for all that show it without its page: what is given,
then each step with what is worked out in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sheetgen.exercise.blanks import open_cells
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.nodes import Node, Step
from sheetgen.graph.work import numbered
from sheetgen.type.markup import plain_text, with_mark
from sheetgen.words.labels import label_text
from sheetgen.words.sentences import formula, sentence


@dataclass(frozen=True)
class Cell:
    """A box: its place, counted from 1, and its number as digits with so many decimals."""

    matrix: str
    row: int
    column: int
    digits: int
    decimals: int
    shown: str
    """The number as it is written by hand."""
    blank: bool
    """Whether it is asked for."""
    masked: bool = False
    """Whether it lies behind a mask, so that there is nothing in it."""

    @property
    def name(self) -> str:
        """The box's name, as ``mark --got`` has it: ``dW2[1,3]``."""
        return f"{self.matrix}[{self.row},{self.column}]"


@dataclass(frozen=True)
class Table:
    """A matrix: its label as plain text, its boxes row by row, and a word for each row or column
    that stands for something, such as a token."""

    name: str
    label: str
    rows: tuple[tuple[Cell, ...], ...]
    rows_said: tuple[str, ...] = ()
    columns_said: tuple[str, ...] = ()

    @property
    def caption(self) -> str:
        """``∂L/∂W₂, 2 by 4``."""
        return f"{self.label}, {len(self.rows)} by {len(self.rows[0])}"

    @property
    def asked(self) -> int:
        """How many of its boxes are blank."""
        return sum(cell.blank for row in self.rows for cell in row)


@dataclass(frozen=True)
class Part:
    """What is given (number 0), or a numbered step: what to do, as words and as an equation, and
    its tables."""

    number: int
    words: str
    equation: str
    tables: tuple[Table, ...]


def parts(exercise: Exercise, mark: str = "point") -> list[Part]:
    """What is given and printed, then the steps as they are numbered on the sheet. Of a step that
    is printed whole the words are left out: there is nothing to do. Decimals have the ``mark``."""
    graph = exercise.graph
    steps = numbered(graph)
    worked = {step for _, group in steps for step in group}
    printed = [n for n in graph.nodes if n not in worked and not (isinstance(n, Step) and n.hidden)]
    found = [Part(0, "", "", tuple(_table(exercise, n, mark) for n in printed))]
    for number, group in steps:
        tables = tuple(_table(exercise, step, mark) for step in group)
        words = plain_text(sentence(group)) if any(t.asked for t in tables) else ""
        equation = "; ".join(plain_text(formula(step)) for step in group)
        found.append(Part(number, with_mark(words, mark), with_mark(equation, mark), tables))
    return found


def blanks(found: Sequence[Part]) -> Iterator[Cell]:
    """The boxes that are asked for, in the order of the parts."""
    for part in found:
        for table in part.tables:
            for row in table.rows:
                yield from (cell for cell in row if cell.blank)


def _table(exercise: Exercise, node: Node, mark: str) -> Table:
    name = node.name
    digits, decimals = exercise.values[name]
    shown, open_ = exercise.shown(name), open_cells(node)
    blank = exercise.blanks.get(name, np.zeros(node.shape, bool)) & open_
    rows = tuple(
        tuple(Cell(name, i + 1, j + 1, int(number), decimals,
                   with_mark(shown[i][j], mark),
                   bool(blank[i, j]), not open_[i, j])
              for j, number in enumerate(row))
        for i, row in enumerate(digits.tolist())
    )  # fmt: skip
    words = (tuple(map(plain_text, side)) for side in (node.rows_said, node.columns_said))
    return Table(name, label_text(node), rows, *words)
