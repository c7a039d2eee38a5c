"""What a class has beside its packs in other formats: a file for each student, or one for all.

What students get stands in a folder of the format's name, all else, which holds answers, in one
that ends with ``-keys``, so that nobody hands out a key with a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import cycle

from msgspec import structs

from sheetgen.classroom.packs import slug
from sheetgen.classroom.parts import student_sheets
from sheetgen.classroom.plan import Heading, Look, Plan
from sheetgen.classroom.pupils import Pupil
from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import FRAMEWORKS, USUAL, Format, Request
from sheetgen.formats.registry import files
from sheetgen.layout.sheet import Sheet
from sheetgen.series.series import Series

FOR_STUDENTS = "-worksheet"
"""How the names of files go on that students get."""


class ClassRequest(Request):
    """A student's exercises, with the letterhead of the class on their pages."""

    leave_off = True

    def __init__(
        self, exercises: tuple[Exercise, ...], points: Sequence[str], paper: str,
        heading: Heading, look: Look, name: str = "", framework: str = FRAMEWORKS[0],
        picture: bool = False, series: Series | None = None,
    ) -> None:  # fmt: skip
        super().__init__(exercises, paper, None if look.anonymous else name, look.tagged, "quiz",
                         picture=picture,
                         decimal_mark=look.decimal_mark, framework=framework,
                         large_print=look.large_print)  # fmt: skip
        self.points, self.heading, self.look, self.series = points, heading, look, series

    @cached_property
    def _sheets(self) -> list[Sheet]:
        points = [p for p, _ in zip(cycle(self.points), self.exercises, strict=False)]
        look = structs.replace(self.look, large_print=self.large_print)
        return student_sheets(self.exercises, self.paper, self.name or "", look,
                              self.heading, points, self.series)  # fmt: skip


def extra_files(
    formats: Sequence[Format], plan: Plan, pupils: Sequence[Pupil],
    start: Callable[[int, str], None] = lambda total, what: None,
    step: Callable[[int], None] = lambda count: None,
    framework: str = FRAMEWORKS[0], picture: bool = False,
) -> Iterator[tuple[str, bytes]]:  # fmt: skip
    """Names in the class's folder and contents, in each format but that of the packs; ``start`` and
    ``step`` are those of the progress, scripts are in a ``framework``, questions may have a
    ``picture``."""
    request = partial(ClassRequest, points=[piece.points for piece in plan.pieces],
                      paper=plan.paper, heading=plan.heading, look=plan.look,
                      framework=framework, picture=picture, series=plan.series)  # fmt: skip
    every = tuple(exercise for pupil in pupils for exercise in pupil.exercises)
    sets = [form for form in formats if form.per == "set"]
    each = [form for form in formats if form.per == "sheet" and form.name != USUAL]
    if sets or each:
        start(len(pupils) * (len(sets) + len(each)), "writing")
    for form in sets:
        for ending, data in written(form, request(every)):
            yield _of_all(form, ending), data
        step(len(pupils))
    for pupil in pupils if each else ():
        own = request(pupil.exercises, name="" if pupil.spare else pupil.student.name)
        bare = request(pupil.exercises, name="")
        who = "" if plan.look.anonymous else slug(pupil.shown)
        for form in each:
            for ending, data in written(form, bare if form.nameless else own):
                yield f"{_folder(form, ending)}/{pupil.code}{who}{ending}", data
            step(1)


def written(form: Format, request: Request) -> Iterator[tuple[str, bytes]]:
    """How the names of a format's files end, and what is in them."""
    for name, data in files([form], request).items():
        yield name.removeprefix(request.stem), data


def _folder(form: Format, ending: str) -> str:
    return form.name if ending.startswith(FOR_STUDENTS) else f"{form.name}-keys"


def _of_all(form: Format, ending: str) -> str:
    """``moodle.xml``: the file of a whole class, which is the teacher's."""
    return f"{form.name}{ending.removeprefix(f'-{form.name}')}"


