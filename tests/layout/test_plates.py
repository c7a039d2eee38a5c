"""Sheets of one shape share a plate: with their numbers in it they are as if laid out alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from sheetgen.layout.sheet import Layout, lay_out
from sheetgen.page.items import Block, Face, Page
from sheetgen.topics.catalogue import TOPICS
from tests.support import NAMES, random_options

PATTERNS = ("results", "one-per-block", "percent:40", "faded:2", "none", "backwards")


def faces(page: Page) -> Iterator[Face]:
    """What the cells of a page's varying blocks show, one after the other."""
    assert page.plate is not None
    for k in sorted(page.plate.varying):
        item = page.items[k]
        if isinstance(item, Block):
            yield from (cell.face for row in item.cells for cell in row)


@pytest.mark.parametrize("name", NAMES)
def test_a_shared_plate_gives_the_pages_of_a_plate_of_its_own(name: str) -> None:
    tried = 0
    for seed in range(6):
        options = random_options(TOPICS[name], seed) if seed else {}
        if seed:
            options["blank"] = PATTERNS[seed % len(PATTERNS)]
        try:
            exercises = build(settings(name, options), [3, 8, 21])
            lay_out(exercises[0])
        except SheetgenError:
            continue
        fresh = [Layout().sheet(e, "a4", "Ada") for e in exercises]
        layout = Layout()
        shared = [layout.sheet(e, "a4", "Ada") for e in exercises]
        for mine, own in zip(shared, fresh, strict=True):
            assert mine.pages == own.pages
            for page in mine.pages:
                assert page.faces == tuple(faces(page))
            assert mine.key_pages == own.key_pages
        tried += 1
    assert tried


@pytest.mark.parametrize("name", NAMES)
def test_sheets_that_ask_more_of_the_same_numbers_have_their_own_plate(name: str) -> None:
    layout = Layout()
    for switch in [None, *(o.name for o in TOPICS[name].options.values() if o.kind == "bool")]:
        given = {} if switch is None else {switch: not TOPICS[name].options[switch].default}
        [exercise] = build(settings(name, given), [7])
        mine, own = layout.sheet(exercise), Layout().sheet(exercise)
        assert [page.items for page in mine.pages] == [page.items for page in own.pages]


def test_plates_are_shared_and_few_are_kept() -> None:
    first, second = build(settings("backpropagation"), [1, 2])
    layout = Layout(kept=2)
    plates = [[page.plate for page in layout.sheet(e).pages] for e in (first, second)]
    assert plates[0] == plates[1]
    assert layout.sheet(first, "letter").pages[0].plate not in plates[0]
    assert layout.plates == 2
    for width in range(2, 7):
        layout.sheet(make("matrix-multiplication", 1, columns=width))
    assert layout.plates == 2
    assert layout.sheet(first).pages[0].plate not in plates[0]  # laid out anew


def test_layouts_share_nothing() -> None:
    exercise = make("hidden-layer", 1)
    one, other = (Layout().sheet(exercise).pages[0] for _ in range(2))
    assert one == other
    assert one.plate is not other.plate


def test_what_varies_is_named_and_the_rest_is_the_same_object() -> None:
    for exercise in build(settings("hidden-layer"), range(5)):
        for page in lay_out(exercise).pages:
            assert page.plate is not None
            for k, item in enumerate(page.plate.items):
                assert (page.items[k] is item) or k in page.plate.varying
                assert type(page.items[k]) is type(item)


@pytest.mark.parametrize("pattern", ["percent:20", "none"])
def test_a_copied_box_stays_blank_unless_the_sheet_is_a_worked_example(pattern: str) -> None:
    for exercise in build(settings("matrix-multiplication", {"blank": pattern}), [1, 2]):
        blocks = [i for i in lay_out(exercise).pages[0].items if isinstance(i, Block)]
        copied = pattern != "none"
        assert [all(c.blank for row in b.cells for c in row) for b in blocks] == [
            False, False, copied, copied, False
        ]  # fmt: skip
