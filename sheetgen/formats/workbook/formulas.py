"""What a spreadsheet works out: a box by the formula of its op, and whether a step is right."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.workbook.grid import Place, Source
from sheetgen.graph.cell import Cells
from sheetgen.graph.nodes import Node, Step

DONE, WRONG, OPEN = "CORRECT", "INCORRECT", "NOT DONE"
PRIME = 999_983
"""Sums that check a step are taken modulo this."""


def address(place: Place) -> str:
    """``C4`` for row 3, column 2."""
    row, column = place
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


@dataclass(frozen=True)
class Piece:
    """A part of a formula, and how tightly it holds together: 0 a cell or a call, 1 a product, 2 a
    sum."""

    text: str
    level: int = 0
    number: Decimal | None = None

    def within(self, level: int) -> str:
        return self.text if self.level <= level else f"({self.text})"


class Spreadsheet:
    """Formulas as spreadsheets have them."""

    def number(self, value: Decimal) -> Piece:
        return Piece(f"{value.normalize():f}", 2 if value < 0 else 0, value)

    def letter(self, name: str) -> Piece:
        if name != "e":
            raise ValueError(f"a spreadsheet knows no number {name}")
        return Piece("EXP(1)")

    def calc(self, how: str, args: Sequence[Piece]) -> Piece:
        match how, args:
            case ("add" | "sub"), [a, b] if b.number == 0:
                return a
            case "add", [a, b] if a.number == 0:
                return b
            case "add", [a, b]:
                return Piece(f"{a.text}+{b.text}", 2)
            case "sub", [a, b]:
                return Piece(f"{a.text}-{b.within(1)}", 2)
            case ("mul" | "div"), [a, b] if b.number == 1:
                return a
            case "mul", [a, b] if a.number == 1:
                return b
            case "mul", [a, b]:
                return Piece(f"{a.within(1)}*{b.within(1)}", 1)
            case "div", [a, b]:
                return Piece(f"{a.within(1)}/{b.within(0)}", 1)
            case "pow", [Piece("EXP(1)"), b]:
                return Piece(f"EXP({b.text})")
            case "pow", [a, b]:
                return Piece(f"{a.within(0)}^{b.within(0)}", 1)
            case "neg", [a]:
                return Piece(f"-{a.within(0)}", 2)
            case "whole", [a, b]:
                return Piece(f"INT({a.within(1)}/{b.within(0)})")
        name = {"floor": "INT", "sqrt": "SQRT", "exp": "EXP", "log": "LN", "max": "MAX",
                "min": "MIN"}[how]  # fmt: skip
        return Piece(f"{name}({','.join(a.text for a in args)})")

    def over(self, how: str, terms: Sequence[Piece]) -> Piece:
        if how != "sum":
            return self.calc(how, terms)
        some = [t for t in terms if t.number != 0] or terms[:1]
        return some[0] if len(some) == 1 else Piece("+".join(t.text for t in some), 2)

    def rounded(self, value: Piece, places: int) -> Piece:
        if "*" in value.text:  # a product of decimals that ends in 5 may come out a hair smaller
            return Piece(f"ROUND(ROUND({value.text},{places + CLEAR}),{places})")
        return Piece(f"ROUND({value.text},{places})")

    def choice(
        self, tests: Sequence[tuple[str, Piece, Piece]], yes: Callable[[], Piece],
        no: Callable[[], Piece],
    ) -> Piece:  # fmt: skip
        said = [f"{a.text}{SIGNS[how]}{b.text}" for how, a, b in tests]
        test = said[0] if len(said) == 1 else f"AND({','.join(said)})"
        return Piece(f"IF({test},{yes().text},{no().text})")


CLEAR = 8
"""Places behind those asked for to which a product is rounded first."""
SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "="}


class Live:
    """How each number of an exercise follows from those in other cells."""

    def __init__(self, exercise: Exercise, home: Mapping[Source, Place]) -> None:
        self.exercise, self.graph, self.home = exercise, exercise.graph, home
        self._cells: dict[str, Cells[Piece]] = {}

    def formula(self, source: Source) -> str | None:
        """How a number follows from others, with no equals sign before it; None for one that is
        given, or shows a given one that stands nowhere else."""
        name, i, j = source
        node = self.graph.by_name[name]
        if not isinstance(node, Step):
            return None
        found = self._of(node).at(i, j)
        return found.text if found.number is None or not node.hidden else None

    def _of(self, step: Step) -> Cells[Piece]:
        if step.name not in self._cells:
            self._cells[step.name] = Cells.of(
                step.op.formula, [n.shape for n in step.inputs], step.params, Spreadsheet(),
                lambda n, i, j: self._read(step.inputs[n], i, j),
            )  # fmt: skip
        return self._cells[step.name]

    def _read(self, node: Node, i: int, j: int) -> Piece:
        """A number where it stands, or what it comes from if it stands nowhere."""
        place = self.home.get((node.name, i, j))
        if place is not None:
            return Piece(address(place))
        if isinstance(node, Step):
            return self._of(node).at(i, j)
        value = self.exercise.values[node.name]
        return Spreadsheet().number(Decimal(int(value.digits[i, j])).scaleb(-value.decimals))


def status(exercise: Exercise, boxes: Sequence[tuple[Source, Place]]) -> str:
    """A formula that says of some open boxes whether they are filled in, and rightly. It holds
    nothing but a remainder, from which nobody reads an answer at a glance."""
    asked = ",".join(_ranges([place for _, place in boxes]))
    terms, total = [], 0
    for (name, i, j), place in boxes:
        value = exercise.values[name]
        weight = _weight(f"{exercise.code} {name} {i} {j}")
        places = min(value.decimals + 2, 9)
        terms.append(f"ROUND({address(place)}*1{'0' * places},0)*{weight}")
        total += int(value.digits[i, j]) * 10 ** (places - value.decimals) * weight
    right = f"MOD({'+'.join(terms)},{PRIME})={total % PRIME}"
    return (f'=IF(COUNTA({asked})<{len(boxes)},"{OPEN}",IF(COUNT({asked})<{len(boxes)},"{WRONG}",'
            f'IF({right},"{DONE}","{WRONG}")))')  # fmt: skip


def _weight(box: str) -> int:
    return 101 + int.from_bytes(hashlib.sha256(box.encode()).digest()[:4], "big") % 897


def _ranges(places: Sequence[Place]) -> Iterator[str]:
    """Cells of a row that are neighbours as one range."""
    rest = sorted(places)
    while rest:
        row, first = rest[0]
        last = first
        while (row, last + 1) in rest:
            last += 1
        rest = [p for p in rest if not (p[0] == row and first <= p[1] <= last)]
        start, end = address((row, first)), address((row, last))
        yield start if start == end else f"{start}:{end}"
