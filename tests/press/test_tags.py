"""Tagged PDFs: the same pages, and a structure that is whole."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pdfplumber
import pdfua
import pikepdf
import pypdfium2
import pytest

from sheetgen.api import from_given, make
from sheetgen.cli.main import USAGE, main
from sheetgen.exercise.different import make_packet
from sheetgen.exercise.settings import settings
from sheetgen.graph.work import numbered
from sheetgen.layout.large_print import LARGE
from sheetgen.layout.legends import LEGEND
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import PAPERS, Block, Cell, Label, Page, Picture, Printed, Rule
from sheetgen.page.reading import Reading, Told
from sheetgen.press.pdf import lines
from sheetgen.type.truetype import NotSimpleError
from sheetgen.words.labels import label_text
from tests.press.support import PEOPLE, PRINTER, RED, pixels, rendered, stamped, texts
from tests.support import NAMES

PAINTS = {"f", "S", "B", "Do", "Tj"}


def sides(name: str, paper: str = "a4", person: str = "Ada", **options: Any) -> list[Printed]:
    sheet = lay_out(make(name, 3, **options), paper, person)
    return [sheet.worksheet(), sheet.key()]


class Part(NamedTuple):
    """An element of the structure, with the text that is marked as its own, and where it is: the
    roles of those above it."""

    role: str
    title: str
    alt: str | None
    page: int | None
    text: str
    said: str | None
    above: tuple[str, ...]
    scope: str
    places: tuple[int, ...]

    @property
    def heard(self) -> str:
        """What is read aloud of it."""
        return self.said or self.alt or self.text.strip()


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
                if char["mcid"] is not None:
                    at = number, char["mcid"]
                    said[at] = said.get(at, "") + char["text"]

        def walk(element: Any, parent: Any, above: tuple[str, ...]) -> Iterator[Part]:
            assert element.P.objgen == parent.objgen
            text, page = "", pikepdf.Page(element.Pg).index if "/Pg" in element else None
            found = element.get("/K", [])
            kids = list(found) if isinstance(found, pikepdf.Array | list) else [found]
            marks = tuple(int(k) for k in kids if not isinstance(k, pikepdf.Object))
            for mark in marks:
                listed = parents[int(element.Pg.StructParents)]
                assert listed[mark].objgen == element.objgen
                at = page or 0, mark
                shown[at] += 1
                text += said[at]
            role = str(element.S)[1:]
            alt, actual = (str(element[k]) if k in element else None
                           for k in ("/Alt", "/ActualText"))  # fmt: skip
            scope = str(element.A.get("/Scope", "")) if "/A" in element else ""
            yield Part(role, str(element.get("/T", "")), alt, page, text, actual, above, scope,
                       marks)  # fmt: skip
            for kid in (k for k in kids if isinstance(k, pikepdf.Dictionary)):
                yield from walk(kid, element, (*above, role))

        yield from walk(root.K, root, ())
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


def set_aside(sheets: list[Printed]) -> bool:
    """Whether a text (Latin, Greek and brackets in one line) is set by Pango alone: it is laid on
    its tagged page as a picture, before the other texts, and a hair's breadth off."""
    items = [(item, sheet.key) for sheet in sheets for page in sheet.pages for item in page.items]
    try:
        for item, key in items:
            list(lines.texts(item, key))
    except NotSimpleError:
        return True
    return False


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", NAMES)
def test_tags_change_no_pixel_and_no_word(name: str, paper: str) -> None:
    sheets = sides(name, paper, "Žofie Ñandú")
    tagged, plain = PRINTER.pdf(sheets, tagged=True), stamped(sheets)
    direct = rendered(sheets, tagged=True)
    aside = set_aside(sheets)
    for other in (plain, direct):
        for said, heard in zip(texts(tagged), texts(other), strict=True):
            assert sorted(said.split()) == sorted(heard.split()) if aside else said == heard
        for a, b in zip(pixels(tagged), pixels(other), strict=True):
            assert a.shape == b.shape
            assert (a != b).mean() < 0.002 if aside else (a == b).all()
    assert len(tagged) < (2 if aside else 1.3) * len(direct)
    with pikepdf.open(BytesIO(direct)) as document:
        assert document.Root.MarkInfo.Marked
    lines._lines.cache_clear()
    assert PRINTER.pdf(sheets, tagged=True) == tagged


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", NAMES)
def test_the_structure_is_whole_and_every_box_is_heard_once(name: str, paper: str) -> None:
    sheets = sides(name, paper, blank="percent:50")
    data = PRINTER.pdf(sheets, tagged=True)
    found = parts(data)
    roles = Counter(part.role for part in found)
    assert roles["Document"] == 1
    assert [p.title for p in found if p.role == "Sect"] == [s.title for s in sheets]
    assert roles["H1"] == len(sheets)
    assert roles["H2"] == sum(len(sheet.pages) - 1 for sheet in sheets)
    boxes = [p for p in found if p.role == "TD" or (p.role == "LBody" and p.places)]
    expected: Counter[str] = Counter()
    for sheet in sheets:
        for page in sheet.pages:
            for item in page.items:
                if isinstance(item, Block) and item.name != LEGEND:  # which tells of fills
                    expected.update(expected_of(c, sheet.key) for row in item.cells for c in row)
    assert Counter(p.heard.removesuffix(", circled") for p in boxes) == expected
    with pikepdf.open(BytesIO(data)) as document:
        assert document.check_pdf_syntax() == []
        for page in document.pages:
            assert page.obj.Tabs == "/S"
            for paint, tag in marked(page):
                assert tag == "/Artifact" or paint == "Tj"


