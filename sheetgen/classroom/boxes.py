"""``boxes.json``: where the boxes of a class's sheets stand, in mm as they were printed, so that
scans of them are read rightly whatever a later version lays out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from sheetgen.classroom.manifest import Manifest
from sheetgen.classroom.records import check_texts, record
from sheetgen.errors import SheetgenError
from sheetgen.files import reason
from sheetgen.version import __version__

FORMAT = "sheetgen-boxes/1"
BOXES = "boxes.json"
MOST_MM = 2000.0
"""No paper is larger."""


class Boxed(Struct, array_like=True, frozen=True):
    """A block of boxes on a page, in mm."""

    x: float
    y: float
    side: float
    """Of a box."""
    rows: int
    cols: int
    numbers: list[tuple[str, int, int, str] | None]
    """Of each box, row by row: matrix, row and column of the number that is worked out in it, and
    the matrix of what becomes of it there, if it does; None for a box without one."""

    def __post_init__(self) -> None:
        if not (0 < self.side < MOST_MM and abs(self.x) < MOST_MM and abs(self.y) < MOST_MM):
            raise ValueError("blocks: a block stands on no paper")
        if self.rows < 1 or self.rows * self.cols != len(self.numbers):
            raise ValueError("blocks: a block has another number of boxes than rows and columns")


class PrintedPage(Struct, frozen=True):
    """A page as it was printed, in mm from its top left corner."""

    size: tuple[float, float]
    code: tuple[float, float, float] | None
    """Left, top and side of the QR code."""
    blocks: list[Boxed]

    def __post_init__(self) -> None:
        if not all(10.0 < side < MOST_MM for side in self.size):
            raise ValueError("size: it is of no paper")


class _File(Struct, frozen=True):
    format: str
    version: str
    """That of sheetgen which printed the sheets last."""
    pages: list[PrintedPage]
    sheets: dict[str, list[list[int]]]
    """Code of an exercise -> places of its pages among all pages; the last printing first, then
    those before it that had other places."""

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"format: {json.dumps(self.format)[:40]} is not {FORMAT}")
        for code, printings in self.sheets.items():
            if not all(0 <= k < len(self.pages) for own in printings for k in own):
                raise ValueError(f"sheets, {code[:20]}: there is no such page")


@dataclass(frozen=True)
class ClassBoxes:
    """Where the boxes of a class's sheets stand."""

    file: _File

    @property
    def version(self) -> str:
        return self.file.version

    def printings(self, code: str) -> list[list[PrintedPage]]:
        """The worksheet's pages of an exercise as they were printed, the last printing first;
        nothing for a code that no sheet has."""
        pages = self.file.pages
        return [[pages[k] for k in own] for own in self.file.sheets.get(code, ())]

    @cached_property
    def codes(self) -> frozenset[str]:
        """Those of all exercises that were printed."""
        return frozenset(self.file.sheets)


def read_boxes(folder: Path) -> ClassBoxes:
    """The places of a class's boxes. Raises SheetgenError in one line if the folder does not have
    them, or if another version wrote them otherwise."""
    path = folder / BOXES
    try:
        data = json.loads(path.read_bytes())
        check_texts(data)
        return ClassBoxes(record(data, _File))
    except FileNotFoundError:
        raise SheetgenError(
            f"{folder} holds no {BOXES}: its sheets were printed by a version that did not keep "
            f"where the boxes stand, and cannot be read from a scan"
        ) from None
    except OSError as problem:
        raise SheetgenError(f"{path}: {reason(problem)}") from None
    except (ValueError, RecursionError):
        raise SheetgenError(f"{path} says of no boxes where they stand; it was changed") from None
    except SheetgenError as problem:
        raise SheetgenError(
            f"{path}: {problem}; it was changed, or another version of sheetgen wrote it"
        ) from None


def check_unchanged(folder: Path, data: Manifest) -> None:
    """Raises SheetgenError if a class's boxes are not those that its manifest knows."""
    wanted = data.printed.files.get(BOXES, "")
    path = folder / BOXES
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as problem:
        raise SheetgenError(f"{path}: {reason(problem)}") from None
    if found != wanted:
        raise SheetgenError(
            f"{path} is not as it was when the class was printed; fetch it from a copy of the "
            f"folder, since what it says decides which box is whose"
        )


def printed_otherwise(folder: Path, printed: Iterable[tuple[str, Sequence[bytes]]]) -> list[str]:
    """Those of some codes whose pages have their boxes elsewhere than any that the class's folder
    knows; none if it knows nothing."""
    try:
        known = read_boxes(folder)
    except SheetgenError:
        return []
    return [code for code, pages in printed
            if [msgspec.json.decode(page, type=PrintedPage) for page in pages]
            not in known.printings(code)]  # fmt: skip


def boxes_json(
    printed: Iterable[tuple[str, Sequence[bytes]]], before: ClassBoxes | None = None
) -> bytes:
    """The file of some codes with their pages, each as ``printed_places`` writes it. Where sheets
    stood otherwise ``before``, that is kept, too: they may be handed out already."""
    places: dict[bytes, int] = {}
    sheets: dict[str, list[list[int]]] = {}
    for code, pages in printed:
        sheets[code] = [[places.setdefault(page, len(places)) for page in pages]]
    for code, printings in _kept(before).items():
        known = sheets.setdefault(code, [])
        for pages in printings:
            own = [places.setdefault(page, len(places)) for page in pages]
            if own not in known:
                known.append(own)
    head = json.dumps({"format": FORMAT, "version": __version__})[:-1].encode()
    said = json.dumps(sheets, separators=(",", ":")).encode()
    return b'%b,\n"pages":[\n%b\n],\n"sheets":%b}\n' % (head, b",\n".join(places), said)


def _kept(before: ClassBoxes | None) -> Mapping[str, list[list[bytes]]]:
    if before is None:
        return {}
    made = [_bytes_of(page) for page in before.file.pages]
    return {code: [[made[k] for k in own] for own in printings]
            for code, printings in before.file.sheets.items()}  # fmt: skip


def _bytes_of(page: PrintedPage) -> bytes:
    data: Any = msgspec.to_builtins(page)
    return json.dumps(data, separators=(",", ":")).encode()
