"""The lines of a page's boxes: as they were printed, and as a picture shows them."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from sheetgen.classroom.boxes import Boxed, PrintedPage
from sheetgen.scan.codes import Grey

Ink = NDArray[np.float32]
"""How much darker than the paper around it each pixel is."""
LINE = 0.25
"""Width of a line in mm."""
THICK = 0.9
"""What is wider, in mm, is a fill or a shade and no line."""
GRAIN = 0.15
"""What is finer, in mm, is noise."""
_PARTS = 4
"""Bits of a pixel's fraction when lines are drawn."""


def ink_of(picture: Grey, scale: float) -> Ink:
    """The thin dark marks of a picture with so many pixels a mm, whatever the light is."""
    size = max(3, round(THICK * scale) | 1)
    calm = cv2.GaussianBlur(picture, (0, 0), GRAIN * scale)
    closed = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    return cast(Ink, cv2.subtract(closed, calm).astype(np.float32))


def outlines(page: PrintedPage, scale: float, soft: float) -> Ink:
    """The lines of all boxes of a page, so many pixels a mm, their edges ``soft`` mm wide."""
    width, height = (round(side * scale) for side in page.size)
    canvas = np.zeros((height, width), np.uint8)
    for block in page.blocks:
        _draw(canvas, block, scale)
    return cast(Ink, cv2.GaussianBlur(canvas.astype(np.float32), (0, 0), soft * scale))


def _draw(canvas: Grey, block: Boxed, scale: float) -> None:
    right, bottom = block.x + block.cols * block.side, block.y + block.rows * block.side
    for k in range(block.rows + 1):
        y = block.y + k * block.side
        _line(canvas, (block.x, y), (right, y), scale)
    for k in range(block.cols + 1):
        x = block.x + k * block.side
        _line(canvas, (x, block.y), (x, bottom), scale)


def _line(
    canvas: Grey, start: tuple[float, float], end: tuple[float, float], scale: float
) -> None:
    a, b = ((round((x * scale - 0.5) * 2**_PARTS), round((y * scale - 0.5) * 2**_PARTS))
            for x, y in (start, end))  # fmt: skip
    thick = max(1, round(LINE * scale))
    cv2.line(canvas, a, b, 255, thick, cv2.LINE_AA, _PARTS)
