"""What bends: ReLU, and what a pencil can only round."""

from __future__ import annotations

import re
from decimal import Decimal

from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.numbers import PLACES
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Line, Say, Slip
from sheetgen.graph.ops.curves import finer
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.helpers import sigmoid as sigma
from sheetgen.graph.ops.helpers import softmax as shares
from sheetgen.graph.ops.helpers import three_levels as levels
from sheetgen.graph.ops.sums import column_sum, multiply, scale
from sheetgen.graph.ops.table import EXACT, op

MASKED = "(0 if causal and {0} > j else base ** z[{0}, j])"
"""A power that a causal mask may hide: a query (column) looks at keys (rows) up to itself."""

RELU = Say("{made} = {0} with negatives replaced by 0.",
           compact="{made}: cross out what is negative and write 0.")
# fmt: off

relu: Op = op("relu", "z", "max(z[i, j], 0)", "np.maximum(z, 0)",
    "max(0, {0})", RELU,
    lambda s, g: [apply(gate, g, s.inputs[0])],
    activation="ReLU", dies=True, sign_only=True, repeats=True, rule="units",
    line=Line(word="ReLU", equals="≈"), torch="torch.relu(z)",
    slips=(Slip("gate forgotten", "z[i, j]"), Slip("sign", "max(-z[i, j], 0)")))
gate: Op = op("gate", "g z", "g[i, j] if z[i, j] > 0 else 0", "g * (z > 0)",
    "{0} where {1} > 0, else 0", "{0} where {1} > 0, else 0.",
    lambda s, g: [apply(gate, g, s.inputs[1]), None],
    sign_only=True, line=Line(between="where", after="> 0"), torch="g * (z > 0)",
    slips=(Slip("gate forgotten", "g[i, j]"),))
sigmoid: Op = op("sigmoid", "z", "round(1 / (1 + exp(-z[i, j])), decimals)",
    "by_hand(sigmoid(z), decimals)",
    "σ({0})",
    Say("{made} = σ of each box of {0}, rounded.",
        table="{made}: look up σ of each box of {0}."),
    lambda s, g: [apply(sigmoid_gradient, s, g, decimals=finer(s))],
    params={"decimals": 1, "how": "value"}, helpers={"by_hand": by_hand, "sigmoid": sigma},
    slope="out * (1 - out) * dz", activation="σ", squashes=True, rule="levels",
    rounding=lambda p: "σ(z) = 1 ÷ (1 + e^{{−z}})",
    table="beyond that 1. σ(−z) = 1 − σ(z).", line=Line(word="σ", equals="≈"),
    torch="torch.sigmoid(z)",
    slips=(Slip("sign", "round(1 / (1 + exp(z[i, j])), decimals)"),))
three_levels: Op = op("three_levels", "z", "1 if z[i, j] >= 2 else 0 if z[i, j] <= -2 else 0.5",
    "three_levels(z)",
    "σ({0}) in three levels", "1 where {0} ≥ 2, 0 where {0} ≤ −2, .5 between.",
    lambda s, g: [apply(sigmoid_gradient, s, g, decimals=finer(s))],
    helpers={"three_levels": levels}, slope="out * (1 - out) * dz", activation="σ",
    ends=(0, 1), squashes=True, rule="levels", line=Line(word="σ", equals="≈"),
    note="σ in three levels: 1 for z ≥ 2, 0 for z ≤ −2, .5 between.",
    torch="torch.where(z >= 2, 1, torch.where(z <= -2, 0, 0.5))")
sigmoid_gradient: Op = op("sigmoid_gradient", "y g",
    "round(y[i, j] * (1 - y[i, j]) * g[i, j], decimals)", "by_hand(y * (1 - y) * g, decimals)",
    "{0} ⊙ (1 − {0}) ⊙ {1}", "{0} ⊙ (1 − {0}) ⊙ {1}, box by box.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    torch="y * (1 - y) * g",
    slips=(Slip("slope left out", "g[i, j]"),))
softmax: Op = op("softmax", "z",
    f"round({MASKED.format('i')} / sum(k, {MASKED.format('k')}), decimals)",
    "by_hand(softmax(z, base, causal), decimals)",
    "softmax({0})",
    Say("{made} = {base} to the power of each {0}, divided by the sum of its column.",
        one_column="{made} = {base} to the power of each {0}, divided by their sum."),
    lambda s, g: [apply(softmax_gradient, s, g)],
    params={"base": "e", "decimals": 1, "causal": False},
    helpers={"by_hand": by_hand, "softmax": shares},
    slope="out * (dz - (out * dz).sum(axis=0))", activation="softmax", shares=True, squashes=True,
    rounding=lambda p: "softmax with 3 for e" if p["base"] == "3" else "softmax",
    rule="chosen shares", line=Line(word="softmax", equals="≈"),
    torch="torch.softmax((z.masked_fill(torch.ones_like(z).tril(-1) > 0, -torch.inf) if causal "
          "else z) * (1 if base == torch.e else torch.tensor(base).log()), 0)")
