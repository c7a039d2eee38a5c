"""What is done with the room of a page: fewer pages, ruled lines, larger boxes."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import box_of
from sheetgen.page.items import Block, Label, Rule


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(("name", "pages"), [
    ("layer-norm", 2), ("rms-norm", 2), ("multi-head-attention", 5),
])  # fmt: skip
def test_the_way_back_begins_below_what_it_is_of(name: str, pages: int, paper: str) -> None:
    assert len(lay_out(make(name, 3, backward="yes"), paper).pages) == pages


@pytest.mark.parametrize(("name", "options"), [
    ("sgd-momentum", {}), ("adam", {}), ("batch-norm", {}), ("layer-norm", {"level": "hard"}),
    ("batch-of-three", {"activation": "none"}), ("quantisation", {"rows": "1"}),
])  # fmt: skip
def test_a_page_with_room_has_ruled_lines_and_its_key_writes_on_them(
    name: str, options: dict[str, str]
) -> None:
    [page] = lay_out(make(name, 3, **options)).key().pages
    names = {i.of for i in page.items if isinstance(i, Label) and i.of and not i.answer}
    written = {i.of for i in page.items if isinstance(i, Label) and i.of and i.answer}
    assert len(names) >= 3
    assert names <= written


def test_a_page_with_few_blocks_has_larger_boxes_than_others() -> None:
    pages = lay_out(make("transformer-block", 3, backward="yes")).pages
    sides = [{i.cell for i in page.items if isinstance(i, Block) and i.cells[0][0].source}
             for page in pages]  # fmt: skip
    first, last = (min(found) for found in (sides[0], sides[-1]))
    assert first > max(last, 9.0)  # mm; 8 where the first page was half empty
    assert all(box_of(i)[2] <= page.width - 13 for page in pages for i in page.items
               if isinstance(i, Block))  # fmt: skip


@pytest.mark.parametrize(("name", "options"), [
    ("vae", {}), ("batch-norm", {"backward": "yes"}), ("linear-regression", {}), ("conv2d", {}),
])  # fmt: skip
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_no_line_for_sums_and_no_frame_for_them_lies_over_a_box(
    name: str, options: dict[str, str], paper: str
) -> None:
    for page in lay_out(make(name, 11, **options), paper).pages:
        blocks = [box_of(i) for i in page.items if isinstance(i, Block)]
        rooms = [i for i in page.items if isinstance(i, Label) and i.markup == "Room to work"]
        for rule in (i for i in page.items if isinstance(i, Rule) and i.width > 20):
            x0, y0, x1, y1 = box_of(rule)
            if rule.height and not any(x0 < r.x < x0 + 5 and y0 < r.y < y0 + 5 for r in rooms):
                continue  # it frames boxes that belong together
            over = [b for b in blocks if b[0] < x1 and b[2] > x0 and b[1] < y1 and b[3] > y0]
            assert not over
