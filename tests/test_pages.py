"""The pages: everything in its place, every answer on the key and none on the worksheet."""

from __future__ import annotations

from collections import Counter, OrderedDict

import pypdfium2
import pytest

from sheetgen.api import from_given, make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.numbers import text
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.page.figure import box_of, overlaps
from sheetgen.page.items import PAPERS, Block, Circle, Label, Line, Page, Rule
from sheetgen.press.printing import printer
from sheetgen.topics import TOPICS

WIDE = {
    "matrix-multiplication": [
        {"rows": "8", "inner": "8", "columns": "8"},
        {"rows": "1", "inner": "1", "columns": "1"},
        {"rows": "1", "inner": "8", "columns": "8"},
    ],
    "single-neuron": [{"features": "1"}, {"features": "8"}, {"bias": "no"}],
    "four-neurons": [
        {"features": "8", "neurons": "8"},
        {"features": "1", "neurons": "2"},
        {"bias": "no"},
    ],
    "hidden-layer": [
        {"widths": "8-8-8"},
        {"widths": "1-2-1"},
        {"widths": "4-6-3", "bias": "no"},
        {"widths": "3-4-4-4-2"},
    ],
    "batch-of-three": [
        {"widths": "8-8-8", "batch": "4"},
        {"batch": "2"},
        {"widths": "2-8-2"},
        {"batch": "1"},
    ],
    "seven-layer-mlp": [
        {"batch": "4"},
        {"bias": "yes"},
        {"widths": "4-4-4-4-4-4-4-4", "batch": "4"},
        {"widths": "2-2"},
        {"widths": "3-3-3-3-3-3-3-3", "bias": "yes", "batch": "1"},
    ],
    "backpropagation": [
        {"update": "yes"},
        {"batch": "2"},
        {"widths": "2-3-2"},
        {"widths": "4-5-4-3"},
        {"bias": "no"},
        {"forward": "blank"},
        {"loss": "squared-error"},
        {"update": "yes", "learning_rate": "0.5"},
        {"widths": "8-8-3"},
        {"widths": "2-3-3-3-2"},
        {"batch": "4", "widths": "3-4-2"},
    ],
    "softmax": [
        {"pair": "yes"},
        {"base": "e"},
        {"base": "e", "backward": "yes"},
        {"backward": "yes"},
        {"batch": "4"},
        {"classes": "4", "linear": "no"},
    ],
    "self-attention": [
        {"causal": "yes"},
        {"backward": "yes"},
        {"tokens": "4"},
        {"heads": "2"},
        {"tokens": "2", "keys": "1"},
        {"output": "yes"},
        {"output": "yes", "tokens": "4"},
        {"output": "yes", "features": "6", "values": "4", "tokens": "4"},
        {"tokens": "4", "values": "4", "causal": "yes"},
        {"level": "hard"},
    ],
    "rnn": [{"steps": "2"}, {"steps": "5"}, {"hidden": "3"}, {"features": "2", "outputs": "2"}],
}
CASES = [(name, {}) for name in TOPICS] + [
    (n, o) for n, many in WIDE.items() if n in TOPICS for o in many
]


def _ids(case: tuple[str, dict[str, str]]) -> str:
    return f"{case[0]}-{','.join(f'{k}={v}' for k, v in case[1].items()) or 'default'}"


def _name(item: object) -> str:
    return str(getattr(item, "markup", getattr(item, "name", item)))


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("case", CASES, ids=_ids)
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


@pytest.mark.parametrize("case", CASES, ids=_ids)
def test_boxes_are_between_8_and_14_mm(case: tuple[str, dict[str, str]]) -> None:
    name, options = case
    sheet = lay_out(make(name, 3, **options))
    sides = {b.cell for p in sheet.pages for b in p.items if isinstance(b, Block)}
    assert min(sides) >= 7.99
    assert max(sides) <= 14.01


