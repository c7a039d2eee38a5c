"""Which gradients of a page autograd finds, and from where it starts.

A pencil goes on with rounded numbers, so what is rounded ends the path of autograd: the gradient
that comes back through it is worked out by its own line, and from there autograd goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from sheetgen.graph.nodes import Given, Graph, Node, Step


def ends(step: Step) -> bool:
    """Whether no derivative passes a step as it stands on paper: it is rounded, or the loss."""
    if step.op.loss:
        return True
    if step.op.rounds:
        return step.places is not None or step.op.rounds_down
    return bool(step.op.slope)


class Autograd:
    """The gradients of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def gradients(self) -> tuple[Step, ...]:
        return tuple(s for s in self.graph.steps if s.role == "gradient" and not s.hidden)

    @cached_property
    def of(self) -> dict[Node, Step]:
        """Each node with its whole gradient."""
        return {s.of: s for s in self.gradients if s.of is not None}

    @cached_property
    def starts(self) -> tuple[Step, ...]:
        """Gradients, or terms of them, that come back through what ends a path: the first that
        autograd is given, each for the node that it belongs to; also one that is the very number of
        a result, and so stands nowhere else."""
        return tuple(
            s for s in self.graph.steps
            if s.role == "gradient" and s.use is not None
            and (ends(s.use.step) or self._is_loss(s.use.step))
            and (not s.hidden or (s.use.step.op.loss and s.inputs[0].role != "gradient"))
        )  # fmt: skip

    def _is_loss(self, step: Step) -> bool:
        """Whether a step is the loss or adds up losses."""
        return step.hidden and any(isinstance(n, Step) and n.op.loss for n in (step, *step.inputs))

    def node_of(self, gradient: Step) -> Node:
        """The node that a gradient, or a term of one, belongs to."""
        found = gradient.of or gradient.term_of
        assert found is not None
        return found

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """Nodes that autograd ends at and whose gradient the page has."""
        copied = [s.of for s in self.graph.steps if s.role == "gradient" and s.hidden]
        return tuple(n for n in dict.fromkeys([*self.of, *copied])
                     if n is not None and (isinstance(n, Given) or ends(n)))  # fmt: skip

    @cached_property
    def between(self) -> tuple[Step, ...]:
        """Other steps whose gradient the page has."""
        return tuple(n for n in self.of if isinstance(n, Step) and not ends(n))

    def found(self) -> Iterator[Step]:
        """The gradients that autograd finds, whole."""
        yield from (s for s in self.gradients if s.of is not None)


def losses(graph: Graph) -> list[Step]:
    """What the gradients of a graph are gradients of."""
    return list(dict.fromkeys(s.loss for s in graph.steps if s.loss is not None))
