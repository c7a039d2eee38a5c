"""What the marking said of each box, as ``marks.csv`` has it: who marked it may have changed it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal, cast

import numpy as np

from sheetgen.classroom.marks.reading import table_of
from sheetgen.classroom.points import read_points, written
from sheetgen.classroom.roster.reading import file_bytes
from sheetgen.errors import SheetgenError
from sheetgen.exercise.carried import recompute
from sheetgen.exercise.recipe import read_code
from sheetgen.exercise.written import Slip
from sheetgen.graph.numbers import Fixed
from sheetgen.scan.marking import asked
from sheetgen.scan.stack import Paper, Place, Stack

Verdict = Literal["right", "follows", "wrong", "empty", "open"]
NEEDED = ("code", "points", "boxes")
_BOX = re.compile(
    r"(?P<name>[^\s\[\];]+)\[(?P<row>\d{1,4}),(?P<column>\d{1,4})\]"
    r" (?:(?P<value>\S{1,40}) (?P<verdict>wrong|follows)|(?P<alone>empty|open))"
)


@dataclass(frozen=True)
class Said:
    """What was said of a box."""

    verdict: Verdict
    value: str = ""
    """What it says, if somebody typed that."""


@dataclass(frozen=True)
class Marked:
    """What was said of a paper."""

    points: Decimal | None
    """None if it is not marked yet."""
    note: str = ""
    boxes: Mapping[Place, Said] = field(default_factory=dict)
    """All that are asked for; none of a paper of which nothing was said."""

    def due(self, paper: Paper) -> Mapping[str, Fixed]:
        """What the paper's matrices should be, if what was written wrong is taken as it stands, and
        so is what is printed; the key's numbers where nothing follows."""
        exercise, slips = paper.exercise, dict[str, list[Slip]]()
        for (name, i, j), said in self.boxes.items():
            if said.verdict == "wrong" and (number := _decimal(said.value)) is not None:
                slips.setdefault(name, []).append(Slip(name, (i, j), ((number,),)))
        if not slips:
            return exercise.values
        for step in exercise.graph.steps:
            for i, j in () if step.hidden else np.ndindex(step.shape):
                if (step.name, i, j) not in self.boxes:
                    digits, decimals = exercise.values[step.name]
                    printed = Decimal(int(digits[i, j])).scaleb(-decimals)
                    slips.setdefault(step.name, []).append(Slip(step.name, (i, j), ((printed,),)))
        follows, _ = recompute(exercise.graph, exercise.values, slips)
        return {name: exercise.values[name] if value is None else value
                for name, value in follows.items()}  # fmt: skip


def _decimal(value: str) -> Decimal | None:
    """A number as it was typed; None for a fraction that is no decimal."""
    try:
        found = Decimal(value.replace("−", "-"))
    except ArithmeticError:
        return None
    return found if found.is_finite() else None


def read_said(path: Path, stack: Stack) -> dict[str, Marked]:
    """What a file of marks says, by the code of the paper. Raises SheetgenError naming the file and
    the row that is wrong."""
    try:
        return _rows(path, stack)
    except SheetgenError as problem:
        raise SheetgenError(f"{path}: {problem}") from None


def _rows(path: Path, stack: Stack) -> dict[str, Marked]:
    table = table_of(file_bytes(path))
    titles = [" ".join(title.casefold().split()) for title in table[0][1]] if table else []
    for name in NEEDED:
        if name not in titles:
            raise SheetgenError(f'there is no column "{name}"; give the marks.csv that the marking '
                                f"page saves")  # fmt: skip
    papers, found = {paper.code: paper for paper in stack.papers}, dict[str, Marked]()
    for row, cells in table[1:]:
        cell = dict(zip(titles, cells, strict=False))
        try:
            code = read_code(cell.get("code", ""))
            if code in found:
                raise SheetgenError(f"{code} stands in two rows")
            if code in papers:  # another may be of a stack that was scanned before
                found[code] = _marked(papers[code], cell)
        except SheetgenError as problem:
            raise SheetgenError(f"row {row}: {problem}") from None
    return found


def _marked(paper: Paper, cell: Mapping[str, str]) -> Marked:
    points = read_points(cell["points"]) if cell.get("points") else None
    if points is not None and points > paper.most:
        raise SheetgenError(f"{written(points)} points are more than the {written(paper.most)} "
                            f"that there are")  # fmt: skip
    said = cell.get("boxes", "").strip()
    if points is None and not said:
        return Marked(None, cell.get("note", ""))
    boxes = {place: Said("right") for place in asked(paper.exercise)}
    for one in filter(None, (part.strip() for part in said.split(";"))):
        match = _BOX.fullmatch(one)
        place = match and (match["name"], int(match["row"]) - 1, int(match["column"]) - 1)
        if not match or place not in boxes:
            raise SheetgenError(f'"{one[:40]}" is not said of a box of {paper.code}')
        value = match["value"] or ""
        boxes[place] = Said(cast(Verdict, match["verdict"] or match["alone"]),
                            "" if value == "?" else value.replace("-", "−"))  # fmt: skip
    return Marked(points, cell.get("note", ""), boxes)
