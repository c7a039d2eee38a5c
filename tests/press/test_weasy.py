"""What the printed page promises: same bytes, no answers on worksheets, our fonts only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from sheetgen.errors import SheetgenError
from sheetgen.page import marks
from sheetgen.page.items import Block, Cell, Label, Page, Picture, Printed
from sheetgen.type import fonts, system
from tests.page.support import sheet
from tests.press.support import PRINTER, RED, rendered, text_of


def family(name: str) -> str:
    return name.split("+", 1)[1]


def test_same_sheets_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    script = (
        "import sys; from tests.page.support import sheet;"
        "from tests.press.support import rendered;"
        "open(sys.argv[1], 'wb').write(rendered([sheet(False), sheet(True)]))"
    )
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo"}
    target = tmp_path / "other.pdf"
    subprocess.run([sys.executable, "-c", script, str(target)], env=environment, check=True)
    mine = rendered([sheet(False), sheet(True)])
    assert mine == rendered([sheet(False), sheet(True)])
    assert mine == target.read_bytes()


def test_answers_stand_on_the_key_alone() -> None:
    answers = ("7349", "55", "88", "secret 4711", "6217", "−6")
    worksheet, key = (text_of(rendered([sheet(shown)])) for shown in (False, True))
    body = re.sub(r"<[^>]*>", "\n", PRINTER.html(sheet(False)).partition("<body>")[2])
    assert "−2.5" in body
    for answer in answers:
        assert answer in key
        assert answer not in worksheet
        assert answer not in body
    for given in ("Hidden Layer", "−2.5", "−3", "∂L/∂W", "Łukasz"):
        assert given in worksheet
        assert given in key


@pytest.fixture
def no_fonts_of_the_system(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What fontconfig tells is not found."""
    kept = (system.families, system.parts, marks.markup, marks._worded)
    monkeypatch.setenv("PATH", "")
    for function in kept:
        function.cache_clear()
    yield
    for function in kept:
        function.cache_clear()


def test_only_bundled_fonts_are_embedded(no_fonts_of_the_system: None) -> None:
    with pikepdf.open(BytesIO(rendered([sheet(True, Label(60, 80, "漢字 🎲", 5))]))) as document:
        embedded = {
            family(str(font.BaseFont)) for page in document.pages
            for font in page.Resources.Font.values()
        }  # fmt: skip
    assert embedded == {"SG-Label", "SG-Digits", "SG-Answer", "SG-Math", "SG-World"}


def test_a_pack_has_its_pages_bookmarks_and_metadata() -> None:
    data = rendered([sheet(False, subject="Ada"), sheet(False), sheet(True, subject="Blaise")])
    with pikepdf.open(BytesIO(data)) as document:
        papers = [[round(float(v)) for v in page.mediabox] for page in document.pages]
        assert papers == [[0, 0, 595, 842]] * 3
        with document.open_outline() as outline:
            assert [entry.title for entry in outline.root] == ["Ada", "Blaise"]
        assert document.docinfo["/Title"] == "Hidden Layer"
        assert document.docinfo["/Author"] == "Ada"
        assert document.Root.Lang == "en-GB"
        assert not {"/CreationDate", "/ModDate"} & set(document.docinfo.keys())


def test_pages_of_different_papers_keep_their_sizes() -> None:
    pages = (Page(210, 297), Page(215.9, 279.4), Page(210, 297))
    data = rendered([Printed(pages, "Papers", False)])
    with pikepdf.open(BytesIO(data)) as document:
        widths = [round(float(page.mediabox[2])) for page in document.pages]
    assert widths == [595, 612, 595]


@pytest.mark.parametrize(
    "url",
    ["file:///etc/hostname", "http://127.0.0.1/x.png", "data:image/png;base64,AA==",
     "sheetgen:../pyproject.toml", "sheetgen:/etc/hostname", "sheetgen:fonts/../../README.md"],
)  # fmt: skip
def test_nothing_outside_the_templates_is_fetched(url: str) -> None:
    with pytest.raises(SheetgenError, match="nothing but its templates"):
        PRINTER.templates.read(url)
    with pytest.raises(SheetgenError, match="nothing but its templates"):
        PRINTER.weasy.print_html(f'<p><img src="{url}"></p>')


def test_a_picture_is_read_for_its_own_document_alone() -> None:
    page = Page(210, 297, (Picture(20, 20, 30, 30, RED),))
    assert rendered([Printed((page,), "t", False)])
    text = f'<p><img src="{RED}"></p>'
    assert PRINTER.weasy.print_html(text, [RED])
    with pytest.raises(SheetgenError, match="nothing but its templates"):
        PRINTER.weasy.print_html(text)


def test_a_missing_template_is_named() -> None:
    with pytest.raises(SheetgenError, match=r"fonts/none\.ttf is missing"):
        PRINTER.templates.read("sheetgen:fonts/none.ttf")


def test_no_tag_of_a_user_reaches_the_page() -> None:
    evil = '"><script>alert(1)</script>'
    label = Label(50, 150, evil, 4, "start")
    printed = Printed(sheet(False, label).pages, evil, False, evil, evil, evil)
    assert "<script" not in PRINTER.html(printed)
    assert "<script>alert(1)</script>" in text_of(rendered([printed]))


def test_html_with_embedded_fonts_needs_no_other_file() -> None:
    text = PRINTER.html(sheet(True))
    assert 2 <= text.count("data:font/woff;base64,") == text.count("@font-face") <= 5
    assert 'base64,"' not in text
    assert "sheetgen:" not in text


def test_a_printed_label_is_as_wide_as_measured() -> None:
    words, size = "The forward pass is given", 5.0
    label = Label(20, 200, words, size, "start")
    data = rendered([Printed((Page(210, 297, (label,)),), "Width", False)])
    with pypdfium2.PdfDocument(data) as document:
        textpage = document[0].get_textpage()
        boxes = [textpage.get_charbox(i, loose=True) for i in range(len(words))]
    width = (max(box[2] for box in boxes) - min(box[0] for box in boxes)) * 25.4 / 72
    assert width == pytest.approx(fonts.text_width(words, size, "label"), abs=0.3)


def test_digits_stand_in_the_middle_of_their_boxes() -> None:
    cells = ((Cell("0"), Cell("0", True)),)
    data = rendered([Printed((Page(210, 297, (Block(50, 100, 10, cells),)),), "Middle", True)])
    with pypdfium2.PdfDocument(data) as document:
        textpage = document[0].get_textpage()
        zeros = [i for i, c in enumerate(textpage.get_text_range()) if c == "0"]
        boxes = [textpage.get_charbox(i) for i in zeros]
    assert len(boxes) == 2
    for number, (left, bottom, right, top) in enumerate(boxes):
        assert (left + right) / 2 * 25.4 / 72 == pytest.approx(55 + 10 * number, abs=0.25)
        assert 297 - (top + bottom) / 2 * 25.4 / 72 == pytest.approx(105, abs=0.15)
