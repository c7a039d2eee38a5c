"""The press: the same pages as by way of WeasyPrint, packs of any size, the plate on disk."""

from __future__ import annotations

import base64
import random
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import pytest

from sheetgen.api import make, many
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.page import paths
from sheetgen.page.items import COLOURS, PAPERS, Item, Label, Line, Page, Picture, Printed
from sheetgen.press import compare, proof, weasy
from sheetgen.press.pdf import content, file
from sheetgen.press.pdf import pack as press
from sheetgen.press.pdf import text as lettering
from sheetgen.topics import TOPICS
from sheetgen.type import fonts
from sheetgen.type.truetype import FAMILIES, NotSimpleError, runs, typeface
from tests.support import NAMES, random_options

PEOPLE = {
    "accents": "Žofie Ñandú, Łukasz Ångström",
    "greek": "Ελένη Παππά",
    "cyrillic": "Иван Петров",
    "vietnamese": "Nguyễn Văn Ánh",
    "hebrew": "שרה לוי",
    "arabic": "محمد علي",
    "chinese": "李小龙",
    "emoji": "👩‍🚀 Zoë ◾",
    "html": "<b>A & B</b> \"q\" 'x' &lt;",
    "combining": "Jose\u0301 e\u0308",
    "mixed": "Ана (Ελ) a β c",
    "spaces": "  x  y  ",
    "long": "A" * 70,
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(proof.VARIABLE, str(tmp_path / "cache"))


def pixels(data: bytes, dpi: float = 150) -> list[np.ndarray]:  # type: ignore[type-arg]
    with pypdfium2.PdfDocument(data) as document:
        return [page.render(scale=dpi / 72).to_numpy() for page in document]


def texts(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range().replace("\r", "") for page in document]


def sheet_of(name: str, paper: str = "a4", person: str = "", seed: int = 3) -> Sheet:
    return lay_out(make(name, seed), paper, person)


def same(sheets: list[Printed]) -> tuple[bytes, bytes]:
    pressed, direct = press.stamp(sheets), weasy.pdf(sheets)
    assert compare.difference(pressed, direct) == ""
    for a, b in zip(pixels(pressed), pixels(direct), strict=True):
        assert a.shape == b.shape
        assert int(np.count_nonzero(a != b)) == 0
    assert texts(pressed) == texts(direct)
    return pressed, direct


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", NAMES)
def test_the_press_prints_the_same_pixels_and_words_as_weasyprint(name: str, paper: str) -> None:
    sheet = sheet_of(name, paper, "Žofie Ñandú")
    pressed, direct = same([sheet.worksheet(), sheet.key()])
    with pikepdf.open(BytesIO(pressed)) as ours, pikepdf.open(BytesIO(direct)) as theirs:
        assert ours.check_pdf_syntax() == []
        for field in ("/Title", "/Author", "/Creator"):
            assert str(ours.docinfo[field]) == str(theirs.docinfo[field])
        assert str(ours.Root.Lang) == str(theirs.Root.Lang)
        with ours.open_outline() as a, theirs.open_outline() as b:
            assert [i.title for i in a.root] == [i.title for i in b.root]
            assert len(a.root) == 2
    assert len(pressed) < 1.3 * len(direct)


@pytest.mark.parametrize("name", NAMES)
def test_any_options_make_the_same_marks(name: str) -> None:
    for seed in range(2):
        options = random_options(TOPICS[name], seed)
        try:
            sheet = lay_out(make(name, seed, **options), "letter")
        except SheetgenError:
            continue
        sheets = [sheet.worksheet(), sheet.key()]
        assert compare.difference(press.stamp(sheets), weasy.pdf(sheets)) == ""


@pytest.mark.parametrize("person", PEOPLE)
def test_names_of_every_script_print_as_weasyprint_prints_them(person: str) -> None:
    same([sheet_of("single-neuron", person=PEOPLE[person]).worksheet()])


def test_random_texts_in_every_face_stand_where_pango_puts_them() -> None:
    chance = random.Random(7)
    spans = zip(*fonts._coverage(), strict=True)
    rare = [chr(c) for first, last in spans for c in range(first, last + 1)]
    usual = [chr(c) for c in range(32, 127)] + list("−×∂Σ√≈ηαβγδ→₁⊙ᵀ′·±≤…–—“”äößéñçøåŁżИванЯΩΛ")
    items: list[Item] = []
    for _ in range(500):
        text = "".join(
            chance.choice(usual if chance.random() < 0.93 else rare)
            for _ in range(chance.randint(1, 14))
        )
        text += chance.choice(["", "", "", "_{ij} b", "^T", " ^T", "_3 "])
        label = Label(
            chance.uniform(20, 190), chance.uniform(10, 280), text, chance.uniform(2, 9),
            chance.choice(("start", "middle", "end")), chance.choice(COLOURS),
            chance.choice(("label", "digits", "answer", "title", "small")), chance.random() < 0.5,
        )  # fmt: skip
        try:
            content.write(Page(210, 297, (label,)), True)
        except NotSimpleError:
            continue
        items.append(label)
    assert len(items) > 300
    sheet = Printed((Page(210, 297, tuple(items)),), "t", True)
    assert compare.difference(press.stamp([sheet]), weasy.pdf([sheet])) == ""


def test_the_probe_of_the_plate_is_the_same_and_finds_a_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert proof.difference() == ""
    monkeypatch.setitem(lettering.RAISED, "sub", -0.3)
    lettering.set_text.cache_clear()
    content._lines.cache_clear()
    try:
        assert "mark" in proof.difference()
    finally:
        lettering.set_text.cache_clear()
        content._lines.cache_clear()


def test_the_press_does_not_print_where_it_would_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "fits", lambda: False)
    sheet = sheet_of("single-neuron").worksheet()
    assert press.pdf([sheet]) == weasy.pdf([sheet])
    out = BytesIO()
    assert press.press_pack(out, [(sheet, "A"), (sheet, None)], "Pack") == 2
    assert compare.difference(out.getvalue(), weasy.pdf([sheet, sheet])) == ""


