"""Font files for a browser, with no glyphs but those of some characters: WOFF, which is quick to
make, and WOFF2, which is small."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Collection
from functools import lru_cache

from sheetgen.press.pdf.fonts import font_file, renumbered_tables, subset_tables
from sheetgen.type.truetype import FAMILIES, is_simple, typeface

KEPT = (b"OS/2", b"name")
"""Tables that browsers ask for, and PDFs do not have."""
NAMES = (1, 2)
"""Of the names of a small font: family and style."""
BEHIND = {"world": "digits"}
"""A font that is only asked for what another lacks."""


def web_font(name: str, characters: Collection[str]) -> bytes:
    """The bundled font of a name with what it has of some characters; nothing if that is none, the
    whole if it must shape some."""
    face = typeface(name)
    others = typeface(BEHIND[name]).glyphs if name in BEHIND else {}
    used = {c: face.glyphs[c] for c in sorted(characters) if c in face.glyphs and c not in others}
    if not used:
        return b""
    if not all(map(is_simple, used)):
        return _packed(font_file(face.tables))
    tables = subset_tables(face, used.values())
    tables |= {tag: face.tables[tag] for tag in KEPT if tag in face.tables}
    return _packed(font_file({**tables, b"cmap": _cmap(used)}))


@lru_cache(64)
def small_web_font(name: str, characters: frozenset[str]) -> str:
    """The bundled font of a name with what it has of some characters as the ``data:`` URL of a
    WOFF2 file; nothing is shaped."""
    from fontTools.ttLib import TTFont

    face = typeface(name)
    used = {c: face.glyphs[c] for c in sorted(characters) if c in face.glyphs}
    tables, numbers = renumbered_tables(face, used.values())
    tables |= {tag: face.tables[tag] for tag in KEPT}
    tables[b"cmap"] = _cmap({c: numbers[glyph] for c, glyph in used.items()})
    font = TTFont(io.BytesIO(font_file(tables)), recalcTimestamp=False)
    font["name"].names = [named for named in font["name"].names if named.nameID in NAMES]
    font.flavor, made = "woff2", io.BytesIO()
    font.save(made)
    return f"data:font/woff2;base64,{base64.b64encode(made.getvalue()).decode('ascii')}"


def is_bundled(name: str) -> bool:
    """Whether there is such a font."""
    return name in FAMILIES


def _cmap(glyphs: dict[str, int]) -> bytes:
    """The table of characters (format 4): a segment each, and the one that ends it."""
    codes = [*map(ord, glyphs), 0xFFFF]
    deltas = [(g - ord(c)) & 0xFFFF for c, g in glyphs.items()] + [1]
    n = len(codes)
    power = n.bit_length() - 1
    search = 2 << power
    table = struct.pack(
        f">7H{n}HH{n}H{n}H{n}H", 4, 16 + 8 * n, 0, 2 * n, search, power, 2 * n - search,
        *codes, 0, *codes, *deltas, *[0] * n,
    )  # fmt: skip
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + table


def _packed(font: bytes) -> bytes:
    """A font file as WOFF 1: its tables packed, each on its own."""
    (count,) = struct.unpack_from(">H", font, 4)
    directory, body, place = b"", b"", 44 + 20 * count
    for k in range(count):
        tag, check, start, length = struct.unpack_from(">4sIII", font, 12 + 16 * k)
        table = font[start : start + length]
        data = min(table, zlib.compress(table, 9), key=len)
        directory += struct.pack(">4sIIII", tag, place + len(body), len(data), length, check)
        body += data + bytes(-len(data) % 4)
    return struct.pack(
        ">4sIIHHIHHIIIII", b"wOFF", 0x10000, place + len(body), count, 0, len(font), 1, 0,
        0, 0, 0, 0, 0,
    ) + directory + body  # fmt: skip
