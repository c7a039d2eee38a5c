"""An exercise that is not rounded step by step: the numbers that a computer would have, to compare
with published ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.given import read_given
from sheetgen.exercise.settings import Settings
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.wide import solve_wide
from sheetgen.verify.second_way import verify_at_the_end


def from_given_at_the_end(
    topic: str, given: Mapping[str, Any], options: Mapping[str, Any], places: int
) -> Exercise:
    """An exercise with numbers from elsewhere, worked out with many digits and rounded at the end
    to ``places`` decimals. Raises SheetgenError as ``from_given`` does, and where the numbers no
    longer fit."""
    return _solved(*read_given(topic, given, options), places)


def rounded_at_the_end(exercise: Exercise, places: int) -> Exercise:
    """The same numbers, worked out again so."""
    givens = {g.name: exercise.values[g.name] for g in exercise.graph.givens}
    found = _solved(exercise.settings, givens, places)
    return replace(found, seed=exercise.seed)


def _solved(asked: Settings, givens: Mapping[str, Fixed], places: int) -> Exercise:
    values = solve_wide(asked.graph, givens, places)
    verify_at_the_end(asked.graph, values)
    return Exercise(asked, None, values, {}, 0.0)
