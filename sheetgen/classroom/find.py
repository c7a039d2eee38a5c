"""Whose sheet is this? Codes and numbers looked up in a class's manifest.

The manifest holds recipes; the numbers are drawn and solved again, all students at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from sheetgen.classroom.manifest import (
    MANIFEST,
    FormerStudent,
    Handed,
    Manifest,
    check_digest,
    read_manifest,
    recipes_of,
)
from sheetgen.classroom.pupils import digest_of
from sheetgen.errors import SheetgenError, typed
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.recipe import Recipe, read_recipe
from sheetgen.exercise.settings import again
from sheetgen.graph.numbers import Fixed, Ints, decimal_of


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
    return next(r for r in map(read_recipe, recipes_of(student)) if r.code == code)


def student_of(code: str, data: Manifest, folder: Path) -> Handed:
    """Who has a sheet with a code, as the manifest says it. Raises SheetgenError for nobody."""
    for student in data.everybody:
        if any(read_recipe(recipe).code == code for recipe in recipes_of(student)):
            return student
    raise SheetgenError(f"no sheet of the class in {folder} has the code {code}")


def find_numbers(folder: Path, words: Sequence[str]) -> list[Hit]:
    """The sheets that have these numbers side by side in a row, or one below the other in a column.

    Sheets where they fill a whole row or column come first, and those of former students after the
    others. Raises SheetgenError, also if a sheet was printed with other numbers.
    """
    with typed():
        wanted = [decimal_of(w.replace("−", "-").rstrip(","), w) for w in words]
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
    alike: dict[str, list[Recipe]] = {}
    for recipe in chain.from_iterable(recipes):
        alike.setdefault(_kind(recipe), []).append(recipe)
    made: dict[str, Exercise] = {}
    for some in alike.values():
        try:
            found_by = build(again(some[0]), [r.seed for r in some])
            made |= zip([r.printed for r in some], found_by, strict=True)
        except SheetgenError as problem:
            raise SheetgenError(f"{path}: {problem}; {data.way_out}") from None
    found = [[made[recipe.printed] for recipe in own] for own in recipes]
    for student, exercises in zip(students, found, strict=True):
        check_digest(path, data, student, digest_of(exercises))
    return found


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
