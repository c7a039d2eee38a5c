"""What a normalisation is made of: sums of squares, deviations divided, and the scale and shift
that are learned; along the rows of a batch, or down the columns of single samples."""

from __future__ import annotations

from sheetgen.graph.nodes import Node, Step, apply
from sheetgen.graph.numbers import PLACES
from sheetgen.graph.op import Line, Op, Slip
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.sums import column_sum, multiply, row_sum
from sheetgen.graph.ops.table import EXACT, op

CENTRED = {"decimals": 1, "centred": True}
"""The same for deviations divided; ``centred`` says whether the mean was taken off: then their
gradient has none either."""

# fmt: off

# --- statistics

averaged: Op = op("averaged", "a", "round(a[i, j] / by, decimals)", "by_hand(a / by, decimals)",
    "{0} ÷ {by}", "{0} divided by {by}.",
    lambda s, g: [apply(averaged, g, by=s.params["by"])],
    params={"by": 1} | EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    slope="da / by", line=Line(word="÷ {by}"), kind="statistic", torch="a / by",
    slips=(Slip("not divided", "a[i, j]"),))
row_squares: Op = op("row_squares", "a", "sum(k, a[i, k] * a[i, k])",
    "(a * a).sum(axis=1, keepdims=True)",
    "Σ {0}², along each row", "the squares of the boxes of {0}, added up along each row.",
    lambda s, g: [apply(twice_rows, s.inputs[0], g)],
    line=Line(word="Σ( )² →"), torch="(a * a).sum(1, keepdim=True)",
    slips=(Slip("not squared", "sum(k, a[i, k])"),))
twice_rows: Op = op("twice_rows", "a g", "2 * a[i, j] * g[i]", "2 * a * g",
    "2 · {0} · {1}", "2 × each box of {0} times the box of {1} in its row.",
    line=Line(between="⊙"), torch="2 * a * g")
column_squares: Op = op("column_squares", "a", "sum(k, a[k, j] * a[k, j])",
    "(a * a).sum(axis=0, keepdims=True)",
    "Σ {0}², down each column", "the squares of the boxes of {0}, added up down each column.",
    lambda s, g: [apply(twice_columns, s.inputs[0], g)],
    line=Line(word="Σ( )² ↓"), torch="(a * a).sum(0, keepdim=True)",
    slips=(Slip("not squared", "sum(k, a[k, j])"),))
twice_columns: Op = op("twice_columns", "a g", "2 * a[i, j] * g[0, j]", "2 * a * g",
    "2 · {0} · {1}", "2 × each box of {0} times the box of {1} in its column.",
    line=Line(between="⊙"), torch="2 * a * g")

# --- deviations

over_rows: Op = op("over_rows", "c s", "round(c[i, j] / s[i], decimals)",
    "by_hand(c / s, decimals)",
    "{0} ÷ {1}", "each box of {0} divided by the {1} of its row.",
    lambda s, g: [apply(over_rows, g, s.inputs[1], decimals=PLACES),
                  apply(divisor_of_rows, s, g, s.inputs[1])]
    if s.through is None else [_back_along(s, g, down=False)],
    params=CENTRED, helpers={"by_hand": by_hand}, slope="(dc - out * ds) / s",
    slope_through="(dthrough - centred * dthrough.mean(axis=1, keepdims=True)"
                  " - out * (out * dthrough).mean(axis=1, keepdims=True)) / s",
    rounding=lambda p: "{made}", line=Line(between="÷"), kind="activation", torch="c / s",
    slips=(Slip("multiplied", "c[i, j] * s[i]"),))
divisor_of_rows: Op = op("divisor_of_rows", "n g s",
    "round(-sum(k, n[i, k] * g[i, k]) / s[i], decimals)",
    "by_hand(-(n * g).sum(axis=1, keepdims=True) / s, decimals)",
    "−Σ {0} ⊙ {1} ÷ {2}", "in each row −1 times the sum of {0} ⊙ {1}, divided by {2}.",
    params=EXACT, helpers={"by_hand": by_hand}, torch="-(n * g).sum(1, keepdim=True) / s")
over_columns: Op = op("over_columns", "c s", "round(c[i, j] / s[0, j], decimals)",
    "by_hand(c / s, decimals)",
    "{0} ÷ {1}", "each box of {0} divided by the {1} of its column.",
    lambda s, g: [apply(over_columns, g, s.inputs[1], decimals=PLACES),
                  apply(divisor_of_columns, s, g, s.inputs[1])]
    if s.through is None else [_back_along(s, g, down=True)],
    params=CENTRED, helpers={"by_hand": by_hand}, slope="(dc - out * ds) / s",
    slope_through="(dthrough - centred * dthrough.mean(axis=0, keepdims=True)"
                  " - out * (out * dthrough).mean(axis=0, keepdims=True)) / s",
    rounding=lambda p: "{made}", line=Line(between="÷"), kind="activation", torch="c / s",
    slips=(Slip("multiplied", "c[i, j] * s[0, j]"),))
