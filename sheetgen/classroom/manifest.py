"""``class.json``: who was handed which exercises. It is written whole, and read with suspicion,
since anybody may have changed it by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType

from sheetgen.classroom.journal import WORK, check_finished
from sheetgen.classroom.plan import Binding, Heading, ListFile, Look, Plan
from sheetgen.classroom.points import worth
from sheetgen.classroom.pupils import Pupil
from sheetgen.classroom.records import check_texts, record
from sheetgen.classroom.students import Student
from sheetgen.classroom.table import seed_told
from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import read_recipe
from sheetgen.files import reason
from sheetgen.page.items import PAPERS
from sheetgen.series.catalogue import find_series
from sheetgen.series.series import Series, settled
from sheetgen.series.source import Source
from sheetgen.version import __version__

FORMAT = "sheetgen-class/1"
MANIFEST = "class.json"
COPY = ".class-copy.json"
"""The same once more, hidden, should somebody spoil or lose it."""


class ManifestExercise(Struct):
    """What everybody got: a topic with options."""

    topic: str
    options: dict[str, str]
    points: str


class ManifestSeries(Struct):
    """The series of which everybody got a booklet."""

    name: str
    options: dict[str, str] = {}
    source: Source | None = None
    """What is written down, where it is a file of somebody's own."""

    @classmethod
    def of(cls, series: Series) -> ManifestSeries:
        own = series.source if series.source.own else None
        return cls(series.source.name, dict(series.options), own)


class Printed(Struct):
    """How the files were bound, and what they are."""

    mark: str = ""
    """Changes with everything that is printed."""
    simplex: bool = False
    staple: int = 0
    separate: bool = False
    group_by: str = ""
    files: dict[str, str] = {}
    """Name -> SHA-256."""

    @classmethod
    def of(cls, mark: str, binding: Binding, files: dict[str, str]) -> Printed:
        return cls(
            mark, binding.simplex, binding.staple, binding.separate, binding.group_by, files
        )


class HandedExercise(Struct, kw_only=True):
    """One of several exercises of a student."""

    code: str = ""
    recipe: str

    def __post_init__(self) -> None:
        _check_recipe(self.recipe)


class ManifestStudent(Struct, kw_only=True):
    """A student of the class, with the exercises and their places in the packs."""

    id: str
    name: str
    group: str = ""
    email: str = ""
    spare: bool = False
    key: str
    code: str
    recipe: str
    """Of the first exercise."""
    effort: float = 0.0
    worth: list[str] = []
    """The most points of each exercise."""
    pages: int = 0
    first_page: int | UnsetType = UNSET
    key_pages: int | UnsetType = UNSET
    first_key_page: int | UnsetType = UNSET
    sha256: str = ""
    exercises: list[HandedExercise] | UnsetType = UNSET
    """Where there are several."""

    def __post_init__(self) -> None:
        _check_recipe(self.recipe)

    @property
    def student(self) -> Student:
        return Student(self.id, self.name, self.email, self.group)


class FormerStudent(Struct, kw_only=True):
    """Somebody who had a sheet once and is no longer in the class."""

    id: str
    name: str
    group: str = ""
    key: str
    code: str
    recipe: str
    exercises: list[HandedExercise] | UnsetType = UNSET
    sha256: str = ""

    def __post_init__(self) -> None:
        _check_recipe(self.recipe)


Handed: TypeAlias = ManifestStudent | FormerStudent
"""Somebody who was handed a sheet."""


