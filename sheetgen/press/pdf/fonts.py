"""The fonts of a PDF: a file of the used glyphs of each, and the objects that show them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby

from sheetgen.press.pdf.file import stream
from sheetgen.type.truetype import FAMILIES, Typeface


def subset(face: Typeface, used: Iterable[int]) -> bytes:
    """A font file with the outlines of the used glyphs only; their numbers stay."""
    return font_file(subset_tables(face, used))


def subset_tables(face: Typeface, used: Iterable[int]) -> dict[bytes, bytes]:
    """The tables of such a file."""
    outlines = _outlines(face, used)
    glyphs = range(max(outlines) + 1)
    return _tables(face, [outlines.get(g, b"") for g in glyphs],
                   [_measures(face, g, g in outlines) for g in glyphs])  # fmt: skip


def renumbered_tables(
    face: Typeface, used: Iterable[int]
) -> tuple[dict[bytes, bytes], dict[int, int]]:
    """The tables of a file that has no glyphs but the used ones, in their order; and old numbers to
    new ones."""
    outlines = _outlines(face, used)
    numbers = {glyph: k for k, glyph in enumerate(sorted(outlines))}
    bodies = []
    for glyph in numbers:
        body = bytearray(outlines[glyph])
        for place, part in _components(outlines[glyph]):
            struct.pack_into(">H", body, place, numbers[part])
        bodies.append(bytes(body))
    return _tables(face, bodies, [_measures(face, g, True) for g in numbers]), numbers


def _tables(
    face: Typeface, outlines: Sequence[bytes], measures: Sequence[bytes]
) -> dict[bytes, bytes]:
    """The tables of a file of glyphs with these outlines and measures."""
    body = bytearray()
    places = [0]
    for outline in outlines:
        body += outline + bytes(-len(outline) % 4)
        places.append(len(body))
    head = bytearray(face.tables[b"head"])
    struct.pack_into(">I", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    maxp, hhea = bytearray(face.tables[b"maxp"]), bytearray(face.tables[b"hhea"])
    struct.pack_into(">H", maxp, 4, len(outlines))
    struct.pack_into(">H", hhea, 34, len(outlines))
    return {
        tag: data for tag, data in face.tables.items()
        if tag in (b"cvt ", b"fpgm", b"prep")
    } | {
        b"glyf": bytes(body), b"head": bytes(head), b"hhea": bytes(hhea),
        b"hmtx": b"".join(measures),
        b"loca": struct.pack(f">{len(places)}I", *places), b"maxp": bytes(maxp),
        b"post": struct.pack(">I", 0x30000) + face.tables[b"post"][4:32],
    }  # fmt: skip


def _outlines(face: Typeface, used: Iterable[int]) -> dict[int, bytes]:
    """Glyph -> outline, of the used glyphs, those of which they are put together, and the first."""
    count = len(face.advances)
    wide = struct.unpack_from(">h", face.tables[b"head"], 50)[0] == 1
    if wide:
        places = struct.unpack_from(f">{count + 1}I", face.tables[b"loca"])
    else:
        places = tuple(2 * v for v in struct.unpack_from(f">{count + 1}H", face.tables[b"loca"]))
    found: dict[int, bytes] = {}
    todo = [0, *used]
    while todo:
        glyph = todo.pop()
        if glyph not in found:
            found[glyph] = face.tables[b"glyf"][places[glyph] : places[glyph + 1]]
            todo += [part for _, part in _components(found[glyph])]
    return found


def _measures(face: Typeface, glyph: int, used: bool) -> bytes:
    """A glyph's advance and bearing. The font may have advances for its first glyphs only; they
    stay as they are."""
    table = face.tables[b"hmtx"]
    (long,) = struct.unpack_from(">H", face.tables[b"hhea"], 34)
    if glyph < long:
        return table[4 * glyph : 4 * glyph + 4]
    if not used:
        return bytes(4)
    return struct.pack(">H", face.advances[glyph]) + table[4 * long + 2 * (glyph - long) :][:2]


def _components(outline: bytes) -> list[tuple[int, int]]:
    """The glyphs of which a glyph is put together, each with the place of its number."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found, place = [], 10
    while True:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        found.append((place + 2, glyph))
        place += 8 if flags & 1 else 6
        place += 2 if flags & 8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0
        if not flags & 0x20:
            return found


def _sum(data: bytes) -> int:
    """The check sum of a table."""
    data += bytes(-len(data) % 4)
    return int(sum(struct.unpack(f">{len(data) // 4}I", data))) & 0xFFFFFFFF


def font_file(tables: Mapping[bytes, bytes]) -> bytes:
    """Tables as a file, with its directory and check sums."""
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
    """The object of a font's file."""
    data = subset(face, glyphs)
    return stream(data, f"/Length1 {len(data)}")


@lru_cache(256)
def _to_unicode(face: Typeface, glyphs: frozenset[int]) -> bytes:
    """The object that says which characters the glyphs are."""
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
