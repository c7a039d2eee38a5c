"""Pages are laid out by the sizes that are handed in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.layout.sheet import Layout, lay_out
from sheetgen.layout.sizes import SIZES, Sizes
from sheetgen.page.figure import box_of
from sheetgen.page.items import Block, Label
from sheetgen.page.theme import BY_HAND


def test_a_sheet_too_large_for_the_paper_names_the_option_to_lower() -> None:
    exercise = make("seven-layer-mlp", 1)
    with pytest.raises(
        SheetgenError, match=r"too large for the paper with these options; lower --widths"
    ):
        Layout(replace(SIZES, smallest_cell=25.0)).sheet(exercise)


def test_margins_boxes_and_texts_are_those_of_the_sizes() -> None:
    sizes = replace(SIZES, margin=20.0, top=45.0, largest_whole_cell=10.0, title=8.0,
                    step=3.3, larger_lists=())  # fmt: skip
    page = Layout(sizes).sheet(make("single-neuron", 3)).pages[0]
    labels = [i for i in page.items if isinstance(i, Label) and not i.answer]
    [title] = [i for i in labels if i.face == "title"]
    [step] = [i for i in labels if i.markup.startswith("[1]")]
    blocks = [i for i in page.items if isinstance(i, Block)]
    assert (title.size, step.size, step.x) == (8.0, 3.3, 20.0)
    assert max(b.cell for b in blocks) == 10.0
    assert min(b.y for b in blocks) >= 45.0
    assert min(box_of(i)[0] for i in page.items) >= 20.0


def test_the_usual_sizes_are_the_ones_that_are_not_handed_in() -> None:
    exercise = make("hidden-layer", 3)
    assert Layout().sheet(exercise).pages == Layout(SIZES).sheet(exercise).pages


def test_all_is_larger_on_a3() -> None:
    def looks(paper: str) -> tuple[float, float]:
        items = lay_out(make("hidden-layer", 3), paper).pages[0].items
        [step] = [i for i in items if isinstance(i, Label) and i.markup.startswith("[1]")
                  and not i.answer]  # fmt: skip
        return max(i.cell for i in items if isinstance(i, Block)), step.size

    (cell, step), (wide, large) = looks("a4"), looks("a3")
    assert wide > 1.3 * cell
    assert large > 1.3 * step


def test_head_and_foot_are_larger_on_a3() -> None:
    def labels(paper: str) -> dict[str, Label]:
        page = lay_out(make("hidden-layer", 3), paper, "Ada Lovelace").pages[0]
        return {i.markup: i for i in page.items if isinstance(i, Label)}

    usual, large = labels("a4"), labels("a3")
    recipe = next(said for said in usual if said.startswith("by hand"))
    for said in ("Hidden Layer", "Name", "Ada Lovelace", "Date", "ANSWER KEY", recipe):
        assert large[said].size == pytest.approx(usual[said].size * 297 / 210)
        assert large[said].x == pytest.approx(usual[said].x * 297 / 210, abs=0.01)
    assert 420 - large[recipe].y == pytest.approx((297 - usual[recipe].y) * 297 / 210, abs=0.1)


def test_a_theme_tells_the_sizes_of_a_page() -> None:
    theme = replace(BY_HAND, margin=20.0, list_size=3.0, smallest_cell=7.0)
    sizes = Sizes.of(theme)
    assert (sizes.margin, sizes.step, sizes.smallest_cell) == (20.0, 3.0, 7.0)
    assert Sizes.of(BY_HAND) == SIZES


@pytest.mark.parametrize("topic", ["linear-regression", "logistic-regression"])
def test_the_boxes_of_an_update_are_as_large_as_those_above_it(topic: str) -> None:
    page = lay_out(make(topic, 1)).pages[0]
    cells = {i.cell for i in page.items if isinstance(i, Block) and i.name != "legend"}
    assert min(cells) >= 10.0
    assert max(cells) <= 1.1 * min(cells)
