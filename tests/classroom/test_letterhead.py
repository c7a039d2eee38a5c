"""Head and foot of a page, as its PDF has them: name, numbers of pages, heading."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from sheetgen.api import make
from sheetgen.classroom.letterhead import qr_code, with_letterhead
from sheetgen.classroom.plan import Heading, plan_of
from sheetgen.classroom.points import stated
from sheetgen.classroom.run import run
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import box_of, overlaps
from sheetgen.page.items import PAPERS, Label
from sheetgen.press.printing import printer
from sheetgen.topics.catalogue import TOPICS
from sheetgen.type.fit import NAME_ROOM, SMALLEST, name_lines
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import plain
from tests.classroom.support import manifest, order

MM = 72 / 25.4
"""Points in a millimetre."""
LONG = "Maria Konstantina Papadopoulou-Wolkenstein von und zu Hohenstein-Sayn"


def lines(data: bytes, page: int = 0) -> dict[str, float]:
    """The words of a page and the size of their first letter in points."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        words = pdf.pages[page].extract_words(extra_attrs=["size"])
    return {w["text"]: float(w["size"]) for w in words}


def text(data: bytes, page: int) -> str:
    with pdfplumber.open(BytesIO(data)) as pdf:
        return str(pdf.pages[page].extract_text())


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_long_name_is_set_smaller_and_the_word_before_it_is_not(paper: str) -> None:
    short, long = (
        lines(make("single-neuron", 1).worksheet_pdf(paper, name)) for name in ("Ada", LONG)
    )
    assert short["Name"] == long["Name"] == short["Date"] == short["Ada"]
    assert long["Maria"] < long["Name"]


@pytest.mark.parametrize("name", ["", "Ada Lovelace"])
def test_a_page_of_worked_steps_says_whose_it_is_and_which(name: str) -> None:
    exercise = make("self-attention", 5)
    page = text(exercise.key_pdf(name=name), 1)
    assert exercise.code in page
    assert ("Name Ada Lovelace" in page) == bool(name)
    assert "Name" in page if name else "Name" not in page
    assert page.endswith("worked steps 1 / 1")
    many = make("self-attention", 5, backward="yes").key_pdf(name=name)
    with pdfplumber.open(BytesIO(many)) as pdf:
        feet = [" ".join(str(p.extract_text()).split()[-5:]) for p in pdf.pages]
    behind = len(feet) - 3
    assert all(f.endswith(f" {k} / 3") for k, f in enumerate(feet[:3], 1))
    assert feet[3:] == [f"worked steps {k} / {behind}" for k in range(1, behind + 1)]


MUCH = Heading("The Mathematics of Deep Neural Networks, Examples and Exercises " * 2,
               "Computer Science 101", "2026-12-01", "Prof. Dr. Papadopoulou")  # fmt: skip


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("heading", [
    MUCH, Heading("x" * 400, "Mathematics"), Heading("Quiz 3", "ML"), Heading("word " * 200),
    Heading("The Mathematics of Deep Neural Networks", "Computer Science 101, Spring Term",
            "2026-12-01", "Prof. Dr. Papadopoulou"),
])  # fmt: skip
def test_a_heading_stays_legible_however_long(heading: Heading, paper: str) -> None:
    sheet = with_letterhead(lay_out(make("single-neuron", 1), paper), heading)
    with pdfplumber.open(BytesIO(printer().pdf([sheet.worksheet()]))) as pdf:
        page = pdf.pages[0]
        words = page.crop((0, 0, page.width, 13.2 * MM)).extract_words(extra_attrs=["size"])
    assert words
    assert min(w["size"] for w in words) >= 2.79 * MM
    assert min(w["x0"] for w in words) >= 40 * MM  # right of the logo
    assert max(w["x1"] for w in words) <= page.width - 30 * MM  # left of the code
    assert min(w["top"] for w in words) >= 5 * MM
    said = " ".join(w["text"] for w in words)
    whole = " · ".join(filter(None, (heading.course, heading.title, heading.teacher, heading.date)))
    assert said.endswith("…") or "… " in said or len(said.split()) >= len(whole.split()) - 1
    assert not overlaps(sheet.pages[0].items)


@pytest.mark.parametrize(("topic", "options", "said"), [
    ("self-attention", {"backward": "yes"},
     "3 stands for e, in the gradients too."),
    ("backpropagation", {"softmax_decimals": "2"},
     "Rounding: softmax to 2 decimals; a 5 goes away from 0."),
    ("vae", {"backward": "yes"}, "2 stands for e in the gradients."),
    ("softmax", {"base": "e"},
     "Rounding: powers of e to 1 decimal, quotients to 3 decimals; a 5 goes away from 0. Go on "
     "with the rounded numbers."),
])  # fmt: skip
def test_the_rounding_rule_names_decimals_once(
    topic: str, options: dict[str, str], said: str
) -> None:
    pages = lay_out(make(topic, 3, **options)).pages
    assert said in " ".join(plain(i.markup) for page in pages for i in page.items
                            if isinstance(i, Label))  # fmt: skip


