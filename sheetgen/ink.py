"""From an exercise's numbers to the boxes of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sheetgen.exercise import Exercise
from sheetgen.figure import Cells
from sheetgen.graph import Given, Node, Step
from sheetgen.numbers import text
from sheetgen.page import Cell
from sheetgen.steps import numbered


@dataclass(frozen=True)
class Ink:
    """Boxes with the numbers of one exercise; which are blank is the exercise's business."""

    exercise: Exercise

    @cached_property
    def numbers(self) -> Mapping[Node, int]:
        """The number of the step at which the student works a node out."""
        return {step: number for number, group in numbered(self.exercise.graph) for step in group}

    def cells(self, node: Node, turned: bool = False, kind: str = "") -> Cells:
        """The node's boxes, rows and columns exchanged if ``turned``."""
        rows, cols = node.shape
        grid = tuple(tuple(self.cell(node, i, j, kind) for j in range(cols)) for i in range(rows))
        return tuple(zip(*grid, strict=True)) if turned else grid

    def cell(self, node: Node, i: int, j: int, kind: str = "") -> Cell:
        value = self.exercise.values[node.name]
        blanks = self.exercise.blanks.get(node.name)
        masked = isinstance(node, Step) and bool(node.params.get("causal")) and i > j
        return Cell(
            text(int(value.digits[i, j]), value.decimals),
            bool(blanks is not None and blanks[i, j] and not masked),
            "masked" if masked else kind or kind_of(self.exercise, node),
            (node.name, i, j),
        )

    def rectified(self, z: Node, a: Node, kind: str = "activation") -> Cells:
        """Boxes that hold z and, crossed out, what ReLU makes of it: the compact form."""
        value, out = self.exercise.values[z.name], self.exercise.values[a.name]
        grid = []
        for i in range(z.shape[0]):
            row = []
            for j in range(z.shape[1]):
                cell = self.cell(z, i, j, kind)
                after = self.exercise.blanks.get(a.name)
                if cell.blank and (after is None or not after[i, j]):
                    row.append(self.cell(a, i, j, kind))
                    continue
                changed = value.digits[i, j] != out.digits[i, j]
                open_ = after is not None and bool(after[i, j])
                zero = "0" if changed else ""
                row.append(Cell(cell.text, cell.blank, kind, cell.source, zero, open_))
            grid.append(tuple(row))
        return tuple(grid)


def joined(*blocks: Cells) -> Cells:
    """Blocks of the same height side by side: [W | b]."""
    return tuple(tuple(c for part in rows for c in part) for rows in zip(*blocks, strict=True))


def kind_of(exercise: Exercise, node: Node) -> str:
    """The kind of cell, which gives it its fill."""
    if isinstance(node, Given):
        if node.draw == "bias":
            return "bias"
        if exercise.topic.arrangement == "product":
            return "left" if node is exercise.graph.givens[0] else "right"
        return {"input": "input", "parameter": "parameter", "target": "target"}.get(
            node.role, "activation"
        )
    if node.role == "gradient":
        bias = isinstance(node.of, Given) and node.of.draw == "bias"
        return "bias-gradient" if bias else "gradient"
    if node.role == "output":
        return "output"
    names = {
        "relu": "activation",
        "column_sum": "statistic",
        "quotient": "attention",
        "descend": "output",
    }
    special = {"Q": "query", "K": "key", "V": "value"}.get(node.name.rstrip("0123456789"))
    return special or names.get(node.op.name, "result")
