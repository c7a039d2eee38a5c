"""A student's sheet once more: from the code and the class's folder, byte for byte as
``class --separate`` makes it."""

from __future__ import annotations

from pathlib import Path

from sheetgen.classroom.find import exercises_of, student_of
from sheetgen.classroom.manifest import MANIFEST, FormerStudent, read_manifest, recipes_of
from sheetgen.classroom.packs import file_name, student_file
from sheetgen.classroom.parts import KINDS, Batch, Handout, pages_of
from sheetgen.exercise.recipe import read_recipe
from sheetgen.press.printing import printer


def reprint(code: str, folder: Path, paper: str = "") -> list[tuple[str, bytes]]:
    """Name and content of the worksheet and the key of the student with a code, on the class's
    paper unless another is named. Raises SheetgenError if nobody of the class has the code, or if
    other numbers were printed."""
    path = folder / MANIFEST
    data = read_manifest(path)
    student = student_of(code, data, folder)
    spare = not isinstance(student, FormerStudent) and student.spare
    points = tuple(exercise.points for exercise in data.exercises)
    exercises = tuple(exercises_of(path, data, [student])[0])
    name = "" if spare else student.name
    handout = Handout(name, tuple(recipes_of(student)), points, exercises)
    batch = Batch((handout,), paper or data.paper, data.heading, True, not printer().check.fits())
    own = pages_of(batch)[0]
    first = read_recipe(handout.recipes[0]).code
    who = student.name or student.id
    return [(file_name(first, who, kind), student_file(own, kind, first)) for kind in KINDS]