@pytest.mark.parametrize("case", CASES, ids=_ids)
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
    for given in exercise.graph.givens:
        for i in range(given.shape[0]):
            for j in range(given.shape[1]):
                value = exercise.values[given.name]
                assert cells[given.name, i, j].text == text(int(value.digits[i, j]), value.decimals)


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
        assert open_page[word] <= shown[word] + _furniture(sheet)[word], (word, count)


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


def _furniture(sheet: Sheet) -> Counter[str]:
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


def test_a_sheet_too_large_for_the_paper_names_the_option_to_lower(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exercise = make("seven-layer-mlp", 1)
    monkeypatch.setattr("sheetgen.layout.sheet._forms", OrderedDict())
    monkeypatch.setattr("sheetgen.layout.setter.SMALLEST_CELL", 25.0)
    with pytest.raises(
        SheetgenError, match=r"too large for the paper with these options; lower --widths"
    ):
        lay_out(exercise)


def test_the_key_is_the_same_page_with_answers() -> None:
    sheet = lay_out(make("backpropagation", 5))
    assert sheet.key().pages[: len(sheet.pages)] == sheet.worksheet().pages
    assert isinstance(sheet.pages[0], Page)


def test_a_title_that_tells_a_size_is_printed_for_that_size_alone() -> None:
    def title(**options: str) -> str:
        labels = lay_out(make("batch-of-three", 1, **options)).pages[0].items
        return next(i.markup for i in labels if isinstance(i, Label) and i.face == "title")

    assert title() == "A Batch of Three"
    assert title(batch="4") == "A Batch of Inputs"


@pytest.mark.parametrize("options", [{}, {"batch": "2"}, {"update": "yes"}, {"forward": "blank"}])
def test_a_gradient_that_is_drawn_transposed_is_labelled_so(options: dict[str, str]) -> None:
    turned = 0
    for page in lay_out(make("backpropagation", 3, **options)).pages:
        labels = {i.markup for i in page.items if isinstance(i, Label)}
        for block in (i for i in page.items if isinstance(i, Block) and i.name.startswith("d")):
            at = {cell.source: (r, c) for r, row in enumerate(block.cells)
                  for c, cell in enumerate(row)}  # fmt: skip
            for name in {source[0] for source in at if source}:
                (r, c), below = at[name, 0, 0], at[name, 1, 0]
                shown = f"∂L/∂{name[1]}_{name[2:]}"
                across = below == (r, c + 1)
                assert across or below == (r + 1, c)
                assert (f"{shown}^T" if across else shown) in labels
                assert (shown if across else f"{shown}^T") not in labels
                turned += across
    assert turned == 11  # of three layers: dW, db and dz of each, da of two


@pytest.mark.parametrize("name", TOPICS)
def test_a_worked_example_shows_all_that_its_key_shows(name: str) -> None:
    sheet = lay_out(make(name, 4, blank="none"))
    pdf = printer().weasy.pdf
    shown, key = (Counter(_words(pdf([s]))) for s in (sheet.worksheet(), sheet.key()))
    pages = len(sheet.pages) + len(sheet.key_pages)
    assert key - shown == Counter({"ANSWER": pages, "KEY": pages})
    items = [i for page in sheet.pages for i in page.items]
    assert not any(cell.blank for i in items if isinstance(i, Block) for r in i.cells for cell in r)
    assert not any(isinstance(i, Rule) and i.height for i in items)
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


@pytest.mark.parametrize(("options", "paper"), [
    *((options, paper) for options in ({}, {"level": "easy"}, {"level": "hard"}, {"tokens": "4"})
      for paper in PAPERS), ({"output": "yes"}, "a4"),
])  # fmt: skip
def test_attention_is_seen_as_a_whole_on_one_page(options: dict[str, str], paper: str) -> None:
    assert len(lay_out(make("self-attention", 3, **options), paper).pages) == 1


@pytest.mark.parametrize(("name", "options", "pages"), [
    ("softmax", {"backward": "yes"}, 1), ("backpropagation", {"update": "yes", "level": "easy"}, 1),
    ("backpropagation", {"update": "yes"}, 2), ("softmax", {"backward": "yes", "level": "hard"}, 2),
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
