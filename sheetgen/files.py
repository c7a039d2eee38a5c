"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from sheetgen.errors import SheetgenError

LOCK = ".sheetgen.lock"
"""The file in a folder that one works in alone; gone afterwards, and if not, no harm."""
TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
"""What systems say of a lock that another process has."""


def make_folder(folder: Path) -> None:
    """Make a folder and those above it. Raises SheetgenError naming what is in the way."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise _in_the_way(folder) from None
    except OSError as problem:
        raise SheetgenError(f"{folder}: cannot make this folder: {reason(problem)}") from None


def free_for_folder(folder: Path) -> None:
    """Raises SheetgenError if something else has the name of a folder."""
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise _in_the_way(folder)


def _in_the_way(folder: Path) -> SheetgenError:
    return SheetgenError(
        f"{folder}: a file is in the way of this folder; move it or choose another --out"
    )


def free_to_write(path: Path, force: bool) -> None:
    """Raises SheetgenError if ``path`` is taken and ``force`` is off, or is a folder."""
    if os.path.isdir(path):  # unlike Path.is_dir, no error where a folder may not be searched
        raise SheetgenError(
            f"{path}: a folder is in the way of this file; move it or choose another --out"
        )
    if os.path.lexists(path) and not force:
        raise SheetgenError(f"{path} exists; add --force to replace it, or choose another --out")


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else who asks works in this folder meanwhile. Raises SheetgenError if somebody does.

    The system lets go of a lock when its process ends, however it ends. Where no lock can be had,
    as on a disk that is read-only, the work goes on without one.
    """
    path = folder / LOCK
    try:
        handle = _locked(path)
    except BlockingIOError:
        raise SheetgenError(
            f"{folder}: another run is at work in this folder; wait until it ends, "
            f"or choose another --out"
        ) from None
    try:
        yield
    finally:
        if handle is not None:
            _let_go(path, handle)


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


def write_whole(path: Path, data: bytes, force: bool = False, *, lasting: bool = True) -> None:
    """Write a file beside its place, then move it there: nobody ever sees half of it.

    One that is not ``lasting`` may be lost where the power fails. Raises SheetgenError for a taken
    name without ``force``, a full disk, a folder that cannot be written.
    """
    write_all([(path, data)], force, lasting=lasting)


def write_all(
    files: Sequence[tuple[Path, bytes]], force: bool = False, *, lasting: bool = True
) -> None:
    """Write files that belong together: all of them, or none if one cannot be written.

    A file that already holds the bytes is left alone. Raises SheetgenError as ``write_whole``.
    """
    new = [(path, data) for path, data in files if not holds(path, data)]
    for path, _ in new:
        free_to_write(path, force)
    with _moving() as moves:
        for path, data in new:
            file = moves.open(path)
            file.write(data)
            moves.close(file, lasting)


@contextlib.contextmanager
def writing(paths: Sequence[Path], force: bool = False) -> Iterator[list[IO[bytes]]]:
    """A few files to be written to, which take their places together when all are written, or none.

    Raises SheetgenError as ``write_whole``.
    """
    for path in paths:
        free_to_write(path, force)
    with _moving() as moves:
        files = [moves.open(path) for path in paths]
        yield files
        for file in files:
            moves.close(file)


class _Moves:
    """Files on their way to their places."""

    def __init__(self) -> None:
        self.path = Path()
        """The place of the file that was opened, or is moved."""
        self.waiting: list[tuple[str, Path]] = []
        self.opened: list[IO[bytes]] = []

    def open(self, path: Path) -> IO[bytes]:
        self.path = path
        handle, temporary = tempfile.mkstemp(prefix=".sheetgen-", dir=path.parent)
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
        while self.waiting:
            temporary, self.path = self.waiting[0]
            os.replace(temporary, self.path)
            self.waiting.pop(0)


@contextlib.contextmanager
def _moving() -> Iterator[_Moves]:
    """Files written inside move to their places at the end; after a problem, none does."""
    moves = _Moves()
    try:
        yield moves
        moves.move()
    except OSError as problem:
        raise _refused(moves.path, problem) from None
    finally:
        for file in moves.opened:
            with contextlib.suppress(OSError):
                file.close()
        for temporary, _ in moves.waiting:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _refused(path: Path, problem: OSError) -> SheetgenError:
    return SheetgenError(f"{path}: cannot write: {reason(problem)}")


def holds(path: Path, data: bytes) -> bool:
    """Whether the file already holds these bytes: the same recipe, made before."""
    try:
        return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def reason(problem: OSError) -> str:
    """Why the system refused, in words that help."""
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
