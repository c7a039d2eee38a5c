"""What a class has beside its packs in other formats: a file for each student, or one for all.

What students get stands in a folder of the format's name, all else, which holds answers, in one
that ends with ``-keys``, so that nobody hands out a key with a folder.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from sheetgen.classroom.packs import slug
from sheetgen.classroom.parts import student_sheet
from sheetgen.classroom.plan import Plan
from sheetgen.classroom.pupils import Pupil
from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import USUAL, Format, Request
from sheetgen.formats.registry import files
from sheetgen.layout.sheet import Sheet

FOR_STUDENTS = "-worksheet"
"""How the names of files go on that students get."""


class ClassRequest(Request):
    """A student's exercises, with the letterhead of the class on their pages."""

    def __init__(
        self, exercises: tuple[Exercise, ...], plan: Plan, paper: str = "", name: str = ""
    ) -> None:
        look = plan.look
        super().__init__(exercises, paper or plan.paper, None if look.anonymous else name,
                         look.tagged, "quiz", decimal_mark=look.decimal_mark)  # fmt: skip
        self.plan = plan

    @cached_property
    def _sheets(self) -> list[Sheet]:
        plan, points = self.plan, [piece.points for piece in self.plan.pieces]
        many = len(self.exercises) // len(points)
        return [
            student_sheet(e, self.paper, self.name or "", plan.look, plan.heading, worth)
            for e, worth in zip(self.exercises, points * many, strict=True)
        ]


def extra_files(
    formats: Sequence[Format], plan: Plan, pupils: Sequence[Pupil], paper: str = ""
) -> Iterator[tuple[str, bytes]]:
    """Names in the class's folder and contents, in each format but that of the packs."""
    for form in formats:
        if form.name == USUAL:
            continue
        if form.per == "set":
            every = tuple(e for pupil in pupils for e in pupil.exercises)
            for ending, data in _written(form, ClassRequest(every, plan, paper)):
                yield _of_all(form, ending), data
            continue
        for pupil in pupils:
            name = "" if pupil.spare else pupil.student.name
            request = ClassRequest(pupil.exercises, plan, paper, name)
            who = "" if plan.look.anonymous else slug(pupil.shown)
            for ending, data in _written(form, request):
                yield f"{_folder(form, ending)}/{pupil.code}{who}{ending}", data


def _written(form: Format, request: Request) -> Iterator[tuple[str, bytes]]:
    for name, data in files([form], request).items():
        yield name.removeprefix(request.stem), data


def _folder(form: Format, ending: str) -> str:
    return form.name if ending.startswith(FOR_STUDENTS) else f"{form.name}-keys"


def _of_all(form: Format, ending: str) -> str:
    """``moodle.xml``: the file of a whole class, which is the teacher's."""
    return f"{form.name}{ending.removeprefix(f'-{form.name}')}"


def folders(formats: Collection[Format]) -> list[str]:
    """The folders that formats may have in a class's folder."""
    each = [form.name for form in formats if form.name != USUAL and form.per == "sheet"]
    return [*each, *(f"{name}-keys" for name in each)]
