"""Packs of any size: what is in them once, bookmarks, pages of a plate."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from sheetgen.api import make, many
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import PAPERS, Page, Printed
from sheetgen.press.pdf import file
from sheetgen.press.pdf.pack import SheetPack
from tests.press.support import PRINTER, pixels, rendered, sheet_of, stamped, texts
from tests.support import NAMES


def pack_of(out: BytesIO, title: str = "x", *, share: bool = True) -> SheetPack:
    return SheetPack(out, title, stamper=PRINTER.stamper(share=share))


def test_a_pack_of_forty_is_small_and_each_bookmark_leads_to_its_pages() -> None:
    sheets = [lay_out(e, "a4", f"Student {k}") for k, e in enumerate(many("rnn", range(40)))]
    blank = Printed((Page(210, 297),), "", False)
    out = BytesIO()
    todo = [
        pair
        for k, sheet in enumerate(sheets)
        for pair in ((sheet.worksheet(), f"Student {k} · X"), (blank, None))
    ]
    count = PRINTER.write_pack(out, iter(todo), "The class")
    pages = len(sheets[0].pages) + 1
    assert count == 40 * pages
    assert len(out.getvalue()) < 40 * 3000 + 25_000
    with pikepdf.open(BytesIO(out.getvalue())) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == count
        assert str(pdf.docinfo["/Title"]) == "The class"
        with pdf.open_outline() as outline:
            for k, item in enumerate(outline.root):
                assert item.title == f"Student {k} · X"
                assert pikepdf.Page(item.destination[0]).index == k * pages
    shown = texts(out.getvalue())
    for k, sheet in enumerate(sheets):
        assert sheet.exercise.code in shown[k * pages]
        assert f"Student {k}" in shown[k * pages]
        assert shown[k * pages + 1].strip() == ""
    alone = pixels(stamped([sheets[17].worksheet()]))
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        there = document[17 * pages].render(scale=150 / 72).to_numpy()
    assert (alone[0] == there).all()


def test_a_pack_is_right_wherever_a_group_of_objects_is_full() -> None:
    sheet = sheet_of("matrix-multiplication").key()
    shown = texts(stamped([sheet]))
    for count in range(file.GROUP):
        out = BytesIO()
        pack = pack_of(out)
        for _ in range(count):
            pack.blank(210, 297)
        pack.add(sheet)
        pack.close()
        with pypdfium2.PdfDocument(out.getvalue()) as document:
            text = document[count].get_textpage().get_text_range().replace("\r", "")
            assert sorted(text.split()) == sorted(shown[0].split())


def test_a_name_that_needs_shaping_costs_one_page_of_the_pack() -> None:
    people = ["Ada", "שרה לוי", "Bo", "محمد علي"]
    sheets = [lay_out(e, "letter", who) for e, who in
              zip(many("single-neuron", range(4)), people, strict=True)]  # fmt: skip
    printed = [s.worksheet() for s in sheets]
    out = BytesIO()
    PRINTER.write_pack(out, [(p, None) for p in printed], "x")
    direct = rendered(printed)
    assert [sorted(t.split()) for t in texts(out.getvalue())] == [
        sorted(t.split()) for t in texts(direct)
    ]
    for a, b in zip(pixels(out.getvalue()), pixels(direct), strict=True):
        assert (a == b).all()
    with pikepdf.open(BytesIO(out.getvalue())) as pdf:
        assert pdf.check_pdf_syntax() == []


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", NAMES)
def test_pages_of_a_plate_show_what_whole_pages_show(name: str, paper: str) -> None:
    for options in ({}, {"blank": "percent:50"}, {"blank": "none"}):
        exercises = build(settings(name, options), [4, 9])
        printed = [p for s in (lay_out(e, paper, "Ada") for e in exercises)
                   for p in (s.worksheet(), s.key())]  # fmt: skip
        made = []
        for share in (True, False):
            out = BytesIO()
            pack = pack_of(out, share=share)
            for one in printed:
                pack.add(one)
            pack.close()
            made.append(out.getvalue())
        for a, b in zip(*map(pixels, made), strict=True):
            assert (a == b).all()
        assert words(made[0]) == words(made[1])


def words(data: bytes) -> list[list[tuple[int, int, str]]]:
    """Each page's characters with their places, from the top down."""
    with pypdfium2.PdfDocument(data) as document:
        return [sorted(_placed(page.get_textpage())) for page in document]


def _placed(text: pypdfium2.PdfTextPage) -> Iterator[tuple[int, int, str]]:
    for k, character in enumerate(text.get_text_range()):
        if not character.isspace():
            left, _, _, top = text.get_charbox(k)
            yield -round(top), round(left), character


def test_groups_are_a_level_above_students() -> None:
    sheet = sheet_of("single-neuron").worksheet()
    out = BytesIO()
    pack = pack_of(out, "Groups")
    for k in range(300):
        if k % 100 == 0:
            pack.bookmark(f"group {k}", sheet.pages[0].height)
        pack.add(sheet, f"student {k}", level=1)
    pack.close()
    with pikepdf.open(BytesIO(out.getvalue())) as pdf:
        assert len(pdf.pages) == 300
        assert pdf.check_pdf_syntax() == []
        with pdf.open_outline() as outline:
            assert [len(item.children) for item in outline.root] == [100, 100, 100]
            last = outline.root[2].children[99]
            assert pikepdf.Page(last.destination[0]).index == 299
    assert len(out.getvalue()) < 300 * 600


def test_in_a_pack_weasyprint_draws_the_name_alone_and_once_for_both_sides() -> None:
    sheet = lay_out(make("single-neuron", 1), "a4", "שרה לוי")
    stamper = PRINTER.stamper()
    (worksheet, *_), (key, *_) = (
        list(stamper.pages(side)) for side in (sheet.worksheet(), sheet.key())
    )
    assert worksheet.direct is None
    assert len(worksheet.pictures) == 1
    assert worksheet.pictures == key.pictures
