"""An exercise as the text of a question for a learning platform, whose blanks are the platform's
own fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup, escape

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Request
from sheetgen.formats.tables import Cell, Part, blanks, parts
from sheetgen.press.printing import printer
from sheetgen.type.markup import plain_text, with_mark
from sheetgen.words.lines import notes

DPI = 75
"""Of a picture of a page: a screen shows it 620 pixels wide."""

ROUND = str.maketrans("[]", "()")
"""The words' square brackets as round ones: a platform may take what stands in square ones for the
name of a field."""


@dataclass(frozen=True)
class Question:
    """An exercise in parts, with pictures of its worksheet if they were asked for."""

    exercise: Exercise
    parts: Sequence[Part]
    pictures: Sequence[bytes]
    mark: str = "point"
    """The decimal mark of what is shown; typed is any."""

    @cached_property
    def blanks(self) -> tuple[Cell, ...]:
        """The boxes that are asked for, in order."""
        return tuple(blanks(self.parts))

    def body(self, pictures: Sequence[str], field: Callable[[Cell], Markup]) -> str:
        """The question as HTML; ``pictures`` are the addresses of the pages, ``field`` makes the
        field of a blank."""
        return self._html(lambda c: field(c) if c.blank else escape(c.shown), pictures, asking=True)

    def solved(self) -> str:
        """The same with the answers, which are bold."""
        bold = Markup("<strong>{}</strong>")
        return self._html(lambda c: bold.format(c.shown) if c.blank else escape(c.shown))

    def _html(
        self, cell: Callable[[Cell], Markup], pictures: Sequence[str] = (), asking: bool = False
    ) -> str:
        return printer().templates.render(
            "platform/question.html", parts=self.parts, cell=cell, code=self.exercise.code,
            pictures=pictures, asking=asking,
            notes=[with_mark(plain_text(note), self.mark) for note in notes(self.exercise)],
        )  # fmt: skip


def question(exercise: Exercise, request: Request) -> Question:
    """The question of an exercise, with a picture of each page if the request has it."""
    pictures, mark = list[bytes](), request.decimal_mark
    if request.picture:
        sheets = Request((exercise,), request.paper, decimal_mark=mark).worksheets
        pictures = printer().png(printer().pdf(sheets), DPI)
    said = [
        replace(
            part, words=part.words.translate(ROUND), equation=part.equation.translate(ROUND),
            tables=tuple(replace(t, label=t.label.translate(ROUND)) for t in part.tables),
        )
        for part in parts(exercise, mark)
    ]  # fmt: skip
    return Question(exercise, said, pictures, mark)
