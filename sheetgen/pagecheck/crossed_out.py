"""Boxes that are crossed out: those that a step leaves out, and no others."""

from __future__ import annotations

import numpy as np

from sheetgen.graph.nodes import Step
from sheetgen.pagecheck.shown import Shown, Slots, Statement, Truths
from sheetgen.pagecheck.standing import Standing
from sheetgen.verify import second_way
from sheetgen.verify.dual import Dual


def crossed_out(standing: Standing) -> Statement:
    """That on each sheet just those boxes are crossed out that are not worked out."""
    spots = standing.by_place
    found: list[tuple[Step, list[Slots], list[tuple[int, int, int]]]] = []
    for step in standing.graph.steps:
        if step.op.crossed is None or step.hidden:
            continue
        own = [(spot.slot, i, j) for i, row in enumerate(standing.origins[step.name])
               for j, place in enumerate(row) for spot in spots.get(place, ())]  # fmt: skip
        grids = [standing.origins[n.name] for n in step.inputs]
        if own and all(place in spots for grid in grids for row in grid for place in row):
            read = [np.array([[spots[place][0].slot for place in row] for row in grid], np.intp)
                    for grid in grids]  # fmt: skip
            found.append((step, read, own))

    def holds(shown: Shown) -> Truths:
        wanted = np.zeros_like(shown.crossed)
        for step, read, own in found:
            out = second_way.crossed_out(step, [Dual(shown.values[:, slots]) for slots in read])
            for slot, i, j in own:
                wanted[:, slot] = out[:, i, j]
        return np.asarray((wanted == shown.crossed).all(axis=1))

    return Statement("what is crossed out", holds)
