"""Published exercises, given as numbers, get exactly the published solutions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sheetgen.exercise.given import from_given, matrix
from sheetgen.topics.catalogue import TOPICS
from tests.support import fractions

FILE = Path(__file__).parents[1] / "published.json"
ALL = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
CASES = [case for case in ALL if case["topic"] in TOPICS]


@pytest.mark.parametrize("case", CASES, ids=[f"{c['topic']}, {c['source']}" for c in CASES])
def test_a_published_exercise_has_the_published_solution(case: dict[str, Any]) -> None:
    exercise, _ = from_given(case["topic"], case["given"])
    for name, expected in case["expect"].items():
        assert name in exercise.values, f"{case['topic']} works out no {name}"
        assert fractions(exercise.values[name]) == fractions(matrix(name, expected)), name


def test_the_worked_steps_are_all_published() -> None:
    """The seven posts tell every number that a student works out."""
    for case in CASES:
        if case["source"].startswith("seed post") and case["topic"] != "seven-layer-mlp":
            exercise, _ = from_given(case["topic"], case["given"])
            assert {s.name for s in exercise.graph.worked} <= set(case["expect"])
