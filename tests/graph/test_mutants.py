"""Two texts say what an op does; change either in one place, and its literal examples fail.

So the examples, which were worked out outside both, hold down each of them, whoever wrote the one
from the other. ``python -m tests.graph.test_mutants`` says how many texts were changed.
"""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

from sheetgen.graph.formula_text import read
from sheetgen.graph.op import Op
from sheetgen.graph.ops import helpers
from sheetgen.graph.ops.catalogue import OPS
from tests.graph.alike import ALIKE
from tests.graph.examples import FORWARD, LOSSES, SLOPES, THROUGH, Example, Rate
from tests.graph.mutate import mutants
from tests.graph.ways import box_by_box, by_line, exactly, indices, same, surroundings
from tests.support import fractions, matrix, reals

NUMPY = "+ - * / // ** @"


class Mutant(NamedTuple):
    """A changed text of an op or a helper."""

    what: str
    text: str
    lives: bool


# --- the cell formula, evaluated for all boxes at once and for each box alone


@cache
def _numbers(text: str) -> tuple[Any, Any]:
    """A matrix in decimals and in fractions."""
    return matrix(text), fractions(matrix(text))


def _formula_lives(op: Op, cell: str, shape: str, outside: bool, params: Mapping[str, Any]) -> bool:
    """Whether all examples hold in one of the two ways to evaluate a formula."""
    formula = read(op.inputs, cell, shape, outside)

    def holds(way: Callable[..., Any], k: int, example: Example) -> bool:
        texts, more, result = example
        found = way(formula, [_numbers(text)[k] for text in texts], {**params, **more})
        return bool(found == _numbers(result)[1])

    return any(
        all(_true(holds, way, k, example) for example in FORWARD[op.name])
        for k, way in enumerate((exactly, box_by_box))
    )


def _true(test: Callable[..., bool], *inputs: Any) -> bool:
    """Whether a test holds; an exception is no."""
    try:
        with np.errstate(all="ignore"):
            return test(*inputs)
    except Exception:
        return False


def cell(op: Op) -> Iterator[Mutant]:
    """A box's formula."""
    tree = ast.parse(op.cell, mode="eval")
    groups = [_names(op), indices(op), sorted(op.params)]
    for what, changed in mutants(tree, groups):
        text = ast.unparse(changed)
        try:
            read(op.inputs, text, op.shape, op.outside)
        except ValueError:
            continue  # it is no formula
        yield Mutant(what, text, _formula_lives(op, text, op.shape, op.outside, op.params))


def shape(op: Op) -> Iterator[Mutant]:
    """The sides of the result, and whether a box outside a matrix is 0."""
    if op.shape:
        tree = ast.parse(f"({op.shape})", mode="eval")
        for what, changed in mutants(tree, [_names(op), ["i", "j"], sorted(op.params)]):
            text = ast.unparse(changed)[1:-1]
            yield Mutant(what, text, _formula_lives(op, op.cell, text, op.outside, op.params))
    if op.outside:
        yield Mutant("outside", "False", _formula_lives(op, op.cell, op.shape, False, op.params))


def params(op: Op) -> Iterator[Mutant]:
    """The params where a step says nothing."""
    tree = ast.parse(repr(dict(op.params)), mode="eval")
    for what, changed in mutants(tree, []):
        text = ast.unparse(changed)
        yield Mutant(what, text, _formula_lives(op, op.cell, op.shape, op.outside, eval(text)))
    for name, value in op.params.items():
        for other in {"e": ["2", "3"], "3": ["2", "e"], "1": ["0", "2"]}.get(value, []):
            changes = {**op.params, name: other}
            lives = _formula_lives(op, op.cell, op.shape, op.outside, changes)
            yield Mutant(f"{other} for {value}", repr(changes), lives)


# --- the NumPy line, with its helpers, on plain floats


def _names(op: Op) -> list[str]:
    return [name.removesuffix("...") for name in op.names]


def _line_lives(op: Op, line: ast.AST | str, functions: Mapping[str, Any]) -> bool:
    def holds(example: Example) -> bool:
        around = {**surroundings(op, {**op.params, **example[1]}), **functions}
        inputs = [reals(_numbers(text)[0]) for text in example[0]]
        found = by_line(code, {**around, **op.named(inputs)})
        return same(found, reals(_numbers(example[2])[0]), slack)

    code = compile(line, op.name, "eval")  # type: ignore[arg-type]
    slack = 5e-7 if op.loss else 1e-9
    examples = (LOSSES if op.loss else FORWARD)[op.name]
    return all(_true(holds, example) for example in examples)


def numpy(op: Op) -> Iterator[Mutant]:
    """The line of a script."""
    tree = ast.parse(op.numpy, mode="eval")
    for what, changed in mutants(tree, [_names(op), sorted(op.params)], _names(op), NUMPY):
        yield Mutant(what, ast.unparse(changed), _line_lives(op, changed, {}))


