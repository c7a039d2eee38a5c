"""A wire leads from a block that lies as what is made with it does."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import Layout
from sheetgen.page.items import Circle, Line
from sheetgen.page.paths import traced
from sheetgen.pagecheck.standing import Standing
from sheetgen.pagecheck.wires import joined_to


@pytest.mark.parametrize(("topic", "options"), [
    ("transformer-block", {"attention": "worked", "backward": "yes"}),
    ("swiglu", {"backward": "yes"}), ("self-attention", {"backward": "yes", "features": "6"}),
])  # fmt: skip
@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_no_wire_leads_from_a_matrix_that_lies_on_its_side(
    topic: str, options: dict[str, str], paper: str
) -> None:
    sheet = Layout().sheet(make(topic, 7, **options), paper)
    plates = [page.plate for page in sheet.pages if page.plate is not None]
    standing, wires = Standing(sheet.exercise.graph, plates), 0
    for page, plate in enumerate(plates):
        rings = [i for i in plate.items if isinstance(i, Circle) and not i.text and not i.node]
        for ring in rings:
            for ends in joined_to(standing, page, ring)[0]:
                wires += 1
                assert not any(turned for _, turned in ends), ends
        assert all(traced(i.path) for i in plate.items if isinstance(i, Line) and i.arrow)
    assert wires or topic == "self-attention"


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_no_wire_lies_on_one_from_another_block(paper: str) -> None:
    for page in Layout().sheet(make("swiglu", 7, backward="yes"), paper).pages:
        wires = [i for i in page.items if isinstance(i, Line) and i.arrow]
        stretches = [(k, *sorted(ends)) for k, wire in enumerate(wires)
                     for part in traced(wire.path) for ends in pairwise(part)]  # fmt: skip
        for (one, a, b), (other, c, d) in combinations(stretches, 2):
            if wires[one].colour == wires[other].colour:
                continue  # from one block, or a row of arrows
            for along, across in ((0, 1), (1, 0)):
                if max(abs(p[across] - a[across]) for p in (b, c, d)) < 0.1:
                    assert min(b[along], d[along]) - max(a[along], c[along]) < 0.5
