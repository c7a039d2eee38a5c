"""Texts of any length in a room: set smaller where that is enough, else shortened, never in the
midst of a letter and its marks."""

from __future__ import annotations

import math
import unicodedata

from sheetgen.type.fonts import is_invisible, text_width
from sheetgen.type.markup import plain

NAME_ROOM = 64.0
"""Of a name on the name line, in mm."""
SMALLEST = 2.6
"""Em in mm below which a text is shortened rather than shrunk."""
ONE_LINE, TWO_LINES = 3.4, 3.3
"""Em in mm below which a name takes two lines, and the largest of these."""


def fitting_size(text: str, size: float, room: float, face: str, step: float) -> float:
    """``size``, or the largest multiple of ``step`` at which ``text`` fits into ``room`` mm."""
    wide = text_width(text, size, face)
    return size if wide <= room else max(math.floor(size * room / wide / step) * step, step)


def name_lines(name: str, size: float) -> tuple[tuple[str, float], ...]:
    """A name for the name line with the em in mm in which it is set: in one line, or in two if it
    would be small; shortened only if it is too long for two."""
    wide = text_width(plain(name), size, "label")
    if wide <= NAME_ROOM or size * NAME_ROOM / wide >= ONE_LINE:
        return ((name, min(size, size * NAME_ROOM / wide) if wide else size),)
    words = name.split(" ")
    cuts = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words))]
    half = len(name) // 2
    first, second = min(
        cuts or [(_cut(name, half).removesuffix("…"), name[half:])],
        key=lambda two: max(text_width(plain(part), size, "label") for part in two),
    )
    if not cuts:
        second = name[len(first) :]
    widest = max(text_width(plain(part), size, "label") for part in (first, second))
    both = min(TWO_LINES, size * NAME_ROOM / widest)
    if both < SMALLEST:
        both, first, second = SMALLEST, that_fits(first, NAME_ROOM), that_fits(second, NAME_ROOM)
    return (first, both), (second, both)


def that_fits(text: str, room: float, size: float = SMALLEST) -> str:
    """A text as it is if it fits into ``room`` mm at an em of ``size`` mm, else its start and
    dots."""

    def width(some: str) -> float:
        return text_width(plain(some), size, "label")

    if width(text) <= room:
        return text
    low, high = 1, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if width(_cut(text, middle)) <= room:
            low = middle
        else:
            high = middle - 1
    return _cut(text, low)


def _cut(text: str, end: int) -> str:
    while end > 1 and (is_invisible(text[end - 1]) or _joined(text[end])):
        end -= 1
    return f"{text[:end].rstrip()}…"


def _joined(character: str) -> bool:
    return is_invisible(character) or unicodedata.combining(character) > 0
