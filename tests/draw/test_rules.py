"""Each rule on numbers that were chosen by hand: once as it asks for, once not."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import Any

import numpy as np
import pytest

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.rules import givens, gradients, sequences, shares, training, units
from sheetgen.draw.rules.house import (
    FIGURES,
    GIVEN_RULES,
    GRADIENT_RULES,
    STEP_RULES,
    rules_of,
    told,
)
from sheetgen.draw.rules.rule import Rule, plan
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import numbers as drawn_numbers
from sheetgen.exercise.settings import settings
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Fixed, Values
from sheetgen.graph.reach import losses, reached, results
from sheetgen.graph.solve import solve
from sheetgen.topics.catalogue import TOPICS
from tests.support import NAMES, matrix


def _values(graph: Graph, **texts: str) -> Values:
    """All numbers from givens as text, as one candidate of one exercise."""
    found = solve(graph, {name: matrix(text) for name, text in texts.items()})
    return {name: Fixed(v.digits[None, None], v.decimals) for name, v in found.items()}


def _keeps(rule: Rule, graph: Graph, name: str, values: Values) -> bool:
    node = graph.by_name[name]
    seeds = np.zeros(1, np.uint64)
    last: Any = Knobs() if isinstance(node, Given) else plan(graph, seeds, seeds, Knobs())
    assert rule.when(node, graph), f"{rule.name} is not asked of {name}"
    return bool(np.all(rule.good(node, values, last)))


def _graph(topic: str, **options: Any) -> Graph:
    return settings(topic, options).drawn


NET = {"W1": "1 0; 0 1; 1 -1", "b1": "0; 0; 0", "W2": "1 1 0; 0 1 1", "b2": "0; 0"}
"""2-3-2: the third unit is x1 − x2."""


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({"x": "2; 1"}, True),
        ({"x": "2; 1", "W2": "1 1 0; 1 2 0"}, False),  # nobody reads the third unit, which fires
        ({"x": "1; 2", "W2": "1 1 0; 1 2 0"}, True),  # it is dead now
        ({"x": "2; 1", "W2": "1 1 0; 0 1 1", "b2": "0; -9"}, False),  # who reads it is dead
    ],
)
def test_a_unit_that_fires_is_read_by_one_that_fires(changes: dict[str, str], good: bool) -> None:
    graph = _graph("hidden-layer", widths="2-3-2")
    assert _keeps(units.everything_read, graph, "z2", _values(graph, **NET | changes)) is good


def test_an_input_is_read_by_a_unit_that_fires() -> None:
    graph = _graph("hidden-layer", widths="2-3-2")
    values = _values(graph, **NET | {"x": "2; 1"})
    assert _keeps(units.everything_read, graph, "z1", values)
    values = _values(graph, **NET | {"x": "2; 1", "W1": "1 0; 2 0; -1 1"})
    assert not _keeps(units.everything_read, graph, "z1", values)


def test_what_cancels_does_not_count_as_read() -> None:
    """Both units read x2, and the output takes one from the other."""
    graph = _graph("hidden-layer", widths="2-2-1")
    numbers = {"W1": "1 1; 0 1", "b1": "0; 0", "x": "1; 2", "b2": "0"}
    for W2, good in (("1 -1", False), ("1 1", True)):
        values = _values(graph, **numbers, W2=W2)
        assert _keeps(units.everything_read, graph, "z2", values)
        assert _keeps(units.inputs_matter, graph, "a2", values) is good
        [unread] = units.unread_inputs(graph, {n: Fixed(v.digits[0], v.decimals)
                                               for n, v in values.items()})  # fmt: skip
        assert unread == (not good)


def test_reach_is_that_of_a_small_change() -> None:
    graph = _graph("hidden-layer", widths="2-2-1")
    values = solve(graph, {"W1": matrix("1 0; 0 -1"), "b1": matrix("0; 0"), "x": matrix("3; 2"),
                           "W2": matrix("1 1"), "b2": matrix("0")})  # fmt: skip
    x = graph.by_name["x"]
    assert isinstance(x, Given)
    assert reached(graph, values, x).tolist() == [[True], [False]]
    assert [node.name for node in results(graph)] == ["a2"]
    trained = _graph("backpropagation")
    assert [node.name for node in results(trained)] == ["z3"]
    assert [loss.op.loss for loss in losses(trained)] == [True]


def test_each_sample_makes_a_unit_fire() -> None:
    graph = _graph("batch-of-three", widths="2-2-2", batch=2)
    numbers = {"W1": "1 -1; 2 -1", "b1": "0; 0", "W2": "1 0; 0 1", "b2": "0; 0"}
    assert _keeps(units.each_sample_fires, graph, "A1", _values(graph, **numbers, X="3 2; 1 3"))
    values = _values(graph, **numbers, X="3 1; 1 3")  # the second column is 0 in both units
    assert not _keeps(units.each_sample_fires, graph, "A1", values)
    flat = {n: Fixed(v.digits[0], v.decimals) for n, v in values.items()}
    assert units.silent_sample(graph, flat).tolist() == [True]


def test_samples_and_inputs_differ() -> None:
    graph = _graph("batch-of-three", widths="2-2-2", batch=2)
    numbers = {"W1": "1 0; 0 1", "b1": "0; 0", "W2": "1 1; 1 1", "b2": "0; 1"}
    same, other = _values(graph, **numbers, X="1 2; 2 1"), _values(graph, **numbers, X="1 2; 2 3")
    assert not _keeps(units.results_apart, graph, "A2", same)
    assert _keeps(units.results_apart, graph, "A2", other)
    assert _keeps(givens.inputs_apart, graph, "X", other)
    assert not _keeps(givens.inputs_apart, graph, "X", _values(graph, **numbers, X="1 2; 1 2"))


TRAINED = {"W1": "1 0; 0 1; 1 -1", "b1": "0; 0; 0", "W2": "1 0 0; 0 1 1", "b2": "0; 0"}
"""2-3-2 with softmax: at x = (1, 2) the third unit is dead."""


def test_a_share_that_is_trained_is_not_0_and_nor_is_the_targets_chance() -> None:
    graph = _graph("backpropagation", widths="2-3-2")
    near = _values(graph, **TRAINED, x="1; 2", y_target="1; 0")  # z2 = (1, 2): .3 and .7
    assert near["y_pred"].digits.ravel().tolist() == [3, 7]
    far = _values(graph, **TRAINED, x="1; 5", y_target="1; 0")  # z2 = (1, 5): 0 and 1
    assert far["y_pred"].digits.ravel().tolist() == [0, 10]
    for values, good in ((near, True), (far, False)):
        assert _keeps(shares.never_zero, graph, "y_pred", values) is good
        assert _keeps(givens.target_has_a_chance, graph, "y_target", values) is good


def test_live_units_have_gradients() -> None:
    """The error is (−.7, .7); W2 hands it to each unit that has a weight."""
    graph = _graph("backpropagation", widths="2-3-2")
    whole = _values(graph, **TRAINED, x="1; 2", y_target="1; 0")
    assert whole["dW1"].digits.tolist() == [[[[-7, -14], [7, 14], [0, 0]]]]
    assert _keeps(gradients.units_learn, graph, "dW1", whole)
    assert _keeps(gradients.a_third_speaks, graph, "dW1", whole)
    assert _keeps(gradients.sheet_learns, graph, "dW1", whole)
    poor = _values(graph, **TRAINED | {"W2": "1 1 0; 0 1 1"}, x="1; 2", y_target="1; 0")
    assert poor["dW1"].digits.tolist()[0][0][1] == [0, 0]  # the second unit hears −.7 + .7
    assert not _keeps(gradients.units_learn, graph, "dW1", poor)  # two are alive
    flat = {n: Fixed(v.digits[0], v.decimals) for n, v in poor.items()}
    [zeros] = gradients.zero_cells(graph, flat)
    cells = sum((poor[n].digits == 0).sum() for n in ("dW1", "db1", "dW2", "db2"))
    assert zeros == pytest.approx(cells / 17)


def test_few_units_of_a_trained_layer_are_dead() -> None:
    graph = _graph("backpropagation", widths="2-3-2")
    for x, good in (("1; 2", True), ("2; 1", True)):
        values = _values(graph, **TRAINED, x=x, y_target="1; 0")
        assert _keeps(units.one_dead, graph, "a1", values) is good
    dead = _values(graph, **TRAINED | {"b1": "0; -9; 0"}, x="1; 2", y_target="1; 0")
    assert not _keeps(units.one_dead, graph, "a1", dead)
    wide = _graph("backpropagation")
    assert units.two_alive.when(wide.by_name["a2"], wide)
    assert plan(wide, *(np.arange(9, dtype=np.uint64),) * 2, Knobs()).dead_at.max() == 0


@pytest.mark.parametrize(("rate", "good"), [("0.1", True), ("0.5", False)])
def test_a_step_of_training_makes_the_loss_smaller(rate: str, good: bool) -> None:
    """x = 1, w = 1, y = 1, target 3: the error is −4, so w and b grow by 4 times the rate each, and
    y by 8 times; at .5 it is 5, as far off as before."""
    graph = settings("backpropagation", {"widths": "1-1", "loss": "squared-error",
                                         "update": "yes", "learning_rate": rate}).graph  # fmt: skip
    values = _values(graph, W1="1", b1="0", x="1", y_target="3")
    flat = {n: Fixed(v.digits[0], v.decimals) for n, v in values.items()}
    assert training.loss_of(graph, flat).tolist() == [4]
    after = training.after_update(graph, flat)["z1"]
    assert after.digits.item() / 10**after.decimals == pytest.approx(1 + 8 * float(rate))
    assert training.helps(graph, flat).tolist() == [good]


def test_a_layer_that_dies_in_the_step_is_seen() -> None:
    graph = settings("backpropagation", {"widths": "1-1-1", "loss": "squared-error",
                                         "update": "yes", "learning_rate": "1"}).graph  # fmt: skip
    numbers = {"W1": "1", "b1": "0", "W2": "1", "b2": "0", "x": "1"}
    values = _values(graph, **numbers, y_target="0")  # dW1 = db1 = 2: z1 becomes −1 − 2
    flat = {n: Fixed(v.digits[0], v.decimals) for n, v in values.items()}
    assert training.after_update(graph, flat)["z1"].digits.item() == -3
    assert training.helps(graph, flat).tolist() == [False]


def test_cross_entropy_is_that_of_the_scores() -> None:
    graph = _graph("backpropagation", widths="2-3-2")
    values = _values(graph, **TRAINED, x="1; 2", y_target="1; 0")  # z2 = (1, 2)
    flat = {n: Fixed(v.digits[0], v.decimals) for n, v in values.items()}
    assert training.loss_of(graph, flat)[0] == pytest.approx(np.log(1 + np.e))


def test_the_columns_of_a_pair_are_the_same_to_the_last_digit() -> None:
    graph = _graph("softmax", pair="yes", base="e", classes=3)
    good = _values(graph, X="0 1; 1 2; 1 2")
    assert _keeps(shares.same_answers, graph, "Y", good) == (
        good["Y"].digits[..., 0].tolist() == good["Y"].digits[..., 1].tolist()
    )
    for classes in (2, 3, 4):
        asked = settings("softmax", {"pair": "yes", "base": "e", "classes": str(classes)})
        Y = drawn_numbers(asked, range(60)).values["Y"].digits
        assert (Y[..., 0] == Y[..., 1]).all()


def test_tokens_look_at_each_other_in_their_own_ways() -> None:
    graph = _graph("self-attention", level="easy")
    step, mix = graph.by_name["A"], graph.by_name["Z"]
    for columns, good in (([[5, 5], [5, 5]], False), ([[9, 5], [1, 5]], True)):
        values = {"A": Fixed(np.array([[columns]]), 1), "Z": Fixed(np.array([[columns]]), 1)}
        seeds = np.zeros(1, np.uint64)
        context = plan(graph, seeds, seeds, Knobs())
        assert bool(np.all(shares.tokens_apart.good(step, values, context))) is good
        assert bool(np.all(shares.mixes_differ.good(mix, values, context))) is good
    assert shares.tokens_apart.when(step, graph)
    assert shares.mixes_differ.when(mix, graph)


def test_kinds_of_answers_are_those_that_add_up() -> None:
    kinds, ways = shares.kinds_of(3, 3)
    assert len(kinds) == 11
    assert kinds[0] == 25  # exponents 0, 0 and 1: .2, .2 and .6
    assert ways[0] == 3 * 4  # which of three, raised by 0 to 3
    assert 0 not in kinds  # .333 three times is .999


@pytest.mark.parametrize(
    ("B", "A", "C", "good"),
    [
        ("1; 2", "1 0; 0 1", "1 1", True),
        ("1; 2", "0 1; 0 1", "1 0", True),  # the first unit hears of x1 through the second
        ("1; 2", "0 0; 0 1", "1 0", False),  # the output reads the first alone, which forgets
    ],
)
def test_what_comes_last_depends_on_what_came_first(B: str, A: str, C: str, good: bool) -> None:
    graph = _graph("rnn", steps=2)
    values = _values(graph, X="1 2", A=A, B=B, C=C, h0="0; 0")
    assert _keeps(sequences.result_remembers, graph, "y2", values) is good
    flat = {n: Fixed(v.digits[0], v.decimals) for n, v in values.items()}
    assert sequences.remembers(graph, flat).tolist() == [good]


def test_a_unit_that_is_dead_at_every_step_is_seen() -> None:
    graph = _graph("rnn", steps=2)
    values = _values(graph, X="1 2", A="1 0; 0 1", B="1; -1", C="1 1", h0="0; 0")
    assert not _keeps(sequences.state_remembers, graph, "h2", values)


def test_every_rule_says_what_it_asks_in_a_sentence() -> None:
    every = (*GIVEN_RULES, *STEP_RULES, *GRADIENT_RULES)
    assert len({rule.name for rule in every}) == len(every)
    for rule in every:
        assert rule.said[0].isupper()
        assert rule.said.endswith(".") or rule.said.endswith(").")
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)


@pytest.mark.parametrize("topic", NAMES)
def test_a_topic_tells_the_rules_that_are_asked_of_its_nodes(topic: str) -> None:
    graph = settings(topic).drawn
    asked = {rule.said for rules in rules_of(graph).values() for rule in rules}
    assert set(told(graph)) <= asked
    assert told(graph)


def test_every_rule_is_asked_of_some_topic_or_op() -> None:
    found: Counter[str] = Counter()
    for topic in TOPICS.values():
        switches = [{n: not o.default} for n, o in topic.options.items() if o.kind == "bool"]
        sets: list[dict[str, Any]] = [{}, {"level": "hard"}, *switches]
        choices = [{n: c} for n, o in topic.options.items() for c in o.choices]
        sets += [{"batch": 2}] if "batch" in topic.options else []
        sets += [switch | choice for switch in [{}, *switches] for choice in choices]
        for options in sets:
            with contextlib.suppress(SheetgenError):  # an option that needs another one
                graph = settings(topic.name, options).drawn
                found.update({r.name for rules in rules_of(graph).values() for r in rules})
    never = {rule.name for rule in (*GIVEN_RULES, *STEP_RULES, *GRADIENT_RULES)} - set(found)
    assert never == set()
