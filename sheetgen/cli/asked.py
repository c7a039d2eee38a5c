"""What was typed of the options."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sheetgen.cli.options import SHEET_OPTIONS, TABLE, flag_of
from sheetgen.errors import UsageError, typed
from sheetgen.exercise.recipe import Recipe, read_recipe, read_seed
from sheetgen.topics.catalogue import find
from sheetgen.topics.registry import Topic

if TYPE_CHECKING:
    from sheetgen.exercise.model import Model


class Asked(NamedTuple):
    """What was typed: a command, perhaps a topic, and the values of options and arguments; None is
    the value of what was left out."""

    command: str
    named: str
    """The topic's name, if one was typed."""
    values: Mapping[str, Any]

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def text(self, name: str) -> str:
        """What was typed, or the default of the table, which may be nothing."""
        value = self.get(name)
        return _default(self.command, name) if value is None else str(value)

    def flag(self, name: str) -> bool:
        return bool(self.get(name))

    def number(self, name: str) -> int:
        """A whole number. Raises UsageError."""
        try:
            return int(self.text(name))
        except ValueError:
            raise UsageError(f"{flag_of(name)}: {self.get(name)!r} is not a whole number") from None

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number within limits. Raises UsageError."""
        value = self.number(name)
        if not low <= value <= high:
            raise UsageError(f"{flag_of(name)}: {value} is not between {low} and {high}")
        return value

    def paper(self) -> str:
        """The name of a paper; nothing if none was typed and there is no default. Raises
        UsageError."""
        from sheetgen.page.items import PAPERS

        name = self.text("paper")
        if name.lower() not in ("", *PAPERS):
            raise UsageError(f"--paper: {name!r} is none of {', '.join(PAPERS)}")
        return name.lower()

    def decimal_mark(self) -> str:
        """What was typed for it; nothing if that is none and there is no default. Raises
        UsageError."""
        from sheetgen.type.markup import DECIMAL_MARKS

        mark = self.text("decimal_mark").lower()
        if mark not in ("", *DECIMAL_MARKS):
            raise UsageError(f"--decimal-mark: {mark!r} is none of {', '.join(DECIMAL_MARKS)}")
        return mark

    @property
    def recipe(self) -> Recipe | None:
        """The recipe that was typed. Raises UsageError."""
        with typed():
            return None if self.get("recipe") is None else read_recipe(self.text("recipe"))

    @property
    def topic(self) -> Topic:
        """The topic that was typed, or that of the recipe, which must be the same. Raises
        UsageError."""
        recipe = self.recipe
        if recipe is not None and recipe.topic.startswith("series "):
            raise UsageError(f"the recipe is one of a series: sheetgen series --recipe '{recipe}'")
        with typed():
            found = find(self.named if recipe is None else recipe.topic)
        if self.named and self.named != found.name:
            raise UsageError(f"the recipe is one of {found.name}, not of {self.named}")
        return found

    def options(self) -> dict[str, Any]:
        """The options of the topic and of all topics that were typed; a recipe's go first. Raises
        UsageError."""
        recipe = self.recipe
        found: dict[str, Any] = {} if recipe is None else dict(recipe.options)
        for name in (*self.topic.options, *SHEET_OPTIONS):
            if self.get(name) is not None:
                found[name] = self.get(name)
        if self.get("onnx") is not None:
            found |= self._of_model(found)
        return found

    def model(self) -> Model:
        """The model whose layers are asked for."""
        from sheetgen.exercise.model import read_model

        return read_model(Path(self.text("onnx")))

    def _of_model(self, others: Mapping[str, Any]) -> dict[str, Any]:
        """The options that a model stands for. Raises UsageError beside layers that were typed."""
        for name in ("layers", "recipe"):
            if self.get(name) is not None:
                raise UsageError(f"--onnx says what the layers are, and so does {flag_of(name)}; "
                                 "leave one out")  # fmt: skip
        return {**self.model().options, **others}

    def seed(self) -> int | None:
        """The seed that was typed, or the recipe's, if it has one. Raises UsageError."""
        recipe = self.recipe
        with typed():
            if self.get("seed") is not None:
                return read_seed(self.get("seed"))
        return None if recipe is None or "seed=" not in self.text("recipe") else recipe.seed


def _default(command: str, name: str) -> str:
    rows = (row.default for row in TABLE if row.name == name and command in row.commands)
    return next(rows, "")
