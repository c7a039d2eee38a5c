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
from contextlib import suppress
from pathlib import Path

import msgspec

from sheetgen.errors import SheetgenError
from sheetgen.files import (
    free_for_folder,
    free_to_write,
    move,
    reason,
    sync_folder,
)

WORK = ".sheetgen-part"
"""The hidden folder of a run, inside the class's; gone when the run is done."""
JOURNAL = "journal.json"
FORMAT = "sheetgen-journal/1"
NEW, OLD = "new", "old"
"""Where in the work folder files wait for their places, and where those are that had them."""
NAME = re.compile(r"([A-Za-z0-9][\w-]*/)?[.]?[A-Za-z0-9][\w.-]*", re.ASCII)
"""Names of files that a journal may move."""
_DIGEST = re.compile(r"[0-9a-f]{64}|")


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
            if not NAME.fullmatch(name) or name.split("/")[0] == WORK:
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
    places = Places(folder, _read(folder))
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


class Places:
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
