"""Arrangements register themselves; a topic asks for one by name, or its graph says it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetgen.api import make
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.registry import ARRANGEMENTS, arrangement, arrangements
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import Arrangement, overlaps
from sheetgen.page.items import Block, Circle
from sheetgen.topics.catalogue import TOPICS


def asking_for(name: str) -> Exercise:
    exercise = make("hidden-layer", 1)
    topic = replace(exercise.topic, arrangement=name)
    return replace(exercise, settings=replace(exercise.settings, topic=topic))


def test_all_files_of_figures_are_found() -> None:
    assert set(ARRANGEMENTS) == {
        "attention", "attention and layers", "by layers", "cell-state", "dots", "graph",
        "hourglass", "ledger", "march", "mirrored", "mixed-state", "normalised",
        "normalised and layers", "nudges", "pairs", "preference", "product", "recurrence",
        "sampling", "scan", "softmax", "staircase", "tower", "window", "window and layers",
    }  # fmt: skip


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_asks_for_an_arrangement_that_is_there(name: str) -> None:
    assert TOPICS[name].arrangement in {"", *ARRANGEMENTS}
    assert list(arrangements(Boxes(make(name, 1))))


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="already is an arrangement tower"):
        arrangement("tower")(ARRANGEMENTS["march"])


def test_an_arrangement_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"hidden-layer asks for an arrangement towr; there are"):
        list(arrangements(Boxes(asking_for("towr"))))


def test_what_a_topic_asks_for_goes_before_what_suits_its_graph() -> None:
    usual = list(arrangements(Boxes(make("hidden-layer", 1))))
    found = list(arrangements(Boxes(asking_for("march"))))
    assert found[0].bands
    assert found[1:] == usual


@pytest.mark.parametrize(("name", "options", "shapes"), [
    ("hidden-layer", {}, ["whole network", "stack network"]),
    ("seven-layer-mlp", {}, ["stack network"]),
    ("backpropagation", {}, ["whole", "leaves", "leaves", "stack bands"]),
    ("backpropagation", {"update": "yes"},
     ["whole flow", "leaves flow", "leaves flow", "stack bands flow"]),
    ("matrix-multiplication", {}, ["whole", "bands"]),
    ("self-attention", {}, ["whole", "whole", "whole", "leaves", "bands"]),
    ("rnn", {}, ["whole", "whole", "whole", "leaves", "leaves", "leaves", "bands"]),
])  # fmt: skip
def test_the_graph_says_what_suits_it(
    name: str, options: dict[str, str], shapes: list[str]
) -> None:
    def shape(made: Arrangement) -> str:
        parts = ("whole", "leaves", "stack", "bands", "flow", "network")
        return " ".join(part for part in parts if getattr(made, part))

    assert [shape(a) for a in arrangements(Boxes(make(name, 1, **options)))] == shapes


@pytest.mark.parametrize("options", [{}, {"level": "easy"}, {"level": "hard"}])
def test_the_numbers_of_a_band_stand_in_one_row(options: dict[str, str]) -> None:
    page = lay_out(make("activations", 1, **options)).pages[0]
    blocks = [i for i in page.items if isinstance(i, Block) and i.name != "legend"]
    tops = sorted({round(i.y, 1) for i in blocks})
    circles = [i for i in page.items if isinstance(i, Circle)]
    for top in tops:
        rows = {round(c.y, 1) for c in circles if 0.0 < top - c.y < 16.0}
        assert len(rows) == 1
    assert overlaps(page.items) == []
