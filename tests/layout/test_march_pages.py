"""What the march makes of topics with a way back: few pages, each result beside what it is made of,
the sums of a page's boxes on that page, and words that say what the picture shows."""

from __future__ import annotations

import re

import pytest

from sheetgen.api import make
from sheetgen.graph.nodes import Given, Step
from sheetgen.layout.large_print import LargePrint
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.page.figure import box_of
from sheetgen.page.items import Block, Circle, Item, Label, Line, Page

BACK = [
    ("vae", {}), ("gan", {}), ("clip", {}), ("graph-convolution", {}), ("dropout", {}),
    ("lora", {}), ("vae", {"batch": "2"}),
]  # fmt: skip


def laid(name: str, **options: str) -> Sheet:
    return lay_out(make(name, 7, **options))


def blocks(page: Page) -> dict[str, Block]:
    return {i.name: i for i in page.items if isinstance(i, Block) and i.cells[0][0].source}


def said(items: tuple[Item, ...]) -> list[str]:
    return [i.markup for i in items if isinstance(i, Label)]


def numbers(page: Page) -> set[int]:
    """Those in the circles of a page."""
    return {int(i.text) for i in page.items if isinstance(i, Circle) and not i.node and i.text}


@pytest.mark.parametrize(("name", "options"), BACK)
def test_sums_of_boxes_stand_on_their_page(name: str, options: dict[str, str]) -> None:
    pages = laid(name, backward="yes", **options).pages
    heads = [{int(head[1]) for i in page.items if isinstance(i, Label) and i.answer
              and i.colour == "gradient" and (head := re.match(r"\[(\d+)\] ", i.markup))}
             for page in pages]  # fmt: skip
    own = [found <= numbers(page) for found, page in zip(heads, pages, strict=True)]
    assert all(own) or sum(map(bool, heads)) == 1  # those that find no room there stand together


@pytest.mark.parametrize(("name", "options"), BACK)
def test_the_gradient_of_a_bias_is_a_column_of_that_of_its_weights(
    name: str, options: dict[str, str]
) -> None:
    exercise = make(name, 7, backward="yes", **options)
    pages = [blocks(page) for page in lay_out(exercise).pages]
    found = {n.of.name: n for n in exercise.graph.steps
             if n.role == "gradient" and isinstance(n, Step) and isinstance(n.of, Given)
             and not n.hidden}  # fmt: skip
    for bias, step in found.items():
        if not bias.startswith("b"):
            continue
        weights = found[f"W{bias[1:]}"]
        [at] = [page for page in pages if step.name in page]
        b, w = at[step.name], at[weights.name]
        assert b.x == pytest.approx(w.x + w.cols * w.cell, abs=0.02)
        assert b.y == pytest.approx(w.y, abs=0.02)


def test_what_is_bent_hangs_under_it_where_the_right_is_full() -> None:
    [page] = laid("gan").pages
    at = blocks(page)
    assert at["y"].x == at["z4"].x
    assert at["z4"].y < at["y"].y < at["z4"].y + 3.5 * at["y"].cell


def test_the_way_back_of_a_vae_copies_nothing_and_stands_on_few_pages() -> None:
    exercise = make("vae", 7, backward="yes")
    pages = lay_out(exercise).pages
    open_ = [c.source for page in pages for i in page.items if isinstance(i, Block)
             for row in i.cells for c in row if c.blank]  # fmt: skip
    assert len(open_) == len(set(open_))
    assert len(pages) <= 3


def test_a_spread_row_is_made_of_a_row() -> None:
    [page] = laid("dpo").pages
    at = blocks(page)
    assert (at["dS"].rows, at["dS"].cols) == (1, 2)
    assert at["D"].x == at["S"].x == at["dS"].x == at["dD"].x
    assert "{made}" not in " ".join(said(page.items))
    assert "[5] p = σ of h, rounded." in said(page.items)


@pytest.mark.parametrize("name", ["lora", "dpo", "rlhf-reward"])
def test_a_single_box_has_no_side_to_lie_on(name: str) -> None:
    exercise = make(name, 7, **({"backward": "yes"} if name == "lora" else {}))
    texts = " ".join(t for page in lay_out(exercise).pages for t in said(page.items))
    for step in exercise.graph.steps:
        if step.shape == (1, 1) and step.role == "gradient" and not step.hidden:
            assert f"/∂{step.name[1:]}^T" not in texts


@pytest.mark.parametrize(("name", "step", "signs"), [
    ("batch-norm", "Y", ["⊙", "+", "="]),
    ("vae", "KL", [".5 × (", "^2 +", "^2 − 1 ) − .7 ×", "="]),
])  # fmt: skip
def test_three_operands_in_a_line_say_what_the_step_does(
    name: str, step: str, signs: list[str]
) -> None:
    page = lay_out(make(name, 7, after=step)).pages[0]
    first = next(i for i in page.items if isinstance(i, Block) and any(
        c.blank for row in i.cells for c in row))  # fmt: skip
    middle = first.y + first.rows * first.cell / 2
    line = sorted((i.x, i.markup) for i in page.items if isinstance(i, Label)
                  and abs(i.y - middle) < 0.5 and i.x < first.x and i.face == "label")  # fmt: skip
    assert [markup for _, markup in line] == signs


