"""Whether two PDFs say the same: the same objects, whatever compressed their streams."""

from __future__ import annotations

import hashlib
import re
import zlib

_OBJECT = re.compile(rb"(\d+ \d+ obj)\n(<<.*?>>)\s*stream\n", re.DOTALL)
_LENGTH = re.compile(rb"/Length (\d+)(?! \d+ R)")
_CLOSED = re.compile(rb"\s*endstream\s*endobj\s*")
_END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*")
_TABLE = re.compile(rb"/Type\s*/XRef")


def same_content(one: bytes, other: bytes) -> bool:
    """Whether two files are equal but for how streams of a PDF are compressed."""
    return one == other or content_digest(one) == content_digest(other)


def content_digest(data: bytes) -> str:
    """SHA-256 of a file: of a PDF as the press writes it without compression and without the places
    that hang on it, so that the same sheet has the same digest whatever zlib made it; of any other
    file as it is."""
    try:
        parts = _parts(data) if data.startswith(b"%PDF-") else [data]
    except (ValueError, zlib.error):
        parts = [data]
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


def _parts(data: bytes) -> list[bytes]:
    """The objects, each with its head and its content. Raises ValueError for a PDF that is written
    otherwise."""
    at = data.index(b"\n", data.index(b"\n") + 1) + 1
    found = [data[:at]]
    while (head := _OBJECT.match(data, at)) is not None:
        number, entries = head.groups()
        length = _LENGTH.search(entries)
        if length is None:
            raise ValueError("a stream without a length")
        end = head.end() + int(length[1])
        content = data[head.end() : end]
        tail = _CLOSED.match(data, end)
        if tail is None:
            raise ValueError("a stream without an end")
        at = tail.end()
        if _TABLE.search(entries):
            break
        if b"/FlateDecode" in entries and b"/DecodeParms" not in entries:
            content = zlib.decompress(content)
        found += [number, _LENGTH.sub(b"", entries, count=1), content]
    if _END.fullmatch(data, at) is None:
        raise ValueError("something else than streams, or something added")
    return found
