"""An exercise: a topic with numbers and their solution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sheetgen.draw.search import Drawn, draw, effort_band
from sheetgen.exercise.blanks import Blanks, choose_blanks
from sheetgen.exercise.recipe import code_of
from sheetgen.exercise.settings import Settings
from sheetgen.graph.nodes import Graph
from sheetgen.graph.numbers import Fixed, Values, text
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
        numbers = {g.name: self.values[g.name].digits.tolist() for g in self.graph.givens}
        return f"{self.settings.recipe(0)}".replace("seed=0", f"given={code_of(str(numbers))}")

    @cached_property
    def code(self) -> str:
        return code_of(self.recipe)


def build(
    asked: Settings, seeds: Sequence[int], drawn_by: Callable[..., Drawn] = draw
) -> list[Exercise]:
    """Draw, solve and verify an exercise for each seed, all at once; ``drawn_by`` draws as ``draw``
    does.

    Raises SheetgenError if the options contradict each other, WrongKey if an answer disagrees with
    its check.
    """
    band = effort_band(asked.graph, asked.knobs)
    drawn = drawn_by(asked.graph, seeds, asked.knobs, band)
    verify(asked.graph, drawn.values)
    made = []
    for k, seed in enumerate(seeds):
        values = {name: Fixed(v.digits[k], v.decimals) for name, v in drawn.values.items()}
        blanks = choose_blanks(asked.graph, values, asked.blank, seed, asked.knobs, asked.guide)
        made.append(Exercise(asked, int(seed), values, blanks, float(drawn.effort[k])))
    return made


