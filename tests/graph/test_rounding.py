"""One table of ties and roundings, in whatever rounds: rounding.json, which knows no language."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sheetgen.graph import numbers as num
from sheetgen.graph.cell import Fractions
from sheetgen.graph.formula_text import read
from sheetgen.graph.numbers import Fixed, from_decimals
from sheetgen.graph.ops.helpers import by_hand
from tests.graph.ways import box_by_box, exactly
from tests.support import fractions

TABLE: dict[str, list[Any]] = {
    name: rows
    for name, rows in json.loads(Path(__file__).with_name("rounding.json").read_text()).items()
    if name != "about"
}
FORMULAS = {
    "numbers": "round(a[i, j], decimals)",
    "quotients": "round(a[i, j] / b[i, j], decimals)",
    "powers": "round(base ** a[i, j], decimals)",
    "exp": "round(exp(a[i, j]), decimals)",
    "sqrt": "round(sqrt(a[i, j]), decimals)",
}
FUNCTIONS: dict[str, Callable[..., Decimal]] = {
    "numbers": lambda a: a, "quotients": lambda a, b: a / b, "powers": lambda a, b: a**b,
    "exp": Decimal.exp, "sqrt": Decimal.sqrt,
}  # fmt: skip
"""By Python's own decimals, of 28 digits."""

ALL = [(kind, row) for kind, rows in TABLE.items() for row in rows]
IDS = [f"{kind}-{'-'.join(map(str, row))}" for kind, row in ALL]
every = pytest.mark.parametrize(("kind", "row"), ALL, ids=IDS)


def _fixed(text: str) -> Fixed:
    return from_decimals([[Decimal(text)]])


def _float(kind: str, row: list[Any]) -> float:
    numbers = [float(text) for text in row[:-2]]
    match kind, numbers:
        case "quotients", [a, b]:
            return a / b
        case "powers", [a, b]:
            return float(a**b)
        case "exp", [a]:
            return math.exp(a)
        case "sqrt", [a]:
            return math.sqrt(a)
    return numbers[0]


def test_the_table_has_each_kind() -> None:
    assert set(TABLE) == set(FORMULAS)
    ties = [(a, d) for a, d, _ in TABLE["numbers"] if (Decimal(a).scaleb(d) * 2) % 2 in (1, -1)]
    assert len(ties) > 30
    assert {d for _, d in ties} == {0, 1, 2, 3, 4, 6}
    assert any(a.startswith("-") for a, _ in ties)


@every
def test_the_table_is_that_of_pythons_decimals(kind: str, row: list[Any]) -> None:
    *numbers, decimals, result = row
    exact = FUNCTIONS[kind](*map(Decimal, numbers))
    assert exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) == Decimal(result)


@every
def test_a_formula_rounds_so_for_all_boxes_at_once_and_for_each(kind: str, row: list[Any]) -> None:
    *texts, decimals, result = row
    params = {"decimals": decimals}
    if kind == "powers":
        params["base"] = texts.pop(0)
    formula = read("a b" if kind == "quotients" else "a", FORMULAS[kind])
    inputs = [_fixed(text) for text in texts]
    assert exactly(formula, inputs, params) == [[Fraction(result)]]
    assert box_by_box(formula, [fractions(v) for v in inputs], params) == [[Fraction(result)]]


@every
def test_floats_are_rounded_so(kind: str, row: list[Any]) -> None:
    decimals, result = row[-2:]
    value = _float(kind, row)
    assert fractions(num.from_float(np.array([[value]]), decimals)) == [[Fraction(result)]]
    assert Fractions().rounded(value, decimals) == Fraction(result)
    assert by_hand(value, decimals) == pytest.approx(float(result), abs=1e-12)
    assert by_hand(np.array([[value]]), decimals)[0, 0] == pytest.approx(float(result), abs=1e-12)


@pytest.mark.parametrize(("number", "decimals", "result"), TABLE["numbers"])
def test_decimals_and_fractions_are_rounded_so(number: str, decimals: int, result: str) -> None:
    value = _fixed(number)
    assert fractions(num.rounded(value, decimals)) == [[Fraction(result)]]
    assert Fractions().rounded(Fraction(number), decimals) == Fraction(result)
    whole = np.array([int(Decimal(number).scaleb(9))])
    unit = np.int64(10 ** (9 - decimals))
    assert num.round_divide(whole, unit).tolist() == [int(Decimal(result).scaleb(decimals))]


@pytest.mark.parametrize(("a", "b", "decimals", "result"), TABLE["quotients"])
def test_quotients_are_rounded_so(a: str, b: str, decimals: int, result: str) -> None:
    assert Fractions().rounded(Fraction(a) / Fraction(b), decimals) == Fraction(result)
    over, under = (int(Decimal(text).scaleb(3)) for text in (a, b))
    if under < 0:
        over, under = -over, -under
    found = num.round_divide(np.array([over * 10**decimals]), np.array([under]))
    assert found.tolist() == [int(Decimal(result).scaleb(decimals))]
