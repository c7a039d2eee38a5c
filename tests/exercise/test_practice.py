"""Practice of one step: the same step five times, with what it needs printed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sheetgen.api import from_given, make, many
from sheetgen.errors import SheetgenError
from sheetgen.exercise.carried import carried
from sheetgen.exercise.practice import LARGE_TIMES, TIMES, practice_command
from sheetgen.exercise.recipe import read_recipe
from sheetgen.exercise.settings import again, settings
from sheetgen.graph.numbers import to_float
from sheetgen.layout.sheet import lay_out
from sheetgen.topics.catalogue import TOPICS


def gated(g: Any, z: Any) -> Any:
    """A gradient behind ReLU."""
    return np.where(z > 0, g, 0)


MADE = {
    ("backpropagation", "dz2"): (("da2", "z2"), gated),
    ("backpropagation", "dW2"): (("dz2", "a1"), lambda g, a: g @ a.T),
    ("backpropagation", "da1"): (("W2", "dz2"), lambda W, g: W.T @ g),
    ("hidden-layer", "z2"): (("W2", "b2", "a1"), lambda W, b, a: W @ a + b),
    ("softmax", "y"): (("exp", "sum"), lambda e, s: np.floor(e / s * 1000 + 0.5) / 1000),
    ("conv2d", "P"): (("A",), lambda a: a.reshape(2, 2, 2, 2).max(axis=(1, 3))),
}  # fmt: skip
"""Topic and step -> what it reads, and how it is worked out."""


@pytest.mark.parametrize(("topic", "name"), MADE)
def test_some_of_a_step_are_asked_and_nothing_else(topic: str, name: str) -> None:
    exercise = make(topic, 4, after=name)
    inputs, work = MADE[topic, name]
    times = 3 if topic == "conv2d" else 5
    assert set(exercise.blanks) == {f"{name}_{k}" for k in range(1, times + 1)}
    for k in range(1, times + 1):
        given = [to_float(exercise.values[f"{n}_{k}"]) for n in inputs]
        made = work(*given)  # type: ignore[operator]
        assert np.allclose(to_float(exercise.values[f"{name}_{k}"]), made, atol=1e-9)
    read = {str([exercise.shown(f"{n}_{k}") for n in inputs]) for k in range(1, times + 1)}
    assert len(read) == times


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_a_step_of_every_topic_can_be_practised(topic: str) -> None:
    steps = settings(topic).graph.worked or settings(topic, {"backward": "yes"}).graph.worked
    name = steps[-1].name
    exercise = make(topic, 6, after=name)  # which is verified
    assert len(exercise.blanks) in (TIMES, LARGE_TIMES)
    recipe = read_recipe(exercise.recipe)
    assert recipe.options["after"] == name
    assert make(topic, recipe.seed, **recipe.options).code == exercise.code
    assert again(recipe).after == name


@pytest.mark.parametrize(("topic", "name"), [
    ("backpropagation", "dz2"), ("backpropagation", "W1_new"), ("rnn", "z2"), ("lstm", "zf1"),
    ("self-attention", "A"), ("conv2d", "Z"), ("layer-norm", "V"), ("network", "y"),
])  # fmt: skip
def test_practice_stands_on_pages_that_are_proved(topic: str, name: str) -> None:
    more = {"update": True} if name.endswith("new") else {}
    sheet = lay_out(make(topic, 8, after=name, **more))
    assert len(sheet.pages) == 1
    texts = [getattr(item, "markup", "") for item in sheet.pages[0].items]
    assert any(text.startswith("Practice: ") for text in texts)
    last = len(sheet.exercise.blanks)
    assert last == (5 if name in ("dz2", "z2", "V", "y") else 3)
    every = [getattr(item, "markup", "") for page in sheet.pages for item in page.items]
    assert sum(f"^{{({last})}}" in text for text in every) >= 2


@pytest.mark.parametrize("said", ["dz2", "∂L/∂z₂", "∂L/∂z_2", "dL/dz2", "DZ2", " dz2 "])
def test_a_step_goes_by_its_name_or_as_it_is_printed(said: str) -> None:
    assert settings("backpropagation", {"after": said}).asked == {"after": "dz2"}


@pytest.mark.parametrize(("said", "why"), [
    ("q", "no q to be worked out; there are z1, a1"), ("", "no nothing to be worked out"),
    ("W2", "W2 is given"), ("loss", "no loss"), ("x" * 99, "there are z1"),
])  # fmt: skip
def test_an_unknown_step_is_refused_with_the_names_there_are(said: str, why: str) -> None:
    with pytest.raises(SheetgenError, match=why) as told:
        settings("backpropagation", {"after": said})
    assert "dz1" in str(told.value)
    assert "\n" not in str(told.value)


def test_given_numbers_and_practice_do_not_go_together() -> None:
    with pytest.raises(SheetgenError, match="--after draws numbers of its own"):
        from_given("softmax", {"x": [1, 2]}, {"after": "y"})


def test_a_whole_class_practises_other_numbers_each() -> None:
    made = many("backpropagation", range(20), after="dz1")
    alone = make("backpropagation", 13, after="dz1")
    assert made[13].shown("dz1_4") == alone.shown("dz1_4")
    assert len({str([e.shown(f"z1_{k}") for k in range(1, 6)]) for e in made}) == 20
    dead = [(to_float(e.values[f"z1_{k}"]) <= 0).any() for e in made for k in range(1, 6)]
    assert np.mean(dead) > 0.9  # else the gate forgotten would not show


def test_marking_names_what_is_typed_for_practice_of_a_wrong_step() -> None:
    exercise = make("backpropagation", 7, widths="3-4-2", bias=False, blank="faded:1")
    lines = carried(read_recipe(exercise.recipe), "dz1=[9,8,7,6]")
    told = {line.name: line.practise for line in lines}
    assert told["dz1"] == "sheetgen make backpropagation --after dz1 --no-bias --widths 3-4-2"
    assert told["dW1"] == ""
    assert lines[0].as_json()["practise"] == told["dz1"]


def test_a_slip_in_practice_leads_to_more_of_the_same() -> None:
    exercise = make("backpropagation", 7, after="dz2")
    [*_, line] = [n for n in carried(read_recipe(exercise.recipe), "dz2_3=[9,9]") if n.practise]
    assert line.name == "dz2_3"
    assert line.practise == "sheetgen make backpropagation --after dz2"


def test_layers_are_quoted_for_a_shell() -> None:
    exercise = make("network", 7, layers="Linear(2,3), ReLU, Linear(3,2)")
    said = practice_command(read_recipe(exercise.recipe), "z2")
    assert said.endswith("--layers 'Linear(2,3),ReLU,Linear(3,2)'")


@pytest.mark.parametrize("seed", range(6))
def test_a_gate_that_is_practised_closes_somewhere(seed: int) -> None:
    """Though the second layer of this topic never has a dead unit."""
    made = make("backpropagation", seed, after="dz2")
    shown = {node.name: made.shown(node.name) for node in made.graph.nodes}
    times = [name.removeprefix("dz2_") for name in shown if name.startswith("dz2_")]
    assert len(times) == 5
    closed = 0
    for k in times:
        for [z], [above], [result] in zip(
            shown[f"z2_{k}"], shown[f"da2_{k}"], shown[f"dz2_{k}"], strict=True
        ):
            dead = z.startswith("−") or z == "0"
            assert result == ("0" if dead else above)
            closed += dead
    assert closed >= 2
