"""The pictures of scanned pages: from PDF, TIFF, PNG and JPEG files, one after the other, so that a
stack of any size needs little memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np

from sheetgen.errors import MissingError, SheetgenError
from sheetgen.files import reason
from sheetgen.scan.codes import Grey
from sheetgen.scan.pictures import opencv
from sheetgen.scan.stack import Aside

Kind = Literal["pdf", "tiff", "picture"]
ENDINGS = (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".bmp")
"""Of the files of a folder that are read."""
DPI = 200.0
"""Pixels an inch that are made of a page of a PDF."""
MOST_PIXELS = 40_000_000
"""A page is not made larger, whatever a PDF says."""
AT_ONCE = 6
"""Pages of a task."""


@dataclass(frozen=True)
class Pages:
    """Some pages of a file."""

    path: Path
    kind: Kind
    first: int
    """Counted from 0."""
    count: int
    alone: bool
    """Whether the file has no other page."""

    def called(self, number: int) -> str:
        """A page, as somebody finds it."""
        return self.path.name if self.alone else f"{self.path.name}, page {number + 1}"


def sources_of(paths: Sequence[Path]) -> tuple[list[Pages], list[Aside]]:
    """The pages of some files and folders, in the order of their names, a few a task; and the files
    that cannot be read. Raises SheetgenError for a path where nothing is, and MissingError."""
    opencv()
    found: list[Pages] = []
    told: list[Aside] = []
    for path in _files(paths):
        try:
            found += _pages(path)
        except SheetgenError as problem:
            told.append(Aside(path.name, str(problem)))
    return found, told


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for path in paths:
        inside = [path]
        if path.is_dir():
            inside = sorted((p for p in path.rglob("*") if p.suffix.lower() in ENDINGS
                             and not p.name.startswith(".") and p.is_file()),
                            key=_order)  # fmt: skip
            if not inside:
                raise SheetgenError(f"{path}: no scans in this folder "
                                    f"({', '.join(ENDINGS)} are read)")  # fmt: skip
        elif not path.exists():
            raise SheetgenError(f"{path}: there is no such file")
        for file in inside:
            if (real := file.resolve()) not in seen:
                seen.add(real)
                yield file


def _order(path: Path) -> list[tuple[int, str]]:
    """The order of names in which page 10 comes after page 9."""
    parts = re.split(r"(\d+)", str(path).lower())
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _pages(path: Path) -> list[Pages]:
    """The pages of a file. Raises SheetgenError saying why it has none."""
    kind, total = _kind(path), 1
    if kind == "pdf":
        with _opened(path) as document:
            total = len(document)
    elif kind == "tiff":
        total = _counted(path)
    if not total:
        raise SheetgenError("it has no page")
    alone = total == 1
    return [Pages(path, kind, first, min(AT_ONCE, total - first), alone)
            for first in range(0, total, AT_ONCE)]  # fmt: skip


def _kind(path: Path) -> Kind:
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as problem:
        raise SheetgenError(reason(problem)) from None
    if b"%PDF-" in head:
        return "pdf"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "tiff"
    if not opencv().haveImageReader(str(path)):
        raise SheetgenError("no PDF, TIFF, PNG or JPEG")
    return "picture"


def _counted(path: Path) -> int:
    cv2 = opencv()
    try:
        return int(cv2.imcount(str(path)))
    except cv2.error:
        raise SheetgenError("this TIFF is damaged") from None


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A PDF. Raises SheetgenError if it cannot be opened."""
    try:
        import pypdfium2
    except ImportError as error:
        raise MissingError('scans need more packages: pip install "sheetgen[scan]"') from error
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as problem:
        if "password" in str(problem).lower():
            raise SheetgenError("it needs a password; save it without one") from None
        raise SheetgenError("this PDF is damaged") from None
    try:
        yield document
    finally:
        document.close()


def pictures_of(some: Pages) -> Iterator[tuple[int, Grey | None]]:
    """Number, from 0, and picture of some pages; None for one that cannot be read."""
    wanted = range(some.first, some.first + some.count)
    if some.kind == "picture":
        yield 0, _picture(some.path)
    elif some.kind == "tiff":
        for number in wanted:
            yield number, _of_tiff(some.path, number)
    else:
        try:
            with _opened(some.path) as document:
                for number in wanted:
                    yield number, _of_pdf(document, number)
        except SheetgenError:
            yield from ((number, None) for number in wanted)


def _picture(path: Path) -> Grey | None:
    cv2 = opencv()
    try:
        found = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
    except (OSError, cv2.error):
        return None
    return cast("Grey | None", found)


def _of_tiff(path: Path, number: int) -> Grey | None:
    cv2 = opencv()
    try:
        done, found = cv2.imreadmulti(str(path), number, 1, flags=cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return None
    return cast(Grey, found[0]) if done and found else None


def _of_pdf(document: Any, number: int) -> Grey | None:
    import pypdfium2

    try:
        page = document[number]
        width, height = page.get_size()
        scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
        picture = page.render(scale=scale, grayscale=True)
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return None
    pixels = np.asarray(picture.to_numpy())
    return np.ascontiguousarray(pixels.reshape(picture.height, picture.width), np.uint8)
