"""The sums that are to be worked out on a page, and lines for them below its figures."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from sheetgen.exercise.blanks import is_fixed
from sheetgen.graph.work import numbered
from sheetgen.layout.cells import Boxes
from sheetgen.layout.drawn import Drawings, numbers_in
from sheetgen.layout.room import ALL, APART, FEW, Ruled, least_height, ruled
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Box
from sheetgen.page.items import Item
from sheetgen.words.backwards import way_back
from sheetgen.words.drawn import Drawn
from sheetgen.words.room import KINDS, Kind, WorkLine, on_lines, work_lines
from sheetgen.words.sums import has_sums, pattern_of, to_work_out

AROUND = 12.0
"""White above and below the room to work, in mm."""


class PageWork:
    """The sums that are worked out on pages of a width in millimetres."""

    def __init__(self, boxes: Boxes, width: float, sizes: Sizes, drawings: Drawings) -> None:
        self.boxes, self.width, self.sizes = boxes, width, sizes
        self.way = way_back(boxes.exercise)
        self._drawings = drawings
        self._found: dict[Hashable, tuple[Drawn, list[WorkLine]]] = {}
        """The sums of a kind among items, by what these draw; and that, which so stays."""
        self._heights: dict[tuple[str, tuple[WorkLine, ...]], float | None] = {}

    def lines(self, items: Sequence[Item]) -> list[WorkLine]:
        """The sums to be worked out on a page with some items: those that are the hardest there,
        but for the easy ones."""
        return next(filter(None, (self._work_lines(items, kind) for kind in KINDS[:2])), [])

    def _work_lines(self, items: Sequence[Item], kind: Kind) -> list[WorkLine]:
        """The sums of a kind on a page with some items; none if it depends on the numbers which
        boxes are open, or if nothing is."""
        drawn, here = self._drawings.of(items), self._drawings.standing(items)
        key = kind, numbers_in(items), id(drawn), here
        if key not in self._found:
            self._found[key] = drawn, self._work_lines_of(numbers_in(items), drawn, here, kind)
        return self._found[key][1]

    def _work_lines_of(
        self, numbers: frozenset[int], drawn: Drawn, here: frozenset[str], kind: Kind
    ) -> list[WorkLine]:
        exercise = self.boxes.exercise
        if exercise.settings.is_example or self.way or not is_fixed(exercise.settings.blank):
            return []
        lines = work_lines(exercise, numbers, drawn, kind)
        return [line for line in lines if line.source[0] in here]  # a step may be on two pages

    def room_for(self, items: Sequence[Item], way: str = APART) -> float | None:
        """Height of the lines for the sums of a page, in one of the ways to set them; None if they
        are too many to be set so."""
        width = self.width - 2 * self.sizes.margin
        lines = self.lines(items)
        key = way, tuple(lines)
        if key not in self._heights:
            self._heights[key] = least_height(lines, width, self.sizes, way)
        height = self._heights[key]
        if height is None:
            return None
        guide_too = self.sizes.guide_room * self.boxes.exercise.settings.guide
        return height + AROUND + guide_too if height else 0.0

    def below(self, items: Sequence[Item], free: Box) -> Ruled | None:
        """Lines for the sums of a page below its figures: the hardest that have room there."""
        *hard, easy = [self._work_lines(items, kind) for kind in KINDS]
        for ways in (ALL, (FEW,)) if any(hard) else (ALL,):
            for lines in hard if any(hard) else [easy]:
                found = ruled(lines, free, self.sizes, ways)
                if found is not None:
                    return found
        return None

    def has_others(self, items: Sequence[Item], found: Ruled | None) -> bool:
        """Whether a page may have sums to be worked out beside those on its lines; one without
        circles has what others leave."""
        exercise, numbers = self.boxes.exercise, numbers_in(items)
        if not numbers or not is_fixed(exercise.settings.blank):
            return True
        steps = [step for number, group in numbered(exercise.graph) for step in group
                 if number in numbers and has_sums(step)]  # fmt: skip
        lined = on_lines(found.lines if found is not None else ())
        return any((step.name, i, j) not in lined for step in steps
                   for i, j in np.argwhere(to_work_out(step)).tolist()
                   if step.op.shares_powers or step.op.powers
                   or pattern_of(step, i, j) != "%s")  # fmt: skip

    def has_room(self, items: Sequence[Item], free: Box | None) -> bool:
        """Whether all sums of a page have lines in a free part below its figures, or it has none,
        or its figures may not be moved for their sake."""
        asked, lines = self.boxes.exercise.settings, self.lines(items)
        if not lines or asked.guide or asked.check or self.sizes.is_large:
            return True
        found = self.below(items, free) if free is not None else None
        return found is not None and len(found.lines) == len(lines)
