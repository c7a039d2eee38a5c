"""Products and sums, box by box or a row by a column; the error, and the step of training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sheetgen.graph.nodes import Node, apply
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Line, Say, Slip
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.table import EXACT, op

PRODUCT = Say(
    "{made} = {rows} times {columns}.",
    in_one="{made} = {rows} times {columns}; cross out what is negative and write 0.",
)
"""Of a row by a column; and of a layer whose results are bent in their own boxes."""



def _surprise(z: Any, t: Any, base: float) -> Any:
    """Cross-entropy of many exercises at once, straight from scores, as powers of ``base``."""
    scaled = z * np.log(base)
    scaled = scaled - scaled.max(axis=-2, keepdims=True)
    logs = scaled - np.log(np.exp(scaled).sum(axis=-2, keepdims=True))
    return -(t * logs).sum(axis=(-1, -2))


# fmt: off

# --- a row by a column

outer: Op = op("outer", "g x", "sum(k, g[i, k] * x[j, k])", "g @ x.T",
    "{0} · {1}ᵀ", PRODUCT,
    lambda s, g: [apply(matmul, g, s.inputs[1]), apply(back, g, s.inputs[0])],
    torch="g @ x.T", slips=(Slip("transposed", "sum(k, x[i, k] * g[j, k])"),))
back: Op = op("back", "W g", "sum(k, W[k, i] * g[k, j])", "W.T @ g",
    "{0}ᵀ · {1}", PRODUCT,
    lambda s, g: [apply(outer, s.inputs[1], g), apply(matmul, s.inputs[0], g)],
    torch="W.T @ g", slips=(Slip("not transposed", "sum(k, W[i, k] * g[k, j])"),))
matmul: Op = op("matmul", "A B", "sum(k, A[i, k] * B[k, j])", "A @ B",
    "{0} · {1}", PRODUCT,
    lambda s, g: [apply(outer, g, s.inputs[1]), apply(back, s.inputs[0], g)],
    torch="A @ B", slips=(Slip("transposed", "sum(k, A[k, i] * B[k, j])"),))
linear: Op = op("linear", "W x", "sum(k, W[i, k] * x[k, j])", "W @ x",
    "{0} · {1}", PRODUCT,
    lambda s, g: [apply(outer, g, s.inputs[1]), apply(back, s.inputs[0], g)],
    torch="W @ x", slips=(Slip("transposed", "sum(k, W[k, i] * x[k, j])"),))
affine: Op = op("affine", "W b x", "sum(k, W[i, k] * x[k, j]) + b[i]", "W @ x + b",
    "{0} · {2} + {1}", PRODUCT,
    lambda s, g: [apply(outer, g, s.inputs[2]), apply(row_sum, g), apply(back, s.inputs[0], g)],
    torch="W @ x + b", slips=(Slip("bias left out", "sum(k, W[i, k] * x[k, j])"),
                              Slip("bias taken off", "sum(k, W[i, k] * x[k, j]) - b[i]")))
recur: Op = op("recur", "A h B x", "sum(m, B[i, m] * x[m, j]) + sum(k, A[i, k] * h[k, j])",
    "B @ x + A @ h",
    "{2} · {3} + {0} · {1}",
    Say("{made} = each row of [{2} | {0}] times each column of [{3} ; {1}].",
        one_column="{made} = each row of [{2} | {0}] times the column [{3} ; {1}]."),
    lambda s, g: [apply(outer, g, s.inputs[1]), apply(back, s.inputs[0], g),
                  apply(outer, g, s.inputs[3]), apply(back, s.inputs[2], g)],
    torch="B @ x + A @ h",
    slips=(Slip("state left out", "sum(m, B[i, m] * x[m, j])"),))
transposed: Op = op("transposed", "A B", "sum(k, A[k, i] * B[k, j])", "A.T @ B",
    "{0}ᵀ · {1}", Say("{made} = {rows} times {columns}."),
    lambda s, g: [apply(outer, s.inputs[1], g), apply(matmul, s.inputs[0], g)],
    torch="A.T @ B", slips=(Slip("not transposed", "sum(k, A[i, k] * B[k, j])"),))

# --- rows and columns

row_sum: Op = op("row_sum", "a", "sum(k, a[i, k])", "a.sum(axis=1, keepdims=True)",
    "sum of each row of {0}",
    Say("{made} = the sum of each row of {0}.", one_term="{made} = {0}."),
    lambda s, g: [apply(spread_columns, g, cols=s.inputs[0].shape[1])],
    line=Line(word="sum →"), kind="statistic", torch="a.sum(1, keepdim=True)",
    slips=(Slip("not summed over the batch", "a[i, 0 * j]"),))
column_sum: Op = op("column_sum", "a", "sum(k, a[k, j])", "a.sum(axis=0, keepdims=True)",
    "sum of each column of {0}", Say(
        "{made} = the sum of each column of {0}.", "{made} = the sum of {0}."),
    lambda s, g: [apply(spread_rows, g, rows=s.inputs[0].shape[0])],
    line=Line(word="sum ↓"), kind="statistic", torch="a.sum(0, keepdim=True)")
spread_columns: Op = op("spread_columns", "a", "a[i]", "np.repeat(a, cols, axis=1)",
    "{0} in each of {cols} columns", "{0}, copied into each column.",
    lambda s, g: [apply(row_sum, g)],
    shape="i, cols", params={"cols": 1}, line=Line(word="in each column"),
    torch="a.repeat(1, cols)")
spread_rows: Op = op("spread_rows", "a", "a[0, j]", "np.repeat(a, rows, axis=0)",
    "{0} in each of {rows} rows", "{0}, copied into each row.",
    lambda s, g: [apply(column_sum, g)],
    shape="rows, j", params={"rows": 1}, line=Line(word="in each row"),
    torch="a.repeat(rows, 1)")

# --- box by box

add: Op = op("add", "parts...", "sum(p, parts[p][i, j])", "sum(parts)",
    "{0} + {1}", "{plus}.",
    lambda s, g: [apply(copy, g) for _ in s.inputs],
    passes=True, line=Line(between="+"), torch="sum(parts)")
copy: Op = op("copy", "a", "a[i, j]", "a", "{0}", "{0}.",
    lambda s, g: [apply(copy, g)], passes=True, repeats=True, torch="a")
subtract: Op = op("subtract", "a b", "a[i, j] - b[i, j]", "a - b",
    "{0} − {1}", "{0} − {1}.",
    lambda s, g: [apply(copy, g), apply(negate, g)],
    line=Line(between="−"), torch="a - b", slips=(Slip("sign", "b[i, j] - a[i, j]"),))
multiply: Op = op("multiply", "a b", "a[i, j] * b[i, j]", "a * b",
    "{0} ⊙ {1}", "{0} ⊙ {1}, box by box.",
    lambda s, g: [apply(multiply, g, s.inputs[1]), apply(multiply, g, s.inputs[0])],
    line=Line(between="⊙"), torch="a * b")
negate: Op = op("negate", "a", "-a[i, j]", "-a", "−{0}", "{0} with the sign of each box turned.",
    lambda s, g: [apply(negate, g)],
    line=Line(before="−"), torch="-a", slips=(Slip("sign", "a[i, j]"),))
scale: Op = op("scale", "a", "round(factor * a[i, j], decimals)", "by_hand(factor * a, decimals)",
    "{factor} · {0}", "{factor_times}{0}.",
    lambda s, g: [apply(scale, g, **s.params)],
    params={"factor": "1"} | EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(before="{factor} ×"), torch="factor * a", slips=(Slip("factor left out", "a[i, j]"),))

# --- losses, their errors, and the step down

cross_entropy: Op = op("cross_entropy", "p t", "",
    "-(t * np.log(p)).sum(axis=(0, 1), keepdims=True)",
    "cross-entropy", "cross-entropy of {0} and {1}.",
    lambda s, g: [apply(subtract, s.inputs[0], s.inputs[1])],
    slope_through="((p - t) * dthrough).sum(axis=(0, 1), keepdims=True)", loss=True,
    amount=_surprise,
    torch="-(t * p.log()).sum()")
squared_error: Op = op("squared_error", "y t", "", "((y - t) ** 2).sum(axis=(0, 1), keepdims=True)",
    "squared error", "squared error of {0} and {1}.",
    lambda s, g: [apply(error_gradient, *s.inputs), apply(error_gradient, *s.inputs[::-1])],
    loss=True, amount=lambda y, t, base: ((y - t) ** 2).sum(axis=(-1, -2)),
    torch="((y - t) ** 2).sum()")
error_gradient: Op = op("error_gradient", "y t", "2 * (y[i, j] - t[i, j])", "2 * (y - t)",
    "2 · ({0} − {1})", "2 × ({0} − {1}).",
    lambda s, g: [apply(scale, g, factor="2"), apply(scale, g, factor="-2")],
    line=Line(before="2 × (", between="−", after=")"), torch="2 * (y - t)",
    slips=(Slip("not doubled", "y[i, j] - t[i, j]"), Slip("sign", "2 * (t[i, j] - y[i, j])")))
descend: Op = op("descend", "W d", "W[i, j] - rate * d[i, j]", "W - rate * d",
    "{0} − {rate} · {1}", "{0} − {rate_times}{1}.",
    lambda s, g: [apply(copy, g), apply(scale, g, factor=f"-{s.params['rate']}")],
    params={"rate": "1"}, updates=True, kind="parameter", line=Line(between="−"),
    torch="W - rate * d", slips=(Slip("sign", "W[i, j] + rate * d[i, j]"),))

# fmt: on


def offsets(nodes: Sequence[Node], axis: int) -> list[tuple[int, Node]]:
    """Where each of some nodes starts, if they are joined along an axis."""
    found, start = [], 0
    for node in nodes:
        found.append((start, node))
        start += node.shape[axis]
    return found
