"""A class: everybody an own exercise, and nobody's changes when others come or go."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from sheetgen.api import make
from sheetgen.classroom.plan import plan_of, read_plan
from sheetgen.classroom.pupils import (
    MANY,
    Plan,
    Pupil,
    _drawn_by_two,
    assign,
    class_csv,
    digest_of,
    handing_out,
    keys_of,
    piece,
    spare_students,
)
from sheetgen.classroom.roster import Student
from sheetgen.errors import SheetgenError
from sheetgen.exercise.different import fingerprint
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from sheetgen.graph.numbers import Fixed
from sheetgen.type.fit import NAME_ROOM, SMALLEST, name_that_fits
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import plain

PLAN = Plan((piece("hidden-layer"),))


def someone(*names: str) -> list[Student]:
    return [Student("", name, row=k) for k, name in enumerate(names, 2)]


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
    assert keys_of(someone("Ada", "Ada", "Bob")) == (["Ada", "Ada\n2", "Bob"], [])
    assert len({p.code for p in assign(PLAN, someone("Ada", "Ada"), [], 1)}) == 2


@pytest.mark.parametrize(("before", "now", "stay", "guess"), [
    ("A B", "B", "2", False), ("A B", "A", "1", False), ("A B", "B A", "2 1", False),
    ("A", "B A", "new 1", False), ("A B", "B C A", "2 new 1", False),
    ("A A", "A", "1", True), ("A", "A A", "1 new", True), ("A A", "A A", "1 2", False),
    ("A A B", "B A", "3 1", True), ("A B", "B C", "2 1", True), ("A", "C", "1", False),
    ("A B", "C", "1", True), ("", "A A", "new new", False),
])  # fmt: skip
def test_namesakes_keep_their_sheets_where_a_group_tells_them_apart_else_it_is_a_guess(
    before: str, now: str, stay: str, guess: bool
) -> None:
    """Everybody is called Ada; a letter is a group, a number the place in the first roster."""

    def adas(groups: str) -> list[Student]:
        return [Student("", "Ada", group=g, row=k) for k, g in enumerate(groups.split(), 2)]

    old = keys_of(adas(before))[0]
    entries = [{"name": "Ada", "group": g, "key": key}
               for g, key in zip(before.split(), old, strict=True)]  # fmt: skip
    keys, guessed = keys_of(adas(now), entries)
    assert len({*keys}) == len(keys)
    assert [str(old.index(k) + 1) if k in old else "new" for k in keys] == stay.split()
    assert guessed == (list(range(len(keys))) if guess else [])


def test_handing_out_by_group_with_spares_last() -> None:
    students = [Student(str(k), "", group=g) for k, g in enumerate("BABA")]
    pupils = handing_out(assign(PLAN, students, spare_students(1), 1), "group")
    assert [p.student.id for p in pupils] == ["1", "3", "0", "2", "spare-1"]
    with pytest.raises(SheetgenError, match="--group-by"):
        handing_out(pupils, "room")


def test_no_cell_of_the_table_is_a_formula() -> None:
    names = ["=HYPERLINK(1)", "+1", "-1", "@x", " =x", 'a"b,c']
    text = class_csv(assign(PLAN, someone(*names), [], 1)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert [r[0].removeprefix("'") for r in rows] == names
    assert not any(cell.lstrip()[:1] in tuple("=+-@") for r in rows for cell in r if cell)


def test_a_digest_is_of_every_number_and_blank_and_of_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exercise = make("hidden-layer", 7)
    before = digest_of([exercise])
    monkeypatch.setattr("sheetgen.formats.json.__version__", "99")  # an upgrade that draws the same
    assert digest_of([make("hidden-layer", 7)]) == before
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


@given(st.text(max_size=200))
@limits(deadline=None)
def test_any_name_fits_the_name_line(name: str) -> None:
    shown = name_that_fits(name)
    width = text_width(plain(shown), SMALLEST, "label")
    assert width <= NAME_ROOM + 1e-9 or len(shown) <= 2


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
])  # fmt: skip
def test_a_wrong_plan_names_its_key(data: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(SheetgenError, match=said):
        plan_of(data, tmp_path)


def test_what_two_cores_draw_is_what_one_draws() -> None:
    asked = settings("hidden-layer")
    seeds = range(7, 7 + MANY + 1)
    two = build(asked, seeds, _drawn_by_two)
    for mine, alone in zip(two, build(asked, seeds), strict=True):
        assert (mine.code, mine.effort) == (alone.code, alone.effort)
        assert digest_of([mine]) == digest_of([alone])


def test_a_class_that_cannot_be_drawn_says_so_whoever_draws_it() -> None:
    plan = Plan((piece("hidden-layer", {"weights": "9..10", "max": "9"}),))
    with pytest.raises(SheetgenError, match=r"loosen|raise"):
        assign(plan, [Student(str(k), "") for k in range(MANY)], [], 1)
