"""What tests of the press share: sheets, PDFs both ways, pixels and texts."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
import pypdfium2

from sheetgen.api import make
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.page.items import Printed
from sheetgen.press import compare
from sheetgen.press.pdf.pack import stamp
from sheetgen.press.printing import Printer

PEOPLE = {
    "accents": "Žofie Ñandú, Łukasz Ångström",
    "greek": "Ελένη Παππά",
    "cyrillic": "Иван Петров",
    "vietnamese": "Nguyễn Văn Ánh",
    "hebrew": "שרה לוי",
    "arabic": "محمد علي",
    "chinese": "李小龙",
    "emoji": "👩‍🚀 Zoë ◾",
    "html": "<b>A & B</b> \"q\" 'x' &lt;",
    "combining": "Jose\u0301 e\u0308",
    "mixed": "Ана (Ελ) a β c",
    "spaces": "  x  y  ",
    "long": "A" * 70,
}

RED = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQ"
    "DwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)

RINGS = "data:image/svg+xml;base64," + base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 5"><circle cx="3" cy="2" r="2"/>'
    b'<path d="M1 4h7" stroke="teal"/></svg>'
).decode("ascii")

PRINTER = Printer(None)
"""Keeps nothing on disk."""


def stamped(sheets: Sequence[Printed], *, tagged: bool = False) -> bytes:
    """By the press, fit or not."""
    return stamp(sheets, PRINTER.weasy.pdf, tagged=tagged)


def rendered(sheets: Sequence[Printed], *, tagged: bool = False) -> bytes:
    """By WeasyPrint."""
    return PRINTER.weasy.pdf(sheets, tagged=tagged)


def pixels(data: bytes, dpi: float = 150) -> list[np.ndarray]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.render(scale=dpi / 72).to_numpy() for page in document]


def texts(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range().replace("\r", "") for page in document]


def sheet_of(name: str, paper: str = "a4", person: str = "", seed: int = 3) -> Sheet:
    return lay_out(make(name, seed), paper, person)


def same(sheets: list[Printed]) -> tuple[bytes, bytes]:
    pressed, direct = stamped(sheets), rendered(sheets)
    assert compare.difference(pressed, direct) == ""
    for a, b in zip(pixels(pressed), pixels(direct), strict=True):
        assert a.shape == b.shape
        assert int(np.count_nonzero(a != b)) == 0
    assert texts(pressed) == texts(direct)
    return pressed, direct


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(texts)
