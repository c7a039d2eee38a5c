"""What depends on what: whether a number that were a little larger would change what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.solve import run

LITTLE = 3
"""Decimals by which a number is moved, so that no unit changes sides."""


@lru_cache(maxsize=64)
def forward(graph: Graph) -> tuple[Step, ...]:
    """The steps of the forward pass: no gradient, no loss, no update, and no view of them that
    nothing on the page comes from."""
    steps = [s for s in graph.steps
             if s.role != "gradient" and not s.op.loss and not s.op.updates]  # fmt: skip
    wanted: set[str] = set()
    for step in reversed(steps):
        if not step.hidden or step.name in wanted:
            wanted |= {step.name, *(n.name for n in step.inputs)}
    return tuple(s for s in steps if s.name in wanted)


@lru_cache(maxsize=64)
def losses(graph: Graph) -> tuple[Step, ...]:
    """What is trained for: the losses whose gradients are in a graph. They need not be nodes of
    it."""
    todo = [s.loss for s in graph.steps if s.loss is not None]
    found: dict[str, Step] = {}
    while todo:
        step = todo.pop()
        if step.op.loss:
            found.setdefault(str(step.order), step)
        elif step.op.passes:  # a sum of some
            todo += [n for n in step.inputs if isinstance(n, Step)]
    return tuple(found.values())


def _ends(step: Step) -> bool:
    """Whether what it reads counts as arrived: it rounds or bends what a small change may not
    pass."""
    return not (step.op.exact or step.op.dies or step.op.routes)


@lru_cache(maxsize=64)
def results(graph: Graph) -> tuple[Node, ...]:
    """What a forward pass comes to: the nodes that no other of its steps reads, or that one reads
    which rounds."""
    steps = forward(graph)
    read = {n.name for s in steps for n in s.inputs if not _ends(s)}
    bent = [n for s in steps if _ends(s) for n in s.inputs]
    last = [s for s in steps if s.name not in read and not _ends(s) and not s.hidden]
    return tuple(dict.fromkeys([*bent, *last]))


def reached(
    graph: Graph, values: Mapping[str, Fixed], given: Given, ends: Sequence[Node] = (),
    columns: int | None = None,
) -> NDArray[np.bool_]:  # fmt: skip
    """Whether any of ``ends`` (the results, if none are named) depends on each box of a given, or
    of its first so many ``columns``, for exercises along the leading axes: (..., rows, columns).
    What has no numbers yet is passed by."""
    rows, cols = given.shape
    asked = cols if columns is None else columns
    if given.name not in values:
        return np.ones((rows, asked), bool)  # not drawn yet
    base = values[given.name]
    every = np.eye(rows * cols, dtype=np.int64).reshape(rows, cols, rows, cols)
    one = every[:, :asked].reshape(rows * asked, rows, cols)
    moved = base.digits[..., None, :, :] * 10**LITTLE + one
    trial: dict[str, Fixed] = {given.name: Fixed(moved, base.decimals + LITTLE)}
    wanted = tuple(ends) or results(graph)
    found: Any = np.zeros((*base.digits.shape[:-2], rows * asked), bool)
    for step in _between(graph, given, wanted):
        if not any(n.name in trial for n in step.inputs):
            continue
        if not all(n.name in values for n in step.inputs):
            continue  # not drawn yet
        inputs = {n.name: trial.get(n.name) or _wide(values[n.name]) for n in step.inputs}
        trial[step.name] = run(step, inputs)
    for name in {n.name for n in wanted} & set(trial):
        before, after = _wide(values[name]), trial[name]
        scale = 10 ** (after.decimals - before.decimals)
        found = found | (after.digits != before.digits * scale).any(axis=(-1, -2))
    return np.asarray(found.reshape(*found.shape[:-1], rows, asked))


@lru_cache(maxsize=256)
def _between(graph: Graph, given: Given, ends: tuple[Node, ...]) -> tuple[Step, ...]:
    """The steps on the ways from a given to some ends."""
    after: set[Node] = {given}
    for step in forward(graph):
        if not _ends(step) and not after.isdisjoint(step.inputs):
            after.add(step)
    before: set[Node] = set(ends)
    for step in reversed(forward(graph)):
        if step in before:
            before.update(step.inputs)
    return tuple(step for step in forward(graph) if step in after and step in before)


def _wide(value: Fixed) -> Fixed:
    return Fixed(value.digits[..., None, :, :], value.decimals)
