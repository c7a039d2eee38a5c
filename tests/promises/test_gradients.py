"""Whole gradients of any net: what ``gradients`` appends is the slope of the loss, and what the
check cannot follow it refuses."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sheetgen.errors import SheetgenError
from sheetgen.graph.givens import given_matrix
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Given, Graph, Node, Step, apply
from sheetgen.graph.numbers import Fixed, to_float
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Say
from sheetgen.graph.ops import bends, moves, sums
from sheetgen.graph.ops.catalogue import OPS
from sheetgen.graph.solve import solve
from sheetgen.verify.second_way import WrongKey, verify

Floats = np.ndarray[Any, np.dtype[np.float64]]


def two_roads() -> tuple[Step, Node]:
    """A loss that sees z through ReLU, and through the sum of its column."""
    x, W = given_matrix("x", 3, 1), given_matrix("W", 2, 3)
    z = apply(sums.matmul, W, x, name="z")
    a = apply(bends.relu, z, name="a")
    s = apply(sums.column_sum, z, name="s")
    losses = [
        apply(sums.squared_error, a, given_matrix("ta", 2, 1), hidden=True),
        apply(sums.squared_error, s, given_matrix("ts", 1, 1), hidden=True),
    ]
    return apply(sums.add, *losses, hidden=True), W


NUMBERS = {
    "x": [[3], [2], [1]], "W": [[1, 1, 1], [-1, -1, 0]], "ta": [[5], [0]], "ts": [[2]],
}  # fmt: skip


def test_a_net_with_two_roads_to_the_loss_has_the_sum_of_their_gradients() -> None:
    loss, W = two_roads()
    graph = Graph.of(gradients(loss, [W], sums.add))
    values = solve(graph, {k: Fixed(np.array(v, np.int64)) for k, v in NUMBERS.items()})
    verify(graph, values)
    assert values["dW"].digits.tolist() == [[0, 0, 0], [-6, -4, -2]]


def _changed(op: Op, vjp: Any, work: Callable[[], Any]) -> Any:
    right = op.vjp
    object.__setattr__(op, "vjp", vjp)
    try:
        return work()
    finally:
        object.__setattr__(op, "vjp", right)


def test_an_op_without_a_derivative_on_the_way_back_is_named() -> None:
    loss, W = two_roads()
    with pytest.raises(ValueError, match=r"^s: no gradient passes column_sum"):
        _changed(sums.column_sum, None, lambda: gradients(loss, [W], sums.add))


def test_a_road_that_is_left_out_is_found_by_the_check() -> None:
    """As when an op said wrongly that its gradient is 0."""
    loss, W = two_roads()
    steps = _changed(sums.column_sum, lambda s, g: [None], lambda: gradients(loss, [W], sums.add))
    graph = Graph.of(steps)
    values = solve(graph, {k: Fixed(np.array(v, np.int64)) for k, v in NUMBERS.items()})
    assert values["dW"].digits.tolist() == [[6, 4, 2], [0, 0, 0]]
    with pytest.raises(WrongKey, match="forward differentiation says"):
        verify(graph, values)


def test_a_hidden_step_is_a_road_too() -> None:
    x, W = given_matrix("x", 2, 2), given_matrix("W", 2, 2)
    z = apply(sums.matmul, W, x, name="z")
    first = apply(moves.column, z, name="z1", hidden=True, t=1)
    loss = apply(sums.squared_error, first, given_matrix("t", 2, 1), hidden=True)
    steps = gradients(loss, [W], sums.add)
    graph = Graph.of(steps)
    numbers = {"x": [[1, 2], [3, -1]], "W": [[1, 0], [2, 1]], "t": [[1], [1]]}
    values = solve(graph, {k: Fixed(np.array(v, np.int64)) for k, v in numbers.items()})
    verify(graph, values)
    # z1 = (2, 3), its gradient 2 (z1 - t) = (2, 4), times the second column of x
    assert values["dW"].digits.tolist() == [[4, -2], [8, -4]]


def test_a_check_that_cannot_follow_a_change_says_so() -> None:
    strange = Op("strange", "a", "a[i, j]", "np.roll(a, 0)", "{0}", Say("Copy {0}."),
                 lambda s, g: [apply(sums.copy, g)])  # fmt: skip
    x = given_matrix("x", 2, 1)
    y = apply(strange, apply(bends.relu, x, name="a"), name="y", hidden=True)
    loss = apply(sums.squared_error, y, given_matrix("t", 2, 1), hidden=True)
    graph = Graph.of(gradients(loss, [x]))
    numbers = {"x": [[1], [2]], "t": [[3], [3]]}
    values = solve(graph, {k: Fixed(np.array(v, np.int64)) for k, v in numbers.items()})
    with pytest.raises(WrongKey, match=r"^y: the check cannot follow np.roll"):
        verify(graph, values)


def test_a_loss_may_be_added_to_others_but_not_scaled() -> None:
    x = given_matrix("x", 2, 1)
    loss = apply(sums.squared_error, x, given_matrix("t", 2, 1), hidden=True)
    half = apply(sums.scale, loss, factor="0.5", hidden=True)
    with pytest.raises(ValueError, match="must be the loss"):
        gradients(half, [x])


def test_what_the_loss_does_not_depend_on_is_named() -> None:
    x, other = given_matrix("x", 2, 1), given_matrix("other", 2, 1)
    loss = apply(sums.squared_error, x, given_matrix("t", 2, 1), hidden=True)
    with pytest.raises(ValueError, match="does not depend on other"):
        gradients(loss, [x, other])


def test_a_quotient_that_is_taken_through_nothing_has_its_own_derivative() -> None:
    """Of both the dividend and the divisor, here on two roads from one matrix."""
    a = given_matrix("a", 2, 1)
    total = apply(sums.column_sum, a, name="total")
    y = apply(bends.quotient, a, total, name="y", decimals=3)
    loss = apply(sums.squared_error, y, given_matrix("t", 2, 1), hidden=True)
    graph = Graph.of(gradients(loss, [a], sums.add))
    numbers = {"a": [[3], [5]], "t": [[0], [1]]}
    values = solve(graph, {k: Fixed(np.array(v, np.int64)) for k, v in numbers.items()})
    verify(graph, values)

    def error(p: float, q: float) -> float:
        return (p / (p + q)) ** 2 + (q / (p + q) - 1) ** 2

    h = 1e-6
    slopes = [(error(3 + h, 5) - error(3 - h, 5)) / (2 * h),
              (error(3, 5 + h) - error(3, 5 - h)) / (2 * h)]  # fmt: skip
    assert to_float(values["da"])[:, 0] == pytest.approx(slopes, abs=2e-3)


# --- any net --------------------------------------------------------------------------------------

FLOAT: dict[str, Callable[..., Floats]] = {
    "matmul": lambda a, b: a @ b,
    "transposed": lambda a, b: a.T @ b,
    "outer": lambda a, b: a @ b.T,
    "affine": lambda w, b, x: w @ x + b,
    "recur": lambda p, h, q, x: p @ h + q @ x,
    "add": lambda *parts: sum(parts[1:], parts[0]),
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "negate": lambda a: -a,
    "copy": lambda a: a,
    "scale": lambda a, factor, decimals: a * float(factor),
    "row_sum": lambda a: a.sum(axis=1, keepdims=True),
    "column_sum": lambda a: a.sum(axis=0, keepdims=True),
    "spread_rows": lambda a, rows: np.vstack([a] * rows),
    "spread_columns": lambda a, cols: np.hstack([a] * cols),
    "relu": lambda z: np.maximum(z, 0),
    "gate": lambda g, z: g * (z > 0),
    "column": lambda a, t: a[:, [t]],
    "columns": lambda *parts: np.hstack(parts),
    "columns_of": lambda a, start, cols: a[:, start : start + cols],
    "rows_of": lambda a, start, rows: a[start : start + rows],
    "stack_rows": lambda *parts: np.vstack(parts),
}
"""What each op means, for numbers with a point."""


def _value(node: Node, leaves: dict[str, Floats], kinks: list[float]) -> Floats:
    if isinstance(node, Given):
        return leaves[node.name]
    inputs = [_value(n, leaves, kinks) for n in node.inputs]
    if node.op in (bends.relu, bends.gate):
        kinks.append(float(np.abs(inputs[-1]).min()))
    return np.asarray(FLOAT[node.op.name](*inputs, **node.params), np.float64)


@st.composite
def nets(draw: st.DrawFn) -> list[Node]:
    """Steps of random ops on random earlier nodes, the shapes as they happen to fit."""
    sizes = st.integers(1, 3)
    nodes: list[Node] = [given_matrix(f"g{k}", draw(sizes), draw(sizes)) for k in range(3)]
    for k in range(draw(st.integers(2, 6))):
        name = draw(st.sampled_from(sorted(FLOAT)))
        node = draw(st.sampled_from(nodes))
        rows, cols = node.shape
        start = draw(st.integers(0, 2))
        params: dict[str, Any] = {
            "scale": {"factor": draw(st.sampled_from(["2", "-1", "3"]))},
            "spread_rows": {"rows": 2}, "spread_columns": {"cols": 3},
            "column": {"t": start % cols},
            "columns_of": {"start": start % cols, "cols": cols - start % cols},
            "rows_of": {"start": start % rows, "rows": rows - start % rows},
        }.get(name, {})  # fmt: skip
        shape = {
            "matmul": (cols, 2), "transposed": (rows, 2), "outer": (2, cols),
            "columns": (rows, 1), "stack_rows": (1, cols),
        }.get(name, (rows, cols))  # fmt: skip
        others = [n for n in nodes if n.shape == shape]
        other = draw(st.sampled_from(others)) if others else given_matrix(f"n{k}", *shape)
        match name:
            case "affine":
                inputs: list[Node] = [given_matrix(f"w{k}", 2, rows), given_matrix(f"b{k}", 2, 1),
                                      node]  # fmt: skip
            case "recur":
                inputs = [given_matrix(f"p{k}", rows, rows), node]
                inputs += [given_matrix(f"q{k}", rows, 2), given_matrix(f"y{k}", 2, cols)]
            case "matmul" | "transposed" | "outer" | "add" | "subtract" | "multiply" | "gate" | (
                "columns" | "stack_rows"
            ):
                inputs = [node, other]
            case _:
                inputs = [node]
        with contextlib.suppress(SheetgenError):  # shapes that do not fit
            nodes.append(apply(OPS[name], *inputs, name=f"s{k}", hidden=draw(st.booleans()),
                               **params))  # fmt: skip
    return nodes


def _leaves(node: Node) -> dict[str, Given]:
    if isinstance(node, Given):
        return {node.name: node}
    found: dict[str, Given] = {}
    for n in node.inputs:
        found |= _leaves(n)
    return found


@settings(max_examples=120, deadline=None)
@given(nets(), st.integers(0, 2**32 - 1))
def test_any_net_has_the_gradients_of_central_differences(nodes: list[Node], seed: int) -> None:
    rng = np.random.default_rng(seed)
    ends = [n for n in nodes if isinstance(n, Step)][-2:]
    assume(ends)
    targets = [given_matrix(f"t{k}", *n.shape) for k, n in enumerate(ends)]
    losses = [apply(sums.squared_error, n, t, hidden=True)
              for n, t in zip(ends, targets, strict=True)]  # fmt: skip
    loss = apply(sums.add, *losses, hidden=True)
    leaves = {name: node for end in ends for name, node in _leaves(end).items()}
    numbers = {
        n.name: Fixed(rng.integers(1, 4, n.shape) * rng.choice([-1, 1], n.shape))
        for n in (*leaves.values(), *targets)
    }
    floats = {name: to_float(value) for name, value in numbers.items()}

    def error(moved: dict[str, Floats]) -> float:
        found = (_value(end, moved, []) - moved[t.name] for end, t in zip(ends, targets,
                                                                        strict=True))  # fmt: skip
        return float(sum((d * d).sum() for d in found))

    kinks: list[float] = []
    for end in ends:
        _value(end, floats, kinks)
    assume(min(kinks, default=1.0) > 0 and error(floats) < 1e6)
    try:
        wanted = gradients(loss, list(leaves.values()), sums.add)
    except ValueError as problem:  # a leaf that only opens or shuts a gate
        assume("does not depend" not in str(problem))
        raise
    graph = Graph.of(wanted)
    values = solve(graph, {g.name: numbers[g.name] for g in graph.givens})
    verify(graph, values)
    h = 1e-5
    for name, step in zip(leaves, wanted, strict=True):
        ours = to_float(values[step.name])
        for i, j in np.ndindex(*ours.shape):
            sides = []
            for by in (h, -h):
                moved = {**floats, name: floats[name].copy()}
                moved[name][i, j] += by
                sides.append(error(moved))
            slope = (sides[0] - sides[1]) / (2 * h)
            assert ours[i, j] == pytest.approx(slope, rel=1e-4, abs=1e-2), f"{step.name}[{i}, {j}]"
