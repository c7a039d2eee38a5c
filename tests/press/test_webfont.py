"""The fonts inside an HTML file: what its text needs, and no more."""

from __future__ import annotations

import base64
import re
from html import unescape
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from sheetgen.api import make
from sheetgen.press.webfont import web_font
from sheetgen.type.truetype import FAMILIES, typeface
from tests.support import NAMES

FONT = re.compile(r'font-family: "(SG \w+)"; src: url\("data:font/woff;base64,([\w+/=]*)"\)')


def fonts_of(page: str) -> dict[str, TTFont]:
    return {family: TTFont(BytesIO(base64.b64decode(data)))
            for family, data in FONT.findall(page) if data}  # fmt: skip


@pytest.mark.parametrize("topic", NAMES)
def test_a_page_has_each_character_that_it_shows(topic: str) -> None:
    for page in make(topic, seed=2).files("html", name="Zoë Łukasz Ωmega").values():
        _has_all(page)


def _has_all(page: bytes) -> None:
    found = fonts_of(page.decode())
    text = re.sub(r"<style.*?</style>|<[^>]*>", "", page.decode(), flags=re.DOTALL)
    used = {c for c in unescape(text) if not c.isspace()}
    of_font = {family: {chr(code) for code in font.getBestCmap()} for family, font in found.items()}
    assert used <= set().union(*of_font.values())
    for name, family in FAMILIES.items():
        if name not in ("world", "answer"):
            assert used & set(typeface(name).glyphs) <= of_font.get(family, set())


def test_a_glyph_is_the_bundled_one() -> None:
    for name in FAMILIES:
        font, whole = TTFont(BytesIO(web_font(name, set("Ab7−∂é")))), typeface(name)
        for code, glyph in font.getBestCmap().items():
            number = whole.glyphs[chr(code)]
            assert font.getGlyphID(glyph) == number
            assert font["hmtx"][glyph][0] == whole.advances[number]


def test_a_script_that_needs_shaping_has_its_rules() -> None:
    plain, arabic = (TTFont(BytesIO(web_font("world", set(t)))) for t in ("₃", "سارة"))
    assert "GSUB" not in plain
    assert "GSUB" in arabic


@pytest.mark.parametrize("topic", NAMES)
def test_a_sheet_in_a_notebook_is_light(topic: str) -> None:
    """A fifth of the 550 kB that it weighed with whole fonts."""
    exercise = make(topic, seed=2)
    assert len(exercise._repr_html_()) < 110_000
    assert repr(exercise) == f"<Exercise {exercise.code}: {exercise.recipe}>"


def test_a_font_that_is_not_needed_is_left_out() -> None:
    assert web_font("world", set("abc 123")) == b""
