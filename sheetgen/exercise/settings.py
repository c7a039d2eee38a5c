"""What a teacher asked for: a topic, its options, the knobs, the pattern of blanks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, cast

from sheetgen.draw.edition import EDITION, LAST_OF
from sheetgen.draw.effort import Sheet
from sheetgen.draw.knobs import Knobs, knobs_of, reached
from sheetgen.errors import SheetgenError
from sheetgen.exercise.practice import practice, practised, step_called
from sheetgen.exercise.recipe import Recipe
from sheetgen.graph.forward import forward_part
from sheetgen.graph.nodes import Graph
from sheetgen.topics.catalogue import find
from sheetgen.topics.options import Option, Value
from sheetgen.topics.registry import Topic
from sheetgen.version import __version__

LEVELS = ("easy", "medium", "hard")

SHEET_OPTIONS = ("level", "weights", "biases", "inputs", "max", "blank", "after", "check",
                 "guide", "answers")
"""Options that every topic has; all of them are texts, and part of the recipe."""
USUAL = {"level": "medium", "blank": "results", "answers": "key"}
"""What those are that nobody asks for."""


ANSWERS = ("key", "foot", "short")
"""Where the answers stand, and whether all sums behind them do."""
RANGES = ("weights", "biases", "inputs")
"""Options that are a range in which some numbers lie."""
SWITCHES = {name: Option(name, "bool", False) for name in ("check", "guide")}


@dataclass(frozen=True)
class Settings:
    """What a teacher asked for: a topic, its options, the knobs, the pattern of blanks."""

    topic: Topic
    options: Mapping[str, Value]
    knobs: Knobs
    blank: str
    check: bool
    guide: bool
    """Whether the first box of each kind of block is worked, where that gives no other away."""
    answers: Literal["key", "foot", "short"]
    """Whether the answers stand on the key alone, with all sums, on further pages if they need
    them, or also small at the foot; or on a key that has no more pages than its worksheet, with
    the sums for which these have room."""
    asked: Mapping[str, str]
    """What differs from the defaults, as texts: the recipe's part."""
    after: str = ""
    """The step that is practised alone, if one is."""
    results_told: bool = False
    """Whether results were told from which missing numbers are found, it may be gradients too."""

    @cached_property
    def graph(self) -> Graph:
        if self.after:
            return practice(self.whole, self.after)
        return forward_part(self.whole) if self.leaves_gradients_out else self.whole

    @cached_property
    def leaves_gradients_out(self) -> bool:
        """Whether missing numbers are found from the results of the way forward alone: on a sheet
        that is solved backwards, of a topic that has gradients only where they are asked for."""
        own = self.topic.options.get("backward")
        if not self.is_backwards or self.results_told or own is None or own.default:
            return False
        return any(self.options.get(name) for name in ("backward", *self.topic.drawn_if))

    @cached_property
    def whole(self) -> Graph:
        """The graph of all steps, of which one may be practised, or the gradients left out."""
        return self.topic.graph(self.options)

    @cached_property
    def drawn(self) -> Graph:
        """The graph for which the numbers are drawn: the same for all options that change no
        given."""
        return self.topic.graph({**self.options, **self.topic.drawn_with(self.options)})

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """What may be asked of the same numbers, this sheet and the others: their worked steps."""
        found = [tuple(s.name for s in graph.worked)
                 for graph in self.topic.variants(self.options)]  # fmt: skip
        return tuple(dict.fromkeys(found))

    @cached_property
    def title(self) -> str:
        return self.topic.title_for(self.options)

    @property
    def is_example(self) -> bool:
        """Whether nothing is left open: a worked example, with all that a student would do."""
        return self.blank == "none"

    @property
    def is_backwards(self) -> bool:
        """Whether the results are printed, and some of what was given is missing."""
        return self.blank.startswith("backwards")

    @cached_property
    def identity(self) -> str:
        """Names everything that the numbers depend on beside the seed."""
        options = {**self.options, **self.topic.drawn_with(self.options)}
        return f"{self.topic.name}?{sorted(options.items())}{self.knobs}{self.after}"

    def with_blank(self, pattern: str) -> Settings:
        """The same with another pattern of blanks."""
        asked = {k: v for k, v in self.asked.items() if k != "blank"}
        if pattern != "results":
            asked["blank"] = pattern
        return replace(self, blank=pattern, asked=asked)

    def recipe(self, seed: int) -> Recipe:
        return Recipe(self.topic.name, seed, self.asked, self.edition)

    @property
    def edition(self) -> int:
        """Which numbers come from a seed."""
        return EDITION + self.topic.edition


