"""The sums behind the answers: every printed line is true."""

from __future__ import annotations

import re

import pytest

from sheetgen.exercise import make
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
