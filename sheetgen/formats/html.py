"""A worksheet and its key as HTML files that need no other."""

from __future__ import annotations

from sheetgen.formats.format import Format, Request
from sheetgen.page.items import Printed
from sheetgen.press.printing import printer


def html(sheet: Printed) -> str:
    """A sheet as one HTML file, fonts inside."""
    return printer().html(sheet)


def _write(request: Request) -> dict[str, bytes]:
    several = len(request.exercises) > 1
    sides = {"worksheet": request.worksheets, "key": request.keys}
    return {f"-{side}{f'-{number}' if several else ''}.html": html(sheet).encode()
            for side, sheets in sides.items()
            for number, sheet in enumerate(sheets, 1)}  # fmt: skip


FORMATS = (Format("html", "worksheet and key for a browser", _write, pages=True, key=True,
                  private=True, large=True, parts=True),)  # fmt: skip
