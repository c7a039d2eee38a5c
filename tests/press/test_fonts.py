"""The fonts in a PDF."""

from __future__ import annotations

from io import BytesIO

import pytest

from sheetgen.press.pdf import lines
from sheetgen.press.pdf.fonts import subset
from sheetgen.type import fonts
from sheetgen.type.truetype import FAMILIES, NotSimpleError, runs, typeface


def test_a_page_without_a_fault_in_every_font_file() -> None:
    from fontTools.ttLib import TTFont

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
            runs(text, lines.DIGITS)
