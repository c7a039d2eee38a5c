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
from sheetgen.exercise.blanks import is_fixed
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.cells import Boxes
from sheetgen.layout.frame import ALONE, Frame
from sheetgen.layout.reading import reading
from sheetgen.layout.sheet_plate import SheetPlate
from sheetgen.layout.sizes import SIZES, Sizes
from sheetgen.page.enlarged import enlarged
from sheetgen.page.items import PAPERS, Page, Printed
from sheetgen.type.markup import DECIMAL_MARKS
from sheetgen.words.backwards import way_back
from sheetgen.words.checks import block_sums, check_lines
from sheetgen.words.lines import StepLine, pattern_note, step_lines


@dataclass(frozen=True)
class Sheet:
    """The pages of an exercise, and those that only its key has."""

    exercise: Exercise
    pages: tuple[Page, ...]
    key_pages: tuple[Page, ...]
    scale: float = 1.0
    """How much larger they are printed, which is more than 1 for large print."""
    head: float = SIZES.top
    """Where the head of a page ends, in mm."""
    front: tuple[Page, ...] = ()
    """The worksheet's pages as the key has them, where these say that they are the key's."""

    def worksheet(self) -> Printed:
        return self._printed(self.pages, key=False)

    def key(self) -> Printed:
        return self._printed((self.front or self.pages) + self.key_pages, key=True)

    def _printed(self, pages: tuple[Page, ...], key: bool) -> Printed:
        title = self.exercise.settings.title
        what = "answer key" if key else "worksheet"
        told = reading(self.exercise.graph)
        if self.scale > 1.0:
            told = replace(told, head=self.head * self.scale, scale=self.scale)
        return Printed(
            tuple(enlarged(page, self.scale) for page in pages),
            f"{title}, {what} {self.exercise.code}",
            key,
            f"{title} {self.exercise.code}",
            "sheetgen",
            reading=told,
        )


