"""How many numbers are missing on a sheet, what they are, and on which page each is found."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.exercise.backwards import missing, stated_range
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.numbers import text
from sheetgen.words.labels import listed
from sheetgen.words.way import Pages, Way


def missing_note(exercise: Exercise) -> list[str]:
    """What is said of missing numbers where no letters stand for them."""
    count = len(missing(exercise.graph, exercise.blanks))
    if not count:
        return []
    kind, within = kind_of_number(exercise), ends(exercise)
    if count == 1:
        return [f"Find the missing number: a {kind} {within}; only one fits."]
    return [f"Find the {count} missing numbers; each is a {kind} {within}, and only one fits."]


def ends(exercise: Exercise) -> str:
    """``from −5 to 5``: where a missing number lies."""
    low, high, decimals = stated_range(exercise.graph, exercise.values, exercise.settings.knobs)
    return f"from {text(low, decimals)} to {text(high, decimals)}"


def kind_of_number(exercise: Exercise) -> str:
    """``whole number``, or ``number with 2 decimals``: what a missing number is."""
    decimals = stated_range(exercise.graph, exercise.values, exercise.settings.knobs).decimals
    if not decimals:
        return "whole number"
    return f"number with {decimals} decimal{'s' if decimals > 1 else ''}"


def how_many(exercise: Exercise, way: Way, pages: Pages, page: int) -> Iterator[str]:
    """How many numbers are missing, on the first page, and which of them are found on a ``page``
    of several."""
    count, total = len(way.letters), len(pages)
    kind, within = kind_of_number(exercise), ends(exercise)
    names = "" if total else f": {', '.join(way.letters.values())}"
    on = f" on {total} pages" if total else ""
    if page == 0:
        yield (f"{count} numbers are missing{on}{names}." if count > 1
               else f"One number is missing{on}{names}.")  # fmt: skip
        yield (f"Each is a {kind} {within}, and only one fits." if count > 1
               else f"It is a {kind} {within}, and only one fits.")  # fmt: skip
    if total:
        here = [letter for letter in way.letters.values() if way.found_on[letter] == page]
        some = "one number" if len(here) == 1 else f"{len(here)} numbers"
        said = f"On page {page + 1}, find {some}: {', '.join(here)}." if here else (
            f"No number is found on page {page + 1}.")  # fmt: skip
        yield f"{said}{_from_others(way, pages, page)}"


def answers_on(exercise: Exercise, way: Way, page: int) -> list[str]:
    """``p = 1``: the numbers that are found on a page."""
    return [f"{letter} = {exercise.shown(name)[i][j]}"
            for (name, i, j), letter in way.letters.items() if way.found_on[letter] == page]


def _from_others(way: Way, pages: Pages, page: int) -> str:
    """Which of the missing numbers of a page are found on others."""
    every = {**way.letters, **way.shown_as}
    stand = {letter for (name, *_), letter in every.items() if name in pages[page]}
    found: dict[int, list[str]] = {}
    for letter in way.letters.values():
        if letter in stand and way.found_on[letter] != page:
            found.setdefault(way.found_on[letter], []).append(letter)
    said = [f"{listed(letters)} {'is' if len(letters) == 1 else 'are'} found on page {k + 1}"
            for k, letters in sorted(found.items())]  # fmt: skip
    return f" {', '.join(said)}." if said else ""
