"""Every series that comes with sheetgen: what its pages share is the same on each of them, every
page keeps its own rules and is right a second way, and the recipe makes the same bytes."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO

import numpy as np
import pdfplumber
import pytest

from sheetgen.draw.drawing import usual_of
from sheetgen.draw.nature import always_zero
from sheetgen.draw.random import mix
from sheetgen.draw.rules.house import rules_of
from sheetgen.draw.rules.results import bounded
from sheetgen.draw.rules.rule import plan
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.recipe import read_recipe
from sheetgen.formats.registry import files, read_formats
from sheetgen.graph.nodes import Given
from sheetgen.graph.numbers import Fixed, Values
from sheetgen.graph.solve import solve
from sheetgen.series.booklet import request
from sheetgen.series.catalogue import built_in, find_series, series_again
from sheetgen.series.draw import booklet, build_booklets
from sheetgen.verify.second_way import verify

NAMES = tuple(built_in())
HUNDRED = pytest.param(100, marks=pytest.mark.story)
PLANS = 96
"""Things that may be wanted of an exercise, of which one must be kept."""
MOST_PLANS = 40 * PLANS
"""So many where a page has many layers, of each of which something may be wanted."""


@cache
def booklets(name: str, level: str, count: int) -> list[tuple[Exercise, ...]]:
    made = build_booklets(find_series(name, {"level": level}), range(count))
    assert all(made)
    return [own for own in made if own is not None]


def stacked(pages: list[Exercise]) -> Values:
    """The numbers of some exercises of one kind, as the draw has them."""
    drawn = pages[0].settings.drawn
    givens = {g.name: Fixed(np.stack([p.values[g.name].digits for p in pages]),
                            pages[0].values[g.name].decimals) for g in drawn.givens}  # fmt: skip
    return solve(drawn, givens)


def numbers(text: str, pages: dict[str, Exercise], page: str = "") -> list[list[float]]:
    """What stands in ``page.matrix[rows,columns]``, read here for itself."""
    name, _, boxes = text.partition(".") if not page else (page, "", text)
    matrix, _, spans = boxes.rstrip("]").partition("[")
    value = pages[name].values[matrix]
    found = (np.asarray(value.digits) / 10**value.decimals).tolist()
    rows, columns = spans.split(",") if spans else (":", ":")

    def places(span: str, count: int) -> list[int]:
        if span.strip() == ":":
            return list(range(count))
        first, _, last = span.partition("..")
        return list(range(int(first) - 1, int(last or first)))

    return [[found[i][j] for j in places(columns, len(found[0]))]
            for i in places(rows, len(found))]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_what_is_shared_is_the_same_on_all_pages(name: str, level: str) -> None:
    shared = 0
    for own in booklets(name, level, 4):
        source = find_series(name, {"level": level}).source
        pages = {page.called: made for page, made in zip(source.page, own, strict=True)}
        for page in source.page:
            for given, of in page.shares.items():
                assert numbers(given, pages, page.called) == numbers(of, pages)
                shared += 1
    assert shared


def test_the_foundations_have_the_same_first_layer_all_the_way() -> None:
    for own in booklets("foundations", "medium", 4):
        pages = {page.topic.name: page.values for page in own}
        x, W, b = (pages["backpropagation"][n].digits.tolist() for n in ("x", "W1", "b1"))
        for topic in ("hidden-layer", "batch-of-three"):
            assert pages[topic]["W1"].digits.tolist() == W
            assert pages[topic]["b1"].digits.tolist() == b
        assert pages["four-neurons"]["W"].digits.tolist() == W
        assert pages["single-neuron"]["w"].digits.tolist() == [W[0]]
        assert pages["single-neuron"]["b"].digits.tolist() == [b[0]]
        assert [[row[0]] for row in pages["batch-of-three"]["X"].digits.tolist()] == x
        for topic in ("single-neuron", "four-neurons", "hidden-layer"):
            assert pages[topic]["x"].digits.tolist() == x


@pytest.mark.parametrize("count", [6, HUNDRED])
@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_right_a_second_way(name: str, count: int) -> None:
    for column in zip(*booklets(name, "medium", count), strict=True):
        verify(column[0].settings.drawn, stacked(list(column)))


@pytest.mark.parametrize("count", [6, HUNDRED])
@pytest.mark.parametrize("name", NAMES)
def test_every_page_keeps_the_rules_of_its_topic(name: str, count: int) -> None:
    for column in zip(*booklets(name, "medium", count), strict=True):
        broken = breaks(list(column))
        assert not broken, f"{column[0].topic.name}: {broken}"


def breaks(pages: list[Exercise], first: int = 0) -> list[str]:
    """Which rules some exercises break, whatever may be wanted of them beside; those that keep
    what is wanted in none of the plans from the first on are tried with more of them."""
    asked = pages[0].settings
    graph, knobs, count = asked.drawn, asked.knobs, len(pages)
    without, zero = usual_of(graph, knobs, asked.sheets).without, always_zero(graph)
    trial = {n: Fixed(v.digits[:, None], v.decimals) for n, v in stacked(pages).items()}
    found = []
    kept = np.zeros((count, PLANS), bool)
    for turn in range(first, first + PLANS):
        key = mix(np.arange(count, dtype=np.uint64) + np.uint64(1000 * turn))
        context = plan(graph, key, key, knobs)
        good = np.ones(count, bool)
        for node in graph.nodes:
            for rule in rules_of(graph)[node.name]:
                if rule.name in without or node.name in zero:
                    continue
                if not isinstance(node, Given) and node.hidden:
                    continue
                last = knobs if isinstance(node, Given) else context
                holds = np.broadcast_to(rule.good(node, trial, last), (count, 1))[:, 0]
                if isinstance(node, Given) and not holds.all():
                    found.append(f"{node.name}: {rule.name}")
                good &= holds
        kept[:, turn - first] = good
    late = np.flatnonzero(~kept.any(axis=1)).tolist()
    if late and not found and first < MOST_PLANS:
        found += breaks([pages[k] for k in late], first + PLANS)
    elif late:
        found.append(f"nothing is kept by {[pages[k].recipe for k in late]}")
    for step in graph.steps:
        if bounded(step) and not step.hidden:
            value = trial[step.name]
            if np.abs(value.digits).max() > knobs.max * 10**value.decimals:
                found.append(f"{step.name} is beyond {knobs.max}")
    return found


def test_a_page_that_breaks_a_rule_is_found() -> None:
    [page] = [own for own in booklets("foundations", "medium", 4)[0]
              if own.topic.name == "four-neurons"]  # fmt: skip
    digits = np.tile(page.values["W"].digits[:1], (4, 1))  # all rows are the first
    page.values["W"] = Fixed(digits)
    assert breaks([page])
    booklets.cache_clear()


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_gives_the_same_alone_and_among_others(name: str) -> None:
    series = find_series(name)
    for seed in (1, 3):
        alone = booklet(series, seed)
        for one, other in zip(alone, booklets(name, "medium", 4)[seed], strict=True):
            assert all(np.array_equal(one.values[n].digits, other.values[n].digits)
                       for n in one.values)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_one_recipe_and_one_code_make_the_same_booklet_again(name: str) -> None:
    series = find_series(name, {"level": "hard"})
    own = booklet(series, 5)
    assert len({page.code for page in own}) == len({page.recipe for page in own}) == 1
    recipe = read_recipe(f"by hand · {own[0].recipe}")
    found = series_again(recipe)
    again = booklet(found, recipe.seed)
    once, twice = (files(read_formats("pdf"), request(s, pages))
                   for s, pages in ((series, own), (found, again)))  # fmt: skip
    assert once == twice
    assert list(once) == [f"{name}-{own[0].code}-worksheet.pdf", f"{name}-{own[0].code}-key.pdf"]


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("name", NAMES)
def test_each_page_says_what_is_new_and_which_page_it_is(name: str, paper: str) -> None:
    series = find_series(name)
    own = booklets(name, "medium", 4)[2]
    made = files(read_formats("pdf"), request(series, own, paper=paper))
    worksheet, key = (texts(data) for data in made.values())
    count = len(worksheet)
    assert count >= len(own)
    sentences = [" ".join(page.new.split()) for page in series.pages]
    parts = [f"{series.source.title}, part {k} of {len(own)}" for k in range(1, len(own) + 1)]
    for which, text in enumerate(worksheet, 1):
        assert f"page {which} of {count}" in text
        assert own[0].code in text
        assert own[0].recipe in text
        assert not re.search(r"\b\d / \d\b", text)  # no other count
        assert sum(part in text for part in parts) == 1
    for sentence, part in zip(sentences, parts, strict=True):
        assert [part in text for text in worksheet] == [sentence in text for text in worksheet]
    numbered = [text for text in key if re.search(r"page \d+ of \d+", text)]
    assert [re.findall(r"page \d+ of \d+", text) for text in numbered] == [
        [f"page {k} of {count}"] for k in range(1, count + 1)]  # fmt: skip
    assert all("ANSWER KEY" in text for text in key)
    assert not any("ANSWER KEY" in text for text in worksheet)


@pytest.mark.parametrize(("name", "said", "at"), [
    ("attention", "Multi-Head Attention", {"page 4", "page 5", "page 6"}),
    ("vision", "part 3 of 5", {"page 3", "page 4"}),
])  # fmt: skip
def test_a_page_that_words_name_is_one_of_the_booklet(name: str, said: str, at: set[str]) -> None:
    """Beside its own number, a page names no page but those of its own exercise."""
    series = find_series(name)
    made = files(read_formats("pdf"), request(series, booklet(series, 7)))
    some = [text for text in texts(next(iter(made.values()))) if said in text]
    named = [word for text in some for word in re.findall(r"page \d+", text)]
    assert set(named) == at
    assert len(named) > len(some)


def texts(data: bytes) -> list[str]:
    with pdfplumber.open(BytesIO(data)) as pdf:
        return [" ".join(page.extract_text().split()) for page in pdf.pages]


def test_no_two_booklets_are_alike() -> None:
    for name in NAMES:
        seen = {tuple(e.values[g.name].digits.tobytes() for e in own for g in e.graph.givens)
                for own in booklets(name, "medium", 4)}  # fmt: skip
        assert len(seen) == 4


def test_a_guide_is_on_the_pages_that_can_have_one() -> None:
    pages = find_series("foundations", {"guide": "yes"}).pages
    guided = {page.asked.topic.name: page.asked.guide for page in pages}
    assert guided["matrix-multiplication"]
    assert not guided["single-neuron"]
