"""One small exercise as a card: its figure in cells, and a line to work on beneath it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.parts import Part
from sheetgen.layout.cells import Boxes
from sheetgen.page.figure import Figure
from sheetgen.words.sums import template_of


@dataclass(frozen=True)
class PartOf(Exercise):
    """One of the exercises of a sheet, with the numbers and blanks of the whole."""

    part: Part = field(kw_only=True)

    @property
    def graph(self) -> Graph:
        return self.part.graph

    @classmethod
    def of_sheet(cls, whole: Exercise, part: Part) -> PartOf:
        return cls(whole.settings, whole.seed, whole.values, whole.blanks, whole.effort,
                   whole.secret, part=part)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """A small exercise before it is known how large it is."""

    part: Part
    boxes: Boxes
    """Its own, of its graph alone."""
    figure: Figure
    sum_of: tuple[Step, int, int] | None = None
    """The box whose sum is written out on a line beneath, if there is one."""
    pairs: bool = False
    """Whether the numbers of each pair are ringed, with a small box for their product."""


Draw = Callable[[Boxes], Figure]

CARDS: dict[str, Draw] = {}
"""Ways to draw an exercise, by name."""


def card(name: str) -> Callable[[Draw], Draw]:
    """Register a way to draw a small exercise under a name."""

    def register(draw: Draw) -> Draw:
        if name in CARDS:
            raise ValueError(f"there already is a card {name}")
        CARDS[name] = draw
        return draw

    return register


def card_of(boxes: Boxes, part: Part, cards: Mapping[str, Draw]) -> Card:
    """The card of a part of the sheet that ``boxes`` are of."""
    own = Boxes(PartOf.of_sheet(boxes.exercise, part), boxes.mark)
    if part.card not in cards:
        raise ValueError(f"there is no card {part.card!r}; there are {', '.join(cards)}")
    sum_of = _told_box(part) if "sum" in part.shown else None
    return Card(part, own, cards[part.card](own), sum_of, "pairs" in part.shown)


def _told_box(part: Part) -> tuple[Step, int, int] | None:
    """The box whose sum is to be worked out: the first that is open, or that which tells what is
    missing."""
    for step in part.graph.steps:
        if not step.op.products:
            continue
        open_ = part.open.get(step.name)
        if open_ is not None and open_.any() and not part.backwards:
            rows, columns = open_.nonzero()
            return step, int(rows[0]), int(columns[0])
        if part.backwards:
            return _telling(part, step)
    return None


def _telling(part: Part, step: Step) -> tuple[Step, int, int] | None:
    """The first box of a step whose sum has an open number."""
    for i in range(step.shape[0]):
        for j in range(step.shape[1]):
            for _, n, row, column in template_of(step, i, j)[1]:
                cells = part.open.get(step.inputs[n].name)
                if cells is not None and cells[row, column]:
                    return step, i, j
    return None
