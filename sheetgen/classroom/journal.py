"""Files of a class that change together or not at all, whatever happens meanwhile.

New files are written beside their places. Then a journal says which of them are to come and which
are to go; then all old ones are moved away, and only when none is left all new ones are moved in:
at no moment does a new file stand beside an old one. If one cannot be moved, all are moved back;
after a kill the journal says to the next run what is left to do.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from sheetgen.errors import SheetgenError
from sheetgen.files import (
    cannot_write,
    free_for_folder,
    free_to_write,
    make_folder,
    move,
    reason,
    sync_folder,
    write_whole,
)

WORK = ".sheetgen-part"
"""The hidden folder of a run, inside the class's; gone when the run is done."""
JOURNAL = "journal.json"
FORMAT = "sheetgen-journal/1"
NEW, OLD = "new", "old"
"""Where in the work folder files wait for their places, and where those are that had them."""
_NAME = re.compile(r"([A-Za-z0-9][\w-]*/)?[.]?[A-Za-z0-9][\w.-]*", re.ASCII)
"""Names of files that a journal may move."""
_DIGEST = re.compile(r"[0-9a-f]{64}|")
_PART = re.compile(r"[0-9a-f]{24}\.part|class\.json|\.sheetgen-[a-z0-9_]{8}")
"""What else a run writes into its work folder."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that changes."""

    name: str
    new: str
    """SHA-256 of what is to come; nothing if the file goes."""
    old: str
    """SHA-256 of what was there; nothing if there was no file."""
    kept: str = ""
    """The name under which the old file stays in the folder."""

    def __post_init__(self) -> None:
        for name in (self.name, self.kept or self.name):
            if not _NAME.fullmatch(name) or name.split("/")[0] == WORK:
                raise ValueError(f"{name[:60]!r} is no file of a class")
        if not (_DIGEST.fullmatch(self.new) and _DIGEST.fullmatch(self.old)):
            raise ValueError("a digest is none")


class Journal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to change; the last file is moved away first and comes last."""

    format: str
    files: list[Entry]

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"format: {self.format[:40]!r} is not {FORMAT}")


def is_unfinished(folder: Path) -> bool:
    """Whether a run is just moving the files of a class, or was stopped at it."""
    return os.path.lexists(folder / WORK / JOURNAL)


def check_finished(folder: Path) -> None:
    """Raises SheetgenError for a class whose files are of two runs, or not all there."""
    if is_unfinished(folder):
        raise SheetgenError(
            f"{folder} is unfinished: a run was stopped while its files took their places; "
            f"run the same `sheetgen class` command again, it finishes or undoes that"
        )


def settle(folder: Path) -> str:
    """Finish what a run was stopped at, or undo it where that cannot be; what to say of it.

    Raises SheetgenError if neither can be done, naming the file that is in the way.
    """
    if not is_unfinished(folder):
        return ""
    places = _Places(folder, _read(folder))
    places.check()
    try:
        places.forward()
    except OSError as problem:
        said = f"{places.path}: {reason(problem)}"
        try:
            places.back()
        except OSError:
            raise SheetgenError(
                f"{said}; {folder} is unfinished since a run was stopped; run the command again "
                f"when the file can be moved"
            ) from None
        return f"a run was stopped before all files had changed; they are as before it ({said})"
    return "a run was stopped before all files had changed; the rest is done now"


def _read(folder: Path) -> Journal:
    path = folder / WORK / JOURNAL
    try:
        if path.parent.is_symlink() or path.is_symlink():
            raise ValueError("it is a symbolic link")
        return msgspec.json.decode(path.read_bytes(), type=Journal)
    except OSError as problem:
        raise SheetgenError(f"{path}: {reason(problem)}") from None
    except (ValueError, RecursionError) as problem:
        raise SheetgenError(
            f"{path} is no journal, it was changed ({str(problem)[:120]}); files that were there "
            f"before are in {path.parent / OLD}; move them back and remove {path.parent}, "
            f"or choose another --out"
        ) from None


class _Places:
    """Where the files of a journal are: in their places, waiting for them, or moved away."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self.folder, self.work, self.entries = folder, folder / WORK, journal.files
        self.path = folder
        """The file that is moved."""

    def place(self, entry: Entry) -> Path:
        return self.folder / entry.name

    def waiting(self, entry: Entry) -> Path:
        return self.work / NEW / entry.name

    def away(self, entry: Entry) -> Path:
        return self.folder / entry.kept if entry.kept else self.work / OLD / entry.name

    def forward(self) -> None:
        """Move all old files away, then all new ones in; what is done already is not done again.
        Raises OSError."""
        for parent in {self.away(entry).parent for entry in self.entries if entry.old}:
            parent.mkdir(parents=True, exist_ok=True)
        for entry in reversed(self.entries):
            if entry.old and not os.path.lexists(self.away(entry)):
                self._move(entry, self.place(entry), self.away(entry))
        for entry in self.entries:
            if entry.new and os.path.lexists(self.waiting(entry)):
                self._move(entry, self.waiting(entry), self.place(entry))
        self._end()

    def back(self) -> None:
        """Move all new files out, then all old ones back. Raises OSError."""
        for entry in reversed(self.entries):
            if entry.new and not os.path.lexists(self.waiting(entry)):
                self._move(entry, self.place(entry), self.waiting(entry))
        for entry in self.entries:
            if entry.old and os.path.lexists(self.away(entry)):
                self._move(entry, self.away(entry), self.place(entry))
        self._end()

    def _move(self, entry: Entry, source: Path, target: Path) -> None:
        self.path = self.place(entry)
        move(source, target)

    def _end(self) -> None:
        """All is in its place: so it stays even where the power fails, and the journal goes, with
        folders in which nothing is left."""
        for parent in sorted({self.place(entry).parent for entry in self.entries}):
            sync_folder(parent)
        os.unlink(self.work / JOURNAL)
        sync_folder(self.work)
        for parent in {self.place(entry).parent for entry in self.entries} - {self.folder}:
            with suppress(OSError):  # there is something in it still
                parent.rmdir()

    def check(self) -> None:
        """Raises SheetgenError for a file that somebody put, changed or took away since the run
        was stopped."""
        for name in {entry.name.rpartition("/")[0] for entry in self.entries}:
            for top in (self.folder, self.work / NEW, self.work / OLD):
                free_for_folder(top / name)
        for entry in self.entries:
            place, waiting, away = (
                digest_at(path)
                for path in (self.place(entry), self.waiting(entry), self.away(entry))
            )
            if (place, waiting, away) not in _stages(entry):
                raise SheetgenError(
                    f"{self.place(entry)}: neither as before nor as after the run that was "
                    f"stopped; move away what is not of the class (the file from before may be "
                    f"{self.away(entry)}), then remove {self.work}, or choose another --out"
                )


