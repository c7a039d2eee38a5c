"""The steps in the order in which a student works, and their numbers."""

from __future__ import annotations

from sheetgen.graph.nodes import Given, Graph, Node, Step

Numbered = list[tuple[int, tuple[Step, ...]]]


def numbered(graph: Graph) -> Numbered:
    """Worked steps with their numbers; what is done at once (∂W and ∂b of a layer) shares one."""
    groups: list[list[Step]] = []
    keys: list[object] = []
    compact = sum(s.op.name == "relu" for s in graph.steps) > 3
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
    if step.role == "gradient":
        parameter = step.of if isinstance(step.of, Given) else None
    elif step.op.name == "descend":
        parameter = step.inputs[0]
    elif compact and step.op.name == "relu":
        return step.inputs[0]
    elif compact and step.op.name in ("affine", "linear"):
        return step
    if parameter is None:
        return None
    return step.role, next((s for s in graph.users(parameter) if s.op.name == "affine"), parameter)
