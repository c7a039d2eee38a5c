"""``class``, ``find`` and ``mark`` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

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
    assert [Path(path).parent.name for path in out] == ["c"] * 5
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
