"""Pages of other PDFs, put into one that is written here."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from hashlib import blake2b
from io import BytesIO
from typing import Any


class Copies:
    """Copies objects of other PDFs into one; equal objects are there once."""

    def __init__(self, new: Callable[[], int], put: Callable[[int, bytes], None]) -> None:
        self._new, self._put = new, put
        self._copies: dict[bytes, int] = {}

    def page(self, data: bytes) -> tuple[str, str]:
        """Content and resources of the first page of a PDF, as values of a page of this one."""
        import pikepdf

        with pikepdf.open(BytesIO(data)) as pdf:
            source = pdf.pages[0].obj
            contents, resources = (self._copy(source[k]) for k in ("/Contents", "/Resources"))
        return contents.decode("ascii"), resources.decode("ascii")

    def form(self, data: bytes) -> int:
        """The first page of a PDF as a form, which a page can show; its object."""
        import pikepdf

        with pikepdf.open(BytesIO(data)) as pdf:
            source = pdf.pages[0].obj
            box = bytes(source.MediaBox.unparse()).decode("ascii")
            resources = self._copy(source.Resources).decode("ascii")
            more = f"/Type/XObject/Subtype/Form/BBox{box}/Resources {resources}"
            return int(self._copy(source.Contents, more.encode("ascii")).split()[0])

    def _copy(self, value: Any, more: bytes = b"") -> bytes:
        """A value, its indirect objects put here; ``more`` goes into a stream's dictionary."""
        import pikepdf

        if isinstance(value, pikepdf.Stream):
            raw = value.read_raw_bytes()
            keys = {k: v for k, v in value.stream_dict.items() if k != "/Length"}
            data = self._dictionary(keys, more + f"/Length {len(raw)}".encode("ascii"))
            return self._object(value, data + b"stream\n" + raw + b"\nendstream")
        if isinstance(value, pikepdf.Dictionary):
            return self._object(value, self._dictionary(value))
        if isinstance(value, pikepdf.Array):
            return self._object(
                value, b"[" + b" ".join(self._copy(v) for v in value.as_list()) + b"]"
            )
        if isinstance(value, pikepdf.Object):
            return bytes(value.unparse())
        if isinstance(value, bool):
            return b"true" if value else b"false"
        if value is None:
            return b"null"
        # A decimal may be written with a power of ten, which no PDF knows.
        return (format(value, "f") if isinstance(value, Decimal) else str(value)).encode("ascii")

    def _dictionary(self, values: Any, more: bytes = b"") -> bytes:
        import pikepdf

        parts = (pikepdf.Name(k).unparse() + b" " + self._copy(v) for k, v in values.items())
        return b"<<" + b"".join(parts) + more + b">>"

    def _object(self, value: Any, data: bytes) -> bytes:
        if not value.is_indirect:
            return data
        mark = blake2b(data, digest_size=16).digest()
        if mark not in self._copies:
            self._copies[mark] = self._new()
            self._put(self._copies[mark], data)
        return f"{self._copies[mark]} 0 R".encode("ascii")