class Manifest(Struct, kw_only=True):
    """All that is known of a class that was made."""

    format: str
    version: str = ""
    seed: int
    title: str = ""
    paper: str
    heading: Heading = Heading()
    look: Look = Look()
    exercises: list[ManifestExercise]
    series: ManifestSeries | UnsetType = UNSET
    printed: Printed = msgspec.field(default_factory=Printed)
    roster: ListFile = ListFile()
    students: list[ManifestStudent]
    former: list[FormerStudent] = []

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"format: {json.dumps(self.format)[:40]} is not {FORMAT}")
        if self.paper not in PAPERS:
            raise ValueError(f"paper: {json.dumps(self.paper)[:40]} is not {' or '.join(PAPERS)}")
        count = len(self.exercises)
        groups: dict[str, Sequence[Handed]] = {"students": self.students, "former": self.former}
        for name, students in groups.items():
            for k, student in enumerate(students, 1):
                if len(recipes_of(student)) != count:
                    raise ValueError(f"{name} {k}: a recipe for each of the exercises is needed")

    @property
    def everybody(self) -> list[Handed]:
        """All students, those who left the class last."""
        return [*self.students, *self.former]

    @property
    def way_out(self) -> str:
        """What to do where this version does not make the sheets."""
        made = self.version or "unknown"
        way = f"`uvx sheetgen=={made} ...`, or make the class anew with `class --force`"
        return f"use the version that made it ({made}): {way}"


def _check_recipe(text: str) -> None:
    try:
        read_recipe(text)
    except SheetgenError as problem:
        raise ValueError(f"recipe: {problem}") from None


@dataclass(frozen=True)
class Place:
    """Where in the packs a student's pages are, how many, and the digest of the exercises."""

    pages: int
    key_pages: int
    digest: str
    first_page: int | None = None
    """None for files of one student each."""
    first_key_page: int | None = None
    boxes: tuple[tuple[bytes, ...], ...] = ()
    """Of each exercise's pages what stands where, as ``printed_places`` writes it."""


def manifest(
    plan: Plan, class_seed: int, pupils: Sequence[Pupil], places: Mapping[str, Place],
    printed: Printed, former: Sequence[FormerStudent] = (), roster: ListFile | None = None,
) -> Manifest:  # fmt: skip
    """What ``class.json`` says; ``places`` are those of the pupils' codes."""
    return Manifest(
        format=FORMAT,
        version=__version__,
        seed=class_seed,
        title=plan.title,
        paper=plan.paper,
        heading=plan.heading,
        look=plan.look,
        exercises=[
            ManifestExercise(p.asked.topic.name, dict(p.asked.asked), p.points)
            for p in plan.pieces
        ],
        series=ManifestSeries.of(plan.series) if plan.series else UNSET,
        printed=printed,
        roster=roster or ListFile(),
        students=[_entry(plan, pupil, places.get(pupil.code)) for pupil in pupils],
        former=list(former),
    )


def _entry(plan: Plan, pupil: Pupil, place: Place | None) -> ManifestStudent:
    own = pupil.student
    found = ManifestStudent(
        id=own.id, name=own.name, group=own.group, email=own.email, spare=pupil.spare,
        key=pupil.key, code=pupil.code, recipe=pupil.exercises[0].recipe,
        effort=round(pupil.effort, 1), worth=worth_of(plan, pupil),
    )  # fmt: skip
    if len(pupil.exercises) > 1:
        found.exercises = [HandedExercise(code=e.code, recipe=e.recipe) for e in pupil.exercises]
    if place is not None:
        found.pages, found.key_pages, found.sha256 = place.pages, place.key_pages, place.digest
        found.first_page = place.first_page or UNSET
        found.first_key_page = place.first_key_page or UNSET
    return found


def worth_of(plan: Plan, pupil: Pupil) -> list[str]:
    """The most points of each of a pupil's exercises."""
    return [worth(e, p.points) for e, p in zip(pupil.exercises, plan.pieces, strict=True)]


def as_former(student: Handed) -> FormerStudent:
    """What is remembered of somebody who left the class."""
    return FormerStudent(
        id=student.id, name=student.name, group=student.group, key=student.key,
        code=student.code, recipe=student.recipe, exercises=student.exercises,
        sha256=student.sha256,
    )  # fmt: skip


def recipes_of(student: Handed) -> list[str]:
    """The recipes of one student of a manifest."""
    return [e.recipe for e in student.exercises or []] or [student.recipe]


