"""The check: no altered number of a key, and no broken gradient, ever comes through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings as asked
from sheetgen.graph.givens import given_input, given_weights
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Graph, Node, Step, apply
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Say
from sheetgen.graph.ops import bends, moves, sums
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.solve import solve
from sheetgen.topics.catalogue import find
from sheetgen.verify.second_way import WrongKey, verify
from tests.support import CASE_IDS, CASES, NAMES, is_rounded, solved
from tests.symbolic import gradients_of, rational

every_case = pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)


@every_case
def test_a_right_key_comes_through(topic: str, options: dict[str, Any]) -> None:
    graph = find(topic).graph(options)
    for seed in range(5):
        verify(graph, solved(graph, seed))


def _checked(graph: Graph) -> list[Step]:
    return [s for s in graph.steps if not s.hidden]


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
@given(st.data())
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_altered_cell_is_caught_and_named(
    topic: str, options: dict[str, Any], data: st.DataObject
) -> None:
    graph = find(topic).graph(options)
    values = solved(graph, data.draw(st.integers(0, 50), label="seed"))
    step = data.draw(st.sampled_from(_checked(graph)), label="step")
    _alter(
        values, step, data.draw(st.integers(0, 10**6)), data.draw(st.sampled_from((-9, -1, 1, 5)))
    )
    with pytest.raises(
        WrongKey, match=rf"^{re.escape(step.name)}, row \d+, column \d+: the key says"
    ):
        verify(graph, values)


@pytest.mark.parametrize("topic", NAMES)
def test_a_slip_in_the_last_place_of_any_step_is_caught(topic: str) -> None:
    graph = find(topic).graph()
    for step in _checked(graph):
        for by in (-1, 1):
            values = solved(graph, 3)
            _alter(values, step, 10**6 - 1, by)
            with pytest.raises(WrongKey, match=f"^{re.escape(step.name)}, "):
                verify(graph, values)


def _alter(values: dict[str, Fixed], step: Step, cell: int, by: int) -> None:
    value = values[step.name]
    digits = value.digits.copy()
    digits.flat[cell % digits.size] += by
    values[step.name] = Fixed(digits, value.decimals)


def test_one_wrong_key_among_many_is_caught() -> None:
    graph = find("backpropagation").graph()
    found = [solved(graph, seed) for seed in range(8)]
    values = {name: Fixed(np.stack([v[name].digits for v in found]), found[0][name].decimals)
              for name in found[0]}  # fmt: skip
    verify(graph, values)
    values["dW2"].digits[5, 1, 0] += 1
    with pytest.raises(WrongKey, match=r"^dW2, row 2, column 1"):
        verify(graph, values)


# --- gradients that are wrong, and that every single step agrees with -----------------------------

Vjp = Callable[[Step, Node], Sequence[Step | None]]


@contextmanager
def broken(op: Op, vjp: Vjp) -> Iterator[None]:
    """An op whose gradient is wrong in a way that its own steps do not show."""
    right = op.vjp
    object.__setattr__(op, "vjp", vjp)
    try:
        yield
    finally:
        object.__setattr__(op, "vjp", right)


SLIPS: dict[str, tuple[Op, Vjp, str]] = {
    "gate dropped": (bends.relu, lambda s, g: [apply(sums.copy, g)], "dZ2"),
    "weight gradient transposed": (
        sums.affine,
        lambda s, g: [apply(sums.outer, s.inputs[2], g), apply(sums.row_sum, g),
                      apply(sums.back, s.inputs[0], g)],
        "dW3",
    ),
    "weights not transposed": (
        sums.affine,
        lambda s, g: [apply(sums.outer, g, s.inputs[2]), apply(sums.row_sum, g),
                      apply(sums.matmul, s.inputs[0], g)],
        "dA2",
    ),
    "bias gradient of one sample": (
        sums.affine,
        lambda s, g: [apply(sums.outer, g, s.inputs[2]), apply(moves.column, g, t=0),
                      apply(sums.back, s.inputs[0], g)],
        "db3",
    ),
    "weight gradient of one sample": (
        sums.affine,
        lambda s, g: [apply(sums.outer,
                            apply(moves.column, g, name=f"{g.name}_0", t=0, role="gradient"),
                            apply(moves.column, s.inputs[2], name=f"{s.inputs[2].name}_0", t=0)),
                      apply(sums.row_sum, g), apply(sums.back, s.inputs[0], g)],
        "dW3",
    ),
    "sign of the bias gradient": (
        sums.affine,
        lambda s, g: [apply(sums.outer, g, s.inputs[2]),
                      apply(sums.scale,
                            apply(sums.row_sum, g, name=f"{g.name}_sum", role="gradient"),
                            factor="-1"),
                      apply(sums.back, s.inputs[0], g)],
        "db3",
    ),
}  # fmt: skip
"""What a slip of the program would look like: op, wrong vjp, the first wrong matrix."""


@pytest.mark.parametrize("slip", SLIPS)
def test_a_broken_gradient_is_caught_though_its_own_steps_agree(slip: str) -> None:
    op, vjp, first = SLIPS[slip]
    with broken(op, vjp):
        graph = Graph.of(find("backpropagation").build(widths=(3, 3, 3, 3), batch=2))
    values = solve(graph, _lively(graph))
    with pytest.raises(WrongKey, match="forward differentiation says") as caught:
        verify(graph, values)
    assert str(caught.value).startswith(f"{first},")
    right = find("backpropagation").graph({"widths": "3-3-3-3", "batch": 2})
    verify(right, solve(right, _lively(right)))


def _lively(graph: Graph) -> dict[str, Fixed]:
    """Givens for which each unit of each layer is dead for one sample and live for another."""
    found = {
        "X": [[2, 1], [1, 3], [3, 1]],
        "W1": [[1, -1, 1], [0, 1, -1], [1, -2, 2]],
        "b1": [[-3], [1], [0]],
        "W2": [[1, -2, -1], [-1, 2, 1], [0, 1, 1]],
        "b2": [[2], [-5], [-4]],
        "W3": [[1, 0, 1], [0, 1, -1], [1, 1, 0]],
        "b3": [[1], [0], [-1]],
        "Y_target": [[0, 1], [1, 0], [0, 0]],
    }
    return {k: Fixed(np.array(v, np.int64)) for k, v in found.items()}


def test_a_gradient_that_is_not_added_up_is_caught() -> None:
    first = Op("first", "a b", "a[i, j] + 0 * b[i, j]", "a + 0 * b", "{0}", Say("Forget {1}."))
    x, W = given_input("x", 2), given_weights("W", 2, 2)
    z = apply(sums.linear, W, apply(sums.linear, W, x, name="y"), name="z")
    loss = apply(sums.squared_error, z, given_input("t", 2), name="loss", hidden=True)
    given = {"x": [[1], [2]], "W": [[1, 1], [-1, 2]], "t": [[1], [0]]}
    numbers = {k: Fixed(np.array(v, np.int64)) for k, v in given.items()}
    right = Graph.of(gradients(loss, [W], sums.add))
    verify(right, solve(right, numbers))
    wrong = Graph.of(gradients(loss, [W], first))
    with pytest.raises(WrongKey, match=r"^dW, row 1, column 1"):
        verify(wrong, solve(wrong, numbers))


def test_a_gradient_that_the_check_comes_to_no_number_for_is_not_let_through() -> None:
    """0 times what is infinite is no number, and no number is far from any other."""
    odd = Op("odd", "a", "round(a[i, j], 1)", "by_hand(a, 1)", "{0}", Say("Copy {0}."),
             lambda s, g: [apply(sums.copy, g)], params={"by": 0}, slope="(da / by) * by",
             helpers={"by_hand": by_hand})  # fmt: skip
    x = given_input("x", 2)
    loss = apply(sums.squared_error, apply(odd, x, name="y"), given_input("t", 2), name="loss",
                 hidden=True)  # fmt: skip
    graph = Graph.of(gradients(loss, [x], sums.add))
    values = solve(graph, {k: Fixed(np.array([[1], [2]])) for k in ("x", "t")})
    with pytest.raises(WrongKey, match=r"^dx, row 1, column 1: .* says nan"):
        verify(graph, values)


# --- a third way ----------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", [n for n in NAMES if find(n).graph().has_gradients])
def test_sympy_agrees_with_what_the_check_lets_through(topic: str) -> None:
    for exercise in build(asked(topic), range(20)):
        steps = {s.name: s for s in exercise.graph.steps}
        for name, exact in gradients_of(exercise.graph, exercise.values).items():
            if not is_rounded(steps[name]):
                assert (rational(exercise.values[name]) == exact).all(), (exercise.recipe, name)
