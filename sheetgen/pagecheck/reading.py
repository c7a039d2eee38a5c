"""What a row says, to be held against the numbers shown: an equation worked out by its signs, or
what the op of a step makes of some blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Step
from sheetgen.pagecheck.expressions import Matrix, Value
from sheetgen.pagecheck.shown import Floats, Shown, Slots, Truths, alike


@dataclass(frozen=True, eq=False)
class Reading:
    """What a row says, and the block that it says it of; None for one that says no number."""

    value: Value | None
    result: Matrix | None
    half: float = 0.0
    step: Step | None = None
    slots: tuple[Slots, ...] = ()

    def __call__(self, shown: Shown) -> Truths:
        if self.step is not None:
            return told(self.step, self.slots, shown)
        assert self.value is not None
        found = self.value(shown)
        if self.result is None:
            finite = np.asarray(np.isfinite(found))
            return np.asarray(finite.reshape(len(found), -1).all(axis=1))
        made = shown.values[:, self.result.slots]
        if found.ndim != 3 or any(a not in (1, b) for a, b in zip(
            found.shape[1:], made.shape[1:], strict=True
        )):  # fmt: skip
            return np.zeros(len(made), bool)
        return _close(found, made, self.half)


def _close(found: Floats, made: Floats, half: float) -> Truths:
    return alike(np.broadcast_to(found, made.shape), made, half)


def told(step: Step, slots: Sequence[Slots], shown: Shown) -> Truths:
    """Whether the last of some blocks is what a step's op makes of the others, exactly."""
    *inputs, made = [shown.fixed(one) for one in slots]
    try:
        found = step.forward(*inputs)
    except SheetgenError:  # a division by 0
        return np.zeros(len(made.digits), bool)
    most = max(found.decimals, made.decimals)
    a, b = (v.digits * 10 ** (most - v.decimals) for v in (found, made))
    good: Truths = (a == b).reshape(len(b), -1).all(axis=1)
    return good


def half_of(step: Step) -> float:
    """Half a unit of the decimals to which a result is rounded."""
    if step.op.rounds and step.places is not None:
        return 0.5 * 10.0**-step.places
    return 0.0
