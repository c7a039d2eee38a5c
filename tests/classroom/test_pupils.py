"""A class: everybody an own exercise, and nobody's changes when others come or go."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sheetgen.api import make
from sheetgen.classroom.plan import Plan, piece
from sheetgen.classroom.pupils import (
    MANY,
    Pupil,
    assign,
    digest_of,
    drawn_by,
    handing_out,
    keys_of,
    spare_students,
)
from sheetgen.classroom.students import Student, numbered_students
from sheetgen.cores import Cores
from sheetgen.errors import SheetgenError
from sheetgen.exercise.different import fingerprint
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from sheetgen.graph.numbers import Fixed
from tests.classroom.support import someone

PLAN = Plan((piece("hidden-layer"),))


def recipes(pupils: list[Pupil]) -> dict[str, str]:
    return {p.shown: p.exercises[0].recipe for p in pupils}


def test_all_exercises_and_all_codes_differ() -> None:
    pupils = assign(PLAN, [Student(str(k), "") for k in range(300)], spare_students(10), 1)
    assert len({fingerprint(p.exercises[0]) for p in pupils}) == 310
    assert len({p.code for p in pupils}) == 310


def test_who_comes_or_goes_changes_nobody_else() -> None:
    names = [f"n{k}" for k in range(40)]
    before = recipes(assign(PLAN, someone(*names), [], 7))
    after = recipes(assign(PLAN, someone("new", *names[::-1][:-3]), spare_students(2), 7))
    assert {n: after[n] for n in names if n in after} == {
        n: before[n] for n in after if n in before
    }


def test_the_same_exercise_comes_from_its_recipe() -> None:
    pupil = assign(PLAN, someone("Ada"), [], 7)[0]
    exercise = pupil.exercises[0]
    assert exercise.seed is not None
    assert fingerprint(make("hidden-layer", exercise.seed)) == fingerprint(exercise)


def test_where_few_exercises_are_all_still_differ_and_who_had_one_keeps_it() -> None:
    small = Plan((piece("single-neuron", {"features": "1", "inputs": "1..3"}),))
    first = assign(small, someone(*"abcdef"), [], 5)
    assert len({fingerprint(p.exercises[0]) for p in first}) == 6
    kept = {p.key: [p.exercises[0].recipe] for p in first}
    second = recipes(assign(small, someone(*"zyxabcdef"), [], 5, kept))
    assert {n: second[n] for n in "abcdef"} == recipes(first)


def test_too_few_exercises_are_told_with_their_number() -> None:
    small = Plan((piece("single-neuron", {"features": "1", "inputs": "1..2", "weights": "1..2"}),))
    with pytest.raises(SheetgenError, match="has only about"):
        assign(small, [Student(str(k), "") for k in range(400)], [], 1)


def test_those_who_share_a_name_have_own_keys() -> None:
    assert keys_of(someone("Ada", "Ada", "Bob")) == ["Ada", "Ada\n2", "Bob"]
    assert len({p.code for p in assign(PLAN, someone("Ada", "Ada"), [], 1)}) == 2


def test_handing_out_by_group_with_spares_last() -> None:
    students = [Student(str(k), "", group=g) for k, g in enumerate("BABA")]
    pupils = handing_out(assign(PLAN, students, spare_students(1), 1), "group")
    assert [p.student.id for p in pupils] == ["1", "3", "0", "2", "spare-1"]
    with pytest.raises(SheetgenError, match="--group-by"):
        handing_out(pupils, "room")


DIGEST = "8e8e59cd681e8e825584550ee1828ed463c9d7a8aa2a3eb55c9e1b92929d68e9"
"""In each version that draws the same."""


def test_a_digest_is_of_every_number_and_blank_and_of_nothing_else() -> None:
    exercise = make("hidden-layer", 7)
    before = digest_of([exercise])
    assert digest_of([make("hidden-layer", 7)]) == before == DIGEST
    found = {before, digest_of([make("hidden-layer", 8)]), digest_of([exercise, exercise])}
    for name, (digits, decimals) in exercise.values.items():
        for place in np.ndindex(digits.shape):
            other = digits.copy()
            other[place] += 1
            values = {**exercise.values, name: Fixed(other, decimals)}
            found.add(digest_of([replace(exercise, values=values)]))
    for name, cells in exercise.blanks.items():
        blanks = {**exercise.blanks, name: ~cells}
        found.add(digest_of([replace(exercise, blanks=blanks)]))
    cells_in_all = sum(v.digits.size for v in exercise.values.values())
    assert len(found) == 3 + cells_in_all + len(exercise.blanks)


def test_what_two_cores_draw_is_what_one_draws() -> None:
    asked = settings("hidden-layer")
    seeds = range(7, 7 + MANY + 1)
    two = build(asked, seeds, drawn_by(Cores(2, "fork")))
    for mine, alone in zip(two, build(asked, seeds), strict=True):
        assert (mine.code, mine.effort) == (alone.code, alone.effort)
        assert digest_of([mine]) == digest_of([alone])


def test_a_class_that_cannot_be_drawn_says_so_whoever_draws_it() -> None:
    plan = Plan((piece("hidden-layer", {"weights": "9..10", "max": "9"}),))
    with pytest.raises(SheetgenError, match=r"loosen|raise"):
        assign(plan, [Student(str(k), "") for k in range(MANY)], [], 1)


def test_what_cannot_be_is_refused_without_trying_everything() -> None:
    """Nine numbers of 0 and 1 make 81 exercises, which 5,000 students cannot share."""
    options = {"weights": "0..1", "inputs": "0..1"}
    plan = Plan((piece("single-neuron", options),))
    told: list[int] = []
    with pytest.raises(SheetgenError, match="only about 81 different exercises for 5000 students"):
        assign(plan, numbered_students(5000).students, [], 1, tell=told.append)
    assert len(told) < 10  # times 500 seeds of 300,000
    assert sum(told) == 81


def test_a_space_that_is_nearly_used_up_is_used_up() -> None:
    plan = Plan((piece("single-neuron", {"weights": "0..1", "inputs": "0..1"}),))
    told: list[int] = []
    pupils = assign(plan, numbered_students(60).students, [], 1, tell=told.append)
    assert len({p.code for p in pupils}) == sum(told) == 60
