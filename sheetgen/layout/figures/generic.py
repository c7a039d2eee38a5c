"""Any graph on the page: the march."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.march.engine import Course
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.update import update_figures
from sheetgen.page.figure import Arrangement, Bands


@arrangement("march", marching=True)
def march(boxes: Boxes) -> Iterator[Arrangement]:
    """Every step that the student sees, then the updates."""
    graph = boxes.exercise.graph
    practised = any(s.copy_of is not None for s in graph.outputs)
    steps = [s for s in graph.steps if not s.hidden and (practised or not s.op.updates)]
    yield Arrangement(bands=marching(boxes, steps),
                      flow=() if practised else update_figures(boxes))  # fmt: skip


def marching(boxes: Boxes, steps: Sequence[Step]) -> Bands:
    """Some steps as a march that adapts to the room."""
    return Course(boxes, steps).banded


def gradient_bands(boxes: Boxes) -> Bands | None:
    """The way back as a march; None where there is none."""
    steps = [s for s in boxes.exercise.graph.steps if s.role == "gradient" and not s.hidden]
    return marching(boxes, steps) if steps else None
