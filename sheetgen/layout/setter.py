"""Figures and step list -> items on pages: what goes where, whatever the numbers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.layers import chain_of
from sheetgen.layout.cells import Ink
from sheetgen.layout.figures.product import arrangements
from sheetgen.page.figure import Arrangement, Box, Figure, box_of, place, placed
from sheetgen.page.items import Circle, Item, Label, Rule
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.lines import StepLine

MARGIN = 14.0
TOP = 38.5
"""Where the figures start, below title and name line."""
FOOT = 12.0
LARGEST_CELL = 14.0
SMALLEST_CELL = 8.0
LINE = 5.2
"""Height of a line of the step list."""
STEP_SIZE = 3.7
LEAST_ROOM = 26.0
"""A free part of a page that is lower is left as it is."""


@dataclass(frozen=True)
class Body:
    """What stands between the head and the foot of each page of a worksheet."""

    pages: tuple[tuple[Item, ...], ...]
    bottom: float
    """Down to where the first page's figures may go."""
    rooms: tuple[tuple[int, Box], ...] = ()
    """Pages, counted from 0, with a free lower part, and where the key may write in it."""

    @property
    def network(self) -> bool:
        """Whether the picture of the net found room."""
        return any(isinstance(i, Circle) and i.node for page in self.pages for i in page)


def compose(
    ink: Ink, lines: Sequence[StepLine], width: float, height: float, network: bool = True
) -> Body:
    """Figures and step list on paper of a size in millimetres, with the picture of the net if
    wanted.

    Raises SheetgenError naming the option to lower if something cannot be placed.
    """
    return _Setter(ink, lines, width, height).body(network)


