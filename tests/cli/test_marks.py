"""The command ``marks``: from a list to the file that a gradebook imports."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.cli.support import Run

LIST = "Student,ID,SIS User ID,SIS Login ID,Section\n" + "".join(
    f'"Lee, Ann{k}",{k},u{k},a{k},S1\n' for k in range(3))  # fmt: skip


def test_points_go_from_the_sheets_back_to_the_gradebook(run: Run) -> None:
    Path("list.csv").write_text(LIST)
    assert run("class", "single-neuron", "--roster", "list.csv", "--out", "c")[0] == 0
    code, out, err = run("marks", "c")
    assert (code, out) == (0, [str(Path("c/marks.csv"))])
    assert "sheetgen marks c" in err[0]
    rows = list(csv.DictReader(io.StringIO(Path("c/marks.csv").read_text("utf-8-sig"))))
    for row, points in zip(rows, ("2", "1.5", "0"), strict=True):
        row["points"] = points
    out_file = io.StringIO()
    writer = csv.DictWriter(out_file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    Path("c/marks.csv").write_text(out_file.getvalue())
    assert run("marks", "c")[0] == 1  # what is filled in is not written over
    code, out, err = run("marks", "c", "c/marks.csv", "--column", "Quiz")
    assert (code, out, err) == (0, ["c-canvas.csv"], [])
    made = list(csv.reader(io.StringIO(Path("c-canvas.csv").read_text("utf-8"))))
    assert [row[-1] for row in made] == ["Quiz", "2", "2", "1.5", "0"]
    assert not list(Path("c").glob("*canvas*"))  # the folder keeps no column of the list


def test_marks_that_are_wrong_write_nothing_and_slips_are_usage(run: Run) -> None:
    Path("list.csv").write_text(LIST)
    run("class", "single-neuron", "--roster", "list.csv", "--out", "c")
    Path("m.csv").write_text("code,points\n2222-2222,1\n")
    before = sorted(Path().rglob("*"))
    code, out, err = run("marks", "c", "m.csv")
    assert (code, out) == (1, [])
    assert err == ["sheetgen: m.csv: row 2: no sheet of the class has the code 2222-2222"]
    assert run("marks", "c", "m.csv", "--to", "excel")[0] == 2
    assert run("marks", "c", "--to", "csv")[0] == 2
    assert run("marks", "c", "nowhere.csv")[2] == [
        "sheetgen: nowhere.csv: there is no such file"]  # fmt: skip
    assert sorted(Path().rglob("*")) == before


def test_a_class_without_a_list_has_a_table_of_its_own(run: Run) -> None:
    run("class", "single-neuron", "--students", "2", "--out", "c")
    Path("m.csv").write_text("id,points,note\nstudent-2,2,late\n")
    code, out, _ = run("marks", "c", "m.csv", "--out", "-points.csv")
    assert (code, out) == (0, ["-points.csv"])
    made = list(csv.reader(io.StringIO(Path("-points.csv").read_text("utf-8-sig"))))
    assert [row[5:] for row in made] == [
        ["A Single Neuron", "A Single Neuron max", "A Single Neuron note"],
        ["", "2", ""], ["2", "2", "late"],
    ]  # fmt: skip
    code, _, err = run("marks", "c", "m.csv", "--to", "canvas")
    assert code == 1
    assert "say where it is with --roster FILE" in err[0]
