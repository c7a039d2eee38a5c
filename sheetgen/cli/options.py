"""The options of the commands: those of the topic, from the registry, and those that all topics
share; and how a command line of them is read.

Typer reads what asks for help, what is wrong, and all other commands; a plain, right command line
is read here from the same list, because Typer takes longer to load than a sheet takes to print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import read_recipe, read_seed
from sheetgen.topics.catalogue import find
from sheetgen.topics.options import Option
from sheetgen.topics.registry import Topic

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
        import secrets

        return secrets.randbelow(1_000_000)


@dataclass(frozen=True)
class Parameter:
    """One option of a command: a switch if it has a default, else it takes a text."""

    name: str
    said: str
    panel: str
    metavar: str = "TEXT"
    on: str = ""
    off: str = ""
    """The flags of a switch."""
    default: bool | None = None

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"


def parameters(topic: Topic, verb: str) -> Iterator[Parameter]:
    """All options of ``sheetgen VERB TOPIC``, in the order of the help."""
    for option in topic.options.values():
        said, flag = help_of(option), f"--{option.flag}"
        if option.kind == "bool":
            yield Parameter(option.name, said, "Exercise", on=flag, off=f"--no-{option.flag}")
        else:
            yield Parameter(option.name, said, "Exercise", option.show(option.default).upper())
    for name, said in NUMBERS.items():
        yield Parameter(name, said, "Numbers")
    yield _switch("check", "Print small sums for the student to check.", "Numbers")
    if verb != "stress":
        yield Parameter(
            "seed", "The same seed, the same sheet; a fresh one if left out.", "Exercise", "NUMBER"
        )
        yield Parameter(
            "given", "Numbers from a JSON file (- for standard input).", "Exercise", "FILE"
        )
        yield Parameter("recipe", "A recipe as printed in the footer.", "Exercise")
        yield _switch("quiet", "Say nothing but results and errors.", "Output")
    if verb == "make":
        for name, said in OUTPUT.items():
            yield Parameter(name, said, "Output")
        yield _switch("tagged", "Tag the PDF for screen readers.", "Output")
        yield _switch("force", "Replace files that are there.", "Output")
    if verb == "stress":
        yield Parameter("seeds", "How many exercises (default: 1000).", "Exercise", "NUMBER")
        yield _switch("pages", "Lay out and print them too, and look at the pages.", "Exercise")
        yield _switch("json", "As JSON on stdout.", "Output")
        yield Parameter("plot", "A histogram of the answers (.png or .svg).", "Output", "FILE")


def _switch(name: str, said: str, panel: str) -> Parameter:
    return Parameter(name, said, panel, on=f"--{name}", default=False)


def read(topic: Topic, verb: str, words: Sequence[str]) -> Command | None:
    """The command that the words after the topic make up, as Typer would read them, or with ``yes``
    or ``no`` after a switch; None if they are not all right."""
    if not "".join(words).isprintable():  # bytes that are no text
        return None
    known = list(parameters(topic, verb))
    values: dict[str, Any] = {p.name: p.default for p in known}
    switches = {f: (p.name, f == p.on) for p in known if p.on for f in (p.on, p.off) if f}
    texts = {p.flag: p.name for p in known if not p.on}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        flag, equals, value = word.partition("=")
        if word in switches:
            name, values[name] = switches[word]
            if rest[:1] in (["yes"], ["no"]) and word == f"--{name}":  # as `topics` says it
                values[name] = rest.pop(0) == "yes"
        elif flag in texts and (equals or rest):
            values[texts[flag]] = value if equals else rest.pop(0)
        else:
            return None
    return Command(topic.name, values)


def command_for(topic: Topic, verb: str, run: Callable[[Command], None]) -> Callable[..., None]:
    """A function with the topic's options as its parameters, for Typer to read."""
    import inspect

    import typer

    def kind(p: Parameter) -> Any:
        if not p.on:
            option = typer.Option(p.flag, help=p.said, metavar=p.metavar, rich_help_panel=p.panel)
            return Annotated[str | None, option]
        flags = f"{p.on}/{p.off}" if p.off else p.on
        option = typer.Option(flags, help=p.said, rich_help_panel=p.panel)
        return Annotated[bool | None if p.default is None else bool, option]

    signature = [
        inspect.Parameter(
            known.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=known.default,
            annotation=kind(known),
        )
        for known in parameters(topic, verb)
    ]

    def command(**values: Any) -> None:
        run(Command(topic.name, values))

    command.__signature__ = inspect.Signature(signature)  # type: ignore[attr-defined]  # read by Typer
    command.__annotations__ = {p.name: p.annotation for p in signature}
    command.__doc__ = topic.summary
    return command


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
