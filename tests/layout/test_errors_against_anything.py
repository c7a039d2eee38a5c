"""An error may be taken against what is no target: an input, as in an autoencoder, or a step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sheetgen.api import make
from sheetgen.graph.givens import given_input
from sheetgen.graph.gradients import gradients
from sheetgen.graph.layers import chain_of
from sheetgen.graph.nodes import Given, Step, apply
from sheetgen.graph.ops import bends, sums
from sheetgen.layout.figures.mirrored_error import compared
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Block
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.layers import dense
from sheetgen.topics.registry import topic


def _net(against: str) -> list[Step]:
    x = given_input("x", 2)
    h = apply(bends.relu, dense(x, 3, "W1", "b1", "z1"), name="a1")
    y = dense(h, 2, "W2", "b2", "y")
    other = x if against == "input" else apply(sums.scale, x, name="t", factor="2")
    loss = apply(sums.squared_error, y, other, hidden=True, name="loss")
    assert isinstance(h.inputs[0], Step)
    weights = [n for step in (h.inputs[0], y) for n in step.inputs[:2]]
    return gradients(loss, weights, sums.add)


@pytest.fixture(params=["input", "step"])
def against(request: pytest.FixtureRequest) -> Iterator[str]:
    def odd_errors() -> list[Step]:
        """Hold an output against something else."""
        return _net(str(request.param))

    topic("Odd Errors")(odd_errors)
    yield str(request.param)
    del TOPICS["odd-errors"]


def test_such_a_topic_has_pages_on_which_all_of_it_stands(against: str) -> None:
    exercise = make("odd-errors", 3)
    graph = exercise.graph
    layers = chain_of(graph)
    if layers is not None:
        found = compared(graph, layers[-1])
        assert (found is not None and found.name == "x") if against == "input" else found is None
    pages = lay_out(exercise).pages
    shown = {item.name for page in pages for item in page.items if isinstance(item, Block)}
    assert {g.name for g in graph.givens if g.draw != "bias"} <= shown
    assert {s.name for s in graph.worked if not _is_bias(s)} <= shown


def _is_bias(step: Step) -> bool:
    return isinstance(step.of, Given) and step.of.draw == "bias"
