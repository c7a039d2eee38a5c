"""The roster: no file makes a traceback, and no student is left out in silence."""

from __future__ import annotations

import csv
import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetgen.classroom.roster.cells import clean
from sheetgen.classroom.roster.header import values
from sheetgen.classroom.roster.reading import parse_roster, read_roster
from sheetgen.classroom.students import Chosen, numbered_students, plain
from sheetgen.errors import SheetgenError

PLAIN = "Name;ID;E-Mail;Gruppe\nJörg Müßig;7;j@x.de;A\n\nÅsa Öberg;8;a@x.se;B\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_separator_and_line_end(encoding: str, separator: str, end: str) -> None:
    text = PLAIN.replace(";", separator).replace("\n", end)
    students = parse_roster(text.encode(encoding)).students
    assert [(s.id, s.name, s.email, s.group, s.row) for s in students] == [
        ("7", "Jörg Müßig", "j@x.de", "A", 2), ("8", "Åsa Öberg", "a@x.se", "B", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), [
    ("First name,Surname,ID number,Email address\nAda,Lovelace,1,a@b.c\n", ["Ada Lovelace"]),
    ("Student,ID,SIS User ID,Section\n    Points Possible,,,\n\"Lovelace, Ada\",1,x,S1\n",
     ["Ada Lovelace"]),
    ("Last Name,First Name,Username\nLovelace,Ada,al\n", ["Ada Lovelace"]),
    ("Name;Vorname;Matrikelnummer\nGauß;Carl Friedrich;4\n", ["Carl Friedrich Gauß"]),
    ("Nom\tPrénom\nCurie\tMarie\n", ["Marie Curie"]),
    ("Nombre,Apellidos\nSantiago,Ramón y Cajal\n", ["Santiago Ramón y Cajal"]),
    ("Имя;Фамилия\nСофья;Ковалевская\n", ["Софья Ковалевская"]),
    ("姓名,学号\n陈省身,3\n", ["陈省身"]),
    ("Ada Lovelace\nAlan Turing\n", ["Ada Lovelace", "Alan Turing"]),
    ("Lovelace, Ada\nTuring, Alan\n", ["Lovelace Ada", "Turing Alan"]),
    ("sep=;\nname;id\nAda;1\n", ["Ada"]),
    ("name\n\"Ada \"\"the countess\"\" Lovelace\"\n", ["Ada \"the countess\" Lovelace"]),
    ("name\n=HYPERLINK(\"http://x\")\n<script>\n../../x\n😀\n",
     ["=HYPERLINK(\"http://x\")", "<script>", "../../x", "😀"]),
    ("id\n17\n", [""]),
])  # fmt: skip
def test_usual_headers_and_strange_names(text: str, names: list[str]) -> None:
    found = [s.name for s in parse_roster(text.encode()).students]
    assert [n.replace('""', '"') for n in found] == names


def test_duplicates_are_kept_and_told() -> None:
    roster = parse_roster(b"name\nAda\nAda\nBob\n")
    assert [s.name for s in roster.students] == ["Ada", "Ada", "Bob"]
    assert any("Ada stands in rows 2, 3" in r for r in roster.remarks)


@pytest.mark.parametrize(("data", "said"), [
    (b"", "empty"), (b"\n\n", "empty"), (b"name,id\n", "no student"),
    (b"PK\x03\x04rest", "archive"), (b"%PDF-1.7", "PDF"), (bytes(range(1, 32)) * 9, "no text"),
    (b"name\n" + b"x\n" * 5001, "row 5002"),
])  # fmt: skip
def test_a_wrong_file_is_told_in_one_line(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(data)
    with pytest.raises(SheetgenError, match=said) as problem:
        read_roster(path)
    assert "\n" not in str(problem.value)


def test_a_missing_file_a_folder_and_a_name_that_is_none(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path, Path("a\0b")):
        with pytest.raises(SheetgenError, match="roster"):
            read_roster(path)


def test_numbers_of_students_within_limits() -> None:
    assert len(numbered_students(5000).students) == 5000
    for count in (0, -1, 5001):
        with pytest.raises(SheetgenError, match="between 1 and 5000"):
            numbered_students(count)


@given(st.binary(max_size=400))
def test_no_bytes_make_a_traceback(data: bytes) -> None:
    try:
        told = "" if parse_roster(data).students else "no student\nand no error"
    except SheetgenError as problem:
        told = str(problem)
    assert "\n" not in told


@given(st.text(max_size=300))
def test_no_text_makes_a_traceback_and_every_line_is_read_or_told(text: str) -> None:
    data = text.encode("utf-8", "replace")
    try:
        roster = parse_roster(data)
    except SheetgenError:
        return
    for student in roster.students:
        assert student.name or student.id or student.email


LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=",'")
NAMES = st.text(LETTERS, min_size=1, max_size=30).filter(
    lambda t: bool(clean(t)) and clean(t) == clean(clean(t)) and "\ufffd" not in t
    and plain(t) not in values("summaries") | values("tests")
)  # fmt: skip


@given(st.lists(NAMES, min_size=1, max_size=8), st.sampled_from(",;\t"),
       st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.booleans())  # fmt: skip
def test_no_student_is_dropped(names: list[str], sep: str, encoding: str, ids: bool) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sep, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "name"] if ids else ["name", "group"])
    for k, name in enumerate(names):
        writer.writerow([str(k), name] if ids else [name, f"g{k}"])
    roster = parse_roster(out.getvalue().encode(encoding))
    assert [s.name for s in roster.students] == [clean(n) for n in names]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
def test_nothing_is_read_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(SheetgenError, match="no file but a device or pipe"):
            read_roster(path)
    with Path("/dev/zero").open() as endless:
        monkeypatch.setattr(sys, "stdin", endless)
        with pytest.raises(SheetgenError, match="standard input: more than 20 MB"):
            read_roster(Path("-"))
    (tmp_path / "long.csv").write_text("name\n" + "Ada\n" * 100_000)
    with pytest.raises(SheetgenError, match="100,001 rows are too many"):
        read_roster(tmp_path / "long.csv")


def test_a_list_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("name\nAda\n")
    with (tmp_path / "r.csv").open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert [s.name for s in read_roster(Path("-")).students] == ["Ada"]


def test_a_teacher_says_which_column_has_the_names() -> None:
    data = "Liste\nNr;Matrikel;Fach;Kürzel\n1;37x;Informatik;Ada\n".encode()
    with pytest.raises(SheetgenError, match='among "Nr", "Matrikel", "Fach", "Kürzel"; say which'):
        parse_roster(data)
    [ada] = parse_roster(data, Chosen(names="kürzel")).students
    assert (ada.name, ada.id, ada.row) == ("Ada", "37x", 3)
    with pytest.raises(SheetgenError, match='--names: no column is called "Foo"'):
        parse_roster(data, Chosen(names="Foo"))
