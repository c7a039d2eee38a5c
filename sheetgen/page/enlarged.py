"""A page made larger, with all that stands on it: large print is laid out on small paper."""

from __future__ import annotations

from dataclasses import replace

from sheetgen.page.figure import placed
from sheetgen.page.items import Item, Label, Line, Page, Plate

_KEPT = "enlarged"
"""Where a plate has the larger one, so that the pages of a class share that too."""


def enlarged(page: Page, by: float) -> Page:
    """The page ``by`` times as wide and as high, and so are its items."""
    if by == 1.0:
        return page
    width, height = round(page.width * by, 3), round(page.height * by, 3)
    plate = None if page.plate is None else _plate(page.plate, by)
    labels = tuple(label for label in _items(page.labels, by) if isinstance(label, Label))
    fill = page.fill
    return Page(width, height, _items(page.own, by), plate, page.faces, labels,
                None if fill is None else lambda: _items(fill(), by))  # fmt: skip


def _plate(plate: Plate, by: float) -> Plate:
    found = plate.kept.get((_KEPT, by))
    if found is None:
        width, height = round(plate.width * by, 3), round(plate.height * by, 3)
        found = Plate(width, height, _items(plate.items, by), plate.varying)
        plate.kept[_KEPT, by] = found
    return found


def _items(items: tuple[Item, ...], by: float) -> tuple[Item, ...]:
    """The items larger, and the strokes of lines heavier."""
    larger = (placed(item, by, 0.0, 0.0) for item in items)
    return tuple(replace(i, weight=i.weight * by**0.5) if isinstance(i, Line) else i
                 for i in larger)  # fmt: skip
