"""The march sets topics that nobody arranged: each block stands where the by-hand method puts it,
and nothing is asked for twice."""

from __future__ import annotations

import pytest

from sheetgen.api import Exercise, make
from sheetgen.graph.givens import given_matrix
from sheetgen.graph.nodes import Graph, apply
from sheetgen.graph.ops.sums import matmul, transposed
from sheetgen.layout.figures.march.facts import factors_of, turned_blocks
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.page.crossed import crossed
from sheetgen.page.figure import overlaps
from sheetgen.page.items import Block, Item, Label, Line, Rule
from sheetgen.topics.catalogue import TOPICS
from tests.layout.unarranged import UNARRANGED

CASES = [
    *((name, {}) for name in UNARRANGED),
    ("lstm", {"steps": "1"}), ("lstm", {"asked": "no"}), ("lstm", {"asked": "no", "steps": "3"}),
    ("convolution", {"size": "8"}), ("experts", {"tokens": "4"}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are topics as others are."""
    for name, topic in UNARRANGED.items():
        monkeypatch.setitem(TOPICS, name, topic)


def made(name: str, paper: str = "a4", **options: str) -> tuple[Exercise, Sheet]:
    exercise = make(name, 7, max=99, **options)
    return exercise, lay_out(exercise, paper)


def blocks(items: tuple[Item, ...]) -> dict[str, Block]:
    return {i.name: i for i in items if isinstance(i, Block) and i.cells[0][0].source}


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(("name", "options"), CASES)
def test_everything_stands_once_and_in_order(
    name: str, options: dict[str, str], paper: str
) -> None:
    exercise, sheet = made(name, paper, **options)
    items = [i for page in sheet.pages for i in page.items]
    sources = [c.source for i in items if isinstance(i, Block) for r in i.cells for c in r
               if c.blank]  # fmt: skip
    wanted = {(s.name, i, j) for s in exercise.graph.worked
              for i in range(s.shape[0]) for j in range(s.shape[1])}  # fmt: skip
    assert set(sources) == wanted
    assert len(sources) <= 1.15 * len(wanted)
    for page in sheet.pages:
        assert overlaps(page.items) == []
        assert crossed(page.items) == []
        assert all(i.cell >= 7.99 for i in blocks(page.items).values())


def test_a_product_hangs_under_its_top_factor_beside_the_left_one() -> None:
    _, sheet = made("experts")
    at = blocks(sheet.pages[0].items)
    for W, Z in (("Wg", "Zg"), ("W1", "E1"), ("W2", "E2")):
        assert at[Z].x == at["X"].x
        assert at[Z].y > at["X"].y + at["X"].rows * at["X"].cell
        assert at[W].y == at[Z].y
        assert at[W].x + at[W].cols * at[W].cell < at[Z].x
    assert at["A1"].y == at["E1"].y
    assert at["A1"].x > at["E1"].x


def test_what_stands_elsewhere_comes_by_wire() -> None:
    _, sheet = made("experts")
    wires = [i for i in sheet.pages[0].items if isinstance(i, Line) and i.arrow]
    [wire] = wires
    at = blocks(sheet.pages[0].items)
    _, x, y = wire.path[0]
    block = at["A1"]
    assert block.x <= x <= block.x + block.cols * block.cell
    assert y == pytest.approx(block.y + block.rows * block.cell, abs=0.1) or (
        x == pytest.approx(block.x + block.cols * block.cell, abs=0.1))  # fmt: skip


def test_a_state_is_written_where_it_is_used_next() -> None:
    exercise, sheet = made("lstm", asked="no")
    asked = [i for page in sheet.pages for i in page.items
             if isinstance(i, Block) and any(c.blank for row in i.cells for c in row)]  # fmt: skip
    [column] = [i for i in asked if i.rows == exercise.graph.by_name["s2"].shape[0]]
    sources = [row[0].source for row in column.cells]
    assert sources == [("x2", 0, 0), ("x2", 1, 0), ("x2", 2, 0), ("h1", 0, 0), ("h1", 1, 0)]
    assert [row[0].blank for row in column.cells] == [False, False, False, True, True]


def test_what_comes_first_is_said_first() -> None:
    """c − f is not written for f − c, whichever of the two stands on the page already."""
    _, sheet = made("differences")
    items = sheet.pages[0].items
    said = {i.markup for i in items if isinstance(i, Label)}
    at = blocks(items)
    assert at["T"].y == at["D"].y
    assert at["T"].x < at["D"].x
    assert said & {"− A =", "T − A ="}
    assert said & {"Z − A", "Z − A ="}


def test_groups_have_frames_and_captions() -> None:
    _, sheet = made("lstm", steps="1")
    items = [i for page in sheet.pages for i in page.items]
    said = {i.markup for i in items if isinstance(i, Label)}
    assert {"input gate 1", "output gate 1"} <= said
    assert sum(isinstance(i, Rule) and i.height > 0 for i in items) >= 2


def test_a_factor_that_must_lie_on_its_side_is_drawn_so() -> None:
    X, W, V = given_matrix("X", 3, 2), given_matrix("W", 4, 3), given_matrix("V", 4, 3)
    K, Q = apply(matmul, W, X, name="K"), apply(matmul, V, X, name="Q")
    S = apply(transposed, K, Q, name="S")
    assert turned_blocks(Graph.of([S])) == {K}
    factors = factors_of(S)
    assert factors is not None
    assert (factors.left, factors.left_turned, factors.top_turned) == ((K,), True, False)
