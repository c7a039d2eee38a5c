"""Rules for gradients: each says something."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.rules.gates import kept_units
from sheetgen.draw.rules.rule import Context, Mask, is_weights, rule
from sheetgen.graph.figures import Figure, highest_but_one_in_20
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Fixed, Values


def _of_weights(step: Step, graph: Graph) -> bool:
    return step.role == "gradient" and is_weights(step.of)


def _of_other(step: Step, graph: Graph) -> bool:
    """The gradient of a step or an input, if it is more than one number."""
    if step.role != "gradient" or step.of is None or is_weights(step.of):
        return False
    if any(user.op.ends for user in graph.users(step.of)):
        return False  # it is 0 where that has come to an end
    small = step.of.shape == (1, 1) and step.of.role != "parameter"
    return not small and not (isinstance(step.of, Given) and step.of.draw == "bias")


@rule("No gradient is all 0.", _of_other)
def not_all_zero(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray((values[step.name].digits != 0).any(axis=(-1, -2)))


@rule("Half of the live units of a block of weights have a gradient, and at least one.",
      _of_weights)  # fmt: skip
def reaches_units(step: Step, values: Values, context: Context) -> Mask:
    live = live_units(step.of, context.graph, values)
    hit = (values[step.name].digits != 0).any(axis=-1) & live
    count = np.broadcast_to(live, hit.shape).sum(axis=-1)
    return np.asarray((hit.sum(axis=-1) * 2 >= count) & hit.any(axis=-1))


@rule("Every live unit has a gradient; where more than two are alive, one may have none.",
      _of_weights, wish=True)  # fmt: skip
def units_learn(step: Step, values: Values, context: Context) -> Mask:
    live = live_units(step.of, context.graph, values)
    idle = (live & ~(values[step.name].digits != 0).any(axis=-1)).sum(axis=-1)
    count = np.broadcast_to(live, (*idle.shape, live.shape[-1])).sum(axis=-1)
    return np.asarray(idle <= (count > 2))


@rule("At least a third of the gradient of a block of weights is not 0.", _of_weights, wish=True)
def a_third_speaks(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray(3 * (values[step.name].digits != 0).sum(axis=(-1, -2))
                      >= step.shape[0] * step.shape[1])  # fmt: skip


def _last_block(step: Step, graph: Graph) -> bool:
    blocks = _blocks(graph)
    return len(blocks) > 1 and step is blocks[-1]


@rule("On a whole sheet at most one live unit has no gradient, and at most half of what is trained "
      "has the gradient 0.", _last_block, wish=True)  # fmt: skip
def sheet_learns(step: Step, values: Values, context: Context) -> Mask:
    idle: Any = 0
    zeros: Any = 0
    cells = 0
    for block in _blocks(context.graph):
        nothing = values[block.name].digits == 0
        idle = idle + (live_units(block.of, context.graph, values) & nothing.all(axis=-1)).sum(
            axis=-1)  # fmt: skip
        zeros = zeros + nothing.sum(axis=(-1, -2))
        cells += block.shape[0] * block.shape[1]
    return np.asarray((idle <= 1) & (2 * zeros <= cells))


def _of_lone_unit(step: Step, graph: Graph) -> bool:
    """The gradient of the weights or of the bias of a unit that is the whole net."""
    blocks = [g for g in graph.givens if is_weights(g)]
    of = step.of
    return step.role == "gradient" and isinstance(of, Given) and of.role == "parameter" and (
        len(blocks) == 1 and blocks[0].shape[0] == 1)  # fmt: skip


@rule("Where one unit is trained alone, it learns by each weight and by its bias.", _of_lone_unit,
      wish=True)  # fmt: skip
def lone_unit_learns(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray((values[step.name].digits != 0).all(axis=(-1, -2)))


RULES = (not_all_zero, lone_unit_learns, reaches_units, units_learn, a_third_speaks, sheet_learns)


def live_units(block: Any, graph: Graph, values: Values) -> Mask:
    """Which units of a block of weights fire; all of them where nothing can die."""
    fired = [
        _open(values[(user if after.op.dies else after).name], after).any(axis=-1)
        & kept_units(after, graph, values)
        for user in graph.users(block)
        for after in graph.users(user)
        if _has_units(user, block) and (after.op.dies or after.op.ends)
    ]
    return np.logical_or.reduce(fired) if fired else np.ones(block.shape[0], bool)


def _open(value: Fixed, after: Step) -> Mask:
    """Where a gradient passes a bend: of its sums, or of its results if these have two ends."""
    if after.op.ends is None:
        return np.asarray(value.digits > 0)
    low, high = (end * 10**value.decimals for end in after.op.ends)
    return np.asarray((value.digits > low) & (value.digits < high))


def _has_units(user: Step, block: Given) -> bool:
    """Whether each row of a block is a unit of what it is multiplied to, and not as of a kernel
    that slides."""
    return any(user.inputs[left] is block and not turned
               for left, turned, _, _ in user.op.products)  # fmt: skip


# --- figures


def _blocks(graph: Graph) -> list[Step]:
    return [s for s in graph.steps if _of_weights(s, graph) and not s.hidden]


def zero_cells(graph: Graph, values: Values) -> Any:
    """The share of the gradient of weights and biases that is 0."""
    found = [s for s in graph.steps if s.role == "gradient" and not s.hidden
             and isinstance(s.of, Given) and s.of.role == "parameter"]  # fmt: skip
    if not found:
        return None
    cells = [(values[s.name].digits == 0).reshape(-1, s.shape[0] * s.shape[1]) for s in found]
    return np.concatenate(cells, axis=1).mean(axis=1)


def zero_block(graph: Graph, values: Values) -> Any:
    """Whether three quarters of the gradient of a block of weights are 0, or more."""
    found = [(values[s.name].digits == 0).mean(axis=(-1, -2)) >= 0.75 for s in _blocks(graph)]
    return np.logical_or.reduce(found) if found else None


def poor_block(graph: Graph, values: Values) -> Any:
    """Whether less than a third of the gradient of a block of weights is not 0."""
    found = [(values[s.name].digits != 0).mean(axis=(-1, -2)) < 1 / 3 for s in _blocks(graph)]
    return np.logical_or.reduce(found) if found else None


def idle_units(graph: Graph, values: Values) -> Any:
    """Whether more than one live unit has no gradient."""
    found = [(live_units(s.of, graph, values) & ~(values[s.name].digits != 0).any(axis=-1)).sum(
             axis=-1) for s in _blocks(graph)]  # fmt: skip
    return np.sum(found, axis=0) > 1 if found else None


FIGURES = (
    Figure("cells of dW and db that are 0", zero_cells, at_most=0.35),
    Figure("the same, 95th percentile", zero_cells, highest_but_one_in_20, at_most=0.5),
    Figure("a dW of which 75 % are 0", zero_block, at_most=0.05),
    Figure("a dW of which less than 1/3 is not 0", poor_block, at_most=0),
    Figure("two live units without a gradient", idle_units, at_most=0),
)
