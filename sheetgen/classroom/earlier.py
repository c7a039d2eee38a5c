"""What earlier runs left in a class's folder: who had which sheet, and which files are there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sheetgen.classroom.boxes import BOXES, ClassBoxes, read_boxes
from sheetgen.classroom.changes import remove_work
from sheetgen.classroom.find import exercises_of
from sheetgen.classroom.journal import WORK, check_finished
from sheetgen.classroom.manifest import (
    COPY,
    MANIFEST,
    FormerStudent,
    Handed,
    Manifest,
    as_former,
    check_digest,
    is_damaged,
    read_manifest,
    recipes_of,
    same_exercises,
)
from sheetgen.classroom.parts import KINDS
from sheetgen.classroom.plan import Order
from sheetgen.classroom.pupils import Pupil, digest_of
from sheetgen.classroom.students import Student
from sheetgen.classroom.table import seed_told
from sheetgen.errors import SheetgenError
from sheetgen.files import free_for_folder, free_to_write, sweep
from sheetgen.formats.format import USUAL
from sheetgen.formats.registry import formats

OUTPUTS = ("worksheets.pdf", "keys.pdf", "grid.pdf", "class.csv", BOXES, MANIFEST, COPY)
_OURS = re.compile(
    r"(worksheets|keys|grid|slips)\.pdf|class\.csv|boxes\.json|(worksheets|keys)/[A-Za-z0-9-]+\.pdf"
)


@cache
def _of_formats() -> re.Pattern[str]:
    """Names of files that formats may bring: one for each student, in a folder, or one for all."""
    names = "|".join(map(re.escape, formats()))
    return re.compile(
        rf"(?:{names})(?:(?:-keys)?/[A-Z0-9]{{4}}-[A-Z0-9]{{4}}[a-z0-9-]*)?[.-][a-z0-9.-]*"
    )


def is_ours(name: str) -> bool:
    """Whether a class may have a file of this name beside its manifest."""
    return bool(_OURS.fullmatch(name) or _of_formats().fullmatch(name))


@dataclass(frozen=True)
class Earlier:
    """The manifests that earlier runs left in a folder."""

    folder: Path
    there: Manifest | None
    """That of the files, of this class or not."""
    before: Manifest | None
    """The same, if it is of this class."""
    killed: Manifest | None
    """That of a run of this class that was killed."""
    damaged: bool = False
    """Whether there is something in the place of the manifest that cannot be read."""

    @property
    def seed(self) -> int | None:
        found = self.before or self.killed
        return None if found is None else found.seed

    @property
    def known(self) -> dict[str, Student]:
        """Key -> student of those who were in the class at last, without spares."""
        found = self.before or self.killed
        return {s.key: s.student for s in found.students if not s.spare} if found else {}

    @property
    def left(self) -> dict[str, Student]:
        """Key -> student of those who had left before, without spares."""
        return {
            gone.key: Student(gone.id, gone.name, group=gone.group)
            for data in (self.before, self.killed) if data is not None
            for gone in data.former if gone.key not in self.known and gone.key[:1] != "\t"
        }  # fmt: skip

    @property
    def kept(self) -> dict[str, list[str]]:
        """Key -> the recipes that were handed out."""
        return {
            student.key: recipes_of(student)
            for data in (self.before, self.killed) if data is not None
            for student in reversed(data.everybody)
        }  # fmt: skip

    @property
    def files(self) -> dict[str, str]:
        """The files of packs that the manifest says are in the folder, and their digests."""
        said = self.there.printed.files.items() if self.there else ()
        return {name: digest for name, digest in said if is_ours(name)}

    @property
    def boxes(self) -> ClassBoxes | None:
        """Where the boxes of the class's sheets stood, if that can be read."""
        with contextlib.suppress(SheetgenError):
            return read_boxes(self.folder) if self.before else None
        return None

    def is_foreign(self, name: str, digest: str, force: bool = False) -> bool:
        """Whether a file in the place of one of ours is not as sheetgen made it: it must not be
        lost, a manifest that cannot be read not even where it is forced."""
        if name in (MANIFEST, COPY):
            return name == MANIFEST and self.damaged
        return not force and self.files.get(name) != digest

    def former(self, pupils: Sequence[Pupil], other: Mapping[str, str]) -> list[FormerStudent]:
        """Those who had a sheet once and are no longer in the class; without those whose sheets
        had ``other`` numbers."""
        now = {pupil.key for pupil in pupils}
        found: dict[str, FormerStudent] = {}
        for data in (self.before, self.killed):
            gone: list[Handed] = [*data.former, *data.students] if data else []
            for student in gone:
                if student.key not in now:
                    found.setdefault(student.key, as_former(student))
        return [found[key] for key in sorted(found) if key not in other]

    def other_numbers(self, pupils: Sequence[Pupil], force: bool) -> dict[str, str]:
        """Key -> name of those whose sheets were printed with other numbers; former students are
        looked at only if it is forced. Raises SheetgenError for the first unless it is."""
        data = self.before
        if data is None:
            return {}
        path = self.folder / MANIFEST
        now = {pupil.key: pupil.exercises for pupil in pupils}
        other = {}
        for student in data.everybody if force else data.students:
            try:
                if student.key in now:
                    check_digest(path, data, student, digest_of(now[student.key]))
                elif force:
                    exercises_of(path, data, [student])
            except SheetgenError:
                if not force:
                    raise
                other[student.key] = student.name or student.id
        return other

    def unchanged(self, mark: str) -> tuple[Path, ...]:
        """The files, if they are those of a class with this mark, and each is there with the bytes
        that the manifest says, and the manifest as its copy."""
        if self.before is None or self.before.printed.mark != mark:
            return ()
        sums = self.before.printed.files
        if not all(map(is_ours, sums)):
            return ()
        try:
            whole = all(hashlib.sha256((self.folder / name).read_bytes()).hexdigest() == digest
                        for name, digest in sums.items())  # fmt: skip
            whole = whole and self._as_copied()
        except OSError:
            return ()
        return tuple(self.folder / n for n in (*sums, MANIFEST)) if whole and sums else ()

    def _as_copied(self) -> bool:
        """Whether the manifest and its copy are the same. Raises OSError where one is lost."""
        return (self.folder / MANIFEST).read_bytes() == (self.folder / COPY).read_bytes()

    def changes(self, pupils: Sequence[Pupil], renamed: Mapping[str, str]) -> list[str]:
        """Who is new, renamed (key -> the name before) and gone since the last run."""
        if self.before is None:
            return []
        old = {s.key: s.name or s.id for s in self.before.students if not s.spare}
        now = {p.key: p.shown for p in pupils if not p.spare}
        new = [name for key, name in now.items() if key not in old]
        gone = [name for key, name in old.items() if key not in now]
        other = [f"{name[:40]} is {now[key][:40]} now" for key, name in renamed.items()]
        said = []
        if new:
            said.append(f"{len(new)} new: {listed(new)}")
        if other:
            more = " ..." if other[8:] else ""
            said.append(f"{len(other)} renamed: {', '.join(other[:8])}{more}; same sheet")
        if gone:
            said.append(f"{len(gone)} no longer in the class: {listed(gone)}")
        stay = len(now) - len(new) - len(other)
        if said and stay:
            all_of_them = f"the other {stay} keep their sheets"
            said.append("the other one keeps the sheet" if stay == 1 else all_of_them)
        return said

    def guesses(self, pupils: Sequence[Pupil]) -> list[str]:
        """Of pupils of whom the roster does not tell who they were: who has whose sheet."""
        kept = self.kept
        whose: dict[str, list[str]] = {}
        for pupil in pupils:
            said = "the sheet" if pupil.key in kept else "a new sheet,"
            line = f"row {pupil.student.row} has {said} {pupil.code}"
            whose.setdefault(pupil.shown, []).append(line)
        return [
            f"some {name[:40]} came or went, and no id tells who is who: {listed(said)}"
            for name, said in whose.items()
        ]


