"""A range that a teacher gives is kept by the numbers, or refused: it is never passed over."""

from __future__ import annotations

from itertools import product

import pytest

from sheetgen.draw.knobs import RANGE_OF
from sheetgen.errors import SheetgenError
from sheetgen.exercise.settings import RANGES, settings
from sheetgen.topics.catalogue import TOPICS

WITHOUT = {
    "weights": {
        "dot-product", "matrix-multiplication", "activations", "mamba", "embedding",
        "positional-encoding", "llm-sampling", "dpo", "quantisation",
    },
    "inputs": {"activations", "sgd-momentum", "adam", "llm-sampling", "vector-search", "dpo",
               "quantisation"},
}  # fmt: skip
"""Topics whose numbers are all made in a way of their own, where others have a range."""


@pytest.mark.parametrize(("topic", "name"), list(product(TOPICS, ("weights", "inputs"))))
def test_a_range_is_kept_or_refused(topic: str, name: str) -> None:
    if topic in WITHOUT[name]:
        with pytest.raises(SheetgenError, match=rf"^--{name}: {topic} .* has no numbers of that"):
            settings(topic, {name: "-1..1"})
    else:
        asked = settings(topic, {name: "1..3"})
        found = [asked.knobs.table(g.drawn_from, g.shape) for g in asked.drawn.givens
                 if RANGE_OF.get(g.drawn_from) == name]  # fmt: skip
        assert found
        assert all(set(table) == {1, 2, 3} for table in found)


def test_a_range_of_what_is_left_out_is_refused() -> None:
    with pytest.raises(SheetgenError, match=r"^--biases: hidden-layer .* give --weights and --inp"):
        settings("hidden-layer", {"bias": "no", "biases": "-1..1"})


@pytest.mark.parametrize("topic", TOPICS)
def test_the_levels_name_no_range_without_numbers(topic: str) -> None:
    for level, preset in TOPICS[topic].levels.items():
        for name in set(preset) & set(RANGES):
            settings(topic, {"level": level, name: str(preset[name])})
