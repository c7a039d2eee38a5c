"""A cell formula as plain data, which a small interpreter in any language can evaluate; and back.

A number is a text such as ``"0.5"``, exact; every other part is a list that begins with what it is:

    ============================================  ==================================================
    ``["param", name]``, ``["index", k]``         a parameter of the step; an index as a number
    ``["rows", m]``, ``["columns", m]``           how many a matrix has
    ``["len", k]``                                how far an index runs
    ``["at", m, row, column]``                    a box of a matrix, counted from 0
    ``["part", m, p, row, column]``               a box of one of the inputs called ``m...``
    ``["over", [m, ...], row, column]``           a box of matrices stacked; ``beside`` side by side
    ``["add", a, b]``                             also ``sub``, ``mul``, ``div``, ``pow``, ``max``,
                                                  ``min`` and ``whole``, a quotient rounded down
    ``["neg", a]``                                also ``floor``, ``sqrt``, ``exp``, ``log``
    ``["round", a, places]``                      half away from zero
    ``["sum", [k, ...], a]``                      over all values of the indices; also ``largest``,
                                                  ``smallest``
    ``["if", [test, ...], a, b]``                 ``a`` if all tests hold, else ``b``, which alone
                                                  is worked out; a test is ``["gt", a, b]`` (``ge``,
                                                  ``lt``, ``le``, ``eq``) or ``["flag", param]``
    ============================================  ==================================================

``i`` and ``j`` are the row and the column of the box; how far the other indices run, from 0, stands
in ``ranges`` (``["count", m]`` is how many inputs are called ``m...``). A parameter that is the
text ``e`` is Euler's number. Roots and powers that are no fractions may be binary floats until they
are rounded: what is then within a billionth of a unit of a tie counts as one. A box outside its
matrix reads 0 where ``outside`` is said, else it is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sheetgen.graph.formula import (
    Box,
    Calc,
    Choice,
    Count,
    Expr,
    Formula,
    Index,
    Number,
    Over,
    Param,
    Side,
    Test,
    walk,
)

Data = Any
"""A text for a number, or a list for all else."""

_SIDES = ("rows", "columns")
_OVERS = {"sum": "sum", "max": "largest", "min": "smallest"}
_OVERS_BACK = {said: how for how, said in _OVERS.items()}
_CALCS = {
    "add": 2, "sub": 2, "mul": 2, "div": 2, "whole": 2, "pow": 2, "neg": 1, "floor": 1, "sqrt": 1,
    "exp": 1, "log": 1, "round": 2, "max": 0, "min": 0,
}  # fmt: skip
"""How many parts each has; 0 for one or more."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_TESTS = ("gt", "ge", "lt", "le", "eq")


def as_data(formula: Formula) -> dict[str, Data]:
    """``inputs`` (a name with ``...`` stands for all inputs from there on), ``formula``, ``ranges``
    of its indices, the ``shape`` that is stated (None where the matrices show it), ``outside``."""
    sides = formula.rows, formula.columns
    return {
        "inputs": [*formula.inputs],
        "formula": _data(formula.body),
        "ranges": _ranges(formula.body),
        "shape": None if sides == (None, None) else [
            None if side is None else _data(side) for side in sides],
        "outside": formula.outside,
    }  # fmt: skip


def _data(part: Expr) -> Data:
    match part:
        case Number(value):
            return f"{value:f}"
        case Param(name):
            return ["param", name]
        case Index(name):
            return ["index", name]
        case Side(matrix, axis):
            return [_SIDES[axis], matrix]
        case Count(index):
            return ["len", index]
        case Box(matrices, row, column, join, chosen):
            places = [_data(row), _data(column)]
            if join:
                return [join, [*matrices], *places]
            (matrix,) = matrices
            return ["part", matrix, chosen, *places] if chosen else ["at", matrix, *places]
        case Calc(how, args):
            return [how, *map(_data, args)]
        case Over(how, indices, body):
            return [_OVERS[how], [*indices], _data(body)]
        case Choice(tests, yes, no):
            return ["if", [*map(_test_data, tests)], _data(yes), _data(no)]


def _test_data(test: Test) -> Data:
    if test.how == "flag":
        assert isinstance(test.left, Param)
        return ["flag", test.left.name]
    return [test.how, _data(test.left), _data(test.right)]