class Layout:
    """Lays out exercises by some sizes; keeps the plates of the last shapes for the next ones."""

    def __init__(self, sizes: Sizes = SIZES, kept: int = 64) -> None:
        self.sizes = sizes
        self.kept = kept
        """Plates that are kept at most."""
        self._plates: OrderedDict[Hashable, SheetPlate] = OrderedDict()
        self._telling: set[Hashable] = set()
        """Shapes whose sheets say check sums in words, and have no plate in common."""

    @property
    def plates(self) -> int:
        """Plates that are kept now."""
        return len(self._plates)

    def sheet(
        self, exercise: Exercise, paper: str = "a4", name: str | None = "", mark: str = "point",
        frame: Frame = ALONE,
    ) -> Sheet:  # fmt: skip
        """The pages of an exercise on ``a4``, ``letter`` or ``a3`` paper; ``name`` is printed on
        the name line (None for none), decimals with a ``mark`` of ``DECIMAL_MARKS``; ``frame`` is
        what it is a part of.

        Raises SheetgenError naming the option to lower if something cannot be placed, and
        FalsePageError if the pages would say what is not so.
        """
        return self.sheets([(exercise, name)], paper, mark, frame)[0]

    def sheets(
        self, exercises: Sequence[tuple[Exercise, str | None]], paper: str = "a4",
        mark: str = "point", frame: Frame = ALONE,
    ) -> list[Sheet]:  # fmt: skip
        """The pages of several exercises, each with the name on its name line, as :meth:`sheet`
        says; those that share a plate are checked at once."""
        check_names(paper, mark)
        made: list[Sheet] = []
        by_plate: dict[int, tuple[SheetPlate, list[Sheet]]] = {}
        for exercise, name in exercises:
            boxes = Boxes(exercise, mark)
            plate = self._plate(boxes, paper, None if name is None else bool(name), frame)
            pages, more = plate.with_numbers(boxes, name or "")
            made.append(Sheet(exercise, pages, more, self.sizes.scale, plate.head))
            by_plate.setdefault(id(plate), (plate, []))[1].append(made[-1])
        for plate, sheets in by_plate.values():
            plate.says.check([(s.pages, s.key_pages, s.exercise.recipe) for s in sheets])
        one_of_each = {id(exercise.graph): exercise for exercise, _ in exercises}
        if any(Boxes(exercise).has_stars for exercise in one_of_each.values()):
            plates = [self._plate(Boxes(e, mark), paper, None if name is None else bool(name),
                                  frame) for e, name in exercises]  # fmt: skip
            made = [
                replace(sheet, pages=plate.with_numbers(Boxes(exercise, mark, True), name or "")[0])
                for sheet, plate, (exercise, name) in zip(made, plates, exercises, strict=True)
            ]
        return made

    def _plate(
        self, boxes: Boxes, paper: str, named: bool | None, frame: Frame
    ) -> SheetPlate:
        """The plate of an exercise's shape, made at its first use."""
        exercise = boxes.exercise
        asked = exercise.settings
        note = frame.note or ("" if frame.told else pattern_note(
            asked.blank, asked.leaves_gradients_out))  # fmt: skip
        way = way_back(exercise)
        pattern = asked.blank if is_fixed(asked.blank) else ""
        shape: Hashable = (
            asked.identity, tuple(asked.options.values()), asked.title, note,
            f"{way} {exercise.recipe}" if way else pattern,
            asked.guide, paper, named, boxes.mark, frame,
            _numbers_told(exercise),
        )  # fmt: skip
        if shape in self._telling:
            shape = shape, tuple(check_lines(exercise))
        plate = self._plates.get(shape)
        if plate is None or plate.topic is not exercise.topic:
            width, height = PAPERS[paper]
            sizes, by = self.sizes.on(PAPERS[paper]), self.sizes.scale
            plate = SheetPlate(replace(boxes, scripts=sizes.scripts), (width / by, height / by),
                               sizes, named=named, note=note, frame=frame)  # fmt: skip
            if plate.tells_sums and shape not in self._telling:
                self._telling.add(shape)
                shape = shape, tuple(check_lines(exercise))
            self._plates[shape] = plate
            if len(self._plates) > self.kept:
                self._plates.popitem(last=False)
        else:
            self._plates.move_to_end(shape)
        return plate


def check_names(paper: str, mark: str) -> None:
    """Raises SheetgenError for a paper or a decimal mark that there is not."""
    if paper not in PAPERS:
        raise SheetgenError(f"--paper: {paper!r} is none of {', '.join(PAPERS)}")
    if mark not in DECIMAL_MARKS:
        raise SheetgenError(f"--decimal-mark: {mark!r} is none of {', '.join(DECIMAL_MARKS)}")


def _numbers_told(exercise: Exercise) -> tuple[str | StepLine, ...]:
    """What of the words holds numbers: sheets that differ in it have no plate in common."""
    asked = exercise.settings
    found: list[str | StepLine] = []
    if asked.topic.parts:
        return (asked.answers,)
    if asked.check:
        beside = [s.name for s in block_sums(exercise)]
        found += [*beside, *check_lines(exercise, beside)]
    if asked.answers == "foot":
        found += [line for line in step_lines(exercise) if line.small]
    return tuple(found)


LAYOUT = Layout()
"""The usual sizes, for all that hands in no other."""


def lay_out_all(
    exercises: Sequence[tuple[Exercise, str | None]], paper: str = "a4", mark: str = "point",
    frame: Frame = ALONE, layout: Layout = LAYOUT,
) -> list[Sheet]:  # fmt: skip
    """The pages of several exercises with names, as :meth:`Layout.sheets` says."""
    return layout.sheets(exercises, paper, mark, frame)


def lay_out(
    exercise: Exercise, paper: str = "a4", name: str | None = "", mark: str = "point",
    layout: Layout = LAYOUT, frame: Frame = ALONE,
) -> Sheet:  # fmt: skip
    """The pages of an exercise, as :meth:`Layout.sheet` says."""
    return layout.sheet(exercise, paper, name, mark, frame)
