"""What stands on a page beside its figures and its list, where these leave room: the first box
worked, code, legends, short words, lines for sums."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from sheetgen.layout.cells import Boxes
from sheetgen.layout.extras import Extras, code_lines
from sheetgen.layout.free_places import Free, aligned, around, taken_by
from sheetgen.layout.guide import guide
from sheetgen.layout.legends import Kinds, kinds_of, legend, told_on
from sheetgen.layout.page_plate import Writer
from sheetgen.layout.page_work import PageWork
from sheetgen.layout.pairs import pairs
from sheetgen.layout.room import Ruled, ruled_beside
from sheetgen.layout.sizes import Sizes
from sheetgen.layout.verbs import verbs
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import Block, Circle, Item, Label, Rule

ASIDE = 6.0
"""White in mm between figures and lines at their side."""
BESIDE = 14.0
"""White in mm between words and a heading at their right, if both are at one height."""
CLEAR = 3.6
"""White in mm between check sums and such lines, whose names these are no part of."""


class Margins:
    """Finds places for it on the pages of one exercise."""

    def __init__(
        self, boxes: Boxes, paper: tuple[float, float], sizes: Sizes, work: PageWork
    ) -> None:
        self.boxes, self.sizes, self.work = boxes, sizes, work
        self.width, height = paper
        margin = sizes.margin
        self.area: Box = margin, sizes.top, self.width - margin, height - sizes.foot - 1
        """Where something may stand."""
        self.totals: list[tuple[list[Item], Label, Writer]] = []
        """Check sums beside their blocks, each with the items of its page."""
        self._legend: list[Item] = []

    def guided(self, items: Sequence[Item]) -> Extras:
        """The first box worked, if that is asked for, and the check sums of a page."""
        asked = self.boxes.exercise.settings.guide
        found = pairs(self.boxes, items, self.area)
        if asked:
            taken = [*items, *found.all()]
            more = guide(self.boxes, taken, self.area, self.sizes.larger)
            found.items += more.items
            found.labels += more.labels
            found.reserved += more.reserved
        found.labels += [(text, write) for page, text, write in self.totals if page is items]
        return found

    def code(self, items: Sequence[Item], reserved: Sequence[Item]) -> list[Item]:
        """Code and formula of each layer, where there is room."""
        return list(code_lines(self.boxes, [*items, *reserved], self.area, self.sizes.larger))

    def legend_of(
        self, k: int, pages: Sequence[Sequence[Item]], reserved: Sequence[Item]
    ) -> list[Item]:
        """A legend of a page: on the first one of all fills of the sheet, or else of its own; on
        another of those that the first one has not, in large print if some are new; none where
        there is no room."""
        graph = self.boxes.exercise.graph
        own, told = kinds_of(pages[k], graph), told_on(pages[0], graph)
        if self.sizes.is_large and own.keys() <= told_on(chain(*pages[:k]), graph):
            return []
        if k:
            left = {said: own[said] for said in own if said not in told}
            return self.legend(left, pages[k], reserved)
        every = kinds_of((item for items in pages for item in items), graph)
        return self.legend(every, pages[0], reserved) or (
            self.legend(own, pages[0], reserved) if len(own) < len(every) else [])  # fmt: skip

    def legend(
        self, kinds: Kinds, items: Sequence[Item], reserved: Sequence[Item]
    ) -> list[Item]:
        """Samples of some fills in a free place of a page; none where there is none."""
        found = legend(kinds, [*items, *reserved], self.area, self.sizes.larger)
        self._legend += found
        return found

    def verbs(self, items: Sequence[Item], reserved: Sequence[Item]) -> list[Item]:
        """Short words at the circles of a page where there is room."""
        return verbs(self.boxes, [*items, *reserved], self.area, self.sizes.larger)

    def ruled_beside(self, items: Sequence[Item], reserved: Sequence[Item]) -> Ruled | None:
        """Lines for the sums of a page that has room at the side of its figures alone."""
        taken = taken_by([*items, *reserved], 2.0)
        taken += [(x0 - 4.0, y0, x1 + 4.0, y1) for x0, y0, x1, y1 in
                  taken_by([i for i in items if isinstance(i, (Block, Circle))], 0.0)]  # fmt: skip
        sums = [i for i in items if isinstance(i, Rule) and i.height]
        taken += taken_by(sums, CLEAR)
        taken += taken_by(self._samples(items), 6.0)  # its words are not the lines' heading
        taken += [(x0, y0 - 5.0, x1, y1) for x0, y0, x1, y1 in
                  taken_by([i for i in items if isinstance(i, Block)], 0.0)]  # fmt: skip
        lines = self.work.lines(items)
        found = ruled_beside(lines, Free(taken, self.area), self.sizes)
        name = self._before(found, items) if found is not None else None
        if found is None or name is None:
            return found
        x0, y0, x1, y1 = name  # a name and a heading on one line are read as one
        tried = [
            ruled_beside(lines, Free([*taken, (x0, y0, wide, y1)], self.area), self.sizes)
            for wide in (self.width, x1 + BESIDE)
        ]
        apart = [more for more in tried if more is not None
                 and len(more.lines) == len(found.lines)
                 and self._before(more, items) is None]  # fmt: skip
        return max(apart, key=lambda more: more.size, default=found)

    def _before(self, found: Ruled, items: Sequence[Item]) -> Box | None:
        """Words that stand a little before the heading of some lines, at its height."""
        x, y = found.heading
        boxes = (box_of(i) for i in items if isinstance(i, Label))
        return next((box for box in boxes if x - BESIDE < box[2] <= x
                     and box[1] < y + 1.0 and y - 1.0 < box[3]), None)  # fmt: skip

    def aside(self, items: Sequence[Item], bottom: float) -> list[Item]:
        """A page with its figures, which begin above the ``bottom``, at a margin if that leaves
        more room for lines at their other side."""
        figures = [i for i in items if box_of(i)[1] < bottom]
        rest = [i for i in items if box_of(i)[1] >= bottom]
        wide = around(figures)[2] - around(figures)[0] if figures else self.width
        if self.area[2] - self.area[0] - wide < self.sizes.room_widths[-1] + ASIDE:
            return list(items)
        tried = [([*moved, *rest], self.ruled_beside([*moved, *rest], ()))
                 for moved in aligned(figures, self.area)]  # fmt: skip
        return max(tried, key=lambda some: (len(some[1].lines), some[1].size)
                   if some[1] is not None else (0, 0))[0]  # fmt: skip

    def all_beside(self, items: Sequence[Item], reserved: Sequence[Item]) -> Ruled | None:
        """Lines for all sums of a page at the side of its figures; None if there is no room."""
        lines = self.work.lines(items)
        found = self.ruled_beside(items, reserved) if lines else None
        return found if found is not None and len(found.lines) == len(lines) else None

    def ruled_for_legend(self, items: list[Item], reserved: Sequence[Item]) -> Ruled | None:
        """The same with the legend moved to another place, if there is one."""
        own = self._samples(items)
        rest = [i for i in items if not any(i is sample for sample in own)]
        found = self.ruled_beside(rest, reserved) if own else None
        if found is None:
            return None
        kinds = {text.markup: sample.cells[0][0].kind for sample, text in zip(
            own[::2], own[1::2], strict=True)
            if isinstance(sample, Block) and isinstance(text, Label)}  # fmt: skip
        moved = self.legend(kinds, [*rest, *found.items()], reserved)
        items[:] = [*rest, *(moved or own)]
        return found if moved else None

    def _samples(self, items: Sequence[Item]) -> list[Item]:
        """The legend of a page: samples, each with its words."""
        return [i for i in items if any(i is sample for sample in self._legend)]
