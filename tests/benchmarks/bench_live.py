"""How quick the live page and the local page are: ``bench_live.py [TURNS]``.

In Chromium: each topic's live page is ready, and paints after a keystroke (solving and exploring),
in the median of several. Of the local page: a turn of a random knob with its band known, from the
request to the end of the answer, at the 95th percentile. Exit 1 where one is over its limit.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from starlette.testclient import TestClient

from sheetgen.api import make
from sheetgen.formats.format import Request
from sheetgen.formats.live import live
from sheetgen.server.app import app
from sheetgen.topics.catalogue import TOPICS
from tests.browser import CHROMIUM
from tests.support import NAMES, random_value

READY, PAINT, TURN = 300.0, 50.0, 200.0
"""Limits in ms."""
KEYSTROKE = """field => new Promise((done) => {
  const began = performance.now(), digit = String(1 + Math.floor(Math.random() * 8));
  field.value = digit;
  field.dispatchEvent(new Event('input', {bubbles: true}));
  requestAnimationFrame(() => { const c = new MessageChannel();
    c.port1.onmessage = () => done(performance.now() - began); c.port2.postMessage(0); });
})"""
LEFT = """field => new Promise((done) => {
  field.value = '7'; field.dispatchEvent(new Event('input', {bubbles: true}));
  const began = performance.now();
  field.blur();
  requestAnimationFrame(() => { const c = new MessageChannel();
    c.port1.onmessage = () => done(performance.now() - began); c.port2.postMessage(0); });
})"""


def live_times(browser: Any, topic: str, folder: Path) -> tuple[float, float, float]:
    """ms until ready, from leaving a box to paint, and from a keystroke that explores to paint."""
    made = make(topic, 3)
    file = folder / f"{topic}.html"
    file.write_text(live(made, Request((made,))), encoding="utf-8")
    ready, left, explored = [], [], []
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    for _ in range(5):
        page.goto("about:blank")
        page.goto(file.as_uri())
        page.wait_for_function("document.documentElement.dataset.ready")
        ready.append(float(page.evaluate("document.documentElement.dataset.ready")))
    fields = page.locator("td[data-b] input")
    for k in range(min(12, fields.count())):
        fields.nth(k).focus()
        left.append(fields.nth(k).evaluate(LEFT))
    page.locator("#explore").click()
    fields = page.locator("td input.given")
    for k in range(min(12, fields.count())):
        fields.nth(k).focus()
        explored.append(fields.nth(k).evaluate(KEYSTROKE))
    page.close()
    return statistics.median(ready), statistics.median(left), statistics.median(explored)


def turns(client: TestClient, topic: str, count: int) -> list[float]:
    """ms for each of some turns of a knob whose bands are known, in order of length."""
    chance = random.Random(topic)
    options = [*TOPICS[topic].options.values()]
    asked = []
    for _ in range(count):
        option = chance.choice(options)
        asked.append({"topic": topic, option.name: option.show(random_value(option, chance))})
    found = []
    for seeds in (1, 2):
        found.clear()
        for query in asked:
            began = time.perf_counter()
            answer = client.get("/sheet", params=query | {"seed": str(chance.randrange(10**6))})
            if answer.status_code == 200 or seeds == 1:
                found.append(1000 * (time.perf_counter() - began))
    return sorted(found)


def main() -> None:
    from playwright.sync_api import sync_playwright

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    heads = (("ready", READY), ("box left", PAINT), ("explored", PAINT), ("turn, p95", TURN))
    table = Table("topic", *(f"{name}, ms (≤ {limit:.0f})" for name, limit in heads))
    over = False
    with (
        tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright,
        TestClient(app(), base_url="http://127.0.0.1:8765") as client,
    ):  # fmt: skip
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for topic in NAMES:
            times = live_times(browser, topic, Path(folder))
            slow = turns(client, topic, count)
            found = (*times, slow[int(0.95 * len(slow))])
            bad = [t > limit for t, limit in zip(found, (READY, PAINT, PAINT, TURN), strict=True)]
            over |= any(bad)
            table.add_row(topic, *(f"{'! ' if b else ''}{t:.0f}"
                                   for t, b in zip(found, bad, strict=True)))  # fmt: skip
        browser.close()
    Console().print(table)
    sys.exit(over)


if __name__ == "__main__":
    main()
