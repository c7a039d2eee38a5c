"""Dual numbers: matrices with their rates of change (Clifford 1871), for NumPy's own notation.

A ``Dual`` looks like one matrix to the line that works with it; it holds many, of many exercises,
and their rates in many directions. It knows a listed set of operations and raises at any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]


class UnknownError(Exception):
    """An operation that dual numbers do not know."""


class Dual:
    """Matrices (exercises, rows, columns) and their rates (exercises, directions, rows, columns),
    None where nothing moves."""

    def __init__(self, value: Array, tangent: Array | None = None) -> None:
        self.value, self.tangent = value, tangent

    # --- what an array has

    @property
    def ndim(self) -> int:
        return self.value.ndim - 1

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape[1:]

    @property
    def T(self) -> Dual:  # noqa: N802 -- as in NumPy
        return self.linear(lambda a: np.swapaxes(a, -1, -2))

    def __getitem__(self, key: Any) -> Dual:
        keys = key if isinstance(key, tuple) else (key,)
        keys = (*keys, *[slice(None)] * (self.ndim - sum(k is not None for k in keys)))
        return self.linear(lambda a: a[(..., *keys)])

    def sum(self, axis: Any = None, keepdims: bool = False) -> Dual:
        return self.linear(lambda a: a.sum(axis=self._axes(axis), keepdims=keepdims))

    def mean(self, axis: Any = None, keepdims: bool = False) -> Dual:
        return self.linear(lambda a: a.mean(axis=self._axes(axis), keepdims=keepdims))

    def cumsum(self, axis: int) -> Dual:
        (last,) = self._axes(axis)
        return self.linear(lambda a: a.cumsum(axis=last))

    def reshape(self, rows: int, cols: int) -> Dual:
        """The same numbers in other rows and columns; -1 rows are as many as there are."""
        size = self.shape[0] * self.shape[1]
        rows = size // cols if rows == -1 else rows
        if self.ndim != 2 or rows * cols != size:
            raise UnknownError(f"{self.shape} in {rows}×{cols}")
        return self.linear(lambda a: a.reshape(*a.shape[:-2], rows, cols))

    def repeat(self, count: int, axis: int) -> Dual:
        (last,) = self._axes(axis)
        return self.linear(lambda a: np.repeat(a, count, axis=last))

    def max(self, axis: Any = None, keepdims: bool = False) -> Dual:
        """The largest, and the rate of it: of the first if there are some."""
        axes = self._axes(axis)
        top = self.value.max(axis=axes, keepdims=True)
        flat = np.moveaxis(self.value == top, axes, range(-len(axes), 0))
        kept = flat.reshape(*flat.shape[: -len(axes)], -1)
        first = np.zeros(kept.shape)
        np.put_along_axis(first, kept.argmax(axis=-1)[..., None], 1.0, axis=-1)
        chosen = np.moveaxis(first.reshape(flat.shape), range(-len(axes), 0), axes)
        found: Dual = Dual(chosen) * self
        return found.sum(axis, keepdims)

    def min(self, axis: Any = None, keepdims: bool = False) -> Dual:
        return -(-self).max(axis, keepdims)

    def _axes(self, axis: Any) -> tuple[int, ...]:
        """Axes of a matrix, counted from the last, so that they are those of many too."""
        if axis is None:
            return tuple(range(-self.ndim, 0))
        axes = axis if isinstance(axis, tuple) else (axis,)
        if not all(-self.ndim <= a < self.ndim for a in axes):
            raise UnknownError(f"axis {axis} of {self.ndim}")
        return tuple(a if a < 0 else a - self.ndim for a in axes)

    # --- arithmetic

    def linear(self, f: Callable[[Array], Any]) -> Dual:
        """Something linear that works on the axes of a matrix alone."""
        return Dual(f(self.value), None if self.tangent is None else f(self.tangent))

    def each(self, value: Array, slope: Array) -> Dual:
        """Something done number by number, with its slope there."""
        return Dual(value, None if self.tangent is None else self.tangent * slope[:, None])

    def __neg__(self) -> Dual:
        return self.linear(np.negative)

    def __add__(self, other: Any) -> Dual:
        b = of(other)
        if self.shape == b.shape:
            return Dual(self.value + b.value, _sum(self.tangent, b.tangent))
        return Dual(self._level(b) + b._level(self), _sum(self._like(b), b._like(self)))

    def __sub__(self, other: Any) -> Dual:
        return self + (-of(other))

    def __mul__(self, other: Any) -> Dual:
        b = of(other)
        return Dual(self._level(b) * b._level(self), _sum(
            None if self.tangent is None else _level(self.tangent, b) * b._wide(self),
            None if b.tangent is None else _level(b.tangent, self) * self._wide(b),
        ))  # fmt: skip

    def __truediv__(self, other: Any) -> Dual:
        b = of(other)
        return self.__mul__(b.each(1 / b.value, -1 / b.value**2))

    def __pow__(self, power: float) -> Dual:
        if isinstance(power, Dual):
            raise UnknownError("a power of two matrices")
        return self.each(self.value**power, power * self.value ** (power - 1))

    def __rpow__(self, base: float) -> Dual:
        found = base**self.value
        return self.each(found, found * np.log(base))

    def __matmul__(self, other: Any) -> Dual:
        b = of(other)
        if self.ndim != 2 or b.ndim != 2:
            raise UnknownError("a product of what are no matrices")
        return Dual(self.value @ b.value, _sum(
            None if self.tangent is None else self.tangent @ b.value[:, None],
            None if b.tangent is None else self.value[:, None] @ b.tangent,
        ))  # fmt: skip

    def __radd__(self, other: Any) -> Dual:
        return self.__add__(other)

    def __rsub__(self, other: Any) -> Dual:
        return of(other).__sub__(self)

    def __rmul__(self, other: Any) -> Dual:
        return self.__mul__(other)

    def __rtruediv__(self, other: Any) -> Dual:
        return of(other).__truediv__(self)

    # --- tests, whose answers do not move

    def __gt__(self, other: Any) -> Dual:
        return self._test(np.greater, other)

    def __ge__(self, other: Any) -> Dual:
        return self._test(np.greater_equal, other)

    def __lt__(self, other: Any) -> Dual:
        return self._test(np.less, other)

    def __le__(self, other: Any) -> Dual:
        return self._test(np.less_equal, other)

    def __eq__(self, other: object) -> Dual:  # type: ignore[override]  # as arrays do
        return self._test(np.equal, other)

    __hash__ = None  # type: ignore[assignment]  # as arrays

    def __bool__(self) -> bool:
        raise UnknownError("a choice by a matrix, such as x if z > 0 else y")

    def _test(self, test: Callable[[Any, Any], Any], other: Any) -> Dual:
        b = of(other)
        moves = self.tangent if self.tangent is not None else b.tangent
        answer = np.asarray(test(self._level(b), b._level(self)), np.float64)
        still = None if moves is None else np.zeros((*moves.shape[:2], *answer.shape[1:]))
        return Dual(answer, still)

    # --- shapes that differ by a repeated side

    def _level(self, other: Dual) -> Array:
        """The values with as many axes as another matrix has, as NumPy puts axes in front."""
        return _raised(self.value, other.value.ndim)

    def _wide(self, other: Dual) -> Array:
        """The values with a direction's axis, as many axes behind it as the other has."""
        more = max(0, other.ndim - self.ndim)
        return self.value.reshape(self.value.shape[0], *[1] * (more + 1), *self.shape)

    def _like(self, other: Dual) -> Array | None:
        if self.tangent is None:
            return None
        shape = np.broadcast_shapes(self.shape, other.shape)
        lead = self.tangent.shape[:2]
        return np.broadcast_to(_level(self.tangent, other), (*lead, *shape))

    # --- NumPy's functions

    __array_priority__ = 100

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **more: Any) -> Dual:
        found = UFUNCS.get(ufunc)
        if found is None or method != "__call__" or more:
            raise UnknownError(f"np.{ufunc.__name__}")
        return found(*inputs)

    def __array_function__(
        self, function: Any, types: Any, inputs: Sequence[Any], more: dict[str, Any]
    ) -> Any:
        found = FUNCTIONS.get(function)
        if found is None:
            raise UnknownError(f"np.{function.__name__}")
        return found(*inputs, **more)


