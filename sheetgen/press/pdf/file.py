"""The objects of a PDF and its table of places, written while the file is made."""

from __future__ import annotations

from hashlib import blake2b
from typing import IO
from zlib import compress

GROUP = 128
"""Small objects that are compressed together."""

LEVEL, QUICK = 6, 1
"""How hard to compress; a higher level gains little, the lowest loses a seventh."""


def packed(data: bytes, level: int = LEVEL) -> bytes:
    """Some data, compressed."""
    return compress(data, level)


def stream(data: bytes, more: str = "") -> bytes:
    """A stream object of some data, with more entries."""
    return packed_stream(packed(data), more)


def packed_stream(data: bytes, more: str = "") -> bytes:
    """A stream object of data that are compressed."""
    head = f"<</Filter/FlateDecode/Length {len(data)}{more}>>stream\n".encode("ascii")
    return head + data + b"\nendstream"


def text_string(text: str) -> bytes:
    """A text as PDF writes it."""
    if text.isascii() and text.isprintable():
        plain = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"({plain})".encode("ascii")
    return f"<feff{text.encode('utf-16-be').hex()}>".encode("ascii")


class PdfFile:
    """A PDF whose objects may come in any order; each is numbered before it is put."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._place = 0
        self._where: list[tuple[int, int, int]] = [(0, 0, 65535)]
        """For each object kind (1 at a place, 2 in a group), place or group, and index in it."""
        self._small: list[tuple[int, bytes]] = []
        self._emit(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    @property
    def next(self) -> int:
        """The number that the next new object gets."""
        return len(self._where)

    def new(self) -> int:
        self._where.append((0, 0, 0))
        return len(self._where) - 1

    def put(self, made: int, data: bytes) -> None:
        """A stream goes into the file at once, anything else together with others."""
        if data.endswith(b"endstream"):
            self._where[made] = (1, self._place, 0)
            self._emit(f"{made} 0 obj\n".encode("ascii") + data + b"\nendobj\n")
            return
        self._small.append((made, data))
        if len(self._small) == GROUP:
            self._flush()

    def close(self, catalog: int, info: int) -> None:
        """Write the table of places; the catalog is the object that all others hang on."""
        self._flush()
        self._where.append((1, self._place, 0))
        wide = max(2, (self._place.bit_length() + 7) // 8)
        rows = b"".join(
            kind.to_bytes(1, "big") + place.to_bytes(wide, "big") + index.to_bytes(2, "big")
            for kind, place, index in self._where
        )
        start, mark = self._place, blake2b(rows, digest_size=16).hexdigest()
        more = (f"/Type/XRef/W[1 {wide} 2]/Size {len(self._where)}/Root {catalog} 0 R"
                f"/Info {info} 0 R/ID[<{mark}><{mark}>]")  # fmt: skip
        self._emit(f"{len(self._where) - 1} 0 obj\n".encode("ascii") + stream(rows, more)
                   + f"\nendobj\nstartxref\n{start}\n%%EOF\n".encode("ascii"))  # fmt: skip

    def _flush(self) -> None:
        """Write the small objects that wait."""
        if not self._small:
            return
        group = self.new()
        heads, body = [], b""
        for index, (made, data) in enumerate(self._small):
            self._where[made] = (2, group, index)
            heads.append(f"{made} {len(body)}")
            body += data + b"\n"
        head = f"{' '.join(heads)}\n".encode("ascii")
        more = f"/Type/ObjStm/N {len(self._small)}/First {len(head)}"
        self._small = []
        self.put(group, stream(head + body, more))

    def _emit(self, data: bytes) -> None:
        self._file.write(data)
        self._place += len(data)