def test_the_same_sheets_are_the_same_bytes() -> None:
    sheet = sheet_of("softmax", person=PEOPLE["hebrew"])
    sheets = [sheet.worksheet(), sheet.key()]
    first = press.stamp(sheets)
    content._lines.cache_clear()
    assert press.stamp(sheets) == first


def test_what_looks_like_a_pdf_string_stays_text() -> None:
    for title in ("a) (b \\ c", "Ünï → 漢", "line\nbreak"):
        sheet = Printed((Page(210, 297, (Label(50, 50, "x", 4),)),), title, False, title)
        with pikepdf.open(BytesIO(press.stamp([sheet]))) as pdf:
            assert str(pdf.docinfo["/Title"]) == title
            with pdf.open_outline() as outline:
                assert [i.title for i in outline.root] == [title]


def test_a_page_without_a_fault_in_every_font_file() -> None:
    from fontTools.ttLib import TTFont

    from sheetgen.press.pdf.fonts import subset

    for name in FAMILIES:
        face = typeface(name)
        letters = [c for c in "Aé−Ω√5ЯẲ" if c in face.glyphs]
        part = BytesIO(subset(face, [face.glyphs[c] for c in letters]))
        with TTFont(part) as small, TTFont(fonts.TEMPLATES / "fonts" / f"{name}.ttf") as whole:
            for letter in letters:
                glyph = whole.getBestCmap()[ord(letter)]
                number = whole.getGlyphID(glyph)
                a = whole["glyf"][glyph].getCoordinates(whole["glyf"])[0]
                b = small["glyf"][small.getGlyphName(number)].getCoordinates(small["glyf"])[0]
                assert list(a) == list(b)


def test_texts_that_need_shaping_are_not_set_here() -> None:
    for text in ("שרה", "علي", "e\u0301", "a\tb", "◾", "\u200b"):
        with pytest.raises(NotSimpleError):
            runs(text, content.DIGITS)


def test_paths_of_every_kind_are_drawn_alike() -> None:
    path: paths.Path = (
        ("M", 10, 10), ("L", 20, 12.5), ("l", -3, -2.25), ("L", 40, 10.25), ("h", -5), ("v", 19.75),
        ("C", 41, 31, 42, 33, 45, 33), ("C", 46, 33, 47, 34, 48, 34), ("a", 3, 6), ("a", 3.2, -6),
        ("a", 2, 5), ("z",), ("l", 1, 1), ("M", 60, 60), ("l", 1, 1), ("h", 2), ("z",),
    )  # fmt: skip
    assert {command[0] for command in path} == set(paths.LETTERS)
    sheet = Printed((Page(210, 297, (Line(path, "p3", 0.4),)),), "t", False)
    same([sheet])


RED = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQ"
    "DwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
