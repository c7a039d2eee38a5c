"""Where the points of a printed page lie in a picture of it: a smooth map that is known at some
points, near each of which it is nearly affine."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sheetgen.scan.codes import Points

Matrix = NDArray[np.float64]
"""An affine map as 2 rows of 3."""

STIFF = 0.05
"""How much the points nearby must say before the map bends away from what is held to be likely."""


def similarity(source: Points, target: Points) -> Matrix:
    """The turn, scale and shift that brings some points nearest to others."""
    a, b = source.mean(0), target.mean(0)
    p, q = source - a, target - b
    square = (p * p).sum()
    c = (p * q).sum() / square
    s = (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum() / square
    linear = np.array([[c, -s], [s, c]])
    return np.column_stack([linear, b - linear @ a])


def moved(matrix: Matrix, points: Points) -> Points:
    """Points moved by an affine map."""
    return points @ matrix[:, :2].T + matrix[:, 2]


@dataclass(frozen=True)
class Field:
    """A map from mm on the page to pixels of a picture."""

    likely: Matrix
    """What it is where nothing better is known."""
    source: Points
    """Points in mm, and where they were found in pixels."""
    target: Points
    weights: NDArray[np.float64]
    reach: float
    """In mm: a point so far away counts an eighth of one that is here."""

    def at(self, points: Points) -> tuple[Points, NDArray[np.float64]]:
        """Where points lie in the picture, and the map's derivative at each, shape (n, 2, 2)."""
        return self._fitted(points, None)

    def without_own(self) -> Points:
        """Where the known points would lie if each were not known."""
        return self._fitted(self.source, np.arange(len(self.source)))[0]

    def _fitted(
        self, points: Points, own: NDArray[np.intp] | None
    ) -> tuple[Points, NDArray[np.float64]]:
        away = self.source[None] - points[:, None]
        near = (1 + (away**2).sum(2) / self.reach**2) ** -3.0
        weights = near * self.weights
        if own is not None:
            weights[np.arange(len(points)), own] = 0.0
        rest = self.target - moved(self.likely, self.source)
        terms = np.concatenate([away / self.reach, np.ones((*away.shape[:2], 1))], 2)
        weighted = terms * weights[..., None]
        normal = np.einsum("mni,mnj->mij", weighted, terms)
        normal += np.diag([STIFF, STIFF, 1e-9])
        found = np.linalg.solve(normal, np.einsum("mni,nj->mij", weighted, rest))
        slopes = self.likely[:, :2] + np.swapaxes(found[:, :2], 1, 2) / self.reach
        return moved(self.likely, points) + found[:, 2], slopes

    def with_points(self, source: Points, target: Points, weights: NDArray[np.float64]) -> Field:
        return replace(self, source=source, target=target, weights=weights)
