"""A layer with something that goes past it, as one product: blocks side by side over what they are
multiplied by, one over the other."""

from __future__ import annotations

from sheetgen.graph.nodes import apply
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Say, Slip
from sheetgen.graph.ops.sums import back, outer, row_sum
from sheetgen.graph.ops.table import op

# fmt: off

affine_both: Op = op("affine_both", "U x W a b",
    "sum(m, U[i, m] * x[m, j]) + sum(k, W[i, k] * a[k, j]) + b[i]", "U @ x + W @ a + b",
    "{0} · {1} + {2} · {3} + {4}",
    Say("{made} = each row of [{0} | {2} | {4}] times each column of [{1} ; {3} ; 1]."),
    lambda s, g: [apply(outer, g, s.inputs[1]), apply(back, s.inputs[0], g),
                  apply(outer, g, s.inputs[3]), apply(back, s.inputs[2], g), apply(row_sum, g)],
    torch="U @ x + W @ a + b",
    slips=(Slip("what goes past left out", "sum(k, W[i, k] * a[k, j]) + b[i]"),))

# fmt: on
