"""The QR code of a scanned page: which page of which sheet it is, and where the code stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""A picture, rows of pixels, 0 black."""
Points = NDArray[np.float64]
"""Rows of x and y."""

_SAID = re.compile(r"([2-9A-Z]{4}-[2-9A-Z]{4}) ([1-9]\d{0,2})([WK])(?: .*)?", re.DOTALL)
_OLD = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}|[a-z0-9-]+\?.*seed=.*", re.DOTALL)
"""What codes said that did not say the page yet."""


@dataclass(frozen=True)
class PageCode:
    """What a page's code says, and its corners."""

    code: str
    number: int
    """Which page of the exercise, counted from 1."""
    is_key: bool
    corners: Points
    """In pixels: the code's upper left corner, as it was printed, then clockwise."""


def page_codes(picture: Grey) -> tuple[list[PageCode], str]:
    """The codes of sheets in a picture, turned anyhow; and what to say where there is none."""
    found: list[PageCode] = []
    other = ""
    for sharper in (0, 1, 2):
        for code, corners in _read(_sharper(picture, sharper), max(1, sharper)):
            said = _SAID.fullmatch(code)
            if said:
                found.append(PageCode(said[1], int(said[2]), said[3] == "K", corners))
            elif _OLD.fullmatch(code):
                other = "its code does not say which page it is: a version before 0.2 printed it"
            else:
                other = "its code is not one of a sheet"
        if found or other:
            break
    return found, "" if found else other or "no code found"


def _sharper(picture: Grey, how: int) -> Grey:
    """The picture as it is; with edges of two or three pixels drawn out; or larger before that."""
    if how == 0:
        return picture
    import cv2

    large = picture
    if how > 1:
        large = cast(Grey, cv2.resize(picture, None, fx=how, fy=how, interpolation=cv2.INTER_CUBIC))
    fine = cv2.GaussianBlur(large, (0, 0), 0.8 * how)
    return cast(Grey, cv2.addWeighted(fine, 3.0, cv2.GaussianBlur(large, (0, 0), 2.5 * how), -2.0,
                                      0.0))  # fmt: skip


def _read(picture: Grey, scale: int) -> Iterator[tuple[str, Points]]:
    """What each code of a picture says, and its corners in one that is ``scale`` times smaller."""
    import zxingcpp

    kind: Any = zxingcpp.BarcodeFormat.QRCode
    for found in zxingcpp.read_barcodes(picture, formats=kind):
        if found.text:
            p = found.position
            corners = (p.top_left, p.top_right, p.bottom_right, p.bottom_left)
            yield found.text, np.array([(c.x, c.y) for c in corners], float) / scale
