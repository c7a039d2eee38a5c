"""The forward part of a graph: its steps without gradients, as those of a net that only goes
forward."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from sheetgen.graph.nodes import Given, Graph, Node, Step


@lru_cache(maxsize=64)
def forward_part(graph: Graph) -> Graph:
    """The steps that are no gradients or losses and not made of any, to be worked out even where
    the whole graph has them printed, and what they read; nothing hidden that none of them reads."""
    back: set[Node] = set()
    kept: list[Step] = []
    for step in graph.steps:
        if _is_back(step) or not back.isdisjoint(step.inputs):
            back.add(step)
        else:
            kept.append(step)
    read: set[Node] = set()
    for step in reversed(kept):
        if not step.hidden or step in read:
            read |= {step, *step.inputs}
    made: dict[Node, Node] = {}
    for node in graph.nodes:
        if node in read:
            made[node] = node if isinstance(node, Given) else replace(
                node, inputs=tuple(made[n] for n in node.inputs), shown=False)  # fmt: skip
    steps = [node for node in made.values() if isinstance(node, Step)]
    inputs = {node for step in steps for node in step.inputs}
    return Graph(tuple(made.values()), tuple(s for s in steps if s not in inputs))


def _is_back(step: Step) -> bool:
    return step.role == "gradient" or step.op.loss or step.op.updates
