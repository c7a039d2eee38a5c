"""Pairs on the page: both codes cross, and the scores where they meet are read both ways: the sums
and shares of columns beneath the powers, those of rows at their right."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.attention import SIDE, Weave
from sheetgen.layout.figures.generic import marching
from sheetgen.layout.figures.heads import Match
from sheetgen.layout.figures.pairs_back import way_back
from sheetgen.layout.figures.parts import steps_called, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import Arrangement, Figure, block, text


@arrangement("pairs", marching=True)
def pairs(boxes: Boxes) -> Iterator[Arrangement]:
    """The scores with their shares on one page, then the way back; none if nothing is matched."""
    graph = boxes.exercise.graph
    for S in steps_called(graph, "similarity"):
        K, Q = S.inputs
        if not isinstance(Q, Step) or not isinstance(K, Step):
            return
        weave = _Pairs(boxes, Match(Q, K, S, S))
        back = way_back(boxes)
        if back is not None:
            yield Arrangement(whole=weave.figure(), bands=back, most_pages=2)
        rest = [s for s in graph.steps if not s.hidden and s not in weave.steps]
        yield Arrangement(whole=weave.figure(), bands=marching(boxes, rest) if rest else None)


class _Pairs(Weave):
    """One match, and its shares both ways."""

    def __init__(self, boxes: Boxes, match: Match) -> None:
        super().__init__(boxes, match)
        graph = boxes.exercise.graph
        self.E = next(s for s in graph.users(match.S) if s.op.powers)
        self.down, self.across = (next(s for s in graph.users(self.E) if s.shape[axis] == 1 and
                                       s.shape[1 - axis] == self.E.shape[1 - axis])
                                  for axis in (0, 1))  # fmt: skip
        self.shares = [next(s for s in graph.users(self.E) if sums in s.inputs)
                       for sums in (self.down, self.across)]  # fmt: skip

    @property
    def steps(self) -> tuple[Step, ...]:
        """All that the page shows."""
        match = self.match
        return match.Q, match.K, match.S, self.E, self.down, self.across, *self.shares

    def figure(self) -> Figure:
        """The powers at the right of the scores, and from there both ways."""
        boxes, t, seen, y = self.boxes, self.tokens, self.seen, self.y
        x, middle = t + SIDE, y + seen / 2
        base = self.E.params["base"]
        figure = self.scores() + self.words((f"{base} to", "the", "power"), t + SIDE / 2, middle)
        figure += block(boxes.of(self.E), x, y, name=self.E.name)
        figure += tag(boxes, self.E, x + t / 2, y - 0.42, "middle")
        low = y + seen + 0.3
        figure += block(boxes.of(self.down), x, low, name=self.down.name)
        figure += tag(boxes, self.down, x - 0.2, low + 0.5, "end")
        figure += text("each ÷ its sum", x + t / 2, low + 1.43, 0.46, colour="soft")
        low += 1.85
        figure += block(boxes.of(self.shares[0]), x, low, name=self.shares[0].name)
        figure += tag(boxes, self.shares[0], x - 0.2, low + seen / 2, "end")
        x += t + 0.3
        figure += block(boxes.of(self.across), x, y, name=self.across.name)
        figure += tag(boxes, self.across, x + 0.5, y - 0.42, "middle")
        figure += self.words(("each", "÷ its", "sum"), x + 1.0 + SIDE / 2, middle)
        x += 1.0 + SIDE
        figure += block(boxes.of(self.shares[1]), x, y, name=self.shares[1].name)
        return figure + tag(boxes, self.shares[1], x + t / 2, y + seen + 0.42, "middle")
