"""Cards on pages: four to six on each, or eight small ones, in rows, with boxes as large as can
be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sheetgen.errors import SheetgenError
from sheetgen.layout.body import Body
from sheetgen.layout.cards import figures
from sheetgen.layout.cards.card import CARDS, Card, card_of
from sheetgen.layout.cards.lines import line_of
from sheetgen.layout.cells import Boxes
from sheetgen.layout.page_plate import Writer
from sheetgen.layout.pairs import pairs
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Box, place
from sheetgen.page.items import Item, Label
from sheetgen.pagecheck.cards import Place

__all__ = ["compose_cards", "figures"]

FEWEST, USUAL, MOST, MOST_SMALL = 3, 4, 6, 8
"""Cards of a page: at least, rather not fewer than, at most, and at most where their boxes are the
largest even so."""
PAGES, PAGE = 7, 4.0
"""Pages of a chapter at most, and what one more costs, in places for a card that are left free."""
LARGEST, GOOD = 12.5, 9.5
"""Sides of the largest boxes, and of boxes for which no page more is taken, in mm."""
ONE_COLUMN = 0.88
"""What boxes are worth in one column, beside which half of the page is empty."""
TITLE, LINE, GUTTER, BETWEEN, APART = 10.5, 9.5, 8.0, 4.0, 55.0
"""Height of a card's title and of its line, white between columns and, at least, between rows, and
how much more of that there may be."""
NARROWEST = 0.8
"""Width of the narrowest column, in parts of that of all."""
NUMBER, SAID, NOTE = 6.6, 4.1, 3.7
"""Ems of a card's number, of what is new in it, of the notes at the foot."""
NOTE_LINE, ANSWERS = 5.4, 5.0
"""Height of a note and of the line of answers."""


@dataclass(frozen=True)
class _Grid:
    """How the cards of a page stand."""

    cards: tuple[Card, ...]
    columns: int
    cell: float


_Found = tuple[float, float, list[_Grid]]
"""Pages: the side of their smallest boxes, what they cost, and how they stand."""


