"""Gates around a cell state: one strip on one page."""

from __future__ import annotations

from collections import Counter

import pytest

from sheetgen.api import make
from sheetgen.layout.figures.cell_state import times_of
from sheetgen.layout.sheet import Layout
from sheetgen.page.crossed import crossed
from sheetgen.page.figure import overlaps
from sheetgen.page.items import PAPERS, Block


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_a_sheet_is_one_page_on_which_each_block_stands_once(level: str, paper: str) -> None:
    exercise = make("lstm", 5, level=level)
    [page] = Layout().sheet(exercise, paper).pages
    assert not overlaps(page.items)
    assert not crossed(page.items)
    boxes = Counter(cell.source for i in page.items if isinstance(i, Block)
                    for row in i.cells for cell in row if cell.source)  # fmt: skip
    assert set(boxes.values()) == {1}
    asked = sum(cell.blank for i in page.items if isinstance(i, Block)
                for row in i.cells for cell in row)  # fmt: skip
    assert asked == sum(s.shape[0] * s.shape[1] for s in exercise.graph.worked)


def test_a_state_is_written_under_the_next_input() -> None:
    [page] = Layout().sheet(make("lstm", 5)).pages
    places = {cell.source: (i.x + c * i.cell, i.y + r * i.cell)
              for i in page.items if isinstance(i, Block)
              for r, row in enumerate(i.cells) for c, cell in enumerate(row)}  # fmt: skip
    (x, y), (below, under) = places["x2", 2, 0], places["h1", 0, 0]
    assert x == below
    assert y < under
    assert places["Wf", 0, 0][1] == places["zf1", 0, 0][1] == places["zf2", 0, 0][1]
    assert places["kept1", 0, 0][1] == places["c0", 0, 0][1] == places["c2", 0, 0][1]


@pytest.mark.parametrize(("name", "options", "count"), [
    ("lstm", {"steps": 3}, 3), ("lstm", {"backward": "yes"}, 2), ("gru", {}, 0), ("rnn", {}, 0),
    ("hidden-layer", {}, 0),
])  # fmt: skip
def test_the_steps_of_time_are_read_from_the_graph(
    name: str, options: dict[str, str], count: int
) -> None:
    assert len(times_of(make(name, 1, **options).graph)) == count
