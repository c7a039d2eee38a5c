"""An exercise: a topic with numbers and their solution. The Python API starts here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sheetgen.draw.effort import of_graph
from sheetgen.draw.knobs import Knobs, knobs_of
from sheetgen.draw.search import Drawn, draw, effort_band
from sheetgen.draw.symmetry import canonical
from sheetgen.errors import SheetgenError, counted
from sheetgen.exercise.blanks import Blanks, choose_blanks
from sheetgen.exercise.recipe import Recipe, read_seed
from sheetgen.graph.nodes import Graph
from sheetgen.graph.numbers import Fixed, text
from sheetgen.graph.solve import Values, solve
from sheetgen.topics.registry import Topic, Value, find
from sheetgen.verify.duals import verify
from sheetgen.words.labels import numbered

IDLE = 6
"""Batches of seeds that bring nothing new before a space of exercises counts as used up."""
LEVELS = ("easy", "medium", "hard")
SHEET_OPTIONS = ("level", "weights", "biases", "inputs", "max", "blank", "check")
"""Options that every topic has; all of them are texts, and part of the recipe."""


@dataclass(frozen=True)
class Settings:
    """What a teacher asked for: a topic, its options, the knobs, the pattern of blanks."""

    topic: Topic
    options: Mapping[str, Value]
    knobs: Knobs
    blank: str
    check: bool
    asked: Mapping[str, str]
    """What differs from the defaults, as texts: the recipe's part."""

    @cached_property
    def graph(self) -> Graph:
        return self.topic.graph(self.options)

    @cached_property
    def title(self) -> str:
        return self.topic.title_for(self.options)

    @property
    def is_example(self) -> bool:
        """Whether nothing is left open: a worked example, with all that a student would do."""
        return self.blank == "none"

    @cached_property
    def identity(self) -> str:
        """Names everything that the numbers depend on beside the seed."""
        return f"{self.topic.name}?{sorted(self.options.items())}{self.knobs}"

    def with_blank(self, pattern: str) -> Settings:
        """The same with another pattern of blanks."""
        asked = {k: v for k, v in self.asked.items() if k != "blank"}
        if pattern != "results":
            asked["blank"] = pattern
        return replace(self, blank=pattern, asked=asked)

    def recipe(self, seed: int) -> Recipe:
        return Recipe(self.topic.name, seed, self.asked)


def settings(topic: str, options: Mapping[str, Any] | None = None) -> Settings:
    """Settle a topic's options, a level's preset and the knobs. Raises SheetgenError naming what
    does not fit."""
    found = find(topic)
    given = {k.replace("-", "_"): v for k, v in (options or {}).items() if v is not None}
    level = str(given.get("level", "medium")).lower()
    if level not in LEVELS:
        raise SheetgenError(f"--level: {level!r} is none of {', '.join(LEVELS)}")
    if level != "medium" and level not in found.levels:
        raise SheetgenError(f"--level: {found.name} has no level {level}; leave it out")
    preset = dict(found.levels.get(level, {}))
    own = {k: v for k, v in given.items() if k not in SHEET_OPTIONS}
    knobs = {k: given.get(k, preset.get(k)) for k in ("weights", "biases", "inputs", "max")}
    for name in knobs:
        preset.pop(name, None)
    settled = found.settle({**preset, **own}, SHEET_OPTIONS)
    defaults = found.settle(preset)
    asked = {k: found.options[k].show(settled[k]) for k in own if settled[k] != defaults[k]}
    for name in SHEET_OPTIONS:
        value = given.get(name)
        if name == "check":
            if str(value).lower() in ("true", "yes", "on", "1"):
                asked[name] = "yes"
        elif value is not None and str(value) != {"level": "medium", "blank": "results"}.get(name):
            asked[name] = str(value).lower().strip()
    return Settings(
        found, settled, knobs_of(knobs), asked.get("blank", "results"), "check" in asked, asked
    )


