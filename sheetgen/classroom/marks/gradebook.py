"""The points of a class as a gradebook imports them: the list once more, with a column of points.

Canvas imports its own export: a row of points possible below the titles, and what that row calls
"(read only)" is left as it is, so that grades that were given meanwhile are not set back. Moodle
refuses a file with a row of nobody in the course, and takes "-" for no grade.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from sheetgen.classroom.manifest import MANIFEST, Manifest, read_manifest
from sheetgen.classroom.marks.pairing import Paired, list_path, paired
from sheetgen.classroom.marks.reading import Given, Marks, read_marks
from sheetgen.classroom.marks.table import most_points
from sheetgen.classroom.points import written
from sheetgen.classroom.roster.again import ListAgain
from sheetgen.classroom.students import plain
from sheetgen.classroom.table import safe_cell
from sheetgen.errors import SheetgenError, counted

CANVAS_INFO = ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID",
               "Integration ID", "Root Account", "Section")  # fmt: skip
"""The columns of Canvas that say who somebody is."""
CANVAS_TOTALS = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
"""In titles of columns that Canvas works out itself, and does not read."""
READ_ONLY = "(read only)"
MOODLE_MOST = 100
"""The highest grade of Moodle, and what a new grade item has."""


@dataclass(frozen=True)
class Gradebook:
    """A file for a gradebook."""

    kind: str
    data: bytes
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Points:
    """The points of a class for one column."""

    title: str
    parts: int
    """How many exercises there are."""
    most: Decimal
    given: Mapping[int, Given]
    """The place of a student in the manifest -> points, all out of ``most``."""

    def total(self, place: int | None) -> str:
        one = self.given.get(-1 if place is None else place)
        return "" if one is None or one.total is None else written(one.total)

    def note(self, place: int | None) -> str:
        one = self.given.get(-1 if place is None else place)
        return "" if one is None else one.note

    @property
    def notes(self) -> bool:
        return any(one.note for one in self.given.values())


def gradebook(
    folder: Path, file: Path, to: str = "", roster: Path | None = None, title: str = ""
) -> Gradebook:
    """The points in a file of marks as the gradebook ``to`` imports them, or if it is left out,
    that from which the class's list came. ``roster`` is where the list is now, ``title`` that of
    the column. Raises SheetgenError, for marks that are wrong with their row."""
    data = read_manifest(folder / MANIFEST)
    most = most_points(folder, data)
    marks = read_marks(file, data, most)
    if not marks.given:
        raise SheetgenError(f"{file}: there are no points in it")
    points, said = _comparable(title or data.title, data, most, marks)
    waiting = sum(not one.spare and points.total(k) == "" for k, one in enumerate(data.students))
    if waiting:
        said.append(f"{counted(waiting, 'student has', 'students have')} no points yet; those "
                    f"cells stay empty")  # fmt: skip
    if roster is None and not data.roster.sha256 and to in ("", "csv"):
        return Gradebook("csv", _own_table(data, points), (*marks.remarks, *said))
    pair = paired(list_path(folder, data, roster), data, marks)
    kind = to or origin(pair.table)
    written_rows, more = WRITERS[kind](pair, points, data)
    separator = pair.table.separator
    if kind == "csv" and separator == ";":  # where it divides cells, numbers have a comma
        titles = len(pair.table.titles)
        written_rows = [[*row[:titles], *(cell.replace(".", ",") if _is_number(cell) else cell
                                          for cell in row[titles:])] for row in written_rows]
    table = _text(written_rows, separator, mark=kind == "csv")
    return Gradebook(kind, table, (*marks.remarks, *pair.remarks, *said, *more))


def origin(table: ListAgain) -> str:
    """The gradebook from which a list came, told by its titles."""
    if _is_canvas(table):
        return "canvas"
    titles = {plain(title) for title in table.titles}
    is_moodle = table.columns("email") and {"firstname", "lastname"} <= titles
    return "moodle" if is_moodle or "idnumber" in titles else "csv"


def _comparable(
    title: str, data: Manifest, most: Sequence[Sequence[Decimal]], marks: Marks
) -> tuple[Points, list[str]]:
    """The points out of one number for all, since a column of a gradebook has but one."""
    wholes = [sum(own, Decimal()) for own in most]
    highest, said = max(wholes), []
    given = dict(marks.given)
    if min(wholes) != highest:
        for k, one in given.items():
            if one.total is not None and wholes[k]:
                scaled = (one.total * highest / wholes[k]).quantize(Decimal("0.01"), ROUND_HALF_UP)
                given[k] = Given(one.points, scaled, one.note)
        said.append(f"the sheets are worth {written(min(wholes))} to {written(highest)} points; "
                    f"each total is written as a part of {written(highest)}")  # fmt: skip
    return Points(title, len(data.exercises), highest, given), said


# --- what gradebooks take

Rows = list[list[str]]
Written = tuple[Rows, list[str]]


def _is_canvas(table: ListAgain) -> bool:
    """Whether a list has the titles without which Canvas takes no file."""
    titles = [title.strip() for title in table.titles]
    named = titles[:1] == ["Student"] or titles[:2] == ["LastName", "FirstName"]
    return named and "ID" in titles[1:3] and "Section" in titles


def _canvas(pair: Paired, points: Points, data: Manifest) -> Written:
    """Canvas' own export with a column that is filled in or new, all others left as they are."""
    table = pair.table
    if not _is_canvas(table):
        raise SheetgenError(f"{table.path} is no export of Canvas: it imports tables with Student, "
                            f"ID ... Section; give one with --roster, or --to csv")  # fmt: skip
    if CANVAS_TOTALS.search(points.title):
        raise SheetgenError(f'Canvas reads no column called "{points.title[:60]}"; give another '
                            f"title with --column")  # fmt: skip
    titles, said = list(table.titles), []
    column = _column(titles, points.title)
    if column is None:
        column, titles = len(titles), [*titles, points.title]
    body = [(row, _wide(cells, len(titles))) for row, cells in table.rows if row > table.header]
    possible = next((cells for _, cells in body if "Points Possible" in cells[0]), None)
    if possible is None:
        possible = ["    Points Possible", *[""] * (len(titles) - 1)]
        body.insert(0, (0, possible))
    there = possible[column].strip()
    if there and not _same(there, written(points.most)):
        raise SheetgenError(
            f'"{titles[column][:60]}" has {there[:20]} points in the list and the sheets '
            f"{written(points.most)}; give a title that is not in the list with --column"
        )
    for k, title in enumerate(titles):
        if title.strip() not in CANVAS_INFO and k != column:
            possible[k] = READ_ONLY
    possible[column] = written(points.most)
    for row, cells in body:
        if row in pair.places:
            said += _put(cells, column, points.total(pair.places[row]))
    return [titles, *(cells for _, cells in body)], _changes(said)