def test_a_gradient_from_another_page_lies_as_it_does_there() -> None:
    first, second = laid("autoencoder", backward="yes").pages
    assert "∂L/∂A_2^T from page 1" in said(second.items)
    assert 6 in numbers(first)
    assert 6 not in numbers(second)
    step = "[7] ∂L/∂Z_2^T = ∂L/∂A_2^T where Z_2 > 0, else 0 (∂L/∂A_2^T: page 1)."
    assert step in said(second.items)


def test_a_picture_of_the_net_has_its_words() -> None:
    sheet = laid("autoencoder")
    assert any(isinstance(i, Circle) and i.node for i in sheet.pages[0].items)
    assert any("Draw the missing links" in t for t in said(sheet.pages[0].items))
    back = laid("autoencoder", backward="yes")
    assert not any("links" in t for page in back.pages for t in said(page.items))


def test_an_update_stands_below_its_gradients_where_there_is_room() -> None:
    [page] = laid("rlhf-reward", update="yes").pages
    texts = said(page.items)
    assert "Gradient descent: new = old − gradient" in texts
    assert any(t.startswith("[7] new = old − gradient for each weight.") for t in texts)


def test_a_guide_works_a_first_box_that_is_no_product() -> None:
    sheet = laid("dpo", guide="yes")
    assert "First box of D, worked:" in said(sheet.pages[0].items)


def test_wires_from_one_block_share_their_way() -> None:
    [page] = laid("quantisation").pages
    wires = [i for i in page.items if isinstance(i, Line) and i.arrow]
    assert len(wires) == 2
    assert wires[0].path[0] == wires[1].path[0]


@pytest.mark.parametrize("name", ["vae", "gan", "rlhf-reward"])
def test_lowered_letters_of_large_print_keep_off_blocks(name: str) -> None:
    for page in LargePrint().sheet(make(name, 7)).pages:
        solid = [box_of(i) for i in page.items if isinstance(i, Block)]
        for item in page.items:
            if not isinstance(item, Label) or "_" not in item.markup or item.answer:
                continue
            x0, _, x1, y1 = box_of(item)
            y1 += 0.1 * item.size
            assert not any(b[0] < x1 - 0.3 and x0 + 0.3 < b[2] and b[1] < y1 < b[3] for b in solid)


def test_what_is_added_box_by_box_lies_alike() -> None:
    first, *_ = laid("lora", backward="yes", batch="3").pages
    at = blocks(first)
    assert (at["D"].rows, at["D"].cols) == (at["F"].rows, at["F"].cols)
    assert "[4] Y = F + D." in said(first.items)


@pytest.mark.parametrize(("name", "options"), [
    ("vae", {"features": "6", "latent": "4"}), ("clip", {"pairs": "4", "dimension": "4"}),
])  # fmt: skip
def test_a_last_page_is_worth_its_paper(name: str, options: dict[str, str]) -> None:
    last = laid(name, **options).pages[-1]
    solid = [box_of(i) for i in last.items if isinstance(i, Block)]
    assert max(b[3] for b in solid) - min(b[1] for b in solid) > 70


@pytest.mark.parametrize("step", ["M"])
def test_practice_lies_alike_each_time(step: str) -> None:
    sheet = lay_out(make("graph-convolution", 7, after=step))
    asked = [i for page in sheet.pages for i in page.items if isinstance(i, Block)
             and any(c.blank for row in i.cells for c in row)]  # fmt: skip
    assert len({(i.rows, i.cols) for i in asked}) == 1


def test_names_beside_one_another_do_not_touch() -> None:
    sheet = laid("network", layers="RNN(2,2),Linear(2,1)", backward="yes")
    for page in sheet.pages:
        names = [i for i in page.items if isinstance(i, Label) and i.markup.startswith("∂L/∂")
                 and i.face == "label" and not i.answer]  # fmt: skip
        for k, a in enumerate(names):
            for b in names[k + 1 :]:
                (ax, ay, ax1, ay1), (bx, by, bx1, by1) = box_of(a), box_of(b)
                assert ax1 <= bx or bx1 <= ax or ay1 <= by or by1 <= ay


@pytest.mark.parametrize("layers", ["BatchNorm1d(3)", "Linear(3,3), BatchNorm1d(3)",
                                    "LayerNorm(5), Linear(5,2)"])  # fmt: skip
def test_a_net_with_a_normalisation_is_trained_on_its_pages(layers: str) -> None:
    sheet = laid("network", layers=layers, backward="yes", update="yes")
    assert any("Gradient descent" in t for page in sheet.pages for t in said(page.items))


@pytest.mark.parametrize("name", ["batch-norm", "layer-norm", "rms-norm"])
def test_the_way_back_of_a_normalisation_takes_two_pages_and_copies_nothing(name: str) -> None:
    pages = laid(name, backward="yes").pages
    open_ = [c.source for page in pages for i in page.items if isinstance(i, Block)
             for row in i.cells for c in row if c.blank]  # fmt: skip
    assert len(open_) == len(set(open_))
    assert len(pages) == 2
    assert {"sigma", "r"} & set(blocks(pages[1]))  # what divides stands beside what is left
