"""The plate: the proof that the press makes the pages that WeasyPrint makes, kept on disk.

It is made once for a version of the templates, fonts and libraries: a page with everything that
pages have goes through HTML and WeasyPrint and through the press, and both must make the same
marks. Later runs find the plate and need no WeasyPrint. Where they differ, because somebody changed
the style sheets or WeasyPrint draws otherwise, every page is rendered directly.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import get_args

from sheetgen import fonts
from sheetgen.errors import SheetgenError
from sheetgen.page import (
    COLOURS,
    KINDS,
    Anchor,
    Block,
    Cell,
    Circle,
    Item,
    Label,
    Line,
    Page,
    Printed,
    Rule,
    Stencil,
)

VARIABLE = "SHEETGEN_CACHE"
"""Names another folder for the cache, or says ``off``."""
KEPT = 8
"""Plates that stay on disk; the oldest go."""

_SAMPLE = "AZaz09 .,:;!?()[]{}<>&\"'|#%*/\\=+−×·≈≤→∂Σ√ηαβ⊙ᵀ₁′éñüŁžΩЯ□–“”"
_SOURCES = ("pen.py", "typeface.py", "render.py", "fonts.py", "plate.py")


def cache_folder() -> Path | None:
    """Where plates are kept, None if nowhere."""
    asked = os.environ.get(VARIABLE, "")
    if asked.lower() == "off":
        return None
    if asked:
        return Path(asked)
    from platformdirs import user_cache_path

    return user_cache_path("sheetgen")


@cache
def fits() -> bool:
    """Whether the press may be used: it is proved to print the same, or nothing else can print."""
    folder = cache_folder()
    path = folder / f"plate-{_mark()}.json" if folder else None
    if path:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return json.loads(path.read_bytes())["same"] is True
    try:
        found = difference()
    except SheetgenError:  # no Pango
        return True
    if path:
        _keep(path, {"same": not found, "difference": found})
    return not found


def difference() -> str:
    """In what the press differs from WeasyPrint; nothing if it does not."""
    from sheetgen import likeness, press, render

    probe = [probe_sheet(key) for key in (False, True)]
    return likeness.difference(press.stamp(probe), render.pdf(probe))


def clear_cache() -> int:
    """Remove all plates; how many there were."""
    folder = cache_folder()
    count = 0
    for path in folder.glob("plate-*") if folder and folder.is_dir() else ():
        with contextlib.suppress(OSError):
            path.unlink()
            count += 1
    fits.cache_clear()
    return count


def _mark() -> str:
    """Changes with everything that decides how a page looks."""
    from importlib.metadata import PackageNotFoundError, version

    digest = hashlib.sha256()
    for name in ("weasyprint", "pydyf", "tinycss2"):
        try:
            digest.update(f"{name} {version(name)}\n".encode())
        except PackageNotFoundError:
            digest.update(f"{name} none\n".encode())
    here = Path(__file__).parent
    files = sorted(p for p in fonts.TEMPLATES.rglob("*") if p.suffix in (".html", ".css", ".ttf"))
    for path in (*files, *(here / name for name in _SOURCES)):
        with contextlib.suppress(OSError):
            data = path.read_bytes()
            digest.update(f"{path.name} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:32]


def _keep(path: Path, content: dict[str, object]) -> None:
    """Write a plate, whole or not at all; a folder that cannot be written to is no harm."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="plate-new-", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(content, file)
            os.replace(name, path)
        except OSError:
            os.unlink(name)
            raise
        old = sorted(path.parent.glob("plate-*"), key=lambda p: p.stat().st_mtime, reverse=True)
        for extra in old[KEPT:]:
            extra.unlink(missing_ok=True)


def probe_sheet(key: bool) -> Printed:
    """A page with everything that a page can have."""
    items: list[Item] = [
        Block(10, 10, 9.03, tuple(
            tuple(Cell(t, (r + c) % 2 == 0, KINDS[(r * 7 + c) % len(KINDS)],
                       struck="0" if t[:1] == "−" else "", struck_blank=c % 2 == 0,
                       emphasis=c == r) for c, t in enumerate(row))
            for r, row in enumerate((("1", "−2", "0.5", "123456", "", "−7", "x"),) * 3)
        ), outline=True),
        Rule(100, 20, 30), Rule(100, 24, 30, 9), Stencil(100, 40, 0.7, ("1101", "0110", "1011")),
        Circle(150, 20, 2.6, "12"), Circle(160, 20, 2.39, "−4", node=True),
        Circle(170, 20, 2.6, "3", answer=True),
    ]  # fmt: skip
    anchors: tuple[Anchor, ...] = get_args(Anchor)
    for k, colour in enumerate(COLOURS):
        y = 55.0 + 5 * k
        items.append(Line(f"M10 {y}L20 {y + 1.37}C24 {y} 26 {y + 2.2} 30 {y + 1}", colour,
                          0.25 + k / 20, k % 2 == 0, k % 3 == 0, k % 4 == 3,
                          end=(30, y + 1, 20.0 * k)))  # fmt: skip
        text = f"{_SAMPLE[5 * k : 5 * k + 9]}_{{{k}}} W^T b_1"
        size, anchor, room = 2.6 + 0.17 * k, anchors[k % 3], 30.0 if k % 5 == 0 else 0.0
        items += [
            Label(40, y, text, size, anchor, colour, "label", k % 4 == 2, room),
            Label(75, y, text, size, anchor, colour, "digits", False, room),
            Label(110, y, text, size, anchor, colour, "answer", k % 4 == 1, room),
            Label(145, y, text, size, anchor, colour, "title", False, room),
            Label(180, y, text, size, anchor, colour, "small", False, room),
        ]
    items.append(Line("M150 150h10v-3.3l2 5q3 1 4-2a3 3 0 1 1 6 0a3 3 0 1 1-6 0z"))
    return Printed((Page(210, 297, tuple(items)),), "probe", key, "probe", "sheetgen")
