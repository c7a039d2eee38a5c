"""What the printed page promises: same bytes, no answers on worksheets, our fonts only."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from sheetgen.errors import SheetgenError
from sheetgen.page import marks
from sheetgen.page.items import (
    COLOURS,
    KINDS,
    Block,
    Cell,
    Circle,
    Label,
    Line,
    Page,
    Printed,
    Rule,
)
from sheetgen.page.paths import straight
from sheetgen.page.theme import BY_HAND
from sheetgen.press import weasy
from sheetgen.type import fonts, system
from sheetgen.type.markup import pieces, plain

CHAINS = {
    "label": ("label", "math", "world"),
    "title": ("label", "math", "world"),
    "answer": ("answer", "math", "world"),
    "digits": ("digits", "world"),
    "small": ("digits", "world"),
}


@pytest.fixture(autouse=True)
def no_fonts_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "families", tuple)
    marks.markup.cache_clear()
    system.parts.cache_clear()


def sheet(key: bool, *items: Block | Label | Line | Circle | Rule, subject: str = "") -> Printed:
    cells = (
        (Cell("1", kind="parameter"), Cell("−2.5", kind="bias")),
        (Cell("7349", True, "gradient"), Cell("−3", struck="88")),
        (Cell("−6", True, struck="55"), Cell("4", emphasis=True)),
    )
    page = Page(210, 297, (
        Label(105, 16, "Hidden Layer", 11, face="title"),
        Block(20, 40, 9, cells, outline=True),
        Label(60, 50, "∂L/∂W_3 → 2 · η ≈ √x^{-1}", 5, "start", "left"),
        Label(60, 60, "secret 4711", 5, "start", answer=True),
        Label(60, 70, "Łukasz Дмитрий Γιώργος אברהם Nguyễn", 4, "start"),
        Line(straight([(20, 90), (50, 90)]), "gradient", arrow=True, end=(50, 90, 0)),
        Line((("M", 20, 95), ("C", 30, 99, 40, 99, 50, 95)), "p3", dotted=True, answer=True),
        Circle(60, 90, 2.3, "3"),
        Circle(80, 90, 4, "6217", node=True),
        Rule(20, 110, 60),
        Rule(20, 120, 60, 20),
        *items,
    ))  # fmt: skip
    return Printed((page,), "Hidden Layer", key, subject, "Ada", "en-GB")


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(texts)


def family(name: str) -> str:
    return name.split("+", 1)[1]


def test_same_sheets_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    script = (
        "import sys; from test_render import weasy, sheet;"
        "open(sys.argv[1], 'wb').write(weasy.pdf([sheet(False), sheet(True)]))"
    )
    here = Path(__file__).parent
    path = os.pathsep.join((str(here), str(here.parent)))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo"}
    target = tmp_path / "other.pdf"
    subprocess.run([sys.executable, "-c", script, str(target)], env=environment, check=True)
    mine = weasy.pdf([sheet(False), sheet(True)])
    assert mine == weasy.pdf([sheet(False), sheet(True)])
    assert mine == target.read_bytes()


def test_answers_stand_on_the_key_alone() -> None:
    answers = ("7349", "55", "88", "secret 4711", "6217", "−6")
    worksheet, key = (text_of(weasy.pdf([sheet(shown)])) for shown in (False, True))
    body = re.sub(r"<[^>]*>", "\n", weasy.html(sheet(False)).partition("<body>")[2])
    assert "−2.5" in body
    for answer in answers:
        assert answer in key
        assert answer not in worksheet
        assert answer not in body
    for given in ("Hidden Layer", "−2.5", "−3", "∂L/∂W", "Łukasz"):
        assert given in worksheet
        assert given in key


def test_the_key_only_adds_to_the_worksheet() -> None:
    """What both show stands at the same place in the same size."""
    def given(key: bool) -> set[marks.Text]:
        page = sheet(key).pages[0]
        return {text for item in page.items for text in marks.words(item, key)}

    assert given(False) < given(True)
    drawn = [dict(marks.strokes(sheet(key).pages[0], key)) for key in (False, True)]
    assert drawn[0].items() < drawn[1].items()


def test_only_bundled_fonts_are_embedded() -> None:
    with pikepdf.open(BytesIO(weasy.pdf([sheet(True, Label(60, 80, "漢字 🎲", 5))]))) as document:
        embedded = {
            family(str(font.BaseFont)) for page in document.pages
            for font in page.Resources.Font.values()
        }  # fmt: skip
    assert embedded == {"SG-Label", "SG-Digits", "SG-Answer", "SG-Math", "SG-World"}


def test_a_pack_has_its_pages_bookmarks_and_metadata() -> None:
    data = weasy.pdf([sheet(False, subject="Ada"), sheet(False), sheet(True, subject="Blaise")])
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
    data = weasy.pdf([Printed(pages, "Papers", False)])
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
        weasy.read_template(url)
    with pytest.raises(SheetgenError, match="nothing but its templates"):
        weasy.print_html(f'<p><img src="{url}"></p>')


def test_a_missing_template_is_named() -> None:
    with pytest.raises(SheetgenError, match=r"fonts/none\.ttf is missing"):
        weasy.read_template("sheetgen:fonts/none.ttf")


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
    assert marks.markup(text) == expected


@pytest.mark.parametrize("text", ["a_b^c", r"\_x \\^{2}", "_", "^T_{12}", "plain", "x\\", "漢_字"])
def test_a_plain_text_is_shown_as_it_is(text: str) -> None:
    assert list(pieces(plain(text))) == [("base", text)]


def test_no_tag_of_a_user_reaches_the_page() -> None:
    evil = '"><script>alert(1)</script>'
    label = Label(50, 150, evil, 4, "start")
    printed = Printed(sheet(False, label).pages, evil, False, evil, evil, evil)
    assert "<script" not in weasy.html(printed)
    assert "<script>alert(1)</script>" in text_of(weasy.pdf([printed]))


def test_html_with_embedded_fonts_needs_no_other_file() -> None:
    text = weasy.html(sheet(True), embed_fonts=True)
    assert text.count("data:font/ttf;base64,") == 5
    assert "sheetgen:" not in text


@pytest.mark.parametrize("name", [*COLOURS, *(f"k-{kind}" for kind in KINDS)])
def test_the_theme_knows_every_colour_and_kind(name: str) -> None:
    assert "#" in marks.attributes(name)


@pytest.mark.parametrize("kind", KINDS)
def test_fills_stay_light_on_a_grey_copier(kind: str) -> None:
    colour = marks.attributes(f"k-{kind}").split("#")[1][:6]
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    assert 0.299 * red + 0.587 * green + 0.114 * blue > 0.8 * 255


@pytest.mark.parametrize("text", ["0", "−1.5", "−12.25", "123456", "1000000000"])
@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("side", [8.0, 9.0, 11.5])
def test_numbers_fit_their_boxes(text: str, blank: bool, side: float) -> None:
    size = marks.number_size(Cell(text, blank), side)
    face = "answer" if blank else "digits"
    assert fonts.text_width(text, size, face) <= BY_HAND.number_room * side + 1e-9


@pytest.mark.parametrize("face", CHAINS)
def test_metrics_agree_with_the_fonts(face: str) -> None:
    chain = [TTFont(fonts.TEMPLATES / "fonts" / f"{name}.ttf") for name in CHAINS[face]]
    cmaps = [font.getBestCmap() for font in chain]
    metrics = json.loads((fonts.TEMPLATES / "fonts" / "metrics.json").read_text("utf-8"))
    em = metrics[face]["em"]
    assert set(map(chr, range(32, 127))) | set("−∂Σ√≈η·⊙×→≤≥") <= em.keys()
    for character, width in em.items():
        code = ord(character)
        font, cmap = next(pair for pair in zip(chain, cmaps, strict=True) if code in pair[1])
        advance = font["hmtx"][cmap[code]][0] * 1000 / font["head"].unitsPerEm
        assert abs(width - advance) <= 0.5


def test_text_width_counts_lowered_parts_at_their_size() -> None:
    plain, small = fonts.text_width("W", 10, "label"), fonts.text_width("3", 10, "label")
    assert fonts.text_width("W_3", 10, "label") == pytest.approx(plain + fonts.SMALL * small)


def test_a_printed_label_is_as_wide_as_measured() -> None:
    words, size = "The forward pass is given", 5.0
    label = Label(20, 200, words, size, "start")
    data = weasy.pdf([Printed((Page(210, 297, (label,)),), "Width", False)])
    with pypdfium2.PdfDocument(data) as document:
        textpage = document[0].get_textpage()
        boxes = [textpage.get_charbox(i, loose=True) for i in range(len(words))]
    width = (max(box[2] for box in boxes) - min(box[0] for box in boxes)) * 25.4 / 72
    assert width == pytest.approx(fonts.text_width(words, size, "label"), abs=0.3)


def test_digits_stand_in_the_middle_of_their_boxes() -> None:
    cells = ((Cell("0"), Cell("0", True)),)
    data = weasy.pdf([Printed((Page(210, 297, (Block(50, 100, 10, cells),)),), "Middle", True)])
    with pypdfium2.PdfDocument(data) as document:
        textpage = document[0].get_textpage()
        zeros = [i for i, c in enumerate(textpage.get_text_range()) if c == "0"]
        boxes = [textpage.get_charbox(i) for i in zeros]
    assert len(boxes) == 2
    for number, (left, bottom, right, top) in enumerate(boxes):
        assert (left + right) / 2 * 25.4 / 72 == pytest.approx(55 + 10 * number, abs=0.25)
        assert 297 - (top + bottom) / 2 * 25.4 / 72 == pytest.approx(105, abs=0.15)


def test_png_has_one_image_a_page() -> None:
    images = weasy.png(weasy.pdf([sheet(False), sheet(True)]), dpi=40)
    assert [image[:4] for image in images] == [b"\x89PNG"] * 2


def test_an_empty_pack_is_an_error_of_the_user() -> None:
    with pytest.raises(SheetgenError, match="no sheet"):
        weasy.pdf([])
