"""The picture of the net."""

from __future__ import annotations

import math
import re

import pytest

from sheetgen.api import make
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Block, Circle, Label, Line


def test_a_weight_of_zero_has_no_link() -> None:
    for exercise in build(settings("hidden-layer"), range(12)):
        links = {i.source for i in lay_out(exercise).pages[0].items
                 if isinstance(i, Line) and i.source}  # fmt: skip
        weights = {
            (g.name, i, j)
            for g in exercise.graph.givens if g.name.startswith("W")
            for i in range(g.shape[0]) for j in range(g.shape[1])
            if exercise.values[g.name].digits[i, j] != 0
        }  # fmt: skip
        assert links == weights


def test_links_are_asked_for_only_where_the_net_is_drawn() -> None:
    for widths in ("3-4-2", "6-8-2"):
        sheet = lay_out(make("batch-of-three", 1, widths=widths, batch=3))
        items = [i for page in sheet.pages for i in page.items]
        asked = [i for i in items if isinstance(i, Label) and "links" in i.markup]
        assert bool(asked) == any(isinstance(i, Circle) and i.node for i in items)
        said = " ".join(i.markup for i in items if isinstance(i, Label))
        assert not asked or "In the circles: column 1." in said


@pytest.mark.parametrize(("topic", "options"), [
    ("four-neurons", {"neurons": "8", "features": "8"}), ("hidden-layer", {"widths": "8-8-8"}),
    ("hidden-layer", {"widths": "3-8-1"}), ("single-neuron", {"features": "8"}),
    ("seven-layer-mlp", {"activation": "tanh", "decimals": "2"}),
])  # fmt: skip
def test_no_link_runs_through_a_circle_and_no_number_out_of_it(
    topic: str, options: dict[str, str]
) -> None:
    page = lay_out(make(topic, 1, **options)).pages[0]
    circles = [i for i in page.items if isinstance(i, Circle) and i.node]
    assert circles
    links = [link_of(i) for i in page.items if isinstance(i, Line) and i.source]
    for (x0, y0), (x1, y1) in links:
        for c in circles:
            along = ((c.x - x0) * (x1 - x0) + (c.y - y0) * (y1 - y0)) / (
                (x1 - x0) ** 2 + (y1 - y0) ** 2)  # fmt: skip
            if 0.0 < along < 1.0:  # its own two lie beyond its ends
                near = math.hypot(x0 + along * (x1 - x0) - c.x, y0 + along * (y1 - y0) - c.y)
                assert near > c.radius
    for label in (i for i in page.items if isinstance(i, Label) and i.face == "answer"):
        for c in circles:
            if math.hypot(c.x - label.x, c.y - label.y) < 0.1:
                assert label.width is not None
                assert label.width < 1.8 * c.radius


def link_of(line: Line) -> tuple[tuple[float, float], tuple[float, float]]:
    """The two ends of a link."""
    numbers = [float(v) for v in re.findall(r"-?[0-9.]+", str(line.path))]
    return (numbers[0], numbers[1]), (numbers[-2], numbers[-1])


@pytest.mark.parametrize("features", ["1", "3"])
def test_a_small_net_stands_beneath_the_middle_of_its_figure(features: str) -> None:
    page = lay_out(make("single-neuron", 1, features=features)).pages[0]
    circles = [i for i in page.items if isinstance(i, Circle) and i.node]
    foot = max(i.y + i.rows * i.cell for i in page.items if isinstance(i, Block))
    middle = (min(c.x for c in circles) + max(c.x for c in circles)) / 2
    assert abs(middle - page.width / 2) < 1.0
    assert 0.0 < min(c.y - c.radius for c in circles) - foot < 16.0
