"""What the next turn of a knob asks for is made ahead, and is what would be made at once."""

from __future__ import annotations

import time

import pytest
from starlette.testclient import TestClient

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.server.ahead import KEPT, Ahead
from sheetgen.server.app import app
from sheetgen.server.neighbours import MOST, neighbours
from sheetgen.server.sheets import Asked, read_asked, shown
from sheetgen.topics.catalogue import TOPICS
from tests.support import NAMES


@pytest.mark.parametrize("topic", NAMES)
def test_the_turns_of_a_knob_are_told_those_of_the_last_first(topic: str) -> None:
    options = TOPICS[topic].options
    for name, option in options.items():
        if option.kind == "int" and option.default < option.high:
            now = Asked(topic, 3, ((name, str(option.default + 1)),))
            _, (first, side), *_ = neighbours(now, "worksheet", Asked(topic, 3, ()))
            assert dict(first.options).keys() == {name}
            assert side == "worksheet"
    found = neighbours(Asked(topic, 3, ()), "key")
    assert len(found) <= MOST
    assert found[0] == (Asked(topic, 3, ()), "worksheet")
    turned = {name for asked, _ in found for name in dict(asked.options)}
    assert turned >= {name for name, o in options.items() if o.kind in ("bool", "choice")}
    assert turned >= {"check", "guide", "blank"}
    draws = {given.draw for given in make(topic, 3).graph.givens}
    for draw, name in (("weights", "weights"), ("bias", "biases"), ("inputs", "inputs")):
        assert name in turned or draw not in draws


@pytest.mark.parametrize("topic", NAMES)
def test_each_turn_is_one_that_the_page_could_ask_for(topic: str) -> None:
    for asked, _ in neighbours(Asked(topic, 3, (), "letter", "Ada"), "worksheet"):
        assert read_asked(asked.query) == asked


def test_a_net_has_a_layer_more_and_a_layer_less() -> None:
    found = {dict(asked.options).get("widths")
             for asked, _ in neighbours(Asked("hidden-layer", 3, ()), "worksheet")}
    assert found >= {"3-4-4-2", "3-2", "4-4-2", "3-4-1"}


def _until_idle(ahead: Ahead) -> None:
    until = time.monotonic() + 90
    while not ahead.idle and time.monotonic() < until:
        time.sleep(0.05)
    assert ahead.idle


def test_another_process_makes_what_would_be_made_at_once() -> None:
    ahead = Ahead()
    right, wrong = Asked("softmax", 3, ()), Asked("softmax", 3, (("classes", "nonsense"),))
    ahead.start()
    try:
        ahead.next([(right, "worksheet"), (wrong, "worksheet"), (right, "key")])
        _until_idle(ahead)
        for side in ("worksheet", "key"):
            assert ahead.get(right, side) == shown(right, side)
        with pytest.raises(SheetgenError, match="nonsense"):
            ahead.get(wrong, "worksheet")
        assert ahead.get(Asked("softmax", 4, ()), "key") is None
    finally:
        ahead.close()


def test_no_more_is_kept_than_there_is_room_for() -> None:
    ahead = Ahead()
    for seed in range(KEPT + 5):
        ahead.keep(Asked("softmax", seed, ()), "key", {"seed": seed})
    assert ahead.get(Asked("softmax", 4, ()), "key") is None
    assert ahead.get(Asked("softmax", 5, ()), "key") == {"seed": 5}


def test_a_turn_that_was_made_ahead_is_given_as_it_is() -> None:
    served = app()
    with TestClient(served, base_url="http://127.0.0.1:8765") as client:
        asked = Asked("softmax", 3, (("classes", "2"),))
        served.app.state.ahead.keep(asked, "key", {"html": "made ahead"})
        assert client.get("/sheet", params=asked.query | {"side": "key"}).json() == {
            "html": "made ahead"
        }
        served.app.state.ahead.keep(asked, "key", {"problem": "--classes: no"})
        refused = client.get("/sheet", params=asked.query | {"side": "key"})
        assert (refused.status_code, refused.json()["knob"]) == (422, "classes")