@pytest.mark.parametrize("options", [{"heads": "3"}, {"heads": "3", "output": "yes"}, {}])
def test_no_line_of_the_step_list_is_set_too_small_to_read(options: dict[str, str]) -> None:
    data = make("self-attention", 3, backward="yes", features=3, **options).worksheet_pdf()
    with pdfplumber.open(BytesIO(data)) as pdf:
        words = pdf.pages[0].extract_words(extra_attrs=["size"])
    [size] = [w["size"] for w in words if w["text"] == "Rounding:"]
    assert size >= 2.4 * MM


@pytest.mark.parametrize(("topic", "said"), [
    ("single-neuron", "z = the row [w | b] times the column [x ; 1]."),
    ("four-neurons", "z = each row of [W | b] times the column [x ; 1]."),
    ("rnn", "the row C times the column h"),
    ("matrix-multiplication", "C = each row of A times each column of B."),
])  # fmt: skip
def test_a_step_speaks_of_rows_and_columns_only_where_there_are_some(topic: str, said: str) -> None:
    assert said in text(make(topic, 3).worksheet_pdf(), 0)


@pytest.mark.parametrize("seed", ["123456789", "987654321"])
@pytest.mark.parametrize("topic", ["backpropagation", "four-neurons", "self-attention", "rnn"])
def test_a_qr_code_is_square_for_square_that_of_another_program(topic: str, seed: str) -> None:
    words, number = f"{topic}?seed=", seed
    parts = [(words, segno.consts.MODE_BYTE, None), (number, segno.consts.MODE_NUMERIC, None)]
    codes = [segno.make(parts, error="m", boost_error=False, micro=False, mask=mask).matrix
             for mask in range(8)]  # fmt: skip
    rows = qr_code(words + number, 200.0, 9.0).rows
    assert rows in [tuple("".join(map(str, row)) for row in code) for code in codes]


@pytest.mark.parametrize("side", ["worksheets", "keys"])
def test_every_qr_code_holds_code_page_and_recipe(folder: Path, side: str) -> None:
    data = manifest(folder)
    first = "first_page" if side == "worksheets" else "first_key_page"
    with pypdfium2.PdfDocument(folder / f"{side}.pdf") as document:
        for student in data["students"]:
            image = document[student[first] - 1].render(scale=150 / 72).to_pil()
            said = f"{student['code']} 1{side[0].upper()} {student['recipe']}"
            assert [c.text for c in zxingcpp.read_barcodes(image)] == [said]


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_logo_is_printed(kind: str, tmp_path: Path) -> None:
    from PIL import Image

    if kind == "png":
        Image.new("RGB", (40, 40), (255, 0, 0)).save(tmp_path / "logo.png")
    else:
        (tmp_path / "logo.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" width="4" height="4">'
            '<rect width="4" height="4" fill="red"/></svg>'
        )
    data = {"logo": f"logo.{kind}", "exercise": [{"topic": "single-neuron"}]}
    run(order(tmp_path / "c", "Ada", plan=plan_of(data, tmp_path)))
    with pypdfium2.PdfDocument(tmp_path / "c" / "worksheets.pdf") as document:
        image = document[0].render(scale=1).to_pil()
    assert image.getpixel((60, 48)) == (255, 0, 0)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("topic", TOPICS)
def test_what_a_class_adds_overlaps_nothing(topic: str, paper: str) -> None:
    heading = plan_of({"title": "A long title of a sheet " * 4, "teacher": "Somebody",
                       "exercise": [{"topic": topic}]}, Path()).heading  # fmt: skip
    sheet = with_letterhead(lay_out(make(topic, 3), paper, "Some Body"), heading, "100")
    for page in (*sheet.pages, *sheet.key_pages):
        assert overlaps(page.items) == []
        for item in page.items:
            assert box_of(item)[1] >= 5
            assert box_of(item)[2] <= page.width - 5


@given(st.text(max_size=200))
@limits(deadline=None)
def test_any_name_fits_the_name_line(name: str) -> None:
    lines = name_lines(name, 4.2)
    assert 1 <= len(lines) <= 2
    for shown, em in lines:
        assert em >= SMALLEST - 1e-9
        assert text_width(plain(shown), em, "label") <= NAME_ROOM + 1e-6 or len(shown) <= 2
    if not any("…" in shown for shown, _ in lines):
        assert "".join(shown for shown, _ in lines).replace(" ", "") == name.replace(" ", "")


def test_a_long_name_takes_two_lines_rather_than_dots() -> None:
    long = "Maximiliana Alexandrina von Hohenstaufen-Schwarzenberg und Taxis"
    (first, one), (second, other) = name_lines(long, 4.2)
    assert f"{first} {second}" == long
    assert one == other >= SMALLEST


def test_where_some_exercises_have_points_all_say_theirs() -> None:
    exercises = make("hidden-layer", 7), make("softmax", 7)
    assert stated(["10", ""], exercises) == ("10", "7")  # z, powers, sum, shares of two classes
    assert stated(["", ""], exercises) == ("", "")
