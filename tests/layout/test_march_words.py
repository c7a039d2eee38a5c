"""Words at rows and columns on a page of the march, and what is written where it is used."""

from __future__ import annotations

from sheetgen.api import make
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Block, Label


def _texts(topic: str, **options: str) -> list[tuple[str, float, float]]:
    page = lay_out(make(topic, 3, **options)).pages[0]
    return [(i.markup, i.x, i.y) for i in page.items if isinstance(i, Label)]


def _block(topic: str, name: str, **options: str) -> Block:
    page = lay_out(make(topic, 3, **options)).pages[0]
    return next(i for i in page.items if isinstance(i, Block) and any(
        c.source and c.source[0] == name for row in i.cells for c in row))  # fmt: skip


def test_words_stand_at_their_rows_and_columns() -> None:
    hot, table, texts = _block("embedding", "O"), _block("embedding", "E"), _texts("embedding")
    for k, word in enumerate(("1 a", "2 cat", "3 dog", "4 ran", "5 sat", "6 the")):
        places = [(x, y) for said, x, y in texts if said == word]
        assert any(abs(y - hot.y - (k + 0.5) * hot.cell) < 0.1 and x < hot.x for x, y in places)
        below = table.y + table.rows * table.cell
        number, _, alone = word.partition(" ")  # long ones stand under their numbers
        under = [[y for said, x, y in texts if said == part and y > below
                  and abs(x - table.x - (k + 0.5) * table.cell) < 0.1]
                 for part in (number, alone)]  # fmt: skip
        assert under[0]
        assert under[1]
        assert under[0][0] < under[1][0]


def test_a_mask_is_written_once_where_it_is_used_beside_what_it_is_made_of() -> None:
    page = lay_out(make("dropout", 3)).pages[0]
    masks = [i for i in page.items if isinstance(i, Block)
             if any(c.source and c.source[0] == "M1" for row in i.cells for c in row)]  # fmt: skip
    numbers, dropped = _block("dropout", "r1"), _block("dropout", "D1")
    assert len(masks) == 1
    assert numbers.x + numbers.cell < masks[0].x < dropped.x
    assert masks[0].y == numbers.y == dropped.y
