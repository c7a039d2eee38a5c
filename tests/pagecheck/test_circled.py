"""What is circled on a page: the number that a step chooses, and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from sheetgen.api import make
from sheetgen.layout.figures.registry import is_generic
from sheetgen.layout.sheet import Sheet
from sheetgen.page.items import Block, Line
from sheetgen.pagecheck.check import FalsePageError, PageCheck
from tests.pagecheck.support import laid_out, places_of, with_text

TOPICS = [
    ("conv2d", {}), ("conv2d", {"backward": "yes"}), ("conv2d", {"size": "7", "pool": "3"}),
    ("llm-sampling", {}), ("mixture-of-experts", {}), ("vector-search", {}), ("quantisation", {}),
]  # fmt: skip
every = pytest.mark.parametrize(("name", "options"), TOPICS)


def circles(sheet: Sheet) -> list[Line]:
    return [i for page in sheet.pages for i in page.own if isinstance(i, Line) and i.around]


def checked(sheet: Sheet, change: Callable[[Line], list[Line]]) -> None:
    """Checks the pages with other circles."""
    check = PageCheck(sheet.exercise.graph, [p.plate for p in sheet.pages if p.plate is not None],
                      generic=is_generic(sheet.exercise, False))  # fmt: skip
    pages = [
        replace(page, own=tuple(
            new for item in page.own
            for new in (change(item) if isinstance(item, Line) and item.around else [item])
        )) for page in sheet.pages
    ]  # fmt: skip
    check.check([(pages, sheet.key_pages, "")])


def moved(line: Line, dx: float, dy: float) -> Line:
    x0, y0, x1, y1 = line.bounds
    return replace(line, bounds=(x0 + dx, y0 + dy, x1 + dx, y1 + dy))


def side_of(sheet: Sheet, line: Line) -> float:
    return next(i.cell for page in sheet.pages for i in page.items if isinstance(i, Block)
                for row in i.cells for c in row if c.source == line.around)  # fmt: skip


@every
def test_another_circle_is_refused(name: str, options: dict[str, str]) -> None:
    sheet = laid_out(make(name, 5, **options))
    found = circles(sheet)
    assert found
    checked(sheet, lambda line: [line])
    for wrong in found:
        side = side_of(sheet, wrong)
        for changed in ([], [wrong, wrong], [moved(wrong, side, 0)], [moved(wrong, 0, side)],
                        [moved(wrong, 0, -side)], [moved(wrong, side / 3, 0)]):  # fmt: skip
            with pytest.raises(FalsePageError, match="circle"):
                checked(sheet, lambda line, w=wrong, c=changed: c if line is w else [line])


def test_the_largest_of_each_window_is_circled_on_the_key_alone() -> None:
    sheet = laid_out(make("conv2d", 5))
    A = np.array(sheet.exercise.shown("A"), float)
    tops = {(2 * p + a, 2 * q + b) for p in (0, 1) for q in (0, 1)
            for a, b in [divmod(int(A[2 * p:2 * p + 2, 2 * q:2 * q + 2].argmax()), 2)]}
    assert {line.around for line in circles(sheet)} == {("A", i, j) for i, j in tops}
    assert all(line.answer and line.colour == "answer" for line in circles(sheet))


def test_what_is_printed_is_circled_for_all() -> None:
    sheet = laid_out(make("conv2d", 5, backward="yes"))
    shown = {line.answer for line in circles(sheet) if line.around and line.around[0] == "A"}
    asked = {line.answer for line in circles(sheet) if line.around and line.around[0] == "Z"}
    assert (shown, asked) == ({False}, {True})


def test_the_running_sum_of_the_word_is_circled() -> None:
    sheet = laid_out(make("llm-sampling", 5))
    words = [int(word) for word in sheet.exercise.shown("word")[0]]
    assert {line.around for line in circles(sheet)} == {
        ("S", word - 1, place) for place, word in enumerate(words)}


def test_a_circle_that_tells_an_open_box_is_refused() -> None:
    sheet = laid_out(make("conv2d", 5))
    with pytest.raises(FalsePageError, match="a circle tells"):
        checked(sheet, lambda line: [replace(line, answer=False)])


def test_a_guided_sheet_has_its_first_word_worked_to_the_bar() -> None:
    sheet = laid_out(make("llm-sampling", 5, guide="yes", temperature="2"))
    shown = {line.around and line.around[2]: line.answer for line in circles(sheet)}
    assert shown == {0: False, 1: True, 2: True}
    arrows = [i.answer for page in sheet.pages for i in page.own
              if isinstance(i, Line) and i.arrow]  # fmt: skip
    assert arrows == [False, True, True]


def test_another_box_that_is_crossed_out_is_refused() -> None:
    sheet = laid_out(make("mixture-of-experts", 5))
    plates = [page.plate for page in sheet.pages]
    check = PageCheck(sheet.exercise.graph, [plate for plate in plates if plate is not None],
                      generic=is_generic(sheet.exercise, False))  # fmt: skip
    check.check([(sheet.pages, sheet.key_pages, "")])
    crossed = [(page, k) for page, k, text in places_of(sheet) if text == "×"]
    zeros = [(page, k) for page, k, text in places_of(sheet) if text == "0"]
    assert len(crossed) == 8
    for (page, k), text in [*((place, "0") for place in crossed),
                            *((place, "×") for place in zeros)]:  # fmt: skip
        pages = list(sheet.pages)
        pages[page] = with_text(pages[page], k, text)
        with pytest.raises(FalsePageError, match="crossed out"):
            check.check([(pages, sheet.key_pages, "")])
