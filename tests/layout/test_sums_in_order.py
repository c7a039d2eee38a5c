"""The worked sums that a key writes beside its figures: in the order of the steps, on the page of
their boxes, named as these are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import Block, Label, Page
from sheetgen.topics.catalogue import TOPICS
from tests.layout.test_geometry import laid_out

ALONE = [name for name, topic in TOPICS.items() if not topic.parts]
CLOSE = 28.0
"""What is less than that apart, in mm, is read from left to right."""


class Sums(NamedTuple):
    """Those of one step: its number, its name, whose boxes they are of, and where they stand."""

    number: int
    name: str
    of: str
    box: Box


def sums_of(page: Page) -> Iterator[Sums]:
    """Those beside the figures of a page, each title with the lines behind it."""
    some: list[Label] = []
    for item in page.items:
        if not isinstance(item, Label):
            continue
        if re.match(r"\[\d+\] ", item.markup) and item.answer and item.colour == "gradient":
            yield from found_in(some)
            some = [item]
        elif some and item.of is not None and item.answer:
            if len(some) > 1 and item.of[0] != (some[-1].of or "")[0]:
                yield from found_in(some)
                some = []
            else:
                some.append(item)
    yield from found_in(some)


def found_in(some: list[Label]) -> Iterator[Sums]:
    if len(some) > 1 and some[1].of is not None:
        number, name = some[0].markup[1:].split("] ", 1)
        lefts, tops, rights, feet = zip(*map(box_of, some), strict=True)
        box = min(lefts), min(tops), max(rights), max(feet)
        yield Sums(int(number), name, some[1].of[0], box)


def sheets(name: str, number: int) -> Iterator[Sheet]:
    found = laid_out(name, number)
    if found is not None:
        yield found[2]


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("name", ALONE)
def test_sums_are_read_in_the_order_of_the_steps(name: str, number: int) -> None:
    for sheet in sheets(name, number):
        for page in sheet.key().pages:
            for first, then in combinations(sorted(sums_of(page)), 2):
                if first.number == then.number:
                    continue
                a, b = first.box, then.box
                across = min(a[2], b[2]) - max(a[0], b[0])
                down = min(a[3], b[3]) - max(a[1], b[1])
                beneath = across > 0.5 * min(a[2] - a[0], b[2] - b[0])
                beside = down > 0.5 * min(a[3] - a[1], b[3] - b[1]) and -across < CLOSE
                assert not (beneath and b[3] <= a[1]), (first, then)
                assert not (beside and b[2] <= a[0]), (first, then)


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("name", ALONE)
def test_sums_stand_on_the_page_of_their_boxes(name: str, number: int) -> None:
    for sheet in sheets(name, number):
        for page in sheet.key().pages[: len(sheet.pages)]:
            blocks = [i for i in page.items if isinstance(i, Block)]
            here = {name for b in blocks for row in b.cells for c in row
                    for name in (c.compact or c.source or ())[:1]}  # fmt: skip
            assert {found.of for found in sums_of(page)} <= here


@pytest.mark.parametrize(("name", "options", "titles"), [
    ("clip", {}, {"U^T"}), ("autoencoder", {"backward": "yes"}, {"∂L/∂Y^T"}),
    ("seven-layer-mlp", {}, {"A_3"}),
])  # fmt: skip
def test_sums_are_named_as_their_boxes_are_drawn(
    name: str, options: dict[str, str], titles: set[str]
) -> None:
    names = {found.name for page in lay_out(make(name, 7, **options)).key().pages
             for found in sums_of(page)}  # fmt: skip
    assert titles <= names


def test_the_lines_of_a_block_that_lies_on_its_side_follow_its_boxes() -> None:
    page = lay_out(make("clip", 7)).key().pages[0]
    lines = [i.of for i in page.items if isinstance(i, Label) and i.of and i.of[0] == "U"]
    assert lines == sorted(lines, key=lambda place: place[:0:-1])
