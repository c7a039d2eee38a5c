"""Printed pages -> PDF by way of HTML and WeasyPrint."""

from __future__ import annotations

import atexit
import io
import os
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sheetgen.errors import MissingError, SheetgenError
from sheetgen.page.items import Picture, Printed
from sheetgen.press.html import Templates

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

_CLOCK = "SOURCE_DATE_EPOCH"
_DRAWING = re.compile(r"<svg [^>]*>")
NO_PANGO = (
    "the Pango library: on Debian or Ubuntu apt-get install libpango-1.0-0 "
    "libpangoft2-1.0-0 libharfbuzz-subset0, on macOS brew install pango, on Windows MSYS2 with "
    "pacman -S mingw-w64-x86_64-pango"
)
NO_PACKAGE = "the package weasyprint: pip install weasyprint"


@dataclass(frozen=True)
class _Loaded:
    """WeasyPrint with our fonts and styles."""

    html: Any
    fetcher: Callable[[Collection[str]], Any]
    """From pictures to what reads them and the templates, and nothing else."""
    fonts: FontConfiguration
    css: CSS


class Weasy:
    """WeasyPrint with some templates, loaded when it is first needed."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        self._missing = ""
        """What was not there when it was to be loaded."""

    def __reduce__(self) -> tuple[type[Weasy], tuple[Templates]]:
        return Weasy, (self.templates,)

    def pdf(self, sheets: Sequence[Printed], *, tagged: bool = False) -> bytes:
        """All sheets as one PDF, a bookmark for each with a subject; same sheets, same bytes."""
        if not sheets:
            raise SheetgenError("there is no sheet to print")
        pictures = {item.source for sheet in sheets for page in sheet.pages for item in page.items
                    if isinstance(item, Picture)}  # fmt: skip
        text = self.templates.document(sheets, "")
        if tagged:
            text = _DRAWING.sub(r"\g<0><title>boxes and lines</title>", text)
        return self.print_html(text, pictures, tagged=tagged)

    def print_html(
        self, text: str, pictures: Collection[str] = (), *, tagged: bool = False
    ) -> bytes:
        """The PDF of an HTML document that uses our styles and shows no pictures but these."""
        loaded = self._loaded
        from weasyprint.urls import FatalURLFetchingError

        try:
            document = loaded.html(string=text, url_fetcher=loaded.fetcher(pictures))
            with _stopped_clock():
                data: bytes = document.write_pdf(
                    font_config=loaded.fonts, stylesheets=[loaded.css], pdf_tags=tagged,
                    pdf_variant="pdf/ua-1" if tagged else None,
                )
        except FatalURLFetchingError as error:
            raise SheetgenError(str(error.__cause__ or error)) from error
        return data

    @property
    def missing(self) -> str:
        """What to install so that it can be loaded; nothing if it can, and then it is."""
        try:
            return "" if self._loaded else self._missing
        except MissingError:
            return self._missing

    def _import(self) -> None:
        """Load WeasyPrint, without the lines that it prints where a library is not there. Raises
        MissingError."""
        if not self._missing:
            try:
                with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                    import weasyprint.text.fonts  # noqa: F401 - the next import finds it
            except ImportError:
                self._missing = NO_PACKAGE
            except OSError:
                self._missing = NO_PANGO
        if self._missing:
            raise MissingError(
                f"what only WeasyPrint prints (logos, names in some scripts) needs {self._missing}"
            )

    @cached_property
    def _loaded(self) -> _Loaded:
        """What takes long to load. Raises MissingError if Pango is not there."""
        with warnings.catch_warnings():  # of a system without any font: we bring ours
            warnings.filterwarnings("ignore", ".*FontConfig", UserWarning)
            self._import()
            from weasyprint import CSS, HTML
            from weasyprint.text.fonts import FontConfiguration
            from weasyprint.urls import URLFetcher, URLFetcherResponse
        templates = self.templates

        class TemplatesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
            """Reads ``sheetgen:`` URLs and some pictures; anything else ends the rendering."""

            def __init__(self, pictures: Collection[str]) -> None:
                super().__init__(fail_on_errors=True)
                self._pictures = pictures

            def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
                if url in self._pictures:
                    return super().fetch(url, headers)
                return URLFetcherResponse(url, templates.read(url))

        fonts = FontConfiguration()
        css = CSS(string=templates.css, font_config=fonts, url_fetcher=TemplatesOnly(()))
        atexit.register(self.unload)  # before the interpreter takes WeasyPrint's modules apart
        return _Loaded(HTML, TemplatesOnly, fonts, css)

    def unload(self) -> None:
        """Let go of WeasyPrint."""
        self.__dict__.pop("_loaded", None)


@contextmanager
def _stopped_clock() -> Iterator[None]:
    """No time of day in what fontTools writes: the files of fonts with coloured or variable
    glyphs, which only the system may bring."""
    if _CLOCK in os.environ:
        yield
        return
    os.environ[_CLOCK] = "0"
    try:
        yield
    finally:
        os.environ.pop(_CLOCK, None)
