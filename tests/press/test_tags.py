"""Tagged PDFs: the same pages, and a structure that is whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pdfplumber
import pikepdf
import pypdfium2
import pytest

from sheetgen.api import make
from sheetgen.cli.main import USAGE, main
from sheetgen.exercise.different import make_packet
from sheetgen.exercise.settings import settings
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import PAPERS, Block, Page, Picture, Printed
from sheetgen.press.pdf import lines
from tests.press.support import PEOPLE, PRINTER, RED, pixels, rendered, stamped, texts
from tests.support import NAMES

PAINTS = {"f", "S", "B", "Do", "Tj"}


def sides(name: str, paper: str = "a4", person: str = "Ada", **options: Any) -> list[Printed]:
    sheet = lay_out(make(name, 3, **options), paper, person)
    return [sheet.worksheet(), sheet.key()]


class Part(NamedTuple):
    """An element of the structure, with the text that is marked as its own."""

    role: str
    title: str
    alt: str | None
    page: int | None
    text: str


def parts(data: bytes) -> list[Part]:
    """All elements in reading order, each before those in it; that they hang together is
    checked."""
    return list(_parts(data))


def _parts(data: bytes) -> Iterator[Part]:
    with pikepdf.open(BytesIO(data)) as document, pdfplumber.open(BytesIO(data)) as read:
        root = document.Root.StructTreeRoot
        parents = dict(zip(*[iter(root.ParentTree.Nums)] * 2, strict=True))
        shown: Counter[tuple[int, int]] = Counter()
        said: dict[tuple[int, int], str] = {}
        for number, page in enumerate(read.pages):
            for char in page.chars:
                at = number, char["mcid"]
                said[at] = said.get(at, "") + char["text"]

        def walk(element: Any, parent: Any) -> Iterator[Part]:
            assert element.P.objgen == parent.objgen
            text, page = "", pikepdf.Page(element.Pg).index if "/Pg" in element else None
            kids = list(element.get("/K", []))
            for mark in (int(k) for k in kids if not isinstance(k, pikepdf.Object)):
                listed = parents[int(element.Pg.StructParents)]
                assert listed[mark].objgen == element.objgen
                at = page or 0, mark
                shown[at] += 1
                text += said[at]
            alt = str(element.Alt) if "/Alt" in element else None
            yield Part(str(element.S)[1:], str(element.get("/T", "")), alt, page, text)
            for kid in (k for k in kids if isinstance(k, pikepdf.Dictionary)):
                yield from walk(kid, element)

        yield from walk(root.K, root)
        assert set(shown) == set(said)
        assert set(shown.values()) == {1}
        assert sum(map(len, parents.values())) == len(shown)
        assert int(root.ParentTreeNextKey) == len(parents)


def marked(page: Any) -> Iterator[tuple[str, str]]:
    """What paints on a page, with the tag of what it is marked as."""
    tags: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BMC", "BDC"):
            assert not tags
            tags.append(str(operands[0]))
            assert (name == "BDC") == (tags != ["/Artifact"])
        elif name == "EMC":
            tags.pop()
        elif name in PAINTS:
            yield name, tags[-1]
    assert not tags


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", NAMES)
def test_tags_change_no_pixel_and_no_word(name: str, paper: str) -> None:
    sheets = sides(name, paper, "Žofie Ñandú")
    tagged, plain = PRINTER.pdf(sheets, tagged=True), stamped(sheets)
    direct = rendered(sheets, tagged=True)
    for other in (plain, direct):
        assert texts(tagged) == texts(other)
        for a, b in zip(pixels(tagged), pixels(other), strict=True):
            assert a.shape == b.shape
            assert (a == b).all()
    assert len(tagged) < 1.2 * len(direct)
    with pikepdf.open(BytesIO(direct)) as document:
        assert document.Root.MarkInfo.Marked
    lines._lines.cache_clear()
    assert PRINTER.pdf(sheets, tagged=True) == tagged


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", NAMES)
def test_the_structure_is_whole_and_reads_as_the_page_does(name: str, paper: str) -> None:
    sheets = sides(name, paper, blank="percent:50")
    data = PRINTER.pdf(sheets, tagged=True)
    found = parts(data)
    roles = Counter(part.role for part in found)
    blocks = [(item, sheet.key) for sheet in sheets for page in sheet.pages for item in page.items
              if isinstance(item, Block)]  # fmt: skip
    assert roles["Document"] == 1
    assert [p.title for p in found if p.role == "Sect"] == [s.title for s in sheets]
    assert roles["H1"] == len(sheets)
    assert roles["H2"] == sum(len(sheet.pages) - 1 for sheet in sheets)
    assert [p.title for p in found if p.role == "Table"] == [b.name for b, _ in blocks]
    assert roles["TR"] == sum(b.rows for b, _ in blocks)
    cells = [(cell, key) for b, key in blocks for row in b.cells for cell in row]
    for (cell, key), part in zip(cells, (p for p in found if p.role == "TD"), strict=True):
        if cell.blank and not key:
            assert (part.alt, part.text) == ("blank", "")
        else:
            assert part.alt is None
            assert part.text.startswith(cell.text)
    with pdfplumber.open(BytesIO(data)) as read:
        for number, (page, words) in enumerate(zip(read.pages, texts(data), strict=True)):
            told = "".join(part.text for part in found if part.page == number)
            assert told == "".join(char["text"] for char in page.chars)
            assert Counter(told.replace(" ", "")) == Counter("".join(words.split()))
    with pikepdf.open(BytesIO(data)) as document:
        assert document.check_pdf_syntax() == []
        assert str(document.Root.Lang) == "en"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        for page in document.pages:
            assert page.obj.Tabs == "/S"
            for paint, tag in marked(page):
                assert (paint == "Tj") == (tag != "/Artifact")

@pytest.mark.skipif(not shutil.which("qpdf"), reason="the program qpdf is not installed")
@pytest.mark.parametrize("tagged", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_qpdf_finds_no_fault(name: str, tagged: bool, tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(PRINTER.pdf(sides(name), tagged=tagged))
    done = subprocess.run(["qpdf", "--check", path], capture_output=True)
    assert done.returncode == 0, done.stdout


def test_a_packet_has_a_part_for_each_of_its_sheets() -> None:
    packet = make_packet(settings("softmax"), 4)
    data = PRINTER.pdf([lay_out(e).key() for e in packet], tagged=True)
    roles = [part.role for part in parts(data)]
    assert roles.count("Sect") == roles.count("H1") == 3


@pytest.mark.parametrize("person", ["hebrew", "combining"])
def test_what_only_pango_can_set_is_tagged_by_weasyprint(person: str) -> None:
    sheets = sides("single-neuron", person=PEOPLE[person])
    data = PRINTER.pdf(sheets, tagged=True)
    assert data == rendered(sheets, tagged=True)
    assert texts(data) == texts(rendered(sheets))
    with pikepdf.open(BytesIO(data)) as document:
        assert "/StructTreeRoot" in document.Root


def test_a_picture_and_a_blank_page_say_nothing() -> None:
    sheet = sides("single-neuron")[0]
    first = sheet.pages[0]
    shown = Page(210, 297, (*first.items, Picture(14, 9, 12, 12, RED)))
    sheets = [Printed((shown, Page(210, 297)), "t", False)]
    data, direct = PRINTER.pdf(sheets, tagged=True), rendered(sheets)
    for a, b in zip(pixels(data), pixels(direct), strict=True):
        assert (a == b).all()
    assert {part.page for part in parts(data)} == {None, 0}
    with pikepdf.open(BytesIO(data)) as document:
        assert document.check_pdf_syntax() == []
        assert ("Do", "/Artifact") in set(marked(document.pages[0]))
        assert "/StructParents" not in document.pages[1].obj


def test_other_programs_read_the_structure() -> None:
    with pypdfium2.PdfDocument(PRINTER.pdf(sides("softmax"), tagged=True)) as document:
        assert document.is_tagged()
    with pdfplumber.open(BytesIO(PRINTER.pdf(sides("softmax"), tagged=True))) as read:
        top = read.structure_tree[0]
        assert [part["type"] for part in top["children"]] == ["Sect", "Sect"]
        assert top["children"][0]["children"][0]["type"] == "H1"


def test_make_tags_what_it_prints_and_is_the_same_on_every_run(tmp_path: Path) -> None:
    made = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        words = ["make", "softmax", "--seed", "4", "--tagged", "--quiet", "--out", str(folder)]
        subprocess.run([sys.executable, "-m", "sheetgen", *words], check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True)  # fmt: skip
        made.append({p.name: p.read_bytes() for p in folder.iterdir()})
    assert made[0] == made[1]
    exercise = make("softmax", 4)
    assert sorted(made[0].values()) == sorted(
        (exercise.worksheet_pdf(tagged=True), exercise.key_pdf(tagged=True))
    )
    assert exercise.key_pdf() not in made[0].values()
    assert b"tagged" not in exercise.recipe.encode()


def test_a_recipe_can_be_tagged_and_a_sheet_of_a_class_cannot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["make", "--recipe", "softmax?seed=4&edition=1", "--tagged", "--out", str(tmp_path)]
    assert main(words) == 0
    made = sorted(p.read_bytes() for p in tmp_path.iterdir())
    exercise = make("softmax", 4)
    assert made == sorted((exercise.worksheet_pdf(tagged=True), exercise.key_pdf(tagged=True)))
    code = exercise.code
    assert main(["make", "--code", code, "--class", str(tmp_path), "--tagged"]) == USAGE
    assert "--tagged" in capsys.readouterr().err
