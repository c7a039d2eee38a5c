"""How quick the live page and the local page are: ``bench_live.py [TURNS]``.

In Chromium: each topic's live page is ready, and paints after a keystroke (solving and exploring),
in the median of several. Of the local page, with nothing known beforehand: a walk of first turns,
each of one knob by one step, from the request to the end of the answer, at the 95th percentile,
and how long it takes until all of the next are made ahead.
Exit 1 where one is over its limit.
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
from sheetgen.server.ahead import Ahead
from sheetgen.server.app import app
from sheetgen.server.guard import Guard
from sheetgen.server.neighbours import neighbours
from sheetgen.server.sheets import Asked
from tests.browser import CHROMIUM
from tests.support import NAMES

READY, PAINT, TURN = 300.0, 50.0, 200.0
"""Limits in ms."""
LONGEST = 120.0
"""Seconds after which a turn is made whether all is ready or not."""
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


def turns(client: TestClient, ahead: Ahead, topic: str, count: int) -> tuple[list[float], float]:
    """ms for each of some turns, each of one knob to what was not asked for before, in order of
    length; and how many seconds it takes, on average, until all is ready for the next one."""
    chance = random.Random(topic)
    asked, before, seen, found = Asked(topic, chance.randrange(10**6), ()), None, set(), []
    client.get("/sheet", params=asked.query)
    waited = 0.0
    for _ in range(count):
        began = time.perf_counter()
        while not ahead.idle and time.perf_counter() < began + LONGEST:
            time.sleep(0.02)
        waited += time.perf_counter() - began
        ways = [n for n, side in neighbours(asked, "worksheet", before)
                if side == "worksheet" and n.topic == topic and n not in seen]  # fmt: skip
        turned = chance.choice(ways)
        seen.add(turned)
        began = time.perf_counter()
        answer = client.get("/sheet", params=turned.query)
        found.append(1000 * (time.perf_counter() - began))
        if answer.status_code == 200:
            asked, before = turned, asked
    return sorted(found), waited / count


def main() -> None:
    from playwright.sync_api import sync_playwright

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    heads = (("ready", READY), ("box left", PAINT), ("explored", PAINT), ("turn, p95", TURN))
    table = Table("topic", *(f"{name}, ms (≤ {limit:.0f})" for name, limit in heads),
                  "ready for all turns, s")
    served = app(ready=True)
    assert isinstance(served, Guard)
    over = False
    with (
        tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright,
        TestClient(served, base_url="http://127.0.0.1:8765") as client,
    ):  # fmt: skip
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for topic in NAMES:
            times = live_times(browser, topic, Path(folder))
            slow, waited = turns(client, served.app.state.ahead, topic, count)
            found = (*times, slow[int(0.95 * len(slow))])
            bad = [t > limit for t, limit in zip(found, (READY, PAINT, PAINT, TURN), strict=True)]
            over |= any(bad)
            table.add_row(topic, *(f"{'! ' if b else ''}{t:.0f}"
                                   for t, b in zip(found, bad, strict=True)),
                          f"{waited:.1f}")  # fmt: skip
        browser.close()
    Console().print(table)
    sys.exit(over)


if __name__ == "__main__":
    main()
