"""Each topic of the registry is compared with PyTorch, or named with the reason why not."""

from __future__ import annotations

import importlib.util

import pytest

from sheetgen.api import make
from sheetgen.topics.catalogue import TOPICS
from tests.promises.against_torch import (
    attention,
    gates,
    layers,
    models,
    pictures,
    training,
    words,
)
from tests.promises.against_torch.page import CASES, Case

ROOMS = (layers, attention, gates, words, pictures, training, models)
"""Where the comparisons stand."""
SEEDS = (3, 17, 2024)
WITHOUT: dict[str, str] = {}
"""Topics that are not compared, and why."""
with_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="torch is not installed"
)


@with_torch
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_pages_have_the_numbers_of_pytorch(case: Case) -> None:
    for seed in SEEDS:
        case.check(seed)


@with_torch
@pytest.mark.parametrize("topic", ["gan", "lstm", "multi-head-attention", "layer-norm"])
def test_a_number_that_is_wrong_is_found(topic: str) -> None:
    """Each worked step in turn: some are the page's own way to a gradient, and no more."""
    case = next(c for c in CASES if c.topic == topic and dict(c.options).get("backward"))
    steps = make(topic, 3, **dict(case.options)).graph.worked
    found = [step.name for step in steps if _is_found(case, step.name)]
    assert {s.name for s in steps if "_" not in s.name or s.name.endswith("_fake")} <= set(found)


def _is_found(case: Case, step: str) -> bool:
    try:
        case.check(3, wrong=step)
    except AssertionError:
        return True
    return False


def test_every_topic_is_compared_or_named() -> None:
    assert set(TOPICS) == {case.topic for case in CASES} | set(WITHOUT)


def test_where_a_page_has_gradients_they_are_compared() -> None:
    able = {name for name, topic in TOPICS.items() if "backward" in topic.options}
    usual = {name: TOPICS[name].options["backward"].default for name in able}
    assert able == {c.topic for c in CASES
                    if dict(c.options).get("backward", usual.get(c.topic))}  # fmt: skip
