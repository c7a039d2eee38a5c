"""The march: step after step, each where the by-hand method puts it; a new band where there is no
room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import permutations

from sheetgen.graph.nodes import Given, Group, Node, Step
from sheetgen.layout.cells import Boxes, joined_of
from sheetgen.layout.figures.march.anew import Anew
from sheetgen.layout.figures.march.band import Band, Room, Spot, around
from sheetgen.layout.figures.march.beside import Beside
from sheetgen.layout.figures.march.draft import PAD, Draft
from sheetgen.layout.figures.march.facts import (
    Factors,
    box_by_box,
    column_of,
    factors_of,
    is_printed,
    turned_blocks,
    waits,
)
from sheetgen.layout.figures.march.in_band import Set
from sheetgen.layout.figures.march.products import COPY, best_way
from sheetgen.layout.figures.march.wires import wired
from sheetgen.page.figure import Banded, Box, Figure, meet, text
from sheetgen.page.items import Block, Rule

INSIDE, BETWEEN = 0.12, 0.17
"""White between a frame and its caption, and between two frames."""


class _AgainError(Exception):
    """The march is to start once more with a band that begins at a step."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.name)
        self.step = step


class Course:
    """The steps of a march, and what is known of them in any room."""

    def __init__(self, boxes: Boxes, steps: Sequence[Step]) -> None:
        self.boxes = boxes
        self.steps = [s for s in steps if not s.hidden]
        self.turned = turned_blocks(boxes.exercise.graph)
        self.columns = {s: column_of(s, self.steps) for s in self.steps if factors_of(s) is None}
        """The column in which a result is written, if it is used next in one."""
        self._made: list[tuple[Room, Banded | None]] = []
        self._found: dict[tuple[float, float], Banded | None] = {}
        """The bands of rooms of any size, and of those sizes that were asked for."""

    def banded(self, width: float, height: float) -> Banded | None:
        """The steps in a width and height in cells; None if there is not enough room."""
        if (width, height) not in self._found:
            self._found[width, height] = self._banded(width, height)
        return self._found[width, height]

    def _banded(self, width: float, height: float) -> Banded | None:
        for room, made in self._made:
            if room.is_like(width, height):
                return made
        room = Room(width, height)
        self._made.append((room, March(self, room).banded()))
        return self._made[-1][1]


