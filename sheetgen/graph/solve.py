"""Graph + given numbers -> every number of the exercise; one exercise or many at once."""

from __future__ import annotations

from collections.abc import Mapping

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.numbers import Fixed, Values


def run(step: Step, values: Mapping[str, Fixed]) -> Fixed:
    """The result of one step from the numbers before it."""
    return step.forward(*[values[n.name] for n in step.inputs])


def solve(graph: Graph, given: Mapping[str, Fixed]) -> Values:
    """All numbers of the exercise in the graph's order.

    ``given`` holds a Fixed for each given of the graph, all with the same leading axes. Raises
    SheetgenError for a missing matrix, a wrong shape, or numbers too large to be exact.
    """
    values: Values = {}
    for node in graph.nodes:
        if isinstance(node, Step):
            try:
                values[node.name] = run(node, values)
            except SheetgenError as problem:
                raise SheetgenError(f"{node.name}: {problem}") from None
            continue
        if node.name not in given:
            raise SheetgenError(f"{node.name} is missing: a {node.shape[0]}×{node.shape[1]} matrix")
        value = given[node.name]
        rows, cols = value.digits.shape[-2:]
        if (rows, cols) != node.shape:
            raise SheetgenError(
                f"{node.name} is {rows}×{cols}; here it must be {node.shape[0]}×{node.shape[1]}"
            )
        values[node.name] = value
    return values
