"""The backward pass: more steps of the same graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sheetgen.graph.nodes import Given, Node, Step, Use, apply, next_in_order
from sheetgen.graph.op import Op


@dataclass(frozen=True)
class Joins:
    """The ops with which terms of a gradient become one: their sum, and matrices side by side and
    over one another."""

    add: Op
    beside: Op
    over: Op


def gradients(
    loss: Step, wrt: Sequence[Node], add: Op | None = None, joins: Joins | None = None,
    leaves_last: bool = False,
) -> list[Step]:  # fmt: skip
    """Append the backward pass from ``loss`` to ``wrt``, in the order in which a student works:
    the gradient of a leaf as soon as it can be known, or after all others if ``leaves_last``.

    Each gradient is a step called ``d`` + the node's name, with the node's shape. Where a node is
    used more than once, its terms (``dA_1``, ``dA_2`` ..., numbered in the order of its uses, such
    as steps of time) are added by ``add``. Returns the gradients of ``wrt``.

    Raises ValueError naming the op where one on the way back has no derivative, and naming the node
    that the loss does not depend on.
    """
    return _Backward(loss, wrt, joins.add if joins else add, joins, leaves_last).run(wrt)


class _Backward:
    """One backward pass: the terms that have come back to each node, until all of its uses have."""

    def __init__(
        self, loss: Step, wrt: Sequence[Node], add: Op | None, joins: Joins | None,
        leaves_last: bool,
    ) -> None:  # fmt: skip
        self.loss, self.add, self.joins, self.leaves_last = loss, add, joins, leaves_last
        self.path = _path(loss)
        self.asked = frozenset(id(n) for n in wrt)
        self.needed = set(self.asked)
        for step in self.path:
            if any(id(n) in self.needed for n in step.receivers):
                self.needed.add(id(step))
        self.uses = Counter(
            id(n) for step in self.path if id(step) in self.needed for n in step.receivers
        )
        self.terms: dict[int, list[Step]] = {}
        self.done: dict[int, Step] = {}
        self.sides: dict[tuple[Op, tuple[int, ...]], Step] = {}
        """Matrices that are joined."""
        self.whole = {id(loss)}
        """Steps that are the loss, or added to it: the gradient of each is 1."""

    def run(self, wrt: Sequence[Node]) -> list[Step]:
        for step in reversed(self.path):
            if id(step) in self.needed:
                self._back(step)
        return [self._finished(node) for node in wrt]

    def _back(self, step: Step) -> None:
        """Hand the gradient of a step on to the nodes that it reads."""
        upstream = self.loss if step is self.loss else self._finish(step)
        if not any(id(node) in self.needed for node in step.receivers):
            return
        if step.op.vjp is None:
            raise ValueError(f"{step.name or 'a step'}: no gradient passes {step.op.name}, which "
                             f"has no derivative here")  # fmt: skip
        if step.op.loss and id(step) not in self.whole:
            raise ValueError(f"{step.op.name} must be the loss, or be added to it")
        if step.op.passes and id(step) in self.whole:
            self.whole |= {id(node) for node in step.receivers}
        found = step.op.vjp(step, upstream)
        if len(found) != len(step.receivers):
            raise ValueError(
                f"{step.name or 'a step'}: {step.op.name} gives {len(found)} gradients for "
                f"{len(step.receivers)} nodes; say what it is taken through, or leave that out"
            )
        found = self._shared(step, found)
        for place, (node, term) in enumerate(zip(step.receivers, found, strict=True)):
            if id(node) not in self.needed:
                continue
            self.uses[id(node)] -= 1
            if term is not None:
                only_copied = term.op.passes and term.op.moves and id(node) not in self.asked
                term = replace(term, use=Use(step, place), hidden=only_copied)
                self.terms.setdefault(id(node), []).append(term)
            if isinstance(node, Given) and self.uses[id(node)] == 0 and not self.leaves_last:
                self._finish(node)

    def _shared(self, step: Step, terms: Sequence[Step | None]) -> list[Step | None]:
        """The terms of a step, with what several of them are worked out from made once."""
        uses = Counter(id(n) for t in terms if t is not None for n in t.inputs
                       if isinstance(n, Step) and not n.name)  # fmt: skip
        made: dict[int, Step] = {}

        def once(node: Node) -> Node:
            if not isinstance(node, Step) or uses[id(node)] < 2:
                return node
            if id(node) not in made:
                made[id(node)] = self._made(node, f"d{step.name}_{node.part}", node.inputs)
            return made[id(node)]

        return [t and replace(t, inputs=tuple(map(once, t.inputs))) for t in terms]

    def _finish(self, node: Node) -> Step:
        """The gradient of a node, all of whose terms are there."""
        found = self.terms.get(id(node), [])
        if not found:
            raise ValueError(f"the loss does not depend on {node.name or 'a step'}")
        if len(found) == 1:
            hidden = id(node) not in self.asked and _passed_on(found[0])
            total = self._named(found[0], f"d{node.name}", of=node, hidden=hidden)
        elif self.joins is not None and _added_up(found):
            own = [t.inputs[0] for t in found[::-1]]
            beside = self._side(self.joins.beside, own, f"d{node.name}_of")
            total = self._named(apply(found[0].op, beside), f"d{node.name}", of=node)
        elif self.joins is not None and _alike(found):
            whole = self._joined(found[::-1], f"d{node.name}", self.joins)
            total = self._named(whole, f"d{node.name}", of=node)
        elif self.add is None:
            raise ValueError(
                f"{node.name} is used {len(found)} times; gradients() needs the op that adds"
            )
        else:
            terms_of_uses = enumerate(reversed(found), 1)  # found from the last use back
            parts = [
                self._named(t, f"d{node.name}_{k}", term_of=node, hidden=_passed_on(t))
                for k, t in terms_of_uses
            ]
            total = self._named(apply(self.add, *parts), f"d{node.name}", of=node)
        self.done[id(node)] = total
        return total

    def _joined(self, terms: Sequence[Step], name: str, joins: Joins) -> Step:
        """One product instead of a sum of products: the left factors side by side and the top
        factors over one another, as they lie."""
        left, left_turned, top, top_turned = terms[0].op.products[0]
        sides: dict[int, Step] = {}
        for place, over, which in (
            (left, left_turned, "left"), (top, not top_turned, "top")
        ):  # fmt: skip
            factors = [t.inputs[place] for t in terms]
            sides[place] = self._side(joins.over if over else joins.beside, factors,
                                      f"{name}_{which}")  # fmt: skip
        return apply(terms[0].op, *(sides[k] for k in sorted(sides)))

    def _side(self, join: Op, factors: Sequence[Node], name: str) -> Step:
        """Matrices joined to one: the same one wherever the same are joined."""
        key = (join, tuple(map(id, factors)))
        if key not in self.sides:
            back = any(isinstance(n, Step) and n.role == "gradient" for n in factors)
            self.sides[key] = replace(apply(join, *factors, hidden=True), name=name, shown=False,
                                      role="gradient" if back else "state")  # fmt: skip
        return self.sides[key]

    def _named(self, step: Step, name: str, **changes: Any) -> Step:
        """A gradient with its name; what it is worked out from on the way has names made of that
        and of what it is."""
        made: dict[int, Step] = {}

        def inner(node: Node) -> Node:
            if not isinstance(node, Step) or node.name:
                return node
            if id(node) not in made:
                made[id(node)] = self._made(node, f"{name}_{node.part}", map(inner, node.inputs))
            return made[id(node)]

        return replace(self._made(step, name, map(inner, step.inputs)), **changes)

    def _made(self, step: Step, name: str, inputs: Iterable[Node]) -> Step:
        seen = tuple(inputs)
        return replace(
            step, name=name, inputs=seen, role="gradient", shown=False, order=next_in_order(),
            loss=self.loss,
        )  # fmt: skip

    def _finished(self, node: Node) -> Step:
        return self.done.get(id(node)) or self._finish(node)


def _added_up(terms: Sequence[Step]) -> bool:
    """Whether all terms are rows added up."""
    return all(t.op is terms[0].op and t.op.sides == (("ik",), "i1") and t.op.exact for t in terms)


def _passed_on(term: Step) -> bool:
    """Whether a term has the very numbers of the gradient before it, which need not be written
    twice."""
    return term.op.passes and len(term.inputs) == 1


def _alike(terms: Sequence[Step]) -> bool:
    """Whether terms are products of one op, each of two factors and no more."""
    ops = {t.op for t in terms}
    return len(ops) == 1 and all(
        len(t.op.products) == 1 and len(t.inputs) == 2 and t.op.exact for t in terms
    )


def _path(loss: Step) -> list[Step]:
    """The steps that a gradient of ``loss`` passes, in forward order."""
    found: dict[int, Step] = {}
    todo = [loss]
    while todo:
        step = todo.pop()
        if id(step) not in found:
            found[id(step)] = step
            todo.extend(n for n in step.receivers if isinstance(n, Step))
    return sorted(found.values(), key=lambda s: s.order)
