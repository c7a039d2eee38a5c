"""An item that is moved or scaled stays what it is."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import get_args

import pytest

from sheetgen.page.figure import placed
from sheetgen.page.items import (
    Block,
    Cell,
    Circle,
    Item,
    Label,
    Line,
    Picture,
    Rule,
    Stencil,
)
from sheetgen.page.paths import straight

EVERY: list[Item] = [
    Block(1.0, 2.0, 8.0, ((Cell("3"), Cell("4")),), True, "W", 2.5),
    Label(1.0, 2.0, "z_1", 4.0, "end", "soft", "digits", True, 9.0, ("z", 0, 1), ("a", 1, 0),
          True),
    Line(straight([(1, 2), (3, 5)]), "soft", 0.4, True, True, True, (1.0, 2.0, 3.0, 5.0),
         (3.0, 5.0, 45.0), ("W", 0, 1), True, ("z", 1, 0), ("p", 2)),
    Circle(1.0, 2.0, 2.5, "7", True, True, 2.5),
    Rule(1.0, 2.0, 30.0, 6.0),
    Stencil(1.0, 2.0, 0.5, ("101", "010")),
    Picture(1.0, 2.0, 30.0, 20.0, "data:image/png;base64,"),
]  # fmt: skip


@pytest.mark.parametrize("item", EVERY, ids=lambda item: type(item).__name__)
def test_nothing_of_an_item_is_lost_where_it_is_placed(item: Item) -> None:
    for field in fields(item):
        assert field.default is MISSING or getattr(item, field.name) != field.default
    assert placed(item, 1.0, 0.0, 0.0) == item
    assert placed(placed(item, 2.0, 10.0, 20.0), 0.5, -5.0, -10.0) == item


def test_every_kind_of_item_is_tried() -> None:
    assert {type(item) for item in EVERY} == set(get_args(Item))
