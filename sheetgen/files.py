"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from sheetgen.errors import SheetgenError

LOCK = ".sheetgen.lock"
"""The file in a folder that one works in alone; gone afterwards, and if not, no harm."""
TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
"""What systems say of a lock that another process has."""
OPENED = (5, 32, 33)
"""What Windows says of a file that another program has open."""
TEMPORARY = ".sheetgen-"
"""How files that wait for their places begin."""
_LEFT = re.compile(re.escape(TEMPORARY) + r"[a-z0-9_]{8}")
OLD = 600.0
"""Seconds after which a file that waits is one of a run that was killed."""
WAITS = (0.05, 0.15, 0.5)
"""Seconds between tries on Windows, where a scanner may have a file open for a moment."""


def make_folder(folder: Path) -> None:
    """Make a folder and those above it. Raises SheetgenError naming what is in the way."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise _in_the_way(folder) from None
    except OSError as problem:
        raise SheetgenError(f"{folder}: cannot make this folder: {reason(problem)}") from None


def free_for_folder(folder: Path) -> None:
    """Raises SheetgenError if something else has the name of a folder, also a link to one."""
    _no_link(folder)
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise _in_the_way(folder)


def _no_link(path: Path) -> None:
    """Raises SheetgenError for a symbolic link: what is written goes where it was said, and what is
    behind a link may be anybody's."""
    if os.path.islink(path):
        raise SheetgenError(
            f"{path}: a symbolic link, which is not followed; remove it or choose another --out"
        )


def _in_the_way(folder: Path) -> SheetgenError:
    return SheetgenError(
        f"{folder}: a file is in the way of this folder; move it or choose another --out"
    )


def free_to_write(path: Path, force: bool) -> None:
    """Raises SheetgenError if ``path`` is taken and ``force`` is off, or is a link or a folder."""
    _no_link(path)
    if os.path.isdir(path):  # unlike Path.is_dir, no error where a folder may not be searched
        raise SheetgenError(
            f"{path}: a folder is in the way of this file; move it or choose another --out"
        )
    if os.path.lexists(path) and not force:
        raise SheetgenError(f"{path} exists; add --force to replace it, or choose another --out")


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else who asks works in this folder meanwhile, no other process and no other thread.
    Raises SheetgenError if somebody does.

    The system lets go of a lock when its process ends, however it ends. Where no lock can be had,
    as on a disk that is read-only, the work goes on without one.
    """
    path = folder / LOCK
    _no_link(path)
    with _no_other_thread(folder):
        try:
            handle = _locked(path)
        except BlockingIOError:
            raise _at_work(folder) from None
        try:
            yield
        finally:
            if handle is not None:
                _let_go(path, handle)


def _at_work(folder: Path) -> SheetgenError:
    return SheetgenError(
        f"{folder}: another run is at work in this folder; wait until it ends, "
        f"or choose another --out"
    )


_taken: set[tuple[int, int]] = set()
"""The folders in which a thread of this process works alone: of it, the system's locks know
nothing, and it loses one with the first of its handles that is closed."""
_taking = threading.Lock()


@contextlib.contextmanager
def _no_other_thread(folder: Path) -> Iterator[None]:
    """Raises SheetgenError if another thread of this process works in a folder."""
    found = os.stat(folder)
    mark = found.st_dev, found.st_ino
    with _taking:
        if mark in _taken:
            raise _at_work(folder)
        _taken.add(mark)
    try:
        yield
    finally:
        with _taking:
            _taken.discard(mark)


def _locked(path: Path) -> int | None:
    """A file that is locked for this process alone, not for its copies; None where that cannot be.
    Raises BlockingIOError if another process has it."""
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError:
            return None
        try:
            _lock(handle)
            if os.path.samestat(os.fstat(handle), os.stat(path)):
                return handle
        except FileNotFoundError:
            pass  # who had it has just removed it: once more
        except OSError as problem:
            os.close(handle)
            if problem.errno in TAKEN:
                raise BlockingIOError from None
            return None
        os.close(handle)


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _let_go(path: Path, handle: int) -> None:
    if sys.platform == "win32":  # which removes no open file
        os.close(handle)
    with contextlib.suppress(OSError):
        os.unlink(path)
    if sys.platform != "win32":
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """The names in a folder are on the disk, so that they are there after a power failure; where a
    system has no such thing, nothing."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def move(source: Path, target: Path) -> None:
    """Give a file another name, which nothing may have. Raises OSError."""
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, "a file is in its place", str(target))
    _replace(source, target)


def _replace(source: str | Path, target: Path) -> None:
    for wait in WAITS if sys.platform == "win32" else ():
        try:
            os.replace(source, target)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    os.replace(source, target)


