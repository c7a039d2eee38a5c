"""Classes that the page makes: each in a folder of its own that is gone with the server."""

from __future__ import annotations

import io
import re
import secrets
import shlex
import shutil
import tempfile
import threading
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from sheetgen.classroom.manifest import MANIFEST, read_manifest
from sheetgen.classroom.outlook import GONE, Entry, outlook
from sheetgen.classroom.plan import Binding, Look, Order, Plan, piece
from sheetgen.classroom.roster.reading import read_roster
from sheetgen.classroom.roster.told import left_out, not_printed, understood
from sheetgen.classroom.run import OnProgress, run
from sheetgen.classroom.students import Chosen, Reading, Roster
from sheetgen.errors import SheetgenError, UsageError
from sheetgen.server.sheets import Asked

MOST = 4
"""Classes that are kept."""
COLUMNS = Chosen.__struct_fields__
"""How a list is read."""


class CancelledError(Exception):
    """The teacher does not want it any more."""


@dataclass
class Phase:
    """A part of the work: what is done with how many, and how many are done."""

    what: str
    total: int
    done: int = 0


@dataclass
class Job:
    """A class that is being made, or is ready."""

    folder: Path
    command: str
    """The command line that makes the same class; empty if none does."""
    state: Literal["running", "ready", "failed", "cancelled"] = "running"
    phases: list[Phase] = field(default_factory=list)
    problem: str = ""
    remarks: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    """What to do at the printer."""
    files: dict[str, Path] = field(default_factory=dict)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def zipped(self) -> bytes:
        """All files in one; the same files give the same bytes."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, path in self.files.items():
                packed.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
        return made.getvalue()

    def told(self) -> dict[str, Any]:
        """How far it is, for the page."""
        return {
            "state": self.state, "problem": self.problem, "command": self.command,
            "phases": [vars(phase) for phase in self.phases],
            "remarks": [*self.remarks], "hints": [*self.hints],
            "files": [{"name": n, "bytes": p.stat().st_size} for n, p in self.files.items()],
        }  # fmt: skip


class Classes:
    """The classes of a server; one is made at a time."""

    def __init__(self) -> None:
        self._root = tempfile.TemporaryDirectory(prefix="sheetgen-serve-")
        self._jobs: dict[str, Job] = {}
        self._earlier: list[str] = []
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
        places = defaultdict[int, list[int]](list)  # of one row there may be several
        for place, student in enumerate(roster.students, 1):
            places[student.row].append(place)
        entries = found.entries if found.again else sorted(
            found.entries, key=lambda entry: places[entry.student.row]
        )
        return {
            "students": [_told(entry, 0 if entry.change == GONE
                               else places[entry.student.row].pop(0)) for entry in entries],
            "count": len(roster.students), "again": found.again, "reading": _reading(roster),
            "understood": understood(roster) if roster.reading is not None else "",
            "remarks": [*roster.remarks, *found.remarks],
        }  # fmt: skip

    def earlier(self, data: bytes) -> str:
        """Take the ``class.json`` of a class that was made before; what it is asked for by. Raises
        SheetgenError if it is none."""
        number = secrets.token_hex(8)
        folder = Path(self._root.name) / f"earlier-{number}"
        folder.mkdir()
        (folder / MANIFEST).write_bytes(data)
        try:
            read_manifest(folder / MANIFEST)
        except SheetgenError:
            shutil.rmtree(folder)
            raise SheetgenError("this is no class.json of a class, or it was changed") from None
        for old in self._earlier[: -MOST + 1]:
            shutil.rmtree(Path(self._root.name) / f"earlier-{old}", ignore_errors=True)
        self._earlier = [*self._earlier[-MOST + 1 :], number]
        return number

    def start(self, asked: Asked, list_name: str, data: bytes, more: Mapping[str, str]) -> str:
        """Begin to make a class; its number. Raises SheetgenError."""
        folder = self._new_folder()
        _, order = self._order(asked, list_name, data, more, folder)
        number, job = secrets.token_urlsafe(9), Job(folder, _command(asked, list_name, more))
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
            roster = read_roster(listed, Chosen(**{k: more.get(k, "") for k in COLUMNS}))
        except SheetgenError as problem:
            said = str(problem).replace(str(listed), Path(list_name).name or "the list")
            raise SheetgenError(said) from None
        finally:
            listed.unlink()
        if before := more.get("earlier", ""):
            if before not in self._earlier:
                raise UsageError("the class.json is not here any more; give it again")
            (folder / "class").mkdir()
            shutil.copy(Path(self._root.name) / f"earlier-{before}" / MANIFEST, folder / "class")
        plan = Plan((piece(asked.topic, dict(asked.options)),), paper=asked.paper,
                    look=Look(large_print=asked.large_print))  # fmt: skip
        spares = int(more.get("spares") or 0) if (more.get("spares") or "0").isdigit() else -1
        if not 0 <= spares <= 100:
            raise UsageError(f"--spares: {more.get('spares')!r} is not between 0 and 100")
        binding = Binding(more.get("simplex") == "yes", 0, False, more.get("group_by", ""))
        seed = None if before else asked.seed
        return roster, Order(
            plan, roster.students, folder / "class", seed, spares, binding, False, ()
        )

    def _run(self, job: Job, order: Order) -> None:
        def start(total: int, what: str) -> None:
            job.phases.append(Phase(what, total))
            _go_on(job)

        def step(count: int) -> None:
            job.phases[-1].done += count
            _go_on(job)

        try:
            with self._one:
                _go_on(job)
                done = run(order, OnProgress(start, step))
            job.files = {path.name: path for path in done.files}
            job.remarks = (*done.remarks, *done.left_off)
            job.hints = tuple(re.sub(r" \(for .* add --.*?\)", "", hint) for hint in done.hints
                              if str(order.folder) not in hint)  # fmt: skip
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


def _told(entry: Entry, place: int) -> dict[str, Any]:
    """A student for the page, with what becomes of the sheet; who is gone has the place 0."""
    student = entry.student
    return {
        "place": place, "name": student.name,
        "id": student.id, "group": student.group, "code": entry.code, "change": entry.change,
        "before": entry.before,
    }  # fmt: skip


def _reading(roster: Roster) -> dict[str, Any]:
    """How a list was understood, for the page: the columns by their titles, and what is left."""
    reading = roster.reading or Reading()
    return {
        "titles": [*reading.titles], "header": reading.header,
        "names": [name.strip('"') for name in reading.names], "ids": reading.ids.strip('"'),
        "groups": reading.groups.strip('"'), "out": [row for row, _ in reading.left_out],
        "named": [*reading.named],
        "left_out": left_out(roster), "not_printed": not_printed(roster),
    }  # fmt: skip


def _command(asked: Asked, list_name: str, more: Mapping[str, str]) -> str:
    """The command line that makes the same class from a list of this name; empty where an
    earlier class is gone on with."""
    if more.get("earlier"):
        return ""
    make = replace(asked, name="").command
    words = ["sheetgen", "class", asked.topic, "--roster", Path(list_name).name or "list.txt"]
    words += shlex.split(make)[3:]
    for name in COLUMNS:
        words += [f"--{name}", more[name]] if more.get(name) else []
    words += ["--spares", more["spares"]] if more.get("spares", "0") not in ("", "0") else []
    words += ["--simplex"] if more.get("simplex") == "yes" else []
    return shlex.join(words)
