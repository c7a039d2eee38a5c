"""The script beside a live page: an exercise's complete script, line by line, without its key."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.script.parts import Part, Script

Line = dict[str, Any]
"""One of these: a ``heading``; ``words``, the number of a step whose sentence stands here; a
``given`` matrix, written by its numbers as they stand, with ``text`` its name in the script; a
``text``, with the ``names`` of the matrices that it makes; it is ``folded`` if it only helps, and
``quiet`` if it only prints."""


def code_panel(exercise: Exercise) -> list[Line]:
    """The lines of the complete script, with no number in them that belongs to the exercise."""
    script = Script(exercise, complete=True)
    matrices = {name: node.name for node, name in script.names.items()}
    givens = {g.name for g in exercise.graph.givens}
    return [line for part in script.parts() if part.id != "key"
            for line in _lines(part, matrices, givens)]  # fmt: skip


def _lines(part: Part, matrices: Mapping[str, str], givens: set[str]) -> Iterator[Line]:
    if part.heading:
        yield {"heading": part.heading}
    if part.id == "helpers":
        yield {"text": part.code, "folded": True}
        return
    if part.id.startswith("step-"):
        yield {"words": int(part.id.removeprefix("step-"))}
    for statement, text in _statements(part.code):
        match statement:
            case ast.Assign(targets=[ast.Name(variable)]) if variable in matrices:
                name = matrices[variable]
                if name in givens:
                    yield {"given": name, "text": variable}
                else:
                    yield {"text": text, "names": [name]}
            case ast.Expr() | ast.For():
                yield {"text": text, "quiet": True}
            case _:
                yield {"text": text}


def _statements(code: str) -> Iterator[tuple[ast.stmt, str]]:
    """The statements of a part, each with its text: a remark beside it, or above, goes with it."""
    lines, start = code.split("\n"), 0
    for statement in ast.parse(code).body:
        end = statement.end_lineno or statement.lineno
        text = "\n".join(lines[start:end]).strip("\n")
        yield statement, re.sub(r"(?<=\S) {2,}# ", "  # ", text)
        start = end
