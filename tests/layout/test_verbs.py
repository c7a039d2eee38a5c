"""Short words at the circles of products: they stand with their own circle, and are read as no
other's."""

from __future__ import annotations

import re
from math import hypot

import pytest

from sheetgen.api import make
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import Block, Circle, Item, Label

RUN_ON = 4.0
"""Words that stand no farther apart in a line, in mm, are read as one."""
TITLE = 2.9
"""A block no farther below words, or above them, has them for its title."""


def _apart(a: Box, b: Box) -> float:
    return hypot(max(a[0] - b[2], b[0] - a[2], 0.0), max(a[1] - b[3], b[1] - a[3], 0.0))


def _common(a: Box, b: Box, way: int) -> float:
    return min(a[2 + way], b[2 + way]) - max(a[way], b[way])


HINT = re.compile(r"(row|column|each( box of .+)?)\b.* × .")
"""``row of W × column of X``, ``row × column``, ``each box of B × each box of A``."""


def _is_hint(item: Item) -> bool:
    return isinstance(item, Label) and item.colour == "soft" and bool(
        HINT.match(item.markup) and " − " not in item.markup)  # fmt: skip


def _pages(exercise: Exercise, paper: str) -> list[list[Item]]:
    return [list(page.items) for page in lay_out(exercise, paper).pages]


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(("topic", "options"), [
    ("lora", {"merged": "yes"}), ("lora", {"level": "hard"}), ("dropout", {"backward": "yes"}),
    ("swiglu", {"backward": "yes"}), ("cross-attention", {}), ("gru", {}), ("mamba", {}),
    ("self-attention", {"backward": "yes"}), ("multi-head-attention", {"backward": "yes"}),
])  # fmt: skip
def test_words_at_a_circle_are_read_as_no_others(
    topic: str, options: dict[str, str], paper: str
) -> None:
    for items in _pages(make(topic, 7, **options), paper):
        circles = [i for i in items if isinstance(i, Circle) and i.text and not i.node]
        for hint in filter(_is_hint, items):
            box = box_of(hint)
            own = min(circles, key=lambda c: _apart(box, box_of(c)))
            assert all(_apart(box, box_of(c)) > _apart(box, box_of(own)) + 0.9
                       for c in circles if c is not own)  # fmt: skip
            for item in items:
                its = box_of(item)
                if isinstance(item, Label) and item is not hint and item.y != own.y:
                    assert _common(box, its, 1) <= 0 or _apart(box, its) > RUN_ON, item.markup
                if isinstance(item, Block) and box[1] > own.y + own.radius:  # beneath its name
                    over = _common(box, its, 0) > 0.35 * (box[2] - box[0])
                    assert not over or not 0 <= its[1] - box[3] < TITLE, item.name
                if isinstance(item, Label) and item.y == own.y and item.colour != "soft":
                    near = abs(item.x - own.x) < 40 and item.x > box[2]
                    assert not near or item.x - box[2] > RUN_ON, item.markup
