"""What makes numbers hand-friendly: a rule for each kind of given and for each op that asks for
more than small results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import mix
from sheetgen.graph.exact import compiled
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import Values, to_float

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Context:
    """What a rule may know of the page beside the step: which ReLU must have a dead unit, for each
    exercise."""

    graph: Graph
    dead_at: NDArray[np.int64]
    """Index into ``relus`` of the step that must have a dead unit, -1 for none."""
    full: Mask
    """Whether a narrow ReLU layer must be all alive: (exercises, relus)."""
    live: Mask
    """Whether a neuron that stands alone must fire."""
    relus: tuple[Step, ...]
    signed: bool
    """Whether the knobs make negative sums likely; if not, a unit at 0 counts as dead."""

    def keep(self, good: Any) -> Context:
        return replace(
            self, dead_at=self.dead_at[good], full=self.full[good], live=self.live[good]
        )


def plan(
    graph: Graph, seeds: NDArray[np.uint64], key: NDArray[np.uint64], knobs: Knobs
) -> Context:
    """Choose, for each exercise, where the page shows a dead unit; and for lone neurons whether
    they fire."""
    relus = tuple(s for s in graph.steps if s.op.dies)
    able = [k for k, s in enumerate(relus) if s.shape[0] > 1]
    if able:
        dead_at = np.array(able)[(key % np.uint64(len(able))).astype(np.int64)]
    else:
        dead_at = np.full(len(key), -1)
    places = np.arange(max(1, len(relus)), dtype=np.uint64) % np.uint64(20)
    lot = key[:, None] >> (places * np.uint64(3))
    full = (lot % np.uint64(8) < np.uint64(6)) & (np.arange(max(1, len(relus))) != dead_at[:, None])
    live = (mix(seeds) >> np.uint64(40)) % np.uint64(2) == 1
    floors = [(g.draw, min(knobs.table(g.draw, g.shape))) for g in graph.givens
              if g.draw in ("weights", "bias", "numbers")]
    signed = any(low < (-2 if draw == "bias" else 0) for draw, low in floors)
    return Context(graph, dead_at, full, live, relus, signed)


def given_rule(given: Given, values: Values, knobs: Knobs) -> Mask:
    """Whether the drawn numbers of a given are good, for each candidate."""
    digits = values[given.name].digits
    good = np.ones(digits.shape[:-2], bool)
    rows, cols = given.shape
    if given.draw == "weights":
        table = knobs.table("weights", given.shape)
        if rows > 1 and rows <= 0.7 * (len(table) ** cols - 1):
            good &= _distinct_rows(digits)
        good &= (digits != 0).any(axis=-1).all(axis=-1)
        idle = (digits == 0).all(axis=-2).sum(axis=-1)
        good &= idle <= (cols // 3 if rows > 1 else cols // 2)
    elif given.draw == "inputs":
        good &= (digits == 0).sum(axis=-2).max(axis=-1) <= (1 if rows > 1 else 0)
        if cols > 1 and rows > 1:
            good &= _distinct_rows(np.swapaxes(digits, -1, -2))
    elif given.draw == "numbers" and "like" not in given.options:
        share = 4 if rows * cols < 16 else 2
        good &= (digits == 0).sum(axis=(-1, -2)) <= max(1, rows * cols // share)
        good &= (np.abs(digits) > 1).any(axis=(-1, -2)) | (rows * cols < 3)
    elif given.role == "target":
        near = values[given.options["like"]]
        unit = 10**near.decimals
        if given.draw == "one-hot":
            if rows > 1:
                predicted = near.digits.argmax(axis=-2)
                good &= (digits.argmax(axis=-2) != predicted).all(axis=-1)
            good &= (digits * unit != near.digits).any(axis=-2).all(axis=-1)
        else:
            good &= (digits != near.digits).any(axis=-2).all(axis=-1)
    return good


def _distinct_rows(digits: NDArray[np.int64]) -> Mask:
    cols = digits.shape[-1]
    codes = digits @ (np.int64(61) ** np.arange(cols, dtype=np.int64))
    ordered = np.sort(codes, axis=-1)
    return np.asarray((ordered[..., 1:] != ordered[..., :-1]).all(axis=-1))


def _result_rule(step: Step, values: Values, context: Context) -> Mask:
    digits = values[step.name].digits
    return np.asarray((digits != 0).any(axis=(-1, -2)) | (step.shape == (1, 1)))


def _relu_rule(step: Step, values: Values, context: Context) -> Mask:
    z = values[step.inputs[0].name].digits
    units = step.shape[0]
    live: Mask = np.asarray((z > 0).any(axis=-1))
    good = live.sum(axis=-1) * 2 >= units
    if units == 1 and len(context.relus) == 1 and not context.graph.has_gradients:
        return np.asarray(live[..., 0] == context.live[:, None])
    here = context.relus.index(step)
    dead = (~live & ((z < 0).any(axis=-1) | (not context.signed))).any(axis=-1)
    good &= dead | (context.dead_at != here)[:, None]
    if units == 2 and len(context.relus) > 3:
        good &= (live.sum(axis=-1) == units) | ~context.full[:, here, None]
    if context.graph.has_gradients:
        good &= (z != 0).all(axis=(-1, -2))
    else:
        good &= (z != 0).sum(axis=(-1, -2)) * 2 >= z.shape[-1] * z.shape[-2]
    return np.asarray(good)


def _probability_rule(step: Step, values: Values, context: Context) -> Mask:
    """Columns add up to 1 and are not one-hot; an answer in base 3 comes out without rounding."""
    p = values[step.name]
    unit = 10**p.decimals
    good: Mask = np.asarray((p.digits.sum(axis=-2) == unit).all(axis=-1))
    first = step.inputs[0]
    powers = first if isinstance(first, Step) and first.op.powers else None
    causal = step.params.get("causal") or (powers is not None and powers.params.get("causal"))
    if step.shape[0] > 1 and not causal:
        good &= (p.digits.max(axis=-2) < unit).all(axis=-1)
    elif causal:
        good &= (p.digits.max(axis=-2) < unit).sum(axis=-1) >= (step.shape[1] + 1) // 2
    if powers is not None and powers.params.get("base") == "3" and step.role == "output":
        parts, total = (values[n.name].digits for n in step.inputs)
        good &= (p.digits * total == parts * unit).all(axis=(-1, -2))
    return np.asarray(good)


def exponents_fit(node: Node, values: Values, graph: Graph) -> Any:
    """Whether the numbers of a node that will be exponents are small, where a mask leaves them."""
    powers = [user for user in graph.users(node) if user.op.powers]
    if not powers:
        return True
    z = values[node.name]
    high = 4 if powers[0].params.get("base") == "3" else 3
    fits = (z.digits >= 0) & (z.digits <= high * 10**z.decimals)
    if powers[0].params.get("causal"):
        fits |= np.tril(np.ones(node.shape, bool), -1)
    return fits.all(axis=(-1, -2))


def bounded(step: Step) -> bool:
    """Whether the largest result that a teacher allows holds for it: not for powers and their sum,
    which
    grow with the exponents."""
    steps = (step, *(n for n in step.inputs if isinstance(n, Step)))
    return not any(s.op.powers for s in steps)


def _gradient_rule(step: Step, values: Values, context: Context) -> Mask:
    """No gradient of a weight block is all zero; nor are most rows of its live units."""
    g = values[step.name].digits
    block = step.of
    if not (isinstance(block, Given) and block.draw == "weights"):
        return np.asarray((g != 0).any(axis=(-1, -2)))
    rows = (g != 0).any(axis=-1)
    fired = [
        (values[user.name].digits > 0).any(axis=-1)
        for user in context.graph.users(block)
        if _has_units(user, block)
        and any(after.op.dies for after in context.graph.users(user))
    ]
    live: Mask = np.logical_or.reduce(fired) if fired else np.ones(rows.shape, bool)
    hit = rows & live
    return np.asarray((hit.sum(axis=-1) * 2 >= live.sum(axis=-1)) & hit.any(axis=-1))


def _has_units(user: Step, block: Given) -> bool:
    """Whether each row of a block is a unit of what it is multiplied to, and not as of a kernel
    that slides."""
    return any(user.inputs[left] is block and not turned
               for left, turned, _, _ in user.op.products)  # fmt: skip


def _softmax_rule(step: Step, values: Values, context: Context) -> Mask:
    """Beside what holds for probabilities: with base 3 an output is what it says, not just near it
    (.5, .75 and .25, .9 and .1), to 2 decimals a multiple of .05."""
    good = _probability_rule(step, values, context)
    if step.params.get("base") != "3" or step.role != "output":
        return good
    p, z = values[step.name], to_float(values[step.inputs[0].name])
    powers = 3.0 ** (z - z.max(axis=-2, keepdims=True))
    off = np.abs(powers / powers.sum(axis=-2, keepdims=True) - to_float(p))
    near = off <= 0.0201
    if p.decimals == 2:
        near &= p.digits % 5 == 0
    return np.asarray(good & near.all(axis=(-1, -2)))


def _sigmoid_rule(step: Step, values: Values, context: Context) -> Mask:
    """Not all units at the same end, and none far beyond where the curve bends."""
    y, z = values[step.name], values[step.inputs[0].name]
    most = (3 if step.shape[0] == 1 else 6) * 10**z.decimals
    good: Mask = np.asarray((np.abs(z.digits) <= most).all(axis=(-1, -2)))
    if step.shape[0] > 1:
        good &= y.digits.max(axis=(-1, -2)) != y.digits.min(axis=(-1, -2))
    return good


def _largest_rule(step: Step, values: Values, context: Context) -> Mask:
    """No two share the largest that a box looks for, and not all results are 0."""
    contest = step.op.contest
    assert contest is not None
    inputs, shapes = [values[n.name] for n in step.inputs], [n.shape for n in step.inputs]
    most, shape = compiled(contest[0], shapes, step.params)
    count, _ = compiled(contest[1], [*shapes, shape], step.params)
    found = count(*inputs, most(*inputs))
    alone = (found.digits == 10**found.decimals).all(axis=(-1, -2))
    return np.asarray(alone & _result_rule(step, values, context))


RULES: dict[str, Callable[[Step, Values, Context], Mask]] = {
    "": _result_rule,
    "units": _relu_rule,
    "chosen shares": _softmax_rule,
    "levels": _sigmoid_rule,
    "shares": _probability_rule,
    "one largest": _largest_rule,
}
"""What an op's row may ask of its result -> whether it is so, for each candidate."""


def step_rule(step: Step, values: Values, context: Context) -> Any:
    """Whether a step's result is good, for each candidate."""
    if step.role == "gradient":
        if (
            step.of is None
            or (step.of.shape == (1, 1) and step.of.role != "parameter")
            or _bias(step.of)
        ):
            return True
        return _gradient_rule(step, values, context)
    return RULES[step.op.rule](step, values, context)


def _bias(node: Node) -> bool:
    return isinstance(node, Given) and node.draw == "bias"
