"""What can be said of a sheet before it has numbers: that no page holds it. The search for numbers
takes longest for just these."""

from __future__ import annotations

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.settings import Settings
from sheetgen.graph.numbers import Fixed
from sheetgen.layout.body import NoRoomError, compose
from sheetgen.layout.cells import Boxes
from sheetgen.layout.sizes import SIZES, Sizes
from sheetgen.page.items import PAPERS


def refuse_too_large(asked: Settings, paper: str, sizes: Sizes = SIZES) -> None:
    """Raises SheetgenError naming the option to lower if a sheet has no place on some paper,
    whatever its numbers are. It is laid out with the shortest of numbers; usual sizes need no such
    trial."""
    options = asked.topic.options
    if asked.topic.parts or not any(
        name in options and options[name].kind in ("int", "widths") for name in asked.asked
    ):
        return
    ones = {n.name: Fixed(np.ones(n.shape, np.int64)) for n in asked.graph.nodes}
    blanks = {s.name: np.ones(s.shape, bool) for s in asked.graph.worked}
    try:
        compose(Boxes(Exercise(asked, 0, ones, blanks, 0.0)), PAPERS[paper], sizes)
    except NoRoomError:
        raise
    except (SheetgenError, ArithmeticError, ValueError):
        return  # these are no numbers of this topic, and it will be seen with others
