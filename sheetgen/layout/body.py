"""What stands between the head and the foot of each page of a worksheet: figures and step list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.registry import arrangements
from sheetgen.layout.placing import Placer
from sheetgen.layout.sizes import Sizes
from sheetgen.layout.step_list import step_list
from sheetgen.page.figure import Box, box_of, placed
from sheetgen.page.items import Circle, Item, Label, Rule
from sheetgen.words.lines import StepLine


@dataclass(frozen=True)
class Body:
    """The items between head and foot."""

    pages: tuple[tuple[Item, ...], ...]
    bottom: float
    """Down to where the first page's figures may go."""
    rooms: tuple[tuple[int, Box], ...] = ()
    """Pages, counted from 0, with a free lower part, and where the key may write in it."""

    @property
    def network(self) -> bool:
        """Whether the picture of the net found room."""
        return any(isinstance(i, Circle) and i.node for page in self.pages for i in page)


@dataclass(frozen=True)
class _Filled:
    """Pages with figures and step list, and where their figures must end."""

    pages: list[list[Item]]
    first: float
    """On the first page."""
    last: float
    """On the last."""
    boxed: tuple[int, ...] = (0,)
    """Pages whose free part is room to work."""


def compose(
    boxes: Boxes, lines: Sequence[StepLine], paper: tuple[float, float], sizes: Sizes,
    network: bool = True,
) -> Body:  # fmt: skip
    """Figures and step list on paper of a size in millimetres, with the picture of the net if
    wanted.

    Raises SheetgenError naming the option to lower if something cannot be placed.
    """
    exercise = boxes.exercise
    filled = _filled(boxes, lines, paper, sizes, network)
    if filled is None:
        raise SheetgenError(
            f"{exercise.topic.name} is too large for the paper with these options; lower "
            f"{_largest_option(exercise)}"
        )
    rooms = []
    for k, items in enumerate(filled.pages):
        last = filled.last if items is filled.pages[-1] else paper[1] - sizes.foot - 4
        free = _free(items, filled.first if k == 0 else last, paper[0], sizes)
        if free is not None:
            x0, y0, x1, y1 = free
            if k in filled.boxed and not exercise.settings.is_example:
                items += _room_to_work(free, sizes)
                free = x0 + 4, y0 + 7, x1 - 4, y1 - 2
            rooms.append((k, free))
    return Body(tuple(map(tuple, filled.pages)), filled.first, tuple(rooms))


def _filled(
    boxes: Boxes, lines: Sequence[StepLine], paper: tuple[float, float], sizes: Sizes,
    network: bool,
) -> _Filled | None:  # fmt: skip
    """The first arrangement that fits: with the step list on the first page, or on the last, or,
    where there are gradients, on one of its own; None if none fits."""
    width, height = paper
    placer = Placer(boxes, paper, sizes)
    texts, text_height = step_list(lines, width, sizes)
    foot = height - sizes.foot
    whole, above = foot - 4, foot - text_height - 4
    moved = [placed(t, 1.0, 0.0, foot - text_height) for t in texts]
    found = [
        arrangement if network else replace(arrangement, network=())
        for arrangement in arrangements(boxes)
    ]
    for arrangement in found:
        pages = placer.pages(arrangement, above, foot)
        if pages is not None:
            pages[0] += moved
            return _Filled(pages, above, whole)
        if arrangement.whole is None and not arrangement.leaves:
            continue
        pages = placer.pages(arrangement, whole, above)
        if pages is not None and len(pages) > 1:
            pages[-1] += moved
            return _Filled(pages, whole, above)
    for arrangement in found:
        pages = placer.pages(arrangement, whole, whole)
        if pages is not None and boxes.exercise.graph.has_gradients:
            pages.append([placed(t, 1.0, 0.0, sizes.top) for t in texts])
            return _Filled(pages, whole, foot, (0, len(pages) - 1))
    return None


def _free(items: Sequence[Item], bottom: float, width: float, sizes: Sizes) -> Box | None:
    """The free part below some items, if it is high enough to be of use."""
    lowest = max((y for y in (box_of(i)[3] for i in items) if y < bottom + 3), default=sizes.top)
    y, height = lowest + 7, bottom - lowest - 9
    if height < sizes.least_room:
        return None
    return sizes.margin, y, width - sizes.margin, y + height


def _room_to_work(free: Box, sizes: Sizes) -> list[Item]:
    """A dotted box: for the student's sums, and for those of the key. A worked example has none, as
    its sums are printed."""
    x0, y0, x1, y1 = free
    return [
        Rule(x0, y0, x1 - x0, y1 - y0),
        Label(x0 + 3, y0 + 3.6, "Room to work", sizes.room_to_work, "start", "soft"),
    ]


def _largest_option(exercise: Exercise) -> str:
    """The option whose lowering makes the page smaller."""
    sizes = {
        o.flag: max(v) if isinstance(v, tuple) else v
        for n, o in exercise.topic.options.items()
        for v in [exercise.settings.options[n]]
        if o.kind in ("int", "widths") and not isinstance(v, bool)
    }
    numbers = {k: v for k, v in sizes.items() if isinstance(v, int)}
    return f"--{max(numbers, key=lambda k: numbers[k])}" if numbers else "the sizes"

