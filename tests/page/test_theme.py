"""The theme: all looks and sizes are there, and fills stay light."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from sheetgen.errors import SheetgenError
from sheetgen.page import marks
from sheetgen.page.items import COLOURS, KINDS
from sheetgen.page.theme import BY_HAND, read_theme
from sheetgen.type.fonts import TEMPLATES


@pytest.mark.parametrize("name", [*COLOURS, *(f"k-{kind}" for kind in KINDS)])
def test_the_theme_knows_every_colour_and_kind(name: str) -> None:
    assert "#" in marks.attributes(name)


@pytest.mark.parametrize("kind", KINDS)
def test_fills_stay_light_on_a_grey_copier(kind: str) -> None:
    colour = marks.attributes(f"k-{kind}").split("#")[1][:6]
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    assert 0.299 * red + 0.587 * green + 0.114 * blue > 0.8 * 255


def test_a_page_gets_the_theme_without_its_sizes() -> None:
    text = (TEMPLATES / "by-hand.css").read_text(encoding="utf-8")
    assert ":root" in text
    assert ":root" not in BY_HAND.css
    assert text.startswith(BY_HAND.css)


def test_a_size_that_is_missing_is_named(tmp_path: Path) -> None:
    text = (TEMPLATES / "by-hand.css").read_text(encoding="utf-8")
    file = tmp_path / "mine.css"
    for wrong in ("", "--answer-size: large;"):
        file.write_text(re.sub("--answer-size:[^;]*;", wrong, text), encoding="utf-8")
        with pytest.raises(SheetgenError, match=r"mine\.css: --answer-size must be a number"):
            read_theme(file)


def test_every_size_of_the_theme_is_read() -> None:
    text = (TEMPLATES / "by-hand.css").read_text(encoding="utf-8")
    names = {name.replace("-", "_") for name in re.findall(r"--([a-z-]+):", text)}
    assert names == {field.name for field in fields(BY_HAND)} - {"css", "looks"}


def test_a_look_is_that_of_all_classes_the_last_first() -> None:
    look = BY_HAND.look("line p3 dots", "0.4")
    assert look["color"] == BY_HAND.looks["p3"]["color"]
    assert look["stroke"] == "currentColor"
    assert look["stroke-width"] == "0.4"
    assert "stroke-width" not in BY_HAND.looks["line"]
