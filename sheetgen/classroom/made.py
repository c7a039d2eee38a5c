"""A class made from Python: what is asked for, and what is there afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sheetgen.classroom.find import codes_of
from sheetgen.classroom.manifest import MANIFEST, read_manifest
from sheetgen.classroom.plan import (
    Binding,
    Order,
    Plan,
    list_file,
    piece,
    plan_of_series,
    read_plan,
    with_heading,
    with_look,
)
from sheetgen.classroom.pupils import check_grouping, spare_students
from sheetgen.classroom.roster.cells import clean
from sheetgen.classroom.roster.reading import read_roster
from sheetgen.classroom.run import run
from sheetgen.classroom.students import MOST, Chosen, Roster, Student, numbered_students
from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import guessable, read_seed
from sheetgen.formats.registry import check_booklet, check_framework, check_private, read_formats
from sheetgen.page.items import PAPERS
from sheetgen.series.catalogue import find_series, is_series

Person = str | Mapping[str, str]
"""A name, or ``name``, ``id``, ``email`` and ``group``."""
FIELDS = ("name", "id", "email", "group")
HEADING = ("title", "course", "date", "teacher", "logo")


@dataclass(frozen=True)
class ClassSheet:
    """The sheet of one student of a class."""

    name: str
    id: str
    group: str
    codes: tuple[str, ...]
    """One for each exercise; the first names the sheet."""
    spare: bool = False


@dataclass(frozen=True)
class MadeClass:
    """A class that is made."""

    folder: Path
    seed: int
    files: tuple[Path, ...]
    """All files, the packs first."""
    sheets: tuple[ClassSheet, ...]
    """In the list's order, spares last."""
    remarks: tuple[str, ...]
    """What a teacher should know: how the list was understood, who is new, what pages lack."""


def made_class(
    what: str | Path, students: int | str | Path | Iterable[Person], folder: str | Path,
    options: Mapping[str, Any], said: Mapping[str, Any],
) -> MadeClass:  # fmt: skip
    """Make a class: ``options`` are those of the topic, ``said`` all others of ``sheetgen class``,
    with underscores. Raises SheetgenError."""
    chosen = Chosen(**{name: str(said.get(name) or "") for name in Chosen.__struct_fields__})
    roster = _roster(students, chosen)
    file = str(students) if isinstance(students, str | Path) else ""
    listed = list_file(file, Path(folder), roster.sha256, chosen)
    order = replace(_order(what, roster, Path(folder), options, said), roster=listed)
    done = run(order)
    data = read_manifest(order.folder / MANIFEST)
    sheets = [ClassSheet(s.name, s.id, s.group, tuple(codes_of(s, data)), s.spare)
              for s in data.students]  # fmt: skip
    warned = guessable(order.seed) if order.no_recipe else ""
    remarks = (*roster.remarks, *done.remarks, *done.left_off, *filter(None, [warned]))
    return MadeClass(order.folder, done.seed, done.files, tuple(sheets), remarks)


def _order(
    what: str | Path, roster: Roster, folder: Path, options: Mapping[str, Any],
    said: Mapping[str, Any],
) -> Order:  # fmt: skip
    plan = _plan(what, options)
    if said["paper"] not in ("", *PAPERS):
        raise SheetgenError(f"paper: {said['paper']!r} is none of {', '.join(PAPERS)}")
    heading = {name: str(said[name]) for name in HEADING if said.get(name) is not None}
    plan = replace(plan, heading=with_heading(plan.heading, heading, Path()),
                   paper=said.get("paper") or plan.paper)  # fmt: skip
    plan = with_look(plan, said["decimal_mark"], said["anonymous"], said["tagged"],
                     bool(said.get("large_print")))  # fmt: skip
    formats = read_formats(said["format"])
    if said["no_recipe"]:
        check_private(formats)
    if plan.series:
        check_booklet(formats)
    check_framework(formats, said["framework"])
    if said.get("picture") and not any(form.shows("picture") for form in formats):
        raise SheetgenError("picture is of formats for learning platforms; leave it out")
    check_grouping(said["group_by"])
    spare_students(said["spares"])
    if said["separate"] and (said["staple"] or said["simplex"]):
        raise SheetgenError("staple and simplex are of packs; leave them or separate out")
    seed = None if said["seed"] is None else read_seed(said["seed"])
    binding = Binding(said["simplex"], said["staple"], said["separate"], said["group_by"])
    return Order(plan, roster.students, folder, seed, said["spares"], binding, said["force"],
                 tuple(said["renamed"].items()), said["no_recipe"], tuple(formats),
                 framework=said["framework"], picture=bool(said.get("picture")))  # fmt: skip


def _plan(what: str | Path, options: Mapping[str, Any]) -> Plan:
    if is_series(str(what)):
        return plan_of_series(find_series(str(what), options))
    if str(what).lower().endswith(".toml"):
        if options:
            raise SheetgenError(f"{next(iter(options))} belongs into the plan {what}")
        return read_plan(Path(what))
    return Plan((piece(str(what), options),))


def _roster(students: int | str | Path | Iterable[Person], chosen: Chosen) -> Roster:
    """The students of a list's file, or so many without names, or those that are named. Raises
    SheetgenError."""
    if isinstance(students, int):
        return numbered_students(students)
    if isinstance(students, str | Path):
        return read_roster(Path(students), chosen)
    found = tuple(_student(person, k) for k, person in enumerate(students, 1))
    if not 1 <= len(found) <= MOST:
        raise SheetgenError(f"students: {len(found)} are not between 1 and {MOST}")
    return Roster(found)


def _student(person: Person, row: int) -> Student:
    data = {"name": person} if isinstance(person, str) else person
    if not isinstance(data, Mapping):
        raise SheetgenError(f"student {row}: give a name, or a dict with {', '.join(FIELDS)}")
    unknown = [key for key in data if key not in FIELDS]
    if unknown:
        raise SheetgenError(f"student {row}: {unknown[0]!r} is none of {', '.join(FIELDS)}")
    kept = {key: clean(str(value)) for key, value in data.items() if value is not None}
    if not (kept.get("name") or kept.get("id")):
        raise SheetgenError(f"student {row} has neither name nor id")
    return Student(kept.get("id", ""), kept.get("name", ""), kept.get("email", ""),
                   kept.get("group", ""), row)  # fmt: skip
