"""The text of a cell formula, read into its parts with Python's own grammar."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from sheetgen.graph.formula import (
    ZERO,
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

_BINARY = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.FloorDiv: "whole",
    ast.Pow: "pow",
}  # fmt: skip

_TESTS = {ast.Gt: "gt", ast.GtE: "ge", ast.Lt: "lt", ast.LtE: "le", ast.Eq: "eq"}

_CALLS = {"round": 2, "floor": 1, "sqrt": 1, "exp": 1, "log": 1}


@cache
def read(inputs: str, text: str, shape: str = "", outside: bool = False) -> Formula:
    """The formula of a text; ``inputs`` are names with blanks between them, ``shape`` says rows and
    columns of the result where no matrix shows them. Raises ValueError for what is no formula."""
    names = tuple(inputs.split())
    reader = _Reader({name.removesuffix("...") for name in names})
    rows = columns = None
    if shape:
        sides = _tree(f"({shape},)")
        assert isinstance(sides, ast.Tuple)
        rows, columns = map(reader.expr, sides.elts)
    body = reader.expr(_tree(text))
    parts = list(walk(body))
    ranges = {"i", "j", *(k for part in parts if isinstance(part, Over) for k in part.indices)}
    for part in parts:
        if isinstance(part, Count) and part.index not in ranges:
            raise ValueError(f"{part.index} has no range")
    return Formula(names, body, rows, columns, outside)


def _tree(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        raise ValueError(f"no formula: {text}") from None


class _Reader:
    """Python's syntax tree -> a formula's."""

    def __init__(self, matrices: set[str]) -> None:
        self.matrices = matrices
        self.indices = {"i", "j"}

    def expr(self, node: ast.expr) -> Expr:
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return Number(Decimal(str(value)))
            case ast.Name(id=name) if name not in self.matrices:
                return Index(name) if name in self.indices else Param(name)
            case ast.Attribute(value=ast.Name(id=name), attr="rows" | "cols" as side) if (
                name in self.matrices
            ):
                return Side(name, ("rows", "cols").index(side))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Calc("neg", (self.expr(operand),))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return Calc(_BINARY[type(op)], (self.expr(left), self.expr(right)))
            case ast.IfExp(test=test, body=yes, orelse=no):
                return Choice(tuple(self.tests(test)), self.expr(yes), self.expr(no))
            case ast.Subscript():
                return self.box(node)
            case ast.Call(func=ast.Name(id=name)):
                return self.call(name, node)
        raise ValueError(f"no formula: {ast.unparse(node)}")

    def tests(self, node: ast.expr) -> Iterator[Test]:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                for value in values:
                    yield from self.tests(value)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _TESTS:
                yield Test(_TESTS[type(op)], self.expr(left), self.expr(right))
            case ast.Name(id=name):
                yield Test("flag", Param(name), ZERO)
            case _:
                raise ValueError(f"no test: {ast.unparse(node)}")

    def box(self, node: ast.Subscript) -> Box:
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if len(places) > 2:
            raise ValueError(f"a box has a row and a column: {ast.unparse(node)}")
        row, column = [*map(self.expr, places), ZERO][:2]
        match node.value:
            case ast.Name(id=name) if name in self.matrices:
                return Box((name,), row, column)
            case ast.Call(func=ast.Name(id="over"), args=[ast.Name(id=name)]) if (
                name in self.matrices
            ):
                return Box((name,), row, column, "over")
            case ast.Call(func=ast.Name(id="beside"), args=[ast.Name(id=name)]) if (
                name in self.matrices
            ):
                return Box((name,), row, column, "beside")
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=part)) if (
                name in self.matrices and part in self.indices
            ):
                return Box((name,), row, column, part=part)
        raise ValueError(f"no matrix: {ast.unparse(node)}")

    def call(self, name: str, node: ast.Call) -> Expr:
        if name == "len" and len(node.args) == 1 and isinstance(node.args[0], ast.Name):
            return Count(node.args[0].id)
        if name in _CALLS and len(node.args) == _CALLS[name]:
            return Calc(name, tuple(map(self.expr, node.args)))
        if name not in ("sum", "max", "min") or not node.args:
            raise ValueError(f"no formula: {ast.unparse(node)}")
        *bound, body = node.args
        indices = tuple(b.id for b in bound if isinstance(b, ast.Name))
        if len(indices) < len(bound) or not bound:
            if name == "sum":
                raise ValueError(f"a sum runs over an index: {ast.unparse(node)}")
            return Calc(name, tuple(map(self.expr, node.args)))
        outer = set(self.indices)
        self.indices |= set(indices)
        if len(self.indices) < len(outer) + len(indices) or self.indices & self.matrices or (
            {k.arg for k in node.keywords} - set(indices)
        ):
            raise ValueError(f"no index of its own: {ast.unparse(node)}")
        said = tuple((str(k.arg), self.expr(k.value)) for k in node.keywords)
        found = Over(name, indices, self.expr(body), said)
        self.indices = outer
        return found