def of(number: Any) -> Dual:
    """A number, or a plain matrix, that does not move."""
    if isinstance(number, Dual):
        return number
    return Dual(np.asarray(number, np.float64)[None])


def _level(tangent: Array, other: Dual) -> Array:
    """Rates with as many axes behind the direction's as another matrix has."""
    more = other.ndim - (tangent.ndim - 2)
    if more <= 0:
        return tangent
    return tangent.reshape(*tangent.shape[:2], *[1] * more, *tangent.shape[2:])


def _raised(value: NDArray[Any], ndim: int) -> NDArray[Any]:
    """Values with at least so many axes, of length 1 behind the exercises'."""
    more = ndim - value.ndim
    return value.reshape(value.shape[0], *[1] * more, *value.shape[1:]) if more > 0 else value


def _sum(a: Array | None, b: Array | None) -> Array | None:
    return b if a is None else a if b is None else a + b


def _larger(a: Any, b: Any) -> Dual:
    x, y = of(a), of(b)
    return _chosen(x._level(y) > y._level(x), x, y)


def _smaller(a: Any, b: Any) -> Dual:
    x, y = of(a), of(b)
    return _chosen(x._level(y) < y._level(x), x, y)


def _where(test: Any, yes: Any, no: Any) -> Dual:
    return _chosen(of(test).value != 0, of(yes), of(no))


