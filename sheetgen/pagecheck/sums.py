"""The worked sums of a key: each line is true as it stands, its numbers are those of the boxes that
the cell formula reads, in its order, and its end is what the box shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from sheetgen.graph.cell import Cells, Place
from sheetgen.graph.formula import Shape
from sheetgen.graph.nodes import Step
from sheetgen.graph.op import Op
from sheetgen.page.items import Label
from sheetgen.pagecheck.shown import EXACT, Floats, Shown, Truths, read_number
from sheetgen.pagecheck.standing import Standing
from sheetgen.pagecheck.terms import Spot

_NUMBER = re.compile(r"\((−\d*\.?\d+)\)|((?<![\d.)}])−\d*\.?\d+|\d*\.?\d+)")
"""A number of a line, a negative one with its brackets where it needs them."""



@dataclass(frozen=True, slots=True)
class Turned:
    """A box whose number is written with its sign turned."""

    spot: Spot


Leaf = Spot | Turned | float
"""A box that a formula reads, or a number in it."""


# --- which numbers a line has

class _Leaf(tuple[Leaf, ...]):
    """What a part of a formula writes, from left to right."""

    one = nothing = False


class _Leaves:
    """The numbers of a formula in the order in which they are written."""

    def number(self, value: Decimal) -> _Leaf:
        found = _Leaf((float(value),))
        found.one, found.nothing = value == 1, value == 0
        return found

    def letter(self, name: str) -> _Leaf:
        return _Leaf()

    def calc(self, how: str, args: Sequence[_Leaf]) -> _Leaf:
        if how == "mul" and args[0].one:
            return args[1]
        if how == "neg" and len(args[0]) == 1 and isinstance(args[0][0], tuple):
            return _Leaf((Turned(args[0][0]),))
        return _Leaf(leaf for arg in args for leaf in arg)

    def over(self, how: str, terms: Sequence[_Leaf]) -> _Leaf:
        some = [t for t in terms if how != "sum" or not t.nothing] or terms[:1]
        return _Leaf(leaf for term in some for leaf in term)

    def rounded(self, value: _Leaf, places: int) -> _Leaf:
        return value

    def choice(self, tests: Sequence[tuple[str, _Leaf, _Leaf]], yes: Callable[[], _Leaf],
               no: Callable[[], _Leaf]) -> _Leaf:  # fmt: skip
        asked = (leaf for _, a, b in tests for leaf in (*a, *b))
        return _Leaf((*yes(), *asked, *no()))


@lru_cache(1 << 10)
def _cells(op: Op, shapes: tuple[Shape, ...], params: tuple[tuple[str, Any], ...]) -> Cells[_Leaf]:
    return Cells.of(op.formula, shapes, dict(params), _Leaves(), lambda *spot: _Leaf((spot,)))


class Sums:
    """The worked sums of sheets of one shape."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self._leaves: dict[Place, list[tuple[int, bool] | float] | None] = {}

    def wrong(self, shown: Shown, sheets: Sequence[Sequence[Label]]) -> tuple[int, str] | None:
        """The first sheet with a line that is not true, and the line; ``sheets`` are the labels
        that each has for itself."""
        groups: dict[tuple[Place, tuple[str, ...]], list[tuple[int, Label]]] = {}
        numbers: dict[tuple[Place, tuple[str, ...]], list[list[float]]] = {}
        for sheet, labels in enumerate(sheets):
            for item in labels:
                if item.of is not None:
                    rest, found = _taken_apart(item.markup)
                    groups.setdefault((item.of, rest), []).append((sheet, item))
                    numbers.setdefault((item.of, rest), []).append(found)
        for (place, rest), lines in groups.items():
            which = np.array([sheet for sheet, _ in lines])
            good = self._good(place, rest, np.array(numbers[place, rest]), shown, which)
            if not good.all():
                sheet, item = lines[int(np.argmin(good))]
                return sheet, item.markup
        return None

    def _good(
        self, place: Place, rest: tuple[str, ...], numbers: Floats, shown: Shown, which: Any
    ) -> Truths:
        """Of lines alike but for their numbers, those that are true."""
        name, i, j = place
        step = self.standing.graph.by_name[name]
        assert isinstance(step, Step)
        nobody = np.zeros(len(numbers), bool)
        spots = self.standing.by_place.get(place)
        if len(rest) < 3 or rest[-1] or rest[-2][-3:] not in (" = ", " ≈ ") or not spots:
            return nobody
        try:
            value = _compiled((*rest[:-2], rest[-2][:-3]))(numbers)
        except ValueError:
            return nobody
        made = numbers[:, -1]
        half = 0.5 * 10.0 ** -(step.places or 0) if rest[-2][-2] == "≈" else 0.0
        good = np.abs(value - made) <= half + EXACT + 1e-12 * np.abs(made)
        good &= made == shown.values[which, spots[0].slot]
        if step.op.shares_powers:
            return np.asarray(good & self._powers(step, i, j, numbers[:, :-1], shown, which))
        expected = self._of(step, i, j)
        if expected is None or len(expected) != numbers.shape[1] - 1:
            return nobody
        for k, leaf in enumerate(expected):
            if isinstance(leaf, float):
                good &= numbers[:, k] == leaf
                continue
            slot, turned = leaf
            sign = -1.0 if turned and not rest[k].endswith("−") else 1.0
            good &= numbers[:, k] == sign * shown.values[which, slot]
        return np.asarray(good)

    def _of(self, step: Step, i: int, j: int) -> list[tuple[int, bool] | float] | None:
        """The slots, or numbers, that the sum of a box has, and whether their signs are turned;
        None if one stands on no page."""
        place = step.name, i, j
        if place not in self._leaves:
            shapes = tuple(n.shape for n in step.inputs)
            leaves = _cells(step.op, shapes, tuple(step.params.items())).at(i, j)
            self._leaves[place] = self._slots(step, leaves)
        return self._leaves[place]

    def _slots(self, step: Step, leaves: _Leaf) -> list[tuple[int, bool] | float] | None:
        found: list[tuple[int, bool] | float] = []
        for leaf in leaves:
            if isinstance(leaf, float):
                found.append(leaf)
                continue
            turned = isinstance(leaf, Turned)
            n, row, column = leaf.spot if isinstance(leaf, Turned) else leaf
            origin = self.standing.origins[step.inputs[n].name][row][column]
            spots = self.standing.by_place.get(origin)
            if not spots:
                return None
            found.append((spots[0].slot, turned))
        return found

    def _powers(
        self, step: Step, i: int, j: int, numbers: Floats, shown: Shown, which: Any
    ) -> Truths:
        """Whether a share is written with the powers of its column: its own, then all."""
        column = [row[j] for row in self.standing.origins[step.inputs[0].name]]
        slots = [self.standing.by_place[place][0].slot for place in column]
        z = shown.values[which][:, slots]
        if numbers.shape[1] != len(slots) + 1:
            return np.zeros(len(numbers), bool)
        if step.params["base"] == "3":
            powers = 3.0 ** (z - z.min(axis=1, keepdims=True))
        else:
            powers = np.exp(z - z.max(axis=1, keepdims=True))
        off = np.abs(numbers[:, 1:] - powers).max(axis=1)
        places = np.array([_places(row) for row in numbers[:, 1:].tolist()])
        return np.asarray((numbers[:, 0] == numbers[:, 1 + i]) & (off <= 0.5 * 10.0**-places + 1e-9))


