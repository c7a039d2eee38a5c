"""A series as a booklet: what the head of each page says, and the request for its files."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Booklet, Request
from sheetgen.layout.frame import Frame
from sheetgen.series.series import Series


def frames(series: Series, above: bool = True) -> tuple[Frame, ...]:
    """What the head of each page says: what is new, and ``above`` the title which part it is."""
    return tuple(
        Frame(above=part_of(series, k) if above else "", new=page.new, booklet=True)
        for k, page in enumerate(series.pages)
    )


def part_of(series: Series, number: int, title: str = "") -> str:
    """Which part of the series a page is, the first of which is number 0; a ``title`` stands
    instead of its own."""
    return f"{title or series.source.title}, part {number + 1} of {len(series.pages)}"


def as_booklet(series: Series) -> Booklet:
    return Booklet(series.source.name, series.source.title, frames(series))


def request(
    series: Series, exercises: Sequence[Exercise], paper: str = "a4", name: str | None = "",
    tagged: bool = False, decimal_mark: str = "point",
) -> Request:  # fmt: skip
    """The request for the files of a booklet."""
    return Request(tuple(exercises), paper, name, tagged, decimal_mark=decimal_mark,
                   booklet=as_booklet(series))  # fmt: skip