RINGS = "data:image/svg+xml;base64," + base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 5"><circle cx="3" cy="2" r="2"/>'
    b'<path d="M1 4h7" stroke="teal"/></svg>'
).decode("ascii")


@pytest.mark.parametrize("source", [RED, RINGS], ids=["png", "svg"])
def test_a_picture_is_drawn_as_weasyprint_draws_it_and_stands_in_a_pack_once(source: str) -> None:
    items = (Label(100, 50, "x", 4), Picture(20, 20, 30, 30, source))
    sheets = [Printed((Page(210, 297, (*items, Label(50, 90 + k, "y", 5))),), "t", False)
              for k in range(40)]  # fmt: skip
    pressed = press.stamp(sheets)
    for a, b in zip(pixels(pressed)[:2], pixels(weasy.pdf(sheets[:2])), strict=True):
        assert (a == b).all()
        assert int(np.count_nonzero((a != 255).any(axis=2))) > 5_000
    assert len(pressed) < len(press.stamp(sheets[:1])) + 40 * 600
    with pikepdf.open(BytesIO(pressed)) as pdf:
        assert pdf.check_pdf_syntax() == []


# --- packs


def test_a_pack_of_forty_is_small_and_each_bookmark_leads_to_its_pages() -> None:
    sheets = [lay_out(e, "a4", f"Student {k}") for k, e in enumerate(many("rnn", range(40)))]
    blank = Printed((Page(210, 297),), "", False)
    out = BytesIO()
    todo = [
        pair
        for k, sheet in enumerate(sheets)
        for pair in ((sheet.worksheet(), f"Student {k} · X"), (blank, None))
    ]
    count = press.press_pack(out, iter(todo), "The class")
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
    alone = pixels(press.stamp([sheets[17].worksheet()]))
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        there = document[17 * pages].render(scale=150 / 72).to_numpy()
    assert (alone[0] == there).all()


def test_a_pack_is_right_wherever_a_group_of_objects_is_full() -> None:
    sheet = sheet_of("matrix-multiplication").key()
    shown = texts(press.stamp([sheet]))
    for count in range(file.GROUP):
        out = BytesIO()
        pack = press.Pack(out, "x")
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
    press.press_pack(out, [(p, None) for p in printed], "x")
    direct = weasy.pdf(printed)
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
            pack = press.Pack(out, "x", share=share)
            for one in printed:
                pack.add(one)
            pack.close()
            made.append(out.getvalue())
        for a, b in zip(*map(pixels, made), strict=True):
            assert (a == b).all()
        assert words(made[0]) == words(made[1])


def words(data: bytes) -> list[list[tuple[int, int, str]]]:
    """Each page's words with their places, from the top down."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        return [sorted((round(w["top"]), round(w["x0"]), w["text"]) for w in page.extract_words())
                for page in pdf.pages]  # fmt: skip


def test_groups_are_a_level_above_students() -> None:
    sheet = sheet_of("single-neuron").worksheet()
    out = BytesIO()
    pack = press.Pack(out, "Groups")
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


# --- the plate on disk


def test_the_plate_is_made_once_and_removed(tmp_path: Path) -> None:
    proof.forget()
    assert proof.clear_cache() == 0
    assert proof.fits()
    assert len(list((tmp_path / "cache").glob("plate-*.json"))) == 1
    for k in range(20):
        proof._keep(tmp_path / "cache" / f"plate-{k}.json", {"same": True})
    assert len(list((tmp_path / "cache").iterdir())) == proof.KEPT
    assert proof.clear_cache() == proof.KEPT
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_broken_plate_or_folder_is_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "difference", lambda: "")
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / f"plate-{proof._mark()}.json").write_text("{")
    proof.forget()
    assert proof.fits()
    monkeypatch.setenv(proof.VARIABLE, str(folder / f"plate-{proof._mark()}.json" / "below"))
    proof.forget()
    assert proof.fits()
    monkeypatch.setenv(proof.VARIABLE, "off")
    proof.forget()
    assert proof.fits()
    assert proof.clear_cache() == 0


def test_with_a_plate_nothing_of_weasyprint_is_imported() -> None:
    proof.forget()
    assert proof.fits()
    program = (
        "import sys; from sheetgen.press.pdf import pack; "
        "from sheetgen.api import make; "
        "from sheetgen.layout.sheet import lay_out; "
        "pack.pdf([lay_out(make('single-neuron', 1)).worksheet()]); "
        "print([m for m in ('weasyprint', 'pikepdf', 'fontTools') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
