"""Rules for what is drawn: weights, inputs, plain matrices, targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.rules.rule import Mask, distinct_columns, distinct_rows, is_weights, rule
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Values


def _is_block(given: Given, graph: Graph) -> bool:
    return is_weights(given)


@rule("No two units have the same weights.", lambda g, _: is_weights(g) and g.shape[0] > 1)
def units_apart(given: Given, values: Values, knobs: Knobs) -> Any:
    rows, cols = given.shape
    if rows > 0.7 * (len(knobs.table("weights", given.shape)) ** cols - 1):
        return True  # there are not so many
    return distinct_rows(values[given.name].digits)


@rule("Every unit has a weight that is not 0, and few columns of weights are all 0.", _is_block)
def nothing_idle(given: Given, values: Values, knobs: Knobs) -> Mask:
    digits = values[given.name].digits
    rows, cols = given.shape
    idle = (digits == 0).all(axis=-2).sum(axis=-1)
    good = (digits != 0).any(axis=-1).all(axis=-1)
    return np.asarray(good & (idle <= (cols // 3 if rows > 1 else cols // 2)))


@rule("A sample has at most one 0 among its inputs.", lambda g, _: g.draw == "inputs")
def few_zeros(given: Given, values: Values, knobs: Knobs) -> Mask:
    zeros = (values[given.name].digits == 0).sum(axis=-2).max(axis=-1)
    return np.asarray(zeros <= (1 if given.shape[0] > 1 else 0))


@rule("No two samples have the same inputs.",
      lambda g, _: g.draw == "inputs" and (min(g.shape) > 1 or g.options.get("apart")))  # fmt: skip
def samples_apart(given: Given, values: Values, knobs: Knobs) -> Mask:
    return distinct_columns(values[given.name].digits)


@rule("No two inputs are the same in every sample.",
      lambda g, _: g.draw == "inputs" and min(g.shape) > 1 and not g.options.get("shifted"),
      wish=True)  # fmt: skip
def inputs_apart(given: Given, values: Values, knobs: Knobs) -> Mask:
    return distinct_rows(values[given.name].digits)


def _is_plain(given: Given, graph: Graph) -> bool:
    return given.draw == "numbers" and "like" not in given.options


@rule("A matrix is not mostly 0, and not of 0 and ±1 alone.", _is_plain)
def plain_numbers(given: Given, values: Values, knobs: Knobs) -> Mask:
    digits = values[given.name].digits
    rows, cols = given.shape
    share = 4 if rows * cols < 16 else 2
    good = (digits == 0).sum(axis=(-1, -2)) <= max(1, rows * cols // share)
    return np.asarray(good & ((np.abs(digits) > 1).any(axis=(-1, -2)) | (rows * cols < 3)))


@rule("No sample is predicted right already.", lambda g, _: g.role == "target"
      and "like" in g.options)  # fmt: skip
def target_missed(given: Given, values: Values, knobs: Knobs) -> Mask:
    digits, near = values[given.name].digits, values[given.options["like"]]
    if given.draw != "one-hot":
        blank = (digits == 0).all(axis=(-1, -2)) & (given.shape != (1, 1))
        return np.asarray((digits != near.digits).any(axis=-2).all(axis=-1) & ~blank)
    good = (digits * 10**near.decimals != near.digits).any(axis=-2).all(axis=-1)
    if given.shape[0] > 1:
        good &= (digits.argmax(axis=-2) != near.digits.argmax(axis=-2)).all(axis=-1)
    return np.asarray(good)


@rule("What is the target has a chance: its probability is not 0, so its loss is a number.",
      lambda g, _: g.draw == "one-hot", wish=True)  # fmt: skip
def target_has_a_chance(given: Given, values: Values, knobs: Knobs) -> Mask:
    chance = values[given.options["like"]].digits * values[given.name].digits
    return np.asarray((chance.sum(axis=-2) > 0).all(axis=-1))


@rule("In a table of who looks at whom no token looks at nothing or at everything, no two look at "
      "the same, and each is looked at.", lambda g, _: g.draw == "links")  # fmt: skip
def looks_differ(given: Given, values: Values, knobs: Knobs) -> Any:
    digits = values[given.name].digits
    count = digits.sum(axis=-2)
    good = (count > 0).all(axis=-1) & (digits.sum(axis=-1) > 0).all(axis=-1)
    if given.shape[0] > 2:
        good = good & (count < given.shape[0]).all(axis=-1)
    return good & distinct_columns(digits)


@rule("Both numbers occur, 0 and 1 (for tanh −1 and 1).",
      lambda g, _: g.draw == "bits" and g.shape[0] * g.shape[1] > 1)  # fmt: skip
def both_occur(given: Given, values: Values, knobs: Knobs) -> Mask:
    digits = values[given.name].digits
    return np.asarray(digits.max(axis=(-1, -2)) != digits.min(axis=(-1, -2)))


@rule("No two samples get the same random numbers.",
      lambda g, _: g.draw == "noise" and g.shape[1] > 1)  # fmt: skip
def noise_apart(given: Given, values: Values, knobs: Knobs) -> Mask:
    return distinct_columns(values[given.name].digits)


RULES = (
    both_occur, looks_differ, noise_apart, units_apart, nothing_idle, few_zeros, samples_apart,
    inputs_apart, plain_numbers, target_missed, target_has_a_chance,
)  # fmt: skip


def equal_rows(graph: Graph, values: Values) -> Any:
    """Whether two inputs are the same in every sample."""
    found = [~distinct_rows(values[g.name].digits) for g in graph.givens
             if g.draw == "inputs" and min(g.shape) > 1]  # fmt: skip
    return np.logical_or.reduce(found) if found else None


def chance_of_target(graph: Graph, values: Values) -> Any:
    """Whether a target is something that is given no chance at all: its loss would be infinite."""
    found = [(values[g.options["like"]].digits * values[g.name].digits).sum(axis=-2) == 0
             for g in graph.givens if g.draw == "one-hot" and "like" in g.options]  # fmt: skip
    return np.concatenate(found, axis=-1).any(axis=-1) if found else None


FIGURES = (
    Figure("two equal rows of inputs", equal_rows, at_most=0),
    Figure("a target of probability 0", chance_of_target, at_most=0),
)
