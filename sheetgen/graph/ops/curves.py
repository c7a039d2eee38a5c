"""Activations beside ReLU, σ and tanh, and how a gradient passes them."""

from __future__ import annotations

from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.numbers import PLACES
from sheetgen.graph.op import Line, Op, Slip
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
