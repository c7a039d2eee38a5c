"""The series that there are: those that come with sheetgen, and files of one's own."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import Recipe
from sheetgen.series.series import KIND, Series, settled
from sheetgen.series.source import Lines, Source, read_file, source_of
from sheetgen.type.fonts import TEMPLATES

FOLDER = TEMPLATES / "series"
ORDER = ("foundations", "training", "sequences", "attention", "vision")
"""In which order they are told; others come behind."""


@cache
def built_in() -> Mapping[str, Source]:
    """Name -> series, of those that come with sheetgen."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = source_of(data, path.stem, own=False)
    first = [name for name in ORDER if name in found]
    return {name: found[name] for name in (*first, *(n for n in found if n not in first))}


def is_file(name: str) -> bool:
    """Whether a series is a file of somebody's own."""
    return name.lower().endswith(".toml")


def is_series(name: str) -> bool:
    """Whether a name is that of a series, or of a file in which one is written down."""
    if not is_file(name):
        return name.strip().lower().replace("_", "-") in built_in()
    try:
        data = tomllib.loads(Path(name).read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False  # who reads it as something else says what is wrong
    return "page" in data and "exercise" not in data


def find_series(name: str, options: Mapping[str, Any] | None = None) -> Series:
    """The series of a name, or in a TOML file, with options for all pages. Raises SheetgenError;
    for a file with its line and key."""
    if is_file(name):
        source, text = read_file(Path(name))
        return _settled(source, options, Lines(name, text))
    known = built_in()
    key = name.strip().lower().replace("_", "-")
    if key not in known:
        near = difflib.get_close_matches(key, known, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        raise SheetgenError(f"there is no series {name[:60]!r}; {hint}, and a file NAME.toml of "
                            "your own")  # fmt: skip
    return settled(known[key], options)


def _settled(source: Source, options: Mapping[str, Any] | None, lines: Lines) -> Series:
    found = lines.checked(lambda: settled(source, options))
    assert isinstance(found, Series)
    return found


def series_again(recipe: Recipe, name: str = "") -> Series:
    """The series of a booklet that was made before; ``name`` is that of the file, if it is
    somebody's own. Raises SheetgenError if it would not be what was printed."""
    if not recipe.topic.startswith(KIND):
        raise SheetgenError(f"{recipe} is the recipe of a sheet, not of a series; "
                            f"sheetgen make --recipe '{recipe}' makes it")  # fmt: skip
    options = dict(recipe.options)
    mark, own = options.pop("file", ""), recipe.topic.removeprefix(KIND)
    if mark and not is_file(name):
        raise SheetgenError(f"{recipe} is made from a file of somebody's own; name it: sheetgen "
                            f"series {own}.toml --recipe '{recipe}'")  # fmt: skip
    if not mark and name and name != own:
        raise SheetgenError(f"the recipe is one of the series {own}, not of {name}")
    found = find_series(name if mark else own, options)
    found.check_again(recipe)
    return found
