"""The worked sums set in columns, for the key."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.figure import placed
from sheetgen.fonts import text_width
from sheetgen.page import Item, Label
from sheetgen.worked import Worked


def columns(
    sums: Sequence[Worked], width: float, height: float, size: float
) -> list[list[Item]] | None:
    """Worked sums in columns, page after page, at (0, 0); all of them answers."""
    if not sums:
        return None
    widest = max(max(text_width(line, size, "answer") for line in w.lines) for w in sums) + 9
    while widest > width and size > 2.2:
        size *= 0.92
        widest = max(max(text_width(line, size, "answer") for line in w.lines) for w in sums) + 9
    count = max(1, min(4, int(width // widest)))
    step = size * 1.5
    longest = max(len(w.lines) for w in sums) + 1.3
    low = max(sum(len(w.lines) + 1.7 for w in sums) / count, longest) * step
    while low < height:
        pages = filled(sums, count, low, width, size)
        if len(pages) == 1:
            return pages
        low += step
    return filled(sums, count, height, width, size)


def filled(
    sums: Sequence[Worked], count: int, height: float, width: float, size: float
) -> list[list[Item]]:
    step = size * 1.5
    pages: list[list[Item]] = [[]]
    column, y = 0, 0.0
    for w in sums:
        whole = step * (1.2 + len(w.lines))
        for k, line in enumerate(w.lines):
            needed = (whole if whole <= height else step * 2.4) if k == 0 else step
            if y and y + needed > height:
                column, y = column + 1, 0.0
                if column == count:
                    pages.append([])
                    column = 0
            x = column * (width / count)
            if k == 0:
                pages[-1].append(
                    Label(
                        x,
                        y + step * 0.6,
                        f"[{w.number}] {w.name}",
                        size * 1.1,
                        "start",
                        "gradient",
                        answer=True,
                    )
                )
                y += step * 1.2
            pages[-1].append(
                Label(
                    x + 3,
                    y + step / 2,
                    line,
                    size,
                    "start",
                    "answer",
                    "answer",
                    True,
                    width / count - 5,
                )
            )
            y += step
        y += step * 0.5
    return pages


def moved(item: Item, dy: float, dx: float = 0.0) -> Item:
    return placed(item, 1.0, dx, dy)
