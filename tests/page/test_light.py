"""The light drawing of a page has the strokes of the printed one."""

from __future__ import annotations

import math
import re

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path

from sheetgen.api import make
from sheetgen.formats.format import Request
from sheetgen.page.items import Page
from sheetgen.page.light import light_drawing, light_strokes
from sheetgen.page.marks import strokes
from sheetgen.page.patterns import BANDS, PATTERNS, SPACING
from tests.support import NAMES

Segment = tuple[str, frozenset[tuple[int, int]] | tuple[tuple[int, int], ...]]


def _segments(path: str) -> list[Segment]:
    """The parts of an SVG path in hundredths of a millimetre; a straight one has no direction."""
    pen = RecordingPen()
    parse_path(path, pen)
    found: list[Segment] = []
    start = at = (0, 0)
    for how, points in pen.value:
        places = tuple((round(100 * x), round(100 * y)) for x, y in points)
        match how:
            case "moveTo":
                start = at = places[0]
            case "lineTo":
                found.append(("line", frozenset((at, places[0]))))
            case "curveTo":
                found.append(("curve", (at, *places)))
            case "closePath":
                found.append(("line", frozenset((at, start))))
        at = places[-1] if places else start
    return found


def _length(segment: Segment) -> float:
    return max(math.dist(a, b) for a in segment[1] for b in segment[1])


def _near(one: Segment, other: Segment) -> bool:
    return one[0] == other[0] and all(
        any(math.dist(a, b) <= 3 for b in other[1]) for a in one[1]
    )


def _same(one: str, other: str) -> bool:
    """Whether two paths have the same parts in any order; what is not longer than a few hundredths
    may be rounded away."""
    left = _segments(other)
    for segment in _segments(one):
        twin = next((k for k, s in enumerate(left) if _near(segment, s)), None)
        if twin is not None:
            del left[twin]
        elif _length(segment) > 4:
            return False
    return all(_length(segment) <= 4 for segment in left)


def _pages(topic: str) -> list[Page]:
    return list(Request((make(topic, 3),)).worksheets[0].pages)


@pytest.mark.parametrize("topic", NAMES)
def test_a_light_path_has_the_same_strokes_and_weighs_less(topic: str) -> None:
    for page in _pages(topic):
        light, printed = light_strokes(page, False), strokes(page, False)
        assert [look for look, _ in light] == [look for look, _ in printed]
        for (look, path), (_, whole) in zip(light, printed, strict=True):
            assert _same(path, whole), (look, path, whole)
        weights = [sum(len(path) for _, path in some) for some in (light, printed)]
        assert weights[0] < weights[1]


@pytest.mark.parametrize("name", BANDS)
def test_the_dashes_of_a_band_are_the_strokes_of_its_pattern(name: str) -> None:
    turns, path = set(), PATTERNS[name](10.0, 20.0, 40.0, 30.0)
    for (_, x0, y0), (letter, *to) in zip(path[::2], path[1::2], strict=True):
        x1, y1 = {"h": (x0 + to[0], y0), "v": (x0, y0 + to[0])}.get(letter, (to[0], to[-1]))
        turn = round(math.degrees(math.atan2(y1 - y0, x1 - x0)))
        turns.add(turn)
        way = math.radians(turn)
        steps = (math.cos(way) * y0 - math.sin(way) * x0) / SPACING
        assert abs(steps - round(steps)) < 0.01
    assert turns == {*BANDS[name]}


def test_a_pattern_is_seen_through_the_boxes_of_its_kind() -> None:
    drawn = light_drawing(_pages("multi-head-attention")[0], False, 7)
    filled = set(re.findall(r'<path id=(\S+) fill="#', drawn))
    clips = re.findall(r'<clipPath id=(\S+)><use href="#(\S+)"/></clipPath>', drawn)
    assert clips
    assert {source for _, source in clips} <= filled
    assert set(re.findall(r'clip-path="url\(#(\S+)\)"', drawn)) == {name for name, _ in clips}
