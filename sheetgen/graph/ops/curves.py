"""Activations beside ReLU and σ, and how a gradient passes them."""

from __future__ import annotations

from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.numbers import PLACES
from sheetgen.graph.op import Line, Op, Say, Slip
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.table import EXACT, op


def finer(step: Step) -> int:
    """Decimals of the gradient that passes a rounded curve: one more than the curve has."""
    return min(PLACES, int(step.params.get("decimals", 1)) + 1)


# fmt: off

tanh: Op = op("tanh", "z", "round(1 - 2 / (exp(2 * z[i, j]) + 1), decimals)",
    "by_hand(np.tanh(z), decimals)",
    "tanh({0})",
    Say("{made} = tanh of each box of {0}, rounded.",
        table="{made}: look up tanh of each box of {0}."),
    lambda s, g: [apply(tanh_gradient, s, g, decimals=finer(s))],
    params={"decimals": 1, "how": "value"}, helpers={"by_hand": by_hand},
    slope="(1 - out * out) * dz", activation="tanh", squashes=True, rule="curve",
    rounding=lambda p: "from the table" if p["how"] == "table" else "tanh",
    table="beyond that 1. tanh(−z) = −tanh(z).",
    line=Line(word="tanh", equals="≈"), torch="torch.tanh(z)",
    slips=(Slip("σ for tanh", "round(1 / (1 + exp(-z[i, j])), decimals)"),))
clip: Op = op("clip", "z", "max(min(z[i, j], 1), -1)", "np.maximum(np.minimum(z, 1), -1)",
    "tanh({0}) in levels", "{0}, but 1 where {0} is larger, and −1 where it is below −1.",
    lambda s, g: [apply(tanh_gradient, s, g, decimals=finer(s))],
    slope="(1 - out * out) * dz", activation="tanh", squashes=True, rule="curve",
    line=Line(word="tanh", equals="≈"),
    note="tanh in levels: 1 for z ≥ 1, −1 for z ≤ −1, z itself between.",
    torch="torch.clamp(z, -1, 1)")
tanh_gradient: Op = op("tanh_gradient", "y g",
    "round((1 - y[i, j] * y[i, j]) * g[i, j], decimals)", "by_hand((1 - y * y) * g, decimals)",
    "(1 − {0} ⊙ {0}) ⊙ {1}", "(1 − {0} ⊙ {0}) ⊙ {1}, box by box.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    torch="(1 - y * y) * g", slips=(Slip("slope left out", "g[i, j]"),))
leaky_relu: Op = op("leaky_relu", "z",
    "round(z[i, j] if z[i, j] > 0 else leak * z[i, j], decimals)",
    "by_hand(np.where(z > 0, z, leak * z), decimals)",
    "leaky ReLU({0})", "{0}, with negatives times {leak}.",
    lambda s, g: [apply(leaky_gate, g, s.inputs[0], leak=s.params["leak"], decimals=finer(s))],
    params={"leak": ".1"} | EXACT, helpers={"by_hand": by_hand},
    slope="((z > 0) + leak * (z <= 0)) * dz", activation="leaky", rule="leak",
    rounding=lambda p: "{made}", line=Line(word="leaky", equals="≈"),
    note="Leaky ReLU: what is negative is taken times .1.",
    torch="F.leaky_relu(z, leak)", slips=(Slip("as ReLU", "max(z[i, j], 0)"),))
leaky_gate: Op = op("leaky_gate", "g z",
    "round(g[i, j] if z[i, j] > 0 else leak * g[i, j], decimals)",
    "by_hand(np.where(z > 0, g, leak * g), decimals)",
    "{0} where {1} > 0, else {leak} · {0}", "{0} where {1} > 0, else {leak} × {0}.",
    params={"leak": ".1"} | EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(between="where", after="> 0, else × {leak}"),
    torch="torch.where(z > 0, g, leak * g)",
    slips=(Slip("as ReLU", "g[i, j] if z[i, j] > 0 else 0"),))

# fmt: on
