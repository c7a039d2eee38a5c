"""Rows and students: nobody is lost, nobody is invented, nothing private stands on paper."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetgen.classroom.matching import keys_of, matched
from sheetgen.classroom.roster.header import kind_of
from sheetgen.classroom.roster.reading import parse_roster
from sheetgen.classroom.roster.told import not_printed, understood
from sheetgen.classroom.students import Chosen, Roster, Student
from sheetgen.errors import SheetgenError


def names(text: str) -> list[str]:
    return [s.name for s in parse_roster(text.encode()).students]


@pytest.mark.parametrize("text", [
    "Ada Byron;Informatik;1815-12-10\nAlan Turing;Mathematik;1912-06-23\n",
    "Ada;Byron;Informatik\nAlan;Turing;Mathematik\n",
    "Nr;Matrikel;Studiengang;Kürzel\n1;3712;Informatik;ab\n2;3713;Informatik;at\n",
    "abyron;Informatik\naturing;Informatik\n",
    "Matrikelnummer;Studiengang\n3712;Informatik\n",
    "Ada Byron;Applied Informatics\nAlan Turing;Pure Mathematics\n",
    "Name;ID;Name\nAda;7;Mrs Byron\n",
])  # fmt: skip
def test_columns_that_may_be_no_names_are_refused(text: str) -> None:
    with pytest.raises(SheetgenError) as problem:
        parse_roster(text.encode())
    assert "--names" in str(problem.value) or "another title" in str(problem.value)


@pytest.mark.parametrize(("text", "found", "unused"), [
    ("Name;Geburtsdatum;Studiengang\nAda Byron;1815-12-10;Informatik\n", "Ada Byron",
     '"Geburtsdatum", "Studiengang"'),
    ("Nom;Prénom;Né(e) le\nBYRON;Ada;10/12/1815\n", "Ada BYRON", '"Né(e) le"'),
    ("First name,Last name,Parent name\nAda,Byron,Lady Byron\n", "Ada Byron", '"Parent name"'),
    ("Username,Student,Course name\nab,Ada Byron,AI\n", "Ada Byron", '"Course name"'),
])  # fmt: skip
def test_what_is_private_is_not_printed(text: str, found: str, unused: str) -> None:
    roster = parse_roster(text.encode())
    assert [s.name for s in roster.students] == [found]
    assert not_printed(roster) == unused


@pytest.mark.parametrize(("text", "found"), [
    ("Name,Role\nAda,Student\nBob,Teaching Assistant\nCy,Observer\nDan,\"Student, TA\"\n",
     ["Ada", "Dan"]),
    ("Name;Rolle\nAda;Teilnehmer/in\nBob;Lehrkraft\nCy;Dozent\n", ["Ada"]),
    ("姓名,状态\n陈晓明,退选\n李婷,在读\n", ["李婷"]),
    ("Nombre y apellidos,Estado\nAda B,Activo\nBob C,Baja\n", ["Ada B"]),
    ("Name,Points\nAda,9\nMean,8\nMean Sok,7\n", ["Ada", "Mean Sok"]),
    ("Name,ID\nAda,12\nTotal,13\n", ["Ada", "Total"]),  # who has an id is a person
    ("Name;ID\nAda;12\nStand: 24.11.2026;\n", ["Ada"]),
    ("Test Student\nAda Byron\n", ["Ada Byron"]),
    ("Name\nKing, Martin\nByron, Ada\n", ["Martin King", "Ada Byron"]),
    ("Name,ID\n\"Davis, Jr.\",12\n\"Byron, Ada\",13\n", ["Davis, Jr.", "Byron, Ada"]),
    ("Name,Preferred name,ID\nNgozi Okafor,Zee,12\nAda Byron,,13\n", ["Zee Okafor", "Ada Byron"]),
    ("Name,Preferred name\n\"Okafor, Ngozi\",Zee Okafor\n\"Byron, Ada\",\n",
     ["Zee Okafor", "Ada Byron"]),
    ("Klasse 9b\nName\nAda\nBob\n", ["Ada", "Bob"]),
    ("Last Name,First Name,Email Address\nDate,,\nPoints,,\nByron,Ada,a@x.org\n", ["Ada Byron"]),
    ("学号 Student ID,姓名 Name\n12,Ada\n13,Bob\n", ["Ada", "Bob"]),
    ("Name / Nom,Student Number / Numéro étudiant\nAda,12\n", ["Ada"]),
    ("Student;;Contact\nName;ID;Email\nAda;12;a@x.org\n", ["Ada"]),
    ("| Name | ID |\n|------|----|\n| Ada | 12 |\n| Bob | 13 |\n", ["Ada", "Bob"]),
    ("Ada Byron 0012\nBob Cole 0013\n", ["Ada Byron", "Bob Cole"]),
    ("Meeting ID,Topic,Start\n123 4,AI,9:00\n\nName (Original Name),User Email\nAda,a@x.org\n",
     ["Ada"]), ("a.byron@x.org\nb.cole@x.org\n", ["a.byron", "b.cole"]),
    ("#,Name\n1,Ada\n2,Bob\n", ["Ada", "Bob"]), ("1,Ada\n2,Bob\n", ["Ada", "Bob"]),
    ("Ada <a@x.org>\nBob <b@x.org>\n", ["Ada", "Bob"]),
    ("Ada Byron, Bob Cole\nCy Day\n", ["Ada Byron", "Bob Cole", "Cy Day"]),
    ("Class 9b:\nImport of students\nName;ID\nAda;12\nFrom Day;13\n", ["Ada", "From Day"]),
    ("- Ada\n- Bob\n", ["Ada", "Bob"]), ("-Ada\n+Bob\n", ["-Ada", "+Bob"]),
    ('["Ada", "Bob"]', ["Ada", "Bob"]), ('{"class": [{"name": "Ada"}]}', ["Ada"]),
])  # fmt: skip
def test_who_is_in_the_class(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_ids_that_a_spreadsheet_cut_short_are_not_used() -> None:
    roster = parse_roster(b"Name;Matrikelnummer\nAda;3,71E+06\nBob;3,71E+06\n")
    assert [s.id for s in roster.students] == ["", ""]
    assert any("cut short" in remark for remark in roster.remarks)


@pytest.mark.parametrize(("text", "said"), [
    ("<!DOCTYPE html><html><table><tr><td>Ada</td></tr></table></html>", "HTML"),
    ("<html><body>Name</body></html>", "HTML"), ("<?xml version='1.0'?><a/>", "XML"),
    ("<class><name>Ada</name></class>", "XML"), ('{"name": "Ada"}', "JSON"), ("[1, 2]", "JSON"),
    ('title = "Quiz"\n[[exercise]]\ntopic = "rnn"\n', "plan"),
    ("#!/bin/sh\necho Ada\n", "program"), ("import os\n\ndef main():\n    pass\n", "program"),
    ("{\\rtf1 Ada}", "document"), ("BEGIN:VCARD\nFN:Ada\nEND:VCARD\n", "contacts"),
    ("x" * 300 + "\n", "no name"), ("Ada\n" * 20_002, "too many"), ("," * 500 + "\n", "columns"),
    ("a" * 200_000, "line of more than"), ("<@" * 300_000, "line of more than"),
])  # fmt: skip
def test_what_is_no_list_is_refused(text: str, said: str) -> None:
    with pytest.raises(SheetgenError, match=said):
        parse_roster(text.encode())


@pytest.mark.parametrize(("text", "encoding", "name"), [
    ("姓名,班级\n王芳,1\n", "gb18030", "王芳"), ("氏名,組\n田中さくら,1\n", "cp932", "田中さくら"),
    ("이름,반\n김민수,1\n", "cp949", "김민수"), ("姓名,學號\n陳大文,7x\n", "big5", "陳大文"),
    ("Имя;Фамилия\nСофья;Иванова\n", "cp1251", "Софья Иванова"),
    ("Jméno;Příjmení\nJiří;Dvořák\n", "cp1250", "Jiří Dvořák"),
    ("Öğrenci Adı,Sınıf\nGökçe Şahin,1\n", "cp1254", "Gökçe Şahin"),
    ("Όνομα;Επώνυμο\nΣοφία;Νικολάου\n", "cp1253", "Σοφία Νικολάου"),
    ("שם פרטי,שם משפחה\nנועה,כהן\n", "cp1255", "נועה כהן"),
    ("Name\nJörg Müßig\n", "cp1252", "Jörg Müßig"),
])  # fmt: skip
def test_a_code_page_is_guessed_and_a_name_is_quoted(text: str, encoding: str, name: str) -> None:
    roster = parse_roster(text.encode(encoding))
    assert [s.name for s in roster.students] == [name]
    [told] = [remark for remark in roster.remarks if "guess" in remark]
    assert any(part in told for part in name.split())


def test_letters_of_a_code_page_that_nothing_tells_are_refused() -> None:
    with pytest.raises(SheetgenError, match="save the file as UTF-8"):
        parse_roster("Софья Иванова\nАнна Каренина\n".encode("cp1251"))


BEGINNINGS = (b"", b"Name;ID\n", b"PK\x03\x04xl/", b"[{", b"\xff\xfe", b"sep=,\n", b"\x00")


def test_500_files_of_random_bytes_end_in_one_line() -> None:
    source = random.Random(13)
    for k in range(500):
        data = BEGINNINGS[k % 7] + source.randbytes(source.randrange(1, 600))
        try:
            told = understood(parse_roster(data))
        except SheetgenError as problem:
            told = str(problem)
        assert told
        assert "\n" not in told


PARTS = st.sampled_from(["Ada", "Bob", "Cy", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon"])
PRIVATE = st.sampled_from(["Birth date", "Programme", "Phone", "Parent", "Adviser", "Notes", "Ü9"])
SECRETS = st.sampled_from(["1815-12-10", "Informatik", "+49 30", "Lady", "secret", "Berg", ""])
KNOWN = st.sampled_from(["No", "ID", "Email", "Group", "Username"])


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """The titles and rows of a list with names, columns that are known, and others."""
    titles = draw(st.lists(PRIVATE | KNOWN, max_size=5, unique=True))
    own = draw(st.sampled_from([["Name"], ["Last name", "First name"], ["Student"]]))
    place = draw(st.integers(0, len(titles)))
    titles = [*titles[:place], *own, *titles[place:]]
    rows = []
    for k in range(draw(st.integers(1, 6))):
        name = [f"{draw(PARTS)} {chr(97 + k)}x", draw(PARTS)] if own[1:] else [
            f"{draw(PARTS)} {draw(PARTS)} {chr(97 + k)}x"]  # fmt: skip
        cells = {"No": str(k + 1), "ID": f"i{draw(st.integers(10, 99))}", "Group": "9b",
                 "Email": f"m{k}@x.org", "Username": f"u{k}"}  # fmt: skip
        cells |= dict(zip(own, name, strict=True))
        rows.append([cells[t] if t in cells else draw(SECRETS) for t in titles])
    return titles, rows


def read(titles: list[str], rows: list[list[str]], sign: str = ",") -> tuple[Student, ...]:
    out = io.StringIO()
    csv.writer(out, delimiter=sign).writerows([titles, *rows])
    return parse_roster(out.getvalue().encode()).students


@given(lists(), st.sampled_from(",;\t|"))
def test_nobody_is_lost_or_invented_and_no_unknown_column_is_on_paper(
    table: tuple[list[str], list[list[str]]], sign: str
) -> None:
    titles, rows = table
    order = [titles.index(t) for t in ("Name", "Student", "First name", "Last name") if t in titles]
    found = read(titles, rows, sign)
    assert [s.name for s in found] == [" ".join(row[k] for k in order) for row in rows]
    hidden = {cell for row in rows for t, cell in zip(titles, row, strict=True) if not kind_of(t)}
    for student in found:
        assert not {student.id, student.email, student.group} & (hidden - {""})


@given(lists(), st.data())
def test_adding_or_dropping_somebody_changes_no_one_elses_sheet(
    table: tuple[list[str], list[list[str]]], data: st.DataObject
) -> None:
    titles, rows = table
    before = read(titles, rows)
    known = dict(zip(keys_of(before), before, strict=True))
    gone = data.draw(st.integers(0, len(rows) - 1)) if len(rows) > 1 else None
    now = [list(row) for k, row in enumerate(rows) if k != gone]
    new = {"No": "1", "ID": "i7", "Email": "n@x.org", "Username": "un", "Group": "9b"}
    new |= {"Name": "Zoe New", "Student": "Zoe New", "Last name": "New", "First name": "Zoe"}
    now.insert(data.draw(st.integers(0, len(now))), [new.get(t, "") for t in titles])
    if "No" in titles:
        for k, row in enumerate(now, 1):
            row[titles.index("No")] = str(k)
    after = read(titles, now)
    found = matched(after, known)
    for student, key in zip(after, found.keys, strict=True):
        if student.name == "Zoe New":
            assert key not in known
        else:
            assert known[key].name == student.name


@pytest.mark.parametrize(("text", "found"), [
    ("Ada Lovelace,2011-03-12\nBob Stone,2011-04-01\n", "Ada Lovelace"),
    ("Ada;Lovelace;12.03.2011\nBob;Stone;01.04.2011\n", "Ada Lovelace"),
    ("Ada Lovelace 12.03.2011\nBob Stone 1.4.2011\n", "Ada Lovelace"),
    ("Name\nAda Lovelace,12.03.2011\nBob Stone,1.4.2011\n", "Ada Lovelace"),
    ("Name;ID\nAda Lovelace (*12.3.11);03/12/2011\nBob Stone;04/01/2011\n", "Ada Lovelace"),
    ("Surname;Name\nLovelace 12.03.2011;Ada\nStone;Bob\n", "Ada Lovelace"),
])  # fmt: skip
def test_a_birth_date_is_neither_name_nor_id_and_that_is_told(text: str, found: str) -> None:
    roster = parse_roster(text.encode())
    assert [(s.id, s.name) for s in roster.students] == [("", found), ("", "Bob Stone")]
    assert "date" in " ".join(roster.remarks)


@pytest.mark.parametrize(("text", "said"), [
    ("Name,ID\nAda Lovelace, ill,12\nBob Stone, ill,13\n", "row 2 has a column more"),
    ("Name\nAda Lovelace,0791234567\nBob Stone,0791234568\n", "row 2 has more than the name"),
    ("Name;ID\n12.03.2011;7a\nBob;8b\n", 'row 2: "12.03.2011" is a date and no name'),
    ('Name,ID\n"Ada,1\nBob,2\nCy",3\nDi,4\n', "rows 2 to 4 stand in one pair of quotes"),
    ("Fox,F\nStone,M\nYoung,F\n", "2 columns hold words"),
    ("Ada,North\nBob,South\nCy,North\nDi,East\nEd,West\nFi,South\n", "2 columns hold words"),
])  # fmt: skip
def test_what_has_no_title_is_no_part_of_a_name(text: str, said: str) -> None:
    with pytest.raises(SheetgenError, match=said):
        parse_roster(text.encode())


def test_a_remark_behind_a_comma_is_no_first_name() -> None:
    assert names('Name,ID\n"Ada Lovelace, ill",a1\n"Bob Stone, ill",a2\n')[0].startswith("Ada")
    assert names('Name,ID\n"lovelace, ada",a1\n"stone, bob",a2\n')[0] == "ada lovelace"
    assert names("Name,ID\nlovelace, ada,a1\nstone, bob,a2\n")[0] == "ada lovelace"


@pytest.mark.parametrize("text", [
    "Fox;1,3\nStone;2,7\nYoung;4,0\n", "Ada Fox,12\nBob Stone,15\nCy Young,9\n",
])  # fmt: skip
def test_points_without_a_title_are_no_ids(text: str) -> None:
    assert [s.id for s in parse_roster(text.encode()).students] == ["", "", ""]


def test_signs_that_rarely_divide_cells_do_below_a_header() -> None:
    assert names("Name^ID\nAda Fox^77a\nBob Stone^78a\n") == ["Ada Fox", "Bob Stone"]


@pytest.mark.parametrize(("text", "people", "out"), [
    ("Teacher: Mr Smith\nAda Byron\nBob Cole\n", ["Ada Byron", "Bob Cole"], [1]),
    ("Class 7b\nTeacher: Mr Smith\n\n1. Ada Byron\n2. Bob Cole\n", ["Ada Byron", "Bob Cole"],
     [1, 2]),
    ("Our class\n1. Ada Byron\n2. Bob Cole\n", ["Ada Byron", "Bob Cole"], [1]),
    ("Klasse:\nAda\nBob\n", ["Ada", "Bob"], [1]),
    ("Ada\nTeacher: Mr Smith\nBob\n", ["Ada", "Teacher: Mr Smith", "Bob"], []),
    ("Ada: 1\nBob: 2\n", ["Ada: 1", "Bob: 2"], []),
    ("1. Ada\n2. Bob\n", ["Ada", "Bob"], []),
])  # fmt: skip
def test_what_a_list_without_titles_is_called_is_no_student(
    text: str, people: list[str], out: list[int]
) -> None:
    roster = parse_roster(text.encode())
    assert roster.reading is not None
    assert [s.name for s in roster.students] == people
    assert [row for row, _ in roster.reading.left_out] == out


def test_a_row_that_is_left_out_may_be_kept() -> None:
    listed = b"Name,ID\nAda,12\n\"Student, Test\",99\nMean,\n"
    assert named(parse_roster(listed)) == (3, 4)
    kept = parse_roster(listed, Chosen(keep="3"))
    assert [(s.row, s.id) for s in kept.students] == [(2, "12"), (3, "99")]
    assert named(kept) == (4,)
    headed = parse_roster(b"Class 7b\nTeacher: Mr Smith\nAda\n", Chosen(keep="2"))
    assert [s.row for s in headed.students] == [2, 3]


def named(roster: Roster) -> tuple[int, ...]:
    """The rows that are left out and could be kept."""
    assert roster.reading is not None
    return roster.reading.named


@pytest.mark.parametrize(("keep", "said"), [
    ("7", "row 7 has no name"), ("x", "'x' is not the number of a row"), ("0", "'0' is not"),
])  # fmt: skip
def test_what_cannot_be_kept_is_told(keep: str, said: str) -> None:
    with pytest.raises(SheetgenError, match=said):
        parse_roster(b"Name,ID\nAda,12\nMean,\n", Chosen(keep=keep))
