"""The chapters of the workbook: each exercise is right by a second way and has one solution, and
nothing gives an answer away."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from numpy.typing import NDArray

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.settings import settings
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.parts import Part
from sheetgen.graph.solve import solve
from sheetgen.topics.catalogue import TOPICS, find, search
from sheetgen.topics.chapters import NAMES, chapter
from sheetgen.topics.small import nudge
from sheetgen.verify.second_way import verify

WORKBOOK = [f"workbook-{name}" for name in NAMES]
SEEDS = 100


def made(name: str, seeds: range) -> list[Exercise]:
    return build(settings(name), list(seeds))


def of_part(exercise: Exercise, part: Part) -> dict[str, Fixed]:
    return {n.name: exercise.values[n.name] for n in part.graph.nodes}


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_has_25_exercises_with_something_new_each(name: str) -> None:
    parts = chapter(name).parts
    assert [p.number for p in parts] == list(range(1, 26))
    assert all(0 < len(p.new) < 52 for p in parts)
    blanks = [sum(int(cells.sum()) for cells in p.open.values()) for p in parts]
    assert all(1 <= count <= 4 for count in blanks)
    assert sum(blanks) <= 50, "one blank at a time"


@pytest.mark.parametrize("name", NAMES)
def test_no_exercise_is_said_twice_alike(name: str) -> None:
    """Titles may come again as a chapter grows, but never for the same thing."""
    said = [(p.new, [n.shape for n in p.graph.nodes], sorted(p.stated.values()), sorted(p.open))
            for p in chapter(name).parts]  # fmt: skip
    assert all(a != b for a, b in itertools.combinations(said, 2))


def check(name: str, seeds: range) -> None:
    """Everything that is promised of a chapter's numbers."""
    for exercise in made(name, seeds):
        for part in exercise.topic.parts:
            values = of_part(exercise, part)
            verify(part.graph, values)
            for step in part.graph.steps:
                digits, decimals = values[step.name]
                assert np.abs(digits).max() <= part.most * 10**decimals, (name, part.number)
            assert _one_answer(part, values), (name, part.number, exercise.seed)
            assert not _given_away(part, values), (name, part.number, exercise.seed)


def _fitting(part: Part, values: dict[str, Fixed], given: dict[str, Fixed]) -> NDArray[np.bool_]:
    """Which of some exercises, one after the other, come to what is printed."""
    solved = solve(part.graph, given)
    good = np.ones(len(next(iter(given.values())).digits), bool)
    for step in part.graph.steps:
        open_ = part.open.get(step.name, np.zeros(step.shape, bool))
        same = solved[step.name].digits == values[step.name].digits
        good &= (same | open_).all(axis=(1, 2))
    return good


def _fits(part: Part, values: dict[str, Fixed], given: dict[str, Fixed]) -> bool:
    """Whether one exercise does; one with a power of too many digits does not."""
    try:
        return bool(_fitting(part, values, given)[0])
    except SheetgenError:
        return False


