"""The steps in the order in which a student works, and their numbers."""

from __future__ import annotations

from sheetgen.graph.layers import layer_of
from sheetgen.graph.nodes import Given, Graph, Node, Step

Numbered = list[tuple[int, tuple[Step, ...]]]


def numbered(graph: Graph) -> Numbered:
    """Worked steps with their numbers; what is done at once (∂W and ∂b of a layer) shares one."""
    groups: list[list[Step]] = []
    keys: list[object] = []
    compact = sum(s.op.dies for s in graph.steps) > 3
    for step in graph.worked:
        key = _together(graph, step, compact)
        if keys and key is not None and keys[-1] == key:
            groups[-1].append(step)
        else:
            groups.append([step])
            keys.append(key)
    return [(number, tuple(group)) for number, group in enumerate(groups, start=1)]


def _together(graph: Graph, step: Step, compact: bool) -> object:
    """Steps with the same answer here, other than None, are one step on paper."""
    parameter: Node | None = None
    if step.group is not None and step.group.one:
        return step.group
    if step.role == "gradient":
        parameter = step.of if isinstance(step.of, Given) else None
    elif step.op.updates:
        parameter = step.inputs[0]
    elif compact and step.op.dies:
        return step.inputs[0]
    elif compact and layer_of(step):
        return step
    if parameter is None:
        return None
    return step.role, next(
        (s for s in graph.users(parameter) if s.op.added is not None), parameter
    )


def place_in_group(graph: Graph, step: Step) -> int | None:
    """The how-manieth of its group a step is, None if it is in none: steps at the same place of
    groups alike do the same."""
    if step.group is None:
        return None
    return [s for s in graph.worked if s.group is step.group].index(step)


MOST_COPIED = 36
"""Boxes of two factors that are copied beside their product: more are a chore."""


def copies_factors(step: Step) -> bool:
    """Whether the student copies the factors of a product that stands alone into their places."""
    return sum(n.shape[0] * n.shape[1] for n in step.inputs) <= MOST_COPIED


def alone(graph: Graph) -> Step | None:
    """A product of two given matrices that is the whole exercise, and nothing more special."""
    if len(graph.steps) == 1 and len(graph.steps[0].op.products) == 1:
        (step,) = graph.steps
        plain = all(isinstance(n, Given) and n.draw == "numbers" for n in step.inputs)
        return step if plain and not step.part else None
    return None
