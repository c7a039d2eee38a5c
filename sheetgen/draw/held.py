"""Numbers that come from elsewhere: boxes of givens that a draw must take as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sheetgen.draw.candidates import candidates
from sheetgen.draw.rules.rule import Mask
from sheetgen.graph.numbers import Fixed, Ints


@dataclass(frozen=True)
class Held:
    """The numbers of some boxes of a given, for each exercise."""

    where: Mask
    """Which boxes: (rows, columns)."""
    digits: Ints
    """(exercises, rows, columns); those of other boxes do not matter."""
    decimals: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is left to be drawn."""
        return bool(self.where.all())

    def some(self, which: Any) -> Held:
        """The same for some exercises."""
        return Held(self.where, self.digits[which], self.decimals)

    def alone(self, attempts: int) -> Fixed:
        """The given of each exercise, so many times, where nothing of it is drawn."""
        boxes = self.digits.transpose(1, 2, 0)[..., None]
        same = np.broadcast_to(boxes, (*boxes.shape[:3], attempts))
        return Fixed(candidates(same.copy()), self.decimals)

    def put_into(self, drawn: Fixed) -> Fixed:
        """Candidates that were drawn, (exercises, attempts, rows, columns), with these numbers in
        their boxes."""
        decimals = max(drawn.decimals, self.decimals)
        own = drawn.digits * 10 ** (decimals - drawn.decimals)
        held = self.digits * 10 ** (decimals - self.decimals)
        return Fixed(np.where(self.where, held[:, None], own), decimals)


Holding = Mapping[str, Held]
"""By the names of the givens."""


class Start(NamedTuple):
    """What each exercise starts from: the stratum that it draws from, and what is held of it."""

    stratum: Ints
    held: Holding

    def some(self, which: Any) -> Start:
        """The same for some exercises."""
        return Start(self.stratum[which], {n: h.some(which) for n, h in self.held.items()})
