"""A worksheet and its key as PDFs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheetgen.formats.format import Format, Request
from sheetgen.page.items import Page, Printed
from sheetgen.press.printing import printer


def pdf(sheets: Sequence[Printed], *, tagged: bool = False, title: str = "") -> bytes:
    """One PDF of all sheets, ``tagged`` for screen readers; its ``title`` is that of the first if
    there is no other."""
    return printer().pdf(sheets, tagged=tagged, title=title)


def bound(groups: Sequence[Request], title: str, *, tagged: bool = False) -> dict[str, bytes]:
    """All worksheets in one PDF and all keys in another, for two-sided printing: the sheets of each
    request begin on a fresh sheet of paper."""
    found = {}
    for kind in ("worksheets", "keys"):
        sheets: list[Printed] = []
        for request in groups:
            own = request.worksheets if kind == "worksheets" else request.keys
            sheets += on_whole_paper(own)
        found[kind] = printer().pdf(sheets, tagged=tagged, title=f"{title}: {kind}")
    return found


def on_whole_paper(sheets: Sequence[Printed]) -> list[Printed]:
    """The sheets, with a blank page behind the last if else its paper had a free side."""
    found = list(sheets)
    if sum(len(sheet.pages) for sheet in sheets) % 2:
        last = found[-1].pages[-1]
        found[-1] = replace(found[-1], pages=(*found[-1].pages, Page(last.width, last.height, ())))
    return found


def _write(request: Request) -> dict[str, bytes]:
    return {
        "-worksheet.pdf": pdf(request.worksheets, tagged=request.tagged,
                              title=request.title("worksheet")),
        "-key.pdf": pdf(request.keys, tagged=request.tagged, title=request.title("answer key")),
    }


FORMATS = (Format("pdf", "worksheet and key, to print", _write, pages=True, key=True,
                  private=True, large=True, parts=True),)  # fmt: skip
