"""The sums behind the answers: every line is true."""

from __future__ import annotations

import re

import pytest

from sheetgen.api import make
from sheetgen.exercise.given import from_given
from sheetgen.words.sums import worked
from tests.words.cases import CASES


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


def test_softmax_with_base_3_is_worked_out_exactly() -> None:
    given = {"x": [1], "W1": [[1], [0], [-1]], "b1": [[0], [0], [0]], "y_target": [1, 0, 0]}
    exercise, _ = from_given("backpropagation", given, {"forward": "blank", "softmax_base": "3"})
    [sums] = [w for w in worked(exercise) if w.name == "y_{pred}"]
    assert sums.lines == ("9 ÷ (9 + 3 + 1) = .7", "3 ÷ (9 + 3 + 1) = .2", "1 ÷ (9 + 3 + 1) = .1")
