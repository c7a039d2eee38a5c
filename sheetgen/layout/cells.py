"""From an exercise's numbers to the boxes of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.exact import compiled
from sheetgen.graph.formula import Box
from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.graph.numbers import CROSS
from sheetgen.graph.stars import stars_of
from sheetgen.graph.terms import origins_of
from sheetgen.graph.work import numbered
from sheetgen.page.figure import Cells
from sheetgen.page.items import Cell, Face
from sheetgen.page.theme import ROLES
from sheetgen.type.markup import with_mark
from sheetgen.words.kinds import kind_of, token_of


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """Cells that lie one after the other and hold numbers of one matrix, or none."""

    cells: tuple[Cell, ...]
    matrix: str | None
    """Whose plain numbers they hold, None for cells that must be looked at one by one."""
    places: tuple[tuple[int, int], ...]
    blank: bool | None
    """Whether they are blank whatever the pattern is; None if the pattern says it."""


def runs(cells: Sequence[Cell]) -> list[Run]:
    """The cells in runs, in their order."""
    found = []
    for (matrix, blank), group in groupby(cells, _belongs):
        some = tuple(group)
        places = tuple(c.source[1:] for c in some if c.source) if matrix else ()
        found.append(Run(some, matrix, places, blank))
    return found


def _belongs(cell: Cell) -> tuple[str | None, bool | None]:
    if cell.source is None or cell.compact is not None:
        return None, None
    return cell.source[0], True if cell.copied else False if cell.kind == "masked" else None


@dataclass(frozen=True)
class Boxes:
    """The boxes of one exercise, with its numbers; which are blank is the exercise's business."""

    exercise: Exercise
    mark: str = "point"
    """How decimals are printed: one of ``DECIMAL_MARKS``."""
    starred: bool = False
    """Whether a star is printed for what does not matter; the page is checked with the numbers."""
    scripts: float = 0.0
    """The least em of a text with lowered or raised letters, in boxes of the smallest size: of
    those of large print, which are small beside such letters."""

    def shown(self, name: str) -> list[list[str]]:
        """A matrix's numbers as they are printed, row by row."""
        found = self.exercise.shown(name)
        stars = self._stars if self.starred else {}
        for sign, where in (("*", stars), (CROSS, self._crossed)):
            if name in where:
                found = [[sign if it else number for number, it in zip(*row, strict=True)]
                         for row in zip(found, where[name], strict=True)]  # fmt: skip
        return found if self.mark == "point" else self._marked(name, found)

    def _marked(self, name: str, rows: list[list[str]]) -> list[list[str]]:
        if name not in self._shown:
            self._shown[name] = [[with_mark(number, self.mark) for number in row] for row in rows]
        return self._shown[name]

    @cached_property
    def _stars(self) -> dict[str, list[list[bool]]]:
        """What does not matter in an exercise."""
        backwards = self.exercise.settings.blank.startswith("backwards")  # where it would matter
        found = {} if backwards else stars_of(self.exercise.graph)
        for part in self.exercise.topic.parts:
            found |= part.stars
        return {name: cells.tolist() for name, cells in found.items()}

    def has_star(self, node: Node) -> bool:
        """Whether some of a node's numbers do not matter."""
        return node.name in self._stars

    @cached_property
    def _crossed(self) -> dict[str, list[list[bool]]]:
        """What is crossed out in an exercise."""
        values, found = self.exercise.values, {}
        for step in self.exercise.graph.steps:
            if step.op.crossing is not None and not step.hidden:
                shapes = [n.shape for n in step.inputs]
                chosen, _ = compiled(step.op.crossing, shapes, step.params)
                out = chosen(*(values[n.name] for n in step.inputs)).digits != 0
                found[step.name] = np.broadcast_to(out, step.shape).tolist()
        return found

    @property
    def has_stars(self) -> bool:
        """Whether something does not matter."""
        return bool(self._stars)

    @cached_property
    def _shown(self) -> dict[str, list[list[str]]]:
        return {}

    @cached_property
    def step_numbers(self) -> Mapping[Node, int]:
        """The number of the step at which the student works a node out."""
        if self.exercise.topic.parts or self.is_backwards:
            return {}  # results are printed, and the way to what is missing has an order of its own
        return {step: number for number, group in numbered(self.exercise.graph) for step in group}

    @property
    def is_backwards(self) -> bool:
        """Whether results are printed and what was given is asked for: then a sum and what an
        activation makes of it need boxes of their own, as only one of them is printed."""
        return self.exercise.settings.blank.startswith("backwards")

    def of(self, node: Node, turned: bool = False, kind: str = "") -> Cells:
        """The node's boxes, rows and columns exchanged if ``turned``; of matrices that are joined
        and have no boxes of their own, theirs."""
        known = self._known.get((node, turned, kind))
        if known is None:
            upright = self.of(node, kind=kind) if turned else self._upright(node, kind)
            known = tuple(zip(*upright, strict=True)) if turned else upright
            self._known[node, turned, kind] = known
        return known

    def _upright(self, node: Node, kind: str) -> Cells:
        whole = joined_of(node)
        if whole and isinstance(node, Step):
            parts = [self.of(n, kind=kind) for n in node.inputs]
            return joined(*parts) if whole == "beside" else tuple(r for p in parts for r in p)
        rows, cols = node.shape
        return tuple(tuple(self.at(node, i, j, kind) for j in range(cols)) for i in range(rows))

    @cached_property
    def _known(self) -> dict[tuple[Node, bool, str], Cells]:
        """The boxes of nodes that were asked for: figures are tried in many places."""
        return {}

    def at(self, node: Node, i: int, j: int, kind: str = "") -> Cell:
        """The node's box in row ``i`` and column ``j``."""
        masked = isinstance(node, Step) and bool(node.params.get("causal")) and i > j
        kind = "masked" if masked else kind or token_of(node, j) or kind_of(node)
        return self._plain(node.name, i, j, kind)

    def rectified(self, z: Node, a: Node) -> Cells:
        """Boxes that hold z and, crossed out, what ReLU makes of it: the compact form."""
        kind = kind_of(a)
        rows, cols = z.shape
        return tuple(
            tuple(self._compact((z.name, a.name), i, j, kind) for j in range(cols))
            for i in range(rows)
        )

    def renumbered(self, cell: Cell) -> Cell:
        """The cell of another exercise of the same shape, with the number of this one."""
        if cell.source is None:
            return cell
        name, i, j = cell.source
        if cell.compact is not None:
            return self._compact(cell.compact, i, j, cell.kind)
        return self._plain(name, i, j, cell.kind, cell.copied)

    def faces(self, run: Run) -> list[Face]:
        """What each of a run's cells shows with the numbers of this exercise."""
        if run.matrix is None:
            return [self.renumbered(cell).face for cell in run.cells]
        shown = self.shown(run.matrix)
        blanks = self._blanks.get(run.matrix)
        hand = run.matrix in self.by_hand
        if run.blank is None and blanks is not None:
            return [(shown[i][j], blanks[i][j], "", True, hand) for i, j in run.places]
        blank = bool(run.blank)
        return [(shown[i][j], blank, "", True, hand) for i, j in run.places]

    def _plain(self, name: str, i: int, j: int, kind: str, copied: bool = False) -> Cell:
        blank = copied or (kind != "masked" and self.blank(name, i, j))
        shown = self.shown(name)[i][j]
        sought = blank and not copied and (self._several or self._is_given(name, i, j))
        return Cell(shown, blank, kind, (name, i, j), emphasis=sought, copied=copied,
                    worked=name in self.by_hand)  # fmt: skip

    def _is_given(self, name: str, i: int, j: int) -> bool:
        """Whether a number is a given one, or stands for one in a column of it."""
        graph = self.exercise.graph
        origin, _, _ = origins_of(graph.by_name[name])[i][j]
        return isinstance(graph.by_name[origin], Given)

    def _compact(self, names: tuple[str, str], i: int, j: int, kind: str) -> Cell:
        """A box that holds two numbers; where the first is to be found, the second is too."""
        before, after = names
        blank = self.blank(before, i, j)
        open_ = blank or self.blank(after, i, j)
        shown = self.shown(before)[i][j]
        struck = "0" if shown != self.shown(after)[i][j] else ""
        hand = before in self.by_hand
        return Cell(shown, blank, kind, (before, i, j), struck, open_, open_ and self._several,
                    worked=hand, compact=names)  # fmt: skip

    @property
    def _several(self) -> bool:
        """Whether the sheet has several small exercises, whose open boxes are drawn heavy."""
        return bool(self.exercise.topic.parts)

    def blank(self, name: str, i: int, j: int) -> bool:
        """Whether a number is left open."""
        blanks = self._blanks.get(name)
        return blanks is not None and blanks[i][j]

    def is_worked(self, name: str, i: int, j: int) -> bool:
        """Whether a result is shown as worked by hand."""
        return name in self.by_hand and not self.blank(name, i, j)

    @cached_property
    def by_hand(self) -> frozenset[str]:
        """The results that an example, or a sheet whose first steps are worked, shows as worked by
        hand, so that they differ from what is given."""
        asked = self.exercise.settings
        if asked.blank.partition(":")[0] not in ("none", "faded") and not asked.guide:
            return frozenset()
        return frozenset(s.name for s in self.exercise.graph.worked)

    @cached_property
    def _blanks(self) -> dict[str, list[list[bool]]]:
        """What is open of each matrix; a column of a given one is where that is."""
        found = {name: cells.tolist() for name, cells in self.exercise.blanks.items()}
        graph = self.exercise.graph
        for step in graph.steps if found else ():
            if step.hidden and step.op.moves:
                found[step.name] = [
                    [name in found and found[name][i][j] for name, i, j in row]
                    for row in origins_of(step)
                ]
        return found


def joined_of(node: Node) -> str:
    """How a step that is hidden joins matrices: ``beside`` one another or ``over`` one another;
    empty for any other node."""
    if not isinstance(node, Step) or not node.hidden or len(node.inputs) < 2 or node.op.loss:
        return ""
    body = node.op.formula.body
    return body.join if isinstance(body, Box) else ""


def joined(*blocks: Cells) -> Cells:
    """Blocks of the same height side by side: [W | b]; one alone is itself."""
    if len(blocks) == 1:
        return blocks[0]
    return tuple(tuple(c for part in rows for c in part) for rows in zip(*blocks, strict=True))


def ink_of(node: Node) -> str:
    """The colour of the node's name."""
    return ROLES[kind_of(node)].ink
