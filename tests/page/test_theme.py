"""The theme: all looks and sizes are there, and fills stay light."""

from __future__ import annotations

import re
from dataclasses import fields
from itertools import combinations
from pathlib import Path

import pytest

from sheetgen.errors import SheetgenError
from sheetgen.page import marks
from sheetgen.page.items import COLOURS, KINDS
from sheetgen.page.patterns import pattern
from sheetgen.page.theme import BY_HAND, ROLES, read_theme
from sheetgen.type.fonts import TEMPLATES


@pytest.mark.parametrize("name", [*COLOURS, *(f"k-{kind}" for kind in KINDS)])
def test_the_theme_knows_every_colour_and_kind(name: str) -> None:
    assert "#" in marks.attributes(name)


@pytest.mark.parametrize("kind", KINDS)
def test_fills_stay_light_on_a_grey_copier(kind: str) -> None:
    colour = marks.attributes(f"k-{kind}").split("#")[1][:6]
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    assert 0.299 * red + 0.587 * green + 0.114 * blue > 0.8 * 255


def _light(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, as WCAG 2 defines it."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_light(one), _light(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ink", COLOURS)
def test_every_ink_is_read_on_paper(ink: str) -> None:
    assert _contrast(BY_HAND.looks[ink]["color"], "#ffffff") >= 4.5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ink", ["ink", "answer", "rectified"])
def test_numbers_are_read_on_every_fill(kind: str, ink: str) -> None:
    assert _contrast(BY_HAND.looks[ink]["color"], BY_HAND.looks[f"k-{kind}"]["fill"]) >= 4.5


ALIKE = [{"parameter", "target", "constant", "result"}, {"state", "activation"}, {"key", "left"},
         {"input", "right"}, {"constant", "query"}, {"masked", "outside"},
         {"nudged", "token-1"}]  # fmt: skip
"""Kinds that need no look of their own: parameters have a heavy line, the others never meet (no
attention has weights that are fixed, none a padding; no token is nudged) or are one thing."""


@pytest.mark.parametrize(("one", "other"), list(combinations(KINDS, 2)))
def test_kinds_are_told_apart_in_grey(one: str, other: str) -> None:
    if any({one, other} <= some for some in ALIKE):
        return
    grey = [_light(BY_HAND.looks[f"k-{kind}"]["fill"]) for kind in (one, other)]
    marks_ = [(ROLES[kind].pattern, ROLES[kind].dotted) for kind in (one, other)]
    assert marks_[0] != marks_[1] or abs(grey[0] - grey[1]) > 0.05


@pytest.mark.parametrize("kind", [kind for kind, role in ROLES.items() if role.pattern])
def test_a_pattern_is_seen_on_a_photocopy_and_no_number_is_lost_in_it(kind: str) -> None:
    stroke, fill = BY_HAND.looks[f"h-{kind}"]["stroke"], BY_HAND.looks[f"k-{kind}"]["fill"]
    assert _contrast(stroke, "#ffffff") >= 2.0  # where the copy has lost the fill
    assert _contrast(stroke, fill) >= 1.7
    assert _contrast(stroke, BY_HAND.looks["ink"]["color"]) >= 3.9


def test_every_kind_has_a_look_and_every_pattern_a_stroke() -> None:
    assert set(ROLES) == set(KINDS)
    assert {role.ink for role in ROLES.values()} <= set(COLOURS)
    for kind, role in ROLES.items():
        assert (f"h-{kind}" in BY_HAND.looks) == bool(role.pattern)
        if role.pattern:
            path = pattern(role.pattern, 20.3, 31.7, 9.0, 9.0)
            ends = [n for letter, *n in path if letter in "ML"]
            assert len(path) >= 8
            assert all(20.29 <= x <= 29.31 and 31.69 <= y <= 40.71 for x, y in ends)


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
