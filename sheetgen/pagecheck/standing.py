"""What stands where on the pages of a plate: boxes with their places in millimetres, labels, the
row of 1s. It is read from the placed items alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Graph
from sheetgen.graph.terms import origins_of
from sheetgen.page.items import Block, Cell, Item, Label, Line, Plate

NEAR = 0.03
"""Millimetres between what stands in one line."""
INDENT = 8.0
"""Millimetres by which a line may be indented that goes on from the one above it."""
_SENTENCE = re.compile(r"\[\d|How many |Check:|Answers:")
"""How what is said in words begins: an instruction, a question, a check, the answers."""
ONE: Place = ("1", 0, 0)
"""A small printed 1."""
NO_BLOCK = -1
"""Of a number that stands in no box: a printed 1, or one that stands once more, in a label."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A box with a number, or a printed 1: its middle, and where its number is read."""

    place: Place
    slot: int
    page: int
    x: float
    y: float
    row: int
    """Boxes of a page with the same one have their middles at one height."""
    column: int
    block: int
    masked: bool = False
    before: bool = False
    """It is the crossed-out number of its box."""
    alone: bool = True
    """Whether it is open or printed does not depend on another number in its box, nor on a student
    who copies it."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The boxes of one matrix in one block, row by column as they are drawn."""

    name: str
    page: int
    block: int
    rows: tuple[tuple[Spot, ...], ...]
    side: float

    @property
    def spots(self) -> Iterator[Spot]:
        return (spot for row in self.rows for spot in row)

    @property
    def box(self) -> tuple[float, float, float, float]:
        half = self.side / 2
        first, last = self.rows[0][0], self.rows[-1][-1]
        return first.x - half, first.y - half, last.x + half, last.y + half

    def grid(self) -> list[list[Place]]:
        return [[spot.place for spot in row] for row in self.rows]


@dataclass(frozen=True, eq=False)
class Sight:
    """One page: its items, and the numbers of its boxes."""

    items: tuple[Item, ...]
    blocks: tuple[int, ...]
    """Places of the blocks among the items."""
    slots: Mapping[int, tuple[tuple[int, ...], ...]]
    """Of each block, row by column."""

    def labels(self, *faces: str) -> Iterator[Label]:
        """Printed labels that hold no number and are no part of a worked sum."""
        for item in self.items:
            if not isinstance(item, Label) or item.source is not None or item.of is not None:
                continue
            if item.face in faces:
                yield item

    def lines(self) -> Iterator[tuple[Label, str]]:
        """Printed labels with their texts, and with those that go on beneath them, indented."""
        for some in self._whole():
            yield some[0], " ".join(item.markup for item in some)

    def begun(self) -> Iterator[Label]:
        """Printed labels but for the further lines of sentences: what stands there is no sign."""
        for some in self._whole():
            yield from some[:1] if _SENTENCE.match(some[0].markup) else some

    def _whole(self) -> Iterator[list[Label]]:
        """Each label with those that go on beneath it."""
        found: list[Label] = []
        for item in self.labels("label"):
            if found and item.size == found[0].size and (
                1 < item.x - found[0].x < INDENT and 0 < item.y - found[-1].y < 2.2 * item.size
            ):  # fmt: skip
                found.append(item)
                continue
            if found:
                yield found
            found = [item]
        if found:
            yield found


