"""Every answer stands on the key and none on the worksheet, unless it is a worked example."""

from __future__ import annotations

import re
from collections import Counter

import pypdfium2
import pytest

from sheetgen.api import from_given, make
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.numbers import text
from sheetgen.graph.stars import stars_of
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.page.items import Block, Circle, Label, Line, Page
from sheetgen.press.printing import printer
from sheetgen.topics.catalogue import TOPICS
from sheetgen.words.lines import FAST
from tests.layout.cases import every_case


@every_case
def test_every_worked_number_has_a_box_and_every_given_is_printed(
    case: tuple[str, dict[str, str]],
) -> None:
    name, options = case
    exercise = make(name, 3, **options)
    cells = {c.source: c for p in lay_out(exercise).pages for b in p.items if isinstance(b, Block)
             for row in b.cells for c in row}  # fmt: skip
    compact = {s.name for s in exercise.graph.steps if s.op.name == "relu"}
    for step in exercise.graph.worked:
        shown = (
            step.inputs[0].name
            if step.name in compact and (step.name, 0, 0) not in cells
            else step.name
        )
        for i in range(step.shape[0]):
            for j in range(step.shape[1]):
                assert (shown, i, j) in cells, step.name
    # a sequence may stand column by column where its steps of time read it
    stars = stars_of(exercise.graph)
    column_of = {(s.inputs[0].name, s.params["t"]): s.name for s in exercise.graph.steps
                 if s.hidden and s.op.name == "column"}  # fmt: skip
    for given in exercise.graph.givens:
        for i in range(given.shape[0]):
            for j in range(given.shape[1]):
                value = exercise.values[given.name]
                place = given.name, i, j
                if place not in cells:
                    place = column_of[given.name, j], i, 0
                number = text(int(value.digits[i, j]), value.decimals)
                star = given.name in stars and stars[given.name][i, j]
                assert cells[place].text == ("*" if star else number)


