"""The commands of a class, typed rightly and wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sheetgen.cli.main import main
from sheetgen.exercise.recipe import read_recipe
from tests.classroom.support import manifest

CODE = read_recipe("single-neuron?seed=1").code


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = tmp_path / "r.csv"
    roster.write_text("name\nAda\nBob\n")
    out = str(tmp_path / "c")
    command = ["class", "single-neuron", "--roster", str(roster), "--seed", "4", "--out", out]
    assert main([*command, "--features", "4", "--no-bias"]) == 0
    paths = capsys.readouterr().out.split()
    assert [Path(p).name for p in paths] == ["worksheets.pdf", "keys.pdf", "grid.pdf", "class.csv",
                                             "boxes.json", "class.json"]  # fmt: skip
    code = manifest(tmp_path / "c")["students"][0]["code"]
    assert main(["mark", code, "--class", out, "--got", "z=7", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["got"] == [[7]]
    assert main(["make", "--code", code, "--class", out, "--out", str(tmp_path / "m")]) == 0
    names = [Path(p).name for p in capsys.readouterr().out.split()]
    assert names == [f"{code}-ada-worksheet.pdf", f"{code}-ada-key.pdf"]
    assert main(["make", "--code", code, "--class", out, "--out", str(tmp_path / "m"),
                 "--format", "json"]) == 0  # fmt: skip
    assert json.loads(Path(capsys.readouterr().out.strip()).read_text())["code"] == code
    assert main(["find", out, "77", "-78"]) == 1
    assert "no sheet" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "exit_code", "said"), [
    (["class", "single-neuron"], 2, "--roster"),
    (["class", "single-neuron", "--students", "3", "--roster", "r.csv"], 2, "leave one out"),
    (["class", "single-neuron", "--students", "3", "--group-by", "room"], 2, "only: group"),
    (["class", "single-neuron", "--students", "0"], 2, "--students"),
    (["class", "single-neuron", "--roster", "none.csv"], 1, "no such file"),
    (["class", "nothing", "--students", "3"], 2, "nothing"),
    (["class", "none.toml", "--students", "3"], 1, "no such file"),
    (["class", "single-neuron", "--students", "3", "--colour", "red"], 2, "colour"),
    (["class", "single-neuron", "--students", "3", "--features"], 2, "needs a value"),
    (["class", "single-neuron", "--students", "3", "--seed", "x"], 2, "seed"),
    (["class", "single-neuron", "--students", "3", "--paper", "a5"], 2, "--paper"),
    (["class", "single-neuron", "--students", "x"], 2, "--students"),
    (["class", "single-neuron", "--students", "3", "--spares", "9999"], 2, "--spares"),
    (["class", "single-neuron", "--students", "3", "--staple", "101"], 2, "--staple"),
    (["class", "single-neuron", "--students", "3", "--features", "99"], 2, "--features"),
    (["class", "single-neuron", "--students", "3", "stray"], 2, "stray"),
    (["class", "none.toml", "--students", "3", "--features", "3"], 2, "belongs into the plan"),
    (["find", "none", "seven"], 1, "class.json"), (["find", "none", "--all"], 2, "--all"),
    (["mark", "2222", "--got", "z=1", "--class", "none"], 2, "signs"),
    (["mark", CODE, "--got", "z=1", "--class", "none"], 1, "class.json"),
    (["mark", CODE, "--got", "z=1", "--recipe", "nothing?seed=x"], 2, "seed"),
    (["mark", CODE, "--got", "z=1", "--recipe", "nothing?seed=1"], 2, "nothing"),
    (["mark", CODE, "--got", "z=1", "--recipe", "softmax?seed=1"], 2, "not that of this recipe"),
    (["mark", CODE, "--got", "q=1", "--recipe", "single-neuron?seed=1&edition=1"], 2, "no q"),
    (["mark", CODE, "--got", "z=1", "--class", "none", "--recipe", "x"], 2, "leave one out"),
    (["mark", CODE, "--recipe", "single-neuron?seed=1&edition=1"], 2, "--got"),
    (["find", "none", "3"], 1, "class.json"), (["find", "none"], 2, "find whom"),
    (["mark", "2222-2222", "--got", "z=1"], 2, "--class"),
])  # fmt: skip
def test_a_wrong_command_is_told_in_one_line(
    arguments: list[str], exit_code: int, said: str, capsys: pytest.CaptureFixture[str],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == exit_code
    shown = capsys.readouterr().err
    assert said in shown
    assert shown.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("table", "told"), [
    ("name,group\nAda,\n", True), ("name\nAda\n", True), ("name,group\nAda,A\nBob,\n", False),
])  # fmt: skip
def test_a_class_without_groups_that_is_to_be_grouped_is_told(
    table: str, told: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.csv").write_text(table)
    command = ["class", "single-neuron", "--roster", str(tmp_path / "r.csv"), "--group-by", "group"]
    assert main([*command, "--out", str(tmp_path / "c")]) == 0
    assert ("no student has a group" in capsys.readouterr().err) == told
