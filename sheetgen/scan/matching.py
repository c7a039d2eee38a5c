"""Where a piece of a printed page stands in a picture, by correlation."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from sheetgen.scan.outlines import Ink


class Match(NamedTuple):
    """Where a piece stands best."""

    score: float
    """From -1 to 1: how like the piece what stands there is."""
    lead: float
    """How much more like it than all other places, those nearby left out."""
    x: float
    """How far right of where it was sought, in pixels."""
    y: float


NOWHERE = Match(-1.0, 0.0, 0.0, 0.0)


def best_match(area: Ink, piece: Ink, nearby: float) -> Match:
    """Where a piece stands in an area that is larger on all sides alike; places less than
    ``nearby`` pixels from the best are no others."""
    if min(area.shape[0] - piece.shape[0], area.shape[1] - piece.shape[1]) < 2:
        return NOWHERE
    found = scores_of(area, piece)
    _, score, _, (x, y) = cv2.minMaxLoc(found)
    rows, cols = found.shape
    right, down = _between(found[y], x), _between(found[:, x], y)
    rest = found.copy()
    reach = int(nearby)
    rest[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1] = -1.0
    lead = float(score - rest.max())
    return Match(float(score), lead, x + right - (cols - 1) / 2, y + down - (rows - 1) / 2)


def scores_of(area: Ink, piece: Ink) -> Ink:
    """How like a piece each place of an area is, from -1 to 1; 0 where nothing can be told."""
    if float(piece.std()) < 1e-3:
        shape = (area.shape[0] - piece.shape[0] + 1, area.shape[1] - piece.shape[1] + 1)
        return np.zeros(shape, np.float32)
    found = np.asarray(cv2.matchTemplate(area, piece, cv2.TM_CCOEFF_NORMED), np.float32)
    return np.where(np.isfinite(found) & (np.abs(found) <= 1.001), found, np.float32(0))


def _between(values: Ink, best: int) -> float:
    """The top of the parabola through the best value and those beside it."""
    if not 0 < best < len(values) - 1:
        return 0.0
    a, b, c = (float(v) for v in values[best - 1 : best + 2])
    curve = a - 2 * b + c
    return 0.0 if curve > -1e-9 else max(-0.5, min(0.5, 0.5 * (a - c) / curve))
