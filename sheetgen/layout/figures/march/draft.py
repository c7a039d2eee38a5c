"""A few blocks with their names, not yet set in a band: the figure and the boxes that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from sheetgen.graph.nodes import Given, Node, Said, Step
from sheetgen.layout.cells import Boxes, ink_of, joined
from sheetgen.layout.figures.march.band import Spot
from sheetgen.layout.figures.march.facts import lying
from sheetgen.layout.figures.parts import name_of
from sheetgen.page.figure import (
    BADGE,
    LABEL,
    Box,
    Cells,
    Figure,
    above,
    block,
    meet,
    ones,
    tagged,
    text,
)
from sheetgen.page.items import Anchor
from sheetgen.type.fonts import text_width

PAD = 0.12
"""White around a block."""
APART = 0.09
"""White at both ends of a step's name."""
WORD = 0.42
"""Height of the letters of a word over a sign."""
SAID = 0.42
"""And of the words at rows and columns, of which the latter are smaller where they are long."""

CLOSE = 0.8
"""Wider words at columns, in boxes, stand under their numbers and not beside them."""


@dataclass
class Draft:
    """Blocks and names that go into a band together, or not at all."""

    boxes: Boxes
    figure: Figure = field(default_factory=Figure)
    taken: list[Box] = field(default_factory=list)
    spots: list[tuple[Node, Spot]] = field(default_factory=list)
    stacks: list[tuple[tuple[Node, ...], Spot]] = field(default_factory=list)
    """Blocks of several matrices one over the other."""

    def copy(self) -> Draft:
        """The same, to go on from in another way."""
        return replace(self, taken=[*self.taken], spots=[*self.spots], stacks=[*self.stacks])

    def put(self, nodes: Sequence[Node], turned: bool, x: float, y: float,
            bias: Node | None = None, beside: bool = True, kept: bool = True,
            beneath: bool = False) -> Spot:  # fmt: skip
        """A block of one matrix, or of several ``beside`` one another or one over the other, with
        the words of its rows at the left and those of its columns above it, or ``beneath``."""
        cells = self.cells(nodes, turned, bias, beside)
        node = nodes[0]
        if beside:
            self.figure += self._outlined(nodes, turned, bias, x, y)
        else:
            self.figure += block(cells, x, y, _is_trained(node), node.name)
        spot = Spot(x, y, len(cells), len(cells[0]), turned)
        self.taken.append((x - PAD, y - PAD, spot.right + PAD, spot.bottom + PAD))
        if kept and len(nodes) == 1:
            self.spots.append((node, spot))
        elif kept and not beside:
            last = nodes[-1]
            rows = lying(last.shape, turned)[0]
            self.stacks.append((tuple(nodes), spot))
            self.spots.append((last, Spot(x, spot.bottom - rows, rows, spot.cols, turned)))
        if len(nodes) == 1:
            self._words(node, spot, beneath)
        return spot

    def _words(self, node: Node, spot: Spot, beneath: bool) -> None:
        rows, columns = words_of(node, spot.turned)
        for i, said in enumerate(rows):
            self.text(said, spot.x - 0.2, spot.y + i + 0.5, SAID, "end")
        lines = lines_above(node, spot.turned)
        split = [[*filter(None, said.partition(" ")[::2] if lines > 1 else (said,))]
                 for said in columns]  # fmt: skip
        for k in range(lines):
            line = [(j, parts[k]) for j, parts in enumerate(split) if k < len(parts)]
            by = min((0.92 / text_width(part, SAID, "label") for _, part in line), default=1.0)
            y = spot.bottom + 0.36 + k * SAID
            if not beneath:
                y = spot.y - 0.36 - (lines - 1 - k) * SAID
            for j, part in line:
                self.text(part, spot.x + j + 0.5, y, SAID * min(1.0, max(0.7, by)))

    def _outlined(
        self, nodes: Sequence[Node], turned: bool, bias: Node | None, x: float, y: float
    ) -> Figure:
        """Matrices side by side, those that are trained together with a line around them."""
        figure = Figure()
        parts = [(n, _is_trained(n), self.boxes.of(n, turned)) for n in nodes]
        if bias is not None:
            parts.append((bias, parts[-1][1], self.boxes.of(bias)))
        for trained, group in groupby(parts, lambda part: part[1]):
            some = list(group)
            cells = joined(*(part[2] for part in some))
            figure += block(cells, x, y, trained, some[0][0].name)
            x += len(cells[0])
        return figure

    def cells(self, nodes: Sequence[Node], turned: bool, bias: Node | None = None,
              beside: bool = True) -> Cells:  # fmt: skip
        parts = [self.boxes.of(n, turned) for n in nodes]
        if bias is not None:
            parts.append(self.boxes.of(bias))
        return joined(*parts) if beside else tuple(row for part in parts for row in part)

    def text(self, markup: str, x: float, y: float, size: float = LABEL, anchor: Anchor = "middle",
             colour: str = "ink") -> None:  # fmt: skip
        """A text that takes its place."""
        made = text(markup, x, y, size, anchor, colour)
        self.figure += made
        self.taken.append(made.box)

    def ones(self, count: int, x: float, y: float) -> None:
        made = ones(count, x, y)
        self.figure += made
        self.taken.append(made.box)

    def sign(self, word: str, sign: str, x: float, y: float) -> None:
        """A word over a sign, or the sign alone."""
        if word:
            self.text(word, x, y - 0.34, WORD)
        self.text(sign, x, y + (0.2 if word else 0.0), 0.6)

    def tag(self, step: Step, spot: Spot, where: str) -> bool:
        """The step's name and number: above its block, at the right, or below; and whether they
        meet nothing of this draft."""
        number = self.boxes.step_numbers.get(step)
        colour = ink_of(step)
        places: dict[str, tuple[float, float, Anchor]] = {
            "above": (spot.middle[0], spot.y - above(name_of(step, spot.turned)), "middle"),
            "right": (spot.right + 0.22, spot.middle[1], "start"),
            "below": (spot.middle[0], spot.bottom + 0.42, "middle"),
            "left": (spot.x - 0.22 - words_width(step, spot.turned), spot.middle[1], "end"),
        }
        x, y, anchor = places[where]
        if where == "above":
            y -= words_height(step, spot.turned)
        made = tagged(name_of(step, spot.turned), number, x, y, anchor, colour)
        x0, y0, x1, y1 = made.box
        box = x0 - APART, y0, x1 + APART, y1
        clear = not any(meet(box, b) for b in self.taken)
        self.figure += made
        self.taken.append(box)
        return clear

    def name(self, node: Node, spot: Spot, where: str = "above") -> None:
        """The name of a block that is printed: above it, or at its left."""
        said = name_of(node, spot.turned)
        outline = isinstance(node, Given) and node.role == "parameter"
        colour = "top" if outline else "ink"
        if where == "left":
            x = spot.x - 0.2 - words_width(node, spot.turned)
            self.text(said, x, spot.middle[1], LABEL * 1.2, "end", colour)
        else:
            y = spot.y - above(said) - words_height(node, spot.turned)
            self.text(said, spot.middle[0], y, LABEL, "middle", colour)


