"""The picture of the net."""

from __future__ import annotations

from sheetgen.api import make
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Circle, Label, Line


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
        assert not asked or "fill the circles for the first column" in said
