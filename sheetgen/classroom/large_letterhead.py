"""What a class's sheet in large print has beside the exercise, on the small paper on which it is
laid out: nothing is smaller than the smallest type."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.classroom.plan import Heading
from sheetgen.layout.large_head import date_room
from sheetgen.layout.sizes import LARGE_PRINT
from sheetgen.page.items import Item, Label, Page, Picture, Rule
from sheetgen.page.theme import BY_HAND
from sheetgen.type.fit import that_fits
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import plain

MARGIN = LARGE_PRINT.margin
TOP = 2.6
"""Upper edge of logo and code."""
HEADING = 3.4
"""Middle of the heading."""
LOGO_WIDTH, LOGO_HEIGHT = 7.4, 5.8
LEAST = BY_HAND.smallest_type
BOX = 5.2
"""Width of a box for points."""


def large_letterhead(heading: Heading, points: str, total: str, page: Page) -> Iterator[Item]:
    """The heading in a line, cut short if it is long, a logo, and in the line of the date the
    points of a first page."""
    room = page.width - 2 * (MARGIN + LOGO_WIDTH + 1.0)
    if heading.words:
        said = that_fits(" · ".join(heading.words), room, LEAST)
        yield Label(page.width / 2, HEADING, plain(said), LEAST, "middle", "soft")
    if heading.logo:
        yield Picture(MARGIN, TOP, LOGO_WIDTH, LOGO_HEIGHT, heading.logo)
    date = next(i.y for i in page.items if isinstance(i, Label) and i.markup == "Date")
    x = MARGIN + 7.2 + date_room(page.width) + 1.2
    if points:
        unit = "" if total else " point" if points == "1" else " points"
        yield from _box(x, date, f"/ {points}{unit}")
        x += BOX + 0.6 + text_width(f"/ {points}", LEAST, "label") + 1.6
    if total:
        yield Label(x, date, "Total", LEAST, "start")
        yield from _box(x + text_width("Total", LEAST, "label") + 0.8, date, f"/ {total}")


def _box(x: float, y: float, said: str) -> Iterator[Item]:
    """A box to write into, and what is said behind it."""
    yield Rule(x, y - 1.9, BOX, 3.8)
    yield Label(x + BOX + 0.6, y, said, LEAST, "start")
