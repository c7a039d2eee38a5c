"""The backward pass: more steps of the same graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sheetgen.graph.nodes import Given, Node, Op, Step, apply, next_in_order


def gradients(loss: Step, wrt: Sequence[Node], add: Op | None = None) -> list[Step]:
    """Append the backward pass from ``loss`` to ``wrt``, in the order in which a student works.

    Each gradient is a step called ``d`` + the node's name, with the node's shape. Where a node is
    used more than once, its terms (``dA_1``, ``dA_2`` ..., numbered in the order of its uses, such
    as steps of time) are added by ``add``. Returns the gradients of ``wrt``.
    """
    path = _path(loss)
    needed = {id(n) for n in wrt}
    for step in path:
        if any(id(n) in needed for n in _receivers(step)):
            needed.add(id(step))
    uses = Counter(id(n) for step in path if id(step) in needed for n in _receivers(step))
    terms: dict[int, list[Step]] = {}
    done: dict[int, Step] = {}

    def finish(node: Node) -> Step:
        found = terms[id(node)]
        if len(found) == 1:
            total = _named(found[0], f"d{node.name}", of=node)
        elif add is None:
            raise ValueError(
                f"{node.name} is used {len(found)} times; gradients() needs the op that adds"
            )
        else:
            terms_of_uses = enumerate(reversed(found), 1)  # found from the last use back
            parts = [_named(t, f"d{node.name}_{k}", term_of=node) for k, t in terms_of_uses]
            total = _named(apply(add, *parts), f"d{node.name}", of=node)
        done[id(node)] = total
        return total

    for step in reversed(path):
        if id(step) not in needed:
            continue
        upstream = loss if step is loss else finish(step)
        for node, term in zip(_receivers(step), step.op.vjp(step, upstream), strict=True):
            if id(node) not in needed:
                continue
            uses[id(node)] -= 1
            if term is not None:
                terms.setdefault(id(node), []).append(term)
            if isinstance(node, Given) and uses[id(node)] == 0:
                finish(node)
    return [done[id(n)] for n in wrt]


def _receivers(step: Step) -> tuple[Node, ...]:
    """The nodes that the terms of ``vjp`` belong to: the inputs, or the logits on which a softmax
    is taken whole."""
    return (step.through,) if step.through is not None else step.inputs


def _path(loss: Step) -> list[Step]:
    """The steps that a gradient of ``loss`` passes, in forward order."""
    found: dict[int, Step] = {}
    todo = [loss]
    while todo:
        step = todo.pop()
        if id(step) not in found:
            found[id(step)] = step
            todo.extend(n for n in _receivers(step) if isinstance(n, Step))
    return sorted(found.values(), key=lambda s: s.order)


def _named(step: Step, name: str, **changes: Any) -> Step:
    return replace(step, name=name, role="gradient", shown=False, order=next_in_order(), **changes)
