"""Work begins on the first page, and what is made of matrices side by side keeps their seam."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.layout.drawn import numbers_in
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Block, Line


@pytest.mark.parametrize("topic", ["batch-norm", "clip", "graph-convolution", "vae"])
def test_work_begins_on_the_first_of_two_pages(topic: str) -> None:
    pages = lay_out(make(topic, 7, backward="yes"), "a4").pages
    assert len(pages) == 2
    assert all(numbers_in(page.items) for page in pages)


def test_the_way_back_of_a_batch_norm_is_two_pages_on_letter_too() -> None:
    assert len(lay_out(make("batch-norm", 7, backward="yes"), "letter").pages) == 2


def test_fakes_are_parted_from_what_is_real_down_to_the_last_row() -> None:
    [page] = lay_out(make("gan", 7), "a4").pages
    blocks = {i.name: i for i in page.items if isinstance(i, Block)}
    lines = [i.bounds for i in page.items if isinstance(i, Line) and i.within]
    for name in ("Z3", "A3", "z4", "y"):
        block = blocks[name]
        seam = block.x + 2 * block.cell
        assert any(b is not None and abs(b[0] - seam) < 0.01 and abs(b[2] - seam) < 0.01
                   and abs(b[1] - block.y) < 0.01 for b in lines), name  # fmt: skip


def test_the_number_that_is_nudged_has_a_fill_of_its_own() -> None:
    [page] = lay_out(make("gradient-by-nudge", 7), "a4").pages
    found = [cell for i in page.items if isinstance(i, Block) for row in i.cells for cell in row
             if cell.kind == "nudged" and cell.source]  # fmt: skip
    assert len(found) == 3
    assert not any(cell.blank for cell in found)
