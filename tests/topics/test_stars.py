"""What has a star does not matter: the answers are the same whatever stands behind it."""

from __future__ import annotations

import numpy as np
import pytest

from sheetgen.api import make
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.solve import run
from sheetgen.graph.stars import stars_of
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Block


@pytest.mark.parametrize("options", [{}, {"exercises": "4"}, {"features": "3", "nudge": "0.2"}])
@pytest.mark.parametrize("by", [1, -4])
def test_a_nudge_is_answered_without_what_has_a_star(options: dict[str, str], by: int) -> None:
    e = make("gradient-by-nudge", 7, **options)
    stars = stars_of(e.graph)
    assert stars
    values = dict(e.values)
    for node in e.graph.nodes:
        told = e.values[node.name]
        if isinstance(node, Step) and node in e.graph.worked:
            values[node.name] = run(node, values)
            assert np.array_equal(values[node.name].digits, told.digits), node.name
        elif node.name in stars:
            moved = told.digits + by * 10**told.decimals * stars[node.name]
            values[node.name] = Fixed(moved, told.decimals)


@pytest.mark.parametrize("exercises", ["2", "4"])
def test_a_star_stands_on_worksheet_and_key_and_no_number_behind_it(exercises: str) -> None:
    e = make("gradient-by-nudge", 7, exercises=exercises, relu_last="no")
    stars = stars_of(e.graph)
    seen = set()
    for page in lay_out(e).pages:
        for item in page.items:
            for cell in (c for row in item.cells for c in row) if isinstance(item, Block) else ():
                name, i, j = cell.source or ("", 0, 0)
                if name in stars and stars[name][i, j]:
                    assert cell.text == "*"
                    seen.add(name)
                else:
                    assert cell.text != "*"
    assert seen == set(stars)


@pytest.mark.parametrize("options", [{"stars": "no"}, {"features": "1"}, {"level": "easy"}])
def test_there_are_no_stars_where_none_are_wanted(options: dict[str, str]) -> None:
    assert not stars_of(make("gradient-by-nudge", 7, **options).graph)
