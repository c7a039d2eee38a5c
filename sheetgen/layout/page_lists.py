"""The step lists of pages with some figures: what each says, and how it is set."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sheetgen.layout.cells import Boxes
from sheetgen.layout.drawn import Drawings, numbers_in
from sheetgen.layout.sizes import Sizes
from sheetgen.layout.step_list import step_list
from sheetgen.page.items import Item
from sheetgen.words.backwards import way_back
from sheetgen.words.lines import StepLine, page_lines
from sheetgen.words.named_boxes import as_drawn
from sheetgen.words.packet import PacketWords
from sheetgen.words.page_notes import OnPage, boxes_on
from sheetgen.words.way import Equation, page_with

Lists = list[list[StepLine]]
"""The step list of each page."""


class PageLists:
    """The lists of the pages of one exercise, each made and set once: the ways that are tried have
    many in common."""

    def __init__(
        self, boxes: Boxes, width: float, sizes: Sizes, drawings: Drawings, told: PacketWords | None
    ) -> None:
        self.boxes, self.width, self.sizes, self.told = boxes, width, sizes, told
        self.sums: frozenset[str] = frozenset()
        """Matrices beside which their check sums stand."""
        self.brief, self.pictured = False, False
        """Whether the words are to be short, and whether the net is drawn."""
        self._drawings = drawings
        self._found: dict[Hashable, tuple[list[OnPage], Lists]] = {}
        self._texts: dict[Hashable, tuple[list[Item], float]] = {}

    def of(self, pages: Sequence[Sequence[Item]]) -> Lists:
        """The step lists of pages with some items each."""
        told = self.told_on(pages)
        drawn = tuple((page.steps, id(page.drawn), page.boxes) for page in told)
        key = drawn, self.sums, self.brief, self.pictured
        if key not in self._found:
            self._found[key] = told, self._lists_of(told)
        return self._found[key][1]

    def _lists_of(self, told: Sequence[OnPage]) -> Lists:
        exercise = self.boxes.exercise
        found = [[s for s in lines if self.pictured or not s.picture]
                 for lines in page_lines(exercise, told, self.brief)]  # fmt: skip
        if self.told is not None:
            last = any(line.wide for line in found[-1])  # else it would stand before those
            found[-1].append(StepLine(self.told.question, self.told.answer, wide=last))
        return found

    def told_on(self, pages: Sequence[Sequence[Item]]) -> list[OnPage]:
        """What the words of pages must know of them."""
        read = self._drawings
        whole = read.of([item for items in pages for item in items])
        drawn = [read.of(items, whole) for items in pages] if len(pages) > 1 else [whole]
        return [OnPage(numbers_in(items), own, self.sums, read.standing(items))
                for items, own in zip(pages, drawn, strict=True)]  # fmt: skip

    def equations(self, pages: Sequence[Sequence[Item]]) -> list[tuple[Equation, ...]]:
        """The equations of missing numbers of each page: those whose boxes stand on it."""
        exercise, told = self.boxes.exercise, self.told_on(pages)
        on = boxes_on(told)
        way = way_back(exercise, on)
        return [tuple(replace(e, name=as_drawn(e.name, exercise.graph, page.drawn))
                      for e in (way.equations if way else ()) if page_with(e.of, on) == k)
                for k, page in enumerate(told)]  # fmt: skip

    def set(self, lines: Sequence[StepLine], by: float = 1.0) -> tuple[list[Item], float]:
        """The list of a page, in letters that are larger than usual or not, and its height."""
        key = tuple(lines), by, self.sizes.step_pitch
        if key not in self._texts:
            step, pitch = self.sizes.step * by, self.sizes.step_pitch * by
            sizes = self.sizes if by == 1.0 else replace(self.sizes, step=step, step_pitch=pitch)
            self._texts[key] = step_list(lines, self.width - 2 * self.sizes.margin, sizes)
        return self._texts[key]

    @contextmanager
    def closer(self) -> Iterator[None]:
        """The lines of lists stand closer meanwhile."""
        sizes = self.sizes
        self.sizes = replace(sizes, step_pitch=sizes.close_step_pitch)
        yield
        self.sizes = sizes
