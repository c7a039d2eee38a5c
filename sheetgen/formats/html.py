"""A worksheet as an HTML file that needs no other."""

from __future__ import annotations

from sheetgen.formats.format import Format, Request
from sheetgen.page.items import Printed
from sheetgen.press.printing import printer


def html(sheet: Printed) -> str:
    """A sheet as one HTML file, fonts inside."""
    return printer().html(sheet)


def _write(request: Request) -> dict[str, bytes]:
    several = len(request.worksheets) > 1
    return {f"-worksheet{f'-{number}' if several else ''}.html": html(sheet).encode()
            for number, sheet in enumerate(request.worksheets, 1)}  # fmt: skip


FORMATS = (Format("html", "the worksheet for a browser", _write, pages=True),)
