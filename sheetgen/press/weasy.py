"""Printed pages -> HTML, PDF and PNG: the items say where, ``templates/`` say how it looks."""

from __future__ import annotations

import atexit
import base64
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sheetgen.errors import SheetgenError
from sheetgen.page.items import Page, Printed
from sheetgen.page.marks import Text, mm, pictures, strokes, words
from sheetgen.page.theme import read_theme
from sheetgen.type import fonts

if TYPE_CHECKING:
    from jinja2 import Environment
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

_CLOCK = "SOURCE_DATE_EPOCH"


@dataclass(slots=True)
class Classes:
    """The classes that a document needs: places and sizes repeat, and a rule is read only once."""

    rules: dict[str, str] = field(default_factory=dict)

    def paper(self, page: Page) -> str:
        width, height = mm(page.width), mm(page.height)
        name = f"paper{width}x{height}".replace(".", "_")
        if name not in self.rules:
            self.rules[f"@page {name}"] = f"size:{width}mm {height}mm;margin:0"
            self.rules[name] = f"page:{name};width:{width}mm;height:{height}mm"
        return name

    def text(self, text: Text) -> str:
        left, top, em, width, height = map(
            mm, (text.left, text.top, text.size, text.width, text.height)
        )
        return " ".join((
            self._rule("x", left, f"left:{left}mm"),
            self._rule("y", top, f"top:{top}mm"),
            self._rule("w", width, f"width:{width}mm"),
            self._rule("h", height, f"height:{height}mm;line-height:{height}mm"),
            self._rule("s", em, f"font-size:{em}mm"),
        ))  # fmt: skip

    def _rule(self, letter: str, value: str, body: str) -> str:
        name = letter + value.replace(".", "_")
        self.rules.setdefault(name, body)
        return name

    def css(self) -> Markup:
        return Markup("\n").join(
            Markup(f"{name if name[0] == '@' else '.' + name}{{{body}}}")
            for name, body in self.rules.items()
        )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(fonts.TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    environment.globals |= {"mm": mm, "words": words, "strokes": strokes}
    return environment


@cache
def _css() -> str:
    theme = read_theme(fonts.TEMPLATES / "by-hand.css")
    return theme.css + (fonts.TEMPLATES / "sheet.css").read_text(encoding="utf-8")


def _document(sheets: Sequence[Printed], css: str) -> str:
    template = _environment().get_template("sheet.html")
    return template.render(sheets=sheets, classes=Classes(), css=Markup(css))


def _embedded(match: re.Match[str]) -> str:
    data = base64.b64encode(read_template(match[0])).decode("ascii")
    return f"data:font/ttf;base64,{data}"


def html(printed: Printed, *, embed_fonts: bool = False) -> str:
    """One HTML document with its styles inside; a browser also needs ``embed_fonts``."""
    css = _css()
    if embed_fonts:
        css = re.sub(r"sheetgen:[\w./-]+", _embedded, css)
    return _document([printed], css)


def read_template(url: str) -> bytes:
    """The template that a ``sheetgen:`` URL names; every other URL or folder is refused."""
    scheme, _, name = url.partition(":")
    path = (fonts.TEMPLATES / name).resolve()
    if scheme != "sheetgen" or not path.is_relative_to(fonts.TEMPLATES.resolve()):
        raise SheetgenError(f"a page may use nothing but its templates, not {url}")
    if not path.is_file():
        raise SheetgenError(f"the template {name} is missing: install sheetgen again")
    return path.read_bytes()


@dataclass(frozen=True)
class _Press:
    """WeasyPrint with our fonts and styles read once."""

    html: Any
    fetcher: Any
    fonts: FontConfiguration
    css: CSS


@cache
def _press() -> _Press:
    try:
        with warnings.catch_warnings():  # of a system without any font: we bring ours
            warnings.filterwarnings("ignore", ".*FontConfig", UserWarning)
            from weasyprint import CSS, HTML
            from weasyprint.text.fonts import FontConfiguration
            from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:
        raise SheetgenError(
            "PDF needs the Pango library: on Debian or Ubuntu "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error

    class TemplatesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Reads ``sheetgen:`` URLs; anything else ends the rendering."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url in pictures:
                return super().fetch(url, headers)
            return URLFetcherResponse(url, read_template(url))

    fetcher = TemplatesOnly(fail_on_errors=True)
    configuration = FontConfiguration()
    css = CSS(string=_css(), font_config=configuration, url_fetcher=fetcher)
    atexit.register(_press.cache_clear)  # before the interpreter takes WeasyPrint's modules apart
    return _Press(HTML, fetcher, configuration, css)


def pdf(sheets: Sequence[Printed], *, tagged: bool = False) -> bytes:
    """All sheets as one PDF, a bookmark for each with a subject; same sheets, same bytes."""
    if not sheets:
        raise SheetgenError("there is no sheet to print")
    press = _press()
    return print_html(_document(sheets, ""), press, tagged=tagged)


def print_html(text: str, press: _Press | None = None, *, tagged: bool = False) -> bytes:
    """The PDF of an HTML document that uses our styles."""
    press = press or _press()
    from weasyprint.urls import FatalURLFetchingError

    try:
        document = press.html(string=text, url_fetcher=press.fetcher)
        with _stopped_clock():
            data: bytes = document.write_pdf(
                font_config=press.fonts, stylesheets=[press.css], pdf_tags=tagged
            )
    except FatalURLFetchingError as error:
        raise SheetgenError(str(error.__cause__ or error)) from error
    return data


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


def png(data: bytes, dpi: float = 150) -> list[bytes]:
    """Each page of a PDF as a PNG image."""
    try:
        import pypdfium2
    except ImportError as error:
        raise SheetgenError('images need more packages: pip install "sheetgen[png]"') from error
    images = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            image = BytesIO()
            page.render(scale=dpi / 72).to_pil().save(image, "PNG")
            images.append(image.getvalue())
    return images
