"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from sheetgen.errors import SheetgenError


def make_folder(folder: Path) -> None:
    """Make a folder and those above it. Raises SheetgenError naming what is in the way."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise SheetgenError(
            f"{folder}: a file is in the way of this folder; move it or choose another --out"
        ) from None
    except OSError as problem:
        raise SheetgenError(f"{folder}: cannot make this folder: {reason(problem)}") from None


def free_to_write(path: Path, force: bool) -> None:
    """Raises SheetgenError if ``path`` is taken and ``force`` is off, or is a folder."""
    if os.path.isdir(path):  # unlike Path.is_dir, no error where a folder may not be searched
        raise SheetgenError(
            f"{path}: a folder is in the way of this file; move it or choose another --out"
        )
    if os.path.lexists(path) and not force:
        raise SheetgenError(f"{path} exists; add --force to replace it, or choose another --out")


def write_whole(path: Path, data: bytes, force: bool = False) -> None:
    """Write a file beside its place, then move it there: nobody ever sees half of it.

    Raises SheetgenError for a taken name without ``force``, a full disk, a folder that cannot be
    written.
    """
    write_all([(path, data)], force)


def write_all(files: Sequence[tuple[Path, bytes]], force: bool = False) -> None:
    """Write files that belong together: all of them, or none if one cannot be written.

    A file that already holds the bytes is left alone. Raises SheetgenError as ``write_whole``.
    """
    new = [(path, data) for path, data in files if not holds(path, data)]
    with writing([path for path, _ in new], force) as opened:
        for (path, data), file in zip(new, opened, strict=True):
            try:
                file.write(data)
            except OSError as problem:
                raise _refused(path, problem) from None


@contextlib.contextmanager
def writing(paths: Sequence[Path], force: bool = False) -> Iterator[list[IO[bytes]]]:
    """Files to be written to, which take their places together when all are written, or none.

    Raises SheetgenError as ``write_whole``.
    """
    for path in paths:
        free_to_write(path, force)
    waiting: list[tuple[str, Path, IO[bytes]]] = []
    path = Path()
    try:
        for path in paths:
            handle, temporary = tempfile.mkstemp(prefix=".sheetgen-", dir=path.parent)
            waiting.append((temporary, path, os.fdopen(handle, "wb")))
        yield [file for _, _, file in waiting]
        for temporary, path, file in waiting:  # noqa: B007 - the path is named if it fails
            file.flush()
            os.fsync(file.fileno())
            file.close()
            os.chmod(temporary, 0o666 & ~_umask())
        while waiting:
            temporary, path, _ = waiting[0]
            os.replace(temporary, path)
            waiting.pop(0)
    except OSError as problem:
        raise _refused(path, problem) from None
    finally:
        for temporary, _, file in waiting:
            with contextlib.suppress(OSError):
                file.close()
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