def slope(op: Op) -> Iterator[Mutant]:
    """The rate of change of a printed result, and that of one which is taken through another."""
    for line, table in ((op.slope, SLOPES), (op.slope_through, THROUGH)):
        if not line:
            continue
        tree = ast.parse(line, mode="eval")
        numbers = sorted({n for example in table[op.name] for n in example[0]})
        for what, changed in mutants(tree, [numbers, sorted(op.params)], numbers, NUMPY):
            code = compile(changed, op.name, "eval")  # type: ignore[arg-type]
            lives = all(_true(_rate_holds, op, code, rate) for rate in table[op.name])
            yield Mutant(what, ast.unparse(changed), lives)


def _rate_holds(op: Op, code: Any, rate: Rate) -> bool:
    numbers = {name: reals(_numbers(text)[0]) for name, text in rate[0].items()}
    around = surroundings(op, {**op.params, **rate[1]})
    return same(by_line(code, {**around, **numbers}), reals(_numbers(rate[2])[0]))


def helper(name: str) -> Iterator[Mutant]:
    """A function that NumPy lines call; the examples of all of these count."""
    tree = ast.parse(inspect.getsource(getattr(helpers, name)))
    (function,) = tree.body
    assert isinstance(function, ast.FunctionDef)
    function.body = [part for part in function.body if not _is_docstring(part)]
    function.returns = None
    for arg in function.args.args:
        arg.annotation = None
    names = {node.id for node in ast.walk(tree)
             if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}  # fmt: skip
    names |= {arg.arg for arg in function.args.args}
    users = [op for op in OPS.values() if name in _called(op)]
    for what, changed in mutants(tree, [sorted(names)], sorted(names), NUMPY):
        space = _all_helpers()
        exec(compile(changed, name, "exec"), space)  # type: ignore[arg-type]
        lives = all(_line_lives(op, op.numpy, {h: space[h] for h in op.helpers if h in space})
                    for op in users)  # fmt: skip
        yield Mutant(what, _other_lines(tree, changed), lives)


def _other_lines(before: ast.AST, after: ast.AST) -> str:
    old, new = (ast.unparse(tree).splitlines() for tree in (before, after))
    return " ".join(b.strip() for a, b in zip(old, new, strict=True) if a != b)


def _is_docstring(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


def _called(op: Op) -> set[str]:
    """The helpers that an op's line calls, and those that they call."""
    return {name for name in FUNCTIONS
            if name in op.helpers or any(name in getattr(helpers, h).__code__.co_names
                                         for h in op.helpers if h in FUNCTIONS)}  # fmt: skip


def _all_helpers() -> dict[str, Any]:
    """The helpers in a room of their own, in which one of them may be changed."""
    space: dict[str, Any] = {}
    exec(_code_of_helpers(), space)
    return space


@cache
def _code_of_helpers() -> Any:
    return compile(inspect.getsource(helpers), "helpers", "exec")


FUNCTIONS = [name for name, value in vars(helpers).items() if inspect.isfunction(value)]

KINDS: dict[str, Callable[[Op], Iterator[Mutant]]] = {
    "cell formula": cell, "sides": shape, "NumPy line": numpy, "slope": slope, "params": params,
}  # fmt: skip


# --- none lives


def _found(name: str, kind: str) -> list[Mutant]:
    if kind == "helper":
        return list(helper(name))
    op = OPS[name]
    return [] if op.loss and kind not in ("NumPy line", "slope") else list(KINDS[kind](op))


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(OPS))
def test_no_changed_text_of_an_op_comes_to_the_literal_numbers(name: str, kind: str) -> None:
    living = {m.text for m in _found(name, kind) if m.lives}
    assert living == set(ALIKE.get((name, kind), {}))


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_changed_helper_comes_to_the_literal_numbers(name: str) -> None:
    living = {m.text for m in _found(name, "helper") if m.lives}
    assert living == set(ALIKE.get((name, "helper"), {}))


def test_what_is_alike_has_a_reason() -> None:
    assert all(reason for texts in ALIKE.values() for reason in texts.values())


def test_the_changes_are_all_sorts() -> None:
    """So that this file cannot pass because nothing was changed."""
    what = {m.what for op in OPS.values() for kind in ("cell formula", "NumPy line")
            for m in _found(op.name, kind)}  # fmt: skip
    assert what >= {
        "operator +", "operator -", "operator *", "operator /", "operator //", "operator **",
        "operator @", "sides exchanged", "sign dropped", "comparison >", "comparison >=",
        "comparison <", "comparison <=", "comparison ==", "one test alone", "constant 0",
        "constant 1", "constant -1", "constant 2", "branches exchanged", "first branch alone",
        "bound dropped", "i for j", "j for i", "i for k", "k for i", "j for k", "k for j",
        "u for v", "v for u", ".T added", ".T dropped", "max for sum", "min for max",
        "minimum for maximum", "floor for round", "round for floor", "tile for repeat",
        "vstack for hstack", "hstack for vstack", "keepdims added", "keepdims left out",
        "True turned", "axis left out", "places exchanged", "pair turned round", "round left out",
    }  # fmt: skip


if __name__ == "__main__":
    counts = Counter({kind: sum(len(_found(name, kind)) for name in OPS) for kind in KINDS})
    counts["helper"] = sum(len(_found(name, "helper")) for name in FUNCTIONS)
    for kind, count in counts.items():
        print(f"{count:6} {kind}")
    print(f"{counts.total():6} in all, {sum(map(len, ALIKE.values()))} of them mean the same")
