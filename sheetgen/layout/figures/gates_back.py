"""Parts of the way back through gates: a band for each gate, and the gradients of all weights as
one crossing of all gradients of sums with all inputs and states."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.layout.cells import Boxes, ink_of, joined
from sheetgen.layout.figures.gated_times import T
from sheetgen.layout.figures.gates import RING, SMALL, Point, ring
from sheetgen.layout.figures.parts import carried, tag
from sheetgen.page.figure import LABEL, Figure, arrow, block, legible, ones, rounded, text
from sheetgen.page.items import Label
from sheetgen.page.theme import BY_HAND
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.sentences import formula

APART = 1.3
"""Between bands, with names beneath and above."""
ROOM = 2.55
"""Between two blocks, for the words of what is done."""
SIGN = 1.2
"""The same for the ring of a sign."""
MADE = 1 + SIGN
"""From a factor to what is made of it."""
VALUE = MADE + 1.45
SUMS = VALUE + 1 + ROOM
"""To a gate's value, and to the gradient of its sum."""
BRIEF = 0.7
"""Between two blocks, for an arrow without words."""
WHITE = 0.125
"""At both ends of words between blocks."""
WORDED = BY_HAND.smallest_cell
"""Side of boxes in mm from which on words have room between blocks."""
PLACE = 1.2
"""Width of a gradient's place where it stands once more."""
AGAIN = 0.55
"""Height of its letters."""
UP, LOW = 0.5, 0.75
"""From gradients that stand once more to what is made of them, and the height of each."""

Back = Mapping[Node, Step]
"""The gradient of each node that has one."""


def gradients_of(steps: Sequence[Step]) -> dict[Node, Step]:
    """The gradients among some steps, by the nodes that they are of."""
    return {s.of: s for s in steps if s.role == "gradient" and s.of is not None}


def named(boxes: Boxes, node: Node, x: float, y: float, beneath: bool = False) -> Figure:
    """A block of one column with its name above or beneath it."""
    high = y + node.shape[0] + 0.4 if beneath else y - 0.4
    return block(boxes.of(node), x, y, name=node.name) + tag(boxes, node, x + 0.5, high, "middle")


def doing(step: Step, right: float, top: float) -> Figure:
    """What makes a step, in lines in the room at the left of its block, none above that."""
    lines = wrapped(f"{formula(step).partition(' = ')[2]} =")
    figure, y = Figure(), top + max(step.shape[0] / 2 - 0.3 * (len(lines) - 1), 0.2)
    for k, line in enumerate(lines):
        figure += text(line, right - ROOM / 2, y + 0.6 * k, SMALL, colour="soft")
    return figure


def wrapped(said: str) -> list[str]:
    """A text in as few lines as have room between two blocks, the last factor in one of its own
    where that has room."""
    head, sign, last = said.rpartition(" ⊙ ∂")
    halves = [head, f"⊙ ∂{last}"] if sign else []
    if halves and all(map(_has_room, halves)):
        return halves
    lines = [""]
    for word in said.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and not _has_room(longer):
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _has_room(line: str) -> bool:
    """Whether a line has room between two blocks in the smallest boxes, with white at both ends."""
    size = max(SMALL, legible(Label(0.0, 0.0, line, 0.0)).size / WORDED)
    return text_width(line, size, "label") <= ROOM - 2 * WHITE


def times(boxes: Boxes, factor: Node, made: Step, x: float, y: float) -> Figure:
    """A printed factor, the ring of its sign, and what is made: the factor at x, its name beneath;
    the other factor comes by wire to :func:`ring_of` it."""
    at, middle = ring_of(x), y + made.shape[0] / 2
    figure = named(boxes, factor, x, y, beneath=True) + ring(made.op.line.between, at, middle)
    right = x + 1 + SIGN
    figure += block(boxes.of(made), right, y, name=made.name)
    figure += tag(boxes, made, right - 0.4, y - 0.4, "start")
    figure += arrow(x + 1.02, middle, at - RING, middle)
    return figure + arrow(at + RING, middle, right - 0.03, middle, "gradient")


def ring_of(x: float) -> float:
    """Where the ring at the right of a factor at x stands."""
    return x + 1 + SIGN / 2


