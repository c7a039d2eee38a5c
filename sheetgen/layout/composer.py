"""The pages of a worksheet with their figures and step lists: the first arrangement of figures that
leaves room for the words of their steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from sheetgen.layout.arranged import Arranged, Filled
from sheetgen.layout.behind import behind
from sheetgen.layout.cells import Boxes
from sheetgen.layout.drawn import Drawings, numbers_in
from sheetgen.layout.equations import height_of
from sheetgen.layout.extras import check_sum
from sheetgen.layout.frame import Frame
from sheetgen.layout.legends import kinds_of, legend
from sheetgen.layout.lists_beside import ListsBeside
from sheetgen.layout.margins import Margins
from sheetgen.layout.page_lists import Lists, PageLists
from sheetgen.layout.page_work import AROUND, PageWork
from sheetgen.layout.room import ALL, APART, CLOSE, FEW, SOME, TIGHT
from sheetgen.layout.sizes import Sizes
from sheetgen.layout.worth import asks, has_network, is_thin, smallest, worth_of
from sheetgen.page.figure import Arrangement, box_of, placed
from sheetgen.page.items import Item
from sheetgen.words.backwards import way_back
from sheetgen.words.checks import block_sums

MORE = (4.0, 8.0)
"""How much more room in mm is kept for lists whose figures would go on more pages with less."""
TRIES = 8
"""How often figures are placed anew for step lists of another height."""
LARGER = 1.06
"""By how much larger boxes are worth it that room to work stands at the side."""
LITTLE = 0.94
"""How much smaller boxes may be for the sake of room to work, whatever their size is."""
LOOSE = 8.0
"""Room in mm that lists of all pages may leave of what was kept for them."""
WORTH = 1.06
"""By how much larger boxes are worth it that the list stands beside the figures."""
UNDER = 6.0
"""White in mm between figures and a list in larger letters, at least."""
BELOW = 9.0
"""White in mm above and below the free part of a page."""
STRIP = 11.0
"""Height in mm of a strip for a legend."""


@dataclass(frozen=True)
class _Tried:
    """Pages with figures, and what is to stand below these: lists, how they are set, and heights of
    rooms to work."""

    pages: list[list[Item]]
    lists: Lists
    texts: list[tuple[list[Item], float]]
    rooms: list[float | None]
    strips: list[float]
    """Heights of the strips that are kept free on each for a legend."""

    @property
    def needed(self) -> list[float]:
        """The room of each page that this takes."""
        found = zip(self.texts, self.rooms, self.strips, strict=True)
        return [height + (room or 0.0) + strip for (_, height), room, strip in found]


class Composer:
    """Puts figures and step lists together."""

    def __init__(
        self, boxes: Boxes, paper: tuple[float, float], sizes: Sizes, frame: Frame
    ) -> None:
        self.boxes, self.sizes = boxes, sizes
        self.width, self.height = paper
        self.figures = Arranged(boxes, paper, sizes)
        self.marched = False
        """Whether the arrangement that was taken has figures of any graph."""
        self.strips: frozenset[int] = frozenset()
        """Pages that leave a strip free above their lists: for a legend in a row."""
        self.tells_sums = False
        """Whether some check sums of blocks are said in words, with their numbers."""
        self.way = way_back(boxes.exercise)
        drawings = Drawings(boxes.exercise.graph)
        self.lists = PageLists(boxes, self.width, sizes, drawings, frame.told)
        self.work = PageWork(boxes, self.width, sizes, drawings)
        self.margins = Margins(boxes, paper, sizes, self.work)
        self.foot = self.height - sizes.foot
        self.beside = ListsBeside(self.figures, self.lists, self.margins.area, sizes, self.foot)
        self._end = self.foot - sizes.above_foot

    def with_sums(self) -> Filled | None:
        """The pages, with check sums beside their blocks where they find room, and said in words
        else."""
        sums, self.tells_sums = block_sums(self.boxes.exercise), False
        self.lists.sums = frozenset(s.name for s in sums)
        while True:
            filled = self.filled(True)
            if filled is not None and self.lists.pictured and not has_network(filled.pages):
                filled = self.filled(False)
            if filled is None:
                return None
            missed = set(self.lists.sums)
            by, area = self.sizes.larger, self.margins.area
            for items in filled.pages:
                for one in sums:
                    if one.name in missed and (found := check_sum(one, items, area, by)):
                        frame, text, write = found
                        items.append(frame)
                        self.margins.totals.append((items, text, write))
                        missed.remove(one.name)
            if not missed:
                return filled
            self.lists.sums -= missed
            self.margins.totals.clear()
            self.tells_sums = True

    def filled(self, network: bool) -> Filled | None:
        """The first arrangement that fits, each step's words on the page of its boxes, as one list
        if that takes no more than a page more; where there are gradients, rather than none one
        whose list has a page of its own."""
        cut: tuple[Filled, Arrangement] | None = None
        for arrangement in self.figures.each(network):
            if cut is not None and not self._may_replace(arrangement, *cut):
                continue
            self._take(arrangement)
            found = self._whole(arrangement)
            if found is not None and (cut is None or len(found.pages) <= self._most(cut[0])):
                return found
            if cut is None and (parts := self._in_parts(arrangement)) is not None:
                cut = parts, arrangement
            if self.sizes.is_large and (cut is not None or (
                found := self._behind(arrangement)) is not None):
                return cut[0] if cut is not None else found
        if cut is not None:
            self._take(cut[1])
            return cut[0]
        if self.boxes.exercise.graph.has_gradients:
            for arrangement in self.figures.each(network):
                self._take(arrangement)
                if (filled := self._behind(arrangement)) is not None:
                    return filled
        return None

    def _may_replace(self, arrangement: Arrangement, cut: Filled, of: Arrangement) -> bool:
        """Whether figures may be better than others whose list is cut: no figures of any graph than
        such that are made for the topic, and none on more pages than one more of several."""
        if arrangement.bands is not None and of.bands is None:
            return False
        pages = self.figures.pages(arrangement)
        return pages is not None and len(pages) <= self._most(cut)

    @staticmethod
    def _most(cut: Filled) -> int:
        """The pages of a sheet at most that has no cut list: one more, if there are several."""
        return len(cut.pages) + (len(cut.pages) > 1)

    def _take(self, arrangement: Arrangement) -> None:
        """Words and pages are those of an arrangement."""
        self.marched = arrangement.bands is not None
        self.lists.pictured = bool(arrangement.network)

    def _whole(self, arrangement: Arrangement) -> Filled | None:
        """The figures and the list of each page, which stays whole: in full, else brief, else with
        lines that stand closer."""
        for self.lists.brief in (False, True):
            found = self._roomy(arrangement) or self._below_or_beside(arrangement)
            if found is not None:
                return self._without_thin(arrangement, found)
        if self.sizes.is_large:
            return None
        for self.lists.brief in (False, True):
            with self.lists.closer():
                found = self._below(arrangement)
            if found is not None:
                return found
        return None

    def _in_parts(self, arrangement: Arrangement) -> Filled | None:
        """The same with lists that are cut where there is no other way, in full or brief."""
        for self.lists.brief in (False, True):
            found = self._aside(arrangement)
            if found is not None:
                return found
        return None

    def _rooms_for(self, pages: Sequence[Sequence[Item]], way: str) -> list[float | None]:
        """Height of the room to work of each page, in one of the ways to set its lines; None for
        one whose lines are too many."""
        if self.way is None:
            return [self.work.room_for(items, way) if way else 0.0 for items in pages]
        width, sizes = self.width - 2 * self.sizes.margin, self.sizes
        most = sizes.least_room if way == SOME else math.inf
        return [min(height_of(some, width, sizes), most) + AROUND if some and way else 0.0
                for some in self.lists.equations(pages)]  # fmt: skip

    def _roomy(self, arrangement: Arrangement) -> Filled | None:
        """The figures and the list with room to work between them, if the boxes stay large."""
        sizes, guided = self.sizes, self.boxes.exercise.settings.guide
        least = sizes.smallest_cell if self.way else (
            sizes.guided_cell if guided else sizes.comfortable_cell)  # fmt: skip
        plain = self._below(arrangement)
        ways = (APART, SOME) if self.way else (*ALL, FEW)
        for way in ways:
            if way == FEW and (plain is None or smallest(plain.pages) < LARGER * least):
                continue
            filled = self._below(arrangement, way)
            if filled is None:
                continue
            both = asks(filled.pages), asks((plain or filled).pages)
            if any(more > fewer for more, fewer in zip(*both, strict=True)):
                continue
            if plain is not None and numbers_in(plain.pages[0]) and not numbers_in(filled.pages[0]):
                continue  # work begins on the first page
            close = dict.fromkeys((CLOSE, TIGHT, FEW), sizes.closest_cell)
            small = sizes.easy_cell if self.way else sizes.guided_cell
            wanted = {APART: least, **close}.get(way, small)
            little = plain is not None and not sizes.is_large and all(
                smallest([page]) >= LITTLE * smallest([before])
                for page, before in zip(filled.pages, plain.pages, strict=True)
            )  # fmt: skip
            if little or smallest(filled.pages) >= wanted:
                beside = way != APART and self._has_room_beside(plain, filled)
                return plain if beside else filled
        return None

    def _has_room_beside(self, plain: Filled | None, filled: Filled) -> bool:
        """Whether without room below the figures the boxes are larger, and all sums have lines at
        the side of these, whose letters are no smaller than below."""
        if self.way is not None or plain is None:
            return False
        if smallest(plain.pages) < LARGER * smallest(filled.pages):
            return False
        beside, pages = self.margins.all_beside, plain.pages
        found = [beside(items, ()) for items in pages if self.work.lines(items)]
        least = self.sizes.room_sizes[-1]
        return all(ruled is not None and ruled.size >= least for ruled in found)

    def _below(self, arrangement: Arrangement, way: str = "") -> Filled | None:
        """The figures of each page, and below them its list; work begins on the first one if that
        takes no more pages."""
        found = self._settled(arrangement, way)
        if arrangement.bands is None or (found is not None and numbers_in(found.pages[0])):
            return found
        apart = self._settled(arrangement, way, apart=True)
        fewer = found is None or (apart is not None and len(apart.pages) <= len(found.pages))
        return apart if fewer else found

    def _below_or_beside(self, arrangement: Arrangement) -> Filled | None:
        """The figures with their lists below them; where boxes would be small, or there is no room,
        with the lists beside them, if that makes the boxes larger."""
        below, sizes = self._below(arrangement), self.sizes
        if below is None:
            return self._aside(arrangement, True)
        small = smallest(below.pages)
        wanted = sizes.comfortable_cell if len(below.pages) == 1 else sizes.easy_cell
        if sizes.is_large or self.way or small >= wanted:
            return below
        beside = self._aside(arrangement, True, WORTH * small)
        fewer = beside is not None and len(beside.pages) <= len(below.pages)
        return beside if fewer else below

    def _without_thin(self, arrangement: Arrangement, filled: Filled) -> Filled:
        """The pages; or where the figures of one fill little of it, fewer ones with the lists at
        their side, if that can be and the boxes stay large enough."""
        sizes = self.sizes
        adapts = arrangement.bands is not None and not sizes.is_large and self.way is None
        if not adapts or not is_thin(filled.pages, filled.bottoms, sizes.top):
            return filled
        beside = self._aside(arrangement, True, sizes.saving_cell)
        return beside if beside is not None and len(beside.pages) < len(filled.pages) else filled

    def _settled(
        self, arrangement: Arrangement, way: str, apart: bool = False
    ) -> Filled | None:
        """The same with what is printed ``apart`` from all work, or not: on few pages, with work on
        the first one, in large boxes, whose lists leave little of the room kept for them."""
        heights: list[float] = []
        fitting: list[float] = []
        fewest: list[float] = []
        best: tuple[tuple[float, ...], Filled] | None = None
        for _ in range(TRIES):
            tried = self._tried(arrangement, heights, way, apart)
            if tried is None:
                break
            needed = tried.needed
            fewest = needed if not fewest or len(needed) < len(fewest) else fewest
            kept = [*heights, *[0.0] * len(needed)]
            over = [r - n for n, r in zip(needed, kept, strict=False)]
            if heights and min(over) >= -0.01:
                worth = worth_of(tried.pages, sum(over))
                if best is None or worth < best[0]:
                    best, fitting = (worth, self._listed(tried)), heights
                if sum(over) < LOOSE or arrangement.bands is None:
                    break
                heights = needed
            elif best is not None:
                heights = [(a + b) / 2 for a, b in zip_longest(heights, fitting, fillvalue=0.0)]
            elif len(needed) > len(heights):
                heights = needed
            else:
                heights = [*map(max, needed, heights), *heights[len(needed) :]]
        if best is None or len(fewest) >= len(best[1].pages):
            return None if best is None else best[1]
        return self._on_fewer(arrangement, fewest, way, apart) or best[1]

    def _on_fewer(
        self, arrangement: Arrangement, needed: Sequence[float], way: str, apart: bool
    ) -> Filled | None:
        """The same on fewer pages, of which it is known what they ``needed`` with less room for
        lists; None if these are not found again with more."""
        for more in MORE:
            for room in ([max(needed)] * len(needed), needed):
                heights = [height + more for height in room]
                for _ in range(2):
                    tried = self._tried(arrangement, heights, way, apart)
                    if tried is None or len(tried.needed) != len(heights):
                        break
                    if all(n <= h for n, h in zip(tried.needed, heights, strict=True)):
                        return self._listed(tried)
                    heights = [*map(max, heights, tried.needed)]
        return None

    def _tried(
        self, arrangement: Arrangement, heights: Sequence[float], way: str, apart: bool
    ) -> _Tried | None:
        """The figures above room of some heights, with the lists and the rooms that they need; None
        where there is no room for either."""
        pages = self.figures.pages(arrangement, heights, apart)
        if pages is None:
            return None
        lists = self.lists.of(pages)
        rooms = self._rooms_for(pages, way)
        if None in rooms and (way not in (SOME, FEW) or not any(rooms)):
            return None
        strips = [STRIP * self.sizes.larger * (k in self.strips) for k in range(len(pages))]
        return _Tried(pages, lists, [self.lists.set(lines) for lines in lists], rooms, strips)

    def _listed(self, tried: _Tried) -> Filled:
        """Pages with the list of each at its foot, in larger letters if all have room for these and
        for what is to be worked out."""
        pages, lists, texts, rooms = tried.pages, tried.lists, tried.texts, tried.rooms
        ends = [max((box_of(i)[3] for i in items), default=self.sizes.top) for items in pages]
        free = [self.foot - end - (room or 0.0) - UNDER
                for end, room in zip(ends, rooms, strict=True)]  # fmt: skip
        for by in self.sizes.larger_lists:
            if any(height * by > f for (_, height), f in zip(texts, free, strict=True)):
                continue  # nor in fewer columns
            if not any(rooms) and any(self.work.lines(items) for items in pages):
                break
            larger = [self.lists.set(lines, by) for lines in lists]
            if any(high > height * by + 0.1 for (_, high), (_, height) in zip(
                larger, texts, strict=True)):
                continue  # more lines would break
            if self._takes_room(pages, ends, texts, larger):
                continue
            if all(height <= f for (_, height), f in zip(larger, free, strict=True)):
                texts = larger
                break
        for items, (moved, height) in zip(pages, texts, strict=True):
            items += [placed(t, 1.0, self.sizes.margin, self.foot - height) for t in moved]
        return Filled(pages, [self._end - height for _, height in texts])

    def _takes_room(
        self, pages: list[list[Item]], ends: Sequence[float],
        texts: Sequence[tuple[list[Item], float]], larger: Sequence[tuple[list[Item], float]],
    ) -> bool:  # fmt: skip
        """Whether larger lists leave no lines for the equations of a page, or no room to work, that
        has some now."""
        if self.way is None:
            return False
        width, sizes = self.width - 2 * self.sizes.margin, self.sizes
        for some, end, (_, now), (_, then) in zip(
                self.lists.equations(pages), ends, texts, larger, strict=True):  # fmt: skip
            lines = height_of(some, width, sizes, sizes.narrow_pitch) if some else 0.0
            free = self._end - end - BELOW
            for needed in (lines, sizes.least_room) if some else ():
                if free - then < needed <= free - now:
                    return True
        return False

    def _aside(
        self, arrangement: Arrangement, whole: bool = False, least: float = 0.0
    ) -> Filled | None:
        """The figures with the list of each page beside them, where legends have room."""
        return self.beside.filled(arrangement, self._has_strip, whole, least)

    def _has_strip(self, k: int, items: Sequence[Item]) -> bool:
        """Whether a page has room for a legend, or need not have it."""
        kinds = kinds_of(items, self.boxes.exercise.graph) if k in self.strips else {}
        return not kinds or bool(legend(kinds, items, self.margins.area, self.sizes.larger))

    def _behind(self, arrangement: Arrangement) -> Filled | None:
        """The figures over the whole height of their pages, and the list on one of its own; in
        large print on as many as it needs, or on the pages of its boxes where these have room."""
        pages = self.figures.pages(arrangement)
        if pages is None:
            return None
        whole = self.lists.of([[item for items in pages for item in items]])[0]
        lists = self.lists.of(pages) if self.sizes.is_large and self.lists.told is None else []
        return Filled(*behind(pages, whole, lists, self.lists.set, self.sizes, self.foot))
