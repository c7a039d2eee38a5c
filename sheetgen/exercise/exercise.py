"""An exercise: a topic with numbers and their solution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sheetgen.draw.drawing import NoNumbers, draw_some
from sheetgen.draw.effort import of_graph
from sheetgen.draw.rounds import Drawn
from sheetgen.errors import SheetgenError
from sheetgen.exercise.advice import sizes_that_help
from sheetgen.exercise.blanks import Blanks, choose_blanks
from sheetgen.exercise.parts import draw_parts, open_boxes, prove_parts
from sheetgen.exercise.practice import practice_numbers
from sheetgen.exercise.recipe import Recipe, code_of, secret_of
from sheetgen.exercise.settings import Settings
from sheetgen.graph.nodes import Graph
from sheetgen.graph.numbers import Fixed, Values, text
from sheetgen.graph.solve import solve
from sheetgen.topics.registry import Topic
from sheetgen.verify.second_way import verify


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
    secret: str = ""
    """Where it is set, no page says the recipe, and the code is salted with it."""
    booklet: Recipe | None = None
    """Of the booklet that it is a part of: all its pages have one recipe and one code."""

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

    def forget(self) -> None:
        """Let go of the texts of numbers, which are made again when needed: of a large class they
        take more memory than all else."""
        self._shown.clear()

    @cached_property
    def _shown(self) -> dict[str, list[list[str]]]:
        return {}

    @cached_property
    def recipe(self) -> str:
        """The recipe, or for given numbers a text that names them."""
        if self.booklet is not None:
            return self.booklet.printed
        if self.seed is not None:
            return self.settings.recipe(self.seed).printed
        numbers = {g.name: self.values[g.name].digits.tolist() for g in self.graph.givens}
        return f"{self.settings.recipe(0)}".replace("seed=0", f"given={code_of(str(numbers))}")

    @cached_property
    def code(self) -> str:
        """The short name, made of all of the recipe but its edition."""
        if self.booklet is not None:
            return code_of(str(self.booklet), self.secret)
        if self.seed is not None:
            return code_of(str(self.settings.recipe(self.seed)), self.secret)
        return code_of(self.recipe, self.secret)

    @property
    def printed_recipe(self) -> str:
        """The recipe for who has the sheet, which may be nothing."""
        return "" if self.secret else self.recipe


def with_secret(exercise: Exercise, secret: str) -> Exercise:
    """The exercise with a secret, where there is one: with nothing on its pages from which it can
    be made again."""
    return replace(exercise, secret=secret) if secret else exercise


def sealed(exercise: Exercise) -> Exercise:
    """The exercise with the secret of its own seed, or of its given numbers."""
    source = exercise.recipe if exercise.seed is None else exercise.seed
    return replace(exercise, secret=secret_of(source))


def numbers(
    asked: Settings, seeds: Sequence[int], drawn_by: Callable[..., Drawn] = draw_some
) -> Drawn:
    """All numbers of the sheets of some seeds, and their effort; ``drawn_by`` draws as
    ``draw_some`` does. Raises SheetgenError if the options contradict each other."""
    if asked.topic.parts:
        return draw_parts(asked.topic.parts, asked.graph, seeds)
    if asked.after:
        whole = replace(asked, after="")
        return practice_numbers(asked.graph, seeds, lambda some: numbers(whole, some, drawn_by))
    try:
        drawn = drawn_by(asked.drawn, seeds, asked.knobs, asked.sheets)
    except NoNumbers as problem:
        if problem.knob or not (sizes := sizes_that_help(asked)):
            raise
        raise SheetgenError(f"{problem}; there are some with {sizes}") from None
    if not drawn.found.any() or asked.graph is asked.drawn:
        return drawn
    values = solve(asked.graph, {g.name: drawn.values[g.name] for g in asked.graph.givens})
    effort = np.broadcast_to(of_graph(asked.graph, values), drawn.rounds.shape)
    return replace(drawn, values=values, effort=effort)


def build_some(
    asked: Settings, seeds: Sequence[int], drawn_by: Callable[..., Drawn] = draw_some
) -> list[Exercise | None]:
    """Draw, solve and verify an exercise for each seed, all at once; None for the rare seed from
    which none comes. Raises as ``build`` does."""
    drawn = numbers(asked, seeds, drawn_by)
    made: list[Exercise | None] = [None] * len(seeds)
    if drawn.found.any():
        verify(asked.graph, drawn.values)
    for k, place in enumerate(np.flatnonzero(drawn.found).tolist()):
        values = {name: Fixed(v.digits[k], v.decimals) for name, v in drawn.values.items()}
        seed = int(seeds[place])
        blanks = blanks_of(asked, values, seed)
        made[place] = Exercise(asked, seed, values, blanks, float(drawn.effort[k]))
    return made


def blanks_of(asked: Settings, values: Values, seed: int) -> Blanks:
    """The boxes that are left open on a sheet, by its pattern, or as its small exercises say."""
    if asked.topic.parts:
        prove_parts(asked.topic.parts, values)
        return open_boxes(asked.topic.parts)
    return choose_blanks(asked.graph, values, asked.blank, seed, asked.knobs, asked.guide)


def build(
    asked: Settings, seeds: Sequence[int], drawn_by: Callable[..., Drawn] = draw_some
) -> list[Exercise]:
    """Draw, solve and verify an exercise for each seed, all at once.

    Raises SheetgenError if the options contradict each other or nothing comes from a seed, WrongKey
    if an answer disagrees with its check.
    """
    made = build_some(asked, seeds, drawn_by)
    for seed, exercise in zip(seeds, made, strict=True):
        if exercise is None:
            raise SheetgenError(f"no hand-friendly numbers come from seed {seed}; give another")
    return [exercise for exercise in made if exercise is not None]
