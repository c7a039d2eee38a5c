"""Sheets handed back: the scan made straight, the marks at their boxes, the total above."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from functools import cache
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from sheetgen.errors import SheetgenError
from sheetgen.scan.returning import hand_back
from sheetgen.scan.said import read_said
from sheetgen.scan.stack import Paper, Stack
from tests.scan.paper import Filled, filled

TITLES = ("code", "id", "name", "exercise", "points", "max", "note", "boxes")
PT = 72 / 25.4


@cache
def two() -> Filled:
    return filled(2, "hidden-layer", slips={1: (("z1", 0, 0), "9")})


def marks(tmp_path: Path, *rows: dict[str, Any], titles: tuple[str, ...] = TITLES) -> Path:
    path = tmp_path / "marks.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, titles)
        writer.writeheader()
        writer.writerows(rows)
    return path


def both(tmp_path: Path) -> Path:
    one, other = (paper.code for paper in two().stack.papers)
    return marks(
        tmp_path,
        {"code": one, "points": "12"},
        {"code": other, "points": "11", "note": "Only the sign in step 1.",
         "boxes": "z1[1,1] 9 wrong; a1[1,1] 9 follows; z1[2,1] ? wrong; z1[3,1] empty"},
    )  # fmt: skip


def test_marks_stand_at_their_boxes_and_the_total_above(tmp_path: Path) -> None:
    stack = two().stack
    files = hand_back(stack, both(tmp_path), tmp_path / "back")
    assert [f.name for f in files] == [
        f"{name}-{p.code}.pdf" for name, p in zip(("Mei-Tanaka", "Omar-Haddad"), stack.papers,
                                                  strict=True)]  # fmt: skip
    paper = stack.papers[1]
    with pdfplumber.open(files[1]) as document:
        [page] = document.pages
        assert (page.width, page.height) == pytest.approx((210 * PT, 297 * PT), abs=0.5)
        words = page.extract_words()
        said = page.extract_text()
    assert "Omar Haddad" in said
    assert f"11 / {paper.most}" in said
    assert "Only the sign in step 1." in said
    assert "9 is wrong" in said
    assert "1 box follows" in said
    key = paper.exercise.shown("z1")
    for row in range(3):
        left, top, width, height = paper.crops["z1", row, 0].box
        scale = 1 - (_top(words) / 297)
        middle = (105 + (left + width / 2 - 105) * scale) * PT
        bottom = (_top(words) + (top + height) * scale) * PT
        near = [w["text"] for w in words
                if abs((w["x0"] + w["x1"]) / 2 - middle) < 4 and abs(w["bottom"] - bottom) < 9]
        assert key[row][0] in near


def _top(words: list[dict[str, Any]]) -> float:
    """How much of the page is head, in mm: 13, 3 for the foot, and 5 for each line."""
    lines = {round(w["top"]) for w in words if w["top"] < 50 * PT and w["text"] in "✗↳Only"}
    return 16 + 5 * len(lines)


def test_the_scan_is_in_the_file_as_it_is(tmp_path: Path) -> None:
    stack = two().stack
    [file, _] = hand_back(stack, both(tmp_path), tmp_path / "back")
    with pikepdf.open(file) as document:
        images = [*document.pages[0].get_images().values()]
        assert [image.read_raw_bytes() for image in images] == [stack.papers[0].pages[0].picture]


@pytest.mark.parametrize("degrees", [180, -2.5])
def test_a_scan_that_lies_askew_is_made_straight(degrees: float, tmp_path: Path) -> None:
    stack = two().stack
    straight, _ = hand_back(stack, both(tmp_path), tmp_path / "straight")
    papers = (_turned(stack.papers[0], degrees), stack.papers[1])
    askew, _ = hand_back(replace(stack, papers=papers), both(tmp_path), tmp_path / "askew")
    one, other = (_picture(path) for path in (straight, askew))
    apart = np.asarray(ImageChops.difference(one, other), np.float64)
    assert apart.mean() < 4
    assert np.asarray(ImageChops.difference(one, other.rotate(180)), np.float64).mean() > 8


def _turned(paper: Paper, degrees: float) -> Paper:
    page = paper.pages[0]
    image = Image.open(io.BytesIO(page.picture))
    turned, (w, h) = image.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=252), image.size
    c, s = cos(radians(degrees)), sin(radians(degrees))
    a, b, _, d, e, f = page.to_pixels
    middle = (w / 2, h / 2)
    to = (a * c, a * s, -d * s, d * c,
          (e - middle[0]) * c - (f - middle[1]) * s + middle[0],
          (e - middle[0]) * s + (f - middle[1]) * c + middle[1])  # fmt: skip
    assert b == 0
    data = io.BytesIO()
    turned.save(data, "PNG")
    return replace(paper, pages=(replace(page, picture=data.getvalue(), to_pixels=to),))


def _picture(path: Path) -> Image.Image:
    with pypdfium2.PdfDocument(path) as document:
        picture: Image.Image = document[0].render(scale=1).to_pil().convert("L")
        return picture.filter(ImageFilter.GaussianBlur(1))


def test_what_a_later_box_should_be_follows_from_the_slip(tmp_path: Path) -> None:
    """As the page says it: the number that would have counted, not the key's."""
    stack, paper = two().stack, two().stack.papers[1]
    path = marks(tmp_path, {"code": paper.code, "points": "3",
                            "boxes": "z1[1,1] 9 wrong; a1[1,1] 7 wrong"})  # fmt: skip
    due = read_said(path, stack)[paper.code].due(paper)
    assert due["a1"].digits[0, 0] == 9 * 10 ** due["a1"].decimals
    assert (due["z1"].digits == paper.exercise.values["z1"].digits).all()


