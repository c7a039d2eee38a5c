"""Exercise -> Sheet: the pages with title, name line, figures, steps, rounding rule and footer.

The worksheet and its key are the same pages; a key only shows what is blank, and may have pages of
worked sums behind. Sheets of one shape share a plate: it is laid out once, and the numbers of each
exercise are put into it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from sheetgen.errors import SheetgenError
from sheetgen.exercise.blanks import is_fixed
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.cells import Boxes
from sheetgen.layout.frame import ALONE, Frame
from sheetgen.layout.sheet_plate import SheetPlate
from sheetgen.layout.sizes import SIZES, Sizes
from sheetgen.page.items import PAPERS, Page, Printed
from sheetgen.words.backwards import way_back
from sheetgen.words.checks import block_sums, check_lines
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
        self, exercise: Exercise, paper: str = "a4", name: str = "", frame: Frame = ALONE
    ) -> Sheet:
        """The pages of an exercise on ``a4``, ``letter`` or ``a3`` paper; ``name`` is printed on
        the name line, ``frame`` is what it is a part of.

        Raises SheetgenError naming the option to lower if something cannot be placed.
        """
        if paper not in PAPERS:
            raise SheetgenError(f"--paper: {paper!r} is none of {', '.join(PAPERS)}")
        boxes = Boxes(exercise)
        pages, key_pages = self._plate(boxes, paper, bool(name), frame).with_numbers(boxes, name)
        return Sheet(exercise, pages, key_pages)

    def _plate(self, boxes: Boxes, paper: str, named: bool, frame: Frame) -> SheetPlate:
        """The plate of an exercise's shape, made at its first use."""
        exercise = boxes.exercise
        asked = exercise.settings
        note = frame.note or ("" if frame.told else pattern_note(asked.blank))
        way = way_back(exercise)
        pattern = asked.blank if is_fixed(asked.blank) else ""
        shape: Hashable = (
            asked.identity, asked.title, note, str(way) if way else pattern, asked.guide, paper,
            named, frame, _numbers_told(exercise),
        )  # fmt: skip
        if shape in self._telling:
            shape = shape, tuple(check_lines(exercise))
        plate = self._plates.get(shape)
        if plate is None or plate.topic is not exercise.topic:
            sizes = self.sizes.on(PAPERS[paper])
            plate = SheetPlate(boxes, PAPERS[paper], sizes, named=named, note=note, frame=frame)
            if plate.tells_sums and shape not in self._telling:
                self._telling.add(shape)
                shape = shape, tuple(check_lines(exercise))
            self._plates[shape] = plate
            if len(self._plates) > self.kept:
                self._plates.popitem(last=False)
        else:
            self._plates.move_to_end(shape)
        return plate


def _numbers_told(exercise: Exercise) -> tuple[str | StepLine, ...]:
    """What of the words holds numbers: sheets that differ in it have no plate in common."""
    asked = exercise.settings
    found: list[str | StepLine] = []
    if asked.check:
        beside = [s.name for s in block_sums(exercise)]
        found += [*beside, *check_lines(exercise, beside)]
    if asked.answers == "foot":
        found += [line for line in step_lines(exercise) if line.small]
    return tuple(found)


LAYOUT = Layout()
"""The usual sizes, for all that hands in no other."""


def lay_out(
    exercise: Exercise, paper: str = "a4", name: str = "", layout: Layout = LAYOUT,
    frame: Frame = ALONE,
) -> Sheet:  # fmt: skip
    """The pages of an exercise, as :meth:`Layout.sheet` says."""
    return layout.sheet(exercise, paper, name, frame)
