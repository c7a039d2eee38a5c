"""``marks.csv``: a row for each student and exercise, with the points that were given."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from sheetgen.classroom.find import codes_of, exercises_of
from sheetgen.classroom.manifest import MANIFEST, Manifest, ManifestStudent
from sheetgen.classroom.points import worth, written
from sheetgen.classroom.table import safe_cell
from sheetgen.errors import SheetgenError

MARKS = "marks.csv"
TITLES = ("code", "id", "name", "exercise", "points", "max", "note")


def empty_marks(data: Manifest, most: Sequence[Sequence[Decimal]]) -> bytes:
    """A table of marks to fill in: a row for each exercise of each student."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(TITLES)
    for student, points in zip(data.students, most, strict=True):
        for k, (code, full) in enumerate(zip(codes_of(student, data), points, strict=True), 1):
            name = "" if student.spare else student.name
            who = (safe_cell(student.id), safe_cell(name))
            writer.writerow([code, *who, k, "", written(full), ""])
    return ("\ufeff" + out.getvalue()).encode()


def most_points(folder: Path, data: Manifest) -> list[list[Decimal]]:
    """What each exercise of each student is worth, as the manifest says; if it is one of before,
    the exercises are built again. Raises SheetgenError."""
    if all(len(student.worth) == len(data.exercises) for student in data.students):
        return [list(map(_number, student.worth)) for student in data.students]
    return _built_again(folder, data, data.students)


def _built_again(
    folder: Path, data: Manifest, students: Sequence[ManifestStudent]
) -> list[list[Decimal]]:
    points = [exercise.points for exercise in data.exercises]
    return [[Decimal(worth(e, p)) for e, p in zip(own, points, strict=True)]
            for own in exercises_of(folder / MANIFEST, data, students)]  # fmt: skip


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except ArithmeticError:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise SheetgenError(f"{MANIFEST}: worth {text[:20]!r} is no number of points; it was "
                            f"changed")  # fmt: skip
    return found
