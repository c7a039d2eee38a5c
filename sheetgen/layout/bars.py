"""What a key draws on the bars from 0 to 1: the cuts at the running sums, the words between them,
and an arrow at the random number; nothing where these are no shares of a bar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from sheetgen.graph.nodes import Graph, Said, Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.circled import is_asked
from sheetgen.page.figure import Box
from sheetgen.page.items import Item, Label, Line
from sheetgen.page.paths import straight
from sheetgen.page.theme import BY_HAND
from sheetgen.type.fonts import text_width

LARGEST, OF_BAR = 3.6, 0.42
"""Em of a word, in mm and of the height of its bar: the larger is the largest."""
WHITE = 1.0
"""At both sides of a word together."""


@dataclass(frozen=True, eq=False)
class Bars:
    """Those of sheets of one shape."""

    graph: Graph
    pages: tuple[tuple[Item, ...], ...]

    def on(self, boxes: Boxes) -> dict[int, list[Item]]:
        """What is drawn on the bars of each page with the numbers of an exercise."""
        found: dict[int, list[Item]] = {}
        for page, bar, column, step in self._bars:
            found.setdefault(page, []).extend(_drawn(boxes, bar, column, step))
        return found

    @cached_property
    def _bars(self) -> list[tuple[int, Box, int, Step]]:
        """The page of each bar, where it stands, its column, and the step that picks by it."""
        steps = {s.inputs[0].name: s for s in self.graph.steps if s.op.on_bar}
        return [(page, item.bounds, item.cut_at[1], steps[item.cut_at[0]])
                for page, items in enumerate(self.pages)
                for item in items if isinstance(item, Line) and item.cut_at]  # fmt: skip


def _drawn(boxes: Boxes, bar: Box, column: int, step: Step) -> Iterator[Item]:
    values = boxes.exercise.values
    sums, random = (values[n.name] for n in step.inputs)
    shares = [0.0, *(sums.digits[:, column] / 10.0**sums.decimals), 1.0]
    number = random.digits[0, column] / 10.0**random.decimals
    if shares != sorted(shares) or not 0.0 <= number < shares[-2]:
        return  # numbers that somebody gave: no shares of a bar, or none that is picked
    asked = is_asked(boxes, (step.inputs[0].name, step.name), column)
    colour = "answer" if asked else "worked" if step.name in boxes.by_hand else "ink"
    places = [_at(bar, d, sums.decimals) for d in sums.digits[:-1, column].tolist()]
    for x in places:
        yield _cut(bar, x, colour, asked)
    words = step.inputs[0].rows_said
    for k, (left, right) in enumerate(pairwise((bar[0], *places, bar[2]))):
        label = _label(bar, words, k, left, right, colour, asked)
        if label is not None:
            yield label
    yield _arrow(bar, _at(bar, int(random.digits[0, column]), random.decimals), colour, asked)


def _at(bar: Box, digits: int, decimals: int) -> float:
    """Where a number stands on a bar."""
    x0, _, x1, _ = bar
    return round(x0 + (x1 - x0) * min(digits / 10.0**decimals, 1.0), 3)


@lru_cache(1 << 12)
def _cut(bar: Box, x: float, colour: str, asked: bool) -> Line:
    _, y0, _, y1 = bar
    return Line(straight([(x, y0), (x, y1)]), colour, 0.35, answer=asked, bounds=(x, y0, x, y1))


@lru_cache(1 << 12)
def _arrow(bar: Box, x: float, colour: str, asked: bool) -> Line:
    y = bar[1] - 0.5
    return Line(straight([(x, y - 3.7), (x, y)]), colour, 0.5, True, answer=asked,
                bounds=(x, y - 3.7, x, y), end=(x, y, 90.0))  # fmt: skip


@lru_cache(1 << 12)
def _label(
    bar: Box, words: Said, row: int, left: float, right: float, colour: str, asked: bool
) -> Label | None:
    """A word between two cuts; None where there is no room for it."""
    said, size = _word(words, row, right - left, max(LARGEST, OF_BAR * (bar[3] - bar[1])))
    if not said:
        return None
    return Label((left + right) / 2, (bar[1] + bar[3]) / 2, said, size, "middle", colour, "answer",
                 asked)  # fmt: skip


def _word(words: Said, row: int, room: float, largest: float) -> tuple[str, float]:
    """What is written between two cuts, and its em: the word with its number, or the word, or the
    number alone; nothing where there is no room for letters that can be read."""
    number = str(row + 1)
    said = words[row] if words else number
    for text in (said, said.removeprefix(number).strip(), number):
        wide = text_width(text, 1.0, "answer")
        size = min(largest, (room - WHITE) / wide) if wide else 0.0
        size = int(size / BY_HAND.size_step) * BY_HAND.size_step
        if size >= BY_HAND.smallest_type:
            return text, size
    return "", 0.0
