"""The sums behind the answers, written out: ``2×1 + 1×(−1) + 3×1 + (−5) = −1``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.exercise.blanks import open_cells
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph import numbers as num
from sheetgen.graph.cell import Cells, Place
from sheetgen.graph.exact import compiled
from sheetgen.graph.formula import Formula
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import Fixed, from_decimals, from_float
from sheetgen.graph.op import Op
from sheetgen.graph.work import numbered
from sheetgen.type.markup import with_mark
from sheetgen.verify.dual import Dual
from sheetgen.verify.second_way import worked_out
from sheetgen.words.drawn import Drawn
from sheetgen.words.labels import label

INEXACT = 1e-9
"""Farther than that from its sum, a result is rounded: no sheet has as many decimals."""
PLUS = re.compile(r" \+ (?![^(]*\))")
"""A plus that stands in no brackets."""
FARTHEST = 20
"""Largest difference of two numbers whose shares by softmax are written out."""
LONG = 16
"""Lines of one step beyond which those of each row have a heading."""


@dataclass(frozen=True)
class Worked:
    """The lines of one step, or of one row of its boxes where there are very many."""

    number: int
    name: str
    lines: tuple[str, ...]
    places: tuple[Place, ...] = ()
    """The box of each line."""
    of: str = ""
    """The matrix whose boxes they are."""
    turned: bool = False
    """Whether that is drawn on its side."""
    bent: bool = False
    """Whether their boxes have the name of what ReLU makes of them."""
    in_order: bool = False
    """Whether it may need what those before it tell, and is read after them."""

    def by_rows(self) -> list[Worked]:
        """The same, or if its lines are very many those of each row of its boxes."""
        rows = [j if self.turned else i for _, i, j in self.places]
        if len(self.lines) <= LONG or not 1 < len(set(rows)) < len(self.lines):
            return [self]
        of_rows = {row: [k for k, r in enumerate(rows) if r == row] for row in rows}
        return [replace(self, name=f"{self.name}, row {row + 1}",
                        lines=tuple(self.lines[k] for k in which),
                        places=tuple(self.places[k] for k in which))
                for row, which in of_rows.items()]  # fmt: skip

    def of_others(self) -> Worked:
        """The same by the name of boxes others of whose matrix have their sums elsewhere."""
        which = "the other boxes" if len(self.lines) > 1 else "another box"
        return replace(self, name=f"{self.name}, {which}")

    def as_drawn(self, exercise: Exercise, drawn: Drawn) -> Worked:
        """The same by the name that stands beside the boxes, in the order in which these are
        drawn, and with the factors of a product as they stand there."""
        step = exercise.graph.by_name[self.of]
        assert isinstance(step, Step)
        named = replace(self, name=drawn.made(step), turned=drawn.lies(step),
                        bent=step.name in drawn.named)  # fmt: skip
        if named.turned:
            places = tuple(sorted(self.places, key=lambda place: place[:0:-1]))
            lines = dict(_lines(exercise, step, turned=True))
            named = replace(named, lines=tuple(lines[i, j] for _, i, j in places), places=places)
        if not named.bent:
            return named
        shown = exercise.shown(step.name)
        return replace(named, lines=tuple(
            line + so_bent(shown[i][j]) for line, (_, i, j) in zip(named.lines, named.places,
                                                                   strict=True)
        ))  # fmt: skip

    def with_mark(self, mark: str) -> Worked:
        """The same with another decimal mark."""
        return self if mark == "point" else replace(
            self, lines=tuple(with_mark(line, mark) for line in self.lines)
        )  # fmt: skip


def so_bent(made: str) -> str:
    """What is said behind a sum in whose box stands what ReLU makes of it: ``, so 0`` where it is
    negative."""
    return ", so 0" if made.startswith("−") else ""


def worked(exercise: Exercise, but: Collection[Place] = ()) -> list[Worked]:
    """The expansions of every box that is open ``but`` some, or of all of a worked example, if
    their sums are worth writing out."""
    found = []
    for number, group in numbered(exercise.graph):
        for step in group:
            lines = [(box, line) for box, line in _lines(exercise, step)
                     if (step.name, *box) not in but] if has_sums(step) else []  # fmt: skip
            if lines:
                places = tuple((step.name, i, j) for (i, j), _ in lines)
                found.append(
                    Worked(number, label(step), tuple(t for _, t in lines), places, step.name))
    return found


def has_sums(step: Step) -> bool:
    """Whether what is worked out for its boxes is worth writing out, if they are open."""
    from_table = step.op.powers and step.params["base"] == "e"  # which the sheet prints
    return step.op.written and not (
        from_table or step.params.get("how") == "table" or step.op.picks_columns
        or _single(step) or _gathers(step)
    )


def _single(step: Step) -> bool:
    """Whether each box is a single product of two numbers that stand in its row and column."""
    return bool(step.op.products) and len(PLUS.split(pattern_of(step, 0, 0))) == 1


def _gathers(step: Step) -> bool:
    """Whether it only puts together what went several ways: of the numbers that it adds up all but
    one are 0."""
    return not step.op.products and all(isinstance(n, Step) and n.op.way for n in step.inputs)


def _lines(
    exercise: Exercise, step: Step, turned: bool = False
) -> list[tuple[tuple[int, int], str]]:
    """A line for each box that is open, with the row and column of the box; of boxes that lie
    ``turned`` on their side with the factors as they stand there."""
    example = exercise.settings.is_example
    blanks = open_cells(step) if example else exercise.blanks.get(step.name)
    if blanks is None:
        return []
    rows, cols = step.shape
    shown = exercise.shown(step.name)
    blanks = blanks & to_work_out(step)
    places = [(i, j) for i in range(rows) for j in range(cols) if blanks[i, j]]
    if step.op.updates:  # where the gradient is 0, nothing changes
        gradient = exercise.shown(step.inputs[1].name)
        places = [(i, j) for i, j in places if gradient[i][j] != "0"]
    if step.op.shares_powers:
        found = [((i, j), _share(exercise, step, i, j)) for i, j in places]
        return [(place, line) for place, line in found if line]
    equals = _equals(exercise, step)
    sums = zip(places, _sums(exercise, step, places, turned), strict=True)
    return [((i, j), f"{left} {equals[i][j]} {shown[i][j]}")
            for (i, j), left in sums if left and left != shown[i][j]]  # fmt: skip


def to_work_out(step: Step) -> NDArray[np.bool_]:
    """The boxes of a step that are to be worked out: all but those behind a mask, and the shares of
    what is there, which are 0."""
    found = open_cells(step)
    divided = step.inputs[0]
    same = step.op.shares and divided.shape == step.shape
    return found & open_cells(divided) if same else found


def _equals(exercise: Exercise, step: Step) -> list[list[str]]:
    """The sign before the result in each box: ``≈`` where it is rounded."""
    if not step.op.rounds or step.op.rounds_down:
        return [["="] * step.shape[1]] * step.shape[0]
    read = [Dual(_floats(exercise.values[n.name])) for n in step.inputs]
    off = worked_out(step, read).value[0] - _floats(exercise.values[step.name])[0]
    return [["≈" if abs(x) > INEXACT else "=" for x in row] for row in off.tolist()]


def _floats(value: Fixed) -> NDArray[np.float64]:
    """The numbers of one exercise, of which there are many elsewhere."""
    return num.to_float(value)[None]


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


def pattern_of(step: Step, i: int, j: int) -> str:
    """The sum behind one box with its numbers left open."""
    return template_of(step, i, j)[0]


def usual(exercise: Exercise, one: Worked) -> tuple[str, Worked]:
    """By what op some boxes are made, and their lines with usual numbers: the same on all sheets of
    one shape."""
    step = exercise.graph.by_name[one.places[0][0]]
    assert isinstance(step, Step)
    so = so_bent("−2") if one.bent else ""
    lines = tuple(_usual(exercise, place, one.turned) + so for place in one.places)
    return step.op.name, replace(one, lines=lines)


def _usual(exercise: Exercise, place: Place, turned: bool) -> str:
    name, i, j = place
    step = exercise.graph.by_name[name]
    assert isinstance(step, Step)
    made = _number_with(exercise.values[name].decimals)
    if step.op.shares_powers:
        one = f".{'5' * (int(step.params['decimals']) + 2)}"
        return f"{one} ÷ ({' + '.join([one] * step.shape[0])}) ≈ {made}"
    text, numbers = template_of(step, i, j, turned)
    read = [exercise.values[n.name].decimals for n in step.inputs]
    sign = "≈" if step.op.rounds and not step.op.rounds_down else "="
    return f"{text % tuple(_number_with(read[n]) for _, n, _, _ in numbers)} {sign} {made}"


def _number_with(decimals: int) -> str:
    return f"−.{'5' * decimals}" if decimals else "−2"


Template = tuple[str, list[tuple[bool, int, int, int]]]
"""A sum with its numbers left open, and for each of them whether it needs no brackets if it is
negative, its input, and its place there."""


def template_of(step: Step, i: int, j: int, turned: bool = False) -> Template:
    """The sum behind one box with its numbers left open; of a box that lies ``turned`` on its side
    the factors of a product have changed places."""
    return _patterns_of(step, turned).at(i, j)


def _patterns_of(step: Step, turned: bool) -> Patterns:
    shapes = tuple(n.shape for n in step.inputs)
    how = TurnedSums if turned and step.op.products else WrittenSums
    return _patterns(step.op, shapes, tuple(step.params.items()), how)


def equals_sign(exercise: Exercise, step: Step, i: int, j: int) -> str:
    """The sign before the result in a box: ``≈`` where it is rounded."""
    return _equals(exercise, step)[i][j]


def sum_of(exercise: Exercise, step: Step, i: int, j: int, turned: bool = False) -> str:
    """The sum behind one box of any step, by the formula of its op, with the numbers of an
    exercise; empty for a box that is not worked out, as its column goes another way."""
    return next(_sums(exercise, step, [(i, j)], turned))


def _sums(
    exercise: Exercise, step: Step, places: Sequence[tuple[int, int]], turned: bool = False
) -> Iterator[str]:
    shown = [exercise.shown(n.name) for n in step.inputs]
    patterns = _patterns_of(step, turned)
    works = _worked_out_boxes(exercise, step)
    for i, j in places:
        if works is not None and not works[i, j]:
            yield ""
            continue
        text, numbers = patterns.at(i, j)
        yield text % tuple([
            found if bare or found[0] != "−" else f"({found})"
            for bare, found in [(bare, shown[n][row][column]) for bare, n, row, column in numbers]
        ])  # fmt: skip


def _worked_out_boxes(exercise: Exercise, step: Step) -> NDArray[np.bool_] | None:
    """Which boxes of routed products are worked out; None where all are."""
    if step.op.way is None:
        return None
    shapes = tuple(n.shape for n in step.inputs)
    made = _way(step.op.way, shapes, tuple(step.params.items()))
    ways = made(*(exercise.values[n.name] for n in step.inputs)).digits != 0
    return np.broadcast_to(ways, step.shape)


@lru_cache(1 << 8)
def _way(
    formula: Formula, shapes: tuple[tuple[int, int], ...], params: tuple[tuple[str, Any], ...]
) -> Callable[..., Fixed]:
    return compiled(formula, shapes, dict(params))[0]


class Patterns:
    """The sums of the boxes of a step, each with its numbers left open: the text, and for each of
    its numbers whether it needs no brackets if it is negative, and where it stands."""

    def __init__(self, cells: Cells[Any]) -> None:
        self._cells = cells
        self._found: dict[tuple[int, int], Template] = {}

    def at(self, i: int, j: int) -> Template:
        if (i, j) not in self._found:
            text = _START + self._cells.at(i, j).text
            found = [(bool(m[1]), int(m[2]), int(m[3]), int(m[4])) for m in _SLOT.finditer(text)]
            plain = _SLOT.sub("%s", text.replace("%", "%%"))
            self._found[i, j] = _NEGATIVE.sub(_in_brackets, plain).replace(_START, ""), found
        return self._found[i, j]


@lru_cache(1 << 10)
def _patterns(
    op: Op, shapes: tuple[tuple[int, int], ...], params: tuple[tuple[str, Any], ...],
    how: type[WrittenSums],
) -> Patterns:  # fmt: skip
    return Patterns(Cells.of(op.told, shapes, dict(params), how(), open_number))


def open_number(n: int, row: int, column: int) -> Written:
    """The place of a number of an input in a sum."""
    return Written(f"\x00{n},{row},{column}\x00")


_START = "\x01"
"""What stands at the start of a sum or of brackets, where a negative number needs none."""
_SLOT = re.compile(rf"({_START}?)\x00(\d+),(\d+),(\d+)\x00")
_NEGATIVE = re.compile(rf"({_START}?)\x02(−[.\d]+)\x02")
"""A negative number that is part of a formula."""


def _in_brackets(found: re.Match[str]) -> str:
    return found[2] if found[1] else f"({found[2]})"


@dataclass(frozen=True)
class Written:
    """A part of a sum as text, and how tightly it holds together: 0 a number, 1 a product, 2 a sum
    or a difference."""

    text: str
    level: int = 0
    one: bool = False
    """It is a 1 that need not be written as a factor."""
    nothing: bool = False
    """It is a 0 that need not be written as a term."""

    def within(self, level: int) -> str:
        if self.level <= level:
            return self.text
        return f"({_START}{self.text})"


class WrittenSums:
    """Sums, products and all else as a student writes them."""

    def number(self, value: Decimal) -> Written:
        found = from_decimals([[value]])
        shown = num.text(int(found.digits[0, 0]), found.decimals)
        return Written(f"\x02{shown}\x02" if value < 0 else shown, 0, value == 1, value == 0)

    def letter(self, name: str) -> Written:
        return Written(name)

    def calc(self, how: str, args: Sequence[Written]) -> Written:
        match how, args:
            case "add", [a, b]:
                return Written(f"{a.text} + {b.text}", 2)
            case "sub", [a, b]:
                return Written(f"{a.text} − {b.within(1)}", 2)
            case "mul", [a, b] if a.one:
                return b
            case "mul", [a, b]:
                return Written(f"{a.within(1)}×{b.within(1)}", 1)
            case "div", [a, b] if b.one:
                return a
            case "div", [a, b]:
                return Written(f"{a.within(1)} ÷ {b.within(0)}", 1)
            case "pow", [a, b]:
                return Written(f"{a.within(0)}^{{{_START}{b.text}}}")
            case "neg", [a]:
                return Written(f"−{a.within(1)}", 1)
            case "floor", [a]:
                return Written(f"{a.text}, rounded down", 2)
            case "sqrt", [a]:
                return Written(f"√{a.within(0)}", 1)
            case "log", [a]:
                return Written(f"ln {a.within(0)}", 1)
            case "exp", [a]:
                return Written(f"e^{{{_START}{a.text}}}")
            case "max" | "min" as which, [*some]:
                return self.over(which, some)
        raise ValueError(f"no way to write {how}")

    def over(self, how: str, terms: Sequence[Written]) -> Written:
        if how != "sum":
            which = "largest" if how == "max" else "smallest"
            return Written(f"{which} of {', '.join(t.text for t in terms)}", 2)
        some = [t for t in terms if not t.nothing] or terms[:1]
        return some[0] if len(some) == 1 else Written(" + ".join(t.text for t in some), 2)

    def rounded(self, value: Written, places: int) -> Written:
        return value

    def choice(self, tests: Sequence[tuple[str, Written, Written]], yes: Callable[[], Written],
               no: Callable[[], Written]) -> Written:  # fmt: skip
        said = " and ".join(f"{a.text} {SIGNS[how]} {b.text}" for how, a, b in tests)
        return Written(f"{yes().text} if {said}, else {no().text}", 2)


class TurnedSums(WrittenSums):
    """The same with the second factor of a product first."""

    def calc(self, how: str, args: Sequence[Written]) -> Written:
        return super().calc(how, args[::-1] if how == "mul" else args)


SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤", "eq": "="}


def _share(exercise: Exercise, step: Step, i: int, j: int) -> str | None:
    """The line of a box of softmax: its power over the sum of the column's, with the powers of the
    table that the sheet prints, or with more places if these round otherwise; nothing for what has
    no table."""
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
            exact = digits[i] * 10**decimals == int(share[0]) * sum(digits)
            made = exercise.shown(step.name)[i][j]
            return f"{written[i]} ÷ ({' + '.join(written)}) {'=' if exact else '≈'} {made}"
    return None
