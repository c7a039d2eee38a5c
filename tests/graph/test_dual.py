"""Dual numbers: values as NumPy's, rates as central differences say, and no other operation."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from sheetgen.graph.ops.catalogue import OPS
from sheetgen.verify.dual import FUNCTIONS, UFUNCS, Dual, UnknownError
from tests.graph.examples import FORWARD
from tests.graph.mutate import mutants
from tests.graph.ways import surroundings
from tests.support import matrix, reals

Line = Callable[..., Any]

LINES: dict[str, Line] = {
    "add": lambda a, b: a + b,
    "add a number": lambda a, b: 2 + a + 0.5,
    "add a row": lambda a, b: a + b[[0]],
    "add a column": lambda a, b: b[:, [1]] + a,
    "add an array": lambda a, b: np.ones((2, 3)) + a,
    "subtract": lambda a, b: a - b,
    "subtract from a number": lambda a, b: 1 - a - 2,
    "subtract from an array": lambda a, b: np.ones((2, 3)) - a,
    "multiply": lambda a, b: a * b,
    "multiply by a row": lambda a, b: b[[1]] * a,
    "multiply by numbers": lambda a, b: 3 * a * -0.5,
    "divide": lambda a, b: a / b,
    "divide by a column": lambda a, b: a / b[:, [0]],
    "divide a number": lambda a, b: 2 / a,
    "divide by a number": lambda a, b: a / 4,
    "minus": lambda a, b: -a,
    "square": lambda a, b: a**2,
    "root by power": lambda a, b: b**0.5,
    "power of a number": lambda a, b: 3**a,
    "power of e": lambda a, b: np.e ** (a - b),
    "matrix product": lambda a, b: a @ b.T,
    "matrix product with an array": lambda a, b: np.array([[1.0, 2], [0, -1], [3, 1]]) @ a,
    "array by matrix": lambda a, b: a @ np.array([[1.0, 2], [0, -1], [3, 1]]),
    "transposed": lambda a, b: a.T,
    "a slice": lambda a, b: a[:, 1:3],
    "a slice of rows": lambda a, b: a[1:],
    "a list of places": lambda a, b: a[:, [2]],
    "backwards": lambda a, b: a[::-1],
    "new axes": lambda a, b: a[:, :, None, None] * b[[0]][:, [1]],
    "sum of all": lambda a, b: a.sum(),
    "sum down": lambda a, b: a.sum(axis=0),
    "sum down, kept": lambda a, b: a.sum(axis=0, keepdims=True),
    "sum across": lambda a, b: a.sum(axis=-1, keepdims=True),
    "sum of both": lambda a, b: a.sum(axis=(0, 1), keepdims=True),
    "np.sum": lambda a, b: np.sum(a * b, axis=1),
    "sum of some": lambda a, b: sum([a, b, a]),
    "mean": lambda a, b: a.mean(axis=1, keepdims=True),
    "np.mean": lambda a, b: np.mean(a, axis=0),
    "largest": lambda a, b: a.max(axis=0),
    "largest across": lambda a, b: a.max(axis=1, keepdims=True),
    "largest of all": lambda a, b: a.max(),
    "np.max": lambda a, b: np.max(a, axis=-1),
    "smallest": lambda a, b: a.min(axis=0),
    "smallest across": lambda a, b: a.min(axis=1, keepdims=True),
    "np.min": lambda a, b: np.min(a, axis=-1),
    "running sum down": lambda a, b: a.cumsum(axis=0),
    "running sum across": lambda a, b: np.cumsum(a, axis=1),
    "running sum of the last axis": lambda a, b: a.cumsum(axis=-1),
    "maximum": lambda a, b: np.maximum(a, b),
    "maximum with 0": lambda a, b: np.maximum(a, 0),
    "minimum": lambda a, b: np.minimum(a, b),
    "minimum with a number": lambda a, b: np.minimum(0.5, a),
    "exp": lambda a, b: np.exp(a),
    "log": lambda a, b: np.log(b),
    "sqrt": lambda a, b: np.sqrt(b),
    "tanh": lambda a, b: np.tanh(a),
    "floor": lambda a, b: np.floor(a) * b,
    "where": lambda a, b: np.where(a > 0, a * b, b),
    "where with numbers": lambda a, b: np.where(a >= 0.1, 1, np.where(a < -1, a, 0.5)),
    "where by a row": lambda a, b: np.where(a[[0]] <= 0, a, b),
    "where with what is infinite": lambda a, b: np.where(a == a, a, 1 / np.zeros((2, 3))),
    "tests": lambda a, b: (a > 0) * b + (a >= b) * 2 + (a < b) + (b <= a) + (a == b),
    "functions for operators": lambda a, b: np.subtract(
        np.multiply(a, b), np.divide(np.negative(a), np.add(b, 1))),
    "np.power": lambda a, b: np.power(a, 3) + np.power(2.0, b),
    "np.matmul": lambda a, b: np.matmul(a.T, b),
    "np.greater and others": lambda a, b: np.greater(a, b) + np.less(a, b) * a + np.greater_equal(
        a, 0) + np.less_equal(a, 0) * b + np.equal(a, b),
    "hstack": lambda a, b: np.hstack([a, b, a[:, [0]]]),
    "vstack": lambda a, b: np.vstack([a, b]),
    "hstack with an array": lambda a, b: np.hstack([np.ones((2, 1)), a]),
    "repeat down": lambda a, b: np.repeat(a, 2, axis=0),
    "repeat across": lambda a, b: np.repeat(a, 3, axis=1),
    "repeat the last axis": lambda a, b: np.repeat(a, 3, axis=-1),
    "triu": lambda a, b: np.triu(a.T),
    "triu above": lambda a, b: np.triu(a, k=1),
    "pad": lambda a, b: np.pad(a, ((1, 0), (0, 2))),
    "windows": lambda a, b: (sliding_window_view(a, (2, 2)) * b[:, :2]).sum(axis=(2, 3)),
    "largest of windows": lambda a, b: sliding_window_view(a, (2, 2)).max(axis=(2, 3)),
}  # fmt: skip

A = np.array([[[0.3, -1.2, 2.5], [1.7, 0.9, -0.4]], [[-0.6, 1.1, 0.2], [-2.1, -0.3, 3.3]]])
B = np.array([[[1.5, 0.7, 2.2], [0.4, 3.1, 1.9]], [[0.8, 2.6, 0.5], [1.3, 0.6, 2.9]]])
DIRECTIONS = 6


@pytest.mark.parametrize("line", LINES)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_values_are_those_of_numpy_and_rates_those_of_central_differences(line: str) -> None:
    """Two exercises, six directions."""
    rng = np.random.default_rng(5)
    moves = rng.normal(size=(2, 2, DIRECTIONS, 2, 3))
    f = LINES[line]
    found = f(Dual(A, moves[0]), Dual(B, moves[1]))
    for n in range(2):
        expected = np.asarray(f(A[n], B[n]), float)
        assert found.shape == expected.shape
        assert found.value[n] == pytest.approx(expected, abs=1e-12)
        for d in range(DIRECTIONS):
            sides = [np.asarray(f(A[n] + h * moves[0, n, d], B[n] + h * moves[1, n, d]), float)
                     for h in (1e-6, -1e-6)]  # fmt: skip
            slope = (sides[0] - sides[1]) / 2e-6
            assert found.tangent[n, d] == pytest.approx(slope, abs=1e-6), (n, d)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_does_not_move_has_values_alone(line: str) -> None:
    found = LINES[line](Dual(A), Dual(B))
    assert found.tangent is None
    moves = np.ones((2, 4, 2, 3))
    left, right = LINES[line](Dual(A, moves), Dual(B)), LINES[line](Dual(A), Dual(B, moves))
    for half in (left, right):
        assert half.value == pytest.approx(found.value)
    both = LINES[line](Dual(A, moves), Dual(B, moves)).tangent
    parts = [half.tangent for half in (left, right) if half.tangent is not None]
    assert sum(parts) == pytest.approx(both)


def test_every_function_that_is_listed_stands_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    called: set[Any] = set()

    def noted(function: Any, rule: Line) -> Line:
        def run(*inputs: Any, **more: Any) -> Any:
            called.add(function)
            return rule(*inputs, **more)

        return run

    for table in (UFUNCS, FUNCTIONS):
        for function, rule in list(table.items()):
            monkeypatch.setitem(table, function, noted(function, rule))
    with np.errstate(all="ignore"):
        for line in LINES.values():
            line(Dual(A), Dual(B))
    assert called == {*UFUNCS, *FUNCTIONS}


UNKNOWN: dict[str, Line] = {
    "sin": lambda a: np.sin(a),
    "abs": lambda a: np.abs(a),
    "rounding": lambda a: np.round(a),
    "sorted": lambda a: np.sort(a),
    "argmax": lambda a: np.argmax(a, axis=0),
    "einsum": lambda a: np.einsum("ij->ji", a),
    "another method of a known function": lambda a: np.add.reduce(a),
    "a mask of a known function": lambda a: np.exp(a, where=a > 0),
    "a power of two matrices": lambda a: a**a,
    "a choice by a matrix": lambda a: a if a > 0 else -a,
    "the larger of two matrices by Python": lambda a: max(a, -a),
    "what is not equal": lambda a: a != 0,
    "both tests": lambda a: (a > 0) and (a < 1),
    "an axis that is not there": lambda a: a.sum(axis=2),
    "an axis that is not there, from the last": lambda a: np.repeat(a, 2, axis=-3),
    "a product with a number": lambda a: a @ 2,
    "a product with a list": lambda a: a @ a.sum(axis=0),
    "padding of one axis": lambda a: np.pad(a, ((1, 1),)),
}


@pytest.mark.parametrize("line", UNKNOWN)
def test_what_dual_numbers_do_not_know_raises(line: str) -> None:
    with pytest.raises(UnknownError):
        UNKNOWN[line](Dual(A, np.ones((2, 1, 2, 3))))


@pytest.mark.parametrize("line", [
    lambda a: a // 2, lambda a: a % 2, lambda a: abs(a), lambda a: float(a), lambda a: a.prod(),
    lambda a: np.cumsum(a), lambda a: np.repeat(a, 2), lambda a: np.pad(a, 1, mode="edge"),
])  # fmt: skip
def test_what_is_not_written_down_raises(line: Line) -> None:
    with pytest.raises((TypeError, AttributeError)):
        line(Dual(A))


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize("name", sorted(name for name, op in OPS.items() if not op.loss))
def test_dual_numbers_come_to_what_numpy_does_or_raise(name: str) -> None:
    """Also on changed lines of the op, which are not those that somebody thought of."""
    op, agreed = OPS[name], 0
    names = [n.removesuffix("...") for n in op.names]
    tree = ast.parse(op.numpy, mode="eval")
    changed = mutants(tree, [names, sorted(op.params)], names, "+ - * / // ** @")
    for line in (tree, *(line for _, line in changed)):
        for texts, more, _ in FORWARD[name][-3:]:
            values = [reals(matrix(text)) for text in texts]
            around = {**surroundings(op, {**op.params, **more}), "by_hand": lambda x, decimals: x}
            try:
                code = compile(line, name, "eval")  # type: ignore[arg-type]
                many = op.named([Dual(np.stack([v, 2 * v])) for v in values])
                found = eval(code, {**around, **many})
            except Exception:
                continue
            if isinstance(found, Dual):
                for n, inputs in enumerate((values, [2 * v for v in values])):
                    plain = np.asarray(eval(code, {**around, **op.named(inputs)}), float)
                    assert found.shape == plain.shape
                    assert np.allclose(found.value[n], plain, atol=1e-9, equal_nan=True)
                agreed += 1
    assert agreed


def test_the_rate_of_a_largest_is_that_of_the_first() -> None:
    moves = np.array([[[[1.0, 0], [0, 0]], [[0, 0], [1, 0]]]])
    found = Dual(np.array([[[2.0, 1], [2, 5]]]), moves).max(axis=0)
    assert found.tangent is not None
    assert found.tangent.tolist() == [[[1, 0], [0, 0]]]
