"""The bundled fonts' files, read: the glyphs of a text and their widths.

A text is set as Pango sets it. Our fonts have no kerning and no ligatures for simple scripts, so a
text's glyphs are those of its characters; scripts that need shaping are not set here.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import md5
from itertools import groupby

from sheetgen.type import fonts
from sheetgen.type.scripts import UnknownScriptError, starts

FAMILIES = {
    "label": "SG Label", "digits": "SG Digits", "answer": "SG Answer", "math": "SG Math",
    "world": "SG World",
}  # fmt: skip
"""File in the templates -> family in the style sheet."""


class NotSimpleError(Exception):
    """A text that this module cannot set: a script that needs shaping, or no glyph for it."""


@dataclass(frozen=True, eq=False)
class Typeface:
    """One font file, read."""

    family: str
    tables: Mapping[bytes, bytes]
    glyphs: Mapping[str, int]
    """Character -> number of its glyph."""
    advances: Sequence[int]
    upem: int
    ascender: int
    descender: int
    """In the font's units; the descender is negative."""

    @property
    def tag(self) -> str:
        """The font's name in a page's resources."""
        digest = md5(self.family.encode(), usedforsecurity=False).digest()
        return "".join(chr(65 + byte % 26) for byte in digest[:6])

    def scaled(self, value: int, size: int) -> int:
        """Font units at a size in Pango units (1/1024 px), as HarfBuzz rounds them."""
        return (value * _unit(self.upem, size) + 0x8000) >> 16

    def extent(self, size: int) -> tuple[int, int]:
        """Ascent and descent at a size in Pango units; HarfBuzz has 32-bit floats for these."""
        unit = _single(size / self.upem)
        up, down = (_single(value * unit) for value in (self.ascender, -self.descender))
        return int(up + 0.5), int(down + 0.5)

    @lru_cache(1 << 15)  # noqa: B019 - there are five fonts, and they stay
    def width(self, glyph: int, size: int) -> int:
        """A glyph's width in thousandths of an em, as it comes out at a size in Pango units."""
        return round(self.scaled(self.advances[glyph], size) * 1000 / size)


@lru_cache(1 << 10)
def _unit(upem: int, size: int) -> int:
    """A font unit at a size, in 1/65536 of Pango's units; HarfBuzz has a 32-bit float for it."""
    return int(_single((size << 16) / upem))


def _single(value: float) -> float:
    """The nearest 32-bit float."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


@cache
def typeface(name: str) -> Typeface:
    """The bundled font ``fonts/<name>.ttf``."""
    data = (fonts.TEMPLATES / "fonts" / f"{name}.ttf").read_bytes()
    (count,) = struct.unpack_from(">H", data, 4)
    tables = {}
    for k in range(count):
        tag, _, start, length = struct.unpack_from(">4sIII", data, 12 + 16 * k)
        tables[tag] = data[start : start + length]
    (upem,) = struct.unpack_from(">H", tables[b"head"], 18)
    ascender, descender = struct.unpack_from(">hh", tables[b"hhea"], 4)
    (long,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    (total,) = struct.unpack_from(">H", tables[b"maxp"], 4)
    pairs = struct.unpack_from(f">{2 * long}H", tables[b"hmtx"])
    advances = [*pairs[::2], *[pairs[-2]] * (total - long)]
    return Typeface(
        FAMILIES[name], tables, _characters(tables[b"cmap"]), advances, upem, ascender, descender
    )


def _characters(cmap: bytes) -> dict[str, int]:
    """Character -> glyph from the table for the Basic Multilingual Plane (format 4)."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    for k in range(count):
        platform, encoding, start = struct.unpack_from(">HHI", cmap, 4 + 8 * k)
        form, _, _, twice = struct.unpack_from(">4H", cmap, start)
        if form == 4 and (platform, encoding) in ((3, 1), (0, 3)):
            break
    else:
        raise ValueError("a font without characters")
    n = twice // 2
    ends = struct.unpack_from(f">{n}H", cmap, start + 14)
    starts = struct.unpack_from(f">{n}H", cmap, start + 16 + twice)
    deltas = struct.unpack_from(f">{n}h", cmap, start + 16 + 2 * twice)
    ranges_at = start + 16 + 3 * twice
    ranges = struct.unpack_from(f">{n}H", cmap, ranges_at)
    found = {}
    for k in range(n):
        for code in range(starts[k], min(ends[k], 0xFFFE) + 1):
            glyph = code
            if ranges[k]:
                place = ranges_at + 2 * k + ranges[k] + 2 * (code - starts[k])
                (glyph,) = struct.unpack_from(">H", cmap, place)
            if glyph or not ranges[k]:
                glyph = (glyph + deltas[k]) & 0xFFFF
            if glyph:
                found[chr(code)] = glyph
    return found


SPACES = " \N{NO-BREAK SPACE}"
"""What stands in the font of what is beside it."""


@cache
def is_simple(character: str) -> bool:
    """Whether a character stands for itself, left to right, beside any other."""
    if character in SPACES:
        return True
    kind = unicodedata.category(character)
    if character in "◽◾" or (kind == "So" and character not in "□°©®"):  # emoji to Pango
        return False
    return kind[0] not in "MCZ" and unicodedata.bidirectional(character) not in (
        "R", "AL", "AN", "NSM", "BN"
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs of one font, one after the other."""

    face: str
    glyphs: tuple[int, ...]


@cache
def _face_of(stack: tuple[str, ...], character: str) -> str:
    for name in stack:
        if character in typeface(name).glyphs:
            return name
    raise NotSimpleError(character)


def runs(text: str, stack: tuple[str, ...]) -> list[Run]:
    """The text in the first font of ``stack`` that has each character. Raises NotSimpleError.

    A space stays in the font of what is before it, unless what comes after stands in an earlier
    font of the stack and in no other script.
    """
    if not all(map(is_simple, text)):
        raise NotSimpleError(text)
    first = typeface(stack[0]).glyphs
    if all(c in first for c in text):
        return [Run(stack[0], tuple(first[c] for c in text))]
    faces = ["" if c in SPACES else _face_of(stack, c) for c in text]
    last = next(filter(None, faces), stack[0])
    for k, face in enumerate(faces):
        if not face:
            after = next(filter(None, faces[k:]), last)
            better = stack.index(after) < stack.index(last)
            faces[k] = after if better and not _new_script(text, k) else last
        last = faces[k]
    return [
        Run(face, tuple(typeface(face).glyphs[c] for _, c in part))
        for face, part in groupby(zip(faces, text, strict=True), key=lambda pair: pair[0])
    ]


def _new_script(text: str, place: int) -> bool:
    """Whether another script starts after the spaces at a place."""
    after = len(text) - len(text[place:].lstrip(SPACES))
    try:
        return after in starts(text[: after + 1])
    except UnknownScriptError:
        raise NotSimpleError(text) from None
