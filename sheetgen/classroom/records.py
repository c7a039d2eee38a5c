"""Records read from data that anybody may have changed: what is wrong is named by its place."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

import msgspec

from sheetgen.errors import SheetgenError

Record = TypeVar("Record")

_KINDS = {
    "str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false",
    "array": "a list", "object": "a table of named values",
}  # fmt: skip
"""What msgspec calls a kind of value, and what it is called here."""


def record(data: Any, kind: type[Record]) -> Record:
    """Data as a record. Raises SheetgenError naming the place and the value that is wrong, such as
    ``students 3, name: 5 is not a text``; items are counted from 1."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as problem:
        raise SheetgenError(_told(str(problem), data)) from None


def check_texts(value: Any, where: str = "") -> None:
    """Raises SheetgenError for a text that nobody can print: half a surrogate pair, which only
    JSON can spell."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise SheetgenError(f"{where or 'the whole'}: {_shown(value)} is not a text") from None
    elif isinstance(value, list):
        for k, item in enumerate(value, 1):
            check_texts(item, f"{where} {k}")
    elif isinstance(value, dict):
        for name, item in value.items():
            check_texts(name, where)
            check_texts(item, f"{where}, {name}" if where else name)


def _told(problem: str, data: Any) -> str:
    said, _, path = problem.rpartition(" - at ")
    if not path.startswith(("`$", "`key`")):
        said, path = problem, ""
    where, value = "", data
    for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        where += f" {int(number) + 1}" if number else f", {name}" if where else name
        value = value[int(number) if number else name]
    if missing := re.search(r"missing required field `(\w+)`", said):
        said = f"there is no {missing[1]}"
    elif unknown := re.search(r"unknown field `(.*)`", said):
        said = f"{unknown[1][:40]} is not known here"
    elif wanted := re.match(r"Expected `(\w+)[^`]*`( (?:of length )?[<>]=? [\d.]+)?", said):
        inside = "a name in " if path[:5] == "`key`" else "one of " if "[...]" in path else ""
        said = f"{inside}{_shown(value)} is not {_KINDS.get(wanted[1], wanted[1])}{wanted[2] or ''}"
    elif said.startswith("Invalid enum value"):
        said = f"{said.removeprefix('Invalid enum value ')[:40]} is not known here"
    elif not path:
        return said  # it names its field
    return f"{where or 'the whole'}: {said}"


def _shown(value: Any) -> str:
    said = json.dumps(value, default=str)
    return said[:40] + "..." * (len(said) > 40)
