"""Somebody who marks a stack by keyboard: looks at each row of pictures, and types what is other
than what stands above it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sheetgen.scan.stack import Place
from tests.scan.paper import fraction

ROW = """() => ({
  title: document.querySelector('.bxrow').getAttribute('aria-label'),
  at: document.querySelector('.cr[data-on]')?.getAttribute('aria-label'),
  crops: [...document.querySelectorAll('button.cr')].map((b) => b.getAttribute('aria-label'))})"""
SAID = re.compile(r"Student (\d+), should be (\S+): (.*)")
BAR = """() => ['Now', 'Max'].map((one) => +document.querySelector('#bar')['ariaValue' + one])"""
Says = Callable[[int, Place], str]
"""What a student, counted from 0, wrote; nothing for an empty box."""


def mark_all(page: Any, says: Says) -> int:
    """Mark all rows of a page, and say how many keys that took. Raises AssertionError if a row
    does not get done."""
    places, keys = rows_of(page), 0
    done, most = page.evaluate(BAR)
    while done < most:
        at = page.locator("#list-open").inner_text()
        number = int(at.split()[1])
        keys += _row(page, places[number - 1], says)
        before, (done, most) = done, page.evaluate(BAR)
        assert done > before or page.locator("#list-open").inner_text() != at
    return keys


def _row(page: Any, place: Place, says: Says) -> int:
    keys = 0

    def press(key: str) -> None:
        nonlocal keys
        page.keyboard.press(key)
        keys += 1

    shown = page.evaluate(ROW)
    here = shown["crops"].index(shown["at"])
    for k, label in enumerate(shown["crops"]):
        said = SAID.fullmatch(label)
        assert said is not None
        written = says(int(said[1]) - 1, place)
        if written and fraction(written) == fraction(said[2]):
            continue
        for _ in range(abs(k - here)):
            press("ArrowRight" if k > here else "ArrowLeft")
        here = k
        for key in written.replace("−", "-") or "e":
            press(key)
    press(" ")
    return keys


def rows_of(page: Any) -> list[Place]:
    """The boxes of the rows, in their order."""
    page.keyboard.press("l")
    found = page.eval_on_selector_all("#list-rows button", "all => all.map((b) => b.dataset.id)")
    page.keyboard.press("Escape")
    places = []
    for one in found:
        said = re.fullmatch(r"\d+ (\w+)\[(\d+),(\d+)\]", one)
        assert said is not None
        places.append((said[1], int(said[2]) - 1, int(said[3]) - 1))
    return places


def save_marks(page: Any, folder: Path) -> Path:
    """Save marks.csv into a folder."""
    with page.expect_download() as waited:
        page.locator("#csv").click()
    path = folder / str(waited.value.suggested_filename)
    waited.value.save_as(path)
    page.keyboard.press("Enter")
    return path
