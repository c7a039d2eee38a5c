"""What stands between the head and the foot of each page of a worksheet: figures and step list."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sheetgen.errors import SheetgenError
from sheetgen.exercise.blanks import is_fixed
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.cells import Boxes
from sheetgen.layout.drawn import drawn_in, standing_in
from sheetgen.layout.equations import height_of, letters
from sheetgen.layout.equations import lines as equation_lines
from sheetgen.layout.extras import Extras, check_sum, code_lines, legend
from sheetgen.layout.figures.registry import arrangements
from sheetgen.layout.frame import ALONE, Frame
from sheetgen.layout.free_places import Free, around, taken_by
from sheetgen.layout.guide import guide
from sheetgen.layout.page_plate import Writer
from sheetgen.layout.pairs import pairs
from sheetgen.layout.placing import Placer
from sheetgen.layout.room import APART, FEW, SOME, WHOLE, Ruled, least_height, ruled, ruled_beside
from sheetgen.layout.sizes import Sizes
from sheetgen.layout.step_list import column, heights_of_column, step_list
from sheetgen.layout.verbs import verbs
from sheetgen.page.figure import Arrangement, Box, box_of, placed
from sheetgen.page.items import PAPERS, Block, Circle, Item, Label, Rule
from sheetgen.pagecheck.cards import Place
from sheetgen.words.backwards import Equation, way_back
from sheetgen.words.checks import block_sums
from sheetgen.words.lines import OnPage, StepLine, page_lines, page_of
from sheetgen.words.room import KINDS, Kind, WorkLine, work_lines

Lists = list[list[StepLine]]
"""The step list of each page."""
TRIES = 6
"""How often figures are placed anew for step lists of another height."""
AROUND = 12.0
"""White above and below the room to work, in mm."""
LARGER = 1.06
"""By how much larger boxes are worth it that room to work stands at the side."""
MOST_PAGES = 20
"""Of a sheet."""


@dataclass(frozen=True)
class Body:
    """The items between head and foot."""

    pages: tuple[tuple[Item, ...], ...]
    bottoms: tuple[float, ...]
    """Down to where each page's figures may go: where its step list begins."""
    rooms: tuple[tuple[int, Box], ...] = ()
    """Pages, counted from 0, with a free lower part, and where the key may write in it."""
    ruled: tuple[tuple[int, Ruled], ...] = ()
    """Pages with lines for sums."""
    equations: bool = False
    """Whether there are lines for the equations of missing numbers."""
    labels: tuple[tuple[tuple[Label, Writer], ...], ...] = ()
    """Those of each page that are written anew for other numbers, beside the figures'."""
    tells_sums: bool = False
    """Whether check sums of blocks are said in words: they hold for one exercise alone."""
    reserved: tuple[Rule, ...] = ()
    """Places of labels of the first page, whatever they say."""
    marched: bool = False
    """Whether some of its figures are those of any graph, which adapt to the room."""
    cards: tuple[Place, ...] = ()
    """Where each exercise stands, where there are several."""


@dataclass(frozen=True)
class _Filled:
    """Pages with figures and step list, and where their figures must end."""

    pages: list[list[Item]]
    bottoms: list[float]


def compose(
    boxes: Boxes, paper: tuple[float, float], sizes: Sizes, frame: Frame = ALONE
) -> Body:
    """Figures and step lists on paper of a size in millimetres, with the picture of the net where
    it finds room.

    Raises SheetgenError naming the option to lower if something cannot be placed.
    """
    exercise = boxes.exercise
    composer = _Composer(boxes, paper, sizes, frame)
    filled = composer.with_sums()
    if filled is None:
        raise too_large(exercise, (paper[0] * sizes.scale, paper[1] * sizes.scale), sizes)
    extras = [composer.guided(items) for items in filled.pages]
    rooms, lined, free_parts = [], [], list[Box | None]()
    for k, (items, bottom) in enumerate(zip(filled.pages, filled.bottoms, strict=True)):
        items += extras[k].items
        if composer.way is not None:
            items += letters(items, composer.way)
        free = _free([*items, *extras[k].reserved], bottom, paper[0], sizes)
        free_parts.append(free)
        if free is None or composer.way is not None:
            continue
        found = composer.ruled_below(items, free)
        if found is None or len(found.lines) < len(composer.lines(items)):
            found = composer.all_beside(items, extras[k].reserved) or found
        if found is not None:
            items += found.items()
            lined.append((k, found))
            free = free[0], max(free[1], around(found.items())[3] + 6.0), free[2], free[3]
        if free[3] - free[1] >= (sizes.least_room if found is None else 2 * sizes.least_room):
            if _numbers(items) and not exercise.settings.is_example:
                items += _room_to_work(free, sizes)
                x0, y0, x1, y1 = free
                free = x0 + 4, y0 + 7, x1 - 4, y1 - 2
            rooms.append((k, free))
    equations = _equations(composer, filled.pages, free_parts)
    kept = [Rule(x0, y0, x1 - x0, y1 - y0) for k, (x0, y0, x1, y1) in rooms if k == 0]
    filled.pages[0] += composer.margins(filled.pages[0], [*extras[0].reserved, *kept])
    lined += _at_the_side(composer, filled.pages, extras, rooms, lined)
    pages = tuple(map(tuple, filled.pages))
    labels = tuple(tuple(more.labels) for more in extras)
    reserved = tuple(rule for rule in extras[0].reserved)
    return Body(pages, tuple(filled.bottoms), tuple(rooms), tuple(lined), equations, labels,
                composer.tells_sums, reserved, composer.marched)  # fmt: skip


