"""Pages that a simulated machine scanned: every box is where it is said to be, or the page is not
read. The truth is the simulation's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sheetgen.classroom.boxes import PrintedPage
from sheetgen.scan import straight as room
from sheetgen.scan.askew import LOOK
from sheetgen.scan.codes import Grey, page_codes
from sheetgen.scan.straight import FINE, NotCertainError, straightened
from sheetgen.scan.wanted import WantedPage
from sheetgen.topics.catalogue import TOPICS
from tests.scan.classes import Filled, filled, made
from tests.scan.simulation import (
    FEEDER,
    FLATBED,
    MACHINES,
    Machine,
    Scan,
    rendered,
    scanned,
)

LIMITS = {"flatbed": 0.45, "feeder": 0.45, "phone": 0.9}
"""Mm by which the worst box may be off."""
QUICK = [
    ("backpropagation", "a4", "feeder"), ("matrix-multiplication", "letter", "flatbed"),
    ("self-attention", "letter", "feeder"), ("rnn", "a4", "flatbed"),
    ("softmax", "a4", "feeder"), ("backpropagation", "letter", "phone"),
]  # fmt: skip
MANY = [(topic, ("a4", "letter")[k % 2], [*MACHINES][k // 2 % 3]) for k, topic in enumerate(TOPICS)]


def worst(monkeypatch: pytest.MonkeyPatch, scan: Scan, page: WantedPage, **more: Any) -> float:
    """The most mm by which a box in which something is written is off on the straight page.
    Raises NotCertainError."""
    kept: list[tuple[Any, int]] = []
    remapped = room._remapped

    def noted(picture: Grey, page: PrintedPage, field: Any) -> Grey:
        kept.append((field, picture.shape[0]))
        return remapped(picture, page, field)

    monkeypatch.setattr(room, "_remapped", noted)
    [code], _ = page_codes(scan.picture)
    straightened(scan.picture, page.printed, code.corners, **more)
    field, height = kept[-1]
    by = scan.picture.shape[0] / height
    points = np.array([(x + side / 2, y + side / 2) for _, (x, y, side, _), _ in page.boxes])
    found = (field.at(points)[0] + 0.5) * by - 0.5
    slopes = field.at(points)[1] * by
    off = np.linalg.solve(slopes, (found - scan.truth(points))[..., None])[..., 0]
    return float(np.hypot(*off.T).max())


def outcome(
    monkeypatch: pytest.MonkeyPatch, folder: Path, one: Filled, machine: str, seed: int
) -> float | None:
    """How far the worst box of a scan is off; None if the page is not read."""
    random = np.random.default_rng(seed)
    scan = scanned(one.picture, 200, MACHINES[machine], random, upside_down=seed % 2 == 1)
    if not page_codes(scan.picture)[0]:
        return None

    def look() -> Grey:
        return next(rendered(folder / "worksheets.pdf", [one.number - 1], LOOK * 25.4))

    try:
        return worst(monkeypatch, scan, one.page, look=look)
    except NotCertainError:
        return None


@pytest.mark.parametrize(("topic", "paper", "machine"), QUICK)
def test_every_box_is_found_where_it_was_scanned(
    topic: str, paper: str, machine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path / "class", topic, 1, paper)
    one = next(filled(folder, np.random.default_rng(3)))
    off = outcome(monkeypatch, folder, one, machine, seed=len(topic))
    assert off is not None
    assert off <= LIMITS[machine]


@pytest.mark.scans
@pytest.mark.parametrize(("topic", "paper", "machine"), MANY)
def test_every_page_is_read_rightly_or_not_at_all(
    topic: str, paper: str, machine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path / "class", topic, 1, paper)
    found = [outcome(monkeypatch, folder, one, machine, seed=k)
             for k, one in enumerate(filled(folder, np.random.default_rng(5)))]  # fmt: skip
    read = [off for off in found if off is not None]
    if machine != "phone":
        assert len(read) == len(found)
    assert max(read, default=0.0) <= LIMITS[machine]


def rolled(scan: Scan, mm: float) -> Scan:
    """The scan with all but its code shifted down, as if another layout had been printed."""
    picture = scan.picture.copy()
    rows = round(mm * 200 / 25.4)
    below = picture[330:-rows].copy()
    picture[330:] = 235
    picture[330 + rows :] = below
    return Scan(picture, lambda points: scan.truth(points) + np.array((0, rows)))


@pytest.mark.parametrize("shift", ["a box", "half a box", "far"])
def test_a_page_printed_otherwise_is_not_read_wrongly(
    shift: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path / "class", "four-neurons")
    one = next(filled(folder, np.random.default_rng(3)))
    side = max(block.side for block in one.page.printed.blocks)
    by = {"a box": side, "half a box": side / 2, "far": 4.5 * side}[shift]
    still = Machine(0.0, 0.0, 0.0, 0.0, 0.0, 0.8, 4, 85)
    scan = rolled(scanned(one.picture, 200, still, np.random.default_rng(1)), by)
    try:
        off = worst(monkeypatch, scan, one.page)
    except NotCertainError:
        return
    assert off <= 0.45


def test_another_page_with_the_same_code_is_not_read(tmp_path: Path) -> None:
    folder = made(tmp_path / "class", "four-neurons")
    other = made(tmp_path / "other", "self-attention")
    one, two = (next(filled(place, np.random.default_rng(3))) for place in (folder, other))
    scan = scanned(two.picture, 200, FLATBED, np.random.default_rng(1))
    [code], _ = page_codes(scan.picture)
    with pytest.raises(NotCertainError):
        straightened(scan.picture, one.page.printed, code.corners)


def test_a_page_with_a_part_torn_off_is_not_read(tmp_path: Path) -> None:
    folder = made(tmp_path / "class", "backpropagation")
    one = next(filled(folder, np.random.default_rng(3)))
    scan = scanned(one.picture, 200, FEEDER, np.random.default_rng(1))
    scan.picture[1300:] = 235
    [code], _ = page_codes(scan.picture)
    with pytest.raises(NotCertainError):
        straightened(scan.picture, one.page.printed, code.corners)


@pytest.mark.parametrize("dpi", [150, 300])
def test_other_resolutions_are_read(
    dpi: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path / "class", "four-neurons")
    one = next(filled(folder, np.random.default_rng(3), dpi=dpi))
    scan = scanned(one.picture, dpi, FEEDER, np.random.default_rng(1))
    assert worst(monkeypatch, scan, one.page) <= 0.45


def test_too_coarse_a_picture_is_refused(tmp_path: Path) -> None:
    folder = made(tmp_path / "class", "four-neurons")
    one = next(filled(folder, np.random.default_rng(3), dpi=100))
    corners = np.array([[600, 40], [648, 40], [648, 88], [600, 88.0]])
    with pytest.raises(NotCertainError, match="coarse"):
        straightened(cv2.resize(one.picture, None, fx=0.7, fy=0.7), one.page.printed, corners)


def test_the_straight_page_is_upright_and_of_its_size(tmp_path: Path) -> None:
    folder = made(tmp_path / "class", "four-neurons")
    one = next(filled(folder, np.random.default_rng(3)))
    scan = scanned(one.picture, 200, FEEDER, np.random.default_rng(2), upside_down=True)
    [code], _ = page_codes(scan.picture)
    found = straightened(scan.picture, one.page.printed, code.corners)
    assert found.picture.shape == (297 * FINE, 210 * FINE)
    [again], _ = page_codes(found.picture)
    x, y, side = one.page.printed.code or (0, 0, 0)
    assert np.abs(again.corners[0] / FINE - (x, y)).max() < 0.5
    assert np.abs(again.corners[2] / FINE - (x + side, y + side)).max() < 0.5
