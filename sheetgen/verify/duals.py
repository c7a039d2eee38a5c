"""The second, independent way to every answer.

Nothing here calls an op's ``forward`` or ``vjp``. Results are worked out anew from a table of
definitions on dual numbers (value and tangent, Clifford 1871); a gradient is checked against
tangents pushed *forward* through the net from each single entry, where ``gradients`` pulled them
backward. Values are floats; a printed answer is a decimal, so agreement to a hundredth of its
last place means that it is the same number, and where a pencil rounds, the printed number must be a
nearest one. What this way cannot follow it refuses: no path is left out, but those that a topic
says are taken whole (``through``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.nodes import Graph, Node, Step, Use
from sheetgen.graph.numbers import Fixed

Array = NDArray[np.float64]
TOLERANCE = 1e-6
"""Of a rounded result, in units of its last decimal."""
EXACT = 0.01
"""Of an exact one: two different decimals are a whole unit apart."""


class WrongKey(AssertionError):  # noqa: N818 -- it says what is wrong
    """An answer came out differently the second way; it must not be printed. A bug, not the user's
    mistake."""


@dataclass(frozen=True)
class Dual:
    """A matrix (n, rows, cols) and its rates of change in each direction (n, directions, rows,
    cols)."""

    value: Array
    tangent: Array | None = None

    def map(self, value: Array, slope: Array) -> Dual:
        return Dual(value, None if self.tangent is None else self.tangent * slope[:, None])

    def linear(self, f: Callable[[Array], Array]) -> Dual:
        """Something linear that works on the last two axes alone."""
        return Dual(f(self.value), None if self.tangent is None else f(self.tangent))

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, _sum(self.tangent, other.tangent))

    def __sub__(self, other: Dual) -> Dual:
        return self + other.linear(np.negative)

    def __matmul__(self, other: Dual) -> Dual:
        a = None if self.tangent is None else np.einsum("npik,nkj->npij", self.tangent, other.value)
        b = (
            None
            if other.tangent is None
            else np.einsum("nik,npkj->npij", self.value, other.tangent)
        )
        return Dual(np.einsum("nik,nkj->nij", self.value, other.value), _sum(a, b))

    def __mul__(self, other: Dual) -> Dual:
        a = None if self.tangent is None else self.tangent * other.value[:, None]
        b = None if other.tangent is None else other.tangent * self.value[:, None]
        return Dual(self.value * other.value, _sum(a, b))

    @property
    def T(self) -> Dual:  # noqa: N802 -- as in NumPy
        return self.linear(lambda a: np.swapaxes(a, -1, -2))


def _sum(a: Array | None, b: Array | None) -> Array | None:
    return b if a is None else a if b is None else a + b


def _total(x: Dual, axis: int) -> Dual:
    return x.linear(lambda a: a.sum(axis=axis, keepdims=True))


def _masked(z: Dual, causal: bool) -> Array:
    rows, cols = z.value.shape[-2:]
    late = np.arange(rows)[:, None] > np.arange(cols)[None, :]
    return np.where(late & causal, -np.inf, z.value)


def _softmax(z: Dual, base: str = "e", decimals: int = 1, causal: bool = False) -> Dual:
    logits = _masked(z, causal)
    powers = (3.0 if base == "3" else np.e) ** (logits - logits.max(axis=-2, keepdims=True))
    return Dual(powers / powers.sum(axis=-2, keepdims=True))


def _sigmoid(z: Dual) -> Dual:
    half = np.tanh(z.value / 2)
    return z.map((1 + half) / 2, (1 - half**2) / 4)


def _power(z: Dual, base: str = "3", decimals: int = 1, causal: bool = False) -> Dual:
    return Dual((3.0 if base == "3" else np.e) ** _masked(z, causal))


def _quotient(a: Dual, total: Dual, *logits: Dual, decimals: int = 1) -> Dual:
    return Dual(a.value / total.value)


def _softmax_slope(p: Array, t: Array) -> Array:
    """Rate of change of softmax for rates t of its logits, at the printed probabilities p."""
    weighted: Array = np.einsum("nij,npij->npij", p, t)
    return np.asarray(weighted - np.einsum("nij,npj->npij", p, weighted.sum(axis=-2)))


def _rows(start: int, rows: int) -> Callable[[Array], Array]:
    return lambda a: a[..., start : start + rows, :]


def _concatenated(axis: int, parts: tuple[Dual, ...]) -> Dual:
    value = np.concatenate([p.value for p in parts], axis=axis)
    moving = next((p.tangent.shape[1] for p in parts if p.tangent is not None), None)
    if moving is None:
        return Dual(value)
    tangents = [
        p.tangent
        if p.tangent is not None
        else np.zeros((p.value.shape[0], moving, *p.value.shape[1:]))
        for p in parts
    ]
    return Dual(value, np.concatenate(tangents, axis=axis))


def _every(parts: tuple[Dual, ...]) -> Dual:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


DEFINITIONS: dict[str, Callable[..., Dual]] = {
    "matmul": lambda a, b: a @ b,
    "linear": lambda w, x: w @ x,
    "affine": lambda w, b, x: (w @ x) + b,
    "recur": lambda a, h, b, x: (a @ h) + (b @ x),
    "outer": lambda g, x: g @ x.T,
    "back": lambda w, g: w.T @ g,
    "transposed": lambda a, b: a.T @ b,
    "row_sum": lambda g: _total(g, -1),
    "column_sum": lambda a: _total(a, -2),
    "add": lambda *parts: _every(parts),
    "copy": lambda a: a,
    "subtract": lambda a, b: a - b,
    "scale": lambda a, factor="1", decimals=6: a.linear(lambda v: v * float(factor)),
    "multiply": lambda a, b: a * b,
    "negate": lambda a: a.linear(np.negative),
    "spread_columns": lambda a, cols=1: a.linear(lambda v: v @ np.ones((1, cols))),
    "spread_rows": lambda a, rows=1: a.linear(lambda v: np.ones((rows, 1)) @ v),
    "relu": lambda z: z.map(np.where(z.value > 0, z.value, 0.0), (z.value > 0).astype(np.float64)),
    "gate": lambda g, z: g * z.map(np.where(z.value > 0, 1.0, 0.0), np.zeros_like(z.value)),
    "softmax": _softmax,
    "sigmoid": lambda z, decimals=1, how="value": _sigmoid(z),
    "three_levels": lambda z: Dual(
        np.where(z.value > 1.99, 1.0, np.where(z.value < -1.99, 0.0, 0.5))
    ),
    "sigmoid_gradient": lambda y, g, decimals=6: y * (Dual(np.ones_like(y.value)) - y) * g,
    "softmax_gradient": lambda p, g, decimals=6: p * (g - _total(p * g, -2)),
    "divide_down": lambda a, by=1: a.linear(lambda v: v / by),
    "power": _power,
    "quotient": _quotient,
    "divisor_gradient": lambda p, g, total, decimals=6: Dual(
        -(p.value * g.value).sum(axis=-2, keepdims=True) / total.value
    ),
    "column": lambda x, t=0: x.linear(lambda v: v[..., t : t + 1]),
    "columns": lambda *parts: _concatenated(-1, parts),
    "stack_rows": lambda *parts: _concatenated(-2, parts),
    "columns_of": lambda a, start=0, cols=1: a.linear(lambda v: v[..., start : start + cols]),
    "place_columns": lambda a, start=0, cols=1: a.linear(
        lambda v: v @ np.eye(v.shape[-1], cols, start)
    ),
    "rows_of": lambda a, start=0, rows=1: a.linear(_rows(start, rows)),
    "place_rows": lambda a, start=0, rows=1: a.linear(
        lambda v: np.eye(v.shape[-2], rows, start).T @ v
    ),
    "descend": lambda w, d, rate="1": w - d.linear(lambda v: v * float(rate)),
    "error_gradient": lambda y, t: (y - t).linear(lambda v: 2 * v),
}
"""Op name -> its definition on dual numbers; without a tangent where ``SLOPES`` has it."""

Slope = Callable[..., Array]

SLOPES: dict[str, Slope] = {
    "softmax": lambda p, z, **params: _softmax_slope(p, _rate(z)),
    "sigmoid": lambda y, z, **params: (y * (1 - y))[:, None] * _rate(z),
    "three_levels": lambda y, z: (y * (1 - y))[:, None] * _rate(z),
    "power": lambda p, z, **params: p[:, None] * _rate(z),
    "quotient": lambda p, a, total, decimals=1: (
        _rate(a) - p[:, None] * _rate(total)
    ) / total.value[:, None],
    "divide_down": lambda y, a, by=1: _rate(a) / by,
}
"""Op that rounds -> the rate of change of its result, said of the result as it is printed, and of
its inputs. Where 3 stands for e it does so here too."""

LOSSES: dict[str, Callable[..., Array]] = {
    "cross_entropy": lambda p, t, rate: _over(p.value - t.value, rate),
    "squared_error": lambda y, t: _over(2 * (y.value - t.value), _rate(y) - _rate(t)),
}
"""Ops that stand for a number that is not on the page -> the rate of change of that number; of
cross-entropy after softmax by that of the logits."""


def _over(slopes: Array, rate: Array) -> Array:
    """The sum of slopes times rates, a number for each direction."""
    return np.asarray((slopes[:, None] * rate).sum(axis=(-1, -2), keepdims=True))


def _rate(x: Dual) -> Array:
    """The rates of change of an input; 0 if it does not move."""
    return np.zeros((1, 1, 1, 1)) if x.tangent is None else x.tangent


def verify(graph: Graph, values: Mapping[str, Fixed]) -> None:
    """Work every step out a second way, for all exercises of the leading axis.

    ``values`` hold arrays (rows, cols) or (n, rows, cols). Raises WrongKey naming the matrix.
    """
    claimed = {name: _floats(v) for name, v in values.items()}
    for step in graph.steps:
        if step.op.name in LOSSES:
            continue
        duals = [Dual(claimed[n.name]) for n in step.inputs]
        exact = _defined(step)(*duals, **step.params).value
        _compare(step, values[step.name].decimals, claimed[step.name], exact)
    for loss in dict.fromkeys(s.loss for s in graph.steps if s.loss is not None):
        _Gradients(graph, values, claimed, loss).verify()


def _defined(step: Step) -> Callable[..., Dual]:
    """The definition of a step's op. Raises WrongKey if there is none."""
    if step.op.name not in DEFINITIONS:
        raise WrongKey(f"{step.name}: the check knows no {step.op.name}")
    return DEFINITIONS[step.op.name]


