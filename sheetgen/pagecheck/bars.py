"""Bars from 0 to 1: their scale is even, and on the key each is cut at its running sums, each word
stands between its cuts, and one arrow stands at the random number, over the word that is picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Step
from sheetgen.page.figure import Box
from sheetgen.page.items import Item, Label, Line, Page
from sheetgen.pagecheck.shown import Shown, read_number
from sheetgen.pagecheck.standing import Standing

NEAR = 0.05
"""Of the length of a bar in mm that may be wrong."""
ABOVE = 6.0
"""Within so many millimetres above a bar an arrow is its own."""


@dataclass(frozen=True)
class _Bar:
    page: int
    box: Box
    column: int
    step: Step

    def at(self, value: float) -> float:
        """Where a number stands on it."""
        x0, _, x1, _ = self.box
        return x0 + (x1 - x0) * min(value, 1.0)

    def holds(self, x: float, y: float) -> bool:
        x0, y0, x1, y1 = self.box
        return x0 - 1 <= x <= x1 + 1 and y0 - ABOVE <= y <= y1 + NEAR


class Bars:
    """The bars of sheets of one shape."""

    def __init__(self, standing: Standing) -> None:
        """Raises SheetgenError for a bar with another scale or name, and for a pick without one on
        a page that has bars."""
        self.standing = standing
        steps = {s.inputs[0].name: s for s in standing.graph.steps if s.op.on_bar}
        self.bars = [
            _Bar(page, item.bounds, item.cut_at[1], steps[item.cut_at[0]])
            for page, plate in enumerate(standing.plates) for item in plate.items
            if isinstance(item, Line) and item.cut_at
        ]  # fmt: skip
        for bar in self.bars:
            self._check_scale(bar, standing.plates[bar.page].items)
        columns = [(bar.step.name, bar.column) for bar in self.bars]
        wanted = [(s.name, k) for s in steps.values() for k in range(s.shape[1])]
        if columns and columns != wanted:
            raise SheetgenError("a bar is drawn twice, or for no column")

    def _check_scale(self, bar: _Bar, items: Sequence[Item]) -> None:
        x0, y0, x1, y1 = bar.box
        scale = [i for i in items if isinstance(i, Label) and x0 - 1 < i.x < x1 + 1
                 and y1 < i.y < y1 + 8 and i.face == "digits"]  # fmt: skip
        values = [(i, _value(i.markup)) for i in scale]
        if [v for _, v in values] != [k / 10 for k in range(11)] or any(
            abs(bar.at(value) - i.x) > NEAR for i, value in values
        ):  # fmt: skip
            raise SheetgenError("the scale of a bar is not even")
        said = bar.step.inputs[0].columns_said or tuple(
            str(k) for k in range(1, bar.step.shape[1] + 1))  # fmt: skip
        names = [i.markup for i in items if isinstance(i, Label) and i.x < x0
                 and abs(i.y - (y0 + y1) / 2) < NEAR]  # fmt: skip
        if names != [said[bar.column]]:
            raise SheetgenError("a bar has another name")

    def wrong(self, shown: Shown, sheet: int, pages: Sequence[Page]) -> str:
        """What is not so on a sheet, empty if all is."""
        if not self.bars:
            return ""
        own = [[i for i in page.own if (isinstance(i, Line) and i.around is None)
                or (isinstance(i, Label) and i.of is None)] for page in pages]  # fmt: skip
        return next(filter(None, (self._wrong(bar, shown, sheet, own[bar.page])
                                  for bar in self.bars)), "")  # fmt: skip

    def _wrong(self, bar: _Bar, shown: Shown, sheet: int, items: Sequence[Line | Label]) -> str:
        sums, (random,), (pick,) = (
            [self._value(shown, sheet, name, i, bar.column) for i in range(rows)]
            for name, rows in ((bar.step.inputs[0].name, bar.step.inputs[0].shape[0]),
                               (bar.step.inputs[1].name, 1), (bar.step.name, 1))
        )  # fmt: skip
        own = [i for i in items if isinstance(i, Line)
               and bar.holds((i.bounds[0] + i.bounds[2]) / 2, i.bounds[3])]  # fmt: skip
        if not (min(sums) >= 0 and max(sums) <= 1 and _rise(sums) and 0 <= random < sums[-1]):
            return "a bar is cut that has no shares" if own else ""
        cuts = sorted(i.bounds[0] for i in own if not i.arrow)
        wanted = [bar.at(value) for value in sums[:-1]]
        if not _alike(cuts, wanted):
            return "a bar is cut elsewhere than at its running sums"
        arrows = [i.end[0] for i in own if i.arrow]
        if not _alike(arrows, [bar.at(random)]):
            return "an arrow stands elsewhere than at its random number"
        edges = [bar.box[0], *cuts, bar.box[2]]
        if not edges[int(pick) - 1] <= arrows[0] < edges[int(pick)]:
            return "an arrow points at another word than the one that is picked"
        if not all(i.answer for i in own) and any(
            shown.open[sheet, self._slot(name, i, bar.column)]
            for name, rows in ((bar.step.inputs[0].name, len(sums)), (bar.step.name, 1))
            for i in range(rows)
        ):  # fmt: skip
            return "a bar tells what is to be found"
        for item in items:
            if isinstance(item, Label) and bar.holds(item.x, item.y) and item.y > bar.box[1]:
                rows = [k for k in range(len(sums)) if edges[k] < item.x < edges[k + 1]]
                if len(rows) != 1 or item.markup not in self._words(bar, rows[0]):
                    return f"{item.markup} stands in the part of another word"
        return ""

    def _words(self, bar: _Bar, row: int) -> set[str]:
        """What a row may be called."""
        said = bar.step.inputs[0].rows_said
        number = str(row + 1)
        whole = said[row] if said else number
        return {whole, number, whole.removeprefix(number).strip()}

    def _value(self, shown: Shown, sheet: int, name: str, i: int, j: int) -> float:
        return float(shown.values[sheet, self._slot(name, i, j)])

    def _slot(self, name: str, i: int, j: int) -> int:
        place = self.standing.origins[name][i][j]
        if place not in self.standing.by_place:
            raise SheetgenError("a bar is cut at what stands on no page")
        return self.standing.by_place[place][0].slot


def _rise(values: Sequence[float]) -> bool:
    return all(b >= a for a, b in pairwise(values))


def _alike(found: Sequence[float], wanted: Sequence[float]) -> bool:
    return len(found) == len(wanted) and all(
        abs(a - b) <= NEAR for a, b in zip(found, sorted(wanted), strict=True)
    )


def _value(said: str) -> float:
    digits, decimals = read_number(said)
    return digits / 10.0**decimals
