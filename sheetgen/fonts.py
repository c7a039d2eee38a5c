"""How wide a text will be: advance widths of the bundled fonts, from a file made beforehand."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from sheetgen.errors import SheetgenError

Position = Literal["base", "sub", "sup"]

SMALL = 0.68
"""Size of a lowered or raised part relative to its line; the theme's ``sub, sup`` say the same."""

_SCRIPT = re.compile(r"([_^])(?:\{([^{}]*)\}|([^\W_]|[+\-−*′]))")


def _find_templates() -> Path:
    package = Path(__file__).resolve().parent
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "sheet.html").is_file():
            return folder
    raise SheetgenError("the templates folder is missing: install sheetgen again")


TEMPLATES: Path = _find_templates()
"""The templates folder: inside the installed package, or at the top of a checkout."""


@cache
def _metrics() -> dict[str, tuple[dict[str, int], int]]:
    data = json.loads((TEMPLATES / "fonts" / "metrics.json").read_text(encoding="utf-8"))
    return {face: (data[face]["em"], data[face]["default"]) for face in data if face != "coverage"}


@cache
def _coverage() -> tuple[list[int], list[int]]:
    data = json.loads((TEMPLATES / "fonts" / "metrics.json").read_text(encoding="utf-8"))
    return [first for first, _ in data["coverage"]], [last for _, last in data["coverage"]]


def pieces(markup: str) -> Iterator[tuple[Position, str]]:
    """The parts of a markup text: plain, lowered (``_3``, ``_{12}``) or raised (``^T``)."""
    done = 0
    for match in _SCRIPT.finditer(markup):
        if match.start() > done:
            yield "base", markup[done : match.start()]
        part = match[3] if match[2] is None else match[2]
        yield ("sub" if match[1] == "_" else "sup"), part
        done = match.end()
    if done < len(markup):
        yield "base", markup[done:]


@lru_cache(maxsize=1 << 15)
def text_width(markup: str, size: float, face: str) -> float:
    """Width in mm of ``markup`` set with an em of ``size`` mm in ``face`` (a ``Label.face``)."""
    em, default = _metrics()[face]
    total = 0.0
    for position, part in pieces(markup):
        width = sum(em.get(character, default) for character in part)
        total += width if position == "base" else width * SMALL
    return total * size / 1000


def uncovered(text: str) -> str:
    """The characters of ``text`` that no bundled font has, each once, in order."""
    first, last = _coverage()
    missing = dict.fromkeys(
        c for c in text if (i := bisect_right(first, ord(c)) - 1) < 0 or ord(c) > last[i]
    )
    return "".join(missing)
