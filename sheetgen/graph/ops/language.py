"""What is done with words and their numbers: one-hot columns, looking up, the pick of a word, the
mean of a sentence; and whole steps of a scale."""

from __future__ import annotations

from dataclasses import replace

from sheetgen.graph.nodes import Node, Step, apply
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Circled, Line, Say, Slip
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.sums import PRODUCT, back, outer
from sheetgen.graph.ops.table import EXACT, op


def _columns_back(table: Node, g: Node, numbers: Node) -> Step:
    """The gradient of a table whose columns were looked up by their numbers."""
    return apply(look_up_gradient, g, numbers, cols=table.shape[1],
                 columns_said=table.columns_said)  # fmt: skip


def _put_back(table: Node, g: Node, hot: Node) -> Step:
    """The gradient of a table whose columns were taken out: by their numbers where these are known,
    else as of any product."""
    if isinstance(hot, Step) and hot.op is one_hot:
        return _columns_back(table, g, hot.inputs[0])
    return apply(outer, g, hot)


# fmt: off

one_hot: Op = op("one_hot", "t", "1 if t[0, j] == i + 1 else 0",
    "np.where(t == np.reshape(np.arange(rows) + 1, (rows, 1)), 1, 0)",
    "one-hot of {0}",
    Say("{made} = in each column a 1 in the row whose number is in {0}, else 0.",
        "{made} = a 1 in the row whose number is {0}, else 0."),
    shape="rows, j", params={"rows": 1}, line=Line(word="one-hot"),
    torch="(t == torch.arange(1, rows + 1)[:, None]).to(t.dtype)",
    slips=(Slip("one row too low", "1 if t[0, j] == i else 0"),))
look_up: Op = op("look_up", "E t", "sum(k, E[i, k] if t[0, j] == k + 1 else 0)",
    "E @ np.where(t == np.reshape(np.arange(E.shape[1]) + 1, (E.shape[1], 1)), 1, 0)",
    "columns of {0} by {1}",
    Say("{made} = for each number in {1} the column of {0} with that number.",
        "{made} = the column of {0} with the number {1}."),
    lambda s, g: [_columns_back(s.inputs[0], g, s.inputs[1]), None],
    line=Line(between="at"),
    torch="E @ (t == torch.arange(1, E.shape[1] + 1)[:, None]).to(E.dtype)",
    slips=(Slip("the column after it", "sum(k, E[i, k] if t[0, j] == k else 0)"),))
look_up_gradient: Op = op("look_up_gradient", "g t", "sum(k, g[i, k] if t[0, k] == j + 1 else 0)",
    "g @ np.where(t == np.reshape(np.arange(cols) + 1, (cols, 1)), 1, 0).T",
    "{0} put at {1}",
    Say("{made} = each column of {0} added to the column with its number in {1}; 0 elsewhere."),
    shape="g.rows, cols", params={"cols": 1}, line=Line(between="put at"),
    torch="g @ (t == torch.arange(1, cols + 1)[:, None]).to(g.dtype).T",
    slips=(Slip("the column after it", "sum(k, g[i, k] if t[0, k] == j else 0)"),))
columns_at: Op = op("columns_at", "E O", "sum(k, E[i, k] * O[k, j])", "E @ O",
    "{0} · {1}", replace(PRODUCT, many="{made} = {rows} times {columns}, whose 1 picks out one "
                         "number."),
    lambda s, g: [_put_back(s.inputs[0], g, s.inputs[1]), apply(back, s.inputs[0], g)],
    picks_columns=True,
    torch="E @ O", slips=(Slip("transposed", "sum(k, E[k, i] * O[k, j])"),))
pick: Op = op("pick", "S r", "sum(k, 1 if S[k, j] <= r[0, j] else 0) + 1",
    "np.where(r >= S, 1, 0).sum(axis=0, keepdims=True) + 1",
    "first row where {0} > {1}",
    Say("{made} = down each column of {0}, the first row whose sum is larger than {1}.",
        "{made} = down {0}, the first row whose sum is larger than {1}."),
    rule="picks", line=Line(between="is first above"), on_bar=True,
    circled=Circled(
        "1 if S[i, j] > r[0, j] and sum(k, 1 if S[k, j] <= r[0, j] else 0) == i else 0",
        "(S > r) * (np.indices(S.shape)[0] == (S <= r).sum(axis=0))", "Circle that sum."),
    torch="(r >= S).to(S.dtype).sum(0, keepdim=True) + 1",
    slips=(Slip("the row before it", "sum(k, 1 if S[k, j] <= r[0, j] else 0)"),))
mean_of_columns: Op = op("mean_of_columns", "a",
    "round(sum(k, a[i, j * size + k], k=size) / size, decimals)",
    "by_hand(a @ np.repeat(np.eye(a.shape[1] // size), size, axis=0) / size, decimals)",
    "mean of {size} columns of {0}",
    Say("{made} = the mean of each {size} columns of {0}, row by row.",
        "{made} = the mean of the {size} columns of {0}."),
    shape="a.rows, a.cols // size", params={"size": 1} | EXACT, helpers={"by_hand": by_hand},
    rounding=lambda p: "{made}", line=Line(word="mean of {size}"), kind="statistic",
    torch="a @ torch.eye(a.shape[1] // size).repeat_interleave(size, 0) / size",
    slips=(Slip("not divided", "sum(k, a[i, j * size + k], k=size)"),))

# --- whole steps of a scale

divide: Op = op("divide", "a", "round(a[i, j] / by, decimals)", "by_hand(a / by, decimals)",
    "{0} ÷ {by}", "{0} ÷ {by}, box by box.",
    lambda s, g: [apply(divide, g, by=s.params["by"])],
    params={"by": "1"} | EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    slope="da / by", line=Line(word="÷ {by}"), torch="a / by",
    slips=(Slip("not divided", "a[i, j]"),))
largest_size: Op = op("largest_size", "a", "max(k, max(a[i, k], -a[i, k]))",
    "np.maximum(a, -a).max(axis=1, keepdims=True)",
    "largest of each row of {0}, without its sign",
    Say("{made} = the largest number in each row of {0} when minus signs are left out."),
    line=Line(word="largest →"), kind="statistic", torch="a.abs().max(1, keepdim=True).values",
    circled=Circled("1 if max(a[i, j], -a[i, j]) >= max(k, max(a[i, k], -a[i, k])) else 0",
                    "np.maximum(a, -a) >= np.maximum(a, -a).max(axis=1, keepdims=True)"),
    slips=(Slip("signs kept", "max(k, a[i, k])"),))
whole_steps: Op = op("whole_steps", "a s", "round(a[i, j] / s[i], decimals)",
    "by_hand(a / s, decimals)",
    "{0} ÷ {1}, rounded", "each box of {0} divided by {1} of its row, rounded to a whole number.",
    params={"decimals": 0}, helpers={"by_hand": by_hand}, line=Line(between="÷"), kind="attention",
    torch="a / s",
    slips=(Slip("rounded down", "floor(a[i, j] / s[i])"),))
times_row: Op = op("times_row", "q s", "q[i, j] * s[i]", "q * s",
    "{0} · {1}", "each box of {0} times {1} of its row.",
    line=Line(between="×"), torch="q * s")

# fmt: on
