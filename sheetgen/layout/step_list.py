"""The step list at the foot of the figures."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.layout.sizes import Sizes
from sheetgen.page.items import Item, Label, Rule
from sheetgen.type.fonts import text_width
from sheetgen.words.lines import StepLine


def step_list(lines: Sequence[StepLine], width: float, sizes: Sizes) -> tuple[list[Item], float]:
    """The lines on a page of a width, in two columns if that is shorter, from y = 0; and their
    height."""
    room = width - 2 * sizes.margin
    half = room / 2 - 3
    listed = [line for line in lines if not line.wide]
    wide = [line for line in lines if line.wide]
    size, two = _columns(listed, half, sizes)
    per_column = -(-len(listed) // 2) if two else len(listed)
    items: list[Item] = []
    for k, line in enumerate([*listed, *wide]):
        column, row = (
            divmod(k, per_column) if k < len(listed) else (0, per_column + k - len(listed))
        )
        x, y = sizes.margin + column * (room / 2 + 3), (row + 0.5) * sizes.step_pitch
        limit = half if two and not line.wide else room
        items.append(Label(x, y, line.markup, size, "start", width=limit))
        if line.answer:
            after = x + text_width(line.markup, size, "label") + 2
            place = _place(line, size)
            items.append(Rule(after, y + 2.2, place))
            items.append(Label(after + place / 2, y, line.answer, size * 1.1, "middle", "answer",
                               "answer", True))  # fmt: skip
    return items, (per_column + len(wide)) * sizes.step_pitch


def _place(line: StepLine, size: float) -> float:
    """How long the place for an answer is: for a number, or as long as the words."""
    return max(24.0, text_width(line.answer, size * 1.1, "answer") + 4)


def _columns(listed: Sequence[StepLine], half: float, sizes: Sizes) -> tuple[float, bool]:
    """Em of the lines, and whether they stand in two columns, each ``half`` of the page wide."""
    size = sizes.step
    if len(listed) <= 4:
        return size, False
    widest = max(
        text_width(line.markup, size, "label") + (_place(line, size) + 6 if line.answer else 0)
        for line in listed
    )
    if widest <= half:
        return size, True
    smaller = size * half / widest
    return (smaller, True) if smaller >= sizes.smallest_step else (size, False)
