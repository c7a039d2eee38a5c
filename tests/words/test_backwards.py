"""The way to missing numbers: as many as there are, each by an equation that holds."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from itertools import groupby

import numpy as np
import pytest

from sheetgen.api import make
from sheetgen.exercise.backwards import missing
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.settings import settings
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
        so = so or (written if re.fullmatch(r"[a-zA-Z] = \S+", written) else "")
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


@pytest.mark.parametrize("topic", NAMES)
def test_each_page_says_what_to_find_and_its_steps_follow_on(topic: str) -> None:
    exercise = make(topic, 7, blank="backwards")
    pages, way = lay_out(exercise).pages, way_back(exercise)
    assert way is not None
    task = (r"(\d+ numbers are|One number is) missing: ([^.]*)\." if len(pages) == 1 else
            r"find (\d+ numbers|one number): ([^.]*)\.|No number is found on page \d+\.")
    asked, steps = list[str](), 0
    for page in pages:
        said = " ".join(i.markup for i in page.items if isinstance(i, Label) and not i.answer)
        found = re.search(task, said)
        assert found is not None, f"a page without a task: {said}"
        here = found[2].split(", ") if found[2] else []
        count = (found[1] or "0").split()[0].lower().replace("one", "1")
        assert len(here) == int(count)
        numbers = [int(n) for n in re.findall(r"\[(\d+)\] ", said)]
        assert numbers == [*range(steps + 1, steps + 1 + len(numbers))]
        asked, steps = [*asked, *here], steps + len(numbers)
    assert sorted(asked) == sorted(way.letters.values())


@pytest.mark.parametrize("topic", NAMES)
def test_a_key_tells_each_missing_number_once(topic: str) -> None:
    exercise = make(topic, 7, blank="backwards")
    sheet, way = lay_out(exercise), way_back(exercise)
    assert way is not None
    lines = [i.markup for page in sheet.key().pages for i in page.items
             if isinstance(i, Label) and i.answer]  # fmt: skip
    for letter in map(re.escape, way.letters.values()):
        told = [line for line in lines
                if re.search(rf"(so|,) {letter} = |^{letter} = [^,]*$", line)]  # fmt: skip
        assert len(told) == 1, letter
    assert all(lines.count(e.written) for e in way.equations if len(sheet.pages) == 1)


@pytest.mark.parametrize("topic", ["lstm", "gru", "seven-layer-mlp", "transformer-block"])
def test_steps_of_the_way_need_nothing_that_is_found_after_them(topic: str) -> None:
    exercise = make(topic, 7, blank="backwards")
    boxes = [{c.source[0] for i in page.items if isinstance(i, Block) for row in i.cells
              for c in row if c.source} for page in lay_out(exercise).pages]  # fmt: skip
    way = way_back(exercise, [frozenset(some) for some in boxes])
    assert way is not None
    known: set[str] = set()
    for _, some in groupby(way.equations, lambda e: (e.step, e.whole or e.name)):
        together = [e.written.partition(", so ") for e in some]
        told = {part.split(" = ")[0] for *_, so in together for part in so.split(", ") if part}
        for sum_, *_ in together:
            terms = re.split(r" [+=] ", sum_)
            read = {c for c in way.letters.values() for t in terms
                    if re.search(rf"(?<![a-zA-Z]){re.escape(c)}(?![a-zA-Z_])", t)
                    and not re.search(r"(^|×)0(×|$)", t)}  # fmt: skip
            assert read <= known | told
        known |= told


def test_a_sheet_of_several_pages_says_where_the_numbers_of_others_are_found() -> None:
    pages = lay_out(make("multi-head-attention", 7, blank="backwards")).pages
    assert len(pages) > 2
    said = [" ".join(i.markup for i in page.items if isinstance(i, Label)) for page in pages]
    assert re.search(r"\d+ numbers are missing on 3 pages\.", said[0])
    assert "is found on page 1." in said[1]


def test_answers_at_the_foot_tell_the_missing_numbers_of_their_page() -> None:
    exercise = make("seven-layer-mlp", 7, blank="backwards", answers="foot")
    pages, way = lay_out(exercise).pages, way_back(exercise)
    assert way is not None
    told: list[str] = []
    for page in pages:
        said = " ".join(i.markup for i in page.items if isinstance(i, Label) and not i.answer)
        task, foot = re.search(r"find .*?: ([^.]*)\.", said), re.search(r"Answers: ([^;]*)", said)
        assert task is not None
        assert foot is not None
        assert re.findall(r"(\w) =", foot[1]) == task[1].split(", ")
        told += re.findall(r"(\w = [−\d]+)", foot[1])
    assert sorted(told) == sorted(f"{letter} = {exercise.shown(name)[i][j]}"
                                  for (name, i, j), letter in way.letters.items())  # fmt: skip


OPTIONAL = [name for name in NAMES if "backward" in TOPICS[name].options
            and not TOPICS[name].options["backward"].default]  # fmt: skip
"""Topics that have gradients only where they are asked for."""


def test_gradients_that_were_asked_for_are_left_out() -> None:
    for topic in OPTIONAL:
        asked = settings(topic, {"backward": "yes", "blank": "backwards"})
        assert asked.leaves_gradients_out
        assert not asked.graph.has_gradients
        assert asked.drawn is settings(topic, {"backward": "yes"}).drawn
        usual = settings(topic, {"blank": "backwards"}).graph
        wanted = {s.name for s in usual.steps if not s.hidden and s.role != "gradient"}
        assert wanted - {s.name for s in asked.graph.worked} <= {"KL", "y"}, topic


@pytest.mark.parametrize("topic", ["softmax", "lstm"])
def test_a_sheet_without_the_gradients_has_the_numbers_of_the_one_with_them(topic: str) -> None:
    plain, asked = make(topic, 7, backward="yes"), make(topic, 7, blank="backwards", backward="yes")
    assert "W" in str(sorted(asked.values))
    for name, value in asked.values.items():
        assert np.array_equal(value.digits, plain.values[name].digits)


def test_gradients_of_a_topic_that_is_about_them_stay() -> None:
    assert make("backpropagation", 7, blank="backwards").graph.has_gradients
    assert make("dpo", 7, blank="backwards").graph.has_gradients


def test_a_sheet_solved_backwards_does_not_say_to_go_on() -> None:
    for topic in ("vector-search", "softmax"):
        pages = lay_out(make(topic, 7, blank="backwards")).pages
        said = " ".join(i.markup for page in pages for i in page.items if isinstance(i, Label))
        assert "Rounding" in said
        assert "Go on" not in said


@pytest.mark.parametrize("seed", range(1, 9))
def test_one_box_is_not_told_what_to_do_with_others(seed: int) -> None:
    exercise = make("single-neuron", seed, blank="backwards")
    way = way_back(exercise)
    assert way is not None
    told = " ".join(line for line, *_ in way.lines)
    if exercise.shown("a") != [["0"]]:
        assert "a is not 0, so z = a." in told
        assert "others" not in told


def test_steps_that_are_printed_are_not_told() -> None:
    pages = lay_out(make("backpropagation", 7, blank="backwards")).pages
    said = " ".join(i.markup for page in pages for i in page.items
                    if isinstance(i, Label) and not i.answer)  # fmt: skip
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