def _equations(
    composer: _Composer, pages: Sequence[list[Item]], free_parts: Sequence[Box | None]
) -> bool:
    """Adds a line for the equation of each missing number to the page of its boxes, if every page
    has room for its own; whether it has."""
    if composer.way is None:
        return False
    sizes = composer.sizes
    found = list(zip(pages, free_parts, composer.equations(pages), strict=True))
    for _, free, some in found:
        if some and (free is None or free[3] - free[1] < height_of(
            some, free[2] - free[0], sizes
        )):
            return False
    for items, free, some in found:
        if some and free is not None:
            items += equation_lines(some, free, sizes)
    return True


def _at_the_side(
    composer: _Composer, pages: Sequence[list[Item]], extras: Sequence[Extras],
    rooms: Sequence[tuple[int, Box]], lined: Sequence[tuple[int, Ruled]],
) -> list[tuple[int, Ruled]]:  # fmt: skip
    """Adds ruled lines at the side of figures to pages that have no room below these, and short
    words to circles; the lines of each page."""
    made: list[tuple[int, Ruled]] = []
    taken = {k for k, _ in (*rooms, *lined)}
    for k, items in enumerate(pages if composer.way is None else ()):
        found = None if k in taken else composer.ruled_beside(items, extras[k].reserved)
        if found is None and k == 0 and k not in taken:
            found = composer.ruled_for_legend(items, extras[k].reserved)
        if found is not None:
            items += found.items()
            made.append((k, found))
        here = [box for n, box in rooms if n == k]
        here += [around(ruled.items()) for n, ruled in (*lined, *made) if n == k]
        rest = [Rule(x0, y0, x1 - x0, y1 - y0) for x0, y0, x1, y1 in here]
        if not (composer.sizes.is_large or composer.boxes.exercise.settings.is_example):
            items += composer.verbs(items, [*extras[k].reserved, *rest])
    return made


def _has_network(pages: Sequence[Sequence[Item]]) -> bool:
    """Whether the picture of the net found room."""
    return any(isinstance(i, Circle) and i.node for page in pages for i in page)


def _asks(filled: _Filled) -> tuple[int, int]:
    """How many pages there are, and how many boxes to fill: more are copies."""
    blocks = [i for page in filled.pages for i in page if isinstance(i, Block)]
    boxes = sum(cell.blank for block in blocks for row in block.cells for cell in row)
    return len(filled.pages), boxes


def _smallest(filled: _Filled) -> float:
    """The side of the smallest boxes of some pages."""
    return min(i.cell for page in filled.pages for i in page if isinstance(i, Block))


def _numbers(items: Sequence[Item]) -> frozenset[int]:
    """The steps whose circles are among some items."""
    return frozenset(int(i.text) for i in items if isinstance(i, Circle) and not i.node and i.text)


