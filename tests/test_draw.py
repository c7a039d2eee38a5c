"""Drawn numbers are hand-friendly: each rule over a thousand seeds of each topic, by other code."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from sheetgen.draw.search import draw, effort_band
from sheetgen.draw.strata import APART, FREE_FROM, strata
from sheetgen.errors import SheetgenError
from sheetgen.exercise import exercise as ex
from sheetgen.exercise.different import Distinct, fingerprint, make_different
from sheetgen.exercise.exercise import build
from sheetgen.exercise.given import from_given
from sheetgen.exercise.settings import settings
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.solve import solve
from sheetgen.stress.numbers import stress
from sheetgen.topics import TOPICS
from tests import golden
from tests.support import NAMES, is_weights, reals, relus, thousand

every_topic = pytest.mark.parametrize("topic", NAMES)


def _printed(graph: Graph) -> list[Any]:
    return [n for n in graph.nodes if isinstance(n, Given) or not n.hidden]


def _powers(graph: Graph) -> set[str]:
    """Powers and their sums: 3⁴ = 81 is looked up, and never multiplied."""
    powers = {s.name for s in graph.steps if s.op.name == "power"}
    sums = {s.name for s in graph.steps if s.op.name == "column_sum" and s.inputs[0].name in powers}
    return powers | sums


def _signals(graph: Graph) -> set[int]:
    """The pre-activations through which a gradient passes."""
    return {id(s.inputs[1]) for s in graph.steps if s.op.name == "gate"}


@every_topic
def test_numbers_have_at_most_one_decimal_or_what_the_sheet_says(topic: str) -> None:
    graph, drawn = thousand(topic)
    said = max([1, *(s.params.get("decimals", 0) for s in graph.steps if s.role == "output")])
    for node in _printed(graph):
        value = drawn.values[node.name]
        assert (value.digits * 10**said % 10**value.decimals == 0).all(), node.name


@every_topic
def test_no_number_is_beyond_20_and_most_results_are_within_9(topic: str) -> None:
    graph, drawn = thousand(topic)
    sizes = {n.name: np.abs(reals(drawn.values[n.name])) for n in _printed(graph)}
    for name in _powers(graph):
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
    layers = [s for s in relus(graph) if s.shape[0] > 1]
    if layers:
        dead = [(drawn.values[s.name].digits == 0).all(axis=-1).any(axis=-1) for s in layers]
        assert np.any(dead, axis=0).all()


@every_topic
def test_a_lone_neuron_fires_about_every_other_time(topic: str) -> None:
    graph, drawn = thousand(topic)
    if [s.shape for s in relus(graph)] == [(1, 1)]:
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
    assert len(marks) == 1000


@every_topic
def test_a_recipe_alone_or_among_a_thousand_gives_the_same_numbers(topic: str) -> None:
    asked = settings(topic)
    graph, drawn = thousand(topic)
    band = effort_band(asked.graph, asked.knobs)
    for seed in (0, 7, 511, 999):
        alone = draw(graph, [seed], asked.knobs, band)
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


def _reordered(exercise: ex.Exercise, rng: np.random.Generator) -> ex.Exercise:
    """The same net with its hidden units (and the samples of a batch) in another order."""
    given = {g.name: exercise.values[g.name] for g in exercise.graph.givens}
    depth = max(int(name[1:]) for name in given if name[0] == "W")
    for k in range(1, depth):
        order = rng.permutation(given[f"W{k}"].digits.shape[0])
        for name in (f"W{k}", f"b{k}"):
            if name in given:
                given[name] = Fixed(given[name].digits[order], given[name].decimals)
        after = given[f"W{k + 1}"]
        given[f"W{k + 1}"] = Fixed(after.digits[:, order], after.decimals)
    samples = rng.permutation(given["X"].digits.shape[1]) if "X" in given else [0]
    for name in ("x", "X", "y_target", "Y_target"):
        if name in given:
            given[name] = Fixed(given[name].digits[:, samples], given[name].decimals)
    values = solve(exercise.graph, given)
    return ex.Exercise(exercise.settings, 0, values, exercise.blanks, exercise.effort)


@pytest.mark.parametrize(
    ("topic", "options"),
    [
        ("hidden-layer", {"widths": "1-8-8-1"}),
        ("hidden-layer", {"widths": "2-6-6-2", "bias": False}),
        ("batch-of-three", {"batch": 4}),
        ("seven-layer-mlp", {}),
        ("backpropagation", {"batch": 2}),
        ("backpropagation", {"loss": "squared-error", "batch": 2}),
    ],
)
def test_the_fingerprint_forgets_the_order_of_hidden_units_and_samples_alone(
    topic: str, options: dict[str, Any]
) -> None:
    rng = np.random.default_rng(5)
    made = build(settings(topic, options), range(12))
    for exercise in made:
        assert fingerprint(_reordered(exercise, rng)) == fingerprint(exercise)
    assert len({fingerprint(e) for e in made}) == len(made)


@pytest.mark.parametrize(
    ("topic", "options"),
    [
        ("single-neuron", {"weights": "0..1", "inputs": "0..2"}),
        ("hidden-layer", {"widths": "2-2-1", "weights": "-1..1"}),
        ("hidden-layer", {}),
        ("batch-of-three", {"batch": 2}),
    ],
)
def test_what_is_distinct_is_what_has_a_fingerprint_of_its_own(
    topic: str, options: dict[str, Any]
) -> None:
    rng = np.random.default_rng(3)
    made = build(settings(topic, options), range(60))
    if topic != "single-neuron":
        made += [_reordered(e, rng) for e in made]
    made += made[:5]
    distinct, marks = Distinct(), set[bytes]()
    for exercise in made:
        assert distinct.add(exercise) == (fingerprint(exercise) not in marks)
        marks.add(fingerprint(exercise))
    assert 1 < len(marks) <= 60


def test_units_that_are_alike_do_not_confuse_the_fingerprint() -> None:
    twins = {"x": [1, 2], "W1": [[1, 1]] * 4, "b1": [0] * 4, "W2": [[1, 0, 1, 0], [0, 1, 1, 0]],
             "b2": [0, 0]}  # fmt: skip
    one, _ = from_given("hidden-layer", twins)
    other, _ = from_given("hidden-layer", {**twins, "W2": [[0, 1, 0, 1], [1, 1, 0, 0]]})
    third, _ = from_given("hidden-layer", {**twins, "W2": [[1, 0, 1, 0], [0, 1, 0, 1]]})
    assert fingerprint(one) == fingerprint(other) != fingerprint(third)


def test_the_fingerprint_sees_the_order_of_inputs_and_outputs() -> None:
    given = {"x": [1, 2], "W": [[1, 0], [0, 1], [1, 1]], "b": [0, 1, 2]}
    marks = {
        fingerprint(from_given("four-neurons", {**given, **change})[0])
        for change in ({}, {"x": [2, 1], "W": [[0, 1], [1, 0], [1, 1]]},
                       {"W": [[0, 1], [1, 0], [1, 1]], "b": [1, 0, 2]})
    }  # fmt: skip
    assert len(marks) == 3


# --- strata ---------------------------------------------------------------------------------------

LEVELS = [(name, level) for name in NAMES for level in TOPICS[name].levels or ("medium",)]


@pytest.mark.parametrize(
    ("topic", "level"),
    [("softmax", "easy"), ("softmax", "medium"), ("single-neuron", "easy"),
     ("single-neuron", "medium"), ("matrix-multiplication", "easy"),
     ("matrix-multiplication", "medium"), ("four-neurons", "easy"), ("rnn", "easy")],
)  # fmt: skip
def test_no_thousand_seeds_in_a_row_meet_in_a_small_space(topic: str, level: str) -> None:
    assert stress(settings(topic, {"level": level}), APART, first=10**15 + 700).duplicates == ()


@pytest.mark.parametrize(("topic", "level"), LEVELS)
def test_a_thousand_seeds_in_a_row_have_strata_of_their_own(topic: str, level: str) -> None:
    asked = settings(topic, {"level": level})
    parts = strata(asked.graph, asked.knobs)
    seeds = np.arange(2**63 - 400, 2**63 + 600, dtype=np.uint64)
    own = [set(parts.of(seeds[k : k + 1].repeat(FREE_FROM), np.arange(FREE_FROM, dtype=np.uint64)))
           for k in range(0, APART, 7)]  # fmt: skip
    if parts.shares:
        assert {len(mine) for mine in own} == {len(parts.order) // APART}
        assert sum(len(mine) for mine in own) == len(set().union(*own))
        assert -1 not in set().union(*own)
    assert (parts.of(seeds, np.full(APART, FREE_FROM, np.uint64)) == -1).all()


@pytest.mark.parametrize(("topic", "level"), LEVELS)
def test_an_exercise_is_from_its_stratum(topic: str, level: str) -> None:
    asked = settings(topic, {"level": level})
    parts = strata(asked.graph, asked.knobs)
    seeds = np.arange(20, dtype=np.uint64)
    band = effort_band(asked.graph, asked.knobs)
    drawn = draw(asked.graph, seeds, asked.knobs, band)
    stratum = parts.of(seeds, drawn.rounds.astype(np.uint64))
    for name, share in parts.shares.items():
        for k in np.flatnonzero(stratum >= 0):
            digit = stratum[k] // share.worth % (len(share.ends) - 1)
            first, last = np.searchsorted(share.edges, share.ends[[digit, digit + 1]], "right")
            matrix = drawn.values[name].digits[k]
            assert (share.matrices[first:last] == matrix).all(axis=(1, 2)).any(), name


def test_matrices_that_are_the_same_up_to_hidden_units_share_a_digit() -> None:
    """W2 of 2-3-2: its three columns may change places, and A of an RNN both rows and columns."""
    order = np.array([2, 0, 1])
    hidden = settings("hidden-layer", {"level": "easy"})
    recurrent = settings("rnn", {"level": "easy"})
    for asked, name, turn in (
        (hidden, "W2", lambda m: m[:, order]),
        (hidden, "b1", lambda m: m[order]),
        (recurrent, "A", lambda m: m[::-1, ::-1]),
        (recurrent, "B", lambda m: m[::-1]),
    ):
        share = strata(asked.graph, asked.knobs).shares[name]
        digits: dict[bytes, int] = {}
        for matrix, edge in zip(share.matrices, share.edges, strict=True):
            digits[matrix.tobytes()] = int(np.searchsorted(share.ends, edge, "left"))
        assert len(set(digits.values())) == len(share.ends) - 1
        for matrix in share.matrices:
            assert digits[turn(matrix).tobytes()] == digits[matrix.tobytes()], name


def test_a_space_too_small_for_strata_is_drawn_from_freely() -> None:
    asked = settings("single-neuron", {"features": 1, "weights": "0..1"})
    assert not strata(asked.graph, asked.knobs).shares
    assert len(make_different(asked, 0, 5)) == 5
