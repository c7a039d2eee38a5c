"""A sheet as a web page of words and tables alone: it reflows, takes any size of letters, and a
screen reader reads it in the order of the work."""

from __future__ import annotations

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Format, Request
from sheetgen.formats.tables import parts
from sheetgen.press.printing import printer
from sheetgen.type.markup import plain_text, with_mark
from sheetgen.words.lines import notes


def accessible(
    exercise: Exercise, name: str | None = "", *, key: bool = False, mark: str = "point",
    large: bool = False,
) -> str:  # fmt: skip
    """The worksheet or the key as one HTML file that needs no other; ``name`` stands where a
    student's name goes, None leaves no such place; decimals have the ``mark``; its letters have 18
    pt or more if they are ``large``."""
    return printer().templates.render(
        "platform/page.html", parts=parts(exercise, mark), key=key, name=name or "", large=large,
        named=name is not None,
        title=exercise.settings.title, code=exercise.code, recipe=exercise.printed_recipe,
        notes=[with_mark(plain_text(note), mark) for note in notes(exercise)],
    )  # fmt: skip


def _write(request: Request) -> dict[str, bytes]:
    several = len(request.exercises) > 1
    return {
        f"-{side}{f'-{number}' if several else ''}-accessible.html":
            accessible(exercise, request.name, key=side == "key",
                       mark=request.decimal_mark, large=request.large_print).encode()
        for side in ("worksheet", "key")
        for number, exercise in enumerate(request.exercises, 1)
    }  # fmt: skip


FORMATS = (
    Format("accessible", "words and tables for any size of letters and for screen readers", _write,
           key=True, private=True, large=True, takes=frozenset({"name", "decimal_mark"})),
)  # fmt: skip