class _Composer:
    """Puts figures and step lists together."""

    def __init__(
        self, boxes: Boxes, paper: tuple[float, float], sizes: Sizes, frame: Frame
    ) -> None:
        self.boxes, self.sizes = boxes, sizes
        self.told = frame.told
        self.width, self.height = paper
        self.placer = Placer(boxes, paper, sizes)
        self.network, self.pictured, self.brief = True, False, False
        """Whether the picture of the net is wanted, whether the arrangement has one, and whether
        the words are to be short."""
        self.marched = False
        """Whether the arrangement that was taken has figures of any graph."""
        self._made: list[Arrangement] = []
        self._legend: list[Item] = []
        self._more = arrangements(boxes, rather_any=sizes.is_large)
        self.sums: frozenset[str] = frozenset()
        self.totals: list[tuple[list[Item], Label, Writer]] = []
        """Check sums beside their blocks, each with the items of its page."""
        self.tells_sums = False
        """Whether some check sums of blocks are said in words, with their numbers."""
        self.way = way_back(boxes.exercise)
        self.foot = self.height - sizes.foot

    def with_sums(self) -> _Filled | None:
        """The pages, with check sums beside their blocks where they find room, and said in words
        else."""
        sums = block_sums(self.boxes.exercise)
        self.sums = frozenset(s.name for s in sums)
        while True:
            filled = self.filled(True)
            if filled is not None and self.pictured and not _has_network(filled.pages):
                filled = self.filled(False)
            if filled is None:
                return None
            missed = set(self.sums)
            for items in filled.pages:
                for one in sums:
                    if one.name in missed and (found := check_sum(one, items, self._area)):
                        frame, text, write = found
                        items.append(frame)
                        self.totals.append((items, text, write))
                        missed.remove(one.name)
            if not missed:
                return filled
            self.sums -= missed
            self.totals.clear()
            self.tells_sums = True

    @property
    def _area(self) -> Box:
        margin = self.sizes.margin
        return margin, self.sizes.top, self.width - margin, self.foot - 1

    def guided(self, items: Sequence[Item]) -> Extras:
        """The first box worked, if that is asked for, and the check sums of a page."""
        asked = self.boxes.exercise.settings.guide
        found = guide(self.boxes, items, self._area) if asked else Extras()
        found = found if found.all() else pairs(self.boxes, items, self._area)
        found.labels += [(text, write) for page, text, write in self.totals if page is items]
        return found

    def margins(self, items: Sequence[Item], reserved: Sequence[Item]) -> list[Item]:
        """What else the first page has where there is room: code, formulas, the legend."""
        taken = [*items, *reserved]
        by = self.sizes.larger
        found = list(code_lines(self.boxes, taken, self._area, by))
        self._legend = legend(self.boxes, [*taken, *found], self._area, by)
        return [*found, *self._legend]

    def verbs(self, items: Sequence[Item], reserved: Sequence[Item]) -> list[Item]:
        """Short words at the circles of a page where there is room."""
        return verbs(self.boxes, [*items, *reserved], self._area, self.sizes.larger)

    def ruled_below(self, items: Sequence[Item], free: Box) -> Ruled | None:
        """Lines for the sums of a page below its figures: the hardest that have room there."""
        *hard, easy = [self._work_lines(items, kind) for kind in KINDS]
        for ways in ((APART, WHOLE, SOME), (FEW,)) if any(hard) else ((APART, WHOLE, SOME),):
            for lines in hard if any(hard) else [easy]:
                found = ruled(lines, free, self.sizes, ways)
                if found is not None:
                    return found
        return None

    def ruled_beside(self, items: Sequence[Item], reserved: Sequence[Item]) -> Ruled | None:
        """Lines for the sums of a page that has room at the side of its figures alone."""
        taken = taken_by([*items, *reserved], 2.0)
        taken += [(x0 - 4.0, y0, x1 + 4.0, y1) for x0, y0, x1, y1 in
                  taken_by([i for i in items if isinstance(i, Block)], 0.0)]  # fmt: skip
        if any(i is sample for i in items for sample in self._legend):
            taken += taken_by(self._legend, 6.0)  # its words are not the lines' heading
        return ruled_beside(self.lines(items), Free(taken, self._area), self.sizes)

    def all_beside(self, items: Sequence[Item], reserved: Sequence[Item]) -> Ruled | None:
        """Lines for all sums of a page at the side of its figures; None if there is no room."""
        lines = self.lines(items)
        found = self.ruled_beside(items, reserved) if lines else None
        return found if found is not None and len(found.lines) == len(lines) else None

    def ruled_for_legend(self, items: list[Item], reserved: Sequence[Item]) -> Ruled | None:
        """The same with the legend in another place, to which it is moved if there is one; else it
        is left out."""
        rest = [i for i in items if not any(i is sample for sample in self._legend)]
        found = self.ruled_beside(rest, reserved) if self._legend else None
        if found is None:
            return None
        moved = legend(self.boxes, [*rest, *reserved, *found.items()], self._area,
                       self.sizes.larger)  # fmt: skip
        items[:] = [*rest, *moved]
        return found

    def filled(self, network: bool) -> _Filled | None:
        """The first arrangement that fits, each step's words on the page of its boxes; where there
        are gradients, rather than none one whose list has a page of its own."""
        self.network = network
        for arrangement in self._arrangements():
            self.marched = arrangement.bands is not None
            self.pictured = bool(arrangement.network)
            for self.brief in (False, True):
                filled = (self._roomy(arrangement) or self._below(arrangement)
                          or self._beside(arrangement))  # fmt: skip
                if filled is not None:
                    return filled
            if self.sizes.is_large and (filled := self._behind(arrangement)) is not None:
                return filled
        if self.boxes.exercise.graph.has_gradients:
            for arrangement in self._arrangements():
                self.pictured = bool(arrangement.network)
                if (filled := self._behind(arrangement)) is not None:
                    return filled
        return None

    def _arrangements(self) -> Iterator[Arrangement]:
        """The arrangements, each made when it is first tried, with the picture of the net if it is
        wanted."""
        k = 0
        while True:
            if k == len(self._made):
                more = next(self._more, None)
                if more is None:
                    return
                self._made.append(more)
            yield self._made[k] if self.network else replace(self._made[k], network=())
            k += 1

    def _lists(self, pages: Sequence[Sequence[Item]]) -> Lists:
        """The step lists of pages with some items each."""
        exercise = self.boxes.exercise
        told = self._told(pages)
        found = [[s for s in lines if self.pictured or not s.picture]
                 for lines in page_lines(exercise, told, self.brief)]  # fmt: skip
        if self.told is not None:
            last = any(line.wide for line in found[-1])  # else it would stand before those
            found[-1].append(StepLine(self.told.question, self.told.answer, wide=last))
        return found

    def _told(self, pages: Sequence[Sequence[Item]]) -> list[OnPage]:
        """What the words of pages must know of them."""
        graph = self.boxes.exercise.graph
        whole = drawn_in(graph, (item for items in pages for item in items))
        return [OnPage(_numbers(items), drawn_in(graph, items, whole), self.sums,
                       standing_in(graph, items) if self.way else frozenset())
                for items in pages]  # fmt: skip

    def equations(self, pages: Sequence[Sequence[Item]]) -> list[tuple[Equation, ...]]:
        """The equations of missing numbers of each page: those whose boxes stand on it."""
        told = self._told(pages)
        every = self.way.equations if self.way else []
        return [tuple(e for e in every if page_of(e.of, told) == k) for k in range(len(pages))]

    def lines(self, items: Sequence[Item]) -> list[WorkLine]:
        """The sums to be worked out on a page with some items: those that are the hardest there,
        but for the easy ones."""
        return next(filter(None, (self._work_lines(items, kind) for kind in KINDS[:2])), [])

    def _work_lines(self, items: Sequence[Item], kind: Kind) -> list[WorkLine]:
        """The sums of a kind on a page with some items; none if it depends on the numbers which
        boxes are open, or if nothing is."""
        exercise = self.boxes.exercise
        if exercise.settings.is_example or self.way or not is_fixed(exercise.settings.blank):
            return []
        here = standing_in(exercise.graph, items)  # a step may have boxes on two pages
        lines = work_lines(exercise, _numbers(items), drawn_in(exercise.graph, items), kind)
        return [line for line in lines if line.source[0] in here]

    def room_for(self, items: Sequence[Item], way: str = APART) -> float | None:
        """Height of the lines for the sums of a page, in one of the ways to set them; None if they
        are too many to be set so."""
        width = self.width - 2 * self.sizes.margin
        lines = self.lines(items)
        height = least_height(lines, width, self.sizes, way)
        if height is None:
            return None
        guide_too = self.sizes.guide_room * self.boxes.exercise.settings.guide
        return height + AROUND + guide_too if height else 0.0

    def _rooms_for(self, pages: Sequence[Sequence[Item]], way: str) -> list[float | None]:
        """Height of the room to work of each page, in one of the ways to set its lines; None for
        one whose lines are too many."""
        if self.way is None:
            return [self.room_for(items, way) if way else 0.0 for items in pages]
        width = self.width - 2 * self.sizes.margin
        return [height_of(some, width, self.sizes) + AROUND if some and way else 0.0
                for some in self.equations(pages)]  # fmt: skip

    def _roomy(self, arrangement: Arrangement) -> _Filled | None:
        """The figures and the list with room to work between them, if the boxes stay large."""
        sizes, guided = self.sizes, self.boxes.exercise.settings.guide
        least = sizes.smallest_cell if self.way else (
            sizes.guided_cell if guided else sizes.comfortable_cell)  # fmt: skip
        plain = self._below(arrangement)
        ways = (APART,) if self.way else (APART, WHOLE, SOME)
        for way in ways:
            filled = self._below(arrangement, way)
            if filled is None or (plain is not None and any(
                more > fewer for more, fewer in zip(_asks(filled), _asks(plain), strict=True)
            )):  # fmt: skip
                continue
            if _smallest(filled) >= (least if way == APART else sizes.guided_cell):
                beside = way != APART and self._has_room_beside(plain, filled)
                return plain if beside else filled
        return None

    def _has_room_beside(self, plain: _Filled | None, filled: _Filled) -> bool:
        """Whether without room below the figures the boxes are larger, and all sums have lines at
        the side of these."""
        if self.way is not None or plain is None or _smallest(plain) < LARGER * _smallest(filled):
            return False
        return all(self.all_beside(items, ()) for items in plain.pages if self.lines(items))

    def _below(self, arrangement: Arrangement, way: str = "") -> _Filled | None:
        """The figures of each page, and below them its list."""
        heights: list[float] = []
        for _ in range(TRIES):
            pages = self.placer.pages(arrangement, self._ends(heights))
            if pages is None:
                return None
            texts = [self._set(lines) for lines in self._lists(pages)]
            rooms = self._rooms_for(pages, way)
            if None in rooms and (way != SOME or not any(rooms)):
                return None
            needed = [height + (room or 0.0)
                      for (_, height), room in zip(texts, rooms, strict=True)]  # fmt: skip
            room = [*heights, *[0.0] * len(needed)]
            if heights and all(n <= r + 0.01 for n, r in zip(needed, room, strict=False)):
                for k, (moved, height) in enumerate(texts):
                    pages[k] += [placed(t, 1.0, self.sizes.margin, self.foot - height)
                                 for t in moved]  # fmt: skip
                return _Filled(pages, [self.foot - 4 - height for _, height in texts])
            longer = max(len(heights), len(needed))
            pairs = zip(*((*some, *[0.0] * (longer - len(some))) for some in (heights, needed)),
                        strict=True)  # fmt: skip
            heights = [max(pair) for pair in pairs] if heights else needed
        return None

    def _beside(self, arrangement: Arrangement) -> _Filled | None:
        """The figures as large as they can be when each page's list fits where they leave room."""
        for left in self.sizes.left_for_list:
            pages = self.placer.pages(arrangement, self._ends([left] * MOST_PAGES))
            if pages is None:
                return None
            texts = [self._in_free_place(items, lines)
                     for items, lines in zip(pages, self._lists(pages), strict=True)]  # fmt: skip
            if all(text is not None for text in texts):
                both = zip(pages, texts, strict=True)
                return _Filled([[*items, *(text or [])] for items, text in both],
                               [self.foot - 4] * len(pages))  # fmt: skip
        return None

    def _in_free_place(
        self, items: Sequence[Item], lines: Sequence[StepLine]
    ) -> list[Item] | None:
        """The list in a free rectangle, as wide as one is found, or cut in parts for several, which
        are read from the top down where that can be."""
        found, spots = list[Item](), list[Box]()
        rest, free = list(lines), Free(taken_by(items, 3.0), self._area)
        while rest:
            part = self._part(rest, free)
            if part is None:
                return None
            count, (x, y), width, height = part
            spots.append((x, y, x + width, y + height))
            texts = [placed(t, 1.0, x, y) for t in column(rest[:count], width, self.sizes)]
            found += texts
            free.take(taken_by(texts, 3.0))
            rest = rest[count:]
        return self._in_order(lines, spots, free) or found

    def _in_order(
        self, lines: Sequence[StepLine], spots: Sequence[Box], free: Free
    ) -> list[Item] | None:
        """The list in some places, from the highest to the lowest, each a little higher where what
        is below it is free."""
        found, rest = list[Item](), list(lines)
        for x0, y0, x1, y1 in sorted(spots, key=lambda spot: (spot[1], spot[0])):
            x1 = min([x1, *(x - 3.0 for x, top, _, foot in spots
                            if x > x0 and top < y1 and foot > y0)])  # fmt: skip
            heights = heights_of_column(rest, x1 - x0, self.sizes)
            count = bisect_right(heights, y1 - y0 + free.below(x0, x1, y1))
            texts = column(rest[:count], x1 - x0, self.sizes) if count else []
            found += [placed(t, 1.0, x0, y0) for t in texts]
            rest = rest[count:]
        return None if rest else found

    def _part(
        self, lines: Sequence[StepLine], free: Free
    ) -> tuple[int, tuple[float, float], float, float] | None:
        """As many of the first lines as find a free rectangle, as wide as one is found: its corner,
        width and height."""
        widths = self.sizes.list_columns
        heights = {w: heights_of_column(lines, w, self.sizes) for w in widths}
        for count in range(len(lines), 0, -1):
            for width in widths:
                at = free.place(width, heights[width][count - 1])
                if at is not None:
                    return count, at, width, heights[width][count - 1]
        return None

    def _behind(self, arrangement: Arrangement) -> _Filled | None:
        """The figures over the whole height of their pages, and the list on one of its own, or in
        large print on as many as it needs."""
        pages = self.placer.pages(arrangement, self._ends([]))
        if pages is None:
            return None
        rest = self._lists([[item for items in pages for item in items]])[0]
        top, bottom = self.sizes.top, self.foot - 4
        while rest:
            count = len(rest)
            while count > 1 and self.sizes.is_large and (
                self._set(rest[:count])[1] > bottom - top
            ):
                count -= 1
            texts, _ = self._set(rest[:count])
            pages.append([placed(t, 1.0, self.sizes.margin, top) for t in texts])
            rest = rest[count:]
        return _Filled(pages, [bottom] * len(pages))

    def _set(self, lines: Sequence[StepLine]) -> tuple[list[Item], float]:
        return step_list(lines, self.width - 2 * self.sizes.margin, self.sizes)

    def _ends(self, heights: Sequence[float]) -> Callable[[int], float]:
        """Where figures end above lists of some heights."""
        return lambda k: self.foot - 4 - (heights[k] if k < len(heights) else 0.0)


