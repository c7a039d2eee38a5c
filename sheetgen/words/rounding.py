"""What a sheet says of how it rounds, and of what its activations do."""

from __future__ import annotations

from collections.abc import Collection

from sheetgen.graph.nodes import Graph, Step
from sheetgen.words.labels import label


def rules(
    graph: Graph, here: Collection[Step], told: Collection[Step], *, goes_on: bool
) -> list[str]:
    """What some steps do that are not ``told`` in the list, as they are printed, and how they
    round."""
    steps = [s for s in graph.steps if s in here and s not in told and s.op.activation]
    notes = [s.op.note.format(**s.params) for s in steps if s.op.note]
    rule = rounding_rule(graph, here, told, goes_on)
    return list(dict.fromkeys([*notes, *([rule] if rule else [])]))


def rounding_rule(
    graph: Graph, here: Collection[Step] | None = None, told: Collection[Step] = (),
    goes_on: bool = True,
) -> str:  # fmt: skip
    """How this sheet rounds, or the steps ``here``; empty if nothing is rounded. What an activation
    does that is ``told`` in the list is not said again, nor, of results that are all printed, that
    one ``goes_on`` with the rounded numbers."""
    found: dict[int, list[str]] = {}
    steps = [s for s in graph.steps if here is None or s in here]
    for step in steps:
        said = _rounded(step)
        if said:
            of_places = found.setdefault(int(step.params["decimals"]), [])
            of_places += [said] * (said not in of_places)
    rounded = [f"{', '.join(some)} to {_places(places)}" for places, some in found.items()]
    if rounded:
        asked = goes_on and any(
            s.op.rounds and s.places is not None and s in graph.worked for s in steps)  # fmt: skip
        after = " Go on with the rounded numbers." if asked else ""
        if graph.has_gradients and any(s.params.get("base") == "3" for s in steps):
            after += " 3 stands for e, in the gradients too."
        return f"Rounding: {', '.join(rounded)}; a 5 goes away from 0.{after}"
    if any(s.role == "gradient" for s in steps) and any(
        s.params.get("base") == "2" for s in graph.steps
    ):
        return "2 stands for e in the gradients."
    return next((step.op.note.format(**step.params) for step in steps if step.op.note
                 and not (step.op.activation and step in told)), "")  # fmt: skip


def _rounded(step: Step) -> str:
    """What of a step is rounded, empty if nothing is: what is looked up is rounded in its table."""
    if step.op.rounding is None or step.places is None or step.params.get("how") == "table":
        return ""
    gates = "gradients" if step.role == "gradient" else "gates"
    return step.op.rounding(step.params).format(made=label(step), gates=gates)


def _places(decimals: int) -> str:
    return f"{decimals} decimal{'s' if decimals > 1 else ''}" if decimals else "whole numbers"
