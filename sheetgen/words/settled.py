"""The sum behind a box that takes this or that by numbers which are known: what it takes, written
with its numbers left open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.cell import Cells, Fractions
from sheetgen.graph.nodes import Step
from sheetgen.words.sums import Patterns, Template, Written, WrittenSums, open_number


@dataclass(frozen=True)
class _Both:
    """A part of a sum as text and as the number that it is."""

    written: Written
    number: Any

    @property
    def text(self) -> str:
        return self.written.text


class _Settling:
    """Sums as they are written, of which each choice is made."""

    words, exact = WrittenSums(), Fractions()

    def number(self, value: Decimal) -> _Both:
        return _Both(self.words.number(value), self.exact.number(value))

    def letter(self, name: str) -> _Both:
        return _Both(self.words.letter(name), self.exact.letter(name))

    def calc(self, how: str, args: Sequence[_Both]) -> _Both:
        return _Both(self.words.calc(how, [a.written for a in args]),
                     self.exact.calc(how, [a.number for a in args]))  # fmt: skip

    def over(self, how: str, terms: Sequence[_Both]) -> _Both:
        return _Both(self.words.over(how, [t.written for t in terms]),
                     self.exact.over(how, [t.number for t in terms]))  # fmt: skip

    def rounded(self, value: _Both, places: int) -> _Both:
        return _Both(value.written, self.exact.rounded(value.number, places))

    def choice(self, tests: Sequence[tuple[str, _Both, _Both]], yes: Callable[[], _Both],
               no: Callable[[], _Both]) -> _Both:  # fmt: skip
        plain = [(how, a.number, b.number) for how, a, b in tests]
        found: _Both = self.exact.choice(plain, yes, no)
        return found


def settled_template(exercise: Exercise, step: Step, i: int, j: int) -> Template:
    """The sum behind one box, as ``template_of`` has it, with no choice left in it."""

    def get(n: int, row: int, column: int) -> _Both:
        digits, decimals = exercise.values[step.inputs[n].name]
        return _Both(open_number(n, row, column), Fraction(int(digits[row, column]), 10**decimals))

    shapes = [n.shape for n in step.inputs]
    cells = Cells.of(step.op.formula, shapes, step.params, _Settling(), get)
    return Patterns(cells).at(i, j)