class _Pages:
    """Puts the cards of a chapter on pages."""

    def __init__(self, boxes: Boxes, paper: tuple[float, float], sizes: Sizes) -> None:
        self.exercise, self.sizes, self.by = boxes.exercise, sizes, sizes.larger
        self.parts = self.exercise.topic.parts
        self.cards = [card_of(boxes, part, CARDS) for part in self.parts]
        self.notes: Sequence[str] = getattr(self.exercise.topic, "notes", ())
        self.foot = paper[1] - sizes.foot
        at_foot = self.exercise.settings.answers == "foot"
        self.end = self.foot - len(self.notes) * NOTE_LINE * self.by - ANSWERS * self.by * at_foot
        self.box = (sizes.margin, sizes.top, paper[0] - sizes.margin, self.end - 2 * self.by)

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]

    def grids(self) -> list[_Grid]:
        """The cards page by page: boxes that are good to write in, then few pages and few empty
        places. Raises SheetgenError if they have no room."""
        best: list[dict[int, _Found]] = [{0: (GOOD * self.by, 0.0, [])}]
        for end in range(1, len(self.cards) + 1):
            best.append({})
            for count in range(FEWEST, min(MOST_SMALL, end) + 1):
                if not best[end - count]:
                    continue
                grid = self._grid(end - count, end)
                if grid is not None and count > MOST and grid.cell < LARGEST * self.by:
                    continue
                for pages, (least, cost, before) in best[end - count].items() if grid else ():
                    assert grid is not None
                    empty = -count % grid.columns + 2 * max(0, USUAL - count)
                    one = (round(min(least, grid.cell), 1), cost - PAGE - empty, [*before, grid])
                    if pages < PAGES and (
                        pages + 1 not in best[end] or one[:2] > best[end][pages + 1][:2]
                    ):
                        best[end][pages + 1] = one
        if not best[-1]:
            raise SheetgenError(f"{self.exercise.topic.name} has no room on this paper")
        return max(best[-1].values(), key=lambda found: found[:2])[2]

    def _grid(self, start: int, end: int) -> _Grid | None:
        """Some cards on a page with the largest boxes that fit."""
        cards = tuple(self.cards[start:end])
        found = [_Grid(cards, columns, self._cell(cards, columns)) for columns in (2, 3, 1)
                 if columns <= len(cards)]  # fmt: skip
        grid = max(found, key=lambda g: g.cell * (ONE_COLUMN if g.columns == 1 else 1.0))
        return grid if grid.cell >= self.sizes.smallest_cell else None

    def _cell(self, cards: Sequence[Card], columns: int) -> float:
        by = self.by
        room = self.width - (columns - 1) * GUTTER * by
        cell = min(LARGEST * by, room / sum(_widths(cards, columns)))
        fixed = heights = 0.0
        for row in _rows(cards, columns):
            tallest = max(row, key=lambda c: c.figure.height * cell + LINE * by * bool(c.sum_of))
            heights += tallest.figure.height
            fixed += (TITLE + BETWEEN + LINE * bool(tallest.sum_of)) * by
        return min(cell, (self.box[3] - self.box[1] - fixed) / heights)

    def page(self, grid: _Grid) -> tuple[list[Item], list[tuple[Label, Writer]], list[Box]]:
        """The items of a page, the labels that vary, and where each card is."""
        by, columns = self.by, grid.columns
        sides = self._sides(grid)
        rows = list(_rows(grid.cards, columns))
        heights = [max(self._height(c, grid.cell) for c in row) for row in rows]
        free = self.box[3] - self.box[1] - sum(heights)
        gap = min(free / len(rows), APART * by)
        items: list[Item] = []
        labels: list[tuple[Label, Writer]] = []
        places: list[Box] = []
        y = self.box[1]
        for row, height in zip(rows, heights, strict=True):
            for card, (x, wide) in zip(row, sides, strict=False):
                area = (x - 1.0, y, x + wide + 1.0, y + height + gap - 0.5)
                more, varying = self._card(card, x, y, wide, grid.cell, area)
                items += more
                labels += varying
                places.append(area)
            y += height + gap
        return items, labels, places

    def _sides(self, grid: _Grid) -> list[tuple[float, float]]:
        """Where each column of a page begins, and how wide it is: all the same if its cards fit,
        else as wide as they are and the same more."""
        by, columns = self.by, grid.columns
        room = self.width - (columns - 1) * GUTTER * by
        wanted = [grid.cell * wide for wide in _widths(grid.cards, columns)]
        even = room / columns
        if max(wanted) > even + 0.01:
            left = (room - sum(wanted)) / columns
            sides = [wide + left for wide in wanted]
        else:
            sides = [even] * columns
        starts = [self.box[0] + sum(sides[:k]) + k * GUTTER * by for k in range(columns)]
        return list(zip(starts, sides, strict=True))

    def _height(self, card: Card, cell: float) -> float:
        return (TITLE + BETWEEN + LINE * bool(card.sum_of)) * self.by + card.figure.height * cell

    def _card(
        self, card: Card, x: float, y: float, wide: float, cell: float, area: Box
    ) -> tuple[list[Item], list[tuple[Label, Writer]]]:
        by, part = self.by, card.part
        number = str(part.number)
        after = (5.2 if len(number) == 1 else 8.6) * by
        items: list[Item] = [
            Label(x, y + 3.2 * by, number, NUMBER * by, "start", "p1", "title"),
            Label(x + after, y + 3.6 * by, part.new, SAID * by, "start", "ink", "title",
                  width=wide - after),
        ]  # fmt: skip
        left = x + max(0.0, min((wide - card.figure.width * cell) / 2, 16.0 * by))
        drawn = list(place(card.figure, cell, left, y + TITLE * by))
        labels: list[tuple[Label, Writer]] = []
        if card.pairs:
            extras = pairs(card.boxes, drawn, area)
            drawn += extras.items
            labels += extras.labels
        foot = y + (TITLE + LINE - 1.5) * by + card.figure.height * cell
        lined = line_of(card, min(left, x + 6 * by), foot, wide - 6 * by, by)
        return [*items, *drawn, *lined.items], [*labels, *lined.labels]

    def said(self, grid: _Grid) -> Iterator[Item]:
        """What stands below the cards: notes, and the answers if they stand at the foot."""
        by, x, y = self.by, self.box[0], self.end
        for note in self.notes:
            yield Label(x, y + 0.5 * NOTE_LINE * by, note, NOTE * by, "start", "ink", "title",
                        width=self.width)  # fmt: skip
            y += NOTE_LINE * by
        if self.exercise.settings.answers == "foot":
            yield from self._answers(grid, y + 0.6 * ANSWERS * by)

    def _answers(self, grid: _Grid, y: float) -> Iterator[Item]:
        """``9: 11``: the number of each exercise with what it leaves open."""
        size, by = self.sizes.recipe, self.by
        wide = self.width / len(grid.cards)
        for k, card in enumerate(grid.cards):
            x = self.box[0] + k * wide
            yield Label(x, y, f"{card.part.number}:", size, "start", "soft", "small")
            x += 5.0 * by
            room = (wide - 5.0 * by) / max(1, sum(int(o.sum()) for o in card.part.open.values()))
            for name, cells in card.part.open.items():
                for i, j in zip(*(v.tolist() for v in cells.nonzero()), strict=True):
                    shown = card.boxes.shown(name)[i][j]
                    yield Label(x, y, shown, size, "start", "soft", "small", width=room - 0.5,
                                source=(name, i, j))  # fmt: skip
                    x += min(room, 9.0 * by)


def _widths(cards: Sequence[Card], columns: int) -> list[float]:
    """How many boxes wide the cards of each column are; none is so narrow that the words over it
    would be small."""
    widths = [max(1.0, *(c.figure.width for c in cards[k::columns])) for k in range(columns)]
    return [max(wide, NARROWEST * sum(widths) / columns) for wide in widths]


def _rows(cards: Sequence[Card], columns: int) -> Iterator[Sequence[Card]]:
    return (cards[k : k + columns] for k in range(0, len(cards), columns))


def compose_cards(boxes: Boxes, paper: tuple[float, float], sizes: Sizes) -> Body:
    """The pages of a chapter on paper of a size in millimetres. Raises SheetgenError if there is no
    room."""
    pages = _Pages(boxes, paper, sizes)
    found, labels, places = [], [], []
    for number, grid in enumerate(pages.grids()):
        items, varying, boxes_of = pages.page(grid)
        found.append((*items, *pages.said(grid)))
        labels.append(tuple(varying))
        places += [Place(card.part.graph, number, box, f"exercise {card.part.number}")
                   for card, box in zip(grid.cards, boxes_of, strict=True)]  # fmt: skip
    return Body(tuple(found), (pages.end,) * len(found), labels=tuple(labels),
                cards=tuple(places))  # fmt: skip