def again(recipe: Recipe) -> Settings:
    """The settings of a sheet that was made before. Raises SheetgenError if it was drawn by another
    edition: what this one draws would not be what was printed."""
    asked = settings(recipe.topic, recipe.options)
    if recipe.edition != asked.edition:
        version = LAST_OF.get(recipe.edition)
        package = f"sheetgen=={version}" if version and not asked.topic.edition else "sheetgen==..."
        printed = recipe.printed
        raise SheetgenError(
            f"{printed} was drawn by edition {recipe.edition}, and sheetgen {__version__} "
            f"draws other numbers (edition {asked.edition}); print it with `uvx {package} make "
            f"--recipe '{printed}'`, or from its JSON with `make {recipe.topic} --given FILE`"
        )
    return asked


def settings(topic: str, options: Mapping[str, Any] | None = None) -> Settings:
    """Settle a topic's options, a level's preset and the knobs. Raises SheetgenError naming what
    does not fit."""
    found = find(topic)
    if not isinstance(options, Mapping | None):
        raise SheetgenError(f"options: {str(options)[:40]} is no dict of options by name")
    given = {k.replace("-", "_"): v for k, v in (options or {}).items() if v is not None}
    if found.parts:
        _check_chapter(found, given)
    level = str(given.get("level", "medium")).lower()
    if level not in LEVELS:
        raise SheetgenError(f"--level: {level!r} is none of {', '.join(LEVELS)}")
    if level != "medium" and level not in found.levels:
        raise SheetgenError(f"--level: {found.name} has no level {level}; leave it out")
    preset = dict(found.levels.get(level, {}))
    own = {k: v for k, v in given.items() if k not in SHEET_OPTIONS}
    knobs = {k: given.get(k, preset.get(k)) for k in (*RANGES, "max")}
    for name in knobs:
        preset.pop(name, None)
    settled = found.settle({**preset, **own}, SHEET_OPTIONS)
    _check_ranges(found, settled, [name for name in RANGES if name in given])
    defaults = found.settle(preset)
    asked = {k: found.options[k].show(settled[k]) for k in own if settled[k] != defaults[k]}
    for name in SHEET_OPTIONS:
        value = given.get(name)
        if name in ("check", "guide"):
            if SWITCHES[name].parse("no" if value is None else value):
                asked[name] = "yes"
        elif name == "after":
            if value is not None:
                asked[name] = step_called(str(value), found.graph(settled)).name
        elif value is not None and str(value) != USUAL.get(name):
            asked[name] = str(value).lower().strip()
    answers = asked.get("answers", "key")
    if answers not in ANSWERS:
        raise SheetgenError(f"--answers: {answers!r} is none of {', '.join(ANSWERS)}")
    after = asked.get("after", "")
    return Settings(
        practised(found, after) if after else found, settled, knobs_of(knobs),
        asked.get("blank", "results"), "check" in asked, "guide" in asked,
        cast(Literal["key", "foot", "short"], answers), asked, after,
    )  # fmt: skip


def _check_ranges(topic: Topic, options: Mapping[str, Value], asked: Sequence[str]) -> None:
    """Raises SheetgenError for a range in which no number of the topic lies."""
    if not asked:
        return
    there = reached(topic.graph({**options, **topic.drawn_with(options)}))
    for name in asked:
        if name not in there:
            others = " and ".join(f"--{other}" for other in RANGES if other in there)
            raise SheetgenError(
                f"--{name}: {topic.name} with these options has no numbers of that range; leave "
                f"it out{f', or give {others}' if others else ''}"
            )


def _check_chapter(topic: Topic, given: Mapping[str, Any]) -> None:
    """Raises SheetgenError for an option that a sheet of several small exercises does not take:
    they say themselves what their numbers are and what is open."""
    for name, value in given.items():
        usual = str(value).lower() in (USUAL.get(name, ""), "no", "false")
        if name != "answers" and not usual:
            raise SheetgenError(f"--{name.replace('_', '-')}: the exercises of {topic.name} say "
                                "themselves how they are drawn and what is blank; leave it out")
