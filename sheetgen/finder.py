"""Whose sheet is this? Codes and numbers looked up in a class's manifest.

The manifest holds recipes; the numbers are drawn and solved again, all students at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sheetgen.classroom import digest_of
from sheetgen.errors import SheetgenError, typed
from sheetgen.exercise import Exercise, build, settings
from sheetgen.manifest import MANIFEST, check_digest, everybody, read_manifest, recipes_of
from sheetgen.numbers import Fixed, Ints, decimal_of
from sheetgen.recipe import Recipe, read_recipe


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
    check_digest(path, data, student, digest_of(exercises_of(student)))
    return next(r for r in map(read_recipe, recipes_of(student)) if r.code == code)


def student_of(code: str, data: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """Who has a sheet with a code, as the manifest says it. Raises SheetgenError for nobody."""
    for student in everybody(data):
        if any(read_recipe(recipe).code == code for recipe in recipes_of(student)):
            return student
    raise SheetgenError(f"no sheet of the class in {folder} has the code {code}")


def exercises_of(student: Mapping[str, Any]) -> list[Exercise]:
    """The exercises of one student of a manifest, built again."""
    recipes = map(read_recipe, recipes_of(student))
    return [build(settings(r.topic, r.options), [r.seed])[0] for r in recipes]


def find_numbers(folder: Path, words: Sequence[str]) -> list[Hit]:
    """The sheets that have these numbers side by side in a row, or one below the other in a column.

    Sheets where they fill a whole row or column come first, then those of the class before those of
    former students. Raises SheetgenError, also if a sheet
    was printed with other numbers.
    """
    with typed():
        wanted = [decimal_of(w.replace("−", "-").rstrip(","), w) for w in words]
    path = folder / MANIFEST
    data = read_manifest(path)
    sheets = _sheets(everybody(data))
    for student, exercises in sheets:
        check_digest(path, data, student, digest_of(exercises))
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
            name = str(student["name"] or student["id"])
            former = order >= len(data["students"])
            hit = Hit(name, str(student["code"]), (*whole, *part), former)
            hits.append((not whole, order, hit))
    return [hit for _, _, hit in sorted(hits, key=lambda h: h[:2])]


def _sheets(
    students: Sequence[Mapping[str, Any]],
) -> list[tuple[Mapping[str, Any], list[Exercise]]]:
    """Each student with the exercises, built again; alike ones at once."""
    groups: dict[str, list[tuple[int, Recipe]]] = {}
    for k, student in enumerate(students):
        for recipe in map(read_recipe, recipes_of(student)):
            groups.setdefault(f"{recipe.topic}{sorted(recipe.options.items())}", []).append(
                (k, recipe)
            )
    found: list[tuple[Mapping[str, Any], list[Exercise]]] = [(s, []) for s in students]
    for members in groups.values():
        first = members[0][1]
        made = build(settings(first.topic, first.options), [r.seed for _, r in members])
        for (k, _), exercise in zip(members, made, strict=True):
            found[k][1].append(exercise)
    return found


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
