"""The plan of a class: exercises, points and heading from a file, errors that name the key."""

from __future__ import annotations

import datetime
import math
from pathlib import Path

import pytest

from sheetgen.classroom.plan import plan_of, read_plan
from sheetgen.classroom.pupils import assign
from sheetgen.errors import SheetgenError
from tests.classroom.support import someone

PLAN_FILE = """
title = "Week 3"
course = "ML 1"
date = 2026-11-22
teacher = "A. Lovelace"
paper = "letter"
[[exercise]]
topic = "hidden-layer"
widths = "3-4-2"
points = 5
[[exercise]]
topic = "softmax"
options = {backward = true}
points = 2.5
"""


def test_a_plan_with_two_exercises(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN_FILE)
    plan = read_plan(path)
    assert [p.asked.topic.name for p in plan.pieces] == ["hidden-layer", "softmax"]
    assert [p.points for p in plan.pieces] == ["5", "2.5"]
    assert plan.paper == "letter"
    assert plan.heading.date == "2026-11-22"
    pupils = assign(plan, someone("Ada", "Bob"), [], 1)
    assert [len(p.exercises) for p in pupils] == [2, 2]


@pytest.mark.parametrize(("data", "said"), [
    ({}, "exercise"), ({"exercise": []}, "exercise"), ({"exercise": [{}]}, "exercise 1, topic"),
    ({"colour": 1}, "colour"), ({"title": 3, "exercise": [{"topic": "softmax"}]}, "title"),
    ({"paper": "a5"}, "paper"),
    ({"exercise": [{"topic": "softmax", "points": -1}]}, "exercise 1, points"),
    ({"exercise": [{"topic": "softmax", "widths": "3"}]}, "exercise 1: .*widths"),
    ({"exercise": [{"topic": "softmaks"}]}, "exercise 1: .*softmax"),
    ({"logo": "none.png", "exercise": [{"topic": "softmax"}]}, "logo"),
    ({"logo": "x.exe", "exercise": [{"topic": "softmax"}]}, "logo"),
    ({"exercise": 3}, "exercise: 3 is not a list"),
    ({"exercise": [{"topic": "softmax"}, 3]}, "exercise 2: 3 is not a table"),
    ({"exercise": [{"topic": 3}]}, "exercise 1, topic: 3 is not a text"),
    ({"exercise": [{"topic": "softmax"}] * 13}, "exercise: .* is not a list of length <= 12"),
    ({"exercise": [{"topic": "softmax", "options": 3}]}, "exercise 1, options: 3 is not a table"),
    ({"exercise": [{"topic": "softmax", "base": {}}]}, "exercise 1: base: give a text"),
    *(({"exercise": [{"topic": "softmax", "points": p}]}, "exercise 1, points: .*")
      for p in (0, 1001, "five", "0", "nan", True, math.nan, datetime.date(2026, 1, 1))),
    ({"title": "x" * 201, "exercise": [{"topic": "softmax"}]},
     "title: .* is not a text of length <= 200"),
])  # fmt: skip
def test_a_wrong_plan_names_its_key(data: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(SheetgenError, match=said) as problem:
        plan_of(data, tmp_path)
    assert len(str(problem.value)) < 300


@pytest.mark.parametrize(("said", "points"), [("7,5", "7.5"), ("6", "6"), (2.50, "2.5"), ("", "")])
def test_points_may_have_a_decimal_comma(said: object, points: str, tmp_path: Path) -> None:
    plan = plan_of({"exercise": [{"topic": "softmax", "points": said}]}, tmp_path)
    assert [piece.points for piece in plan.pieces] == [points]
