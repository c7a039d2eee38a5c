"""A school's logo: an image that is sure to be drawn, and in little time."""

from __future__ import annotations

import base64
import io
import logging
import stat
import warnings
from pathlib import Path
from xml.etree import ElementTree

from sheetgen.errors import MissingError, SheetgenError
from sheetgen.files import reason
from sheetgen.page.items import Page, Picture, Printed
from sheetgen.press.printing import printer

LARGEST_LOGO = 2_000_000
MOST_PIXELS = 16_000_000
MOST_ELEMENTS, DEEPEST = 5000, 60
"""Of an SVG; each element counts as often as it is used."""
IMAGES = {".png": "image/png", ".svg": "image/svg+xml"}
SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "image"}
FOREIGN = {"script", "foreignObject", "iframe", "video", "audio", "animate", "set"}


def logo_url(name: str, folder: Path) -> str:
    """The image as a ``data:`` URL; nothing if there is no name. Raises SheetgenError for what is
    no image that can be drawn."""
    if not name:
        return ""
    path = folder / name
    kind = IMAGES.get(path.suffix.lower())
    if kind is None:
        raise SheetgenError(f"logo: {name} is neither .png nor .svg")
    data = _read(path)
    is_png = data[:8] == b"\x89PNG\r\n\x1a\n"
    if (kind == "image/png") != is_png or (kind != "image/png" and b"<svg" not in data):
        raise SheetgenError(f"logo: {path} is no {path.suffix[1:].upper()} image")
    url = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    why = (_png_fault if is_png else _svg_fault)(data) or _drawing_fault(url)
    if why:
        raise SheetgenError(f"logo: {path} cannot be drawn: {why}")
    return url


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SheetgenError(f"logo: {path} is no file")
        with path.open("rb") as file:
            data = file.read(LARGEST_LOGO + 1)
    except FileNotFoundError:
        raise SheetgenError(f"logo: there is no file {path}") from None
    except (OSError, ValueError) as problem:
        why = reason(problem) if isinstance(problem, OSError) else "no name of a file"
        raise SheetgenError(f"logo: {path}: {why}") from None
    if len(data) > LARGEST_LOGO:
        raise SheetgenError(f"logo: {path} is larger than 2 MB")
    return data


def _png_fault(data: bytes) -> str:
    """Why a PNG is not printed; nothing if it is."""
    try:
        from PIL import Image, ImageFile
    except ImportError:  # it comes with WeasyPrint, without which no logo is printed
        return ""

    wide, high = (int.from_bytes(data[k : k + 4], "big") for k in (16, 20))
    if not 0 < wide * high <= MOST_PIXELS:
        return f"it has {wide} by {high} pixels; at most 16 million are printed"
    patient = ImageFile.LOAD_TRUNCATED_IMAGES  # which WeasyPrint asks for
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                image.load()
    except Exception:  # whatever Pillow makes of a broken file
        return "it is damaged"
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = patient
    return ""


def _svg_fault(data: bytes) -> str:
    """Why an SVG is not printed; nothing if it is."""
    if b"<!ENTITY" in data or b"<!entity" in data:
        return "it defines entities"
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as problem:
        return f"it is no XML ({' '.join(str(problem).split())[:60]})"
    names = {_tag(element) for element in root.iter()}
    if names & FOREIGN:
        return f"it holds <{min(names & FOREIGN)}>"
    if _deep(root) > DEEPEST:
        return "its elements are nested too deep"
    for element in root.iter():
        if _tag(element) == "image" and not _target(element).startswith("data:image/"):
            return "it shows another file"
    drawn = _uses(root)
    if drawn is None:
        return "its <use> go in a circle"
    if drawn > MOST_ELEMENTS:
        return f"it has {min(drawn, 10**9):,} elements or more, counting what <use> repeats"
    return "" if names & SHAPES else "it draws nothing"


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _target(element: ElementTree.Element) -> str:
    found = (v for k, v in element.attrib.items() if k.rpartition("}")[2] == "href")
    return next(found, "").strip()


def _deep(root: ElementTree.Element) -> int:
    """How deep elements are nested, without recursion."""
    level, deep = [root], 0
    while level and deep <= DEEPEST:
        level, deep = [child for element in level for child in element], deep + 1
    return deep


def _uses(root: ElementTree.Element) -> int | None:
    """How many elements are drawn, those that ``<use>`` repeats counted each time; None if they
    use one another in a circle."""
    named = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}
    known: dict[ElementTree.Element, int] = {}
    open_now: set[ElementTree.Element] = set()

    def size(element: ElementTree.Element) -> int | None:
        if element in open_now:
            return None
        if element not in known:
            open_now.add(element)
            used = named.get(_target(element).lstrip("#")) if _tag(element) == "use" else None
            inner = [*element, *([] if used is None else [used])]
            sizes = [size(one) for one in inner]
            open_now.discard(element)
            if None in sizes:
                return None
            known[element] = min(1 + sum(one or 0 for one in sizes), 10**12)
        return known[element]

    try:
        return size(root)
    except RecursionError:
        return None


def _drawing_fault(url: str) -> str:
    """What WeasyPrint says against drawing an image; nothing if it does."""
    said: list[str] = []

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    log, heard = logging.getLogger("weasyprint"), Heard(logging.ERROR)
    log.addHandler(heard)
    try:
        printer().weasy.pdf([Printed((Page(60, 60, (Picture(5, 5, 24, 16, url),)),), "", True)])
    except MissingError:  # then it is left off
        return ""
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError):
        return "it is damaged"
    finally:
        log.removeHandler(heard)
    return " ".join(said[0].replace(url, "it").split())[:120] if said else ""
