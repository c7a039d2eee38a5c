"""The cell formula of an op: what a student works out for one box, as a text that is read once.

``sum(k, W[i, k] * x[k, j]) + b[i]`` says a layer: ``i`` and ``j`` are the row and the column of the
box; ``sum`` and ``max`` run over an index whose range is read from where it stands alone in a
matrix, or said (``max(u, v, X[i * size + u, j * size + v], u=size, v=size)``). A matrix with one
index is a column; a place that is a plain 0 is the only one of its side. A name that is neither
matrix nor index is a parameter. ``round(x, decimals)``, ``floor``, ``sqrt``, ``exp``, ``log``,
``a ** b``, ``x if a > b else y`` and ``len(k)`` are what they are called. With any number of inputs
(``parts...``) ``parts[p][i, j]`` is one of them, ``over(parts)[i, j]`` and ``beside(parts)[i, j]``
all of them stacked or side by side. Nothing here knows an op.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Literal

Shape = tuple[int, int]
Join = Literal["", "over", "beside"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the formula."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of the step."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """A row or column that a place names, used as a number."""

    name: str


@dataclass(frozen=True, slots=True)
class Side:
    """How many rows (0) or columns (1) a matrix has."""

    matrix: str
    axis: int


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a matrix, or of some matrices joined."""

    matrices: tuple[str, ...]
    row: Expr
    column: Expr
    join: Join = ""
    part: str = ""
    """The index that says which of the matrices, before they are known."""


@dataclass(frozen=True, slots=True)
class Calc:
    """Arithmetic: add, sub, mul, div, whole (rounded down), pow, neg, max, round, floor, sqrt, exp,
    log; ``round`` has the decimals as its second argument."""

    how: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """A sum or a maximum over some indices."""

    how: str
    indices: tuple[str, ...]
    body: Expr
    said: tuple[tuple[str, Expr], ...] = ()
    """Ranges that are said."""


@dataclass(frozen=True, slots=True)
class Count:
    """The range of an index."""

    index: str


