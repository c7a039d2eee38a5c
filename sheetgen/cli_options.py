"""The options of the commands: those of the topic, from the registry, and those that all topics
share."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from sheetgen.errors import SheetgenError
from sheetgen.recipe import read_recipe, read_seed
from sheetgen.topics.registry import Option, Topic, find

NUMBERS = {
    "level": "easy, medium or hard.",
    "weights": "Range of the weights, such as -1..1.",
    "biases": "Range of the biases.",
    "inputs": "Range of the inputs (or of A and B), such as 0..5.",
    "max": "Largest number on the page (default: 20).",
    "blank": "What the student fills: results, one-per-block, faded:K, steps:4,7, names:dW3,z2, "
             "percent:40, none, "
             "backwards, packet.",
}  # fmt: skip
OUTPUT = {
    "count": "How many different sheets.",
    "paper": "a4 or letter.",
    "format": "One or more of pdf, html, json, worksheet-json, png.",
    "out": "Folder for the files (default: output).",
    "name": "Print this name on the name line.",
}


@dataclass(frozen=True)
class Command:
    """What was typed after a topic."""

    name: str
    values: Mapping[str, Any]

    @classmethod
    def of_recipe(cls, values: Mapping[str, Any]) -> Command:
        """A command whose topic stands in its recipe."""
        return cls(find(read_recipe(str(values["recipe"])).topic).name, values)

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def text(self, name: str, default: str) -> str:
        value = self.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        return bool(self.get(name))

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number within limits. Raises SheetgenError."""
        try:
            value = int(self.text(name, str(default)))
        except ValueError:
            raise SheetgenError(f"--{name}: {self.get(name)!r} is not a whole number") from None
        if not low <= value <= high:
            raise SheetgenError(f"--{name}: {value} is not between {low} and {high}")
        return value

    @property
    def topic(self) -> str:
        """The topic's name; a recipe must be of the same topic."""
        if self.get("recipe") is not None:
            named = find(read_recipe(str(self.get("recipe"))).topic).name
            if named != self.name:
                raise SheetgenError(f"the recipe is one of {named}, not of {self.name}")
        return self.name

    def options(self) -> dict[str, Any]:
        """The topic's options and the numbers' knobs, as typed; a recipe's go first."""
        found: dict[str, Any] = {}
        if self.get("recipe") is not None:
            found.update(read_recipe(str(self.get("recipe"))).options)
        topic = find(self.name)
        for name in (*topic.options, *NUMBERS, "check"):
            value = self.get(name)
            if value is not None and not (name == "check" and value is False):
                found[name] = value
        return found

    def seed(self) -> int:
        """The seed: typed, from the recipe, or a fresh one."""
        if self.get("seed") is not None:
            return read_seed(self.get("seed"))
        if self.get("recipe") is not None:
            return read_recipe(str(self.get("recipe"))).seed
        return secrets.randbelow(1_000_000)


def command_for(topic: Topic, verb: str, run: Callable[[Command], None]) -> Callable[..., None]:
    """A function with the topic's options as its parameters, for Typer to read."""
    parameters: list[inspect.Parameter] = []

    def text(name: str, said: str, panel: str, metavar: str = "TEXT") -> None:
        flag = f"--{name.replace('_', '-')}"
        kind = Annotated[
            str | None, typer.Option(flag, help=said, metavar=metavar, rich_help_panel=panel)
        ]
        _add(parameters, name, kind, None)

    def switch(name: str, said: str, panel: str, flags: str, default: bool | None) -> None:
        kind: Any = bool | None if default is None else bool
        _add(
            parameters,
            name,
            Annotated[kind, typer.Option(flags, help=said, rich_help_panel=panel)],
            default,
        )

    for option in topic.options.values():
        said = help_of(option)
        if option.kind == "bool":
            switch(option.name, said, "Exercise", f"--{option.flag}/--no-{option.flag}", None)
        else:
            text(option.name, said, "Exercise", option.show(option.default).upper())
    for name, said in NUMBERS.items():
        text(name, said, "Numbers")
    switch("check", "Print small sums for the student to check.", "Numbers", "--check", False)
    if verb != "stress":
        text(
            "seed", "The same seed, the same sheet; a fresh one if left out.", "Exercise", "NUMBER"
        )
        text("given", "Numbers from a JSON file (- for standard input).", "Exercise", "FILE")
        text("recipe", "A recipe as printed in the footer.", "Exercise")
        switch("quiet", "Say nothing but results and errors.", "Output", "--quiet", False)
    if verb == "make":
        for name, said in OUTPUT.items():
            text(name, said, "Output")
        switch("force", "Replace files that are there.", "Output", "--force", False)
    if verb == "stress":
        text("seeds", "How many exercises (default: 1000).", "Exercise", "NUMBER")
        switch("json", "As JSON on stdout.", "Output", "--json", False)
        text("plot", "A histogram of the answers (.png or .svg).", "Output", "FILE")

    def command(**values: Any) -> None:
        run(Command(topic.name, values))

    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by Typer
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    command.__doc__ = topic.summary
    return command


def _add(parameters: list[inspect.Parameter], name: str, annotation: Any, default: Any) -> None:
    parameters.append(
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
    )


def help_of(option: Option) -> str:
    """What fits, and what is taken if the option is left out."""
    default = option.show(option.default)
    match option.kind:
        case "choice":
            return f"{', '.join(option.choices)}. (default: {default})"
        case "widths":
            sizes = f"each {option.low} to {option.high}"
            return f"Widths from inputs to outputs, {sizes}. (default: {default})"
        case "int":
            return f"{option.low} to {option.high}. (default: {default})"
        case "decimal":
            return f"Up to 10, at most 2 decimals. (default: {default})"
        case _:
            return f"(default: {default})"
