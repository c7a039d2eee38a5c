"""What is usual for the options that a teacher may turn to next: found beforehand, kept on disk.

To draw a sheet one needs the band of effort of its options, which takes up to some seconds to find
from a pilot of seeds, and is the same for every seed. Another process finds those of the options
one turn away while nobody waits; so a turn of a knob is shown at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from sheetgen.draw.drawing import draw_some
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.random import Words
from sheetgen.draw.search import Band, Drawn, Search, Sheet, search
from sheetgen.draw.usual import Usual, usual
from sheetgen.errors import SheetgenError
from sheetgen.exercise.settings import Settings, settings
from sheetgen.graph.nodes import Graph
from sheetgen.press.check import cache_folder

Options = tuple[tuple[str, str], ...]
Turn = tuple[str, Options]
"""A topic and its options as texts."""
SOURCES = ("cores", "draw", "exercise", "graph", "topics")
"""The packages on which it depends what is usual."""
KEPT = 4000
"""Files that stay on disk; the oldest go."""


class Bands:
    """What is usual for some settings: from memory, from a folder if there is one, or found now."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder / "bands" if folder else None
        self._known: dict[str, Usual] = {}
        self._turns: list[Turn] = []
        self._wake = threading.Condition()
        self._worker: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

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

    # --- beforehand

    def start(self) -> None:
        """Begin to find what is usual for the next turns, in another process that is polite."""
        if self._worker is not None:
            return
        self._prune()
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "sheetgen.server.warm"], text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._work, args=(self._worker,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        worker, self._worker = self._worker, None
        with self._wake:
            self._wake.notify_all()
        if worker is None or self._thread is None:
            return
        worker.kill()
        worker.wait()
        self._thread.join()
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def next(self, turns: Iterable[Turn]) -> None:
        """The turns to be ready for, in place of those that were named before."""
        if self._worker is not None:
            with self._wake:
                self._turns = [*dict.fromkeys(turns)]
                self._wake.notify_all()

    @property
    def idle(self) -> bool:
        """Whether all turns that were named are ready."""
        with self._wake:
            return not self._turns

    def _work(self, worker: subprocess.Popen[str]) -> None:
        assert worker.stdin is not None
        assert worker.stdout is not None
        while self._worker is worker:
            with self._wake:
                self._wake.wait_for(lambda: self._turns or self._worker is not worker)
                turn = self._turns[0] if self._turns else None
            with contextlib.suppress(SheetgenError, OSError, ValueError):
                if turn is not None and self.known(asked := _settled(turn)) is None:
                    worker.stdin.write(json.dumps(turn) + "\n")
                    worker.stdin.flush()
                    line = worker.stdout.readline()
                    if line.strip():
                        self.keep(asked, read(line))
            with self._wake:
                if turn in self._turns:
                    self._turns.remove(turn)

    def _prune(self) -> None:
        if self.folder and self.folder.is_dir():
            with contextlib.suppress(OSError):
                files = sorted(self.folder.iterdir(), key=lambda p: p.stat().st_mtime)
                for path in files[:-KEPT]:
                    path.unlink(missing_ok=True)


def find(turn: Turn) -> str:
    """What is usual after a turn, as a text; nothing where it is refused."""
    asked = _settled(turn)
    found = usual(asked.drawn, asked.knobs, asked.sheets)
    return written(found) if found.possible else ""


def _settled(turn: Turn) -> Settings:
    topic, options = turn
    return settings(topic, dict(options))


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


def neighbours(topic: str, options: Options, before: Options = ()) -> Iterator[Turn]:
    """What one turn of a knob leads to; first another turn of the one that was turned last."""
    from sheetgen.topics.catalogue import find as topic_of

    now, last = dict(options), dict(before)
    known = topic_of(topic).options
    turned = [name for name in known if now.get(name) != last.get(name)]
    for name in dict.fromkeys((*turned, *known)):
        option = known[name]
        value = now.get(name, option.show(option.default))
        for other in _others(option.kind, value, option.low, option.high, option.choices):
            yield topic, tuple({**now, name: other}.items())
    for level in ("easy", "medium", "hard"):
        yield topic, tuple({**now, "level": level}.items())


def _others(
    kind: str, value: str, low: int, high: int, choices: Sequence[str]
) -> Iterator[str]:
    """The values one step away."""
    if kind == "bool":
        yield "no" if value == "yes" else "yes"
    elif kind == "choice":
        yield from (choice for choice in choices if choice != value)
    elif kind == "int" and value.isdigit():
        yield from (str(n) for n in (int(value) + 1, int(value) - 1, int(value) + 2)
                    if low <= n <= high)  # fmt: skip
    elif kind == "widths" and all(part.isdigit() for part in value.split("-")):
        widths = [int(part) for part in value.split("-")]
        for k, width in enumerate(widths):
            for other in (width + 1, width - 1):
                if low <= other <= high:
                    yield "-".join(map(str, [*widths[:k], other, *widths[k + 1 :]]))


BANDS = Bands(cache_folder())
"""Those of this process."""