def sweep(folder: Path) -> None:
    """Remove what killed runs left half written in a folder; what may still be written to stays."""
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            if _LEFT.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > OLD:
                        os.unlink(entry.path)


def write_whole(path: Path, data: bytes, force: bool = False, *, lasting: bool = True) -> None:
    """Write a file beside its place, then move it there: nobody ever sees half of it.

    One that is not ``lasting`` may be lost where the power fails. Raises SheetgenError for a taken
    name without ``force``, a full disk, a folder that cannot be written.
    """
    write_all([(path, data)], force, lasting=lasting)


def write_all(
    files: Sequence[tuple[Path, bytes]], force: bool = False, *, lasting: bool = True,
    same: Callable[[bytes, bytes], bool] = bytes.__eq__,
) -> None:  # fmt: skip
    """Write files that belong together: all of them, or none if one cannot be written.

    A file that already holds the bytes, or the ``same`` in others, is left alone. Raises
    SheetgenError as ``write_whole``.
    """
    new = [(path, data) for path, data in files if not holds(path, data, same)]
    for path, _ in new:
        free_to_write(path, force)
    with _moving() as moves:
        for path, data in new:
            file = moves.open(path)
            file.write(data)
            moves.close(file, lasting)
    for folder in {path.parent for path, _ in new} if lasting else ():
        sync_folder(folder)


class _Moves:
    """Files on their way to their places."""

    def __init__(self) -> None:
        self.path = Path()
        """The place of the file that was opened, or is moved."""
        self.waiting: list[tuple[str, Path]] = []
        self.opened: list[IO[bytes]] = []

    def open(self, path: Path) -> IO[bytes]:
        self.path = path
        handle, temporary = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
        self.waiting.append((temporary, path))
        self.opened.append(os.fdopen(handle, "wb"))
        return self.opened[-1]

    def close(self, file: IO[bytes], lasting: bool = True) -> None:
        file.flush()
        if lasting:
            os.fsync(file.fileno())
        if hasattr(os, "fchmod"):  # else no system that has such modes
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        file.close()
        self.opened.remove(file)

    def move(self) -> None:
        """All files take their places; if one cannot, those before it give theirs back."""
        done: list[tuple[Path, str]] = []
        second: list[str] = []
        try:
            while self.waiting:
                temporary, self.path = self.waiting[0]
                second.append(_second_name(self.path) if self.waiting[1:] else "")
                _replace(temporary, self.path)
                done.append((self.path, second[-1]))
                self.waiting.pop(0)
        except BaseException:
            for path, before in done:
                with contextlib.suppress(OSError):
                    os.replace(before, path) if before else os.unlink(path)
            raise
        finally:
            for name in filter(None, second):
                with contextlib.suppress(OSError):
                    os.unlink(name)


def _second_name(path: Path) -> str:
    """Another name of a file that is to be replaced, under which it stays; nothing if there is no
    file. Raises OSError."""
    if not os.path.lexists(path):
        return ""
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
    os.close(handle)
    os.unlink(name)
    try:
        os.link(path, name)
    except OSError:  # a disk that has no second names
        shutil.copy2(path, name)
    return name


@contextlib.contextmanager
def _moving() -> Iterator[_Moves]:
    """Files written inside move to their places at the end; after a problem, none does."""
    moves = _Moves()
    try:
        yield moves
        moves.move()
    except OSError as problem:
        raise SheetgenError(cannot_write(moves.path, problem)) from None
    finally:
        for file in moves.opened:
            with contextlib.suppress(OSError):
                file.close()
        for temporary, _ in moves.waiting:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def cannot_write(path: Path, problem: OSError) -> str:
    """What to say of a file that cannot be written."""
    return f"{path}: cannot write: {reason(problem)}"


def holds(
    path: Path, data: bytes, same: Callable[[bytes, bytes], bool] = bytes.__eq__
) -> bool:
    """Whether the file already holds these bytes, or the ``same`` in others: the same recipe, made
    before."""
    try:
        if os.path.islink(path) or not path.is_file():
            return False
        if same is bytes.__eq__ and path.stat().st_size != len(data):
            return False
        return same(path.read_bytes(), data)
    except OSError:
        return False


def reason(problem: OSError) -> str:
    """Why the system refused, in words that help."""
    if getattr(problem, "winerror", None) in OPENED:
        return "it may be open in another program; close it there"
    return {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EROFS: "the disk is read-only",
        errno.EACCES: "no permission",
        errno.EPERM: "no permission",
        errno.ENOENT: "the folder does not exist",
        errno.ENAMETOOLONG: "the name is too long",
    }.get(problem.errno or 0, problem.strerror or str(problem))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