def expected_of(cell: Cell, key: bool) -> str:
    """What is to be heard of a box."""
    if cell.kind == "masked":
        return "masked"
    if cell.blank and not key:
        return "blank"
    said = f"answer {cell.text}" if cell.blank else cell.text
    return f"{said}, crossed out, {cell.struck}" if cell.struck and (
        key or not cell.struck_blank) else said or "empty"  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_tables_have_captions_and_headers(name: str) -> None:
    sheets = sides(name)
    graph = make(name, 3).graph
    seen = sorted(graph.nodes, key=lambda n: not getattr(n, "hidden", False))  # copies first
    labels = {label_text(n): n.shape for n in seen}
    steps = {label_text(s): k for k, group in numbered(graph) for s in group}
    found = parts(PRINTER.pdf(sheets, tagged=True))
    for k, part in enumerate(found):
        if part.role == "TR":
            assert found[k + 1].role == "TH"
            assert found[k + 1].scope == "/Row"
        if part.role == "Table":
            assert found[k + 1].role == "Caption"
    captions = [p.heard.split(", ") for p in found if p.role == "Caption"]
    told = {caption[0] for caption in captions}
    for name_, *size in captions:
        plain = name_.split(" and ")[-1].removesuffix("ᵀ")
        assert plain in labels
        rows, cols = labels[plain]
        if name_.endswith("ᵀ"):
            rows, cols = cols, rows
        if not size[0].startswith(("row", "column")):
            assert size[0] == f"{rows} by {cols}"
        assert [s for s in size if s.startswith("step ")] == (
            [f"step {steps[plain]}"] if plain in steps else [])
    for said, number in steps.items():
        assert any(said in (c[0].removesuffix("ᵀ"), *c[0].split(" and ")) for c in captions), (
            number, said, told)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_heard_in_the_order_of_the_work(name: str) -> None:
    """The title, then what is given, then the steps in the order of their numbers, each with its
    words before its matrices."""
    sheet = sides(name)[0]
    found = [p for p in parts(PRINTER.pdf([sheet], tagged=True)) if p.page == 0]
    assert found[0].role == "H1"
    assert found[0].heard == make(name, 3).settings.title
    head = [p.heard for p in found[1:4]]
    assert any(said.startswith("Name") for said in head)
    captions = [(k, p.heard) for k, p in enumerate(found) if p.role == "Caption"]
    numbers = [int(m[1]) if (m := re.search(r"step (\d+)", said)) else 0 for _, said in captions]
    assert numbers == sorted(numbers)
    words = {int(m[1]): k for k, p in enumerate(found) if p.role == "Lbl"
             if (m := re.fullmatch(r"Step (\d+):", p.heard))}  # fmt: skip
    for number, (k, _) in zip(numbers, captions, strict=True):
        if number in words:
            assert words[number] < k
            assert found[words[number] + 1].role == "LBody"
            assert found[words[number] + 2].role == "P"


