"""Shares of a row, where scores are read both ways: which text fits a picture, and which picture a
text."""

from __future__ import annotations

from typing import Any

from sheetgen.graph.nodes import apply
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Line, Say, Slip
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.sums import cross_entropy, subtract
from sheetgen.graph.ops.table import op

# fmt: off

row_quotient: Op = op("row_quotient", "a total", "round(a[i, j] / total[i], decimals)",
    "by_hand(a / total, decimals)",
    "{0} ÷ {1}", Say("{made} = each box of {0} divided by {1} of its row."),
    params={"decimals": 1}, helpers={"by_hand": by_hand},
    slope="(da - out * dtotal) / total",
    slope_through="out * (dthrough - (out * dthrough).sum(axis=1, keepdims=True))",
    shares_across=True, squashes=True, rounding=lambda p: "quotients", rule="row shares",
    kind="attention", line=Line(between="÷"), torch="a / total",
    slips=(Slip("multiplied", "round(a[i, j] * total[i], decimals)"),))
row_cross_entropy: Op = op("row_cross_entropy", "p t", "",
    "-(t * np.log(p)).sum(axis=(0, 1), keepdims=True)",
    "cross-entropy of the rows", "cross-entropy of the rows of {0} and {1}.",
    lambda s, g: [apply(subtract, s.inputs[0], s.inputs[1])],
    slope_through="((p - t) * dthrough).sum(axis=(0, 1), keepdims=True)", loss=True,
    amount=lambda z, t, base: _of_columns(z.swapaxes(-1, -2), t.swapaxes(-1, -2), base),
    torch="-(t * p.log()).sum()")
# fmt: on


def _of_columns(z: Any, t: Any, base: float) -> Any:
    assert cross_entropy.amount is not None
    return cross_entropy.amount(z, t, base)
