"""From the printed class to the sheets that are handed back, by the commands; the marking itself is
tested in the browser."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pdfplumber
import pytest

from sheetgen.cli.main import main
from tests.scan.classes import filled, made
from tests.scan.simulation import FLATBED, scanned


def test_marks_stand_on_the_scans_of_those_who_were_marked(tmp_path: Path) -> None:
    folder = made(tmp_path / "class", "hidden-layer", 2)
    stack, back = tmp_path / "stack", tmp_path / "back"
    chance = np.random.default_rng(2)
    pages = [*filled(folder, chance)]
    stack.mkdir()
    for k, page in enumerate(reversed(pages)):
        shot = scanned(page.picture, 200, FLATBED, chance, upside_down=k == 1)
        cv2.imwrite(str(stack / f"{k}.jpg"), shot.picture)
    code, other = pages[0].code, pages[1].code
    marks = tmp_path / "marks.csv"
    with marks.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["code", "points", "boxes"], [code, "11", "z1[1,1] 9 wrong"],
                                    [other, "", ""]])  # fmt: skip
    asked = ["scan", str(stack), "--class", str(folder), "--quiet"]
    assert main([*asked, "--marks", str(marks), "--return", str(back)]) == 0
    [file] = back.iterdir()
    assert code in file.name
    with pdfplumber.open(file) as document:
        assert "9 is wrong" in document.pages[0].extract_text()
    marks.write_text(marks.read_text("utf-8").replace(",11,", ",10,"), "utf-8")
    before = file.read_bytes()
    assert main([*asked, "--marks", str(marks), "--return", str(back)]) == 1  # another is there
    assert file.read_bytes() == before


@pytest.mark.parametrize("words", [["--marks", "m.csv"], ["--return", "out"],
                                   ["--marks", "m.csv", "--return", "b", "--out", "c"]])
def test_marks_and_return_belong_together(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", "x.pdf", "--class", str(tmp_path), *words]) == 2
    assert "--return" in capsys.readouterr().err
