"""A worksheet and its key as PDFs."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.formats.format import Format, Request
from sheetgen.page.items import Printed
from sheetgen.press.printing import printer


def pdf(sheets: Sequence[Printed], *, tagged: bool = False) -> bytes:
    """One PDF of all sheets, ``tagged`` for screen readers."""
    return printer().pdf(sheets, tagged=tagged)


def _write(request: Request) -> dict[str, bytes]:
    return {
        "-worksheet.pdf": pdf(request.worksheets, tagged=request.tagged),
        "-key.pdf": pdf(request.keys, tagged=request.tagged),
    }


FORMATS = (Format("pdf", "worksheet and key, to print", _write, pages=True, key=True),)
