"""Where steps share a line of the list, they say the same but for their numbers, and in brief but
for the letter of their gate or projection."""

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
def test_likewise_joins_what_differs_in_numbers_and_one_letter_alone(
    topic: str, options: dict[str, str]
) -> None:
    exercise = make(topic, 5, **options)
    steps = dict(numbered(exercise.graph))
    [lines] = page_lines(exercise, [OnPage(frozenset(steps))], brief=True)
    joined = [line.markup for line in lines if "Likewise" in line.markup]
    assert joined
    for line in joined:
        numbers = re.findall(r"\d+", line[: line.index("]")])
        first, *others = (sentence(steps[int(n)]) for n in numbers)
        for other in others:
            pairs = list(zip(words(first), words(other), strict=True))
            differing = {pair for pair in pairs if pair[0] != pair[1]}
            assert len(differing) < 2, line
            for one, another in differing:
                assert len(one) == len(another) == 1, line
                assert all(b == another for a, b in pairs if a == one), line


def words(said: str) -> list[str]:
    """What a sentence is made of but for its numbers."""
    return re.findall(r"[A-Za-z]+|[^A-Za-z]", re.sub(r"\d+", "#", said))


def test_the_gates_of_a_cell_are_said_once() -> None:
    exercise = make("lstm", 5)
    steps = frozenset(n for n, _ in numbered(exercise.graph))
    [lines] = page_lines(exercise, [OnPage(steps)], brief=True)
    assert [line.markup for line in lines][:2] == [
        "[1, 2, 3, 4, 14, 15, 16, 17] z_{f1} = each row of [W_f | b_f] times the column "
        "[x_1 ; h_0 ; 1]. Likewise z_{i1}, z_{g1}, z_{o1}, z_{f2}, z_{i2}, z_{g2} and z_{o2}.",
        "[5, 6, 7, 18, 19, 20] f_1 = 1 where z_{f1} ≥ 2, 0 where z_{f1} ≤ −2, .5 between. "
        "Likewise i_1, o_1, f_2, i_2 and o_2.",
    ]


def test_what_stands_on_another_page_is_said_with_that() -> None:
    sheet = Layout().sheet(make("transformer-block", 7, backward="yes"))
    said = [" ".join(getattr(i, "markup", "") for i in page.items) for page in sheet.pages]
    assert "∂L/∂H = ∂L/∂R where H > 0, else 0 (∂L/∂R: page 2)." in said[2]


def test_gates_of_one_step_of_time_are_joined_where_they_follow_each_other() -> None:
    exercise = make("lstm", 5, backward="yes", steps=1)
    steps = frozenset(n for n, _ in numbered(exercise.graph))
    [lines] = page_lines(exercise, [OnPage(steps)], brief=True)
    numbers = [int(n) for line in lines if line.markup.startswith("[")
               for n in line.markup[1 : line.markup.index("]")].split(", ")]  # fmt: skip
    assert numbers == sorted(numbers)
