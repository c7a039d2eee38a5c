"""A student's sheet once more, the same bytes, and nothing from a manifest that is not ours."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest

from sheetgen.classroom.plan import Binding, plan_of
from sheetgen.classroom.reprint import reprint
from sheetgen.classroom.run import run
from sheetgen.errors import SheetgenError
from tests.classroom.support import manifest, order


def test_a_code_and_the_class_print_the_same_bytes_again(tmp_path: Path) -> None:
    data = {"title": "Week 3", "course": "ML", "teacher": "A. L.", "paper": "letter", "exercise": [
        {"topic": "single-neuron", "points": 5}, {"topic": "hidden-layer"}]}  # fmt: skip
    binding = Binding(separate=True)
    plan = plan_of(data, tmp_path)
    run(order(tmp_path / "c", "Ada", "شام", plan=plan, binding=binding, spares=1))
    for student in manifest(tmp_path / "c")["students"]:
        for exercise in student["exercises"]:
            for name, content in reprint(exercise["code"], tmp_path / "c"):
                side = "keys" if name.endswith("key.pdf") else "worksheets"
                assert content == (tmp_path / "c" / side / name).read_bytes()
    with pytest.raises(SheetgenError, match="has the code"):
        reprint("2222-2222", tmp_path / "c")


def test_a_reprinted_page_is_the_page_of_the_pack(folder: Path) -> None:
    student = manifest(folder)["students"][0]
    sides = (("worksheets", "first_page"), ("keys", "first_key_page"))
    for (_, content), (side, first) in zip(reprint(student["code"], folder), sides, strict=True):
        with (
            pypdfium2.PdfDocument(content) as one,
            pypdfium2.PdfDocument(folder / f"{side}.pdf") as pack,
        ):
            ours, theirs = (page.render(scale=2).to_numpy()
                            for page in (one[0], pack[student[first] - 1]))  # fmt: skip
        assert (ours == theirs).mean() > 0.999  # a glyph's width is that of its first use


def test_a_manifest_from_elsewhere_reads_no_file_and_writes_none_outside(tmp_path: Path) -> None:
    run(order(tmp_path, "Ann"))
    path = tmp_path / "class.json"
    code = manifest(tmp_path)["students"][0]["code"]
    good = path.read_text()
    data = json.loads(good)
    data["students"][0]["code"] = "../evil"
    path.write_text(json.dumps(data))
    assert [name for name, _ in reprint(code, tmp_path)] == [
        f"{code}-ann-worksheet.pdf", f"{code}-ann-key.pdf"
    ]  # fmt: skip
    for logo in ("file:///etc/hostname", "http://127.0.0.1:9/x.png", "data:text/html,x"):
        data = json.loads(good) | {"heading": {"logo": logo}}
        path.write_text(json.dumps(data))
        with pytest.raises(SheetgenError, match="PNG or SVG"):
            reprint(code, tmp_path)
