"""How much work a sheet is: one figure, so that neighbours get sheets of the same weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Fixed

Measure = NDArray[np.float64]

TERM, TIMES, NEGATIVE, TWO_DIGITS, CELL = 1.0, 1.0, 0.5, 1.0, 0.5
"""Minutes of a sort: a term that is not zero; a product by more than 0 and ±1; a negative term; a
result beyond ±9; a box that is looked up, copied or gated."""


def of_step(step: Step, values: Mapping[str, Fixed]) -> Measure:
    """The effort of one step, for every exercise of the leading axes."""
    result = values[step.name].digits
    boxes = float(result.shape[-1] * result.shape[-2])
    effort = CELL * boxes + TWO_DIGITS * _count(
        np.abs(result) > 9 * 10 ** values[step.name].decimals
    )
    for left, left_turned, top, top_turned in step.op.products:
        (a, one), (b, unit) = (
            (_turned(value.digits, turned), 10**value.decimals)
            for value, turned in ((values[step.inputs[left].name], left_turned),
                                  (values[step.inputs[top].name], top_turned))
        )  # fmt: skip
        signs = (_as(a != 0) @ _as(b != 0)).sum(axis=(-1, -2))
        times = (_as(np.abs(a) > one) @ _as(np.abs(b) > unit)).sum(axis=(-1, -2))
        negative = (_as(a < 0) @ _as(b > 0) + _as(a > 0) @ _as(b < 0)).sum(axis=(-1, -2))
        effort = effort + TERM * signs + TIMES * times + NEGATIVE * negative
    return np.asarray(effort, np.float64)


def of_graph(graph: Graph, values: Mapping[str, Fixed]) -> Measure:
    """The effort of all worked steps."""
    return np.asarray(sum((of_step(s, values) for s in graph.worked), np.float64(0.0)))


def _as(mask: NDArray[np.bool_]) -> Measure:
    return mask.astype(np.float64)


def _turned(a: NDArray[Any], turned: bool) -> NDArray[Any]:
    return np.swapaxes(a, -1, -2) if turned else a


def _count(mask: NDArray[np.bool_]) -> Measure:
    return np.asarray(mask.sum(axis=(-1, -2)), np.float64)
