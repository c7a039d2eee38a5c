"""Bars from 0 to 1 that are cut or marked elsewhere are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import Sheet
from sheetgen.page.items import Item, Label, Line
from sheetgen.pagecheck.check import FalsePageError, PageCheck
from tests.pagecheck.support import laid_out, refused

OPTIONS = [{}, {"temperature": "2"}, {"words": "8", "places": "4"}, {"words": "2", "places": "1"}]
every = pytest.mark.parametrize("options", OPTIONS)


def bars(sheet: Sheet) -> list[Line]:
    return [i for page in sheet.pages for i in page.items if isinstance(i, Line) and i.cut_at]


def on_bars(sheet: Sheet) -> list[Item]:
    """What the key draws on them."""
    return [i for page in sheet.pages for i in page.own
            if isinstance(i, Line | Label) and i.answer and getattr(i, "around", None) is None
            and not getattr(i, "of", None)
            and any(b.bounds[1] - 5 < _height(i) <= b.bounds[3] for b in bars(sheet))]  # fmt: skip


def _height(item: Line | Label) -> float:
    return item.y if isinstance(item, Label) else item.bounds[3]


def checked(sheet: Sheet, change: Callable[[Item], list[Item]]) -> None:
    check = PageCheck(sheet.exercise.graph, [p.plate for p in sheet.pages if p.plate is not None],
                      generic=True)  # fmt: skip
    pages = [replace(p, own=tuple(new for item in p.own for new in change(item)))
             for p in sheet.pages]  # fmt: skip
    check.check([(pages, sheet.key_pages, "")])


def moved(item: Item, dx: float) -> Item:
    if isinstance(item, Label):
        return replace(item, x=item.x + dx)
    assert isinstance(item, Line)
    x0, y0, x1, y1 = item.bounds
    x, y, angle = item.end
    return replace(item, bounds=(x0 + dx, y0, x1 + dx, y1), end=(x + dx, y, angle))


@every
def test_another_cut_arrow_or_word_is_refused(options: dict[str, str]) -> None:
    sheet = laid_out(make("llm-sampling", 5, **options))
    found = on_bars(sheet)
    assert any(isinstance(i, Label) for i in found)
    checked(sheet, lambda item: [item])
    for one in found:
        wrong: list[list[Item]]
        if isinstance(one, Line):
            wrong = [[], [one, one], [moved(one, 0.5)], [moved(one, -0.5)]]
        else:
            assert isinstance(one, Label)
            others = [i.x for i in found if isinstance(i, Label) and i.y == one.y and i is not one]
            wrong = [[replace(one, markup="9 tide")], *([replace(one, x=x)] for x in others)]
        for instead in wrong:
            with pytest.raises(FalsePageError):
                checked(sheet, lambda item, o=one, i=instead: i if item is o else [item])


def test_a_bar_with_another_scale_or_name_is_refused() -> None:
    exercise = make("llm-sampling", 5)

    def scale(pages: list[list[Item]]) -> None:
        for k, item in enumerate(pages[0]):
            if isinstance(item, Label) and item.markup == ".5" and item.colour == "soft":
                pages[0][k] = replace(item, x=item.x + 2)

    def name(pages: list[list[Item]]) -> None:
        last = max(k for k, i in enumerate(pages[0]) if isinstance(i, Label) and i.markup == "2nd")
        item = pages[0][last]
        assert isinstance(item, Label)
        pages[0][last] = replace(item, markup="3rd")

    assert "scale" in refused(exercise, scale)
    assert "name" in refused(exercise, name)


@every
def test_the_cuts_stand_at_the_running_sums(options: dict[str, str]) -> None:
    """Against numbers of the exercise, whatever the page check says."""
    sheet = laid_out(make("llm-sampling", 5, **options))
    sums, random = sheet.exercise.shown("S"), sheet.exercise.shown("r")
    for bar in bars(sheet):
        x0, y0, x1, _ = bar.bounds
        assert bar.cut_at
        column = bar.cut_at[1]
        here = [i for i in on_bars(sheet) if isinstance(i, Line) and abs(i.bounds[3] - y0) < 20
                and any(i.bounds[3] == end for end in (bar.bounds[3], y0 - 0.5))]  # fmt: skip
        cuts = sorted(i.bounds[0] for i in here if not i.arrow)
        wanted = [x0 + (x1 - x0) * min(float(row[column]), 1.0) for row in sums[:-1]]
        assert cuts == pytest.approx(sorted(wanted), abs=0.01)
        arrows = [i.end[0] for i in here if i.arrow]
        assert arrows == pytest.approx([x0 + (x1 - x0) * float(random[0][column])], abs=0.01)


def test_a_bar_that_tells_an_open_word_is_refused() -> None:
    sheet = laid_out(make("llm-sampling", 5))
    drawn = on_bars(sheet)

    def shown(item: Item) -> list[Item]:
        plain = isinstance(item, Line) and item in drawn
        return [replace(item, answer=False)] if plain and isinstance(item, Line) else [item]

    with pytest.raises(FalsePageError, match="a bar tells"):
        checked(sheet, shown)
