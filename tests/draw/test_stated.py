"""Numbers that are stated: what a text makes of a matrix, and what is asked of a whole exercise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sheetgen.draw.random import Words
from sheetgen.draw.stated import draw_part, made_of
from sheetgen.errors import SheetgenError
from sheetgen.graph.parts import Part, numbered_parts
from sheetgen.topics.small import pair


def words(rows: int, columns: int, count: int = 200) -> Words:
    return np.random.default_rng(7).integers(0, 2**64, (count, rows, columns), np.uint64)


def part(**more: Any) -> Part:
    graph = numbered_parts([pair(2)], 4, {})
    usual: dict[str, Any] = {"stated": {"a.4": "1..4", "b.4": "1..4"}}
    return Part(4, "new", graph, **{**usual, **more})


@pytest.mark.parametrize(
    ("stated", "shape", "expected"),
    [
        ("3", (1, 1), {3}), ("2..4", (1, 2), {2, 3, 4}), ("-1..1!0", (2, 1), {-1, 1}),
        ("1|5", (1, 1), {1, 5}), ("weights", (2, 3), {-1, 0, 1, 2}),
    ],
)  # fmt: skip
def test_an_entry_is_one_of_what_is_stated(
    stated: str, shape: tuple[int, int], expected: set[int]
) -> None:
    found = made_of(stated, shape)(words(*shape))
    assert found.decimals == 0
    assert set(found.digits.ravel().tolist()) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("identity", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        ("swap", [[0, 0, 1], [0, 1, 0], [1, 0, 0]]),
        ("differences", [[1, -1, 0], [0, 1, -1], [-1, 0, 1]]),
        ("running sums", [[1, 0, 0], [1, 1, 0], [1, 1, 1]]),
        ("1 2 3; 4 5 6; 7 8 9", [[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
    ],
)
def test_a_structure_is_the_same_each_time(stated: str, expected: list[list[int]]) -> None:
    found = made_of(stated, (3, 3))(words(3, 3, 5)).digits
    assert found.tolist() == [expected] * 5


def test_a_selection_has_a_one_in_each_row() -> None:
    found = made_of("selection", (2, 3))(words(2, 3)).digits
    assert (found.sum(axis=-1) == 1).all()
    assert (found.sum(axis=0) > 0).all()


def test_halves_are_exact() -> None:
    found = made_of(".5 -.5", (1, 2))(words(1, 2, 1))
    assert (found.digits.tolist(), found.decimals) == ([[[5, -5]]], 1)


@pytest.mark.parametrize("stated", ["1 2 3", "1; 2", "x", "2..1", "3!3", ""])
def test_what_says_nothing_is_refused(stated: str) -> None:
    with pytest.raises((SheetgenError, ValueError)):
        made_of(stated, (2, 2))(words(2, 2))


def test_what_is_asked_of_the_results_holds() -> None:
    found = draw_part(part(where=("c = 9", "a[1] > a"[:8].replace(" > a", " != 1"))), range(50))
    assert (found["c.4"].digits == 9).all()
    assert (found["a.4"].digits[:, 0, 0] != 1).all()


def test_what_no_numbers_can_be_is_said() -> None:
    with pytest.raises(SheetgenError, match=r"exercise 4 \(new\) comes from no numbers"):
        draw_part(part(where=("c < 0",)), range(3))
    with pytest.raises(SheetgenError, match="says nothing of its numbers"):
        draw_part(part(where=("d < 0",)), range(3))


def test_a_missing_number_is_told_by_the_result() -> None:
    """Where the other factor is 0, nothing tells it: no such numbers are drawn."""
    box = {"a.4": np.array([[False, True]])}
    found = draw_part(part(stated={"a.4": "1..4", "b.4": "0..1"}, open=box), range(50))
    assert (found["b.4"].digits[:, 1, 0] == 1).all()


def test_a_star_stands_only_for_what_does_not_matter() -> None:
    stars = {"a.4": np.array([[False, True]])}
    found = draw_part(part(stated={"a.4": "1..4", "b.4": "0..3"}, stars=stars), range(50))
    assert (found["b.4"].digits[:, 1, 0] == 0).all()


def test_a_draw_depends_on_no_other_seed() -> None:
    alone = draw_part(part(where=("c > 12",)), [17])
    among = draw_part(part(where=("c > 12",)), range(30))
    assert alone["a.4"].digits[0].tolist() == among["a.4"].digits[17].tolist()
    other = draw_part(replace(part(where=("c > 12",)), most=15), [17])
    assert (other["c.4"].digits <= 15).all()
