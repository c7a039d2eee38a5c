"""A class from the order to the files: draws, prints, binds, and goes on where a run was killed."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sheetgen.classroom.find import exercises_of
from sheetgen.classroom.grid import grid_pdf
from sheetgen.classroom.manifest import (
    MANIFEST,
    check_digest,
    everybody,
    json_bytes,
    manifest,
    read_manifest,
    recipes_of,
    same_exercises,
)
from sheetgen.classroom.packs import WORK, Binding, assemble, batches_of, clear, separate_files
from sheetgen.classroom.parts import SIDES, Batch, Leaf, leaf_of
from sheetgen.classroom.pupils import (
    Plan,
    Pupil,
    assign,
    class_csv,
    digest_of,
    handing_out,
    keys_of,
    spare_students,
)
from sheetgen.classroom.roster import Student, told_apart
from sheetgen.classroom.workers import print_all
from sheetgen.cores import beside
from sheetgen.errors import SheetgenError
from sheetgen.files import (
    alone_in,
    free_for_folder,
    free_to_write,
    make_folder,
    write_whole,
    writing,
)
from sheetgen.press.printing import printer
from sheetgen.type import system
from sheetgen.version import __version__

OURS = re.compile(r"(worksheets|keys|grid)\.pdf|class\.csv|(worksheets|keys)/[A-Za-z0-9-]+\.pdf")
"""Names of files that a class may have beside its manifest."""
OUTPUTS = ("worksheets.pdf", "keys.pdf", "grid.pdf", "class.csv", MANIFEST)


@dataclass(frozen=True)
class Order:
    """What a teacher asked for."""

    plan: Plan
    students: tuple[Student, ...]
    folder: Path
    seed: int | None = None
    spares: int = 0
    binding: Binding = field(default_factory=Binding)
    force: bool = False


@dataclass(frozen=True)
class Done:
    """The files of a class, whole, and what to say about them."""

    files: tuple[Path, ...]
    remarks: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Hearer:
    """Who is told how the work goes on: the number of students, then each few that are done."""

    start: Callable[[int], None] = lambda total: None
    step: Callable[[int], None] = lambda count: None


def run(order: Order, hearer: Hearer | None = None) -> Done:
    """Make all files of a class; the same order makes the same bytes.

    Raises SheetgenError in one line, at once if another run is at work in the folder; then every
    file is as it was or whole, and the same order goes on from there.
    """
    make_folder(order.folder)
    with alone_in(order.folder), _verdict() as fits:
        return _run(order, hearer or Hearer(), fits)


@contextlib.contextmanager
def _verdict() -> Iterator[Callable[[], bool]]:
    """Whether the press fits; what is not known yet is proved while exercises are drawn and sheets
    are stamped."""
    check = printer().check
    if check.known() is None:
        with beside(check.fits) as fits:
            yield lambda: check.told(fits())
    else:
        yield check.fits


def _run(order: Order, hearer: Hearer, fits: Callable[[], bool]) -> Done:
    folder, work = order.folder, order.folder / WORK
    _room_for(order)
    before, state = _earlier(order, folder / MANIFEST), _state(order, work / MANIFEST)
    if before is None and state is None:
        for name in OUTPUTS:
            free_to_write(folder / name, order.force)
    seed = _seed(order, before, state)
    kept = _kept(before) | _kept(state)
    spares = spare_students(order.spares)
    known = (before or state or {"students": []})["students"]
    keys, guessed = keys_of(order.students, known)
    pupils = assign(order.plan, order.students, spares, seed, kept, keys)
    remarks = _changes(before, pupils) + _guesses([pupils[k] for k in guessed], kept)
    handed = handing_out(pupils, order.binding.group_by)
    leaves = [leaf_of(p, [piece.points for piece in order.plan.pieces]) for p in handed]
    texts = _texts(order.plan, pupils)
    mark = hashlib.sha256(
        repr((__version__, system.needed(texts), leaves, [p.shown for p in pupils],
              [p.student for p in pupils], order.plan.paper, order.plan.heading,
              order.binding)).encode()
    ).hexdigest()  # fmt: skip
    former, other = _former(before, state, pupils), dict[str, str]()
    if before is not None:
        other = _other_numbers(folder / MANIFEST, before, pupils, order.force)
        former = [s for s in former if s["key"] not in other]
    if other:
        remarks.append(f"other numbers than were printed before: {_listed([*other.values()])}")
    elif before is not None and before.get("printed", {}).get("mark") == mark:
        files = _unharmed(folder, before)
        if files:
            clear(work)
            _tidy(folder)
            return Done(files, ("nothing changed; every file is there already",), seed)
    make_folder(work)
    plan_now = manifest(order.plan, seed, pupils, {}, {}, former)
    write_whole(work / MANIFEST, json_bytes(plan_now), force=True)
    binding = order.binding
    hearer.start(len(leaves))
    with _grid(order, handed) as grid:
        batches, there = _print(order, leaves, hearer.step, printer().check.known() is False)
        if not fits() and not batches[0].direct:
            batches, there = _print(order, leaves, Hearer().step, direct=True)
        names, pages = _bind(order, handed, batches, grid)
    write_whole(folder / "class.csv", class_csv(pupils), force=True)  # in the roster's order
    names.append("class.csv")
    if there:
        was = "was" if there == 1 else "were"
        remarks.append(f"{there} of {len(leaves)} students {was} printed by an earlier run")
    remarks += _unchecked(pupils, order.plan)
    if told := system.advice(texts):
        remarks.append(told)
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    printed = {
        "mark": mark, "simplex": binding.simplex, "staple": binding.staple,
        "separate": binding.separate, "group_by": binding.group_by, "files": sums,
    }  # fmt: skip
    data = json_bytes(manifest(order.plan, seed, pupils, pages, printed, former))
    outdated = _written(folder / MANIFEST) - set(names)
    write_whole(folder / MANIFEST, data, force=True)
    for name in outdated:  # nobody shall print a sheet that is no longer of the class
        with contextlib.suppress(OSError):
            (folder / name).unlink()
    clear(work)
    _tidy(folder)
    return Done(tuple(folder / n for n in (*names, MANIFEST)), tuple(remarks), seed)


def _room_for(order: Order) -> None:
    """Raises SheetgenError for what is in the way of the files, before anything is printed."""
    folder, separate = order.folder, order.binding.separate
    packs = [f"{side}.pdf" for side in SIDES]
    for name in OUTPUTS:
        if not (separate and name in packs):
            free_to_write(folder / name, force=True)
    for name in (WORK, *SIDES * separate):
        free_for_folder(folder / name)


def _unchecked(pupils: Sequence[Pupil], plan: Plan) -> list[str]:
    """What to say of exercises that were to have a check and can have none."""
    asked = [k for k, piece in enumerate(plan.pieces) if piece.asked.check]
    if not asked:
        return []
    from sheetgen.words.checks import unchecked

    return [line for k in asked for line in unchecked([p.exercises[k] for p in pupils])]


def _print(
    order: Order, leaves: Sequence[Leaf], tell: Callable[[int], None], direct: bool
) -> tuple[list[Batch], int]:
    """The batches, printed into the work folder, and how many students were there already."""
    plan = order.plan
    batches = batches_of(leaves, plan.paper, plan.heading, order.binding.separate, direct)
    return batches, print_all(batches, order.folder / WORK, tell)


def _texts(plan: Plan, pupils: Sequence[Pupil]) -> list[str]:
    """What is printed as somebody wrote it."""
    heading = plan.heading
    said = [heading.title, heading.course, heading.teacher, heading.date]
    apart = told_apart([pupil.student for pupil in pupils])
    for pupil, more in zip(pupils, apart, strict=True):
        said += () if pupil.spare else (pupil.shown, pupil.student.group, more)
    return said


def _grid(
    order: Order, handed: Sequence[Pupil]
) -> contextlib.AbstractContextManager[Callable[[], bytes]]:
    """The grid in the order of the packs, because it lies beside the keys; made by another core
    meanwhile, once it is known how to print."""
    make = partial(grid_pdf, order.plan, handed, _title(order.plan))
    return contextlib.nullcontext(make) if printer().check.known() is None else beside(make)


def _bind(
    order: Order, handed: Sequence[Pupil], batches: Sequence[Batch], grid: Callable[[], bytes]
) -> tuple[list[str], dict[str, dict[str, int | str]]]:
    """Write the packs and the grid; their names, and what is said of each code's pages."""
    work = order.folder / WORK
    folder, title = order.folder, _title(order.plan)
    names: list[str] = []

    def write(name: str, data: bytes) -> None:
        write_whole(folder / name, data, force=True)
        names.append(name)

    pages: dict[str, dict[str, int | str]]
    if order.binding.separate:
        pages = {}
        for side in SIDES:
            make_folder(folder / side)
        for loose in separate_files(handed, batches, work):
            write(f"{loose.side}/{loose.name}", loose.data)
            said = pages.setdefault(loose.pupil.code, {"sha256": loose.digest})
            said["pages" if loose.side == "worksheets" else "key_pages"] = loose.pages
    else:
        names += [f"{side}.pdf" for side in SIDES]
        with writing([folder / name for name in names], force=True) as files:
            opened = dict(zip(SIDES, files, strict=True))
            pages = assemble(handed, batches, work, order.binding, title, opened)
    write("grid.pdf", grid())
    return names, pages


