"""The pages of a sheet as cells of a spreadsheet: what stands flush on paper stands flush there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.work import numbered
from sheetgen.layout.cells import Boxes
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import Block, Cell, Circle, Label, Page
from sheetgen.type.markup import plain_text
from sheetgen.words.labels import label_text

Source = tuple[str, int, int]
"""A matrix, a row and a column, counted from 0."""
Place = tuple[int, int]
"""A row and a column of the spreadsheet, counted from 0."""

FLUSH = 0.12
"""Of a box: what is no farther from a whole number of boxes stands flush."""
BESIDE, ABOVE, NUMBER = 1.2, 1.0, 3.5
"""In boxes: how far from a block its labels stand, and signs between blocks; and the number of its
step."""


@dataclass
class Grid:
    """What stands in which cell."""

    boxes: dict[Place, Cell] = field(default_factory=dict)
    outlined: dict[Place, str] = field(default_factory=dict)
    """Cells at the rim of trainable blocks: which of their sides (``tblr``) are."""
    home: dict[Source, Place] = field(default_factory=dict)
    """Where a number is written; elsewhere it only stands again."""
    texts: dict[Place, tuple[str, str]] = field(default_factory=dict)
    """With how each is aligned: left, center or right."""

    @property
    def rows(self) -> int:
        return 1 + max((row for row, _ in (*self.boxes, *self.texts)), default=0)

    @property
    def columns(self) -> int:
        return 1 + max((column for _, column in (*self.boxes, *self.texts)), default=0)


def grid_of(exercise: Exercise, pages: Iterable[Page]) -> Grid:
    """The pages one below the other."""
    found = Grid()
    numbers = {s.name: number for number, group in numbered(exercise.graph) for s in group}
    for page in pages:
        shown = _PageGrid(exercise, page, numbers)
        if shown.blocks:
            shown.put(found, found.rows + 1 if found.boxes else 0)
    _fill(found, exercise)
    return found


def _fill(grid: Grid, exercise: Exercise) -> None:
    """Where no circle says where a number is written, it is where it stands first."""
    for place, cell in grid.boxes.items():
        if cell.source is not None:
            grid.home.setdefault(cell.source, place)


class _PageGrid:
    """The blocks of a page, and the row and column at which each starts."""

    def __init__(self, exercise: Exercise, page: Page, numbers: Mapping[str, int]) -> None:
        self.page, self.numbers = page, numbers
        self.blocks = [item for item in page.items if isinstance(item, Block)]
        self.names: dict[int, str] = {}
        """The labels of blocks that the page does not show apart."""
        self.partner: dict[int, int] = {}
        """Where what is said of one block belongs to another."""
        self.lower: list[tuple[float, float]] = []
        """From where on all stands lower than on the page, and by how much."""
        if self.blocks:
            self._part(exercise)
            across = [(b.x, b.y, b.cols, b.rows, b.cell) for b in self.blocks]
            down = [(b.y, b.x, b.rows, b.cols, b.cell) for b in self.blocks]
            self.columns, self.rows = _starts(across, 0.7), _starts(down, 0.0)

    def _part(self, exercise: Exercise) -> None:
        """What shares its boxes before and after ReLU one below the other, and all else lower."""
        boxes, graph = Boxes(exercise), exercise.graph.by_name
        shared = [k for k, b in enumerate(self.blocks) if b.cells[0][0].compact]
        self.lower = sorted({(b.y + b.rows * b.cell, (b.rows + 0.6) * b.cell)
                             for b in (self.blocks[k] for k in shared)})  # fmt: skip
        self.blocks = [replace(b, y=self._lowered(b.y)) for b in self.blocks]
        for k in shared:
            block = self.blocks[k]
            before, after = (graph[name] for name in block.cells[0][0].compact or ())
            below = block.y + (block.rows + 0.6) * block.cell
            self.blocks[k] = replace(block, cells=boxes.of(before, kind="result"))
            self.partner[k] = len(self.blocks)
            self.names[k] = label_text(before)
            self.blocks.append(replace(block, y=below, cells=boxes.of(after, kind="activation")))

    def _lowered(self, y: float) -> float:
        return y + sum(by for foot, by in self.lower if foot <= y)

    def put(self, grid: Grid, first: int) -> None:
        """Put all that is on the page into a grid, below the row ``first``."""
        taken: set[Place] = set()
        corners: list[Place] = []
        for k, block in enumerate(self.blocks):
            row, column = self.rows[k] + first + 2, self.columns[k] + 3
            places = _places(row, column, block)
            if taken & places:  # two that were apart on paper
                row = max(r for r, _ in taken) + 3
                places = _places(row, column, block)
            taken |= places
            corners.append((row, column))
            self._put_block(grid, block, row, column)
        self._homes(grid, corners)
        self._texts(grid, corners)
        for k, name in self.names.items():
            row, column = corners[k]
            self._write(grid, (row, column + self.blocks[k].cols), name, "left")

    def _put_block(self, grid: Grid, block: Block, row: int, column: int) -> None:
        for i, cells in enumerate(block.cells):
            for j, cell in enumerate(cells):
                place = row + i, column + j
                grid.boxes[place] = cell
                if block.outline:
                    grid.outlined[place] = (
                        "t" * (i == 0) + "b" * (i == block.rows - 1)
                        + "l" * (j == 0) + "r" * (j == block.cols - 1))  # fmt: skip

    def _homes(self, grid: Grid, corners: Sequence[Place]) -> None:
        """A result is written where the number of its step stands."""
        for circle in self.page.items:
            if not isinstance(circle, Circle) or circle.node:
                continue
            near = sorted((_apart_from(b, self._box(circle)), k) for k, b in enumerate(self.blocks)
                          if circle.text in self._numbers_of(b))  # fmt: skip
            for _, k in near[:1]:
                row, column = corners[k]
                for i, cells in enumerate(self.blocks[k].cells):
                    for j, cell in enumerate(cells):
                        if cell.source is not None:
                            grid.home.setdefault(cell.source, (row + i, column + j))

    def _numbers_of(self, block: Block) -> set[str]:
        return {str(self.numbers.get(c.source[0], "")) for row in block.cells for c in row
                if c.source is not None}  # fmt: skip

    def _texts(self, grid: Grid, corners: Sequence[Place]) -> None:
        """Labels and signs, then the numbers of the steps, which stand behind a label."""
        top = min(b.y - 1.1 * b.cell for b in self.blocks)
        for item in self.page.items:
            if isinstance(item, Label) and item.source is None and not item.answer and item.y > top:
                text = plain_text(item.markup)
                self._put_text(grid, corners, text, self._box(item), range(len(self.blocks)))
        for item in self.page.items:
            if isinstance(item, Circle) and not item.node and item.text:
                own = [k for k, b in enumerate(self.blocks) if item.text in self._numbers_of(b)]
                self._put_text(grid, corners, circled(item.text), self._box(item), own, NUMBER)

    def _box(self, item: Label | Circle) -> Box:
        """The rectangle of an item, lower with what it stands beside."""
        left, top, right, foot = box_of(item)
        by = self._lowered((top + foot) / 2) - (top + foot) / 2
        return left, top + by, right, foot + by

    def _put_text(
        self, grid: Grid, corners: Sequence[Place], text: str, box: Box, near: Iterable[int],
        reach: float = BESIDE,
    ) -> None:  # fmt: skip
        """A text beside the nearest of some blocks, if it is near enough to belong to it."""
        y = (box[1] + box[3]) / 2
        for _, k in sorted((_apart_from(self.blocks[k], box), k) for k in near):
            block = self.blocks[k]
            row, column = corners[self.partner.get(k, k)]
            end = block.x + block.cols * block.cell
            x = box[2] if box[2] < block.x else box[0] if box[0] > end else (box[0] + box[2]) / 2
            right, low = (x - block.x) / block.cell, (y - block.y) / block.cell
            beside = max(-right, right - block.cols, 0.0)
            above = max(-low, low - block.rows, 0.0)
            if beside > reach or above > ABOVE or (beside and above):
                continue
            i, j = min(max(int(low), 0), block.rows - 1), min(max(int(right), 0), block.cols - 1)
            if not beside:
                place, align = (row + (-1 if low < 0 else block.rows), column + j), "center"
            elif right < 0:
                place, align = (row + i, column - 1), "right"
            else:
                place, align = (row + i, column + block.cols), "left"
            if place not in grid.boxes:
                self._write(grid, place, text, align)
            return

    def _write(self, grid: Grid, place: Place, text: str, align: str) -> None:
        row, column = place
        between = (row, column - 1) in grid.boxes and (row, column + 1) in grid.boxes
        before = grid.texts.get(place)
        said = f"{before[0].strip()} {text}" if before else text
        kept = "center" if between or align == "center" else align
        found = {"left": f" {said}", "right": f"{said} "}.get(kept, said)
        grid.texts[place] = found, kept


def _places(row: int, column: int, block: Block) -> set[Place]:
    return {(row + i, column + j) for i in range(block.rows) for j in range(block.cols)}


def _apart_from(block: Block, box: Box) -> float:
    """From the rectangle of an item to a block, by the middle of its height."""
    right, foot = block.x + block.cols * block.cell, block.y + block.rows * block.cell
    y = (box[1] + box[3]) / 2
    return math.hypot(max(block.x - box[2], box[0] - right, 0), max(block.y - y, y - foot, 0))


Extent = tuple[float, float, int, int, float]
"""Where a block starts along an axis and across it, how many boxes it has along and across, and
their side."""


def _starts(blocks: Sequence[Extent], margin: float) -> list[int]:
    """Where each block starts along an axis, in cells: flush what is flush, a cell or more between
    what has a gap between, in the order of the page."""
    order = sorted(range(len(blocks)), key=lambda k: blocks[k][0])
    first = min(b[0] for b in blocks)
    groups: list[list[int]] = []
    for k in order:
        if groups and blocks[k][0] - blocks[groups[-1][0]][0] < FLUSH * blocks[k][4]:
            groups[-1].append(k)
        else:
            groups.append([k])
    found: dict[int, int] = {}
    for group in groups:
        at = round((blocks[group[0]][0] - first) / blocks[group[0]][4])
        for before, k in _before(blocks, found, group, margin):
            apart = (blocks[k][0] - blocks[before][0]) / blocks[before][4]
            at = max(at, found[before] + math.ceil(apart - FLUSH))
        found |= dict.fromkeys(group, at)
    return [found[k] for k in range(len(blocks))]


def _before(
    blocks: Sequence[Extent], found: Mapping[int, int], group: Sequence[int], margin: float
) -> Iterator[tuple[int, int]]:
    """Pairs of a block that is placed and one of a group that stands beside it."""
    for k in group:
        _, across, _, many, side = blocks[k]
        for before in found:
            _, start, _, count, other = blocks[before]
            room = margin * other
            if start - room < across + many * side and across < start + count * other + room:
                yield before, k


def circled(number: str) -> str:
    """A number in a circle, as far as there are such signs."""
    if not number.isdigit() or not 1 <= int(number) <= 50:
        return f"({number})"
    value = int(number)
    start = 0x2460 - 1 if value <= 20 else 0x3251 - 21 if value <= 35 else 0x32B1 - 36
    return chr(start + value)
