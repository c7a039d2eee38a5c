"""Tokens that a page tells apart: each column has its fill wherever it goes."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import Layout
from sheetgen.page.items import Block, Label
from sheetgen.page.theme import ROLES, TOKENS


@pytest.mark.parametrize("options", [{}, {"tokens": "4"}, {"tokens": "1"}, {"backward": "yes"}])
def test_a_token_has_its_fill_from_the_input_to_the_output(options: dict[str, str]) -> None:
    sheet = Layout().sheet(make("mixture-of-experts", 5, **options))
    seen: set[str] = set()
    for page in sheet.pages:
        for block in (i for i in page.items if isinstance(i, Block)):
            for cell in (cell for row in block.cells for cell in row):
                name, _, column = cell.source or ("", 0, 0)
                if name in ("X", "S", "G", "Z1", "Z2", "Z", "Y"):
                    assert cell.kind == f"token-{column + 1}"
                    seen.add(name)
                elif cell.source:
                    assert cell.kind not in TOKENS
    assert seen == {"X", "S", "G", "Z1", "Z2", "Z", "Y"}


def test_grey_print_tells_them_apart() -> None:
    assert len({ROLES[kind].pattern for kind in TOKENS}) == len(TOKENS)
    sheet = Layout().sheet(make("mixture-of-experts", 5))
    said = [i.markup for i in sheet.pages[0].items if isinstance(i, Label)]
    assert {"t_1", "t_2", "token t_1", "token t_2"} <= set(said)