def bent_back(
    boxes: Boxes, value: Node, made: Step, right: float, y: float, room: float = ROOM,
    beneath: bool = False,
) -> Figure:  # fmt: skip
    """The gradient that passes a gate, at the ``right``, its name above or ``beneath`` it; at its
    left the value, or the sum where that tells it, and in the room between them how steep it was
    there."""
    if value not in made.inputs:
        value = next(n for n in made.inputs if n.role != "gradient")
    middle = y + made.shape[0] / 2
    figure = named(boxes, value, right - room - 1, y, beneath=True)
    figure += named(boxes, made, right, y, beneath)
    if room < ROOM:
        return figure + arrow(right - room + 0.02, middle, right - 0.03, middle, "gradient")
    return figure + doing(made, right, y)


def wire(*points: Point) -> Figure:
    """A gradient on its way into a ring."""
    return rounded(points, "gradient")


def product(boxes: Boxes, made: Step, turned: Sequence[Node], x: float, y: float) -> Figure:
    """Weights on their sides, side by side, their names beneath, at the left of what they make of
    the gradients above it, which has no name yet."""
    cells = joined(*(boxes.of(W, turned=True) for W in turned))
    left = x - 0.5 - len(cells[0])
    figure = block(cells, left, y, True, turned[0].name)
    figure += block(boxes.of(made), x, y, name=made.name)
    for W in turned:
        middle = left + W.shape[0] / 2
        figure += text(f"{label(W)}^T", middle, y + len(cells) + 0.42, LABEL, colour="top")
        left += W.shape[0]
    return figure


def error(boxes: Boxes, made: Step, x: float, y: float, beneath: bool = True) -> Figure:
    """Twice the difference from a target, up to its block at x, the name ``beneath`` that or
    above it."""
    said, middle = made.op.line, y + made.shape[0] / 2
    figure = named(boxes, made, x, y, beneath)
    left = x - 4.15
    for node, at in zip(made.inputs, (left, left + 1.75), strict=True):
        figure += named(boxes, node, at, y, beneath=True)
    figure += text(said.before, left - 0.15, middle, 0.6, "end")
    figure += text(said.between, left + 1.375, middle, 0.6)
    return figure + text(f"{said.after} =", x - 0.7, middle, 0.6)


def terms_of(graph: Graph, node: Node) -> list[Step]:
    """The gradients that are added up to that of a node, in their order."""
    return [s for s in graph.steps if s.term_of is node and not s.hidden]


class StepBack(ABC, Generic[T]):
    """One step of time on the way back: its gates, then what leads to the state before; that has a
    page of its own where both are ``apart``. The first page of all is a given one. What is done
    is said between the blocks, unless it is to be ``brief``."""

    def __init__(
        self, boxes: Boxes, found: Sequence[T], k: int, page: int, apart: bool,
        brief: bool = False,
    ) -> None:  # fmt: skip
        self.boxes, self.graph = boxes, boxes.exercise.graph
        self.of = gradients_of(self.graph.steps)
        self.time = found[k]
        self.before = found[k - 1] if k else None
        self.later = found[k + 1] if k + 1 < len(found) else None
        self.apart = apart
        self.page = page + (1 + apart) * (len(found) - 1 - k)
        """That of the gates."""
        self.hidden = self.time.state.shape[0]
        self.room = BRIEF if brief else ROOM
        self.sums = VALUE + 1 + self.room
        """Where the gradients of the sums stand."""

    def figures(self) -> tuple[Figure, ...]:
        """That of each page."""
        if self.before is None:
            return (self.gates(),)
        both = self.gates(), self.to_before()
        return both if self.apart else (both[0] + both[1],)

    @abstractmethod
    def gates(self) -> Figure:
        """The gradients of state, gates and sums."""

    @abstractmethod
    def to_before(self) -> Figure:
        """From those of the sums to that of the state before."""

    def _row(self, k: int) -> float:
        """Where the k-th band begins."""
        return k * (self.hidden + APART)

    def _middle(self, k: int) -> float:
        return self._row(k) + self.hidden / 2

    def above(self, made: Sequence[Node], x: float, y: float) -> Figure:
        """The gradients of some sums, worked out on the page before, over what is made of them at
        y, each with its name at the left."""
        figure = Figure()
        top = y - UP - LOW * self.hidden * len(made)
        for k, z in enumerate(made):
            places = [[(self.of[z].name, i, 0)] for i in range(self.hidden)]
            start = top + k * LOW * self.hidden
            figure += carried(self.boxes, places, 1.0, LOW, AGAIN).moved(x, start)
            figure += text(label(self.of[z]), x - 0.2, start + LOW * self.hidden / 2, LABEL, "end",
                           "gradient")  # fmt: skip
        return figure + text(f"from page {self.page}", x + 1.0, top - 0.4, SMALL, "end", "soft")


