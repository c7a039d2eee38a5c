"""Tokens that go to one of several experts, each to the one that it chose."""

from __future__ import annotations

from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Crossed, Line, Say, Slip
from sheetgen.graph.ops.sums import back, outer, row_sum
from sheetgen.graph.ops.table import op

# fmt: off

expert: Op = op("expert", "W b x G",
    "sum(k, W[i, k] * x[k, j]) + b[i] if G[number - 1, j] > 0 else 0",
    "np.where(G[[number - 1]] > 0, W @ x + b, 0)",
    "{0} · {2} + {1} where row {number} of {3} is 1, else 0",
    Say("{made} = {rows} times {columns} where row {number} of {3} has a 1; "
        "cross out the other columns (0).",
        "{made} = {rows} times {columns} if row {number} of {3} is 1; else cross it out (0)."),
    lambda s, g: _to_weights(s, g),
    params={"number": 1}, torch="torch.where(G[[number - 1]] > 0, W @ x + b, 0)",
    crossed=Crossed("0 if G[number - 1, j] > 0 else 1", "1, G.cols", "G[[number - 1]] <= 0"),
    slips=(Slip("bias left out", "sum(k, W[i, k] * x[k, j]) if G[number - 1, j] > 0 else 0"),
           Slip("not routed", "sum(k, W[i, k] * x[k, j]) + b[i]")))
sent_back: Op = op("sent_back", "g G", "g[i, j] if G[number - 1, j] > 0 else 0",
    "np.where(G[[number - 1]] > 0, g, 0)",
    "{0} where row {number} of {1} is 1, else 0",
    Say("{made} = {0} where row {number} of {1} has a 1, 0 in the other columns.",
        "{made} = {0} if row {number} of {1} is 1, else 0."),
    lambda s, g: [apply(sent_back, g, s.inputs[1], **s.params), None],
    params={"number": 1}, line=Line(between="for tokens of", after="row {number}"),
    torch="torch.where(G[[number - 1]] > 0, g, 0)", slips=(Slip("not routed", "g[i, j]"),))

# fmt: on


def _to_weights(step: Step, g: Step) -> list[Step | None]:
    """What comes back to an expert: of the tokens that chose it alone."""
    W, _, x, G = step.inputs
    name = f"∂L/∂{step.label}" if step.label else f"∂_{step.params['number']}"
    own = apply(sent_back, g, G, **step.params, part="own", label=name)
    return [apply(outer, own, x), apply(row_sum, own), apply(back, W, own), None]
