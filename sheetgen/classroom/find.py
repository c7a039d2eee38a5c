"""Whose sheet is this? Codes and numbers looked up in a class's manifest.

The manifest holds recipes; the numbers are drawn and solved again, all students at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from sheetgen.classroom.manifest import (
    MANIFEST,
    FormerStudent,
    Handed,
    Manifest,
    ManifestStudent,
    check_digest,
    read_manifest,
    recipes_of,
    series_of,
)
from sheetgen.classroom.pupils import digest_of
from sheetgen.classroom.who import apart, called, like, nearest
from sheetgen.errors import SheetgenError, typed
from sheetgen.exercise.exercise import Exercise, build, with_secret
from sheetgen.exercise.recipe import Recipe, code_of, read_code, read_recipe
from sheetgen.exercise.settings import again
from sheetgen.graph.numbers import Fixed, Ints, decimal_of
from sheetgen.series.draw import booklets_again


@dataclass(frozen=True)
class Hit:
    """A student on whose sheet the numbers stand, and where."""

    student: str
    code: str
    places: tuple[str, ...]
    former: bool = False
    """No longer in the class."""

    def as_json(self) -> dict[str, Any]:
        return {"student": self.student, "code": self.code, "where": list(self.places),
                "former": self.former}  # fmt: skip


def recipe_for(code: str, folder: Path) -> Recipe:
    """The recipe of a printed code. Raises SheetgenError if no sheet of the class has it, or if
    other numbers were printed."""
    path = folder / MANIFEST
    data = read_manifest(path)
    student = student_of(code, data, folder)
    exercises_of(path, data, [student])
    if series_of(data):
        raise SheetgenError(f"{code} is a booklet, whose exercises share numbers; a slip is "
                            "followed on sheets of one topic alone")  # fmt: skip
    return read_recipe(recipes_of(student)[codes_of(student, data).index(code)])


def student_of(code: str, data: Manifest, folder: Path) -> Handed:
    """Who has a sheet with a code, as the manifest says it. Raises SheetgenError for nobody."""
    for student in data.everybody:
        if code in codes_of(student, data):
            return student
    raise SheetgenError(f"no sheet of the class in {folder} has the code {code}")


def codes_of(student: Handed, data: Manifest) -> list[str]:
    """The codes on a student's sheet."""
    return [code_of(str(read_recipe(r)), data.look.secret) for r in recipes_of(student)]


def find(folder: Path, words: Sequence[str]) -> list[Hit]:
    """Whose sheet it is: by numbers that stand on it, or by name, id or code. Raises SheetgenError
    for a name that nobody has, with the nearest."""
    text = " ".join(words).strip()
    if not text:
        raise SheetgenError("find whom? give a name, a code or some numbers of a row or column")
    data = read_manifest(folder / MANIFEST)
    if all(map(_is_number, words)):
        return find_numbers(folder, words) or [_who(s) for s in called(text, data)]
    found = called(text, data) or _by_code(text, data, folder) or like(text, data)
    if not found:
        wrong = [word for word in words if not _is_number(word)]
        more = "" if len(wrong) == len(words) else f" ({wrong[0]} is no number)"
        raise SheetgenError(f"{folder}: nobody is called {text[:60]!r}{more}{nearest(text, data)}")
    return [_who(student) for student in found]


def _is_number(word: str) -> bool:
    try:
        _number(word)
    except SheetgenError:
        return word[:1].isdigit() and not any(c.isalpha() for c in word)
    return True


def _number(word: str) -> Decimal:
    return decimal_of(word.replace("−", "-").rstrip(","), word)


_CODE = re.compile(r"[A-Z0-9]{4}[-– ]?[A-Z0-9]{4}", re.IGNORECASE)


def _by_code(text: str, data: Manifest, folder: Path) -> list[Handed]:
    """Who has a code; nobody for what does not look like one. Raises SheetgenError for a slip."""
    if not _CODE.fullmatch(text):
        return []
    try:
        return [student_of(read_code(text), data, folder)]
    except SheetgenError:
        if any(c.isdigit() for c in text):
            raise
        return []


