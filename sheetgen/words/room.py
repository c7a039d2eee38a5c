"""The lines on which a student works sums out: one a result, with a place for each of its terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Node, Step
from sheetgen.graph.work import numbered
from sheetgen.words.drawn import UPRIGHT, Drawn
from sheetgen.words.labels import listed
from sheetgen.words.sums import (
    PLUS,
    equals_sign,
    pattern_of,
    so_bent,
    sum_of,
    template_of,
    to_work_out,
)

Kind = Literal["sums", "mixed", "others"]
KINDS: tuple[Kind, ...] = ("sums", "mixed", "others")
"""What lines are for, the hardest first."""
MIXED = 3
"""Terms for which a line has room that is no plain sum."""


FEW = 6
"""Products that have a line though nothing is added up."""


class Among(NamedTuple):
    """The matrix of a box that has a line, as it is drawn."""

    name: str
    all: int
    """How many boxes it has."""
    seen: int
    """Those behind no mask."""
    open: int
    """Those that a student fills."""
    asked: int
    """Those of them that are behind no mask."""


SINGLE = Among("", 1, 1, 1, 1)
"""A box that stands alone."""


@dataclass(frozen=True)
class WorkLine:
    """One result to be worked out."""

    step: int
    """The number of its step."""
    source: Place
    """The box."""
    name: str
    """What stands before the line: the matrix and the place in it."""
    places: int
    """Terms of its sum, 1 for what is no sum."""
    rounded: bool = False
    """Whether its result is rounded."""
    apart: bool = True
    """Whether its sum may have a place for each of its terms."""
    squares: bool = False
    """Whether its terms are squares: a negative number has its brackets twice."""
    turned: bool = False
    """Whether its box lies on its side, and with it the factors of a product."""
    bent: bool = False
    """Whether its box has the name of what ReLU makes of it."""
    among: Among = SINGLE
    """The boxes beside its own."""

    @property
    def at(self) -> tuple[int, int]:
        """Row and column of its box as it is drawn, counted from 1."""
        _, i, j = self.source
        return (j + 1, i + 1) if self.turned else (i + 1, j + 1)

    def whole(self, exercise: Exercise) -> str:
        """The equation with an exercise's numbers; empty where nothing is worked out."""
        name, i, j = self.source
        step = exercise.graph.by_name[name]
        assert isinstance(step, Step)
        sign, made = equals_sign(exercise, step, i, j), self._made(exercise)
        found = sum_of(exercise, step, i, j, self.turned)
        return f"{found} {sign} {made}" if found else ""

    def written(self, exercise: Exercise) -> tuple[list[str], str, str]:
        """The terms with an exercise's numbers, the sign before the result, and the result; no
        terms where nothing is worked out."""
        name, i, j = self.source
        step = exercise.graph.by_name[name]
        assert isinstance(step, Step)
        found = sum_of(exercise, step, i, j, self.turned)
        terms = PLUS.split(found) if found else []
        return terms, equals_sign(exercise, step, i, j), self._made(exercise)

    def _made(self, exercise: Exercise) -> str:
        """The result, and what ReLU makes of a negative one where that has its name."""
        name, i, j = self.source
        made = exercise.shown(name)[i][j]
        return made + so_bent(made) if self.bent else made


def work_lines(
    exercise: Exercise, steps: frozenset[int], drawn: Drawn = UPRIGHT, kind: Kind = "sums"
) -> list[WorkLine]:
    """A line for each open box of some steps of a kind: whose sum has two terms or more, quotients
    that are rounded, and a few single products where there is nothing else; for which something is
    multiplied, then added; or with any sign. Boxes have none that may be crossed out."""
    found: list[WorkLine] = []
    bare: list[WorkLine] = []
    for number, group in numbered(exercise.graph):
        for step in group if number in steps else ():
            blank = exercise.blanks.get(step.name)
            rounded = step.op.rounds and step.op.shares and not step.op.shares_powers
            sums = bool(step.op.products) or step.op.slides
            wanted = (kind == "sums") == bool(sums or rounded)
            if blank is None or step.op.picks_columns or step.op.crossed or not wanted:
                continue
            if kind != "sums":
                found += _others(number, step, blank, drawn, kind)
                continue
            open_ = blank & to_work_out(step)
            places = list(zip(*(v.tolist() for v in open_.nonzero()), strict=True))
            turned = step.name in drawn.turned
            if turned:
                places.sort(key=lambda place: place[::-1])
            for i, j in places:
                terms = 1 if rounded else len(PLUS.split(pattern_of(step, i, j)))
                name = f"{drawn.name(step)}{_place(step, i, j, drawn)}"
                line = WorkLine(number, (step.name, i, j), name, terms, rounded,
                                turned=turned, bent=step.name in drawn.named,
                                among=_among(step, blank, drawn))  # fmt: skip
                (found if terms > 1 or rounded else bare).append(line)
    alone = all(step.op.products for number, group in numbered(exercise.graph) for step in group
                if number in steps and step.name in exercise.blanks)  # fmt: skip
    return found or (bare if alone and len(bare) <= FEW else [])


