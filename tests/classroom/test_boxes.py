"""Where a class's boxes stand, as its folder keeps it: held against what the key prints in them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pdfplumber
import pytest
from msgspec import structs

from sheetgen.classroom import run as running
from sheetgen.classroom.boxes import BOXES, ClassBoxes, boxes_json, read_boxes
from sheetgen.classroom.find import exercises_of
from sheetgen.classroom.manifest import MANIFEST, read_manifest
from sheetgen.classroom.plan import Plan, piece, plan_of
from sheetgen.classroom.reprint import reprint
from sheetgen.classroom.run import run
from tests.classroom.support import order

MM = 72 / 25.4


def boxes_of(boxes: ClassBoxes, code: str) -> list[dict[tuple[str, int, int], tuple[float, ...]]]:
    """Of each page of a code matrix, row and column -> left, top and side of its first box."""
    found = []
    for page in boxes.printings(code)[0]:
        own: dict[tuple[str, int, int], tuple[float, ...]] = {}
        for block in page.blocks:
            for k, number in enumerate(block.numbers):
                if number is not None:
                    i, j = divmod(k, block.cols)
                    place = (block.x + j * block.side, block.y + i * block.side, block.side)
                    own.setdefault(number[:3], place)
        found.append(own)
    return found


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("topic", ["backpropagation", "self-attention", "four-neurons"])
def test_the_key_prints_each_answer_in_its_box(topic: str, paper: str, tmp_path: Path) -> None:
    run(order(tmp_path, "Ada", "Bo", plan=Plan((piece(topic),), paper=paper)))
    data = read_manifest(tmp_path / MANIFEST)
    boxes = read_boxes(tmp_path)
    made = exercises_of(tmp_path / MANIFEST, data, data.students)
    with pdfplumber.open(tmp_path / "keys.pdf") as document:
        for student, [exercise] in zip(data.students, made, strict=True):
            assert isinstance(student.first_key_page, int)
            for k, own in enumerate(boxes_of(boxes, exercise.code)):
                page = document.pages[student.first_key_page - 1 + k]
                for (name, row, col), (x, y, side) in own.items():
                    if name not in exercise.blanks or not exercise.blanks[name][row, col]:
                        continue
                    letters = [c["text"] for c in page.chars
                               if x < (c["x0"] + c["x1"]) / 2 / MM < x + side
                               and y < (c["top"] + c["bottom"]) / 2 / MM < y + side]  # fmt: skip
                    assert "".join(letters) == exercise.shown(name)[row][col], (name, row, col)


def test_the_code_stands_where_it_is_said_to(tmp_path: Path) -> None:
    run(order(tmp_path, "Ada"))
    [code] = read_boxes(tmp_path).codes
    [page] = read_boxes(tmp_path).printings(code)[0]
    assert page.code is not None
    x, y, side = (v * MM for v in page.code)
    with pdfplumber.open(tmp_path / "worksheets.pdf") as document:
        here = document.pages[0]
        black = [p for p in (*here.curves, *here.rects) if p["x0"] > x - 1 and p["top"] > y - 1
                 and p["x1"] < x + side + 1 and p["bottom"] < y + side + 1]  # fmt: skip
    edges = [min(p["x0"] for p in black), min(p["top"] for p in black),
             max(p["x1"] for p in black), max(p["bottom"] for p in black)]  # fmt: skip
    assert np.allclose(edges, [x, y, x + side, y + side], atol=0.3)


def test_a_student_with_several_exercises_has_the_boxes_of_each(tmp_path: Path) -> None:
    plan = plan_of({"exercise": [{"topic": "single-neuron"}, {"topic": "softmax"}]}, tmp_path)
    run(order(tmp_path, "Ada", "Bo", plan=plan, spares=1))
    data = json.loads((tmp_path / MANIFEST).read_text())
    codes = {e["code"] for s in data["students"] for e in s["exercises"]}
    assert read_boxes(tmp_path).codes == codes
    assert len(codes) == 6


def test_the_file_is_small_and_the_same_each_time(tmp_path: Path) -> None:
    names = [f"Student {k}" for k in range(60)]
    for place in ("one", "two"):
        run(order(tmp_path / place, *names, plan=Plan((piece("backpropagation"),))))
    one, two = ((tmp_path / place / BOXES).read_bytes() for place in ("one", "two"))
    assert one == two
    assert len(one) < 5000 + 60 * 40


def test_what_was_printed_before_is_kept_when_a_later_version_prints_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(order(tmp_path, "Ada"))
    before = read_boxes(tmp_path)
    [code] = before.codes
    [page] = before.printings(code)[0]

    def moved(drawn: object, places: object, kept: ClassBoxes | None) -> bytes:
        block = structs.replace(page.blocks[0], x=page.blocks[0].x + 1)
        other = structs.replace(page, blocks=[block, *page.blocks[1:]])
        import msgspec

        return boxes_json([(code, [msgspec.json.encode(other)])], kept)

    monkeypatch.setattr(running, "_boxes", moved)
    run(order(tmp_path, "Ada", "Bo"))
    after = read_boxes(tmp_path).printings(code)
    assert len(after) == 2
    assert after[0][0].blocks[0].x == page.blocks[0].x + 1
    assert after[1] == [page]
    monkeypatch.undo()
    run(order(tmp_path, "Ada", "Bo", "Cy"))
    assert read_boxes(tmp_path).printings(code) == [after[1], after[0]]


def test_a_reprint_on_other_paper_is_told_to_have_its_boxes_elsewhere(tmp_path: Path) -> None:
    run(order(tmp_path, "Ada"))
    [code] = read_boxes(tmp_path).codes
    said: list[str] = []
    reprint(code, tmp_path, tell=said.append)
    assert said == []
    reprint(code, tmp_path, "letter", tell=said.append)
    [line] = said
    assert code in line
    assert "set this one aside" in line
