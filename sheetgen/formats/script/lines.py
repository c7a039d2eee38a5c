"""A step as a line of code: the line of its op's row, with the names of an exercise and the numbers
of its params, and without what these make needless."""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.graph.numbers import PLACES

Named = Callable[[Node], ast.expr]
"""What stands for an input in a line."""
WIDTH = 100
"""Signs in a line of code."""


UNREADABLE = ("l", "I", "O")
"""Names that are easily taken for digits."""


def variables(graph: Graph, taken: Collection[str]) -> dict[Node, str]:
    """The name of each node as a variable: its own, with ``_`` behind it where Python or the script
    means something else by it."""
    busy = {*taken, *keyword.kwlist, *keyword.softkwlist, *dir(builtins), *UNREADABLE}
    found: dict[Node, str] = {}
    for number, node in enumerate(graph.nodes):
        name = re.sub(r"\W", "_", node.name) or f"_{number}"
        if name[0].isdigit():
            name = f"_{name}"
        while name in busy:
            name += "_"
        busy.add(name)
        found[node] = name
    return found


def expression(
    step: Step, line: str, named: Named, exact: bool = True, library: str = "np"
) -> ast.expr:
    """A line of the step's op, in NumPy or PyTorch, which is called as ``library`` says.
    ``exact``: it needs no rounding beyond the decimals that a page never shows."""
    values = {name: constant(value, library) for name, value in step.params.items()}
    nodes = step.op.named(step.inputs)
    shapes: dict[str, tuple[int, int]] = {}
    for name, node in nodes.items():
        if isinstance(node, list):
            values[name] = ast.List([named(one) for one in node], ast.Load())
        else:
            values[name] = named(node)
            shapes[name] = node.shape
    tree = ast.parse(line, mode="eval").body
    found = _Simple(values, shapes, step.op.helpers, exact).visit(tree)
    assert isinstance(found, ast.expr)
    return found


def constant(value: Any, library: str) -> ast.expr:
    """A param as code has it."""
    if value == "e":
        return ast.Attribute(ast.Name(library, ast.Load()), "e", ast.Load())
    if not isinstance(value, bool | int):
        try:
            value = float(value)
        except ValueError:
            return ast.Constant(value)
        value = int(value) if value == int(value) else value
    return ast.Constant(value)


class _Simple(ast.NodeTransformer):
    """Names and params put in, and what they make needless left out: a factor of 1, a choice that
    is settled, a window with nothing around it, an argument that is the default."""

    def __init__(
        self, values: Mapping[str, ast.expr], shapes: Mapping[str, tuple[int, int]],
        helpers: Mapping[str, Callable[..., Any]], exact: bool,
    ) -> None:  # fmt: skip
        self.values, self.shapes, self.helpers, self.exact = values, shapes, helpers, exact

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.values.get(node.id, node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        match node:
            case ast.Subscript(ast.Attribute(ast.Name(name), "shape"), ast.Constant(int(axis))):
                if name in self.shapes:
                    return ast.Constant(self.shapes[name][axis])
        below: ast.Subscript = self._below(node)
        sides = below.slice.elts if isinstance(below.slice, ast.Tuple) else [below.slice]
        return below.value if all(map(_whole, sides)) else below

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        test = self.visit(node.test)
        if isinstance(test, ast.Constant):
            found: ast.expr = self.visit(node.body if test.value else node.orelse)
            return found
        choice: ast.IfExp = self._below(node)
        return choice

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        below: ast.Compare = self._below(node)
        match below:  # a param with a number: both are known
            case ast.Compare(ast.Constant() | ast.Attribute() as left, [ast.Eq()],
                             [ast.Constant() | ast.Attribute() as right]):  # fmt: skip
                return ast.Constant(ast.dump(left) == ast.dump(right))
        return below

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        node = self._below(node)
        match node:
            case ast.BinOp(ast.Constant(int(a)), op, ast.Constant(int(b))) if type(op) in _WORKED:
                return ast.Constant(_WORKED[type(op)](a, b))
            case ast.BinOp(ast.Constant(int(base)), ast.Pow(), exponent):  # no 1 / 3 in integers
                return ast.BinOp(ast.Constant(float(base)), ast.Pow(), exponent)
            case ast.BinOp(ast.Constant(1), ast.Mult(), rest):
                return rest
            case ast.BinOp(rest, ast.Mult() | ast.Div() | ast.FloorDiv(), ast.Constant(1)):
                return rest
            case ast.BinOp(rest, ast.Add() | ast.Sub(), ast.Constant(0)):
                return rest
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node = self._below(node)
        match node:
            case ast.Call(ast.Name("sum"), [ast.List([first, *rest])]):
                for one in rest:
                    first = ast.BinOp(first, ast.Add(), one)
                return first
            case ast.Call(ast.Name("by_hand"), [inner, ast.Constant(places)]):
                return inner if self.exact and places == PLACES else node
            case ast.Call(ast.Attribute(_, "pad"), [inner, *widths]):
                numbers = [n.value for w in widths for n in ast.walk(w)
                           if isinstance(n, ast.Constant)]  # fmt: skip
                names = any(isinstance(n, ast.Name) for w in widths for n in ast.walk(w))
                return inner if not names and not any(numbers) else node
            case ast.Call(ast.Name(name)) if name in self.helpers:
                return self._without_defaults(node, self.helpers[name])
        return node

    def _without_defaults(self, call: ast.Call, helper: Callable[..., Any]) -> ast.Call:
        defaults = [p.default for p in inspect.signature(helper).parameters.values()]
        args = list(call.args)
        while args and len(args) <= len(defaults) and _is(args[-1], defaults[len(args) - 1]):
            args.pop()
        return ast.Call(call.func, args, call.keywords)

    def _below(self, node: Any) -> Any:
        return super().generic_visit(node)


_WORKED: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
}  # fmt: skip


def _is(part: ast.expr, default: Any) -> bool:
    """Whether a part of a line is a default value."""
    if isinstance(part, ast.Constant):
        return type(part.value) is type(default) and bool(part.value == default)
    return ast.unparse(part) == "np.e" and default is np.e


def _whole(side: ast.expr) -> bool:
    """Whether a slice is all of a side."""
    match side:
        case ast.Slice(None, None, None | ast.Constant(1)):
            return True
    return False


def names_in(part: ast.expr) -> list[str]:
    """The names that an expression uses, in their order."""
    return list(dict.fromkeys(n.id for n in ast.walk(part) if isinstance(n, ast.Name)))


def assigned(name: str, part: ast.expr) -> str:
    """``name = ...``, an argument a line where it would be too long."""
    code = f"{name} = {ast.unparse(part)}"
    if len(code) <= WIDTH or not isinstance(part, ast.Call):
        return code
    args = [ast.unparse(a) for a in part.args]
    args += [f"{k.arg}={ast.unparse(k.value)}" for k in part.keywords]
    return "\n".join([f"{name} = {ast.unparse(part.func)}(", *(f"    {a}," for a in args), ")"])
