"""What can be measured on a page, over all topics with random options."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import pytest

from sheetgen.api import Exercise, make
from sheetgen.errors import SheetgenError
from sheetgen.layout.sheet import Layout, Sheet
from sheetgen.page.crossed import crossed
from sheetgen.page.figure import box_of, overlaps
from sheetgen.page.items import Block, Cell, Label, Line, Page
from sheetgen.page.marks import words
from sheetgen.page.paths import straight, traced
from sheetgen.page.theme import BY_HAND
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.options import Option
from sheetgen.type.fonts import SMALL
from tests.layout.cases import every_case

EXTRA = {"matrix-multiplication", "transformer-block", "vae", "gan", "mixture-of-experts"}
"""Topics in which the student copies on purpose, or on whose way back a gradient is needed in two
places."""

COPIES = {
    "gru": 1.25,  # the state is read by three gates, and their gradients by weights and inputs
}
"""Topics drawn by the march where a result is needed in more places than one: how many boxes there
are at most for each result."""


def _value(option: Option, random_: random.Random) -> str:
    match option.kind:
        case "bool":
            return random_.choice(["yes", "no"])
        case "choice":
            return random_.choice(option.choices)
        case "int":
            return str(random_.randint(option.low, option.high))
        case "widths":
            low, high = option.lengths
            count = random_.randint(max(2, low), min(5, high))
            return "-".join(str(random_.randint(1, min(6, option.high))) for _ in range(count))
    return "0.5"


@cache
def laid_out(name: str, number: int) -> tuple[dict[str, Any], Exercise, Sheet] | None:
    """A sheet of a topic with some random options, if these allow an exercise."""
    random_ = random.Random(f"{name} {number}")
    options = {n: _value(o, random_) for n, o in TOPICS[name].options.items()
               if n != "update" and random_.random() < 0.4}  # fmt: skip
    try:
        exercise = make(name, 3, max=99, **options)
    except SheetgenError:
        return None
    try:
        return options, exercise, Layout().sheet(exercise, random_.choice(["a4", "letter"]))
    except SheetgenError as problem:
        if "is too large for the paper with these options; lower" in str(problem):
            return None  # refused at once, with the option to lower
        raise


def _blank(cell: Cell) -> int:
    return cell.blank + bool(cell.struck and cell.struck_blank)


def _boxes(sheet: Sheet) -> int:
    """How many numbers the student writes into boxes."""
    blocks = [i for page in sheet.pages for i in page.items if isinstance(i, Block)]
    return sum(_blank(cell) for block in blocks for row in block.cells for cell in row)


def smallest(page: Page) -> float:
    """Em in mm of the smallest letters that a student must read."""
    return min(
        text.size * (SMALL if "<sub>" in text.html or "<sup>" in text.html else 1.0)
        for item in page.items if not (isinstance(item, Label) and item.face == "small")
        for text in words(item, True)
    )  # fmt: skip


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("name", TOPICS)
def test_pages_with_random_options_are_in_order(name: str, number: int) -> None:
    found = laid_out(name, number)
    if found is None:
        return
    options, exercise, sheet = found
    results = sum(s.shape[0] * s.shape[1] for s in exercise.graph.worked)
    assert name in EXTRA or _boxes(sheet) <= COPIES.get(name, 1.15) * results, options
    for page in sheet.pages:
        assert not overlaps(page.items), options
        assert not crossed(page.items), options
        sides = [i.cell for i in page.items if isinstance(i, Block) and i.cells[0][0].source]
        assert min(sides, default=8.0) >= 7.99, options
        assert smallest(page) >= BY_HAND.smallest_type - 0.005, options
        for box in map(box_of, page.items):
            assert min(box[:2]) >= 5, options
            assert box[2] <= page.width - 5, options
            assert box[3] <= page.height - 5, options


MOST_EMPTY = 0.3
"""Part of a page's height that may be empty in one piece."""


@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
@pytest.mark.parametrize("name", TOPICS)
def test_no_page_is_half_empty(name: str, level: str) -> None:
    """Larger boxes, ruled lines and the picture of the net take what there is."""
    for page in Layout().sheet(make(name, 3, level=level)).pages:
        ends = sorted(box_of(item)[1::2] for item in page.items
                      if not isinstance(item, Label) or not item.answer)  # fmt: skip
        foot, empty = 0.0, 0.0
        for top, bottom in ends:
            empty, foot = max(empty, top - foot), max(foot, bottom)
        assert empty <= MOST_EMPTY * page.height, (page.height, empty)


@every_case
def test_no_line_runs_through_a_block_or_a_name(case: tuple[str, dict[str, str]]) -> None:
    name, options = case
    if "update" in options:
        return  # it rings a row of its blocks
    for page in Layout().sheet(make(name, 3, **options)).pages:
        assert [(a.colour, b) for a, b in crossed(page.items)] == []


def test_a_line_through_a_block_is_seen() -> None:
    block = Block(10.0, 10.0, 10.0, ((Cell("1"),),))
    label = Label(40.0, 15.0, "long name", 5.0)

    def line(*points: tuple[float, float]) -> Line:
        xs, ys = zip(*points, strict=True)
        return Line(straight(points), bounds=(min(xs), min(ys), max(xs), max(ys)))

    through, past, along = line((5, 15), (25, 15)), line((5, 9), (60, 9)), line((20, 0), (20, 30))
    assert crossed([block, label, through, past, along]) == [(through, block)]
    assert [b for _, b in crossed([block, label, line((40, 0), (40, 30))])] == [label]


def test_a_curve_is_traced() -> None:
    [points] = traced((("M", 0.0, 0.0), ("C", 0.0, 10.0, 10.0, 10.0, 10.0, 0.0), ("h", 5.0)))
    assert points[6] == (5.0, 7.5)
    assert points[-1] == (15.0, 0.0)
