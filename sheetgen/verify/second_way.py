"""The second, independent way to every answer.

Nothing here looks at an op's cell formula or its vjp. Results are worked out anew from the NumPy
line of the op's row, on dual numbers; a gradient is checked against tangents pushed *forward*
through the net from each single entry, where ``gradients`` pulled them backward. Values are floats;
a printed answer is a decimal, so agreement to a hundredth of its last place means that it is the
same number, and where a pencil rounds, the printed number must be a nearest one. What this way
cannot follow it refuses: no path is left out, but those that a topic says are taken whole
(``through``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.nodes import Graph, Node, Step, Use
from sheetgen.graph.numbers import Fixed
from sheetgen.verify.dual import Array, Dual, UnknownError, of

TOLERANCE = 1e-6
"""Of a rounded result, in units of its last decimal."""
EXACT = 0.01
"""Of an exact one: two different decimals are a whole unit apart."""


class WrongKey(AssertionError):  # noqa: N818 -- it says what is wrong
    """An answer came out differently the second way; it must not be printed. A bug, not the user's
    mistake."""


def worked_out(step: Step, values: Sequence[Dual]) -> Dual:
    """The result of a step by the NumPy line of its op, unrounded. Raises WrongKey if the line
    uses what dual numbers do not know, or makes another shape."""
    with np.errstate(all="ignore"):  # what is no number is told by those who compare
        return _worked_out(step, values)


def circled(step: Step, values: Sequence[Dual]) -> NDArray[np.bool_]:
    """Which boxes of its first input a step chooses, by the NumPy line of what is circled."""
    assert step.op.circled is not None
    found = _evaluated(step, step.op.circled.numpy, step.op.named(values)).value
    return np.asarray(found, bool)


def crossed_out(step: Step, values: Sequence[Dual]) -> NDArray[np.bool_]:
    """Which boxes of a step's result are crossed out, by the NumPy line of that."""
    assert step.op.crossed is not None
    found = _evaluated(step, step.op.crossed.numpy, step.op.named(values)).value
    return np.broadcast_to(np.asarray(found, bool), (*found.shape[:-2], *step.shape))


def _worked_out(step: Step, values: Sequence[Dual]) -> Dual:
    found = _evaluated(step, step.op.numpy, step.op.named(values))
    if found.shape != step.shape:
        raise WrongKey(f"{step.name}: the check makes {found.shape}, the key {step.shape}")
    return found


def _evaluated(step: Step, line: str, names: Mapping[str, Any]) -> Dual:
    try:
        return of(_function(step, line, tuple(names))(*names.values()))
    except UnknownError as problem:
        raise WrongKey(f"{step.name}: the check cannot follow {problem}") from None


@lru_cache(1 << 12)
def _function(step: Step, line: str, names: tuple[str, ...]) -> Callable[..., Any]:
    """A line of a step's op as a function of what has these names. Beside it a line may use NumPy,
    the op's helpers, of which ``by_hand`` leaves its argument unrounded, and the step's params."""
    params = {name: _number(value) for name, value in step.params.items()}
    known = {"np": np, **step.op.helpers, "by_hand": _unrounded, **params}
    made: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {line}", known)
    return made


def _unrounded(x: Any, decimals: int) -> Any:
    return x


def _number(value: Any) -> Any:
    """A param as a line takes it: a number where its text is one."""
    if value == "e":
        return np.e
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


@np.errstate(all="ignore")  # what is no number is told by those who compare
def verify(graph: Graph, values: Mapping[str, Fixed]) -> None:
    """Work every step out a second way, for all exercises of the leading axis.

    ``values`` hold arrays (rows, cols) or (n, rows, cols). Raises WrongKey naming the matrix.
    """
    claimed = {name: _floats(v) for name, v in values.items()}
    for step in graph.steps:
        if step.op.loss:
            continue
        exact = _worked_out(step, [Dual(claimed[n.name]) for n in step.inputs]).value
        _compare(step, values[step.name].decimals, claimed[step.name], exact)
    for loss in dict.fromkeys(s.loss for s in graph.steps if s.loss is not None):
        _Gradients(graph, values, claimed, loss).verify()


