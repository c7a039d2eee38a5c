"""A student by name: found whatever the order and the accents, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sheetgen.classroom.find import find
from sheetgen.classroom.reprint import reprint_student
from sheetgen.classroom.run import run
from sheetgen.classroom.students import Student
from sheetgen.cli.main import main
from sheetgen.errors import SheetgenError
from tests.classroom.support import manifest, order

PEOPLE = (
    Student("1001", "Ada Lovelace", group="A", row=2), Student("1002", "Bo Li", group="A", row=3),
    Student("1003", "Ada Lovelace", group="B", row=4), Student("1004", "Émile Zola", row=5),
    Student("77", "Лев Толстой", "leo@x.org", row=6), Student("1006", "Eve Gone", row=7),
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("who")
    everybody = replace(order(folder), students=PEOPLE, spares=1)
    run(everybody)
    run(replace(everybody, students=PEOPLE[:-1]))
    return folder


@pytest.mark.parametrize(("typed", "ids"), [
    ("Bo Li", ["1002"]), ("li, bo", ["1002"]), ("emile ZOLA", ["1004"]), ("zola", ["1004"]),
    ("Лев Толстой", ["77"]), ("leo@x.org", ["77"]), ("1004", ["1004"]), ("Ada", ["1001", "1003"]),
    ("Eve Gone", ["1006"]), ("spare-1", ["spare-1"]),
])  # fmt: skip
def test_a_name_an_id_or_an_address_finds_who_it_is(
    place: Path, typed: str, ids: list[str]
) -> None:
    everybody = manifest(place)["students"] + manifest(place)["former"]
    codes = [student["code"] for i in ids for student in everybody if student["id"] == i]
    assert [hit.code for hit in find(place, typed.split())] == codes


def test_what_is_found_says_where_the_pages_are(place: Path) -> None:
    [hit] = find(place, ["Bo", "Li"])
    student = manifest(place)["students"][1]
    assert hit.places == ("id 1002, group A", f"worksheets.pdf page {student['first_page']}",
                          f"keys.pdf page {student['first_key_page']}")  # fmt: skip
    assert find(place, [hit.code]) == [hit] == find(place, [hit.code.replace("-", "").lower()])


@pytest.mark.parametrize(("typed", "said"), [
    ("Bob Li", "nobody is called 'Bob Li'; nearest: Bo Li"), ("Ada Lovelac", "nearest: Ada"),
    ("Zola", "nearest: Émile Zola"), ("Q", "class.csv lists everybody"),
    ("ada lovelace", "2 students are called ada lovelace: .*id 1001, group A.*id 1003, group B"),
])  # fmt: skip
def test_nobody_is_guessed(place: Path, typed: str, said: str) -> None:
    with pytest.raises(SheetgenError, match=said):
        reprint_student(typed, place)


def test_a_leaver_is_printed_and_said_to_be_one(place: Path) -> None:
    files, remarks = reprint_student("Eve Gone", place)
    assert remarks == ["Eve Gone is no longer in the class"]
    assert len(files) == 2
    files, remarks = reprint_student("1003", place)
    assert remarks == []
    assert files[0][0].startswith(manifest(place)["students"][2]["code"])


def test_numbers_that_are_no_name(place: Path) -> None:
    with pytest.raises(SheetgenError, match="x is no number"):
        find(place, ["3", "x"])
    assert find(place, ["77", "78", "79"]) == []
    assert find(place, ["0,5", "77"]) == []


@pytest.mark.parametrize(("words", "code", "said"), [
    (["make", "--student", "", "--class", "{}"], 2, "give a name"),
    (["make", "--student", "Bo Li"], 2, "needs --class"),
    (["make", "--student", "Bo Li", "--code", "3KUJ-K28P", "--class", "{}"], 2, "leave one out"),
    (["make", "--student", "Bo Li", "--class", "{}", "--tagged"], 2, "leave --tagged out"),
    (["make", "rnn", "--student", "Bo Li"], 2, "goes without a topic"),
    (["make", "--student", "Ada Lovelace", "--class", "{}"], 1, "say which with --code"),
    (["make", "--student", "Bo Li", "--class", "nowhere"], 1, "class.json"),
    (["find", "{}", ""], 2, "find whom"), (["find", "{}", "Nemo"], 1, "nobody is called"),
    (["find", "{}", "3KUJ-K28Q"], 1, "has a slip"),
])  # fmt: skip
def test_wrong_words_are_told(
    place: Path, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word.format(place) for word in words]) == code
    [line] = capsys.readouterr().err.splitlines()
    assert said in line
