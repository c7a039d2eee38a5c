"""The worked sums set in columns, for the key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from sheetgen.page.items import Label
from sheetgen.type.fonts import text_width
from sheetgen.words.sums import Worked

SUM_SIZE = 3.4
"""Em of a worked sum in millimetres."""
SMALLER = (SUM_SIZE, 3.1, 2.85)
"""Ems in which sums are tried beside the figures before they get a page of their own."""
INDENT = 9.0
"""What a column needs beside its widest line, in millimetres."""
PITCH = 1.5
"""Height of a line in ems."""

Place = tuple[float, float]
"""x and y in millimetres."""
Slot = tuple[int, int, int, float]
"""Which step, which of its lines (-1 for its name), the column, and where the line's top is."""


def width_of(sums: Sequence[Worked], size: float = SUM_SIZE) -> float:
    """Width of a column in which each line fits."""
    return max([text_width(line, size, "answer") for w in sums for line in w.lines]) + INDENT


def shapes_of(sums: Sequence[Worked]) -> Iterator[tuple[float, int, float, float]]:
    """Size, count of columns, width and height in which the sums may be set, the largest and
    narrowest first."""
    counts = tuple(len(w.lines) for w in sums)
    widest = (width_of(sums) - INDENT) / SUM_SIZE
    for size in SMALLER:
        for count in (1, 2, 3):
            yield size, count, count * (widest * size + INDENT), _least(counts, count, size)


def fitted(sums: Sequence[Worked], at: Place, width: float, height: float) -> list[Label]:
    """Worked sums in columns in a box, set smaller if they must; nothing if they do not fit."""
    counts = tuple(len(w.lines) for w in sums)
    widest = (width_of(sums) - INDENT) / SUM_SIZE
    for size in SMALLER:
        count = min(4, int(width // (widest * size + INDENT)))
        if count and len(_slots(counts, count, height, size)) == 1:
            return columns(sums, at, width, height, size)[0]
    return []


@lru_cache(1 << 10)
def _least(counts: tuple[int, ...], count: int, size: float) -> float:
    """The least height of columns for steps with so many lines each."""
    step = size * PITCH
    low = (sum(counts) + 1.7 * len(counts)) / count * step
    while len(_slots(counts, count, low, size)) > 1:
        low += step
    return low


def columns(
    sums: Sequence[Worked], at: Place, width: float, height: float, size: float = SUM_SIZE
) -> list[list[Label]]:
    """Worked sums in columns, page after page, from the corner ``at``; all of them answers."""
    if not sums:
        return []
    widest = width_of(sums, size)
    while widest > width and size > 2.2:
        size *= 0.92
        widest = width_of(sums, size)
    count = max(1, min(4, int(width // widest)))
    step = size * PITCH
    counts = tuple(len(w.lines) for w in sums)
    low = max(sum(n + 1.7 for n in counts) / count, max(counts) + 1.3) * step
    while low < height:
        if len(_slots(counts, count, low, size)) == 1:
            return filled(sums, at, count, low, width, size)
        low += step
    return filled(sums, at, count, height, width, size)


def filled(
    sums: Sequence[Worked], at: Place, count: int, height: float, width: float,
    size: float = SUM_SIZE,
) -> list[list[Label]]:  # fmt: skip
    """Worked sums in ``count`` columns that are ``height`` high, page after page."""
    left, top = at
    each, step = width / count, size * PITCH
    pages: list[list[Label]] = []
    for slots in _slots(tuple(len(w.lines) for w in sums), count, height, size):
        page = []
        for which, line, column, y in slots:
            x = round(left + column * each, 3)
            if line < 0:
                title = f"[{sums[which].number}] {sums[which].name}"
                page.append(Label(x, round(top + y + step * 0.6, 3), title, size * 1.1, "start",
                                  "gradient", answer=True))  # fmt: skip
            else:
                page.append(Label(round(x + 3, 3), round(top + y + step / 2, 3),
                                  sums[which].lines[line], size, "start", "answer", "answer", True,
                                  each - 5))  # fmt: skip
        pages.append(page)
    return pages


@lru_cache(1 << 10)
def _slots(
    counts: tuple[int, ...], count: int, height: float, size: float
) -> tuple[tuple[Slot, ...], ...]:
    """Where the lines of steps with so many lines each go, page after page."""
    step = size * PITCH
    pages: list[list[Slot]] = [[]]
    column, y = 0, 0.0
    for which, lines in enumerate(counts):
        whole = step * (1.2 + lines)
        for line in range(lines):
            needed = (whole if whole <= height else step * 2.4) if line == 0 else step
            if y and y + needed > height:
                column, y = column + 1, 0.0
                if column == count:
                    pages.append([])
                    column = 0
            if line == 0:
                pages[-1].append((which, -1, column, y))
                y += step * 1.2
            pages[-1].append((which, line, column, y))
            y += step
        y += step * 0.5
    return tuple(map(tuple, pages))
