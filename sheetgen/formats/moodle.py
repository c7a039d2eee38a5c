"""Variants of an exercise as a question bank for Moodle: one cloze question each.

Moodle draws a random one of the category. Each blank is a short answer that takes every honest
spelling, since Moodle's numerical answers mark a typed minus sign, or a comma, as wrong. Source:
Moodle's documentation of the XML format and of embedded answers (cloze).
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from markupsafe import Markup

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Format, Request
from sheetgen.formats.question import Question, question
from sheetgen.formats.spellings import filler, spellings
from sheetgen.formats.tables import Cell
from sheetgen.formats.xml import Element, child, document

SPECIAL = str.maketrans({c: f"\\{c}" for c in "}~#*\\"})
"""What has a meaning of its own in an embedded answer."""


def _write(request: Request) -> dict[str, bytes]:
    asked = [question(exercise, request) for exercise in request.exercises]
    wrong = filler(spellings(c.digits, c.decimals) for q in asked for c in q.blanks)
    quiz = Element("quiz")
    _category(quiz, request.exercises[0])
    for found in asked:
        _cloze(quiz, found, lambda cell: _answer(cell, wrong))
    return {"-moodle.xml": document(quiz)}


def _answer(cell: Cell, wrong: str) -> str:
    """``{1:SHORTANSWER:=0.5~=.5~%0%-9999}``: one point for each spelling, none for the filler."""
    found = spellings(cell.digits, cell.decimals)
    right = "~".join(f"={text.translate(SPECIAL)}" for text in found)
    return f"{{1:SHORTANSWER:{right}~%0%{wrong}}}"


def _category(quiz: Element, exercise: Exercise) -> None:
    title = exercise.settings.title.replace("/", "//")
    found = child(quiz, "question", type="category")
    _text(found, "category", f"$course$/top/sheetgen/{title}")
    _text(found, "info", f"Made by sheetgen. Variants of: {exercise.settings.title}", "html")


def _cloze(quiz: Element, asked: Question, answer: Callable[[Cell], str]) -> None:
    exercise = asked.exercise
    found = child(quiz, "question", type="cloze")
    _text(found, "name", f"{exercise.settings.title} {exercise.code}")
    names = [f"page-{number}.png" for number in range(1, len(asked.pictures) + 1)]
    body = asked.body([f"@@PLUGINFILE@@/{n}" for n in names], lambda c: Markup(answer(c)))
    text = _text(found, "questiontext", body, "html")
    for name, picture in zip(names, asked.pictures, strict=True):
        data = base64.b64encode(picture).decode("ascii")
        child(text, "file", data, name=name, path="/", encoding="base64")
    _text(found, "generalfeedback", asked.solved(), "html")
    child(found, "penalty", "0")
    child(found, "hidden", "0")
    child(found, "idnumber", exercise.code)
    tags = child(found, "tags")
    for tag in ("sheetgen", exercise.topic.name):
        _text(tags, "tag", tag)


def _text(parent: Element, name: str, text: str, kind: str = "") -> Element:
    """Moodle keeps each text in an element of its own."""
    found = child(parent, name, **({"format": kind} if kind else {}))
    child(found, "text", text)
    return found


FORMATS = (
    Format("moodle", "a question bank for Moodle, a cloze question for each sheet", _write,
           per="set", asks=True, takes=frozenset({"picture", "decimal_mark"})),
)  # fmt: skip