def _squares(step: Step, i: int, j: int) -> bool:
    """Whether a box has a sum of squares."""
    boxes = [box for _, *box in template_of(step, i, j)[1]]
    return bool(boxes) and boxes[::2] == boxes[1::2]


def _others(
    number: int, step: Step, blank: NDArray[np.bool_], drawn: Drawn, kind: Kind
) -> Iterator[WorkLine]:
    """A line for each open box whose equation is of a kind."""
    looked_up = step.params.get("how") == "table"
    if not step.op.written or step.op.shares_powers or step.op.powers or looked_up:
        return
    open_ = blank & to_work_out(step)
    for i, j in zip(*(v.tolist() for v in open_.nonzero()), strict=True):
        said = pattern_of(step, i, j)
        mixed = "×" in said and any(f" {sign} " in said for sign in "+−")
        signs = sum(said.count(sign) for sign in "×÷√+−")
        if mixed if kind == "mixed" else signs and " if " not in said:
            name = f"{drawn.name(step)}{_place(step, i, j, drawn)}"
            factors = -(-said.count("%s") // 2)
            places = max(MIXED, factors) if mixed else max(signs + 1, 2)
            yield WorkLine(number, (step.name, i, j), name, places, apart=False,
                           squares=_squares(step, i, j), turned=step.name in drawn.turned,
                           among=_among(step, blank, drawn))  # fmt: skip


def _among(step: Step, blank: NDArray[np.bool_], drawn: Drawn) -> Among:
    """What is said of a matrix some of whose boxes have lines."""
    seen = to_work_out(step)
    counts = (int(np.count_nonzero(some)) for some in (seen, blank, blank & seen))
    return Among(drawn.name(step), step.shape[0] * step.shape[1], *counts)


def which_boxes(some: Sequence[WorkLine], lines: Sequence[WorkLine]) -> str:
    """The boxes of ``some`` of the lines that are wanted, in words that hold of no other box of
    their matrices: ``each open box of A``, ``each box in rows 1 and 2 of A``."""
    of = list(dict.fromkeys(line.source[0] for line in some))
    every = [line for line in lines if line.source[0] in of]
    names = listed(list(dict.fromkeys(line.among.name for line in some)))
    counts = [(sum(line.source[0] == name for line in every),
               next(line.among for line in some if line.source[0] == name)) for name in of]
    which = next((said for said, told in (
        ("box", [n == a.all for n, a in counts]),
        ("unmasked box", [n == a.seen for n, a in counts]),
        ("open box", [n == a.open for n, a in counts]),
        ("open unmasked box", [n == a.asked for n, a in counts]),
    ) if all(told)), "sum")  # fmt: skip
    if len(some) == len(every):
        return f"each {which} of {names}"
    for axis, side in enumerate(("row", "column")):
        there = sorted({line.at[axis] for line in some})
        if sum(line.at[axis] in there for line in every) == len(some):
            return f"each {which} in {_counted(side, there)} of {names}"
    return f"some of the boxes of {names}"


def _counted(side: str, there: Sequence[int]) -> str:
    """``row 1``, ``rows 1 and 3``, ``rows 1 to 3``."""
    if len(there) == 1:
        return f"{side} {there[0]}"
    if len(there) > 2 and there[-1] - there[0] == len(there) - 1:
        return f"{side}s {there[0]} to {there[-1]}"
    return f"{side}s {listed([str(k) for k in there])}"


def on_lines(lines: Sequence[WorkLine]) -> frozenset[Place]:
    """The boxes that have lines."""
    return frozenset(line.source for line in lines)


def _place(node: Node, i: int, j: int, drawn: Drawn) -> str:
    """``, row 2``: which box, as it is drawn."""
    rows, columns = node.shape
    if node.name in drawn.turned:
        i, j, rows, columns = j, i, columns, rows
    said = [f"row {i + 1}"] * (rows > 1) + [f"column {j + 1}"] * (columns > 1)
    return "".join(f", {part}" for part in said)
