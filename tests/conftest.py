"""What holds for all tests: the browser is one for all tests of a process, and tests of a topic
that another one stands for wait for the marker ``field``, their random options for ``sweep``."""

from __future__ import annotations

from collections.abc import Iterator

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


def has_options(item: pytest.Item) -> bool:
    """Whether a test has options beside those that a reader would try first."""
    callspec = getattr(item, "callspec", None)
    values = callspec.params.values() if callspec else ()
    parts = [part for v in values for part in (v if isinstance(v, tuple) else (v,))]
    return any(isinstance(part, dict) and part not in ({}, {"backward": True}) for part in parts)


def topics_of(item: pytest.Item) -> Iterator[str]:
    """The topics that a test is about, by its parameters."""
    callspec = getattr(item, "callspec", None)
    for value in callspec.params.values() if callspec else ():
        for part in value if isinstance(value, tuple) else (value,):
            name = part.partition("?")[0] if isinstance(part, str) else ""
            if name in TOPICS:
                yield name
