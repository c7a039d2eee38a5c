"""Where things stand on a printed page, as data: what is needed to find the boxes in a scan of it,
whatever a later version lays out."""

from __future__ import annotations

import json
from typing import Any

from sheetgen.page.items import Block, Cell, Item, Page, Stencil

_KEPT = "places"
"""Where a plate has what was made of it, for each place of the code on its pages."""


def printed_places(page: Page) -> bytes:
    """The page as JSON, in mm from its top left corner: ``size``; ``code`` with left, top and side
    of its QR code, null if there is none; and ``blocks`` with left, top, side of a box, rows,
    columns and of each box, row by row, the number that is worked out in it: matrix, row, column
    (from 0) and the matrix of what it becomes there, empty but where two share the box; null for
    none. Pages of one plate have the same bytes."""
    stencil = next((item for item in page.own if isinstance(item, Stencil)), None)
    code = None if stencil is None else (
        stencil.x, stencil.y, round(stencil.module * len(stencil.rows), 3))  # fmt: skip
    if page.plate is None:
        return _written(page, code, page.items)
    found = page.plate.kept.get((_KEPT, code))
    if found is None:
        found = _written(page, code, (*page.plate.items, *page.own))
        page.plate.kept[_KEPT, code] = found
    return bytes(found)


def _written(page: Page, code: object, items: tuple[Item, ...]) -> bytes:
    data = {
        "size": (page.width, page.height), "code": code,
        "blocks": [_block(item) for item in items if isinstance(item, Block)],
    }  # fmt: skip
    return json.dumps(data, separators=(",", ":")).encode()


def _block(block: Block) -> list[Any]:
    numbers = [_number(cell) for row in block.cells for cell in row]
    x, y, side = (round(v, 3) for v in (block.x, block.y, block.cell))
    return [x, y, side, block.rows, block.cols, numbers]


def _number(cell: Cell) -> list[Any] | None:
    """What is worked out in a box; one that is copied from elsewhere is worked out there."""
    if cell.source is None or cell.copied:
        return None
    return [*cell.source, cell.compact[1] if cell.compact else ""]
