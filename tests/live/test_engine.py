"""The scripts of the live page come to Python's numbers, verdicts and carried errors; no hint tells
an answer."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from sheetgen.api import Exercise, make
from sheetgen.exercise.carried import carried
from sheetgen.exercise.recipe import read_recipe
from sheetgen.formats.data import exercise_data
from sheetgen.graph.nodes import Given
from tests.live.node import needs_node, run
from tests.support import CASE_IDS, CASES, NAMES

pytestmark = needs_node


def _written(text: str) -> Fraction:
    """A number as the page writes it."""
    return Fraction(text.replace("−", "-"))


@pytest.mark.parametrize("topic", NAMES)
def test_a_slip_is_carried_forward_as_python_does(topic: str) -> None:
    made = make(topic, 5, forward="blank") if topic == "backpropagation" else make(topic, 5)
    data = exercise_data(made, answers=False)
    steps = [s for s in made.graph.worked if not s.hidden]
    chance = random.Random(topic)
    for step in (steps[0], chance.choice(steps)):
        i, j = (chance.randrange(side) for side in step.shape)
        digits, decimals = made.values[step.name]
        for more in (chance.choice((-1, 2)), 2):  # of what would be negative there is no root
            wrong = Fraction(int(digits[i, j]), 10**decimals) + more
            text = str(float(wrong)) if wrong.denominator > 1 else str(wrong)
            found = run("written", data=data, entries=[[step.name, i, j, text]])
            if found["took"]:
                break
        assert found["took"]
        assert found["entries"][0]["verdict"] == "wrong"
        for line in carried(read_recipe(made.recipe), f"{step.name}[{i + 1},{j + 1}]={text}"):
            wanted = [[Fraction(d, 10**line.follows.decimals) for d in row]
                      for row in line.follows.digits.tolist()]  # fmt: skip
            assert [[_written(x) for x in row] for row in found["follows"][line.name]] == wanted


def test_what_follows_from_a_slip_is_told_apart_from_a_second_slip() -> None:
    made = make("hidden-layer", 3)
    data = exercise_data(made, answers=False)
    [[z]] = made.values["z1"].digits[:1, :1].tolist()
    slipped = run("written", data=data, entries=[["z1", 0, 0, str(z + 2)]])
    follows = slipped["follows"]["a1"][0][0]
    entries = [["z1", 0, 0, str(z + 2)], ["a1", 0, 0, follows]]
    entries += [["a1", 1, 0, made.shown("a1")[1][0]], ["a1", 2, 0, "17"]]
    found = run("written", data=data, entries=entries)
    assert [e["verdict"] for e in found["entries"]] == ["wrong", "follows", "right", "wrong"]


@pytest.mark.parametrize(
    ("topic", "name", "wrong", "slip"),
    [
        ("hidden-layer", "z1", lambda v: v["z1"] - v["b1"], "bias left out"),
        ("hidden-layer", "a1", lambda v: v["z1"], "gate forgotten"),
        ("backpropagation", "dz3", lambda v: -v["dz3"], "sign"),
    ],
)
def test_a_usual_slip_is_named(topic: str, name: str, wrong: Any, slip: str) -> None:
    named = 0
    for seed in range(6):
        made = make(topic, seed)
        values = {n: v.digits for n, v in made.values.items()}
        decimals = made.values[name].decimals
        bad, right = wrong(values), values[name]
        entries = [[name, i, j, str(bad[i, j] / 10**decimals)]
                   for i, j in zip(*(bad != right).nonzero(), strict=True)]  # fmt: skip
        entries = [[n, int(i), int(j), t] for n, i, j, t in entries]
        for entry in entries:
            found = run("written", data=exercise_data(made, answers=False), entries=[entry])
            named += found["entries"][0]["slip"] == slip
    assert named


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_hints_name_true_boxes_and_a_sum_that_comes_to_the_answer(
    topic: str, options: dict[str, Any]
) -> None:
    made = make(topic, 2, **options)
    found = run("hints", data=exercise_data(made, answers=False))
    blank = {(n, int(i), int(j)) for n, b in made.blanks.items()
             for i, j in zip(*b.nonzero(), strict=True)}  # fmt: skip
    assert {(h["name"], h["i"], h["j"]) for h in found} == blank
    for hint in found:
        step = made.graph.by_name[hint["name"]]
        assert not isinstance(step, Given)
        names = {node.name for node in step.inputs}
        assert {place[0] for place in hint["places"]} <= names
        said = [term["text"] for term in hint["terms"]]
        answer = made.shown(step.name)[hint["i"]][hint["j"]]
        if len(said) == 1:
            assert said[0] != answer
        exact = step.places is None and all(set(text) <= set("0123456789.−()×") for text in said)
        if said and exact:
            total = sum((_product(text) for text in said), Fraction(0))
            assert total == _written(answer)


def _product(text: str) -> Fraction:
    found = Fraction(1)
    for factor in text.split("×"):
        _, minus, rest = factor.rpartition("−(")  # such as −(−1)
        found *= _written(rest.strip("()")) * (-1 if minus else 1)
    return found


def test_every_honest_way_to_write_a_number_is_read() -> None:
    ways = {
        "½": ".5", "0,5": ".5", "−3": "−3", "- 3.0": "−3", "1/2": ".5", "+2": "2", "3.": "3",
        "1 000": "1000", "３": "3", "٣": "3", ".5": ".5", "-.25": "−.25", "2½": "2.5", "–4": "−4",
        "1/3": "1/3", "(2)": "2", "-1/4": "−.25",
    }  # fmt: skip
    found = run("read", texts=list(ways))
    assert [f.get("number") for f in found] == list(ways.values())
    strange = run("read", texts=["abc", "1.2.3", "--", "1/0", "9" * 20, "", "  "])
    assert [sorted(f) for f in strange] == [["why"]] * 5 + [["empty"]] * 2


def _entries(made: Exercise, names: list[str]) -> list[list[Any]]:
    return [[name, int(i), int(j), made.shown(name)[i][j]] for name in names
            for i, j in zip(*made.blanks[name].nonzero(), strict=True)]  # fmt: skip


@pytest.mark.parametrize("topic", NAMES)
def test_a_sheet_that_is_solved_backwards_is_judged_by_its_equations(topic: str) -> None:
    made = make(topic, 4, blank="backwards")
    data = exercise_data(made, answers=False)
    entries = _entries(made, list(made.blanks))
    found = run("written", data=data, entries=entries)
    assert {e["verdict"] for e in found["entries"]} == {"right"}
    given = next(k for k, e in enumerate(entries) if isinstance(made.graph.by_name[e[0]], Given))
    entries[given] = [*entries[given][:3], "77"]
    found = run("written", data=data, entries=entries)
    assert found["entries"][given]["verdict"] == "wrong"
