"""Whose sheet is this: codes and numbers lead to their students."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sheetgen.api import make
from sheetgen.classroom.find import find_numbers, recipe_for
from sheetgen.classroom.plan import Plan, piece
from sheetgen.classroom.run import run
from sheetgen.cli.main import main
from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import read_recipe
from tests.classroom.support import manifest, order


def test_numbers_find_their_sheet(folder: Path) -> None:
    student = manifest(folder)["students"][2]
    recipe = read_recipe(student["recipe"])
    value = make(recipe.topic, recipe.seed).values["x"].digits[:, 0]
    hits = find_numbers(folder, [str(v) for v in value])
    assert student["code"] in [h.code for h in hits]
    assert any("x column 1" in h.places for h in hits if h.code == student["code"])
    assert find_numbers(folder, ["77", "78"]) == []
    with pytest.raises(SheetgenError):
        find_numbers(folder, ["seven"])
    with pytest.raises(SheetgenError, match="has the code"):
        recipe_for("2222-2222", folder)


def test_alike_exercises_of_a_plan_are_found_in_their_order(tmp_path: Path) -> None:
    plan = Plan((piece("single-neuron"), piece("softmax"), piece("single-neuron")))
    run(order(tmp_path, "Ann", "Bob", plan=plan))
    for student in manifest(tmp_path)["students"]:
        recipe = read_recipe(student["exercises"][2]["recipe"])
        value = make(recipe.topic, recipe.seed).values["x"].digits[:, 0]
        assert student["code"] in [h.code for h in find_numbers(tmp_path, [str(v) for v in value])]
        assert recipe_for(recipe.code, tmp_path) == recipe


def test_a_former_students_sheet_is_found_and_said_to_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(order(tmp_path, "Ann", "Bob"))
    run(order(tmp_path, "Bob"))
    code = manifest(tmp_path)["former"][0]["code"]
    recipe = read_recipe(manifest(tmp_path)["former"][0]["recipe"])
    numbers = [str(v) for v in make(recipe.topic, recipe.seed).values["x"].digits[:, 0]]
    assert main(["find", str(tmp_path), *numbers]) == 0
    lines = [line.split("\t")[:2] for line in capsys.readouterr().out.splitlines()]
    assert ["Ann (no longer in the class)", code] in lines
    assert main(["find", str(tmp_path), *numbers, "--json"]) == 0
    hits = json.loads(capsys.readouterr().out)
    assert {h["student"]: h["former"] for h in hits}["Ann"] is True
    assert main(["find", str(tmp_path), "0"]) == 0
    everybody = capsys.readouterr().out
    assert "Bob\t" in everybody