@dataclass(frozen=True, slots=True)
class Test:
    """gt, ge, lt, le or eq of two numbers; or a parameter that is yes or no (``flag``)."""

    how: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two, after tests that must all hold."""

    tests: tuple[Test, ...]
    yes: Expr
    no: Expr


Expr = Number | Param | Index | Side | Box | Calc | Over | Count | Choice


@dataclass(frozen=True)
class Formula:
    """A cell formula with the names of its inputs; the last may stand for any number of them."""

    inputs: tuple[str, ...]
    body: Expr
    rows: Expr | None = None
    """How many rows the result has, where no matrix shows it."""
    columns: Expr | None = None
    outside: bool = False
    """A box outside a matrix reads 0, as padding does; else it is an error."""

    @property
    def spreads(self) -> bool:
        """Whether it takes any number of inputs."""
        return self.inputs[-1].endswith("...")

    def sizes(self, shapes: Mapping[str, Shape], params: Mapping[str, Any]) -> dict[str, int]:
        """The range of each index, ``i`` and ``j`` included. Raises ValueError if two matrices say
        otherwise, or what is said; if there is none, or nothing in it; and if a side that must have
        one place has more."""
        found: dict[str, int] = {}

        def runs(name: str, over: int) -> None:
            if found.setdefault(name, over) != over:
                raise ValueError(f"{name} runs over {found[name]} and {over}")

        parts = list(walk(self.body))
        for part in parts:
            if isinstance(part, Box):
                for axis, place in enumerate((part.row, part.column)):
                    long = _length(part, axis, shapes)
                    if isinstance(place, Index):
                        runs(place.name, long)
                    if place == ZERO and long != 1:
                        raise ValueError(f"{part.matrices[0]} must have one place there")
            elif isinstance(part, Over):
                for name, size in part.said:
                    runs(name, whole(size, shapes, params))
        for name, side in (("i", self.rows), ("j", self.columns)):
            if side is not None:
                runs(name, whole(side, shapes, params, found))
            found.setdefault(name, 1)
        for name in (k for part in parts if isinstance(part, Over) for k in part.indices):
            if name not in found:
                raise ValueError(f"{name} has no range")
        empty = [name for name, over in found.items() if over < 1]
        if empty:
            raise ValueError(f"{empty[0]} runs over nothing")
        return found


ZERO = Number(Decimal(0))


def _length(box: Box, axis: int, shapes: Mapping[str, Shape]) -> int:
    """The length of a side; of joined matrices in their direction the sum."""
    lengths = [shapes[name][axis] for name in box.matrices]
    if box.join == ("over", "beside")[axis]:
        return sum(lengths)
    if len(set(lengths)) > 1:
        raise ValueError("the shapes differ")
    return lengths[0]


def whole(
    place: Expr, shapes: Mapping[str, Shape], params: Mapping[str, Any],
    indices: Mapping[str, int] | None = None,
) -> int:  # fmt: skip
    """A place or a range as a whole number."""
    match place:
        case Number(value):
            return int(value)
        case Param(name):
            return int(params[name])
        case Index(name):
            if indices is None or name not in indices:
                raise ValueError(f"{name} has no range here")
            return indices[name]
        case Side(matrix, axis):
            return shapes[matrix][axis]
        case Calc(how, args) if how in WHOLE:
            return int(WHOLE[how](*(whole(arg, shapes, params, indices) for arg in args)))
    raise ValueError("a place is made of indices, parameters and whole numbers")


WHOLE: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "whole": lambda a, b: a // b,
    "neg": lambda a: -a,
}
"""What places are worked out with, also for arrays of them."""


def children(part: Expr) -> tuple[Expr, ...]:
    """The parts of a part; not the places of a box."""
    match part:
        case Calc(_, args):
            return args
        case Over(_, _, body):
            return (body,)
        case Choice(tests, yes, no):
            return (*(side for test in tests for side in (test.left, test.right)), yes, no)
    return ()


def walk(part: Expr) -> Iterator[Expr]:
    """A part and all below it."""
    yield part
    for child in children(part):
        yield from walk(child)


def changed(part: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same with each part changed, from below."""
    match part:
        case Calc(how, args):
            part = Calc(how, tuple(changed(a, change) for a in args))
        case Over():
            part = replace(part, body=changed(part.body, change))
        case Choice(tests, yes, no):
            sides = tuple(
                Test(t.how, changed(t.left, change), changed(t.right, change)) for t in tests
            )
            part = Choice(sides, changed(yes, change), changed(no, change))
    return change(part)


@lru_cache(maxsize=1 << 10)
def with_inputs(formula: Formula, count: int) -> Formula:
    """A formula that takes any number of inputs for just so many. Raises ValueError for none."""
    if not formula.spreads:
        if count != len(formula.inputs):
            raise ValueError(f"{len(formula.inputs)} inputs are needed")
        return formula
    *first, last = formula.inputs
    many = count - len(first)
    if many < 1:
        raise ValueError("one or more inputs are needed")
    name = last.removesuffix("...")
    names = tuple(f"{name}.{k}" for k in range(many))

    def change(part: Expr) -> Expr:
        if isinstance(part, Box) and part.join and part.matrices == (name,):
            return replace(part, matrices=names)
        if isinstance(part, Over) and any(
            isinstance(b, Box) and b.part in part.indices for b in walk(part.body)
        ):
            each = [changed(part.body, partial(_chosen, one)) for one in names]
            total, how = each[0], "add" if part.how == "sum" else part.how
            for more in each[1:]:
                total = Calc(how, (total, more))
            return total
        return part

    return replace(formula, inputs=(*first, *names), body=changed(formula.body, change))


def _chosen(matrix: str, part: Expr) -> Expr:
    return replace(part, matrices=(matrix,), part="") if isinstance(part, Box) and part.part else (
        part)  # fmt: skip


# --- reading the text -----------------------------------------------------------------------------


