"""How wide a text will be: advance widths of the bundled fonts, from a file made beforehand."""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path

from sheetgen.errors import SheetgenError
from sheetgen.type.markup import pieces

SMALL = 0.68
"""Size of a lowered or raised part relative to its line; the theme's ``sub, sup`` say the same."""

_INVISIBLE = frozenset(map(chr, (*range(0xFE00, 0xFE10), 0x200C, 0x200D, 0x2060)))


def _find_templates() -> Path:
    package = Path(__file__).resolve().parents[1]
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


def text_width(markup: str, size: float, face: str) -> float:
    """Width in mm of ``markup`` set with an em of ``size`` mm in ``face`` (a ``Label.face``)."""
    return _width(markup, face) * size / 1000


@lru_cache(maxsize=1 << 15)
def _width(markup: str, face: str) -> float:
    """The same in thousandths of an em."""
    advances = _advances(face)
    total = 0.0
    for position, part in pieces(markup):
        width = sum([advances[c] for c in part])
        total += width if position == "base" else width * SMALL
    return total


class _Advances(dict[str, int]):
    """Character -> width in thousandths of an em."""

    def __init__(self, known: dict[str, int], default: int) -> None:
        super().__init__(known)
        self._default = default

    def __missing__(self, character: str) -> int:
        return _foreign(character, self._default)


@cache
def _advances(face: str) -> _Advances:
    return _Advances(*_metrics()[face])


def _foreign(character: str, default: int) -> int:
    """Width of a character that is not measured; most wide ones fill an em, pictures more."""
    if is_invisible(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1000 if ord(character) < 0x1F000 else 1250
    return default


def uncovered(text: str) -> str:
    """The characters of ``text`` that no bundled font has, each once, in order."""
    if text.isascii() and text.isprintable():
        return ""
    missing = [c for c in text if not _is_covered(c)]
    return "".join(c for c in dict.fromkeys(missing) if not is_invisible(c))


@cache
def _is_covered(character: str) -> bool:
    first, last = _coverage()
    span = bisect_right(first, ord(character)) - 1
    return span >= 0 and ord(character) <= last[span]


def is_invisible(character: str) -> bool:
    """Whether a character only says how its neighbours look: variation selectors and joiners."""
    return character in _INVISIBLE or "\U000e0100" <= character <= "\U000e01ef"