divisor_of_columns: Op = op("divisor_of_columns", "n g s",
    "round(-sum(k, n[k, j] * g[k, j]) / s[0, j], decimals)",
    "by_hand(-(n * g).sum(axis=0, keepdims=True) / s, decimals)",
    "−Σ {0} ⊙ {1} ÷ {2}", "in each column −1 times the sum of {0} ⊙ {1}, divided by {2}.",
    params=EXACT, helpers={"by_hand": by_hand}, torch="-(n * g).sum(0, keepdim=True) / s")
centred_rows: Op = op("centred_rows", "g n m p s",
    "round((g[i, j] - m[i] - n[i, j] * p[i]) / s[i], decimals)",
    "by_hand((g - m - n * p) / s, decimals)",
    "({0} − {2} − {1} ⊙ {3}) ÷ {4}",
    "each box of {0}, less the {2} of its row and less {1} times the {3} of its row; "
    "all divided by {4}.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    torch="(g - m - n * p) / s")
centred_columns: Op = op("centred_columns", "g n m p s",
    "round((g[i, j] - m[0, j] - n[i, j] * p[0, j]) / s[0, j], decimals)",
    "by_hand((g - m - n * p) / s, decimals)",
    "({0} − {2} − {1} ⊙ {3}) ÷ {4}",
    "each box of {0}, less the {2} of its column and less {1} times the {3} of its column; "
    "all divided by {4}.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    torch="(g - m - n * p) / s")

lean_columns: Op = op("lean_columns", "g n p s",
    "round((g[i, j] - n[i, j] * p[0, j]) / s[0, j], decimals)",
    "by_hand((g - n * p) / s, decimals)",
    "({0} − {1} ⊙ {2}) ÷ {3}",
    "each box of {0}, less {1} times the {2} of its column; all divided by {3}.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    torch="(g - n * p) / s")
lean_rows: Op = op("lean_rows", "g n p s", "round((g[i, j] - n[i, j] * p[i]) / s[i], decimals)",
    "by_hand((g - n * p) / s, decimals)",
    "({0} − {1} ⊙ {2}) ÷ {3}",
    "each box of {0}, less {1} times the {2} of its row; all divided by {3}.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    torch="(g - n * p) / s")

# --- what is learned

scale_rows: Op = op("scale_rows", "n g", "n[i, j] * g[i]", "n * g",
    "{0} ⊙ {1}", "each box of {0} times the {1} of its row.",
    lambda s, g: [apply(scale_rows, g, s.inputs[1]), _gain_back(g, s.inputs[0])],
    line=Line(between="⊙"), torch="n * g")
scale_shift: Op = op("scale_shift", "n g b", "n[i, j] * g[i] + b[i]", "n * g + b",
    "{0} ⊙ {1} + {2}", "each box of {0} times the {1} of its row, plus the {2} of its row.",
    lambda s, g: [apply(scale_rows, g, s.inputs[1]), _gain_back(g, s.inputs[0]),
                  apply(row_sum, g)],
    line=Line(between="⊙"), torch="n * g + b",
    slips=(Slip("shift left out", "n[i, j] * g[i]"),))

# fmt: on


def _gain_back(g: Step, normed: Node) -> Step:
    """The gradient of what rows are multiplied by: what came back times what they were, added
    up."""
    return apply(row_sum, apply(multiply, g, normed, part="weighed", label="G"))


def _back_along(normed: Step, g: Step, down: bool) -> Step:
    """The gradient of what was normalised, in small steps: the mean of what came back, the mean of
    it times what was made, and what is left when both are taken off."""
    add, centre, lean_on = ((column_sum, centred_columns, lean_columns) if down
                            else (row_sum, centred_rows, lean_rows))  # fmt: skip
    by = normed.shape[0 if down else 1]
    weighed = apply(multiply, normed, g, part="weighed", label="P")
    lean = apply(averaged, apply(add, weighed, part="lean_sums", label="ΣP"), part="lean",
                 label="p", by=by)
    if not normed.params["centred"]:
        return apply(lean_on, g, normed, lean, normed.inputs[1], decimals=1)
    mean = apply(averaged, apply(add, g, part="sums", label="Σ∂"), part="mean", label="m", by=by)
    return apply(centre, g, normed, mean, lean, normed.inputs[1], decimals=1)
