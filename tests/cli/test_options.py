"""What was typed, as the commands ask for it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetgen.cli.asked import Asked
from sheetgen.cli.options import SHEET_OPTIONS, TABLE, flag_of, parameters
from sheetgen.cli.verbs import VERBS
from sheetgen.errors import UsageError
from sheetgen.exercise import settings
from sheetgen.topics.catalogue import TOPICS
from tests.cli.support import FORMS, read, value

WORDS = ["--", "-1", "-h", "-x", "3", "yes", "no", "rnn", "backprop", "plan.toml", "", "-", "=",
         "\udcff", "--no-bias", "--update=maybe", "--weights=-1..1", "--help", "--version",
         *{flag_of(row.name) for row in TABLE}, *VERBS]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=8), st.sampled_from([*FORMS, ("", "")]))
def test_any_words_are_read_or_refused(words: list[str], form: tuple[str, str]) -> None:
    line = [*filter(None, form), *words]
    if not line or {"-h", "--help", "--version"} & {*line}:
        return
    with suppress(UsageError):
        _has_only_what_it_knows(read(line))


def _has_only_what_it_knows(asked: Asked) -> None:
    assert asked.command in VERBS
    known = {p.name for p in parameters(asked.command, TOPICS.get(asked.named))}
    assert {n for n, v in asked.values.items() if v not in (None, ())} <= {
        *known, "target", "folder", "numbers", "sheet", "what", "marks",
    }  # fmt: skip


def test_numbers_below_zero_are_no_options() -> None:
    asked = read(["find", "folder", "3", "-1", "-.5", "−2", "--json"])
    assert (asked.get("folder"), asked.get("numbers")) == ("folder", ("3", "-1", "-.5", "−2"))
    assert asked.flag("json")
    assert read(["find", "--json", "folder", "-1"]).get("numbers") == ("-1",)
    assert value(["mark", "X", "--got", "-1"], "got") == "-1"


def test_a_switch_may_be_said_with_yes_or_no() -> None:
    for words, update, bias in (("--update yes --bias no", True, False), ("--update", True, None),
                                ("--no-bias --update no", False, False),
                                ("--update=off --bias=YES", False, True)):  # fmt: skip
        for command in ("make", "solve", "stress", "class"):
            asked = read([command, "backpropagation", *words.split()])
            assert (asked.get("update"), asked.get("bias")) == (update, bias)


def test_a_value_may_look_like_a_switch() -> None:
    asked = read(["make", "backpropagation", "--name", "--update", "--out", "no"])
    assert (asked.get("name"), asked.get("update"), asked.get("out")) == ("--update", None, "no")


@pytest.mark.parametrize("typed", ["hidden-layer", "Hidden_Layer", "hidden layer"])
def test_a_topic_is_known_however_it_is_written(typed: str) -> None:
    for command in ("make", "solve", "stress", "class"):
        asked = read([command, typed, "--widths", "3-4"])
        assert (asked.named, asked.topic.name) == ("hidden-layer", "hidden-layer")
        assert asked.options() == {"widths": "3-4"}


def test_a_class_may_be_named_behind_its_options() -> None:
    asked = read(["class", "--students", "3", "--force", "rnn", "--hidden", "3"])
    assert (asked.get("target"), asked.get("students"), asked.named) == ("rnn", "3", "rnn")
    assert asked.options() == {"hidden": "3"}
    plan = read(["class", "--students", "3", "quiz/Plan.TOML"])
    assert (plan.get("target"), plan.named) == ("quiz/Plan.TOML", "")


def test_the_recipes_topic_and_options_go_before() -> None:
    asked = read(["make", "--recipe", "softmax?base=e&check=yes&seed=3", "--no-check"])
    assert (asked.topic.name, asked.seed()) == ("softmax", 3)
    assert asked.options() == {"base": "e", "check": False}
    words = ["--recipe", "softmax?base=e&seed=3", "--base", "3", "--seed", "4"]
    both = read(["make", "softmax", *words])
    assert (both.options(), both.seed()) == ({"base": "3"}, 4)
    with pytest.raises(UsageError, match="the recipe is one of rnn, not of softmax"):
        _ = read(["make", "softmax", "--recipe", "rnn?seed=1"]).topic


def test_numbers_papers_and_recipes_are_checked() -> None:
    asked = Asked("make", "rnn", {"count": "x", "group_by": "7", "paper": "A4", "recipe": "rnn?y"})
    usual = Asked("make", "", {})
    with pytest.raises(UsageError, match="--count: 'x' is not a whole number"):
        asked.number("count")
    with pytest.raises(UsageError, match="--group-by: 7 is not between 1 and 5"):
        asked.whole("group_by", 1, 5)
    assert (asked.whole("group_by", 1, 9), usual.whole("count", 0, 3)) == (7, 1)
    assert (asked.paper(), usual.paper(), Asked("class", "", {}).paper()) == ("a4", "a4", "")
    with pytest.raises(UsageError, match="--paper: 'a5' is none of a4, letter, a3"):
        Asked("make", "", {"paper": "a5"}).paper()
    with pytest.raises(UsageError, match="not name=value"):
        asked.seed()
    with pytest.raises(UsageError, match="there is no topic"):
        _ = Asked("make", "", {"recipe": "nothing?seed=1"}).topic


def test_the_options_of_every_topic_are_those_of_the_settings() -> None:
    assert SHEET_OPTIONS == settings.SHEET_OPTIONS


def test_what_is_left_out_is_the_default_of_the_table() -> None:
    for name in VERBS:
        for row in parameters(name):
            assert Asked(name, "", {}).text(row.name) == row.default
            assert (f"(default: {row.default})" in row.help) == bool(row.default)


def test_choices_are_told_in_the_help_and_a_mapping_says_what_each_is() -> None:
    rows = {row.name: row for row in parameters("make", TOPICS["softmax"])}
    assert rows["level"].help == "easy, medium, hard."
    assert rows["paper"].help == "a4, letter, a3. (default: a4)"
    assert rows["base"].help == "3, e. (default: 3)"
    assert rows["format"].help.startswith("One or more of pdf (worksheet and key, to print), ")
