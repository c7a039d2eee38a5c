"""An exercise's graph -> what is said of its pages to those who hear them."""

from __future__ import annotations

from functools import lru_cache

from sheetgen.graph.nodes import Graph
from sheetgen.graph.work import numbered
from sheetgen.page.reading import Reading, Told
from sheetgen.words.labels import label


@lru_cache(64)
def reading(graph: Graph) -> Reading:
    """The label, size and step of each matrix; the same for all exercises of a graph."""
    steps = {step.name: number for number, group in numbered(graph) for step in group}
    return Reading(
        {n.name: Told(label(n), *n.shape, steps.get(n.name, 0)) for n in graph.nodes}
    )
