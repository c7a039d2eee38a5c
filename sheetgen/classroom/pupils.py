"""A class: who gets which exercise, and the manifest that remembers it.

Each student's seed comes from the class seed, the student's id (or name) and the topic, so that a
newcomer changes nobody's sheet. Where two students would get the same exercise, one of them takes
his next seed; the manifest keeps what was handed out.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import Any

from sheetgen.classroom.roster import MOST, Student
from sheetgen.cores import beside
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.search import Drawn, draw, joined
from sheetgen.errors import SheetgenError, counted
from sheetgen.exercise.different import Distinct
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.recipe import read_recipe
from sheetgen.exercise.settings import Settings, settings
from sheetgen.graph.nodes import Graph

LARGEST_SEED = 10**9
"""Seeds stay short, so that a recipe can be typed."""
ATTEMPTS = 60
"""Seeds that one student may try."""
ALIKE = ("id", "name", "email", "group")
"""What tells students apart from one roster to the next."""
AT_ONCE = 500
"""Exercises drawn together."""
MANY = 100
"""Exercises from which it pays to start another process."""


@dataclass(frozen=True)
class Piece:
    """One exercise of a class's sheet: topic, options and the points it is worth."""

    asked: Settings
    points: str = ""

    @property
    def text(self) -> str:
        """Names the piece: its recipe without a seed."""
        return str(self.asked.recipe(0)).removesuffix("seed=0").rstrip("?&")


@dataclass(frozen=True)
class Heading:
    """What stands small above the title of every sheet."""

    title: str = ""
    course: str = ""
    date: str = ""
    teacher: str = ""
    logo: str = ""
    """An image as a ``data:`` URL."""


@dataclass(frozen=True)
class Plan:
    """What every student of the class gets."""

    pieces: tuple[Piece, ...]
    heading: Heading = field(default_factory=Heading)
    paper: str = "a4"


@dataclass(frozen=True)
class Pupil:
    """A student with the exercises that are hers or his alone."""

    student: Student
    key: str
    """What the seed hangs on: id, email or name, with a count for those who share it."""
    exercises: tuple[Exercise, ...]
    spare: bool = False

    @property
    def code(self) -> str:
        return self.exercises[0].code

    @property
    def effort(self) -> float:
        return sum(e.effort for e in self.exercises)

    @property
    def shown(self) -> str:
        """The student for a list: name, id, or which spare it is."""
        return self.student.name or self.student.id



def digest_of(exercises: Sequence[Exercise]) -> str:
    """SHA-256 of what is on the sheets: recipes, the numbers of each matrix as they are printed,
    and which are blank. The same in each version that draws the same."""
    found = hashlib.sha256()
    for exercise in exercises:
        numbers = [(name, exercise.shown(name)) for name in exercise.values]
        blanks = [(name, cells.shape, cells.tobytes()) for name, cells in exercise.blanks.items()]
        found.update(f"{exercise.recipe}\n{numbers}\n{blanks}\n".encode())
    return found.hexdigest()


def piece(topic: str, options: Mapping[str, Any] | None = None, points: str = "") -> Piece:
    """A topic and its options as a piece. Raises SheetgenError."""
    return Piece(settings(topic, options), points)


def keys_of(
    students: Sequence[Student], known: Iterable[Mapping[str, Any]] = ()
) -> tuple[list[str], list[int]]:
    """One key a student, all different: id, email or name, with a count for those who share it.

    Who shares one keeps the key of the ``known`` student (of a manifest) with the same name and
    group, or else of one that nobody is like. Returns also the places of those of whom that is a
    guess, since some of them came or went.
    """
    places: dict[str, list[int]] = {}
    for k, student in enumerate(students):
        places.setdefault(student.id or student.email or student.name, []).append(k)
    before: dict[str, dict[str, tuple[str, ...]]] = {}
    for entry in known:
        said = tuple(entry.get(field, "") for field in ALIKE)
        before.setdefault(entry["key"].partition("\n")[0], {})[entry["key"]] = said
    keys, guessed = [""] * len(students), []
    for base, some in places.items():
        old = before.get(base, {})
        now = [tuple(getattr(students[k], field) for field in ALIKE) for k in some]
        free, rest = dict(old), []
        for k, said in zip(some, now, strict=True):
            keys[k] = next((key for key, other in free.items() if other == said), "")
            free.pop(keys[k], None)
            if not keys[k]:
                rest.append(k)
        then = Counter(old.values())
        shared = len(some) > 1 or len(old) > 1
        if shared and (
            (rest and free) or any(then[said] not in (0, n) for said, n in Counter(now).items())
        ):
            guessed += some
        counted = (base if n == 1 else f"{base}\n{n}" for n in count(1))
        fresh = chain(free, (key for key in counted if key not in old))
        for k, key in zip(rest, fresh, strict=False):
            keys[k] = key
    return keys, guessed


def spare_students(count: int) -> list[Student]:
    """Unnamed extras. Raises SheetgenError."""
    if not 0 <= count <= MOST:
        raise SheetgenError(f"--spares: {count} is not between 0 and {MOST}")
    return [Student(f"spare-{k}", "", group="Spares") for k in range(1, count + 1)]


