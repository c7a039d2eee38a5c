"""Words stand where they are needed, follow the picture, and can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from sheetgen.api import make
from sheetgen.graph.work import numbered
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import PAPERS, Block, Circle, Item, Label, Page
from sheetgen.page.marks import words
from sheetgen.page.theme import BY_HAND
from sheetgen.type.fonts import SMALL
from tests.layout.cases import every_case

SEVEN_POINTS = 7 / 72 * 25.4
NUMBERS = re.compile(r"\[(\d+(?:, \d+)*)\](?: to \[(\d+)\])?")
TURNED = re.compile(r"\^T")


def _steps_said(page: Page) -> set[int]:
    """The steps that the words of a page tell of."""
    found: set[int] = set()
    for item in page.items:
        if isinstance(item, Label) and not item.answer and item.markup.startswith("["):
            match = NUMBERS.match(item.markup)
            if match:
                numbers = [int(n) for n in match[1].split(", ")]
                found |= set(range(numbers[0], int(match[2]) + 1) if match[2] else numbers)
    return found


def _steps_shown(page: Page) -> set[int]:
    return {int(i.text) for i in page.items if isinstance(i, Circle) and i.text and not i.node}


@pytest.mark.parametrize("paper", PAPERS)
@every_case
def test_steps_stand_with_their_boxes(case: tuple[str, dict[str, str]], paper: str) -> None:
    name, options = case
    exercise = make(name, 3, **options)
    pages = lay_out(exercise, paper).pages
    said = [_steps_said(page) for page in pages]
    assert set().union(*said) == {number for number, _ in numbered(exercise.graph)}
    for here, page in zip(said, pages, strict=True):
        shown = _steps_shown(page)
        assert shown <= here
        assert not here or any(isinstance(i, Block) for i in page.items)


def _read(page: Page) -> Iterator[tuple[Item, float]]:
    """What a student reads of a page, and the em in mm of its smallest letters."""
    for item in page.items:
        if isinstance(item, Label) and item.face == "small":
            continue  # the recipe
        for text in words(item, True):
            lowered = "<sub>" in text.html or "<sup>" in text.html
            yield item, text.size * (SMALL if lowered else 1.0)


@every_case
def test_nothing_that_a_student_reads_is_below_seven_points(
    case: tuple[str, dict[str, str]],
) -> None:
    name, options = case
    assert abs(BY_HAND.smallest_type - SEVEN_POINTS) < 0.01
    for page in lay_out(make(name, 3, **options)).pages:
        for item, size in _read(page):
            assert size >= BY_HAND.smallest_type - 0.005, item


@pytest.mark.parametrize(("options", "said"), [
    ({}, "[2] ∂L/∂W_3^T, ∂L/∂b_3^T = each box of [a_2 ; 1] times each box of ∂L/∂z_3^T."),
    ({}, "[3] ∂L/∂a_2^T = ∂L/∂z_3^T times each column of W_3."),
    ({}, "[1] ∂L/∂z_3^T = y_{pred} − y_{target}, turned on its side."),
    ({"widths": "2-3-2", "batch": "2"},
     "[2] ∂L/∂W_2^T, ∂L/∂b_2^T = each row of [A_1 ; 1] times each column of ∂L/∂Z_2^T."),
])  # fmt: skip
def test_rows_and_columns_are_said_as_they_are_drawn(options: dict[str, str], said: str) -> None:
    page = lay_out(make("backpropagation", 3, **options)).pages[0]
    assert said in " ".join(i.markup for i in page.items if isinstance(i, Label))


@every_case
def test_a_name_on_its_side_is_said_so(case: tuple[str, dict[str, str]]) -> None:
    """What a line makes has the name that stands at its boxes on that page."""
    name, options = case
    for page in lay_out(make(name, 3, **options)).pages:
        labels = [i.markup for i in page.items if isinstance(i, Label) and not i.answer]
        beside = {m for m in labels if not m.startswith("[") and " " not in m}
        for line in labels:
            made = re.match(r"\[\d+\] (\S+?),? ", line)
            if made and " new" not in line and TURNED.sub("", made[1]) in beside:
                assert made[1] in beside, line


def test_compact_boxes_have_their_sentence() -> None:
    page = lay_out(make("hidden-layer", 3, widths="3-4-4-4-2")).pages[0]
    labels = [i.markup for i in page.items if isinstance(i, Label)]
    assert any("ross it out and write 0" in m or "cross out" in m for m in labels)
    assert not any("replaced by 0" in m for m in labels)
