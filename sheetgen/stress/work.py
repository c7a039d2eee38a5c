"""The work that a student really has, counted on the numbers as they are written; apart from the
effort by which the draw keeps sheets alike, so that the one can be held against the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.graph.figures import Figure, Measure, correlation
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Fixed, Ints, Values


def signs(value: Fixed) -> Ints:
    """How many digits of a number are written that are more than a 0 at its end: 1 for 20, .5 and
    3; 2 for 12 and 1.5; 0 for 0."""
    rest = np.abs(value.digits)
    for _ in range(6):
        rest = np.where((rest % 10 == 0) & (rest > 0), rest // 10, rest)
    count = np.zeros(rest.shape, np.int64)
    while rest.any():
        count += rest > 0
        rest = rest // 10
    return count


def real_work(graph: Graph, values: Values) -> Measure:
    """Strokes of the pencil: a box takes one for each digit and sign of its result and one to find
    it; each term of a sum that is not 0 takes one, and one for its sign; two factors that are
    neither 0 nor ±1 take one for each digit of theirs but one."""
    return np.asarray(sum((_of_step(step, values) for step in graph.worked), np.float64(0.0)))


def _of_step(step: Step, values: Values) -> Any:
    result = values[step.name]
    strokes = (1.0 + signs(result) + (result.digits < 0)).sum(axis=(-1, -2))
    for left, left_turned, top, top_turned in step.op.products:
        a, b = values[step.inputs[left].name], values[step.inputs[top].name]
        rows = [np.swapaxes(m, -1, -2) if left_turned else m for m in _facts(a)]
        columns = [np.swapaxes(m, -1, -2) if top_turned else m for m in _facts(b)]
        (some_a, true_a, size_a, minus_a), (some_b, true_b, size_b, minus_b) = rows, columns
        plus_a, plus_b = some_a - minus_a, some_b - minus_b
        terms = some_a @ some_b + minus_a @ plus_b + plus_a @ minus_b
        long = size_a @ true_b + true_a @ size_b - true_a @ true_b
        strokes = strokes + (terms + long).sum(axis=(-1, -2))
    return strokes


def _facts(value: Fixed) -> tuple[Measure, Measure, Measure, Measure]:
    """Whether a number is not 0; whether it is neither 0 nor ±1; and then, how many digits; and
    whether it is negative."""
    some = value.digits != 0
    true = (some & (np.abs(value.digits) != 10**value.decimals)).astype(float)
    return some.astype(float), true, signs(value) * true, (value.digits < 0).astype(float)


WORK = Figure("effort against real work", lambda graph, values: None, correlation, at_least=0.7,
              form="number")  # fmt: skip
