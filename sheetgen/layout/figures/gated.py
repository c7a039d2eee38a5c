"""Gated recurrent nets on the page: the steps of time in one strip, a page for each of them on the
way back, and one for the gradients of all weights."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures import cell_state, cell_state_back, mixed_state, mixed_state_back
from sheetgen.layout.figures.generic import gradient_bands
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import Arrangement, Figure


@arrangement("cell-state", or_marched=True)
def of_cell_state(boxes: Boxes) -> Iterator[Arrangement]:
    """Gates around a cell state."""
    times = cell_state.times_of(boxes.exercise.graph)
    if times:
        for strip in cell_state.strips(boxes, times):
            back = cell_state_back.figures_back(boxes, times, len(strip) + 1)
            yield from _pages(boxes, strip, back)


@arrangement("mixed-state", or_marched=True)
def of_mixed_state(boxes: Boxes) -> Iterator[Arrangement]:
    """Gates around one state."""
    times = mixed_state.times_of(boxes.exercise.graph)
    if times:
        for strip in mixed_state.strips(boxes, times):
            back = mixed_state_back.figures_back(boxes, times, len(strip) + 1)
            yield from _pages(boxes, strip, back)


def _pages(
    boxes: Boxes, strip: tuple[Figure, ...], back: tuple[Figure, ...]
) -> Iterator[Arrangement]:
    """The strip and the way back; that as a march where it has no figures of its own."""
    bands = gradient_bands(boxes)
    if bands is None or back:
        leaves = (*strip, *back)
        yield Arrangement(leaves=leaves) if len(leaves) > 1 else Arrangement(whole=leaves[0])
    elif len(strip) == 1:
        yield Arrangement(whole=strip[0], bands=bands)
