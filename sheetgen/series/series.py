"""A series with its options settled: what is on each page, what it has from which other page, and
in which order the numbers are drawn."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sheetgen.draw.edition import EDITION
from sheetgen.errors import SheetgenError
from sheetgen.exercise.blanks import has_guide, read_pattern
from sheetgen.exercise.recipe import Recipe
from sheetgen.exercise.settings import LEVELS, USUAL, Settings, settings
from sheetgen.graph.nodes import Given
from sheetgen.series.share import Share, read_share
from sheetgen.series.source import MistakeError, Source
from sheetgen.version import __version__

OPTIONS = ("level", "blank", "check", "guide", "answers")
"""What may be asked of all pages of a series."""
KIND = "series "
"""What the recipe of a series begins with."""


@dataclass(frozen=True)
class Page:
    """A page of a series: an exercise, and what it has from others."""

    name: str
    asked: Settings
    new: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, repr=False)
class Series:
    """A series with its options settled."""

    source: Source
    options: tuple[tuple[str, str], ...]
    """Those of all pages that differ from the usual, in the order of their names."""
    pages: tuple[Page, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        """It is sent to other processes as it is written down."""
        return settled, (self.source, dict(self.options))

    def __repr__(self) -> str:
        """The same for the same pages."""
        return f"Series({self.source!r}, {self.options!r})"

    @property
    def edition(self) -> int:
        """Which numbers come from a seed: another one when any of its topics draws others."""
        own = sum(page.asked.edition - EDITION for page in self.pages)
        return EDITION + own + self.source.edition

    def recipe(self, seed: int) -> Recipe:
        """What all its pages say that they are made from."""
        options = dict(self.options)
        if self.source.own:
            options["file"] = self.source.mark
        return Recipe(f"{KIND}{self.source.name}", seed, options, self.edition)

    def check_again(self, recipe: Recipe) -> None:
        """Raises SheetgenError if it is not the series of a recipe: its file was changed, or it
        draws other numbers now."""
        mark = recipe.options.get("file", "")
        if mark and self.source.mark != mark:
            raise SheetgenError(
                f"{self.source.name}.toml is not the file that the booklet was made from (now "
                f"{self.source.mark}, then {mark}); give that file, or leave --recipe out"
            )
        if recipe.edition != self.edition:
            raise SheetgenError(
                f"{recipe.printed} was drawn by edition {recipe.edition}, and sheetgen "
                f"{__version__} draws other numbers (edition {self.edition}); use the version "
                "that made it"
            )

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The pages in the order in which their numbers are drawn: each behind those from which it
        has some, first those of which nothing is left to be drawn."""
        found: list[int] = []
        left = list(range(len(self.pages)))
        names = {page.name: k for k, page in enumerate(self.pages)}
        while left:
            ready = [k for k in left
                     if all(names[s.page] in found for s in self.pages[k].shares)]  # fmt: skip
            if not ready:
                raise self._circle(left, names)
            found.append(min(ready, key=lambda k: (not self.pages[k].shares, self.drawn(k), k)))
            left.remove(found[-1])
        return tuple(found)

    def drawn(self, number: int) -> int:
        """How many boxes of a page's givens are its own."""
        page = self.pages[number]
        shapes = {g.name: g.shape for g in page.asked.drawn.givens}
        every = sum(rows * cols for rows, cols in shapes.values())
        sizes = (share.given.size(shapes[share.given.matrix]) for share in page.shares)
        return every - sum(rows * cols for rows, cols in sizes)

    def _circle(self, left: Sequence[int], names: Mapping[str, int]) -> SheetgenError:
        """Pages that have numbers from one another, so that none can be drawn first."""
        way = [left[0]]
        while way.count(way[-1]) < 2:
            way.append(next(names[s.page] for s in self.pages[way[-1]].shares
                            if names[s.page] in left))  # fmt: skip
        ring = way[way.index(way[-1]) :]
        told = " from ".join(self.pages[k].name for k in ring)
        return MistakeError(ring[0] + 1, "shares", f"{told} is a circle; one of them must draw its "
                            "numbers without the others")  # fmt: skip


def settled(source: Source, options: Mapping[str, Any] | None = None) -> Series:
    """A series with options for all pages. Raises SheetgenError, a MistakeError naming page and key
    for what is wrong with the series itself."""
    given = {k: str(v).strip().lower() for k, v in (options or {}).items() if v is not None}
    for name in given:
        if name not in OPTIONS:
            there = ", ".join(f"--{option}" for option in OPTIONS)
            raise SheetgenError(f"--{name.replace('_', '-')} is nothing that all pages of a series "
                                f"have; there are {there}")  # fmt: skip
    for name in ("check", "guide"):
        if name in given:
            given[name] = "yes" if given[name] in ("yes", "true", "on", "1") else ""
    asked = {k: v for k, v in sorted(given.items()) if v and v != USUAL.get(k)}
    level = asked.get("level", "medium")
    if level not in LEVELS:
        raise SheetgenError(f"--level: {level!r} is none of {', '.join(LEVELS)}")
    if asked.get("blank") == "packet":
        raise SheetgenError("--blank packet is three sheets of one topic, and a series has sheets "
                            "of its own; choose another --blank")  # fmt: skip
    read_pattern(asked.get("blank", "results"))
    names = [page.called for page in source.page]
    pages = tuple(_page(source, k, names, asked) for k in range(len(source.page)))
    found = Series(source, tuple(asked.items()), pages)
    for k in range(len(pages)):
        _check_shares(found, k)
    _ = found.order  # which says if there is none
    return found


