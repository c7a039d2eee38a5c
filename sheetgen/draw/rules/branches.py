"""Rules for what branches: tokens that are sent to experts, gates, codes that are matched or drawn,
and players that judge."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.rules.rule import Context, Mask, distinct_columns, distinct_rows, rule
from sheetgen.draw.rules.units import adds_up
from sheetgen.graph.figures import Figure
from sheetgen.graph.layers import layer_of
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import Values
from sheetgen.graph.reach import losses


def _sends(step: Node, graph: Graph) -> bool:
    """Whether it says which of several branches each column takes."""
    return isinstance(step, Step) and step.shape[1] > 1 and any(
        user.inputs[k] is step for user in graph.users(step) for k in user.op.deciding
        if user.role != "gradient" and user.op.products
    )  # fmt: skip


def _taken(step: Step, values: Values) -> Any:
    """How many branches are taken by some column."""
    return (values[step.name].digits > 0).any(axis=-1).sum(axis=-1)


@rule("The tokens do not all go one way: each way is taken where there are as many tokens.", _sends)
def all_ways_taken(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray(_taken(step, values) == min(step.shape))


@rule("Where one branch lets another pass, something of each row does, and most boxes are not 0.",
      lambda s, _: s.part == "gated", wish=True)  # fmt: skip
def gate_opens(step: Step, values: Values, context: Context) -> Mask:
    open_ = values[step.name].digits != 0
    most = 2 * open_.sum(axis=(-1, -2)) >= step.shape[0] * step.shape[1]
    return np.asarray(open_.any(axis=-1).all(axis=-1) & most)


@rule("No two pictures, and no two texts, fit the others alike.",
      lambda s, _: s.part == "similarity", wish=True)  # fmt: skip
def matches_differ(step: Step, values: Values, context: Context) -> Mask:
    scores = values[step.name].digits
    return distinct_columns(scores) & distinct_rows(scores)


@rule("No entry of a code is 0 for all.",
      lambda s, g: any(user.part == "similarity" for user in g.users(s)), wish=True)  # fmt: skip
def codes_speak(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray((values[step.name].digits != 0).any(axis=-1).all(axis=-1))


@rule("Some spread is not 1, and where there are several they are not all the same.",
      lambda s, _: s.part == "spread")  # fmt: skip
def spread_shows(step: Step, values: Values, context: Context) -> Mask:
    spread = values[step.name].digits
    high, low = spread.max(axis=(-1, -2)), spread.min(axis=(-1, -2))
    return np.asarray((high > 1) & ((high > low) | (step.shape == (1, 1))))


def _wanted(step: Node, graph: Graph) -> list[Given]:
    """What a step should come to, where that is the same on every sheet."""
    return [t for loss in losses(graph) for t in loss.inputs[1:]
            if loss.inputs[0] is step and isinstance(t, Given) and t.always is not None
            and isinstance(step, Step) and step.op.squashes]  # fmt: skip


@rule("Nothing that is judged is judged right already, as it is written.",
      lambda s, g: bool(_wanted(s, g)))  # fmt: skip
def still_to_learn(step: Step, values: Values, context: Context) -> Mask:
    said, good = values[step.name], np.ones((), bool)
    for target in _wanted(step, context.graph):
        assert target.always is not None
        right = target.always.digits * 10 ** (said.decimals - target.always.decimals)
        good = good & (said.digits != right).any(axis=-2).all(axis=-1)
    return np.asarray(good)


@rule("Where several results are added up, ReLU has something to cut, and something is left of "
      "each sample.", lambda s, _: s.op.dies and adds_up(s))  # fmt: skip
def cuts_and_leaves(step: Step, values: Values, context: Context) -> Mask:
    total = step.inputs[0]
    assert isinstance(total, Step)
    z = values[total.name].digits
    bent = all(isinstance(n, Step) and n.op.dies for n in total.inputs)  # none below 0
    cut = (z < 0).any(axis=(-1, -2)) | bent | (not context.signed)
    return np.asarray(cut & (z > 0).any(axis=-2).all(axis=-1))


def _narrowest(step: Step, graph: Graph) -> bool:
    """Whether a layer is narrower than what it reads and than what reads it."""
    if not step.op.dies:
        return False
    z = step.inputs[0]
    layer = layer_of(z) if isinstance(z, Step) else None
    after = [user.shape[0] for user in graph.users(step) if layer_of(user)]
    return layer is not None and bool(after) and step.shape[0] < min(layer[2].shape[0], *after)


@rule("In the narrowest layer every unit fires.", _narrowest, wish=True)
def bottleneck_alive(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray((values[step.name].digits > 0).any(axis=-1).all(axis=-1))


RULES = (
    cuts_and_leaves, bottleneck_alive, matches_differ, codes_speak, gate_opens, spread_shows,
    all_ways_taken, still_to_learn,
)  # fmt: skip


# --- figures


def ways_not_taken(graph: Graph, values: Values) -> Any:
    """Whether the tokens leave out a way that some could have taken."""
    found = [_taken(s, values) < min(s.shape) for s in graph.steps if _sends(s, graph)]
    return np.logical_or.reduce(found) if found else None


FIGURES = (Figure("tokens that leave out an expert", ways_not_taken, at_most=0),)
