"""The parts of a script as one text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.script.lines import WIDTH
from sheetgen.formats.script.parts import Part
from sheetgen.type.markup import plain_text


def script_text(docstring: str, parts: Iterable[Part]) -> str:
    """A module: its docstring, then each part with its heading and what is said of it."""
    found, function = docstring, False
    for part in parts:
        defines = part.code.startswith("def ")
        code = part.code
        if part.words:
            said = textwrap.wrap(plain_text(part.words), WIDTH - 2, break_long_words=False)
            code = "\n".join([*(f"# {line}" for line in said), *["\n"] * defines, code])
        if part.heading:
            rule = f"# ---- {part.heading} ".ljust(WIDTH, "-")
            found += ("\n\n\n" if function else "\n\n") + rule
            function = False
        found += ("\n\n\n" if function or (defines and not part.words) else "\n\n") + code
        function = defines
    return found + "\n"


def header(exercise: Exercise, said: str, format: str, needs: str, name: str) -> str:
    """The docstring: what the script is, whose, how it was made and what it needs."""
    gradients = " A gradient has the shape of its matrix." if exercise.graph.has_gradients else ""
    title = f"{exercise.settings.title}, sheet {exercise.code}: {said}"
    lines = [
        *textwrap.wrap(title, WIDTH - 3), "",
        *([f"Name:    {name}"] if name else []),
        *_on_lines(made_by(exercise, format)),
        f"Needs:   {needs}",
        f"Columns are samples.{gradients}",
    ]  # fmt: skip
    text = "\n".join(lines).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{text}\n"""'


def made_by(exercise: Exercise, format: str) -> str:
    """The command that makes a file again; nothing where that is a secret."""
    if exercise.secret:
        return ""
    if exercise.seed is None:
        return f"sheetgen make {exercise.topic.name} --format {format} --given FILE"
    return f"sheetgen make --format {format} --recipe '{exercise.recipe}'"


def _on_lines(command: str) -> list[str]:
    """A command; what is longest, at its end, on a line of its own if it has no room."""
    if not command:
        return []
    line = f"Made by: {command}"
    return [line] if len(line) <= WIDTH else line.rsplit(" ", 1)
