"""Parts that the figures of gated recurrent nets share: blocks of weights one under the other,
rings of signs, and what a page takes over from the one before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from sheetgen.graph.nodes import Node, Step
from sheetgen.layout.cells import Boxes, ink_of, joined
from sheetgen.layout.figures.generic import gradient_bands
from sheetgen.layout.figures.parts import carried
from sheetgen.page.figure import LABEL, Arrangement, Figure, block, text
from sheetgen.page.items import Circle
from sheetgen.words.labels import label

RING = 0.34
"""Radius of a sign's ring."""
ONES = 0.6
"""From the inputs to the sums, with a 1 for the bias."""
BETWEEN = 1.0
"""From one block of weights to the next, with the names of sums and gates."""
SMALL = 0.42
"""Height of a word's letters, and of a note's."""

T = TypeVar("T")
Point = tuple[float, float]


def ring(sign: str, x: float, y: float) -> Figure:
    """A sign in its ring."""
    return Figure((Circle(x, y, RING),)) + text(sign, x, y, 0.55)


def bent(step: Step, x: float, y: float) -> Figure:
    """The word of what is done over its sign."""
    said = step.op.line
    return text(said.word, x, y - 0.34, SMALL) + text(said.equals, x, y + 0.2, 0.6)


def gate_weights(boxes: Boxes, sums: Sequence[Step]) -> Figure:
    """[W | b] of each gate, one under the other, the first from y = 0 on; the sums begin at
    x = 0."""
    figure = Figure()
    hidden = sums[0].shape[0]
    for k, z in enumerate(sums):
        W, b = z.inputs[0], z.inputs[1]
        cells = joined(boxes.of(W), boxes.of(b))
        left, y = -0.35 - len(cells[0]), k * (hidden + BETWEEN)
        figure += block(cells, left, y, True, W.name)
        figure += text(label(W), left - 0.2, y + hidden / 2, LABEL * 1.2, "end", "top")
        figure += text(label(b), -0.85, y - 0.54, LABEL * 0.9)
    return figure


def cut(times: Sequence[T]) -> Iterator[list[Sequence[T]]]:
    """The ways to cut steps of time over pages, the fewest pages first; as even as can be, with the
    longer parts last, where the way back begins."""
    for pages in range(2, len(times) + 1):
        ends = [len(times) * k // pages for k in range(pages + 1)]
        yield [times[a:b] for a, b in pairwise(ends)]


def strips(
    times: Sequence[T], drawn: Callable[[Sequence[T], int], Figure]
) -> Iterator[tuple[Figure, ...]]:
    """All steps of time in one strip, or cut between them over pages, the fewest first; each part
    ``drawn`` with the page that it goes on from, 0 if that is none."""
    if times:
        yield (drawn(times, 0),)
    for parts in cut(times):
        yield tuple(drawn(part, page) for page, part in enumerate(parts))


def there_and_back(
    boxes: Boxes, strip: tuple[Figure, ...], ways: Iterable[tuple[Figure, ...]],
    worded: float = 0.0,
) -> Iterator[Arrangement]:  # fmt: skip
    """The strip, with each of the ``ways`` to go back from it where there are gradients, with words
    in boxes of some size at least; these as a march where there is no way."""
    bands = gradient_bands(boxes)
    drawn = False
    for leaves in [strip] if bands is None else ways:
        drawn = True
        yield (Arrangement(leaves=leaves, worded=worded if bands else 0.0) if len(leaves) > 1
               else Arrangement(whole=leaves[0]))  # fmt: skip
    if not drawn and len(strip) == 1:
        yield Arrangement(whole=strip[0], bands=bands)


def from_before(
    boxes: Boxes, node: Node, x: float, y: float, page: int, beside: bool = False,
    beneath: bool = False,
) -> Figure:  # fmt: skip
    """What was worked out on a page before, with its name above it, ``beside`` or ``beneath`` it,
    and the page at its left."""
    rows, cols = node.shape
    figure, said, left, middle = _again(boxes, node, x, y), label(node), x - 0.2, y + rows / 2
    last = y + rows - 0.5
    if beside:
        figure += text(said, left, last, LABEL, "end", ink_of(node))
    else:
        high = y + rows + 0.4 if beneath else y - 0.42
        figure += text(said, x + cols / 2, high, LABEL, colour=ink_of(node))
    for k, words in enumerate(("from", f"page {page}")):
        high = last - 1.2 if beside else min(middle - 0.25, last - 0.55)
        figure += text(words, left, high + 0.5 * k, SMALL, "end", "soft")
    return figure


def from_page(boxes: Boxes, node: Node, x: float, y: float, page: int, high: float) -> Figure:
    """The same with its name above it and the page in one line at some height."""
    middle = x + node.shape[1] / 2
    figure = _again(boxes, node, x, y) + text(label(node), middle, y - 0.42, LABEL,
                                              colour=ink_of(node))  # fmt: skip
    return figure + text(f"from page {page}", middle, high, SMALL, colour="soft")


def _again(boxes: Boxes, node: Node, x: float, y: float) -> Figure:
    """A matrix once more, in places without boxes, or in boxes if it is printed there."""
    rows, cols = node.shape
    if isinstance(node, Step) and node.shown:
        return block(boxes.of(node), x, y, name=node.name)
    sources = [[(node.name, i, j) for j in range(cols)] for i in range(rows)]
    return carried(boxes, sources, 1.0, 1.0, 0.55).moved(x, y)
