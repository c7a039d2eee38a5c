"""Gates around a state: one strip on one page; on the way back a page for each step of time."""

from __future__ import annotations

from collections import Counter

import pytest

from sheetgen.api import make
from sheetgen.layout.figures.gated_times import cell_times, mixed_times
from sheetgen.layout.sheet import Layout
from sheetgen.page.crossed import crossed
from sheetgen.page.figure import overlaps
from sheetgen.page.items import PAPERS, Block, Label


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


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("level", ["easy", "medium"])
def test_a_state_that_is_mixed_is_one_page_and_only_inputs_stand_twice(
    level: str, paper: str
) -> None:
    exercise = make("gru", 5, level=level)
    [page] = Layout().sheet(exercise, paper).pages
    assert not overlaps(page.items)
    assert not crossed(page.items)
    boxes = Counter(cell.source for i in page.items if isinstance(i, Block)
                    for row in i.cells for cell in row if cell.source)  # fmt: skip
    assert {name for (name, _, _), count in boxes.items() if count > 1} <= {"x1", "x2"}


@pytest.mark.parametrize(("name", "options", "pages"), [
    ("lstm", {"steps": 3}, 2), ("lstm", {"hidden": 3}, 2), ("gru", {"steps": 3}, 2),
    ("lstm", {"backward": "yes"}, 4), ("gru", {"backward": "yes"}, 4),
    ("gru", {"backward": "yes", "steps": 1}, 3), ("lstm", {"backward": "yes", "steps": 3}, 6),
    ("lstm", {"backward": "yes", "hidden": 3}, 5), ("gru", {"backward": "yes", "hidden": 3}, 5),
])  # fmt: skip
def test_what_one_page_does_not_hold_is_cut_between_steps_of_time(
    name: str, options: dict[str, str], pages: int
) -> None:
    exercise = make(name, 5, **options)
    sheet = Layout().sheet(exercise)
    assert len(sheet.pages) == pages
    asked = 0
    for page in sheet.pages:
        assert not overlaps(page.items)
        assert not crossed(page.items)
        asked += sum(cell.blank for i in page.items if isinstance(i, Block)
                     for row in i.cells for cell in row)  # fmt: skip
    assert asked == sum(s.shape[0] * s.shape[1] for s in exercise.graph.worked)


def test_the_way_back_of_a_mixed_state_begins_beneath_its_strip() -> None:
    first, second, *_ = Layout().sheet(make("gru", 5, backward="yes")).pages
    asked = {cell.source[0] for i in first.items if isinstance(i, Block)
             for row in i.cells for cell in row if cell.source and cell.blank}  # fmt: skip
    assert asked == {"dh2"}
    again = {i.source[0] for i in second.items if isinstance(i, Label) and i.source}
    assert again == {"dh2"}


def test_one_step_of_time_on_a_page_of_its_own_has_its_cell_state_beside_the_input() -> None:
    for page in Layout().sheet(make("lstm", 5, hidden="3"), "letter").pages:
        tops = {i.cells[0][0].source[0]: (i.x, i.y) for i in page.items
                if isinstance(i, Block) and i.cells[0][0].source}  # fmt: skip
        t = "2" if "c2" in tops else "1"
        assert tops[f"c{t}"][1] == tops[f"x{t}"][1]
        assert tops[f"c{t}"][0] > tops[f"f{t}"][0]


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_the_gradients_of_all_weights_stand_on_the_last_page_alone(name: str) -> None:
    exercise = make(name, 5, backward="yes")
    weights = {f"d{g.name}" for g in exercise.graph.givens if g.role == "parameter"}
    found = [{cell.source[0] for i in page.items if isinstance(i, Block)
              for row in i.cells for cell in row if cell.source} & weights
             for page in Layout().sheet(exercise).pages]  # fmt: skip
    assert found == [set(), set(), set(), weights]


@pytest.mark.parametrize(("name", "options", "cells", "states"), [
    ("lstm", {"steps": 3}, 3, 0), ("lstm", {"backward": "yes"}, 2, 0), ("gru", {}, 0, 2),
    ("gru", {"backward": "yes", "steps": 3}, 0, 3), ("rnn", {}, 0, 0), ("hidden-layer", {}, 0, 0),
])  # fmt: skip
def test_the_steps_of_time_are_read_from_the_graph(
    name: str, options: dict[str, str], cells: int, states: int
) -> None:
    graph = make(name, 1, **options).graph
    assert len(cell_times(graph)) == cells
    assert len(mixed_times(graph)) == states
