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
PARTS = (0.5, 0.55, 0.6, 0.65, 0.45, 0.4, 0.35)
"""Of a width that the first of two columns may have, the better ones first."""
FEW = 3
"""So many lines stand in one column."""
ANSWER = 16.0
"""Width of a ruled place for an answer, if that is a number."""
LARGER = 1.1
"""How much larger an answer is written than the line is set."""
SMALL_PITCH = 1.3
"""Height in ems of a line that is set small."""
INDENT = 4.5
"""Of what goes on in a further line."""
_WORDS = re.compile(r"(?:\[[^\]]*\]|[^ \[])+(?: =$)?")
"""Words; what stands in brackets is one, and an equals sign at the end is no line of its own."""
_PLACES = ("row", "column", "page")
"""What a number follows."""
_BOUND, _NUMBER = ("<", ">", "≤", "≥", "×", "÷"), re.compile(r"[−\d.]+[.;,]?$|it\.$")
"""Signs that stand with what is before and behind them, and what ends a line but does not begin
one: a number, or ``it``."""
_OPEN = re.compile(r"[×\d]\([^)]*$")
"""A product with a sum that goes on."""
_STEP = re.compile(r"\[\d")
"""How the line of a step begins."""


@dataclass(frozen=True)
class _Set:
    """A line of the list, broken into lines of text."""

    line: StepLine
    parts: tuple[str, ...]

    @property
    def rows(self) -> int:
        return len(self.parts)


def step_list(lines: Sequence[StepLine], room: float, sizes: Sizes) -> tuple[list[Item], float]:
    """The lines in a width in mm, those of steps in two columns if that is shorter, from (0, 0);
    and their height. What is said before the steps stands above them, what is asked last below."""
    listed = [line for line in lines if not line.small]
    first = next((k for k, line in enumerate(listed) if _STEP.match(line.markup)), 0)
    before, rest = listed[:first], listed[first:]
    narrow = [line for line in rest if not line.wide]
    if not any(_STEP.match(line.markup) for line in narrow):
        narrow = []  # what is asked is not asked before the steps
    wide = [line for line in rest if line not in narrow]
    columns, second = _columns(narrow, room, sizes)
    head = [_broken(line, room, sizes.step) for line in before]
    tail = [_broken(line, room, sizes.step) for line in wide]
    items = _placed(head, 0.0, 0, sizes)
    start = sum(s.rows for s in head)
    for k, column in enumerate(columns):
        items += _placed(column, k * second, start, sizes)
    start += _height(columns)
    items += _placed(tail, 0.0, start, sizes)
    height = (start + sum(s.rows for s in tail)) * sizes.step_pitch
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
            if line.answer and INDENT + 2 + _place(line.answer, sizes.step) > room:
                height = NOWHERE  # its answer has no place
        found.append(height)
    return found


def column(lines: Sequence[StepLine], room: float, sizes: Sizes) -> list[Item]:
    """Some lines in one column, from (0, 0)."""
    return step_list([replace(line, wide=True) for line in lines], room, sizes)[0]


def _height(columns: Sequence[Sequence[_Set]]) -> int:
    """Rows of the longest column."""
    return max(sum(s.rows for s in column) for column in columns)


def _columns(
    lines: Sequence[StepLine], room: float, sizes: Sizes
) -> tuple[list[list[_Set]], float]:
    """The lines in one column, or in two if these are shorter, alike if that is no longer than a
    wide one for long lines beside a narrow one for short ones; and where the second begins."""
    best, second = [[_broken(line, room, sizes.step) for line in lines]], 0.0
    if len(lines) <= FEW:
        return best, second
    for part in PARTS:
        left = (room - GAP) * part
        if min(left, room - GAP - left) < sizes.least_column:
            continue
        two = _cut([_broken(line, left, sizes.step) for line in lines],
                   [_broken(line, room - GAP - left, sizes.step) for line in lines])  # fmt: skip
        if _height(two) < _height(best):
            best, second = two, left + GAP
    return best, second


def _cut(left: Sequence[_Set], right: Sequence[_Set]) -> list[list[_Set]]:
    """Two columns of about the same height, in order, of lines as they are broken in either."""
    cuts = ([[*left[:k]], [*right[k:]]] for k in range(1, len(left)))
    return min(cuts, key=lambda cut: (_height(cut), -len(cut[0])))


NOWHERE = 1e4
"""Height in mm that no place has."""
LEFT = 3
"""A part keeps so many words when one goes with the last word of the line, which is not alone."""


@lru_cache(1 << 12)
def _broken(line: StepLine, room: float, size: float) -> _Set:
    """The line, broken between words where it is too wide."""
    parts: list[str] = []
    words = _bound(_WORDS.findall(line.markup))
    start = 0
    """The first word of the last part."""
    for k, word in enumerate(words):
        longer = f"{parts[-1]} {word}" if parts else word
        limit = room - INDENT * (len(parts) > 1)
        first = k
        if parts and text_width(longer, size, "label") > limit:
            if k == len(words) - 1 and k - start > LEFT and (
                text_width(" ".join(words[k - 1 :]), size, "label") <= room - INDENT
            ):  # no word stands alone
                first = k - 1
                parts[-1], word = " ".join(words[start:first]), " ".join(words[first:])
            parts.append(word)
            start = first
        else:
            parts[-1:] = [longer]
    after = INDENT * (len(parts) > 1) + text_width(parts[-1], size, "label") + 2
    after += _place(line.answer, size)
    if line.answer and after > room:
        last = words[start:]
        most = len(last) - 1 - (len(parts) > 1)  # but for a word alone
        own = next((k for k in range(min(LEFT, most), 0, -1)
                    if _ends_with(last[-k:], line.answer, room, size)), 0)  # fmt: skip
        parts[-1:] = [" ".join(last[: len(last) - own]), " ".join(last[len(last) - own :])]
    return _Set(line, tuple(parts))


def _ends_with(words: Sequence[str], answer: str, room: float, size: float) -> bool:
    """Whether some words and the place for an answer find room in a further line."""
    wide = text_width(" ".join(words), size, "label") + 2 + _place(answer, size)
    return INDENT + wide <= room


def _bound(words: Sequence[str]) -> list[str]:
    """The words, those as one between which no line may end."""
    found: list[str] = []
    for k, word in enumerate(words):
        last = k == len(words) - 1 and _NUMBER.match(word)
        before = found[-1].rpartition(" ")[2] if found else ""
        inside = found and _OPEN.search(found[-1])
        if found and (word in _BOUND or word in ("/", "=") or last or inside
                      or before in (*_BOUND, *_PLACES)):  # fmt: skip
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


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
