"""On which boxes the box of a step hangs, read from the cell formula of its op: which numbers it
adds, which it multiplies with each other, and which only tell it what to take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from sheetgen.graph.cell import Cells, Fractions, Place
from sheetgen.graph.formula import Box, Calc, Choice, Expr, Index, Over, children, walk
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import Values
from sheetgen.graph.op import Op

ADDED = ("add", "sub", "neg", "mul")
"""What may be done with numbers that are sought, so that their equation is one of the first
degree."""


@cache
def adds(op: Op) -> bool:
    """Whether each box of an op only adds, takes off and multiplies, rounding nothing; which boxes
    it takes may hang on others, those that it ``asks``."""
    todo = [] if op.loss else [op.formula.body]
    while todo:
        part = todo.pop()
        if (isinstance(part, Calc) and part.how not in ADDED) or (
            isinstance(part, Over) and part.how != "sum"
        ) or _squares(part):
            return False
        todo += [part.yes, part.no] if isinstance(part, Choice) else children(part)
    return not op.loss


def _squares(part: Expr) -> bool:
    """Whether it multiplies boxes of one matrix with each other."""
    if not (isinstance(part, Calc) and part.how == "mul"):
        return False
    left, right = ({box.matrices[0] for box in walk(side) if isinstance(box, Box)}
                   for side in part.args)  # fmt: skip
    return bool(left & right)


@cache
def asks(op: Op) -> frozenset[str]:
    """The inputs by whose numbers an op chooses what to take."""
    return frozenset() if op.loss else frozenset(
        box.matrices[0] for part in walk(op.formula.body) if isinstance(part, Choice)
        for test in part.tests for side in (test.left, test.right)
        for box in walk(side) if isinstance(box, Box)
    )  # fmt: skip


def asked_inputs(step: Step) -> tuple[bool, ...]:
    """For each input of a step, whether the step chooses by its numbers."""
    names = asks(step.op)
    *first, last = step.op.names
    spread = [last.removesuffix("...")] * (len(step.inputs) - len(first))
    return tuple(name in names for name in (*first, *spread))


@cache
def picks(op: Op) -> bool:
    """Whether each box is one box of an input, chosen by the numbers of another: a look-up."""
    body = None if op.loss else op.formula.body
    if not (isinstance(body, Over) and body.how == "sum" and isinstance(body.body, Choice)):
        return False
    yes, no = body.body.yes, body.body.no
    asked = [box for test in body.body.tests for side in (test.left, test.right)
             for box in walk(side) if isinstance(box, Box)]  # fmt: skip
    one = asked and not any(isinstance(part, Index) and part.name in body.indices
                            for box in asked for place in (box.row, box.column)
                            for part in walk(place))  # fmt: skip
    return bool(one) and isinstance(yes, Box) and not any(
        isinstance(part, Box) for part in walk(no))  # fmt: skip


Hung = frozenset[int]
"""The numbers of some things on which a box hangs."""


@dataclass
class Meeting:
    """An algebra of what a box hangs on; things that are multiplied with each other are noted."""

    pairs: set[tuple[int, int]] = field(default_factory=set)

    def number(self, value: Decimal) -> Hung:
        return frozenset()

    def letter(self, name: str) -> Hung:
        return frozenset()

    def calc(self, how: str, args: Sequence[Hung]) -> Hung:
        if how not in ("add", "sub", "neg"):
            self.pairs |= {(a, b) for k, left in enumerate(args) for right in args[k + 1 :]
                           for a in left for b in right}  # fmt: skip
        return frozenset().union(*args)

    def over(self, how: str, terms: Sequence[Hung]) -> Hung:
        return frozenset().union(*terms)

    def rounded(self, value: Hung, places: int) -> Hung:
        return value

    def choice(self, tests: Sequence[tuple[str, Hung, Hung]], yes: Callable[[], Hung],
               no: Callable[[], Hung]) -> Hung:  # fmt: skip
        asked: Hung = frozenset().union(*(side for _, *sides in tests for side in sides))
        return asked | yes() | no()


def hung(step: Step, moves: Mapping[str, Any], meeting: Meeting) -> list[list[Hung]]:
    """For each box of a step on what it hangs; ``moves`` says by how much the boxes of matrices
    grow with each of some things: name -> (thing, row, column)."""

    def behind(n: int, i: int, j: int) -> Hung:
        moved = moves.get(step.inputs[n].name)
        return frozenset() if moved is None else frozenset(np.flatnonzero(moved[:, i, j]).tolist())

    cells = Cells.of(step.op.formula, [n.shape for n in step.inputs], step.params, meeting, behind)
    rows, columns = cells.shape
    return [[cells.at(i, j) for j in range(columns)] for i in range(rows)]


@dataclass(frozen=True)
class _Copied:
    """A number, and the box of which it is, if it is one."""

    value: Any
    place: Place | None = None


class _Copies:
    """An algebra that follows from where a number is taken."""

    exact = Fractions()

    def number(self, value: Decimal) -> _Copied:
        return _Copied(self.exact.number(value))

    def letter(self, name: str) -> _Copied:
        return _Copied(self.exact.letter(name))

    def calc(self, how: str, args: Sequence[_Copied]) -> _Copied:
        return _Copied(self.exact.calc(how, [a.value for a in args]))

    def over(self, how: str, terms: Sequence[_Copied]) -> _Copied:
        told = [t for t in terms if t.place is not None]
        place = told[0].place if len(told) == 1 else None
        return _Copied(self.exact.over(how, [t.value for t in terms]), place)

    def rounded(self, value: _Copied, places: int) -> _Copied:
        return _Copied(self.exact.rounded(value.value, places))

    def choice(self, tests: Sequence[tuple[str, _Copied, _Copied]], yes: Callable[[], _Copied],
               no: Callable[[], _Copied]) -> _Copied:  # fmt: skip
        plain = [(how, a.value, b.value) for how, a, b in tests]
        found: _Copied = self.exact.choice(plain, yes, no)
        return found


def taken_from(step: Step, i: int, j: int, values: Values) -> Place:
    """The box of an input that a box of a step repeats, which moves numbers or picks them."""

    def get(n: int, row: int, column: int) -> _Copied:
        digits, decimals = values[step.inputs[n].name]
        return _Copied(Fraction(int(digits[row, column]), 10**decimals),
                       (step.inputs[n].name, row, column))  # fmt: skip

    found = Cells.of(step.op.formula, [n.shape for n in step.inputs], step.params, _Copies(),
                     get).at(i, j)  # fmt: skip
    assert found.place is not None
    return found.place
