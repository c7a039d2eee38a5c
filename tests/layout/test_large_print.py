"""Large print: no letters below 18 pt, nothing on something else, refused at once where there is
no room."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest

from sheetgen.api import Exercise, make, make_class
from sheetgen.cli.main import USAGE, main
from sheetgen.errors import SheetgenError
from sheetgen.formats.format import Request
from sheetgen.layout.body import too_large
from sheetgen.layout.large_print import LARGE
from sheetgen.layout.sheet import lay_out
from sheetgen.layout.sizes import LARGE_PRINT
from sheetgen.page.enlarged import enlarged
from sheetgen.page.figure import overlaps
from sheetgen.page.items import PAPERS, Block, Label
from sheetgen.topics.catalogue import TOPICS

SMALLEST = 17.95
"""In points: 18 but for rounding."""
OPTIONS = [
    ("matrix-multiplication", {"level": "hard"}), ("hidden-layer", {"guide": "yes"}),
    ("softmax", {"base": "e", "backward": "yes"}), ("backpropagation", {"check": "yes"}),
    ("self-attention", {"heads": "2"}), ("seven-layer-mlp", {"answers": "foot"}),
    ("single-neuron", {"blank": "faded:1"}), ("rnn", {"blank": "none"}),
]  # fmt: skip


def smallest(data: bytes) -> float:
    """The size in points of the smallest letter of a PDF."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        return min(c["size"] for page in pdf.pages for c in page.chars if c["text"].strip())




def refused(exercise: Exercise, paper: str) -> str:
    """What is said of an exercise that has no room in large print, nothing of any other."""
    try:
        LARGE.sheet(exercise, paper)
    except SheetgenError as problem:
        return str(problem)
    return ""


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", TOPICS)
def test_every_topic_has_letters_of_18_pt_and_nothing_on_something_else(
    name: str, paper: str
) -> None:
    exercise = make(name, 5)
    key = exercise.key_pdf(paper, "Ada Lovelace", large_print=True)  # with all of the worksheet
    assert smallest(key) >= SMALLEST, name
    for page in LARGE.sheet(exercise, paper).worksheet().pages:
        assert (page.width, page.height) == PAPERS[paper]
        assert not overlaps(page.items), name
        boxes = [i.cell for i in page.items if isinstance(i, Block) and i.cells[0][0].source]
        assert min(boxes, default=15.0) > 14.0, name


@pytest.mark.parametrize(("name", "options", "paper"), [
    ("lstm", {"backward": "yes"}, "letter"), ("layer-norm", {"backward": "yes"}, "a4"),
    ("self-attention", {"backward": "yes"}, "a4"), ("gru", {"backward": "yes"}, "letter"),
    ("residual-block", {"backward": "yes"}, "letter"), ("conv2d", {"backward": "yes"}, "a4"),
])  # fmt: skip
def test_what_is_wide_has_room_on_small_paper(
    name: str, options: dict[str, str], paper: str
) -> None:
    exercise = make(name, 4, **options)
    assert smallest(exercise.key_pdf(paper, large_print=True)) >= SMALLEST
    asked = {cell.source for page in LARGE.sheet(exercise, paper).pages for i in page.items
             if isinstance(i, Block) for row in i.cells for cell in row if cell.blank}  # fmt: skip
    assert {s.name for s in exercise.graph.worked} == {source[0] for source in asked if source}


def test_a_sum_that_is_too_wide_goes_on_from_a_plus() -> None:
    exercise = make("conv2d", 4, backward="yes")
    last = LARGE.sheet(exercise, "a4").key().pages[-1]
    lines = [i for i in last.items if isinstance(i, Label) and i.of == ("dK", 0, 0)]
    assert len(lines) > 1
    assert ["=" in i.markup for i in lines] == [False] * (len(lines) - 1) + [True]
    assert all(i.markup.startswith("+ ") for i in lines[1:])
    products = " ".join(i.markup for i in lines).partition(" = ")[0].split(" + ")
    assert len(products) == exercise.values["dZ"].digits.size  # each once


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_options_have_letters_of_18_pt_or_are_refused(name: str, options: dict[str, str]) -> None:
    exercise = make(name, 2, **options)
    for paper in ("a4", "a3"):
        if said := refused(exercise, paper):
            assert "too large for --large-print" in said, options
        else:
            assert smallest(exercise.key_pdf(paper, large_print=True)) >= SMALLEST, options


