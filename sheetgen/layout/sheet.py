"""Exercise -> Sheet: the pages with title, name line, figures, steps, rounding rule and footer.

The worksheet and its key are the same pages; a key only shows what is blank, and may have pages of
worked sums behind. Sheets of one shape share a plate: it is laid out once, and the numbers of each
exercise are put into it. What a plate says is held against the numbers of each sheet before the
sheet is handed out (:mod:`sheetgen.pagecheck.check`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.cells import Boxes
from sheetgen.layout.reading import reading
from sheetgen.layout.sheet_plate import SheetPlate
from sheetgen.layout.sizes import SIZES, Sizes
from sheetgen.page.items import PAPERS, Page, Printed
from sheetgen.type.markup import DECIMAL_MARKS, with_mark
from sheetgen.words.lines import StepLine, pattern_note, step_lines


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
            reading=reading(self.exercise.graph),
        )


class Layout:
    """Lays out exercises by some sizes; keeps the plates of the last shapes for the next ones."""

    def __init__(self, sizes: Sizes = SIZES, kept: int = 64) -> None:
        self.sizes = sizes
        self.kept = kept
        """Plates that are kept at most."""
        self._plates: OrderedDict[Hashable, SheetPlate] = OrderedDict()

    @property
    def plates(self) -> int:
        """Plates that are kept now."""
        return len(self._plates)

    def sheet(
        self, exercise: Exercise, paper: str = "a4", name: str | None = "", mark: str = "point"
    ) -> Sheet:
        """The pages of an exercise on ``a4`` or ``letter`` paper; ``name`` is printed on the name
        line (None for none), decimals with a ``mark`` of ``DECIMAL_MARKS``.

        Raises SheetgenError naming the option to lower if something cannot be placed, and
        FalsePageError if the pages would say what is not so.
        """
        return self.sheets([(exercise, name)], paper, mark)[0]

    def sheets(
        self, exercises: Sequence[tuple[Exercise, str | None]], paper: str = "a4",
        mark: str = "point",
    ) -> list[Sheet]:  # fmt: skip
        """The pages of several exercises, each with the name on its name line, as :meth:`sheet`
        says; those that share a plate are checked at once."""
        if paper not in PAPERS:
            raise SheetgenError(f"--paper: {paper!r} is none of {', '.join(PAPERS)}")
        if mark not in DECIMAL_MARKS:
            raise SheetgenError(f"--decimal-mark: {mark!r} is none of {', '.join(DECIMAL_MARKS)}")
        made: list[Sheet] = []
        by_plate: dict[int, tuple[SheetPlate, list[Sheet]]] = {}
        for exercise, name in exercises:
            boxes = Boxes(exercise, mark)
            plate = self._plate(boxes, paper, None if name is None else bool(name))
            made.append(Sheet(exercise, *plate.with_numbers(boxes, name or "")))
            by_plate.setdefault(id(plate), (plate, []))[1].append(made[-1])
        for plate, sheets in by_plate.values():
            plate.says.check([(s.pages, s.key_pages, s.exercise.recipe) for s in sheets])
        return made

    def _plate(self, boxes: Boxes, paper: str, named: bool | None) -> SheetPlate:
        """The plate of an exercise's shape, made at its first use."""

        def said() -> tuple[StepLine, ...]:
            return tuple(replace(line, markup=with_mark(line.markup, boxes.mark),
                                 answer=with_mark(line.answer, boxes.mark))
                         for line in step_lines(exercise))  # fmt: skip

        exercise = boxes.exercise
        asked = exercise.settings
        lines: tuple[StepLine, ...] | None = None
        if asked.check or any(g.name in exercise.blanks for g in exercise.graph.givens):
            lines = said()  # these say numbers
        note = pattern_note(asked.blank)
        options = tuple(asked.options.values())
        shape = (asked.identity, options, asked.title, note, paper, named, boxes.mark, lines)
        plate = self._plates.get(shape)
        if plate is None or plate.topic is not exercise.topic:
            lines = lines or said()
            plate = SheetPlate(boxes, lines, PAPERS[paper], self.sizes, named=named, note=note)
            self._plates[shape] = plate
            if len(self._plates) > self.kept:
                self._plates.popitem(last=False)
        else:
            self._plates.move_to_end(shape)
        return plate


LAYOUT = Layout()
"""The usual sizes, for all that hands in no other."""


def lay_out_all(
    exercises: Sequence[tuple[Exercise, str | None]], paper: str = "a4", mark: str = "point",
    layout: Layout = LAYOUT,
) -> list[Sheet]:  # fmt: skip
    """The pages of several exercises with names, as :meth:`Layout.sheets` says."""
    return layout.sheets(exercises, paper, mark)


def lay_out(
    exercise: Exercise, paper: str = "a4", name: str | None = "", mark: str = "point",
    layout: Layout = LAYOUT,
) -> Sheet:  # fmt: skip
    """The pages of an exercise, as :meth:`Layout.sheet` says."""
    return layout.sheet(exercise, paper, name, mark)