def _stages(entry: Entry) -> list[tuple[str, str, str]]:
    """Digests in the place, waiting and away: before, between and after."""
    return [
        (entry.old, entry.new, ""),
        ("", entry.new, entry.old),
        (entry.new, "", entry.old),
    ]


def digest_at(path: Path) -> str:
    """SHA-256 of a file, nothing if there is none. Raises SheetgenError for a link, a folder and a
    file that cannot be read."""
    free_to_write(path, force=True)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
    except OSError as problem:
        raise SheetgenError(f"{path}: {reason(problem)}") from None


class Change:
    """Files that are written beside their places in a folder, to take them together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.digests: dict[str, str] = {}
        """Name -> SHA-256 of what was written."""
        self.remarks: list[str] = []
        """What became of files that somebody had changed."""
        self._gone: dict[str, str] = {}
        self._made: list[Path] = []
        """Folders that were not there."""

    @contextmanager
    def files(self, names: Sequence[str]) -> Iterator[list[IO[bytes]]]:
        """A few files to be written to. Raises SheetgenError for a full disk and the like."""
        path, opened = self.folder, list[IO[bytes]]()
        try:
            for name in names:
                path = self.folder / name
                waiting = self.folder / WORK / NEW / name
                waiting.parent.mkdir(parents=True, exist_ok=True)
                opened.append(waiting.open("wb"))
            yield opened
            for name, file in zip(names, opened, strict=True):
                path = self.folder / name
                file.flush()
                os.fsync(file.fileno())
                file.close()
                self.digests[name] = digest_at(self.folder / WORK / NEW / name)
        except OSError as problem:
            raise SheetgenError(f"{cannot_write(path, problem)}; {UNCHANGED}") from None
        finally:
            for file in opened:
                with suppress(OSError):
                    file.close()

    def write(self, name: str, data: bytes) -> None:
        """Write a file. Raises SheetgenError as ``files``."""
        with self.files([name]) as (file,):
            file.write(data)

    def remove(self, name: str, digest: str) -> None:
        """A file goes, if it is still the one with this digest."""
        self._gone[name] = digest

    def commit(self, is_foreign: Callable[[str, str], bool]) -> None:
        """All files take their places; one that was there and is foreign, which is told from its
        name and digest, stays under a name of its own.

        Raises SheetgenError if one cannot; then all are as they were.
        """
        coming = list(self._coming(is_foreign))
        entries = [*self._going(), *coming]  # so that the last of all is what was written last
        if not entries:
            return
        self._make_folders(entries)
        places = _Places(self.folder, Journal(FORMAT, entries))
        try:
            self._note(entries)
            places.forward()
        except BaseException as problem:
            if not is_unfinished(self.folder):
                self._unmake_folders()
                raise
            self._undo(places, problem)

    def _coming(self, is_foreign: Callable[[str, str], bool]) -> Iterator[Entry]:
        for name, digest in self.digests.items():
            old = digest_at(self.folder / name)
            if old == digest:
                continue
            kept = ""
            if old and is_foreign(name, old):
                kept = self._free_name(name)
                self.remarks.append(f"{name} was not as sheetgen made it; that one is {kept} now")
            yield Entry(name, digest, old, kept)

    def _going(self) -> Iterator[Entry]:
        for name, digest in self._gone.items():
            old = digest_at(self.folder / name)
            if old == digest:
                yield Entry(name, "", old)
            elif old:
                self.remarks.append(f"{name} is no longer of the class, but was changed; it stays")

    def _free_name(self, name: str) -> str:
        """``class.before.csv`` for class.csv, or with a number."""
        stem, _, ending = name.rpartition(".")
        names = (f"{stem}.before{f'-{k}' if k > 1 else ''}.{ending}" for k in range(1, 10**6))
        return next(name for name in names if not os.path.lexists(self.folder / name))

    def _make_folders(self, entries: Sequence[Entry]) -> None:
        for parent in sorted({(self.folder / e.name).parent for e in entries if e.new}):
            free_for_folder(parent)
            if not parent.is_dir():
                self._made.append(parent)
                make_folder(parent)
        if self._made:
            sync_folder(self.folder)

    def _unmake_folders(self) -> None:
        for folder in self._made:
            with suppress(OSError):
                folder.rmdir()

    def _note(self, entries: Sequence[Entry]) -> None:
        """Write the journal, when all that it names is on the disk."""
        work = self.folder / WORK
        waiting = {(work / NEW / entry.name).parent for entry in entries if entry.new}
        for parent in sorted(waiting | {work / NEW, self.folder}):
            sync_folder(parent)
        data = msgspec.json.format(msgspec.json.encode(Journal(FORMAT, list(entries))), indent=1)
        try:
            write_whole(work / JOURNAL, data + b"\n", force=True)
        except SheetgenError as problem:
            raise SheetgenError(f"{problem}; {UNCHANGED}") from None

    def _undo(self, places: _Places, problem: BaseException) -> None:
        """Move everything back and raise what went wrong, saying what was done."""
        path = places.path
        try:
            places.back()
        except OSError as other:
            raise SheetgenError(
                f"{path}: cannot change: {_why(problem)}; and {places.path}, which was to be put "
                f"back: {reason(other)}; {self.folder} is unfinished: run the same command again "
                f"when both can be moved"
            ) from None
        self._unmake_folders()
        if not isinstance(problem, OSError):
            raise problem
        raise SheetgenError(f"{path}: cannot change: {_why(problem)}; {UNCHANGED}") from None


UNCHANGED = "all files of the class are as they were"


def _why(problem: BaseException) -> str:
    return reason(problem) if isinstance(problem, OSError) else "the run was stopped"


@contextmanager
def changing(folder: Path, is_foreign: Callable[[str, str], bool]) -> Iterator[Change]:
    """Files of a folder that are written inside take their places together at the end, or none.
    Raises SheetgenError as ``Change.commit``."""
    check_finished(folder)
    for name in (WORK, f"{WORK}/{NEW}", f"{WORK}/{OLD}"):
        free_for_folder(folder / name)
    _empty(folder)
    change = Change(folder)
    try:
        yield change
        change.commit(is_foreign)
    finally:
        if not is_unfinished(folder):
            _empty(folder)


def remove_work(folder: Path) -> None:
    """Remove a run's work folder, but nothing in it that no run wrote."""
    work = folder / WORK
    if work.is_symlink() or is_unfinished(folder):
        return
    _empty(folder)
    _each_file(work, lambda path: _PART.fullmatch(path.name) is not None)
    with suppress(OSError):
        work.rmdir()


def _empty(folder: Path) -> None:
    """Remove the files that wait and those that are replaced."""
    for name in (NEW, OLD):
        top = folder / WORK / name
        if top.is_symlink() or not top.is_dir():
            continue
        for inner in (*(p for p in top.iterdir() if p.is_dir() and not p.is_symlink()), top):
            _each_file(inner, lambda path: _NAME.fullmatch(path.name) is not None)
            with suppress(OSError):
                inner.rmdir()


def _each_file(folder: Path, ours: Callable[[Path], bool]) -> None:
    """Remove the files of a folder that are ours."""
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if ours(path) and path.is_file() and not path.is_symlink():
                with suppress(OSError):
                    path.unlink()
