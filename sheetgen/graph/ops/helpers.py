"""What the NumPy lines of the ops call: short functions that a script prints as they stand here."""

from __future__ import annotations

from typing import Any

import numpy as np


def by_hand(x: Any, decimals: int) -> Any:
    """Round as by hand: a 5 goes up, away from zero."""
    return np.sign(x) * np.floor(np.abs(x) * 10.0**decimals + 0.5 + 1e-9) / 10.0**decimals


def softmax(z: Any, base: float = np.e, causal: bool = False) -> Any:
    """Shares of each column: a power for each score over the sum of the column's. If causal, no
    token looks at a later one."""
    seen = np.triu(z - z.min(axis=0)) if causal else z
    powers = float(base) ** (seen - seen.max(axis=0))
    powers = np.triu(powers) if causal else powers
    return powers / powers.sum(axis=0)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def three_levels(z: Any) -> Any:
    """A sigmoid in three levels."""
    return np.where(z >= 2, 1, np.where(z <= -2, 0, 0.5))


def blocks(a: Any, tall: int, size: int, shape: Any) -> Any:
    """Each box as a block of boxes; 0 where a matrix of some shape has boxes left over."""
    large = np.repeat(np.repeat(a, tall, axis=0), size, axis=1)
    return np.pad(large, ((0, shape[0] - large.shape[0]), (0, shape[1] - large.shape[1])))


def laid_out(K: Any, g: Any, stride: int, rows: int, cols: int) -> Any:
    """A kernel times each box of a gradient, each where its window was; added up."""
    total: Any = 0
    for a in range(g.shape[0]):
        for b in range(g.shape[1]):
            down, right = a * stride, b * stride
            room = (down, rows - down - K.shape[0]), (right, cols - right - K.shape[1])
            total = total + np.pad(K * g[[a]][:, [b]], room)
    return total
