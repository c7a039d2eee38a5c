"""The sums behind the answers: every line is true."""

from __future__ import annotations

import math
import re

import pytest

from sheetgen.api import make
from sheetgen.exercise.given import from_given
from sheetgen.words.drawn import Drawn
from sheetgen.words.sums import worked
from tests.words.cases import CASES


@pytest.mark.parametrize(("name", "options"), CASES)
def test_every_printed_sum_is_true(name: str, options: dict[str, str]) -> None:
    lines = [line for w in worked(make(name, 7, **options)) for line in w.lines]
    assert lines
    for line in lines:
        left, sign, right = re.fullmatch(r"(.*) ([=≈]) (\S+)", line).groups()  # type: ignore[union-attr]
        assert "·" not in line, "a dot is lost beside a decimal point"
        exact, said = _value(left), float(right.replace("−", "-"))
        if sign == "=":
            assert exact == pytest.approx(said, abs=1e-9), line
        else:
            half = 0.5 * 10 ** -len(right.partition(".")[2])
            assert abs(exact - said) > 1e-9, line
            assert abs(exact - said) <= max(half, WHOLE.get(name, 0.0)) + 1e-9, line


WHOLE = {"self-attention": 0.05, "softmax": 0.0005, "backpropagation": 0.05}
"""Half the last decimal of shares, of which a printed whole number has none: 1 for .96."""


def _value(left: str) -> float:
    """What a printed sum comes to."""
    down = left.endswith(", rounded down")
    code = left.removesuffix(", rounded down").translate(str.maketrans("−×÷", "-*/"))
    code = re.sub(r"\^\{(.*?)\}", r"**(\1)", code)
    code = re.sub(r"√(\d+)", r"(\1**.5)", code)
    assert re.fullmatch(r"[-+*/(). 0-9e]+", code), left
    value = float(eval(code, {"e": math.e}))
    return math.floor(value) if down else value


def test_softmax_with_base_3_is_worked_out_exactly() -> None:
    given = {"x": [1], "W1": [[1], [0], [-1]], "b1": [[0], [0], [0]], "y_target": [1, 0, 0]}
    exercise, _ = from_given("backpropagation", given, {"forward": "blank", "softmax_base": "3"})
    [sums] = [w for w in worked(exercise) if w.name == "y_{pred}"]
    assert sums.lines == ("9 ÷ (9 + 3 + 1) ≈ .7", "3 ÷ (9 + 3 + 1) ≈ .2", "1 ÷ (9 + 3 + 1) ≈ .1")


def test_boxes_that_lie_on_their_side_have_their_factors_as_they_stand_there() -> None:
    exercise = make("cross-attention", 7)
    sums = next(w for w in worked(exercise) if w.of == "K")
    turned = sums.as_drawn(exercise, Drawn(frozenset({"K"})))
    m = exercise.shown("M")
    assert turned.name == "K^T"
    assert [i for _, i, _ in turned.places] != [i for _, i, _ in sums.places]
    for line, (_, _, j) in zip(turned.lines, turned.places, strict=True):
        first = [term.partition("×")[0].strip("()") for term in line.split(" = ")[0].split(" + ")]
        assert first == [row[j] for row in m]
