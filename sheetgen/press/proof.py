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
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from sheetgen.errors import SheetgenError
from sheetgen.type import fonts

VARIABLE = "SHEETGEN_CACHE"
"""Names another folder for the cache, or says ``off``."""
KEPT = 8
"""Plates that stay on disk; the oldest go."""

LIBRARIES = ("weasyprint", "pydyf", "tinycss2")
"""What draws the pages; the file that a library starts with names its version."""
SOURCES = ("page", "press", "type")
"""The packages that decide how a page looks."""


def cache_folder() -> Path | None:
    """Where plates are kept, None if nowhere."""
    asked = os.environ.get(VARIABLE, "")
    if asked.lower() == "off":
        return None
    if asked:
        return Path(os.path.expanduser(asked))
    if sys.platform == "linux":  # as platformdirs says, which takes long to load
        base = os.environ.get("XDG_CACHE_HOME", "").strip()
        return Path(base or os.path.expanduser("~/.cache")) / "sheetgen"
    from platformdirs import user_cache_path

    return user_cache_path("sheetgen")


_verdict: list[bool] = []
"""Whether the press fits, once it is known."""


def fits() -> bool:
    """Whether the press may be used: it is proved to print the same, or nothing else can print."""
    found = known()
    return told(_proved()) if found is None else found


def known() -> bool | None:
    """Whether the press may be used, None if that must be proved first."""
    path = None if _verdict else _path()
    if path:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told(json.loads(path.read_bytes())["same"] is True)
    return _verdict[0] if _verdict else None


def told(verdict: bool) -> bool:
    """Remember what was proved, here or by another process."""
    _verdict[:] = [verdict]
    return verdict


def forget() -> None:
    """Look at the disk again."""
    _verdict.clear()


def _proved() -> bool:
    try:
        found = difference()
    except SheetgenError:  # no Pango
        return True
    path = _path()
    if path:
        _keep(path, {"same": not found, "difference": found})
    return not found


def _path() -> Path | None:
    folder = cache_folder()
    return folder / f"plate-{_mark()}.json" if folder else None


def difference() -> str:
    """In what the press differs from WeasyPrint; nothing if it does not."""
    from sheetgen.press import compare, weasy
    from sheetgen.press.pdf import pack
    from sheetgen.press.probe import probe

    sheets = probe()
    return compare.difference(pack.stamp(sheets), weasy.pdf(sheets))


def clear_cache() -> int:
    """Remove all plates; how many there were."""
    folder = cache_folder()
    count = 0
    for path in folder.glob("plate-*") if folder and folder.is_dir() else ():
        with contextlib.suppress(OSError):
            path.unlink()
            count += 1
    forget()
    return count


def _mark() -> str:
    """Changes with everything that decides how a page looks."""
    found = [find_spec(name) for name in LIBRARIES]
    files = [Path(spec.origin) for spec in found if spec and spec.origin]
    package = Path(__file__).resolve().parents[1]
    files += sorted(path for name in SOURCES for path in (package / name).rglob("*.py"))
    files += sorted(p for p in fonts.TEMPLATES.rglob("*") if p.suffix in (".html", ".css", ".ttf"))
    digest = hashlib.blake2b(digest_size=16)
    for path in files:
        with contextlib.suppress(OSError):
            data = path.read_bytes()
            digest.update(f"{path.parent.name}/{path.name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


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
