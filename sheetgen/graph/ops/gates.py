"""What lets through and holds back: the gates of a recurrent network, and the mask of dropout."""

from __future__ import annotations

from sheetgen.graph.nodes import apply
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Line, Say, Slip
from sheetgen.graph.ops.curves import finer
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.sums import negate
from sheetgen.graph.ops.table import EXACT, op

# fmt: off

tanh: Op = op("tanh", "z", "round(2 / (1 + exp(-2 * z[i, j])) - 1, decimals)",
    "by_hand(np.tanh(z), decimals)",
    "tanh({0})",
    Say("{made} = tanh of each box of {0}, rounded.",
        table="{made}: look up tanh of each box of {0}."),
    lambda s, g: [apply(tanh_gradient, s, g, decimals=finer(s))],
    params={"decimals": 1, "how": "value"}, helpers={"by_hand": by_hand},
    slope="(1 - out * out) * dz", activation="tanh", squashes=True, rule="curve",
    rounding=lambda p: "tanh(z) = 2 ÷ (1 + e^{{−2z}}) − 1",
    table="beyond that 1. tanh(−z) = −tanh(z).", line=Line(word="tanh", equals="≈"),
    torch="torch.tanh(z)", slips=(Slip("σ", "round(1 / (1 + exp(-z[i, j])), decimals)"),))
tanh_gradient: Op = op("tanh_gradient", "y g",
    "round((1 - y[i, j] * y[i, j]) * g[i, j], decimals)", "by_hand((1 - y * y) * g, decimals)",
    "(1 − {0} ⊙ {0}) ⊙ {1}", "(1 − {0} ⊙ {0}) ⊙ {1}, box by box.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    torch="(1 - y * y) * g",
    slips=(Slip("slope left out", "g[i, j]"),))
clipped: Op = op("clipped", "z", "max(min(z[i, j], 1), -1)",
    "np.maximum(np.minimum(z, 1), -1)",
    "{0}, cut off at −1 and 1", "1 where {0} ≥ 1, −1 where {0} ≤ −1, {0} between.",
    lambda s, g: [apply(clipped_gate, g, s.inputs[0])],
    activation="tanh", ends=(-1, 1), squashes=True, rule="curve",
    line=Line(word="tanh", equals="≈"),
    note="tanh is clipped: 1 for z ≥ 1, −1 for z ≤ −1, z between.", torch="F.hardtanh(z)",
    slips=(Slip("not cut off", "z[i, j]"),))
clipped_gate: Op = op("clipped_gate", "g z",
    "g[i, j] if z[i, j] > -1 and z[i, j] < 1 else 0", "np.where(z > -1, g, 0) * (z < 1)",
    "{0} where −1 < {1} < 1, else 0", "{0} where {1} lies between −1 and 1, else 0.",
    lambda s, g: [apply(clipped_gate, g, s.inputs[1]), None],
    line=Line(between="where −1 <", after="< 1"),
    torch="g * (z > -1) * (z < 1)", slips=(Slip("gate forgotten", "g[i, j]"),))
gated: Op = op("gated", "g c", "round(g[i, j] * c[i, j], decimals)", "by_hand(g * c, decimals)",
    "{0} ⊙ {1}", "{0} ⊙ {1}, box by box.",
    lambda s, g: [apply(gated, g, s.inputs[1], decimals=finer(s)),
                  apply(gated, g, s.inputs[0], decimals=finer(s))],
    params={"decimals": 2}, helpers={"by_hand": by_hand}, slope="dg * c + g * dc",
    rounding=lambda p: "products of {gates}", line=Line(between="⊙"), torch="g * c",
    slips=(Slip("added", "g[i, j] + c[i, j]"),))
complement: Op = op("complement", "z", "1 - z[i, j]", "1 - z",
    "1 − {0}", "1 − {0}, box by box.",
    lambda s, g: [apply(negate, g)],
    line=Line(before="1 −"), torch="1 - z", slips=(Slip("not taken off", "z[i, j]"),))
drop_mask: Op = op("drop_mask", "r", "factor if i == j and r[i] > rate else 0",
    "np.where(r > rate, factor, 0) * np.eye(r.shape[0])",
    "{factor} on the diagonal where {0} > {rate}",
    "{factor} on the diagonal where {0} > {rate}, else 0.",
    shape="r.rows, r.rows", params={"factor": "2", "rate": "0.5"}, rule="mask",
    line=Line(word="> {rate}?"),
    torch="torch.where(r > rate, factor, 0.0) * torch.eye(r.shape[0])",
    slips=(Slip("not scaled", "1 if i == j and r[i] > rate else 0"),
           Slip("the others dropped", "factor if i == j and r[i] <= rate else 0")))

# fmt: on