def test_a_key_is_heard_as_a_blind_student_reads_it() -> None:
    exercise, _ = from_given("single-neuron", {"x": [2, 0, 3], "w": [[1, -1, 1]]})
    sheet = lay_out(exercise, name="Ada Lovelace")
    heard = [p.heard for p in parts(PRINTER.pdf([sheet.key()], tagged=True)) if p.heard]
    blank = [p.heard for p in parts(PRINTER.pdf([sheet.worksheet()], tagged=True)) if p.heard]
    assert heard[0] == blank[0] == "A Single Neuron"
    assert "Name Ada Lovelace" in heard[:5]
    at = heard.index("w, 1 by 3")
    assert heard[at : at + 5] == ["w, 1 by 3", "row 1", "1", "−1", "1"]
    at = heard.index("z, 1 by 1, step 1")
    assert heard[at + 1] == "answer 5"
    assert blank[blank.index("z, 1 by 1, step 1") + 1] == "blank"
    figure = next(said for said in heard if said.startswith("Picture of the net"))
    assert "3 and 1 circles" in figure
    assert "answer 2; 0; 3, then 5" in figure


@pytest.mark.parametrize("name", NAMES)
def test_a_worksheet_says_no_answer(name: str) -> None:
    sheet, key = sides(name)
    heard = [p.heard for p in parts(PRINTER.pdf([sheet], tagged=True)) if p.heard]
    told = [p.heard for p in parts(PRINTER.pdf([key], tagged=True)) if p.heard]
    assert not any("answer" in said.lower() for said in heard)
    asked = sum(c.blank for page in sheet.pages for item in page.items
                if isinstance(item, Block) for row in item.cells for c in row)  # fmt: skip
    ruled = sum(isinstance(item, Rule) and not item.height for page in sheet.pages
                for item in page.items)  # fmt: skip
    assert asked <= heard.count("blank") <= asked + ruled
    assert sum(said.startswith("answer") for said in told) >= asked


def test_the_file_says_that_it_keeps_pdf_ua() -> None:
    sheets = sides("softmax", person="A & B <c>")
    for data in (PRINTER.pdf(sheets, tagged=True), rendered(sheets, tagged=True)):
        with pikepdf.open(BytesIO(data)) as document:
            root = document.Root
            assert str(root.Lang) == "en"
            assert root.MarkInfo.Marked
            assert root.ViewerPreferences.DisplayDocTitle
            with document.open_metadata() as told:
                assert told["pdfuaid:part"] == "1"
                assert told["dc:title"] == sheets[0].title
    assert b"<pdfuaid:part>1<" in PRINTER.pdf(sheets, tagged=True)
    assert b"pdfuaid" not in PRINTER.pdf(sheets)


@pytest.mark.parametrize("name", NAMES)
def test_pdfua_finds_no_fault(name: str, tmp_path: Path) -> None:
    """``pdfua`` checks 16 of the 106 rules that a machine can check; all pages keep them."""
    for paper in ("a4", "letter"):
        for k, sheet in enumerate(sides(name, paper, "שרה לוי")):
            path = tmp_path / f"{k}.pdf"
            path.write_bytes(PRINTER.pdf([sheet], tagged=True))
            report = pdfua.validate(path)
            assert report.findings == ()
    direct = tmp_path / "direct.pdf"
    direct.write_bytes(rendered(sides(name), tagged=True))
    assert pdfua.validate(direct).findings == ()


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
def test_a_name_that_only_pango_can_set_is_drawn_and_said(person: str) -> None:
    sheets = sides("single-neuron", person=PEOPLE[person])
    data = PRINTER.pdf(sheets, tagged=True)
    for page, other in zip(texts(data), texts(rendered(sheets)), strict=True):
        assert sorted(page.split()) == sorted(other.split())
    assert [p.heard for p in parts(data) if p.heard.startswith("Name ")] == [
        f"Name {PEOPLE[person]}"
    ] * 2


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


