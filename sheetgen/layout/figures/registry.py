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

Choose = Callable[[Graph], str]
"""The name of the arrangement that suits a graph; nothing where it needs none of its own."""

ARRANGEMENTS: dict[str, Arrange] = {}
"""By name."""


MARCHING: set[str] = set()
"""Those whose pages hold what nobody arranged."""
OR_MARCHED: set[str] = set()
"""Those that arrange all, and leave to the march a graph for which they have no room."""


def arrangement(
    name: str, marching: bool = False, or_marched: bool = False
) -> Callable[[Arrange], Arrange]:
    """Register a function under a name; say whether it leaves some of the forward pass to the
    march, or all of it where it has no room."""

    def register(arrange: Arrange) -> Arrange:
        if name in ARRANGEMENTS:
            raise ValueError(f"there already is an arrangement {name}")
        ARRANGEMENTS[name] = arrange
        MARCHING.update([name] if marching else [])
        OR_MARCHED.update([name] if or_marched else [])
        return arrange

    return register


CHOICES: dict[str, Choose] = {}
"""Names that stand for another arrangement, which the graph decides."""


def chosen(name: str) -> Callable[[Choose], Choose]:
    """Register a choice among arrangements under a name."""

    def register(choose: Choose) -> Choose:
        def arrange(boxes: Boxes) -> Iterator[Arrangement]:
            found = choose(boxes.exercise.graph)
            return ARRANGEMENTS[found](boxes) if found else iter(())

        arrangement(name)(arrange)
        CHOICES[name] = choose
        return choose

    return register


def arrangements(boxes: Boxes, *, rather_any: bool = False) -> Iterator[Arrangement]:
    """The arrangements of an exercise, the most telling first; each is used if it fits, and if
    ``rather_any`` is wanted than none, that of any graph is the last."""
    names = _names(boxes.exercise)
    for name in (*names, *(["march"] if rather_any and "march" not in names else [])):
        yield from ARRANGEMENTS[name](boxes)


def is_generic(exercise: Exercise, marched: bool) -> bool:
    """Whether nobody arranged all of the topic: its pages are those of any graph, or came to be
    ``marched`` for want of room."""
    name = _names(exercise)[0]
    return name in MARCHING or (marched and name in OR_MARCHED)


def _names(exercise: Exercise) -> tuple[str, ...]:
    """What the topic asks for, then what suits the graph."""
    asked, graph = exercise.topic.arrangement, exercise.graph
    asked = CHOICES[asked](graph) if asked in CHOICES else asked
    if asked and asked not in ARRANGEMENTS:
        known = ", ".join(sorted(ARRANGEMENTS))
        raise ValueError(
            f"{exercise.topic.name} asks for an arrangement {asked}; there are {known}"
        )
    first = (asked,) if asked else ()
    if chain_of(graph) is None:
        return (*first, "march")
    return (*first, "mirrored" if graph.has_gradients else "staircase", "tower")
