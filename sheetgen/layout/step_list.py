"""The step list: what to do, a line a step, in one column or two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sheetgen.layout.sizes import Sizes
from sheetgen.page.items import Item, Label, Rule
from sheetgen.type.fonts import text_width
from sheetgen.words.lines import StepLine

GAP = 6.0
"""Between two columns, in mm."""
ANSWER = 16.0
"""Width of a ruled place for an answer, if that is a number."""
LARGER = 1.1
"""How much larger an answer is written than the line is set."""
SMALL_PITCH = 1.3
"""Height in ems of a line that is set small."""
INDENT = 4.5
"""Of what goes on in a further line."""
_WORDS = re.compile(r"(?:\[[^\]]*\]|[^\s\[])+(?: =$)?")
"""Words; what stands in brackets is one, and an equals sign at the end is no line of its own."""


@dataclass(frozen=True)
class _Set:
    """A line of the list, broken into lines of text."""

    line: StepLine
    parts: tuple[str, ...]

    @property
    def rows(self) -> int:
        return len(self.parts)


def step_list(lines: Sequence[StepLine], room: float, sizes: Sizes) -> tuple[list[Item], float]:
    """The lines in a width in mm, in two columns if that is shorter, from (0, 0); and their
    height."""
    listed = [line for line in lines if not line.wide and not line.small]
    wide = [_broken(line, room, sizes.step) for line in lines if line.wide and not line.small]
    columns = [[_broken(line, room, sizes.step) for line in listed]]
    half = (room - GAP) / 2
    if len(listed) > 4 and half >= sizes.least_column:
        two = _halved([_broken(line, half, sizes.step) for line in listed])
        if _height(two) < _height(columns):
            columns = two
    items: list[Item] = []
    for k, column in enumerate(columns):
        items += _placed(column, k * (half + GAP), 0, sizes)
    start = _height(columns)
    items += _placed(wide, 0.0, start, sizes)
    height = (start + sum(s.rows for s in wide)) * sizes.step_pitch
    for line in (line for line in lines if line.small):
        size = sizes.line_sizes[0]
        for k, part in enumerate(_broken(line, room, size).parts):
            height += size * SMALL_PITCH
            left, y = INDENT * (k > 0), height - size * SMALL_PITCH / 2
            items.append(Label(left, y, part, size, "start"))
    return items, height


def heights_of_column(
    lines: Sequence[StepLine], room: float, sizes: Sizes
) -> list[float]:
    """The heights of the first line in one column, of the first two, and so on."""
    found, height = [], 0.0
    for line in lines:
        if line.small:
            height += _broken(line, room, sizes.line_sizes[0]).rows * (
                sizes.line_sizes[0] * SMALL_PITCH)  # fmt: skip
        else:
            height += _broken(line, room, sizes.step).rows * sizes.step_pitch
        found.append(height)
    return found


def column(lines: Sequence[StepLine], room: float, sizes: Sizes) -> list[Item]:
    """Some lines in one column, from (0, 0)."""
    return step_list([replace(line, wide=True) for line in lines], room, sizes)[0]


def _height(columns: Sequence[Sequence[_Set]]) -> int:
    """Rows of the longest column."""
    return max(sum(s.rows for s in column) for column in columns)


def _halved(sets: list[_Set]) -> list[list[_Set]]:
    """Two columns of about the same height, in order."""
    cuts = ([sets[:k], sets[k:]] for k in range(len(sets) // 2, len(sets)))
    return min(cuts, key=lambda cut: (_height(cut), -len(cut[0])))


@lru_cache(1 << 12)
def _broken(line: StepLine, room: float, size: float) -> _Set:
    """The line, broken between words where it is too wide."""
    parts: list[str] = []
    for word in _WORDS.findall(line.markup):
        longer = f"{parts[-1]} {word}" if parts else word
        limit = room - INDENT * (len(parts) > 1)
        if parts and text_width(longer, size, "label") > limit:
            parts.append(word)
        else:
            parts[-1:] = [longer]
    after = INDENT * (len(parts) > 1) + text_width(parts[-1], size, "label") + 2
    after += _place(line.answer, size)
    if line.answer and after > room:
        parts.append("")
    return _Set(line, tuple(parts))


def _placed(sets: Sequence[_Set], x: float, row: int, sizes: Sizes) -> list[Item]:
    """Lines one under the other, from a row on."""
    items: list[Item] = []
    for found in sets:
        for k, part in enumerate(found.parts):
            left, y = x + INDENT * (k > 0), (row + 0.5) * sizes.step_pitch
            if part:
                items.append(Label(left, y, part, sizes.step, "start"))
            row += 1
        if found.line.answer:
            after = left + text_width(found.parts[-1], sizes.step, "label") + 2 * bool(part)
            wide = _place(found.line.answer, sizes.step)
            items.append(Rule(after, y + 2.2, wide))
            items.append(Label(after + wide / 2, y, found.line.answer, sizes.step * LARGER,
                               "middle", "answer", "answer", True))  # fmt: skip
    return items


def _place(answer: str, size: float) -> float:
    """The width of the place for an answer: room for a number, or for words as long as these."""
    return max(ANSWER, text_width(answer, size * LARGER, "answer") + 2)
