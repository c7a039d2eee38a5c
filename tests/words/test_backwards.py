"""The way to missing numbers: as many as there are, each by an equation that holds."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest

from sheetgen.api import make
from sheetgen.exercise.backwards import missing
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import MARK
from sheetgen.page.items import Block, Label
from sheetgen.topics.catalogue import TOPICS
from sheetgen.words.backwards import way_back

NAMES = sorted(name for name, topic in TOPICS.items() if not topic.parts)
FUNCTIONS = {
    "leaky ReLU": lambda x: x if x > 0 else x / 10,
    "ELU": lambda x: x if x > 0 else math.exp(x) - 1,
    "softplus": lambda x: math.log(1 + math.exp(x)),
}
"""What a sheet may read backwards, by its name there."""


def value(sum_: str, letters: dict[str, str]) -> Fraction:
    """A sum as it is written, with numbers for its letters."""
    for letter, number in letters.items():
        sum_ = re.sub(rf"(?<![a-zA-Z]){re.escape(letter)}(?![a-zA-Z_])", f"({number})", sum_)
    plain = sum_.replace("−", "-").replace("×", "*").replace("÷", "/")
    for name, function in FUNCTIONS.items():
        if plain.startswith(name):
            found = function(float(plain.removeprefix(name).strip("()")))
            return Fraction(found).limit_denominator(10**6)
    return Fraction(eval(re.sub(r"(?<![\d)])\.(?=\d)", "0.", plain))).limit_denominator(10**6)


@pytest.mark.parametrize("topic", NAMES)
@pytest.mark.parametrize("seed", [3, 7, 8])
def test_each_missing_number_has_its_equation(topic: str, seed: int) -> None:
    exercise = make(topic, seed, blank="backwards")
    way = way_back(exercise)
    assert way is not None
    places = missing(exercise.graph, exercise.blanks)
    assert list(way.letters) == places
    numbers = {letter: exercise.shown(n)[i][j] for (n, i, j), letter in way.letters.items()}
    said = way.lines[0][0]
    assert said.startswith("One" if len(places) == 1 else f"{len(places)} ")
    assert all(letter in said for letter in numbers)
    told: dict[str, str] = {}
    for equation in way.equations:
        written, _, so = equation.written.partition(", so ")
        left, sign, right = re.split(r" ([=≈]) (?=[^=≈]+$)", written)
        off = abs(value(left, numbers) - value(right, {}))
        decimals = len(right.partition(".")[2])
        assert off == 0 if sign == "=" else off <= Fraction(1, 2 * 10**decimals), written
        told |= dict(part.split(" = ") for part in so.split(", ") if part)
    assert told == numbers


def test_the_letters_stand_in_the_boxes_that_are_missing() -> None:
    exercise = make("hidden-layer", 7, blank="backwards")
    way = way_back(exercise)
    assert way is not None
    sheet = lay_out(exercise)
    heavy = {c.source for i in sheet.pages[0].items if isinstance(i, Block)
             for row in i.cells for c in row if c.emphasis}  # fmt: skip
    assert heavy == set(way.letters)
    labels = [i.markup for i in sheet.pages[0].items if isinstance(i, Label) and not i.answer]
    assert all(labels.count(letter) == 1 for letter in way.letters.values())
    assert not any("so " in m for m in labels)


WIDE = [("seven-layer-mlp", {}), ("hidden-layer", {"widths": "6-8-8"}), ("hidden-layer", {}),
        ("matrix-multiplication", {})]  # fmt: skip


@pytest.mark.parametrize(("topic", "options"), WIDE)
def test_what_is_not_missing_is_printed(topic: str, options: dict[str, str]) -> None:
    exercise = make(topic, 1, blank="backwards", **options)
    pages = lay_out(exercise).pages
    cells = [c for page in pages for i in page.items if isinstance(i, Block)
             for row in i.cells for c in row]  # fmt: skip
    printed = {c.source for c in cells if not c.blank}
    for node in (*exercise.graph.givens, *exercise.graph.worked):
        blank = exercise.blanks.get(node.name)
        for i, j in np.ndindex(node.shape):
            if blank is None or not blank[i, j]:
                assert (node.name, i, j) in printed
    said = [i.markup for page in pages for i in page.items if isinstance(i, Label)]
    assert "= ?" not in said
    assert not any(c.copied and c.source not in way_letters(exercise) for c in cells)


def way_letters(exercise: Exercise) -> set[tuple[str, int, int]]:
    way = way_back(exercise)
    assert way is not None
    return set(way.letters)


def test_each_step_of_the_way_stands_on_the_page_of_its_boxes() -> None:
    exercise = make("seven-layer-mlp", 1, blank="backwards")
    pages, way = lay_out(exercise).pages, way_back(exercise)
    assert way is not None
    assert len(pages) > 1
    for page in pages:
        stands = {c.source[0] for i in page.items if isinstance(i, Block)
                  for row in i.cells for c in row if c.source}  # fmt: skip
        told = " ".join(i.markup for i in page.items if isinstance(i, Label))
        for line, of in way.lines:
            if of:
                assert (line.partition("]")[0] + "]" in told) == (of in stands)


@pytest.mark.parametrize("seed", range(1, 9))
def test_one_box_is_not_told_what_to_do_with_others(seed: int) -> None:
    exercise = make("single-neuron", seed, blank="backwards")
    way = way_back(exercise)
    assert way is not None
    told = " ".join(line for line, _ in way.lines)
    if exercise.shown("a") != [["0"]]:
        assert "a is not 0, so z = a." in told
        assert "others" not in told


def test_steps_that_are_printed_are_not_told() -> None:
    page = lay_out(make("backpropagation", 7, blank="backwards")).pages[0]
    said = " ".join(i.markup for i in page.items if isinstance(i, Label) and not i.answer)
    assert "∂L/∂z_3^T =" not in said
    assert "First copy a_1 and a_2 into z_1 and z_2" in said


@pytest.mark.parametrize(
    ("topic", "seed", "said"),
    [
        ("backpropagation", 7, "column 2 of ∂L/∂a_1^T"),  # one below another on its own
        ("self-attention", 7, "row 1, column 3 of K^T"),
    ],
)
def test_a_box_is_named_as_the_page_draws_its_matrix(topic: str, seed: int, said: str) -> None:
    labels = [i.markup for page in lay_out(make(topic, seed, blank="backwards")).pages
              for i in page.items if isinstance(i, Label) and not i.answer]  # fmt: skip
    told = " ".join(labels)
    assert said in told
    assert "\x02" not in told


def test_a_missing_number_in_a_column_over_a_state_has_its_frame_and_its_letter() -> None:
    exercise = next(e for e in (make("lstm", seed, blank="backwards") for seed in range(1, 60))
                    if "X" in e.blanks and e.blanks["X"].any())  # fmt: skip
    [page, *_] = lay_out(exercise).pages
    cells = [(cell, i.x + c * i.cell, i.y + r * i.cell, i.cell) for i in page.items
             if isinstance(i, Block) for r, row in enumerate(i.cells)
             for c, cell in enumerate(row) if cell.source]  # fmt: skip
    missing = [found for found in cells if found[0].blank]
    letters = [i for i in page.items if isinstance(i, Label) and i.colour == MARK]
    assert any(cell.source and cell.source[0].startswith("x") for cell, *_ in missing)
    for cell, x, y, side in missing:
        assert cell.emphasis
        assert any(x < i.x < x + side and y < i.y < y + side for i in letters)
