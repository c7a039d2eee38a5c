"""Short words at the circle of a product that say otherwise are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Item, Label
from tests.pagecheck.support import refused

SAID = "row of V × column of A"


@pytest.mark.parametrize("other", [
    "column of V × column of A", "row of V × row of A", "row of Q × column of A",
    "row of V × column of E", "row of V^T × column of A",
])  # fmt: skip
def test_other_words_at_a_circle_are_refused(other: str) -> None:
    exercise = make("self-attention", 3)

    def change(pages: list[list[Item]]) -> None:
        for page in pages:
            for k, item in enumerate(page):
                if isinstance(item, Label) and item.markup == SAID:
                    page[k] = replace(item, markup=other)

    assert f"“{other}”" in refused(exercise, change) or other in refused(exercise, change)


def test_words_at_another_circle_are_refused() -> None:
    exercise = make("self-attention", 3)

    def change(pages: list[list[Item]]) -> None:
        at = {i.markup: i for page in pages for i in page if isinstance(i, Label)}
        for page in pages:
            for k, item in enumerate(page):
                if isinstance(item, Label) and item.markup == SAID:
                    page[k] = replace(item, x=at["Q"].x, y=at["Q"].y + 4)

    assert SAID in refused(exercise, change)


def test_a_further_line_that_begins_with_a_sign_is_no_factor_of_an_error() -> None:
    sheet = lay_out(make("backpropagation", 3, activation="leaky-relu"))
    assert sheet.pages