def _put(cells: list[str], column: int, points: str) -> list[str]:
    """Put points into a row; what was there stays if there are none, and is told if it was
    other."""
    before = cells[column].strip()
    if points:
        cells[column] = points
    changed = points and before and not _same(before, points)
    return [f"{cells[0][:40]} {before[:20]} to {points}"] if changed else []


def _changes(said: Sequence[str]) -> list[str]:
    more = " ..." if said[6:] else ""
    return [f"other points than in the list: {'; '.join(said[:6])}{more}"] if said else []


def _moodle(pair: Paired, points: Points, data: Manifest) -> Written:
    """The rows of students alone, points or "-", and what was noted as feedback."""
    table = pair.table
    who = _identity(pair, points)
    if _column(list(table.titles), points.title) is not None:
        raise SheetgenError(f'the list has a column "{points.title[:60]}" already; give another '
                            f"title with --column")  # fmt: skip
    rows = [[*table.titles, points.title, *[f"{points.title} feedback"] * points.notes]]
    width = len(table.titles)
    for row, cells in table.rows:
        if row in {student.row for student in table.students}:
            place = pair.places.get(row)
            more = [points.total(place) or "-", *[points.note(place)] * points.notes]
            rows.append([*_wide(cells, width), *more])
    said = [f'in Moodle: map from "{table.titles[who]}", and map "{points.title}" to a grade item '
            f"of {written(points.most)} points (a new one has {MOODLE_MOST})"]  # fmt: skip
    if points.most > MOODLE_MOST:
        said.append(f"Moodle takes no grade above {MOODLE_MOST} unless its settings allow it")
    return rows, said


