"""What is done with the room of a page: fewer pages, ruled lines, larger boxes."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import box_of
from sheetgen.page.items import Block, Label, Page, Rule


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
    page, *_ = lay_out(make(name, 3, **options)).key().pages
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


@pytest.mark.parametrize(("name", "options", "pages", "paper"), [
    ("vector-search", {"dimensions": "5"}, 2, "letter"),
    ("multi-head-attention", {"features": "6", "backward": "yes"}, 7, "a4"),
    ("multi-head-attention", {"heads": "3", "backward": "yes"}, 7, "letter"),
    ("vae", {"level": "hard", "backward": "yes"}, 2, "letter"),
])  # fmt: skip
def test_no_page_is_taken_for_a_few_blocks(
    name: str, options: dict[str, str], pages: int, paper: str
) -> None:
    found = lay_out(make(name, 3, **options), paper).pages
    assert len(found) == pages
    assert min(b.cell for page in found for b in blocks_of(page)) >= 8.0  # mm


def test_a_page_of_large_boxes_has_rather_lines_for_its_first_sums() -> None:
    [page] = lay_out(make("batch-of-three", 3, level="hard"), "letter").pages
    assert min(b.cell for b in blocks_of(page)) >= 9.0  # mm; 14 with no line
    assert len([i for i in page.items if isinstance(i, Rule) and i.width > 50]) >= 6


def test_boxes_that_may_be_crossed_out_have_no_lines() -> None:
    sheet = lay_out(make("mixture-of-experts", 3, experts="4"), "letter")
    crossed = {s.name for s in sheet.exercise.graph.steps if s.op.crossed is not None}
    lined = {i.of[0] for page in sheet.pages for i in page.items
             if isinstance(i, Label) and i.of and not i.answer}  # fmt: skip
    assert lined
    assert crossed
    assert not lined & crossed


def test_frames_of_what_belongs_together_are_even_and_stand_apart() -> None:
    [page] = lay_out(make("mixture-of-experts", 3)).pages
    first, second = sorted((i for i in page.items if isinstance(i, Rule) and i.height > 40),
                           key=lambda frame: frame.y)  # fmt: skip
    assert (first.x, first.width) == pytest.approx((second.x, second.width))
    assert second.y - (first.y + first.height) > 1.0  # mm


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_loss_is_named_where_its_gradients_begin(paper: str) -> None:
    sheet = lay_out(make("gan", 3, backward="yes"), paper)
    for loss in ("L_D", "L_G"):
        named = [k for k, page in enumerate(sheet.pages)
                 for i in page.items if isinstance(i, Label) and i.markup.startswith(f"{loss} = ")]
        worked = [k for k, page in enumerate(sheet.pages)
                  for i in page.items if isinstance(i, Label) and f"∂{loss}/" in i.markup]
        assert named == [min(worked)]


def blocks_of(page: Page) -> list[Block]:
    """The blocks of a page in which a student writes."""
    return [i for i in page.items if isinstance(i, Block)
            and any(cell.blank for row in i.cells for cell in row)]  # fmt: skip
