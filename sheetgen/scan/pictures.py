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
from sheetgen.scan.stack import Affine, ScannedPage, Stack

Grey = NDArray[np.uint8]
MOST = 14_000_000
"""Bytes that all pictures of a stack may have, as they stand in a file of text."""


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
    cv2 = opencv()
    a, b, c, d, e, f = page.to_pixels
    k = 1 / pixels_a_mm
    matrix = np.array([[a * k, c * k, e], [b * k, d * k, f]])
    size = tuple(round(side * pixels_a_mm) for side in page.size)
    scan, shrunk = grey(page.picture), max(1.0, np.sqrt(abs(a * d - b * c)) * k)
    if shrunk > 1.5:  # small pictures are averages of many pixels, not some of them
        scan = cv2.GaussianBlur(scan, (0, 0), 0.35 * shrunk)
    found = cv2.warpAffine(scan, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                           borderMode=cv2.BORDER_CONSTANT, borderValue=255)  # fmt: skip
    return np.asarray(found, np.uint8)


def from_pixels(to_pixels: Affine) -> Affine:
    """The way back: from pixels to mm. Raises SheetgenError for what has none."""
    a, b, c, d, e, f = to_pixels
    size = a * d - b * c
    if not np.isfinite(size) or abs(size) < 1e-9:
        raise SheetgenError("a page of a scan has no size")
    return (d / size, -b / size, -c / size, a / size,
            (c * f - d * e) / size, (b * e - a * f) / size)  # fmt: skip


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


def jpeg(picture: bytes) -> tuple[bytes, tuple[int, int]]:
    """A picture as JPEG, itself if it is one, and its width and height. Raises SheetgenError."""
    cv2 = opencv()
    found = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise SheetgenError("a picture of a scan cannot be read")
    size = (int(found.shape[1]), int(found.shape[0]))
    if picture[:2] == b"\xff\xd8":
        return picture, size
    return _written(found[..., :3] if found.ndim == 3 else found, ".jpg",
                    cv2.IMWRITE_JPEG_QUALITY, 75), size  # fmt: skip