def _one_answer(part: Part, values: dict[str, Fixed]) -> bool:
    """Whether of all whole numbers in reach only the answer makes every printed box come out; they
    are tried one by one."""
    missing = [(g.name, int(i), int(j)) for g in part.graph.givens if g.name in part.open
               for i, j in np.argwhere(part.open[g.name])]  # fmt: skip
    if not missing:
        return True
    name, i, j = missing[0]
    far = 12 if any(step.op.powers for step in part.graph.steps) else 100
    tried = np.arange(-far, far + 1)
    value = values[name]
    given = {g.name: Fixed(np.repeat(values[g.name].digits[None], len(tried), axis=0),
                           values[g.name].decimals) for g in part.graph.givens}  # fmt: skip
    given[name].digits[:, i, j] = tried * 10**value.decimals
    good = _fitting(part, values, given) if far == 100 else np.array([
        _fits(part, values, {n: Fixed(v.digits[k : k + 1], v.decimals) for n, v in given.items()})
        for k in range(len(tried))
    ])  # fmt: skip
    return tried[good].tolist() == [value.digits[i, j] // 10**value.decimals]


def _given_away(part: Part, values: dict[str, Fixed]) -> bool:
    """Whether an open sum stands printed beside its box, after ReLU."""
    for step in part.graph.steps:
        before = step.inputs[0]
        if not step.op.dies or not isinstance(before, Step) or part.backwards:
            continue
        open_ = part.open.get(before.name, np.zeros(before.shape, bool))
        told = ~part.open.get(step.name, np.zeros(step.shape, bool))
        if (open_ & told & (values[step.name].digits > 0)).any():
            return True
    return False


@pytest.mark.parametrize("name", WORKBOOK)
def test_every_exercise_is_right_and_has_one_answer(name: str) -> None:
    check(name, range(2))


@pytest.mark.workbook
@pytest.mark.parametrize("name", WORKBOOK)
def test_so_with_every_seed(name: str) -> None:
    check(name, range(2, SEEDS))


@pytest.mark.parametrize("name", WORKBOOK)
def test_other_seeds_have_other_numbers_and_the_same_seed_the_same(name: str) -> None:
    first, other = made(name, range(2))
    [again] = made(name, range(1))
    assert first.recipe == again.recipe == f"{name}?seed=0&edition=1"
    assert all((first.values[n].digits == again.values[n].digits).all() for n in first.values)
    assert any((first.values[n].digits != other.values[n].digits).any() for n in first.values)


def test_the_structured_matrices_are_what_they_are_called() -> None:
    [exercise] = made("workbook-matrix-multiplication", range(1))
    expected = {
        7: [[1, 0], [0, 1]], 8: [[0, 1], [1, 0]], 17: [[1, -1, 0], [0, 1, -1], [-1, 0, 1]],
        18: [[1, 0, 0], [1, 1, 0], [1, 1, 1]],
    }  # fmt: skip
    for number, matrix in expected.items():
        assert exercise.values[f"A.{number}"].digits.tolist() == matrix
    assert exercise.values["C.8"].digits.tolist() == exercise.values["B.8"].digits[::-1].tolist()


def test_shares_do_not_change_where_all_scores_grow() -> None:
    [exercise] = made("workbook-softmax", range(1))
    assert exercise.shown("y.4") == exercise.shown("y.6") == exercise.shown("y.7") == [[".9"],
                                                                                     [".1"]]
    assert exercise.shown("y.14") == [[".75"], [".25"]]
    assert exercise.shown("y.23") == [[".25"]] * 4


def test_a_gradient_is_what_the_nudged_number_is_multiplied_by() -> None:
    for exercise in made("workbook-gradient", range(5)):
        for number in (5, 6, 7, 8, 9, 10):
            assert exercise.shown(f"rate.{number}") == exercise.shown(f"x.{number}")
        for number in (16, 17):
            assert exercise.shown(f"rate.{number}") == exercise.shown(f"W.{number}")
        assert exercise.shown("rate.20") == [["1"]]
        assert exercise.shown("rate.21") == exercise.shown("rate.23") == [["0"]]


def test_a_nudge_is_of_the_number_that_is_said() -> None:
    step = nudge(features=2, column=2)
    assert step.label == "dz / dw_2"
    assert nudge(of="b", bias=True).label == "dz / db"


@pytest.mark.parametrize("name", WORKBOOK)
def test_chapters_stand_in_no_list_of_topics(name: str) -> None:
    assert name not in TOPICS
    assert find(name) is find(name.upper())
    with pytest.raises(SheetgenError, match="is a chapter of the workbook"):
        search(name)


def test_a_chapter_that_there_is_not_is_told_with_the_nearest() -> None:
    with pytest.raises(SheetgenError, match=re.escape("did you mean dot-product?")):
        find("workbook-dotproduct")


@pytest.mark.parametrize("option", ["weights", "level", "blank", "check", "max"])
def test_a_chapter_takes_no_option_that_its_exercises_say(option: str) -> None:
    value = {"weights": "0..1", "level": "hard", "blank": "none", "check": "yes", "max": "9"}
    with pytest.raises(SheetgenError, match=f"--{option}: the exercises"):
        settings("workbook-deep", {option: value[option]})
