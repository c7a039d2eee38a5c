"""Head and foot of a page, as its PDF has them: name, numbers of pages, heading."""

from __future__ import annotations

from io import BytesIO

import pdfplumber
import pytest

from sheetgen.api import make
from sheetgen.classroom.letterhead import dressed
from sheetgen.classroom.pupils import Heading
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import overlaps
from sheetgen.press.printing import printer

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
    exercise = make("backpropagation", 5)
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
    sheet = dressed(lay_out(make("single-neuron", 1), paper), heading)
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
     "Rounding: quotients, ∂L/∂scaled, ∂L/∂S to 1 decimal, 3 stands for e, in the gradients too;"),
    ("backpropagation", {"softmax_decimals": "2"}, "Rounding: softmax to 2 decimals; a 5 goes up."),
    ("softmax", {"base": "e"},
     "Rounding: powers of e to 1 decimal, quotients to 3 decimals; a 5 goes up. Go on with the "
     "rounded numbers."),
])  # fmt: skip
def test_the_rounding_rule_names_decimals_once(
    topic: str, options: dict[str, str], said: str
) -> None:
    assert said in text(make(topic, 3, **options).worksheet_pdf(), 0)


@pytest.mark.parametrize("options", [{"heads": "3"}, {"heads": "3", "output": "yes"}, {}])
def test_no_line_of_the_step_list_is_set_too_small_to_read(options: dict[str, str]) -> None:
    data = make("self-attention", 3, backward="yes", features=3, **options).worksheet_pdf()
    with pdfplumber.open(BytesIO(data)) as pdf:
        words = pdf.pages[0].extract_words(extra_attrs=["size"])
    [size] = [w["size"] for w in words if w["text"] == "Rounding:"]
    assert size >= 2.4 * MM


@pytest.mark.parametrize(("topic", "said"), [
    ("single-neuron", "z: [w | b] times the column [x ; 1]."),
    ("four-neurons", "z: each row of [W | b] times the column [x ; 1]."),
    ("rnn", "C times h"), ("matrix-multiplication", "C: each row of A times each column of B."),
])  # fmt: skip
def test_a_step_speaks_of_rows_and_columns_only_where_there_are_some(topic: str, said: str) -> None:
    assert said in text(make(topic, 3).worksheet_pdf(), 0)
