"""Head and foot of a page, as its PDF has them: name, numbers of pages, heading."""

from __future__ import annotations

from io import BytesIO

import pdfplumber
import pytest

from sheetgen.exercise import make

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
