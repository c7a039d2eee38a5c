"""Pages to PDF, PNG or HTML: through the press where it can, by a direct render where it cannot."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.page.items import Printed


def pdf(sheets: Sequence[Printed], *, tagged: bool = False) -> bytes:
    """One PDF of all sheets, ``tagged`` for screen readers; the same bytes for the same sheets."""
    from sheetgen.press.pdf import pack

    return pack.pdf(sheets, tagged=tagged)


def png(data: bytes, dpi: int = 150) -> list[bytes]:
    """The pages of a PDF as pictures."""
    from sheetgen.press import weasy

    return weasy.png(data, dpi)


def html(printed: Printed) -> str:
    """A sheet as one HTML file, fonts inside."""
    from sheetgen.press import weasy

    return weasy.html(printed, embed_fonts=True)
