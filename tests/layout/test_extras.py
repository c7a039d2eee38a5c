"""The first box worked, check sums at their blocks, the legend, code lines, answers at the foot."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError, UsageError
from sheetgen.layout.sheet import Layout, lay_out
from sheetgen.page.figure import box_of, overlaps
from sheetgen.page.items import PAPERS, Block, Cell, Item, Label, Page, Rule
from sheetgen.topics.catalogue import TOPICS


def labels(page: Page) -> list[Label]:
    return [i for i in page.items if isinstance(i, Label)]


def said(page: Page) -> str:
    return " ".join(i.markup for i in labels(page) if not i.answer)


def cells(page: Page) -> list[Cell]:
    return [c for i in page.items if isinstance(i, Block) for row in i.cells for c in row]


GUIDED = ["matrix-multiplication", "four-neurons", "hidden-layer", "batch-of-three",
          "self-attention"]  # fmt: skip


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("topic", GUIDED)
def test_a_guide_works_the_first_box_and_no_other(topic: str, paper: str) -> None:
    plain, guided = make(topic, 5), make(topic, 5, guide="yes")
    assert plain.values.keys() == guided.values.keys()
    assert all((plain.values[n].digits == guided.values[n].digits).all() for n in plain.values)
    opened = {n: plain.blanks[n] & ~guided.blanks[n] for n in plain.blanks}
    for name, cells_ in opened.items():
        assert cells_.sum() <= 1
        assert not cells_.any() or cells_[0, 0], name
    first = next(s for s in guided.graph.worked if s.op.products)
    assert opened[first.name][0, 0]
    page = lay_out(guided, paper).pages[0]
    assert f"First box of {first.label or ''}"[:13] in said(page)
    assert f"= {guided.shown(first.name)[0][0]}" in said(page)
    assert overlaps(page.items) == []


REFUSED = {"single-neuron", "embedding", "positional-encoding", "quantisation", "vector-search"}
"""Topics without a block whose first box can be worked from what is given, and others left."""


WITHOUT_SUM = {"llm-sampling"}
"""Topics whose worked boxes are read off a bar, which is worked too."""


@pytest.mark.parametrize(("topic", "options"), [
    *((name, {}) for name in sorted(TOPICS)),
    *(pytest.param(name, {"backward": "yes"}, marks=pytest.mark.field) for name in sorted(TOPICS)
      if "backward" in TOPICS[name].options and not TOPICS[name].options["backward"].default),
])  # fmt: skip
def test_a_first_box_is_worked_if_its_sum_stands_on_the_page_or_a_guide_is_refused(
    topic: str, options: dict[str, str]
) -> None:
    plain = make(topic, 5, **options)
    if topic in REFUSED:
        with pytest.raises(UsageError, match=r"^--guide: .*leave it out$"):
            make(topic, 5, guide="yes", **options)
        return
    guided = make(topic, 5, guide="yes", **options)
    worked = {n for n in plain.blanks if (plain.blanks[n] & ~guided.blanks[n]).any()}
    assert worked
    assert any(cells.any() for cells in guided.blanks.values())
    pages = lay_out(guided).pages
    by_hand = {name for page in pages for c in cells(page) if c.worked
               and not c.blank and c.source and c.source[1:] == (0, 0)
               for name in c.compact or c.source[:1]}  # fmt: skip
    assert worked <= by_hand
    told = {i.of[0] for page in pages for i in labels(page)
            if i.of is not None and i.of[1:] == (0, 0) and i.colour == "worked"}  # fmt: skip
    repeats = {s.name for s in guided.graph.steps if s.op.repeats and s.inputs[0].name in told}
    assert told | repeats >= worked or topic in WITHOUT_SUM
    assert told <= worked
    open_ = {n for n, some in plain.blanks.items() if some[0, 0]} - worked
    for step in (s for s in guided.graph.steps if s.name in told):
        assert not {n.name for n in step.inputs} & open_, "reads what is to be found"


def test_the_products_of_a_worked_dot_product_stand_in_its_small_boxes() -> None:
    sheet = lay_out(make("dot-product", 5, guide="yes"))
    shown = [i for i in labels(sheet.pages[0]) if i.face == "answer" and not i.answer]
    products = [i.markup for i in shown if i.of is None]
    assert [i.of for i in shown if i.of] == [("c1", 0, 0)]
    assert products == [
        str(a * b).replace("-", "−") for a, b in zip(
            sheet.exercise.values["a1"].digits[0].tolist(),
            sheet.exercise.values["b1"].digits[:, 0].tolist(), strict=True)]  # fmt: skip


def test_the_products_of_the_guide_stand_over_w_and_beside_x() -> None:
    exercise = make("hidden-layer", 5, guide="yes")
    page = lay_out(exercise).pages[0]
    w, x = exercise.values["W1"].digits[0], exercise.values["x"].digits[:, 0]
    at: dict[tuple[str, int, int] | None, tuple[float, float]] = {}
    side = 0.0
    for block in (i for i in page.items if isinstance(i, Block)):
        for r, row in enumerate(block.cells):
            for c, cell in enumerate(row):
                at[cell.source] = (block.x + (c + 0.5) * block.cell,
                                   block.y + (r + 0.5) * block.cell)  # fmt: skip
                side = block.cell if cell.source == ("W1", 0, 0) else side
    for k in range(3):
        place = at["W1", 0, k][0], at["x", k, 0][1]
        [found] = [i for i in labels(page) if abs(i.x - place[0]) + abs(i.y - place[1]) < 0.1]
        assert Fraction(found.markup.replace("−", "-")) == int(w[k]) * int(x[k])


def test_sheets_of_one_shape_have_their_own_first_box() -> None:
    texts = {said(lay_out(make("hidden-layer", seed, guide="yes")).pages[0]) for seed in (1, 2, 3)}
    assert len(texts) == 3


@pytest.mark.parametrize("topic", ["hidden-layer", "batch-of-three", "four-neurons", "softmax"])
def test_check_sums_stand_in_dotted_boxes_at_their_blocks(topic: str) -> None:
    exercise = make(topic, 5, check="yes")
    page = lay_out(exercise).pages[0]
    sums = [i for i in labels(page) if i.markup.startswith("Σ ") and i.face == "digits"]
    assert sums
    for found in sums:
        number = Fraction(found.markup.removeprefix("Σ ").replace("−", "-"))
        totals = {Fraction(int(v.digits.sum()), 10**v.decimals)
                  for n, v in exercise.values.items() if n in exercise.blanks}  # fmt: skip
        assert number in totals
        box = [r for r in page.items if isinstance(r, Rule) and r.height
               and r.x < found.x < r.x + r.width and r.y < found.y < r.y + r.height]  # fmt: skip
        assert len(box) == 1
    assert "Σ at a block" in said(page)
    assert "Check: the boxes of" not in said(page)
    assert overlaps(page.items) == []


def test_a_legend_names_the_fills_of_the_page() -> None:
    page = lay_out(make("hidden-layer", 5)).pages[0]
    samples = [i for i in page.items if isinstance(i, Block) and i.name == "legend"]
    kinds = {b.cells[0][0].kind for b in samples}
    assert kinds == {"input", "parameter", "bias", "activation", "output"}
    assert kinds <= {c.kind for c in cells(page) if c.source}
    assert "after ReLU" in said(page)


@pytest.mark.parametrize(("options", "code"), [
    ({}, "nn.Linear(3, 4)"), ({"bias": "no"}, "nn.Linear(3, 4, bias=False)"),
    ({"widths": "5-2-3"}, "nn.Linear(5, 2)"),
])  # fmt: skip
def test_each_layer_has_its_code_and_its_formula(options: dict[str, str], code: str) -> None:
    page = lay_out(make("hidden-layer", 5, **options)).pages[0]
    found = [i.markup for i in labels(page)]
    assert code in found
    assert any(m.startswith("z_1 = W_1 · x") for m in found)


def _foot(items: tuple[Item, ...]) -> str:
    return " ".join(i.markup for i in items if isinstance(i, Label) and i.size < 3.7)


def test_answers_stand_at_the_foot_for_who_works_alone() -> None:
    exercise = make("hidden-layer", 5, answers="foot")
    foot = _foot(lay_out(exercise).pages[0].items)
    for name in exercise.blanks:
        rows = " / ".join(" ".join(row) for row in exercise.shown(name))
        assert f": {rows}" in " ".join(foot.split())
    assert "Answers" not in _foot(lay_out(make("hidden-layer", 5)).pages[0].items)
    assert exercise.values["z1"].digits.tolist() == (
        make("hidden-layer", 5).values["z1"].digits.tolist())  # fmt: skip


@pytest.mark.parametrize(("topic", "options"), [
    ("hidden-layer", {"guide": "yes", "check": "yes"}), ("batch-of-three", {"guide": "yes"}),
    ("backpropagation", {"check": "yes"}), ("softmax", {"check": "yes", "answers": "foot"}),
    ("hidden-layer", {"blank": "backwards"}),
])  # fmt: skip
def test_a_sheet_is_the_same_whatever_sheets_were_laid_out_before(
    topic: str, options: dict[str, str]
) -> None:
    layout = Layout()
    made = [make(topic, seed, **options) for seed in range(6)]
    after = [layout.sheet(e).key() for e in made]
    assert after == [Layout().sheet(e).key() for e in made]


@pytest.mark.parametrize("pattern", ["one-per-block", "percent:40", "backwards"])
def test_a_guide_needs_blocks_that_are_open(pattern: str) -> None:
    with pytest.raises(SheetgenError, match="--guide"):
        make("hidden-layer", 3, guide="yes", blank=pattern)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_words_of_a_guide_stand_at_the_layer_that_they_work(paper: str) -> None:
    page = lay_out(make("hidden-layer", 1, guide="yes"), paper).pages[0]
    words = next(i for i in labels(page) if i.markup.startswith("First box of z_1"))
    below = next(i for i in page.items if isinstance(i, Block) and i.name == "W2")
    assert words.y < below.y


@pytest.mark.parametrize(("topic", "options"), [
    ("lstm", {}), ("lstm", {"hidden": "3"}), ("gru", {"hidden": "3"}),
])  # fmt: skip
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_long_sum_of_a_guide_stands_in_lines_at_reading_size(
    topic: str, options: dict[str, str], paper: str
) -> None:
    page = lay_out(make(topic, 5, guide="yes", **options), paper).pages[0]
    lines = [i for i in labels(page) if i.of is not None and not i.answer
             and ("×" in i.markup or i.markup.startswith("+ "))]  # fmt: skip
    assert lines
    assert all(i.size > 2.6 for i in lines), "small beside free room"
    assert [i.markup.startswith("+ ") for i in lines] == [k > 0 for k in range(len(lines))]
    assert [" = " in i.markup for i in lines] == [k + 1 == len(lines) for k in range(len(lines))]


@pytest.mark.parametrize(("topic", "options", "written"), [
    ("dot-product", {"length": "1"}, 4),
    ("matrix-multiplication", {"rows": "1", "columns": "1", "inner": "1"}, 1),
])  # fmt: skip
def test_a_few_single_products_have_a_line_each(
    topic: str, options: dict[str, str], written: int
) -> None:
    exercise = make(topic, 1, **options)
    page = lay_out(exercise).pages[0]
    found = [i for i in labels(page) if i.answer and "×" in i.markup]
    assert len(found) == written
    assert all(i.markup.endswith(f"= {exercise.shown(i.of[0])[0][0]}") for i in found if i.of)


@pytest.mark.parametrize(("topic", "options"), [
    ("dpo", {}), ("four-neurons", {"after": "z"}), ("single-neuron", {"after": "z"}),
    ("seven-layer-mlp", {}), ("lora", {"backward": "yes"}), ("self-attention", {}),
    ("rms-norm", {"backward": "yes"}),
])  # fmt: skip
def test_the_key_says_so_at_one_place_with_white_around(
    topic: str, options: dict[str, str]
) -> None:
    sheet = lay_out(make(topic, 1, **options))
    for page in (*sheet.pages, *sheet.key_pages):
        mark = next(i for i in labels(page) if i.markup == "ANSWER KEY")
        x0, y0, x1, y1 = box_of(mark)
        assert (x1, (y0 + y1) / 2) == (page.width - 14.0, 32.7)
        for item in (i for i in page.items if i is not mark):
            a0, b0, a1, b1 = box_of(item)
            assert b1 < y0 or b0 > y1 + 3.0 or a1 < x0 - 3.0 or a0 > x1
