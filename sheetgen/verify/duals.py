"""The second, independent way to every answer.

Nothing here calls an op's ``forward`` or ``vjp``. Results are worked out anew from a table of
definitions on dual numbers (value and tangent, Clifford 1871); a gradient is checked against
tangents pushed *forward* through the net from each single entry, where ``gradients`` pulled them
backward. Values are floats; a printed answer is a decimal, so agreement to a hundredth of its
last place means that it is the same number, and where a pencil rounds, the printed number must be a
nearest one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.nodes import Graph, Node, Step
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
    "relu": lambda z: z.map(np.where(z.value > 0, z.value, 0.0), (z.value > 0).astype(np.float64)),
    "gate": lambda g, z: g * Dual((z.value > 0).astype(np.float64)),
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
    "column": lambda x, t=0: x.linear(lambda v: v[..., t : t + 1]),
    "columns": lambda *parts: _concatenated(-1, parts),
    "stack_rows": lambda *parts: _concatenated(-2, parts),
    "rows_of": lambda a, start=0, rows=1: a.linear(_rows(start, rows)),
    "descend": lambda w, d, rate="1": w - d.linear(lambda v: v * float(rate)),
    "error_gradient": lambda y, t: (y - t).linear(lambda v: 2 * v),
}
"""Op name -> its definition on dual numbers."""


def verify(graph: Graph, values: Mapping[str, Fixed]) -> None:
    """Work every step out a second way, for all exercises of the leading axis.

    ``values`` hold arrays (rows, cols) or (n, rows, cols). Raises WrongKey naming the matrix.
    """
    claimed = {name: _floats(v) for name, v in values.items()}
    for step in graph.steps:
        if step.hidden and step.op.name not in DEFINITIONS:
            continue
        duals = [Dual(claimed[n.name]) for n in step.inputs]
        exact = DEFINITIONS[step.op.name](*duals, **step.params).value
        _compare(step, values[step.name].decimals, claimed[step.name], exact)
    if graph.has_gradients:
        _verify_gradients(graph, values, claimed)


def _floats(value: Fixed) -> Array:
    digits = value.digits.reshape(-1, *value.digits.shape[-2:])
    return np.asarray(digits / 10.0**value.decimals, np.float64)


ROUNDED = (
    "softmax", "softmax_gradient", "sigmoid", "sigmoid_gradient", "power", "quotient", "scale"
)  # fmt: skip


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


def _verify_gradients(
    graph: Graph, values: Mapping[str, Fixed], claimed: Mapping[str, Array]
) -> None:
    """Hold each gradient against tangents of the forward pass.

    With the gradients g_s at some nodes s taken as given (those at the loss, and those that were
    rounded on paper), the loss changes as Σ g_s · ds; for an entry of a node, ds is its tangent,
    stopped at the nodes s behind it.
    """
    of = {id(s.of): s for s in graph.steps if s.role == "gradient" and s.of is not None}
    starts = [
        n for n in graph.nodes if id(n) in of and (_at_loss(of[id(n)]) or _is_rounded(of[id(n)]))
    ]
    for gradient in graph.steps:
        node = gradient.of
        if node is None or of[id(node)] is not gradient or _at_loss(gradient):
            continue
        rows, cols = node.shape
        n = claimed[node.name].shape[0]
        unit = np.eye(rows * cols).reshape(1, rows * cols, rows, cols)
        seed = np.broadcast_to(unit, (n, rows * cols, rows, cols))
        found = _push(graph, node, Dual(claimed[node.name], seed), claimed)
        exact = np.zeros((n, rows * cols))
        for start in starts:
            rate = found.get(id(start))
            if start is not node and rate is not None:
                exact += np.einsum("nij,npij->np", claimed[of[id(start)].name], rate)
        _compare_gradient(
            gradient,
            values[gradient.name].decimals,
            claimed[gradient.name],
            exact.reshape(n, rows, cols),
            _is_rounded(gradient),
        )


def _push(graph: Graph, source: Node, dual: Dual, claimed: Mapping[str, Array]) -> dict[int, Array]:
    """Tangents of every later forward node for unit changes of ``source``, each path ending at a
    node whose own gradient was rounded."""
    moving: dict[int, Dual] = {id(source): dual}
    reached: dict[int, Array] = {}
    rounded = {id(s.of) for s in graph.steps if s.of is not None and _is_rounded(s)}
    for step in graph.steps:
        if (
            step.role == "gradient"
            or step.order <= source.order
            or step.op.name == "descend"
            or step.hidden
        ):
            continue
        through = step.through
        if through is not None and id(through) in moving and step.op.name == "quotient":
            rate = moving[id(through)].tangent
            assert rate is not None
            result = Dual(claimed[step.name], _softmax_slope(claimed[step.name], rate))
        elif any(id(n) in moving for n in step.inputs):
            if step.op.name in ("power", "column_sum"):
                continue
            duals = [moving.get(id(n)) or Dual(claimed[n.name]) for n in step.inputs]
            if step.op.name == "softmax":
                rate = duals[0].tangent
                assert rate is not None
                result = Dual(claimed[step.name], _softmax_slope(claimed[step.name], rate))
            elif step.op.name in ("sigmoid", "three_levels"):
                y = claimed[step.name]
                result = duals[0].map(y, y * (1 - y))
            else:
                pushed = DEFINITIONS[step.op.name](*duals, **step.params)
                result = Dual(claimed[step.name], pushed.tangent)
        else:
            continue
        assert result.tangent is not None
        reached[id(step)] = result.tangent
        if id(step) not in rounded:
            moving[id(step)] = result
    return reached


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


def _at_loss(gradient: Step) -> bool:
    """Whether a gradient comes straight from the loss, from no other gradient."""
    return not any(isinstance(n, Step) and n.role == "gradient" for n in gradient.inputs)


def _is_rounded(gradient: Step) -> bool:
    return gradient.op.name in ("softmax_gradient", "sigmoid_gradient", "scale")
