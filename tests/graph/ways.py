"""All ways in which an op works out a number, each on an example of literal numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import CodeType
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph import numbers as num
from sheetgen.graph.cell import Cells, Fractions
from sheetgen.graph.exact import compiled
from sheetgen.graph.formula import Calc, Choice, Formula, Index, Over, walk
from sheetgen.graph.nodes import Given, Step, apply
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.op import Op
from sheetgen.verify.dual import Dual
from sheetgen.verify.second_way import worked_out
from sheetgen.words.sums import sum_of
from tests.graph.examples import Example
from tests.support import fractions, matrix, reals

Rows = list[list[Fraction]]
Floats = npt.NDArray[np.float64]
NOISE = 1e-9
"""What binary floats may be off."""


def applied(op: Op, example: Example) -> Step:
    """A step that applies an op to givens x0, x1, ... of the example's shapes."""
    leaves = [Given(f"x{k}", matrix(text).digits.shape, "input", "numbers")
              for k, text in enumerate(example[0])]  # fmt: skip
    return apply(op, *leaves, name="y", **example[1])


def indices(op: Op) -> list[str]:
    """The indices of an op's formula."""
    sums = [part for part in walk(op.formula.body) if isinstance(part, Over)]
    return sorted({"i", "j", *(k for part in sums for k in part.indices)})


# --- the cell formula


def exactly(formula: Formula, inputs: list[Fixed], params: Mapping[str, Any]) -> Rows:
    """All boxes at once, in decimals."""
    run, shape = compiled(formula, [v.digits.shape for v in inputs], params)
    found = run(*inputs)
    assert found.digits.shape == shape
    return fractions(found)


def box_by_box(formula: Formula, inputs: list[Rows], params: Mapping[str, Any]) -> Rows:
    """Each box alone, in fractions."""
    shapes = [(len(rows), len(rows[0])) for rows in inputs]
    cells: Cells[Any] = Cells.of(formula, shapes, params, Fractions(),
                                 lambda n, i, j: inputs[n][i][j])  # fmt: skip
    rows, columns = cells.shape
    return [[cells.at(i, j) for j in range(columns)] for i in range(rows)]


def written(op: Op, example: Example) -> Rows:
    """The sums as a student writes them, worked out by Python."""
    step = applied(op, example)
    shown = {f"x{k}": [[num.text(int(d), value.decimals) for d in row] for row in value.digits]
             for k, value in enumerate(map(matrix, example[0]))}  # fmt: skip
    sheet = cast(Exercise, _Shown(shown))
    rows, columns = step.shape
    return [[by_reading(sum_of(sheet, step, i, j)) for j in range(columns)] for i in range(rows)]


class _Shown:
    """What stands on a sheet."""

    def __init__(self, texts: Mapping[str, list[list[str]]]) -> None:
        self.shown = texts.__getitem__


def can_be_read(op: Op) -> bool:
    """Whether a sum of the op is plain arithmetic: nothing chosen by a number, no power, no
    root."""
    return not op.loss and not any(
        (isinstance(part, Choice) and not all(isinstance(side, Index) for test in part.tests
                                              for side in (test.left, test.right)))
        or (isinstance(part, Over) and part.how != "sum")
        or (isinstance(part, Calc) and part.how in ("max", "min", "pow", "sqrt", "exp"))
        for part in walk(op.formula.body)
    )  # fmt: skip


def by_reading(text: str) -> Fraction:
    """``2×.5 − (−3) ÷ 4`` worked out."""
    down = text.endswith(", rounded down")
    plain = text.removesuffix(", rounded down")
    for sign, python in (("×", "*"), ("−", "-"), ("÷", "/")):
        plain = plain.replace(sign, python)
    exact = re.sub(r"[0-9.]+", lambda number: f"Fraction('{number.group()}')", plain)
    found = Fraction(eval(exact, {"Fraction": Fraction}))
    return Fraction(found.__floor__()) if down else found


