"""Whether two pages of PDF make the same marks: the same paths and texts, in the same place, order,
colour and line, however their operators are arranged."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

_LINE = {"w": 1.0, "d": ((), 0.0), "J": 0.0, "j": 0.0, "M": 10.0}


def marks(page: Any) -> list[tuple[Any, ...]]:
    """What a pikepdf page paints; a text's glyphs stand one by one, with their font's family."""
    import pikepdf

    families = {
        name: str(font.BaseFont).partition("+")[2]
        for name, font in page.Resources.get("/Font", {}).items()
    }
    painter = _Painter(families)
    instructions: Any = pikepdf.parse_content_stream(page)
    return [mark for operands, operator in instructions
            for mark in painter.marks(str(operator), operands)]  # fmt: skip


class _Painter:
    """Follows the operators of a page."""

    def __init__(self, families: dict[str, str]) -> None:
        self._families = families
        self._state: dict[str, Any] = {
            "cm": (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), "rg": 0, "RG": 0, **_LINE,
        }  # fmt: skip
        self._stack: list[dict[str, Any]] = []
        self._path: list[Any] = []
        self._place: tuple[float, ...] = ()
        self._glyphs = 0
        """Since the place was set."""
        self._font: tuple[str, float] = ("", 0.0)

    def marks(self, name: str, operands: Any) -> Iterator[tuple[Any, ...]]:
        """What an operator paints."""
        match name:
            case "m" | "l" | "c" | "h" | "re":
                self._path.append((name, _numbers(operands)))
            case "n":
                self._path = []
            case "f" | "S" | "B":
                yield self._painted(name)
            case "Tm":
                self._place, self._glyphs = _numbers(operands), 0
            case "Tf":
                self._font = self._families[str(operands[0])], round(float(operands[1]), 5)
            case "Tj":
                yield from self._shown(operands)
            case "TJ":
                yield from self._shown(operands[0])
            case "BT" | "ET" | "W" | "gs":
                pass
            case _:
                if not self._set(name, operands):
                    yield "unknown", name

    def _set(self, name: str, operands: Any) -> bool:
        """Follow an operator that sets the state; whether it is one."""
        match name:
            case "q":
                self._stack.append(dict(self._state))
            case "Q":
                self._state = self._stack.pop()
            case "cm":
                self._state["cm"] = _product(_numbers(operands), self._state["cm"])
            case "rg" | "RG" | "w" | "J" | "j" | "M":
                self._state[name] = _numbers(operands)
            case "d":
                self._state["d"] = _numbers(operands[0]), float(operands[1])
            case _:
                return False
        return True

    def _painted(self, name: str) -> tuple[Any, ...]:
        """The path with all that shows; of two moves the last counts."""
        path = tuple(p for p, after in zip(self._path, [*self._path[1:], ("h", ())], strict=True)
                     if not (p[0] == "m" and after[0] == "m"))  # fmt: skip
        self._path = []
        seen = {"f": ("rg",), "S": ("RG", *_LINE), "B": ("rg", "RG", *_LINE)}[name]
        return name, path, self._state["cm"], *(self._state[s] for s in seen)

    def _shown(self, parts: Any) -> Iterator[tuple[Any, ...]]:
        """The glyphs of some strings, and shifts between them."""
        for part in parts:
            if isinstance(part, (int, float, Decimal)):
                if part:
                    yield "shift", float(part)
                continue
            data = bytes(part)
            for k in range(0, len(data), 2):
                yield ("glyph", data[k : k + 2], self._font, self._place, self._glyphs,
                       self._state["cm"], self._state["rg"])  # fmt: skip
                self._glyphs += 1


def _numbers(operands: Any) -> tuple[float, ...]:
    return tuple(float(v) for v in operands)


def _product(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(v, 9) for v in (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    ))  # fmt: skip


def difference(one: bytes, other: bytes) -> str:
    """The first mark in which two PDFs differ, or nothing."""
    import pikepdf

    with pikepdf.open(BytesIO(one)) as a, pikepdf.open(BytesIO(other)) as b:
        if len(a.pages) != len(b.pages):
            return f"{len(a.pages)} and {len(b.pages)} pages"
        for number, (p, q) in enumerate(zip(a.pages, b.pages, strict=True), 1):
            if [round(float(v), 3) for v in p.mediabox] != [round(float(v), 3) for v in q.mediabox]:
                return f"page {number}: {p.mediabox} and {q.mediabox}"
            ours, theirs = marks(p), marks(q)
            for k, (x, y) in enumerate(zip(ours, theirs, strict=False)):
                if x != y:
                    return f"page {number}, mark {k}: {x} and {y}"
            if len(ours) != len(theirs):
                return f"page {number}: {len(ours)} and {len(theirs)} marks"
    return ""