def test_all_topics_have_room_on_a3_and_what_is_usual_on_a4() -> None:
    for name in TOPICS:
        assert LARGE.sheet(make(name, 11), "a3").pages
    for name in ("matrix-multiplication", "single-neuron", "four-neurons", "hidden-layer",
                 "softmax"):  # fmt: skip
        assert LARGE.sheet(make(name, 11), "a4").pages


@pytest.mark.parametrize("name", ["hidden-layer", "batch-of-three", "backpropagation"])
def test_the_hardest_level_takes_more_pages_on_a4(name: str) -> None:
    exercise = make(name, 1, level="hard")
    assert len(LARGE.sheet(exercise, "a4").pages) >= 2
    assert smallest(exercise.key_pdf(large_print=True)) >= SMALLEST


@pytest.mark.parametrize(("name", "options", "paper", "pages"), [
    ("rnn", {"level": "hard"}, "letter", 4), ("rnn", {"backward": "yes"}, "a4", 6),
    ("rnn", {"backward": "yes"}, "letter", 6),
    ("rnn", {"backward": "yes", "level": "hard"}, "a4", 10),
    ("rnn", {"backward": "yes", "level": "hard"}, "letter", 10),
    ("lstm", {"backward": "yes"}, "a3", 8), ("conv2d", {}, "a4", 3),
    ("conv2d", {"backward": "yes"}, "a4", 5),
])  # fmt: skip
def test_what_is_cut_takes_few_pages_and_asks_nothing_twice(
    name: str, options: dict[str, str], paper: str, pages: int
) -> None:
    exercise = make(name, 5, **options)
    sheet = LARGE.sheet(exercise, paper)
    assert 2 <= len(sheet.pages) <= pages
    asked = sum(cell.blank for page in sheet.pages for i in page.items if isinstance(i, Block)
                for row in i.cells for cell in row)  # fmt: skip
    assert asked == sum(s.shape[0] * s.shape[1] for s in exercise.graph.worked)
    assert smallest(exercise.key_pdf(paper, large_print=True)) >= SMALLEST


