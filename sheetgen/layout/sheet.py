"""Exercise -> Sheet: the pages with title, name line, figures, steps, rounding rule and footer.

The worksheet and its key are the same pages; a key only shows what is blank, and may have pages of
worked sums behind. Sheets of one shape share a form: it is laid out once, and each exercise is only
inked into it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.cells import Boxes
from sheetgen.layout.plate import Form
from sheetgen.layout.setter import MARGIN
from sheetgen.page.items import PAPERS, Page, Printed
from sheetgen.words.lines import StepLine, pattern_note, step_lines

__all__ = ["MARGIN", "Sheet", "lay_out"]

REMEMBERED = 64
"""Forms that are kept for the next exercises."""


@dataclass(frozen=True)
class Sheet:
    """The pages of an exercise, and those that only its key has."""

    exercise: Exercise
    pages: tuple[Page, ...]
    key_pages: tuple[Page, ...]

    def worksheet(self) -> Printed:
        return self._printed(self.pages, key=False)

    def key(self) -> Printed:
        return self._printed(self.pages + self.key_pages, key=True)

    def _printed(self, pages: tuple[Page, ...], key: bool) -> Printed:
        title = self.exercise.settings.title
        what = "answer key" if key else "worksheet"
        return Printed(
            pages,
            f"{title}, {what} {self.exercise.code}",
            key,
            f"{title} {self.exercise.code}",
            "sheetgen",
        )


_forms: OrderedDict[Hashable, Form] = OrderedDict()


def lay_out(exercise: Exercise, paper: str = "a4", name: str = "") -> Sheet:
    """The pages of an exercise on ``a4`` or ``letter`` paper; ``name`` is printed on the name line.

    Raises SheetgenError naming the option to lower if something cannot be placed.
    """
    if paper not in PAPERS:
        raise SheetgenError(f"--paper: {paper!r} is none of {', '.join(PAPERS)}")
    boxes = Boxes(exercise)
    form = _form(boxes, paper, bool(name))
    pages, key_pages = form.inked(boxes, name)
    return Sheet(exercise, pages, key_pages)


def _form(boxes: Boxes, paper: str, named: bool) -> Form:
    """The form of an exercise's shape, made at its first use."""
    exercise = boxes.exercise
    asked = exercise.settings
    lines: tuple[StepLine, ...] | None = None
    if asked.check or any(g.name in exercise.blanks for g in exercise.graph.givens):
        lines = tuple(step_lines(exercise))  # these say numbers
    note = pattern_note(asked.blank)
    shape = (asked.identity, asked.title, note, paper, named, lines)
    form = _forms.get(shape)
    if form is None or form.topic is not exercise.topic:
        form = Form(boxes, lines or tuple(step_lines(exercise)), *PAPERS[paper], named, note)
        _forms[shape] = form
        if len(_forms) > REMEMBERED:
            _forms.popitem(last=False)
    else:
        _forms.move_to_end(shape)
    return form