def _free(items: Sequence[Item], bottom: float, width: float, sizes: Sizes) -> Box | None:
    """The free part below some items, if it is high enough to be of use."""
    lowest = max((y for y in (box_of(i)[3] for i in items) if y < bottom + 3), default=sizes.top)
    y, height = lowest + 7, bottom - lowest - 9
    if height < sizes.least_lines:
        return None
    return sizes.margin, y, width - sizes.margin, y + height


def _room_to_work(free: Box, sizes: Sizes) -> list[Item]:
    """A dotted box: for the student's sums, and for those of the key. A worked example has none, as
    its sums are printed."""
    x0, y0, x1, y1 = free
    return [
        Rule(x0, y0, x1 - x0, y1 - y0),
        Label(x0 + 3, y0 + 3.6, "Room to work", sizes.room_to_work, "start", "soft"),
    ]


class NoRoomError(SheetgenError):
    """An exercise has no place on some paper."""


def too_large(
    exercise: Exercise, paper: tuple[float, float], sizes: Sizes
) -> NoRoomError:
    """What is said of an exercise that has no place on some paper."""
    name, lower = exercise.topic.name, f"lower {_largest_option(exercise)}"
    if not sizes.is_large:
        return NoRoomError(f"{name} is too large for the paper with these options; {lower}")
    wide = paper[0] >= PAPERS["a3"][0]
    way = lower if wide else f"add --paper a3, or {lower}"
    return NoRoomError(f"{name} is too large for --large-print with these options; {way}")


def _largest_option(exercise: Exercise) -> str:
    """The option whose lowering makes the page smaller."""
    sizes = {
        o.flag: max(v) if isinstance(v, tuple) else v
        for n, o in exercise.topic.options.items()
        for v in [exercise.settings.options[n]]
        if o.kind in ("int", "widths") and not isinstance(v, bool)
    }
    numbers = {k: v for k, v in sizes.items() if isinstance(v, int)}
    return f"--{max(numbers, key=lambda k: numbers[k])}" if numbers else "the sizes"