def half_up(value: Fraction, decimals: int) -> Fraction:
    """A fraction rounded as by hand, by Python's own decimals."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return Fraction(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


# --- the NumPy line


def surroundings(op: Op, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a line may use beside its inputs, as in a script."""
    return {"np": np, **op.helpers, **{name: as_number(p) for name, p in params.items()}}


def as_number(value: Any) -> Any:
    """A param as a script writes it."""
    if value == "e":
        return np.e
    return float(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9.]+", value) else value


def by_line(line: str | CodeType, names: Mapping[str, Any]) -> Floats:
    """A NumPy line on plain floats."""
    with np.errstate(over="ignore"):  # e^1000, in σ of −1000
        return np.asarray(eval(line, dict(names)), np.float64)


def on_duals(op: Op, example: Example) -> Floats:
    """The NumPy line on dual numbers, unrounded."""
    step = applied(op, example)
    return worked_out(step, [Dual(reals(matrix(text))[None]) for text in example[0]]).value[0]


def same(found: Floats, expected: Floats, slack: float = NOISE) -> bool:
    """Whether shapes are the same, and numbers as good as the same."""
    return found.shape == expected.shape and bool((np.abs(found - expected) <= slack).all())


# --- all of them


def forward_of_one(op: Op, example: Example) -> None:
    found = op.forward(*map(matrix, example[0]), **example[1])
    assert fractions(found) == fractions(matrix(example[2]))


def forward_of_many(op: Op, example: Example) -> None:
    """Among exercises with other numbers."""
    one = [matrix(text) for text in example[0]]
    other = [Fixed(v.digits * 2, v.decimals) for v in one]
    many = [Fixed(np.stack([v.digits, w.digits, v.digits]), v.decimals)
            for v, w in zip(one, other, strict=True)]  # fmt: skip
    found = op.forward(*many, **example[1])
    doubled = op.forward(*other, **example[1])
    assert found.digits.shape == (3, *doubled.digits.shape)
    assert found.decimals == doubled.decimals
    for k, alone in ((0, matrix(example[2])), (1, doubled), (2, matrix(example[2]))):
        assert fractions(Fixed(found.digits[k], found.decimals)) == fractions(alone)


def each_box(op: Op, example: Example) -> None:
    if op.loss:
        return  # it has no boxes
    inputs = [fractions(matrix(text)) for text in example[0]]
    found = box_by_box(op.formula, inputs, {**op.params, **example[1]})
    assert found == fractions(matrix(example[2]))


def script(op: Op, example: Example) -> None:
    if op.loss:
        return  # its number is below
    params = {**op.params, **example[1]}
    inputs = [reals(matrix(text)) for text in example[0]]
    found = by_line(op.numpy, {**surroundings(op, params), **op.named(inputs)})
    assert same(found, reals(matrix(example[2])))


def second_way(op: Op, example: Example) -> None:
    if op.loss:
        return
    expected = matrix(example[2])
    places = int({**op.params, **example[1]}.get("decimals", 0))
    rounds = op.rounds and not op.rounds_down
    slack = (0.5 + 1e-6) * 10.0**-places if rounds else NOISE
    assert same(on_duals(op, example), reals(expected), slack)


def worked_sum(op: Op, example: Example) -> None:
    if not can_be_read(op):
        return
    found, params = written(op, example), {**op.params, **example[1]}
    if op.rounds and not op.rounds_down:
        places = int(params["decimals"])
        assert isinstance(op.formula.body, Calc)
        unrounded = replace(op.formula, body=op.formula.body.args[0])
        assert found == box_by_box(unrounded, [fractions(matrix(x)) for x in example[0]], params)
        found = [[half_up(value, places) for value in row] for row in found]
    assert found == fractions(matrix(example[2]))


WAYS: dict[str, Callable[[Op, Example], None]] = {
    "exact, one exercise": forward_of_one,
    "exact, many exercises": forward_of_many,
    "each box in fractions": each_box,
    "NumPy, rounded by hand": script,
    "NumPy, dual numbers": second_way,
    "the sum as it is written": worked_sum,
}