def test_what_has_no_room_is_refused_in_one_line_that_names_larger_paper(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ["make", "matrix-multiplication", "--rows", "8", "--inner", "8", "--columns", "8",
             "--seed", "1", "--large-print", "--out", str(tmp_path / "out")]  # fmt: skip
    assert main(asked) == 1
    said = capsys.readouterr().err.strip()
    assert said == ("sheetgen: matrix-multiplication is too large for --large-print with these "
                    "options; add --paper a3, or lower --rows")  # fmt: skip
    assert not list((tmp_path / "out").glob("*"))
    assert main([*asked, "--paper", "a3"]) == 0


def test_on_the_largest_paper_the_sizes_are_named_alone() -> None:
    exercise = make("backpropagation", 1)
    said = [str(too_large(exercise, PAPERS[paper], LARGE_PRINT)) for paper in PAPERS]
    assert ["--paper a3" in line for line in said] == [True, True, False]
    assert said[-1].endswith("with these options; lower --widths")


@pytest.mark.parametrize("form", ["json", "py", "xlsx,live"])
def test_formats_that_have_no_large_print_refuse_it(
    form: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ["make", "rnn", "--seed", "1", "--large-print", "--format", form]
    assert main([*asked, "--out", str(tmp_path)]) == USAGE
    said = capsys.readouterr().err
    assert "--large-print is nothing that" in said
    assert said.count("\n") == 1


def test_what_has_no_large_print_is_as_usual_beside_what_has_it() -> None:
    exercise = make("single-neuron", 3)
    both = exercise.files("pdf,live,json", large_print=True)
    usual = exercise.files("pdf,live,json")
    for name in usual:
        assert (both[name] == usual[name]) != name.endswith(".pdf"), name


def test_the_numbers_are_those_of_the_usual_key() -> None:
    exercise = make("backpropagation", 4)
    shown = []
    for sheet in (lay_out(exercise), LARGE.sheet(exercise, "a3")):
        cells = {c.source: c.text for page in sheet.pages for i in page.items
                 if isinstance(i, Block) for row in i.cells for c in row if c.source}  # fmt: skip
        shown.append({source: text for source, text in cells.items()
                      if source[0] in {s.name for s in exercise.graph.worked}})  # fmt: skip
    assert shown[0] == shown[1]
    assert shown[0]


def test_a_long_recipe_stands_whole_in_the_foot() -> None:
    exercise = make("backpropagation", 1234567, widths="2-3-2", loss="squared-error", bias="no",
                    weights="-1..1", inputs="0..4", max="99", check="yes")  # fmt: skip
    page = LARGE.sheet(exercise, "a3").worksheet().pages[0]
    small = [i for i in page.items if isinstance(i, Label) and i.face == "small"
             and i.y > page.height - 60 and i.anchor == "start" and i.colour == "soft"]  # fmt: skip
    lines = [i.markup for i in sorted(small, key=lambda i: i.y)]
    assert exercise.recipe in "".join(lines).replace(" ", "").partition("·")[2]


def test_a_name_that_is_long_is_cut_and_not_made_small() -> None:
    exercise = make("single-neuron", 3)
    data = exercise.worksheet_pdf(name="Bartholomew Featherstonehaugh-Cholmondeley the Third",
                                  large_print=True)  # fmt: skip
    assert smallest(data) >= SMALLEST
    with pdfplumber.open(BytesIO(data)) as pdf:
        assert "Bartholomew Featherstone" in pdf.pages[0].extract_text()


def test_a_page_is_enlarged_whole_and_shares_its_plate() -> None:
    first, second = LARGE.sheet(make("four-neurons", 3)), LARGE.sheet(make("four-neurons", 4))
    one, other = enlarged(first.pages[0], 2.0), enlarged(second.pages[0], 2.0)
    assert one.plate is other.plate
    assert one.plate is not None
    assert len(one.items) == len(first.pages[0].items)
    assert [i.markup for i in one.labels] == [i.markup for i in first.pages[0].labels]
    assert enlarged(first.pages[0], 1.0) is first.pages[0]


def test_a_packet_is_told_at_the_top() -> None:
    made = [make("softmax", 3, blank=blank) for blank in ("none", "faded:2", "results")]
    request = Request(tuple(made), large_print=True)
    pages = [page for sheet in request.worksheets for page in sheet.pages]
    for number, page in enumerate(pages, 1):
        said = {i.markup for i in page.items if isinstance(i, Label)}
        assert f"page {number} of {len(pages)}" in said
        assert not overlaps(page.items)


def test_a_class_keeps_it_for_lost_sheets(tmp_path: Path) -> None:
    from sheetgen.classroom.reprint import reprint

    plan = tmp_path / "quiz.toml"
    plan.write_text('title = "Quiz 3"\ncourse = "Deep Learning"\ndate = 2026-12-01\n'
                    'teacher = "A. Müller"\n[[exercise]]\ntopic = "single-neuron"\npoints = 5\n'
                    '[[exercise]]\ntopic = "softmax"\npoints = 12.5\n')  # fmt: skip
    made = make_class(plan, ["Ada Lovelace", "Alan Turing"], tmp_path / "class", seed=3,
                      large_print=True)  # fmt: skip
    for name in ("worksheets.pdf", "keys.pdf"):
        data = (made.folder / name).read_bytes()
        assert smallest(data) >= SMALLEST
    assert json.loads((made.folder / "class.json").read_text())["look"] == {"large_print": True}
    again = dict(reprint(made.sheets[0].codes[0], made.folder))
    for name, data in again.items():
        assert smallest(data) >= SMALLEST, name
    with pdfplumber.open(made.folder / "worksheets.pdf") as pdf:
        words = pdf.pages[0].extract_text()
    for said in ("Quiz 3", "Deep Learning", "2026-12-01", "Ada Lovelace", "/ 5", "Total", "/ 17.5"):
        assert said in words


def test_one_student_of_a_class_may_have_it(tmp_path: Path) -> None:
    made = make_class("softmax", ["Ada Lovelace", "Alan Turing"], tmp_path / "class", seed=3)
    asked = ["make", "--student", "Ada Lovelace", "--class", str(made.folder), "--large-print"]
    assert main([*asked, "--out", str(tmp_path / "out")]) == 0
    files = [*(tmp_path / "out").iterdir()]
    assert len(files) == 2
    assert all(smallest(file.read_bytes()) >= SMALLEST for file in files)
    assert smallest((made.folder / "worksheets.pdf").read_bytes()) < 8.0


def test_the_accessible_page_begins_at_18_pt() -> None:
    exercise: Exercise = make("single-neuron", 3)
    [worksheet, _] = exercise.files("accessible", large_print=True).values()
    assert b"body { font-size: 18pt; }" in worksheet
    assert b"18pt" not in next(iter(exercise.files("accessible").values()))