@np.errstate(all="ignore")
def verify_at_the_end(graph: Graph, values: Mapping[str, Fixed]) -> None:
    """The same for one exercise that is rounded at the end alone: each number is a nearest one of
    what comes of unrounded numbers. Raises WrongKey naming the matrix."""
    exact: dict[str, Array] = {}
    for node in graph.nodes:
        if not isinstance(node, Step) or node.op.loss:
            exact[node.name] = _floats(values[node.name])
            continue
        exact[node.name] = _worked_out(node, [Dual(exact[n.name]) for n in node.inputs]).value
        decimals = values[node.name].decimals
        claimed = _floats(values[node.name])
        noise = 1e-13 * np.abs(exact[node.name]).max() * 10.0**decimals
        off = np.abs(claimed - exact[node.name]) * 10.0**decimals
        if not (off <= 0.5 + 0.01 + noise).all():
            raise WrongKey(f"{node.name}: the check says {exact[node.name][0].tolist()}, which "
                           f"does not round to the key; please report the numbers")  # fmt: skip
    for loss in dict.fromkeys(s.loss for s in graph.steps if s.loss is not None):
        _Gradients(graph, values, exact, loss).verify()


def _floats(value: Fixed) -> Array:
    digits = value.digits.reshape(-1, *value.digits.shape[-2:])
    return np.asarray(digits / 10.0**value.decimals, np.float64)


def _compare(step: Step, decimals: int, claimed: Array, exact: Array) -> None:
    if step.op.rounds and not step.op.rounds_down:
        off = np.abs(claimed - exact) * 10.0**decimals
        noise = 1e-14 + 1e-15 * np.abs(exact) * 10.0**decimals  # what a float cannot hold of it
        wrong = off > 0.5 + np.maximum(TOLERANCE, noise)
        tie = np.abs(off - 0.5) <= noise
        wrong |= tie & (np.abs(claimed) < np.abs(exact))
    else:
        wrong = np.abs(claimed - exact) * 10.0**decimals > EXACT
    wrong |= ~np.isfinite(exact)
    if wrong.any():
        n, i, j = (int(k) for k in np.argwhere(wrong)[0])
        raise WrongKey(
            f"{step.name}, row {i + 1}, column {j + 1}: the key says {claimed[n, i, j]:g}, "
            f"the check says {exact[n, i, j]:g}; nothing was printed, please report this "
            f"sheet's recipe"
        )


