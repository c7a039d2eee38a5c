"""Activations beside ReLU, σ and tanh, and how a gradient passes them."""

from __future__ import annotations

from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.numbers import PLACES
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Line, Say, Slip
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.table import EXACT, op


def finer(step: Step) -> int:
    """Decimals of the gradient that passes a rounded curve: one more than the curve has."""
    return min(PLACES, int(step.params.get("decimals", 1)) + 1)


# fmt: off

leaky_relu: Op = op("leaky_relu", "z",
    "round(z[i, j] if z[i, j] > 0 else leak * z[i, j], decimals)",
    "by_hand(np.where(z > 0, z, leak * z), decimals)",
    "leaky ReLU({0})", "{0}, with negatives times {leak}.",
    lambda s, g: [apply(leaky_gate, g, s.inputs[0], leak=s.params["leak"], decimals=finer(s))],
    params={"leak": ".1"} | EXACT, helpers={"by_hand": by_hand},
    slope="((z > 0) + leak * (z <= 0)) * dz", activation="leaky ReLU", rule="leak",
    rounding=lambda p: "{made}", line=Line(word="leaky", equals="≈"),
    note="Leaky ReLU: what is negative is taken times {leak}.",
    torch="F.leaky_relu(z, leak)", slips=(Slip("as ReLU", "max(z[i, j], 0)"),))
leaky_gate: Op = op("leaky_gate", "g z",
    "round(g[i, j] if z[i, j] > 0 else leak * g[i, j], decimals)",
    "by_hand(np.where(z > 0, g, leak * g), decimals)",
    "{0} where {1} > 0, else {leak} · {0}", "{0} where {1} > 0, else {leak} × {0}.",
    params={"leak": ".1"} | EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(between="where", after="> 0, else × {leak}"),
    torch="torch.where(z > 0, g, leak * g)",
    slips=(Slip("as ReLU", "g[i, j] if z[i, j] > 0 else 0"),))

# --- by printed values

elu: Op = op("elu", "z", "round(z[i, j] if z[i, j] > 0 else exp(z[i, j]) - 1, decimals)",
    "by_hand(np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1), decimals)",
    "ELU({0})", Say("{made} = {0} where positive, else e to the power of {0}, minus 1.",
        table="{made} = {0} where positive, else looked up."),
    params={"decimals": 1, "how": "value"}, helpers={"by_hand": by_hand}, activation="ELU",
    rounding=lambda p: "ELU", table_sign=-1,
    table="beyond that −1. ELU(z) = z for z > 0.", line=Line(word="ELU", equals="≈"),
    torch="F.elu(z)", slips=(Slip("1 not taken off",
                                  "round(z[i, j] if z[i, j] > 0 else exp(z[i, j]), decimals)"),))
softplus: Op = op("softplus", "z",
    "round(log(1 + exp(z[i, j])), decimals)", "by_hand(np.log(1 + np.exp(z)), decimals)",
    "softplus({0})", Say("{made} = ln(1 + e^{0}).", table="{made}: look up softplus of each {0}."),
    params={"decimals": 1, "how": "value"}, helpers={"by_hand": by_hand}, activation="softplus",
    rounding=lambda p: "softplus",
    table="beyond that z. softplus(−z) = softplus(z) − z.",
    line=Line(word="softplus", equals="≈"), torch="F.softplus(z)")
bell: Op = op("bell", "z",
    "round(1 - 1 / (exp(1.596 * (z[i, j] + 0.0447 * z[i, j] * z[i, j] * z[i, j])) + 1), decimals)",
    "by_hand(0.5 + 0.5 * np.tanh(0.798 * (z + 0.0447 * z ** 3)), decimals)",
    "Φ({0})", Say("{made} = Φ of each box of {0}.", table="{made}: look up Φ of each box of {0}."),
    params={"decimals": 2, "how": "value"}, helpers={"by_hand": by_hand}, activation="Φ",
    rounding=lambda p: "Φ", squashes=True,
    table="beyond that 1. Φ(−z) = 1 − Φ(z).", line=Line(word="Φ", equals="≈"),
    torch="torch.special.ndtr(z)")
density: Op = op("density", "z", "round(0.399 * exp(-0.5 * z[i, j] * z[i, j]), decimals)",
    "by_hand(0.399 * np.exp(-0.5 * z * z), decimals)",
    "φ({0})", Say("{made} = φ of each box of {0}.", table="{made}: look up φ of each box of {0}."),
    params={"decimals": 2, "how": "value"}, helpers={"by_hand": by_hand}, activation="φ",
    rounding=lambda p: "φ", squashes=True,
    table="beyond that 0. φ(−z) = φ(z).", line=Line(word="φ", equals="≈"),
    torch="torch.exp(-z * z / 2) / (2 * torch.pi) ** 0.5")
weighted: Op = op("weighted", "z s", "round(z[i, j] * s[i, j], decimals)",
    "by_hand(z * s, decimals)", "{0} ⊙ {1}", "{0} ⊙ {1}, box by box.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(between="⊙"), torch="z * s")
relu_slope: Op = op("relu_slope", "z", "1 if z[i, j] > 0 else 0", "np.where(z > 0, 1, 0)",
    "1 where {0} > 0, else 0", "1 where {0} > 0, else 0.",
    line=Line(word="slope"), torch="torch.where(z > 0, 1.0, 0.0)")
leaky_slope: Op = op("leaky_slope", "z", "1 if z[i, j] > 0 else leak", "np.where(z > 0, 1, leak)",
    "1 where {0} > 0, else {leak}", "1 where {0} > 0, else {leak}.",
    params={"leak": ".1"}, line=Line(word="slope"), torch="torch.where(z > 0, 1.0, leak)")
elu_slope: Op = op("elu_slope", "z y", "1 if z[i, j] > 0 else y[i, j] + 1",
    "np.where(z > 0, 1, y + 1)",
    "1 where {0} > 0, else {1} + 1", "1 where {0} > 0, else {1} + 1.",
    line=Line(word="slope"), torch="torch.where(z > 0, 1.0, y + 1)",
    slips=(Slip("as ReLU", "1 if z[i, j] > 0 else 0"),))
silu_slope: Op = op("silu_slope", "s y", "round(s[i, j] + y[i, j] * (1 - s[i, j]), decimals)",
    "by_hand(s + y * (1 - s), decimals)",
    "{0} + {1} ⊙ (1 − {0})", "{0} + {1} ⊙ (1 − {0}), box by box.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(word="slope"), torch="s + y * (1 - s)",
    slips=(Slip("first term left out", "round(y[i, j] * (1 - s[i, j]), decimals)"),))
gelu_slope: Op = op("gelu_slope", "p x d", "round(p[i, j] + x[i, j] * d[i, j], decimals)",
    "by_hand(p + x * d, decimals)",
    "{0} + {1} ⊙ {2}", "{0} + {1} ⊙ {2}, box by box.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(word="slope"), torch="p + x * d",
    slips=(Slip("second term left out", "round(p[i, j], decimals)"),))

# fmt: on