def _title(plan: Plan) -> str:
    """What the packs are called."""
    topics = dict.fromkeys(piece.asked.title for piece in plan.pieces)
    return plan.heading.title or ", ".join(topics)


def _earlier(order: Order, path: Path) -> dict[str, Any] | None:
    """The manifest of this class from an earlier run. Raises SheetgenError for another class."""
    if not path.exists():
        return None
    try:
        data = read_manifest(path)
    except SheetgenError:
        if order.force:
            return None
        raise
    if same_exercises(data, order.plan) and order.seed in (None, data.get("seed")):
        return data
    if order.force:
        return None
    topics = ", ".join(str(e.get("topic")) for e in data.get("exercises", []))
    raise SheetgenError(
        f"{path.parent} holds another class ({topics}, seed {data.get('seed')}); "
        f"choose another --out, or add --force to replace it"
    )


def _state(order: Order, path: Path) -> dict[str, Any] | None:
    """What a killed run left, if it was of this class."""
    try:
        data = read_manifest(path)
    except SheetgenError:
        return None
    same = same_exercises(data, order.plan) and order.seed in (None, data.get("seed"))
    return data if same else None


def _seed(order: Order, *earlier: Mapping[str, Any] | None) -> int:
    if order.seed is not None:
        return order.seed
    for data in earlier:
        if data is not None:
            return int(data["seed"])
    return secrets.randbelow(1_000_000)


