"""What a printed box tells that is no sum: which number behind it makes it what it says, as with a
function that is bent or looked up. Only one number of the range may fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.ends import Ends
from sheetgen.graph.cell import Place
from sheetgen.graph.hangs import Meeting, hung
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import Values, to_float
from sheetgen.verify.dual import Dual
from sheetgen.verify.second_way import worked_out

NEARLY = 1e-6
"""Farther off than half a unit of its last decimal and so much of one, a number is not printed."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """Boxes of a step that one number alone makes what they say."""

    step: Step
    place: int
    """The number of the place that is sought."""
    of: Place
    """The place."""
    boxes: tuple[tuple[int, int], ...]
    """Those on which it shows, the ones first that tell it on their own."""
    alone: bool
    """Whether one of the boxes is enough."""
    others: frozenset[int]
    """The places on which these boxes hang besides."""


def readings(
    step: Step, moves: Mapping[str, Floats], places: Sequence[Place], values: Values, within: Ends
) -> Iterator[Reading]:
    """The places that a step tells whose boxes are no sums; ``moves`` says by how much each box of
    its inputs grows with each place."""
    met = hung(step, moves, Meeting())
    boxes: dict[int, list[tuple[int, int]]] = {}
    for i, row in enumerate(met):
        for j, some in enumerate(row):
            for k in some:
                boxes.setdefault(k, []).append((i, j))
    for k, own in sorted(boxes.items()):
        fits = _fitting(step, moves, values, k, places[k], within)
        told = [fits[:, i, j] for i, j in own]
        if int(np.all(told, axis=0).sum()) != 1:
            continue
        clear = [box for box, fit in zip(own, told, strict=True) if int(fit.sum()) == 1]
        rest = [box for box in own if box not in clear]
        others = frozenset().union(*(met[i][j] for i, j in clear[:1] or own)) - {k}
        yield Reading(step, k, places[k], (*clear, *rest), bool(clear), others)


def _fitting(
    step: Step, moves: Mapping[str, Floats], values: Values, k: int, place: Place, within: Ends
) -> NDArray[np.bool_]:
    """For each number of the range whether each box of the step comes out as printed with it."""
    name, i, j = place
    unit = 10.0**within.decimals
    tried = np.arange(within.low, within.high + 1) / unit
    truth = to_float(values[name])[i, j]
    duals = []
    for node in step.inputs:
        value = to_float(values[node.name])[None]
        if node.name in moves:
            value = value + moves[node.name][k][None] * (tried - truth)[:, None, None]
        duals.append(Dual(value))
    found = worked_out(step, duals).value
    decimals = values[step.name].decimals
    printed = to_float(values[step.name])[None]
    slack = (0.5 if step.op.rounds else 0.0) + NEARLY
    close = np.abs(found - printed) * 10.0**decimals <= slack
    return np.broadcast_to(close, (len(tried), *step.shape))
