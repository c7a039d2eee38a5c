"""Exercises in large print: with boxes as small as is good to read, or else larger ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.body import too_large
from sheetgen.layout.frame import ALONE, Frame
from sheetgen.layout.readable import EDGE
from sheetgen.layout.sheet import LAYOUT, Layout, Sheet, check_names
from sheetgen.layout.sizes import LARGE_PRINT
from sheetgen.page.figure import box_of, overlaps
from sheetgen.page.items import PAPERS, Page
from sheetgen.page.marks import words
from sheetgen.page.theme import BY_HAND
from sheetgen.pagecheck.check import FalsePageError
from sheetgen.type.fonts import SMALL

CELLS = (LARGE_PRINT.smallest_cell, 6.0, 6.5, 7.3)
"""Sides of the smallest boxes that are tried, in mm of the small paper: few pages, then room for
longer numbers and names."""
SMALLER, EMPTIER = 5.45, 0.8
"""That of an exercise that has no room else, and what part of a page is filled with such boxes
where they are too small for its numbers: there they are made larger."""


class LargePrint(Layout):
    """Lays out exercises in large print; each page is read before it is handed out."""

    def __init__(self) -> None:
        super().__init__(LARGE_PRINT)
        self._tried = [Layout(replace(LARGE_PRINT, smallest_cell=cell)) for cell in CELLS]
        self._else = [Layout(replace(LARGE_PRINT, smallest_cell=cell, fullest=part))
                      for cell, part in ((SMALLER, 1.0), (SMALLER, EMPTIER))]  # fmt: skip

    def sheets(
        self, exercises: Sequence[tuple[Exercise, str | None]], paper: str = "a4",
        mark: str = "point", frame: Frame = ALONE,
    ) -> list[Sheet]:  # fmt: skip
        """The pages of several exercises. Raises SheetgenError for one that has no room in large
        print on this paper."""
        check_names(paper, mark)
        for exercise, _ in exercises:
            if exercise.topic.parts:
                raise SheetgenError(f"{exercise.topic.name} has no large print; its cards find no "
                                    "room; print it with --paper a3")  # fmt: skip
        return [self._sheet(exercise, name, paper, mark, frame) for exercise, name in exercises]

    def _sheet(
        self, exercise: Exercise, name: str | None, paper: str, mark: str, frame: Frame
    ) -> Sheet:
        for layouts in (self._tried, self._else):
            for layout in layouts:
                try:
                    sheet = layout.sheet(exercise, paper, name, mark, frame)
                except FalsePageError:
                    continue  # figures so narrow that nobody can say what they mean
                except SheetgenError:
                    break  # larger boxes have no more room
                if all(map(_is_sound, (*sheet.pages, *sheet.key_pages))):
                    return sheet
        raise too_large(exercise, PAPERS[paper], LARGE_PRINT)


def _is_sound(page: Page) -> bool:
    """Whether a page has no letters below the smallest type, and nothing lies on something else or
    beyond the paper."""
    for item in page.items:
        x0, y0, x1, y1 = box_of(item)
        if x0 < EDGE or y0 < EDGE or x1 > page.width - EDGE or y1 > page.height - EDGE:
            return False
        for text in words(item, key=True):
            scripts = "<sub>" in text.html or "<sup>" in text.html
            if text.size * (SMALL if scripts else 1.0) < BY_HAND.smallest_type - 0.005:
                return False
    return not overlaps(page.items)


LARGE = LargePrint()
"""Large print, for all who ask for it."""


def layout_for(large_print: bool) -> Layout:
    """The usual layout, or that of large print."""
    return LARGE if large_print else LAYOUT
