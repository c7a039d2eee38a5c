"""What an op says and shows beside its formula: its words, the signs between its blocks, usual
slips, what a student circles or crosses out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """How a step that is no product stands on the page, block after block: what stands before the
    first, between them, after the last, and over and at the equals sign. Params by name, inputs as
    in ``Say``; signs mean what they are (``Σ↓`` adds up columns), so that the row is true."""

    before: str = ""
    between: str = ","
    after: str = ""
    word: str = ""
    equals: str = "="
    last: str = ""
    """The sign before the last block, where it is another one."""


PLAIN = Line()
"""Nothing but commas between blocks."""


@dataclass(frozen=True)
class Say:
    """What the student is told, as ``{made} = ...``, in the orientation that is drawn: {made} is
    what is worked out, {0}, {1} ... are the inputs, {rows} and {columns} what a product
    multiplies, {over}, {beside}, {plus} all inputs, {span} the rows or columns that are moved;
    params have their names, and ``{rate_times}`` is ".5 × ", or nothing for 1. What is not said
    otherwise is said as in the first."""

    many: str
    """Where the result has several columns."""
    one_column: str = ""
    one_term: str = ""
    """Where a sum has a single term."""
    in_one: str = ""
    """Together with what bends it, in the same boxes."""
    compact: str = ""
    """Where it is written into the boxes of what it bends."""
    masked: str = ""
    """Behind a mask."""
    table: str = ""
    """Where the sheet prints a table of it."""


@dataclass(frozen=True)
class Slip:
    """A usual slip: its name, and the cell formula of somebody who makes it."""

    name: str
    cell: str


@dataclass(frozen=True)
class Circled:
    """What of its first input a student circles at a step: the cell formula that is 1 there and 0
    elsewhere, in the shape of that input, and the same for whole matrices in NumPy's words."""

    cell: str
    numpy: str
    said: str = "Circle it."
    """What a page tells the student."""


@dataclass(frozen=True)
class Crossed:
    """The boxes of a result that a student crosses out, as they are not worked out and count as 0:
    the cell formula that is 1 there, its ``shape``, and the same for whole matrices in NumPy's
    words; of one row or column it is said of all."""

    cell: str
    shape: str
    numpy: str
