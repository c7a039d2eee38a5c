"""What holds for all tests: the browser is one for all tests of a process, and tests of a topic
that another one stands for wait for the marker ``field``, their random options for ``sweep``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sheetgen.topics.catalogue import TOPICS
from tests.browser import axe, chromium

__all__ = ["axe", "chromium"]

FIRST = (
    "matrix-multiplication", "single-neuron", "four-neurons", "hidden-layer", "batch-of-three",
    "seven-layer-mlp", "backpropagation", "softmax", "self-attention", "rnn",
)  # fmt: skip
"""Topics that every test has."""
ALWAYS = ("tests/draw/", "tests/exercise/", "tests/graph/", "tests/topics/", "tests/verify/")
"""Rooms whose tests have all topics always: numbers, keys and proofs."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not item.nodeid.startswith(ALWAYS) and set(topics_of(item)).difference(FIRST):
            item.add_marker("sweep" if has_options(item) else "field")
    items.sort(key=exercises_of)


def exercises_of(item: pytest.Item) -> str:
    """What tests of the same exercises have in common, and nothing for others: they run one after
    the other, so that what is usual for their numbers is found out once."""
    if not any(topics_of(item)) or shares_fixtures(item):
        return ""
    return " ".join(str(part) for part in parts_of(item) if isinstance(part, str | dict))


def shares_fixtures(item: pytest.Item) -> bool:
    """Whether a test has to stay among those of its file, which share what they need."""
    found = getattr(item, "_fixtureinfo", None)
    known = found.name2fixturedefs.values() if found else ()
    return any(one.scope in ("class", "module", "package") for many in known for one in many)


def has_options(item: pytest.Item) -> bool:
    """Whether a test has options beside those that a reader would try first."""
    return any(isinstance(part, dict) and part not in ({}, {"backward": True})
               for part in parts_of(item))  # fmt: skip


def topics_of(item: pytest.Item) -> Iterator[str]:
    """The topics that a test is about, by its parameters."""
    for part in parts_of(item):
        name = part.partition("?")[0] if isinstance(part, str) else ""
        if name in TOPICS:
            yield name


def parts_of(item: pytest.Item) -> Iterator[Any]:
    """What a test is asked of: its parameters, and what stands in those that are tuples."""
    callspec = getattr(item, "callspec", None)
    for value in callspec.params.values() if callspec else ():
        yield from value if isinstance(value, tuple) else (value,)
