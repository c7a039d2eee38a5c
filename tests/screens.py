"""Makes the README's pictures of screens: ``python -m tests.screens [FOLDER]``; needs what browser
tests need."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from sheetgen.api import Exercise, make
from sheetgen.exercise.carried import carried
from sheetgen.exercise.recipe import read_recipe
from sheetgen.formats.format import Request
from sheetgen.formats.live import live
from sheetgen.graph.numbers import text
from tests.browser import CHROMIUM, DESK, PHONE, served

FOLDER = Path(__file__).parents[1] / ".github" / "pictures"
AT = """(() => {const d = document.activeElement.closest('td')?.dataset;
  return d && [d.m, +d.i, +d.j]})()"""
STEADY = """document.querySelector('#toast').hidden = true"""


def solve(page: Any, made: Exercise, most: int, slip: str) -> None:
    """Fill so many boxes as a student would who slips once and goes on with it."""
    later = {line.name: line.follows for line in carried(read_recipe(made.recipe), slip)}
    wrong = re.fullmatch(r"(\w+)\[(\d+),(\d+)\]=(.+)", slip)
    assert wrong is not None
    for _ in range(most):
        name, i, j = page.evaluate(AT)
        here = (name, str(i + 1), str(j + 1)) == wrong.groups()[:3]
        value = later.get(name, made.values[name])
        said = wrong[4] if here else text(int(value.digits[i, j]), value.decimals)
        page.keyboard.insert_text(said)
        page.keyboard.press("Enter")


def picture(page: Any, path: Path) -> None:
    """A screen as a small PNG."""
    page.wait_for_timeout(600)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    image.quantize(256, kmeans=3, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    from playwright.sync_api import sync_playwright

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    made = make("backpropagation", 7)
    slip = "dz2[1,1]=1.2"
    with tempfile.TemporaryDirectory() as kept, sync_playwright() as playwright, served() as here:
        file = Path(kept) / "live.html"
        file.write_text(live(made, Request((made,))), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def opened(address: str, how: dict[str, Any], scheme: str = "light") -> Any:
            page = browser.new_context(**how, color_scheme=scheme).new_page()
            page.goto(address)
            return page

        page = opened(file.as_uri(), DESK)
        solve(page, made, 27, slip)
        page.keyboard.press("F1")
        page.keyboard.press("F1")
        page.evaluate(STEADY)
        picture(page, folder / "live.png")
        page.locator("#explore").click()
        page.locator("td[data-m=x][data-i='1'] input").fill("5")
        page.locator("#tab-code").click()
        picture(page, folder / "explore.png")
        page = opened(file.as_uri(), PHONE, "dark")
        solve(page, made, 27, slip)
        page.keyboard.press("F1")
        page.keyboard.press("F1")
        page.evaluate(STEADY)
        picture(page, folder / "phone.png")
        page = opened(f"{here}?topic=self-attention&seed=7&tab=key", DESK)
        page.wait_for_selector("#facts:not(:empty)", state="attached")
        picture(page, folder / "serve.png")
        browser.close()


if __name__ == "__main__":
    main()