def seed_of(class_seed: int, key: str, topic: str, position: int, attempt: int) -> int:
    """The seed of one student's exercise."""
    text = json.dumps([class_seed, key, topic, position, attempt])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % LARGEST_SEED


def assign(
    plan: Plan,
    students: Sequence[Student],
    spares: Sequence[Student],
    class_seed: int,
    kept: Mapping[str, Sequence[str]] | None = None,
    keys: Sequence[str] | None = None,
) -> list[Pupil]:
    """An own exercise for everybody, no two alike, in the order of ``students`` and ``spares``.

    ``kept`` maps keys, those of ``keys_of`` if there are no others, to the recipes that they were
    handed before. Raises SheetgenError if the
    options do not allow so many different exercises.
    """
    keys = [*(keys or keys_of(students)[0]), *(f"\tspare\n{s.id}" for s in spares)]
    columns: list[dict[str, Exercise]] = []
    seen: dict[str, Distinct] = {}
    codes: set[str] = set()
    for position, part in enumerate(plan.pieces):
        old = {k: read_recipe(recipes[position]).seed for k, recipes in (kept or {}).items()
               if position < len(recipes)}  # fmt: skip
        distinct = seen.setdefault(part.asked.identity, Distinct())
        columns.append(_drawn(part.asked, position, keys, class_seed, old, distinct, codes))
    return [
        Pupil(student, key, tuple(column[key] for column in columns), k >= len(students))
        for k, (student, key) in enumerate(zip([*students, *spares], keys, strict=True))
    ]


def _drawn(
    asked: Settings, position: int, keys: Sequence[str], class_seed: int, old: Mapping[str, int],
    distinct: Distinct, codes: set[str],
) -> dict[str, Exercise]:  # fmt: skip
    """One exercise a key; those handed out before first, then in an order that has nothing to do
    with the roster's."""

    def seed(key: str, attempt: int) -> int:
        return seed_of(class_seed, key, asked.topic.name, position, attempt)

    waiting = sorted(keys, key=lambda k: (k not in old, seed(k, 0), k))
    found: dict[str, Exercise] = {}
    for attempt in range(ATTEMPTS):
        seeds = [old[k] if attempt == 0 and k in old else seed(k, attempt) for k in waiting]
        again = []
        for key, exercise in zip(waiting, _built(asked, seeds), strict=True):
            if exercise is None or exercise.code in codes or not distinct.add(exercise):
                again.append(key)
                continue
            codes.add(exercise.code)
            found[key] = exercise
        waiting = again
        if not waiting:
            return found
    raise SheetgenError(
        f"{asked.topic.name} with these options has only about "
        f"{counted(len(found), 'different exercise')} for {counted(len(keys), 'student')}; "
        f"ask for larger widths or ranges"
    )


def _built(asked: Settings, seeds: Sequence[int]) -> list[Exercise | None]:
    """An exercise a seed, None for the few seeds from which none comes."""
    out: list[Exercise | None] = []
    for start in range(0, len(seeds), AT_ONCE):
        some = seeds[start : start + AT_ONCE]
        try:
            out += build(asked, some, _drawn_by_two)
            continue
        except SheetgenError as problem:
            whole = problem
        before = len(out)
        for seed in some[:40]:
            try:
                out += build(asked, [seed])
            except SheetgenError:
                out.append(None)
        if all(e is None for e in out[before:]):
            raise whole
        for seed in some[40:]:
            try:
                out += build(asked, [seed])
            except SheetgenError:
                out.append(None)
    return out


def _drawn_by_two(
    graph: Graph, seeds: Sequence[int], knobs: Knobs, band: tuple[float, float]
) -> Drawn:
    """Many exercises, half of them drawn by another core."""
    if len(seeds) < MANY:
        return draw(graph, seeds, knobs, band)
    half = len(seeds) // 2
    with beside(lambda: draw(graph, seeds[half:], knobs, band)) as rest:
        return joined(draw(graph, seeds[:half], knobs, band), rest())


def check_grouping(group_by: str) -> None:
    """Raises SheetgenError for what nobody can be grouped by."""
    if group_by not in ("", "group"):
        raise SheetgenError(f"--group-by: {group_by!r} is unknown; there is only: group")


def handing_out(pupils: Sequence[Pupil], group_by: str = "") -> list[Pupil]:
    """The order of the packs: the roster's, or by group; spares last."""
    check_grouping(group_by)
    if not group_by:
        return list(pupils)
    return sorted(pupils, key=lambda p: (p.spare, p.student.group.casefold(), p.student.group))


# --- the table


FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def class_csv(pupils: Sequence[Pupil]) -> bytes:
    """Student, row in the roster, code and effort, for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["name", "id", "email", "group", "row", "code", "effort"])
    for p in pupils:
        who = p.student
        cells = (who.name, who.id, who.email, who.group)
        codes = " ".join(e.code for e in p.exercises)
        writer.writerow([*map(safe_cell, cells), who.row or "", codes, f"{p.effort:g}"])
    return ("\ufeff" + out.getvalue()).encode()


def with_paper(plan: Plan, paper: str) -> Plan:
    return replace(plan, paper=paper)
