"""What is marked by box, without a page: verdicts, what follows from a slip, points, progress."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import subprocess
import tempfile
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sheetgen.api import make_class, settings
from sheetgen.classroom.find import codes_of, exercises_of
from sheetgen.classroom.manifest import MANIFEST, read_manifest
from sheetgen.classroom.marks.gradebook import gradebook
from sheetgen.classroom.students import Student
from sheetgen.exercise.carried import recompute
from sheetgen.exercise.exercise import build
from sheetgen.exercise.written import Slip
from sheetgen.graph.numbers import text
from sheetgen.scan.marking import asked, marking_data
from sheetgen.scan.said import Marked, Said
from sheetgen.scan.stack import Paper, Place, Stack
from sheetgen.type.fonts import TEMPLATES
from tests.live.node import NODE, needs_node
from tests.scan.paper import Filled, filled, fraction, stack_of

pytestmark = needs_node
TOPICS = ("backpropagation", "hidden-layer", "self-attention", "rnn", "batch-norm")


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="sheetgen-marking-"))
    for room in ("live", "marking"):
        shutil.copytree(TEMPLATES / room, folder / room)
    shutil.copy(Path(__file__).with_name("runner.mjs"), folder)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


def run(stack: Stack, *acts: list[Any]) -> Any:
    """What the book holds after some acts."""
    assert NODE is not None
    asked = json.dumps({"data": marking_data(stack), "acts": acts})
    done = subprocess.run([NODE, str(_folder() / "runner.mjs")], input=asked, capture_output=True,
                          text=True, encoding="utf-8", check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def box_id(place: Place) -> str:
    name, i, j = place
    return f"{name}[{i + 1},{j + 1}]"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@cache
def few(topic: str = "hidden-layer", count: int = 2) -> Filled:
    return filled(count, topic, pages=False)


def _slip(paper: Paper, chance: random.Random) -> tuple[Place, Fraction]:
    """A wrong number in one of the first boxes."""
    place = asked(paper.exercise)[0]
    name, i, j = place
    digits, decimals = paper.exercise.values[name]
    return place, Fraction(int(digits[i, j]), 10**decimals) + chance.choice((-1, 2, 3))


@pytest.mark.parametrize("topic", TOPICS)
def test_what_follows_from_a_typed_slip_is_what_python_says_and_counts(topic: str) -> None:
    paper = few(topic).stack.papers[0]
    place, wrong = _slip(paper, random.Random(topic))
    name, i, j = place
    number = Decimal(wrong.numerator) / Decimal(wrong.denominator)
    slip = Slip(name, (i, j), ((number,),))
    follows, _ = recompute(paper.exercise.graph, paper.exercise.values, {name: [slip]})
    found = run(few(topic).stack, ["type", 0, box_id(place), f"{number}"], ["rest"])["papers"][0]
    assert found["boxes"][box_id(place)][0] == "wrong"
    for other in asked(paper.exercise):
        if other == place:
            continue
        key, due = paper.exercise.values[other[0]], follows[other[0]]
        assert due is not None
        wanted = text(int(due.digits[other[1:]]), due.decimals)
        as_key = fraction(wanted) == Fraction(int(key.digits[other[1:]]), 10**key.decimals)
        assert found["boxes"][box_id(other)] == ["right" if as_key else "follows", wanted]
    assert found["wrong"] == 1
    assert found["total"] == len(asked(paper.exercise)) - 1


@pytest.mark.parametrize(("topic", "options"), [
    ("hidden-layer", {"blank": "backwards"}), ("hidden-layer", {"blank": "one-per-block"}),
    ("backpropagation", {"blank": "percent:40"}), ("backpropagation", {"forward": "blank"}),
])  # fmt: skip
def test_what_is_printed_stays_whatever_slipped(topic: str, options: dict[str, str]) -> None:
    """The page and the sheets that are handed back expect the same numbers."""
    [exercise] = build(settings(topic, options), [3])
    stack = stack_of([exercise], (Student("s1", "Ada King"),), pages=False).stack
    paper, places = stack.papers[0], asked(exercise)
    (name, i, j), wrong = _slip(paper, random.Random(1))
    number = Decimal(wrong.numerator) / Decimal(wrong.denominator)
    marked = Marked(None, "", {p: Said("right") for p in places} | {
        (name, i, j): Said("wrong", f"{number}")})  # fmt: skip
    due = marked.due(paper)
    found = run(stack, ["type", 0, box_id((name, i, j)), f"{number}"], ["rest"])["papers"][0]
    for place in places:
        digits, decimals = due[place[0]]
        wanted = Fraction(int(digits[place[1:]]), 10**decimals)
        assert fraction(found["boxes"][box_id(place)][1]) == wanted


def test_every_box_is_in_one_row_and_rows_go_by_steps() -> None:
    stack = few("backpropagation").stack
    found = run(stack)
    steps = [step for *_, step in found["rows"]]
    assert steps == sorted(steps)
    assert len(found["rows"]) == len(asked(stack.papers[0].exercise))
    for row, groups in zip(found["rows"], found["groups"], strict=True):
        numbers = [fraction(number) for number, _, _ in groups]
        assert numbers == sorted(numbers)
        assert sorted(k for *_, students in groups for k in students) == [0, 1]
        for number, follows, students in groups:
            assert not follows
            for student in students:
                shown = stack.papers[student].exercise.shown(row[0])[row[1]][row[2]]
                assert fraction(shown) == fraction(number)


def test_what_follows_stands_apart_in_its_row() -> None:
    stack = few().stack
    first, *_ = asked(stack.papers[0].exercise)
    found = run(stack, ["type", 0, box_id(first), "99"])
    apart = [students for row in found["groups"] for _, follows, students in row if follows]
    assert apart
    assert {k for students in apart for k in students} == {0}


def test_right_before_the_slip_was_seen_stays_what_was_read() -> None:
    """Who wrote the key's number after a slip has that number, in whatever order one marks."""
    stack = few().stack
    first, *others = asked(stack.papers[0].exercise)
    later = next(p for p in others if p[0] != first[0])
    one = run(stack, ["enter", 0, box_id(later)], ["type", 0, box_id(first), "99"])["papers"][0]
    other = run(stack, ["type", 0, box_id(first), "99"],
                ["type", 0, box_id(later), stack.papers[0].exercise.shown(later[0])[later[1]][
                    later[2]]])["papers"][0]  # fmt: skip
    assert one["boxes"] == other["boxes"]
    assert one["boxes"][box_id(later)][0] == "right"


