"""Rules for gates and masks, states and random numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.rules.rule import Context, Mask, distinct_columns, rule
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Fixed, Values

OFF = 2
"""Hundredths that a random number stays off what it is compared with."""


@rule("A random number stands at least .02 off each edge that it is held against.",
      lambda g, _: "off" in g.options)  # fmt: skip
def off_the_edges(given: Given, values: Values, knobs: Knobs) -> Mask:
    return np.asarray(~near_an_edge(values[given.name], values[given.options["off"]]))


def near_an_edge(numbers: Fixed, edges: Fixed) -> Any:
    """Whether one of some random numbers in hundredths is as good as an edge of its column."""
    off = np.abs(edges.digits - numbers.digits * 10 ** (edges.decimals - 2))
    return (off < OFF * 10 ** (edges.decimals - 2)).any(axis=(-1, -2))


@rule("No two columns of a table in which something is looked up are the same.",
      lambda g, _: bool(g.columns_said) and g.role == "parameter")  # fmt: skip
def entries_apart(given: Given, values: Values, knobs: Knobs) -> Mask:
    return distinct_columns(values[given.name].digits)


def is_mask(step: Step, graph: Graph) -> bool:
    return step.op.rule == "mask"


@rule("A mask drops some of a layer and keeps half of it or more, and no random number is within "
      ".02 of the rate.", is_mask)  # fmt: skip
def mask_drops_some(step: Step, values: Values, context: Context) -> Mask:
    kept = (values[step.name].digits != 0).any(axis=-1).sum(axis=-1)
    numbers = values[step.inputs[0].name].digits
    rate = round(float(step.params["rate"]) * 100)
    close = (np.abs(numbers - rate) < OFF).any(axis=(-1, -2))
    return np.asarray((2 * kept >= step.shape[0]) & (kept < step.shape[0]) & ~close)


def kept_units(layer: Step, graph: Graph, values: Values) -> Any:
    """Which units of a layer a mask behind it keeps; all, where there is none."""
    masks = [u.inputs[0] for u in graph.users(layer) if _masked(u, graph)]
    return (values[masks[0].name].digits != 0).any(axis=-1) if masks else True


def _masked(step: Step, graph: Graph) -> bool:
    return any(isinstance(n, Step) and is_mask(n, graph) for n in step.inputs) and (
        step.role != "gradient")  # fmt: skip


@rule("Of what a mask keeps, at least half is not 0, and something in each sample.", _masked)
def keeps_something(step: Step, values: Values, context: Context) -> Mask:
    digits = values[step.name].digits
    kept = (values[step.inputs[0].name].digits != 0).any(axis=-1).sum(axis=-1)
    alive = (digits != 0).any(axis=-1).sum(axis=-1)
    return np.asarray((2 * alive >= kept) & (digits != 0).any(axis=-2).all(axis=-1))


def _picks(step: Step, graph: Graph) -> bool:
    return step.op.rule == "picks" and step.shape[1] > 1


@rule("Not every place gets the same.", _picks, wish=True)
def picks_differ(step: Step, values: Values, context: Context) -> Mask:
    digits = values[step.name].digits
    return np.asarray((digits != digits[..., :1]).any(axis=(-1, -2)))


def gates(graph: Graph) -> list[Step]:
    """The gates in levels: what has two ends, and is 0 at one of them."""
    return [s for s in graph.steps if s.part == "gate" and s.op.ends is not None]


def _is_state(step: Step, graph: Graph) -> bool:
    return step.part == "state" and bool(gates(graph))


@rule("A state behind gates comes out in halves, and is not all 0.", _is_state)
def state_in_halves(step: Step, values: Values, context: Context) -> Mask:
    state = values[step.name]
    whole = (2 * state.digits % 10**state.decimals == 0).all(axis=(-1, -2))
    return np.asarray(whole & (state.digits != 0).any(axis=(-1, -2)))


@rule("Every level of σ occurs on a sheet.", lambda s, g: s in gates(g)[-1:], wish=True)
def every_level(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray(every_level_of(context.graph, values))


def every_level_of(graph: Graph, values: Values) -> Any:
    """Whether some gate is open, some shut, some half open."""
    found = [values[s.name] for s in gates(graph)]
    good: Any = True
    for level in (0.0, 0.5, 1.0):
        there = [(v.digits == level * 10**v.decimals).any(axis=(-1, -2)) for v in found]
        good = good & np.logical_or.reduce(np.broadcast_arrays(*there))
    return good


def clipped(graph: Graph) -> list[Step]:
    """The steps behind gates that are cut off at both ends, one of them negative."""
    return [s for s in graph.steps if s.op.ends is not None and s.op.ends[0] < 0
            and s.group is not None]  # fmt: skip


@rule("Behind gates tanh gives something negative, and something that is not cut off.",
      lambda s, g: s in clipped(g)[-1:] and bool(gates(g)), wish=True)  # fmt: skip
def tanh_varies(step: Step, values: Values, context: Context) -> Mask:
    found = [values[s.name] for s in clipped(context.graph)]
    low = [(v.digits < 0).any(axis=(-1, -2)) for v in found]
    open_ = [(np.abs(v.digits) < 10**v.decimals).any(axis=(-1, -2)) for v in found]
    either = [np.logical_or.reduce(np.broadcast_arrays(*some)) for some in (low, open_)]
    return np.asarray(either[0] & either[1])


@rule("Where a gradient passes, no state is cut off in all its units at once.",
      lambda s, g: _is_state(s, g) and g.has_gradients
      and any(u.op.ends is not None for u in g.users(s)), wish=True)  # fmt: skip
def state_not_cut_off(step: Step, values: Values, context: Context) -> Mask:
    state = values[step.name]
    return np.asarray((np.abs(state.digits) < 10**state.decimals).any(axis=(-1, -2)))


RULES = (
    mask_drops_some, keeps_something, state_in_halves, picks_differ, every_level, tanh_varies,
    state_not_cut_off,
)  # fmt: skip
GIVEN_RULES = (off_the_edges, entries_apart)


# --- figures


def edges_met(graph: Graph, values: Values) -> Any:
    """Whether a random number is as good as the edge of a word."""
    found = [near_an_edge(values[g.name], values[g.options["off"]]) for g in graph.givens
             if "off" in g.options]  # fmt: skip
    return np.logical_or.reduce(found) if found else None


def idle_masks(graph: Graph, values: Values) -> Any:
    """Whether a mask keeps all of a layer, or drops more than half of it."""
    found = []
    for step in graph.steps:
        if is_mask(step, graph):
            kept = (values[step.name].digits != 0).any(axis=-1).sum(axis=-1)
            found.append((kept == step.shape[0]) | (2 * kept < step.shape[0]))
    return np.logical_or.reduce(found) if found else None


def same_entries(graph: Graph, values: Values) -> Any:
    """Whether two words have the same numbers."""
    found = [~distinct_columns(values[g.name].digits) for g in graph.givens
             if g.columns_said and g.role == "parameter"]  # fmt: skip
    return np.logical_or.reduce(found) if found else None


def levels_missing(graph: Graph, values: Values) -> Any:
    """Whether every level of σ occurs."""
    return every_level_of(graph, values) if gates(graph) else None


FIGURES = (
    Figure("a random number within .02 of an edge", edges_met, at_most=0),
    Figure("a mask that drops nothing, or too much", idle_masks, at_most=0),
    Figure("two words with the same numbers", same_entries, at_most=0),
    Figure("every level of σ occurs", levels_missing, at_least=0.95),
)
