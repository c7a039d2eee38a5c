"""Where steps share a line of the list, they say the same but for their numbers."""

from __future__ import annotations

import re

import pytest

from sheetgen.api import make
from sheetgen.graph.work import numbered
from sheetgen.layout.booklet import Layout
from sheetgen.words.lines import page_lines
from sheetgen.words.page_notes import OnPage
from sheetgen.words.sentences import sentence


@pytest.mark.parametrize(("topic", "options"), [
    ("rnn", {"backward": "yes", "hidden": "4"}), ("lstm", {"backward": "yes"}),
    ("multi-head-attention", {"backward": "yes"}),
])  # fmt: skip
def test_likewise_joins_what_differs_in_its_numbers_alone(
    topic: str, options: dict[str, str]
) -> None:
    exercise = make(topic, 5, **options)
    steps = dict(numbered(exercise.graph))
    [lines] = page_lines(exercise, [OnPage(frozenset(steps))], brief=True)
    joined = [line.markup for line in lines if "Likewise" in line.markup]
    assert joined
    for line in joined:
        numbers = re.findall(r"\d+", line[: line.index("]")])
        kinds = {re.sub(r"\d+", "#", sentence(steps[int(n)])) for n in numbers}
        assert len(kinds) == 1, line


def test_what_stands_on_another_page_is_said_with_that() -> None:
    sheet = Layout().sheet(make("transformer-block", 7, backward="yes"))
    said = [" ".join(getattr(i, "markup", "") for i in page.items) for page in sheet.pages]
    assert "∂L/∂H = ∂L/∂R where H > 0, else 0 (∂L/∂R: page 2)." in said[2]
