"""Pages that say something else are refused: whatever is changed on them, whichever topic it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sheetgen.api import make
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.op import Line
from sheetgen.graph.ops.bends import softmax_gradient
from sheetgen.page.items import Block, Item, Label
from sheetgen.pagecheck.check import FalsePageError, PageCheck
from tests.pagecheck.support import (
    Change,
    blocks_of,
    laid_out,
    places_of,
    refused,
    with_labels,
    with_text,
)

TOPICS = [
    ("matrix-multiplication", {}),
    ("single-neuron", {"activation": "sigmoid"}),
    ("hidden-layer", {}),
    ("batch-of-three", {}),
    ("seven-layer-mlp", {"bias": "yes"}),
    ("backpropagation", {"update": "yes"}),
    ("softmax", {"backward": "yes"}),
    ("self-attention", {"backward": "yes"}),
    ("rnn", {"backward": "yes", "steps": "2"}),
]
every_topic = pytest.mark.parametrize(("name", "options"), TOPICS, ids=[n for n, _ in TOPICS])


def items_of(exercise: Exercise) -> list[list[Item]]:
    """The items of the pages, as the figures place them."""
    found: list[list[Item]] = []
    laid_out(exercise, lambda pages: found.extend(list(page) for page in pages))
    return found


@every_topic
def test_another_number_in_any_box_is_refused(name: str, options: dict[str, str]) -> None:
    sheet = laid_out(make(name, 5, **options))
    plates = [page.plate for page in sheet.pages]
    check = PageCheck(sheet.exercise.graph, [plate for plate in plates if plate is not None])
    check.check([(sheet.pages, sheet.key_pages, "")])
    for page, k, text in places_of(sheet):
        pages = list(sheet.pages)
        pages[page] = with_text(pages[page], k, "7" if text != "7" else "8")
        with pytest.raises(FalsePageError):
            check.check([(pages, sheet.key_pages, "")])


def _moved(page: int, a: int, b: int) -> Change:
    def change(pages: list[list[Item]]) -> None:
        one, other = pages[page][a], pages[page][b]
        assert isinstance(one, Block)
        assert isinstance(other, Block)
        pages[page][a] = replace(one, x=other.x, y=other.y, cell=other.cell)
        pages[page][b] = replace(other, x=one.x, y=one.y, cell=one.cell)

    return change


def _turned(page: int, k: int) -> Change:
    def change(pages: list[list[Item]]) -> None:
        block = pages[page][k]
        assert isinstance(block, Block)
        pages[page][k] = replace(block, cells=tuple(zip(*block.cells, strict=True)))

    return change


def _said(page: int, k: int, text: str) -> Change:
    def change(pages: list[list[Item]]) -> None:
        label = pages[page][k]
        assert isinstance(label, Label)
        pages[page][k] = replace(label, markup=text)

    return change


def _gone(page: int, k: int) -> Change:
    def change(pages: list[list[Item]]) -> None:
        del pages[page][k]

    return change


@every_topic
def test_two_blocks_changed_over_are_refused(name: str, options: dict[str, str]) -> None:
    exercise = make(name, 5, **options)
    for page, items in enumerate(items_of(exercise)):
        found = blocks_of(items)
        pairs = [(a, b) for k, a in enumerate(found) for b in found[:k]
                 if getattr(items[a], "name", "") != getattr(items[b], "name", "")]  # fmt: skip
        for a, b in pairs[:: 1 + len(pairs) // 40]:
            assert refused(exercise, _moved(page, a, b)), (page, a, b)


@every_topic
def test_a_block_laid_on_its_side_or_left_out_is_refused(
    name: str, options: dict[str, str]
) -> None:
    exercise = make(name, 5, **options)
    for page, items in enumerate(items_of(exercise)):
        for k in blocks_of(items):
            block = items[k]
            assert isinstance(block, Block)
            if block.rows * block.cols > 1:
                assert refused(exercise, _turned(page, k)), (page, block.name)
            if name != "matrix-multiplication":  # where all but C stand twice
                assert refused(exercise, _gone(page, k)), (page, block.name)


SIGNS = {"−": "+", "+": "−", "⊙": "+", "×": "+", "÷": "×", "=": "+", "≈": "−", "where": "⊙"}


def _other_signs(markup: str) -> Iterator[str]:
    for sign, other in SIGNS.items():
        if sign in markup:
            yield markup.replace(sign, other)


@every_topic
def test_another_sign_is_refused(name: str, options: dict[str, str]) -> None:
    exercise = make(name, 5, **options)
    tried = 0
    for page, items in enumerate(items_of(exercise)):
        for k, item in enumerate(items):
            if isinstance(item, Label) and len(item.markup) < 14 and item.source is None:
                for other in _other_signs(item.markup):
                    assert refused(exercise, _said(page, k, other)), (item.markup, other)
                    tried += 1
    assert tried or name == "seven-layer-mlp"  # whose tower has no signs


@every_topic
def test_a_row_for_a_column_is_refused(name: str, options: dict[str, str]) -> None:
    exercise = make(name, 5, **options)
    for page, items in enumerate(items_of(exercise)):
        for k, item in enumerate(items):
            if isinstance(item, Label) and item.markup.startswith("["):
                for side, other in (("each row of", "each column of"), ("each column of",
                                    "each row of")):  # fmt: skip
                    if side in item.markup:
                        said = item.markup.replace(side, other, 1)
                        assert refused(exercise, _said(page, k, said)), said


def test_a_line_that_leaves_out_an_input_is_refused() -> None:
    exercise = make("hidden-layer", 5)
    [(page, k)] = [(p, k) for p, items in enumerate(items_of(exercise))
                   for k, i in enumerate(items)
                   if isinstance(i, Label) and i.markup.startswith("[3]")]  # fmt: skip
    said = refused(exercise, _said(page, k, "[3] z_2: each row of [W_2 | b_2] times the column."))
    assert "does not name a_1" in said
    assert "step 3 has no line" in refused(exercise, _said(page, k, "z_2"))


def test_a_name_at_another_block_is_refused() -> None:
    exercise = make("backpropagation", 5)
    for page, items in enumerate(items_of(exercise)):
        for k, item in enumerate(items):
            if isinstance(item, Label) and item.markup == "∂L/∂W_2^T":
                for said in ("∂L/∂W_2", "∂L/∂W_1^T", "W_2"):
                    assert refused(exercise, _said(page, k, said)), said


def _is_so(line: str) -> bool:
    """Whether an equation of numbers is one: such as 2×3 − 0 = 6."""
    if "≈" in line or "rounded" in line:
        return False
    for sign, plain in (("−", "-"), ("×", "*"), ("÷", "/"), ("^{", "**("), ("}", ")")):
        line = line.replace(sign, plain)
    left, right = line.split(" = ")
    return abs(eval(left) - eval(right)) < 1e-9


@pytest.mark.parametrize(("name", "options", "old", "new"), [
    ("matrix-multiplication", {}, "×", "+"), ("backpropagation", {}, "×", "−"),
    ("hidden-layer", {}, "+", "−"), ("softmax", {"backward": "yes"}, "−", "+"),
    ("self-attention", {}, " ÷ ", " + "), ("hidden-layer", {}, "1", "2"),
    ("backpropagation", {"forward": "blank"}, ") ≈", ") ="),
])  # fmt: skip
def test_a_worked_sum_that_is_not_so_is_refused(
    name: str, options: dict[str, str], old: str, new: str
) -> None:
    sheet = laid_out(make(name, 5, **options))
    check = PageCheck(sheet.exercise.graph, [p.plate for p in sheet.pages if p.plate is not None])
    pages = (*sheet.pages, *sheet.key_pages)
    lines = [i.markup for p in pages for i in p.own if isinstance(i, Label) and i.of]
    changed = {line: line.replace(old, new, 1) for line in lines if old in line}
    false = {line: other for line, other in changed.items() if not _is_so(other)}
    assert false
    for line, other in false.items():
        texts = {line: other}
        some = [with_labels(p, texts) for p in sheet.pages]
        more = [with_labels(p, texts) for p in sheet.key_pages]
        with pytest.raises(FalsePageError, match="the key says"):
            check.check([(some, more, "")])


def test_a_factor_that_is_wrong_though_the_sum_is_right_is_refused() -> None:
    """0×5 for 0×4 is as much 0."""
    sheet = laid_out(make("seven-layer-mlp", 5))
    check = PageCheck(sheet.exercise.graph, [p.plate for p in sheet.pages if p.plate is not None])
    lines = {i.markup for p in (*sheet.pages, *sheet.key_pages) for i in p.own
             if isinstance(i, Label) and i.of and i.markup.startswith("0×")}  # fmt: skip
    line = min(lines)
    other = line.replace("0×", "0×1", 1)
    with pytest.raises(FalsePageError):
        check.check([([with_labels(p, {line: other}) for p in sheet.pages],
                      [with_labels(p, {line: other}) for p in sheet.key_pages], "")])  # fmt: skip


def test_the_relation_that_was_once_printed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ⊙ ∂L/∂A = ∂L/∂scaled stood over .5 ⊙ −4 = 1: each number right, the relation wrong."""
    exercise = make("self-attention", 5, backward="yes")
    assert laid_out(exercise)
    with monkeypatch.context() as patch:
        object.__setattr__(softmax_gradient, "line", Line(between="⊙"))
        patch.setattr(exercise, "_shown", {}, raising=False)
        try:
            with pytest.raises(FalsePageError) as problem:
                laid_out(exercise)
        finally:
            object.__setattr__(softmax_gradient, "line", LINE)
    assert "the row [A] ⊙ [dA] = [dscaled]" in str(problem.value)
    assert str(problem.value).startswith(f"{exercise.recipe}: ")
    assert "please report it" in str(problem.value)


