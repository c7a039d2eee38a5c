"""Which figures show an exercise: the table of arrangements, and the choice among them.

An arrangement is a function in a file of this folder that registers itself under a name; a topic
asks for it by that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.layers import chain_of
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


def arrangements(boxes: Boxes) -> Iterator[Arrangement]:
    """The arrangements of an exercise, the most telling first; each is used if it fits."""
    for name in _names(boxes.exercise):
        yield from ARRANGEMENTS[name](boxes)


def is_generic(exercise: Exercise) -> bool:
    """Whether nobody arranged all of the topic: its pages are those of any graph."""
    return _names(exercise)[0] in MARCHING


def _names(exercise: Exercise) -> tuple[str, ...]:
    """What the topic asks for, then what suits the graph."""
    asked, graph = exercise.topic.arrangement, exercise.graph
    if asked and asked not in ARRANGEMENTS:
        known = ", ".join(sorted(ARRANGEMENTS))
        raise ValueError(
            f"{exercise.topic.name} asks for an arrangement {asked}; there are {known}"
        )
    first = (asked,) if asked else ()
    if chain_of(graph) is None:
        return (*first, "march")
    return (*first, "mirrored" if graph.has_gradients else "staircase", "tower")