def earlier_of(order: Order) -> Earlier:
    """What is in the folder of an order. Raises SheetgenError for another class or foreign files,
    unless they may be replaced."""
    folder = order.folder
    check_finished(folder)
    _room_for(order)
    there = _there(order)
    before = there if there is not None and _of(order, there) else None
    if there is not None and before is None and not order.force:
        raise SheetgenError(f"{folder} holds {_other(order, there)}")
    killed = None
    with contextlib.suppress(SheetgenError):
        killed = read_manifest(folder / WORK / MANIFEST)
    if killed is not None and not (_of(order, killed) and _same_seed(killed, before)):
        killed = None
    if before is None and killed is None:
        for name in OUTPUTS:
            free_to_write(folder / name, order.force)
    damaged = os.path.lexists(folder / MANIFEST) and is_damaged(folder / MANIFEST)
    return Earlier(folder, there, before, killed, damaged)


def _there(order: Order) -> Manifest | None:
    """The manifest in a folder. Raises SheetgenError where there was one that cannot be read: only
    who knows the class's seed can make it again, and only who says so replaces it."""
    folder = order.folder
    lost = not any(os.path.lexists(folder / name) for name in (MANIFEST, COPY))
    if lost and not seed_told(folder):
        return None
    try:
        return read_manifest(folder / MANIFEST)
    except SheetgenError:
        if order.force and order.seed is not None:
            return None
        raise


def _same_seed(killed: Manifest, before: Manifest | None) -> bool:
    """Whether a run that was killed was to go on with the sheets that were handed out."""
    return before is None or killed.seed == before.seed


def _of(order: Order, data: Manifest) -> bool:
    """Whether a manifest is of the class that is ordered."""
    return _but_for_recipes(order, data) and order.no_recipe == bool(data.look.secret)


def _but_for_recipes(order: Order, data: Manifest) -> bool:
    return same_exercises(data, order.plan) and order.seed in (None, data.seed)


def _other(order: Order, there: Manifest) -> str:
    """What class a folder holds that is not the one that is ordered, and what to do."""
    if _but_for_recipes(order, there):
        how, way = ("with", "leave --no-recipe out") if order.no_recipe else (
            "without", "add --no-recipe")  # fmt: skip
        return (f"this class, its sheets {how} recipes; {way}, choose another --out, or add "
                "--force for new sheets")  # fmt: skip
    topics = ", ".join(exercise.topic for exercise in there.exercises)
    return (f"another class ({topics}, seed {there.seed}); "
            f"choose another --out, or add --force to replace it")  # fmt: skip


def _room_for(order: Order) -> None:
    """Raises SheetgenError for what is in the way of the files, before anything is printed."""
    folder, separate = order.folder, order.binding.separate
    packs = [f"{kind}.pdf" for kind in KINDS]
    for name in OUTPUTS:
        if not (separate and name in packs):
            free_to_write(folder / name, force=True)
    others = [form.name for form in order.formats if form.per == "sheet" and form.name != USUAL]
    for name in (WORK, *KINDS * separate, *others, *(f"{other}-keys" for other in others)):
        free_for_folder(folder / name)


def listed(names: Sequence[str]) -> str:
    """The first of some names."""
    return ", ".join(n[:40] for n in names[:8]) + (" ..." if len(names) > 8 else "")


def tidy(folder: Path) -> None:
    """Remove a run's work folder, and what killed runs left half written."""
    remove_work(folder)
    for place in (folder, *(folder / kind for kind in KINDS)):
        sweep(place)
