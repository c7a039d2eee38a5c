"""Exact decimals: half away from zero, as a student rounds, and written as by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetgen.errors import SheetgenError
from sheetgen.graph import numbers as num
from sheetgen.graph.numbers import Fixed
from tests.support import fractions


@pytest.mark.parametrize(
    ("digits", "decimals", "to", "expected"),
    [
        (25, 1, 0, 3),
        (-25, 1, 0, -3),
        (24, 1, 0, 2),
        (-24, 1, 0, -2),
        (5, 1, 0, 1),
        (-5, 1, 0, -1),
        (4, 1, 0, 0),
        (-4, 1, 0, 0),
        (245, 2, 1, 25),
        (-245, 2, 1, -25),
        (2449, 3, 1, 24),
        (7, 0, 1, 7),
    ],
)
def test_ties_go_away_from_zero(digits: int, decimals: int, to: int, expected: int) -> None:
    result = num.rounded(Fixed(np.array([[digits]]), decimals), to)
    assert result.digits.tolist() == [[expected]]
    assert result.decimals == min(to, decimals)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.integers(0, 6))
def test_rounding_is_that_of_decimal(digits: int, decimals: int, to: int) -> None:
    ours = num.rounded(Fixed(np.array([[digits]]), decimals), to)
    exact = Decimal(digits).scaleb(-decimals)
    if to < decimals:
        exact = exact.quantize(Decimal(1).scaleb(-to), ROUND_HALF_UP)
    assert fractions(ours) == [[Fraction(exact)]]


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_a_quotient_is_a_nearest_whole_number(numerator: int, denominator: int) -> None:
    ours = int(num.round_divide(np.array([numerator]), np.array([denominator]))[0])
    off = abs(Fraction(numerator, denominator) - ours)
    assert off <= Fraction(1, 2)
    if off == Fraction(1, 2):
        assert abs(ours) > abs(Fraction(numerator, denominator))


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(0.25, 1, 3), (-0.25, 1, -3), (0.35, 1, 4), (1.005, 2, 101), (0.0499, 1, 0), (-2.5, 0, -3)],
)
def test_floats_that_stand_for_ties_round_as_ties(
    value: float, decimals: int, expected: int
) -> None:
    assert num.from_float(np.array([[value]]), decimals).digits.tolist() == [[expected]]


@pytest.mark.parametrize(
    ("digits", "decimals", "written"),
    [
        (0, 0, "0"),
        (0, 1, "0"),
        (7, 0, "7"),
        (-7, 0, "−7"),
        (20, 1, "2"),
        (-15, 1, "−1.5"),
        (5, 1, ".5"),
        (-5, 1, "−.5"),
        (105, 2, "1.05"),
        (100, 2, "1"),
        (150, 2, "1.5"),
        (5, 2, ".05"),
        (-1234, 3, "−1.234"),
    ],
)
def test_numbers_are_written_as_by_hand(digits: int, decimals: int, written: str) -> None:
    assert num.text(digits, decimals) == written


@given(st.integers(-(10**6), 10**6), st.integers(0, 6))
def test_written_numbers_are_read_back(digits: int, decimals: int) -> None:
    exact = Fraction(digits, 10**decimals)
    assert Fraction(num.decimal_of(num.text(digits, decimals), "A")) == exact
    assert Fraction(str(num.plain(digits, decimals))) == exact
    assert isinstance(num.plain(digits, decimals), int) == (exact.denominator == 1)


small = st.integers(-(10**5), 10**5)


@given(small, st.integers(0, 4), small, st.integers(0, 4))
def test_sums_and_products_are_exact(a: int, p: int, b: int, q: int) -> None:
    x, y = Fixed(np.array([[a]]), p), Fixed(np.array([[b]]), q)
    u, v = Fraction(a, 10**p), Fraction(b, 10**q)
    assert fractions(num.add(x, y)) == [[u + v]]
    assert fractions(num.subtract(x, y)) == [[u - v]]
    assert fractions(num.multiply(x, y)) == [[u * v]]
    assert fractions(num.matmul(x, y)) == [[u * v]]


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (None, "found null"),
        (True, "found true"),
        ([], "found a list"),
        ({}, "found a dict"),
        ("abc", "'abc' is not a number"),
        ("", "'' is not a number"),
        (float("nan"), "not a finite number"),
        ("Infinity", "not a finite number"),
        (1e300, "too large"),
        (1_000_001, "too large"),
        (0.0000001, "more than 6 decimals"),
    ],
)
def test_what_is_no_number_is_refused_by_place(item: Any, problem: str) -> None:
    with pytest.raises(SheetgenError, match=f"^A, row 1, column 2: .*{problem}"):
        num.decimal_of(item, "A, row 1, column 2")
