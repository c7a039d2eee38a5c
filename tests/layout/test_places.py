"""Everything on a page has its place: nothing overlaps, boxes are as large as they should be."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.layout.legends import LEGEND
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import box_of, overlaps
from sheetgen.page.items import PAPERS, Block
from tests.layout.cases import every_case


def _name(item: object) -> str:
    return str(getattr(item, "markup", getattr(item, "name", item)))


@pytest.mark.parametrize("paper", ["a4", "letter"])
@every_case
def test_nothing_overlaps_and_nothing_leaves_the_paper(
    case: tuple[str, dict[str, str]], paper: str
) -> None:
    name, options = case
    sheet = lay_out(make(name, 3, **options), paper)
    for page in (*sheet.pages, *sheet.key_pages):
        assert [(_name(a), _name(b)) for a, b in overlaps(page.items)] == []
        for item in page.items:
            x0, y0, x1, y1 = box_of(item)
            assert x0 >= 5, _name(item)
            assert y0 >= 5, _name(item)
            assert x1 <= page.width - 5, _name(item)
            assert y1 <= page.height - 5, _name(item)


@every_case
def test_boxes_are_between_8_and_16_mm(case: tuple[str, dict[str, str]]) -> None:
    name, options = case
    sheet = lay_out(make(name, 3, **options))
    sides = {b.cell for p in sheet.pages for b in p.items
             if isinstance(b, Block) and b.name != LEGEND}  # fmt: skip
    assert min(sides) >= 7.99
    assert max(sides) <= (16.51 if len(sheet.pages) == 1 else 14.01)


@pytest.mark.parametrize(("options", "paper"), [
    *((options, paper) for options in ({}, {"level": "easy"}, {"level": "hard"}, {"tokens": "4"})
      for paper in PAPERS), ({"output": "yes"}, "a4"),
])  # fmt: skip
def test_attention_is_seen_as_a_whole_on_one_page(options: dict[str, str], paper: str) -> None:
    assert len(lay_out(make("self-attention", 3, **options), paper).pages) == 1


@pytest.mark.parametrize(("name", "options", "pages"), [
    ("softmax", {"backward": "yes"}, 1), ("backpropagation", {"update": "yes", "level": "easy"}, 2),
    ("backpropagation", {"update": "yes"}, 2), ("softmax", {"backward": "yes", "level": "hard"}, 1),
])  # fmt: skip
def test_what_follows_the_figure_stands_below_it_where_it_can(
    name: str, options: dict[str, str], pages: int
) -> None:
    assert len(lay_out(make(name, 3, **options)).pages) == pages


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("name", "options"), [
    ("backpropagation", {"level": "hard", "update": "yes", "learning_rate": ".25"}),
    ("backpropagation", {"widths": "3-6-3-3", "update": "yes"}),
    ("rnn", {"hidden": "3", "steps": "5", "backward": "yes", "max": "60"}),
])  # fmt: skip
def test_a_line_too_wide_for_the_paper_is_broken_at_a_sign(
    name: str, options: dict[str, str], paper: str
) -> None:
    sheet = lay_out(make(name, 5, **options), paper)
    for page in sheet.pages:
        assert overlaps(page.items) == []
        assert all(box_of(i)[2] <= page.width - 5 for i in page.items)
