"""Ruled room to work: a labelled line a result, with a place for each term; the key writes on the
same lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Box, legible
from sheetgen.page.items import Item, Label, Rule
from sheetgen.type.fonts import text_width
from sheetgen.words.room import WorkLine

SIGN = 4.6
"""Room of a sign between two places, in mm."""
GAP = 8.0
"""Between two columns."""
RESULT = 9.0
"""Width of the place for a result."""
ROOM = "Room to work: a line for each sum, a place for each of its terms."
HEADING = 6.0
"""Height of the words above the lines."""


@dataclass(frozen=True)
class Ruled:
    """Some lines in their places."""

    lines: tuple[WorkLine, ...]
    corners: tuple[tuple[float, float], ...]
    """Where each line begins: its left end and its foot."""
    label: float
    """Width of the names."""
    place: float
    """Width of the place for a term."""
    size: float
    """Em of what is written."""
    heading: tuple[float, float]
    said: str
    """What the room is called."""

    def items(self) -> Iterator[Item]:
        """What a worksheet has."""
        x, y = self.heading
        yield Label(x, y, self.said, self.size, "start", "soft")
        for line, (x, y) in zip(self.lines, self.corners, strict=True):
            yield legible(Label(x, y - 1.8, line.name, self.size, "start", width=self.label,
                                of=line.source))  # fmt: skip
            for k, left in enumerate(self._lefts(line, x)):
                yield Rule(left, y, self._width(line, k))
                if k:
                    sign = "=" if k == line.places else "+"
                    yield Label(left - SIGN / 2, y - 1.8, sign, self.size, "middle",
                                of=line.source)  # fmt: skip

    def answers(self, exercise: Exercise) -> Iterator[Label]:
        """What its key writes on them."""
        for line, (x, y) in zip(self.lines, self.corners, strict=True):
            terms, _, result = line.written(exercise)
            texts = [*terms, result]
            for k, (left, text) in enumerate(zip(self._lefts(line, x), texts, strict=True)):
                wide = self._width(line, k)
                yield Label(left + wide / 2, y - 1.8, text, self.size, "middle", "answer", "answer",
                            True, wide, of=line.source)  # fmt: skip

    def _lefts(self, line: WorkLine, x: float) -> list[float]:
        start = x + self.label + 1.5
        return [start + k * (self.place + SIGN) for k in range(line.places + 1)]

    def _width(self, line: WorkLine, k: int) -> float:
        return RESULT if k == line.places else self.place


def called(said: str, width: float, size: float) -> str:
    """What a room is called, in a few words if there is no place for all."""
    return said if text_width(said, size, "label") <= width else said.partition(":")[0]


def ruled(lines: Sequence[WorkLine], room: Box, sizes: Sizes) -> Ruled | None:
    """The lines in a room, as wide and high as they can be; None if it is too small."""
    if not lines:
        return None
    x0, y0, x1, y1 = room
    for size in sizes.line_sizes:
        label = max(text_width(line.name, size, "label") for line in lines) + 1.0
        most = max(line.places for line in lines)
        for pitch in sizes.line_pitches:
            rows = int((y1 - y0 - HEADING) / pitch)
            if rows < 1:
                continue
            columns = -(-len(lines) // rows)
            width = (x1 - x0 - GAP * (columns - 1)) / columns
            place = (width - label - 1.5 - most * SIGN - RESULT) / most
            if place < sizes.least_place * size:
                continue
            rows = -(-len(lines) // columns)
            corners = tuple(
                (round(x0 + (k // rows) * (width + GAP), 3),
                 round(y0 + HEADING + (k % rows + 1) * pitch, 3))
                for k in range(len(lines))
            )  # fmt: skip
            return Ruled(tuple(lines), corners, label, min(place, sizes.widest_place), size,
                         (x0, y0 + 2.5), called(ROOM, x1 - x0, size))  # fmt: skip
    return None


def least_height(lines: Sequence[WorkLine], width: float, sizes: Sizes) -> float:
    """The height of a room in which some lines find their places, 0 for no lines."""
    height = HEADING
    while lines and height < 140:
        height += 1.0
        if ruled(lines, (0.0, 0.0, width, height), sizes) is not None:
            return height
    return 0.0
