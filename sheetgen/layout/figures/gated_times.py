"""The steps of time of gated recurrent nets, read from a graph: what is worked out at each, and
what it is to the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sheetgen.graph.nodes import Graph, Node, Step


class Time(Protocol):
    """What is worked out at one step of time."""

    @property
    def sums(self) -> tuple[Step, ...]:
        """Those of the gates, and of what may be new, over an input and a state."""

    @property
    def before(self) -> Node:
        """What is carried over from the step of time before."""

    @property
    def state(self) -> Step:
        """What the next sums are over."""

    @property
    def carried(self) -> Step:
        """What is carried over to the step of time after it."""


T = TypeVar("T", bound=Time)


@dataclass(frozen=True)
class CellTime:
    """A step of time of gates around a cell state."""

    sums: tuple[Step, ...]
    gates: tuple[Step, ...]
    """What each sum is bent to."""
    before: Node
    """The cell state before."""
    kept: Step
    new: Step
    carried: Step
    """The cell state."""
    bent: Step
    state: Step


@dataclass(frozen=True)
class MixedTime:
    """A step of time of gates around one state, which is mixed with a new one."""

    sums: tuple[Step, Step, Step]
    gates: tuple[Step, Step, Step]
    """What each sum is bent to: the gate that resets, the one that keeps, what is new."""
    given: Node
    """The input."""
    before: Node
    """The state before."""
    reset: Step
    kept: Step
    rest: Step
    new: Step
    state: Step

    @property
    def carried(self) -> Step:
        """The state is all that is carried over."""
        return self.state


def cell_times(graph: Graph) -> list[CellTime]:
    """The steps of time of a graph with a cell state; none for any other graph."""
    return _times(graph, _cell_time)


def mixed_times(graph: Graph) -> list[MixedTime]:
    """The steps of time of a graph whose state is a mixture of the old one and a new one; none for
    any other graph."""
    return _times(graph, _mixed_time)


def _times(graph: Graph, read: Callable[[Sequence[Step]], T | None]) -> list[T]:
    """The steps of time, each of which goes on with what the one before carries over; none if some
    steps are none."""
    forward = [s for s in graph.steps if not s.hidden and s.role != "gradient"]
    found: list[T] = []
    for group in dict.fromkeys(s.group for s in forward):
        time = read([s for s in forward if s.group is group])
        if time is None or (found and time.before is not found[-1].carried):
            return []
        found.append(time)
    return found


def _cell_time(steps: Sequence[Step]) -> CellTime | None:
    """What some steps are to one another, if they are those of a cell state: four sums of one
    column, each bent; two products of gates added to a cell state, and one more of what that is
    bent to."""
    sums = tuple(s for s in steps if s.op.products and s.op.added is not None)
    if len(sums) != 4 or len({s.inputs[-1] for s in sums}) > 1 or len(steps) != 13:
        return None
    gates = tuple(next((s for s in steps if s.inputs == (z,)), None) for z in sums)
    cell = next((s for s in steps if len(s.inputs) == 2 and not set(s.inputs) - set(steps)
                 and not set(s.inputs) & {*sums, *gates}), None)  # fmt: skip
    bent = next((s for s in steps if s.inputs == (cell,)), None)
    if cell is None or bent is None or None in gates:
        return None
    kept, new = (s for s in cell.inputs if isinstance(s, Step))
    state = next((s for s in steps if s.inputs == (gates[3], bent)), None)
    known = kept.inputs[0] is gates[0] and set(new.inputs) == set(gates[1:3])
    if state is None or not known:
        return None
    return CellTime(sums, tuple(g for g in gates if g is not None), kept.inputs[1], kept, new, cell,
                    bent, state)  # fmt: skip


def _mixed_time(steps: Sequence[Step]) -> MixedTime | None:
    """What some steps are to one another, if they are those of such a state: it is the sum of what
    one gate keeps of it and of what the rest of that gate lets in."""
    sums = [s for s in steps if s.op.products and s.op.added is not None]
    bends: dict[Node, Step] = {s.inputs[0]: s for s in steps
                               if len(s.inputs) == 1 and s.inputs[0] in sums}  # fmt: skip
    if len(sums) != 3 or len(bends) != 3 or len(steps) != 11:
        return None
    state = steps[-1]
    if len(state.inputs) != 2 or set(state.inputs) - set(steps):
        return None
    kept, new = (s for s in state.inputs if isinstance(s, Step))
    rest = next((s for s in steps if s.inputs == kept.inputs[:1]), None)
    reset = next((s for s in steps if s.inputs[1:] == kept.inputs[1:] and s is not kept), None)
    if rest is None or reset is None or len(new.inputs) != 2 or new.inputs[0] is not rest:
        return None
    gates = reset.inputs[0], kept.inputs[0], new.inputs[1]
    by_gate: dict[Node, Node] = {gate: z for z, gate in bends.items()}
    if set(gates) != set(by_gate):
        return None
    r, z, n = (s for gate in gates if isinstance(s := by_gate[gate], Step))
    over = r.inputs[-1]
    if not isinstance(over, Step):
        return None
    return MixedTime((r, z, n), (bends[r], bends[z], bends[n]), over.inputs[0], kept.inputs[1],
                     reset, kept, rest, new, state)  # fmt: skip
