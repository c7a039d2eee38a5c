"""Dot products side by side: alike, in columns and rows, with room for their sums."""

from __future__ import annotations

from collections import Counter

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Block, Label


@pytest.mark.parametrize("products", ["1", "3", "4", "5", "6"])
@pytest.mark.parametrize("length", ["1", "3"])
def test_dot_products_stand_in_columns_and_rows(products: str, length: str) -> None:
    sheet = lay_out(make("dot-product", 3, products=products, length=length))
    assert len(sheet.pages) == 1
    items = sheet.pages[0].items
    made = [i for i in items if isinstance(i, Block) and i.name.startswith("c")]
    assert len(made) == int(products)
    across = 2 if products == "4" else min(int(products), 3)
    assert len({round(b.x, 2) for b in made}) == across
    rows = Counter(round(b.y, 2) for b in made)
    assert max(rows.values()) == across
    assert len(rows) == -(-int(products) // across)
    order = sorted(made, key=lambda b: (round(b.y, 2), b.x))
    assert [b.name for b in order] == sorted(b.name for b in made)
    assert min(b.cell for b in made) >= 9.4
    said = [i.markup for i in items if isinstance(i, Label)]
    assert any(text.startswith("Room to work") for text in said)
