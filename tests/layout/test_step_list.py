"""The step list: what comes first and last, and where its lines may end."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.layout.list_places import in_free_places
from sheetgen.layout.sheet import lay_out
from sheetgen.layout.sizes import SIZES
from sheetgen.layout.step_list import step_list
from sheetgen.page.items import Item, Label, Rule
from sheetgen.words.lines import StepLine


def lefts(items: list[Item]) -> dict[str, tuple[float, float]]:
    return {i.markup: (i.x, i.y) for i in items if isinstance(i, Label)}


def test_what_is_said_before_the_steps_stands_above_both_columns() -> None:
    lines = [StepLine("4 are missing."), StepLine("Each is whole."),
             *(StepLine(f"[{k}] step") for k in range(1, 5)), StepLine("L = loss.", wide=True)]
    at = lefts(step_list(lines, 180.0, SIZES)[0])
    assert at["4 are missing."][0] == at["Each is whole."][0] == at["[1] step"][0] == 0.0
    assert at["4 are missing."][1] < at["Each is whole."][1] < at["[1] step"][1]
    assert at["[3] step"][1] == at["[1] step"][1]
    assert at["[3] step"][0] > 80.0
    assert at["L = loss."][1] > at["[2] step"][1]


def test_what_is_asked_stands_below_steps_that_are_as_wide_as_the_page() -> None:
    lines = [*(StepLine(f"[{k}] step", wide=True) for k in range(1, 4)), StepLine("Which?", "no")]
    at = lefts(step_list(lines, 180.0, SIZES)[0])
    assert at["Which?"][1] > at["[3] step"][1]


@pytest.mark.parametrize(("said", "whole"), [
    ("[8] it is kept in all the boxes where z > 0, else 0", "z > 0,"),
    ("[4] it is kept where it is positive, else .1 × g of it all", ".1 × g"),
    ("[2] the negatives of it are replaced by 0.", "by 0."),
    ("[3] p is the only one in row 1, column 2 of it.", "column 2"),
])  # fmt: skip
def test_no_line_ends_before_what_belongs_to_its_end(said: str, whole: str) -> None:
    for width in range(40, 100, 3):
        parts = [i.markup for i in step_list([StepLine(said)], float(width), SIZES)[0]
                 if isinstance(i, Label)]  # fmt: skip
        assert any(whole in part for part in parts), parts


def test_parts_of_a_list_are_read_down_the_page() -> None:
    lines = [StepLine(f"[{k}] a step of some length, as they are") for k in range(1, 9)]
    area = 10.0, 10.0, 90.0, 120.0
    taken: list[Item] = [Rule(10.0, 35.0, 80.0, 30.0)]  # a small place above, a large one below
    found = in_free_places(taken, lines, area, SIZES)
    assert found is not None
    down = sorted(lefts(found).items(), key=lambda item: item[1][1])
    assert [said for said, _ in down] == [line.markup for line in lines]


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_all_sums_of_a_batch_have_lines(paper: str) -> None:
    page = lay_out(make("batch-of-three", 3), paper).pages[0]
    assert len({i.of for i in page.items if isinstance(i, Label) and i.of}) == 18


def test_no_word_of_a_line_is_lost_wherever_it_is_broken() -> None:
    said = "Each gradient is a number that is printed above. Which?"
    line = StepLine(said, "what the nudged one is multiplied by")
    for width in range(60, 190, 3):
        parts = [i.markup for i in step_list([line], float(width), SIZES)[0]
                 if isinstance(i, Label) and i.markup != line.answer]  # fmt: skip
        assert " ".join(parts) == said