@dataclass(frozen=True)
class Exercise:
    """One exercise, solved and verified.

    ``values`` maps each matrix to its numbers, Fixed of shape (rows, cols); ``blanks`` says which
    boxes are left open.
    """

    settings: Settings
    seed: int | None
    values: Values
    blanks: Blanks
    effort: float

    @property
    def topic(self) -> Topic:
        return self.settings.topic

    @property
    def graph(self) -> Graph:
        return self.settings.graph

    def shown(self, name: str) -> list[list[str]]:
        """A matrix's numbers as they are written by hand, row by row."""
        found = self._shown.get(name)
        if found is None:
            digits, decimals = self.values[name]
            found = [[text(d, decimals) for d in row] for row in digits.tolist()]
            self._shown[name] = found
        return found

    @cached_property
    def _shown(self) -> dict[str, list[list[str]]]:
        return {}

    @cached_property
    def recipe(self) -> str:
        """The recipe, or for given numbers a text that names them."""
        if self.seed is not None:
            return str(self.settings.recipe(self.seed))
        from sheetgen.exercise.recipe import code_of

        numbers = {g.name: self.values[g.name].digits.tolist() for g in self.graph.givens}
        return f"{self.settings.recipe(0)}".replace("seed=0", f"given={code_of(str(numbers))}")

    @cached_property
    def code(self) -> str:
        from sheetgen.exercise.recipe import code_of

        return code_of(self.recipe)

    def worksheet_pdf(
        self, paper: str = "a4", name: str = "", *, tagged: bool = False
    ) -> bytes:
        """The worksheet as a PDF, ``tagged`` for screen readers; ``name`` is printed on the name
        line."""
        from sheetgen.layout.sheet import lay_out
        from sheetgen.press.printing import pdf

        return pdf([lay_out(self, paper, name).worksheet()], tagged=tagged)

    def key_pdf(self, paper: str = "a4", name: str = "", *, tagged: bool = False) -> bytes:
        """The answer key as a PDF."""
        from sheetgen.layout.sheet import lay_out
        from sheetgen.press.printing import pdf

        return pdf([lay_out(self, paper, name).key()], tagged=tagged)

    def json(self) -> str:
        """Everything of the exercise as JSON, answers included; its numbers can be read again by
        ``from_given``."""
        import json

        from sheetgen.formats.json import exercise_json

        return json.dumps(exercise_json(self), ensure_ascii=False)

    def _repr_html_(self) -> str:
        """The worksheet, for notebooks: a page of its own in a frame, so that no style leaks."""
        from html import escape

        from sheetgen.layout.sheet import lay_out
        from sheetgen.press.weasy import html

        page = html(lay_out(self).worksheet(), embed_fonts=True)
        return (f'<iframe srcdoc="{escape(page)}" title="{escape(self.settings.title)}" '
                'style="width: 100%; height: 60em; border: 1px solid #ccc"></iframe>')  # fmt: skip


def build(
    asked: Settings, seeds: Sequence[int], drawn_by: Callable[..., Drawn] = draw
) -> list[Exercise]:
    """Draw, solve and verify an exercise for each seed, all at once; ``drawn_by`` draws as ``draw``
    does.

    Raises SheetgenError if the options contradict each other, WrongKey if an answer disagrees with
    its check.
    """
    band = effort_band(asked.graph, asked.identity, asked.knobs)
    drawn = drawn_by(asked.graph, seeds, asked.knobs, band)
    verify(asked.graph, drawn.values)
    made = []
    for k, seed in enumerate(seeds):
        values = {name: Fixed(v.digits[k], v.decimals) for name, v in drawn.values.items()}
        blanks = choose_blanks(asked.graph, values, asked.blank, seed, asked.knobs)
        made.append(Exercise(asked, int(seed), values, blanks, float(drawn.effort[k])))
    return made


def make(topic: str, seed: int = 0, **options: Any) -> Exercise:
    """Make one exercise: ``make("backpropagation", seed=7, widths="3-4-2-3")``.

    Options are those of the command line, with underscores. Raises SheetgenError for what cannot
    be.
    """
    return build(settings(topic, options), [read_seed(seed)])[0]


