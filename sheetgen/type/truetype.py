"""The bundled fonts as a PDF needs them: glyphs and widths of a text, and a file of the used ones.

A text is set as Pango sets it. Our fonts have no kerning and no ligatures for simple scripts, so a
text's glyphs are those of its characters; scripts that need shaping are not set here.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import md5
from itertools import groupby
from zlib import compress

from sheetgen.type import fonts

FAMILIES = {
    "label": "SG Label", "digits": "SG Digits", "answer": "SG Answer", "math": "SG Math",
    "world": "SG World",
}  # fmt: skip
"""File in the templates -> family in the style sheet."""

_DROPPED = (b"GDEF", b"GPOS", b"GSUB", b"MATH", b"cmap", b"vhea", b"vmtx", b"name", b"OS/2")
_REQUIRED = 12


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


@cache
def is_simple(character: str) -> bool:
    """Whether a character stands for itself, left to right, beside any other."""
    if character == " ":
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
    faces = ["" if c == " " else _face_of(stack, c) for c in text]
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


@cache
def _script(character: str) -> str:
    """Latin, Greek or Cyrillic, nothing for a sign that stands in any script."""
    name = unicodedata.name(character, "")
    script = next((s for s in ("LATIN", "GREEK", "CYRILLIC") if s in name), "")
    if not script and unicodedata.category(character)[0] == "L":
        raise NotSimpleError(character)
    return script


def _new_script(text: str, place: int) -> bool:
    """Whether another script starts after the spaces at a place."""
    before = [s for s in map(_script, text[:place]) if s]
    after = _script(text[place:].lstrip(" ")[0])
    if len({*before, after} - {""}) > 1 and any(
        unicodedata.category(c) in ("Ps", "Pe") for c in text
    ):
        raise NotSimpleError(text)
    return bool(before and after and before[-1] != after)


# --- the font in the file


def subset(face: Typeface, used: Iterable[int]) -> bytes:
    """A font file with the outlines of the used glyphs only; their numbers stay."""
    wide = struct.unpack_from(">h", face.tables[b"head"], 50)[0] == 1
    glyf = face.tables[b"glyf"]
    count = len(face.advances)
    if wide:
        loca = struct.unpack_from(f">{count + 1}I", face.tables[b"loca"])
    else:
        loca = tuple(2 * v for v in struct.unpack_from(f">{count + 1}H", face.tables[b"loca"]))
    keep: dict[int, bytes] = {}
    todo = [0, *used]
    while todo:
        glyph = todo.pop()
        if glyph not in keep:
            keep[glyph] = glyf[loca[glyph] : loca[glyph + 1]]
            todo += _components(keep[glyph])
    last = max(keep) + 1
    body = bytearray()
    places = [0]
    for glyph in range(last):
        outline = keep.get(glyph, b"")
        body += outline + bytes(-len(outline) % 4)
        places.append(len(body))
    head = bytearray(face.tables[b"head"])
    struct.pack_into(">I", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    maxp, hhea = bytearray(face.tables[b"maxp"]), bytearray(face.tables[b"hhea"])
    struct.pack_into(">H", maxp, 4, last)
    (long,) = struct.unpack_from(">H", hhea, 34)
    bearings = b"".join(
        face.tables[b"hmtx"][4 * g : 4 * g + 4] if g < long
        else struct.pack(">H", face.advances[g])
        + face.tables[b"hmtx"][4 * long + 2 * (g - long) :][:2]
        if g in keep else b"\0\0\0\0" for g in range(last)
    )  # fmt: skip
    struct.pack_into(">H", hhea, 34, last)
    tables = {
        tag: data for tag, data in face.tables.items()
        if tag in (b"cvt ", b"fpgm", b"prep")
    } | {
        b"glyf": bytes(body), b"head": bytes(head), b"hhea": bytes(hhea), b"hmtx": bearings,
        b"loca": struct.pack(f">{last + 1}I", *places), b"maxp": bytes(maxp),
        b"post": struct.pack(">I", 0x30000) + face.tables[b"post"][4:32],
    }  # fmt: skip
    return _font_file(tables)


def _components(outline: bytes) -> list[int]:
    """The glyphs of which a glyph is put together."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found, place = [], 10
    while True:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        found.append(glyph)
        place += 8 if flags & 1 else 6
        place += 2 if flags & 8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0
        if not flags & 0x20:
            return found


