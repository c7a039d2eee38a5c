"""The pages of a chapter: their number, what stands where, read from the PDF; and nothing on
anything else."""

from __future__ import annotations

import re
from functools import cache

import pypdfium2
import pytest

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.settings import settings
from sheetgen.formats.pdf import pdf
from sheetgen.layout.large_print import layout_for
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.page.figure import box_of, overlaps
from sheetgen.page.items import Block, Label
from sheetgen.page.theme import BY_HAND
from sheetgen.topics.chapters import NAMES
from tests.support import fractions

PAPERS = ("a4", *(pytest.param(paper, marks=pytest.mark.workbook) for paper in ("letter", "a3")))


@cache
def exercise(name: str, seed: int = 7, answers: str = "key") -> Exercise:
    return build(settings(f"workbook-{name}", {"answers": answers}), [seed])[0]


@cache
def sheet(name: str, paper: str = "a4", answers: str = "key") -> Sheet:
    return lay_out(exercise(name, answers=answers), paper)


def texts(made: Sheet, key: bool = False) -> list[str]:
    """The text of each page of the PDF."""
    data = pdf([made.key() if key else made.worksheet()])
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_has_four_to_seven_pages_with_three_to_eight_exercises(
    name: str, paper: str
) -> None:
    pages = sheet(name, paper).pages
    assert 4 <= len(pages) <= 7
    numbers = [
        [int(i.markup) for i in page.items
         if isinstance(i, Label) and i.colour == "p1" and i.markup.isdigit() and i.size > 6]
        for page in pages
    ]  # fmt: skip
    assert [n for some in numbers for n in some] == list(range(1, 26))
    assert all(3 <= len(some) <= 8 for some in numbers)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_lies_on_anything_or_beyond_the_paper(name: str, paper: str) -> None:
    for page in sheet(name, paper).pages:
        items = [i for i in page.items if not isinstance(i, Label) or i.markup]
        assert not overlaps(items), name
        for item in items:
            x0, y0, x1, y1 = box_of(item)
            assert x0 > 5, name
            assert y0 > 5, name
            assert x1 < page.width - 5, name
            assert y1 < page.height - 5, name
            if isinstance(item, Label):
                assert item.size >= BY_HAND.smallest_type - 0.005, item.markup
            if isinstance(item, Block):
                assert item.cell >= 7.99, name


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_says_what_is_new_and_holds_no_answer(name: str) -> None:
    made = sheet(name)
    pages = texts(made)
    said = " ".join(re.sub(r"\s+", " ", page) for page in pages)
    key = " ".join(re.sub(r"\s+", " ", page) for page in texts(made, key=True))
    for part in exercise(name).topic.parts[:5]:
        assert part.new in said
    numbers, of_key = (len(re.findall(r"(?<![\w.])−?\d*\.?\d+(?!\w)", text))
                       for text in (said, key))  # fmt: skip
    blanks = sum(int(cells.sum()) for cells in exercise(name).blanks.values())
    assert of_key - numbers >= 0.7 * blanks  # z and a share a box, and an x may stand twice
    assert "ANSWER KEY" in key
    assert "ANSWER KEY" not in said


@pytest.mark.parametrize("name", NAMES)
def test_answers_at_the_foot_are_those_of_the_boxes(name: str) -> None:
    """Behind the number of each exercise stands what it leaves open, and nothing else."""
    made = exercise(name, answers="foot")
    for page in sheet(name, answers="foot").pages:
        small = [i for i in page.items if isinstance(i, Label) and i.source and i.face == "small"]
        for label in small:
            matrix, i, j = label.source or ("", 0, 0)
            assert label.markup == made.shown(matrix)[i][j]
            assert made.blanks[matrix][i, j]
            assert label.y > 0.9 * page.height
    told = sum(isinstance(i, Label) and i.source is not None and i.face == "small"
               for page in sheet(name, answers="foot").pages for i in page.items)  # fmt: skip
    assert told == sum(int(cells.sum()) for cells in made.blanks.values())


def test_open_boxes_are_heavy_and_no_others() -> None:
    for page in sheet("dot-product").pages:
        cells = [c for i in page.items if isinstance(i, Block) for row in i.cells for c in row]
        assert all(c.emphasis == c.blank for c in cells)


def test_the_crossing_of_a_product_stands_flush() -> None:
    """The row of a is level with c, the column of b straight above it."""
    for page in sheet("dot-product").pages:
        blocks = {i.name: i for i in page.items if isinstance(i, Block)}
        for name, a in blocks.items():
            if name.startswith("a."):
                b, c = (blocks[f"{letter}{name[1:]}"] for letter in "bc")
                assert a.y == pytest.approx(c.y)
                assert b.x == pytest.approx(c.x)


def test_a_backwards_exercise_says_its_equation() -> None:
    """What is printed beneath it holds with the number that is missing, and with no other."""
    made = exercise("dot-product")
    [said] = [i.markup for page in sheet("dot-product").pages for i in page.items
              if isinstance(i, Label) and i.of == ("c.13", 0, 0)]  # fmt: skip
    left, right = said.replace("−", "-").split(" = ")
    good = [n for n in range(-9, 10)
            if eval(left.replace("×", "*").replace("?", f"({n})")) == int(right)]  # fmt: skip
    assert good == [int(fractions(made.values["b.13"])[1][0])]


def test_stars_stand_for_what_does_not_matter_on_worksheet_and_key() -> None:
    made = sheet("gradient")
    for key in (False, True):
        assert sum(page.count("*") for page in texts(made, key)) >= 30
    shown = [c.text for page in made.pages for i in page.items if isinstance(i, Block)
             for row in i.cells for c in row
             if c.source and c.source[0] in ("W.9", "Wn.9")]  # fmt: skip
    assert shown == ["*", "*"]


@pytest.mark.parametrize("mark", ["comma"])
@pytest.mark.parametrize("name", ["batch", "softmax", "gradient"])
def test_decimals_have_the_mark_that_is_asked_for(name: str, mark: str) -> None:
    pages = lay_out(exercise(name), mark=mark).pages
    shown = [c.text for page in pages for i in page.items if isinstance(i, Block)
             for row in i.cells for c in row]  # fmt: skip
    assert any("," in text for text in shown)
    assert not any("." in text for text in shown)


def test_large_print_is_refused_with_the_way_out() -> None:
    with pytest.raises(SheetgenError, match=r"has no large print.*--paper a3"):
        lay_out(exercise("deep"), layout=layout_for(True))


@pytest.mark.parametrize("chapter", ["activation", "artificial-neuron", "hidden-layer"])
def test_cards_stand_in_one_column_only_where_two_would_be_much_smaller(chapter: str) -> None:
    for page in sheet(chapter).pages:
        lefts = {round(i.x) for i in page.items if isinstance(i, Label)
                 and i.colour == "p1" and i.markup.isdigit() and i.size > 6}  # fmt: skip
        assert len(lefts) > 1
