"""A packet: one head, pages counted through, what is new, and a question with its answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetgen.api import make, make_packet
from sheetgen.exercise.settings import settings
from sheetgen.layout.packet import lay_out_packet
from sheetgen.page.items import Block, Label
from sheetgen.page.marks import words
from sheetgen.page.theme import BY_HAND
from sheetgen.words.packet import TRACK, packet_words

TOPICS = ["hidden-layer", "softmax", "matrix-multiplication", "rnn", "backpropagation"]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_sheets_of_a_packet_belong_together(topic: str) -> None:
    made = make_packet(settings(topic), 7)
    sheets = lay_out_packet(made)
    total = sum(len(s.pages) for s in sheets)
    number = 0
    for k, (exercise, sheet) in enumerate(zip(made, sheets, strict=True)):
        told = packet_words(exercise, k)
        for page in sheet.pages:
            number += 1
            labels = [i for i in page.items if isinstance(i, Label)]
            markup = [i.markup for i in labels]
            assert f"page {number} of {total}" in markup
            assert set(TRACK) <= set(markup)
            assert told.new in markup
        last = [i for i in sheet.pages[-1].items if isinstance(i, Label)]
        assert told.question in " ".join(i.markup for i in last)
        answers = [i for i in last if i.markup == told.answer and i.face == "answer"]
        assert answers
        assert k == 0 or all(i.answer for i in answers)


def test_what_is_worked_is_written_by_hand_and_what_is_given_is_not() -> None:
    watch, finish, turn = lay_out_packet(make_packet(settings("hidden-layer"), 7))
    for sheet, worked in ((watch, {"z1", "a1", "z2", "a2"}), (finish, {"z1", "a1"}), (turn, set())):
        cells = [c for i in sheet.pages[0].items if isinstance(i, Block) for row in i.cells
                 for c in row if c.source]  # fmt: skip
        assert {c.source[0] for c in cells if c.source and c.worked and not c.blank} == worked


def test_what_is_worked_has_another_ink_than_what_the_key_fills_in() -> None:
    _, finish, _ = lay_out_packet(make_packet(settings("hidden-layer"), 7))
    styles = {cell.blank: text.style for i in finish.pages[0].items if isinstance(i, Block)
              for row in i.cells for cell in row if cell.worked or cell.blank
              for text in words(replace(i, cells=((cell,),)), True)}  # fmt: skip
    inks = {blank: BY_HAND.looks[style.split()[1]]["color"] for blank, style in styles.items()}
    assert set(inks) == {True, False}
    assert inks[True] != inks[False]
    assert all(style.startswith("fa ") for style in styles.values())


@pytest.mark.parametrize(("topic", "asked", "named"), [
    ("dot-product", "Which of c_1, c_2, c_3 and c_4 is the largest?", "c1 c2 c3 c4"),
    ("linear-regression", "Which of W^{new} and b^{new} is the larger?", ""),
])  # fmt: skip
def test_single_boxes_are_compared_and_asked_for_last(topic: str, asked: str, named: str) -> None:
    exercise = make(topic, 1)
    told = packet_words(exercise, 2)
    assert told.question == asked
    for name in named.split():
        value = int(exercise.values[name].digits[0, 0])
        most = max(int(exercise.values[n].digits[0, 0]) for n in named.split())
        assert (f"c_{name[1]}" in told.answer) == (value == most)
