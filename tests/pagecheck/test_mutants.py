"""Pages that say something else are refused: whatever is changed on them, whichever topic it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import dist

import pytest

from sheetgen.api import make
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.sheet import Sheet
from sheetgen.page.items import Block, Circle, Item, Label, Line
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
    ("seven-layer-mlp", {"bias": "yes"}),  # a weight that meets zeros alone
    ("backpropagation", {"update": "yes"}),
    ("softmax", {"backward": "yes"}),
    ("self-attention", {"backward": "yes"}),
    ("rnn", {"backward": "yes", "steps": "2"}),
    ("lstm", {"steps": "1"}),
    ("gru", {"steps": "1", "features": "1"}),
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


def _renamed(page: int, a: int, b: int) -> Change:
    """Two blocks changed over together with their names."""

    def change(pages: list[list[Item]]) -> None:
        _moved(page, a, b)(pages)
        names = [i.name for k in (a, b) if isinstance(i := pages[page][k], Block)]
        said = [f"{name[:-1]}_{name[-1]}" for name in names]
        for k, item in enumerate(pages[page]):
            if isinstance(item, Label) and item.markup in said:
                other = said[1 - said.index(item.markup)]
                pages[page][k] = replace(item, markup=other)

    return change


@pytest.mark.parametrize(("name", "one", "other"), [
    ("lstm", "kept1", "new1"), ("lstm", "f1", "i1"), ("lstm", "g1", "i1"), ("lstm", "r1", "o1"),
    ("gru", "kept1", "new1"), ("gru", "r1", "z1"), ("gru", "reset1", "kept1"),
])  # fmt: skip
def test_a_block_to_which_no_wire_of_its_own_leads_is_refused(
    name: str, one: str, other: str
) -> None:
    """Though its name is with it, and a sum is the same whichever of two comes first."""
    exercise = make(name, 5, steps=1)
    [items] = items_of(exercise)
    a, b = (next(k for k in blocks_of(items) if getattr(items[k], "name", "") == n)
            for n in (one, other))  # fmt: skip
    assert refused(exercise, _renamed(0, a, b))


def _from(page: int, k: int, block: Block) -> Change:
    """A line that begins at another block."""

    def change(pages: list[list[Item]]) -> None:
        line = pages[page][k]
        assert isinstance(line, Line)
        x, y = block.x + block.cell / 2, block.y
        pages[page][k] = replace(line, path=(("M", x, y), *line.path[1:]))

    return change


@pytest.mark.parametrize(("name", "other"), [
    ("lora", "W"), ("embedding", "E"), ("quantisation", "R"), ("swiglu", "W1"), ("vae", "noise"),
])  # fmt: skip
def test_a_wire_from_what_a_sign_does_not_take_is_refused(name: str, other: str) -> None:
    """On pages whose figures are those of any graph."""
    exercise = make(name, 5)
    tried = 0
    for page, items in enumerate(items_of(exercise)):
        rings = [i for i in items if isinstance(i, Circle) and not i.text and not i.node]
        named = [i for i in items if isinstance(i, Block) and i.name == other]
        for k, item in enumerate(items):
            if isinstance(item, Line) and item.arrow and named and any(
                dist(item.end[:2], (ring.x, ring.y)) < 1.2 * ring.radius for ring in rings
            ):
                assert refused(exercise, _from(page, k, named[0]))
                tried += 1
    assert tried


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


CAPTIONED = [
    ("backpropagation", {"loss": "squared-error"}),
    ("backpropagation", {"loss": "squared-error", "batch": "2"}),
    ("backpropagation", {}),
    ("self-attention", {"backward": "yes"}),
    ("rnn", {"backward": "yes", "steps": "3"}),
    ("rnn", {"backward": "yes", "hidden": "3", "steps": "5"}),
    ("hidden-layer", {"bias": "no"}),
    ("gru", {"backward": "yes", "steps": "1", "features": "1"}),
]
CAPTIONS = {
    r"^⊙ ∂": ["+ ∂", "⊙ 1 + ∂"], r"^(⊙ .*) =$": [r"\1 +"], r"^\(1 − ": ["(1 + "],
    r"^1 − (?=z_1$)": ["1 + "],
    r"^−(?=∂L/∂rest)": ["+"],
    r"^× 2": ["× 3", "÷ 2", ""], "^on its side$": ["^T"], r"^\^T$": ["× 2, ^T"], "> 0": ["< 0"],
    r"(?<=where )([zZ]_)1": [r"\g<1>2"], r"^([zZ]_)1(?= > 0)": [r"\g<1>2"],
    r"(?<=Linear\()(\d)": [r"\g<1>1"], r"^(nn.*?)(, bias=False)?\)$": [r"\1, bias=False)", r"\1)"],
    r"(?<=Likewise )(\S+_)(\d)": [r"\g<1>1", r"\g<1>9"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "options"), CAPTIONED)
def test_another_word_beside_a_block_is_refused(name: str, options: dict[str, str]) -> None:
    """The code of a layer, where a gradient passes, the factor of an error, what is done
    likewise."""
    exercise = make(name, 5, **options)
    tried = 0
    for page, items in enumerate(items_of(exercise)):
        for k, item in enumerate(items):
            if not isinstance(item, Label) or item.source or item.of:
                continue
            for pattern, others in CAPTIONS.items():
                for other in others:
                    said = re.sub(pattern, other, item.markup, count=1)
                    if said != item.markup:
                        assert refused(exercise, _said(page, k, said)), (item.markup, said)
                        tried += 1
    assert tried > 1


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


def _value(side: str) -> float:
    for sign, plain in (("−", "-"), ("×", "*"), ("÷", "/"), ("^{", "**("), ("}", ")")):
        side = side.replace(sign, plain)
    return float(eval(side))


def _is_as_true(line: str, other: str) -> bool:
    """Whether another line says no more that is false: an equation such as 2×3 − 0 = 6, or a part
    of one on a ruled place."""
    if "≈" in other or "rounded" in other:
        return False
    if " = " not in line:
        return " = " not in other and abs(_value(line) - _value(other)) < 1e-9
    left, right = other.split(" = ")
    return abs(_value(left) - _value(right)) < 1e-9


@pytest.mark.parametrize(("name", "options", "old", "new"), [
    ("matrix-multiplication", {}, "×", "+"), ("backpropagation", {}, "×", "−"),
    ("backpropagation", {"forward": "blank"}, "+", "−"), ("softmax", {"backward": "yes"}, "−", "+"),
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
    false = {line: other for line, other in changed.items() if not _is_as_true(line, other)}
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


@pytest.mark.parametrize("new", ["", ", so 1", ", so 0, so 0"])
@pytest.mark.parametrize("options", [{"level": "easy"}, {}])
def test_a_sum_by_the_name_of_what_relu_makes_of_it_says_that(
    options: dict[str, str], new: str
) -> None:
    """A₁ = −2 stood at a box in which −2 is crossed out and 0 written."""
    sheet = laid_out(make("seven-layer-mlp", 5, **options))
    check = PageCheck(sheet.exercise.graph, [p.plate for p in sheet.pages if p.plate is not None])
    lines = {i.markup for p in (*sheet.pages, *sheet.key_pages) for i in p.own
             if isinstance(i, Label) and i.of and i.markup.endswith(", so 0")}  # fmt: skip
    line = min(lines)
    assert re.search("−[0-9]+, so 0$", line)
    texts = {line: line.replace(", so 0", new)}
    with pytest.raises(FalsePageError, match="the key says"):
        check.check([([with_labels(p, texts) for p in sheet.pages],
                      [with_labels(p, texts) for p in sheet.key_pages], "")])  # fmt: skip


def test_the_relation_that_was_once_printed_is_refused() -> None:
    """A ⊙ ∂L/∂A = ∂L/∂scaled stood over .5 ⊙ −4 = 1: each number right, the relation wrong."""
    exercise = make("self-attention", 5, backward="yes")
    [(page, made, after)] = [
        (p, names["dscaled_weighed"], names["dscaled"])
        for p, items in enumerate(items_of(exercise))
        for names in [{i.name: k for k, i in enumerate(items) if isinstance(i, Block)}]
        if "dscaled_weighed" in names
    ]  # fmt: skip
    said = refused(exercise, _moved(page, made, after))
    assert said.startswith(f"{exercise.recipe}: ")
    assert "please report it" in said


def test_a_check_line_with_another_sum_is_refused() -> None:
    exercise = make("matrix-multiplication", 5, check="yes")
    found = [(p, k, i.markup) for p, items in enumerate(items_of(exercise))
             for k, i in enumerate(items)
             if isinstance(i, Label) and i.markup.startswith("Check")]  # fmt: skip
    assert found
    for page, k, said in found:
        assert refused(exercise, _said(page, k, said.replace("to ", "to 1", 1)))
        assert refused(exercise, _said(page, k, "Check: all is well."))


def _with_varying(sheet: Sheet, old: str, new: str) -> None:
    """Checks a sheet with another text in those of its varying labels that have one."""
    check = PageCheck(sheet.exercise.graph, [p.plate for p in sheet.pages if p.plate is not None])
    pages = [replace(p, labels=tuple(replace(i, markup=new) if i.markup == old else i
                                     for i in p.labels)) for p in sheet.pages]  # fmt: skip
    check.check([(pages, sheet.key_pages, "")])


@every_topic
def test_another_check_sum_at_a_block_is_refused(name: str, options: dict[str, str]) -> None:
    sheet = laid_out(make(name, 5, check="yes", **options))
    totals = {i.markup for p in sheet.pages for i in p.labels if i.markup.startswith("Σ ")}
    for said in totals:
        _with_varying(sheet, said, said)
        with pytest.raises(FalsePageError, match=r"“Σ"):
            _with_varying(sheet, said, f"{said}1")
    none = name in ("matrix-multiplication", "single-neuron", "backpropagation")
    assert totals or none  # those have check lines


def test_another_word_or_number_at_the_first_box_is_refused() -> None:
    sheet = laid_out(make("hidden-layer", 5, guide="yes"))
    said = [i.markup for p in sheet.pages for i in p.labels if not i.source and i.markup.strip()]
    [first] = [text for text in said if text.startswith("First box of ")]
    [value] = [text for text in said if "negative" in text]
    [bent] = [text for text in said if "ReLU" in text]
    products = {text for text in said if text.lstrip("−").isdigit()}
    assert products
    false = [(first, first.replace("z_1", "a_1")), (bent, bent.replace("ReLU", "σ")),
             (value, f"1{value}"), *((text, f"{text}1") for text in products)]  # fmt: skip
    for old, new in false:
        _with_varying(sheet, old, old)
        with pytest.raises(FalsePageError):
            _with_varying(sheet, old, new)


def test_another_number_in_a_line_of_the_sum_of_the_first_box_is_refused() -> None:
    sheet = laid_out(make("lstm", 5, guide="yes"))
    lines = [i.markup for p in sheet.pages for i in p.labels
             if i.of is not None and not i.answer and "×" in i.markup]  # fmt: skip
    assert len(lines) > 1
    for said in lines:
        _with_varying(sheet, said, said)
        for new in (f"1{said}", f"{said}1", f"{said} + 1×2"):
            with pytest.raises(FalsePageError):
                _with_varying(sheet, said, new)


@pytest.mark.parametrize("name", ["hidden-layer", "matrix-multiplication", "rnn"])
def test_a_ruled_line_for_another_box_is_refused(name: str) -> None:
    exercise = make(name, 5)
    lines = [(p, k, i) for p, items in enumerate(items_of(exercise)) for k, i in enumerate(items)
             if isinstance(i, Label) and i.of is not None]  # fmt: skip
    names = [(p, k, i.markup) for p, k, i in lines if i.markup not in "+="]
    assert names
    for (page, k, said), (_, _, other) in pairwise(names):
        assert refused(exercise, _said(page, k, other)), (said, other)


@pytest.mark.parametrize(("name", "options", "said", "false"), [
    ("masked-attention", {"level": "easy"}, "unmasked box", "box"),
    ("self-attention", {"backward": "yes"}, " in columns 1 and 2 of", " of"),
    ("self-attention", {"backward": "yes"}, "columns 1 and 2", "columns 1 to 3"),
    ("self-attention", {"backward": "yes"}, "columns 1 and 2", "rows 1 and 2"),
    ("gru", {}, "z_{r1}, ", ""),
])  # fmt: skip
def test_a_room_that_says_false_boxes_have_lines_is_refused(
    name: str, options: dict[str, str], said: str, false: str
) -> None:
    exercise = make(name, 7, **options)
    page, k, heading = next(
        (p, k, i.markup) for p, items in enumerate(items_of(exercise))
        for k, i in enumerate(items) if isinstance(i, Label) and said in i.markup
        and i.markup.startswith("Room to work")
    )  # fmt: skip
    assert refused(exercise, _said(page, k, heading.replace(said, false)))


def test_a_key_that_writes_on_the_line_of_another_box_is_refused() -> None:
    sheet = laid_out(make("hidden-layer", 5))
    check = PageCheck(sheet.exercise.graph, [p.plate for p in sheet.pages if p.plate is not None])
    own = [i for i in sheet.pages[0].own if isinstance(i, Label) and i.of is not None]
    one, other = next((a.y, b.y) for a in own for b in own if a.of != b.of and a.y != b.y)
    change = {one: other, other: one}
    moved = tuple(replace(i, y=change.get(i.y, i.y)) if isinstance(i, Label) and i.of else i
                  for i in sheet.pages[0].own)  # fmt: skip
    pages = [replace(sheet.pages[0], own=moved), *sheet.pages[1:]]
    with pytest.raises(FalsePageError, match="line of another box"):
        check.check([(pages, sheet.key_pages, "")])


def test_a_missing_number_that_is_printed_elsewhere_is_refused() -> None:
    """X stands three times: for the queries, on its side for the keys, and for the values."""
    exercise = make("self-attention", 7, blank="backwards")
    sheet = laid_out(exercise)
    assert exercise.blanks["X"].any()
    check = PageCheck(exercise.graph, [p.plate for p in sheet.pages if p.plate is not None])
    missing = [("X", i, j) for i, j in zip(*exercise.blanks["X"].nonzero(), strict=True)]
    again = [spot.slot for at in missing for spot in check.standing.by_place[at][1:] if spot.alone]
    assert again
    told = set()
    for slot in again:
        number, at = 0, slot
        while at >= len(sheet.pages[number].faces):
            at -= len(sheet.pages[number].faces)
            number += 1
        page = sheet.pages[number]
        faces = [(f[0], f[1] and k != at, *f[2:]) for k, f in enumerate(page.faces)]
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
    exercise = make("self-attention", 5, backward="yes")
    [(page, k)] = [(p, k) for p, items in enumerate(items_of(exercise))
                   for k, i in enumerate(items)
                   if isinstance(i, Label) and i.markup == "−"]  # fmt: skip

    def aside(sign: str) -> Change:
        def change(pages: list[list[Item]]) -> None:
            item = pages[page][k]
            assert isinstance(item, Label)
            pages[page][k] = replace(item, markup=sign, x=item.x + 3)

        return change

    assert refused(exercise, aside("−")) == ""
    assert refused(exercise, aside("+"))