def figures_back(
    boxes: Boxes, way: Callable[[int], StepBack[T]], crossed: Sequence[Crossed]
) -> tuple[Figure, ...]:
    """The figures of the way back, that of each step of time found by its number, the last one
    first; then the gradients of all weights. None if it does not hang together so."""
    times = range(len(crossed[0].over) - 1, -1, -1)
    try:
        steps = [way(k) for k in times]
        backs = [figure for step in steps for figure in step.figures()]
        last = weight_gradients(boxes, crossed, steps[0].of, [step.page for step in steps])
    except (KeyError, StopIteration, ValueError):
        return ()
    return (*backs, last)


@dataclass(frozen=True)
class Crossed:
    """Sums of several gates over the same columns: for each step of time what they are over, and
    for each gate its sums."""

    over: tuple[Step, ...]
    sums: tuple[tuple[Step, ...], ...]


def weight_gradients(
    boxes: Boxes, parts: Sequence[Crossed], of: Back, pages: Sequence[int]
) -> Figure:
    """The gradients of the weights of all gates; those of the sums stand on some ``pages``."""
    figure, y = Figure(), 0.0
    count = len(parts[0].over)
    x = count * PLACE + 1.3
    for part in parts:
        figure += _table(boxes, part.over, x, y)
        y += count + 1.0
        for k, sums in enumerate(part.sums):
            figure += _crossed(boxes, sums, of, x, y, numbered=k == 0)
            y += sums[0].shape[0] + 1.05
        y += 0.2
    *first, end = map(str, sorted(pages))
    said = f"from pages {', '.join(first)} and {end}" if first else f"from page {end}"
    return figure + text(said, count * PLACE / 2, y - 0.85, SMALL, colour="soft")


def _table(boxes: Boxes, over: Sequence[Step], x: float, y: float) -> Figure:
    """A row for each step of time: the input, the state before it, and a 1 for the bias."""
    figure = Figure()
    rows = [boxes.of(s, turned=True)[0] for s in over]
    figure += block(tuple(rows), x, y, name=over[0].name)
    wide = len(rows[0])
    for k, s in enumerate(over):
        given, state = s.inputs
        figure += text(f"{label(given)}^T", x - 0.15, y + k + 0.5, LABEL * 0.9, "end",
                       ink_of(given))  # fmt: skip
        figure += ones(1, x + wide, y + k + 0.5)
        figure += text(f"{label(state)}^T", x + wide + 1.0, y + k + 0.5, LABEL * 0.9, "start",
                       ink_of(state))  # fmt: skip
    return figure


def _crossed(
    boxes: Boxes, sums: Sequence[Step], of: Back, x: float, y: float, numbered: bool
) -> Figure:
    """The gradients of the sums of one gate, taken over, and those of its weights and bias."""
    found = [of[z] for z in sums]
    hidden = sums[0].shape[0]
    places = [[(s.name, i, 0) for s in found] for i in range(hidden)]
    figure = carried(boxes, places, PLACE, 1.0, AGAIN).moved(0.0, y)
    said = label(found[0]).replace("1}", "t}")
    figure += text(said, -0.2, y + hidden / 2, LABEL, "end", "gradient")
    for k in range(len(found) if numbered else 0):
        figure += text(str(k + 1), (k + 0.5) * PLACE, y - 0.35, SMALL, colour="soft")
    if numbered:
        figure += text("t", -0.2, y - 0.35, SMALL, "end", "soft")
    W, b = (of[n] for n in sums[0].inputs[:2])
    figure += block(joined(boxes.of(W), boxes.of(b)), x, y, name=W.name)
    right = x + W.shape[1]
    figure += text(label(b), right + 0.5, y - 0.4, LABEL * 0.9, colour=ink_of(b))
    figure += tag(boxes, W, right - 0.4, y - 0.4, "end")
    for i in range(hidden):
        end = len(found) * PLACE
        figure += arrow(end + 0.12, y + i + 0.5, x - 0.1, y + i + 0.5, "answer")
    return figure