@pytest.mark.parametrize(("row", "said"), [
    ({"points": "99"}, "99 points are more than the 12"),
    ({"points": "x"}, "no number of points"),
    ({"boxes": "z1[9,9] 4 wrong"}, '"z1\\[9,9\\] 4 wrong" is not said of a box'),
    ({"boxes": "z1[1,1] 4 good"}, "is not said of a box"),
    ({"code": "no code"}, "code"),
])  # fmt: skip
def test_what_does_not_fit_is_named_with_its_row(
    row: dict[str, str], said: str, tmp_path: Path
) -> None:
    stack = two().stack
    code = stack.papers[0].code
    path = marks(tmp_path, {"code": stack.papers[1].code}, {"code": code, **row})
    with pytest.raises(SheetgenError, match=f"row 3: .*{said}"):
        read_said(path, stack)


def test_a_file_without_boxes_is_refused(tmp_path: Path) -> None:
    path = marks(tmp_path, {"code": "x"}, titles=("code", "points"))
    with pytest.raises(SheetgenError, match='no column "boxes"'):
        read_said(path, two().stack)


def test_nothing_is_half_written(tmp_path: Path) -> None:
    stack, back = two().stack, tmp_path / "back"
    back.mkdir()
    name = f"Omar-Haddad-{stack.papers[1].code}.pdf"
    (back / name).write_text("mine")
    with pytest.raises(SheetgenError, match="Omar"):
        hand_back(stack, both(tmp_path), back)
    assert [p.name for p in back.iterdir()] == [name]
    assert (back / name).read_text() == "mine"


def test_several_exercises_are_added_up_and_pages_follow(tmp_path: Path) -> None:
    one, other = two().stack.papers
    papers = (one, replace(other, student=0, exercise_number=2))
    stack: Stack = replace(two().stack, papers=papers, decimal_mark="comma")
    path = marks(tmp_path, {"code": one.code, "points": "11.5"},
                 {"code": other.code, "points": "12"})  # fmt: skip
    [file] = hand_back(stack, path, tmp_path / "back")
    with pdfplumber.open(file) as document:
        assert len(document.pages) == 2
        said = document.pages[0].extract_text()
    assert "23,5 / 24" in said
    assert Decimal(12) == other.most
    assert "2 Hidden Layer: 12 / 12" in said
