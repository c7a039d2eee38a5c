"""Sheets of one shape share a form: inked into it they are as if laid out alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.settings import settings
from sheetgen.layout import sheet
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.page.items import Block, Circle, Face, Label, Line, Page
from sheetgen.topics import TOPICS
from tests.support import NAMES, random_options

PATTERNS = ("results", "one-per-block", "percent:40", "faded:2", "none", "backwards")


@pytest.fixture(autouse=True)
def no_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "_forms", OrderedDict())


def alone(exercise: Exercise, paper: str, name: str) -> Sheet:
    sheet._forms.clear()
    return lay_out(exercise, paper, name)


def faces(page: Page) -> Iterator[Face]:
    """What the cells of a page's varying blocks show, one after the other."""
    assert page.plate is not None
    for k in sorted(page.plate.varying):
        item = page.items[k]
        if isinstance(item, Block):
            yield from (cell.face for row in item.cells for cell in row)


@pytest.mark.parametrize("name", NAMES)
def test_a_shared_form_gives_the_pages_of_a_form_of_its_own(name: str) -> None:
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
        fresh = [alone(e, "a4", "Ada") for e in exercises]
        sheet._forms.clear()
        shared = [lay_out(e, "a4", "Ada") for e in exercises]
        for mine, own in zip(shared, fresh, strict=True):
            assert mine.pages == own.pages
            for page in mine.pages:
                assert page.faces == tuple(faces(page))
            assert mine.key_pages == own.key_pages
        tried += 1
    assert tried


def test_forms_are_shared_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = build(settings("backpropagation"), [1, 2])
    plates = [[page.plate for page in lay_out(e).pages] for e in (first, second)]
    assert plates[0] == plates[1]
    assert lay_out(first, "letter").pages[0].plate not in plates[0]
    monkeypatch.setattr(sheet, "REMEMBERED", 2)
    for width in range(2, 7):
        lay_out(make("matrix-multiplication", 1, columns=width))
    assert len(sheet._forms) == 2


def test_what_varies_is_named_and_the_rest_is_the_same_object() -> None:
    for exercise in build(settings("hidden-layer"), range(5)):
        for page in lay_out(exercise).pages:
            assert page.plate is not None
            for k, item in enumerate(page.plate.items):
                assert (page.items[k] is item) or k in page.plate.varying
                assert type(page.items[k]) is type(item)


def test_a_weight_of_zero_has_no_link() -> None:
    for exercise in build(settings("hidden-layer"), range(12)):
        links = {i.source for i in lay_out(exercise).pages[0].items
                 if isinstance(i, Line) and i.source}  # fmt: skip
        weights = {
            (g.name, i, j)
            for g in exercise.graph.givens if g.name.startswith("W")
            for i in range(g.shape[0]) for j in range(g.shape[1])
            if exercise.values[g.name].digits[i, j] != 0
        }  # fmt: skip
        assert links == weights


@pytest.mark.parametrize("pattern", ["percent:20", "none"])
def test_a_copied_box_stays_blank_unless_the_sheet_is_a_worked_example(pattern: str) -> None:
    for exercise in build(settings("matrix-multiplication", {"blank": pattern}), [1, 2]):
        blocks = [i for i in lay_out(exercise).pages[0].items if isinstance(i, Block)]
        copied = pattern != "none"
        assert [all(c.blank for row in b.cells for c in row) for b in blocks] == [
            False, False, copied, copied, False
        ]  # fmt: skip


@pytest.mark.parametrize(("pattern", "said"), [
    ("none", "A worked example"), ("faded:1", "The first step is worked; go on from there"),
    ("faded:3", "The first 3 steps are worked; go on from there"), ("results", ""),
])  # fmt: skip
def test_a_sheet_says_what_of_it_is_worked(pattern: str, said: str) -> None:
    page = lay_out(make("hidden-layer", 2, blank=pattern)).pages[0]
    notes = [i.markup for i in page.items if isinstance(i, Label) and "worked" in i.markup]
    assert notes == ([said] if said else [])


def test_links_are_asked_for_only_where_the_net_is_drawn() -> None:
    for widths in ("3-4-2", "6-8-2"):
        sheet_ = lay_out(make("batch-of-three", 1, widths=widths, batch=3))
        items = [i for page in sheet_.pages for i in page.items]
        asked = [i for i in items if isinstance(i, Label) and "links" in i.markup]
        assert bool(asked) == any(isinstance(i, Circle) and i.node for i in items)
        assert all("first column" in i.markup for i in asked)
