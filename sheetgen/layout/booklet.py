"""A booklet: the sheets of several exercises one after the other, their pages counted through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.frame import Frame
from sheetgen.layout.head import number_at_foot
from sheetgen.layout.large_head import large_number_at_foot
from sheetgen.layout.sheet import LAYOUT, Layout, Sheet, lay_out_all
from sheetgen.page.items import Item

Numbered = Callable[[int, int, tuple[float, float]], Item]
"""Which page it is, of how many, on paper of a size, as an item of the page."""


def lay_out_booklet(
    parts: Sequence[tuple[Exercise, Frame]], paper: str = "a4", name: str | None = "",
    mark: str = "point", layout: Layout = LAYOUT,
) -> list[Sheet]:  # fmt: skip
    """The sheets of exercises with what the head of each says, each page with its number among
    all. Raises SheetgenError as :func:`lay_out_all` does."""
    exercises, frames = zip(*parts, strict=True)
    [sheets] = lay_out_booklets([(exercises, name)], frames, paper, mark, layout)
    return counted_through(sheets, foot_of(layout))


def lay_out_booklets(
    booklets: Sequence[tuple[Sequence[Exercise], str | None]], frames: Sequence[Frame],
    paper: str = "a4", mark: str = "point", layout: Layout = LAYOUT,
) -> list[list[Sheet]]:  # fmt: skip
    """The sheets of several booklets, each with the name on its name line, without the numbers of
    their pages; those of one place in the booklets are laid out at once."""
    made: list[list[Sheet]] = [[] for _ in booklets]
    for place, frame in enumerate(frames):
        before = [sum(len(sheet.pages) for sheet in own) for own in made]
        for count in dict.fromkeys(before):
            which = [k for k, pages in enumerate(before) if pages == count]
            named = [(booklets[k][0][place], booklets[k][1]) for k in which]
            own_frame = replace(frame, booklet=True, before=count)
            sheets = lay_out_all(named, paper, mark, own_frame, layout)
            for k, sheet in zip(which, sheets, strict=True):
                made[k].append(sheet)
    return made


def foot_of(layout: Layout) -> Numbered:
    """What numbers the pages of a booklet."""
    return large_number_at_foot if layout.sizes.is_large else number_at_foot


def counted_through(sheets: Sequence[Sheet], told: Numbered) -> list[Sheet]:
    """The sheets with a number on each page that a worksheet has; those that only keys have keep
    titles of their own."""
    total, number, found = sum(len(sheet.pages) for sheet in sheets), 0, []
    for sheet in sheets:
        pages = []
        for page in sheet.pages:
            number += 1
            size = page.width, page.height
            pages.append(page.with_items((told(number, total, size),)))
        found.append(replace(sheet, pages=tuple(pages)))
    return found
