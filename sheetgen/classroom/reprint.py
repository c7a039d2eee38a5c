"""A student's sheet once more: by code or name, from the class's folder, byte for byte as ``class
--separate`` makes it; or in other formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import structs

from sheetgen.classroom.boxes import printed_otherwise
from sheetgen.classroom.extras import ClassRequest, written
from sheetgen.classroom.find import exercises_of, student_of
from sheetgen.classroom.lacking import Lacking, lacking
from sheetgen.classroom.manifest import (
    MANIFEST,
    FormerStudent,
    Handed,
    Manifest,
    read_manifest,
    recipes_of,
    series_of,
)
from sheetgen.classroom.packs import file_name, slug, student_file
from sheetgen.classroom.parts import KINDS, Batch, Handout, pages_of
from sheetgen.classroom.points import stated
from sheetgen.classroom.who import student_called
from sheetgen.errors import SheetgenError
from sheetgen.formats.format import FRAMEWORKS, USUAL, Format
from sheetgen.formats.registry import check_booklet, formats
from sheetgen.press.printing import printer


def reprint(
    code: str, folder: Path, paper: str = "", asked: Sequence[Format] = (),
    tell: Callable[[str], None] = lambda said: None,
    framework: str = FRAMEWORKS[0], large_print: bool = False,
) -> list[tuple[str, bytes]]:  # fmt: skip
    """Name and content of the worksheet and the key of the student with a code, as PDFs or in the
    formats that are ``asked`` for, on the class's paper unless another is named, scripts in a
    ``framework``, in ``large_print`` if that is asked or the class's; ``tell`` hears what the pages
    lack where Pango is not there. Raises SheetgenError if nobody of the class has the code, or if
    other numbers were printed."""
    path = folder / MANIFEST
    data = _with_print(read_manifest(path), large_print)
    return _again(path, data, student_of(code, data, folder), paper, asked, tell, framework)


def reprint_student(
    name: str, folder: Path, paper: str = "", asked: Sequence[Format] = (),
    tell: Callable[[str], None] = lambda said: None,
    framework: str = FRAMEWORKS[0], large_print: bool = False,
) -> tuple[list[tuple[str, bytes]], list[str]]:  # fmt: skip
    """The same by name, id or address, and what is to be said of the student. Raises SheetgenError
    for nobody and for several, too."""
    path = folder / MANIFEST
    data = _with_print(read_manifest(path), large_print)
    student = student_called(name, data, folder)
    said = [f"{student.name or student.id} is no longer in the class"]
    return (_again(path, data, student, paper, asked, tell, framework),
            said if isinstance(student, FormerStudent) else [])  # fmt: skip


def _with_print(data: Manifest, large_print: bool) -> Manifest:
    """The class with its pages in large print, for a student who needs it."""
    if not large_print:
        return data
    return structs.replace(data, look=structs.replace(data.look, large_print=True))


def _again(
    path: Path, data: Manifest, student: Handed, paper: str, asked: Sequence[Format],
    tell: Callable[[str], None],
    framework: str,
) -> list[tuple[str, bytes]]:  # fmt: skip
    asked = asked or [formats()[USUAL]]
    if series_of(data):
        check_booklet(asked)
    for form in asked:
        if data.look.secret and not form.private:
            raise SheetgenError(f"the sheets of {path.parent} say no recipe, and a file of the "
                                f"format {form.name} may")  # fmt: skip
    handout = _handout(path, data, student)
    who = "" if data.look.anonymous else student.name or student.id
    names = [] if data.look.anonymous or not handout.name else [handout.name]
    lacks = Lacking()
    if any(form.pages for form in asked):
        lacks = lacking([*data.heading.words, *names], data.heading)
    for said in lacks.said:
        tell(said)
    found: dict[str, bytes] = {}
    for form in asked:
        if form.name == USUAL:
            found |= _pdfs(path.parent, data, handout, who, paper, lacks, tell)
            continue
        name = "" if form.nameless else handout.name
        request = ClassRequest(handout.exercises, handout.points, paper or data.paper,
                               data.heading, data.look, name, framework,
                               series=series_of(data))  # fmt: skip
        found |= ((f"{handout.exercises[0].code}{slug(who)}{ending}", content)
                  for ending, content in written(form, request))  # fmt: skip
    return [*found.items()]


def _handout(path: Path, data: Manifest, student: Handed) -> Handout:
    spare = not isinstance(student, FormerStudent) and student.spare
    exercises = tuple(exercises_of(path, data, [student])[0])
    points = stated([exercise.points for exercise in data.exercises], exercises)
    name = "" if spare else student.name
    return Handout(name, tuple(recipes_of(student)), points, exercises)


def _pdfs(
    folder: Path, data: Manifest, handout: Handout, who: str, paper: str, lacks: Lacking,
    tell: Callable[[str], None],
) -> Iterator[tuple[str, bytes]]:  # fmt: skip
    direct = not printer().check.fits()
    batch = Batch((handout,), paper or data.paper, lacks.heading(data.heading), True, direct,
                  blank=lacks.texts, look=data.look, series=series_of(data))  # fmt: skip
    own = pages_of(batch)[0]
    codes = [exercise.code for exercise in handout.exercises]
    if other := printed_otherwise(folder, zip(codes, own.places, strict=True)):
        tell(f"the boxes of {', '.join(other)} stand elsewhere than on the class's sheets: "
             f"`sheetgen scan` will set this one aside")  # fmt: skip
    first = codes[0]
    for kind in KINDS:
        yield file_name(first, who, kind), student_file(own, kind, first, data.look.tagged)
