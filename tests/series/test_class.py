"""A class that gets booklets: everything that a class of one topic has, and no two alike."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pdfplumber
import pytest

import sheetgen
from sheetgen.classroom.find import find
from sheetgen.classroom.manifest import MANIFEST, read_manifest
from sheetgen.classroom.marks.reading import read_marks
from sheetgen.classroom.marks.table import empty_marks, most_points
from sheetgen.classroom.reprint import reprint
from sheetgen.errors import SheetgenError
from sheetgen.scan.wanted import wanted_of
from tests.series.test_files import OWN

STUDENTS = ["Ada Lovelace", "Grace Hopper", "Zoë", "Li Wei"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> sheetgen.MadeClass:
    folder = tmp_path_factory.mktemp("class")
    return sheetgen.make_class("foundations", STUDENTS, folder, seed=3, spares=1, course="Nets")


def pages(path: Path) -> list[str]:
    with pdfplumber.open(path) as pdf:
        return [" ".join(page.extract_text().split()) for page in pdf.pages]


def test_every_student_has_a_booklet_on_fresh_paper(made: sheetgen.MadeClass) -> None:
    texts = pages(made.folder / "worksheets.pdf")
    assert len(texts) == 5 * 8  # seven pages and a blank one
    for k, name in enumerate(STUDENTS):
        own = texts[8 * k : 8 * k + 7]
        for number, text in enumerate(own, 1):
            assert f"page {number} of 7" in text
            assert name in text
            assert f"Nets · Foundations, part {number} of 7" in text
        assert len({word for text in own for word in text.split()} & codes(made)) == 1
        assert not texts[8 * k + 7]


def codes(made: sheetgen.MadeClass) -> set[str]:
    return {code for sheet in made.sheets for code in sheet.codes}


def test_no_two_students_have_the_same_numbers(made: sheetgen.MadeClass) -> None:
    assert len(codes(made)) == 5
    rows = list(csv.DictReader(io.StringIO(
        (made.folder / "class.csv").read_text(encoding="utf-8-sig"))))  # fmt: skip
    assert {row["code"] for row in rows} == codes(made)


def test_the_manifest_names_the_series_and_makes_a_booklet_again(
    made: sheetgen.MadeClass, tmp_path: Path
) -> None:
    data = json.loads((made.folder / MANIFEST).read_text(encoding="utf-8"))
    assert data["series"]["name"] == "foundations"
    assert data["students"][1]["recipe"].startswith("series foundations?seed=")
    code = made.sheets[1].codes[0]
    files = dict(reprint(code, made.folder))
    again = tmp_path / "again.pdf"
    again.write_bytes(files[f"{code}-grace-hopper-worksheet.pdf"])
    assert pages(again) == pages(made.folder / "worksheets.pdf")[8:15]


def test_a_booklet_is_found_by_its_code_and_has_marks_for_each_exercise(
    made: sheetgen.MadeClass,
) -> None:
    code = made.sheets[0].codes[0]
    [hit] = find(made.folder, [code])
    assert (hit.student, hit.code) == ("Ada Lovelace", code)
    data = read_manifest(made.folder / MANIFEST)
    rows = list(csv.DictReader(io.StringIO(
        empty_marks(data, most_points(made.folder, data)).decode("utf-8-sig"))))  # fmt: skip
    own = [row for row in rows if row["code"] == code]
    assert [row["exercise"] for row in own] == list("1234567")


def test_points_of_a_booklet_are_told_apart_by_the_exercise(made: sheetgen.MadeClass) -> None:
    data = read_manifest(made.folder / MANIFEST)
    code = made.sheets[2].codes[0]
    path = made.folder.parent / "marks.csv"
    lines = [f"{code},,,{k},{k % 2},," for k in range(1, 8)]
    path.write_text("code,id,name,exercise,points,max,note\n" + "\n".join(lines), encoding="utf-8")
    found = read_marks(path, data, most_points(made.folder, data))
    assert found.given[2].total == 4  # of 1, 0, 1, 0, 1, 0, 1
    assert [found.given[2].points[k] for k in range(7)] == [1, 0, 1, 0, 1, 0, 1]
    assert not any(found.given[k].points for k in found.given if k != 2)


def test_the_same_class_is_not_made_twice_and_another_is_refused(
    made: sheetgen.MadeClass,
) -> None:
    again = sheetgen.make_class("foundations", STUDENTS, made.folder, spares=1, course="Nets")
    assert any("nothing changed" in remark for remark in again.remarks)
    with pytest.raises(SheetgenError, match="holds another class"):
        sheetgen.make_class("foundations", STUDENTS, made.folder, spares=1, level="easy")


def test_a_class_of_ones_own_series_needs_its_file_no_more(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(OWN, encoding="utf-8")
    folder = tmp_path / "class"
    first = sheetgen.make_class(path, 2, folder, seed=1)
    path.unlink()
    code = first.sheets[0].codes[0]
    assert any(name.endswith("-key.pdf") for name, _ in reprint(code, folder))


def test_graded_booklets_say_no_recipe(tmp_path: Path) -> None:
    made = sheetgen.make_class("foundations", 2, tmp_path / "graded", no_recipe=True)
    for text in pages(made.folder / "worksheets.pdf"):
        assert "seed=" not in text
        assert "series" not in text


@pytest.mark.parametrize(("options", "said"), [
    ({"large_print": True}, "--large-print: a series has none"),
    ({"format": "json"}, "a booklet has pages, and json is of a single sheet"),
    ({"widths": "3-4"}, "--widths is nothing that all pages of a series have"),
])  # fmt: skip
def test_what_no_booklet_can_be_is_refused(
    options: dict[str, object], said: str, tmp_path: Path
) -> None:
    with pytest.raises(SheetgenError, match=said):
        sheetgen.make_class("foundations", 2, tmp_path / "no", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "no").exists()


def test_a_class_with_a_series_is_marked_on_paper(made: sheetgen.MadeClass) -> None:
    """One code stands for all exercises of a booklet: no scan can be told from another."""
    with pytest.raises(SheetgenError, match="is a class with a series; booklets are marked on pa"):
        wanted_of(made.folder)
