"""Pages to PDF, PNG or HTML: through the press where it can, by WeasyPrint where it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO

from sheetgen.errors import MissingError, SheetgenError
from sheetgen.page.items import Printed
from sheetgen.press.check import PROVED, PressCheck, cache_folder
from sheetgen.press.html import Templates
from sheetgen.press.pdf.lines import is_settable
from sheetgen.press.pdf.pack import SheetPack, stamp
from sheetgen.press.pdf.pages import Stamper
from sheetgen.press.weasy import Weasy
from sheetgen.type.fonts import TEMPLATES
from sheetgen.type.truetype import NotSimpleError
from sheetgen.version import __version__


class Printer:
    """Prints sheets: by the press if it is proved to print what WeasyPrint prints.

    ``check`` has the verdict; it is proved when it is first needed, and kept in the folder
    ``cache`` if there is one.
    """

    def __init__(self, cache: Path | None, templates: Path = TEMPLATES) -> None:
        self.templates = Templates(templates)
        self.weasy = Weasy(self.templates)
        self.check = PressCheck(cache, self.weasy)

    def pdf(
        self, sheets: Sequence[Printed], *, tagged: bool = False, title: str = "",
        leave_off: bool = False,
    ) -> bytes:
        """One PDF of all sheets, a bookmark for each with a subject; the same bytes for the same
        sheets. ``tagged`` for screen readers; then WeasyPrint makes all of it if it must make a
        page. Its ``title`` is that of the first sheet if there is no other. Where Pango is not
        there, pages may ``leave_off`` what only it prints; else that is a MissingError."""
        if not sheets:
            raise SheetgenError("there is no sheet to print")
        try:
            if self.check.fits():
                with suppress(NotSimpleError):
                    return stamp(sheets, self.weasy.pdf, tagged=tagged, title=title)
            return self.weasy.pdf(sheets, tagged=tagged)
        except MissingError:
            if not leave_off:
                raise
            return stamp(sheets, self.weasy.pdf, tagged=tagged, title=title, leave_off=True)

    def png(self, data: bytes, dpi: float = 150, colours: int = 0) -> list[bytes]:
        """The pages of a PDF as pictures; with no more than some ``colours`` and as
        few bytes as can be, if that is said."""
        try:
            import pypdfium2
        except ImportError as error:
            raise SheetgenError('images need more packages: pip install "sheetgen[png]"') from error
        images = []
        with pypdfium2.PdfDocument(data) as document:
            for page in document:
                image = BytesIO()
                picture = page.render(scale=dpi / 72).to_pil()
                if colours:
                    picture = picture.convert("RGB").quantize(colours)
                picture.save(image, "PNG", optimize=bool(colours))
                images.append(image.getvalue())
        return images

    def html(self, printed: Printed) -> str:
        """A sheet as one HTML file, fonts inside."""
        return self.templates.html(printed)

    def unset(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Those of some texts that nothing here can print: only Pango could, and it is not
        there."""
        found = tuple(text for text in dict.fromkeys(texts) if not is_settable(text))
        return found if found and self.weasy.missing else ()

    @property
    def doubt(self) -> str:
        """What to say where nobody can check how pages are printed; nothing where that is
        proved, here or when this version was made."""
        if self.check.is_kept or self.check.style == PROVED or not self.weasy.missing:
            return ""
        return (f"the fonts or templates are not those of sheetgen {__version__}; look at a page "
                f"before you print all, or install what checks them, {self.weasy.missing}"
                )  # fmt: skip

    def stamper(
        self, *, share: bool = True, direct: bool = False, leave_off: bool = False,
        tagged: bool = False,
    ) -> Stamper:  # fmt: skip
        """What makes pages ready for packs: split in what they ``share`` and their own, or each
        whole, ``tagged`` if asked; ``direct`` by WeasyPrint, if the press may not be used. Labels
        that are ``unset`` are a MissingError, or what the pages ``leave_off``."""
        return Stamper(
            self.weasy.pdf, share=share, direct=direct, aside=True, leave_off=leave_off,
            tagged=tagged,
        )  # fmt: skip

    def pack(self, file: IO[bytes], title: str, *, leave_off: bool = False) -> SheetPack:
        """A PDF that is written while sheets are added, with little memory."""
        made = self.stamper(direct=not self.check.fits(), leave_off=leave_off)
        return SheetPack(file, title, stamper=made)

    def write_pack(
        self, file: IO[bytes], sheets: Iterable[tuple[Printed, str | None]], title: str, *,
        leave_off: bool = False,
    ) -> int:  # fmt: skip
        """Write a pack of sheets with their bookmarks (None for none); a page without items is
        blank.

        Returns the number of pages. Takes sheets as they come, and keeps none.
        """
        pack = self.pack(file, title, leave_off=leave_off)
        for printed, bookmark in sheets:
            pack.add(printed, bookmark)
        pack.close()
        return pack.pages


def printer() -> Printer:
    """The printer of this process, with our templates and the folder that the system has for
    caches."""
    return _printer(cache_folder())


@cache
def _printer(folder: Path | None) -> Printer:
    return Printer(folder)
