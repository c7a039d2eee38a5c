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
        x ^= x >> np.uint64(30)
        x *= np.uint64(0xBF58476D1CE4E5B9)
        x ^= x >> np.uint64(27)
        x *= np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
        return x


def words_of(key: Words, name: str, attempts: Words, cells: int) -> Words:
    """A word for each exercise, attempt and cell: shape (exercises, attempts, cells), in memory
    cell by cell. The attempts are the same for all exercises, (1, attempts), or each has its own,
    (exercises, attempts)."""
    with np.errstate(over="ignore"):
        start = mix(key ^ np.uint64(zlib.crc32(name.encode())))[:, None]
        steps = np.arange(cells, dtype=np.uint64)[:, None, None] * GOLDEN
        return mix(start + (attempts * (np.uint64(cells) * GOLDEN) + steps)).transpose(1, 2, 0)


def pick(words: Words, table: dict[int, int]) -> Ints:
    """Values drawn from a table of weights."""
    values = np.repeat(np.array(list(table), np.int64), list(table.values()))
    position = (words >> np.uint64(32)) * np.uint64(len(values)) >> np.uint64(32)
    return values[position.astype(np.int64)]