def _identity(pair: Paired, points: Points) -> int:
    """The column by which Moodle knows students. Raises SheetgenError if there is none that each
    of them has."""
    table = pair.table
    columns = [*table.columns("email"), *table.columns("id"), *table.columns("login")]
    if not table.is_table or not columns:
        raise SheetgenError(f"{table.path} has no column of e-mail addresses, ID numbers or "
                            f"usernames, by which Moodle knows students; give its export with "
                            f"--roster, or --to csv")  # fmt: skip
    lacking: dict[int, list[str]] = {
        k: [s.name or s.id for s in table.students
            if points.total(pair.places.get(s.row)) and not table.cell(s.row, k)]
        for k in columns
    }  # fmt: skip
    best = min(columns, key=lambda k: len(lacking[k]))
    if lacking[best]:
        names = ", ".join(name[:40] for name in lacking[best][:4])
        raise SheetgenError(f'{table.path}: "{table.titles[best]}" is empty for {names}; Moodle '
                            f"would leave them out")  # fmt: skip
    return best


def _csv(pair: Paired, points: Points, data: Manifest) -> Written:
    """Every row of the list, with the points of each exercise and all together."""
    table = pair.table
    if not table.is_table:
        return _own_rows(data, points), ["the list is no table with titles; the class stands here "
                                         "with its own"]  # fmt: skip
    width = max(len(cells) for _, cells in table.rows)
    taken = {title.strip().casefold() for title in table.titles}
    new = _titles(points)
    for title in new:
        if title.casefold() in taken:
            raise SheetgenError(f'the list has a column "{title[:60]}" already; give another title '
                                f"with --column")  # fmt: skip
    rows = []
    for row, cells in table.rows:
        more = new if row == table.header else _cells(points, pair.places.get(row))
        rows.append([*_wide(cells, width), *more])
    return rows, []


def _titles(points: Points) -> list[str]:
    parts = [f"{points.title} {k + 1}" for k in range(points.parts)] if points.parts > 1 else []
    notes = [f"{points.title} note"] if points.notes else []
    return [*parts, points.title, f"{points.title} max", *notes]


def _cells(points: Points, place: int | None) -> list[str]:
    one = points.given.get(-1 if place is None else place)
    found = one.points if one else {}
    parts = [written(found[k]) if k in found else "" for k in range(points.parts)]
    most = "" if place is None else written(points.most)
    notes = [safe_cell(points.note(place))] if points.notes else []
    return [*(parts if points.parts > 1 else []), points.total(place), most, *notes]


def _own_table(data: Manifest, points: Points) -> bytes:
    """The class as it knows itself, where there is no list."""
    return _text(_own_rows(data, points), ",", mark=True)


def _own_rows(data: Manifest, points: Points) -> Rows:
    rows = [["name", "id", "email", "group", "code", *_titles(points)]]
    for k, one in enumerate(data.students):
        if one.spare and k not in points.given:
            continue
        who = (one.name, one.id, one.email, one.group)
        rows.append([*map(safe_cell, who), one.code, *_cells(points, k)])
    return rows


WRITERS: Mapping[str, Callable[[Paired, Points, Manifest], Written]] = {
    "canvas": _canvas, "moodle": _moodle, "csv": _csv,
}  # fmt: skip


def _column(titles: Sequence[str], title: str) -> int | None:
    """The column with a title, which Canvas writes with a number behind it; None if there is
    none."""
    for k, said in enumerate(titles):
        bare = re.sub(r"\s*\(\d+\)\s*$", "", said).strip()
        if title.strip().casefold() in (said.strip().casefold(), bare.casefold()):
            return k
    return None


def _wide(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][: max(width, len(cells))]


def _same(said: str, points: str) -> bool:
    """Whether two texts are the same number."""
    try:
        return Decimal(said.replace(",", ".")) == Decimal(points)
    except ArithmeticError:
        return False


def _is_number(said: str) -> bool:
    return re.fullmatch(r"\d+\.\d+", said) is not None


def _text(rows: Rows, separator: str, *, mark: bool) -> bytes:
    """A table in UTF-8; the ``mark`` at its start is for spreadsheets, gradebooks need none."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return ("\ufeff" * mark + out.getvalue()).encode()
