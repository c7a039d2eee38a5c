"""What a topic is made of: givens, and steps that apply an op. No numbers yet.

A topic function, called once, builds these frozen nodes; drawing, solving, checking and laying out
read them. The backward pass is more of the same: :func:`gradients` appends ordinary steps.
"""

from __future__ import annotations

import contextlib
import contextvars
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph.numbers import PLACES, Fixed
from sheetgen.graph.op import Op

Shape = tuple[int, int]
Role = Literal["input", "parameter", "state", "output", "target", "gradient", "constant"]
Draw = str
"""How a given gets its numbers: inputs, weights, bias, numbers, one-hot or zeros, or a kind of the
draw's table of those that are made."""
Said = tuple[str, ...]

_order = itertools.count()


def next_in_order() -> int:
    """What a node made now has as its place in the order of the work."""
    return next(_order)


_shown: contextvars.ContextVar[bool] = contextvars.ContextVar("shown", default=False)
_shapes: contextvars.ContextVar[Mapping[str, Shape]] = contextvars.ContextVar("shapes")
_group: contextvars.ContextVar[Group | None] = contextvars.ContextVar("group", default=None)
_told_apart: contextvars.ContextVar[bool] = contextvars.ContextVar("told apart", default=False)


@dataclass(frozen=True, eq=False, slots=True)
class Given:
    """A leaf: its numbers are drawn, or come from a file, and are printed."""

    name: str
    shape: Shape
    role: Role
    draw: Draw
    order: int = field(default_factory=next_in_order)
    options: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""
    """What it is in its topic: the left factor of a product, say."""
    label: str = ""
    """Its name as markup, where its plain name does not say it."""
    rows_said: Said = ()
    """A word for each row, if its rows stand for something that has one."""
    columns_said: Said = ()
    """And for each column."""
    told_apart: bool = False
    """Its columns are tokens, each of which has a fill of its own."""
    copy_of: Node | None = None
    """Where a step is practised: what it stands for."""
    copy: int = 0
    """And in the how-manieth exercise."""

    @property
    def drawn_from(self) -> str:
        """The table from which its boxes are drawn, each for itself."""
        return str(self.options.get("drawn_from", self.draw))

    @property
    def always(self) -> Fixed | None:
        """Its numbers, where they are the same on every sheet."""
        if self.draw == "zeros":
            return Fixed(np.zeros(self.shape, np.int64))
        table: Fixed | None = self.options.get("table")
        return table


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Steps that belong together: a head, a gate, a step of time."""

    name: str
    one: bool
    """They are one step on paper, with one number."""


class Use(NamedTuple):
    """One of the places in which a step reads a node."""

    step: Step
    place: int
    """Which of the nodes that its gradients belong to."""


def _unplanned(*values: Fixed) -> Fixed:
    raise ValueError("a step is made by apply()")


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """One op applied: one thing the student works out."""

    name: str
    op: Op
    inputs: tuple[Node, ...]
    shape: Shape
    params: Mapping[str, Any] = field(default_factory=dict)
    role: Role = "state"
    of: Node | None = None
    """For a gradient: the node whose gradient it is (None for one term of a sum)."""
    term_of: Node | None = None
    use: Use | None = None
    """For a gradient: the use of the node from which it comes back (None for a sum of terms)."""
    loss: Step | None = None
    """For a gradient: of what it is the gradient."""
    through: Node | None = None
    """Where its gradient goes when a softmax before it is taken whole: the logits."""
    shown: bool = False
    """Its result is printed, not asked for."""
    hidden: bool = False
    """It stands for something that is not on the page (a loss, a view of other steps)."""
    part: str = ""
    """What it is in its topic, as the page may ask: a query, scores, shares, a state."""
    label: str = ""
    """Its name as markup, where its plain name does not say it."""
    rows_said: Said = ()
    """A word for each row, if its rows stand for something that has one."""
    columns_said: Said = ()
    """And for each column."""
    told_apart: bool = False
    """Its columns are tokens, each of which has a fill of its own."""
    group: Group | None = None
    """The steps that it belongs to."""
    copy_of: Node | None = None
    """Where a step is practised: which one it is."""
    copy: int = 0
    """And in the how-manieth exercise."""
    forward: Callable[..., Fixed] = _unplanned
    """Its result from the inputs' numbers."""
    order: int = field(default_factory=next_in_order)

    @property
    def places(self) -> int | None:
        """Decimals to which its result is rounded on paper, None where it is worked out exactly."""
        decimals = self.params.get("decimals", PLACES)
        return int(decimals) if decimals < PLACES else None

    @property
    def receivers(self) -> tuple[Node, ...]:
        """The nodes that the terms of its vjp belong to: the inputs, or the logits on which a
        softmax is taken whole."""
        return self.inputs if self.through is None else (self.through,)


Node = Given | Step


def written(node: Node) -> Node:
    """What stands on the page for a node: of one that is hidden and passes on the very numbers of
    another, that other."""
    while isinstance(node, Step) and node.hidden and node.op.passes and len(node.inputs) == 1:
        node = node.inputs[0]
    return node


