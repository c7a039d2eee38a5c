"""Pictures of boxes and pages as a screen shows them: small, grey, straight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.cores import Cores
from sheetgen.errors import MissingError, SheetgenError
from sheetgen.scan.stack import Area, ScannedPage, Stack

Grey = NDArray[np.uint8]
MOST = 14_000_000
"""Bytes that all pictures of a stack may have, as they stand in a file of text."""

FINEST = 8.0
"""Pixels a mm of a page that is made straight to be handed back: some 200 dpi."""


@dataclass(frozen=True)
class Level:
    """How large pictures are, and how good, from 0 to 100."""

    crop: int
    """The longer side of a box with its margin, in pixels."""
    crop_quality: int
    page: float
    """Pixels a mm."""
    page_quality: int


LEVELS = (
    Level(128, 45, 4.4, 32), Level(104, 35, 3.6, 25), Level(88, 28, 3.0, 20),
    Level(72, 20, 2.4, 14),
)  # fmt: skip


def small_pictures(stack: Stack) -> tuple[list[bytes], list[bytes]]:
    """The crops of all papers in their order as JPEG, then the pages as WebP, which is smaller and
    slower to make: as good as fits into the ``MOST``, and for stacks of many hundreds as small as
    can be read."""
    crops = [grey(crop.png) for paper in stack.papers for crop in paper.crops.values()]
    pages = [page for paper in stack.papers for page in paper.pages]
    level = next((one for one in LEVELS if _guess(one, crops, pages) <= MOST), LEVELS[-1])
    with ThreadPoolExecutor(Cores.here().count) as threads:
        return ([*threads.map(partial(_small_crop, level), crops)],
                [*threads.map(partial(_small_page, level), pages)])


def _guess(level: Level, crops: Sequence[Grey], pages: Sequence[ScannedPage]) -> float:
    """About how many letters the pictures of a level have: from some of them."""
    def share(some: Sequence[Any], small: Callable[[Level, Any], bytes]) -> float:
        tried = some[:: max(1, len(some) // 6)]
        return sum(len(small(level, one)) for one in tried) / max(1, len(tried)) * len(some) * 4 / 3

    return share(crops, _small_crop) + share(pages, _small_page)


def _small_crop(level: Level, crop: Grey) -> bytes:
    cv2 = opencv()
    return _written(_sized(crop, level.crop), ".jpg", cv2.IMWRITE_JPEG_QUALITY, level.crop_quality)


def _small_page(level: Level, page: ScannedPage) -> bytes:
    cv2 = opencv()
    return _written(straight(page, level.page), ".webp", cv2.IMWRITE_WEBP_QUALITY,
                    level.page_quality)  # fmt: skip


def opencv() -> Any:
    """The library for pictures. Raises MissingError if it is not there."""
    try:
        import cv2
    except ImportError as error:
        raise MissingError('scans need more packages: pip install "sheetgen[scan]"') from error
    return cv2


def grey(picture: bytes) -> Grey:
    """A PNG or JPEG as grey pixels. Raises SheetgenError if it is none."""
    cv2 = opencv()
    found = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    if found is None:
        raise SheetgenError("a picture of a scan cannot be read")
    return np.asarray(found, np.uint8)


def straight(page: ScannedPage, pixels_a_mm: float) -> Grey:
    """The page as it was printed, upright, from the scan."""
    return _warped(page, grey(page.picture), pixels_a_mm)


def upright(page: ScannedPage) -> tuple[bytes, Area]:
    """A scan as JPEG that lies as the page was printed, with its place on the page: the scan's own
    where it lies so, since some readers of PDFs turn pictures badly."""
    cv2 = opencv()
    found = cv2.imdecode(np.frombuffer(page.picture, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise SheetgenError("a picture of a scan cannot be read")
    a, b, c, d, e, f = page.to_pixels
    if page.picture[:2] == b"\xff\xd8" and min(a, d) > 0 and max(abs(b), abs(c)) < 2e-4 * a:
        height, width = found.shape[:2]
        return page.picture, (-e / a, -f / d, width / a, height / d)
    found = found[..., :3] if found.ndim == 3 else found
    made = _warped(page, found, min(FINEST, float(np.sqrt(abs(a * d - b * c)))))
    return _written(made, ".jpg", cv2.IMWRITE_JPEG_QUALITY, 75), (0, 0, *page.size)


def _warped(page: ScannedPage, scan: Grey, pixels_a_mm: float) -> Grey:
    cv2 = opencv()
    a, b, c, d, e, f = page.to_pixels
    k, half = 1 / pixels_a_mm, 0.5 / pixels_a_mm
    # OpenCV counts from the middle of the first pixel, everybody else from its corner.
    matrix = np.array([[a * k, c * k, e + a * half + c * half - 0.5],
                       [b * k, d * k, f + b * half + d * half - 0.5]])  # fmt: skip
    size = tuple(round(side * pixels_a_mm) for side in page.size)
    shrunk = max(1.0, float(np.sqrt(abs(a * d - b * c))) * k)
    if shrunk > 1.5:  # small pictures are averages of many pixels, not some of them
        scan = cv2.GaussianBlur(scan, (0, 0), 0.35 * shrunk)
    found = cv2.warpAffine(scan, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                           borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255))
    return np.asarray(found, np.uint8)


def _sized(crop: Grey, longest: int) -> Grey:
    cv2 = opencv()
    height, width = crop.shape
    scale = longest / max(height, width)
    if scale >= 1:
        return crop
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)


def _written(picture: Grey, ending: str, option: int, quality: int) -> bytes:
    done, data = opencv().imencode(ending, picture, [option, quality])
    assert done
    return bytes(data)