class March:
    """The steps of a course in bands as large as a room."""

    def __init__(self, course: Course, room: Room) -> None:
        self.boxes, self.steps = course.boxes, course.steps
        self.course, self.room = course, room
        self.bands: list[Band] = []
        self.breaks: set[Step] = set()
        self.copied = 0
        """Boxes that the student would have to copy."""
        self.apart = 0
        """Results that stand without what they are made of, which is elsewhere."""
        self.lies: dict[Node, bool] = {}
        """How the results of a step lie that is practised with several numbers: all alike."""

    def banded(self) -> Banded | None:
        """The bands, one figure each; None if a step has no room at all."""
        for _ in range(len(self.steps) + 1):
            self.bands, self.copied, self.apart = [Band(self.room)], 0, 0
            self.lies.clear()
            try:
                if not all(self._place(step) for step in self.steps):
                    return None
                break
            except _AgainError as again:
                self.breaks.add(again.step)
        bands = [band for band in self.bands if band.taken]
        copied = self.copied + _missing_again(self.boxes, bands)
        return Banded(
            tuple(band.figure + self._frames(band) for band in bands), copied,
            cache(lambda: tuple(self._finished(band) for band in bands)), self.apart,
        )  # fmt: skip

    @property
    def band(self) -> Band:
        return self.bands[-1]

    def _place(self, step: Step) -> bool:
        if waits(step, self.boxes.exercise.graph):
            return True
        if self._in_column(step):
            return True
        if step in self.breaks and self.band.taken:
            self.bands.append(Band(self.room))
        if self._set(step):
            return True
        if self.band.taken:
            self.bands.append(Band(self.room))
            return self._set(step)
        return False

    def _in_column(self, step: Step) -> bool:
        """A result that is used next in one column with what is printed: a new state under the next
        input. It is written there at once, in a band that begins with it."""
        column = self.course.columns.get(step)
        if column is None or not any(not is_printed(n) for n in step.inputs):
            return False
        band = Band(self.room)
        found = Anew(self.boxes, band, step).in_column(column)
        if found is None:
            return False
        if self.band.taken:
            self.bands.append(band)
        else:
            self.bands[-1] = band
        self._keep(found, step)
        return True

    def _keep(self, found: Set, step: Step) -> None:
        """A step as it is set goes into the band."""
        self.band.add(found.draft.figure, *found.draft.taken, step=step)
        self.band.keep(found.draft.spots, found.draft.stacks)
        self.band.wires += found.wires

    def _set(self, step: Step) -> bool:
        factors = factors_of(step)
        if factors is not None:
            return self._product(step, factors)
        beside = Beside(self.boxes, self.band, step)
        for fresh in (False, True) if self._lonely(step) else (False,):
            for found in beside.ways(fresh):
                self._keep(found, step)
                self.apart += fresh and not all(map(is_printed, step.inputs))
                return True
        return False

    def _lonely(self, step: Step) -> bool:
        """Whether a step may stand without what it is made of: in a band of its own."""
        return not self.band.taken or not any(self.band.spot(n) for n in step.inputs)

    def _put_beside(self, node: Node) -> None:
        """Matrices that are one factor side by side: where the first stands, what is printed is put
        at its right, so that they are one block."""
        parts = node.inputs if joined_of(node) == "beside" and isinstance(node, Step) else ()
        first = self.band.spots.get((parts[0], False)) if parts else None
        if first is None or (node, False) in self.band.spots:
            return
        draft, x = Draft(self.boxes), first.right
        for part in parts[1:]:
            if not is_printed(part):
                return
            spot = draft.put([part], False, x, first.y)
            draft.name(part, spot)
            x = spot.right
        taken = [(max(b[0], first.right + 2 * PAD), *b[1:]) for b in draft.taken]
        if self.band.open(*taken):
            self.band.add(draft.figure, *taken)
            whole = Spot(first.x, first.y, first.rows, node.shape[1])
            self.band.keep([*draft.spots, (node, whole)])

    def _product(self, step: Step, factors: Factors) -> bool:
        for node in () if factors.top_turned else factors.top:
            self._put_beside(node)
        like = step.copy_of
        best = best_way(self.boxes, self.band, step, factors, step in self.course.turned,
                        self.lies.get(like) if like else None)  # fmt: skip
        if best is None:
            return False
        if like:
            self.lies.setdefault(like, best.made.turned)
        if best.cost >= COPY:
            self._cut_before(factors)
            self.copied += best.copied
        self.band.add(best.draft.figure + best.arrows, *best.draft.taken, step=step)
        self.band.keep(best.draft.spots[::-1], best.draft.stacks)
        return True

    def _cut_before(self, factors: Factors) -> None:
        """Start a band with the factor that would have to be copied, if it is made box by box: a
        cut there needs no copy."""
        for node in (*factors.left, *factors.top):
            if is_printed(node) or not isinstance(node, Step) or node in self.breaks:
                continue
            if box_by_box(node) and factors_of(node) is None and self._first(node):
                raise _AgainError(node)

    def _first(self, node: Step) -> bool:
        """Whether it is not yet the first of a band."""
        return all(next(iter(b.made), None) is not node for b in self.bands)

    def _finished(self, band: Band) -> Figure:
        """The band with its wires and the frames of what belongs together."""
        wires, named = wired(band)
        figure = band.figure + wires
        for x, y, markup in named:
            figure += text(markup, x, y, 0.42, colour="soft")
        return figure + self._frames(band)

    def _frames(self, band: Band) -> Figure:
        """A dotted frame with a caption around the steps of a group of several, where nothing else
        stands in it; none in a band that holds but a part of one."""
        groups: dict[Group, list[Step]] = {}
        for step in band.made:
            if isinstance(step, Step) and step.group is not None:
                groups.setdefault(step.group, []).append(step)
        elsewhere = {s.group for b in self.bands if b is not band for s in b.made
                     if isinstance(s, Step) and s.group is not None}  # fmt: skip
        if elsewhere & groups.keys() or len(elsewhere | groups.keys()) < 2:
            return Figure()
        own = {group: [b for s in steps for b in band.made[s]] for group, steps in groups.items()}
        frames = {group: around(boxes, 0.08) for group, boxes in own.items()}
        figure, rest = Figure(), {g: [b for b in band.taken if b not in own[g]] for g in own}
        frames = _apart({g: f for g, f in frames.items() if not any(meet(f, b) for b in rest[g])})
        for group, (x0, y0, x1, y1) in frames.items():
            x0, x1 = _evened((x0, y0, x1, y1), frames.values(), rest[group])
            said = text(group.name, x0 + INSIDE, y0 + INSIDE + 0.18, 0.42, "start", "soft")
            if any(meet(said.box, b) for b in own[group]):
                said = text(group.name, x0 + 0.05, y0 - 0.26, 0.42, "start", "soft")
            if not any(meet(said.box, b) for b in band.taken):
                figure += Figure((Rule(x0, y0, x1 - x0, y1 - y0),)) + said
        return figure


def _apart(frames: Mapping[Group, Box]) -> dict[Group, Box]:
    """Frames of which none lies on another: where two meet there is white between them."""
    found = dict(frames)
    for one, other in permutations(found, 2):
        (a0, b0, a1, b1), (c0, d0, c1, d1) = found[one], found[other]
        if a0 < c1 and c0 < a1 and abs(b1 - d0) < BETWEEN:
            middle = (b1 + d0) / 2
            found[one] = a0, b0, a1, middle - BETWEEN / 2
            found[other] = c0, middle + BETWEEN / 2, c1, d1
    return found


def _evened(frame: Box, frames: Iterable[Box], rest: Sequence[Box]) -> tuple[float, float]:
    """Where a frame begins and ends: as those above and beneath it do, if nothing is in the way."""
    x0, y0, x1, y1 = frame
    alike = [f for f in frames if f[0] < x1 and x0 < f[2]]
    left, right = min(f[0] for f in alike), max(f[2] for f in alike)
    free = not any(meet((left, y0, right, y1), b) for b in rest)
    return (left, right) if free else (x0, x1)


def _missing_again(boxes: Boxes, bands: Sequence[Band]) -> int:
    """Missing numbers of what is given that stand on the page once more, to be copied."""
    exercise = boxes.exercise
    missing = {g.name for g in exercise.graph.givens if g.name in exercise.blanks}
    if not missing:
        return 0
    found = [
        cell.source for band in bands for item in band.figure.items if isinstance(item, Block)
        for row in item.cells for cell in row
        if cell.blank and cell.source is not None and cell.source[0] in missing
    ]  # fmt: skip
    return len(found) - len(set(found))


def unprinted(boxes: Boxes, steps: Sequence[Step]) -> list[Given]:
    """The givens that no step draws itself, as it reads only their columns or rows."""
    shown: set[Node] = {n for s in steps if not s.hidden for n in s.inputs}
    return [g for g in boxes.exercise.graph.givens if g not in shown]
