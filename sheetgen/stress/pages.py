"""Print many exercises of a topic and look for what a teacher would send back: a sheet that does
not fit, a text on another, a box over the edge of the paper."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any, cast

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.settings import Settings
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.page.figure import box_of, overlaps
from sheetgen.page.items import PAPERS, Item, Page
from sheetgen.press.printing import printer

CHUNK = 100
EDGE = 5.0
"""Millimetres at the edge that printers leave white."""


@dataclass(frozen=True)
class PagesReport:
    """What the printed pages of many exercises are like, worksheets and keys on all papers."""

    sheets: int
    pages: int
    bytes: int
    """Of two packs for each paper."""
    problems: tuple[tuple[int, str], ...]
    """Seed and what is wrong with its pages."""
    milliseconds: tuple[float, float]
    """To lay out a worksheet with its key, and to print them."""

    def as_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["problems"] = [{"seed": seed, "problem": said} for seed, said in self.problems]
        data["milliseconds"] = dict(zip(("lay out", "print"), self.milliseconds, strict=True))
        return data

    def lines(self) -> Iterator[tuple[str, str]]:
        """What is told of them."""
        yield "sheets on a4 and letter", f"{self.sheets:,} with {self.pages:,} pages"
        yield "pages at fault", str(len(self.problems))
        yield "ms to lay out / print a sheet", " / ".join(f"{v:.2f}" for v in self.milliseconds)
        yield "bytes a page", f"{self.bytes / max(self.pages, 1):,.0f}"


class _Sink:
    """A file of which only the length is kept."""

    def __init__(self) -> None:
        self.length = 0

    def write(self, data: bytes) -> int:
        self.length += len(data)
        return len(data)


def stress_pages(
    asked: Settings, seeds: int, first: int = 0, edge: float = EDGE,
    tell: Callable[[int], None] = lambda count: None,
) -> PagesReport:  # fmt: skip
    """Lay out and print a worksheet and a key of each seed on every paper; ``tell`` hears each time
    how many more were tried. What is wrong is collected, not raised; nothing may stand within
    ``edge`` mm of a page's sides."""
    printing = printer()
    problems: list[tuple[int, str]] = []
    sheets = pages = length = 0
    laid = printed = 0.0
    for paper in PAPERS:
        sinks = _Sink(), _Sink()
        packs = [printing.pack(_file(sink), paper) for sink in sinks]
        for at in range(first, first + seeds, CHUNK):
            some = range(at, min(at + CHUNK, first + seeds))
            tell(len(some))
            for exercise in _built(asked, some):
                start = time.perf_counter()
                try:
                    sheet = lay_out(exercise, paper)
                except SheetgenError as problem:
                    problems.append((exercise.seed or 0, str(problem)))
                    continue
                middle = time.perf_counter()
                for pack, one in zip(packs, (sheet.worksheet(), sheet.key()), strict=True):
                    pack.add(one)
                printed += time.perf_counter() - middle
                laid += middle - start
                sheets += 1
                problems += [(exercise.seed or 0, f"{paper}: {said}")
                             for said in faults(sheet, edge)]
        for pack, sink in zip(packs, sinks, strict=True):
            pack.close()
            pages, length = pages + pack.pages, length + sink.length
    each = 1e3 / max(sheets, 1)
    return PagesReport(sheets, pages, length, tuple(problems),
                       (round(laid * each, 3), round(printed * each, 3)))  # fmt: skip


def _file(sink: _Sink) -> IO[bytes]:
    return cast("IO[bytes]", sink)


def _built(asked: Settings, seeds: range) -> list[Exercise]:
    """The exercises; a seed that gives none is what the numbers' report tells of."""
    try:
        return build(asked, seeds)
    except SheetgenError:
        found = []
        for seed in seeds:
            try:
                found += build(asked, [seed])
            except SheetgenError:
                continue
        return found


def faults(sheet: Sheet, edge: float = EDGE) -> Iterator[str]:
    """What is wrong with the pages of a sheet."""
    for number, page in enumerate((*sheet.pages, *sheet.key_pages), 1):
        for a, b in overlaps(page.items):
            yield f"page {number}: {_said(a)} lies on {_said(b)}"
        for item in page.items:
            if _outside(item, page, edge):
                yield f"page {number}: {_said(item)} stands over the edge"


def _outside(item: Item, page: Page, edge: float) -> bool:
    x0, y0, x1, y1 = box_of(item)
    return x0 < edge or y0 < edge or x1 > page.width - edge or y1 > page.height - edge


def _said(item: Item) -> str:
    return repr(getattr(item, "markup", getattr(item, "name", type(item).__name__)))