def test_space_leaves_what_is_to_be_looked_at_again_and_what_has_no_picture() -> None:
    stack = few().stack
    first, second, *_ = asked(stack.papers[0].exercise)
    crops = {place: crop for place, crop in stack.papers[0].crops.items() if place != second}
    lost = replace(stack, papers=(replace(stack.papers[0], crops=crops), *stack.papers[1:]))
    found = run(lost, ["later", 0, box_id(first)], ["rest"])["papers"]
    assert found[0]["open"] == 2
    assert found[0]["total"] is None
    assert found[1]["open"] == 0


def test_each_step_is_undone_and_what_is_typed_as_one() -> None:
    stack = few().stack
    first, second, *_ = asked(stack.papers[0].exercise)
    acts = [["type", 0, box_id(first), "9"], ["type", 0, box_id(first), "99"],
            ["wrong", 0, box_id(second)], ["row", 0], ["undo"], ["undo"]]  # fmt: skip
    found = run(stack, *acts)
    assert found["papers"][0]["boxes"][box_id(first)][0] == "wrong"
    assert found["papers"][0]["open"] == found["papers"][0]["all"] - 1
    assert found["papers"][1]["open"] == found["papers"][1]["all"]
    done = run(stack, *acts, ["undo"], ["undo"])
    assert done["answers"][-2:] == [1, 0]
    assert done["papers"][0]["open"] == done["papers"][0]["all"]


def test_wrong_and_empty_are_taken_back_by_the_same_key() -> None:
    stack = few().stack
    place = box_id(asked(stack.papers[0].exercise)[0])
    for act, said in (("wrong", "wrong"), ("empty", "empty")):
        assert run(stack, [act, 0, place])["papers"][0]["boxes"][place][0] == said
        assert run(stack, [act, 0, place], [act, 0, place])["papers"][0]["boxes"][place][0] == ""


