"""What a step is by nature, how effort counts, and rules that hold for any op."""

from __future__ import annotations

import numpy as np
import pytest

from sheetgen.draw.drawing import draw
from sheetgen.draw.effort import CELL, DIGIT, NEGATIVE, TERM, TIMES, of_step
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.nature import always_zero
from sheetgen.draw.rules.rule import plan
from sheetgen.draw.rules.shares import bends_here
from sheetgen.errors import SheetgenError
from sheetgen.graph.givens import (
    given_input,
    given_matrix,
    given_target,
    given_weights,
    given_zeros,
)
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Graph, apply
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.ops import bends, sums
from sheetgen.topics.catalogue import TOPICS
from sheetgen.verify.second_way import verify


def first_state() -> Graph:
    """A state of zeros goes through weights, and is added to what the inputs give."""
    A, h = given_weights("A", 2, 2), given_zeros("h0", 2)
    held = apply(sums.linear, A, h, name="Ah")
    x = given_input("x", 2)
    made = apply(sums.linear, given_weights("B", 2, x), x, name="Bx")
    return Graph.of([apply(bends.relu, apply(sums.add, held, made, name="z"), name="a")])


def test_a_step_that_is_0_by_nature_is_found_and_does_not_stop_the_draw() -> None:
    graph = first_state()
    assert always_zero(graph) == {"Ah"}
    drawn = draw(graph, range(40))
    assert not drawn.values["Ah"].digits.any()
    assert drawn.values["a"].digits.any(axis=(-1, -2)).all()


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_no_topic_has_such_a_step(topic: str) -> None:
    assert always_zero(TOPICS[topic].graph()) == frozenset()


def test_what_refuses_is_named_where_no_knob_would_help() -> None:
    """z is 1000 times x, which no --max allows."""
    x = given_input("x", 2)
    graph = Graph.of([apply(sums.scale, x, name="huge", factor="1000")])
    with pytest.raises(SheetgenError, match="nothing that was drawn makes a good huge"):
        draw(graph, range(3))


def test_a_limit_that_can_be_raised_is_named() -> None:
    x = given_input("x", 2)
    graph = Graph.of([apply(sums.scale, x, name="large", factor="15")])
    with pytest.raises(SheetgenError, match="raise --max"):
        draw(graph, range(3))


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_effort_counts_values_not_digits(decimals: int) -> None:
    """2 times 3, 1 times −1 and 0 times 5: two terms, one true product, a negative one."""
    A, B = given_matrix("A", 1, 3), given_matrix("B", 3, 1)
    step = apply(sums.matmul, A, B, name="C")
    unit = 10**decimals
    a = Fixed(np.array([[2, 1, 0]]) * unit, decimals)
    b = Fixed(np.array([[3], [-1], [5]]))
    values = {"A": a, "B": b, "C": sums.matmul.forward(a, b)}
    assert float(of_step(step, values)) == CELL + DIGIT + 2 * TERM + TIMES + NEGATIVE
    values["B"] = Fixed(np.array([[30], [-1], [5]]))
    values["C"] = sums.matmul.forward(a, values["B"])
    assert float(of_step(step, values)) == CELL + 2 * DIGIT + 2 * TERM + TIMES + NEGATIVE


@pytest.mark.parametrize("decimals", [0, 1])
def test_the_rule_of_a_sigmoid_looks_at_values(decimals: int) -> None:
    z = given_input("z", 2)
    y = apply(bends.sigmoid, z, name="y")
    graph = Graph.of([y])
    seeds = np.arange(1, dtype=np.uint64)
    context = plan(graph, seeds, seeds, Knobs())
    for top, good in ((6, True), (7, False)):
        number = Fixed(np.array([[[top], [-1]]]) * 10**decimals, decimals)
        values = {"z": number, "y": bends.sigmoid.forward(number)}
        assert bool(bends_here.good(y, values, context)[0]) is good


def test_a_matrix_whose_rows_are_no_units_is_no_weight_block() -> None:
    """As of a kernel: K has three rows, and what it makes has two."""
    K, x = given_weights("K", 3, 2), given_input("x", 3, 2)
    a = apply(bends.relu, apply(sums.transposed, K, x, name="z"), name="a")
    loss = apply(sums.squared_error, a, given_target("t", a, one_hot=False), hidden=True)
    graph = Graph.of(gradients(loss, [K]))
    drawn = draw(graph, range(20))
    verify(graph, drawn.values)
    assert drawn.values["dK"].digits.any(axis=(-1, -2)).all()
