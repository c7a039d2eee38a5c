"""The numbers that the pages of some sheets show, read from their texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sheetgen.graph.numbers import CROSS, MINUS, Fixed, Ints
from sheetgen.page.items import Face, Page
from sheetgen.pagecheck.standing import Standing

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Slots = NDArray[np.intp]


class NoNumberError(Exception):
    """What stands in a box is no number; the sheet's place, and the text."""


@lru_cache(1 << 16)
def read_number(text: str) -> tuple[int, int]:
    """Digits and decimals of a number as it is written by hand: ``−1.5`` is -15 and 1. Raises
    ValueError."""
    whole, dot, rest = text.removeprefix(MINUS).partition(".")
    digits = whole + rest
    if not digits.isascii() or not digits.isdigit() or (dot and not rest):
        raise ValueError(text)
    return (-int(digits) if text[0] == MINUS else int(digits)), len(rest)


class _Numbers(dict[str, int]):
    """Texts -> their places in the lists of digits and decimals."""

    def __init__(self) -> None:
        self.digits: list[int] = []
        self.decimals: list[int] = []

    def __missing__(self, text: str) -> int:
        digits, decimals = (0, 0) if text == CROSS else read_number(text)
        self.digits.append(digits)
        self.decimals.append(decimals)
        self[text] = len(self.digits) - 1
        return self[text]


@dataclass(frozen=True, eq=False)
class Shown:
    """The numbers of sheets of one shape, a row each: by slot."""

    digits: Ints
    decimals: Ints
    values: Floats
    """The same as floats."""
    open: Truths
    """Which boxes are left to the student, by slot."""
    crossed: Truths
    """Which are crossed out, and count as 0."""

    def fixed(self, slots: Slots) -> Fixed:
        """Exact decimals at some slots, (sheets, rows, columns)."""
        digits, decimals = self.digits[:, slots], self.decimals[:, slots]
        most = int(decimals.max())
        return Fixed(digits * 10 ** (most - decimals) if most else digits, most)


def read_pages(standing: Standing, sheets: Sequence[Sequence[Page]]) -> Shown:
    """What the pages of each sheet show. Raises NoNumberError."""
    known = _Numbers()
    marks: list[list[int]] = []
    blank: list[list[bool]] = []
    for place, pages in enumerate(sheets):
        faces = [face for page in pages for face in page.faces]
        try:
            marks.append(_marks(standing, pages, faces, known))
        except ValueError as problem:
            raise NoNumberError(place, str(problem)) from None
        blank.append([face[1] for face in faces])
    places = np.array(marks, np.intp)
    digits = np.array(known.digits, np.int64)[places]
    decimals = np.array(known.decimals, np.int64)[places]
    crossed = places == known.get(CROSS, -1)
    return Shown(digits, decimals, digits / 10.0**decimals, np.array(blank), crossed)


def _marks(
    standing: Standing, pages: Sequence[Page], faces: Sequence[Face], known: _Numbers
) -> list[int]:
    """The numbers of one sheet: of its boxes, crossed-out ones, the 1, those in labels."""
    found = [known[face[0]] for face in faces]
    for slot, _ in standing.compact:
        found.append(found[slot])
        if faces[slot][2]:
            found[slot] = known[faces[slot][2]]
    found.append(known["1"])
    found += [known[pages[page].labels[which].markup] for page, which, _ in standing.written]
    return found


@dataclass(frozen=True, eq=False, slots=True)
class Statement:
    """Something that a plate says: in words for a message, and whether it holds on each sheet."""

    said: str
    holds: Callable[[Shown], Truths]


EXACT, RELATIVE = 1e-7, 1e-12
"""Differences that are a float's, not a digit's."""


def alike(found: Floats, shown: Floats, half: float = 0.0) -> Truths:
    """Whether what is worked out is what is shown, to ``half`` a unit of its last decimal, on each
    sheet."""
    room = half + EXACT + RELATIVE * np.abs(found)
    near = np.asarray(np.abs(found - shown) <= room)
    return np.asarray(near.reshape(len(shown), -1).all(axis=1))
