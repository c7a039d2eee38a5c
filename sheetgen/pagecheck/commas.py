"""Pages whose decimals have a comma, as the same pages with points: all reading is of those."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from sheetgen.page.items import Block, Cell, Face, Item, Label, Page, Plate
from sheetgen.type.markup import with_point

Some = TypeVar("Some", bound=Item)


class Pointed:
    """The plates of a sheet with points, each made once, and its pages upon them."""

    def __init__(self) -> None:
        self._plates: dict[Plate, Plate] = {}

    def plate(self, plate: Plate) -> Plate:
        """The plate with points."""
        found = self._plates.get(plate)
        if found is None:
            items = tuple(_item(item) for item in plate.items)
            found = self._plates[plate] = Plate(plate.width, plate.height, items, plate.varying)
        return found

    def page(self, page: Page) -> Page:
        """The page with points."""
        return replace(
            page, plate=page.plate and self.plate(page.plate), faces=tuple(map(_face, page.faces)),
            own=tuple(map(_item, page.own)), labels=tuple(map(_item, page.labels)),
        )  # fmt: skip


def _face(face: Face) -> Face:
    text, blank, struck, struck_blank, worked = face
    return with_point(text), blank, with_point(struck), struck_blank, worked


def _item(item: Some) -> Some:
    if isinstance(item, Label):
        return replace(item, markup=with_point(item.markup))
    if isinstance(item, Block):
        return replace(item, cells=tuple(tuple(map(_cell, row)) for row in item.cells))
    return item


def _cell(cell: Cell) -> Cell:
    return replace(cell, text=with_point(cell.text), struck=with_point(cell.struck))
