"""What is usual for some options, kept on disk.

To draw a sheet one needs the band of effort of its options, which takes up to some seconds to find
from a pilot of seeds, and is the same for every seed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from sheetgen.draw.drawing import draw_some
from sheetgen.draw.effort import Band, Sheet
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import Words
from sheetgen.draw.rounds import Drawn, search
from sheetgen.draw.search import Search
from sheetgen.draw.usual import Usual, usual
from sheetgen.exercise.settings import Settings
from sheetgen.graph.nodes import Graph
from sheetgen.press.check import cache_folder

SOURCES = ("cores", "draw", "exercise", "graph", "topics")
"""The packages on which it depends what is usual."""
KEPT = 4000
"""Files that stay on disk; the oldest go."""


class Bands:
    """What is usual for some settings: from memory, from a folder if there is one, or found now."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder / "bands" if folder else None
        self._known: dict[str, Usual] = {}

    def drawer(self, asked: Settings) -> Callable[..., Drawn]:
        """Draws as ``draw_some`` does."""

        def draw(
            graph: Graph, seeds: Sequence[int] | Words, knobs: Knobs, sheets: tuple[Sheet, ...]
        ) -> Drawn:
            found = self.known(asked)
            if found is None:
                found = usual(graph, knobs, sheets)
                self.keep(asked, found)
            if not found.possible:
                return draw_some(graph, seeds, knobs, sheets)  # tells why there are none
            return search(Search(graph, knobs, found.without), seeds, found.bands)

        return draw

    def known(self, asked: Settings) -> Usual | None:
        """What was found before."""
        key = key_of(asked)
        if key not in self._known and self.folder:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                self._known[key] = read((self.folder / f"{key}.json").read_text(encoding="utf-8"))
        return self._known.get(key)

    def keep(self, asked: Settings, found: Usual) -> None:
        """Remember what was found; what is refused is not, it is told with its reason."""
        if not found.possible:
            return
        key = key_of(asked)
        self._known[key] = found
        if self.folder:
            with contextlib.suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(prefix="new-", dir=self.folder)
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(written(found))
                os.replace(name, self.folder / f"{key}.json")

    def prune(self) -> None:
        """Forget the oldest of many."""
        if self.folder and self.folder.is_dir():
            with contextlib.suppress(OSError):
                files = sorted(self.folder.iterdir(), key=lambda p: p.stat().st_mtime)
                for path in files[:-KEPT]:
                    path.unlink(missing_ok=True)


def key_of(asked: Settings) -> str:
    """Names all that it depends on what is usual: options, knobs, sheets, and how it is found."""
    text = f"{_sources()} {asked.identity} {asked.sheets}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def _sources() -> str:
    """Changes with the program."""
    package, digest = Path(__file__).resolve().parents[1], hashlib.blake2b(digest_size=16)
    for path in sorted(path for name in SOURCES for path in (package / name).rglob("*.py")):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(package)} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def written(found: Usual) -> str:
    """As a line of JSON."""
    bands = [[[*sheet], low, high] for sheet, low, high in found.bands]
    return json.dumps({"bands": bands, "without": sorted(found.without)})


def read(text: str) -> Usual:
    """From a line of JSON."""
    data = json.loads(text)
    bands: list[Band] = [(tuple(sheet), float(low), float(high))
                         for sheet, low, high in data["bands"]]  # fmt: skip
    return Usual(tuple(bands), frozenset(map(str, data["without"])))


BANDS = Bands(cache_folder())
"""Those of this process."""