def read_manifest(path: Path) -> Manifest:
    """A class's manifest, or if it is damaged or lost its copy. Raises SheetgenError if both are,
    naming the field that is wrong, and for a class whose files are of two runs."""
    check_finished(path.parent)
    try:
        return _read(path)
    except SheetgenError as problem:
        with suppress(SheetgenError):
            return _read(path.with_name(COPY))
        raise SheetgenError(f"{problem}{_anew(path)}") from None


def _anew(path: Path) -> str:
    """How a class is made again whose manifest and copy cannot be read."""
    if seed := seed_told(path.parent):
        return f"; make the class anew with --force --seed {seed}, as class.csv says"
    if os.path.lexists(path):
        return "; make the class anew with --force and its --seed, which stands on the grid"
    return ""


def check_no_class_file(path: Path) -> None:
    """Raises SheetgenError for a file that is a class's: nothing but the class itself replaces
    it."""
    for folder in path.parents[:2]:
        if not os.path.lexists(path) or not os.path.lexists(folder / MANIFEST):
            continue
        check_finished(folder)
        name = path.relative_to(folder).as_posix()
        with suppress(SheetgenError):
            if name in (MANIFEST, COPY) or name in read_manifest(folder / MANIFEST).printed.files:
                break
    else:
        return
    raise SheetgenError(f"{path} belongs to the class in {folder}; choose another --out")


def is_damaged(path: Path) -> bool:
    """Whether there is no manifest to be read, whatever there is of a copy."""
    try:
        _read(path)
    except SheetgenError:
        return True
    return False


def _read(path: Path) -> Manifest:
    try:
        data = json.loads(path.read_bytes())
        check_texts(data)
        return record(data, Manifest)
    except FileNotFoundError:
        raise _lost(path.parent) from None
    except OSError as problem:
        raise SheetgenError(f"{path}: {reason(problem)}") from None
    except (ValueError, RecursionError):
        raise SheetgenError(f"{path} is no manifest of a class; it was changed") from None
    except SheetgenError as problem:
        raise SheetgenError(
            f"{path}: {problem}; it was changed, or another version made it"
        ) from None


def _lost(folder: Path) -> SheetgenError:
    if os.path.lexists(folder / WORK / MANIFEST):
        return SheetgenError(
            f"{folder} holds no class yet: a run was stopped before its files were there; "
            f"run the same `sheetgen class` command again, it goes on from there"
        )
    if seed_told(folder):
        return SheetgenError(f"{folder} holds a class whose {MANIFEST} is lost")
    return SheetgenError(
        f"{folder} holds no {MANIFEST}; give a folder that `sheetgen class` made"
    )


def manifest_bytes(data: Manifest) -> bytes:
    """The file's content."""
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def check_digest(path: Path, data: Manifest, student: Handed, digest: str) -> None:
    """Raises SheetgenError if a student's sheet was printed with other numbers than now come from
    its recipes: the key in hand would not be that of the sheet."""
    if student.sha256 in ("", digest):
        return
    raise SheetgenError(
        f"{path}: the sheet {student.code} was printed with other numbers than sheetgen "
        f"{__version__} draws; {data.way_out}"
    )


def series_of(data: Manifest) -> Series | None:
    """The series of a class's booklets, if that is what it has. Raises SheetgenError if this
    version has it no longer."""
    said = data.series
    if isinstance(said, UnsetType):
        return None
    if said.source is not None:
        return settled(said.source, said.options)
    return find_series(said.name, said.options)


def same_exercises(data: Manifest, plan: Plan) -> bool:
    """Whether a manifest is of a class with the same pieces."""
    pieces = [(p.asked.topic.name, dict(p.asked.asked)) for p in plan.pieces]
    series = ManifestSeries.of(plan.series) if plan.series else UNSET
    return [(e.topic, e.options) for e in data.exercises] == pieces and data.series == series
