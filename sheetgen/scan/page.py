"""One scanned page: whose it is, and a picture of each of its boxes; or why it was not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from sheetgen.scan.askew import LOOK
from sheetgen.scan.codes import Grey, PageCode, page_codes
from sheetgen.scan.likeness import likeness
from sheetgen.scan.outlines import Ink, ink_of
from sheetgen.scan.stack import MARGIN, Area, Crop, Place, ScannedPage
from sheetgen.scan.straight import FINE, NotCertainError, Straight, straightened
from sheetgen.scan.wanted import WantedPage, WantedPages, WantedPaper

KEPT = 6.0
"""Pixels a mm of a page that is kept."""
QUALITY = 70
"""Of its JPEG."""
BLANK = 2e-4
"""The part of a page that is dark if nothing is on it."""
EVEN = 14.0
"""How many shades of 256 its light may differ."""
LEAST_SIDE, MOST_SIDE = 300, 20_000
"""Pixels of a picture that may be a page."""


@dataclass(frozen=True)
class ReadPage:
    """What was read of a page."""

    where: str
    """The file and the page."""
    why: str = ""
    """Why it was not read; nothing if it was, or if there is nothing on it."""
    code: str = ""
    """Nothing for a page that was not read."""
    page: ScannedPage | None = None
    crops: Mapping[Place, Crop] | None = None


def read_page(picture: Grey | None, where: str, wanted: WantedPages) -> ReadPage:
    """Read a page; ``where`` it is stands in what is told of it."""
    if picture is None:
        return ReadPage(where, "this picture is damaged")
    if min(picture.shape) < LEAST_SIDE or max(picture.shape) > MOST_SIDE:
        return ReadPage(where, f"no page has {picture.shape[1]} by {picture.shape[0]} pixels")
    if _is_blank(picture):
        return ReadPage(where)
    found, why = page_codes(picture)
    if not found:
        return ReadPage(where, why)
    if len(found) > 1:
        return ReadPage(where, "several codes: scan one page a picture")
    code = found[0]
    paper = wanted.papers.get(code.code)
    if paper is None:
        return ReadPage(where, _whose(code, wanted))
    if code.is_key:
        return ReadPage(where, f"page {code.number} of the answer key of {paper.who}")
    try:
        straight, page = _by_any_printing(picture, code, paper, wanted)
    except NotCertainError as problem:
        return ReadPage(where, f"page {code.number} of {paper.who}: {problem}")
    crops = {place: _crop(straight, area, text, code.number) for place, area, text in page.boxes}
    return ReadPage(where, "", code.code, _kept(straight, page, code.number), crops)


def _whose(code: PageCode, wanted: WantedPages) -> str:
    """Whose a page is that is of no paper of the class."""
    if name := wanted.former.get(code.code):
        return f"page {code.number} of {code.code} ({name}), who is no longer in the class"
    return f"of another class: page {code.number} of {code.code}"


def _is_blank(picture: Grey) -> bool:
    """Whether nothing is on it, as on the back of a page."""
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    edge = round(0.03 * min(small.shape))
    inner = cast(Grey, cv2.GaussianBlur(small[edge:-edge, edge:-edge], (0, 0), 1.0))
    tiny = cv2.resize(inner, (64, 64), interpolation=cv2.INTER_AREA)
    return float(tiny.std()) < EVEN and float((ink_of(inner, 4.0) > 30).mean()) < BLANK


def _by_any_printing(
    picture: Grey, code: PageCode, paper: WantedPaper, wanted: WantedPages
) -> tuple[Straight, WantedPage]:
    """The page made straight, by the printing that it is of. Raises NotCertainError."""
    problem = NotCertainError(f"its sheet has {paper.pages} pages only")
    for k, pages in enumerate(paper.printings):
        if code.number > len(pages):
            continue
        page = pages[code.number - 1]

        def look(latest: bool = k == 0) -> Grey | None:
            return _printed(wanted, paper, code.number) if latest else None

        try:
            return straightened(picture, page.printed, code.corners, look), page
        except NotCertainError as found:
            problem = found
    raise problem


def _printed(wanted: WantedPages, paper: WantedPaper, number: int) -> Grey | None:
    """A page as it stands in the pack, ``LOOK`` pixels a mm; None if that is not there."""
    if wanted.pack is None or paper.pack_page is None:
        return None
    import pypdfium2

    with pypdfium2.PdfDocument(wanted.pack) as document:
        picture = document[paper.pack_page + number - 1].render(scale=LOOK * 25.4 / 72,
                                                                grayscale=True)  # fmt: skip
        return np.array(picture.to_numpy(), np.uint8).reshape(picture.height, picture.width)


def _crop(straight: Straight, area: Area, text: str, number: int) -> Crop:
    """What stands in a box."""
    x, y, width, height = area
    picture = _cut(straight.picture, (x - MARGIN, y - MARGIN, width + 2 * MARGIN,
                                      height + 2 * MARGIN), 255)  # fmt: skip
    done, data = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    assert done
    ink = cast(Ink, _cut(straight.ink, area, 0))
    return Crop(bytes(data), number, area, likeness(ink, FINE, text))


def _cut(picture: Grey | Ink, area: Area, outside: int) -> Grey | Ink:
    """A part of a straight page; what is off it is as said."""
    left, top, width, height = (round(v * FINE) for v in area)
    high, wide = picture.shape
    x0, y0, x1, y1 = max(0, left), max(0, top), min(wide, left + width), min(high, top + height)
    part = picture[y0:y1, x0:x1]
    if part.shape == (height, width):
        return part
    return cast(Grey, cv2.copyMakeBorder(part, y0 - top, top + height - y1, x0 - left,
                                         left + width - x1, cv2.BORDER_CONSTANT,
                                         value=outside))  # fmt: skip


def _kept(straight: Straight, page: WantedPage, number: int) -> ScannedPage:
    by = KEPT / FINE
    small = cv2.resize(straight.picture, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert done
    return ScannedPage(number, bytes(data), (KEPT, 0.0, 0.0, KEPT, -0.5, -0.5), page.printed.size)