def padded(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


class _Setter:
    """Sets one exercise."""

    def __init__(self, ink: Ink, lines: Sequence[StepLine], width: float, height: float) -> None:
        self.exercise = ink.exercise
        self.ink = ink
        self.lines = lines
        self.width, self.height = width, height

    def body(self, network: bool) -> Body:
        texts, text_height = self._steps()
        foot = self.height - FOOT
        above_text = foot - text_height - 4
        moved_texts = [placed(t, 1.0, 0.0, foot - text_height) for t in texts]
        for arrangement in arrangements(self.ink):
            if not network:
                arrangement = replace(arrangement, network=None)
            bodies = self._bodies(arrangement, above_text, foot)
            if bodies is not None:
                bodies[0] += moved_texts
                return self._finished(bodies, above_text, foot - 4)
            if arrangement.whole is None:
                continue
            bodies = self._bodies(arrangement, foot - 4, above_text)
            if bodies is not None and len(bodies) > 1:
                bodies[-1] += moved_texts
                return self._finished(bodies, foot - 4, above_text)
            if bodies is not None and self.exercise.graph.has_gradients:
                bodies.append([placed(t, 1.0, 0.0, TOP) for t in texts])
                return self._finished(bodies, foot - 4, foot, boxed=(0, len(bodies) - 1))
        raise SheetgenError(
            f"{self.exercise.topic.name} is too large for the paper with these options; lower "
            f"{_largest_option(self.exercise)}"
        )

    def _finished(
        self, bodies: list[list[Item]], first: float, last: float, boxed: Sequence[int] = (0,)
    ) -> Body:
        """Pages whose figures end above ``first`` on the first of them, ``last`` on the last; some
        with a dotted box: room to work on the worksheet, the sums on the key. A worked example has
        none, as its sums are printed."""
        rooms = []
        for k, items in enumerate(bodies):
            bottom = first if k == 0 else last if items is bodies[-1] else self.height - FOOT - 4
            free = self._free(items, bottom)
            if free is not None:
                x0, y0, x1, y1 = free
                if k in boxed and not self.exercise.settings.is_example:
                    items += self._box(free)
                    free = x0 + 4, y0 + 7, x1 - 4, y1 - 2
                rooms.append((k, free))
        return Body(tuple(map(tuple, bodies)), first, tuple(rooms))

    def _free(self, items: Sequence[Item], bottom: float) -> Box | None:
        """The free part below some items, if it is high enough to be of use."""
        lowest = max((y for y in (box_of(i)[3] for i in items) if y < bottom + 3), default=TOP)
        y, height = lowest + 7, bottom - lowest - 9
        if height < LEAST_ROOM:
            return None
        return MARGIN, y, self.width - MARGIN, y + height

    @staticmethod
    def _box(free: Box) -> list[Item]:
        x0, y0, x1, y1 = free
        return [
            Rule(x0, y0, x1 - x0, y1 - y0),
            Label(x0 + 3, y0 + 3.6, "Room to work", 3.2, "start", "soft"),
        ]

    # --- figures ---

    def _bodies(
        self, arrangement: Arrangement, bottom: float, last: float
    ) -> list[list[Item]] | None:
        width = self.width - 2 * MARGIN
        if arrangement.whole is not None:
            both = self._together(arrangement, width, bottom)
            if both is not None:
                return [both]
            first = self._whole(arrangement, width, bottom)
            pages = None if first is None else [first]
        elif arrangement.stack:
            pages = self._stack(arrangement, width, bottom)
        else:
            pages = [[]]
        if pages is None:
            return None
        if arrangement.flow:
            start = arrangement.whole is None and not arrangement.stack
            flow = self._flow(arrangement.flow, width, bottom if start else last, last)
            if flow is None:
                return None
            pages = flow if start else pages + flow
        return pages

    def _together(
        self, arrangement: Arrangement, width: float, bottom: float
    ) -> list[Item] | None:
        """The whole figure and below it the flow, if that fits on one page."""
        figure = arrangement.whole
        if figure is None or not arrangement.flow or arrangement.network is not None:
            return None
        largest = min(LARGEST_CELL, width / figure.width)
        for cell in (largest, *(c for c in (12.0, 10.5, 9.0, SMALLEST_CELL) if c < largest)):
            end = TOP + figure.height * cell + 6
            if cell < max(arrangement.smallest, SMALLEST_CELL) or end > bottom:
                continue
            pages = self._flow(arrangement.flow, width, bottom, bottom, end)
            if pages is not None and len(pages) == 1:
                x = MARGIN + (width - figure.width * cell) / 2
                return [*place(figure, cell, x, TOP), *pages[0]]
        return None

    def _whole(self, arrangement: Arrangement, width: float, bottom: float) -> list[Item] | None:
        figure = arrangement.whole
        assert figure is not None
        best = min(LARGEST_CELL, width / figure.width, (bottom - TOP) / figure.height)
        if best < arrangement.smallest:
            return None
        if arrangement.network is not None:
            cell = best
            while cell >= max(arrangement.smallest, 0.8 * best):
                for x in (MARGIN + (width - figure.width * cell) / 2, MARGIN):
                    items = list(place(figure, cell, x, TOP))
                    net = self._beside(items, arrangement.network, cell, bottom)
                    if net is not None:
                        return items + net
                cell -= 0.5
        x = MARGIN + (width - figure.width * best) / 2
        return list(
            place(
                figure,
                best,
                x,
                TOP + max(0.0, min(10.0, (bottom - TOP - figure.height * best) / 3)),
            )
        )

    def _beside(
        self, items: Sequence[Item], net: Figure, cell: float, bottom: float
    ) -> list[Item] | None:
        """The picture of the net in a free place, as large as it goes and as far to the right as
        it goes."""
        taken = [padded(box_of(i), 3.0) for i in items]
        for scale in (1.0, 0.9, 0.8, 0.7, 0.62):
            size = min(cell, 11.0) * scale
            if size < 6.2:
                break
            w, h = net.width * size, net.height * size
            x = self.width - MARGIN - w
            while x >= self.width * 0.42:
                y = TOP + 2
                while y + h <= bottom:
                    if not any(
                        x < b[2] and b[0] < x + w and y < b[3] and b[1] < y + h for b in taken
                    ):
                        return list(place(net, size, x, y))
                    y += 6
                x -= 6
        return None

    def _stack(
        self, arrangement: Arrangement, width: float, bottom: float
    ) -> list[list[Item]] | None:
        parts = arrangement.stack
        left = min(p.box[0] for p in parts)
        right = max(p.box[2] for p in parts)
        heights = [p.box[3] - (p.box[1] if k == 0 else 0.0) for k, p in enumerate(parts)]
        total = sum(heights)
        room = width / (right - left)
        cell = min(LARGEST_CELL, room, (bottom - TOP) / (total + 0.2))
        if cell < SMALLEST_CELL:
            cell = min(room, 9.0)
            if cell < SMALLEST_CELL:
                return None
        net = arrangement.network
        if net is not None and (right - left) * cell > width * 0.62:
            slim = width * 0.62 / (right - left)
            cell = slim if slim >= SMALLEST_CELL + 0.4 else cell
        pages: list[list[Item]] = [[]]
        y = TOP
        span = (right - left) * cell
        x0 = MARGIN + (
            max(0.0, (width * 0.6 - span) / 2) if net is not None else (width - span) / 2
        )
        for k, (part, height) in enumerate(zip(parts, heights, strict=True)):
            limit = bottom if len(pages) == 1 else self.height - FOOT - 4
            if y + height * cell > limit and pages[-1]:
                pages.append([])
                y = TOP
                above = self._carried(k)
                if above is not None:
                    pages[-1] += list(place(above, cell, x0 + (above.box[0] - left) * cell, y))
                    y += above.height * cell
            if y + height * cell > self.height - FOOT:
                return None
            skipped = part.box[3] - part.box[1] - height
            pages[-1] += list(
                place(part, cell, x0 + (part.box[0] - left) * cell, y - skipped * cell)
            )
            y += height * cell
        if net is not None:
            found = self._beside(pages[0], net, min(cell * 1.05, 10.5), bottom)
            pages[0] += found or []
        return pages

    def _carried(self, k: int) -> Figure | None:
        """The column above the k-th layer, once more at the top of a further page."""
        from sheetgen.page.figure import block, text

        layers = chain_of(self.exercise.graph)
        if not layers:
            return None
        node = layers[k].source
        figure = block(self.ink.cells(node), 0.0, -float(node.shape[0]), name=node.name)
        return figure + text(
            f"{label(node)}, copied", node.shape[1] + 0.25, -node.shape[0] / 2, 0.5, "start"
        )

    def _flow(
        self, figures: Sequence[Figure], width: float, bottom: float, later: float,
        start: float = TOP,
    ) -> list[list[Item]] | None:  # fmt: skip
        """Figures in lines from left to right, from ``start`` down to ``bottom`` on the first page
        and ``later`` on the others."""
        widest = max(f.width for f in figures)
        tallest = max(f.height for f in figures)
        largest = min(10.0, width / widest, (min(bottom - start, later - TOP)) / tallest)
        if largest < SMALLEST_CELL:
            return None
        cells = [c for c in (largest, 9.2, 8.6, SMALLEST_CELL) if c <= largest]
        found = (self._lines(figures, width, cell, bottom, later, start) for cell in cells)
        return min(found, key=len)

    def _lines(
        self, figures: Sequence[Figure], width: float, cell: float, bottom: float, later: float,
        start: float,
    ) -> list[list[Item]]:  # fmt: skip
        gap_x, gap_y = 8.0, 6.0
        rows: list[list[Figure]] = [[]]
        used = 0.0
        for f in figures:
            if rows[-1] and used + f.width * cell > width:
                rows.append([])
                used = 0.0
            rows[-1].append(f)
            used += f.width * cell + gap_x
        pages: list[list[Item]] = [[]]
        y = start
        for row in rows:
            height = max(f.height for f in row) * cell
            if y + height > bottom and (pages[-1] or y > TOP):
                pages.append([])
                y = TOP
                bottom = later
            span = sum(f.width * cell for f in row)
            gap = min(24.0, (width - span) / (len(row) - 1)) if len(row) > 1 else 0.0
            x = MARGIN
            for f in row:
                pages[-1] += list(place(f, cell, x, y + height - f.height * cell))
                x += f.width * cell + gap
            y += height + gap_y
        return pages

    def _steps(self) -> tuple[list[Item], float]:
        """The step list, in two columns if that is shorter; placed at y = 0, and its height."""
        width = self.width - 2 * MARGIN
        size = STEP_SIZE
        listed = [line for line in self.lines if not line.wide]
        wide = [line for line in self.lines if line.wide]
        widths = [
            text_width(line.markup, size, "label") + (30 if line.answer else 0) for line in listed
        ] or [0.0]
        two = len(listed) > 4 and max(widths) <= width / 2 - 3
        if len(listed) > 4 and not two:
            smaller = size * (width / 2 - 3) / max(widths)
            if smaller >= 3.2:
                size, two = smaller, True
        per_column = -(-len(listed) // 2) if two else len(listed)
        items: list[Item] = []
        for k, line in enumerate([*listed, *wide]):
            column, row = (
                divmod(k, per_column) if k < len(listed) else (0, per_column + k - len(listed))
            )
            x, y = MARGIN + column * (width / 2 + 3), (row + 0.5) * LINE
            items.append(
                Label(
                    x,
                    y,
                    line.markup,
                    size,
                    "start",
                    width=width / 2 - 3 if two and not line.wide else width,
                )
            )
            if line.answer:
                after = x + text_width(line.markup, size, "label") + 2
                items.append(Rule(after, y + 2.2, 24.0))
                items.append(
                    Label(
                        after + 12, y, line.answer, size * 1.1, "middle", "answer", "answer", True
                    )
                )
        return items, (per_column + len(wide)) * LINE


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

