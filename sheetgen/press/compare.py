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
    return list(_painted(pikepdf.parse_content_stream(page), families))


def _painted(instructions: Any, families: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    state: dict[str, Any] = {"cm": (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), "rg": 0, "RG": 0, **_LINE}
    stack: list[dict[str, Any]] = []
    path: list[Any] = []
    place: tuple[float, ...] = ()
    font: tuple[str, float] = ("", 0.0)
    for operands, operator in instructions:
        name = str(operator)
        match name:
            case "q":
                stack.append(dict(state))
            case "Q":
                state = stack.pop()
            case "cm":
                state["cm"] = _product(_numbers(operands), state["cm"])
            case "rg" | "RG" | "w" | "J" | "j" | "M":
                state[name] = _numbers(operands)
            case "d":
                state["d"] = _numbers(operands[0]), float(operands[1])
            case "m" | "l" | "c" | "h" | "re":
                path.append((name, _numbers(operands)))
            case "n":
                path = []
            case "f" | "S" | "B":
                moved = tuple(p for p, after in zip(path, [*path[1:], ("h", ())], strict=True)
                              if not (p[0] == "m" and after[0] == "m"))  # fmt: skip
                seen = {"f": ("rg",), "S": ("RG", *_LINE), "B": ("rg", "RG", *_LINE)}[name]
                yield name, moved, state["cm"], *(state[s] for s in seen)
                path = []
            case "Tm":
                place, glyphs = _numbers(operands), 0
            case "Tf":
                font = families[str(operands[0])], round(float(operands[1]), 5)
            case "Tj" | "TJ":
                for part in operands[0] if name == "TJ" else operands:
                    if isinstance(part, (int, float, Decimal)):
                        if part:
                            yield "shift", float(part)
                        continue
                    data = bytes(part)
                    for k in range(0, len(data), 2):
                        yield (
                            "glyph",
                            data[k : k + 2],
                            font,
                            place,
                            glyphs,
                            state["cm"],
                            state["rg"],
                        )
                        glyphs += 1
            case "BT" | "ET" | "W" | "gs":
                pass
            case _:
                yield "unknown", name


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
