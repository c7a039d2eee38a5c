"""A number moved a little, and what comes of it."""

from __future__ import annotations

from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Line, Slip
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.table import EXACT, op

# fmt: off

nudged: Op = op("nudged", "a", "a[i, j] + by if i == row and j == col else a[i, j]",
    "a + by * (np.arange(a.shape[0])[:, None] == row) * (np.arange(a.shape[1]) == col)",
    "{0}, one box moved by {by}", "{0} with one box moved by {by}.",
    params={"row": 0, "col": 0, "by": ".1"}, line=Line(word="+ {by}"), kind="parameter",
    torch="a + by * (torch.arange(a.shape[0])[:, None] == row) * (torch.arange(a.shape[1]) == col)",
    slips=(Slip("not moved", "a[i, j]"),))
per_nudge: Op = op("per_nudge", "d", "round(d[i, j] / by, decimals)", "by_hand(d / by, decimals)",
    "{0} ÷ {by}", "{0} ÷ {by}.",
    params={"by": ".1"} | EXACT, helpers={"by_hand": by_hand}, rule="rate",
    rounding=lambda p: "{made}", line=Line(after="÷ {by}"), torch="d / by",
    slips=(Slip("not divided", "d[i, j]"), Slip("upside down", "by * d[i, j]")))
after_weight: Op = op("after_weight", "z x", "z[i, j] + by * x[at, j]", "z + by * x[at:at + 1]",
    "{0} + {by} · {1}", "{0} + {by} × the number of {1} that the nudged weight meets.",
    params={"at": 0, "by": ".1"}, line=Line(between="+ {by} ×"), torch="z + by * x[at:at + 1]",
    slips=(Slip("the whole number", "z[i, j] + x[at, j]"), Slip("only the nudge", "z[i, j] + by"),
           Slip("nothing added", "z[i, j]")))
after_input: Op = op("after_input", "z W", "z[i, j] + by * W[i, at]", "z + by * W[:, at:at + 1]",
    "{0} + {by} · {1}", "{0} + {by} × the number of {1} that the nudged input meets.",
    params={"at": 0, "by": ".1"}, line=Line(between="+ {by} ×"), torch="z + by * W[:, at:at + 1]",
    slips=(Slip("the whole number", "z[i, j] + W[i, at]"), Slip("only the nudge", "z[i, j] + by"),
           Slip("nothing added", "z[i, j]")))

# fmt: on
