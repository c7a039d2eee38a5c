"""The press check: does the press make the pages that WeasyPrint makes?

It is made once for a version of the templates, fonts and libraries: a page with everything that
pages have goes through HTML and WeasyPrint and through the press, and both must make the same
marks. Later runs find the verdict on disk and need no WeasyPrint. Where they differ, because
somebody changed the style sheets or WeasyPrint draws otherwise, WeasyPrint makes every page. Where
WeasyPrint cannot run, what was proved when this version was made holds for its fonts and templates.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from sheetgen.errors import SheetgenError
from sheetgen.press.weasy import Weasy
from sheetgen.version import __version__

VARIABLE = "SHEETGEN_CACHE"
"""Names another folder for the cache, or says ``off``."""
KEPT = 8
"""Verdicts that stay on disk; the oldest go."""
FILES = "press-check-"
"""How their names begin."""

LIBRARIES = ("weasyprint", "pydyf", "tinycss2")
"""What draws the pages; the file that a library starts with names its version."""
STYLE = ("by-hand.css", "items.html", "sheet.css", "sheet.html", "fonts/*.ttf")
"""The templates that a printed page is made of."""
PROVED = "30d72e1840d35969b7e45cac82e5f82e"
"""The ``style`` for which this version is proved to print what WeasyPrint prints; a test holds
both."""
SOURCES = ("page", "press", "type")
"""The packages that decide how a page looks."""


def cache_folder() -> Path | None:
    """Where verdicts are kept, None if nowhere."""
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


class PressCheck:
    """Whether the press may be used instead of WeasyPrint with some templates; found once, and kept
    in a folder if there is one."""

    def __init__(
        self, folder: Path | None, weasy: Weasy, libraries: Sequence[str] = LIBRARIES
    ) -> None:
        self.folder = folder
        self._weasy = weasy
        self._libraries = libraries
        self._verdict: bool | None = None

    def fits(self) -> bool:
        """Whether the press may be used: it is proved to print the same, or nothing else can
        print."""
        found = self.known()
        return self.told(self._proved()) if found is None else found

    def known(self) -> bool | None:
        """Whether the press may be used, None if that must be proved first."""
        if self._verdict is None and self.path:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                self.told(json.loads(self.path.read_bytes())["same"] is True)
        return self._verdict

    def told(self, verdict: bool) -> bool:
        """Remember what was proved, here or by another process."""
        self._verdict = verdict
        return verdict

    def clear(self) -> int:
        """Forget the verdict, and remove all that are on disk; how many there were."""
        self._verdict = None
        count = 0
        for path in self.folder.glob(f"{FILES}*") if self.folder and self.folder.is_dir() else ():
            with contextlib.suppress(OSError):
                path.unlink()
                count += 1
        return count

    def difference(self) -> str:
        """In what the press differs from WeasyPrint; nothing if it does not."""
        from sheetgen.press import compare
        from sheetgen.press.pdf.pack import stamp
        from sheetgen.press.probe import probe

        sheets = probe()
        return compare.difference(stamp(sheets, self._weasy.pdf), self._weasy.pdf(sheets))

    @cached_property
    def path(self) -> Path | None:
        """The file of the verdict."""
        return self.folder / f"{FILES}{self.mark}.json" if self.folder else None

    @cached_property
    def mark(self) -> str:
        """Changes with everything that decides how a page looks."""
        found = [find_spec(name) for name in self._libraries]
        files = [Path(spec.origin) for spec in found if spec and spec.origin]
        package = Path(__file__).resolve().parents[1]
        files += sorted(path for name in SOURCES for path in (package / name).rglob("*.py"))
        templates = self._weasy.templates.folder.rglob("*")
        files += sorted(p for p in templates if p.suffix in (".html", ".css", ".ttf"))
        digest = hashlib.blake2b(digest_size=16)
        for path in files:
            with contextlib.suppress(OSError):
                data = path.read_bytes()
                digest.update(f"{path.parent.name}/{path.name} {len(data)}\n".encode() + data)
        return digest.hexdigest()

    @property
    def is_kept(self) -> bool:
        """Whether a verdict is on disk, which only one that is proved ever is."""
        return bool(self.path and self.path.exists())

    @cached_property
    def style(self) -> str:
        """Changes with the templates and fonts of a printed page, not with the ends of lines."""
        folder, digest = self._weasy.templates.folder, hashlib.blake2b(digest_size=16)
        for path in sorted(path for name in STYLE for path in folder.glob(name)):
            with contextlib.suppress(OSError):
                data = path.read_bytes()
                data = data if path.suffix == ".ttf" else data.replace(b"\r\n", b"\n")
                digest.update(f"{path.name} {len(data)}\n".encode() + data)
        return digest.hexdigest()

    def _proved(self) -> bool:
        try:
            found = self.difference()
        except SheetgenError:  # no Pango
            if self.style == PROVED and self.path:
                keep(self.path, {"same": True, "difference": "", "by": f"sheetgen {__version__}"})
            return True
        if self.path:
            keep(self.path, {"same": not found, "difference": found})
        return not found


def keep(path: Path, verdict: dict[str, object]) -> None:
    """Write a verdict, whole or not at all; a folder that cannot be written to is no harm."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{FILES}new-", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(verdict, file)
            os.replace(name, path)
        except OSError:
            os.unlink(name)
            raise
        old = sorted(path.parent.glob(f"{FILES}*"), key=lambda p: p.stat().st_mtime, reverse=True)
        for extra in old[KEPT:]:
            extra.unlink(missing_ok=True)