def _kept(data: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """Key -> the recipes that were handed out."""
    if data is None:
        return {}
    return {s["key"]: recipes_of(s) for s in reversed(everybody(data))}


def _changes(before: Mapping[str, Any] | None, pupils: Sequence[Pupil]) -> list[str]:
    """Who is new and who is gone since the last run."""
    if before is None:
        return []
    old = {s["key"]: s["name"] or s["id"] for s in before["students"] if not s.get("spare")}
    now = {p.key: p.shown for p in pupils if not p.spare}
    new = [name for key, name in now.items() if key not in old]
    gone = [name for key, name in old.items() if key not in now]
    said = []
    if new:
        said.append(f"{len(new)} new: {_listed(new)}")
    if gone:
        said.append(f"{len(gone)} no longer in the class: {_listed(gone)}")
    stay = len(now) - len(new)
    if said and stay:
        all_of_them = f"the other {stay} keep their sheets"
        said.append("the other one keeps the sheet" if stay == 1 else all_of_them)
    return said


def _guesses(pupils: Sequence[Pupil], kept: Mapping[str, Sequence[str]]) -> list[str]:
    """Who has whose sheet, where the roster does not tell."""
    whose: dict[str, list[str]] = {}
    for pupil in pupils:
        said = "the sheet" if pupil.key in kept else "a new sheet,"
        whose.setdefault(pupil.shown, []).append(f"row {pupil.student.row} has {said} {pupil.code}")
    return [
        f"some {name[:40]} came or went, and no id tells who is who: {_listed(said)}"
        for name, said in whose.items()
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(n[:40] for n in names[:8]) + (" ..." if len(names) > 8 else "")


def _former(
    before: Mapping[str, Any] | None, state: Mapping[str, Any] | None, pupils: Sequence[Pupil]
) -> list[dict[str, Any]]:
    """Those who had a sheet once and are no longer in the class."""
    now = {p.key for p in pupils}
    found: dict[str, dict[str, Any]] = {}
    for data in (before, state):
        for student in [*(data or {}).get("former", []), *(data or {}).get("students", [])]:
            if student["key"] not in now:
                keep = ("id", "name", "group", "key", "code", "recipe", "exercises", "sha256")
                said = {k: student[k] for k in keep if k in student}
                found.setdefault(student["key"], said)
    return [found[key] for key in sorted(found)]


def _other_numbers(
    path: Path, before: Mapping[str, Any], pupils: Sequence[Pupil], force: bool
) -> dict[str, str]:
    """Key -> name of those whose sheets were printed with other numbers; former students are looked
    at only if it is forced. Raises SheetgenError for the first unless it is."""
    now = {pupil.key: pupil.exercises for pupil in pupils}
    other = {}
    for student in before["students"] if not force else everybody(before):
        try:
            if student["key"] in now:
                check_digest(path, before, student, digest_of(now[student["key"]]))
            elif force:
                exercises_of(path, before, [student])
        except SheetgenError:
            if not force:
                raise
            other[student["key"]] = student["name"] or student["id"]
    return other


def _unharmed(folder: Path, data: Mapping[str, Any]) -> tuple[Path, ...]:
    """The files of an earlier run if each is there with the bytes that the manifest says."""
    sums = data["printed"].get("files", {})
    if not all(map(OURS.fullmatch, sums)):
        return ()
    try:
        whole = all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
                    for name, digest in sums.items())  # fmt: skip
    except OSError:
        return ()
    return tuple(folder / n for n in (*sums, MANIFEST)) if whole and sums else ()


def _written(path: Path) -> set[str]:
    """The files of packs that an earlier manifest says are in its folder, of this class or not."""
    try:
        files = read_manifest(path).get("printed", {}).get("files", {})
    except SheetgenError:
        return set()
    return {name for name in files if OURS.fullmatch(name)}


def _tidy(folder: Path) -> None:
    """Remove what killed runs left half written."""
    for place in (folder, *(folder / side for side in SIDES)):
        for path in place.glob(".sheetgen-*"):
            if path.is_file():
                with contextlib.suppress(OSError):
                    path.unlink()
