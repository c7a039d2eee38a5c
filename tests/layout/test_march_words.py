"""Words at rows and columns on a page of the march, and what is written where it is used."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Block, Label
from sheetgen.words.labels import label


def _texts(topic: str, **options: str) -> list[tuple[str, float, float]]:
    page = lay_out(make(topic, 3, **options)).pages[0]
    return [(i.markup, i.x, i.y) for i in page.items if isinstance(i, Label)]


def _block(topic: str, name: str, **options: str) -> Block:
    page = lay_out(make(topic, 3, **options)).pages[0]
    return next(i for i in page.items if isinstance(i, Block) and any(
        c.source and c.source[0] == name for row in i.cells for c in row))  # fmt: skip


def test_words_stand_at_their_rows_and_columns() -> None:
    hot, table, texts = _block("embedding", "O"), _block("embedding", "E"), _texts("embedding")
    for k, word in enumerate(("1 a", "2 cat", "3 dog", "4 ran", "5 sat", "6 the")):
        places = [(x, y) for said, x, y in texts if said == word]
        assert any(abs(y - hot.y - (k + 0.5) * hot.cell) < 0.1 and x < hot.x for x, y in places)
        below = table.y + table.rows * table.cell
        number, _, alone = word.partition(" ")  # long ones stand under their numbers
        under = [[y for said, x, y in texts if said == part and y > below
                  and abs(x - table.x - (k + 0.5) * table.cell) < 0.1]
                 for part in (number, alone)]  # fmt: skip
        assert under[0]
        assert under[1]
        assert under[0][0] < under[1][0]


def test_a_mask_is_written_once_where_it_is_used_beside_what_it_is_made_of() -> None:
    page = lay_out(make("dropout", 3)).pages[0]
    masks = [i for i in page.items if isinstance(i, Block)
             if any(c.source and c.source[0] == "M1" for row in i.cells for c in row)]  # fmt: skip
    numbers, dropped = _block("dropout", "r1"), _block("dropout", "D1")
    assert len(masks) == 1
    assert numbers.x + numbers.cell < masks[0].x < dropped.x
    assert masks[0].y == numbers.y == dropped.y


@pytest.mark.parametrize(("topic", "after", "options"), [
    ("linear-regression", "dW", {}), ("linear-regression", "dW", {"bias": "no"}),
    ("backpropagation", "dW2", {}), ("seven-layer-mlp", "Z3", {}),
])  # fmt: skip
def test_parts_that_are_practised_lie_alike_and_as_they_are_told(
    topic: str, after: str, options: dict[str, str]
) -> None:
    exercise = make(topic, 1, after=after, **options)
    pages = lay_out(exercise).pages
    labels = [i.markup for page in pages for i in page.items if isinstance(i, Label)]
    names = [label(step) for step in exercise.graph.outputs]
    assert len({f"{name}^T" in labels for name in names}) == 1
    said = " ".join(labels)
    for step in exercise.graph.outputs:
        for node in step.inputs:
            drawn = {m for m in (label(node), f"{label(node)}^T") if m in labels}
            assert any(m in said.replace(f"{m} times", "times") for m in drawn)


@pytest.mark.parametrize("bias", ["yes", "no"])
def test_the_gradient_of_one_weight_is_told_as_it_lies(bias: str) -> None:
    page = lay_out(make("linear-regression", 1, bias=bias)).pages[0]
    said = [i.markup for i in page.items if isinstance(i, Label)]
    told = next(m for m in said if m.startswith("[3]"))
    assert "∂L/∂W" in said
    assert told.startswith("[3] ∂L/∂W")
    assert "∂L/∂W^T" not in told
    assert "X^T" not in told
    assert any("bias" in m for m in said if m.startswith("[4]")) == (bias == "yes")


@pytest.mark.parametrize(("topic", "options"), [
    ("dot-product", {}), ("dot-product", {"products": "5"}), ("linear-regression", {"after": "dW"}),
])  # fmt: skip
def test_like_parts_have_all_their_words_beside_them_or_none(
    topic: str, options: dict[str, str]
) -> None:
    exercise = make(topic, 1, **options)
    page = lay_out(exercise).pages[0]
    verbs = [i for i in page.items if isinstance(i, Label) and i.markup.startswith("row ")
             and " × column " in i.markup]  # fmt: skip
    assert len(verbs) in (0, len(exercise.graph.steps))
