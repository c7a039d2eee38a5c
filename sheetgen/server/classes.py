"""Classes that the page makes: each in a folder of its own that is gone with the server."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sheetgen.classroom.outlook import outlook
from sheetgen.classroom.plan import Binding, Look, Order, Plan, piece
from sheetgen.classroom.roster.reading import read_roster
from sheetgen.classroom.roster.told import understood
from sheetgen.classroom.run import OnProgress, run
from sheetgen.classroom.students import Roster
from sheetgen.errors import SheetgenError, UsageError
from sheetgen.server.sheets import Asked

MOST = 4
"""Classes that are kept."""


class CancelledError(Exception):
    """The teacher does not want it any more."""


@dataclass
class Job:
    """A class that is being made, or is ready."""

    folder: Path
    state: Literal["running", "ready", "failed", "cancelled"] = "running"
    total: int = 0
    done: int = 0
    problem: str = ""
    remarks: tuple[str, ...] = ()
    files: dict[str, Path] = field(default_factory=dict)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def told(self) -> dict[str, Any]:
        """How far it is, for the page."""
        return {
            "state": self.state, "total": self.total, "done": self.done, "problem": self.problem,
            "remarks": [*self.remarks],
            "files": [{"name": n, "bytes": p.stat().st_size} for n, p in self.files.items()],
        }  # fmt: skip


class Classes:
    """The classes of a server; one is made at a time."""

    def __init__(self) -> None:
        self._root = tempfile.TemporaryDirectory(prefix="sheetgen-serve-")
        self._jobs: dict[str, Job] = {}
        self._one = threading.Lock()

    def close(self) -> None:
        """Stop what runs and delete all of it."""
        for job in self._jobs.values():
            job.cancelled.set()
        with self._one:
            self._root.cleanup()

    def look(
        self, asked: Asked, list_name: str, data: bytes, more: Mapping[str, str]
    ) -> dict[str, Any]:
        """How a list is understood, and who would get a sheet; nothing is made. Raises
        SheetgenError."""
        roster, order = self._order(asked, list_name, data, more, self._new_folder())
        found = outlook(order)
        students = [{"name": s.name, "id": s.id, "group": s.group} for s in roster.students]
        said = understood(roster) if roster.reading is not None else ""
        remarks = [*roster.remarks, *found.remarks]
        return {"students": students, "understood": said, "remarks": remarks}

    def start(self, asked: Asked, list_name: str, data: bytes, more: Mapping[str, str]) -> str:
        """Begin to make a class; its number. Raises SheetgenError."""
        folder = self._new_folder()
        _, order = self._order(asked, list_name, data, more, folder)
        number, job = secrets.token_urlsafe(9), Job(folder)
        while len(self._jobs) >= MOST:
            self._jobs.pop(next(iter(self._jobs))).cancelled.set()
        self._jobs[number] = job
        threading.Thread(target=self._run, args=(job, order), daemon=True).start()
        return number

    def job(self, number: str) -> Job:
        """A class by its number. Raises UsageError."""
        if number not in self._jobs:
            raise UsageError("that class is not here any more; make it again")
        return self._jobs[number]

    def _new_folder(self) -> Path:
        return Path(self._root.name) / secrets.token_hex(8)

    def _order(
        self, asked: Asked, list_name: str, data: bytes, more: Mapping[str, str], folder: Path
    ) -> tuple[Roster, Order]:
        folder.mkdir()
        listed = folder / ("list" + Path(list_name).suffix.lower()[:6])
        listed.write_bytes(data)
        try:
            roster = read_roster(listed, more.get("names", ""), more.get("sheet", ""))
        except SheetgenError as problem:
            said = str(problem).replace(str(listed), Path(list_name).name or "the list")
            raise SheetgenError(said) from None
        finally:
            listed.unlink()
        plan = Plan((piece(asked.topic, dict(asked.options)),), paper=asked.paper,
                    look=Look(large_print=asked.large_print))  # fmt: skip
        spares = int(more.get("spares") or 0) if (more.get("spares") or "0").isdigit() else -1
        if not 0 <= spares <= 100:
            raise UsageError(f"--spares: {more.get('spares')!r} is not between 0 and 100")
        binding = Binding(more.get("simplex") == "yes", 0, False, more.get("group_by", ""))
        return roster, Order(
            plan, roster.students, folder / "class", asked.seed, spares, binding, False, ()
        )

    def _run(self, job: Job, order: Order) -> None:
        def start(total: int, what: str) -> None:
            job.total, job.done = total, 0
            _go_on(job)

        def step(count: int) -> None:
            job.done += count
            _go_on(job)

        try:
            with self._one:
                _go_on(job)
                done = run(order, OnProgress(start, step))
            job.files = {path.name: path for path in done.files}
            job.remarks = (*done.remarks, *done.left_off)
            job.state = "ready"
        except CancelledError:
            job.state = "cancelled"
        except SheetgenError as problem:
            job.problem, job.state = str(problem), "failed"
        except Exception as problem:
            job.problem = f"a bug, not your mistake: {type(problem).__name__}; please report it"
            job.state = "failed"


def _go_on(job: Job) -> None:
    if job.cancelled.is_set():
        raise CancelledError
