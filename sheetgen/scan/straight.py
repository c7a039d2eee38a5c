"""A scanned page made straight: its code says roughly where all stands, and its printed boxes,
found by correlation from the code outwards, say it exactly. What is not certain is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from sheetgen.classroom.boxes import Boxed, PrintedPage
from sheetgen.scan.askew import by_look
from sheetgen.scan.codes import Grey, Points
from sheetgen.scan.field import Field, similarity
from sheetgen.scan.matching import Match, best_match, scores_of
from sheetgen.scan.outlines import Ink, ink_of, outlines

FINE = 8.0
"""Pixels a mm of the straight page."""
ROUGH = 4.0
"""Pixels a mm where blocks are sought."""
COARSEST = 3.4
"""Pixels a mm that a picture must have, some 86 a inch."""
AROUND = 2.5
"""Mm around a block that are looked at with it."""
NODE = 5.0
"""Mm between the points of which the map of a page is worked out."""
FOUND, ALONE = 0.3, 0.04
"""The least score, and lead, of a block that is found."""
PASSES = ((1.6, 20.0), (0.9, 12.0), (0.7, 12.0))
"""How far boxes are sought on the page made straight, and how near are those that should agree with
them, in mm: each time it is straighter."""
OUT_OF_LINE = 5.0
"""Mm by which a block may stand elsewhere than those around it say: a page with few blocks says
little."""
STRETCHED = 1.3
"""How much larger or smaller than most a part of a page may seem."""
DOUBTFUL, LEAD, BESIDE = 0.2, 0.04, 6
"""How much better a block may fit elsewhere, since others may look like it; how much worse all of
them must, together; and how many pixels, at ``ROUGH``, are no other place."""
BOTH = 1.2, 0.06
"""So far out of line *and* so much better elsewhere no block may be: each alone happens on pages
that are read rightly (by less than 4 mm and .14), both on those that are not."""


class NotCertainError(Exception):
    """It is not certain where the boxes of a page are; says why."""


@dataclass(frozen=True)
class Straight:
    """A page as if it had been scanned flat and upright."""

    picture: Grey
    """``FINE`` pixels a mm, from the page's top left corner."""
    ink: Ink
    """Its thin dark marks."""
    off: float
    """The most mm by which a printed box seems to stand elsewhere than it should."""
    sure: float
    """The part of the boxes that were found where they should be."""


def straightened(
    picture: Grey, page: PrintedPage, corners: Points,
    look: Callable[[], Grey | None] = lambda: None,
) -> Straight:  # fmt: skip
    """The page of a picture in which the ``corners`` of its code are known, in pixels, clockwise
    from the upper left one. Where it was photographed so askew that the code does not tell enough,
    ``look`` gives the page as it was printed, ``LOOK`` pixels a mm. Raises NotCertainError."""
    if page.code is None or not page.blocks:
        raise NotCertainError("nothing was printed on it by which its boxes could be found")
    x, y, side = page.code
    square = np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
    scale = float(np.hypot(*(corners[1] - corners[0])) / side)
    if scale < COARSEST:
        raise NotCertainError(f"scanned too coarsely ({scale * 25.4:.0f} dpi; 150 are enough)")
    if scale > FINE * 1.15:
        by = FINE / scale
        picture = cast(Grey, cv2.resize(picture, None, fx=by, fy=by, interpolation=cv2.INTER_AREA))
        corners, scale = (corners + 0.5) * by - 0.5, FINE
    first = Field(similarity(square, corners), square, corners, np.full(4, 0.5), 60.0)
    try:
        return _by_field(picture, page, _by_blocks(picture, page, first, scale), first)
    except NotCertainError:
        printed = look()
        askew = None if printed is None else by_look(picture, printed, page.size, scale)
        if askew is None:
            raise
        return _by_field(picture, page, _by_blocks(picture, page, askew, scale, 4.0), askew)


def _by_field(picture: Grey, page: PrintedPage, field: Field, first: Field) -> Straight:
    """The page made straight by a map that is right to a mm or two; what is far from all boxes
    stays where the ``first`` map has it. Raises NotCertainError."""
    for reach, smooth in PASSES:
        straight = _remapped(picture, page, field)
        field = _with_edges(_by_boxes(straight, page, field, reach, smooth), first)
    out = _out_of_line(page, field)
    return _checked(_remapped(picture, page, field), page, out)