def _places(row: Sequence[float]) -> int:
    """Decimals that some numbers have at most."""
    return next(p for p in range(12) if all(abs(x * 10**p - round(x * 10**p)) < 1e-6 for x in row))


def _taken_apart(line: str) -> tuple[tuple[str, ...], list[float]]:
    """What stands before, between and behind the numbers of a line, and these."""
    parts = _NUMBER.split(line)
    return tuple(parts[::3]), [_float(a or b) for a, b in zip(parts[1::3], parts[2::3], strict=True)]


@lru_cache(1 << 14)
def _float(text: str) -> float:
    digits, decimals = read_number(text)
    return float(digits / 10.0**decimals)


# --- what a line says

Work = Callable[[Floats], Floats]
_SIGN = re.compile(r"\s*(\^\{|largest of|smallest of|, rounded down|if\b|and\b|, else|[-+−×÷√(){}>≥<≤=,e])")


@lru_cache(1 << 12)
def _compiled(rest: tuple[str, ...]) -> Work:
    """What stands around numbers as a function of them, (lines, numbers). Raises ValueError."""
    tokens: list[str | int] = []
    for k, text in enumerate(rest):
        at = 0
        while text[at:].strip():
            found = _SIGN.match(text, at)
            if found is None:
                raise ValueError(text)
            tokens.append(found[1])
            at = found.end()
        if k < len(rest) - 1:
            tokens.append(k)
    reader = _Line(tokens)
    work = reader.whole()
    if reader.next is not None:
        raise ValueError(rest)
    return work