def test_texts_of_several_lines_are_one_and_signs_and_colours_are_not_heard() -> None:
    """A step's further lines are indented, those between boxes centred; a box without a number is
    a colour of the legend, and the word beside it says which."""
    items = (
        Label(105, 18, "Title", 9, face="title"),
        Label(14, 30.5, "Name", 4.2, "start"),
        Block(40, 60, 10, ((Cell("7", source=("W1", 0, 0)), Cell("8", source=("W1", 0, 1))),)),
        Label(38, 65, "W_1", 4, "end"),
        Label(70, 60, "÷ 2,", 3), Label(70, 64, "rounded", 3),
        Label(65, 65, "=", 4), Label(61, 55, "1", 4, face="digits"), Label(62, 55, "^T", 4),
        Block(14, 100, 5, ((Cell(""),),), name="legend"), Label(22, 102, "weight", 3, "start"),
        Label(14, 200, "[1] z_1 = each row of W_1", 3.7, "start"),
        Label(18.5, 205.2, "times each column.", 3.7, "start"),
        Label(14, 210.4, "All is rounded.", 3.7, "start"),
    )  # fmt: skip
    reading = Reading({"W1": Told("W_1", 1, 2)})
    sheet = Printed((Page(210, 297, items),), "t", False, reading=reading)
    data = PRINTER.pdf([sheet], tagged=True)
    assert [p.heard for p in parts(data) if p.heard] == [
        "Title", "Name", "W₁, 1 by 2", "row 1", "7", "8", "÷ 2, rounded",
        "Step 1: z₁ = each row of W₁ times each column.", "All is rounded.",
    ]  # fmt: skip


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


def test_large_print_is_heard_as_well(tmp_path: Path) -> None:
    sheet = LARGE.sheet(make("hidden-layer", 3), "a4", "Ada")
    for number, side in enumerate((sheet.worksheet(), sheet.key())):
        data = PRINTER.pdf([side], tagged=True)
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(data)
        assert pdfua.validate(path).findings == ()
        heard = [part.heard for part in parts(data) if part.role in ("H1", "H2", "P", "Caption")]
        assert heard[0] == "Hidden Layer"
        assert "Name Ada" in heard[:4]
        steps = [text for text in heard if text.startswith("Step")]
        assert any("z₁ = each row of [W₁ | b₁] times the column [x ; 1]" in s for s in steps)
        assert heard.index("x, 3 by 1") < heard.index("z₁, 4 by 1, step 1")
        foot = next(k for k, text in enumerate(heard) if text.startswith("by hand"))
        assert "".join(heard[foot : foot + 2]).replace(" ", "").startswith("byhand·hidden-layer?")
    said = [part.said or part.alt for part in parts(PRINTER.pdf([sheet.worksheet()], tagged=True))]
    assert said.count("blank") > sum(s.shape[0] * s.shape[1] for s in sheet.exercise.graph.worked)


def test_what_is_circled_is_said_of_its_box_on_the_key_alone() -> None:
    sheet, key = ([p.heard for p in parts(stamped([side], tagged=True)) if "circled" in p.heard]
                  for side in sides("conv2d"))  # fmt: skip
    assert (len(sheet), len(key)) == (0, 4)
    assert all(re.fullmatch(r"answer \d+, circled", said) for said in key)
    words = [p.heard for p in parts(stamped([sides("llm-sampling")[1]], tagged=True))]
    assert "answer 2 rain" not in words  # the words on the bars say what the tables say
