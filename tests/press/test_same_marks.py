"""The press makes the pages that WeasyPrint makes."""

from __future__ import annotations

import random
from dataclasses import replace
from io import BytesIO

import numpy as np
import pikepdf
import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.layout.sheet import lay_out
from sheetgen.page import paths
from sheetgen.page.items import COLOURS, PAPERS, Item, Label, Line, Page, Picture, Printed
from sheetgen.press import compare
from sheetgen.press.pdf import content, lines
from sheetgen.topics.catalogue import TOPICS
from sheetgen.type import fonts
from sheetgen.type.truetype import NotSimpleError
from tests.press.support import PEOPLE, RED, RINGS, pixels, rendered, same, sheet_of, stamped
from tests.support import NAMES, random_options


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
def test_no_text_of_a_topic_needs_the_slow_way(name: str) -> None:
    """A text that only Pango can set would make a class of three hundred take a minute."""
    for options in ({}, {"backward": True}, random_options(TOPICS[name], 1)):
        try:
            sheet = lay_out(make(name, 1, **options), "letter")
        except SheetgenError:
            continue  # an option that this topic has not
        for page in (*sheet.worksheet().pages, *sheet.key().pages):
            content.write(replace(page, own=page.items, plate=None), True)


@pytest.mark.parametrize("name", NAMES)
def test_any_options_make_the_same_marks(name: str) -> None:
    for seed in range(2):
        options = random_options(TOPICS[name], seed)
        try:
            sheet = lay_out(make(name, seed, **options), "letter")
        except SheetgenError:
            continue
        sheets = [sheet.worksheet(), sheet.key()]
        assert compare.difference(stamped(sheets), rendered(sheets)) == ""


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
    assert compare.difference(stamped([sheet]), rendered([sheet])) == ""


def test_paths_of_every_kind_are_drawn_alike() -> None:
    path: paths.Path = (
        ("M", 10, 10), ("L", 20, 12.5), ("l", -3, -2.25), ("L", 40, 10.25), ("h", -5), ("v", 19.75),
        ("C", 41, 31, 42, 33, 45, 33), ("C", 46, 33, 47, 34, 48, 34), ("a", 3, 6), ("a", 3.2, -6),
        ("a", 2, 5), ("z",), ("l", 1, 1), ("M", 60, 60), ("l", 1, 1), ("h", 2), ("z",),
    )  # fmt: skip
    assert {command[0] for command in path} == set(paths.LETTERS)
    sheet = Printed((Page(210, 297, (Line(path, "p3", 0.4),)),), "t", False)
    same([sheet])


def test_the_same_sheets_are_the_same_bytes() -> None:
    sheet = sheet_of("softmax", person=PEOPLE["hebrew"])
    sheets = [sheet.worksheet(), sheet.key()]
    first = stamped(sheets)
    lines._lines.cache_clear()
    assert stamped(sheets) == first


def test_what_looks_like_a_pdf_string_stays_text() -> None:
    for title in ("a) (b \\ c", "Ünï → 漢", "line\nbreak"):
        sheet = Printed((Page(210, 297, (Label(50, 50, "x", 4),)),), title, False, title)
        with pikepdf.open(BytesIO(stamped([sheet]))) as pdf:
            assert str(pdf.docinfo["/Title"]) == title
            with pdf.open_outline() as outline:
                assert [i.title for i in outline.root] == [title]


@pytest.mark.parametrize("source", [RED, RINGS], ids=["png", "svg"])
def test_a_picture_is_drawn_as_weasyprint_draws_it_and_stands_in_a_pack_once(source: str) -> None:
    items = (Label(100, 50, "x", 4), Picture(20, 20, 30, 30, source))
    sheets = [Printed((Page(210, 297, (*items, Label(50, 90 + k, "y", 5))),), "t", False)
              for k in range(40)]  # fmt: skip
    pressed = stamped(sheets)
    for a, b in zip(pixels(pressed)[:2], pixels(rendered(sheets[:2])), strict=True):
        assert (a == b).all()
        assert int(np.count_nonzero((a != 255).any(axis=2))) > 5_000
    assert len(pressed) < len(stamped(sheets[:1])) + 40 * 600
    with pikepdf.open(BytesIO(pressed)) as pdf:
        assert pdf.check_pdf_syntax() == []
