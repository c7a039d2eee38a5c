"""Drawn numbers are hand-friendly: each rule over a thousand seeds of each topic, by other code."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from sheetgen.draw.rules.units import adds_up
from sheetgen.errors import SheetgenError
from sheetgen.exercise.different import fingerprint, make_different
from sheetgen.exercise.exercise import build, numbers
from sheetgen.exercise.settings import settings
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.solve import solve
from tests import golden
from tests.support import NAMES, is_weights, reals, relus, thousand

every_topic = pytest.mark.parametrize("topic", NAMES)


def _printed(graph: Graph) -> list[Any]:
    return [n for n in graph.nodes if isinstance(n, Given) or not n.hidden]


def _powers(graph: Graph) -> set[str]:
    """Powers and their sums: 3⁴ = 81 is looked up, and never multiplied."""
    powers = {s.name for s in graph.steps if s.op.name == "power"}
    sums = {s.name for s in graph.steps
            if s.op.name in ("column_sum", "row_sum") and s.inputs[0].name in powers}  # fmt: skip
    return powers | sums


def _signals(graph: Graph) -> set[int]:
    """The pre-activations through which a gradient passes."""
    return {id(s.inputs[1]) for s in graph.steps if s.op.name == "gate"}


@every_topic
def test_numbers_have_at_most_one_decimal_or_what_the_sheet_says(topic: str) -> None:
    graph, drawn = thousand(topic)
    rounded = [s.places or 0 for s in graph.steps if not s.op.loss]
    texts = [str(v) for s in graph.steps for v in s.params.values() if isinstance(v, str)]
    by = [len(text.partition(".")[2]) for text in texts if text.replace(".", "").isdigit()]
    said = max([1, *rounded, *(1 + places for places in by if places)])
    if any(given.draw in ("hundredths", "shares") for given in graph.givens):
        said = max(said, 2)
    for node in _printed(graph):
        value = drawn.values[node.name]
        assert (value.digits * 10**said % 10**value.decimals == 0).all(), node.name


def _totals(graph: Graph) -> list[str]:
    """What is divided next: sums and sums of squares of what is normalised."""
    return [s.name for s in graph.steps if s.part == "total"]


@every_topic
def test_no_number_is_beyond_20_and_most_results_are_within_9(topic: str) -> None:
    graph, drawn = thousand(topic)
    sizes = {n.name: np.abs(reals(drawn.values[n.name])) for n in _printed(graph)}
    for name in _powers(graph):
        assert sizes.pop(name).max() <= 500
    for name in _totals(graph):
        assert sizes.pop(name).max() <= 500
    assert max(size.max() for size in sizes.values()) <= 20
    worked = np.concatenate([sizes[s.name].ravel() for s in graph.worked if s.name in sizes])
    assert (worked <= 9).mean() >= 0.95


@every_topic
def test_at_least_half_of_each_layer_is_live(topic: str) -> None:
    graph, drawn = thousand(topic)
    for step in relus(graph):
        live = (drawn.values[step.name].digits > 0).any(axis=-1)
        if step.shape[0] > 1:
            assert (live.mean(axis=-1) >= 0.5).all(), step.name


@every_topic
def test_every_page_with_a_layer_shows_a_dead_unit(topic: str) -> None:
    graph, drawn = thousand(topic)
    layers = [s for s in relus(graph) if s.shape[0] > 1 and not s.inputs[0].op.slides
              and not adds_up(s)]  # fmt: skip
    if layers and not any(g.draw == "adjacency" for g in graph.givens):
        dead = [(drawn.values[s.name].digits == 0).all(axis=-1).any(axis=-1) for s in layers]
        assert np.any(dead, axis=0).all()


@every_topic
def test_a_lone_neuron_fires_about_every_other_time(topic: str) -> None:
    graph, drawn = thousand(topic)
    if [s.shape for s in relus(graph)] == [(1, 1)] and not relus(graph)[0].inputs[0].op.slides:
        fires = (drawn.values[relus(graph)[0].name].digits > 0).mean()
        assert 0.4 <= fires <= 0.6


@every_topic
def test_no_pre_activation_is_0_where_a_gradient_passes(topic: str) -> None:
    graph, drawn = thousand(topic)
    through = _signals(graph)
    for node in graph.nodes:
        if id(node) in through:
            assert (drawn.values[node.name].digits != 0).all(), node.name


@every_topic
def test_rounded_probabilities_add_up_to_1_and_are_not_all_0_or_1(topic: str) -> None:
    graph, drawn = thousand(topic)
    for step in graph.steps:
        if step.op.name not in ("softmax", "quotient"):
            continue
        p = drawn.values[step.name]
        one = 10**p.decimals
        assert (p.digits.sum(axis=-2) == one).all(), step.name
        assert (p.digits >= 0).all()
        certain = (p.digits == one).any(axis=-2)
        assert not certain.all(axis=-1).any(), step.name


@every_topic
def test_a_weight_gradient_says_something_for_half_of_its_live_units(topic: str) -> None:
    graph, drawn = thousand(topic)
    for step in graph.steps:
        if step.role != "gradient" or not is_weights(step.of):
            continue
        rows = (drawn.values[step.name].digits != 0).any(axis=-1)
        assert rows.any(axis=-1).all(), f"{step.name} is all zero"
        live = np.ones_like(rows)
        for user in graph.steps:
            if user.inputs and user.inputs[0] is step.of and user.role != "gradient":
                for after in relus(graph):
                    if after.inputs[0] is user:
                        live = (drawn.values[user.name].digits > 0).any(axis=-1)
        speaking = (rows & live).sum(axis=-1)
        assert (2 * speaking >= live.sum(axis=-1)).all(), step.name


@every_topic
def test_no_two_rows_of_a_weight_block_are_equal(topic: str) -> None:
    graph, drawn = thousand(topic)
    for given in graph.givens:
        if is_weights(given):
            for block in drawn.values[given.name].digits.tolist():
                assert len({tuple(row) for row in block}) == len(block), given.name


@every_topic
def test_a_column_of_inputs_has_at_most_one_zero(topic: str) -> None:
    graph, drawn = thousand(topic)
    for given in graph.givens:
        if given.draw == "inputs":
            zeros = (drawn.values[given.name].digits == 0).sum(axis=-2)
            assert (zeros <= 1).all(), given.name


@every_topic
def test_a_target_is_one_hot_and_not_what_is_predicted(topic: str) -> None:
    graph, drawn = thousand(topic)
    for given in graph.givens:
        if given.draw != "one-hot":
            continue
        target = drawn.values[given.name].digits
        assert ((target == 0) | (target == 1)).all()
        assert (target.sum(axis=-2) == 1).all()
        predicted = reals(drawn.values[given.options["like"]])
        hit = (predicted * target).sum(axis=-2)
        others = np.where(target == 1, -np.inf, predicted).max(axis=-2)
        assert (hit <= others).all(), "the target is predicted already"


@every_topic
def test_neighbours_get_the_same_amount_of_work(topic: str) -> None:
    _, drawn = thousand(topic)
    assert drawn.effort.max() / drawn.effort.min() <= 1.15 / 0.85 + 1e-9
    middle = np.median(drawn.effort)
    assert (abs(drawn.effort - middle) <= 0.15 * middle).mean() >= 0.9


@every_topic
def test_a_draw_carries_the_solution_of_its_givens(topic: str) -> None:
    graph, drawn = thousand(topic)
    solution = solve(graph, {g.name: drawn.values[g.name] for g in graph.givens})
    for name, value in solution.items():
        assert (reals(value) == reals(drawn.values[name])).all(), name


@every_topic
def test_no_exercises_of_a_thousand_are_alike(topic: str) -> None:
    graph, drawn = thousand(topic)
    marks = {b"".join(drawn.values[g.name].digits[k].tobytes() for g in graph.givens)
             for k in range(1000)}  # fmt: skip
    assert len(marks) >= 1000 - FEW_GIVENS.get(topic, 0)


FEW_GIVENS = {"activations": 5, "linear-regression": 20, "logistic-regression": 30}
"""Topics with so few numbers that some of a thousand seeds meet; an order of many puts others in
their place."""


@every_topic
def test_a_recipe_alone_or_among_a_thousand_gives_the_same_numbers(topic: str) -> None:
    asked = settings(topic)
    graph, drawn = thousand(topic)
    for seed in (0, 7, 511, 999):
        alone = numbers(asked, [seed])
        for node in graph.nodes:
            assert (
                reals(alone.values[node.name])[0] == reals(drawn.values[node.name])[seed]
            ).all(), node.name


def test_a_fresh_process_gives_the_same_numbers() -> None:
    script = "from tests.golden import marks; print(marks(seeds=(3, 2**62)))"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=golden.ROOT)
    assert done.stdout.strip() == str(golden.marks(seeds=(3, 2**62)))


@pytest.mark.parametrize("recipe", golden.recipes())
def test_golden_recipes_give_the_golden_numbers(recipe: str) -> None:
    """Changed on purpose? ``python -m tests.golden`` writes the new ones."""
    assert recipe in golden.stored(), "run python -m tests.golden"
    assert golden.drawn(recipe) == golden.stored()[recipe]


def test_no_golden_recipe_is_left_over() -> None:
    assert sorted(golden.stored()) == sorted(golden.recipes())


# --- knobs, limits, alikes ------------------------------------------------------------------------


def test_knobs_bound_what_is_drawn() -> None:
    asked = settings("hidden-layer", {"weights": "0..1", "inputs": "2..4", "biases": "-1..1"})
    for exercise in build(asked, range(50)):
        for given in exercise.graph.givens:
            digits = exercise.values[given.name].digits
            low, high = {"weights": (0, 1), "inputs": (2, 4), "bias": (-1, 1)}[given.draw]
            assert digits.min() >= low
            assert digits.max() <= high


def test_a_smaller_largest_number_is_kept() -> None:
    for exercise in build(settings("hidden-layer", {"max": "6"}), range(50)):
        assert max(abs(v.digits).max() for v in exercise.values.values()) <= 6


def test_options_that_contradict_each_other_end_with_a_hint() -> None:
    with pytest.raises(
        SheetgenError, match="no hand-friendly numbers found with these options; loosen --max"
    ):
        build(settings("hidden-layer", {"inputs": "4..5", "max": "1"}), [1])


def test_exercises_of_a_class_differ_and_a_class_too_large_is_refused() -> None:
    found = make_different(settings("hidden-layer"), 1, 40)
    assert len({fingerprint(e) for e in found}) == 40
    with pytest.raises(SheetgenError, match=r"only about .* different exercises"):
        make_different(settings("single-neuron", {"features": 1, "weights": "0..1"}), 0, 500)
