"""Python makes a class as the command does, and wrong kinds are told in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sheetgen
from sheetgen.cli.main import main
from tests.classroom.support import digests

SMALL = "single-neuron"


def test_the_command_and_python_make_the_same_class(tmp_path: Path) -> None:
    roster = tmp_path / "r.csv"
    roster.write_text("name,id,group\nAda,u71,A\nBo,u72,B\nAda,u73,B\n")
    words = ["--seed", "7", "--title", "Quiz", "--features", "4", "--spares", "1", "--format",
             "html", "--group-by", "group", "--decimal-mark", "comma", "--no-recipe", "--quiet"]
    words += ["--roster", str(roster), "--out", str(tmp_path / "a")]
    assert main(["class", SMALL, *words]) == 0
    made = sheetgen.make_class(
        SMALL, roster, tmp_path / "b", seed=7, title="Quiz", features=4, spares=1, format="html",
        group_by="group", decimal_mark="comma", no_recipe=True,
    )  # fmt: skip
    assert digests(tmp_path / "b") == digests(tmp_path / "a")
    assert (made.seed, made.folder) == (7, tmp_path / "b")
    assert all(path.is_file() for path in made.files)
    assert [(s.name, s.id, s.group, s.spare) for s in made.sheets] == [
        ("Ada", "u71", "A", False), ("Bo", "u72", "B", False), ("Ada", "u73", "B", False),
        ("", "spare-1", "Spares", True),
    ]  # fmt: skip
    assert any("who tries seeds finds 7" in remark for remark in made.remarks)
    with pytest.raises(sheetgen.SheetgenError, match="Ada"):
        sheetgen.make_class(SMALL, ["Cy"], tmp_path / "b", seed=7, features=4, no_recipe=True)


def test_a_class_of_names_and_of_a_plan(tmp_path: Path) -> None:
    people: list[Any] = ["Ada", {"name": "Bo", "id": 7, "group": None}, {"id": "9"}]
    made = sheetgen.make_class(SMALL, people, tmp_path / "a")
    assert [(s.name, s.id) for s in made.sheets] == [("Ada", ""), ("Bo", "7"), ("", "9")]
    again = sheetgen.make_class(SMALL, people, tmp_path / "a")
    assert (again.seed, again.sheets) == (made.seed, made.sheets)
    plan = tmp_path / "p.toml"
    plan.write_text('[[exercise]]\ntopic = "single-neuron"\n[[exercise]]\ntopic = "softmax"\n')
    made = sheetgen.make_class(plan, 2, tmp_path / "b")
    assert all(len(set(sheet.codes)) == 2 for sheet in made.sheets)


@pytest.mark.parametrize(("wrong", "said"), [
    ({"students": 0}, "0 is not between"), ({"students": []}, "0 are not between"),
    ({"students": [3]}, "student 1: give a name"), ({"students": ["Ada", " "]}, "student 2 has"),
    ({"students": [{"nam": "x"}]}, "'nam' is none of name"), ({"students": None}, "students: None"),
    ({"students": True}, "students: True"), ({"students": "none.csv"}, "no such file"),
    ({"topic": None}, "topic: None"), ({"topic": "nothing"}, "no topic"), ({"folder": 3}, "folder"),
    ({"topic": "none.toml"}, "no such file"), ({"seed": "x"}, "seed"), ({"seed": 1.5}, "seed"),
    ({"title": 3}, "title: 3 is not a text"), ({"date": "2026-13-45"}, "no date"),
    ({"logo": "none.png"}, "no file none.png"), ({"paper": "a9"}, "paper: 'a9'"),
    ({"format": "docx"}, "'docx' is none of"), ({"format": None}, "format: None"),
    ({"format": "json", "no_recipe": True}, "recipe or seed"), ({"spares": -1}, "less than 0"),
    ({"spares": True}, "not a whole number"), ({"group_by": "row"}, "only: group"),
    ({"separate": True, "staple": 2}, "staple"), ({"decimal_mark": "dot"}, "decimal_mark: 'dot'"),
    ({"tagged": 1}, "tagged: 1 is not True or False"), ({"renamed": "a=b"}, "renamed"),
    ({"nothing": 3}, "has no option --nothing"), ({"features": "many"}, "not a whole number"),
])  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_is_written(
    wrong: dict[str, Any], said: str, tmp_path: Path
) -> None:
    asked: dict[str, Any] = {"topic": SMALL, "students": 2, "folder": tmp_path / "c"} | wrong
    with pytest.raises(sheetgen.SheetgenError, match=said):
        sheetgen.make_class(**asked)
    assert not (tmp_path / "c").exists()


EXERCISE = sheetgen.make(SMALL, seed=1)
WRONG: dict[str, Any] = {
    "make(None)": lambda: sheetgen.make(None),  # type: ignore[arg-type]
    "make(5)": lambda: sheetgen.make(5),  # type: ignore[arg-type]
    "make(b)": lambda: sheetgen.make(b"rnn"),  # type: ignore[arg-type]
    "seed": lambda: sheetgen.make("rnn", seed=1.0),  # type: ignore[arg-type]
    "seed True": lambda: sheetgen.make("rnn", seed=True),
    "option": lambda: sheetgen.make("rnn", nothing=3),
    "max": lambda: sheetgen.make("rnn", max=[1]),
    "max 9.7": lambda: sheetgen.make("rnn", max=9.7),
    "check": lambda: sheetgen.make("rnn", check="maybe"),
    "seeds": lambda: sheetgen.many("rnn", 5),  # type: ignore[arg-type]
    "seeds text": lambda: sheetgen.many("rnn", "12"),  # type: ignore[arg-type]
    "settings": lambda: sheetgen.settings("rnn", [1]),  # type: ignore[arg-type]
    "given": lambda: sheetgen.from_given(SMALL, None),  # type: ignore[arg-type]
    "given 3": lambda: sheetgen.from_given(SMALL, {3: [1]}),  # type: ignore[dict-item]
    "different": lambda: sheetgen.make_different(None, 1, 2),  # type: ignore[arg-type]
    "count": lambda: sheetgen.make_different(sheetgen.settings(SMALL), 1, "x"),  # type: ignore[arg-type]
    "packet": lambda: sheetgen.make_packet("rnn", 1),  # type: ignore[arg-type]
    "files": lambda: EXERCISE.files(["pdf"]),  # type: ignore[arg-type]
    "name": lambda: EXERCISE.worksheet_pdf(name=3),  # type: ignore[arg-type]
    "paper": lambda: EXERCISE.worksheet_pdf(paper=3),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_kinds_are_one_line(wrong: str) -> None:
    with pytest.raises(sheetgen.SheetgenError):
        WRONG[wrong]()


def test_seeds_are_those_of_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed in (0, 7, 2**63 - 1):
        assert main(["make", SMALL, "--seed", str(seed), "--out", str(tmp_path)]) == 0
        assert sheetgen.make(SMALL, seed).code in capsys.readouterr().out
    fresh = {sheetgen.make(SMALL).seed for _ in range(3)}
    assert len(fresh) > 1
    assert sheetgen.many(SMALL, []) == []
