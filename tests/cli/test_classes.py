"""``class``, ``find`` and ``mark`` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import Run

MADE = ("class", "rnn", "--students", "2", "--seed", "1")


def test_one_of_a_kind_is_no_plural(run: Run, tmp_path: Path) -> None:
    def told(*words: str) -> str:
        return "\n".join(run(*words)[2])

    roster = tmp_path / "r.csv"
    command = ("class", "single-neuron", "--roster", str(roster), "--seed", "1", "--out", "c")
    for names, said in (("Ann", ""), ("Ann\nBob", "the other one keeps the sheet\n"),
                        ("Ann\nBob\nCy", "the other 2 keep their sheets\n"),
                        ("Dan\nCy", "the other one keeps the sheet\n"),
                        ("Eve", "a class of 2 students (Dan, Cy), none of whom is")):  # fmt: skip
        roster.write_text(f"name\n{names}\n")
        shown = told(*command) + "\n"
        assert said in shown
        assert ("the other" in shown) == ("other" in said)
    assert "has 1 sign;" in told("mark", "A", "--got", "z=1")
    file = tmp_path / "given.json"
    file.write_text('{"A": [[1], [3, 4]], "B": [[1]]}', encoding="utf-8")
    words = ("solve", "matrix-multiplication", "--given", str(file))
    assert "row 1 has 1 number, row 2" in told(*words)


def test_a_class_takes_the_options_of_its_topic_among_its_own(run: Run) -> None:
    code, out, err = run(*MADE, "--steps", "2", "--quiet", "--backward", "yes", "--check",
                         "--weights", "-1..2", "--out", "c")  # fmt: skip
    assert (code, err) == (0, [])
    assert [Path(path).parent.name for path in out] == ["c"] * 6
    recipe = json.loads(Path("c/class.json").read_text())["students"][0]["recipe"]
    assert recipe.startswith("rnn?backward=yes&check=yes&steps=2&weights=-1..2&seed=")


def test_the_folder_of_a_class_is_named_by_what_was_typed(run: Run) -> None:
    code, out, _ = run("class", "--seed", "1", "--students", "2", "Single_Neuron", "--paper", "A4")
    assert code == 0
    assert {Path(path).parts[:2] for path in out} == {("output", "single_neuron-class")}


def test_find_and_mark_print_a_line_or_a_table(run: Run) -> None:
    assert run(*MADE, "--out", "c")[0] == 0
    student = json.loads(Path("c/class.json").read_text())["students"][0]
    code, out, err = run("find", "c", "0")
    assert (code, err) == (0, [])
    assert any(line.split("\t")[1] == student["code"] for line in out)
    code, out, err = run("mark", student["code"], "--class", "c", "--got", "y1=99")
    assert (code, err) == (0, [])
    assert any("slip" in line and "99" in line for line in out)
    code, out, _ = run("mark", student["code"], "--recipe", student["recipe"], "--got", "y1=99",
                       "--json")  # fmt: skip
    assert (code, json.loads("\n".join(out))[0]["got"]) == (0, [[99]])


@pytest.mark.parametrize(("words", "said"), [
    ("--students 2 --separate --staple 2", "leave them or --separate out"),
    ("--students 2 --separate --simplex", "leave them or --separate out"),
    ("--students 2.5", "--students: '2.5' is not a whole number"),
    ("--students 2 --spares -1", "--spares: -1 is not between"),
    ("--students 2 --staple x", "--staple: 'x' is not a whole number"),
    ("--students 2 --paper a5", "none of a4, letter"),
    ("", "--roster FILE or --students N"),
])  # fmt: skip
def test_a_class_that_cannot_be_is_refused_before_the_work(
    words: str, said: str, run: Run
) -> None:
    code, out, err = run("class", "rnn", *words.split())
    assert (code, out, len(err)) == (2, [], 1)
    assert said in err[0]
    assert list(Path.cwd().iterdir()) == []


LIST = """Student,ID,SIS User ID,Section,Quiz
    Points Possible,,,,10
