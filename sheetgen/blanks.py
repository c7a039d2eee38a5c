"""Which boxes the student fills."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph import Graph
from sheetgen.solve import Values

Blanks = Mapping[str, NDArray[np.bool_]]
"""Matrix name -> True where the box is left open. Matrices that are printed whole are not in it."""


def choose_blanks(graph: Graph, values: Values, pattern: str = "results", seed: int = 0) -> Blanks:
    """The blanks of one exercise for a pattern (``results``: all that is worked out)."""
    return {s.name: np.ones(s.shape, bool) for s in graph.worked}
