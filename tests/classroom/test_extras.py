"""Other formats of a class: a file a student, and no key among what students get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pdfua
import pikepdf
import pytest
from msgspec import structs

from sheetgen.classroom.earlier import is_ours
from sheetgen.classroom.extras import extra_files
from sheetgen.classroom.plan import Plan, piece
from sheetgen.classroom.reprint import reprint
from sheetgen.classroom.run import OnProgress, run
from sheetgen.classroom.students import Student
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Format, Request
from sheetgen.formats.registry import formats
from tests.classroom.support import manifest, order, texts

ALL = tuple(form for form in formats().values() if form.name != "png")
PLAN = Plan((piece("single-neuron"),))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extras")
    run(replace(order(folder, "Ada", "Ada", "../x"), formats=ALL))
    return folder


def test_each_student_has_a_file_in_each_format(place: Path) -> None:
    for student in manifest(place)["students"]:
        for form in ALL:
            if form.per == "sheet" and form.name != "pdf":
                found = [*place.glob(f"{form.name}*/{student['code']}*")]
                assert found, form.name
    names = [str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()]
    assert sorted(manifest(place)["printed"]["files"]) == sorted(set(names) - {"class.json"} - {
        name for name in names if name.startswith(".")})  # fmt: skip


def test_what_students_get_stands_apart_from_the_answers(place: Path) -> None:
    for path in place.glob("*/*"):
        assert path.parent.name.endswith("-keys") != ("-worksheet" in path.stem), path
    for path in [*place.glob("worksheet-json/*"), *place.glob("worksheet-data/*")]:
        data = json.loads(path.read_text())
        assert any(None in row for matrix in data["matrices"] for row in matrix["values"])
    worksheet, key = (next(place.glob(f"{folder}/*-ada-*.html")).read_text()
                      for folder in ("html", "html-keys"))  # fmt: skip
    assert "ANSWER KEY" in key
    assert "ANSWER KEY" not in worksheet


def test_a_lost_file_is_made_again_byte_for_byte(place: Path) -> None:
    code = manifest(place)["students"][1]["code"]
    made = reprint(code, place, "", [form for form in ALL if form.per == "sheet"])
    for name, data in made:
        if not name.endswith(".pdf"):
            [found] = place.glob(f"*/{name}")
            assert found.read_bytes() == data, name


def _one(request: Request) -> Mapping[str, bytes]:
    return {"-quiz.xml": " ".join(e.code for e in request.exercises).encode()}


def test_a_format_of_a_set_is_one_file_of_the_class() -> None:
    class Someone:
        """A pupil with what is asked of one here."""

        def __init__(self, *exercises: Exercise) -> None:
            self.exercises = exercises

    from sheetgen.api import many

    made = many("single-neuron", [1, 2])
    form = Format("quiz", "a quiz", _one, per="set")
    pupils = [Someone(exercise) for exercise in made]
    found = dict(extra_files([form], PLAN, pupils))  # type: ignore[arg-type]
    assert found == {"quiz.xml": " ".join(e.code for e in made).encode()}


def test_formats_that_are_left_out_are_tidied(tmp_path: Path) -> None:
    asked = order(tmp_path, "Ada", "Bo")
    run(replace(asked, formats=(formats()["html"],)))
    mine = tmp_path / "html" / "notes.html"
    mine.write_text("mine")
    run(asked)
    assert [path.name for path in tmp_path.rglob("*.html")] == [mine.name]
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["html"]
    run(replace(asked, binding=replace(asked.binding, separate=True)))
    mine.unlink()
    mine.parent.rmdir()
    run(asked)
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_what_is_in_the_way_of_their_folders_is_told_at_once(tmp_path: Path) -> None:
    told: list[str] = []
    asked = replace(order(tmp_path / "c", "Ada"), formats=(formats()["html"],))
    (tmp_path / "c").mkdir()
    (tmp_path / "elsewhere").mkdir()
    for name in ("html", "html-keys"):
        for block in (Path.touch, lambda path: path.symlink_to(tmp_path / "elsewhere")):
            block(tmp_path / "c" / name)
            with pytest.raises(SheetgenError, match=name):
                run(asked, OnProgress(lambda total, what: told.append(what)))
            (tmp_path / "c" / name).unlink()
    assert told == []
    assert not [*(tmp_path / "elsewhere").iterdir()]


def test_progress_is_told_while_files_are_written(tmp_path: Path) -> None:
    told: list[tuple[str, list[int]]] = []
    progress = OnProgress(lambda total, what: told.append((f"{what} {total}", [])),
                          lambda count: told[-1][1].append(count))  # fmt: skip
    asked = (formats()["pdf"], formats()["html"], formats()["json"], formats()["moodle"])
    run(replace(order(tmp_path, "Ada", "Bo", "Cy"), formats=asked), progress)
    assert told[2:] == [("writing 9", [3, 1, 1, 1, 1, 1, 1])]


@pytest.mark.parametrize(("name", "ours"), [
    ("html/ABCD-2345-ada-worksheet.html", True), ("html-keys/ABCD-2345-key.html", True),
    ("png/ABCD-2345-ada-worksheet-1.png", True), ("slips.pdf", True), ("data.xml", True),
    ("html/notes.html", False), ("photos/ABCD-2345-a.png", False), ("html/../../x.html", False),
    ("class.json", False), ("json-keys/ABCD-2345-ada.json", True),
])  # fmt: skip
def test_names_of_a_class(name: str, ours: bool) -> None:
    assert is_ours(name) == ours


@pytest.mark.parametrize("separate", [False, True])
def test_a_class_for_screen_readers(tmp_path: Path, separate: bool) -> None:
    asked = order(tmp_path, "Ada", "Bo")
    look = structs.replace(asked.plan.look, tagged=True)
    binding = replace(asked.binding, separate=separate)
    people = (*asked.students, Student("", "שרה לוי", row=4))  # whom only Pango can set
    run(replace(asked, students=people, plan=replace(asked.plan, look=look), binding=binding))
    files = [*tmp_path.glob("worksheets/*")] if separate else [tmp_path / "worksheets.pdf"]
    for path in files:
        with pikepdf.open(path) as document:
            root = document.Root.StructTreeRoot.K
            sections = [root.K] if separate else list(root.K)
            assert len(sections) == (1 if separate else 3)
            said = [str(kid.get("/ActualText", "")) for section in sections for kid in section.K]
            assert "Name שרה לוי" in said or (separate and ("-ada" in path.name
                                                            or "-bo" in path.name))
            kinds = {str(kid.S) for section in sections for kid in section.K}
            assert {"/H1", "/P", "/L"} <= kinds
        assert pdfua.validate(path).findings == ()
    code = manifest(tmp_path)["students"][0]["code"]
    [(name, data), _] = reprint(code, tmp_path)
    if separate:
        assert (tmp_path / "worksheets" / name).read_bytes() == data
    assert "Sheet" in texts(data)[0]
