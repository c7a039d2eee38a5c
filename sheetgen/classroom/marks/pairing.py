"""Whose row of the list is whose: the points of a class beside the list that it was made of."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sheetgen.classroom.manifest import Manifest, ManifestStudent
from sheetgen.classroom.marks.reading import Given, Marks
from sheetgen.classroom.matching import matched
from sheetgen.classroom.roster.again import ListAgain, read_again
from sheetgen.errors import SheetgenError, counted


@dataclass(frozen=True)
class Paired:
    """A list, and who of the class stands in which row."""

    table: ListAgain
    places: Mapping[int, int]
    """The number of a row -> the place of the student in the manifest."""
    remarks: tuple[str, ...] = ()


def list_path(folder: Path, data: Manifest, roster: Path | None) -> Path:
    """Where the list of a class is: where somebody says, or where it was. Raises SheetgenError."""
    if roster is not None:
        return roster
    if not data.roster.file:
        came = "came from standard input" if data.roster.sha256 else "is not known to the class"
        raise SheetgenError(f"the list {came}; say where it is with --roster FILE")
    path = Path(os.path.normpath(folder / data.roster.file))
    if not path.exists():
        raise SheetgenError(f"the list {path} is not there; say where it is with --roster FILE")
    return path


def paired(path: Path, data: Manifest, marks: Marks) -> Paired:
    """The list, read again, with the places of its students. Raises SheetgenError if it is the
    list of another class, or where nobody can tell who is who."""
    table = read_again(path, data.roster)
    class_ = [(k, one) for k, one in enumerate(data.students) if not one.spare]
    if table.sha256 == data.roster.sha256 and len(table.students) == len(class_):
        places = {s.row: k for s, (k, _) in zip(table.students, class_, strict=True)}
        return Paired(table, places, tuple(_left_out(table, data, places, marks)))
    found = matched(table.students, {one.key: one.student for _, one in class_}, force=True)
    by_key = {one.key: k for k, one in class_}
    places = {s.row: by_key[key] for s, key in zip(table.students, found.keys, strict=True)
              if key in by_key}  # fmt: skip
    if len(places) * 5 < min(len(class_), len(table.students)):
        who = "nobody" if not places else f"only {len(places)}"
        raise SheetgenError(f"{path} is the list of another class: {who} of it was handed a sheet")
    unsure = {places[table.students[k].row] for k in found.guessed
              if table.students[k].row in places}  # fmt: skip
    _check_sure([data.students[k] for k in unsure], [marks.given.get(k) for k in unsure])
    said = []
    if data.roster.sha256 and data.roster.sha256 != table.sha256:
        said.append(f"{path} is not as it was when the class was made; names and ids tell who is "
                    f"who")  # fmt: skip
    said += list(found.remarks)
    new = [s.name or s.id for s in table.students if s.row not in places]
    if new:
        names = ", ".join(name[:40] for name in new[:8])
        more = " ..." if new[8:] else ""
        said.append(f"{counted(len(new), 'student')} of the list had no sheet: {names}{more}")
    return Paired(table, places, (*said, *_left_out(table, data, places, marks)))


def _check_sure(some: list[ManifestStudent], given: list[Given | None]) -> None:
    """Raises SheetgenError for namesakes with other points whom no id tells apart."""
    totals: dict[str, set[object]] = {}
    for one, points in zip(some, given, strict=True):
        totals.setdefault(one.name, set()).add(points and (points.total, points.note))
    for name, different in totals.items():
        if len(different) > 1:
            raise SheetgenError(f"the list has changed, and nothing tells who of those called "
                                f"{name[:40]} is who; give the list of then, or one with "
                                f"ids")  # fmt: skip


def _left_out(
    table: ListAgain, data: Manifest, places: Mapping[int, int], marks: Marks
) -> list[str]:
    """Who has points and stands in no row of the list. Where the list is no table (several people
    in a line, say), the class is written with its own rows, and nobody is left out."""
    if not table.is_table:
        return []
    here = {*places.values()}
    out = [data.students[k] for k, given in marks.given.items()
           if k not in here and (given.points or given.total is not None)]  # fmt: skip
    if not out:
        return []
    names = ", ".join(f"{(one.name or one.id)[:40]} ({one.code})" for one in out[:8])
    return [f"points that have no row in the list, and are not written: {names}"
            + " ..." * bool(out[8:])]  # fmt: skip
