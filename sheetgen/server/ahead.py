"""Sheets made ahead: while nobody waits, other processes make those that the next turn of a knob
may ask for, so that they are there at once.

What takes long is to find what is usual for the options; so that is found for all turns first, and
then the sheets are made.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from sheetgen.cores import Cores
from sheetgen.errors import SheetgenError
from sheetgen.server.bands import BANDS, read
from sheetgen.server.neighbours import Turn
from sheetgen.server.sheets import Asked

KEPT = 300
"""Sides of sheets that are kept, of some 50 kB each."""
MOST_WORKERS = 3
Key = tuple[str, str]
"""The command that makes a sheet, and the side."""
Task = tuple[str, Turn]
"""``usual``, to find what is usual for the options, or ``shown``, to make the sheet; and which."""
Worker = subprocess.Popen[str]


class Ahead:
    """What is shown of sheets that were made, and the processes that make the next ones."""

    def __init__(self) -> None:
        self._made: OrderedDict[Key, dict[str, Any]] = OrderedDict()
        self._tasks: list[Task] = []
        self._busy = 0
        self._wake = threading.Condition()
        self._workers: list[tuple[Worker, threading.Thread]] = []

    def get(self, asked: Asked, side: str) -> dict[str, Any] | None:
        """What was made before; None if nothing was. Raises SheetgenError for what was refused."""
        key = asked.command, side
        with self._wake:
            found = self._made.get(key)
            if found is not None:
                self._made.move_to_end(key)
        if found is not None and "problem" in found:
            raise SheetgenError(found["problem"])
        return found

    def keep(self, asked: Asked, side: str, found: dict[str, Any]) -> None:
        """Remember what was made, or why it was refused; the oldest goes."""
        key = asked.command, side
        with self._wake:
            self._made[key] = found
            self._made.move_to_end(key)
            while len(self._made) > KEPT:
                self._made.popitem(last=False)

    def start(self) -> None:
        """Begin to make what is named next, in processes that are polite."""
        if self._workers:
            return
        BANDS.prune()
        for _ in range(max(1, min(MOST_WORKERS, Cores.here().count - 1))):
            worker = subprocess.Popen(
                [sys.executable, "-m", "sheetgen.server.warm"], text=True, encoding="utf-8",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
            thread = threading.Thread(target=self._work, args=(worker,), daemon=True)
            self._workers.append((worker, thread))
            thread.start()

    def close(self) -> None:
        """End it."""
        workers, self._workers = self._workers, []
        with self._wake:
            self._tasks = []
            self._wake.notify_all()
        for worker, thread in workers:
            worker.kill()
            worker.wait()
            thread.join()
            for pipe in (worker.stdin, worker.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def next(self, turns: Sequence[Turn]) -> None:
        """The sheets to be ready for, in place of those that were named before."""
        if self._workers:
            with self._wake:
                self._tasks = [(what, turn) for what in ("usual", "shown") for turn in turns]
                self._wake.notify_all()

    @property
    def idle(self) -> bool:
        """Whether all that were named are ready."""
        with self._wake:
            return not self._tasks and not self._busy

    def _work(self, worker: Worker) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._tasks or not self._workers)
                if not self._workers or worker.poll() is not None:
                    return
                what, (asked, side) = self._tasks.pop(0)
                self._busy += 1
            with contextlib.suppress(SheetgenError, OSError, ValueError):
                if self._is_new(what, asked, side):
                    self._do(worker, what, asked, side)
            with self._wake:
                self._busy -= 1

    def _is_new(self, what: str, asked: Asked, side: str) -> bool:
        if what == "usual":
            return BANDS.known(asked.settings) is None
        with self._wake:
            return (asked.command, side) not in self._made

    def _do(self, worker: Worker, what: str, asked: Asked, side: str) -> None:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps([what, asked.query, side]) + "\n")
        worker.stdin.flush()
        found = json.loads(worker.stdout.readline())
        if usual := found.pop("usual", ""):
            BANDS.keep(asked.settings, read(usual))
        if found:
            self.keep(asked, side, found)
