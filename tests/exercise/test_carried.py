"""Error carried forward: the later answers follow from what the student wrote."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.carried import carried, same
from sheetgen.exercise.settings import settings
from sheetgen.graph.solve import run

RECIPE = settings("hidden-layer").recipe(4)


def test_later_steps_are_worked_out_from_the_slip() -> None:
    exercise = make(RECIPE.topic, RECIPE.seed)
    lines = {line.name: line for line in carried(RECIPE, "a1=[1,2,3,4]")}
    assert list(lines) == ["a1", "z2", "a2"]
    values = dict(exercise.values)
    values["a1"] = type(values["a1"])(values["a1"].digits * 0 + [[1], [2], [3], [4]])
    z2 = next(s for s in exercise.graph.steps if s.name == "z2")
    assert same(lines["z2"].follows, run(z2, values))
    assert lines["a1"].verdict == "slip"


def test_the_key_itself_changes_nothing() -> None:
    exercise = make(RECIPE.topic, RECIPE.seed)
    z1 = exercise.values["z1"].digits[:, 0].tolist()
    lines = carried(RECIPE, f"z1={z1}")
    assert [line.verdict for line in lines] == ["as the key", *["same"] * (len(lines) - 1)]


def test_what_follows_from_a_slip_earns_its_marks() -> None:
    first = {line.name: line for line in carried(RECIPE, "z1[2]=9")}
    a1 = [int(v) for v in first["a1"].follows.digits[:, 0]]
    again = {line.name: line for line in carried(RECIPE, f"z1[2]=9, a1={a1}")}
    assert again["z1"].verdict == "slip"
    assert again["a1"].verdict in ("follows from the slip", "as the key")


def test_a_bare_number_for_one_box_and_a_decimal() -> None:
    lines = carried(settings("single-neuron").recipe(1), "z=-2.5")
    assert lines[0].as_json()["got"] == [[-2.5]]


@pytest.mark.parametrize(("got", "said"), [
    ("", "say what"), ("q=3", "no q"), ("z1=3", "4×1"), ("z1[9]=3", "no such box"),
    ("z1", "not like"), ("z1=[1,2,3,x]", "z1"), ("z1[1]=[1,2]", "one number"), ("z1=", "z1"),
    ("z1[0]=1", "no such box"), ("z1[1]=1e99", "too large"), ("z1[1]=.1234567", "z1"),
    ("=3", "not like"), ("z1=[[1],[2]", "z1"),
])  # fmt: skip
def test_what_does_not_fit_is_told(got: str, said: str) -> None:
    with pytest.raises(SheetgenError, match=said):
        carried(RECIPE, got)


def test_a_slip_after_which_nothing_can_be_worked_out_is_taken_as_it_is() -> None:
    recipe = settings("softmax").recipe(3)
    lines = {line.name: line for line in carried(recipe, "sum=0")}
    assert [lines[n].verdict for n in ("sum", "y")] == ["slip", "nothing follows"]
    assert lines["y"].follows is None
    assert lines["y"].as_json()["follows"] is None
    written = {line.name: line for line in carried(recipe, "sum=0,y=[.5,.5]")}
    assert written["y"].verdict == "slip"
    below = {line.name: line for line in carried(recipe, "exp=[-5,1]")}
    assert below["sum"].follows is not None
    assert below["sum"].follows.digits.tolist() == [[-4000]]
    assert below["y"].follows is not None
    assert below["y"].follows.digits.tolist() == [[1250], [-250]]
