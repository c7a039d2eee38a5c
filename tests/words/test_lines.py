"""What a sheet says below its steps."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.words.lines import pattern_note, step_lines
from sheetgen.words.rounding import rounding_rule

GO_ON = " Go on with the rounded numbers."


@pytest.mark.parametrize(("topic", "options", "said"), [
    ("hidden-layer", {}, ""),
    ("backpropagation", {}, "Rounding: softmax to 1 decimal; a 5 goes away from 0."),
    ("backpropagation", {"forward": "blank", "softmax_decimals": "2"},
     f"Rounding: softmax to 2 decimals; a 5 goes away from 0.{GO_ON}"),
    ("softmax", {"backward": "yes"}, "Rounding: quotients to 3 decimals; a 5 goes away from "
     f"0.{GO_ON} 3 stands for e, in the gradients too."),
    ("single-neuron", {"activation": "sigmoid"},
     f"Rounding: σ(z) = 1 ÷ (1 + e^{{−z}}) to 1 decimal; a 5 goes away from 0.{GO_ON}"),
    ("single-neuron", {"activation": "sigmoid", "sigmoid": "levels"},
     "σ in three levels: 1 for z ≥ 2, 0 for z ≤ −2, .5 between."),
])  # fmt: skip
def test_a_sheet_says_how_it_rounds(topic: str, options: dict[str, str], said: str) -> None:
    exercise = make(topic, 3, **options)
    assert rounding_rule(exercise.graph) == said
    lines = [line.markup for line in step_lines(exercise)]
    if "levels" in options.values():  # the step itself says it
        assert said not in lines
        assert "[2] a = 1 where z ≥ 2, 0 where z ≤ −2, .5 between." in lines
    else:
        assert (said in lines) == bool(said)


@pytest.mark.parametrize(("pattern", "said"), [
    ("none", "A worked example"), ("faded:1", "The first step is worked; go on from there"),
    ("faded:3", "The first 3 steps are worked; go on from there"), ("faded:0", ""),
    ("results", ""), ("one-per-block", "The empty boxes are yours; the rest is worked"),
    ("percent:40", "The empty boxes are yours; the rest is worked"),
])  # fmt: skip
def test_a_pattern_says_what_is_worked(pattern: str, said: str) -> None:
    assert pattern_note(pattern) == said


@pytest.mark.parametrize(("options", "asked", "count"), [
    ({}, "How many parameters? {} =", 2), ({"widths": "3-4-4-2"}, "How many parameters are there "
     "in all?", 3),
])  # fmt: skip
def test_the_count_of_parameters_is_asked_for(
    options: dict[str, str], asked: str, count: int
) -> None:
    exercise = make("hidden-layer", 3, **options)
    graph = exercise.graph
    weights = [g.shape for g in graph.givens if g.draw == "weights"]
    assert len(weights) == count
    terms = " + ".join(f"{rows}×({columns} + 1)" for rows, columns in weights)
    [line] = [line for line in step_lines(exercise) if line.answer]
    assert line.markup == asked.format(terms)
    assert line.answer == str(sum(rows * (columns + 1) for rows, columns in weights))


def test_gates_printed_in_levels_say_what_these_are_and_gradients_round_by_another_name() -> None:
    exercise = make("gru", 7, backward="yes", gates="levels")
    lines = [line.markup for line in step_lines(exercise)]
    assert "σ in three levels: 1 for z ≥ 2, 0 for z ≤ −2, .5 between." in lines
    assert "tanh is clipped: 1 for z ≥ 1, −1 for z ≤ −1, z between." in lines
    rule = rounding_rule(exercise.graph)
    assert rule.startswith("Rounding: products of gates, ")
    assert "products of gradients to 3 decimals" in rule


@pytest.mark.parametrize("topic", ["lstm", "gru"])
def test_gates_by_value_say_their_formulas(topic: str) -> None:
    rule = rounding_rule(make(topic, 7, gates="value").graph)
    assert "σ(z) = 1 ÷ (1 + e^{−z})" in rule
    assert "tanh(z) = 2 ÷ (1 + e^{−2z}) − 1" in rule
