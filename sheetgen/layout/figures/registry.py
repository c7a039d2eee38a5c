"""Which figures show an exercise: the table of arrangements, and the choice among them.

An arrangement is a function in a file of this folder that registers itself under a name; a topic
asks for it by that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.layers import chain_of
from sheetgen.graph.nodes import Graph
from sheetgen.layout.cells import Boxes
from sheetgen.page.figure import Arrangement

Arrange = Callable[[Boxes], Iterator[Arrangement]]
"""Makes the arrangements of one kind, the most telling first; none for a graph that it does not
suit."""

ARRANGEMENTS: dict[str, Arrange] = {}
"""By name."""


MARCHING: set[str] = set()
"""Those whose pages hold what nobody arranged."""


def arrangement(name: str, marching: bool = False) -> Callable[[Arrange], Arrange]:
    """Register a function under a name; say whether it leaves some of the forward pass to the
    march."""

    def register(arrange: Arrange) -> Arrange:
        if name in ARRANGEMENTS:
            raise ValueError(f"there already is an arrangement {name}")
        ARRANGEMENTS[name] = arrange
        MARCHING.update([name] if marching else [])
        return arrange

    return register


def arrangements(boxes: Boxes, *, rather_any: bool = False) -> Iterator[Arrangement]:
    """The arrangements of an exercise, the most telling first; each is used if it fits, and if
    ``rather_any`` is wanted than none, that of any graph is the last."""
    names = _names(boxes.exercise)
    for name in (*names, *(["march"] if rather_any and "march" not in names else [])):
        yield from ARRANGEMENTS[name](boxes)


def is_generic(exercise: Exercise) -> bool:
    """Whether nobody arranged all of the topic: its pages are those of any graph."""
    return _names(exercise)[0] in MARCHING


BY_LAYERS = "by layers"
"""Asked for by a topic of which an option says what layers there are."""


def _by_layers(graph: Graph) -> str:
    """The arrangement of the first layer that has one of its own; nothing if none has."""
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


def _names(exercise: Exercise) -> tuple[str, ...]:
    """What the topic asks for, then what suits the graph."""
    asked, graph = exercise.topic.arrangement, exercise.graph
    if asked == BY_LAYERS:
        asked = _by_layers(graph)
    if asked and asked not in ARRANGEMENTS:
        known = ", ".join(sorted(ARRANGEMENTS))
        raise ValueError(
            f"{exercise.topic.name} asks for an arrangement {asked}; there are {known}"
        )
    first = (asked,) if asked else ()
    if chain_of(graph) is None:
        return (*first, "march")
    return (*first, "mirrored" if graph.has_gradients else "staircase", "tower")
