"""The first page of a book: its title, whose it is, and its contents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetgen.layout.head import CODE, FOOT_LINE, NAME_LINE, key_mark
from sheetgen.layout.sizes import SIZES
from sheetgen.page.figure import placed
from sheetgen.page.items import PAPERS, Item, Label, Page, Rule
from sheetgen.type.fit import NAME_ROOM
from sheetgen.type.markup import plain

TOP, PITCH, LARGE, SMALL = 62.0, 16.0, 5.6, 3.7
"""Where the contents begin, from chapter to chapter, and the ems of a title and of what it is
about."""


def title_page(
    title: str, chapters: Sequence[tuple[str, str, int]], paper: str, name: str, code: str,
    recipe: str, *, key: bool,
) -> Page:  # fmt: skip
    """The page; of each chapter its title, what it is about and its first page. Of a ``key`` it
    says so."""
    width, height = PAPERS[paper]
    by = SIZES.on(PAPERS[paper]).larger
    found = _items(title, chapters, (width / by, height / by), name, code, recipe)
    marks = [key_mark(SIZES, width / by)] if key else []
    return Page(width, height, tuple(placed(i, by, 0.0, 0.0) for i in (*found, *marks)))


def _items(
    title: str, chapters: Sequence[tuple[str, str, int]], paper: tuple[float, float], name: str,
    code: str, recipe: str,
) -> Iterator[Item]:  # fmt: skip
    (width, height), left = paper, SIZES.margin
    right, size = width - SIZES.margin, SIZES.name_line
    yield Label(width / 2, 18.0, title, SIZES.title * 1.25, "middle", face="title")
    yield Label(left, NAME_LINE, "Name", size, "start")
    if name:
        yield Label(left + 11.5, NAME_LINE, plain(name), size, "start", width=NAME_ROOM)
    else:
        yield Rule(left + 11, NAME_LINE + 2.1, 62.0)
    yield Label(right, CODE, f"Workbook {code}", SIZES.code, "end")
    yield Label(width / 2, TOP - 18.0, "25 small exercises a chapter, each with one new idea.",
                SMALL + 0.4, "middle", "soft")  # fmt: skip
    pitch = min(PITCH, (height - TOP - 24.0) / len(chapters))
    for k, (said, about, page) in enumerate(chapters):
        y = TOP + k * pitch
        yield Label(left + 22.0, y, str(k + 1), LARGE * 1.2, "end", "p1", "title")
        yield Label(left + 28.0, y, said, LARGE, "start", face="title")
        yield Label(left + 28.0, y + 6.2, about, SMALL, "start", "soft", "title",
                    width=right - left - 50.0)  # fmt: skip
        yield Rule(left + 28.0, y + 9.6, right - left - 40.0)
        yield Label(right - 12.0, y, str(page), LARGE, "end", face="title")
    yield Label(left, height - FOOT_LINE, f"by hand · {recipe}", SIZES.recipe, "start", "soft",
                "small")  # fmt: skip