def _words(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    return " ".join(page.get_textpage().get_text_bounded() for page in document).split()


def _answers(exercise: Exercise) -> Counter[str]:
    found: Counter[str] = Counter()
    for step in exercise.graph.worked:
        value = exercise.values[step.name]
        found.update(text(int(v), value.decimals) for v in value.digits.reshape(-1))
    return found


@pytest.mark.parametrize("name", TOPICS)
def test_the_key_prints_every_answer_and_the_worksheet_none(name: str) -> None:
    exercise = make(name, 11)
    sheet = lay_out(exercise)
    open_page, key = (
        Counter(_words(printer().weasy.pdf([sheet.worksheet()]))),
        Counter(_words(printer().weasy.pdf([sheet.key()]))),
    )
    answers = _answers(exercise)
    for word, count in answers.items():
        assert key[word] - open_page[word] >= min(count, 1), word
    shown = Counter(_shown_numbers(sheet))
    for word, count in answers.items():
        assert open_page[word] <= shown[word] + _label_numbers(sheet)[word], (word, count)


def _shown_numbers(sheet: Sheet) -> list[str]:
    """The numbers that a worksheet may print: cells that are not blank."""
    return [
        c.text
        for p in sheet.pages
        for b in p.items
        if isinstance(b, Block)
        for row in b.cells
        for c in row
        if not c.blank
    ]


def _label_numbers(sheet: Sheet) -> Counter[str]:
    """Numbers in labels, circles and the row of ones."""
    words: Counter[str] = Counter()
    for page in sheet.pages:
        for item in page.items:
            if isinstance(item, Label) and not item.answer:
                words.update(
                    item.markup.replace("_", " ")
                    .replace("^", " ")
                    .replace("{", " ")
                    .replace("}", " ")
                    .split()
                )
            words.update([getattr(item, "text", "")])
    return words


def test_the_key_is_the_same_page_with_answers() -> None:
    sheet = lay_out(make("backpropagation", 5))
    assert sheet.key().pages[: len(sheet.pages)] == sheet.worksheet().pages
    assert isinstance(sheet.pages[0], Page)


@pytest.mark.parametrize("name", TOPICS)
def test_a_worked_example_shows_all_that_its_key_shows(name: str) -> None:
    sheet = lay_out(make(name, 4, blank="none"))
    pdf = printer().weasy.pdf
    shown, key = (Counter(_words(pdf([s]))) for s in (sheet.worksheet(), sheet.key()))
    pages = len(sheet.pages) + len(sheet.key_pages)
    assert key - shown == Counter({"ANSWER": pages, "KEY": pages})
    items = [i for page in sheet.pages for i in page.items]
    assert not any(cell.blank for i in items if isinstance(i, Block) for r in i.cells for cell in r)
    assert not any(isinstance(i, Label) and i.markup == "Room to work" for i in items)
    said = " ".join(i.markup for i in items if isinstance(i, Label))
    for asked in ("Draw", "Fill", "fill", "Room to work", "Copy A", "= ?"):
        assert asked not in said


def test_a_worked_example_is_complete() -> None:
    given = {"x": [2, 1, 3], "W": [[1, -1, 1], [0, 2, -1]], "b": [[-5], [1]]}
    exercise, _ = from_given("four-neurons", given, {"blank": "none"})
    items = lay_out(exercise).pages[0].items
    words = _words(exercise.worksheet_pdf())
    text = " ".join(words)
    assert "1×2 + (−1)×1 + 1×3 + (−5) = −1" in text
    assert "0×2 + 2×1 + (−1)×3 + 1 = 0" in text
    assert "How many parameters? 2×(3 + 1) = 8" in text
    values = {(i.x, i.y): i.markup for i in items if isinstance(i, Label)}
    nodes = [values[i.x, i.y] for i in items if isinstance(i, Circle) and i.node]
    assert nodes == ["2", "1", "3", "0", "0"]
    links = [i for i in items if isinstance(i, Line) and i.source]
    assert sorted(i.source or () for i in links) == [
        ("W", 0, 0), ("W", 0, 1), ("W", 0, 2), ("W", 1, 1), ("W", 1, 2)
    ]  # fmt: skip
    assert not any(i.answer for i in links)


@pytest.mark.parametrize("seed", [3, 7, 11])
def test_numbers_alone_on_a_line_at_the_foot_are_no_sum(seed: int) -> None:
    [page] = lay_out(make("batch-norm", seed, answers="foot")).pages
    first, *more = [i for i in page.items if isinstance(i, Label) and i.size < 3.7
                    and i.anchor == "start" and i.y > 260 and i.face == "label"][-3:]  # fmt: skip
    assert first.markup.startswith("Answers: ")
    assert all(i.x > first.x for i in more)


@pytest.mark.parametrize("topic", ["batch-norm", "swiglu", "multi-head-attention"])
def test_rows_of_answers_at_the_foot_are_whole_on_their_line(topic: str) -> None:
    exercise = make(topic, 7, answers="foot")
    shown = [exercise.shown(name) for name in exercise.blanks]
    rows = {tuple(row) for some in shown for row in (*some, *zip(*some, strict=True))}
    for page in lay_out(exercise).pages:
        for item in page.items:
            if isinstance(item, Label) and FAST in item.markup:
                said = item.markup.removeprefix("Answers: ").rstrip(f"/ {FAST}")
                for part in re.split(r"[/;]\s", said.rstrip(";")):
                    row = tuple(part.rpartition(f":{FAST}")[2].rstrip(f"/; {FAST}").split())
                    assert row in rows or row == (), item.markup


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("topic", ["lstm", "gan", "hidden-layer"])
def test_answers_stand_at_the_foot_wherever_the_list_stands(topic: str, paper: str) -> None:
    [page] = lay_out(make(topic, 7, answers="foot"), paper).pages
    said = [i for i in page.items if isinstance(i, Label) and i.face == "label"]
    first = next(i for i in said if i.markup.startswith("Answers: "))
    blocks = [i.y + i.rows * i.cell for i in page.items if isinstance(i, Block)]
    assert first.y > max(blocks)
    steps = [i.y for i in said if re.match(r"\[\d", i.markup)]
    assert first.y > max(steps)
    assert first.y > page.height - 32
