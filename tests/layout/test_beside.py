"""What stands at the side of figures: ruled lines, short words at the circles of products; and the
sums of a key on pages of their own."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.graph.work import numbered
from sheetgen.layout.drawn import drawn_in
from sheetgen.layout.free_places import around
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import box_of
from sheetgen.page.items import Block, Circle, Label, Page
from sheetgen.topics.catalogue import TOPICS
from sheetgen.words.sentences import verb_line

WAYS = [(name, {}) for name in TOPICS] + [
    (name, {"backward": "yes"}) for name in TOPICS if "backward" in TOPICS[name].options
]  # fmt: skip


def soft(page: Page) -> list[Label]:
    return [i for i in page.items if isinstance(i, Label) and i.colour == "soft"]


@pytest.mark.parametrize(("name", "options", "said"), [
    ("self-attention", {}, "row of V × column of A"),
    ("backpropagation", {}, "each × each"), ("seven-layer-mlp", {}, "row × column"),
    ("matrix-multiplication", {}, "row of A × column of B"),
    ("graph-convolution", {}, "row of [W | b] × column of [M ; 1]"),
])  # fmt: skip
def test_few_words_say_at_a_circle_what_meets(
    name: str, options: dict[str, str], said: str
) -> None:
    pages = lay_out(make(name, 3, **options)).pages
    assert said in [i.markup for page in pages for i in soft(page)]


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(("name", "count"), [("seven-layer-mlp", 7), ("rnn", 4)])
def test_all_steps_of_a_kind_have_words_at_their_circles_or_none(
    name: str, count: int, paper: str
) -> None:
    pages = lay_out(make(name, 3), paper).pages
    said = [i.markup for page in pages for i in soft(page) if " × " in i.markup]
    assert len(said) in (0, count)
    assert len({"of" in text or "_" in text for text in said}) < 2  # all short, or none


@pytest.mark.parametrize(("name", "options"), WAYS)
def test_words_at_a_circle_are_nearest_to_it(name: str, options: dict[str, str]) -> None:
    exercise = make(name, 3, **options)
    for page in lay_out(exercise).pages:
        drawn = drawn_in(exercise.graph, page.items)
        groups = dict(numbered(exercise.graph))
        circles = [i for i in page.items if isinstance(i, Circle) and not i.node and i.text]
        said = {verb_line(group, drawn): number for number, group in groups.items()}
        for label in soft(page):
            if " of " in label.markup and " × " in label.markup and label.markup in said:
                number = said[label.markup]
                near = min(circles, key=lambda c, at=label: apart(c, at))
                assert int(near.text) == number, label.markup


def apart(circle: Circle, label: Label) -> float:
    a, b = box_of(circle), box_of(label)
    return max(a[0] - b[2], b[0] - a[2], 0.0) + max(a[1] - b[3], b[1] - a[3], 0.0)


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("name", ["self-attention", "masked-attention"])
def test_attention_has_lines_for_its_quotients(name: str, paper: str) -> None:
    exercise = make(name, 3)
    sheet = lay_out(exercise, paper)
    [page] = sheet.pages
    lined = [i for i in page.items if isinstance(i, Label) and i.of is not None]
    named = [i.markup for i in lined if not i.answer]
    seen = 1 if name == "masked-attention" else 3  # token j sees those up to itself
    assert named == [f"A, row {i}, column {j}" for i in (1, 2, 3) for j in (1, 2, 3)
                     if i < j + seen]  # fmt: skip
    written = {i.of: i.markup for i in sheet.key().pages[0].items
               if isinstance(i, Label) and i.answer and i.of is not None}  # fmt: skip
    powers, shares = exercise.shown("E"), exercise.shown("A")
    total = sum(int(row[0]) for row in powers)
    assert written["A", 0, 0] in {f"{powers[0][0]} ÷ {total} {sign} {shares[0][0]}"
                                  for sign in ("=", "≈")}  # fmt: skip


def lines_of(page: Page) -> int:
    return sum(isinstance(i, Label) and i.answer and i.colour == "answer" for i in page.items)


@pytest.mark.parametrize(("name", "options"), [
    ("transformer-block", {"blank": "none"}), ("self-attention", {"tokens": "4"}),
    ("multi-head-attention", {"heads": "3"}), ("batch-of-three", {"widths": "8-8-8"}),
])  # fmt: skip
def test_no_page_of_worked_sums_has_a_few_lines_only(name: str, options: dict[str, str]) -> None:
    sheet = lay_out(make(name, 3, **options))
    pages = sheet.key_pages or [p for p in sheet.pages if any(
        isinstance(i, Label) and i.markup.endswith("worked steps") for i in p.items)]  # fmt: skip
    counts = [lines_of(page) for page in pages]
    assert counts
    assert min(counts) >= 0.5 * max(counts), counts


@pytest.mark.parametrize(("topic", "options"), [
    ("linear-regression", {}), ("linear-regression", {"samples": "2"}), ("logistic-regression", {}),
    ("self-attention", {}),
])  # fmt: skip
def test_lines_at_the_side_keep_off_boxes_and_the_legend(
    topic: str, options: dict[str, str]
) -> None:
    page = lay_out(make(topic, 1, **options)).pages[0]
    heading = next(i for i in page.items if isinstance(i, Label)
                   and i.markup.startswith("Room to work"))  # fmt: skip
    lines = [i for i in page.items if isinstance(i, Label) and i.of and not i.answer]
    x0, y0, _, y1 = around([heading, *lines])
    for block in (i for i in page.items if isinstance(i, Block)):
        _, top, right, foot = box_of(block)
        if top < y1 and foot > y0 and right < x0 + 20.0:
            assert right < x0 - 3.5
    samples = [i for i in page.items if isinstance(i, Block) and i.name == "legend"]
    foot = max((box_of(i)[3] for i in samples), default=0.0)
    assert heading.y > foot or heading.x > box_of(samples[0])[2] + 30.0 or heading.x < samples[0].x


def test_a_shared_box_is_told_by_the_name_at_the_circle() -> None:
    page = lay_out(make("hidden-layer", 1, widths="8-8-8")).pages[0]
    said = [i.markup for i in page.items if isinstance(i, Label)]
    assert "z_1" in said
    assert any(m.startswith("[1] z_1 = each row") for m in said)
    assert any(m.startswith("[2] a_1: cross out") for m in said)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_figures_that_reach_down_to_the_list_move_as_a_whole(paper: str) -> None:
    lay_out(make("matrix-multiplication", 1, rows="8"), paper).key()  # else the check refuses it
