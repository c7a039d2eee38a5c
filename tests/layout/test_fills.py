"""The fills of boxes: every one that a page with a legend has is in it, and a role has one fill in
all topics."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.graph.nodes import Given
from sheetgen.layout.legends import LEGEND
from sheetgen.page.items import Block
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
    for page in sheet.pages:
        blocks = [i for i in page.items if isinstance(i, Block)]
        samples = [b for b in blocks if b.name == LEGEND]
        told = {look(b.cells[0][0].kind) for b in samples if not b.outline}
        here = {look(cell.kind) for b in blocks if b.name != LEGEND for row in b.cells
                for cell in row if cell.kind != "bias"} - {WHITE}  # fmt: skip
        assert not samples or told == here, options
        assert len(samples) != 1, options


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