class Standing:
    """The pages of sheets of one shape."""

    def __init__(self, graph: Graph, plates: Sequence[Plate]) -> None:
        self.graph = graph
        self.plates = tuple(plates)
        self.origins = {node.name: origins_of(node) for node in graph.nodes}
        self.spots: list[Spot] = []
        self.parts: list[Part] = []
        self.written: list[tuple[int, int, Place]] = []
        """Numbers in labels: the page, which of its varying labels, and whose number it is."""
        self.links: list[tuple[int, Line]] = []
        self.compact: list[tuple[int, int]] = []
        """Slots of boxes that hold a number and what it is bent to, and of the crossed-out one."""
        self.bent: dict[str, str] = {}
        """Matrix -> the one to which it is bent in its own boxes."""
        self.slots = 0
        self.faces = [self._count(plate) for plate in self.plates]
        """Boxes of each page; their slots are numbered on."""
        self._before = sum(self.faces)
        self.sights = [self._sight(page) for page in range(len(self.plates))]
        self.one = self._before
        """The slot of what is 1 on every sheet."""
        self._in_row: dict[tuple[int, int, Place], list[Spot]] = {}
        self._in_column: dict[tuple[int, int, Place], list[Spot]] = {}
        self._rows: dict[tuple[int, int], list[Spot]] = {}
        self._columns: dict[tuple[int, int], list[Spot]] = {}
        self.by_place: dict[Place, list[Spot]] = {}
        self._index()

    @staticmethod
    def _count(plate: Plate) -> int:
        blocks = [plate.items[k] for k in sorted(plate.varying)]
        return sum(b.rows * b.cols for b in blocks if isinstance(b, Block))

    def _sight(self, page: int) -> Sight:
        plate = self.plates[page]
        blocks, slots = [], {}
        count = 0
        for k in sorted(plate.varying):
            item = plate.items[k]
            if isinstance(item, Block):
                blocks.append(k)
                slots[k] = self._add_block(page, k, item)
            elif isinstance(item, Label):
                if item.source is not None:
                    self.written.append((page, count, self._origin(item.source)))
                count += 1
        return Sight(plate.items, tuple(blocks), slots)

    def _origin(self, source: Place) -> Place:
        name, i, j = source
        return self.origins[name][i][j]

    def _add_block(self, page: int, k: int, block: Block) -> tuple[tuple[int, ...], ...]:
        found: list[list[int]] = []
        for r, row in enumerate(block.cells):
            found.append([])
            for c, cell in enumerate(row):
                x, y = block.x + (c + 0.5) * block.cell, block.y + (r + 0.5) * block.cell
                found[-1].append(self.slots)
                self._add_cell(cell, page, x, y, k)
                self.slots += 1
        return tuple(map(tuple, found))

    def _add_cell(self, cell: Cell, page: int, x: float, y: float, block: int) -> None:
        if cell.source is None:
            return
        _, i, j = cell.source
        masked = cell.kind == "masked"
        if cell.compact is None:
            place = self._origin(cell.source)
            self._add(place, self.slots, page, x, y, block, masked, alone=not cell.copied)
            return
        before, after = cell.compact
        self.bent[before] = after
        self._add((after, i, j), self.slots, page, x, y, block, masked, alone=False)
        self._add((before, i, j), self._before, page, x, y, block, masked, True, False)
        self.compact.append((self.slots, self._before))
        self._before += 1

    def _add(
        self, place: Place, slot: int, page: int, x: float, y: float, block: int,
        masked: bool = False, before: bool = False, alone: bool = True,
    ) -> None:  # fmt: skip
        self.spots.append(Spot(place, slot, page, x, y, 0, 0, block, masked, before, alone))

    def _index(self) -> None:
        written = 0
        for page, plate in enumerate(self.plates):
            for k in sorted(plate.varying):
                item = plate.items[k]
                if isinstance(item, Label) and item.source is not None:
                    place = self._origin(item.source)
                    self._add(place, self.one + 1 + written, page, item.x, item.y, NO_BLOCK)
                    written += 1
        for page, sight in enumerate(self.sights):
            for item in sight.labels("digits"):
                if item.markup == "1":
                    self._add(ONE, self.one, page, item.x, item.y, NO_BLOCK)
        heights = _lines([(s.page, s.y) for s in self.spots])
        widths = _lines([(s.page, s.x) for s in self.spots])
        self.spots = [
            replace(s, row=row, column=column)
            for s, row, column in zip(self.spots, heights, widths, strict=True)
        ]
        for s in self.spots:
            self._in_row.setdefault((s.page, s.row, s.place), []).append(s)
            self._in_column.setdefault((s.page, s.column, s.place), []).append(s)
            self._rows.setdefault((s.page, s.row), []).append(s)
            self._columns.setdefault((s.page, s.column), []).append(s)
            if s.block != NO_BLOCK:
                self.by_place.setdefault(s.place, []).append(s)
        boxes = [s for s in self.spots if s.block != NO_BLOCK]
        boxes.sort(key=_matrix)
        for (page, block, name, _), found in groupby(boxes, _matrix):
            drawn = self.plates[page].items[block]
            assert isinstance(drawn, Block)
            spots = sorted(found, key=lambda s: (s.row, s.x))
            rows = tuple(tuple(row) for _, row in groupby(spots, lambda s: s.row))
            self.parts.append(Part(name, page, block, rows, drawn.cell))

    def beside(self, spot: Spot, place: Place, side: int, near: Spot) -> Spot | None:
        """The box with the number of a place in the row of a box, at its left (-1) or right (1),
        that is nearest to another in the row."""
        found = self._in_row.get((spot.page, spot.row, place), ())
        there = (s for s in found if (s.x - spot.x) * side > 0)
        return min(there, key=lambda s: abs(s.x - near.x), default=None)

    def above(self, spot: Spot, place: Place, side: int, near: Spot) -> Spot | None:
        """The same in the column of a box, above it (-1) or below it (1)."""
        found = self._in_column.get((spot.page, spot.column, place), ())
        there = (s for s in found if (s.y - spot.y) * side > 0)
        return min(there, key=lambda s: abs(s.y - near.y), default=None)

    def row_between(self, low: Spot, high: Spot) -> set[float]:
        """Where the boxes of a row stand, from one to another."""
        row = self._rows[low.page, low.row]
        return {s.x for s in row if low.x - NEAR <= s.x <= high.x + NEAR}

    def column_between(self, low: Spot, high: Spot) -> set[float]:
        column = self._columns[low.page, low.column]
        return {s.y for s in column if low.y - NEAR <= s.y <= high.y + NEAR}


def _matrix(spot: Spot) -> tuple[int, int, str, bool]:
    return spot.page, spot.block, spot.place[0], spot.before


def _lines(found: Sequence[tuple[int, float]]) -> list[int]:
    """For each height of a page a number, the same for those that are all but equal."""
    order = sorted(range(len(found)), key=lambda k: found[k])
    numbers = [0] * len(found)
    line = 0
    for before, k in zip([order[0], *order] if order else [], order, strict=False):
        if found[k][0] != found[before][0] or found[k][1] - found[before][1] > NEAR:
            line += 1
        numbers[k] = line
    return numbers
