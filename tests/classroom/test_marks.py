"""Points of a class, back into the gradebook from which its list came."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from sheetgen.classroom.manifest import MANIFEST, read_manifest
from sheetgen.classroom.marks.gradebook import Gradebook, gradebook
from sheetgen.classroom.marks.table import MARKS, empty_marks, most_points
from sheetgen.classroom.plan import ListFile, Order, Plan, piece
from sheetgen.classroom.roster.reading import read_roster
from sheetgen.classroom.run import run
from sheetgen.errors import SheetgenError

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (90210),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,10.00,(read only)
"Okafor, Ngozi",4001,900001,nokafor,CS 10 (01),9,90
"Lindqvist, Elsa",4002,900002,elindqvist,"CS 10 (01), Lab A",7.5,75
"Student, Test",4999,,e1b2c3d4e5f6,CS 10 (01),,
"""
MOODLE = """First name,Last name,ID number,Email address,Groups
Ngozi,Okafor,0012,n@x.example,"Lab A, Lab B"
Elsa,Lindqvist,,e@x.example,
Overall average,,,,
"""
GERMAN = """Nr.;Name;Vorname;Geburtsdatum;Klasse
1;Müller;Änne;01.02.2010;9b
2;Öztürk;Emre;03.04.2010;9b
"""
ONE = Plan((piece("softmax"),))
"""Seven boxes are left open."""
TWO = Plan((piece("single-neuron", points="6"), piece("softmax", points="14")))