def _page(source: Source, number: int, names: Sequence[str], asked: Mapping[str, str]) -> Page:
    """A page with its settings. Raises MistakeError."""
    page, level = source.page[number], asked.get("level", "medium")
    if names.index(page.called) != number:
        first = names.index(page.called) + 1
        key = "name" if page.name else "topic"
        raise MistakeError(number + 1, key, f"page {first} is called {page.called[:40]} too; give "
                           "each a name of its own: name = \"…\"")  # fmt: skip
    own = {**page.options, **({"easy": page.easy, "hard": page.hard}.get(level, {}))}
    try:
        made = settings(page.topic, {**asked, **own})
        if "guide" in asked and "guide" not in own and not has_guide(made.graph, made.blank):
            made = settings(page.topic, {**{k: v for k, v in asked.items() if k != "guide"}, **own})
    except SheetgenError as problem:
        raise MistakeError(number + 1, _key(problem, page.options),
                           str(problem).replace("--", "")) from None  # fmt: skip
    shares = []
    for given, of in page.shares.items():
        try:
            shares.append(read_share(given, of))
        except SheetgenError as problem:
            raise MistakeError(number + 1, f"shares.{given}", str(problem)) from None
    return Page(page.called, made, page.new, tuple(shares))


def _key(problem: SheetgenError, options: Mapping[str, str]) -> str:
    """The key of a page whose value is refused, as far as the refusal says it."""
    said = str(problem)
    for key in options:
        if f"no option --{key.replace('_', '-')};" in said:
            return key
    if said.startswith("there is no topic"):
        return "topic"
    return next((key for key in options if f"--{key.replace('_', '-')}" in said), "")


def _check_shares(series: Series, number: int) -> None:
    """Raises MistakeError for numbers that are not there, or do not fit."""
    page = series.pages[number]
    givens = {g.name: g for g in page.asked.graph.givens}
    taken: dict[tuple[str, int, int], str] = {}
    for share in page.shares:
        key = _written(series.source, number, share)
        try:
            _check_share(series, page, share, givens)
            rows, columns = share.given.within(givens[share.given.matrix].shape)
        except SheetgenError as problem:
            raise MistakeError(number + 1, f"shares.{key}", str(problem)) from None
        for i in range(rows.start, rows.stop):
            for j in range(columns.start, columns.stop):
                other = taken.setdefault((share.given.matrix, i, j), key)
                if other != key:
                    raise MistakeError(number + 1, f"shares.{key}", f"{share.given.matrix}"
                                       f"[{i + 1},{j + 1}] is shared by {other} too; leave one "
                                       "out")  # fmt: skip


def _written(source: Source, number: int, share: Share) -> str:
    """How a share is called in the file."""
    return next(given for given, of in source.page[number].shares.items()
                if read_share(given, of) == share)  # fmt: skip


def _check_share(series: Series, page: Page, share: Share, givens: Mapping[str, Given]) -> None:
    name = share.given.matrix
    if name not in givens:
        raise SheetgenError(f"{page.name} has no given {name}{_near(name, list(givens))}")
    if givens[name].always is not None:
        raise SheetgenError(f"{name} of {page.name} is the same on all sheets; leave it out")
    names = [other.name for other in series.pages]
    if share.page not in names:
        raise SheetgenError(f"there is no page {share.page[:40]}{_near(share.page, names)}")
    if share.page == page.name:
        raise SheetgenError(f"{page.name} cannot have numbers from itself; name another page")
    source = series.pages[names.index(share.page)].asked
    shapes = {n.name: n.shape for n in source.graph.nodes if not getattr(n, "hidden", False)}
    if share.source.matrix not in shapes:
        raise SheetgenError(f"{share.page} has no matrix {share.source.matrix}"
                            f"{_near(share.source.matrix, list(shapes))}")  # fmt: skip
    here, there = share.given.size(givens[name].shape), share.source.size(
        shapes[share.source.matrix])  # fmt: skip
    if here != there:
        raise SheetgenError(
            f"{here[0]}×{here[1]} boxes cannot be the {there[0]}×{there[1]} of {share.page}"
            f".{share.source.matrix}; name rows and columns, such as W1[1,:], or change the sizes"
        )


def _near(name: str, names: Sequence[str]) -> str:
    """The way out where a name is not known."""
    alike = {other.casefold(): other for other in names}
    near = difflib.get_close_matches(name.casefold(), alike, 1, 0.5)
    return f"; did you mean {alike[near[0]]}?" if near else f"; there are {', '.join(names[:12])}"