def _who(student: Handed) -> Hit:
    """A student who was asked for, and where the pages are."""
    places = [apart(student)] if apart(student) else []
    if isinstance(student, ManifestStudent) and student.first_page:
        places.append(f"worksheets.pdf page {student.first_page}")
        places.append(f"keys.pdf page {student.first_key_page}")
    former = isinstance(student, FormerStudent)
    return Hit(student.name or student.id, student.code, tuple(places), former)


def find_numbers(folder: Path, words: Sequence[str]) -> list[Hit]:
    """The sheets that have these numbers side by side in a row, or one below the other in a column.

    Sheets where they fill a whole row or column come first, and those of former students after the
    others. Raises SheetgenError, also if a sheet was printed with other numbers.
    """
    with typed():
        wanted = [_number(word) for word in words]
    path = folder / MANIFEST
    data = read_manifest(path)
    students = data.everybody
    sheets = zip(students, exercises_of(path, data, students), strict=True)
    hits: list[tuple[bool, int, Hit]] = []
    for order, (student, exercises) in enumerate(sheets):
        whole: list[str] = []
        part: list[str] = []
        for exercise in exercises:
            for node in exercise.graph.nodes:
                found = places(node.name, exercise.values[node.name], wanted)
                whole += [place for place, full in found if full]
                part += [place for place, full in found if not full]
        if whole or part:
            former = isinstance(student, FormerStudent)
            hit = Hit(student.name or student.id, student.code, (*whole, *part), former)
            hits.append((not whole, order, hit))
    return [hit for _, _, hit in sorted(hits, key=lambda h: h[:2])]


def exercises_of(
    path: Path, data: Manifest, students: Sequence[Handed]
) -> list[list[Exercise]]:
    """The exercises of some students of a manifest, built again, alike ones at once. Raises
    SheetgenError where they are not those that were printed."""
    recipes = [[read_recipe(recipe) for recipe in recipes_of(student)] for student in students]
    try:
        found = _built(data, recipes)
    except SheetgenError as problem:
        raise SheetgenError(f"{path}: {problem}; {data.way_out}") from None
    for student, exercises in zip(students, found, strict=True):
        check_digest(path, data, student, digest_of(exercises))
    return found


def _built(data: Manifest, recipes: Sequence[Sequence[Recipe]]) -> list[list[Exercise]]:
    """The exercises of each student's recipes."""
    if series := series_of(data):
        made_at_once = booklets_again(series, [own[0] for own in recipes], data.look.secret)
        return [list(booklet) for booklet in made_at_once]
    alike: dict[str, list[Recipe]] = {}
    for recipe in chain.from_iterable(recipes):
        alike.setdefault(_kind(recipe), []).append(recipe)
    made: dict[str, Exercise] = {}
    for some in alike.values():
        built = build(again(some[0]), [r.seed for r in some])
        made |= zip([r.printed for r in some],
                    (with_secret(e, data.look.secret) for e in built), strict=True)  # fmt: skip
    return [[made[recipe.printed] for recipe in own] for own in recipes]


def _kind(recipe: Recipe) -> str:
    """The same for recipes that differ in the seed alone."""
    return replace(recipe, seed=0).printed


def places(name: str, value: Fixed, wanted: Sequence[Any]) -> list[tuple[str, bool]]:
    """Where the numbers stand in a matrix: a text, and whether they fill the row or column."""
    scaled = [w.scaleb(value.decimals) for w in wanted]
    if any(s != s.to_integral_value() or abs(s) >= 2**62 for s in scaled):
        return []
    digits = np.array([int(s) for s in scaled], np.int64)
    count = len(digits)
    found: list[tuple[str, bool]] = []
    for what, matrix in (("row", value.digits), ("column", value.digits.T)):
        rows = matrix.shape[-1]
        if rows < count or (count == 1 and what == "column"):
            continue
        for k in _matching(matrix, digits):
            found.append((f"{name} {what} {k + 1}", rows == count))
    return found


def _matching(matrix: Ints, digits: Ints) -> Iterable[int]:
    """The rows in which ``digits`` stand in a run."""
    windows = np.lib.stride_tricks.sliding_window_view(matrix, len(digits), axis=-1)
    return [int(k) for k in np.flatnonzero((windows == digits).all(axis=-1).any(axis=-1))]
