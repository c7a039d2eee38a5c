"""Scripts of exercises, run and filled in."""

from __future__ import annotations

import ast
import contextlib
import io
from collections.abc import Iterator
from typing import Any

from sheetgen.exercise.blanks import choose_blanks
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.settings import settings
from sheetgen.formats.py import script
from tests.support import solved


def exercise_of(
    topic: str, options: dict[str, Any], seed: int = 0, blank: str = "results"
) -> Exercise:
    """An exercise with any numbers, hand-friendly or not."""
    asked = settings(topic, {**options, "blank": blank})
    values = solved(asked.graph, seed)
    blanks = choose_blanks(asked.graph, values, blank, seed, asked.knobs)
    return Exercise(asked, seed, values, blanks, 0.0)


def executed(text: str) -> tuple[dict[str, Any], list[str]]:
    """The variables of a script that was run, and the lines that it printed."""
    found: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(text, "script", "exec"), found)
    return found, out.getvalue().splitlines()


def told(lines: list[str]) -> dict[str, str]:
    """What was said of each result."""
    pairs = (line.partition(": ") for line in lines if line and line[0] not in " [")
    return {name: said for name, colon, said in pairs if colon and name.isidentifier()}


def assignments(text: str) -> Iterator[tuple[str, str]]:
    """The variables of a script, outside its functions, and what they become."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, ast.unparse(node.value)


def key_of(exercise: Exercise) -> dict[str, str]:
    """The lines of the complete script, by their variables."""
    return dict(assignments(script(exercise, complete=True)))


def open_names(text: str) -> list[str]:
    """What is to be filled in."""
    return [name for name, value in assignments(text) if value == "..."]


def filled(exercise: Exercise, **other: str) -> str:
    """The worksheet's script filled in rightly, but for some lines."""
    text, right = script(exercise, complete=False), {**key_of(exercise), **other}
    for name in open_names(text):
        lines = text.splitlines()
        [place] = [k for k, line in enumerate(lines) if line.startswith(f"{name} = ...")]
        lines[place] = f"{name} = {right[name]}" if right[name] else ""
        text = "\n".join(lines)
    return text