def _chosen(answer: NDArray[np.bool_], x: Dual, y: Dual) -> Dual:
    """One of two numbers and its rate, place by place; the other does not count, however large."""
    ndim = max(answer.ndim, x.value.ndim, y.value.ndim)
    here = _raised(answer, ndim)
    value = np.where(here, _raised(x.value, ndim), _raised(y.value, ndim))
    if x.tangent is None and y.tangent is None:
        return Dual(value)
    size = Dual(value)
    rates = [0.0 if d.tangent is None else _level(d.tangent, size) for d in (x, y)]
    return Dual(value, np.where(here[:, None], *rates))


def _each(f: Callable[[Array], Array], slope: Callable[[Array, Array], Array]) -> Any:
    def run(number: Any) -> Dual:
        x = of(number)
        found = f(x.value)
        return x.each(found, slope(x.value, found))

    return run


def _joined(parts: Sequence[Any], axis: int) -> Dual:
    duals = [of(part) for part in parts]
    n = max(d.value.shape[0] for d in duals)
    value = np.concatenate(
        [np.broadcast_to(d.value, (n, *d.shape)) for d in duals], axis=axis - duals[0].ndim
    )
    moving = next((d.tangent.shape[1] for d in duals if d.tangent is not None), None)
    if moving is None:
        return Dual(value)
    tangents = [
        d.tangent if d.tangent is not None else np.zeros((n, moving, *d.shape)) for d in duals
    ]
    return Dual(value, np.concatenate(tangents, axis=axis - duals[0].ndim))


def _padded(x: Any, room: Any) -> Dual:
    if len(room) != of(x).ndim:
        raise UnknownError("np.pad of some axes alone")

    def run(a: Array) -> Array:
        return np.pad(a, [(0, 0)] * (a.ndim - len(room)) + [tuple(r) for r in room])

    return of(x).linear(run)


def _windows(x: Any, window: Any) -> Dual:
    def run(a: Array) -> Array:
        return np.asarray(sliding_window_view(a, tuple(window), axis=(-2, -1)))

    return of(x).linear(run)


UFUNCS: dict[Any, Callable[..., Dual]] = {
    np.add: lambda a, b: of(a) + b, np.subtract: lambda a, b: of(a) - b,
    np.multiply: lambda a, b: of(a) * b, np.divide: lambda a, b: of(a) / b,
    np.matmul: lambda a, b: of(a) @ b, np.negative: lambda a: -of(a),
    np.power: lambda a, b: b.__rpow__(a) if isinstance(b, Dual) else of(a) ** b,
    np.greater: lambda a, b: of(a) > b, np.less: lambda a, b: of(a) < b,
    np.greater_equal: lambda a, b: of(a) >= b, np.less_equal: lambda a, b: of(a) <= b,
    np.equal: lambda a, b: of(a) == b,
    np.maximum: _larger, np.minimum: _smaller,
    np.exp: _each(np.exp, lambda x, y: y), np.sqrt: _each(np.sqrt, lambda x, y: 0.5 / y),
    np.log: _each(np.log, lambda x, y: 1 / x),
    np.tanh: _each(np.tanh, lambda x, y: 1 - y * y),
    np.floor: _each(np.floor, lambda x, y: np.zeros_like(x)),
}  # fmt: skip
FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.where: _where,
    np.sum: lambda x, axis=None, keepdims=False: x.sum(axis, keepdims),
    np.max: lambda x, axis=None, keepdims=False: x.max(axis, keepdims),
    np.min: lambda x, axis=None, keepdims=False: x.min(axis, keepdims),
    np.mean: lambda x, axis=None, keepdims=False: x.mean(axis, keepdims),
    np.cumsum: lambda x, axis: x.cumsum(axis),
    np.hstack: lambda parts: _joined(parts, 1),
    np.vstack: lambda parts: _joined(parts, 0),
    np.repeat: lambda x, count, axis: x.repeat(count, axis),
    np.triu: lambda x, k=0: x.linear(lambda a: np.triu(a, k)),
    np.pad: _padded,
    sliding_window_view: _windows,
}
"""What dual numbers know of NumPy; anything else raises."""
