"""A first map of a page that was photographed askew: by points that look alike in the photograph
and in the page as it was printed."""

from __future__ import annotations

from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from sheetgen.scan.codes import Grey, Points
from sheetgen.scan.field import Field, Matrix

LOOK = 3.2
"""Pixels a mm of the pictures that are compared, some 80 a inch."""
LEAST = 25
"""Points that must agree."""
PITCH = 30.0
"""Mm between the points of the first map."""
LIKE = 0.75
"""How much nearer the best of two that look alike must be."""


def by_look(picture: Grey, printed: Grey, size: tuple[float, float], scale: float) -> Field | None:
    """The map of a page of some size in mm, ``printed`` with ``LOOK`` pixels a mm, to a picture
    with about ``scale`` pixels a mm; None if too little looks alike."""
    by = LOOK / scale
    small = cast(Grey, cv2.resize(picture, None, fx=by, fy=by, interpolation=cv2.INTER_AREA))
    pairs = _alike(printed, small)
    if len(pairs) < LEAST:
        return None
    source, target = pairs[:, 0], pairs[:, 1]
    found, sound = cv2.findHomography(source, target, cv2.RANSAC, 1.5 * LOOK)
    if found is None or int(sound.sum()) < LEAST:
        return None
    xs, ys = (np.arange(0.0, side + PITCH, PITCH) for side in size)
    nodes = np.stack(np.meshgrid(xs, ys), 2).reshape(-1, 2)
    flat = np.column_stack([nodes * LOOK - 0.5, np.ones(len(nodes))]) @ found.T
    places: Points = np.asarray((flat[:, :2] / flat[:, 2:] + 0.5) / by - 0.5, float)
    terms = np.column_stack([nodes, np.ones(len(nodes))])
    likely: Matrix = np.asarray(np.linalg.lstsq(terms, places, rcond=None)[0].T, float)
    return Field(likely, nodes, places, np.full(len(nodes), 0.2), 30.0)


def _alike(a: Grey, b: Grey) -> NDArray[np.float32]:
    """Pairs of points, one of each picture, that look alike: shape (n, 2, 2)."""
    library: Any = cv2
    finder = library.SIFT_create(2500)
    here, told = finder.detectAndCompute(a, None)
    there, heard = finder.detectAndCompute(b, None)
    if told is None or heard is None or len(there) < 2:
        return np.empty((0, 2, 2), np.float32)
    found = []
    for two in cv2.BFMatcher().knnMatch(told, heard, k=2):
        if len(two) == 2 and two[0].distance < LIKE * two[1].distance:
            found.append((here[two[0].queryIdx].pt, there[two[0].trainIdx].pt))
    return np.array(found, np.float32).reshape(-1, 2, 2)