def _floats(value: Fixed) -> Array:
    digits = value.digits.reshape(-1, *value.digits.shape[-2:])
    return np.asarray(digits / 10.0**value.decimals, np.float64)


ROUNDED = (
    "softmax", "softmax_gradient", "sigmoid", "sigmoid_gradient", "power", "quotient", "scale",
    "divisor_gradient",
)  # fmt: skip
"""Ops whose printed result is a nearest one."""


def _compare(step: Step, decimals: int, claimed: Array, exact: Array) -> None:
    if step.op.name == "divide_down":
        wrong = np.abs(claimed - np.floor(exact + TOLERANCE)) > TOLERANCE
    elif step.op.name in ROUNDED:
        off = np.abs(claimed - exact) * 10.0**decimals
        wrong = off > 0.5 + TOLERANCE
        noise = 1e-14 + 1e-15 * np.abs(exact) * 10.0**decimals
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
            if id(step) not in self.at and step.op.name not in LOSSES:
                duals = [Dual(self.at[id(n)]) for n in step.inputs if id(n) in self.at]
                if len(duals) == len(step.inputs):
                    self.at[id(step)] = _defined(step)(*duals, **step.params).value
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
        if step.through is not None:
            (rate,) = rates
            assert rate is not None
            if step.op.name in LOSSES:
                values = (Dual(self.at[id(n)]) for n in step.inputs)
                return LOSSES[step.op.name](*values, rate)
            return _softmax_slope(self.at[id(step)], rate)
        no_value = np.zeros((1, 1, 1))  # of a loss, which is not worked out
        duals = [Dual(self.at.get(id(n), no_value), rate)
                 for n, rate in zip(step.inputs, rates, strict=True)]  # fmt: skip
        if step.op.name in LOSSES:
            return LOSSES[step.op.name](*duals)
        if step.op.name in SLOPES:
            return SLOPES[step.op.name](self.at[id(step)], *duals, **step.params)
        found = _defined(step)(*duals, **step.params).tangent
        if found is None:
            raise WrongKey(f"{step.name}: the check cannot follow a change through {step.op.name}")
        return found


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
    wrong = np.abs(claimed - exact) * 10.0**decimals > slack
    if wrong.any():
        n, i, j = (int(k) for k in np.argwhere(wrong)[0])
        raise WrongKey(
            f"{step.name}, row {i + 1}, column {j + 1}: the key says {claimed[n, i, j]:g}, forward "
            f"differentiation says {exact[n, i, j]:g}; nothing was printed, please report this "
            f"sheet's recipe"
        )


def _is_rounded(gradient: Step) -> bool:
    return gradient.op.name in ROUNDED