def _sum(data: bytes) -> int:
    data += bytes(-len(data) % 4)
    return int(sum(struct.unpack(f">{len(data) // 4}I", data))) & 0xFFFFFFFF


def _font_file(tables: Mapping[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    header = struct.pack(">IHHHH", 0x10000, count, search, power, 16 * count - search)
    place = 12 + 16 * count
    body = b""
    for tag in sorted(tables):
        data = tables[tag]
        header += struct.pack(">4sIII", tag, _sum(data), place + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    whole = bytearray(header + body)
    head = place + sum(len(tables[t]) + -len(tables[t]) % 4 for t in sorted(tables) if t < b"head")
    struct.pack_into(">I", whole, head + 8, (0xB1B0AFBA - _sum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)


LEVEL, QUICK = 6, 1
"""How hard to compress; a higher level gains little, the lowest loses a seventh."""


def packed(data: bytes, level: int = LEVEL) -> bytes:
    return compress(data, level)


def stream(data: bytes, more: str = "") -> bytes:
    """A stream object of some data, with more entries."""
    return packed_stream(packed(data), more)


def packed_stream(data: bytes, more: str = "") -> bytes:
    """A stream object of data that are compressed."""
    head = f"<</Filter/FlateDecode/Length {len(data)}{more}>>stream\n".encode("ascii")
    return head + data + b"\nendstream"


def objects(face: Typeface, widths: Mapping[int, int], first: int) -> list[bytes]:
    """The PDF objects of a font with some glyphs of given widths, numbered from ``first``; the
    first of them is the font."""
    glyphs = sorted(widths)
    name = f"{face.tag}+{face.family.replace(' ', '-')}"
    all_glyphs = _usual(face).union(glyphs)
    parts: list[str] = []
    for _, run in groupby(enumerate(glyphs), key=lambda pair: pair[1] - pair[0]):
        some = [glyph for _, glyph in run]
        parts.append(f"{some[0]}[{' '.join(str(widths[g]) for g in some)}]")
    ascent, descent = (round(v * 1000 / face.upem) for v in (face.ascender, face.descender))
    widest = max(widths.values(), default=0)
    return [
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
        f"/DescendantFonts[{first + 1} 0 R]/ToUnicode {first + 4} 0 R>>".encode("ascii"),
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDToGIDMap/Identity"
        f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/FontDescriptor {first + 2} 0 R/W[{''.join(parts)}]>>".encode("ascii"),
        f"<</Type/FontDescriptor/FontName/{name}/FontFamily({face.family})/Flags 4"
        f"/FontBBox[0 {descent} {widest} {ascent}]/ItalicAngle 0/Ascent {ascent}"
        f"/Descent {descent}/CapHeight {ascent}/StemV 80/StemH 80"
        f"/FontFile2 {first + 3} 0 R>>".encode("ascii"),
        _file(face, all_glyphs),
        _to_unicode(face, all_glyphs),
    ]


@cache
def _usual(face: Typeface) -> frozenset[int]:
    """Glyphs that are always in a font's file, so that many sheets have the same file: digits, and
    where codes are printed the capitals."""
    letters = {
        FAMILIES["answer"]: "0123456789−.",
        FAMILIES["label"]: "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        FAMILIES["digits"]: "0123456789−.",
    }.get(face.family, "")
    return frozenset(face.glyphs[c] for c in letters if c in face.glyphs)


@lru_cache(64)
def _file(face: Typeface, glyphs: frozenset[int]) -> bytes:
    data = subset(face, glyphs)
    return stream(data, f"/Length1 {len(data)}")


@lru_cache(256)
def _to_unicode(face: Typeface, glyphs: frozenset[int]) -> bytes:
    back: dict[int, str] = {}
    for character, glyph in face.glyphs.items():
        if glyph in glyphs:
            back.setdefault(glyph, character)
    pairs = [f"<{g:04x}> <{back[g].encode('utf-16-be').hex()}>" for g in sorted(back)]
    blocks = "".join(
        f"{len(pairs[k : k + 100])} beginbfchar\n" + "\n".join(pairs[k : k + 100]) + "\nendbfchar\n"
        for k in range(0, len(pairs), 100)
    )
    return stream(
        (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n"
            "<</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def\n"
            "/CMapName /Adobe-Identity-UCS def\n"
            "/CMapType 2 def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
            f"{blocks}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
        ).encode("ascii")
    )
