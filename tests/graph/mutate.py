"""Texts with one thing changed: an operator, an index, an axis, a constant, a function.

``mutants`` yields every such text once. It knows Python's syntax and nothing of ops: what it is
told are the names that may stand for one another.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence

Group = Sequence[str]
"""Names of one kind: inputs, indices, params."""
Changes = Iterator[tuple[str, ast.AST]]
"""What was changed, and what stands there now."""

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Pow: "**",
    ast.MatMult: "@",
}  # fmt: skip
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==",
}  # fmt: skip
ONE_WAY = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow, ast.MatMult)
"""Operators whose sides may not be exchanged."""
INSTEAD = {
    "sum": ("max", "min", "mean"), "max": ("min", "sum"), "min": ("max", "sum"),
    "mean": ("sum", "max"), "cumsum": ("cumprod",), "maximum": ("minimum", "add"),
    "minimum": ("maximum",), "floor": ("ceil", "round"), "round": ("floor",),
    "sqrt": ("exp", "abs"), "exp": ("sqrt", "abs"), "log": ("exp", "sqrt"), "abs": ("sign",),
    "sign": ("abs",), "repeat": ("tile",), "hstack": ("vstack",), "vstack": ("hstack",),
    "triu": ("tril",), "over": ("beside",), "beside": ("over",), "rows": ("cols",),
    "cols": ("rows",),
}  # fmt: skip
"""Function, method or side -> what might be mistaken for it."""


def mutants(
    tree: ast.AST, groups: Sequence[Group], matrices: Group = (), binary: str = "+ - * / // **"
) -> Iterator[tuple[str, ast.AST]]:
    """What was changed, and the changed tree, for each change that makes another text. Matrices,
    where they are whole, may be turned on their side."""
    seen = {ast.unparse(tree)}
    signs = {kind: sign for kind, sign in BINARY.items() if sign in binary.split()}
    for number, node in enumerate(ast.walk(tree)):
        for what, new in _changes(node, groups, matrices, signs):
            changed = _with(tree, number, new)
            text = ast.unparse(changed)
            if text not in seen:
                seen.add(text)
                yield what, changed


def _with(tree: ast.AST, number: int, new: ast.AST) -> ast.AST:
    """A copy with another node in the place of one."""
    copied = copy.deepcopy(tree)
    old = next(node for k, node in enumerate(ast.walk(copied)) if k == number)

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return copy.deepcopy(new) if node is old else self.generic_visit(node)

    return ast.fix_missing_locations(Put().visit(copied))


def _changes(
    node: ast.AST, groups: Sequence[Group], matrices: Group, signs: dict[type[ast.operator], str]
) -> Changes:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            for kind, sign in signs.items():
                if not isinstance(op, kind):
                    yield f"operator {sign}", ast.BinOp(left, kind(), right)
            if isinstance(op, ONE_WAY):
                yield "sides exchanged", ast.BinOp(right, op, left)
        case ast.UnaryOp(operand=operand):
            yield "sign dropped", operand
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for other, sign in COMPARE.items():
                if not isinstance(op, other):
                    yield f"comparison {sign}", ast.Compare(left, [other()], [right])
        case ast.BoolOp(values=values):
            for value in values:
                yield "one test alone", value
        case ast.Constant(value=bool() as value):
            yield f"{value} turned", ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            for number in (value + 1, value - 1, 0, 1):
                yield f"constant {number}", _number(number)
        case ast.IfExp(test=test, body=yes, orelse=no):
            yield "branches exchanged", ast.IfExp(test, no, yes)
            yield "first branch alone", yes
            yield "second branch alone", no
        case ast.Slice(lower=lower, upper=upper, step=step):
            bounds = (lower, upper, step)
            for k, bound in enumerate(bounds):
                if bound is not None:
                    kept = [None if k == n else b for n, b in enumerate(bounds)]
                    yield "bound dropped", ast.Slice(*kept)
        case ast.Name(id=name):
            yield from _other_names(node, groups)
            if name in matrices and isinstance(node.ctx, ast.Load):
                yield ".T added", ast.Attribute(node, "T", ast.Load())
        case ast.Attribute(value=value, attr="T"):
            yield ".T dropped", value
        case ast.Attribute(value=value, attr=attr):
            for other in INSTEAD.get(attr, ()):
                yield f"{other} for {attr}", ast.Attribute(value, other, ast.Load())
        case ast.Subscript(value=value, slice=ast.Tuple(elts=places)):
            yield "places exchanged", ast.Subscript(value, _backwards(places), ast.Load())
        case ast.Call():
            yield from _calls(node)


def _number(value: float) -> ast.expr:
    found = ast.Constant(abs(value))
    return ast.UnaryOp(ast.USub(), found) if value < 0 else found


def _backwards(places: Sequence[ast.expr]) -> ast.Tuple:
    return ast.Tuple(list(reversed(places)), ast.Load())


def _other_names(node: ast.Name, groups: Sequence[Group]) -> Changes:
    if not isinstance(node.ctx, ast.Load):
        return
    others = [other for group in groups if node.id in group for other in group]
    for other in (*others, *INSTEAD.get(node.id, ())):
        if other != node.id:
            yield f"{other} for {node.id}", ast.Name(other, node.ctx)


def _calls(node: ast.Call) -> Changes:
    """The function or a keyword left out, branches exchanged, pairs turned round."""
    func, args, words = node.func, node.args, node.keywords
    called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if called == "round" and isinstance(func, ast.Name):
        yield "floor for round", ast.Call(ast.Name("floor", ast.Load()), args[:1], [])
    if called == "floor" and isinstance(func, ast.Name):
        rounded = [args[0], ast.Constant(0)]
        yield "round for floor", ast.Call(ast.Name("round", ast.Load()), rounded, [])
    if called == "where":
        yield "branches exchanged", ast.Call(func, [args[0], args[2], args[1]], words)
    for k, arg in enumerate(args):
        if isinstance(arg, ast.Tuple):
            for turned in _turned(arg):
                new = [*args[:k], turned, *args[k + 1:]]
                yield "pair turned round", ast.Call(func, new, words)
        else:
            yield f"{called} left out", arg
    if isinstance(func, ast.Attribute) and not args:
        yield f"{called} left out", func.value
    for k, word in enumerate(words):
        yield f"{word.arg} left out", ast.Call(func, args, [*words[:k], *words[k + 1:]])
    names = [word.arg for word in words]
    if "axis" in names and "keepdims" not in names:
        kept = ast.keyword("keepdims", ast.Constant(True))
        yield "keepdims added", ast.Call(func, args, [*words, kept])


def _turned(pairs: ast.Tuple) -> Iterator[ast.Tuple]:
    """A pair, or one of the pairs of a pair, turned round."""
    yield _backwards(pairs.elts)
    for k, pair in enumerate(pairs.elts):
        if isinstance(pair, ast.Tuple):
            inner = [*pairs.elts[:k], _backwards(pair.elts), *pairs.elts[k + 1:]]
            yield ast.Tuple(inner, ast.Load())
