"""Unpredictable numbers that a seed alone decides, the same on every machine."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.numbers import Ints

Words = NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mix(x: Words) -> Words:
    """SplitMix64's finaliser: an unpredictable word for each counter."""
    with np.errstate(over="ignore"):
        x = x + GOLDEN
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def words_of(key: Words, name: str, attempts: range, cells: int) -> Words:
    """A word for each exercise, attempt and cell: shape (exercises, attempts, cells)."""
    with np.errstate(over="ignore"):
        start = mix(key ^ np.uint64(zlib.crc32(name.encode())))
        counter = np.arange(attempts.start * cells, attempts.stop * cells, dtype=np.uint64)
        counter = counter.reshape(len(attempts), cells) * GOLDEN
        return mix(start[:, None, None] + counter)


def pick(words: Words, table: dict[int, int]) -> Ints:
    """Values drawn from a table of weights."""
    values = np.array(list(table), np.int64)
    edges = np.cumsum(list(table.values()))
    position = (words >> np.uint64(32)) * np.uint64(edges[-1]) >> np.uint64(32)
    return values[np.searchsorted(edges, position.astype(np.int64), side="right")]
