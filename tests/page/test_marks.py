"""The marks of an item: texts, their sizes, what the key adds."""

from __future__ import annotations

from dataclasses import replace
from math import cos, radians

import pytest

from sheetgen.page import marks
from sheetgen.page.items import Block, Cell, Circle, Line, Page
from sheetgen.page.paths import straight
from sheetgen.page.theme import BY_HAND
from sheetgen.type import fonts
from sheetgen.type.system import Family
from tests.page.support import sheet


def test_the_key_only_adds_to_the_worksheet() -> None:
    """What both show stands at the same place in the same size."""
    def given(key: bool) -> set[marks.Text]:
        page = sheet(key).pages[0]
        return {text for item in page.items for text in marks.words(item, key)}

    assert given(False) < given(True)
    drawn = [dict(marks.strokes(sheet(key).pages[0], key)) for key in (False, True)]
    assert drawn[0].items() < drawn[1].items()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("∂L/∂W_3", "∂L/∂W<sub>3</sub>"),
        ("W_{12}^T", "W<sub>12</sub><sup>T</sup>"),
        ("x^{-1} + 1", "x<sup>-1</sup> + 1"),
        ("____ _ ^", "____ _ ^"),
        ("<script>alert('&')</script>", "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"),
        ("a_{<b>}", "a<sub>&lt;b&gt;</sub>"),
        ("漢", "□"),
        ("漢字_{देव} ok", "□□<sub>□□</sub> ok"),
        (r"a\_b\^c\\_3 \n", r"a_b^c\<sub>3</sub> \n"),
        ("©\ufe0f", "©\ufe0f"),
    ],
)
def test_markup(text: str, expected: str) -> None:
    assert marks.markup(text, ()) == expected


@pytest.mark.parametrize("text", ["0", "−1.5", "−12.25", "123456", "1000000000"])
@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("side", [8.0, 9.0, 11.5])
def test_numbers_fit_their_boxes(text: str, blank: bool, side: float) -> None:
    size = marks.number_size(Cell(text, blank), side)
    face = "answer" if blank else "digits"
    assert fonts.text_width(text, size, face) <= BY_HAND.number_room * side + 1e-9


def test_the_font_is_named_in_the_page() -> None:
    known = (Family("Han Sans", (ord("漢"),), (ord("漢"),)),)
    assert marks.markup("<漢>_漢", known) == (
        "&lt;<span class=\"rare\" style=\"font-family:'Han Sans'\">漢</span>&gt;<sub><span class="
        "\"rare\" style=\"font-family:'Han Sans'\">漢</span></sub>"
    )


def test_an_arrow_head_points_where_the_line_says() -> None:
    line = Line(straight([(10, 10), (30, 10)]), weight=0.25, arrow=True, end=(30, 10, 0))
    start, middle, end = marks.head(line)
    assert (start[0], middle, end[0]) == ("M", ("L", 30, 10), "L")
    assert start[1] == end[1] == pytest.approx(30 - BY_HAND.arrow_head * cos(radians(27)), abs=0.01)
    assert start[2] + end[2] == pytest.approx(20, abs=0.01)
    shapes = marks.outlines([line, replace(line, arrow=False)], False)
    assert [(shape.style, shape.weight) for shape in shapes] == [("line ink", "0.25")]
    assert shapes[0].paths == (line.path, marks.head(line), line.path)


def test_what_is_drawn_is_written_as_svg() -> None:
    block = Block(20, 40, 9, ((Cell("1"), Cell("2")),))
    drawn = dict(marks.strokes(Page(210, 297, (block, Circle(60, 90, 2.345, "3"))), False))
    assert drawn[marks.attributes("k-state")] == "M20 40h18v9h-18z"
    assert drawn[marks.attributes("grid")] == "M20 40h18v9h-18zM29 40v9"
    assert drawn[marks.attributes("circle")] == (
        "M57.66 90a2.35 2.35 0 1 1 4.69 0a2.35 2.35 0 1 1 -4.69 0z"
    )
    assert marks.svg((("M", 1.5, -0.0), ("C", 1, 2, 3, 4, 5, 6.125)), " ") == (
        "M 1.5 -0 C 1 2 3 4 5 6.125"
    )
