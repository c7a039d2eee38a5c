"""Losses beside the squared error, with the factor that a textbook uses, and their errors."""

from __future__ import annotations

import numpy as np

from sheetgen.graph.nodes import apply
from sheetgen.graph.op import Op
from sheetgen.graph.ops.sums import subtract
from sheetgen.graph.ops.table import op

# fmt: off

binary_cross_entropy: Op = op("binary_cross_entropy", "p t", "",
    "-(t * np.log(p) + (1 - t) * np.log(1 - p)).sum(axis=(0, 1), keepdims=True)",
    "binary cross-entropy", "binary cross-entropy of {0} and {1}.",
    lambda s, g: [apply(subtract, s.inputs[0], s.inputs[1])],
    slope_through="((p - t) * dthrough).sum(axis=(0, 1), keepdims=True)", loss=True,
    amount=lambda z, t, base: (np.logaddexp(0, z) - t * z).sum(axis=(-1, -2)),
    torch="F.binary_cross_entropy(p, t, reduction='sum')")

# fmt: on
