"""Printed pages -> HTML, PDF and PNG. Places come from the items; what they look like comes from ``templates/``."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from itertools import groupby
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from sheetgen import fonts
from sheetgen.errors import SheetgenError
from sheetgen.page import Block, Cell, Circle, Item, Label, Line, Page, Printed

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

PRINTED_SIZE = 0.52
"""Em of a printed number relative to its box."""
ANSWER_SIZE = 0.58
"""Em of an answer relative to its box."""
ROOM = 0.86
"""Part of a box's width that its number may take."""
REPLACEMENT_SIZE = 0.4
"""Em of what the key writes beside a crossed-out number, relative to the box."""
STEP = 0.05
"""Font sizes are multiples of this many mm, so that a document has few of them."""
HEAD = 1.15
"""Length in mm of an arrow head."""

_FACES = {"label": "fl", "title": "ft", "answer": "fa", "digits": "", "small": ""}
_TAGS = {"sub": "sub", "sup": "sup"}


def markup(text: str) -> Markup:
    """The HTML of a label's markup; a character that no bundled font has becomes an empty box."""
    for missing in fonts.uncovered(text):
        text = text.replace(missing, "□")
    parts = []
    for position, part in fonts.pieces(text):
        tag = _TAGS.get(position)
        parts.append(f"<{tag}>{escape(part)}</{tag}>" if tag else str(escape(part)))
    return Markup("".join(parts))


def fitting_size(text: str, size: float, room: float, face: str) -> float:
    """``size``, or the largest multiple of ``STEP`` below it at which ``text`` fits into ``room`` mm."""
    wide = fonts.text_width(text, size, face)
    return size if wide <= room else max(math.floor(size * room / wide / STEP) * STEP, STEP)


def number_size(cell: Cell, side: float) -> float:
    """Em in mm of a cell's number in a box of ``side`` mm."""
    share, face = (ANSWER_SIZE, "answer") if cell.blank else (PRINTED_SIZE, "digits")
    return fitting_size(cell.text, round(share * side / STEP) * STEP, ROOM * side, face)


@dataclass(frozen=True, slots=True)
class Text:
    """One text on the page: its box in mm, its em, its classes and its HTML."""

    left: float
    top: float
    width: float
    height: float
    size: float
    style: str
    html: Markup


def words(item: Item, key: bool) -> Iterator[Text]:
    """The texts of an item, in reading order."""
    match item:
        case Block():
            yield from _numbers(item, key)
        case Label():
            if key or not item.answer:
                yield _label(item)
        case Circle(text=text) if text and (key or not (item.answer or item.node)):
            face, style = ("answer", "fa answer") if item.node else ("digits", "ink")
            size = fitting_size(text, item.radius * 1.2, item.radius * 1.55, face)
            x, y, side = item.x - item.radius, item.y - item.radius, 2 * item.radius
            yield Text(x, y, side, side, size, style, markup(text))


def _numbers(block: Block, key: bool) -> Iterator[Text]:
    side = block.cell
    for r, row in enumerate(block.cells):
        for c, cell in enumerate(row):
            if not cell.text or (cell.blank and not key):
                continue
            x, y = block.x + c * side, block.y + r * side
            style = "fa answer" if cell.blank else "ink"
            yield Text(x, y, side, side, number_size(cell, side), style, markup(cell.text))
            if cell.struck and key:
                size = fitting_size(cell.struck, REPLACEMENT_SIZE * side, 0.42 * side, "answer")
                yield Text(x + side * 0.54, y + side * 0.02, side * 0.42, side * 0.32, size,
                           "fa rectified end", markup(cell.struck))  # fmt: skip


def _label(label: Label) -> Text:
    face = "answer" if label.answer else label.face
    colour = "answer" if label.answer and label.colour == "ink" else label.colour
    size = fitting_size(label.markup, label.size, label.width, face) if label.width else label.size
    # A little more room than the text needs, in steps of 5 mm so that a document has few widths.
    width = math.ceil((fonts.text_width(label.markup, size, face) + 1) / 5) * 5.0
    left = {"start": label.x, "middle": label.x - width / 2, "end": label.x - width}[label.anchor]
    style = " ".join(
        name for name in (_FACES[face], colour, label.anchor.replace("middle", "")) if name
    )
    height = size * 1.2
    return Text(left, label.y - height / 2, width, height, size, style, markup(label.markup))


def mm(value: float) -> str:
    """A length to a hundredth of a millimetre, without needless zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-0", "0") if abs(value) < 0.01 else (
        f"{value:.2f}".rstrip("0").rstrip(".")
    )


def fills(block: Block) -> list[tuple[str, str]]:
    """Kind of cell -> the path of its rectangles: neighbours of one kind are one rectangle."""
    side, paths = block.cell, dict[str, list[str]]()
    rows = [tuple((kind, len(list(run))) for kind, run in groupby(c.kind for c in row))
            for row in block.cells]  # fmt: skip
    y = block.y
    for runs, equal in groupby(rows):
        height, x = side * len(list(equal)), block.x
        for kind, count in runs:
            wide = mm(count * side)
            paths.setdefault(kind, []).append(f"M{mm(x)} {mm(y)}h{wide}v{mm(height)}h-{wide}z")
            x += count * side
        y += height
    return [(kind, "".join(parts)) for kind, parts in paths.items()]


def grid(block: Block) -> str:
    """All lines of a block's boxes as one path."""
    side = block.cell
    wide, high = mm(block.cols * side), mm(block.rows * side)
    frame = f"M{mm(block.x)} {mm(block.y)}h{wide}v{high}h-{wide}z"
    across = (f"M{mm(block.x)} {mm(block.y + r * side)}h{wide}" for r in range(1, block.rows))
    down = (f"M{mm(block.x + c * side)} {mm(block.y)}v{high}" for c in range(1, block.cols))
    return frame + "".join(across) + "".join(down)


