"""A sheet laid out without its numbers: its pages are set once for all exercises of one shape.

What depends on the numbers is put in by :meth:`SheetPlate.with_numbers`: the cells, the links of
the node picture, code, recipe and name, and on the key the worked sums.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial

from sheetgen.layout.bars import Bars
from sheetgen.layout.body import Body, compose
from sheetgen.layout.cards.pages import compose_cards
from sheetgen.layout.cells import Boxes
from sheetgen.layout.circled import Circles
from sheetgen.layout.columns import LEAST_WHOLE, Columns, set_behind
from sheetgen.layout.drawn import drawn_in, standing_in
from sheetgen.layout.figures.registry import is_generic
from sheetgen.layout.frame import ALONE, Frame
from sheetgen.layout.free_places import Free, around, strokes_by, taken_by
from sheetgen.layout.head import HeadAndFoot
from sheetgen.layout.key_sums import FreePlaces, Set, Usual, hard
from sheetgen.layout.large_head import LargeHeadAndFoot, rows_of_foot
from sheetgen.layout.page_plate import Draft, Larger, PagePlate, Writer
from sheetgen.layout.readable import readable
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Box, apart, box_of
from sheetgen.page.items import Block, Circle, Item, Label, Line, Page
from sheetgen.pagecheck.cards import CardsCheck
from sheetgen.pagecheck.check import PageCheck
from sheetgen.type.markup import with_mark
from sheetgen.words.backwards import way_back
from sheetgen.words.drawn import Drawn
from sheetgen.words.named_boxes import as_drawn
from sheetgen.words.room import on_lines
from sheetgen.words.sums import Worked, usual, worked
from sheetgen.words.way import page_with, worked_equations

ASIDE = 4.5
"""White between short words and sums that stand beside them, in mm."""
AROUND = 2.4
"""White around what stands on a page."""
AWAY, AT, SAME = 20.0, 8.0, 3.0
"""Sums so far from their boxes, and so near to those of others, seem to be of these; and places
that are no farther apart are about the same, in mm."""
NAMED = "gradient"
"""The ink of their names."""
MUCH = 0.6
"""How much larger the letters of sums must be to stand together rather than near their boxes."""
WORTH_A_PAGE = 16
"""Lines for which a page of their own is better than small letters between the figures."""
SUMS, MORE_SUMS = "Worked steps", "More worked steps"
"""What stands above sums on pages of their own: all of them, or those that the pages before have
not."""
EQUATIONS, MORE_EQUATIONS = "Equations", "More equations"
"""The same above equations of missing numbers."""
_PAGE = re.compile(r"\bpage (\d+)")


class SheetPlate:
    """Makes the pages of exercises of one shape, on paper of one size."""

    def __init__(
        self, boxes: Boxes, paper: tuple[float, float], sizes: Sizes, *, named: bool | None,
        note: str = "", frame: Frame = ALONE,
    ) -> None:  # fmt: skip
        """Lays out the exercise of ``boxes``, with a name if ``named``, else a line for one (None:
        neither), and a ``note`` below the title; ``frame`` is what it is a part of. Raises
        SheetgenError if it cannot be placed, and FalsePageError if it would say what cannot be
        so."""
        asked = boxes.exercise.settings
        self.topic = boxes.exercise.topic
        self._example, self._mark = asked.is_example, boxes.mark
        self._noted_once = asked.blank.startswith("faded:") and not frame.note
        """Whether the note is of the first page alone, where work begins."""
        by = sizes.larger
        self._around = HeadAndFoot((paper[0] / by, paper[1] / by),
                                   replace(sizes, margin=sizes.margin / by), asked.title, note,
                                   named, frame)  # fmt: skip
        if sizes.is_large:
            rows = rows_of_foot(boxes.exercise, paper[0])
            self._around = LargeHeadAndFoot(paper, sizes, asked.title, note, named, frame, rows)
            sizes = replace(sizes, top=self._around.top, foot=self._around.foot)
        self._paper, self._sizes = paper, sizes
        self.head = sizes.top
        """Where the head of its pages ends, in mm."""
        body = (compose_cards(boxes, paper, sizes) if self.topic.parts
                else compose(boxes, paper, sizes, frame))  # fmt: skip
        self._equations = body.equations
        self.tells_sums = body.tells_sums
        self._bottoms, self._rooms, self._ruled = body.bottoms, body.rooms, body.ruled
        self._on_lines = on_lines([line for _, found in body.ruled for line in found.lines])
        total, labels = len(body.pages), body.labels or ((),) * len(body.pages)
        kept = body.reserved or ((),) * total
        self._taken = [taken_by([*items, *more], 4.0)
                       for items, more in zip(body.pages, kept, strict=True)]  # fmt: skip
        """What stands on each page, whatever is written anew there."""
        self._free = [self._free_places(body, k) for k in range(len(body.pages))]
        self._pages = [self._page(items, k, total, labels=labels[k - 1])
                       for k, items in enumerate(body.pages, 1)]  # fmt: skip
        plates = [page.common for page in self._pages]
        exercise = boxes.exercise
        items_of = tuple(plate.items for plate in plates)
        whole = drawn_in(exercise.graph, (item for items in items_of for item in items))
        self._drawn = [drawn_in(exercise.graph, items, whole) for items in items_of]
        self._standing = tuple(standing_in(exercise.graph, items) for items in items_of)
        """The matrices that have boxes on each page."""
        self._rings = Circles(exercise.graph, items_of)
        self._bars = Bars(exercise.graph, items_of)
        self.says: PageCheck | CardsCheck = CardsCheck(
            body.cards, plates, exercise.recipe, boxes.mark
        ) if body.cards else PageCheck(exercise.graph, plates, exercise.recipe, boxes.mark,
                              generic=is_generic(exercise, body.marched)
                              or (sizes.is_large and body.marched))
        """What the pages say, to be held against the numbers of each sheet."""
        self._places: dict[tuple[int, int, int], tuple[float, float] | None] = {}
        self._behind: dict[tuple[int, int, str], PagePlate] = {}

    def with_numbers(
        self, boxes: Boxes, name: str
    ) -> tuple[tuple[Page, ...], tuple[Page, ...]]:
        """The pages of an exercise with its numbers, and the pages that only its key has: the sums
        of the pages that have no room for all of theirs. A worked example shows them to all; a
        short key has the pages of its worksheet, with the sums for which these have room."""
        short = boxes.exercise.settings.answers == "short" and not self._example
        sums = [w.with_mark(boxes.mark) for w in self._worked(boxes)]
        inside, rest = self._sums_inside(sums, boxes, whole=not short)
        lined = {page: list(found.answers(boxes.exercise)) for page, found in self._ruled}
        circles, bars = self._rings.on(boxes), self._bars.on(boxes)
        pages = tuple(
            page.with_numbers(
                boxes, name,
                self._shown([*lined.get(k, ()), *inside.get(k, ()), *circles.get(k, ()),
                             *bars.get(k, ())]),
            )
            for k, page in enumerate(self._pages)
        )
        if not rest or short:
            return pages, ()
        some, more_of_them = (SUMS, MORE_SUMS) if way_back(boxes.exercise) is None else (
            EQUATIONS, MORE_EQUATIONS)  # fmt: skip
        has_some = self._ruled or self._equations or any(inside.values())
        subtitle = more_of_them if has_some else some
        more = self._sums_behind(Columns(rest, self._sizes), boxes, name, subtitle)
        return (pages + more, ()) if self._example else (pages, more)

    def _page(
        self, items: Sequence[Item], number: int, total: int, subtitle: str = "",
        labels: Sequence[tuple[Label, Writer]] = (),
    ) -> PagePlate:  # fmt: skip
        """One page with its head and foot; one of a key's own has a subtitle."""
        draft = Draft()
        around = draft if self._sizes.larger == 1.0 else Larger(draft, self._sizes.larger)
        first = number == 1 or subtitle or not self._noted_once
        (self._around if first else replace(self._around, note="")).add_head(around, subtitle)
        if self._sizes.is_large:
            items = readable(items, self._paper[0] - self._sizes.margin)
        before = self._around.frame.before
        draft.add_figures([_further_on(item, before) for item in self._shown(items)])
        for label, write in labels:
            draft.vary(label, partial(_written_further_on, write, before))
        self._around.add_foot(around, number, total, subtitle)
        return draft.plate(self._paper)

    def _shown(self, items: Sequence[Item]) -> Sequence[Item]:
        """What only a key shows, for everybody on a worked example; decimals with their mark."""
        if self._mark != "point":
            items = [_marked(item, self._mark) for item in items]
        return [_revealed(item) for item in items] if self._example else items

    # --- the sums of the key

    def _worked(self, boxes: Boxes) -> list[Worked]:
        """The sums, or equations of missing numbers, that have no lines on the worksheet."""
        if self.topic.parts:
            return []
        way = way_back(boxes.exercise, self._standing)
        if way is None:
            some = {name for name, _, _ in self._on_lines}
            sums = [one.as_drawn(boxes.exercise, self._drawn_of(one))
                    for one in worked(boxes.exercise, self._on_lines)]  # fmt: skip
            return [one.of_others() if one.of in some else one for one in sums]
        own = [e for e in way.equations if e.of not in self._equations]
        return [replace(one, name=as_drawn(one.name, boxes.exercise.graph, self._drawn_with))
                for one in worked_equations(own)]  # fmt: skip

    def _drawn_of(self, one: Worked) -> Drawn:
        """How the page of some sums draws its matrices."""
        pages = (k for k in range(len(self._pages)) if self._is_of(one, k))
        return self._drawn[next(pages, 0)]

    def _drawn_with(self, matrix: str) -> Drawn:
        """How the page of a matrix draws it."""
        return self._drawn[page_with(matrix, self._standing)]

    def _sums_inside(
        self, sums: Sequence[Worked], boxes: Boxes, *, whole: bool
    ) -> tuple[dict[int, Sequence[Label]], list[Worked]]:
        """The sums of each page on that page: in its room to work, or else beside its figures; and
        those that have no place, or if a page is to have the ``whole`` of its sums, all those of a
        page that has not, or has them in small letters where those behind fill a page."""
        found: dict[int, Set] = {}
        rest, small = list(sums), list[Worked]()
        for page in range(len(self._pages)):
            own = [w for w in rest if self._is_of(w, page)]
            if own:
                made = (self._in_order(own, page) if whole and own[0].in_order else
                        self._on_page(own, page, partial(usual, boxes.exercise), whole))
                if whole and (made.rest or self._is_strewn(made, own, page)):
                    continue
                found[page] = made
                small += own if whole and self._is_small(made) else []
                rest = [w for w in rest if w not in own or w in made.rest]
        if small and sum(len(w.lines) for w in (*rest, *small)) >= WORTH_A_PAGE:
            found = {page: made for page, made in found.items() if not self._is_small(made)}
            rest = [w for w in sums if w in rest or w in small]
        return {page: made.labels for page, made in found.items()}, rest

    def _is_strewn(self, made: Set, own: Sequence[Worked], page: int) -> bool:
        """Whether some sums stand at the boxes of others, and not all are one list in a column or
        two; a worked example spares the page for these."""
        room = dict(self._rooms).get(page)
        starts = [k for k, label in enumerate(made.labels) if label.colour == NAMED]
        if self._example or room is not None or len(starts) != len(own) or (
            len({round(made.labels[k].x / SAME) for k in starts}) <= 2
        ):  # fmt: skip
            return False
        blocks = self._free[page].blocks
        others = {one.of: blocks[one.of] for one in own if one.of in blocks}
        for one, k, end in zip(own, starts, [*starts[1:], len(made.labels)], strict=True):
            its = around(made.labels[k:end])
            if one.of in others and apart(its, others[one.of]) > AWAY and any(
                apart(its, box) < AT for of, box in others.items() if of != one.of
            ):  # fmt: skip
                return True
        return False

    def _is_small(self, made: Set) -> bool:
        """Whether some sums are easier to read on a page of their own; a worked example spares
        that page."""
        least = self._sizes.smaller_sums[-2:][0]
        return not self._example and any(i.size < least for i in made.labels)

    def _free_places(self, body: Body, page: int) -> FreePlaces:
        """The places of a page that neither a worksheet nor its key writes on."""
        sizes, width = self._sizes, self._paper[0]
        area = sizes.margin, sizes.top, width - sizes.margin, body.bottoms[page]
        lined = [around(found.items()) for k, found in self._ruled if k == page]
        lined += [room for k, room in self._rooms if k == page]
        more = body.reserved[page] if body.reserved else ()
        taken = strokes_by([*body.pages[page], *more], AROUND)
        hints = [i for i in body.pages[page] if isinstance(i, Label) and i.colour == "soft"]
        taken += [(x0 - ASIDE, y0, x1 + ASIDE, y1) for x0, y0, x1, y1 in taken_by(hints, 0.0)]
        blocks = {cell.source[0]: box_of(item) for item in reversed(body.pages[page])
                  if isinstance(item, Block) for row in item.cells for cell in row
                  if cell.source}  # fmt: skip
        return FreePlaces([*taken, *lined], area, sizes, blocks)

    def _is_of(self, sums: Worked, page: int) -> bool:
        """Whether some sums are of boxes that are filled on a page."""
        if len(self._pages) == 1 or sums.number in self._circles[page]:
            return True
        if any(sums.number in numbers for numbers in self._circles):
            return False
        return sums.of in self._open[page]

    def _on_page(self, own: Sequence[Worked], page: int, like: Usual, whole: bool) -> Set:
        """The sums of a page in its room to work, and elsewhere those for which that has no place;
        where it has none near their boxes, or together where that lets them be larger, or else
        wherever there is room; of some use only as the ``whole`` if that is wanted."""
        room, free = dict(self._rooms).get(page), self._free[page]
        if room is not None:
            found = self._in_room(own, room)
            if not found.rest:
                return found
            more = free.placed(free.steps(found.rest, like), whole)
            return Set((*found.labels, *more.labels), found.size, more.rest)
        steps = free.steps(own, like)
        near = free.near(steps)
        if near is not None and near.size >= self._sizes.smaller_sums[0]:
            return near
        together = self._beside(Columns(own, self._sizes), page)
        if near is None or (together is not None and together.size > near.size + MUCH):
            return together or free.placed(steps, whole)
        return near

    def _in_order(self, own: Sequence[Worked], page: int) -> Set:
        """Sums that are read one after the other, all in one place, in letters no smaller than
        those in which the sums of a step stay together; none if there is no such place."""
        columns, least = Columns(own, self._sizes), LEAST_WHOLE * self._sizes.larger
        if page in dict(self._rooms):
            x0, y0, x1, y1 = dict(self._rooms)[page]
            labels = columns.fitted((x0, y0), x1 - x0, y1 - y0, least)
            if labels:
                return Set(tuple(labels), least)
        found = self._beside(columns, page)
        return found if found is not None and found.size >= least else Set((), 0.0, tuple(own))

    def _in_room(self, own: Sequence[Worked], room: Box) -> Set:
        """As many sums as find room, the hardest first."""
        x0, y0, x1, y1 = room
        labels: Sequence[Label] = Columns(own, self._sizes).fitted((x0, y0), x1 - x0, y1 - y0)
        kept = list(own) if labels else []
        for one in sorted(own, key=hard, reverse=True) if not labels else ():
            more = [w for w in own if w in kept or w is one]
            found = Columns(more, self._sizes).fitted((x0, y0), x1 - x0, y1 - y0)
            kept, labels = (more, found) if found else (kept, labels)
        return Set(tuple(labels), self._sizes.sum, tuple(w for w in own if w not in kept))

    @cached_property
    def _circles(self) -> list[set[int]]:
        """The numbers of the steps whose circles stand on each page."""
        return [
            {int(item.text) for item in page.common.items
             if isinstance(item, Circle) and not item.node and item.text}
            for page in self._pages
        ]  # fmt: skip

    @cached_property
    def _open(self) -> list[set[str]]:
        """The matrices that stand on each page."""
        return [
            {cell.source[0] for item in page.common.items if isinstance(item, Block)
             for row in item.cells for cell in row if cell.source}
            for page in self._pages
        ]  # fmt: skip

    def _beside(self, sums: Columns, page: int) -> Set | None:
        """The sums together in a free place beside the figures of a page."""
        for size, count, width, height in sums.shapes():
            wide, high = int(width + 1.999) // 2 * 2, int(height + 0.999)
            if (page, wide, high) not in self._places:
                self._places[page, wide, high] = self._free_place(page, float(wide), float(high))
            at = self._places[page, wide, high]
            if at is not None:
                found = sums.in_columns(at, count, height + 1, width, size)[0]
                return Set(tuple(found), size)
        return None

    @cached_property
    def _between(self) -> list[Free]:
        """The free part of each page."""
        margin, top = self._sizes.margin, self._sizes.top + 4
        areas = [(margin, top, self._paper[0] - margin, bottom) for bottom in self._bottoms]
        return [Free(taken, area) for taken, area in zip(self._taken, areas, strict=True)]

    def _free_place(
        self, page: int, width: float, height: float
    ) -> tuple[float, float] | None:
        """The corner of a free rectangle on a page, at the right or the left margin, else
        between."""
        margin, taken = self._sizes.margin, self._taken[page]
        if width > self._paper[0] - 2 * margin:
            return None
        for x in (self._paper[0] - margin - width, margin):
            y = self._bottoms[page] - height
            there = [b for b in taken if x < b[2] and b[0] < x + width]
            while y >= self._sizes.top + 4:
                met = next((b for b in there if y < b[3] and b[1] < y + height), None)
                if met is None:
                    return x, y
                while y + height > met[1]:
                    y -= 5
        return self._between[page].place(width, height)

    def _sums_behind(
        self, sums: Columns, boxes: Boxes, name: str, subtitle: str
    ) -> tuple[Page, ...]:
        """The sums on pages of their own."""
        (width, height), sizes = self._paper, self._sizes
        room = width - 2 * sizes.margin, height - sizes.top - sizes.foot - 4
        rows = [row for step in sums.sums for row in step.by_rows()]
        found = set_behind(rows, (sizes.margin, sizes.top), room, sizes)
        return tuple(
            self._page_behind(k, len(found), subtitle).with_numbers(
                boxes, name, self._shown(labels))
            for k, labels in enumerate(found, 1)
        )

    def _page_behind(self, number: int, total: int, subtitle: str) -> PagePlate:
        key = number, total, subtitle
        if key not in self._behind:
            self._behind[key] = self._page((), number, total, subtitle)
        return self._behind[key]


def _further_on(item: Item, before: int) -> Item:
    """A label in which the pages that it names are some pages further on."""
    if not before or not isinstance(item, Label):
        return item
    told = _PAGE.sub(lambda found: f"page {int(found[1]) + before}", item.markup)
    return item if told == item.markup else replace(item, markup=told)


def _written_further_on(write: Writer, before: int, boxes: Boxes, name: str) -> Label:
    label = _further_on(write(boxes, name), before)
    assert isinstance(label, Label)
    return label


def _marked(item: Item, mark: str) -> Item:
    """A label that says no number of the exercise, with the decimals of what it says marked."""
    if isinstance(item, Label) and item.source is None:
        return replace(item, markup=with_mark(item.markup, mark))
    return item


def _revealed(item: Item) -> Item:
    """What only a key shows, for everybody: as it is printed in a worked example."""
    match item:
        case Label(answer=True):
            return replace(item, answer=False)
        case Line(answer=True):
            return replace(item, answer=False)
    return item
