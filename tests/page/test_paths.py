"""Paths: moved by arithmetic, rounded as they are written."""

from __future__ import annotations

import pytest

from sheetgen.page import paths
from sheetgen.page.figure import Figure, arrow, curve, place
from sheetgen.page.items import Line
from sheetgen.page.paths import Path, disc, hundredths, rectangle, scaled, straight


def test_points_are_scaled_and_moved_and_lengths_only_scaled() -> None:
    path: Path = (
        ("M", 1, 2), ("L", 3, 4), ("C", 1, 2, 3, 4, 5, 6), ("h", 1), ("v", 2), ("l", 1, 2),
        ("a", 1, -2), ("z",),
    )  # fmt: skip
    assert {command[0] for command in path} == set(paths.LETTERS)
    assert scaled(path, 10, 100, 200) == (
        ("M", 110, 220), ("L", 130, 240), ("C", 110, 220, 130, 240, 150, 260), ("h", 10), ("v", 20),
        ("l", 10, 20), ("a", 10, -20), ("z",),
    )  # fmt: skip


def test_placing_rounds_to_thousandths() -> None:
    assert scaled((("M", 1 / 3, 2 / 3),), 10, 0, 0) == (("M", 3.333, 6.667),)
    assert straight([(1 / 3, 0), (1, 2 / 3)]) == (("M", 0.333, 0), ("L", 1, 0.667))


def test_shapes_are_in_hundredths_without_a_negative_zero() -> None:
    assert rectangle(1 / 3, 0, 10, 2) == (
        ("M", 0.33, 0), ("h", 10), ("v", 2), ("h", -10), ("z",)
    )  # fmt: skip
    assert disc(10, 10, 2.5) == (("M", 7.5, 10), ("a", 2.5, 5), ("a", 2.5, -5), ("z",))
    assert str(hundredths(-0.001)) == "0.0"


def test_a_figure_is_placed_with_its_lines() -> None:
    (line,) = place(arrow(0, 0, 2, 1), 9, 14, 38.5)
    assert isinstance(line, Line)
    assert line.path == (("M", 14, 38.5), ("L", 32, 47.5))
    assert line.bounds == (14, 38.5, 32, 47.5)
    assert line.end[:2] == (32, 47.5)
    bent = curve([(0, 0), (0, 1), (1, 1), (2, 0)], "answer", None)
    (moved,) = Figure(bent.items).moved(10, 10).items
    assert isinstance(moved, Line)
    assert moved.path == (("M", 10, 10), ("C", 10, 11, 11, 11, 12, 10))
    with pytest.raises(ValueError, match="two handles"):
        curve([(0, 0), (1, 1)], "answer", None)
