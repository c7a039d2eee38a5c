"""Decimals with a comma, on every page, and the numbers are the same."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.layout.sheet import Layout
from sheetgen.page.items import Block, Label, Page
from sheetgen.topics.catalogue import TOPICS
from sheetgen.type.markup import with_mark
from tests.layout.test_sums_on_the_key import whole

POINT = re.compile(r"\d*\.\d")


def said(pages: tuple[Page, ...]) -> list[str]:
    """All that stands on pages but recipes, which are typed as they are."""
    items = [item for page in pages for item in page.items]
    labels = (i for i in items if isinstance(i, Label) and not i.markup.startswith("by "))
    return whole(labels) + [cell.text for i in items if isinstance(i, Block)
                     for row in i.cells for cell in row]  # fmt: skip


@pytest.mark.parametrize("options", [{}, {"check": "yes"}, {"blank": "none"}], ids=str)
@pytest.mark.parametrize("name", TOPICS)
def test_no_page_has_a_point_between_digits(name: str, options: dict[str, str]) -> None:
    exercise = make(name, 3, **options)  # what has no place differs by its width
    usual, comma = (Layout().sheet(exercise, mark=mark) for mark in ("point", "comma"))
    ours, theirs = (said(sheet.pages + sheet.key_pages) for sheet in (comma, usual))
    assert not [text for text in ours if POINT.search(text)]
    differ = Counter(ours)
    differ.subtract(with_mark(text, "comma") for text in theirs)
    heads = {text for sheet in (comma, usual) for page in sheet.pages + sheet.key_pages
             for text in said((page,))[:4] if "worked steps" in said((page,))[0]}  # fmt: skip
    assert {text for text, count in differ.items() if count} <= heads  # wider sums, further pages
    assert any(POINT.search(text) for text in theirs) == any(re.search(r"\d,\d", t) for t in ours)


@pytest.mark.parametrize("options", [
    {"update": True, "learning_rate": "0,5"}, {"update": True, "learning_rate": ".25"},
])  # fmt: skip
def test_an_option_with_decimals(options: dict[str, str]) -> None:
    exercise = make("backpropagation", 3, **options)
    texts = said(Layout().sheet(exercise, mark="comma").pages)
    assert any("0,5 × gradient" in text or "0,25 × gradient" in text for text in texts)
    assert "learning-rate=0" in exercise.recipe
    assert "," not in exercise.recipe


@pytest.mark.parametrize(("text", "shown"), [
    (".5", "0,5"), ("−.5", "−0,5"), ("2.25", "2,25"), ("3", "3"), ("1.5, 2, x", "1,5; 2; x"),
    ("1, 2", "1, 2"), ("[1] x.", "[1] x."), ("z_1 = .5 × 2.", "z_1 = 0,5 × 2."),
    ("−1×(−.5)", "−1×(−0,5)"), ("1.2.3", "1.2.3"),
])  # fmt: skip
def test_a_text_with_commas(text: str, shown: str) -> None:
    assert with_mark(text, "comma") == shown == with_mark(shown, "comma")
    assert with_mark(text, "point") == text


def test_another_mark_is_refused() -> None:
    with pytest.raises(SheetgenError, match="--decimal-mark: 'dot' is none of point, comma"):
        Layout().sheet(make("softmax", 1), mark="dot")