softmax_gradient: Op = op("softmax_gradient", "p g",
    "round(p[i, j] * (g[i, j] - sum(k, p[k, j] * g[k, j])), decimals)",
    "by_hand(p * (g - (p * g).sum(axis=0)), decimals)",
    "{0} ⊙ ({1} − Σ {0} ⊙ {1})",
    "{0} ⊙ (g − the column sums of {0} ⊙ g), where g = {1}.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(between="⊙ (", after="− Σ↓ {0} ⊙ {1} )"),
    torch="p * (g - (p * g).sum(0))",
    slips=(Slip("sum left out", "round(p[i, j] * g[i, j], decimals)"),))
power: Op = op("power", "z", f"round({MASKED.format('i')}, decimals)",
    "by_hand(np.triu(base ** z) if causal else base ** z, decimals)",
    "{base}^{0}", Say("{made} = {base} to the power of each box of {0}.",
        masked="{made} = {base} to the power of each box of {0}; 0 in grey boxes (no look ahead)."),
    lambda s, g: [apply(multiply, g, s)],
    params={"base": "3", "decimals": 1, "causal": False},
    helpers={"by_hand": by_hand}, slope="out * dz", powers=True,
    rounding=lambda p: "powers of e" if p["base"] == "e" else "",
    line=Line(word="{base}^{{( )}}"), torch="torch.triu(base ** z) if causal else base ** z")
quotient: Op = op("quotient", "a total", "round(a[i, j] / total[0, j], decimals)",
    "by_hand(a / total, decimals)",
    "{0} ÷ {1}",
    Say("{made} = each box of {0} divided by {1} of its column.",
        "{made} = each box of {0} divided by {1}."),
    lambda s, g: [apply(quotient, g, s.inputs[1], decimals=PLACES),
                  apply(divisor_gradient, s, g, s.inputs[1])]
    if s.through is None else [_shares_back(s, g)],
    params={"decimals": 1}, helpers={"by_hand": by_hand},
    slope="(da - out * dtotal) / total",
    slope_through="out * (dthrough - (out * dthrough).sum(axis=0))", shares=True,
    squashes=True, rounding=lambda p: "quotients", rule="shares",
    kind="attention", line=Line(between="÷"), torch="a / total")
shares_gradient: Op = op("shares_gradient", "P p total",
    "round(P[i, j] - p[i, j] * total[0, j], decimals)", "by_hand(P - p * total, decimals)",
    "{0} − {1} ⊙ {2}", "each box of {0} minus {1} times the {2} of its column.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(between="−", after="⊙ {2}"),
    torch="P - p * total", slips=(Slip("sum left out", "round(P[i, j], decimals)"),))
divisor_gradient: Op = op("divisor_gradient", "p g total",
    "round(-sum(k, p[k, j] * g[k, j]) / total[0, j], decimals)",
    "by_hand(-(p * g).sum(axis=0, keepdims=True) / total, decimals)",
    "−Σ {0} ⊙ {1} ÷ {2}", "in each column −1 times the sum of {0} ⊙ {1}, divided by {2}.",
    params=EXACT, helpers={"by_hand": by_hand}, torch="-(p * g).sum(0, keepdim=True) / total")
divide_down: Op = op("divide_down", "a", "floor(a[i, j] / by)", "np.floor(a / by)",
    "{0} ÷ {by}, rounded down", "each box of {0} divided by {by}, rounded down.",
    lambda s, g: [apply(scale, g, factor=str(Decimal(1) / s.params["by"]), decimals=1)],
    params={"by": 1}, slope="da / by", line=Line(word="÷ {by} ↓"), torch="torch.floor(a / by)",
    slips=(Slip("rounding", "round(a[i, j] / by, 0)"),))

# fmt: on


def _shares_back(shares: Step, g: Step) -> Step:
    """The gradient of the logits, in three small steps: the shares times what came back, the sums
    of that, and what is left when each share of its sum is taken off. Of several heads each has its
    number in these names too."""
    number = re.search(r"\d+$", shares.name)
    below = f"_{number.group()}" if number and not shares.label else ""
    weighed = apply(multiply, shares, g, part="weighed", label=f"P{below}")
    total = apply(column_sum, weighed, part="sums", label=f"ΣP{below}")
    return apply(shares_gradient, weighed, shares, total, decimals=1)
