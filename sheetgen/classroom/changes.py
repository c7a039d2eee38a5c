"""Files that are written beside their places in a class's folder, to take them together."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from sheetgen.classroom.journal import (
    FORMAT,
    JOURNAL,
    NAME,
    NEW,
    OLD,
    WORK,
    Entry,
    Journal,
    Places,
    check_finished,
    digest_at,
    is_unfinished,
)
from sheetgen.errors import SheetgenError
from sheetgen.files import (
    cannot_write,
    free_for_folder,
    make_folder,
    reason,
    sync_folder,
    write_whole,
)

UNCHANGED = "all files of the class are as they were"
_PART = re.compile(r"[0-9a-f]{24}\.part|class\.json|\.sheetgen-[a-z0-9_]{8}")
"""What else a run writes into its work folder."""


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
        places = Places(self.folder, Journal(FORMAT, entries))
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

    def _undo(self, places: Places, problem: BaseException) -> None:
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
            _each_file(inner, lambda path: NAME.fullmatch(path.name) is not None)
            with suppress(OSError):
                inner.rmdir()


def _each_file(folder: Path, ours: Callable[[Path], bool]) -> None:
    """Remove the files of a folder that are ours."""
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if ours(path) and path.is_file() and not path.is_symlink():
                with suppress(OSError):
                    path.unlink()