class _Line:
    """Reads the signs and numbers of a line; a number is its place among the numbers."""

    def __init__(self, tokens: Sequence[str | int]) -> None:
        self.tokens, self.at = tokens, 0

    @property
    def next(self) -> str | int | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *wanted: str) -> str | int:
        token = self.next
        if token is None or (wanted and token not in wanted):
            raise ValueError("a line that goes on otherwise")
        self.at += 1
        return token

    def whole(self) -> Work:
        """A sum, perhaps rounded down, or one of two."""
        found = self.sum()
        if self.next == ", rounded down":
            self.take()
            return lambda n: np.floor(found(n))
        if self.next == "if":
            return self.choice(found)
        return found

    def choice(self, yes: Work) -> Work:
        tests: list[Work] = []
        while self.take("if", "and", ", else") != ", else":
            a, how, b = self.sum(), _TESTS[str(self.take(*_TESTS))], self.sum()
            tests.append(lambda n, a=a, how=how, b=b: how(a(n), b(n)))  # type: ignore[misc]
        no = self.whole()
        return lambda n: np.where(np.all([t(n) for t in tests], axis=0), yes(n), no(n))

    def sum(self) -> Work:
        found = self.product()
        while self.next in ("+", "−"):
            found = _joined(str(self.take()), found, self.product())
        return found

    def product(self) -> Work:
        found = self.power()
        while self.next in ("×", "÷"):
            found = _joined(str(self.take()), found, self.power())
        return found

    def power(self) -> Work:
        if self.next == "e":
            self.take()
            self.take("^{")
            exponent = self.sum()
            self.take("}")
            return lambda n: np.exp(np.clip(exponent(n), -700, 700))
        found = self.one()
        if self.next == "^{":
            self.take()
            exponent = self.sum()
            self.take("}")
            return lambda n: found(n) ** exponent(n)
        return found

    def one(self) -> Work:
        token = self.take()
        if isinstance(token, int):
            return lambda n: n[:, token]
        if token == "−":
            inner = self.product()
            return lambda n: -inner(n)
        if token == "√":
            inner = self.one()
            return lambda n: np.sqrt(inner(n))
        if token == "(":
            inner = self.whole()
            self.take(")")
            return inner
        if token in ("largest of", "smallest of"):
            some = [self.sum()]
            while self.next == ",":
                self.take()
                some.append(self.sum())
            pick = np.max if token == "largest of" else np.min
            return lambda n: pick([one(n) for one in some], axis=0)
        raise ValueError(token)


def _joined(sign: str, a: Work, b: Work) -> Work:
    match sign:
        case "+":
            return lambda n: a(n) + b(n)
        case "−":
            return lambda n: a(n) - b(n)
        case "×":
            return lambda n: a(n) * b(n)
    return lambda n: a(n) / b(n)


_TESTS: Mapping[str, Callable[[Floats, Floats], Truths]] = {
    ">": np.greater, "≥": np.greater_equal, "<": np.less, "≤": np.less_equal, "=": np.equal,
}  # fmt: skip

