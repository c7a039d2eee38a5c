"""A list read once more, with all its rows and columns as they came, to be given points."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sheetgen.classroom.roster.cells import divided, table_of
from sheetgen.classroom.roster.columns import chosen_header
from sheetgen.classroom.roster.encoding import decoded
from sheetgen.classroom.roster.foreign import json_table
from sheetgen.classroom.roster.header import Header, Table, find_header, kind_of
from sheetgen.classroom.roster.reading import CHOSEN, file_bytes, parse_roster
from sheetgen.classroom.students import Chosen, Student
from sheetgen.errors import SheetgenError


@dataclass(frozen=True)
class ListAgain:
    """A list with its students."""

    path: Path
    sha256: str
    students: tuple[Student, ...]
    rows: Table
    """All rows but blank ones, as they came, with their numbers."""
    separator: str
    header: int
    """The number of the row with the titles; 0 if there is none."""

    @cached_property
    def titles(self) -> list[str]:
        """What the columns are called."""
        return next((cells for row, cells in self.rows if row == self.header), [])

    @property
    def is_table(self) -> bool:
        """Whether there are titles, and a row for each student."""
        rows = [student.row for student in self.students]
        return self.header > 0 and len({*rows}) == len(rows)

    def columns(self, kind: str) -> list[int]:
        """The columns whose titles say that they hold something, such as ``email``."""
        return [k for k, title in enumerate(self.titles) if kind_of(title.strip()) == kind]

    def cell(self, row: int, column: int) -> str:
        """What stands in a row, which has a number, and a column."""
        cells = self._by_number.get(row, ())
        return cells[column].strip() if column < len(cells) else ""

    @cached_property
    def _by_number(self) -> dict[int, Sequence[str]]:
        return dict(self.rows)


def read_again(path: Path, chosen: Chosen = CHOSEN) -> ListAgain:
    """The list in a file. Raises SheetgenError as ``read_roster`` does."""
    try:
        data = file_bytes(path)
        roster = parse_roster(data, chosen)
        separator, rows, tidy = _rows(data, chosen.sheet)
        names = chosen.names
        head: Header | None = chosen_header(tidy, names) if names else find_header(tidy)
    except SheetgenError as problem:
        raise SheetgenError(f"roster {path}: {problem}") from None
    place = tidy[head.place][0] if head is not None and head.place >= 0 else 0
    digest = hashlib.sha256(data).hexdigest()
    return ListAgain(path, digest, roster.students, rows, separator, place)


def _rows(data: bytes, sheet: str) -> tuple[str, Table, Table]:
    """What divides the cells, the rows as they came, and the same cleaned."""
    from sheetgen.classroom.roster.office import is_workbook, workbook_table

    if is_workbook(data):
        table = workbook_table(data, sheet, [])
        return ",", table, table
    text = decoded(data, [])
    if table := json_table(text) or []:
        return ",", table, table
    separator, rows = divided(text, [])
    return separator or ",", [(k, c) for k, c in rows if any(map(str.strip, c))], table_of(text, [])
