"""A class that was made before: who keeps a sheet, and what is never replaced unasked."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sheetgen.classroom.earlier import WORK
from sheetgen.classroom.find import recipe_for
from sheetgen.classroom.plan import Binding, Order, Plan, piece
from sheetgen.classroom.run import run
from sheetgen.classroom.students import Student
from sheetgen.cli.main import main
from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import read_recipe
from tests.classroom.support import NAMES, SMALL, digests, manifest, order


def test_running_twice_and_anew_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    before = digests(folder)
    assert "nothing changed" in run(order(folder, *NAMES, spares=1)).remarks[0]
    assert digests(folder) == before
    run(order(tmp_path / "anew", *NAMES, spares=1))
    assert digests(tmp_path / "anew") == before
    assert not (folder / WORK).exists()


def test_a_changed_roster_adds_what_is_new_and_says_so(tmp_path: Path) -> None:
    run(order(tmp_path, "a", "b", "c"))
    old = {s["name"]: s["sha256"] for s in manifest(tmp_path)["students"]}
    done = run(order(tmp_path, "new", "a", "c"))
    assert done.remarks[:2] == ("1 new: new", "1 no longer in the class: b")
    now = {s["name"]: s["sha256"] for s in manifest(tmp_path)["students"]}
    assert (now["a"], now["c"]) == (old["a"], old["c"])
    assert [s["name"] for s in manifest(tmp_path)["former"]] == ["b"]


@pytest.mark.parametrize("group", ["A", "B"])
def test_a_namesake_who_left_is_told_unless_a_group_tells_who_it_was(
    group: str, tmp_path: Path
) -> None:
    ada, other = Student("", "Ada", group="A", row=2), Student("", "Ada", group=group, row=3)
    run(Order(SMALL, (ada, other), tmp_path, 1))
    first, second = (s["code"] for s in manifest(tmp_path)["students"])
    remarks = run(Order(SMALL, (replace(other, row=2),), tmp_path, 1)).remarks
    (stayed,), (left,) = (
        [s["code"] for s in manifest(tmp_path)[kind]] for kind in ("students", "former")
    )
    assert (stayed, left) == ((first, second) if group == "A" else (second, first))
    guess = f"some Ada came or went, and no id tells who is who: row 2 has the sheet {stayed}"
    assert (guess in remarks) == (group == "A")


def test_another_class_and_foreign_files_are_not_replaced(tmp_path: Path) -> None:
    run(order(tmp_path / "x", "a"))
    before = digests(tmp_path / "x")
    with pytest.raises(SheetgenError, match="another class"):
        run(order(tmp_path / "x", "a", plan=Plan((piece("softmax"),))))
    assert digests(tmp_path / "x") == before
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / "keys.pdf").write_text("mine")
    with pytest.raises(SheetgenError, match="--force"):
        run(order(tmp_path / "y", "a"))
    run(order(tmp_path / "y", "a", force=True))


@pytest.mark.parametrize(("name", "binding"), [
    ("worksheets.pdf", Binding()), ("keys.pdf", Binding()), ("grid.pdf", Binding()),
    ("class.csv", Binding(separate=True)), ("worksheets", Binding(separate=True)),
    ("keys", Binding(separate=True)), (WORK, Binding()),
])  # fmt: skip
@pytest.mark.parametrize("again", [False, True])
def test_what_is_in_the_way_of_a_file_is_told_before_the_work(
    name: str, binding: Binding, again: bool, tmp_path: Path
) -> None:
    """The first of the work cannot be done: there are not so many exercises."""
    few = Plan((piece("single-neuron", {"features": "1", "inputs": "1..2", "weights": "1..2"}),))
    many = ["Ann", *(f"name {k}" for k in range(400))]
    if again:
        run(order(tmp_path, "Ann", plan=few))
        (tmp_path / name).unlink(missing_ok=True)
    if "." in name[1:]:
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SheetgenError, match=f"{name}: a (file|folder) is in the way"):
        run(order(tmp_path, *many, plan=few, binding=binding))
    assert sorted(tmp_path.rglob("*")) == before
    shutil.rmtree(tmp_path / name) if (tmp_path / name).is_dir() else (tmp_path / name).unlink()
    with pytest.raises(SheetgenError, match="has only about"):
        run(order(tmp_path, *many, plan=few, binding=binding))


def test_sheets_that_are_no_longer_of_the_class_are_removed(tmp_path: Path) -> None:
    separate = Binding(separate=True)
    run(order(tmp_path, "Ann", "Bob", binding=separate))
    (tmp_path / "worksheets" / "mine.txt").write_text("mine")
    old = {p.name for p in (tmp_path / "worksheets").glob("*.pdf")}
    run(order(tmp_path, "Ann Marie", "Bob", binding=separate))
    new = {p.name for p in (tmp_path / "worksheets").glob("*.pdf")}
    assert len(new) == 2
    assert len(new & old) == 1
    run(order(tmp_path, "Ann Marie", "Bob"))
    assert not list((tmp_path / "worksheets").glob("*.pdf"))
    assert (tmp_path / "worksheets" / "mine.txt").exists()
    assert (tmp_path / "worksheets.pdf").exists()
    run(order(tmp_path, "Cy", plan=Plan((piece("softmax"),)), binding=separate, force=True))
    assert not (tmp_path / "worksheets.pdf").exists()


def test_spares_that_were_handed_out_are_not_forgotten(tmp_path: Path) -> None:
    run(order(tmp_path, "Ann", spares=1))
    code = manifest(tmp_path)["students"][1]["code"]
    done = run(order(tmp_path, "Ann", "Bob"))
    assert done.remarks[0] == "1 new: Bob"
    assert "no longer" not in " ".join(done.remarks)
    assert recipe_for(code, tmp_path).code == code


def readers(place: Path, code: str) -> list[list[str]]:
    """The commands that read a class's manifest and draw the numbers again."""
    made = ["make", "--code", code, "--class", str(place), "--out", f"{place}-made", "--format"]
    return [
        ["find", str(place), "1"], [*made, "pdf"], [*made, "json"],
        ["mark", code, "--class", str(place), "--got", "z=1"],
    ]  # fmt: skip


