"""``series``: several topics as one story, in one booklet with one key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sheetgen.cli.asked import Asked
from sheetgen.cli.make import FRESH, SECRET, fitting, seal_told, unprintable, write_files
from sheetgen.cli.terminal import say
from sheetgen.errors import UsageError, typed

if TYPE_CHECKING:
    from sheetgen.exercise.exercise import Exercise
    from sheetgen.formats.format import Format, Request
    from sheetgen.series.series import Series


OWN = """A file of your own has a title and a [[page]] for each page, with its topic and options:
title = "My story"
[[page]]
topic = "single-neuron"
new = "New here: what below 0 comes out is 0."
shares = { x = "hidden-layer.x", w = "hidden-layer.W1[1,:]", b = "hidden-layer.b1[1,:]" }
[[page]]
topic = "hidden-layer"
widths = "3-4-2"
hard = { widths = "3-5-3" }
A page is called by its topic, or by its name; easy and hard are tables of options for a level. What
is shared is a given, or rows and columns of it, and what stands there: a matrix of another page."""
"""What its help says of a file."""
ALL_PAGES = ("level", "blank", "check", "guide", "answers")
"""Options of all pages of a series."""


def known_series() -> Mapping[str, str]:
    """The series that come with sheetgen, and what each is about."""
    from sheetgen.series.catalogue import built_in

    return {name: source.said for name, source in built_in().items()}


def run_series(asked: Asked) -> None:
    """Make a booklet and its key; the paths go to stdout, one a line. Without a name, list the
    series."""
    from sheetgen.formats.registry import files

    if asked.get("target") is None and asked.get("recipe") is None:
        print("\n".join(_listed()))
        return
    formats = _formats(asked)
    fitting(asked, formats, ("paper", "name", "tagged", "decimal_mark"))
    asked.paper(), asked.decimal_mark()  # before anything is drawn
    series, exercises = _exercises(asked)
    quiet = asked.flag("quiet")
    for remark in _remarks(asked, exercises):
        say(f"warning: {remark}", quiet)
    first = exercises[0]
    if asked.seed() is None and not first.secret:
        say(f"made from {first.recipe}; the same recipe makes the same booklet", quiet)
    write_files(files(formats, _request(asked, series, exercises)).items(), asked)


def _listed() -> Iterator[str]:
    """The series that come with sheetgen, and the topics of each."""
    from sheetgen.series.catalogue import built_in

    for name, source in built_in().items():
        yield f"{name}: {source.said}"
        yield f"    {', '.join(dict.fromkeys(page.topic for page in source.page))}"


def _formats(asked: Asked) -> list[Format]:
    """The formats that were typed, which have pages. Raises UsageError."""
    from sheetgen.formats.registry import check_booklet, read_formats

    with typed():
        formats = read_formats(asked.text("format"))
        check_booklet(formats)
    return formats


def _exercises(asked: Asked) -> tuple[Series, Sequence[Exercise]]:
    """The series that was typed, and the exercises of its booklet."""
    import secrets

    from sheetgen.series.catalogue import series_again
    from sheetgen.series.draw import booklet

    recipe, name = asked.recipe, asked.text("target")
    if recipe is not None:
        typed_too = [n for n in ("seed", *ALL_PAGES) if asked.get(n) is not None]
        if typed_too:
            raise UsageError(f"--recipe says what --{typed_too[0]} says; leave one out")
        series, seed = series_again(recipe, name), recipe.seed
    else:
        series = series_asked(asked)
        chosen = asked.seed()
        most = SECRET if asked.flag("no_recipe") else FRESH
        seed = secrets.randbelow(most) if chosen is None else chosen
    made = list(booklet(series, seed))
    if asked.flag("no_recipe"):
        made = seal_told(asked, made)
    return series, made


def series_asked(asked: Asked) -> Series:
    """The series that was typed, with the options for all its pages. Raises SheetgenError."""
    from sheetgen.series.catalogue import find_series, is_file

    name = asked.text("target")
    options = _texts({option: asked.get(option) for option in ALL_PAGES})
    if is_file(name):
        return find_series(name, options)
    with typed():
        return find_series(name, options)


def _texts(options: dict[str, object]) -> dict[str, str]:
    """Options as texts."""
    return {k: ("yes" if v is True else "no" if v is False else str(v))
            for k, v in options.items() if v is not None}  # fmt: skip


def _remarks(asked: Asked, exercises: Sequence[Exercise]) -> list[str]:
    from sheetgen.exercise.doubts import gradients_left_out, training_that_harms
    from sheetgen.press.printing import printer
    from sheetgen.words.checks import unchecked

    found = [*unchecked(exercises), *training_that_harms(exercises),
             *gradients_left_out(exercises)]  # fmt: skip
    return [*found, *unprintable(asked.text("name")), *filter(None, [printer().doubt])]


def _request(asked: Asked, series: Series, exercises: Sequence[Exercise]) -> Request:
    from sheetgen.series.booklet import request

    return request(series, exercises, paper=asked.paper(), name=asked.text("name"),
                   tagged=asked.flag("tagged"), decimal_mark=asked.decimal_mark())  # fmt: skip
