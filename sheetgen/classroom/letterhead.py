"""What a class's sheet has beside the exercise: a QR code with the recipe, a heading, a points
box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

import numpy as np
from msgspec import structs

from sheetgen.classroom.large_letterhead import TOP as LARGE_TOP
from sheetgen.classroom.large_letterhead import large_letterhead
from sheetgen.classroom.plan import Heading
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.frame import Frame
from sheetgen.layout.sheet import Sheet
from sheetgen.layout.sizes import LARGE_PRINT, SIZES
from sheetgen.page.figure import placed
from sheetgen.page.items import Item, Label, Page, Picture, Rule, Stencil
from sheetgen.press.pdf.lines import is_settable
from sheetgen.series.booklet import frames, part_of
from sheetgen.series.series import Series
from sheetgen.type.fit import that_fits
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import plain

MARGIN = SIZES.margin
QR_SIZE = 16.0
"""Largest side of the code in mm, without the white around it."""
QR_TOP = 9.0
WORKSHEET, KEY = "W", "K"
"""What a QR code says of the side that a page is of."""
LOGO_WIDTH, LOGO_HEIGHT = 24.0, 16.0
HEADING, LEAST_HEADING = 3.4, 2.8
"""Em of the heading in mm, and the smallest: a longer one takes two lines, then is cut short."""

_SIGNS = bytes.maketrans(b"\x00\xff", b"10")


def qr_code(text: str, right: float, top: float, scale: float = 1.0) -> Stencil:
    """A QR code with its upper right corner at a place; sides are whole hundredths of a mm, on a
    page that is printed ``scale`` times as large too."""
    rows = _modules(text)
    module = int(QR_SIZE / len(rows) * 100) / 100 / scale
    return Stencil(round(right - module * len(rows), 2), top, module, rows)


@lru_cache(8)
def _modules(text: str) -> tuple[str, ...]:
    """The code's rows: 1 is black; 15 % of them may be lost. A mask that is given, not searched
    for, is four times quicker."""
    import zxingcpp

    kind = zxingcpp.BarcodeFormat.QRCode
    made = zxingcpp.create_barcode(text, kind, ec_level="M", data_mask=0)
    image = np.asarray(made.to_image(scale=1, add_quiet_zones=False))
    side = len(image)
    signs = image.tobytes().translate(_SIGNS).decode("ascii")
    return tuple(signs[k : k + side] for k in range(0, side * side, side))


def frame_of(heading: Heading, titles: Sequence[str], number: int) -> tuple[Frame, Heading]:
    """What the head of one of several exercises with some titles says, and what of the heading is
    left to stand small above it; a title that only Pango can set stays there."""
    date = heading.date if is_settable(heading.date) else ""
    frame = Frame(date=date)
    rest = structs.replace(heading, date="" if date else heading.date)
    if len(titles) > 1:
        note = f"Exercise {number + 1} of {len(titles)}: {titles[number]}"
        title = heading.title if is_settable(heading.title) else ""
        frame = Frame(title, note if title else note.partition(":")[0], date)
        rest = structs.replace(rest, title="" if title else rest.title)
    return frame, rest


def heads_of(
    heading: Heading, titles: Sequence[str], series: Series | None = None
) -> list[tuple[Frame, Heading]]:
    """The same for each of some exercises, which may be the pages of a booklet."""
    found = [frame_of(heading, titles, k) for k in range(len(titles))]
    if series is None:
        return found
    date = found[0][0].date
    rest = structs.replace(heading, date="" if date else heading.date)
    return [
        (replace(frame, date=date),
         structs.replace(rest, title=part_of(series, k, heading.title)))
        for k, frame in enumerate(frames(series, above=False))
    ]  # fmt: skip


def total_of(points: Sequence[str]) -> str:
    """All points of a sheet of several exercises, where each has some."""
    if len(points) < 2 or not all(points):
        return ""
    return f"{sum(map(Decimal, points)):f}"


def with_letterhead(
    sheet: Sheet, heading: Heading | None = None, points: str = "", total: str = ""
) -> Sheet:
    """The sheet with a QR code on every page (:func:`told_by_code`), and on the first the heading,
    a points box, and one for the total of several exercises."""
    heading = heading or Heading()

    def with_items(page: Page, number: int, side: str) -> Page:
        code, first = told_by_code(sheet.exercise, number, side), number == 1
        if sheet.scale > 1.0:
            more = large_letterhead(heading, points, total, page) if first else ()
            code_at = qr_code(code, page.width - LARGE_PRINT.margin, LARGE_TOP, sheet.scale)
            return page.with_items((code_at, *more))
        by = SIZES.on((page.width, page.height)).larger
        width = page.width / by
        items: list[Item] = [qr_code(code, width - MARGIN, QR_TOP)]
        if first:
            items += [*_heading(heading, width), *_points(points, width), *_total(total)]
        large = items if by == 1.0 else [placed(item, by, 0.0, 0.0) for item in items]
        return page.with_items(tuple(large))

    return replace(
        sheet,
        pages=tuple(with_items(p, k, WORKSHEET) for k, p in enumerate(sheet.pages, 1)),
        front=tuple(with_items(p, k, KEY) for k, p in enumerate(sheet.pages, 1)),
        key_pages=tuple(with_items(p, len(sheet.pages) + k, KEY)
                        for k, p in enumerate(sheet.key_pages, 1)),
    )  # fmt: skip


def told_by_code(exercise: Exercise, number: int, side: str) -> str:
    """What a page's QR code says: the code, which page of the exercise it is, counted from 1, and
    whose side, the worksheet's or the key's; then the recipe, where a page may say it."""
    said = (exercise.code, f"{number}{side}", exercise.printed_recipe)
    return " ".join(filter(None, said))


@lru_cache(8)
def _heading(heading: Heading, width: float) -> tuple[Item, ...]:
    room = width - 2 * (MARGIN + LOGO_WIDTH + 4)
    lines = _heading_lines(heading.words, room) if heading.words else []
    size, high = (HEADING, 9.5) if len(lines) < 2 else (LEAST_HEADING, 6.5)
    found: list[Item] = [
        Label(width / 2, high + 3.4 * k, plain(line), size, "middle", "soft", width=room)
        for k, line in enumerate(lines)
    ]
    if heading.logo:
        found.append(Picture(MARGIN, QR_TOP, LOGO_WIDTH, LOGO_HEIGHT, heading.logo))
    return tuple(found)


def _heading_lines(parts: Sequence[str], room: float) -> list[str]:
    """The heading in one line, or broken between its parts or its words, dots for what is too
    much."""

    def wide(*lines: str) -> float:
        return max(text_width(plain(line), LEAST_HEADING, "label") for line in lines)

    def broken(pieces: Sequence[str], glue: str) -> list[tuple[str, str]]:
        ends = range(len(pieces) - 1, 0, -1)
        return [(glue.join(pieces[:k]), glue.join(pieces[k:])) for k in ends]

    whole = " · ".join(parts)
    if wide(whole) <= room:
        return [whole]
    found = min(broken(parts, " · "), key=lambda two: wide(*two), default=(whole, ""))
    if wide(*found) > room:
        of_words = broken(whole.split(" "), " ")
        found = next((two for two in of_words if wide(two[0]) <= room), found)
    first, rest = (that_fits(line.removeprefix("· "), room, LEAST_HEADING) for line in found)
    return [first, rest] if rest else [first]


def _points(points: str, width: float) -> list[Item]:
    """``[   ] / 5 points`` between the date and the code."""
    if not points:
        return []
    left = MARGIN + 122.5
    unit = "point" if points == "1" else "points"
    return [
        Rule(left, 27.6, 8.0, 6.0),
        Label(left + 9.0, 30.5, f"/ {points} {unit}", 3.4, "start",
              width=width - MARGIN - 37 - left - 9.0),
    ]  # fmt: skip


def _total(points: str) -> list[Item]:
    """``Total [   ] / 20`` below the points of the exercise."""
    if not points:
        return []
    left = MARGIN + 122.5
    return [
        Label(left - 1.5, 36.4, "Total", 3.4, "end"),
        Rule(left, 33.9, 8.0, 4.6),
        Label(left + 9.0, 36.4, f"/ {points}", 3.4, "start"),
    ]
