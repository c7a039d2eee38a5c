"""A student's sheet once more: from the code and the class's folder, byte for byte as
``class --separate`` makes it."""

from __future__ import annotations

from pathlib import Path

from sheetgen.classroom.find import exercises_of, student_of
from sheetgen.classroom.manifest import MANIFEST, read_manifest, recipes_of
from sheetgen.classroom.packs import loose_file, loose_name
from sheetgen.classroom.parts import SIDES, Batch, Leaf, bundles
from sheetgen.classroom.pupils import Heading
from sheetgen.exercise.recipe import read_recipe
from sheetgen.press.printing import printer


def reprint(code: str, folder: Path, paper: str = "") -> list[tuple[str, bytes]]:
    """Name and content of the worksheet and the key of the student with a code, on the class's
    paper unless another is named. Raises SheetgenError if nobody of the class has the code, or if
    other numbers were printed."""
    path = folder / MANIFEST
    data = read_manifest(path)
    student = student_of(code, data, folder)
    name = "" if student.get("spare") else student["name"]
    points = tuple(e["points"] for e in data["exercises"])
    exercises = tuple(exercises_of(path, data, [student])[0])
    leaf = Leaf(name, tuple(recipes_of(student)), points, exercises)
    heading = Heading(**data.get("heading", {}))
    batch = Batch((leaf,), paper or data["paper"], heading, True, not printer().check.fits())
    bundle = bundles(batch)[0]
    who = student["name"] or student["id"]
    first = read_recipe(recipes_of(student)[0]).code
    return [(loose_name(first, who, side), loose_file(bundle, side, first)) for side in SIDES]
