"""The sums behind the answers, written out: ``2×1 + 1×(−1) + 3×1 + (−5) = −1``."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sheetgen.exercise.blanks import open_cells
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph import numbers as num
from sheetgen.graph.nodes import Node, Step
from sheetgen.graph.numbers import Fixed, from_float
from sheetgen.graph.work import numbered
from sheetgen.words.labels import label

FACTORS: dict[str, tuple[int, bool, int, bool, int | None]] = {
    "matmul": (0, False, 1, False, None),
    "linear": (0, False, 1, False, None),
    "affine": (0, False, 2, False, 1),
    "outer": (0, False, 1, True, None),
    "back": (0, True, 1, False, None),
    "transposed": (0, True, 1, False, None),
}
"""Op -> left factor and whether it is turned, top factor and whether it is turned, and what is
added."""
FARTHEST = 20
"""Largest difference of two numbers whose shares by softmax are written out."""


@dataclass(frozen=True)
class Worked:
    """The lines of one step."""

    number: int
    name: str
    lines: tuple[str, ...]


def worked(exercise: Exercise) -> list[Worked]:
    """The expansions of every step that is open, or of all steps of a worked example, if their sums
    are worth writing out."""
    found = []
    for number, group in numbered(exercise.graph):
        for step in group:
            lines = _lines(exercise, step)
            if lines:
                found.append(Worked(number, label(step), tuple(lines)))
    return found


def _lines(exercise: Exercise, step: Step) -> list[str]:
    """A line for each box that is open."""
    example = exercise.settings.is_example
    blanks = open_cells(step) if example else exercise.blanks.get(step.name)
    if blanks is None:
        return []
    rows, cols = step.shape
    shown = exercise.shown(step.name)
    places = [(i, j) for i in range(rows) for j in range(cols) if blanks[i, j]]
    found = [(_expansion(exercise, step, i, j), shown[i][j]) for i, j in places]
    return [f"{left} = {result}" for left, result in found if left is not None]


def bracketed(shown: str, first: bool = False) -> str:
    """A number as a factor or a term: in brackets if it is negative and not the first."""
    return f"({shown})" if shown.startswith("−") and not first else shown


def power(base: str, exponent: int, places: int) -> Fixed:
    """A power as a student writes it: of 3 exactly, of e rounded to ``places``."""
    if base == "3":
        return Fixed(np.array([[3**exponent]], np.int64))
    return from_float(np.array([[math.exp(exponent)]]), places)


def small_steps(step: Step) -> tuple[list[str], list[str]]:
    """How softmax is worked out by hand, in short lines, and the table of powers of e that it
    takes."""
    far = "smallest" if step.params["base"] == "3" else "largest"
    lines = [f"Softmax: take the {far}", "z off each z first (the", "shares stay the same)."]
    if step.params["base"] == "3":
        return lines, []
    places = int(step.params["decimals"]) + 2
    powers = [(k, int(power("e", -k, places).digits[0, 0])) for k in range(1, 12)]
    table = [f"e^{{−{k}}} ≈ {num.text(p, places)}" for k, p in powers if p]
    return lines, [*table, "beyond: 0"]


def _expansion(exercise: Exercise, step: Step, i: int, j: int) -> str | None:
    """What a box is worked out of; None for what is read off, chosen or copied."""
    op = step.op.name
    if op in FACTORS:
        return _product(exercise, step, i, j)
    match op:
        case "recur":
            A, h, B, x = step.inputs
            return (
                f"{_terms(exercise, (B, False, x, False), i, j, True)} + "
                f"{_terms(exercise, (A, False, h, False), i, j)}"
            )
        case "add":
            terms = [exercise.shown(n.name)[i][j] for n in step.inputs]
            return " + ".join(
                bracketed(term, n is step.inputs[0])
                for n, term in zip(step.inputs, terms, strict=True)
            )
        case "subtract" | "descend" | "quotient":
            return _pair(exercise, step, i, j)
        case "softmax":
            return _share(exercise, step, i, j)
    return None


def _product(exercise: Exercise, step: Step, i: int, j: int) -> str:
    """A box of a product, with what is added to it."""
    left, turn_left, top, turn_top, added = FACTORS[step.op.name]
    factors = step.inputs[left], turn_left, step.inputs[top], turn_top
    terms = _terms(exercise, factors, i, j, True)
    if added is None:
        return terms
    return f"{terms} + {bracketed(exercise.shown(step.inputs[added].name)[i][0])}"


def _pair(exercise: Exercise, step: Step, i: int, j: int) -> str:
    """A box that is worked out of one box of each of two matrices; a quotient's second has one
    row."""
    a, b = (exercise.shown(n.name) for n in step.inputs[:2])
    sign = " ÷ " if step.op.name == "quotient" else " − "
    if step.op.name == "descend" and step.params.get("rate") != "1":
        sign += f"{str(step.params['rate']).lstrip('0')}×"
    row = 0 if step.op.name == "quotient" else i
    return f"{bracketed(a[i][j], True)}{sign}{bracketed(b[row][j])}"


def _share(exercise: Exercise, step: Step, i: int, j: int) -> str | None:
    """A box of softmax as its power over the sum of the column's, with the powers of the table that
    the sheet prints, or with more places if these round otherwise; nothing for what has no
    table."""
    z, shown = exercise.values[step.inputs[0].name], exercise.values[step.name]
    column = [int(v) for v in z.digits[:, j]]
    base, decimals = step.params["base"], int(step.params["decimals"])
    if z.decimals or step.params.get("causal") or max(column) - min(column) > FARTHEST:
        return None
    start = min(column) if base == "3" else max(column)
    for places in range(decimals + 2, decimals + 6):
        powers = [power(base, v - start, places) for v in column]
        digits = [int(p.digits[0, 0]) for p in powers]
        share = num.round_divide(np.array([digits[i] * 10**decimals]), np.array([sum(digits)]))
        if int(share[0]) == int(shown.digits[i, j]):
            written = [num.text(d, powers[0].decimals) for d in digits]
            return f"{written[i]} ÷ ({' + '.join(written)})"
    return None


def _terms(
    exercise: Exercise, factors: tuple[Node, bool, Node, bool], i: int, j: int, first: bool = False
) -> str:
    """Row i of the left factor times column j of the top factor, as a sum of products."""
    a, turn_left, b, turn_top = factors
    left, top = exercise.shown(a.name), exercise.shown(b.name)
    terms = []
    for k in range(a.shape[0] if turn_left else a.shape[1]):
        p = bracketed(left[k][i] if turn_left else left[i][k], first and k == 0)
        q = bracketed(top[j][k] if turn_top else top[k][j])
        terms.append(f"{p}×{q}")
    return " + ".join(terms)
