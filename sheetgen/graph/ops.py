"""Every op: its formula, its forward pass and its vjp, side by side in one table.

``forward`` works on :class:`~sheetgen.graph.numbers.Fixed` arrays of shape (..., rows, columns);
``vjp(step, g)`` returns, for each input, the node that carries the gradient on, where ``g`` is the
gradient of the step's result and has its shape. A column is a sample, a token or a time step.
Formulas: Goodfellow, Bengio, Courville, *Deep Learning*, sections 6.5 and 10.2.

The chain rule, to be checked by eye (g is the gradient of the result):

    ==================  =====================  ============================================
    op                  result                 gradients of its inputs
    ==================  =====================  ============================================
    matmul(A, B)        A B                    g Bᵀ,  Aᵀ g
    linear(W, x)        W x                    g xᵀ,  Wᵀ g
    affine(W, b, x)     W x + b                g xᵀ,  rows of g added up,  Wᵀ g
    recur(A, h, B, x)   A h + B x              g hᵀ,  Aᵀ g,  g xᵀ,  Bᵀ g
    relu(z)             max(z, 0)              g where z > 0, else 0
    sigmoid(z)          y = 1 / (1 + e^-z)     y ⊙ (1 − y) ⊙ g
    softmax(z)          p = e^z / Σ e^z        p ⊙ (g − Σ p ⊙ g)
    quotient(a, s)      p = a / s              g / s,  −Σ g ⊙ p / s
    quotient through z  p = a / Σ a            p ⊙ (g − Σ p ⊙ g), straight to the exponents
    divide_down(a)      a ÷ c, rounded down    g ÷ c
    add(a, b, ...)      a + b + ...            g, g, ...
    multiply(a, b)      a ⊙ b                  g ⊙ b,  g ⊙ a
    subtract(a, b)      a − b                  g, −g
    row_sum(a)          rows added up          g in each column
    column_sum(a)       columns added up       g in each row
    power(z)            p = c^z                g ⊙ p, where c stands for e
    transposed(A, B)    Aᵀ B                   B gᵀ,  A g
    outer(a, b)         a bᵀ                   g b,  gᵀ a
    scale(a)            c a                    c g
    cross_entropy(p, t) −Σ t log p             p − t, straight to the logits
    squared_error(y, t) Σ (y − t)²             2 (y − t)
    ==================  =====================  ============================================
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph import numbers as num
from sheetgen.graph.nodes import Node, Op, apply
from sheetgen.graph.numbers import PLACES, Fixed, Ints

OPS: dict[str, Op] = {}


def _op(name: str, forward: Any, formula: str, say: str, vjp: Any = None, **facts: bool) -> Op:
    op = OPS[name] = Op(name, forward, vjp, formula, say, **facts)
    return op


# --- products and sums: exact ---------------------------------------------------------------------


def _matmul(a: Fixed, b: Fixed) -> Fixed:
    return num.matmul(a, b)


def _affine(W: Fixed, b: Fixed, x: Fixed) -> Fixed:
    if b.digits.shape[-2:] != (W.digits.shape[-2], 1):
        raise ValueError("one bias for each row of W")
    return num.add(num.matmul(W, x), b)


def _recur(A: Fixed, h: Fixed, B: Fixed, x: Fixed) -> Fixed:
    product, drive = num.matmul(A, h), num.matmul(B, x)
    _same_shape(product, drive, h)
    return num.add(product, drive)


def _outer(g: Fixed, x: Fixed) -> Fixed:
    return num.matmul(g, num.transpose(x))


def _back(W: Fixed, g: Fixed) -> Fixed:
    return num.matmul(num.transpose(W), g)


def _row_sum(g: Fixed) -> Fixed:
    return Fixed(g.digits.sum(axis=-1, keepdims=True), g.decimals)


def _column_sum(a: Fixed) -> Fixed:
    return Fixed(a.digits.sum(axis=-2, keepdims=True), a.decimals)


def _same_shape(*values: Fixed) -> None:
    if len({v.digits.shape[-2:] for v in values}) > 1:
        raise ValueError("the shapes differ")


def _add(*values: Fixed) -> Fixed:
    _same_shape(*values)
    total = values[0]
    for value in values[1:]:
        total = num.add(total, value)
    return total


def _subtract(a: Fixed, b: Fixed) -> Fixed:
    _same_shape(a, b)
    return num.subtract(a, b)


def _multiply(a: Fixed, b: Fixed) -> Fixed:
    _same_shape(a, b)
    return num.multiply(a, b)


def _negate(a: Fixed) -> Fixed:
    return Fixed(-a.digits, a.decimals)


def _spread(a: Fixed, axis: int, count: int) -> Fixed:
    if a.digits.shape[axis] != 1:
        raise ValueError("one number for each row or column")
    return Fixed(np.repeat(a.digits, count, axis=axis), a.decimals)


def _placed(a: Fixed, axis: int, start: int, count: int) -> Fixed:
    own = a.digits.shape[axis]
    if start < 0 or start + own > count:
        raise ValueError("no room there")
    room = [(0, 0)] * a.digits.ndim
    room[axis] = (start, count - start - own)
    return Fixed(np.pad(a.digits, room), a.decimals)


def _scale(a: Fixed, factor: str = "1", decimals: int = PLACES) -> Fixed:
    c = num.from_decimals([[Decimal(factor)]])
    return num.rounded(num.multiply(a, c), decimals)


def _divide_down(a: Fixed, by: int = 1) -> Fixed:
    return Fixed(np.floor_divide(a.digits, by * 10**a.decimals), 0)


def _joined(values: Sequence[Fixed], axis: int) -> Fixed:
    arrays, decimals = num.align(*values)
    lead = np.broadcast_shapes(*(a.shape[:-2] for a in arrays))
    parts = [np.broadcast_to(a, (*lead, *a.shape[-2:])) for a in arrays]
    return Fixed(np.concatenate(parts, axis=axis), decimals)


def _stack_rows(*values: Fixed) -> Fixed:
    return _joined(values, -2)


def _columns(*values: Fixed) -> Fixed:
    return _joined(values, -1)


def _column(X: Fixed, t: int = 0) -> Fixed:
    if not 0 <= t < X.digits.shape[-1]:
        raise ValueError("no such column")
    return Fixed(X.digits[..., t : t + 1], X.decimals)


def _rows_of(A: Fixed, start: int = 0, rows: int = 1) -> Fixed:
    if not 0 <= start < start + rows <= A.digits.shape[-2]:
        raise ValueError("no such rows")
    return Fixed(A.digits[..., start : start + rows, :], A.decimals)


def _columns_of(A: Fixed, start: int = 0, cols: int = 1) -> Fixed:
    if not 0 <= start < start + cols <= A.digits.shape[-1]:
        raise ValueError("no such columns")
    return Fixed(A.digits[..., start : start + cols], A.decimals)


# --- what bends: ReLU, and what a pencil can only round -------------------------------------------


def _relu(z: Fixed) -> Fixed:
    return Fixed(np.maximum(z.digits, 0), z.decimals)


def _gate(g: Fixed, z: Fixed) -> Fixed:
    _same_shape(g, z)
    return Fixed(np.where(z.digits > 0, g.digits, 0), g.decimals)


def _sigmoid(z: Fixed, decimals: int = 1, how: str = "value") -> Fixed:
    x = np.clip(num.to_float(z), -700.0, 700.0)
    return num.from_float(1.0 / (1.0 + np.exp(-x)), decimals)


def _three_levels(z: Fixed) -> Fixed:
    two = 2 * 10**z.decimals
    return Fixed(np.where(z.digits >= two, 10, np.where(z.digits <= -two, 0, 5)), 1)


def _sigmoid_gradient(y: Fixed, g: Fixed, decimals: int = PLACES) -> Fixed:
    _same_shape(y, g)
    one = Fixed(np.full_like(y.digits, 10**y.decimals), y.decimals)
    return num.rounded(num.multiply(num.multiply(y, num.subtract(one, y)), g), decimals)


_SPREAD = 30
"""3^-30 is nothing to the decimals of a sheet, and 3^30 times a thousand fits into 64 bits."""


def _allowed(z: Fixed, causal: bool) -> Any:
    """Which cells a causal mask leaves: a query (column) looks at keys (rows) up to itself."""
    rows, cols = z.digits.shape[-2:]
    if not causal:
        return np.ones((rows, cols), bool)
    if rows != cols:
        raise ValueError("a causal mask needs as many keys as queries")
    return np.triu(np.ones((rows, cols), bool))


def _powers_of_3(z: Ints, allowed: Any) -> Ints:
    lowest = np.int64(-(2**40))
    top = np.where(allowed, z, lowest).max(axis=-2, keepdims=True)
    exponent = np.clip(z - top + _SPREAD, 0, _SPREAD)
    return np.where(allowed & (z - top + _SPREAD >= 0), np.int64(3) ** exponent, 0)


def _softmax(z: Fixed, base: str = "e", decimals: int = 1, causal: bool = False) -> Fixed:
    allowed = _allowed(z, causal)
    if base == "3" and z.decimals == 0:
        powers = _powers_of_3(z.digits, allowed)
        total = powers.sum(axis=-2, keepdims=True)
        return Fixed(num.round_divide(powers * np.int64(10**decimals), total), decimals)
    logits = np.where(allowed, num.to_float(z), -np.inf)
    powers = np.exp(
        (logits - logits.max(axis=-2, keepdims=True)) * (np.log(3.0) if base == "3" else 1.0)
    )
    return num.from_float(powers / powers.sum(axis=-2, keepdims=True), decimals)


def _softmax_gradient(p: Fixed, g: Fixed, decimals: int = PLACES) -> Fixed:
    _same_shape(p, g)
    mean = _column_sum(num.multiply(p, g))
    return num.rounded(num.multiply(p, num.subtract(g, mean)), decimals)


def _power(z: Fixed, base: str = "3", decimals: int = 1, causal: bool = False) -> Fixed:
    allowed = _allowed(z, causal)
    exponents = np.where(allowed, num.to_float(z), 0.0)
    number, unit = 3.0 if base == "3" else np.e, np.int64(10**decimals)
    num.guard(2 * float(unit) * number ** min(exponents.max(initial=0), 99.0), "a power")
    if base == "3" and z.decimals == 0:
        up, down = np.maximum(exponents, 0), np.clip(-exponents, 0, _SPREAD)
        powers = num.round_divide(unit * 3 ** up.astype(np.int64), 3 ** down.astype(np.int64))
        return Fixed(np.where(allowed, powers, 0), decimals)
    return num.from_float(np.where(allowed, number**exponents, 0.0), decimals)


def _quotient(a: Fixed, total: Fixed, *unused: Fixed, decimals: int = 1) -> Fixed:
    (x, s), _ = num.align(a, total)
    if a.digits.shape[-1] != total.digits.shape[-1] or total.digits.shape[-2] != 1:
        raise ValueError("one sum for each column")
    if (s <= 0).any():
        raise SheetgenError("a column of powers adds up to 0; give larger exponents")
    num.guard(float(np.abs(x).max(initial=0)) * 10.0**decimals * 2)
    return Fixed(num.round_divide(x * np.int64(10**decimals), s), decimals)


def _divisor_gradient(p: Fixed, g: Fixed, total: Fixed, decimals: int = PLACES) -> Fixed:
    _same_shape(p, g)
    product = num.multiply(p, g)
    weighted = Fixed(-product.digits.sum(axis=-2, keepdims=True), product.decimals)
    return _quotient(weighted, total, decimals=decimals)


def _loss(*values: Fixed) -> Fixed:
    _same_shape(*values)
    return Fixed(np.zeros((*values[0].digits.shape[:-2], 1, 1), np.int64), 0)


def _descend(W: Fixed, dW: Fixed, rate: str = "1") -> Fixed:
    _same_shape(W, dW)
    return num.subtract(W, num.multiply(dW, num.from_decimals([[Decimal(rate)]])))


# --- the table ------------------------------------------------------------------------------------
# fmt: off

outer: Op = _op("outer", _outer, "{0} · {1}ᵀ", "Multiply each entry of {1} by each entry of {0}.",
    lambda s, g: [apply(matmul, g, s.inputs[1]), apply(back, g, s.inputs[0])])
back: Op = _op("back", _back, "{0}ᵀ · {1}", "Multiply {1} by each column of {0}.",
    lambda s, g: [apply(outer, s.inputs[1], g), apply(matmul, s.inputs[0], g)])
matmul: Op = _op("matmul", _matmul, "{0} · {1}", "Each box is a row of {0} times a column of {1}.",
    lambda s, g: [apply(outer, g, s.inputs[1]), apply(back, s.inputs[0], g)])
linear: Op = _op("linear", _matmul, "{0} · {1}", "Each box is a row of {0} times the column above.",
    lambda s, g: [apply(outer, g, s.inputs[1]), apply(back, s.inputs[0], g)])
affine: Op = _op("affine", _affine, "{0} · {2} + {1}",
    "Each box is a row of {0} times the column above, plus the bias.",
    lambda s, g: [apply(outer, g, s.inputs[2]), apply(row_sum, g), apply(back, s.inputs[0], g)])
recur: Op = _op("recur", _recur, "{2} · {3} + {0} · {1}",
    "Each box is a row of [{2} | {0}] times the column above: {3} over {1}.",
    lambda s, g: [apply(outer, g, s.inputs[1]), apply(back, s.inputs[0], g),
                  apply(outer, g, s.inputs[3]), apply(back, s.inputs[2], g)])
row_sum: Op = _op("row_sum", _row_sum, "{0}, columns added up", "Add up the columns of {0}.",
    lambda s, g: [apply(spread_columns, g, cols=s.inputs[0].shape[1])])
column_sum: Op = _op("column_sum", _column_sum, "sum of each column of {0}",
    "Add up each column of {0}.",
    lambda s, g: [apply(spread_rows, g, rows=s.inputs[0].shape[0])])
spread_columns: Op = _op("spread_columns", lambda a, cols=1: _spread(a, -1, cols),
    "{0} in each of {cols} columns", "Copy {0} into each column.",
    lambda s, g: [apply(row_sum, g)])
spread_rows: Op = _op("spread_rows", lambda a, rows=1: _spread(a, -2, rows),
    "{0} in each of {rows} rows", "Copy {0} into each row.",
    lambda s, g: [apply(column_sum, g)])
add: Op = _op("add", _add, "{0} + {1}", "Add the terms, box by box.",
    lambda s, g: [apply(copy, g) for _ in s.inputs], passes=True)
copy: Op = _op("copy", lambda a: a, "{0}", "Copy {0}.", lambda s, g: [apply(copy, g)], passes=True)
subtract: Op = _op("subtract", _subtract, "{0} − {1}", "Subtract {1} from {0}, box by box.",
    lambda s, g: [apply(copy, g), apply(negate, g)])
multiply: Op = _op("multiply", _multiply, "{0} ⊙ {1}", "Multiply {0} by {1}, box by box.",
    lambda s, g: [apply(multiply, g, s.inputs[1]), apply(multiply, g, s.inputs[0])])
negate: Op = _op("negate", _negate, "−{0}", "Turn the sign of each box of {0}.",
    lambda s, g: [apply(negate, g)])
scale: Op = _op("scale", _scale, "{factor} · {0}", "Multiply each box of {0} by {factor}.",
    lambda s, g: [apply(scale, g, **s.params)])
relu: Op = _op("relu", _relu, "max(0, {0})", "Negative? Write 0. Else copy {0}.",
    lambda s, g: [apply(gate, g, s.inputs[0])])
gate: Op = _op("gate", _gate, "{0} where {1} > 0, else 0",
    "Keep {0} where {1} > 0; write 0 elsewhere.",
    lambda s, g: [apply(gate, g, s.inputs[1]), None])
sigmoid: Op = _op("sigmoid", _sigmoid, "σ({0})", "Look up σ of each box of {0}, rounded.",
    lambda s, g: [apply(sigmoid_gradient, s, g)])
three_levels: Op = _op("three_levels", _three_levels, "σ({0}) in three levels",
    "{0} ≥ 2? Write 1. {0} ≤ −2? Write 0. Between: .5.",
    lambda s, g: [apply(sigmoid_gradient, s, g)])
sigmoid_gradient: Op = _op("sigmoid_gradient", _sigmoid_gradient, "{0} ⊙ (1 − {0}) ⊙ {1}",
    "Multiply each box of {0} by 1 minus itself and by {1}.")
softmax: Op = _op("softmax", _softmax, "softmax({0})", "Softmax of {0}, rounded.",
    lambda s, g: [apply(softmax_gradient, s, g)])
softmax_gradient: Op = _op("softmax_gradient", _softmax_gradient, "{0} ⊙ ({1} − Σ {0} ⊙ {1})",
    "In each column: add up {0} times {1}, take it from {1}, multiply by {0}.")
divide_down: Op = _op("divide_down", _divide_down, "{0} ÷ {by}, rounded down",
    "Divide {0} by {by} and round down.",
    lambda s, g: [apply(scale, g, factor=str(Decimal(1) / s.params["by"]), decimals=1)])
power: Op = _op("power", _power, "{base}^{0}", "Raise {base} to each box of {0}.",
    lambda s, g: [apply(multiply, g, s)])
quotient: Op = _op("quotient", _quotient, "{0} ÷ {1}",
    "Divide each box of {0} by the sum of its column.",
    lambda s, g: [apply(quotient, g, s.inputs[1], decimals=PLACES),
                  apply(divisor_gradient, s, g, s.inputs[1])]
    if s.through is None else [apply(softmax_gradient, s, g, decimals=1)])
divisor_gradient: Op = _op("divisor_gradient", _divisor_gradient, "−Σ {0} ⊙ {1} ÷ {2}",
    "In each column: add up {0} times {1}, divide by {2}, turn the sign.")
transposed: Op = _op("transposed", _back, "{0}ᵀ · {1}",
    "Each box is a column of {0} times a column of {1}.",
    lambda s, g: [apply(outer, s.inputs[1], g), apply(matmul, s.inputs[0], g)])
column: Op = _op("column", _column, "column of {0}", "Copy the column of {0}.",
    lambda s, g: [apply(place_columns, g, start=s.params["t"], cols=s.inputs[0].shape[1])])
columns: Op = _op("columns", _columns, "{0} and the next", "The columns side by side.",
    lambda s, g: [apply(columns_of, g, start=start, cols=n.shape[1])
                  for start, n in _offsets(s.inputs, 1)])
columns_of: Op = _op("columns_of", _columns_of, "columns of {0}", "Copy the columns of {0}.",
    lambda s, g: [apply(place_columns, g, start=s.params["start"], cols=s.inputs[0].shape[1])])
place_columns: Op = _op("place_columns", lambda a, start=0, cols=1: _placed(a, -1, start, cols),
    "{0} in its columns, else 0", "Copy {0} into its columns; write 0 elsewhere.",
    lambda s, g: [apply(columns_of, g, start=s.params["start"], cols=s.inputs[0].shape[1])])
stack_rows: Op = _op("stack_rows", _stack_rows, "{0} over {1}", "Write {0} over {1}.",
    lambda s, g: [apply(rows_of, g, start=start, rows=n.shape[0])
                  for start, n in _offsets(s.inputs, 0)])
rows_of: Op = _op("rows_of", _rows_of, "rows of {0}", "Copy the rows of {0}.",
    lambda s, g: [apply(place_rows, g, start=s.params["start"], rows=s.inputs[0].shape[0])])
place_rows: Op = _op("place_rows", lambda a, start=0, rows=1: _placed(a, -2, start, rows),
    "{0} in its rows, else 0", "Copy {0} into its rows; write 0 elsewhere.",
    lambda s, g: [apply(rows_of, g, start=s.params["start"], rows=s.inputs[0].shape[0])])
descend: Op = _op("descend", _descend, "{0} − {rate} · {1}", "{0} minus {rate} times its gradient.",
    lambda s, g: [apply(copy, g), apply(scale, g, factor=f"-{s.params['rate']}")])
cross_entropy: Op = _op("cross_entropy", _loss, "cross-entropy", "Cross-entropy of {0} and {1}.",
    lambda s, g: [apply(subtract, s.inputs[0], s.inputs[1])], loss=True)
squared_error: Op = _op("squared_error", _loss, "squared error", "Squared error of {0} and {1}.",
    lambda s, g: [apply(error_gradient, *s.inputs), apply(error_gradient, *s.inputs[::-1])],
    loss=True)
error_gradient: Op = _op("error_gradient", lambda y, t: _scale(_subtract(y, t), "2"),
    "2 · ({0} − {1})", "Subtract {1} from {0} and double it.",
    lambda s, g: [apply(scale, g, factor="2"), apply(scale, g, factor="-2")])

# fmt: on


def _offsets(nodes: Sequence[Node], axis: int) -> list[tuple[int, Node]]:
    starts = np.cumsum([0, *[n.shape[axis] for n in nodes]])
    return [(int(s), n) for s, n in zip(starts, nodes, strict=False)]


ROUNDING = frozenset({
    "softmax", "softmax_gradient", "sigmoid", "sigmoid_gradient", "power", "quotient",
    "divide_down", "scale", "divisor_gradient",
})  # fmt: skip
"""Ops whose results are rounded on paper; the sheet states to how many decimals."""
