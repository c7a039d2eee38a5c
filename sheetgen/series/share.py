"""What a page has from another one: boxes of a given, and the boxes of a matrix whose numbers stand
in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sheetgen.errors import SheetgenError

Span = tuple[int, int]
"""The first and the last of some rows or columns, counted from 1; (0, 0) for all."""
ALL: Span = (0, 0)

_BOXES = re.compile(r"\s*(\w+)\s*(?:\[([^\[\]]*)\])?\s*")
_SPAN = re.compile(r"\s*(?::|(\d{1,3})(?:\s*\.\.\s*(\d{1,3}))?)\s*")


class Boxes(NamedTuple):
    """Some rows and columns of a matrix."""

    matrix: str
    rows: Span = ALL
    columns: Span = ALL

    def within(self, shape: tuple[int, int]) -> tuple[slice, slice]:
        """Where they are in a matrix of a shape. Raises SheetgenError if it is smaller."""
        found = []
        for span, length, what in zip((self.rows, self.columns), shape, ("row", "column"),
                                      strict=True):  # fmt: skip
            first, last = span if span != ALL else (1, length)
            if last > length:
                raise SheetgenError(f"{self.matrix} is {shape[0]}×{shape[1]} and has no {what} "
                                    f"{last}")  # fmt: skip
            found.append(slice(first - 1, last))
        return found[0], found[1]

    def size(self, shape: tuple[int, int]) -> tuple[int, int]:
        """How many rows and columns they are, of a matrix of a shape. Raises SheetgenError."""
        rows, columns = self.within(shape)
        return rows.stop - rows.start, columns.stop - columns.start


class Share(NamedTuple):
    """What stands in some boxes of a page's given: the numbers of some boxes of another page."""

    given: Boxes
    page: str
    source: Boxes


def read_share(given: str, source: str) -> Share:
    """``"X[:,1]"`` and ``"backpropagation.x"`` as a share. Raises SheetgenError."""
    page, dot, boxes = source.partition(".")
    if not dot or not page.strip():
        raise SheetgenError(f'{source[:40]!r} does not say whose numbers they are; write '
                            'page.matrix, such as "backpropagation.W1[1,:]"')  # fmt: skip
    return Share(_boxes(given), page.strip(), _boxes(boxes))


def _boxes(text: str) -> Boxes:
    found = _BOXES.fullmatch(text)
    spans = [] if found is None or found[2] is None else found[2].split(",")
    if found is None or len(spans) > 2:
        raise SheetgenError(f"{text[:40]!r} is no part of a matrix; write x, W1[2,:] (a row), "
                            "X[:,1] (a column) or W[1..2,:] (some rows)")  # fmt: skip
    return Boxes(found[1], *_spans(text, spans))


def _spans(text: str, said: Sequence[str]) -> list[Span]:
    found = []
    for span in said:
        match = _SPAN.fullmatch(span)
        first, last = (0, 0) if match is None or match[1] is None else (
            int(match[1]), int(match[2] or match[1]))  # fmt: skip
        if match is None or (match[1] is not None and not 1 <= first <= last):
            raise SheetgenError(f"{text[:40]!r}: {span.strip()[:20]!r} is none of : (all), "
                                "2 (one) and 1..3 (some), which are counted from 1")  # fmt: skip
        found.append((first, last))
    return found