"Okafor, Ngozi",1,900001,Lab A,3
"Murphy, Leam",3,900012,Lab B,3
"Petit, Jules",4,900031,Lab B,3
"""


def test_a_dry_run_shows_who_is_new_renamed_and_gone_and_writes_nothing(run: Run) -> None:
    Path("canvas.csv").write_text(LIST, encoding="utf-8")
    command = ("class", "single-neuron", "--roster", "canvas.csv", "--seed", "7")
    code, out, err = run(*command, "--dry-run")
    assert (code, out, [p.name for p in Path.cwd().iterdir()]) == (0, [], ["canvas.csv"])
    assert err[0] == ('sheetgen: 3 students: names from "Student", ids from "SIS User ID", groups '
                      'from "Section"; left out: row 2 (points); first Ngozi Okafor, last '
                      "Jules Petit")  # fmt: skip
    assert 'not printed: columns "ID", "Quiz"' in err[2]
    assert err[4].split() == ["name", "id", "group", "sheet"]
    assert sum(line.startswith(" + ") and line.endswith("   new") for line in err) == 3
    assert "3 sheets into output/single-neuron-canvas" in err[-1]
    assert run(*command)[0] == 0
    codes = {s["name"]: s["code"] for s in manifest()["students"]}
    for name, shown in codes.items():
        assert any(name in line and shown in line for line in err)
    before = Path("output/single-neuron-canvas/class.json").read_bytes()
    other = LIST.replace("Leam", "Liam").replace("Petit, Jules", "Díaz, Mateo")
    Path("canvas.csv").write_text(other.replace("900031", "900032"), encoding="utf-8")
    code, out, err = run(*command, "--dry-run")
    assert [line[:15].rstrip() for line in err[5:9]] == [
        " + Mateo Díaz", " ~ Liam Murphy", " − Jules Petit", "   Ngozi Okafor"]  # fmt: skip
    assert 'was "Leam Murphy"' in err[6]
    assert codes["Leam Murphy"] in err[6]
    assert err[7].split()[-2:] == ["–", "gone"]
    assert err[-1].endswith("(1 new, 1 renamed, 1 gone, 1 as they were)")
    assert Path("output/single-neuron-canvas/class.json").read_bytes() == before


def manifest() -> dict[str, Any]:
    return dict(json.loads(Path("output/single-neuron-canvas/class.json").read_text()))


def test_a_dry_run_shows_some_of_those_who_keep_their_sheets_or_all(run: Run) -> None:
    Path("a.csv").write_text("name\n" + "".join(f"Ada {k}\n" for k in range(9)))
    command = ("class", "single-neuron", "--roster", "a.csv", "--out", "c")
    assert run(*command)[0] == 0
    err = run(*command, "--dry-run")[2]
    assert sum(line.endswith("keeps its sheet") for line in err) == 5
    assert "   … 4 more keep their sheets (--all shows them)" in err
    err = run(*command, "--dry-run", "--all")[2]
    assert sum(line.endswith("keeps its sheet") for line in err) == 9
    assert run(*command, "--all")[0] == 2


def test_a_second_class_has_a_folder_of_its_own_and_takes_over_none(run: Run) -> None:
    for name, people in (("10a", "Ada\nBob\n"), ("10b", "Cy\nDan\n")):
        Path(f"{name}.csv").write_text(f"name\n{people}")
    first, second = (run("class", "single-neuron", "--roster", f"{name}.csv")[1]
                     for name in ("10a", "10b"))  # fmt: skip
    assert {Path(path).parent.name for path in first} == {"single-neuron-10a"}
    assert {Path(path).parent.name for path in second} == {"single-neuron-10b"}
    into = ("class", "single-neuron", "--roster", "10b.csv", "--out", "output/single-neuron-10a")
    before = Path("output/single-neuron-10a/class.json").read_bytes()
    for more in ((), ("--dry-run",)):
        code, out, err = run(*into, *more)
        assert (code, out) == (1, [])
        assert "class of 2 students (Ada, Bob), none of whom is in this list" in err[-1]
        assert "--force" in err[-1]
    assert Path("output/single-neuron-10a/class.json").read_bytes() == before
    assert run(*into, "--force")[0] == 0


def test_a_folder_of_before_lists_named_folders_is_told(run: Run) -> None:
    Path("a.csv").write_text("name\nAda\n")
    assert run("class", "single-neuron", "--students", "2")[0] == 0
    err = run("class", "single-neuron", "--roster", "a.csv", "--dry-run")[2]
    assert any("keep its sheets with --out output" in line for line in err)


def test_a_renamed_student_keeps_the_sheet(run: Run) -> None:
    command = ("class", "single-neuron", "--roster", "r.csv", "--out", "c")
    Path("r.csv").write_text("name\nAnn Lee\nBob\n")
    assert run(*command)[0] == 0
    code = json.loads(Path("c/class.json").read_text())["students"][0]["code"]
    Path("r.csv").write_text("name\nAnn Berg\nBob\n")
    assert any('--renamed "Ann Lee=Ann Berg"' in line for line in run(*command, "--dry-run")[2])
    err = run(*command, "--renamed", "Ann Lee=Ann Berg")[2]
    assert "sheetgen: 1 renamed: Ann Lee is Ann Berg now; same sheet" in err
    student = json.loads(Path("c/class.json").read_text())["students"][0]
    assert (student["name"], student["code"]) == ("Ann Berg", code)
    assert run(*command, "--renamed", "Bob")[0] == 2
    assert run(*command, "--renamed", "Eve=Bob")[0] == 1


@pytest.mark.parametrize("what", ["foundations", "workbook-dot-product", "own.toml"])
def test_a_class_with_a_series_or_a_chapter_is_made_from_the_terminal(what: str, run: Run) -> None:
    Path("own.toml").write_text(
        'title = "Mine"\nsaid = "Two pages."\n[[page]]\ntopic = "single-neuron"\n'
        'new = "New here: one neuron."\n[[page]]\ntopic = "softmax"\nnew = "New here: shares."\n'
    )
    code, out, err = run("class", what, "--students", "2", "--seed", "1", "--out", "c", "--quiet")
    assert (code, err) == (0, [])
    assert {"worksheets.pdf", "keys.pdf", "grid.pdf", "class.json"} <= {Path(p).name for p in out}
