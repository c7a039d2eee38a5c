"""The pages of a worksheet and its key as pictures."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.formats.format import Format, Request
from sheetgen.page.items import Printed
from sheetgen.press.printing import printer


def png(sheets: Sequence[Printed], *, leave_off: bool = False) -> list[bytes]:
    """The pages of some sheets as PNG pictures; they may ``leave_off`` what only Pango prints.
    Raises SheetgenError where what draws them is not installed."""
    return printer().png(printer().pdf(sheets, leave_off=leave_off))


def _write(request: Request) -> dict[str, bytes]:
    sides = {"worksheet": request.worksheets, "key": request.keys}
    return {
        f"-{side}-{number}.png": picture
        for side, sheets in sides.items()
        for number, picture in enumerate(png(sheets, leave_off=request.leave_off), 1)
    }


FORMATS = (Format("png", "a picture of each page", _write, pages=True, key=True, private=True,
                  large=True, parts=True),)  # fmt: skip
