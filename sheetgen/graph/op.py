"""The record of an op: what it says once, and what is read from its cell formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from sheetgen.graph.exact import compiled
from sheetgen.graph.formula import (
    ZERO,
    Box,
    Calc,
    Choice,
    Formula,
    Index,
    Number,
    Over,
    Param,
    Shape,
    Test,
    walk,
    with_inputs,
)
from sheetgen.graph.formula_facts import (
    Product,
    deciding_in,
    products_in,
    sides_of,
    works_out,
)
from sheetgen.graph.formula_text import read
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.op_parts import PLAIN, Circled, Crossed, Line, Say, Slip

Forward = Callable[..., Fixed]


@dataclass(frozen=True, eq=False)
class Op:
    """One box on paper: how its number comes about, how a gradient passes back, what is said.

    ``cell`` is the formula of one box over ``inputs``, from which the exact forward pass, worked
    sums, effort, symmetry and proofs are read (:mod:`sheetgen.graph.formula`). ``numpy`` is the
    same for whole matrices, in NumPy's words: the second way, and the line of a script. ``vjp``
    takes the step and the gradient of its result, both nodes, and returns a nameless node for each
    input (for the one that it is taken ``through``, if there is one), or None where the gradient is
    0 whatever the numbers are; an op without ``vjp`` has no derivative, and no gradient may pass.
    """

    name: str
    inputs: str
    cell: str
    numpy: str
    equation: str
    """The step as an equation; {0}, {1} ... are the inputs' names, params have theirs."""
    say: Say
    vjp: Callable[[Any, Any], Sequence[Any]] | None = None
    shape: str = ""
    """Rows and columns of the result, where no matrix shows them."""
    outside: bool = False
    """A box outside a matrix reads 0."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """All params with their defaults."""
    helpers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """Functions that the NumPy line calls."""
    slope: str = ""
    """The rate of change of a result that is rounded, said of what is printed: ``out`` is the
    result, ``dz`` the rate of an input ``z``."""
    slope_through: str = ""
    """The same where its gradient is taken ``through`` another node, by ``dthrough``, its rate."""
    loss: bool = False
    """It stands for the loss, a number that is not on the page: its vjp is that of the number
    itself, so it may be added to others, not scaled."""
    amount: Callable[[Any, Any, float], Any] | None = None
    """For a loss: what it amounts to for many exercises at once, in binary floats, from what it is
    taken through (or its first input), the target, and the base of a softmax."""
    target_within: tuple[int, int] | None = None
    """For a loss: between which numbers its last input, the target, lies, where others have no
    meaning."""
    passes: bool = False
    """Its inputs' gradients are the result's."""
    activation: str = ""
    """The word over ≈ between a layer's sums and its output."""
    dies: bool = False
    """What is not above 0 becomes 0, and no gradient passes it: a dead unit."""
    ends: tuple[float, float] | None = None
    """Its least and its largest result, where it is cut off there: no gradient passes what has come
    to one of them."""
    sign_only: bool = False
    """Of its last input it looks at the sign alone, or hands it on where that is above 0."""
    picks_columns: bool = False
    """It multiplies by columns that have a single 1 each: no sum of it is worth writing out."""
    repeats: bool = False
    """Its box shows the number of the box before it, or 0."""
    powers: bool = False
    """Its results grow with exponents: no limit of size holds for them."""
    updates: bool = False
    """The new value of its first input: a step of training."""
    shares: bool = False
    """Each of its columns adds up to 1."""
    shares_across: bool = False
    """Each of its rows does."""
    squashes: bool = False
    """Its results lie between −1 and 1: beside a whole number in a sum, they would tell it."""
    rounding: Callable[[Mapping[str, Any]], str] | None = None
    """What the sheet's rounding rule calls its result; {made} is its name, {gates} what is
    multiplied by a gate: the way back rounds otherwise than the way forward."""
    table: str = ""
    """What the sheet's printed table of it adds of the numbers that it leaves out."""
    table_sign: int = 1
    """The sign of the numbers of which that table tells."""
    averages: bool = False
    """For a loss: it is the mean over the batch, not the sum."""
    note: str = ""
    """What a sheet says that has such a step and rounds nothing."""
    rule: str = ""
    """What makes its result hand-friendly, by its name in the draw."""
    kind: str = ""
    """The kind of its cells, which has a fill in the theme."""
    line: Line = PLAIN
    circled: Circled | None = None
    """What a student circles, where the result is a choice among boxes."""
    crossed: Crossed | None = None
    """What a student crosses out of the result."""
    on_bar: bool = False
    """Its first input has running sums from 0 to 1, its second a number between them: a page shows
    both on a bar for each column."""
    torch: str = ""
    slips: tuple[Slip, ...] = ()

    @cached_property
    def formula(self) -> Formula:
        if not self.cell:
            raise ValueError(f"{self.name} has no boxes")
        return read(self.inputs, self.cell, self.shape, self.outside)

    def slipped(self, slip: Slip) -> Formula:
        """What somebody works out who makes a slip."""
        return read(self.inputs, slip.cell, self.shape, self.outside)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The inputs' names in the formula and the NumPy line."""
        return tuple(self.inputs.split())

    def named(self, values: Sequence[Any]) -> dict[str, Any]:
        """Values by the inputs' names; the last name has a list if it stands for any number."""
        *first, last = self.names
        if not last.endswith("..."):
            return dict(zip(self.names, values, strict=True))
        found = dict(zip(first, values[: len(first)], strict=True))
        return {**found, last.removesuffix("..."): list(values[len(first) :])}

    def plan(self, shapes: Sequence[Shape], params: Mapping[str, Any]) -> tuple[Forward, Shape]:
        """A function of the inputs' numbers, and the shape of its result. Raises ValueError if
        the shapes do not fit."""
        if self.loss:
            if len(set(shapes)) > 1:
                raise ValueError("the shapes differ")
            return _no_number, (1, 1)
        return compiled(self.formula, shapes, params)

    def forward(self, *values: Fixed, **params: Any) -> Fixed:
        """The result of some numbers; a step has its plan already."""
        shapes = [(v.digits.shape[-2], v.digits.shape[-1]) for v in values]
        return self.plan(shapes, {**self.params, **params})[0](*values)

    @cached_property
    def circling(self) -> Formula | None:
        """The formula of what is circled."""
        rows, columns = (f"{self.names[0]}.{side}" for side in ("rows", "cols"))
        return None if self.circled is None else (
            read(self.inputs, self.circled.cell, f"{rows}, {columns}", True))  # fmt: skip

    @cached_property
    def crossing(self) -> Formula | None:
        """The formula of what is crossed out."""
        crossed = self.crossed
        return None if crossed is None else read(self.inputs, crossed.cell, crossed.shape)

    # --- what is read from the formula

    @property
    def rounds(self) -> bool:
        """Whether its result is rounded on paper, to stated decimals or down to a whole number."""
        return not self.loss and isinstance(self.formula.body, Calc) and (
            self.formula.body.how in ("round", "floor"))  # fmt: skip

    @property
    def rounds_down(self) -> bool:
        return self.rounds and isinstance(self.formula.body, Calc) and (
            self.formula.body.how == "floor")  # fmt: skip

    @cached_property
    def exact(self) -> bool:
        """Whether each box is a sum of products, so that it is an equation for what is missing."""
        if self.loss:
            return False
        parts = list(walk(self.formula.body))
        sums = all(
            isinstance(part, Box | Number | Param)
            or (isinstance(part, Calc) and part.how in ("add", "sub", "neg", "mul"))
            or (isinstance(part, Over) and part.how == "sum")
            for part in parts
        )
        multiplied = [
            part for part in parts if isinstance(part, Calc) and part.how == "mul"
            and all(any(isinstance(p, Box) for p in walk(side)) for side in part.args)
        ]  # fmt: skip
        return sums and len(multiplied) == len(self.products)

    @cached_property
    def moves(self) -> bool:
        """Whether it only puts numbers elsewhere."""
        return not self.loss and isinstance(self.formula.body, Box)

    @cached_property
    def slides(self) -> bool:
        """Whether its boxes are sums over a window that moves: they are no units of a layer."""
        return not self.loss and any(
            isinstance(part, Over) and part.how == "sum" and len(part.indices) > 1
            and any(isinstance(b, Box) and isinstance(b.row, Calc) for b in walk(part.body))
            for part in walk(self.formula.body)
        )  # fmt: skip

    @cached_property
    def written(self) -> bool:
        """Whether the key writes its sums out: it works something out, and does not only copy, turn
        a sign, or choose by the numbers."""
        return not self.loss and works_out(self.told.body)

    @cached_property
    def contest(self) -> tuple[Formula, Formula] | None:
        """For an op that looks for the largest of some boxes: what that is, and how many share it,
        the latter with ``most``, what the former gives, as its last input."""
        if self.loss:
            return None
        found = [p for p in walk(self.formula.body) if isinstance(p, Over) and p.how == "max"]
        if not found:
            return None
        (most,) = found
        top = Box(("most",), Index("i"), Index("j"))
        one = Choice((Test("ge", most.body, top),), Number(Decimal(1)), ZERO)
        count = Over("sum", most.indices, one, most.said)
        plain = replace(self.formula, body=most)
        return plain, replace(plain, inputs=(*plain.inputs, "most"), body=count)

    @cached_property
    def sums_down(self) -> bool:
        """Whether it adds up the columns of its input, and no more."""
        if self.loss or not isinstance(self.formula.body, Over):
            return False
        body = self.formula.body.body
        return isinstance(body, Box) and isinstance(body.row, Index) and (
            body.row.name in self.formula.body.indices)  # fmt: skip

    @cached_property
    def adds_up(self) -> bool:
        """Whether each of its boxes is a sum of boxes of its input, and no more."""
        body = None if self.loss else self.formula.body
        return isinstance(body, Over) and body.how == "sum" and isinstance(body.body, Box)

    def terms(self, shapes: Sequence[Shape], params: Mapping[str, Any]) -> int:
        """How many terms the sum, or the choice of the largest, has that is its whole formula."""
        body = self.formula.body
        if not isinstance(body, Over):
            return 1
        formula = with_inputs(self.formula, len(shapes))
        sizes = formula.sizes(dict(zip(formula.inputs, shapes, strict=True)), params)
        return prod(sizes.get(index, len(shapes)) for index in body.indices)  # or over the inputs

    @cached_property
    def shares_powers(self) -> bool:
        """Whether it is a power over the sum of its like, rounded."""
        match None if self.loss else self.formula.body:
            case Calc("round", (Calc("div", (above, Over("sum", _, below))), _)):
                return all(
                    any(isinstance(p, Calc) and p.how == "pow" for p in walk(side))
                    for side in (above, below)
                )
        return False

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """The sums of products, row by column, that are not rounded at once."""
        if self.loss or self.rounds:
            return ()
        return tuple(products_in(self.formula.body, self.names))

    @cached_property
    def added(self) -> int | None:
        """The input that is added to a product, such as a bias: its number."""
        body = self.formula.body if self.products else ZERO
        body = body.yes if isinstance(body, Choice) else body
        if not isinstance(body, Calc):
            return None
        boxes = [part for part in body.args if isinstance(part, Box)]
        return self.names.index(boxes[0].matrices[0]) if boxes else None

    @cached_property
    def deciding(self) -> frozenset[int]:
        """The inputs that only decide which of two a box is: their numbers."""
        return frozenset() if self.loss else deciding_in(self.formula, self.names)

    @cached_property
    def routes(self) -> bool:
        """Whether some of its inputs only decide if its boxes are worked out."""
        return bool(self.deciding) and isinstance(self.formula.body, Choice)

    @cached_property
    def told(self) -> Formula:
        """The formula as it is written out with numbers: of products that are routed, that of the
        boxes which are worked out."""
        body = self.formula.body
        if isinstance(body, Choice) and self.routes and self.products:
            return replace(self.formula, body=body.yes)
        return self.formula

    @cached_property
    def way(self) -> Formula | None:
        """1 for the boxes of routed products that are worked out, else 0; None where all are."""
        body = self.formula.body
        if self.told is self.formula or not isinstance(body, Choice):
            return None
        return replace(self.formula, body=replace(body, yes=Number(Decimal(1)), no=ZERO))

    @cached_property
    def sides(self) -> tuple[tuple[str, ...], str]:
        """Which sides of the inputs and of the result are one axis, by letters as in Einstein's
        sums; ``?`` is a side whose order matters, ``1`` one of a single place. Inputs beyond those
        named are like the last."""
        if self.loss:
            return ("ij", "ij"), "11"
        return sides_of(self.formula, self.names)

    def keeps_order(self, params: Mapping[str, Any]) -> bool:
        """Whether a box asks which row or column it is, as behind a mask."""
        return not self.loss and any(
            isinstance(part, Choice)
            and any(isinstance(side, Index) for t in part.tests for side in (t.left, t.right))
            and all(params[t.left.name] for t in part.tests
                    if t.how == "flag" and isinstance(t.left, Param))
            for part in walk(self.formula.body)
        )  # fmt: skip


def _no_number(*values: Fixed) -> Fixed:
    lead = values[0].digits.shape[:-2]
    return Fixed(np.zeros((*lead, 1, 1), np.int64))
