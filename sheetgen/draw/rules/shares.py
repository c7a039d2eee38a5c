"""Rules for probabilities and other shares: softmax, sigmoid, attention."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations_with_replacement
from math import factorial, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.random import GOLDEN, mix
from sheetgen.draw.rules.rule import Context, Mask, distinct_columns, rule
from sheetgen.graph.figures import Figure, commonest, kinds
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import Fixed, Values, to_float
from sheetgen.graph.reach import losses


def _shares(step: Step, graph: Graph) -> bool:
    return step.op.rule in ("shares", "chosen shares")


def is_causal(step: Step) -> bool:
    """Whether a mask hides some of what the shares are of."""
    powers = powers_of(step)
    return bool(step.params.get("causal") or (powers is not None and powers.params.get("causal")))


def powers_of(step: Step) -> Step | None:
    """The powers that a step divides by their sum."""
    first = step.inputs[0]
    return first if isinstance(first, Step) and first.op.powers else None


def _base_3(step: Step) -> bool:
    powers = powers_of(step)
    return step.role == "output" and powers is not None and powers.params.get("base") == "3"


@rule("The shares of a column add up to 1, as they are written.", _shares)
def adds_up(step: Step, values: Values, context: Context) -> Mask:
    p = values[step.name]
    return np.asarray((p.digits.sum(axis=-2) == 10**p.decimals).all(axis=-1))


@rule("The shares of a row add up to 1, as they are written, and none is 1.",
      lambda s, _: s.op.rule == "row shares")  # fmt: skip
def rows_add_up(step: Step, values: Values, context: Context) -> Mask:
    p = values[step.name]
    good = (p.digits.sum(axis=-1) == 10**p.decimals).all(axis=-1)
    return np.asarray(good & (p.digits < 10**p.decimals).all(axis=(-1, -2)))


@rule("No share is 1 (behind a mask: not in most columns).",
      lambda s, g: _shares(s, g) and (s.shape[0] > 1 or is_causal(s)))  # fmt: skip
def nothing_certain(step: Step, values: Values, context: Context) -> Mask:
    p = values[step.name]
    open_ = p.digits.max(axis=-2) < 10**p.decimals
    if is_causal(step):
        return np.asarray(open_.sum(axis=-1) >= (step.shape[1] + 1) // 2)
    return np.asarray(open_.all(axis=-1))


@rule("With 3 for e and two classes an answer comes out without rounding.",
      lambda s, g: _shares(s, g) and _base_3(s) and s.shape[0] == 2)  # fmt: skip
def comes_out(step: Step, values: Values, context: Context) -> Mask:
    p = values[step.name]
    parts, total = (values[n.name].digits for n in step.inputs)
    return np.asarray((p.digits * total == parts * 10**p.decimals).all(axis=(-1, -2)))


@rule("With 3 for e a prediction is what it says, within .02 (.5; .75 and .25; .9 and .1).",
      lambda s, g: s.op.rule == "chosen shares" and s.role == "output"
      and s.params.get("base") == "3")  # fmt: skip
def nearly_exact(step: Step, values: Values, context: Context) -> Mask:
    p, z = values[step.name], to_float(values[step.inputs[0].name])
    powers = 3.0 ** (z - z.max(axis=-2, keepdims=True))
    off = np.abs(powers / powers.sum(axis=-2, keepdims=True) - to_float(p))
    near = off <= 0.0201
    if p.decimals == 2:
        near &= p.digits % 5 == 0
    return np.asarray(near.all(axis=(-1, -2)))


@rule("What goes through a sigmoid is not far beyond where it bends, and not all at one end.",
      lambda s, _: s.op.rule == "levels")  # fmt: skip
def bends_here(step: Step, values: Values, context: Context) -> Mask:
    y, z = values[step.name], values[step.inputs[0].name]
    most = (3 if step.shape[0] == 1 else 6) * 10**z.decimals
    good: Mask = np.asarray((np.abs(z.digits) <= most).all(axis=(-1, -2)))
    if step.shape[0] > 1:
        good &= y.digits.max(axis=(-1, -2)) != y.digits.min(axis=(-1, -2))
    return good


@rule("A probability that is trained is not written 0.",
      lambda s, g: s in trained(g), wish=True)  # fmt: skip
def never_zero(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray((values[step.name].digits > 0).all(axis=(-1, -2)))


def _scored(step: Step, graph: Graph) -> list[Step]:
    """The trained shares of which a step is the scores."""
    return [s for s in trained(graph) if s.op.rule == "chosen shares" and s.inputs[0] is step]


@rule("Scores that are trained are not so far apart that a probability is written 0.",
      lambda s, g: bool(_scored(s, g)), wish=True)  # fmt: skip
def scores_close(step: Step, values: Values, context: Context) -> Mask:
    """Quicker to see than a 0 among the shares."""
    [after] = _scored(step, context.graph)
    base = 3.0 if after.params["base"] == "3" else np.e
    most = np.log(2 * 10.0 ** int(after.params["decimals"]) - 1) / np.log(base)
    z = values[step.name]
    apart = (z.digits.max(axis=-2) - z.digits.min(axis=-2)).max(axis=-1)
    return np.asarray(apart <= most * 10**z.decimals)


def _pair(step: Step, graph: Graph) -> bool:
    return _shares(step, graph) and _paired(graph)


@rule("Where one column is a constant above the other, their answers are the same to the last "
      "digit.", _pair, wish=True)  # fmt: skip
def same_answers(step: Step, values: Values, context: Context) -> Mask:
    p = values[step.name].digits
    return np.asarray((p == p[..., :1]).all(axis=(-1, -2)))


@rule("Each token looks at the others in its own way.",
      lambda s, g: s in mixing(g), wish=True)  # fmt: skip
def tokens_apart(step: Step, values: Values, context: Context) -> Mask:
    return distinct_columns(values[step.name].digits)


@rule("Each token gets a mix of its own.", lambda s, g: s in mixes(g), wish=True)
def mixes_differ(step: Step, values: Values, context: Context) -> Mask:
    return distinct_columns(values[step.name].digits)


def answers_of(step: Step, graph: Graph) -> Step | None:
    """The answers that powers of 3 lead to, where there may be many kinds of them."""
    if not step.op.powers or step.params.get("base") != "3" or step.shape[0] < 3:
        return None
    after = [s for s in graph.users(step) if s.op.shares and s.role == "output"]
    return after[0] if after and not is_causal(after[0]) and not _paired(graph) else None


@rule("With three classes or more every kind of answer comes up about equally often.",
      lambda s, g: answers_of(s, g) is not None, wish=True, seeded=True)  # fmt: skip
def all_kinds(step: Step, values: Values, context: Context) -> Mask:
    after = answers_of(step, context.graph)
    assert after is not None
    unit = 10 ** values[step.inputs[0].name].decimals
    z = np.sort(values[step.inputs[0].name].digits, axis=-2)
    steps = (z - z[..., :1, :]) // unit
    codes = (steps * 5 ** np.arange(step.shape[0])[:, None]).sum(axis=-2)
    kinds, ways = kinds_of(step.shape[0], int(after.params["decimals"]))
    first = ((context.lots >> np.uint64(33)) % np.uint64(len(kinds))).astype(np.int64)
    good = codes[..., 0] == kinds[first][:, None]
    with np.errstate(over="ignore"):
        lot = mix(context.lots[:, None] + GOLDEN * np.arange(len(kinds), dtype=np.uint64))
    open_ = (lot >> np.uint64(40)).astype(np.int64) % 60 * ways < 60 * EVEN
    fits = (codes[..., None] == kinds) & open_[:, None, None, :]
    return np.asarray(good & fits[..., 1:, :].any(axis=-1).all(axis=-1))


EVEN = 9
"""Kinds that come about in more ways are less often let pass for a further sample."""


@lru_cache(maxsize=32)
def kinds_of(classes: int, decimals: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Kinds of exponents whose answers add up to 1 as they are written, none of them 0: each as a
    number in base 5, of its exponents in order of size; and in how many ways it comes about."""
    one = 10**decimals
    found: dict[tuple[int, ...], tuple[int, int]] = {}
    for steps in combinations_with_replacement(range(5), classes):
        powers = [3**k for k in steps]
        answers = tuple((2 * p * one + sum(powers)) // (2 * sum(powers)) for p in powers)
        if steps[0] == 0 and sum(answers) == one and answers[0] > 0:
            orders = factorial(classes) // prod(factorial(steps.count(k)) for k in set(steps))
            code = sum(k * 5**place for place, k in enumerate(steps))
            found.setdefault(answers, (code, orders * (5 - steps[-1])))
    kinds = np.array([*found.values()] or [(0, 1)], np.int64)
    return kinds[:, 0], kinds[:, 1]


RULES = (
    rows_add_up, adds_up, nothing_certain, comes_out, nearly_exact, bends_here, never_zero,
    scores_close, same_answers, tokens_apart, mixes_differ, all_kinds,
)  # fmt: skip


HIGHEST_POWER = {"3": 4, "2": 2}
"""The largest exponent of a base; of others it is 3."""


def exponents_fit(node: Node, values: Mapping[str, Fixed], graph: Graph) -> Any:
    """Whether the numbers of a node that will be exponents are small, where a mask leaves them."""
    powers = [user for user in graph.users(node) if user.op.powers]
    if not powers:
        return True
    z = values[node.name]
    high = HIGHEST_POWER.get(powers[0].params.get("base", "e"), 3)
    fits = (z.digits >= 0) & (z.digits <= high * 10**z.decimals)
    if powers[0].params.get("causal"):
        fits |= np.tril(np.ones(node.shape, bool), -1)
    return fits.all(axis=(-1, -2))


# --- figures


def trained_zero(graph: Graph, values: Values) -> Any:
    """Whether a share that is trained is 0 as it is written."""
    found = [(values[s.name].digits == 0).any(axis=(-1, -2)) for s in trained(graph)]
    return np.logical_or.reduce(found) if found else None


def trained(graph: Graph) -> list[Step]:
    """The shares that are held against a target."""
    return [s for s in graph.steps if s.op.shares and not s.hidden
            and any(s in loss.inputs for loss in losses(graph))]  # fmt: skip


def patterns(graph: Graph, values: Values) -> Any:
    """The answers of each column of an output, in order of size, as one number each."""
    found = [np.sort(values[s.name].digits, axis=-2) for s in graph.steps
             if s.op.shares and s.role == "output" and powers_of(s) is not None
             and s.shape[0] > 2 and not _paired(graph)]  # fmt: skip
    if not found:
        return None
    scale = 10007 ** np.arange(found[0].shape[-2], dtype=np.int64)[:, None] % (2**31 - 1)
    return np.concatenate([(digits * scale).sum(axis=-2) for digits in found], axis=-1)


def _paired(graph: Graph) -> bool:
    return any(isinstance(g, Given) and g.options.get("shifted") for g in graph.givens)


def unequal_pair(graph: Graph, values: Values) -> Any:
    """Whether the answers differ where one column is a constant above the other."""
    if not _paired(graph):
        return None
    found = [values[s.name].digits for s in graph.steps if s.op.shares and not s.hidden]
    return np.logical_or.reduce([(p != p[..., :1]).any(axis=(-1, -2)) for p in found])


def mixing(graph: Graph) -> list[Step]:
    """The shares by which something is mixed: attention."""
    return [s for s in graph.steps if s.op.shares and s.role != "output" and s.shape[1] > 1
            and any(user.op.products for user in graph.users(s))]  # fmt: skip


def mixes(graph: Graph) -> list[Step]:
    """What is mixed by such shares."""
    return [u for s in mixing(graph) for u in graph.users(s) if u.op.products
            and u.role != "gradient"]  # fmt: skip


def attention_apart(graph: Graph, values: Values) -> Any:
    """Whether each token looks at the others in its own way."""
    found = [distinct_columns(values[s.name].digits) for s in mixing(graph)]
    return np.logical_and.reduce(found) if found else None


def mixes_apart(graph: Graph, values: Values) -> Any:
    """Whether each token gets a mix of its own."""
    found = [distinct_columns(values[s.name].digits) for s in mixes(graph)]
    return np.logical_and.reduce(found) if found else None


FIGURES = (
    Figure("a trained share is written 0", trained_zero, at_most=0),
    Figure("patterns of answers", patterns, kinds, at_least=9, form="number"),
    Figure("sheets with the commonest pattern", patterns, commonest, at_most=0.3),
    Figure("columns of a pair differ", unequal_pair, at_most=0),
    Figure("columns of attention all differ", attention_apart, at_least=0.95),
    Figure("columns of the mix all differ", mixes_apart, at_least=0.9),
)
