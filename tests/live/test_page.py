"""The live page as a file: it needs no other, tells no answer, and is light."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from typing import Any

import pytest
from lxml import html as parser

from sheetgen.api import make
from sheetgen.formats.format import Request
from sheetgen.formats.live import live
from sheetgen.formats.paper_colours import dark_fill, dark_ink
from sheetgen.page.theme import BY_HAND
from tests.support import CASE_IDS, CASES, NAMES


def _page(topic: str, options: dict[str, Any]) -> tuple[Any, str]:
    made = make(topic, 3, **options)
    return made, live(made, Request((made,)))


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_no_answer_stands_in_the_page(topic: str, options: dict[str, Any]) -> None:
    made, text = _page(topic, options)
    page = parser.fromstring(text)
    data = json.loads(page.get_element_by_id("sheet").text)
    for matrix in data["matrices"]:
        blank = made.blanks.get(matrix["name"])
        if blank is not None:
            hidden = [[value is None for value in row] for row in matrix["values"]]
            assert hidden == blank.tolist()
    asked = [td for td in page.iter("td") if td.get("data-b") is not None]
    assert all(not td.text_content() for td in asked)
    places = {(td.get("data-m"), int(td.get("data-i")), int(td.get("data-j"))) for td in asked}
    shown = {n: b for n, b in made.blanks.items()}
    for name in {place[0] for place in places}:
        assert name in shown or made.graph.by_name[name].role in ("input", "parameter")


@pytest.mark.parametrize("topic", NAMES)
def test_a_page_is_light_asks_for_nothing_and_runs_nothing_else(topic: str) -> None:
    _, text = _page(topic, {})
    assert len(text.encode()) <= 150_000
    assert len(gzip.compress(text.encode(), mtime=0)) <= 60_000
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    script = re.search(r'(?s)<script type="module">(.*?)</script>', text)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39;" in policy[1].replace("'", "&#39;")
    assert "default-src" in policy[1]
    addresses = set(re.findall(r'https?://[^\s"\'<>)]+', text))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\beval\(|new Function|innerHTML|import\(", script[1])


def test_a_text_that_looks_like_markup_stays_a_text() -> None:
    made = make("softmax", 1)
    text = live(made, Request((made,), "a4", "</script><b>"))
    assert "</script><b>" not in text


def test_the_same_sheet_is_the_same_page() -> None:
    assert _page("rnn", {})[1] == _page("rnn", {})[1]


def _luminance(colour: str) -> float:
    def linear(x: float) -> float:
        return x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4

    r, g, b = (linear(int(colour[k : k + 2], 16) / 255) for k in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_on_dark_paper_every_ink_is_read_on_every_fill() -> None:
    inks = {look["color"] for look in BY_HAND.looks.values() if "color" in look}
    fills = {look["fill"] for name, look in BY_HAND.looks.items() if name.startswith("k-")}
    for ink in inks:
        assert _contrast(dark_ink(ink), "#25282c") >= 4.5
    for fill in fills:
        for ink in (BY_HAND.looks["ink"]["color"], BY_HAND.looks["answer"]["color"]):
            assert _contrast(dark_ink(ink), dark_fill(fill)) >= 4.5, (ink, fill)
