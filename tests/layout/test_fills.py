"""The fills of boxes: every one that a page with a legend has is in it, and a role has one fill in
all topics."""

from __future__ import annotations

import re

import pytest

from sheetgen.api import make
from sheetgen.graph.nodes import Given
from sheetgen.layout.legends import LEGEND
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Block, Label, Page
from sheetgen.page.theme import BY_HAND, ROLES
from sheetgen.topics.catalogue import TOPICS
from sheetgen.words.kinds import FACTORS, kind_of
from tests.layout.test_geometry import laid_out

ALONE = [name for name, topic in TOPICS.items() if not topic.parts]
WHITE = ("#ffffff", "", False)
Look = tuple[str, str, bool]


def look(kind: str) -> Look:
    """How boxes of a kind look: fill, pattern, and whether their lines are dotted."""
    return BY_HAND.look(f"k-{kind}")["fill"], ROLES[kind].pattern, ROLES[kind].dotted


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("name", ALONE)
def test_a_legend_has_every_fill_of_its_page_and_no_other(name: str, number: int) -> None:
    found = laid_out(name, number)
    if found is None:
        pytest.skip("no exercise has these options")
    options, _, sheet = found
    told, here = zip(*map(fills, sheet.pages), strict=True)
    assert told[0] <= set().union(*here), options
    for own, seen in zip(told[1:], here[1:], strict=True):
        assert own <= seen - told[0], options
    for own, seen in zip(told, here, strict=True):
        assert not own or seen <= own | told[0], options


def fills(page: Page) -> tuple[set[Look], set[Look]]:
    """The fills that the legend of a page has, and those of its boxes, but for plain ones and those
    that are told by their frame."""
    blocks = [i for i in page.items if isinstance(i, Block)]
    told = {look(b.cells[0][0].kind) for b in blocks if b.name == LEGEND and not b.outline}
    cells = (c for b in blocks if b.name != LEGEND for row in b.cells for c in row)
    here = {look(cell.kind) for cell in cells if cell.kind != "bias"} - {WHITE}
    return told, here


CROWDED = [
    ("lstm", {"check": "yes"}), ("lstm", {"features": "4"}), ("layer-norm", {"level": "hard"}),
    ("masked-attention", {"features": "6"}), ("batch-norm", {"linear": "no"}),
    ("multi-head-attention", {"level": "easy", "backward": "yes"}),
]  # fmt: skip
"""Topics whose pages leave little room."""


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(("name", "options"), CROWDED)
def test_every_fill_is_told_on_its_page_or_on_the_first(
    name: str, options: dict[str, str], paper: str
) -> None:
    pages = lay_out(make(name, 7, **options), paper).pages
    told, here = zip(*map(fills, pages), strict=True)
    for own, seen in zip(told, here, strict=True):
        assert seen <= own | told[0]


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(("name", "options"), CROWDED)
def test_a_list_stands_in_one_piece_and_in_order(
    name: str, options: dict[str, str], paper: str
) -> None:
    for page in lay_out(make(name, 7, **options), paper).pages:
        steps = [(i.x, i.y, int(found[1])) for i in page.items if isinstance(i, Label)
                 and (found := re.match(r"\[(\d+)[\],].* = ", i.markup))]  # fmt: skip
        tops = [min(y for at, y, _ in steps if at == x) for x in sorted({x for x, _, _ in steps})]
        assert [n for *_, n in sorted(steps)] == sorted(n for *_, n in steps)
        assert len(tops) < 3
        assert len({round(top, 2) for top in tops}) < 2


def test_what_is_made_alike_has_one_fill_in_all_topics() -> None:
    looks: dict[str, set[Look]] = {}
    for name in ALONE:
        for node in make(name, 1).graph.nodes:
            plain = node.part not in FACTORS and node.role not in ("output", "gradient", "input")
            if isinstance(node, Given):
                if node.role == "constant" and plain:
                    looks.setdefault(node.draw, set()).add(look(kind_of(node)))
            elif node.part == "state" and plain:
                looks.setdefault("halves", set()).add(look(kind_of(node)))
            elif plain and not node.op.updates and (not node.part or node.op.kind):
                looks.setdefault(node.op.name, set()).add(look(kind_of(node)))
    assert {made: found for made, found in looks.items() if len(found) > 1} == {}
    assert looks["row_sum"] == looks["column_sum"] == looks["column_squares"] != {WHITE}
    assert looks["halves"] == looks["zeros"] != {WHITE}
