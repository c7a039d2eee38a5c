"""The points that somebody gave, from ``marks.csv``, or from the columns of ``class.csv``: checked
row by row against the class, so that nobody gets the points of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sheetgen.classroom.find import codes_of
from sheetgen.classroom.manifest import Manifest
from sheetgen.classroom.marks.table import TITLES
from sheetgen.classroom.matching import alike, bag
from sheetgen.classroom.points import read_points, written
from sheetgen.classroom.roster.cells import split
from sheetgen.classroom.roster.encoding import decoded
from sheetgen.classroom.roster.header import Table
from sheetgen.classroom.roster.reading import file_bytes
from sheetgen.classroom.students import Student
from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import read_code

TOTAL = -1
"""Stands for all exercises together where an exercise is named by its place."""


@dataclass(frozen=True)
class Given:
    """The points that one student was given."""

    points: Mapping[int, Decimal]
    """Exercise, counted from 0 -> points; those that are not marked yet are not in it."""
    total: Decimal | None
    """None if an exercise is not marked yet."""
    note: str = ""


@dataclass(frozen=True)
class Marks:
    """All points that were given."""

    given: Mapping[int, Given]
    """The place of a student in the manifest -> what was given."""
    remarks: tuple[str, ...] = ()


@dataclass
class _Sheet:
    """What is found of one student: the points, and the rows in which they stand."""

    points: dict[int, Decimal] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_marks(path: Path, data: Manifest, most: Sequence[Sequence[Decimal]]) -> Marks:
    """The points in a file. ``most`` has what each exercise of each student is worth. Raises
    SheetgenError naming the file, the row and what is wrong."""
    try:
        return marks_of(table_of(file_bytes(path)), data, most)
    except SheetgenError as problem:
        raise SheetgenError(f"{path}: {problem}") from None


def table_of(data: bytes) -> Table:
    """The rows of a table of marks: text with any separator, or a workbook. Raises
    SheetgenError."""
    from sheetgen.classroom.roster.office import is_workbook, workbook_table

    remarks: list[str] = []
    if is_workbook(data):
        return workbook_table(data, "", remarks)
    text = decoded(data, remarks)
    first, _, rest = text.partition("\n")
    told = first.strip('" ').startswith("sep=")
    text, start = (rest, 1) if told else (text, 0)
    head = next((line for line in text.split("\n") if line.strip()), "")
    separator = max(",;\t", key=head.count)
    return [(row + start, cells) for row, cells in split(text, separator, remarks)]


def marks_of(table: Table, data: Manifest, most: Sequence[Sequence[Decimal]]) -> Marks:
    """The points in a table, whose first row holds the titles. Raises SheetgenError."""
    if not table:
        raise SheetgenError(f"it is empty; the first row holds titles: {','.join(TITLES)}")
    reader = _Reader(table[0], data, most)
    for row, cells in table[1:]:
        reader.read(row, cells)
    return reader.marks()


class _Reader:
    """Reads rows, and keeps whose points they are."""

    def __init__(
        self, head: tuple[int, Sequence[str]], data: Manifest, most: Sequence[Sequence[Decimal]]
    ) -> None:
        self.data, self.most = data, most
        self.titles = [" ".join(title.casefold().split()) for title in head[1]]
        self.columns = {title: k for k, title in enumerate(self.titles) if title}
        self.parts = {
            k: self.columns[title] for k in range(len(data.exercises))
            if (title := f"points {k + 1}") in self.columns
        }  # fmt: skip
        """Exercise -> the column of its points, where each has one."""
        self._check_titles(head)
        self.codes = {
            code: (k, place)
            for k, student in enumerate(data.students)
            for place, code in enumerate(codes_of(student, data))
        }
        self.former = {code: one for one in data.former for code in codes_of(one, data)}
        self.found: dict[int, _Sheet] = {}
        self.gone: dict[str, str] = {}

    def _check_titles(self, head: tuple[int, Sequence[str]]) -> None:
        where = f"row {head[0]}"
        twice = [title for title in self.columns if self.titles.count(title) > 1]
        if twice:
            raise SheetgenError(f'{where}: there are two columns "{twice[0]}"')
        if "points" not in self.columns and not self.parts:
            raise SheetgenError(f'{where}: there is no column "points"; the first row holds '
                                f"titles: {','.join(TITLES)}")  # fmt: skip
        if not {"code", "id", "name"} & {*self.columns}:
            raise SheetgenError(f'{where}: no column says whose points they are; call one "code" '
                                f'(or "id", or "name")')  # fmt: skip

    def read(self, row: int, cells: Sequence[str]) -> None:
        """One row. Raises SheetgenError naming it."""
        try:
            self._read(row, cells)
        except SheetgenError as problem:
            raise SheetgenError(f"row {row}: {problem}") from None

    def _read(self, row: int, cells: Sequence[str]) -> None:
        if len(cells) > len(self.titles):
            raise SheetgenError(
                f"it has {len(cells)} cells and the first row {len(self.titles)} titles; write 7.5 "
                f'with a point, or "7,5" in quotes'
            )
        cell = {title: cells[k] for title, k in self.columns.items() if k < len(cells)}
        found = self._whose(cell)
        if found is None:
            return
        place, first = found
        sheet = self.found.setdefault(place, _Sheet())
        full, given = self.most[place], False
        for exercise, text in self._points(cell, first, cells):
            if not text:
                continue
            points, given = read_points(text), True
            whole = sum(full) if exercise == TOTAL else full[exercise]
            if points > whole:
                raise SheetgenError(f"{written(points)} points are more than the "
                                    f"{written(Decimal(whole))} that there are")  # fmt: skip
            if exercise in sheet.points:
                raise SheetgenError(f"{self._name(place)} has points in row "
                                    f"{sheet.rows[exercise]} too")  # fmt: skip
            sheet.points[exercise], sheet.rows[exercise] = points, row
        self._check_most(cell, place, first, given)
        if cell.get("note"):
            sheet.notes.append(_unguarded(cell["note"]))

    def _points(
        self, cell: Mapping[str, str], first: int | None, cells: Sequence[str]
    ) -> Iterator[tuple[int, str]]:
        """The exercises of a row with what is written of their points."""
        if self.parts:
            for exercise, k in self.parts.items():
                yield exercise, cells[k] if k < len(cells) else ""
            yield TOTAL, cell.get("points", "")
        else:
            yield self._exercise(cell, first), cell.get("points", "")

    def _exercise(self, cell: Mapping[str, str], first: int | None) -> int:
        """Which exercise a row is about. Raises SheetgenError."""
        count, said = len(self.data.exercises), cell.get("exercise", "")
        if not said:
            if first is None and count > 1:
                raise SheetgenError(f'which exercise? say 1 to {count} in a column "exercise"')
            return first or 0
        if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= count:
            raise SheetgenError(f'exercise "{said[:20]}" is not between 1 and {count}')
        exercise = int(said) - 1
        if first and first != exercise:
            raise SheetgenError(f"the code is that of exercise {first + 1}, not {said}")
        return exercise

    def _check_most(
        self, cell: Mapping[str, str], place: int, first: int | None, given: bool
    ) -> None:
        said = cell.get("max", "")
        if not said or not given:
            return
        full = self.most[place]
        whole = sum(full, Decimal()) if self.parts else full[self._exercise(cell, first)]
        if read_points(said) != whole:
            raise SheetgenError(f"max is {said[:20]} here and {written(whole)} in the class; a "
                                f"plan says how many points an exercise has")  # fmt: skip

    # --- whose row it is

    def _whose(self, cell: Mapping[str, str]) -> tuple[int, int | None] | None:
        """The place of the student, and of the exercise whose code it is; None for somebody who
        has left. Raises SheetgenError if nobody can tell."""
        if not cell.get("code"):
            return self._named(cell), None
        codes = [read_code(part) for part in cell["code"].split()]
        for code in codes:
            if code in self.former:
                one = self.former[code]
                if cell.get("points"):
                    self.gone[code] = one.name or one.id
                return None
            if code not in self.codes:
                raise SheetgenError(f"no sheet of the class has the code {code}")
        places = {self.codes[code][0] for code in codes}
        if len(places) > 1:
            raise SheetgenError("the codes are of two students")
        place = places.pop()
        self._check_same(cell, place)
        return place, self.codes[codes[0]][1] if len(codes) == 1 else None

    def _check_same(self, cell: Mapping[str, str], place: int) -> None:
        """Raises SheetgenError if the code is that of one student and the row names another."""
        one = self.data.students[place]
        said = Student(cell.get("id", ""), _unguarded(cell.get("name", "")))
        if said.id and one.id and _bare(said.id) != _bare(one.id):
            raise SheetgenError(f"the code is that of {self._name(place)}, whose id is "
                                f"{one.id[:40]}, not {said.id[:40]}")  # fmt: skip
        if said.name and one.name and not one.spare and not alike(said.name, one.name):
            raise SheetgenError(f"the code is that of {self._name(place)}, not of "
                                f"{said.name[:40]}")  # fmt: skip

    def _named(self, cell: Mapping[str, str]) -> int:
        """Who has this id, or this name if there is no id. Raises SheetgenError for nobody and for
        several."""
        students = list(enumerate(self.data.students))
        if code := cell.get("id", ""):
            what, said = "id", code
            found = [k for k, one in students if one.id and _bare(one.id) == _bare(code)]
        elif name := _unguarded(cell.get("name", "")):
            what, said = "name", name
            found = [k for k, one in students if one.name and bag(one.name) == bag(name)]
        else:
            raise SheetgenError("it has no code, no id and no name")
        if len(found) == 1:
            return found[0]
        if found:
            raise SheetgenError(f'{len(found)} students have the {what} "{said[:40]}"; give the '
                                f"code on the sheet")  # fmt: skip
        raise SheetgenError(f'nobody of the class has the {what} "{said[:40]}"')

    def _name(self, place: int) -> str:
        one = self.data.students[place]
        return (one.name or one.id)[:40]

    # --- all of them

    def marks(self) -> Marks:
        """What was read. Raises SheetgenError where a total is not the sum of its parts."""
        given = {k: self._given(k, sheet) for k, sheet in sorted(self.found.items())
                 if sheet.points or sheet.notes}  # fmt: skip
        remarks = []
        if self.gone:
            names = ", ".join(name[:40] for name in list(self.gone.values())[:8])
            remarks.append(f"no longer in the class, points left out: {names}")
        if half := [self._name(k) for k, one in given.items() if one.points and one.total is None]:
            remarks.append(f"some exercises have no points yet, so there is no total: "
                           f"{', '.join(half[:8])}{' ...' if half[8:] else ''}")  # fmt: skip
        return Marks(given, tuple(remarks))

    def _given(self, place: int, sheet: _Sheet) -> Given:
        points = {k: p for k, p in sheet.points.items() if k != TOTAL}
        whole = sheet.points.get(TOTAL)
        note = "; ".join(dict.fromkeys(sheet.notes))
        if len(points) == len(self.data.exercises):
            added = sum(points.values(), Decimal())
            if whole is not None and whole != added:
                raise SheetgenError(
                    f"row {sheet.rows[TOTAL]}: the points are {written(whole)} together and "
                    f"{written(added)} one by one"
                )
            return Given(points, added, note)
        if whole is not None and points:
            raise SheetgenError(f"row {sheet.rows[TOTAL]}: there are points of all exercises "
                                f"together, and of some of them one by one")  # fmt: skip
        return Given(points, whole, note)


def _bare(code: str) -> str:
    """An id without case and the zeros that a spreadsheet loses."""
    return _unguarded(code).casefold().lstrip("0") or code


def _unguarded(text: str) -> str:
    """A text without the ' that guards against formulas."""
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@" and text[1:] else text
