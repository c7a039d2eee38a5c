"""The QR code of a scanned page: which page of which sheet it is, and where the code stands."""

from __future__ import annotations

import re
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
    for tried in range(2):
        for code in _read(_prepared(picture, tried)):
            said = _SAID.fullmatch(code.text)
            if said:
                found.append(PageCode(said[1], int(said[2]), said[3] == "K", _corners(code)))
            elif _OLD.fullmatch(code.text):
                other = "its code does not say which page it is: a version before 0.2 printed it"
            else:
                other = "its code is not one of a sheet"
        if found or other:
            break
    return found, "" if found else other or "no code found"


def _prepared(picture: Grey, tried: int) -> Grey:
    """The picture as it is, then with even light and sharper."""
    if tried == 0:
        return picture
    import cv2

    soft = cv2.GaussianBlur(picture, (0, 0), 2.0)
    sharper = cv2.addWeighted(picture, 2.0, soft, -1.0, 0.0)
    return cast(Grey, cv2.createCLAHE(3.0, (8, 8)).apply(sharper))


def _read(picture: Grey) -> list[Any]:
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code for code in found if code.text]


def _corners(code: Any) -> Points:
    p = code.position
    corners = (p.top_left, p.top_right, p.bottom_right, p.bottom_left)
    return np.array([(c.x, c.y) for c in corners], float)
