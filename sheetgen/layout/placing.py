"""The figures of an arrangement put on pages: how large their boxes are and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheetgen.graph.layers import chain_of
from sheetgen.layout.cells import Boxes
from sheetgen.layout.free_places import meet, taken_by
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Arrangement, Figure, block, place, text
from sheetgen.page.items import Item
from sheetgen.words.labels import label

Ends = Callable[[int], float]
"""Down to where the figures of a page may go, counted from 0."""


class Placer:
    """Puts the figures of one exercise on paper of a size."""

    def __init__(self, boxes: Boxes, paper: tuple[float, float], sizes: Sizes) -> None:
        self.boxes = boxes
        self.width, self.height = paper
        self.sizes = sizes
        self.room = self.width - 2 * sizes.margin
        """Width in which figures may stand."""

    def pages(self, arrangement: Arrangement, ends: Ends) -> list[list[Item]] | None:
        """The items of each page, above its end; None if the arrangement does not fit."""
        if arrangement.whole is not None:
            both = self._with_flow_below(arrangement, ends(0))
            if both is not None:
                return [both]
            first = self._whole(arrangement, arrangement.whole, ends(0))
            pages = None if first is None else [first]
        elif arrangement.stack:
            pages = self._stack(arrangement, ends)
        else:
            return self._flow(arrangement.flow, ends) if arrangement.flow else [[]]
        if pages is None or not arrangement.flow:
            return pages
        before = len(pages)
        flow = self._flow(arrangement.flow, lambda k: ends(k + before))
        return None if flow is None else pages + flow

    # --- a figure that stays whole

    def _with_flow_below(self, arrangement: Arrangement, bottom: float) -> list[Item] | None:
        """The whole figure and below it the flow, if that fits on one page."""
        figure, sizes = arrangement.whole, self.sizes
        if figure is None or not arrangement.flow or arrangement.network is not None:
            return None
        largest = min(sizes.largest_cell, self.room / figure.width)
        tried = (*sizes.cells_above_flow, sizes.smallest_cell)
        for cell in (largest, *(c for c in tried if c < largest)):
            end = sizes.top + figure.height * cell + 6
            if cell < max(arrangement.smallest, sizes.smallest_cell) or end > bottom:
                continue
            pages = self._flow(arrangement.flow, lambda k: bottom, end)
            if pages is not None and len(pages) == 1:
                return [*place(figure, cell, self._centred(figure, cell), sizes.top), *pages[0]]
        return None

    def _whole(
        self, arrangement: Arrangement, figure: Figure, bottom: float
    ) -> list[Item] | None:
        """The figure as large as it goes, or a little smaller if the picture of the net has room
        then."""
        sizes = self.sizes
        high = bottom - sizes.top
        best = min(sizes.largest_cell, self.room / figure.width, high / figure.height)
        if best < arrangement.smallest:
            return None
        if arrangement.network is not None:
            cell = best
            while cell >= max(arrangement.smallest, 0.8 * best):
                for x in (self._centred(figure, cell), sizes.margin):
                    items = list(place(figure, cell, x, sizes.top))
                    net = self._net_beside(items, arrangement.network, cell, bottom)
                    if net is not None:
                        return items + net
                cell -= 0.5
        lowered = max(0.0, min(10.0, (high - figure.height * best) / 3))
        return list(place(figure, best, self._centred(figure, best), sizes.top + lowered))

    def _centred(self, figure: Figure, cell: float) -> float:
        return self.sizes.margin + (self.room - figure.width * cell) / 2

    def _net_beside(
        self, items: Sequence[Item], net: Figure, cell: float, bottom: float
    ) -> list[Item] | None:
        """The picture of the net in a free place, as large as it goes and as far to the right as
        it goes."""
        sizes = self.sizes
        taken = taken_by(items, 3.0)
        for scale in (1.0, 0.9, 0.8, 0.7, 0.62):
            size = min(cell, sizes.largest_net) * scale
            if size < sizes.smallest_net:
                break
            w, h = net.width * size, net.height * size
            x = self.width - sizes.margin - w
            while x >= self.width * 0.42:
                y = sizes.top + 2
                while y + h <= bottom:
                    if not any(meet(b, (x, y, x + w, y + h)) for b in taken):
                        return list(place(net, size, x, y))
                    y += 6
                x -= 6
        return None

    # --- a stack that may be cut

    def _stack(self, arrangement: Arrangement, ends: Ends) -> list[list[Item]] | None:
        """The parts one under the other, cut between them where a page ends."""
        parts, net, sizes = arrangement.stack, arrangement.network, self.sizes
        left, right = min(p.box[0] for p in parts), max(p.box[2] for p in parts)
        heights = [p.box[3] - (p.box[1] if k == 0 else 0.0) for k, p in enumerate(parts)]
        cell = self._stack_cell(right - left, sum(heights), ends(0), net is not None)
        if cell is None:
            return None
        span = (right - left) * cell
        aside = (self.room - span) / 2 if net is None else max(0.0, (self.room * 0.6 - span) / 2)
        x0 = sizes.margin + aside
        pages: list[list[Item]] = [[]]
        y = sizes.top
        for k, (part, height) in enumerate(zip(parts, heights, strict=True)):
            if y + height * cell > ends(len(pages) - 1) and pages[-1]:
                pages.append([])
                y = sizes.top
                above = self._carried(k)
                if above is not None:
                    pages[-1] += place(above, cell, x0 + (above.box[0] - left) * cell, y)
                    y += above.height * cell
            if y + height * cell > ends(len(pages) - 1) + 4:
                return None
            skipped = part.box[3] - part.box[1] - height
            x = x0 + (part.box[0] - left) * cell
            pages[-1] += place(part, cell, x, y - skipped * cell)
            y += height * cell
        if net is not None:
            pages[0] += self._net_beside(pages[0], net, min(cell * 1.05, 10.5), ends(0)) or []
        return pages

    def _stack_cell(
        self, width: float, height: float, bottom: float, with_net: bool
    ) -> float | None:
        """The side of a stack's boxes, with which it stays on one page if that can be; smaller if
        that makes room for the picture of the net. None if it is too wide."""
        sizes = self.sizes
        room = self.room / width
        cell = min(sizes.largest_cell, room, (bottom - sizes.top) / (height + 0.2))
        if cell < sizes.smallest_cell:
            cell = min(room, sizes.largest_cut_cell)
            if cell < sizes.smallest_cell:
                return None
        if with_net and width * cell > self.room * 0.62:
            slim = self.room * 0.62 / width
            return slim if slim >= sizes.smallest_cell + 0.4 else cell
        return cell

    def _carried(self, k: int) -> Figure | None:
        """The column above the k-th layer, once more at the top of a further page."""
        layers = chain_of(self.boxes.exercise.graph)
        if not layers:
            return None
        node = layers[k].source
        figure = block(self.boxes.of(node), 0.0, -float(node.shape[0]), name=node.name)
        return figure + text(
            f"{label(node)}, copied", node.shape[1] + 0.25, -node.shape[0] / 2, 0.5, "start"
        )

    # --- a flow of small figures

    def _flow(
        self, figures: Sequence[Figure], ends: Ends, start: float | None = None
    ) -> list[list[Item]] | None:
        """Figures in lines from left to right, from ``start`` (the top, if it is not given) down to
        the end of each page."""
        sizes = self.sizes
        start = sizes.top if start is None else start
        widest = max(f.width for f in figures)
        tallest = max(f.height for f in figures)
        high = min(ends(0) - start, ends(1) - sizes.top)
        largest = min(sizes.largest_flow_cell, self.room / widest, high / tallest)
        if largest < sizes.smallest_cell:
            return None
        tried = (largest, *sizes.flow_cells, sizes.smallest_cell)
        found = (self._lines(figures, c, ends, start) for c in tried if c <= largest)
        return min(found, key=len)

    def _lines(
        self, figures: Sequence[Figure], cell: float, ends: Ends, start: float
    ) -> list[list[Item]]:
        """The figures in lines with boxes of one size."""
        pages: list[list[Item]] = [[]]
        y = start
        for line in self._broken(figures, cell, 8.0):
            height = max(f.height for f in line) * cell
            if y + height > ends(len(pages) - 1) and (pages[-1] or y > self.sizes.top):
                pages.append([])
                y = self.sizes.top
            free = self.room - sum(f.width * cell for f in line)
            gap = min(24.0, free / (len(line) - 1)) if len(line) > 1 else 0.0
            x = self.sizes.margin
            for f in line:
                pages[-1] += place(f, cell, x, y + height - f.height * cell)
                x += f.width * cell + gap
            y += height + 6.0
        return pages

    def _broken(
        self, figures: Sequence[Figure], cell: float, gap: float
    ) -> list[list[Figure]]:
        """The figures that stand side by side, line after line, at least ``gap`` apart."""
        lines: list[list[Figure]] = [[]]
        used = 0.0
        for f in figures:
            if lines[-1] and used + f.width * cell > self.room:
                lines.append([])
                used = 0.0
            lines[-1].append(f)
            used += f.width * cell + gap
        return lines
