"""From paper to marks, the whole way: ``python -m tests.demo_scan [FOLDER] [STUDENTS]``.

A class is printed, filled in with a simulated pencil, scanned by a simulated feeder in any order
and upside down too, read, marked by keyboard in a browser without a window, written back to the
columns of its list, and handed back. Says what each part took, and how many keys the marking took;
ends with an error if a mark is not what was written. Needs what browser tests need, and the extra
``scan``.
"""

from __future__ import annotations

import csv
import io
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from sheetgen.cli.main import main as command
from sheetgen.exercise.carried import recompute
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.written import Slip
from sheetgen.graph.numbers import text
from sheetgen.scan.stack import Place
from sheetgen.scan.wanted import wanted_of
from tests.browser import CHROMIUM
from tests.scan.classes import filled
from tests.scan.paper import NAMES, fraction
from tests.scan.simulation import FEEDER, FLATBED, Machine, scanned
from tests.scan.teacher import mark_all, save_marks

Texts = dict[Place, str]


def main() -> None:
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    if len(sys.argv) > 1:
        demonstrate(Path(sys.argv[1]), count)
        return
    with tempfile.TemporaryDirectory() as folder:
        demonstrate(Path(folder), count)


def demonstrate(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    listed, class_, stack = folder / "list.csv", folder / "class", folder / "stack"
    names = [f"{NAMES[k % len(NAMES)]}{' II' * (k // len(NAMES))}" for k in range(count)]
    listed.write_text("Name,ID\n" + "".join(f"{name},s{1000 + k}\n"
                                            for k, name in enumerate(names)), encoding="utf-8")
    with told("printed"):
        run("class", "backpropagation", "--roster", listed, "--out", class_, "--seed", "7")
    says, slips = answers(class_)
    with told("filled in and scanned"):
        pages = Pages(class_, says)
        pages.scan(stack, FEEDER, range(len(pages.filled)))
    with told(f"{len(pages.filled)} pages read"):
        read = run("scan", stack, "--class", class_, "--out", folder / "scans", fails=True)
    for last in (False, False, True):
        if read:
            break
        again = not_read(folder / "scans")
        with told(f"{len(again)} that were set aside laid on the flatbed, and all read again"):
            pages.scan(stack, FLATBED, again)
            read = run("scan", stack, "--class", class_, "--out", folder / "scans", "--force",
                       fails=not last)  # fmt: skip
    with told("marked"):
        keys, boxes, marks = mark(folder, says)
    print(f"  {keys} keys for {boxes} boxes of {count} students")
    with told("marks written back"):
        run("marks", class_, marks, "--out", folder / "marked.csv")
    check(folder / "marked.csv", names, says, slips)
    with told("handed back"):
        run("scan", stack, "--class", class_, "--marks", marks, "--return", folder / "back")
    handed = len([*(folder / "back").glob("*.pdf")])
    if handed != count:
        raise AssertionError(f"{handed} sheets were handed back, not {count}")
    print("every mark is what was written")


def run(*words: object, fails: bool = False) -> bool:
    """A command, as somebody types it; whether it had nothing to say. Raises SystemExit if not,
    unless it may be so."""
    line = [str(word) for word in words]
    print("$ sheetgen", *line)
    good = not command([*line, "--quiet"])
    if not good and not fails:
        raise SystemExit("it did not work")
    return good


@contextmanager
def told(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"  {what} in {time.perf_counter() - start:.1f} s")


def answers(class_: Path) -> tuple[dict[str, Texts], dict[str, Place]]:
    """What each student writes: a third slip once, and go on with it; one leaves a box empty."""
    chance, says, slips = random.Random(3), dict[str, Texts](), dict[str, Place]()
    for k, (_, _, exercise, _) in enumerate(wanted_of(class_).exercises):
        says[exercise.code] = written(exercise)
        if k % 3:
            continue
        place = chance.choice([p for p in says[exercise.code] if p[0].startswith("dz")])
        slips[exercise.code] = place
        if k == 3:
            says[exercise.code][place] = ""
            continue
        wrong = fraction(says[exercise.code][place]) + chance.choice((-2, 1, 3))
        number = Decimal(wrong.numerator) / Decimal(wrong.denominator)
        says[exercise.code] = written(exercise, place, number)
    return says, slips


def written(exercise: Exercise, place: Place | None = None, number: Decimal | None = None) -> Texts:
    """The text in each box, after a slip or none."""
    slips: dict[str, list[Slip]] = {}
    if place is not None and number is not None:
        slips[place[0]] = [Slip(place[0], place[1:], ((number,),))]
    follows, wrote = recompute(exercise.graph, exercise.values, slips)
    found = {}
    for name, cells in exercise.blanks.items():
        value = wrote.get(name) or follows[name]
        assert value is not None
        for i, j in np.argwhere(cells).tolist():
            found[name, i, j] = text(int(value.digits[i, j]), value.decimals)
    return found


class Pages:
    """The pages of a class, filled in, in any order."""

    def __init__(self, class_: Path, says: dict[str, Texts]) -> None:
        self.chance = np.random.default_rng(5)
        self.filled = [*filled(class_, self.chance, lambda code, place, _: says[code][place])]
        self.chance.shuffle(self.filled)

    def scan(self, stack: Path, machine: Machine, some: Iterable[int]) -> None:
        """Put some of them through a machine; every seventh lies upside down."""
        stack.mkdir(exist_ok=True)
        for k in some:
            shot = scanned(self.filled[k].picture, 200, machine, self.chance, k % 7 == 3)
            cv2.imwrite(str(stack / f"scan-{k + 1:03}.jpg"), shot.picture, [1, 80])


def not_read(folder: Path) -> list[int]:
    """The places of the pages that were set aside."""
    said = (folder / "not-read.txt").read_text(encoding="utf-8")
    return [int(number) - 1 for number in re.findall(r"(?m)^scan-(\d+)\.jpg:", said)]


def mark(folder: Path, says: dict[str, Texts]) -> tuple[int, int, Path]:
    """Mark the page in a browser, by keyboard. Returns keys, boxes and the saved marks."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page: Any = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.goto((folder / "scans" / "marking.html").absolute().as_uri())
        page.wait_for_function("() => document.documentElement.dataset.ready")
        order = [*says]
        keys = mark_all(page, lambda student, place: says[order[student]][place])
        marks = save_marks(page, folder)
        browser.close()
    return keys, sum(map(len, says.values())), marks


def check(
    file: Path, names: list[str], says: dict[str, Texts], slips: dict[str, Place]
) -> None:
    """Raises AssertionError if somebody has other points than was written for."""
    rows = [*csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))]
    for row, name, (code, own) in zip(rows, names, says.items(), strict=True):
        title = next(t for t in row if t.endswith(" max")).removesuffix(" max")
        wanted = len(own) - (code in slips)
        if row["Name"] != name or row[title] != str(wanted):
            raise AssertionError(f"{name} has {row[title]} points, not {wanted}")
    if not re.search("Name", ",".join(rows[0])):
        raise AssertionError("the list's own columns are gone")


if __name__ == "__main__":
    main()