LINE = softmax_gradient.line


def test_a_check_line_with_another_sum_is_refused() -> None:
    exercise = make("batch-of-three", 5, check="yes")
    found = [(p, k, i.markup) for p, items in enumerate(items_of(exercise))
             for k, i in enumerate(items)
             if isinstance(i, Label) and i.markup.startswith("Check")]  # fmt: skip
    assert found
    for page, k, said in found:
        assert refused(exercise, _said(page, k, said.replace("to ", "to 1", 1)))
        assert refused(exercise, _said(page, k, "Check: all is well."))


def test_a_missing_number_that_is_printed_elsewhere_is_refused() -> None:
    """x₁ stands with X, and once more as a factor of ∂L/∂B."""
    exercise = make("rnn", 1, backward="yes", blank="backwards")
    sheet = laid_out(exercise)
    assert exercise.blanks["X"].any()
    check = PageCheck(exercise.graph, [p.plate for p in sheet.pages if p.plate is not None])
    shown = [(number, k) for number, page in enumerate(sheet.pages)
             for k, face in enumerate(page.faces) if face[1] and number]  # fmt: skip
    told = set()
    for number, k in shown:
        page = sheet.pages[number]
        faces = [(f[0], f[1] and at != k, *f[2:]) for at, f in enumerate(page.faces)]
        pages = list(sheet.pages)
        pages[number] = replace(page, faces=tuple(faces))
        with pytest.raises(FalsePageError) as problem:
            check.check([(pages, sheet.key_pages, "")])
        told.add("open in one place" in str(problem.value))
    assert told == {True}


def test_a_line_may_go_on_indented() -> None:
    exercise = make("hidden-layer", 5)

    def broken(pages: list[list[Item]]) -> None:
        for page in pages:
            for k, item in enumerate(page):
                if isinstance(item, Label) and item.markup.startswith("[3]"):
                    head, tail = item.markup.split(" times ")
                    more = replace(item, markup=f"times {tail}", x=item.x + 4.5, y=item.y + 5)
                    page[k : k + 1] = [replace(item, markup=head), more]
                    return

    assert refused(exercise, broken) == ""


def test_a_sign_out_of_line_is_that_of_the_nearest_step() -> None:
    """As where lines lead to it: it means the same, and no other sign does."""
    exercise = make("backpropagation", 5)

    def lower(sign: str) -> Change:
        def change(pages: list[list[Item]]) -> None:
            for k, item in enumerate(pages[0]):
                if isinstance(item, Label) and item.markup == "−":
                    pages[0][k] = replace(item, markup=sign, y=item.y + 12)

        return change

    assert refused(exercise, lower("−")) == ""
    assert refused(exercise, lower("+"))
