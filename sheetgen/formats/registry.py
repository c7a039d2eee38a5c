"""The registry of formats: each module of this folder that lists some in ``FORMATS``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import sheetgen.formats
from sheetgen.errors import SheetgenError, UsageError
from sheetgen.formats.format import FRAMEWORKS, USUAL, Format, Request
from sheetgen.topics.registry import Topic


@cache
def formats() -> Mapping[str, Format]:
    """Name -> format, the usual one first."""
    found: dict[str, Format] = {}
    for module in iter_modules(sheetgen.formats.__path__, f"{sheetgen.formats.__name__}."):
        if module.name != __name__:
            listed = getattr(import_module(module.name), "FORMATS", ())
            found |= {form.name: form for form in listed}
    return {name: found[name] for name in sorted(found, key=lambda name: (name != USUAL, name))}


def read_formats(text: str) -> list[Format]:
    """The formats of a list such as ``pdf,json``. Raises SheetgenError."""
    known = formats()
    if not isinstance(text, str):
        raise SheetgenError(f"--format: {str(text)[:40]} is no text such as pdf,json")
    names = [word.strip().lower() for word in text.split(",") if word.strip()]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SheetgenError(f"--format: {name!r} is none of {', '.join(known)}{hint}")
    if not names:
        raise SheetgenError(f"--format: give one or more of {', '.join(known)}")
    return [known[name] for name in names]


def check_private(asked: Sequence[Format]) -> None:
    """Raises SheetgenError for a format whose files say from which recipe they are made."""
    for form in asked:
        if not form.private:
            raise SheetgenError(f"--no-recipe: a file of the format {form.name} may say recipe or "
                                f"seed, by which anybody makes the key; leave {form.name} or "
                                "--no-recipe out")


def check_booklet(asked: Sequence[Format]) -> None:
    """Raises SheetgenError for a format in which there is no booklet."""
    for form in asked:
        if not form.bound:
            there = ", ".join(name for name, form in formats().items() if form.bound)
            raise SheetgenError(f"--format: a booklet has pages, and {form.name} is of a single "
                                f"sheet; give {there}")  # fmt: skip


def check_framework(asked: Sequence[Format], framework: str) -> None:
    """Raises SheetgenError for a framework that there is not, or that no format is written in."""
    if framework not in FRAMEWORKS:
        raise SheetgenError(f"--framework: {framework!r} is none of {', '.join(FRAMEWORKS)}")
    takes = any("framework" in (form.takes or ()) for form in asked)
    if framework != FRAMEWORKS[0] and not takes:
        which = ", ".join(form.name for form in asked)
        raise SheetgenError(f"--framework is nothing that {which} can show; leave it out")


def check_large_print(asked: Sequence[Format], large_print: bool) -> None:
    """Raises SheetgenError for large print in formats of which none has it."""
    if large_print and not any(form.large for form in asked):
        which = ", ".join(form.name for form in asked)
        raise SheetgenError(f"--large-print is nothing that {which} can show; leave it out")


def check_parts(asked: Sequence[Format], topic: Topic) -> None:
    """Raises SheetgenError for a format that cannot show a sheet of several small exercises, where
    a topic is one."""
    for form in asked:
        if topic.parts and not form.parts:
            able = ", ".join(name for name, known in formats().items() if known.parts)
            raise SheetgenError(f"--format {form.name} cannot show {topic.name}; take {able}")


def files(asked: Sequence[Format], request: Request) -> dict[str, bytes]:
    """Names and contents of the files of a request, in each of the formats. Raises UsageError for
    a sheet without blanks in a format that asks for them."""
    check_parts(asked, request.exercises[0].topic)
    for form in asked:
        worked = [e.code for e in request.exercises if form.asks and not e.blanks]
        if worked:
            raise UsageError(
                f"--format {form.name} asks for each blank, and sheet {worked[0]} has none; "
                "choose another --blank"
            )
    found: dict[str, bytes] = {}
    for form in asked:
        made = form.write(request if form.large else request.usual)
        found |= {f"{request.stem}{ending}": data for ending, data in made.items()}
    return found
