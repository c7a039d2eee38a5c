"""What goes on the pages of an exercise, before it is known how large."""

from __future__ import annotations

from dataclasses import dataclass

from sheetgen.page.figure import Figure


@dataclass(frozen=True)
class Arrangement:
    """One figure that stays whole, or a stack that may be cut between its parts; then a flow of
    small figures."""

    whole: Figure | None = None
    stack: tuple[Figure, ...] = ()
    flow: tuple[Figure, ...] = ()
    network: Figure | None = None
    """The net as nodes and links, set where there is room."""
    smallest: float = 8.0
    """Cells below this many millimetres make the next arrangement the better one."""