class _Gradients:
    """Holds each gradient of one loss against tangents of the forward pass.

    A tangent is pushed from each entry of a node to the loss, through every use of the node. Where
    a term of a gradient was rounded on paper, its path ends, and the loss changes by that term
    times the tangent.
    """

    def __init__(
        self, graph: Graph, values: Mapping[str, Fixed], claimed: Mapping[str, Array], loss: Step
    ) -> None:
        self.loss, self.values, self.claimed = loss, values, claimed
        self.gradients = [s for s in graph.steps if s.loss is loss]
        self.path = _path(loss)
        self.at = {id(n): claimed[n.name] for n in graph.nodes}
        for step in self.path:
            if id(step) not in self.at and not step.op.loss:
                duals = [Dual(self.at[id(n)]) for n in step.inputs if id(n) in self.at]
                if len(duals) == len(step.inputs):
                    self.at[id(step)] = _worked_out(step, duals).value
        self.ends: dict[tuple[int, int], Step] = {}
        """Uses of nodes that end a path, and the rounded term that comes back from each."""
        for term in self.gradients:
            if term.use is not None and _is_rounded(term):
                self.ends[id(term.use.step), term.use.place] = term

    def verify(self) -> None:
        for gradient in self.gradients:
            rounded = _is_rounded(gradient)
            if gradient.use is not None and rounded:
                node = gradient.use.step.receivers[gradient.use.place]
                exact = self._rate_of(node, gradient.use)
            elif gradient.of is not None:
                exact = self._rate_of(gradient.of, None)
            else:
                continue
            claimed = self.claimed[gradient.name]
            _compare_gradient(
                gradient, self.values[gradient.name].decimals, claimed,
                exact.reshape(claimed.shape), rounded,
            )  # fmt: skip

    def _rate_of(self, source: Node, only: Use | None) -> Array:
        """How the loss changes with each entry of a node (exercises, entries), by all of its uses
        or by one alone."""
        rows, cols = source.shape
        n = self.at[id(source)].shape[0]
        unit = np.eye(rows * cols).reshape(1, rows * cols, rows, cols)
        moving = {id(source): np.broadcast_to(unit, (n, rows * cols, rows, cols))}
        total = np.zeros((n, rows * cols))
        for step in self.path:
            rates: list[Array | None] = []
            for place, node in enumerate(step.receivers):
                rate = moving.get(id(node))
                end = self.ends.get((id(step), place))
                if rate is not None and only is not None and node is source:
                    end = None
                    if step is not only.step or place != only.place:
                        rate = None
                if rate is not None and end is not None:
                    total += np.einsum("nij,npij->np", self.claimed[end.name], rate)
                    rate = None
                rates.append(rate)
            if any(rate is not None for rate in rates):
                moving[id(step)] = self._pushed(step, rates)
        if id(self.loss) in moving:
            total += moving[id(self.loss)][:, :, 0, 0]
        return total

    def _pushed(self, step: Step, rates: Sequence[Array | None]) -> Array:
        """The tangent of a step's result from those of what it reads. Raises WrongKey if this way
        does not know it."""
        if step.op.slope if step.through is None else step.op.slope_through:
            return self._sloped(step, rates)
        no_value = np.zeros((1, 1, 1))  # of a loss, which is not worked out
        duals = [Dual(self.at.get(id(n), no_value), rate)
                 for n, rate in zip(step.inputs, rates, strict=True)]  # fmt: skip
        found = _worked_out(step, duals).tangent
        if found is None:
            raise WrongKey(f"{step.name}: the check cannot follow a change through {step.op.name}")
        return found

    def _sloped(self, step: Step, rates: Sequence[Array | None]) -> Array:
        """The same by the slope that the op's row says of its printed result."""
        line = step.op.slope_through if step.through is not None else step.op.slope
        n, directions = next(rate.shape[:2] for rate in rates if rate is not None)

        def spread(value: Array) -> Dual:
            """A matrix for each direction."""
            return Dual(value if n == 1 else np.repeat(value, directions, axis=0))

        names = {name: spread(self.at[id(node)])
                 for name, node in zip(step.op.names, step.inputs, strict=True)}  # fmt: skip
        if id(step) in self.at:
            names["out"] = spread(self.at[id(step)])
        told = ["through"] if step.through is not None else step.op.names
        for name, node, rate in zip(told, step.receivers, rates, strict=True):
            still = np.zeros((n, directions, *node.shape)) if rate is None else rate
            names[f"d{name}"] = Dual(still.reshape(n * directions, *node.shape))
        found = _evaluated(step, line, names).value
        return found.reshape(n, directions, *found.shape[1:])


def _path(loss: Step) -> list[Step]:
    """All steps that lead to the loss, in forward order."""
    found: dict[int, Step] = {}
    todo = [loss]
    while todo:
        step = todo.pop()
        if id(step) not in found:
            found[id(step)] = step
            todo += [n for n in (*step.inputs, *step.receivers) if isinstance(n, Step)]
    return sorted(found.values(), key=lambda s: s.order)


def _compare_gradient(
    step: Step, decimals: int, claimed: Array, exact: Array, rounded: bool
) -> None:
    slack = 0.5 + TOLERANCE if rounded else EXACT
    wrong = ~(np.abs(claimed - exact) * 10.0**decimals <= slack)  # no number is wrong, too
    if wrong.any():
        n, i, j = (int(k) for k in np.argwhere(wrong)[0])
        raise WrongKey(
            f"{step.name}, row {i + 1}, column {j + 1}: the key says {claimed[n, i, j]:g}, forward "
            f"differentiation says {exact[n, i, j]:g}; nothing was printed, please report this "
            f"sheet's recipe"
        )


def _is_rounded(gradient: Step) -> bool:
    return gradient.op.rounds
