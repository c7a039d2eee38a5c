"""How much what is written in a box looks like a number. It puts pictures in an order, and decides
nothing: no mark hangs on it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from sheetgen.scan.outlines import Ink

Mask = NDArray[np.bool_]
EDGE = 0.75
"""Mm at the edge of a box where its lines may be."""
DARK = 0.35
"""How dark, beside the darkest of its page, a pencil is."""
LEAST = 0.35
"""Mm² of ink that are more than dirt."""
SPECK = 0.06
"""Mm² of a piece of ink that may be a part of a number, such as its point."""
SIDE = 24
"""Pixels of the small pictures that are compared."""


class Written(NamedTuple):
    """What is seen of the writing in a box."""

    shape: NDArray[np.float32]
    """A small picture of it, drawn out to a square."""
    wide: float
    """Width by height."""
    pieces: int


def likeness(ink: Ink, scale: float, text: str) -> float:
    """From 0, where nothing is written, to 1: how much the ink of a box, cut at its lines, looks
    like a text; so many pixels a mm."""
    edge = round(EDGE * scale)
    inner = ink[edge:-edge, edge:-edge]
    written = _written(inner > max(18.0, DARK * float(np.percentile(ink, 99.5))), scale)
    if written is None:
        return 0.0
    wanted = _wanted(text)
    alike = float(np.corrcoef(written.shape.ravel(), wanted.shape.ravel())[0, 1])
    width = min(written.wide, wanted.wide) / max(written.wide, wanted.wide)
    pieces = 1 / (1 + abs(written.pieces - wanted.pieces))
    found = 0.6 * max(0.0, alike) + 0.25 * width + 0.15 * pieces
    return round(min(1.0, max(0.02, found)), 3)


def _written(mask: Mask, scale: float) -> Written | None:
    """What a mask of ink shows, without specks; None if that is nothing."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    large = [k for k in range(1, count)
             if stats[k, cv2.CC_STAT_AREA] >= SPECK * scale**2]  # fmt: skip
    if sum(int(stats[k, cv2.CC_STAT_AREA]) for k in large) < LEAST * scale**2:
        return None
    boxes = stats[large][:, :4]
    x0, y0 = boxes[:, :2].min(0)
    x1, y1 = (boxes[:, :2] + boxes[:, 2:]).max(0)
    part = mask[y0:y1, x0:x1].astype(np.float32)
    small = cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    soft = cast(NDArray[np.float32], cv2.GaussianBlur(small, (0, 0), 1.5))
    return Written(soft, float(x1 - x0) / float(y1 - y0), len(large))


@lru_cache(4096)
def _wanted(text: str) -> Written:
    """How a number looks, plainly written."""
    plain = text.replace("−", "-").replace("·", "x")
    plain = plain.encode("ascii", "replace").decode("ascii")
    (width, height), _ = cv2.getTextSize(plain, cv2.FONT_HERSHEY_SIMPLEX, 2.0, 5)
    canvas = np.zeros((height + 60, width + 40), np.uint8)
    cv2.putText(canvas, plain, (20, height + 20), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 255, 5)
    found = _written(canvas > 0, 8.0)
    return found or Written(np.eye(SIDE, dtype=np.float32), 1.0, 1)
