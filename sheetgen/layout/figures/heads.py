"""The steps of a head of attention, as its pages need them."""

from __future__ import annotations

from dataclasses import dataclass

from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.layout.figures.parts import steps_called


@dataclass(frozen=True)
class Match:
    """What is held against what: two projections, and their scores."""

    Q: Step
    K: Step
    S: Step
    logits: Step
    """The scores, or what is left of them after a division."""

    @property
    def source(self) -> Node:
        return self.Q.inputs[1]

    @property
    def memory(self) -> Node:
        """What keys and values are made of: the source, unless the tokens look at others."""
        return self.K.inputs[1]

    @property
    def tokens(self) -> int:
        return self.S.shape[1]

    @property
    def seen(self) -> int:
        """How many tokens they look at."""
        return self.S.shape[0]


@dataclass(frozen=True)
class Head(Match):
    """One head: its projections, scores, shares and mix."""

    E: Step
    sums: Step
    A: Step
    V: Step
    Z: Step

    @property
    def steps(self) -> tuple[Step, ...]:
        """All of them."""
        return (self.Q, self.K, self.S, self.logits, self.E, self.sums, self.A, self.V, self.Z)


def heads_of(graph: Graph) -> list[Head]:
    """All heads, in their order."""
    return [_head(graph, S) for S in steps_called(graph, "scores")]


def _head(graph: Graph, S: Step) -> Head:
    """The steps that belong to some scores."""
    K, Q = S.inputs
    scaled = next((s for s in steps_called(graph, "scaled") if s.inputs[0] is S), S)
    E = next(s for s in steps_called(graph, "powers") if s.inputs[0] is scaled)
    sums = next(s for s in steps_called(graph, "sums") if s.inputs[0] is E)
    A = next(s for s in steps_called(graph, "shares") if s.inputs[0] is E)
    Z = next(s for s in steps_called(graph, "mix") if A in s.inputs)
    V = Z.inputs[0]
    assert isinstance(Q, Step)
    assert isinstance(K, Step)
    assert isinstance(V, Step)
    return Head(Q, K, S, scaled, E, sums, A, V, Z)
