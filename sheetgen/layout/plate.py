"""The form of a sheet: its pages laid out once for all exercises of one shape.

What depends on the numbers is put in by :meth:`Form.inked`: the cells, the links of the node
picture, code, recipe and name, and on the key the worked sums.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from sheetgen.layout.cells import Ink, Run, runs
from sheetgen.layout.columns import columns, filled, fitted, shapes_of
from sheetgen.layout.setter import FOOT, MARGIN, TOP, compose, padded
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import Block, Item, Label, Line, Page, Plate, Rule
from sheetgen.type.fit import NAME_ROOM, name_that_fits
from sheetgen.type.markup import plain
from sheetgen.words.lines import StepLine
from sheetgen.words.sums import Worked, worked

Writer = Callable[[Ink, str], Label]
"""What makes a varying label, from the numbers and the name."""


@dataclass(frozen=True, eq=False)
class Frame:
    """A page's plate and what varies: blocks and labels, by their places in it, and links."""

    plate: Plate
    blocks: tuple[int, ...]
    writers: tuple[tuple[int, Writer], ...]
    links: tuple[Line, ...] = ()

    def inked(self, ink: Ink, name: str, more: Sequence[Item] = ()) -> Page:
        """The page of one exercise, with some items that only it has."""
        own: list[Item] = []
        for link in self.links:
            assert link.source is not None
            matrix, i, j = link.source
            if ink.exercise.shown(matrix)[i][j] != "0":
                open_ = not link.answer and ink.blank(matrix, i, j)
                own.append(replace(link, answer=True) if open_ else link)
        labels = tuple(write(ink, name) for _, write in self.writers)
        return Page(
            self.plate.width, self.plate.height, (*own, *more), self.plate,
            tuple(face for run in self._runs for face in ink.faces(run)), labels,
            partial(self._items, ink, labels),
        )  # fmt: skip

    @cached_property
    def _runs(self) -> list[Run]:
        """The cells of the varying blocks."""
        blocks = [item for item in map(self.plate.items.__getitem__, self.blocks)]
        return runs([c for b in blocks if isinstance(b, Block) for row in b.cells for c in row])

    def _items(self, ink: Ink, labels: Sequence[Label]) -> tuple[Item, ...]:
        """The plate's items with an exercise's numbers."""
        items = list(self.plate.items)
        for place in self.blocks:
            block = items[place]
            assert isinstance(block, Block)
            cells = tuple(tuple(map(ink.again, row)) for row in block.cells)
            items[place] = replace(block, cells=cells)
        for (place, _), label in zip(self.writers, labels, strict=True):
            items[place] = label
        return tuple(items)


