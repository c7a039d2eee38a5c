"""The figures of an arrangement put on pages: how large their boxes are and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheetgen.graph.layers import chain_of
from sheetgen.layout.bands import set_bands, set_below
from sheetgen.layout.cells import Boxes
from sheetgen.layout.drawn import numbers_in
from sheetgen.layout.flow import flow
from sheetgen.layout.free import beside
from sheetgen.layout.free_places import taken_by
from sheetgen.layout.led import Led
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Arrangement, Figure, block, box_of, place, text
from sheetgen.page.items import Block, Item
from sheetgen.words.backwards import way_back
from sheetgen.words.labels import label

READABLE, CLEAR, FAR_BETTER = 0.6, 0.95, 0.12
"""How well the picture of the net can be read for which boxes are made no smaller, and for which no
other place is looked for; and by how much better one is elsewhere that is taken."""
FLOW_BELOW = 9.0
"""White above small figures below others, in mm."""

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

    def pages(
        self, arrangement: Arrangement, ends: Ends, apart: bool = False
    ) -> list[list[Item]] | None:
        """The items of each page, above its end, what is printed ``apart`` from all work or before
        the first of it; None if the arrangement does not fit."""
        found = self._pages(arrangement, ends, apart)
        most = arrangement.most_pages
        return None if found is not None and most and len(found) > most else found

    def _pages(
        self, arrangement: Arrangement, ends: Ends, apart: bool
    ) -> list[list[Item]] | None:
        """The same, however many there are."""
        if arrangement.whole is not None:
            both = self._with_rest_below(arrangement, ends(0))
            if both is not None:
                return [both]
        led = None if apart else self._led(arrangement, ends)
        if led is not None:
            return led
        if arrangement.whole is not None:
            first = self._whole(arrangement, arrangement.whole, ends(0))
            pages = None if first is None else [first]
            if arrangement.bands is not None and not arrangement.flow:
                return self._fewer(arrangement, self._with_rest(arrangement, pages, ends), ends)
        elif arrangement.leaves:
            pages = self._leaves(arrangement, ends)
        elif arrangement.stack:
            pages = self._stack(arrangement, ends)
        else:
            pages = []
        return self._with_rest(arrangement, pages, ends)

    def _with_rest(
        self, arrangement: Arrangement, pages: list[list[Item]] | None, ends: Ends
    ) -> list[list[Item]] | None:
        """The pages so far, and after them what adapts to the room, and the small figures."""
        if pages is None:
            return None
        if arrangement.bands is not None:
            bands, before = arrangement.bands, len(pages)

            def rest(end: Ends) -> list[list[Item]] | None:
                return set_bands(bands, self.room, self.sizes, end)

            more = rest(lambda k: ends(k + before))
            if more is None:
                return None
            joined = self._flow_below(arrangement, more, lambda k: ends(k + before), rest)
            if joined is not None:
                return pages + joined
            pages = pages + more
        return self._and_flow(arrangement, pages, ends)

    def _and_flow(
        self, arrangement: Arrangement, pages: list[list[Item]], ends: Ends
    ) -> list[list[Item]] | None:
        """The pages so far, and the small figures on others."""
        if arrangement.flow:
            count = len(pages)
            more = flow(arrangement.flow, self.room, self.sizes, lambda k: ends(k + count))
            return None if more is None else pages + more
        return pages or [[]]

    def _led(self, arrangement: Arrangement, ends: Ends) -> list[list[Item]] | None:
        """All figures, if some are printed and others adapt to the room; None else, and where there
        is no room."""
        whole, bands, sizes = arrangement.whole, arrangement.bands, self.sizes
        others = arrangement.leaves or arrangement.stack or arrangement.network
        if bands is None or others or sizes.is_large or way_back(self.boxes.exercise):
            return None
        if whole is not None and numbers_in(whole.items):
            return None
        least = max(arrangement.smallest, sizes.smallest_cell)

        def rest(end: Ends) -> list[list[Item]] | None:
            return Led(whole, bands, self.room, sizes, end, least).pages()

        pages = rest(ends)
        if pages is None:
            return None
        joined = self._flow_below(arrangement, pages, ends, rest)
        return joined if joined is not None else self._and_flow(arrangement, pages, ends)

    def _flow_below(
        self, arrangement: Arrangement, pages: list[list[Item]], ends: Ends,
        rest: Callable[[Ends], list[list[Item]] | None],
    ) -> list[list[Item]] | None:  # fmt: skip
        """What adapts to the room, the ``rest``, and the small figures below it on its last page,
        if both find room there; None else."""
        last, sizes = len(pages) - 1, self.sizes
        if not arrangement.flow or last < 0:
            return None
        alone = flow(arrangement.flow, self.room, self.sizes, ends)
        if alone is None or len(alone) > 1:
            return None
        high = max(box_of(item)[3] for item in alone[0]) - sizes.top + FLOW_BELOW
        again = rest(lambda k: ends(k) - high * (k == last))
        if again is None or len(again) != len(pages):
            return None
        start = max(box_of(item)[3] for item in again[last]) + FLOW_BELOW
        more = flow(arrangement.flow, self.room, sizes, lambda k: ends(last + k), start)
        if more is None or len(more) > 1:
            return None
        return [*again[:last], [*again[last], *more[0]]]

    def _fewer(
        self, arrangement: Arrangement, pages: list[list[Item]] | None, ends: Ends
    ) -> list[list[Item]] | None:
        """The pages so far, or the figure and what adapts to the room on fewer."""
        assert arrangement.whole is not None
        assert arrangement.bands is not None
        sizes = self.sizes
        least = sizes.least_cell(max(arrangement.smallest, sizes.smallest_cell))
        below = set_below(arrangement.whole, arrangement.bands, self.room, sizes, ends, least)
        if pages is None or (below is not None and len(below) < len(pages)):
            return below
        return pages

    def _leaves(self, arrangement: Arrangement, ends: Ends) -> list[list[Item]] | None:
        """Each figure on a page of its own, with boxes of about one size on all."""
        leaves, sizes = arrangement.leaves, self.sizes
        rooms = [
            min(self.room / f.width, (ends(k) - sizes.top) / f.height)
            for k, f in enumerate(leaves)
        ]
        least = min(rooms)
        wanted = sizes.least_cell(max(arrangement.smallest, sizes.smallest_cell))
        if least < max(wanted, arrangement.worded):
            return None
        cells = [min(r, sizes.largest_cell, least * sizes.larger_leaf) for r in rooms]
        return [
            list(place(f, c, self._centred(f, c), sizes.top))
            for f, c in zip(leaves, cells, strict=True)
        ]

    # --- a figure that stays whole

    def _with_rest_below(self, arrangement: Arrangement, bottom: float) -> list[Item] | None:
        """The whole figure and all else below it, if that fits on one page, with the smallest boxes
        as large as can be."""
        figure, sizes = arrangement.whole, self.sizes
        more = arrangement.flow or arrangement.bands
        if figure is None or not more or arrangement.network:
            return None
        largest = min(sizes.largest_cell, self.room / figure.width)
        tried = (*sizes.cells_above_flow, sizes.smallest_cell)
        best: tuple[float, list[Item]] | None = None
        for cell in (largest, *(c for c in tried if c < largest)):
            end = sizes.top + figure.height * cell + 6
            least = sizes.least_cell(max(arrangement.smallest, sizes.smallest_cell))
            if best is not None and best[0] + 0.3 >= cell:
                break  # none below is larger than the boxes above it
            if cell < least or end > bottom:
                continue
            below = self._rest_below(arrangement, cell, end, bottom)
            if below is None:
                continue
            worth = min(cell, *(i.cell for i in below if isinstance(i, Block)))
            if best is None or worth > best[0] + 0.3:
                best = worth, [*place(figure, cell, self._centred(figure, cell), sizes.top), *below]
        return None if best is None else best[1]

    def _rest_below(
        self, arrangement: Arrangement, cell: float, top: float, bottom: float
    ) -> list[Item] | None:
        """What follows a figure, between two heights of its page."""
        items: list[Item] = []
        if arrangement.bands is not None:
            made = arrangement.bands(self.room / cell, (bottom - top) / cell)
            if made is None or made.copied:
                return None
            for figure in made.finished:
                items += place(figure, cell, self._centred(figure, cell), top)
                top += figure.height * cell + self.sizes.band_gap
            if top - self.sizes.band_gap > bottom:
                return None
        if arrangement.flow:
            most = min(cell, self.sizes.largest_below)
            pages = flow(arrangement.flow, self.room, self.sizes, lambda k: bottom, top, most)
            if pages is None or len(pages) > 1:
                return None
            items += pages[0]
        return items

    def _whole(
        self, arrangement: Arrangement, figure: Figure, bottom: float
    ) -> list[Item] | None:
        """The figure as large as it goes, or a little smaller if the picture of the net has room
        then."""
        sizes = self.sizes
        high = bottom - sizes.top
        best = min(sizes.largest_whole_cell, self.room / figure.width, high / figure.height)
        if best < sizes.least_cell(arrangement.smallest):
            return None
        if arrangement.network:
            found = self._with_net(arrangement, figure, best, bottom)
            if found is not None:
                return found
        lowered = max(0.0, min(10.0, (high - figure.height * best) / 3))
        return list(place(figure, best, self._centred(figure, best), sizes.top + lowered))

    def _with_net(
        self, arrangement: Arrangement, figure: Figure, best: float, bottom: float
    ) -> list[Item] | None:
        """The figure with boxes of ``best`` mm or a little smaller, and the picture of the net
        where it can be read well."""
        found: tuple[float, list[Item]] | None = None
        cell = best
        while cell >= max(self.sizes.least_cell(arrangement.smallest), 0.8 * best):
            for x in (self._centred(figure, cell), self.sizes.margin):
                items = list(place(figure, cell, x, self.sizes.top))
                net = self._net_beside(items, arrangement.network, cell, bottom)
                if net is not None and (found is None or net[0] > found[0] + 0.1):
                    found = net[0], items + net[1]
            if found is not None and found[0] >= READABLE:
                break
            cell -= 0.5
        return None if found is None else found[1]

    def _centred(self, figure: Figure, cell: float) -> float:
        return self.sizes.margin + (self.room - figure.width * cell) / 2

    def _net_beside(
        self, items: Sequence[Item], net: Sequence[Figure], cell: float, bottom: float
    ) -> tuple[float, list[Item]] | None:
        """The picture of the net in a free place at the right, or below the figures where much is
        free there, or anywhere if it can be read far better there, drawn as high as suits it; and
        how well it can be read."""
        sizes, taken = self.sizes, taken_by(items, 3.0)
        right = self.width - sizes.margin
        lowest = max(box_of(item)[3] for item in items)
        below = sizes.margin, lowest + sizes.net_gap, right, bottom
        found = beside(net, (self.width * 0.42, sizes.top + 2, right, bottom), taken, cell, sizes,
                       below if bottom - lowest > sizes.net_below else None)  # fmt: skip
        if found is not None and found[0] >= CLEAR:
            return found
        other = beside(net, (sizes.margin, sizes.top + 2, right, bottom), taken, cell, sizes)
        far = other is not None and (found is None or other[0] > found[0] + FAR_BETTER)
        return other if far else found

    # --- a stack that may be cut

    def _stack(self, arrangement: Arrangement, ends: Ends) -> list[list[Item]] | None:
        """The parts one under the other, cut between them where a page ends; with boxes a little
        smaller if the picture of the net can be read well then."""
        parts, net, sizes = arrangement.stack, arrangement.network, self.sizes
        left, right = min(p.box[0] for p in parts), max(p.box[2] for p in parts)
        heights = [p.box[3] - (p.box[1] if k == 0 else 0.0) for k, p in enumerate(parts)]
        best = self._stack_cell(right - left, sum(heights), ends(0))
        if best is None:
            return None
        if not net:
            aside = (self.room - (right - left) * best) / 2
            return self._parts(parts, heights, best, sizes.margin + aside, ends)
        found: tuple[float, list[list[Item]]] | None = None
        cell = best
        while cell >= sizes.smallest_cell:
            x = sizes.margin + max(0.0, (self.room * 0.6 - (right - left) * cell) / 2)
            pages = self._parts(parts, heights, cell, x, ends)
            drawn = None if pages is None else self._net_beside(
                pages[0], net, min(cell * 1.05, 10.5), ends(0))  # fmt: skip
            worth = 0.0 if drawn is None else drawn[0]
            if pages is not None and (found is None or worth > found[0] + 0.1):
                pages[0] += drawn[1] if drawn is not None else []
                found = worth, pages
            if found is not None and found[0] >= READABLE:
                break
            cell -= 0.5
        return None if found is None else found[1]

    def _parts(
        self, parts: Sequence[Figure], heights: Sequence[float], cell: float, x0: float,
        ends: Ends,
    ) -> list[list[Item]] | None:  # fmt: skip
        """The parts of a stack with boxes of a size, the leftmost at ``x0``: on one page, else on
        as even pages as can be."""
        for count in range(1, len(parts) + 1):
            pages = self._even(parts, heights, cell, x0, ends, count)
            if pages is not None:
                return pages
        return None

    def _even(
        self, parts: Sequence[Figure], heights: Sequence[float], cell: float, x0: float,
        ends: Ends, count: int,
    ) -> list[list[Item]] | None:  # fmt: skip
        """The parts on some pages; None if they do not fit."""
        sizes, left = self.sizes, min(p.box[0] for p in parts)
        share = sum(heights) / count
        pages: list[list[Item]] = [[]]
        y, done = sizes.top, 0.0
        for k, (part, height) in enumerate(zip(parts, heights, strict=True)):
            if pages[-1] and done + height / 2 > share * len(pages) and len(pages) < count:
                pages.append([])
                y = sizes.top
                right = (self.width - sizes.margin - x0) / cell + left
                above = self._carried(k, right, len(pages) - 1)
                if above is not None:
                    pages[-1] += place(above, cell, x0 + (above.box[0] - left) * cell, y)
                    y += above.height * cell
            done += height
            if y + height * cell > ends(len(pages) - 1) + 0.01:
                return None
            skipped = part.box[3] - part.box[1] - height
            x = x0 + (part.box[0] - left) * cell
            pages[-1] += place(part, cell, x, y - skipped * cell)
            y += height * cell
        return pages

    def _stack_cell(self, width: float, height: float, bottom: float) -> float | None:
        """The side of a stack's boxes, with which it stays on one page if that can be; None if it
        is too wide."""
        sizes = self.sizes
        room = self.room / width
        cell = min(sizes.largest_cell, room, (bottom - sizes.top) / (height + 0.2))
        if cell < sizes.smallest_cell:
            half = 2 * (bottom - sizes.top) / (height * 1.4)
            cell = min(room, max(half, sizes.smallest_cell), sizes.largest_cut_cell)
            if cell < sizes.smallest_cell:
                return None
        return cell

    def _carried(self, k: int, right: float, page: int) -> Figure | None:
        """The column above the k-th layer, which stands on a page, once more at the top of the next
        one, with its name at its side, or above it if that would go beyond ``right``."""
        layers = chain_of(self.boxes.exercise.graph)
        if not layers:
            return None
        node = layers[k].source
        figure = block(self.boxes.of(node), 0.0, -float(node.shape[0]), name=node.name)
        said, (rows, columns) = f"{label(node)}, from page {page}", node.shape
        aside = figure + text(said, columns + 0.25, -rows / 2, 0.5, "start")
        if aside.box[2] <= right:
            return aside
        return figure + text(said, columns, -rows - 0.35, 0.5, "end")
