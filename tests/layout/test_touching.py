"""No letter of a page touches another label's, nor an arrow; and no check sum an arrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, pairwise

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import Box, box_of, ink_of, meet
from sheetgen.page.items import Item, Label, Line, Rule
from sheetgen.page.paths import traced
from sheetgen.topics.catalogue import TOPICS
from sheetgen.type.markup import pieces

TAIL, NO_TAIL = "W_q", "W_v"
INSIDE = 0.05
"""By so much of a mm the boxes of letters may meet: white is left in them."""
CASES = [(topic, paper, options) for topic, t in TOPICS.items() if topic != "network"
         for paper, options in [("letter", {"check": "yes"}), ("a4", {"backward": "yes"})]
         if "check" in options or "backward" in t.options]  # fmt: skip


def _letters(label: Label) -> Box:
    """What letters cover: capitals and raised ones reach less high than their line."""
    x0, y0, x1, y1 = ink_of(label)
    raised = any(place == "sup" for place, _ in pieces(label.markup))
    em = box_of(label)[3] - box_of(label)[1]
    return (x0 + INSIDE, label.y - em * (0.47 if raised else 0.42), x1 - INSIDE,
            (y1 if y1 > y0 + em else label.y + 0.44 * em) - INSIDE)  # fmt: skip


def _stretches(line: Line) -> Iterator[Box]:
    for (x0, y0), (x1, y1) in chain.from_iterable(map(pairwise, traced(line.path))):
        yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _touching(items: Sequence[Item]) -> Iterator[tuple[str, str]]:
    labels = [(i, _letters(i)) for i in items if isinstance(i, Label)
              and any(c.isalnum() for c in i.markup)]  # signs are lower than their line
    arrows = [i for i in items if isinstance(i, Line) and i.arrow]
    for (one, box), (other, its) in combinations(labels, 2):
        if meet(box, its):
            yield one.markup, other.markup
    for arrow in arrows:
        for stretch in _stretches(arrow):
            yield from ((one.markup, "arrow") for one, box in labels if meet(box, stretch))
            yield from (("check sum", "arrow") for rule in items if isinstance(rule, Rule)
                        and rule.height < 8 and meet(box_of(rule), stretch))  # fmt: skip


def test_letters_with_a_tail_reach_lower() -> None:
    tailed, other = (ink_of(Label(0.0, 0.0, said, 5.0)) for said in (TAIL, NO_TAIL))
    assert tailed[3] > other[3] + 0.2 * 5.0 > 0.5 * 5.0
    assert ink_of(Label(0.0, 0.0, "W", 5.0)) == box_of(Label(0.0, 0.0, "W", 5.0))


@pytest.mark.parametrize(("topic", "paper", "options"), CASES)
def test_no_letter_touches_another_label_or_an_arrow(
    topic: str, paper: str, options: dict[str, str]
) -> None:
    for page in lay_out(make(topic, 7, **options), paper).key().pages:
        assert not list(_touching(page.items))
