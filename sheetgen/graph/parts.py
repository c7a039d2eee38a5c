"""A sheet of several small exercises: each is a graph of its own, and together they are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.nodes import Given, Graph, Node, Step, next_in_order

Boxes = Mapping[str, NDArray[np.bool_]]
"""Matrix name -> True for some of its boxes."""


@dataclass(frozen=True, eq=False)
class Part:
    """One of the exercises of a sheet, and all that is said of it before there are numbers."""

    number: int
    new: str
    """What is new in it, in a few words."""
    graph: Graph
    """Its nodes, whose names end in a point and its number."""
    stated: Mapping[str, str]
    """Given -> how its numbers come about, as ``draw/stated.py`` reads it."""
    where: tuple[str, ...] = ()
    """What its numbers must be besides: ``z[1] < 0``."""
    open: Boxes = field(default_factory=dict)
    """The boxes that the student fills."""
    stars: Boxes = field(default_factory=dict)
    """The boxes whose numbers do not matter: a star is printed for them."""
    card: str = ""
    """How it is drawn: the name of a card."""
    shown: Mapping[str, Any] = field(default_factory=dict)
    """What the card shows besides, by name."""
    most: int = 20
    """The largest result."""

    @property
    def backwards(self) -> bool:
        """Whether a number that was given is to be found."""
        return any(g.name in self.open for g in self.graph.givens)


def numbered_parts(outputs: Sequence[Step], number: int, labels: Mapping[str, str]) -> Graph:
    """The graph of some outputs as a part: each node has the part's number behind its name;
    ``labels`` are the names of some nodes as markup."""
    made: dict[int, Node] = {}
    for node in Graph.of(outputs).nodes:
        name = f"{node.name}.{number}"
        label = labels.get(node.name, node.label)
        if isinstance(node, Given):
            made[id(node)] = replace(node, name=name, label=label, order=next_in_order())
            continue
        through = made[id(node.through)] if node.through is not None else None
        made[id(node)] = replace(
            node, name=name, label=label, order=next_in_order(), through=through,
            inputs=tuple(made[id(n)] for n in node.inputs),
        )  # fmt: skip
    found = [made[id(step)] for step in outputs]
    return Graph.of([step for step in found if isinstance(step, Step)])


def own_name(node: Node) -> str:
    """The name of a node without the number of its part."""
    return node.name.partition(".")[0]
