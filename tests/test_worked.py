"""The sums behind the answers: every printed line is true."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from sheetgen.exercise import make
from sheetgen.page import Label
from sheetgen.sheet import lay_out
from sheetgen.topics import TOPICS
from sheetgen.worked import worked

CASES = [(name, {}) for name in TOPICS] + [
    ("rnn", {"backward": "yes"}),
    ("softmax", {"backward": "yes", "base": "e"}),
    ("self-attention", {"backward": "yes"}),
    ("backpropagation", {"update": "yes", "learning_rate": "0.5"}),
    ("backpropagation", {"batch": "2", "loss": "squared-error"}),
]


@pytest.mark.parametrize(("name", "options"), CASES)
def test_every_printed_sum_is_true(name: str, options: dict[str, str]) -> None:
    lines = [line for w in worked(make(name, 7, **options)) for line in w.lines]
    assert lines
    for line in lines:
        left, right = line.translate(str.maketrans("−×÷", "-*/")).split(" = ")
        assert re.fullmatch(r"[-+*/(). 0-9]+", left), line
        allowed = 0.5 * 10 ** -len(right.partition(".")[2]) if "/" in left else 0.0
        if "/" in left:
            allowed = max(allowed, 0.05 if name == "self-attention" else 0.0005)
        assert "·" not in line, "a dot is lost beside a decimal point"
        assert abs(eval(left) - float(right)) <= allowed + 1e-9, line


@pytest.mark.parametrize("blank", ["results", "none"])
@pytest.mark.parametrize(("name", "options"), CASES)
def test_every_sum_stands_on_the_key_once(name: str, options: dict[str, str], blank: str) -> None:
    exercise = make(name, 7, blank=blank, **options)
    sheet = lay_out(exercise)
    lines = Counter(line for w in worked(exercise) for line in w.lines)
    for pages, key in ((sheet.key().pages, True), (sheet.worksheet().pages, False)):
        labels = [i for page in pages for i in page.items if isinstance(i, Label)]
        shown = Counter(i.markup for i in labels if key or not i.answer)
        found = Counter({line: shown[line] for line in lines})
        told = lines if key or blank == "none" else Counter(dict.fromkeys(lines, 0))
        assert found == told


@pytest.mark.parametrize(("name", "options", "pages"), [
    ("matrix-multiplication", {"level": "hard"}, 1), ("batch-of-three", {"level": "hard"}, 1),
    ("backpropagation", {"update": "yes"}, 2), ("backpropagation", {"batch": "2"}, 2),
    ("seven-layer-mlp", {"level": "hard"}, 2), ("backpropagation", {}, 2),
])  # fmt: skip
def test_sums_take_a_page_of_their_own_only_where_no_page_has_room(
    name: str, options: dict[str, str], pages: int
) -> None:
    assert len(lay_out(make(name, 5, **options)).key().pages) == pages
