"""A line of text, set as Pango sets it: its width, and the operators that show its parts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from sheetgen.press.pdf.paths import number
from sheetgen.type.fonts import SMALL
from sheetgen.type.truetype import Run, is_simple, runs, typeface

PX = 96 / 25.4
"""CSS pixels in a millimetre."""
UNITS = 1024
"""Pango's units in a pixel."""
RAISED = {"sub": -0.26, "sup": 0.5}
"""How high a small part stands, in its own ems, as in ``sheet.css``."""

_PART = re.compile(r"<(sub|sup)>(.*?)</\1>")

Glyph = tuple[str, int, int]
"""Font, glyph and its width in thousandths of an em."""
Show = tuple[str, str]
"""The operator that chooses a font, and the one that shows glyphs of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Set:
    """A line of text, set: its width in px, and its parts' places from the line's start and from
    the top of its box, each with what shows it."""

    width: float
    parts: tuple[tuple[float, float, tuple[Show, ...]], ...]
    glyphs: tuple[Glyph, ...]
    """In drawing order, each once."""


@lru_cache(1 << 15)
def set_text(markup: str, stack: tuple[str, ...], em: str, height: str) -> Set:
    """One line of HTML text in a box; sizes in mm as CSS says them. Raises NotSimpleError."""
    whole, line = float(em) * PX, float(height) * PX
    simple = _simple(markup, stack[0], int(whole * UNITS), line)
    if simple is not None:
        return simple
    up, high = _extent((stack[0],), int(whole * UNITS))
    top = -(up + (line - high) / 2)
    pieces: list[tuple[float, float, list[Run], int]] = []
    x = 0.0
    for tag, text in _parts(markup):
        size = whole * (SMALL * 100) / 100 if tag else whole
        units = int(size * UNITS)
        base = -RAISED[tag] * size if tag else 0.0
        found = runs(text, stack)
        room = 0.0 if tag else line
        for faces in ((stack[0],), tuple(run.face for run in found)):
            up, high = _extent(faces, units)
            top = min(top, base - (up + (room - high) / 2))
        if text.strip():
            pieces.append((x, base, found, units))
        x += sum(
            typeface(run.face).scaled(typeface(run.face).advances[g], units)
            for run in found for g in run.glyphs
        ) / UNITS  # fmt: skip
    parts = tuple((dx, base - top, _shown(found, units)) for dx, base, found, units in pieces)
    glyphs = dict.fromkeys(
        (run.face, glyph, typeface(run.face).width(glyph, units))
        for _, _, found, units in pieces for run in found for glyph in run.glyphs
    )  # fmt: skip
    return Set(x, parts, tuple(glyphs))


def _simple(text: str, face: str, units: int, line: float) -> Set | None:
    """A line of one font and one size, which most are; None for any other."""
    known = _letters(face, units)
    try:
        letters = [known[character] for character in text]
    except KeyError:
        return None
    if not text.strip():
        return Set(sum(a for a, _, _ in letters) / UNITS, (), ())
    up, high = _extent((face,), units)
    shown = (_font(face, units), f"<{''.join([code for _, code, _ in letters])}> Tj\n")
    glyphs = dict.fromkeys([glyph for _, _, glyph in letters])
    width = sum([advance for advance, _, _ in letters]) / UNITS
    return Set(width, ((0.0, up + (line - high) / 2, (shown,)),), tuple(glyphs))


@lru_cache(1 << 8)
def set_space(face: str, em: str) -> Set:
    """A space that is shown, which the end and the start of a line are not."""
    units = int(float(em) * PX * UNITS)
    advance, code, glyph = _letters(face, units)[" "]
    return Set(advance / UNITS, ((0.0, 0.0, ((_font(face, units), f"<{code}> Tj\n"),)),), (glyph,))


class _Letters(dict[str, tuple[int, str, Glyph]]):
    """Character -> its advance, its code and its glyph, in one font at one size."""

    def __init__(self, face: str, units: int) -> None:
        self.face, self.units = face, units

    def __missing__(self, character: str) -> tuple[int, str, Glyph]:
        if character in "<&" or not is_simple(character):  # the first two start HTML
            raise KeyError(character)
        face = typeface(self.face)
        glyph = face.glyphs[character]
        found = self[character] = (
            face.scaled(face.advances[glyph], self.units), f"{glyph:04x}",
            (self.face, glyph, face.width(glyph, self.units)),
        )  # fmt: skip
        return found


@lru_cache(1 << 10)
def _letters(face: str, units: int) -> _Letters:
    return _Letters(face, units)


@cache
def _font(face: str, units: int) -> str:
    return f"/{typeface(face).tag} {number(units / UNITS)} Tf\n"


@lru_cache(1 << 10)
def _extent(faces: tuple[str, ...], size: int) -> tuple[float, float]:
    """Ascent and height in px of the largest of the faces."""
    ups, downs = zip(*(typeface(face).extent(size) for face in faces), strict=True)
    return max(ups) / UNITS, (max(ups) + max(downs)) / UNITS


def _parts(markup: str) -> Iterator[tuple[str, str]]:
    """Tag (or nothing) and text of each part of a line."""
    done = 0
    for match in _PART.finditer(markup):
        if match.start() > done:
            yield "", html.unescape(markup[done : match.start()])
        yield match[1], html.unescape(match[2])
        done = match.end()
    if done < len(markup):
        yield "", html.unescape(markup[done:])


def _shown(found: list[Run], units: int) -> tuple[Show, ...]:
    return tuple(
        (_font(run.face, units), f"<{''.join(f'{g:04x}' for g in run.glyphs)}> Tj\n")
        for run in found
    )