def words_of(node: Node, turned: bool) -> tuple[Said, Said]:
    """The words at the rows and at the columns of a block as it lies."""
    sides = node.rows_said, node.columns_said
    return sides[::-1] if turned else sides


def lines_above(node: Node, turned: bool) -> int:
    """In how many lines the words at the columns of a block stand: numbers and words where they are
    long, else one; none where there are no words."""
    _, columns = words_of(node, turned)
    wide = max((text_width(said, SAID, "label") for said in columns), default=0.0)
    numbered = all(said.partition(" ")[2] for said in columns)
    return bool(columns) + (wide > CLOSE and numbered)


def words_height(node: Node, turned: bool) -> float:
    """How much room the words at the columns of a block take."""
    lines = lines_above(node, turned)
    return 0.55 + (lines - 1) * SAID if lines else 0.0


def words_width(node: Node, turned: bool) -> float:
    """How much room the words at the rows of a block take."""
    rows, _ = words_of(node, turned)
    return max((text_width(said, SAID, "label") + 0.25 for said in rows), default=0.0)


def _is_trained(node: Node) -> bool:
    return isinstance(node, Given) and node.role == "parameter"


def tag_width(boxes: Boxes, step: Step, turned: bool) -> float:
    """Width of a step's name with its number."""
    wide = text_width(name_of(step, turned), LABEL, "label")
    return wide + (2 * BADGE + 0.14 if step in boxes.step_numbers else 0.0)


def size_of(nodes: Sequence[Node], turned: bool, beside: bool) -> tuple[int, int]:
    """Rows and columns of a block of one matrix or several."""
    shapes = [lying(n.shape, turned) for n in nodes]
    if beside:
        return shapes[0][0], sum(s[1] for s in shapes)
    return sum(s[0] for s in shapes), shapes[0][1]


