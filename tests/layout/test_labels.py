"""What stands beside the boxes: titles, notes, names of matrices."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Block, Label
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.options import Value


def test_a_title_that_tells_a_size_is_printed_for_that_size_alone() -> None:
    def title(topic: str = "batch-of-three", **options: str) -> str:
        labels = lay_out(make(topic, 1, **options)).pages[0].items
        return next(i.markup for i in labels if isinstance(i, Label) and i.face == "title")

    assert title() == "A Batch of Three"
    assert title(widths="2-3-2") == "A Batch of Three"
    assert title(batch="4") == "A Batch of Inputs"
    assert TOPICS["four-neurons"].title_for(_options("four-neurons", features=2)) == "Four Neurons"
    seven = _options("seven-layer-mlp", widths="2-3-2-2-2-2-2-1")
    assert TOPICS["seven-layer-mlp"].title_for(seven) == "Seven Layers"
    six = _options("seven-layer-mlp", widths="2-3-2-2-2-2-1")
    assert TOPICS["seven-layer-mlp"].title_for(six) == "A Multilayer Perceptron"


def _options(topic: str, **given: object) -> dict[str, Value]:
    return TOPICS[topic].settle({name: str(value) for name, value in given.items()})


@pytest.mark.parametrize("options", [{}, {"batch": "2"}, {"update": "yes"}, {"forward": "blank"}])
def test_a_gradient_that_is_drawn_transposed_is_labelled_so(options: dict[str, str]) -> None:
    turned = 0
    for page in lay_out(make("backpropagation", 3, **options)).pages:
        labels = {i.markup for i in page.items if isinstance(i, Label)}
        for block in (i for i in page.items if isinstance(i, Block) and i.name.startswith("d")):
            at = {cell.source: (r, c) for r, row in enumerate(block.cells)
                  for c, cell in enumerate(row)}  # fmt: skip
            for name in {source[0] for source in at if source}:
                (r, c), below = at[name, 0, 0], at[name, 1, 0]
                shown = f"∂L/∂{name[1]}_{name[2:]}"
                across = below == (r, c + 1)
                assert across or below == (r + 1, c)
                assert (f"{shown}^T" if across else shown) in labels
                assert (shown if across else f"{shown}^T") not in labels
                turned += across
    assert turned == 11  # of three layers: dW, db and dz of each, da of two


@pytest.mark.parametrize(("pattern", "said"), [
    ("none", "A worked example"), ("faded:1", "The first step is worked; go on from there"),
    ("faded:3", "The first 3 steps are worked; go on from there"), ("results", ""),
])  # fmt: skip
def test_a_sheet_says_what_of_it_is_worked(pattern: str, said: str) -> None:
    page = lay_out(make("hidden-layer", 2, blank=pattern)).pages[0]
    notes = [i.markup for i in page.items if isinstance(i, Label) and "worked" in i.markup]
    assert notes == ([said] if said else [])