def outline(block: Block) -> str:
    """The line around a block of trainable numbers."""
    wide, high = mm(block.cols * block.cell), mm(block.rows * block.cell)
    return f"M{mm(block.x)} {mm(block.y)}h{wide}v{high}h-{wide}z"


def heavy(block: Block) -> str:
    """Frames of the cells to look at, empty without such a cell."""
    side = mm(block.cell)
    return "".join(f"M{mm(x)} {mm(y)}h{side}v{side}h-{side}z"
                   for x, y, cell in _placed(block) if cell.emphasis)  # fmt: skip


def crosses(block: Block) -> str:
    """The strokes through the numbers that the key crosses out."""
    side, path = block.cell, ""
    for x, y, cell in _placed(block):
        if cell.struck:
            face = "answer" if cell.blank else "digits"
            size = number_size(cell, side)
            half = fonts.text_width(cell.text, size, face) / 2 + side * 0.04
            rise, middle = size * 0.38, (x + side / 2, y + side / 2)
            for up in (-rise, rise):
                path += f"M{mm(middle[0] - half)} {mm(middle[1] - up)}"
                path += f"L{mm(middle[0] + half)} {mm(middle[1] + up)}"
    return path


def _placed(block: Block) -> Iterator[tuple[float, float, Cell]]:
    for r, row in enumerate(block.cells):
        for c, cell in enumerate(row):
            yield block.x + c * block.cell, block.y + r * block.cell, cell


def head(line: Line) -> str:
    """An arrow head: two short strokes that meet at the line's end."""
    x, y, degrees = line.end
    length = HEAD * max(1.0, line.weight / 0.25) ** 0.5
    tips = [
        (x - length * math.cos(turn), y - length * math.sin(turn))
        for turn in (math.radians(degrees - 27), math.radians(degrees + 27))
    ]
    return f"M{mm(tips[0][0])} {mm(tips[0][1])}L{mm(x)} {mm(y)}L{mm(tips[1][0])} {mm(tips[1][1])}"


@dataclass(slots=True)
class Sizes:
    """The classes that a document needs: one for each paper and for each size of text box."""

    papers: dict[tuple[float, float], str] = field(default_factory=dict)
    texts: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def paper(self, page: Page) -> str:
        return self.papers.setdefault((page.width, page.height), f"paper{len(self.papers)}")

    def text(self, text: Text) -> str:
        size = mm(text.size), mm(text.width), mm(text.height)
        return self.texts.setdefault(size, f"s{len(self.texts)}")

    def css(self) -> Markup:
        rules = []
        for (width, height), name in self.papers.items():
            size = f"{mm(width)}mm {mm(height)}mm"
            rules.append(f"@page {name} {{ size: {size}; margin: 0 }}")
            box = f"width: {mm(width)}mm; height: {mm(height)}mm"
            rules.append(f".{name} {{ page: {name}; {box} }}")
        for (em, width, height), name in self.texts.items():
            box = f"width: {width}mm; height: {height}mm; line-height: {height}mm"
            rules.append(f".{name} {{ font-size: {em}mm; {box} }}")
        return Markup("\n".join(rules))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(fonts.TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    environment.globals |= {
        "mm": mm,
        "words": words,
        "kind_of": lambda item: type(item).__name__.lower(),
        "shapes": SimpleNamespace(
            fills=fills, grid=grid, outline=outline, heavy=heavy, crosses=crosses, head=head
        ),
    }
    return environment


@cache
def _theme() -> str:
    text = (fonts.TEMPLATES / "by-hand.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/\s*|\n", "", text, flags=re.DOTALL)


@cache
def _css() -> str:
    return _theme() + "\n" + (fonts.TEMPLATES / "sheet.css").read_text(encoding="utf-8")


def _document(sheets: Sequence[Printed], css: str) -> str:
    template = _environment().get_template("sheet.html")
    return template.render(sheets=sheets, sizes=Sizes(), theme=Markup(_theme()), css=Markup(css))


def _embedded(match: re.Match[str]) -> str:
    data = base64.b64encode(read_template(match[0])).decode("ascii")
    return f"data:font/ttf;base64,{data}"


def html(printed: Printed, *, embed_fonts: bool = False) -> str:
    """One HTML document with its styles inside; with ``embed_fonts`` a browser needs nothing else."""
    css = _css()
    if embed_fonts:
        css = re.sub(r"sheetgen:[\w./-]+", _embedded, css)
    return _document([printed], css)


def read_template(url: str) -> bytes:
    """The file that a ``sheetgen:`` URL names; every other URL and every way out of the folder is refused."""
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
            return URLFetcherResponse(url, read_template(url))

    fetcher = TemplatesOnly(fail_on_errors=True)
    configuration = FontConfiguration()
    css = CSS(string=_css(), font_config=configuration, url_fetcher=fetcher)
    return _Press(HTML, fetcher, configuration, css)


def pdf(sheets: Sequence[Printed]) -> bytes:
    """All pages of all sheets as one PDF, a bookmark for each sheet with a subject; same sheets, same bytes."""
    if not sheets:
        raise SheetgenError("there is no sheet to print")
    press = _press()
    return print_html(_document(sheets, ""), press)


def print_html(text: str, press: _Press | None = None) -> bytes:
    """The PDF of an HTML document that uses our styles."""
    from weasyprint.urls import FatalURLFetchingError

    press = press or _press()
    try:
        document = press.html(string=text, url_fetcher=press.fetcher)
        data: bytes = document.write_pdf(font_config=press.fonts, stylesheets=[press.css])
    except FatalURLFetchingError as error:
        raise SheetgenError(str(error.__cause__ or error)) from error
    return data


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
