"""What is said of options that do nothing."""

from __future__ import annotations

import pytest

from sheetgen.exercise.doubts import idle
from sheetgen.exercise.settings import settings
from sheetgen.topics.catalogue import TOPICS

ALONE = {
    "autoencoder": ({"sigmoid": "table"}, "--activation sigmoid"),
    "hidden-layer": ({"sigmoid": "levels"}, "--activation sigmoid"),
    "rnn": ({"tanh": "levels"}, "--activation tanh"),
    "vae": ({"loss": "squared-error"}, "--backward yes"),
    "backpropagation": ({"learning_rate": ".3"}, "--update yes"),
}
"""Topic -> an option that does nothing there, and what it needs."""


@pytest.mark.parametrize("topic", ALONE)
def test_an_option_that_does_nothing_is_named_with_the_one_that_it_needs(topic: str) -> None:
    given, needed = ALONE[topic]
    [line] = idle(settings(topic, given))
    [(name, _)] = given.items()
    assert line.startswith(f"--{name.replace('_', '-')} ")
    assert line.endswith(f"does nothing here; it needs {needed}")
    option, value = needed.removeprefix("--").split(" ")
    assert idle(settings(topic, {**given, option: value})) == []


@pytest.mark.parametrize("topic", ["rlhf-reward"])
def test_new_weights_bring_their_gradients(topic: str) -> None:
    [line] = idle(settings(topic, {"backward": "no", "update": "yes"}))
    assert line == "--backward no does nothing here; it needs --update no"


@pytest.mark.parametrize("topic", TOPICS)
def test_what_every_topic_does_is_not_doubted(topic: str) -> None:
    """A switch that is turned over, and no other option with it."""
    for option in TOPICS[topic].options.values():
        if option.kind == "bool" and option.name == "backward":
            assert idle(settings(topic, {"backward": not option.default})) == []