# --- blocks, from the code outwards


@dataclass(frozen=True)
class _Rough:
    """A picture's ink at ``ROUGH`` pixels a mm, and the page's lines to be found in it."""

    ink: Ink
    page: PrintedPage
    by: float
    """Pixels of it for each of the picture."""

    def match(self, block: Boxed, field: Field, reach: float) -> tuple[Points, Points, Match]:
        """A block's middle in mm, where it is in the picture, and how well it was found within so
        many mm of where the field has it."""
        lines = _outlines(self.page, ROUGH, 0.3)
        (left, top, width, height) = _window(block, self.page, ROUGH)
        piece = lines[top : top + height, left : left + width]
        middle = np.array([[left + width / 2, top + height / 2]]) / ROUGH
        more = round(reach * ROUGH)
        place, slope = field.at(middle)
        # From pixels of the area to those of the ink.
        linear = slope[0] * self.by / ROUGH
        centre = np.array([(width - 1) / 2 + more, (height - 1) / 2 + more])
        shift = (place[0] + 0.5) * self.by - 0.5 - linear @ centre
        area = cv2.warpAffine(
            self.ink, np.column_stack([linear, shift]), (width + 2 * more, height + 2 * more),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        )  # fmt: skip
        found = best_match(cast(Ink, area), piece, 1.5 * ROUGH)
        return middle, place + slope[0] @ np.array([found.x, found.y]) / ROUGH, found


def _window(block: Boxed, page: PrintedPage, scale: float) -> tuple[int, int, int, int]:
    """Left, top, width and height in pixels of what is looked at of a block."""
    width, height = (round(side * scale) for side in page.size)
    left, top = (max(0, round((v - AROUND) * scale)) for v in (block.x, block.y))
    right = min(width, round((block.x + block.cols * block.side + AROUND) * scale))
    bottom = min(height, round((block.y + block.rows * block.side + AROUND) * scale))
    return left, top, right - left, bottom - top


@lru_cache(8)
def _drawn(key: bytes, scale: float, soft: float) -> Ink:
    import msgspec

    return outlines(msgspec.json.decode(key, type=PrintedPage), scale, soft)


def _outlines(page: PrintedPage, scale: float, soft: float) -> Ink:
    """The page's lines; pages of one plate share them."""
    import msgspec

    return _drawn(msgspec.json.encode(page), scale, soft)


