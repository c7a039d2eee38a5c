"""A page laid out without its numbers, for all exercises of one shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from sheetgen.layout.cells import Boxes, Run, runs
from sheetgen.page.figure import placed
from sheetgen.page.items import Block, Item, Label, Line, Page, Plate

Writer = Callable[[Boxes, str], Label]
"""Makes a varying label, from the numbers and the student's name."""


@dataclass(frozen=True, eq=False)
class PagePlate:
    """What the pages have in common, and what varies: blocks and labels, by their places among the
    common items, and links of the node picture."""

    common: Plate
    blocks: tuple[int, ...]
    writers: tuple[tuple[int, Writer], ...]
    links: tuple[Line, ...] = ()

    def with_numbers(self, boxes: Boxes, name: str, more: Sequence[Item] = ()) -> Page:
        """The page of one exercise, with some items that only it has."""
        own: list[Item] = []
        for link in self.links:
            assert link.source is not None
            matrix, i, j = link.source
            if boxes.exercise.shown(matrix)[i][j] != "0":
                open_ = not link.answer and boxes.blank(matrix, i, j)
                own.append(replace(link, answer=True) if open_ else link)
        labels = tuple(write(boxes, name) for _, write in self.writers)
        return Page(
            self.common.width, self.common.height, (*own, *more), self.common,
            tuple(face for run in self._runs for face in boxes.faces(run)), labels,
            partial(self._items, boxes, labels),
        )  # fmt: skip

    @cached_property
    def _runs(self) -> list[Run]:
        """The cells of the varying blocks."""
        blocks = [self.common.items[place] for place in self.blocks]
        return runs([c for b in blocks if isinstance(b, Block) for row in b.cells for c in row])

    def _items(self, boxes: Boxes, labels: Sequence[Label]) -> tuple[Item, ...]:
        """The common items with an exercise's numbers."""
        items = list(self.common.items)
        for place in self.blocks:
            block = items[place]
            assert isinstance(block, Block)
            cells = tuple(tuple(map(boxes.renumbered, row)) for row in block.cells)
            items[place] = replace(block, cells=cells)
        for (place, _), label in zip(self.writers, labels, strict=True):
            items[place] = label
        return tuple(items)


class Larger:
    """What is added to a page, and varies on it, made larger: of a head or foot on a large
    sheet."""

    def __init__(self, draft: Draft, by: float) -> None:
        self._draft, self._by = draft, by

    def add(self, *items: Item) -> None:
        self._draft.add(*(placed(item, self._by, 0.0, 0.0) for item in items))

    def vary(self, label: Label, write: Writer) -> None:
        by = self._by
        self._draft.vary(_placed(label, by), lambda boxes, name: _placed(write(boxes, name), by))


def _placed(label: Label, by: float) -> Label:
    found = placed(label, by, 0.0, 0.0)
    assert isinstance(found, Label)
    return found


class Draft:
    """The items of a page while it is laid out, in reading order, and which of them vary."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._blocks: list[int] = []
        self._writers: list[tuple[int, Writer]] = []
        self._links: list[Line] = []

    def add(self, *items: Item) -> None:
        """Items that are the same for every exercise."""
        self._items += items

    def vary(self, label: Label, write: Writer) -> None:
        """A label that an exercise writes anew."""
        self._writers.append((len(self._items), write))
        self._items.append(label)

    def add_figures(self, items: Iterable[Item]) -> None:
        """Items of which those vary that hold a number of the exercise."""
        for item in items:
            match item:
                case Block() if any(c.source for row in item.cells for c in row):
                    self._blocks.append(len(self._items))
                    self._items.append(item)
                case Label(source=(matrix, i, j)):
                    self.vary(item, partial(_number, item, matrix, i, j))
                case Line(source=(_, _, _)):
                    self._links.append(item)
                case _:
                    self._items.append(item)

    def plate(self, paper: tuple[float, float]) -> PagePlate:
        """The page on paper of a size."""
        varying = frozenset([*self._blocks, *(place for place, _ in self._writers)])
        common = Plate(*paper, tuple(self._items), varying)
        return PagePlate(common, tuple(self._blocks), tuple(self._writers), tuple(self._links))


def _number(label: Label, matrix: str, i: int, j: int, boxes: Boxes, name: str) -> Label:
    """The label with a number of the exercise; as its own box is, where it stands once more."""
    shown = boxes.shown(matrix)[i][j]
    if not label.again or boxes.blank(matrix, i, j):
        return replace(label, markup=shown)
    if boxes.is_worked(matrix, i, j):
        return replace(label, markup=shown, colour="worked", answer=False)
    return replace(label, markup=shown, colour="ink", face="digits", answer=False)
