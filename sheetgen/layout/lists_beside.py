"""Step lists beside the figures of their pages, whole or in parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheetgen.layout.arranged import Arranged, Filled
from sheetgen.layout.free_places import aligned
from sheetgen.layout.list_places import Feet, above_feet, at_foot, in_free_places, in_one_place
from sheetgen.layout.page_lists import Lists, PageLists
from sheetgen.layout.sizes import Sizes
from sheetgen.layout.worth import smallest
from sheetgen.page.figure import Arrangement, Box
from sheetgen.page.items import Item
from sheetgen.words.lines import StepLine

MOST_PAGES = 20
"""Of a sheet."""

Suits = Callable[[int, Sequence[Item]], bool]
"""Whether a page, counted from 0, may stand as it is."""


class ListsBeside:
    """Finds places for the lists of one exercise in an area of its pages."""

    def __init__(
        self, figures: Arranged, lists: PageLists, area: Box, sizes: Sizes, foot: float
    ) -> None:
        self.figures, self.lists, self.area = figures, lists, area
        self.sizes, self.foot = sizes, foot

    def filled(
        self, arrangement: Arrangement, suits: Suits, whole: bool, least: float
    ) -> Filled | None:
        """The figures as large as they can be when each page's list fits where they leave room,
        ``whole`` or cut in parts, in order down the page if that can be; None if boxes to write in
        would be smaller than the ``least``."""
        found = self._filled(arrangement, suits, whole, least, True)
        if found is not None or whole:
            return found
        return self._filled(arrangement, suits, whole, least, False)

    def _filled(
        self, arrangement: Arrangement, suits: Suits, whole: bool, least: float, ordered: bool
    ) -> Filled | None:
        """The same with lists that are in order, or need not be."""
        for left in self.sizes.left_for_list:
            pages = self.figures.pages(arrangement, [left] * MOST_PAGES)
            if pages is None or (least and smallest(pages) < least):
                return None
            lists, feet = self._above_feet(pages)
            if any(height for _, height in feet):
                heights = [left + height for _, height in feet]
                again = self.figures.pages(arrangement, heights)
                if again is None or len(again) != len(pages):
                    continue
                pages, (lists, feet) = again, self._above_feet(again)
            found = [self._list_beside(items, lines, height, whole, ordered)
                     for items, lines, (_, height) in zip(pages, lists, feet, strict=True)]
            filled = [[*page, *foot] for page, (foot, _) in zip(found, feet, strict=True)
                      if page is not None]  # fmt: skip
            if len(filled) == len(pages) and all(map(suits, range(len(pages)), filled)):
                limits = [self.foot - 4 - height for _, height in feet]
                return Filled(*at_foot(filled, pages, limits)) if whole else Filled(filled, limits)
        return None

    def _above_feet(self, pages: Sequence[Sequence[Item]]) -> tuple[Lists, Feet]:
        """The lists of pages, and what is set small at the foot of each."""
        return above_feet(self.lists.of(pages), self.lists.set, self.sizes, self.foot)

    def _list_beside(
        self, items: list[Item], lines: Sequence[StepLine], foot: float, whole: bool, ordered: bool
    ) -> list[Item] | None:
        """A page with its list where its figures leave room above a ``foot``, in the middle or at a
        margin, where one that stays ``whole`` is read best; None if they leave none."""
        x0, y0, x1, y1 = self.area
        area = x0, y0, x1, y1 - foot
        places = list(aligned(items, area))
        for moved in places[1:] + places[:1] if whole else places:
            text = (in_one_place(moved, lines, area, self.sizes) if whole else
                    in_free_places(moved, lines, area, self.sizes, ordered))  # fmt: skip
            if text is not None:
                return [*moved, *text]
        return None
