"""A teacher's own series: what a file may say, and what is said of its mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import Recipe, read_recipe
from sheetgen.series.catalogue import built_in, find_series, series_again
from sheetgen.series.draw import booklet, build_booklets
from sheetgen.series.share import Boxes, Share, read_share

OWN = """# a story
title = "Two pages"

[[page]]
topic = "single-neuron"
new = "A row of the weights."
shares = { x = "layer.x", w = "layer.W1[2,:]", b = "layer.b1[2,:]" }

[[page]]
topic = "hidden-layer"
name = "layer"
widths = "3-4-2"
"""


def written(folder: Path, text: str) -> str:
    path = folder / "my story.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_file_of_ones_own_is_a_series(tmp_path: Path) -> None:
    series = find_series(written(tmp_path, OWN))
    first, second = booklet(series, 7)
    assert first.values["w"].digits.tolist() == second.values["W1"].digits[1:2].tolist()
    assert first.recipe == f"series my-story?file={series.source.mark}&seed=7&edition=1"
    assert first.code == second.code


def test_remarks_and_spaces_do_not_change_a_file(tmp_path: Path) -> None:
    mark = find_series(written(tmp_path, OWN)).source.mark
    assert find_series(written(tmp_path, OWN.replace("# a story", "\n\n"))).source.mark == mark
    assert find_series(written(tmp_path, OWN.replace("[2,:]", "[1,:]"))).source.mark != mark


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    name = written(tmp_path, OWN)
    recipe = read_recipe(booklet(find_series(name), 7)[0].recipe)
    assert series_again(recipe, name).source.title == "Two pages"
    written(tmp_path, OWN.replace("[2,:]", "[1,:]"))
    with pytest.raises(SheetgenError, match=r"is not the file that the booklet was made from"):
        series_again(recipe, name)
    with pytest.raises(SheetgenError, match=r"made from a file of somebody's own; name it"):
        series_again(recipe)


MISTAKES = {
    'topic = "hidden-layer"': ('topic = "hiden-layer"', 10,
                               "page 2, topic: there is no topic 'hiden-layer'; did you mean"),
    'widths = "3-4-2"': ('widhts = "3-4-2"', 12, "page 2, widhts: hidden-layer has no option"),
    "layer.x": ("layer.q", 7, "page 1, shares.x: layer has no matrix q; there are x"),
    ", w = ": (", W = ", 7, "page 1, shares.W: single-neuron has no given W; did you mean w?"),
    "layer.W1[2,:]": ("layr.W1[2,:]", 7, "page 1, shares.w: there is no page layr; did you mean"),
    "W1[2,:]": ("W1[5,:]", 7, "page 1, shares.w: W1 is 4×3 and has no row 5"),
    "W1[2,:]\"": ("W1\"", 7, "page 1, shares.w: 1×3 boxes cannot be the 4×3 of layer.W1"),
    "b1[2,:]": ("b1[2;:]", 7, "page 1, shares.b: 'b1[2;:]': '2;:' is none of"),
    "\"layer.b1[2,:]\"": ('"b1"', 7, "page 1, shares.b: 'b1' does not say whose numbers"),
    'new = "A row of the weights."': (f'new = "{"row " * 60}"', 6, "page 1, new: 239 letters find"),
    "[[page]]\ntopic = \"single-neuron\"": ("[[page]]\n", 4, "page 1, topic: give the name"),
    'name = "layer"\nwidths = "3-4-2"': (
        'name = "layer"\nwidths = "3-4-2"\nshares = { x = "single-neuron.x" }', 7,
        "page 1, shares: single-neuron from layer from single-neuron is a circle"),
    'name = "layer"': ('name = "single-neuron"', 11, "page 2, name: page 1 is called single-"),
    "title = ": ("titel = ", 0, "there is no key titel; there are title, said, edition, page"),
    "[[page]]": ("[[page", 0, "this is no TOML"),
}  # fmt: skip
"""What stands in the file -> what stands there instead, the line, and what is said."""


@pytest.mark.parametrize("good", MISTAKES)
def test_a_mistake_is_named_by_line_and_key(good: str, tmp_path: Path) -> None:
    wrong, line, said = MISTAKES[good]
    assert good in OWN
    name = written(tmp_path, OWN.replace(good, wrong, 1))
    with pytest.raises(SheetgenError) as problem:
        find_series(name)
    told = str(problem.value)
    assert told.startswith(f"series {name}{f', line {line}' if line else ''}: ")
    assert said in told
    assert "\n" not in told


def test_the_same_box_is_shared_once(tmp_path: Path) -> None:
    twice = OWN.replace("x = \"layer.x\"", '"x[1..2,:]" = "layer.x[1..2,:]", x = "layer.x"')
    with pytest.raises(SheetgenError, match=r"shared by x\[1..2,:\] too; leave one out"):
        find_series(written(tmp_path, twice))


def test_what_leaves_no_numbers_names_the_page(tmp_path: Path) -> None:
    """No two neurons of a layer have the same weights."""
    text = OWN.replace("single-neuron", "four-neurons").replace(
        'w = "layer.W1[2,:]", b = "layer.b1[2,:]"',
        '"W[1,:]" = "layer.W1[2,:]", "W[2,:]" = "layer.W1[2,:]"')  # fmt: skip
    series = find_series(written(tmp_path, text))
    with pytest.raises(SheetgenError, match="four-neurons is the one that most often finds no"):
        build_booklets(series, range(3))


def test_options_that_are_not_of_all_pages_are_refused() -> None:
    with pytest.raises(SheetgenError, match="--widths is nothing that all pages of a series have"):
        find_series("foundations", {"widths": "3-4-2"})
    with pytest.raises(SheetgenError, match="--blank packet"):
        find_series("foundations", {"blank": "packet"})
    with pytest.raises(SheetgenError, match="did you mean foundations"):
        find_series("foundation")


@pytest.mark.parametrize(("given", "source", "found"), [
    ("x", "p.x", Share(Boxes("x"), "p", Boxes("x"))),
    ("X[:,1]", "p.x", Share(Boxes("X", (0, 0), (1, 1)), "p", Boxes("x"))),
    ("w", "a-b.W1[2..3, :]", Share(Boxes("w"), "a-b", Boxes("W1", (2, 3), (0, 0)))),
])  # fmt: skip
def test_a_share_is_read(given: str, source: str, found: Share) -> None:
    assert read_share(given, source) == found


EDITIONS = {
    "foundations": (0, "G8RU-QMVU"),
    "training": (0, "4YT4-S45Z"),
    "sequences": (0, "39W5-ZX5E"),
    "attention": (0, "V3M8-RZV8"),
    "vision": (0, "5C6X-8WTD"),
}
"""The edition of each series, and what of its pages makes its numbers: whoever changes the one
raises the other."""


@pytest.mark.parametrize("name", list(built_in()))
def test_a_changed_series_is_another_edition(name: str) -> None:
    edition, mark = EDITIONS[name]
    assert (built_in()[name].edition, numbers_of(name)) == (edition, mark)


def numbers_of(name: str) -> str:
    """The same for a series that differs in its words alone."""
    from sheetgen.exercise.recipe import code_of

    pages = built_in()[name].page
    return code_of(repr([(p.topic, p.called, p.options, p.easy, p.hard, p.shares) for p in pages]))


def test_a_recipe_of_another_edition_is_refused() -> None:
    with pytest.raises(SheetgenError, match="was drawn by edition 99"):
        series_again(Recipe("series foundations", 7, {}, 99))
