"""Recipes are read back, and a slip in a code is always seen."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import (
    ALPHABET,
    LARGEST_SEED,
    Recipe,
    code_of,
    read_code,
    read_recipe,
    read_seed,
)
from sheetgen.exercise.settings import again, settings
from sheetgen.graph.givens import given_matrix
from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.ops.sums import matmul
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.registry import topic
from sheetgen.version import __version__
from tests.support import NAMES, random_options

seeds = st.integers(0, LARGEST_SEED)


@pytest.mark.parametrize("topic", NAMES)
@given(st.integers(0, 10**6), seeds)
def test_a_recipe_is_read_back_as_the_same_settings(topic: str, which: int, seed: int) -> None:
    asked = settings(topic, random_options(TOPICS[topic], which))
    recipe = asked.recipe(seed)
    read = read_recipe(recipe.printed)
    assert read == recipe
    assert read.code == recipe.code
    same = settings(read.topic, read.options)
    assert same.options == asked.options
    assert same.knobs == asked.knobs
    assert same.recipe(seed) == recipe


@pytest.mark.parametrize("topic", NAMES)
@pytest.mark.parametrize("level", ["easy", "hard"])
def test_a_level_is_part_of_the_recipe(topic: str, level: str) -> None:
    if level in TOPICS[topic].levels:
        asked = settings(topic, {"level": level, "max": "15"})
        read = read_recipe(str(asked.recipe(5)))
        assert str(read) == f"{topic}?level={level}&max=15&seed=5"
        same = settings(read.topic, read.options)
        assert (same.options, same.knobs, same.blank) == (asked.options, asked.knobs, asked.blank)


def test_a_recipe_holds_only_what_differs_from_the_defaults() -> None:
    asked = settings("backpropagation", {"widths": "3-4-2-3", "batch": 1, "update": "yes"})
    assert str(asked.recipe(7)) == "backpropagation?update=yes&seed=7"


def test_options_are_written_with_hyphens_and_read_with_either() -> None:
    recipe = "backpropagation?learning-rate=0.5&seed=7"
    assert str(read_recipe(recipe)) == recipe
    assert read_recipe(recipe) == read_recipe("backpropagation?learning_rate=0.5&seed=7")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("backpropagation?widths", "'widths' is not name=value"),
        ("backpropagation?=3", "'=3' is not name=value"),
        ("backpropagation?seed=x", "seed 'x' is not a whole number"),
        ("backpropagation?seed=-1", "seed -1 is not between"),
        ("backpropagation?seed=99999999999999999999", "is not between"),
    ],
)
def test_a_recipe_with_a_slip_says_where(text: str, problem: str) -> None:
    with pytest.raises(SheetgenError, match=problem):
        read_recipe(text)


@given(st.text(max_size=60))
def test_any_text_is_a_recipe_or_a_clear_error(text: str) -> None:
    try:
        recipe = read_recipe(text)
    except SheetgenError:
        return
    assert isinstance(recipe, Recipe)


@given(st.text(max_size=30))
def test_every_code_is_read_as_itself(text: str) -> None:
    code = code_of(text)
    assert read_code(code) == code
    assert read_code(f" {code.lower().replace('-', ' ')} ") == code


@pytest.mark.parametrize("seed", range(5))
def test_every_wrong_sign_is_seen(seed: int) -> None:
    signs = code_of(f"recipe {seed}").replace("-", "")
    for place, right in enumerate(signs):
        for sign in ALPHABET:
            if sign != right:
                with pytest.raises(SheetgenError, match="has a slip"):
                    read_code(signs[:place] + sign + signs[place + 1 :])


@pytest.mark.parametrize("seed", range(20))
def test_every_swap_of_neighbours_is_seen(seed: int) -> None:
    signs = code_of(f"recipe {seed}").replace("-", "")
    for k in range(len(signs) - 1):
        if signs[k] != signs[k + 1]:
            swapped = signs[:k] + signs[k + 1] + signs[k] + signs[k + 2 :]
            with pytest.raises(SheetgenError, match="has a slip"):
                read_code(swapped)


@pytest.mark.parametrize(
    ("code", "problem"),
    [("ABCD", "has 4 signs"), ("7K3F-2QX0", "no 0"), ("7K3F-2QXD-7", "9 signs")],
)
def test_what_is_no_code_is_refused(code: str, problem: str) -> None:
    with pytest.raises(SheetgenError, match=problem):
        read_code(code)


def test_codes_of_different_recipes_differ() -> None:
    chance = random.Random(1)
    codes = {code_of(str(chance.random())) for _ in range(20_000)}
    assert len(codes) == 20_000


@pytest.mark.parametrize("text", ["", "1.5", "seven", None, "1e3", [1]])
def test_a_seed_is_a_whole_number(text: object) -> None:
    with pytest.raises(SheetgenError, match="is not a whole number"):
        read_seed(text)


def test_the_edition_is_no_part_of_the_text_that_the_code_is_made_of() -> None:
    old, new = Recipe("rnn", 7), Recipe("rnn", 7, edition=3)
    assert (old.printed, new.printed) == ("rnn?seed=7", "rnn?seed=7&edition=3")
    assert old.code == new.code == code_of("rnn?seed=7")
    assert read_recipe("by hand · rnn?seed=7&edition=3") == new
    assert read_recipe("rnn?seed=7") == old
    with pytest.raises(SheetgenError, match="edition 'x' is no whole number"):
        read_recipe("rnn?seed=7&edition=x")


def test_what_another_edition_drew_is_refused_with_the_way_out() -> None:
    asked = settings("rnn", {"steps": "3"})
    assert again(asked.recipe(7)).options == asked.options
    with pytest.raises(SheetgenError) as refused:
        again(read_recipe("rnn?steps=3&seed=7"))
    said = str(refused.value)
    assert "\n" not in said
    assert f"edition 0, and sheetgen {__version__} draws other numbers (edition 1)" in said
    assert "uvx sheetgen==0.1.0 make --recipe 'rnn?steps=3&seed=7'" in said
    assert "--given" in said
    with pytest.raises(SheetgenError, match=r"edition 9.*uvx sheetgen==\.\.\. make --recipe "
                       r"'rnn\?seed=7&edition=9'"):  # fmt: skip
        again(read_recipe("rnn?seed=7&edition=9"))


def test_a_topic_has_editions_of_its_own() -> None:
    @topic("Own", edition=2)
    def own_product() -> Step:
        """Multiply."""
        A, B = given_matrix("A", 2, 2), given_matrix("B", 2, 2)
        return apply(matmul, A, B, name="C", role="output")

    try:
        assert settings("own-product").recipe(1).edition == settings("rnn").edition + 2
    finally:
        del TOPICS["own-product"]
