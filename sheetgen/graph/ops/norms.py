"""What a normalisation is made of: sums of squares, deviations divided, and the scale and shift
that are learned; along the rows of a batch, or down the columns of single samples."""

from __future__ import annotations

from typing import NamedTuple

from sheetgen.graph.nodes import Node, Step, apply
from sheetgen.graph.numbers import PLACES
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Line, Slip
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

# fmt: on


class Along(NamedTuple):
    """What is added up: the rows of a batch, or the columns of single samples."""

    name: str
    box: str
    """The box of a row's (column's) statistic, in a formula."""
    each: str
    """Each box of the row or column."""
    axis: int
    said: str
    arrow: str


ROWS = Along("row", "i", "i, k", 1, "along each row", "→")
COLUMNS = Along("column", "0, j", "k, j", 0, "down each column", "↓")


def _twice(to: Along) -> Op:
    return op(f"twice_{to.name}s", "a g", f"2 * a[i, j] * g[{to.box}]", "2 * a * g",
        "2 · {0} · {1}", f"2 × each box of {{0}} times the box of {{1}} in its {to.name}.",
        line=Line(between="⊙"), torch="2 * a * g")  # fmt: skip


def _squares(to: Along, twice: Op) -> Op:
    return op(f"{to.name}_squares", "a", f"sum(k, a[{to.each}] * a[{to.each}])",
        f"(a * a).sum(axis={to.axis}, keepdims=True)",
        f"Σ {{0}}², {to.said}", f"the squares of the boxes of {{0}}, added up {to.said}.",
        lambda s, g: [apply(twice, s.inputs[0], g)],
        line=Line(word=f"Σ( )² {to.arrow}"), kind="statistic",
        torch=f"(a * a).sum({to.axis}, keepdim=True)",
        slips=(Slip("not squared", f"sum(k, a[{to.each}])"),))  # fmt: skip


def _divisor(of: Along) -> Op:
    return op(f"divisor_of_{of.name}s", "n g s",
        f"round(-sum(k, n[{of.each}] * g[{of.each}]) / s[{of.box}], decimals)",
        f"by_hand(-(n * g).sum(axis={of.axis}, keepdims=True) / s, decimals)",
        "−Σ {0} ⊙ {1} ÷ {2}",
        f"in each {of.name} −1 times the sum of {{0}} ⊙ {{1}}, divided by {{2}}.",
        params=EXACT, helpers={"by_hand": by_hand},
        torch=f"-(n * g).sum({of.axis}, keepdim=True) / s")  # fmt: skip


def _over(to: Along, divisor: Op) -> Op:
    mean = f"mean(axis={to.axis}, keepdims=True)"
    return op(f"over_{to.name}s", "c s", f"round(c[i, j] / s[{to.box}], decimals)",
        "by_hand(c / s, decimals)",
        "{0} ÷ {1}", f"each box of {{0}} divided by the {{1}} of its {to.name}.",
        lambda s, g: [apply(s.op, g, s.inputs[1], decimals=PLACES),
                      apply(divisor, s, g, s.inputs[1])]
        if s.through is None else [_back_along(s, g, down=to is COLUMNS)],
        params=CENTRED, helpers={"by_hand": by_hand}, slope="(dc - out * ds) / s",
        slope_through=f"(dthrough - centred * dthrough.{mean} - out * (out * dthrough).{mean}) / s",
        rounding=lambda p: "{made}", line=Line(between="÷"), kind="activation", torch="c / s",
        slips=(Slip("multiplied", f"c[i, j] * s[{to.box}]"),))  # fmt: skip


def _centred(of: Along) -> Op:
    return op(f"centred_{of.name}s", "g n m p s",
        f"round((g[i, j] - m[{of.box}] - n[i, j] * p[{of.box}]) / s[{of.box}], decimals)",
        "by_hand((g - m - n * p) / s, decimals)",
        "({0} − {2} − {1} ⊙ {3}) ÷ {4}",
        f"each box of {{0}}, less the {{2}} of its {of.name} and less {{1}} times the {{3}} of its "
        f"{of.name}; all divided by {{4}}.",
        params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
        torch="(g - m - n * p) / s")  # fmt: skip


def _lean(of: Along) -> Op:
    return op(f"lean_{of.name}s", "g n p s",
        f"round((g[i, j] - n[i, j] * p[{of.box}]) / s[{of.box}], decimals)",
        "by_hand((g - n * p) / s, decimals)",
        "({0} − {1} ⊙ {2}) ÷ {3}",
        f"each box of {{0}}, less {{1}} times the {{2}} of its {of.name}; all divided by {{3}}.",
        params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
        torch="(g - n * p) / s")  # fmt: skip


twice_rows, twice_columns = _twice(ROWS), _twice(COLUMNS)
row_squares, column_squares = _squares(ROWS, twice_rows), _squares(COLUMNS, twice_columns)

# --- deviations

over_rows, over_columns = _over(ROWS, _divisor(ROWS)), _over(COLUMNS, _divisor(COLUMNS))
centred_rows, centred_columns = _centred(ROWS), _centred(COLUMNS)
lean_rows, lean_columns = _lean(ROWS), _lean(COLUMNS)

# fmt: off

# --- what is learned

scale_rows: Op = op("scale_rows", "n g", "n[i, j] * g[i]", "n * g",
    "{0} ⊙ {1}", "each box of {0} times the {1} of its row.",
    lambda s, g: [apply(scale_rows, g, s.inputs[1]), _gain_back(g, s.inputs[0])],
    line=Line(between="⊙"), torch="n * g")
scale_shift: Op = op("scale_shift", "n g b", "n[i, j] * g[i] + b[i]", "n * g + b",
    "{0} ⊙ {1} + {2}", "each box of {0} times the {1} of its row, plus the {2} of its row.",
    lambda s, g: [apply(scale_rows, g, s.inputs[1]), _gain_back(g, s.inputs[0]),
                  apply(row_sum, g)],
    line=Line(between="⊙", last="+"), torch="n * g + b",
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