def _by_blocks(
    picture: Grey, page: PrintedPage, first: Field, scale: float, most: float = 9.0
) -> Field:
    """The map by the blocks that are found, the nearest to what is known first, at ``most`` so many
    mm from where it had them."""
    by = ROUGH / scale
    small = cv2.resize(picture, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    rough = _Rough(ink_of(cast(Grey, small), ROUGH), page, by)
    field = first
    waiting = list(page.blocks)
    source, target, weights = [*first.source], [*first.target], [*first.weights]
    while waiting:
        known = np.array(source)
        near = [float(np.hypot(*(known - _middle(block)).T).min()) for block in waiting]
        k = int(np.argmin(near))
        block, away = waiting.pop(k), near[k]
        middle, place, found = rough.match(block, field, min(most, 1.5 + 0.07 * away))
        if found.score < FOUND or found.lead < ALONE:
            continue
        source.append(middle[0])
        target.append(place[0])
        weights.append(found.score)
        field = field.with_points(np.array(source), np.array(target), np.array(weights))
    return _again(rough, page, field, len(first.source))


def _middle(block: Boxed) -> NDArray[np.float64]:
    return np.array([block.x + block.cols * block.side / 2, block.y + block.rows * block.side / 2])


def _again(rough: _Rough, page: PrintedPage, field: Field, first: int) -> Field:
    """All blocks once more, with the map that they gave; those that do not fit the others go, but
    for the ``first`` points, which were known before."""
    if len(field.source) <= first:
        raise NotCertainError("none of its printed boxes were found")
    source, target, weights = (list(v[:first]) for v in (field.source, field.target,
                                                           field.weights))  # fmt: skip
    for block in page.blocks:
        middle, place, found = rough.match(block, field, 3.0)
        if found.score >= FOUND:
            source.append(middle[0])
            target.append(place[0])
            weights.append(found.score)
    found_all = field.with_points(np.array(source), np.array(target), np.array(weights))
    off = np.hypot(*(found_all.without_own() - found_all.target).T)
    size = float(np.sqrt(abs(np.linalg.det(field.likely[:, :2]))))
    keep = off < 2.5 * size
    keep[:first] = True
    return found_all.with_points(found_all.source[keep], found_all.target[keep],
                                 found_all.weights[keep])  # fmt: skip


# --- boxes, on the page made straight


def _remapped(picture: Grey, page: PrintedPage, field: Field) -> Grey:
    """The page as the map has it, ``FINE`` pixels a mm."""
    width, height = (round(side * FINE) for side in page.size)
    pitch = round(NODE * FINE)
    cols, rows = -(-width // pitch) + 1, -(-height // pitch) + 1
    # Nodes stand where a picture of them that is made larger has them.
    xs, ys = ((np.arange(n) + 0.5) * pitch - 0.5 for n in (cols, rows))
    nodes = np.stack(np.meshgrid(xs, ys), 2).reshape(-1, 2)
    places = field.at((nodes + 0.5) / FINE)[0].reshape(rows, cols, 2).astype(np.float32)
    maps = cv2.resize(places, (cols * pitch, rows * pitch), interpolation=cv2.INTER_LINEAR)
    maps = maps[:height, :width]
    nothing: Any = None
    return cast(Grey, cv2.remap(picture, maps, nothing, cv2.INTER_LINEAR,
                                borderMode=cv2.BORDER_CONSTANT, borderValue=255))  # fmt: skip


def _boxes(page: PrintedPage) -> list[tuple[float, float, float]]:
    """Left, top and side of all boxes."""
    return [(b.x + j * b.side, b.y + i * b.side, b.side)
            for b in page.blocks for i in range(b.rows) for j in range(b.cols)]  # fmt: skip


def _match_box(ink: Ink, lines: Ink, box: tuple[float, float, float], reach: float) -> Match:
    """Where the lines of a box stand within so many mm."""
    x, y, side = box
    around, more = 1.0, round(reach * FINE)
    left, top = round((x - around) * FINE), round((y - around) * FINE)
    size = round((side + 2 * around) * FINE)
    if min(left, top) < more:
        return Match(-1.0, 0.0, 0.0, 0.0)
    piece = lines[top : top + size, left : left + size]
    area = ink[top - more : top + size + more, left - more : left + size + more]
    return best_match(area, piece, 0.8 * FINE)


def _by_boxes(
    straight: Grey, page: PrintedPage, field: Field, reach: float, near: float
) -> Field:
    """The map by all boxes within ``reach`` mm; those count less that stand otherwise than those
    ``near`` them."""
    ink, lines = ink_of(straight, FINE), _outlines(page, FINE, 0.22)
    source: list[tuple[float, float]] = []
    offs: list[tuple[float, float]] = []
    weights: list[float] = []
    for box in _boxes(page):
        found = _match_box(ink, lines, box, reach)
        if found.score >= FOUND:
            source.append((box[0] + box[2] / 2, box[1] + box[2] / 2))
            offs.append((found.x / FINE, found.y / FINE))
            weights.append(found.score**2)
    if len(source) < 3:
        raise NotCertainError("too few of its printed boxes were found")
    at, off = np.array(source), np.array(offs)
    still = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    weighed = np.array(weights)
    for _ in range(2):
        own = Field(still, at, at + off, weighed, near)
        odd = np.hypot(*(own.without_own() - own.target).T)
        weighed = np.array(weights) / (1.0 + (odd / max(0.2, 2.0 * float(np.median(odd)))) ** 2)
    target = field.at(own.at(at)[0])[0]
    return Field(field.likely, at, target, weighed, near)


def _with_edges(field: Field, first: Field) -> Field:
    return field.with_points(
        np.concatenate([field.source, first.source]), np.concatenate([field.target, first.target]),
        np.concatenate([field.weights, np.full(len(first.source), 0.01)]),
    )  # fmt: skip


# --- whether it is certain


def _out_of_line(page: PrintedPage, field: Field) -> NDArray[np.float64]:
    """For each block, the mm by which it stands elsewhere than those around it say. Raises
    NotCertainError for a map that stretches or bends boxes as paper cannot be."""
    middles = np.array([(x + side / 2, y + side / 2) for x, y, side in _boxes(page)])
    sizes = np.linalg.svd(field.at(middles)[1], compute_uv=False)
    apart = sizes / np.median(sizes)
    if apart.max() > STRETCHED or apart.min() < 1 / STRETCHED:
        raise NotCertainError("its boxes stand as they could on no sheet of paper")
    blocks = np.array([_middle(block) for block in page.blocks])
    if len(blocks) <= 3:
        return np.zeros(len(blocks))
    places = field.at(blocks)[0]
    others = Field(field.likely, blocks, places, np.ones(len(blocks)), 60.0)
    out = np.hypot(*(others.without_own() - places).T) / float(np.median(sizes))
    if out.max() > OUT_OF_LINE:
        raise NotCertainError("some of its boxes stand out of line with the others")
    return np.asarray(out, np.float64)


def _checked(straight: Grey, page: PrintedPage, out: NDArray[np.float64]) -> Straight:
    """The page, if its boxes are where they should be; ``out`` of line are its blocks by so many
    mm. Raises NotCertainError."""
    ink, lines = ink_of(straight, FINE), _outlines(page, FINE, 0.22)
    found = [_match_box(ink, lines, box, 1.0) for box in _boxes(page)]
    near = [m.score >= FOUND and np.hypot(m.x, m.y) <= 0.4 * FINE for m in found]
    sure = sum(near) / len(near)
    if sure < 0.75:
        raise NotCertainError(f"only {sure:.0%} of its printed boxes were found where they belong")
    _check_blocks(ink, page, near, out)
    off = max((float(np.hypot(m.x, m.y)) / FINE for m, ok in zip(found, near, strict=True) if ok),
              default=0.0)  # fmt: skip
    return Straight(straight, ink, off, sure)


def _check_blocks(
    ink: Ink, page: PrintedPage, near: Sequence[bool], out: NDArray[np.float64]
) -> None:
    """Raises NotCertainError for a block of which most boxes were not found, or that would fit
    better further on; and if the page would, by a box perhaps."""
    by = ROUGH / FINE
    rough = cast(Ink, cv2.resize(ink, None, fx=by, fy=by, interpolation=cv2.INTER_AREA))
    lines = _outlines(page, ROUGH, 0.3)
    more = round(1.2 * max(block.side for block in page.blocks) * ROUGH)
    framed = cv2.copyMakeBorder(rough, more, more, more, more, cv2.BORDER_CONSTANT, value=0)
    whole, start = np.zeros((2 * more + 1, 2 * more + 1)), 0
    for block, off in zip(page.blocks, out.tolist(), strict=True):
        own = near[start : start + len(block.numbers)]
        start += len(block.numbers)
        if not any(block.numbers):
            continue  # of the legend
        if sum(own) < 0.6 * len(own):
            raise NotCertainError(f"the boxes of {_called(block)} were not found for certain")
        left, top, width, height = _window(block, page, ROUGH)
        piece = lines[top : top + height, left : left + width]
        area = cast(Ink, framed[top : top + height + 2 * more, left : left + width + 2 * more])
        scores = scores_of(area, piece)
        here = _at_middle(scores)
        better = float(scores.max()) - here
        if here < FOUND or better > DOUBTFUL or (off > BOTH[0] and better > BOTH[1]):
            raise NotCertainError(f"{_called(block)} may stand elsewhere than it seems")
        whole += scores * len(own)
    elsewhere = whole.copy()
    elsewhere[more - BESIDE : more + BESIDE + 1, more - BESIDE : more + BESIDE + 1] = -np.inf
    if float(elsewhere.max()) > _at_middle(whole) - LEAD * len(near):
        raise NotCertainError("all of it may stand elsewhere than it seems")


def _at_middle(scores: NDArray[Any]) -> float:
    """The best score at the middle, and a pixel or two beside it."""
    more = scores.shape[0] // 2
    return float(scores[more - 2 : more + 3, more - 2 : more + 3].max())


def _called(block: Boxed) -> str:
    """A block by what is in it."""
    names = dict.fromkeys(number[0] for number in block.numbers if number)
    return " and ".join(names) or "a block"
