"""Patterns over the fills of boxes, so that grey print and a photocopy tell apart what only colour
would.

Each is made of short strokes within a rectangle, without clipping; all lie on one raster of the
page, so that neighbours join.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from sheetgen.page.paths import Path, across, down, hundredths

SPACING = 1.9
"""From one stroke to the next, in mm."""

Stroke = tuple[float, float, float, float]
"""From a point to a point."""


def pattern(name: str, x: float, y: float, width: float, height: float) -> Path:
    """The strokes of a pattern in a rectangle, all lengths in mm."""
    return PATTERNS[name](x, y, x + width, y + height)


def _raster(low: float, high: float, spacing: float) -> Iterator[float]:
    """The multiples of a spacing that lie between two places, and not on them."""
    k = math.floor(low / spacing) + 1
    while k * spacing < high - 0.01:
        if k * spacing > low + 0.01:
            yield k * spacing
        k += 1


def _rising(x0: float, y0: float, x1: float, y1: float) -> Path:
    """Strokes from lower left to upper right: where x + y is a multiple of a spacing."""
    found: Path = ()
    for c in _raster(x0 + y0, x1 + y1, SPACING * math.sqrt(2)):
        left, right = max(x0, c - y1), min(x1, c - y0)
        found += _stroke(left, c - left, right, c - right)
    return found


def _falling(x0: float, y0: float, x1: float, y1: float) -> Path:
    """Strokes from upper left to lower right: where y − x is a multiple of a spacing."""
    found: Path = ()
    for c in _raster(y0 - x1, y1 - x0, SPACING * math.sqrt(2)):
        left, right = max(x0, y0 - c), min(x1, y1 - c)
        found += _stroke(left, left + c, right, right + c)
    return found


def _stroke(x0: float, y0: float, x1: float, y1: float) -> Path:
    return ("M", hundredths(x0), hundredths(y0)), ("L", hundredths(x1), hundredths(y1))


def _level(x0: float, y0: float, x1: float, y1: float) -> Path:
    """Strokes across; dots or dashes, where the theme breaks them."""
    return sum((across(x0, y, x1 - x0) for y in _raster(y0, y1, SPACING)), ())


def _upright(x0: float, y0: float, x1: float, y1: float) -> Path:
    return sum((down(x, y0, y1 - y0) for x in _raster(x0, x1, SPACING)), ())


def _crossed(x0: float, y0: float, x1: float, y1: float) -> Path:
    return _rising(x0, y0, x1, y1) + _falling(x0, y0, x1, y1)


def _checked(x0: float, y0: float, x1: float, y1: float) -> Path:
    return _level(x0, y0, x1, y1) + _upright(x0, y0, x1, y1)


PATTERNS: dict[str, Callable[[float, float, float, float], Path]] = {
    "rising": _rising, "falling": _falling, "level": _level, "upright": _upright,
    "crossed": _crossed, "checked": _checked, "dotted": _level,
    "dashed": _level, "stitched": _upright,
}  # fmt: skip
"""By name; the theme dashes the last three."""
BANDS: dict[str, tuple[int, ...]] = {
    "rising": (-45,), "falling": (45,), "level": (0,), "upright": (90,),
    "crossed": (-45, 45), "checked": (0, 90),
}  # fmt: skip
"""How many degrees below level the strokes lie of a pattern that has no dots and no dashes."""
