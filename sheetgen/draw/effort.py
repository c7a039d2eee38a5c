"""How much work a sheet is: one figure, so that neighbours get sheets of the same weight."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Fixed, Ints

Measure = NDArray[np.float64]
Sheet = tuple[str, ...]
"""What a student works out: the names of steps."""
Band = tuple[Sheet, float, float]
"""A sheet, with its least and most effort."""

TERM, TIMES, NEGATIVE, DIGIT, CELL = 1.0, 1.0, 0.5, 1.0, 1.0
"""Minutes of a sort: a term that is not zero; a product of two that are neither 0 nor ±1, and each
digit of theirs beyond the first; a negative term; each digit of a result, and its sign (zeros at an
end are none: .5 and 20 have one digit, 0 has none); a box, even if it is only copied."""


def of_step(step: Step, values: Mapping[str, Fixed]) -> Measure:
    """The effort of one step, for every exercise of the leading axes."""
    result = values[step.name].digits
    boxes = float(result.shape[-1] * result.shape[-2])
    signs = (result != 0) + _more_digits(result) + (result < 0)
    effort = CELL * boxes + DIGIT * signs.sum(axis=(-1, -2))
    for left, left_turned, top, top_turned in step.op.products:
        a = _turned(values[step.inputs[left].name], left_turned)
        b = _turned(values[step.inputs[top].name], top_turned)
        more_a, more_b = _more_digits(a.digits), _more_digits(b.digits)
        true_a, true_b = _true(a), _true(b)
        # a sum over all boxes of row times column: sums of columns times sums of rows
        effort = effort + (
            TERM * _met(a.digits != 0, b.digits != 0)
            + TIMES * _met(true_a, true_b)
            + DIGIT * (_met(true_a * more_a, true_b) + _met(true_a, true_b * more_b))
            + NEGATIVE * (_met(a.digits < 0, b.digits > 0) + _met(a.digits > 0, b.digits < 0))
        )
    return np.asarray(effort, np.float64)


def of_steps(graph: Graph, values: Mapping[str, Fixed]) -> dict[str, Measure]:
    """The effort of each step that a student may be asked for."""
    return {s.name: of_step(s, values) for s in graph.steps if not s.hidden}


def of_sheet(sheet: Sequence[str], steps: Mapping[str, Measure]) -> Measure:
    """The effort of the steps of a sheet."""
    return np.asarray(sum((steps[name] for name in sheet), np.float64(0.0)))


def within(bands: Collection[Band], steps: Mapping[str, Measure], count: int) -> NDArray[np.bool_]:
    """Which of so many exercises are within all bands."""
    good = np.ones(count, bool)
    for sheet, low, high in bands:
        amount = of_sheet(sheet, steps)
        good &= (amount >= low) & (amount <= high)
    return good


def of_graph(graph: Graph, values: Mapping[str, Fixed]) -> Measure:
    """The effort of all worked steps."""
    return np.asarray(sum((of_step(s, values) for s in graph.worked), np.float64(0.0)))


def _met(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """The sum over all pairs of a box of ``a`` and one of ``b`` that a product brings together."""
    return np.asarray((a.sum(axis=-2) * b.sum(axis=-1)).sum(axis=-1))


def _true(value: Fixed) -> NDArray[np.bool_]:
    """What is neither 0 nor ±1."""
    return np.asarray((value.digits != 0) & (np.abs(value.digits) != 10**value.decimals))


def _more_digits(digits: Ints) -> Ints:
    """Digits beyond the first, without the zeros at the end."""
    size = np.abs(digits)
    found = np.zeros(size.shape, np.int64)
    for place in range(1, len(str(int(size.max(initial=0))))):
        found += (size >= 10**place) & (size % 10 ** place != 0)
    return found


def _turned(a: Fixed, turned: bool) -> Fixed:
    return Fixed(np.swapaxes(a.digits, -1, -2), a.decimals) if turned else a
