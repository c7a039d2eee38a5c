"""Each topic: it traces, its shapes fit, and its gradients are those that SymPy finds."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from sheetgen.errors import SheetgenError
from sheetgen.exercise.settings import settings
from sheetgen.graph.givens import given_bias, given_input, given_weights
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Graph, Step, apply
from sheetgen.graph.ops import sums
from sheetgen.graph.ops.catalogue import OPS
from sheetgen.topics.catalogue import TOPICS, find
from tests.support import CASE_IDS, CASES, NAMES, is_rounded, roundings, solved
from tests.symbolic import gradients_of, rational

every_case = pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)


@every_case
def test_a_topic_traces_without_numbers(topic: str, options: dict[str, Any]) -> None:
    graph = TOPICS[topic].graph(options)
    assert graph.worked
    assert graph.givens
    names = [n.name for n in graph.nodes]
    assert all(names)
    assert len(set(names)) == len(names)
    seen: set[str] = set()
    for node in graph.nodes:
        if isinstance(node, Step):
            assert {n.name for n in node.inputs} <= seen, f"{node.name} comes before its inputs"
            assert node.op is OPS[node.op.name]
        seen.add(node.name)


@every_case
def test_the_shapes_of_the_trace_are_those_of_the_numbers(
    topic: str, options: dict[str, Any]
) -> None:
    graph = TOPICS[topic].graph(options)
    values = solved(graph, 1)
    assert {n.name: values[n.name].digits.shape for n in graph.nodes} == {
        n.name: n.shape for n in graph.nodes
    }


@every_case
def test_a_gradient_has_the_shape_of_its_matrix(topic: str, options: dict[str, Any]) -> None:
    for step in TOPICS[topic].graph(options).steps:
        of = step.of or step.term_of
        if step.role == "gradient" and of is not None:
            assert step.shape == of.shape
            assert step.name.startswith(f"d{of.name}")


@every_case
def test_gradients_are_those_that_sympy_finds(topic: str, options: dict[str, Any]) -> None:
    graph = TOPICS[topic].graph(options)
    if not graph.has_gradients:
        assert not any(s.name.startswith("d") and s.role == "gradient" for s in graph.steps)
        return
    for seed in (1, 2):
        values = solved(graph, seed)
        found = gradients_of(graph, values)
        assert found or all(s.use is None or s.use.step.op.loss for s in graph.steps
                            if s.role == "gradient"), "only errors"  # fmt: skip
        steps = {s.name: s for s in graph.steps}
        for name, exact in found.items():
            ours = rational(values[name])
            if is_rounded(steps[name]):
                half = Fraction(roundings(steps[name]), 2 * 10 ** values[name].decimals)
                assert (abs(ours - exact) <= half).all(), name
            else:
                assert (ours == exact).all(), name


def test_backpropagation_goes_in_the_order_in_which_a_student_works() -> None:
    graph = find("backpropagation").graph()
    names = [s.name for s in graph.steps if s.role == "gradient"]
    assert " ".join(names) == "dz3 dW3 db3 da2 dz2 dW2 db2 da1 dz1 dW1 db1"
    updated = find("backpropagation").graph({"update": True})
    assert [s.name for s in updated.worked][11:] == [
        f"{name}_new" for name in ("W1", "b1", "W2", "b2", "W3", "b3")
    ]


def test_a_matrix_that_is_used_twice_gets_both_terms() -> None:
    x, W = given_input("x", 2), given_weights("W", 2, 2)
    y = apply(sums.linear, W, x, name="y")
    z = apply(sums.linear, W, y, name="z")
    t = given_input("t", 2)
    loss = apply(sums.squared_error, z, t, name="loss", hidden=True)
    graph = Graph.of(gradients(loss, [W, x], sums.add))
    names = [s.name for s in graph.steps if s.role == "gradient"]
    assert " ".join(names) == "dz dy dW_1 dW_2 dW dx"
    values = solved(graph, 4)
    for name, exact in gradients_of(graph, values).items():
        assert (rational(values[name]) == exact).all(), name
    with pytest.raises(ValueError, match="used 2 times"):
        gradients(loss, [W])


@pytest.mark.parametrize("name", NAMES)
def test_a_topic_tells_what_it_is_and_has_three_levels_or_none(name: str) -> None:
    topic = TOPICS[name]
    assert topic.summary.endswith(".")
    assert topic.title
    assert set(topic.levels) in (set(), {"easy", "medium", "hard"})
    for option in topic.options.values():
        assert option.parse(option.show(option.default)) == option.default


def test_a_misfit_names_the_step_and_the_shapes() -> None:
    W, b, x = given_weights("W1", 3, 2), given_bias("b1", 3), given_input("x", 3)
    with pytest.raises(SheetgenError, match=r"^z1: affine does not fit W1 3×2, b1 3×1, x 3×1$"):
        apply(sums.affine, W, b, x, name="z1")


def test_two_nodes_of_one_name_are_a_bug() -> None:
    x = given_input("x", 2)
    with pytest.raises(ValueError, match="two nodes are called x"):
        Graph.of([apply(sums.add, x, given_input("x", 2), name="y")])


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("backprop", "did you mean backpropagation"),
        ("hiden-layer", "did you mean hidden-layer"),
        ("qqqqqq", "there are "),
    ],
)
def test_an_unknown_topic_gets_the_nearest_names(typed: str, hint: str) -> None:
    with pytest.raises(SheetgenError, match=hint):
        find(typed)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"width": "3-4"}, "did you mean --widths"),
        ({"widths": "3-x"}, "not a whole number"),
        ({"widths": "3-9"}, "between 1 and 8"),
        ({"widths": "3"}, "has 1 width;"),
        ({"loss": "hinge"}, "none of cross-entropy, squared-error"),
        ({"update": "perhaps"}, "neither yes nor no"),
        ({"learning_rate": "0.001"}, "learning-rate"),
        ({"learning_rate": "nan"}, "learning-rate"),
        ({"batch": "5"}, "between 1 and 4"),
    ],
)
def test_an_option_that_does_not_fit_is_named(options: dict[str, str], hint: str) -> None:
    with pytest.raises(SheetgenError, match=hint):
        find("backpropagation").settle(options)


def test_a_slip_in_an_option_that_all_topics_have_gets_its_name() -> None:
    with pytest.raises(SheetgenError, match="has no option --wieghts; did you mean --weights"):
        settings("backpropagation", {"wieghts": "-1..1"})
