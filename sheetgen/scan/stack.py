"""A stack of scanned sheets as it was read: whose they are, and a picture of every box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sheetgen.classroom.students import Student
from sheetgen.exercise.exercise import Exercise

Place = tuple[str, int, int]
"""A number of a sheet: the name of its matrix, and its row and column from 0."""
Area = tuple[float, float, float, float]
"""Left, top, width and height in mm on the page as it was printed, from its top left corner."""
Affine = tuple[float, float, float, float, float, float]
"""``a b c d e f``: a point (x, y) goes to (a x + c y + e, b x + d y + f), as in PDF and SVG."""
MARGIN = 1.5
"""What a picture of a box shows around it on each side, in mm."""


@dataclass(frozen=True)
class Crop:
    """What stands in a box, with the ``MARGIN`` around it, upright."""

    png: bytes
    """Best grey, with some 8 pixels a mm."""
    page: int
    """The page of the paper, counted from 1."""
    box: Area
    """The box alone, without the margin."""
    likeness: float
    """How much it looks like the expected number, from 0 to 1. It sorts, and decides nothing."""


@dataclass(frozen=True)
class ScannedPage:
    """A page as it was scanned, in any position; what was not flat has been made so."""

    number: int
    """The page of the paper, counted from 1."""
    picture: bytes
    """JPEG or PNG."""
    to_pixels: Affine
    """From mm on the page as it was printed to pixels of the picture, both from the top left."""
    size: tuple[float, float]
    """Width and height of the page as it was printed, in mm."""


@dataclass(frozen=True)
class Paper:
    """One exercise of one student."""

    student: int
    """Its place in the stack's students."""
    exercise_number: int
    """Which exercise of the class it is, counted from 1."""
    code: str
    """The code of this exercise."""
    exercise: Exercise
    """Built again from its recipe, so that the right numbers and what follows from others can be
    worked out."""
    most: Decimal
    """The points that it is worth."""
    crops: Mapping[Place, Crop]
    """Of each blank number the box in which it is worked out; none for one on a page that is
    missing."""
    pages: tuple[ScannedPage, ...] = ()
    """The pages that were found, in their order."""
    missing: tuple[int, ...] = ()
    """The pages that were not found."""


@dataclass(frozen=True)
class Aside:
    """What somebody must look at: a page that was not read, or is not there."""

    what: str
    """A page of a scan, or whose it is: ``stack.pdf, page 14``."""
    why: str
    """``no code found``, ``page 2 twice``, ``of another class``."""


@dataclass(frozen=True)
class Stack:
    """All sheets of a class that were scanned."""

    title: str
    code_of_class: str
    """Says which class it is, and with which numbers; progress is kept under it."""
    students: tuple[Student, ...]
    """All of the class, in its order; not everybody need have a paper."""
    papers: tuple[Paper, ...]
    """By student, then by exercise."""
    told: tuple[Aside, ...] = ()
    """What was set aside, and pages that are missing of papers; not who has no paper at all."""
    decimal_mark: str = "point"
    """``point`` or ``comma``: how numbers are written on the sheets."""