def make_different(asked: Settings, first: int, count: int) -> list[Exercise]:
    """``count`` exercises from the seeds after ``first``, no two alike, not even up to an exchange
    of hidden units.

    Raises SheetgenError saying how many there are if the options allow fewer.
    """
    found: list[Exercise] = []
    distinct = Distinct()
    seed = first
    idle = 0
    while len(found) < count:
        before = len(found)
        seeds = range(seed, seed + max(8 if idle else 1, count - len(found)))
        try:
            more = build(asked, seeds)
        except SheetgenError:
            if not found:
                raise
            idle = IDLE
            more = []
        for exercise in more:
            if len(found) < count and distinct.add(exercise):
                found.append(exercise)
            seed += 1
        idle = idle + 1 if len(found) == before else 0
        if idle >= IDLE or seed - first > 40 * count + 400:
            raise SheetgenError(
                f"{asked.topic.name} with these options has only about "
                f"{counted(len(found), 'different exercise')}; "
                f"ask for fewer, or for larger widths or ranges"
            )
    return found


def make_packet(asked: Settings, seed: int) -> list[Exercise]:
    """A worked example, then the same with its first half worked, then a blank one: three different
    draws for one file.

    The recipes of the three are ordinary ones (``blank=none``, ``faded:K``, ``results``), so each
    can be made again alone.
    """
    steps = len(numbered(asked.graph))
    patterns = ["none", f"faded:{max(1, steps // 2)}" if steps > 1 else "percent:50", "results"]
    made = []
    for pattern, exercise in zip(patterns, make_different(asked.with_blank("results"), seed, 3),
                                 strict=True):  # fmt: skip
        own = asked.with_blank(pattern)
        assert exercise.seed is not None
        blanks = choose_blanks(own.graph, exercise.values, pattern, exercise.seed, own.knobs)
        made.append(replace(exercise, settings=own, blanks=blanks))
    return made


def fingerprint(exercise: Exercise) -> bytes:
    """The same bytes exactly for exercises that differ only in the order of their hidden units, or
    of the samples of a batch."""
    return canonical(exercise.graph, exercise.values)


class Distinct:
    """Exercises of the same options, no two alike by their ``fingerprint``."""

    def __init__(self) -> None:
        self._found: dict[bytes, list[Exercise | bytes]] = {}
        """Exercises with the same numbers in some order, or their fingerprints."""

    def add(self, exercise: Exercise) -> bool:
        """Whether the exercise is unlike those before, and so is one of them now."""
        found = self._found.setdefault(_numbers_of(exercise), [])
        if found:
            for place, other in enumerate(found):
                if isinstance(other, Exercise):
                    found[place] = fingerprint(other)
            mark = fingerprint(exercise)
            if mark in found:
                return False
            found.append(mark)
        else:
            found.append(exercise)
        return True


def _numbers_of(exercise: Exercise) -> bytes:
    """Each given's numbers, sorted: the same for those that are alike, and quickly found."""
    return b"|".join(
        np.sort(exercise.values[g.name].digits, axis=None).tobytes()
        for g in exercise.graph.givens
    )  # fmt: skip


def from_given(
    topic: str, given: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> tuple[Exercise, list[str]]:
    """An exercise with numbers from elsewhere, and warnings about those that are not hand-friendly.

    Sizes follow from the matrices. Raises SheetgenError naming a missing matrix, a misfit or a text
    for a number.
    """
    from sheetgen.exercise.given import read_given, remarks

    asked, values = read_given(topic, given, options or {})
    solved = solve(asked.graph, values)
    verify(asked.graph, {k: Fixed(v.digits[None], v.decimals) for k, v in solved.items()})
    blanks = choose_blanks(asked.graph, solved, asked.blank, 0, asked.knobs)
    exercise = Exercise(asked, None, solved, blanks, float(of_graph(asked.graph, solved)))
    return exercise, remarks(exercise)


def many(topic: str, seeds: Iterable[int], **options: Any) -> list[Exercise]:
    """One exercise a seed, drawn, solved and verified at once."""
    return build(settings(topic, options), [read_seed(s) for s in seeds])
