"""Losses beside the squared error, with the factor that a textbook uses, and their errors."""

from __future__ import annotations

import numpy as np

from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Line, Slip
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.sums import copy, negate, subtract
from sheetgen.graph.ops.table import EXACT, op

# fmt: off

half_squared_error: Op = op("half_squared_error", "y t", "",
    "((y - t) ** 2).sum(axis=(0, 1), keepdims=True) / 2",
    "half the squared error", "half the squared error of {0} and {1}.",
    lambda s, g: [apply(subtract, *s.inputs), apply(subtract, *s.inputs[::-1])],
    loss=True, amount=lambda y, t, base: ((y - t) ** 2).sum(axis=(-1, -2)) / 2,
    torch="((y - t) ** 2).sum() / 2")
mean_squared_error: Op = op("mean_squared_error", "y t", "",
    "((y - t) ** 2).mean(axis=(0, 1), keepdims=True)",
    "mean squared error", "mean squared error of {0} and {1}.",
    lambda s, g: [_mean_error(s), apply(negate, _mean_error(s))],
    params={"decimals": 2}, loss=True, averages=True,
    amount=lambda y, t, base: ((y - t) ** 2).mean(axis=(-1, -2)),
    torch="((y - t) ** 2).mean()")
mean_error_gradient: Op = op("mean_error_gradient", "y t",
    "round(2 * (y[i, j] - t[i, j]) / count, decimals)", "by_hand(2 * (y - t) / count, decimals)",
    "2 · ({0} − {1}) ÷ {count}", "2 × ({0} − {1}) ÷ {count}.",
    params={"count": 1} | EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(before="2 × (", between="−", after=") ÷ {count}"), torch="2 * (y - t) / count",
    slips=(Slip("not divided", "2 * (y[i, j] - t[i, j])"),
           Slip("sign", "round(2 * (t[i, j] - y[i, j]) / count, decimals)")))
binary_cross_entropy: Op = op("binary_cross_entropy", "p t", "",
    "-(t * np.log(p) + (1 - t) * np.log(1 - p)).sum(axis=(0, 1), keepdims=True)",
    "binary cross-entropy", "binary cross-entropy of {0} and {1}.",
    lambda s, g: [apply(subtract, s.inputs[0], s.inputs[1])],
    slope_through="((p - t) * dthrough).sum(axis=(0, 1), keepdims=True)", loss=True,
    amount=lambda z, t, base: (np.logaddexp(0, z) - t * z).sum(axis=(-1, -2)),
    target_within=(0, 1), torch="F.binary_cross_entropy(p, t, reduction='sum')")

# --- how far a bell curve is from the one about 0 with the deviation 1

divergence: Op = op("divergence", "m v s",
    "0.5 * (m[i, j] * m[i, j] + v[i, j] * v[i, j] - 1) - 0.7 * s[i, j]",
    "0.5 * (m * m + v * v - 1) - 0.7 * s",
    ".5 · ({0}^2 + {1}^2 − 1) − .7 · {2}",
    "half of ({0} × {0} + {1} × {1} − 1), minus .7 × {2}, box by box.",
    line=Line(before=".5 × (", between="^2 +", last="^2 − 1 ) − .7 ×"),
    rule="divergence", note="ln 2 is taken as .7.", torch="0.5 * (m * m + v * v - 1) - 0.7 * s",
    slips=(Slip("not halved", "m[i, j] * m[i, j] + v[i, j] * v[i, j] - 1 - 0.7 * s[i, j]"),))
divergence_loss: Op = op("divergence_loss", "m v", "",
    "(0.5 * (m * m + v * v - 1) - np.log(v)).sum(axis=(0, 1), keepdims=True)",
    "divergence", "divergence of {0} and {1}.",
    lambda s, g: [apply(copy, s.inputs[0]), apply(divergence_gradient, s.inputs[1], part="own")],
    loss=True, amount=lambda m, v, base: (0.5 * (m * m + v * v - 1) - np.log(v)).sum(axis=(-1, -2)),
    torch="(0.5 * (m * m + v * v - 1) - v.log()).sum()")
divergence_gradient: Op = op("divergence_gradient", "v",
    "round((v[i, j] * v[i, j] - 1) / v[i, j], decimals)",
    "by_hand(v - 1 / v, decimals)",
    "{0} − 1 ÷ {0}", "{0} − 1 ÷ {0}, box by box.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(word="{0} − 1 ÷ {0}"), torch="v - 1 / v",
    slips=(Slip("nothing taken off", "v[i, j]"),))

# fmt: on


def _mean_error(loss: Step) -> Step:
    rows, cols = loss.inputs[0].shape
    return apply(mean_error_gradient, *loss.inputs, part="error", count=rows * cols, **loss.params)