Make = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Makes a class of a list: its folder."""

    def make(text: str, plan: Plan = ONE, **more: object) -> Path:
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        roster = read_roster(path)
        folder = tmp_path / "class"
        file = ListFile(file="../list.csv", sha256=roster.sha256)
        run(Order(plan, roster.students, folder, 1, roster=file, **more))  # type: ignore[arg-type]
        return folder

    return make


def filled(folder: Path, **points: str | Sequence[str]) -> Path:
    """The table of marks with points for who is called so, ``Ngozi="7"``; the second is a note."""
    data = read_manifest(folder / MANIFEST)
    rows = list(csv.DictReader(io.StringIO(
        empty_marks(data, most_points(folder, data)).decode("utf-8-sig"))))  # fmt: skip
    for row in rows:
        for name, said in points.items():
            if name in row["name"]:
                some = [said] if isinstance(said, str) else said
                row["points"] = some[int(row["exercise"]) - 1]
    return table(folder, rows)


def table(folder: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    path = folder / MARKS
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def rows_of(book: Gradebook, separator: str = ",") -> list[list[str]]:
    text = book.data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def codes(folder: Path) -> list[str]:
    return [student["code"] for student in json.loads((folder / MANIFEST).read_text())["students"]]


def test_canvas_gets_its_export_with_a_column_and_all_others_read_only(made: Make) -> None:
    folder = made(CANVAS)
    book = gradebook(folder, filled(folder, Ngozi="7", Elsa="4,5"))
    rows = rows_of(book)
    assert book.kind == "canvas"
    assert rows[0] == [*CANVAS.splitlines()[0].split(","), "Softmax"]
    assert rows[1][5] == "Manual Posting"
    assert rows[2] == ["    Points Possible", "", "", "", "", "(read only)", "(read only)", "7"]
    assert [(row[0], row[1], row[5], row[-1]) for row in rows[3:]] == [
        ("Okafor, Ngozi", "4001", "9", "7"), ("Lindqvist, Elsa", "4002", "7.5", "4.5"),
        ("Student, Test", "4999", "", ""),
    ]  # fmt: skip
    assert not book.data.startswith(b"\xef\xbb\xbf")


def test_a_column_that_canvas_has_is_filled_and_what_was_there_is_told(made: Make) -> None:
    folder = made(CANVAS, Plan((piece("softmax", points="10"),)))
    book = gradebook(folder, filled(folder, Ngozi="8"), title="Quiz 1")
    rows = rows_of(book)
    assert rows[0] == CANVAS.splitlines()[0].split(",")
    assert rows[2][5:] == ["10", "(read only)"]
    assert [row[5] for row in rows[3:]] == ["8", "7.5", ""]
    assert any("Okafor, Ngozi 9 to 8" in remark for remark in book.remarks)


def test_points_of_another_whole_are_not_put_into_a_column_of_canvas(made: Make) -> None:
    folder = made(CANVAS)
    with pytest.raises(SheetgenError, match=r"has 10\.00 points in the list and the sheets 7"):
        gradebook(folder, filled(folder, Ngozi="7"), title="Quiz 1")
    with pytest.raises(SheetgenError, match="Canvas reads no column"):
        gradebook(folder, filled(folder, Ngozi="7"), title="Final Score")


def test_moodle_gets_students_alone_and_a_dash_for_no_grade(made: Make) -> None:
    folder = made(MOODLE)
    book = gradebook(folder, filled(folder, Ngozi="7"))
    assert book.kind == "moodle"
    assert rows_of(book) == [
        ["First name", "Last name", "ID number", "Email address", "Groups", "Softmax"],
        ["Ngozi", "Okafor", "0012", "n@x.example", "Lab A, Lab B", "7"],
        ["Elsa", "Lindqvist", "", "e@x.example", "", "-"],
    ]
    assert any('map from "Email address"' in remark for remark in book.remarks)


def test_any_list_gets_its_own_columns_and_signs(made: Make) -> None:
    folder = made(GERMAN)
    book = gradebook(folder, filled(folder, Emre="4.5"))
    assert book.kind == "csv"
    assert rows_of(book, ";") == [
        ["Nr.", "Name", "Vorname", "Geburtsdatum", "Klasse", "Softmax", "Softmax max"],
        ["1", "Müller", "Änne", "01.02.2010", "9b", "", "7"],
        ["2", "Öztürk", "Emre", "03.04.2010", "9b", "4,5", "7"],
    ]
    assert any(remark.startswith("1 student has no points yet") for remark in book.remarks)


def test_the_folder_keeps_ids_and_the_digest_and_no_birth_dates(made: Make) -> None:
    folder = made(GERMAN)
    kept = b"".join(path.read_bytes() for path in folder.iterdir() if path.suffix != ".pdf")
    assert b"2010" not in kept
    assert json.loads((folder / MANIFEST).read_text())["roster"]["file"] == "../list.csv"


def test_several_exercises_have_points_each_and_together(made: Make) -> None:
    folder = made(MOODLE, TWO)
    file = filled(folder, Ngozi=("6", "7.5"), Elsa=("2", ""))
    book = gradebook(folder, file, "csv", title="Quiz")
    rows = rows_of(book)
    assert rows[0][5:] == ["Quiz 1", "Quiz 2", "Quiz", "Quiz max"]
    assert [row[5:] for row in rows[1:]] == [
        ["6", "7.5", "13.5", "20"], ["2", "", "", "20"], ["", "", "", ""],
    ]  # fmt: skip
    assert any("no total: Elsa Lindqvist" in remark for remark in book.remarks)
    assert [row[-1] for row in rows_of(gradebook(folder, file))] == [
        "A Single Neuron, Softmax", "13.5", "-"]  # fmt: skip


def test_a_changed_list_is_told_and_names_and_ids_decide(made: Make, tmp_path: Path) -> None:
    folder = made(CANVAS)
    file = filled(folder, Ngozi="7", Elsa="4")
    lines = CANVAS.splitlines(keepends=True)
    new = tmp_path / "new.csv"
    ben = '"Abu, Ben",4003,900003,babu,CS 10,,\n'
    new.write_text("".join([*lines[:3], lines[4], ben, lines[3]]))
    book = gradebook(folder, file, roster=new)
    assert [(row[0], row[-1]) for row in rows_of(book)[3:]] == [
        ("Lindqvist, Elsa", "4"), ("Abu, Ben", ""), ("Okafor, Ngozi", "7")]  # fmt: skip
    said = " ".join(book.remarks)
    assert "not as it was when the class was made" in said
    assert "1 student of the list had no sheet: Ben Abu" in said


def test_points_of_who_is_not_in_the_list_are_told(made: Make, tmp_path: Path) -> None:
    folder = made(CANVAS)
    file = filled(folder, Ngozi="7", Elsa="4")
    new = tmp_path / "new.csv"
    new.write_text("".join(CANVAS.splitlines(keepends=True)[:4]))
    book = gradebook(folder, file, roster=new)
    assert any("not written: Elsa Lindqvist" in remark for remark in book.remarks)


def test_the_list_of_another_class_and_one_that_is_gone_are_refused(
    made: Make, tmp_path: Path
) -> None:
    folder = made(CANVAS)
    file = filled(folder, Ngozi="7")
    other = tmp_path / "other.csv"
    other.write_text(CANVAS.replace("Okafor, Ngozi", "Ray, Bob").replace("9000", "8000")
                     .replace("Lindqvist, Elsa", "Abu, Ben"))  # fmt: skip
    with pytest.raises(SheetgenError, match="the list of another class"):
        gradebook(folder, file, roster=other)
    (tmp_path / "list.csv").unlink()
    with pytest.raises(SheetgenError, match=r"is not there; say where it is with --roster"):
        gradebook(folder, file)


def test_namesakes_keep_their_rows_and_if_nobody_can_tell_nothing_is_written(
    made: Make, tmp_path: Path
) -> None:
    folder = made("Name,Group\nAda Ray,A\nAda Ray,A\nBob Lee,A\n")
    first, second, _ = codes(folder)
    file = table(folder, [{"code": first, "points": "1"}, {"code": second, "points": "2"}])
    assert [row[2] for row in rows_of(gradebook(folder, file))] == ["Softmax", "1", "2", ""]
    new = tmp_path / "new.csv"
    new.write_text("Name,Group\nAda Ray,B\nAda Ray,C\nBob Lee,A\n")
    with pytest.raises(SheetgenError, match="nothing tells who of those called Ada Ray"):
        gradebook(folder, file, roster=new)


def test_what_list_a_gradebook_takes_is_told(made: Make) -> None:
    folder = made(GERMAN)
    file = filled(folder, Emre="4")
    with pytest.raises(SheetgenError, match="is no export of Canvas"):
        gradebook(folder, file, "canvas")
    with pytest.raises(SheetgenError, match="no column of e-mail addresses, ID numbers or usern"):
        gradebook(folder, file, "moodle")


def test_class_csv_takes_the_points_and_keeps_them(made: Make) -> None:
    folder = made(MOODLE, TWO)
    path = folder / "class.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert rows[0][-4:] == ["max", "points 1", "points 2", "points"]
    assert rows[1][-4:] == ["20", "", "", ""]
    rows[1][-3:] = ["6", "7.5", ""]
    rows[2][-1] = "11"
    text = "\n".join(";".join(row) for row in rows).replace("7.5", "7,5")
    path.write_text(text.replace("20", "20,0"), encoding="utf-8")
    book = gradebook(folder, path, "csv")
    assert [row[5:8] for row in rows_of(book)[1:3]] == [["6", "7.5", "13.5"], ["", "", "11"]]
    run(Order(TWO, read_roster(folder / "../list.csv").students, folder, 1, spares=1))
    again = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [row[-3:] for row in again[1:]] == [["6", "7,5", ""], ["", "", "11"], ["", "", ""]]


def test_sheets_of_other_worth_are_made_comparable(made: Make) -> None:
    folder = made(CANVAS)
    path = folder / MANIFEST
    data = json.loads(path.read_text())
    data["students"][0]["worth"] = ["14"]
    path.write_text(json.dumps(data))
    book = gradebook(folder, filled(folder, Ngozi="7", Elsa="7"))
    assert [row[-1] for row in rows_of(book)[2:5]] == ["14", "7", "14"]
    assert any("worth 7 to 14 points" in remark for remark in book.remarks)


@pytest.mark.parametrize("plan", [ONE, TWO], ids=["one", "two"])
def test_the_codes_of_graded_work_are_those_on_the_sheets(made: Make, plan: Plan) -> None:
    folder = made(CANVAS, plan, no_recipe=True)
    path = filled(folder, Ngozi=["6", "14"], Elsa=["3", "7"])
    with (folder / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        on_the_sheets = [row["code"].split() for row in csv.DictReader(file)]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["code"] for row in rows] == [code for own in on_the_sheets for code in own]
    for row in rows:  # the code alone says whose points they are
        row["id"] = row["name"] = ""
    book = gradebook(folder, table(folder, rows))
    assert [row[-1] for row in rows_of(book)[3:5]] == (["20", "10"] if plan is TWO else ["6", "3"])


def test_a_class_of_before_has_the_same_worth(made: Make) -> None:
    folder = made(CANVAS, Plan((piece("self-attention", {"causal": "yes"}),)))
    path = folder / MANIFEST
    data = json.loads(path.read_text())
    now = most_points(folder, read_manifest(path))
    for student in data["students"]:
        del student["worth"]
    path.write_text(json.dumps(data))
    assert most_points(folder, read_manifest(path)) == now
    assert all(isinstance(points, Decimal) for own in now for points in own)


def test_of_several_people_in_a_line_nobody_is_said_to_be_left_out(made: Make) -> None:
    folder = made("Ngozi Okafor, Elsa Lindqvist, Emre Öztürk\n")
    book = gradebook(folder, filled(folder, Ngozi="7", Elsa="4", Emre="0"))
    assert [(row[0], row[-2]) for row in rows_of(book)[1:]] == [
        ("Ngozi Okafor", "7"), ("Elsa Lindqvist", "4"), ("Emre Öztürk", "0")]  # fmt: skip
    assert not any("not written" in remark for remark in book.remarks)
    assert any("no table with titles" in remark for remark in book.remarks)


WRONG = {
    "unknown code": ({"code": "2222-2222"}, "row 3: no sheet of the class has the code 2222-2222"),
    "slip in a code": ({"code": "2222-2223"}, "row 3: code '2222-2223' has a slip"),
    "more than there are": ({"points": "8"}, "row 3: 8 points are more than the 7 that there are"),
    "below nothing": ({"points": "-1"}, 'row 3: "-1" is below 0'),
    "a word": ({"points": "good"}, 'row 3: "good" is no number of points'),
    "thousands": ({"points": "1,000"}, 'row 3: "1,000" is no number of points'),
    "another max": ({"max": "10"}, "row 3: max is 10 here and 7 in the class"),
    "another student": ({"name": "Bob Ray"}, "row 3: the code is that of Elsa Lindqvist, not of"),
    "another id": ({"id": "900001"}, "row 3: the code is that of Elsa Lindqvist, whose id is"),
    "no exercise": ({"exercise": "2"}, 'row 3: exercise "2" is not between 1 and 1'),
    "nobody": ({"code": "", "id": "", "name": ""}, "row 3: it has no code, no id and no name"),
    "unknown id": ({"code": "", "id": "77"}, 'row 3: nobody of the class has the id "77"'),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_named_with_its_row(made: Make, kind: str) -> None:
    folder = made(CANVAS)
    change, said = WRONG[kind]
    text = filled(folder, Ngozi="7", Elsa="4").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    rows[1] |= change
    with pytest.raises(SheetgenError) as problem:
        gradebook(folder, table(folder, rows))
    assert f"{MARKS}: {said}" in str(problem.value)


def test_two_rows_of_one_student_a_comma_too_many_and_missing_titles_are_named(made: Make) -> None:
    folder = made(CANVAS)
    code = codes(folder)[0]
    path = folder / MARKS
    for text, said in (
        (f"code,points\n{code},7\n{code},7\n", "row 3: Ngozi Okafor has points in row 2 too"),
        (f"code,points\n{code},6,5\n", "row 2: it has 3 cells and the first row 2 titles"),
        (f"code,punkte\n{code},7\n", 'row 1: there is no column "points"'),
        ("points\n7\n", "row 1: no column says whose points they are"),
        ("code,points,points\n", 'row 1: there are two columns "points"'),
        (f"code,points\n{code},\n", "there are no points in it"),
        ("", "it is empty"),
    ):
        path.write_text(text)
        with pytest.raises(SheetgenError, match=f"marks.csv: {said}"):
            gradebook(folder, path)


def test_any_table_of_marks_is_read(made: Make) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    folder = made(CANVAS)
    one, two = codes(folder)
    path = folder / "marks.xlsx"
    book = openpyxl.Workbook()
    for row in (["Code", "Points"], [one.lower(), 6.5], [two, 7]):
        book.active.append(row)
    book.save(path)
    texts = ["sep=;\nname;points\nokafor ngozi;6,5\nElsa Lindqvist;7\n".encode("utf-16"),
             b"id\tpoints\n0900001\t6.5\n900002\t7\n"]  # fmt: skip
    for k, data in enumerate([path.read_bytes(), *texts]):
        file = folder / f"marks-{k}"
        file.write_bytes(data)
        assert [row[-1] for row in rows_of(gradebook(folder, file))[3:5]] == ["6.5", "7"]
