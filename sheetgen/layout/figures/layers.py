"""The arrangement of a net of which an option says what layers there are."""

from __future__ import annotations

from sheetgen.graph.nodes import Graph
from sheetgen.layout.figures.registry import chosen


@chosen("by layers")
def by_layers(graph: Graph) -> str:
    """That of the first layer that has one of its own; nothing if none has."""
    if any(s.op.slides and s.role != "gradient" for s in graph.steps):
        return "window and layers"
    parts = {s.part for s in graph.steps}
    if "normed" in parts:
        return "normalised and layers"
    if "scores" in parts:
        return "attention and layers"
    return "recurrence" if _is_recurrence(graph) else ""


def _is_recurrence(graph: Graph) -> bool:
    """Whether all that goes forward is inputs, states, and outputs without a bias."""
    forward = [s for s in graph.steps if s.role != "gradient" and not s.hidden and not s.op.updates]
    known = all(s.part in ("sums", "state") or (s.part == "output" and s.op.added is None)
                for s in forward)  # fmt: skip
    return known and any(s.part == "sums" for s in forward)