def problems(told: str) -> list[str]:
    """What was said but for how the list was understood."""
    return [line for line in told.splitlines() if "names from" not in line]


@pytest.fixture
def of_old(tmp_path: Path) -> tuple[list[str], Path, dict[str, Any]]:
    """The command that made a class, its folder and its manifest, by another version."""
    place, roster = tmp_path / "c", tmp_path / "r.csv"
    again = ["class", "single-neuron", "--roster", str(roster), "--out", str(place)]
    for names in ("Ann\nBob\nCy\n", "Ann\nBob\n"):
        roster.write_text(f"name\n{names}")
        assert main(again) == 0
    return again, place, manifest(place) | {"version": "0.0.9"}


def test_a_sheet_that_was_printed_with_other_numbers_is_refused_until_it_is_made_anew(
    of_old: tuple[list[str], Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    again, place, data = of_old
    ann, cy = data["students"][0], data["former"][0]
    for student in (ann, cy):
        student["sha256"] = "0" * 64
    (place / "class.json").write_text(json.dumps(data))
    before = digests(place)
    capsys.readouterr()
    commands = [[*again, "--spares", "1"], *readers(place, ann["code"])]
    for command in commands:
        assert main(command) == 1, command
        said = capsys.readouterr()
        assert (said.out, len(problems(said.err))) == ("", 1)
        assert "0.0.9" in said.err
        assert "--force" in said.err
    assert digests(place) == before
    assert not Path(f"{place}-made").exists()
    assert main([*again, "--force"]) == 0
    assert "other numbers than were printed before: Ann, Cy\n" in capsys.readouterr().err
    for command in commands:
        assert main(command) == 0, command
    cys = ["mark", cy["code"], "--class", str(place), "--got", "z=1"]
    assert main(cys) == 1
    assert "no sheet" in capsys.readouterr().err


def test_a_recipe_that_this_version_cannot_draw_is_told_with_the_way_out(
    of_old: tuple[list[str], Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    _, place, data = of_old
    recipe = "single-neuron?colour=red&seed=3"
    code = read_recipe(recipe).code
    data["students"][0] |= {"recipe": recipe, "code": code}
    (place / "class.json").write_text(json.dumps(data))
    capsys.readouterr()
    for command in readers(place, code):
        assert main(command) == 1, command
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert "--colour" in said.err
        assert "; use the version that made it (0.0.9)" in said.err
