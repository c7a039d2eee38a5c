"""What the cell formula of an op tells of it: the products it holds, which sides of its inputs are
one axis, which inputs only decide, and whether anything is worked out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sheetgen.graph.formula import (
    ZERO,
    Box,
    Calc,
    Choice,
    Expr,
    Formula,
    Index,
    Number,
    Over,
    children,
    walk,
)


class Product(NamedTuple):
    """Two inputs that a box multiplies, row by column, by their numbers; and whether one of them
    lies on its side."""

    left: int
    left_turned: bool
    top: int
    top_turned: bool


def products_in(part: Expr, names: Sequence[str]) -> list[Product]:
    """The sums of products, row by column, in a part of a formula over some inputs."""
    if isinstance(part, Over) and len(part.indices) == 1:
        found = _product(part, names)
        return [found] if found else []
    return [p for child in children(part) for p in products_in(child, names)]


def _product(part: Over, names: Sequence[str]) -> Product | None:
    """A sum over one index of a box with the row times a box with the column."""
    body, k = part.body, part.indices[0]
    if not (isinstance(body, Calc) and body.how == "mul"):
        return None
    boxes = [b for b in body.args if isinstance(b, Box)]
    if len(boxes) != 2 or part.how != "sum":
        return None
    sides = [tuple(_letter(p) for p in (b.row, b.column)) for b in boxes]
    for a, b in ((0, 1), (1, 0)):
        if set(sides[a]) == {"i", k} and set(sides[b]) == {k, "j"}:
            return Product(
                names.index(boxes[a].matrices[0]), sides[a] == (k, "i"),
                names.index(boxes[b].matrices[0]), sides[b] == ("j", k),
            )  # fmt: skip
    return None


def deciding_in(formula: Formula, names: Sequence[str]) -> frozenset[int]:
    """The inputs that only decide which of two a box is: their numbers."""
    asked: set[str] = set()
    shown: set[str] = set()
    todo = [formula.body]
    while todo:
        part = todo.pop()
        if isinstance(part, Choice):
            asked |= {b.matrices[0] for test in part.tests for side in (test.left, test.right)
                      for b in walk(side) if isinstance(b, Box)}  # fmt: skip
            todo += [part.yes, part.no]
        else:
            shown |= {part.matrices[0]} if isinstance(part, Box) else set()
            todo += children(part)
    return frozenset(k for k, name in enumerate(names)
                     if name.removesuffix("...") in asked - shown)  # fmt: skip


def sides_of(formula: Formula, names: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Which sides of the inputs and of the result are one axis, by letters as in Einstein's sums;
    ``?`` is a side whose order matters, ``1`` one of a single place."""
    found = dict.fromkeys(names, "")
    for part in walk(formula.body):
        if isinstance(part, Box):
            name = next(n for n in names if n.removesuffix("...") == part.matrices[0])
            letters = "".join(
                "?" if part.join == join else _letter(place)
                for place, join in ((part.row, "over"), (part.column, "beside"))
            )
            found[name] = _merged(found[name], letters)
    body = formula.body
    joined = {part.join for part in walk(body) if isinstance(part, Box)}
    used = {p.name for part in walk(body) if isinstance(part, Box)
            for p in (part.row, part.column) if isinstance(p, Index)}  # fmt: skip
    rows = "?" if "over" in joined or formula.rows not in (None, Index("i")) else "i"
    columns = "?" if "beside" in joined or formula.columns not in (None, Index("j")) else "j"
    result = (rows if "i" in used or rows == "?" else "1") + (
        columns if "j" in used or columns == "?" else "1")  # fmt: skip
    return tuple(found[name] or "??" for name in names), result


def _letter(place: Expr) -> str:
    if isinstance(place, Index):
        return place.name
    return "1" if place == ZERO else "?"


def _merged(before: str, now: str) -> str:
    """The letters of a matrix that stands there twice: what runs over a side is one with it."""
    if not before:
        return now
    return "".join(_one(a, b) for a, b in zip(before, now, strict=True))


def _one(a: str, b: str) -> str:
    if "?" in (a, b):
        return "?"
    return min(a, b) if a != b else a  # i and j come before the indices of sums


def works_out(part: Expr) -> bool:
    """Whether a part of a formula makes a number, and does not only copy one, turn its sign, or
    choose by the numbers."""
    match part:
        case Calc("round", (inner, _)):
            return works_out(inner)
        case Calc(how, args):
            counted = all(isinstance(a, Number) or _counts(a) for a in args)
            return how not in ("neg", "max", "min") and not counted
        case Over(how):
            return how == "sum" and not _counts(part)
        case Choice():
            return not _chooses(part) and any(works_out(side) for side in (part.yes, part.no))
    return False


def _counts(part: Expr) -> bool:
    """Whether it adds up what is chosen by the numbers in some boxes: a count, or what is found."""
    return isinstance(part, Over) and part.how == "sum" and _chooses(part.body)


def _chooses(part: Expr) -> bool:
    """Whether it is one thing or another by the numbers in some boxes."""
    if not isinstance(part, Choice):
        return False
    asked = [p for t in part.tests for side in (t.left, t.right) for p in walk(side)]
    return any(isinstance(p, Box) for p in asked)
