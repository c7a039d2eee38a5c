"""What stands on a page beside its figures and words where these leave room: the first box worked,
check sums, code and formula of each layer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sheetgen.graph.layers import chain_of
from sheetgen.layout.cells import Boxes
from sheetgen.layout.free_places import padded
from sheetgen.layout.page_plate import Writer
from sheetgen.page.figure import Box, box_of, legible
from sheetgen.page.items import Block, Item, Label, Line, Rule
from sheetgen.page.theme import BY_HAND
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import with_mark
from sheetgen.words.checks import Sum, block_total
from sheetgen.words.sentences import formula

APART = 1.8
"""Between a check sum and a block whose it is not, in mm: its own is nearer."""
FROM_LIST = 3.0
"""Between a check sum and the words of the list, in mm: it is none of them."""
LONG = 40.0
"""Width in mm that only lines of the list have."""
_LISTED = re.compile(r"\[\d|Check:|Answers:")


@dataclass
class Extras:
    """Items that are the same for all exercises of a shape, and labels that vary."""

    items: list[Item] = field(default_factory=list)
    labels: list[tuple[Label, Writer]] = field(default_factory=list)

    reserved: list[Rule] = field(default_factory=list)
    """Places of labels, as large whatever their numbers are: sheets of a shape are alike."""

    def all(self) -> list[Item]:
        """What is taken."""
        return [*self.items, *self.reserved]


def is_free(box: Box, items: Iterable[Item], area: Box, around: float = 0.4) -> bool:
    """Whether a box lies in an area and touches no item."""
    return is_clear(box, map(box_of, items), area, around)


def is_clear(box: Box, taken: Iterable[Box], area: Box, around: float = 0.4) -> bool:
    """Whether a box lies in an area and touches none of some others."""
    x0, y0, x1, y1 = area
    if box[0] < x0 or box[1] < y0 or box[2] > x1 or box[3] > y1:
        return False
    x0, y0, x1, y1 = padded(box, around)
    return not any(b[0] < x1 and x0 < b[2] and b[1] < y1 and y0 < b[3] for b in taken)


def block_of(name: str, items: Iterable[Item]) -> Block | None:
    """The block that holds a matrix, and no other, as it is."""
    for item in items:
        if isinstance(item, Block) and item.cells[0][0].source is not None:
            sources = {c.source[0] for row in item.cells for c in row if c.source}
            if sources == {name}:
                return item
    return None


def check_sum(
    found: Sum, items: Sequence[Item], area: Box, by: float = 1.0
) -> tuple[Rule, Label, Writer] | None:
    """A dotted box, so much larger than usual, with the sum of a block's boxes beneath it, at its
    right or its left; None where none of these is free."""
    block = block_of(found.name, items)
    if block is None:
        return None
    # whatever the sum is: sheets of a shape are alike
    size, high, wide = 3.4 * by, round(5.4 * by, 2), 13.0 * by

    right, foot = block.x + block.cols * block.cell, block.y + block.rows * block.cell
    middle = (block.x + right) / 2
    places = [
        (middle - wide / 2, foot + 1.0), (right - wide, foot + 1.0), (right + 1.0, foot - high),
        (block.x - 1.0 - wide, foot - high), (right + 1.0, block.y),
        (middle - wide / 2, block.y - 1.0 - high),
    ]  # fmt: skip
    others = [i for i in items if isinstance(i, Block) and i is not block]
    listed = [(area[0], y0, area[2], y1) if y0 > foot - 1 else (x0, y0, x1, y1)  # nor in its rows
              for x0, y0, x1, y1 in map(box_of, filter(is_listed, items))]  # fmt: skip
    for x, y in places:
        frame_box = x, y, x + wide, y + high
        texts = (i for i in items if isinstance(i, Label | Line))
        if is_free(frame_box, items, area) and is_free(frame_box, others, area, APART) and (
            is_free(frame_box, texts, area, 0.8) and is_clear(frame_box, listed, area, FROM_LIST)
        ):
            label = Label(x + wide / 2, y + high / 2, f"Σ {found.total}", size, "middle",
                          face="digits", width=wide - 1.0)  # fmt: skip
            frame = Rule(round(x, 2), round(y, 2), round(wide, 2), high)
            return frame, label, partial(_total, label, found.name)
    return None


def is_listed(item: Item) -> bool:
    """Whether an item is a line of the list."""
    if not isinstance(item, Label) or item.anchor != "start" or item.colour != "ink":
        return False
    return bool(_LISTED.match(item.markup)) or box_of(item)[2] - box_of(item)[0] > LONG


def _total(label: Label, matrix: str, boxes: Boxes, name: str) -> Label:
    """The label of a check sum with another exercise's numbers."""
    said = f"Σ {block_total(boxes.exercise, matrix)}"
    return replace(label, markup=with_mark(said, boxes.mark))


def code_lines(
    boxes: Boxes, items: Sequence[Item], area: Box, by: float = 1.0
) -> Iterator[Item]:
    """``nn.Linear(3, 4)`` and the layer's formula, beneath its weights where there is room, so much
    larger than usual."""
    layers = chain_of(boxes.exercise.graph) or []
    found: list[Item] = []
    for layer in layers:
        block = next((i for i in items if isinstance(i, Block) and i.outline
                      and i.name == layer.W.name), None)  # fmt: skip
        if block is None:
            return
        units, inputs = layer.W.shape
        said = f"nn.Linear({inputs}, {units}{'' if layer.b is not None else ', bias=False'})"
        foot = block.y + block.rows * block.cell
        lines = [(said, 3.0 * by, "small"), (formula(layer.z), 3.63 * by, "label")]
        y = foot + 2.4 * by
        for text, size, face in lines:
            width = text_width(text, size, face)
            span = block.x, y - size / 2, block.x + width, y + size / 2
            if text is not said:  # what stands at its left or below is no part of the formula
                span = span[0] - 8.0, span[1], span[2] + 2.0, span[3] + 1.5
            if not is_free(span, items, area, 0.4 + by - 1.0):  # nearest to its own weights
                if text is said:
                    return  # for all layers, or for none
                break
            found.append(Label(block.x, y, text, size, "start", "soft",
                               "small" if face == "small" else "label"))  # fmt: skip
            y += 4.4 * by
    yield from found


def text_at(
    x: float, y: float, said: str, size: float, width: float, colour: str = "answer"
) -> Label:
    """A line of what is worked."""
    return legible(Label(x, y, said, max(size, BY_HAND.smallest_type), "start", colour,
                         "answer" if colour == "answer" else "label", width=width))  # fmt: skip