def apply(
    op: Op,
    *inputs: Node,
    name: str = "",
    role: Role = "state",
    hidden: bool = False,
    through: Node | None = None,
    part: str = "",
    label: str = "",
    rows_said: Said = (),
    columns_said: Said = (),
    **params: Any,
) -> Step:
    """A step that applies ``op``, with the op's own defaults for what ``params`` leaves out; its
    shape comes from the op's formula.

    Raises SheetgenError naming the step and the shapes if they do not fit.
    """
    unknown = [name for name in params if name not in op.params]
    if unknown:
        raise ValueError(f"{name or 'a step'}: {op.name} has no {unknown[0]}")
    params = {**op.params, **params}
    try:
        forward, shape = op.plan([node.shape for node in inputs], params)
    except ValueError:
        shapes = ", ".join(f"{node.name} {node.shape[0]}×{node.shape[1]}" for node in inputs)
        raise SheetgenError(f"{name or 'a step'}: {op.name} does not fit {shapes}") from None
    return Step(
        name, op, inputs, shape, params, role, through=through, shown=_shown.get(), hidden=hidden,
        part=part, label=label, rows_said=rows_said, columns_said=columns_said,
        told_apart=_told_apart.get(), group=_group.get(), forward=forward,
    )  # fmt: skip


@contextlib.contextmanager
def sized(shapes: Mapping[str, Shape]) -> Iterator[None]:
    """Givens made inside have these shapes, by name, and not those that they ask for."""
    token = _shapes.set(shapes)
    try:
        yield
    finally:
        _shapes.reset(token)


@contextlib.contextmanager
def together(name: str, one: bool = False) -> Iterator[Group]:
    """Steps made inside belong together: where the step list is long, it says once what groups
    alike do; if ``one``, they are one step, under one number."""
    group = Group(name, one)
    token = _group.set(group)
    try:
        yield group
    finally:
        _group.reset(token)


@contextlib.contextmanager
def told_apart() -> Iterator[None]:
    """The columns of the inputs and steps made inside are tokens, which the page tells apart: it is
    seen which way each of them goes."""
    token = _told_apart.set(True)
    try:
        yield
    finally:
        _told_apart.reset(token)


@contextlib.contextmanager
def printed(yes: bool = True) -> Iterator[None]:
    """Steps made inside are printed with their results: a forward pass that is given."""
    token = _shown.set(yes)
    try:
        yield
    finally:
        _shown.reset(token)


def given(
    name: str, rows: int, cols: int, role: Role, draw: Draw, part: str = "", label: str = "",
    rows_said: Said = (), columns_said: Said = (), **options: Any,
) -> Given:  # fmt: skip
    """A leaf of some rows and columns, or of those that are told meanwhile."""
    shape = _shapes.get({}).get(name, (rows, cols))
    rows_said, columns_said = ((s if len(s) == n else ()) for s, n in
                               zip((rows_said, columns_said), shape, strict=True))  # fmt: skip
    return Given(name, shape, role, draw, options=options, part=part, label=label,
                 rows_said=rows_said, columns_said=columns_said,
                 told_apart=_told_apart.get() and role == "input")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Graph:
    """The nodes of one exercise in the order in which a student works, and the outputs."""

    nodes: tuple[Node, ...]
    outputs: tuple[Step, ...]

    @classmethod
    def of(cls, outputs: Sequence[Step]) -> Graph:
        """Everything that ``outputs`` depend on, in the order in which it was made."""
        seen: dict[int, Node] = {}
        todo: list[Node] = list(outputs)
        while todo:
            node = todo.pop()
            if id(node) not in seen:
                seen[id(node)] = node
                todo.extend(node.inputs if isinstance(node, Step) else ())
        nodes = tuple(sorted(seen.values(), key=lambda n: n.order))
        names = [n.name for n in nodes]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"two nodes are called {', '.join(twice)}")
        return cls(nodes, tuple(outputs))

    @cached_property
    def givens(self) -> tuple[Given, ...]:
        return tuple(n for n in self.nodes if isinstance(n, Given))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(n for n in self.nodes if isinstance(n, Step))

    @cached_property
    def worked(self) -> tuple[Step, ...]:
        """The steps whose results the student is asked for by default."""
        return tuple(s for s in self.steps if not s.shown and not s.hidden)

    @cached_property
    def by_name(self) -> Mapping[str, Node]:
        return {n.name: n for n in self.nodes}

    @cached_property
    def has_gradients(self) -> bool:
        return any(s.role == "gradient" for s in self.steps)

    @cached_property
    def parameter_count(self) -> int:
        """How many numbers a training would adjust."""
        return sum(g.shape[0] * g.shape[1] for g in self.givens if g.role == "parameter")

    def users(self, node: Node) -> tuple[Step, ...]:
        """The steps that read a node."""
        return self._users.get(node, ())

    @cached_property
    def _users(self) -> Mapping[Node, tuple[Step, ...]]:
        found: dict[Node, list[Step]] = {}
        for step in self.steps:
            for node in dict.fromkeys(step.inputs):
                found.setdefault(node, []).append(step)
        return {node: tuple(steps) for node, steps in found.items()}