def test_points_are_a_share_to_the_nearest_half_or_what_is_typed() -> None:
    stack = few("backpropagation").stack
    worth = replace(stack, papers=tuple(replace(p, most=Decimal(14)) for p in stack.papers))
    place = box_id(asked(stack.papers[0].exercise)[0])
    acts = [["wrong", 0, place], ["rest"]]
    found = run(worth, *acts)["papers"][0]
    count = found["all"]
    assert found["worked"]["share"] == pytest.approx(14 * (count - 1) / count)
    assert found["total"] == round(2 * 14 * (count - 1) / count) / 2
    typed = run(worth, *acts, ["points", 0, "7,5"])
    assert typed["answers"] == [True]
    assert typed["papers"][0]["total"] == 7.5
    for bad in ("15", "-1", "x", "7.555"):
        assert run(worth, ["points", 0, bad])["answers"] == [False]


def test_progress_is_saved_and_taken_in_again_by_its_own_class_only() -> None:
    stack = few().stack
    first, second, third, *_ = (box_id(p) for p in asked(stack.papers[0].exercise))
    acts = [["type", 0, first, "−.5"], ["empty", 0, second], ["later", 1, third], ["row", 3],
            ["note", 1, "See me, = please"], ["points", 1, "3.5"]]  # fmt: skip
    before, after = run(stack, *acts), run(stack, *acts, ["again"])
    assert after["saved"] == before["saved"]
    assert after["csv"] == before["csv"]
    other = {**before["saved"], "class": "another"}
    refused = run(stack, ["load", other], ["load", None], ["load", {"format": 3}], ["load", []])
    assert refused["answers"] == [None] * 4
    odd = {**before["saved"], "papers": {stack.papers[0].code: {"boxes": {first: 5, second: "="},
           "points": "99999", "later": [third]}}}  # fmt: skip
    assert run(stack, ["load", odd])["papers"][0]["open"] == len(asked(stack.papers[0].exercise))


def test_marks_say_what_is_not_right_box_by_box() -> None:
    stack = few().stack
    first, second, third, fourth, *_ = (box_id(p) for p in asked(stack.papers[0].exercise))
    found = run(stack, ["type", 0, first, "99"], ["wrong", 0, second], ["empty", 0, third],
                ["later", 0, fourth], ["rest"])  # fmt: skip
    one, two = rows_of(found["csv"])
    assert one["points"] == ""
    assert two["points"] == two["max"] == str(len(asked(stack.papers[1].exercise)))
    assert two["boxes"] == ""
    said = one["boxes"].split("; ")
    assert {f"{first} 99 wrong", f"{second} ? wrong", f"{third} empty", f"{fourth} open"} <= {*said}
    assert all(re.fullmatch(r".+ (follows|open|wrong|empty)", part) for part in said)


def test_names_that_look_like_formulas_are_guarded() -> None:
    stack = few().stack
    students = (replace(stack.students[0], name="=1+1"), *stack.students[1:])
    found = run(replace(stack, students=students), ["note", 0, '-see "page", 2'])
    assert rows_of(found["csv"])[0]["name"] == "'=1+1"
    assert rows_of(found["csv"])[0]["note"] == "'-see \"page\", 2"


def test_marks_go_back_to_the_columns_of_the_list(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("Name,ID\nAda King,a1\nBo Li,b2\nCy Ng,c3\n")
    folder = tmp_path / "class"
    make_class("hidden-layer", listed, folder, seed=4)
    data = read_manifest(folder / MANIFEST)
    exercises = [own[0] for own in exercises_of(folder / MANIFEST, data, data.students)]
    stack = stack_of(exercises, tuple(one.student for one in data.students), pages=False).stack
    assert [p.code for p in stack.papers] == [codes_of(s, data)[0] for s in data.students]
    place = asked(stack.papers[1].exercise)[0]
    found = run(stack, ["wrong", 1, box_id(place)], ["rest"], ["note", 1, "-look at step 1"])
    marks = tmp_path / "marks.csv"
    marks.write_bytes(found["csv"].encode())
    made = rows_of(gradebook(folder, marks).data.decode())
    most = len(asked(stack.papers[0].exercise))
    title = data.title
    assert [row[title] for row in made] == [str(most), str(most - 1), str(most)]
    assert made[1][f"{title} note"] == "'-look at step 1"


def test_modules_name_nothing_twice() -> None:
    """They are joined to one script."""
    from sheetgen.formats.shorter import _modules

    names: list[str] = []
    for path in dict.fromkeys(_modules(TEMPLATES / "marking" / "page.js")):
        script = path.read_text(encoding="utf-8")
        names += re.findall(r"(?m)^(?:export )?(?:async )?(?:const|let|function|class) ([\w$]+)",
                            script)  # fmt: skip
    assert sorted(names) == sorted(set(names))