class Form:
    """Makes the pages of exercises of one shape, on paper of one size."""

    def __init__(
        self, ink: Ink, lines: Sequence[StepLine], width: float, height: float, named: bool,
        note: str = "",
    ) -> None:  # fmt: skip
        """Lays out ``ink``'s exercise, with a line for a name if ``named``, and a ``note`` below
        the title. Raises SheetgenError if it cannot be placed."""
        self.topic = ink.exercise.topic
        self._example = ink.exercise.settings.is_example
        self._title = ink.exercise.settings.title
        self._width, self._height, self._named, self._note = width, height, named, note
        body = compose(ink, lines, width, height)
        if not body.network and any(line.picture for line in lines):
            lines = [line for line in lines if not line.picture]
            body = compose(ink, lines, width, height, network=False)
        self._bottom, self._rooms = body.bottom, body.rooms
        self._taken = [padded(box_of(i), 4.0) for i in body.pages[0]]
        total = len(body.pages)
        self._frames = [self._frame(items, k, total) for k, items in enumerate(body.pages, 1)]
        self._places: dict[tuple[int, int], tuple[float, float] | None] = {}
        self._behind: dict[tuple[int, int], Frame] = {}

    def inked(self, ink: Ink, name: str) -> tuple[tuple[Page, ...], tuple[Page, ...]]:
        """The pages of an exercise with its numbers, and the pages that only its key has: those of
        the sums, which a worked example shows to everybody."""
        sums = worked(ink.exercise)
        at, inside = self._sums_inside(sums)
        pages = tuple(
            frame.inked(ink, name, self._sums(inside) if k == at else ())
            for k, frame in enumerate(self._frames)
        )
        if inside or not sums:
            return pages, ()
        room = self._width - 2 * MARGIN, self._height - TOP - FOOT - 4
        behind = columns(sums, (MARGIN, TOP), *room)
        more = tuple(
            self._frame_behind(k, len(behind)).inked(ink, name, self._sums(labels))
            for k, labels in enumerate(behind, 1)
        )
        return (pages + more, ()) if self._example else (pages, more)

    def _sums(self, labels: Sequence[Item]) -> Sequence[Item]:
        return [_revealed(item) for item in labels] if self._example else labels

    # --- the sums of the key

    def _sums_inside(self, sums: Sequence[Worked]) -> tuple[int, Sequence[Label]]:
        """The sums where the worksheet has room to work, or beside the figures, or in the free part
        of a further page; and on which page."""
        if not sums:
            return 0, ()
        rooms = self._rooms
        if not rooms or rooms[0][0]:  # none on the first page
            found = self._beside(sums)
            if found:
                return 0, found
        for page, (x0, y0, x1, y1) in rooms:
            found = fitted(sums, (x0, y0), x1 - x0, y1 - y0)
            if found:
                return page, found
        return 0, ()

    def _beside(self, sums: Sequence[Worked]) -> Sequence[Label]:
        """The sums in a free place beside the figures of the first page."""
        for size, count, width, height in shapes_of(sums):
            wide, high = int(width + 1.999) // 2 * 2, int(height + 0.999)
            if (wide, high) not in self._places:
                self._places[wide, high] = self._searched(float(wide), float(high))
            at = self._places[wide, high]
            if at is not None:
                return filled(sums, at, count, height + 1, width, size)[0]
        return ()

    def _searched(self, width: float, height: float) -> tuple[float, float] | None:
        for x in (self._width - MARGIN - width, MARGIN):
            y = self._bottom - height
            while y >= TOP + 4:
                if not any(_meet(b, (x, y, x + width, y + height)) for b in self._taken):
                    return x, y
                y -= 5
        return None

    # --- frames

    def _frame_behind(self, number: int, total: int) -> Frame:
        if (number, total) not in self._behind:
            self._behind[number, total] = self._frame((), number, total, "Worked steps")
        return self._behind[number, total]

    def _frame(
        self, body: Sequence[Item], number: int, total: int, subtitle: str = ""
    ) -> Frame:
        """A page's head, body and foot; one of a key's own pages has a subtitle, and name and
        number like any other, so that it finds its place in a dropped stack."""
        right = self._width - MARGIN
        title = f"{self._title}: {subtitle.lower()}" if subtitle else self._title
        noted = self._note and not subtitle
        high = 16.8 if noted else 18.0
        items: list[Item] = [
            Label(self._width / 2, high, title, 7.0 if subtitle else 9.0, "middle", face="title"),
        ]
        if noted:
            items.append(Label(self._width / 2, 25.2, self._note, 3.6, "middle", "soft"))
        blocks: list[int] = []
        writers: list[tuple[int, Writer]] = []

        def vary(item: Label, write: Writer) -> None:
            writers.append((len(items), write))
            items.append(item)

        code = Label(right, 30.5, "Sheet", 4.0, "end")
        vary(code, lambda ink, name: replace(code, markup=f"Sheet {ink.exercise.code}"))
        items.append(Label(right, 35.0, "ANSWER KEY", 3.4, "end", "answer", "label", True))
        who = Label(MARGIN + 11.5, 30.5, "", 4.2, "start", width=NAME_ROOM)
        if self._named or not subtitle:
            items.append(Label(MARGIN, 30.5, "Name", 4.2, "start"))
        if self._named:
            vary(who, lambda ink, name: replace(who, markup=plain(name_that_fits(name))))
        if not subtitle:
            if not self._named:
                items.append(Rule(MARGIN + 11, 32.6, 62.0))
            items += [
                Label(MARGIN + 78, 30.5, "Date", 4.2, "start"),
                Rule(MARGIN + 88, 32.6, 32.0),
            ]
        links: list[Line] = []
        for item in map(_revealed, body) if self._example else body:
            if isinstance(item, Block) and any(c.source for row in item.cells for c in row):
                blocks.append(len(items))
                items.append(item)
            elif isinstance(item, Label) and item.source:
                vary(item, _number_writer(item))
            elif isinstance(item, Line) and item.source:
                links.append(item)
            else:
                items.append(item)
        foot = Label(MARGIN, self._height - 8.0, "", 2.5, "start", "soft", "small",
                     width=self._width - 2 * MARGIN - 24)  # fmt: skip
        vary(foot, lambda ink, name: replace(
            foot, markup=f"by hand · {plain(ink.exercise.recipe)}"))  # fmt: skip
        if total > 1 or subtitle:
            which = f"{subtitle.lower()} {number} / {total}".lstrip()
            items.append(Label(right, self._height - 8.0, which, 2.5, "end", "soft", "small"))
        varying = frozenset([*blocks, *(place for place, _ in writers)])
        plate = Plate(self._width, self._height, tuple(items), varying)
        return Frame(plate, tuple(blocks), tuple(writers), tuple(links))


def _revealed(item: Item) -> Item:
    """What only a key shows, for everybody: as it is printed in a worked example."""
    match item:
        case Label(answer=True, source=None):
            return replace(item, answer=False)
        case Label(answer=True):
            return replace(item, answer=False, face="digits", colour="ink")
        case Line(answer=True):
            return replace(item, answer=False)
    return item


def _number_writer(label: Label) -> Writer:
    assert label.source is not None
    matrix, i, j = label.source
    return lambda ink, name: replace(label, markup=ink.exercise.shown(matrix)[i][j])


def _meet(a: Box, b: Box) -> bool:
    return b[0] < a[2] and a[0] < b[2] and b[1] < a[3] and a[1] < b[3]