def _ranges(body: Expr) -> dict[str, Data]:
    """How far each index of a sum runs. Raises ValueError for one of which nothing says it."""
    found: dict[str, Data] = {}
    for part in walk(body):
        if isinstance(part, Over):
            said = dict(part.said)
            for index in part.indices:
                shown = said.get(index) or next(_shown(part.body, index), None)
                found[index] = ["count", shown] if isinstance(shown, str) else _range(index, shown)
    return found


def _range(index: str, shown: Expr | None) -> Data:
    if shown is None:
        raise ValueError(f"{index} has no range")
    return _data(shown)


def _shown(body: Expr, index: str) -> Iterator[Side | str]:
    """The sides of matrices along which an index runs alone; a name that stands for several inputs
    where it says which."""
    for part in walk(body):
        match part:
            case Box((name,), _, _, "", chosen) if chosen == index:
                yield name
            case Box((name,), row, column, "", ""):
                yield from (Side(name, axis) for axis, place in enumerate((row, column))
                            if place == Index(index))  # fmt: skip


# --- back -----------------------------------------------------------------------------------------


def from_data(data: Mapping[str, Data]) -> Formula:
    """The formula of what ``as_data`` gives; other keys do not matter. Raises ValueError for what
    is no formula."""
    try:
        inputs = tuple(_name(name) for name in data["inputs"])
        ranges = {_name(k): side for k, side in data["ranges"].items()}
        rows, columns = data["shape"] or (None, None)
        return Formula(
            inputs, _expr(data["formula"], ranges), None if rows is None else _expr(rows, {}),
            None if columns is None else _expr(columns, {}), bool(data["outside"]),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"no formula: {problem!r}") from None


def _name(data: Data) -> str:
    if not isinstance(data, str):
        raise ValueError(f"no name: {data!r}")
    return data


def _expr(data: Data, ranges: Mapping[str, Data]) -> Expr:
    match data:
        case str():
            return Number(number(data))
        case ["param", str(name)]:
            return Param(name)
        case ["index", str(name)]:
            return Index(name)
        case ["rows" | "columns" as side, str(matrix)]:
            return Side(matrix, _SIDES.index(side))
        case ["len", str(index)]:
            return Count(index)
        case ["at", str(matrix), row, column]:
            return Box((matrix,), _expr(row, ranges), _expr(column, ranges))
        case ["part", str(matrix), str(chosen), row, column]:
            return Box((matrix,), _expr(row, ranges), _expr(column, ranges), part=chosen)
        case ["over" | "beside" as join, [*matrices], row, column] if matrices:
            names = tuple(map(_name, matrices))
            return Box(names, _expr(row, ranges), _expr(column, ranges),
                       "over" if join == "over" else "beside")  # fmt: skip
        case ["if", [*tests], yes, no] if tests:
            return Choice(tuple(_test(test, ranges) for test in tests), _expr(yes, ranges),
                          _expr(no, ranges))  # fmt: skip
        case [str(how), [*indices], body] if how in _OVERS_BACK and indices:
            return _over(_OVERS_BACK[how], tuple(map(_name, indices)), _expr(body, ranges), ranges)
        case [str(how), *args] if args and _CALCS.get(how) in (0, len(args)):
            return Calc(how, tuple(_expr(arg, ranges) for arg in args))
    raise ValueError(f"no formula: {data!r}")


def number(data: Data) -> Decimal:
    """A number that is written as an exact text. Raises ValueError for all else."""
    if not isinstance(data, str) or not _NUMBER.fullmatch(data):
        raise ValueError(f"no number: {data!r}")
    return Decimal(data)


def _over(how: str, indices: tuple[str, ...], body: Expr, ranges: Mapping[str, Data]) -> Expr:
    """A sum; only those ranges are said that no matrix shows."""
    said = tuple((k, _expr(ranges[k], {})) for k in indices if next(_shown(body, k), None) is None)
    return Over(how, indices, body, said)


def _test(data: Data, ranges: Mapping[str, Data]) -> Test:
    match data:
        case ["flag", str(name)]:
            return Test("flag", Param(name), Number(Decimal(0)))
        case [str(how), left, right] if how in _TESTS:
            return Test(how, _expr(left, ranges), _expr(right, ranges))
    raise ValueError(f"no test: {data!r}")
