"""Files appear whole or not at all, and what is in the way is named in one line."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheetgen.errors import SheetgenError
from sheetgen.files import make_folder, reason, sweep, write_all, write_whole


def _fail(code: int) -> Callable[..., Any]:
    def broken(*_: Any, **__: Any) -> Any:
        raise OSError(code, os.strerror(code))

    return broken


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_file_holds_exactly_the_bytes_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.pdf", b"\x00\xff\r\n")
    assert (tmp_path / "a.pdf").read_bytes() == b"\x00\xff\r\n"
    assert _names(tmp_path) == ["a.pdf"]


def test_others_may_read_a_file_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "a.pdf", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.pdf").stat().st_mode) == 0o640


def test_a_system_without_modes_writes_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "fchmod")
    write_whole(tmp_path / "a.pdf", b"x")
    assert (tmp_path / "a.pdf").read_bytes() == b"x"


def test_a_taken_name_needs_force(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    with pytest.raises(SheetgenError, match=r"a\.pdf exists; add --force"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    write_whole(path, b"new", force=True)
    assert path.read_bytes() == b"new"
    assert _names(tmp_path) == ["a.pdf"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "no permission"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
@pytest.mark.parametrize("call", ["mkstemp", "fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int, words: str
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    monkeypatch.setattr(tempfile if call == "mkstemp" else os, call, _fail(code))
    with pytest.raises(SheetgenError, match=words) as refusal:
        write_whole(path, b"new", force=True)
    monkeypatch.undo()
    assert str(path) in str(refusal.value)
    assert str(refusal.value).isprintable()
    assert path.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.pdf"]


def test_an_interrupted_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a.pdf", b"new")
    assert _names(tmp_path) == []


def test_a_folder_where_the_file_is_wanted_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(SheetgenError, match=r"a\.pdf: a folder is in the way"):
        write_whole(tmp_path / "a.pdf", b"x", force=True)
    assert _names(tmp_path) == ["a.pdf"]


@pytest.mark.parametrize("below", ["", "deeper", "deeper/still"])
def test_a_file_where_a_folder_is_wanted_is_named(tmp_path: Path, below: str) -> None:
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(SheetgenError, match=r"out.*: a file is in the way of this folder"):
        make_folder(tmp_path / "out" / below)
    assert (tmp_path / "out").read_bytes() == b"mine"


def test_folders_are_made_with_those_above_and_may_be_there(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(Path, "mkdir", _fail(code))
    with pytest.raises(SheetgenError, match="out: cannot make this folder"):
        make_folder(tmp_path / "out")


def test_a_name_that_no_disk_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetgenError, match="name is too long"):
        write_whole(tmp_path / ("x" * 300), b"x")
    assert _names(tmp_path) == []


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("behind", ["nothing", "other", "the same"])
def test_a_link_is_neither_followed_nor_replaced(
    behind: str, force: bool, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    if behind != "nothing":
        target.write_text("x" if behind == "the same" else "mine")
    (tmp_path / "a.pdf").symlink_to(target)
    with pytest.raises(SheetgenError, match=r"a\.pdf: a symbolic link, which is not followed"):
        write_whole(tmp_path / "a.pdf", b"x", force=force)
    assert (tmp_path / "a.pdf").is_symlink()
    assert target.exists() == (behind != "nothing")
    assert not target.exists() or target.read_text() == ("x" if behind == "the same" else "mine")


def test_a_folder_that_may_not_be_searched_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "locked" / "a.pdf"
    for name in ("stat", "lstat", "open"):
        real = getattr(os, name)

        def guarded(target: Any, *rest: Any, real: Any = real, **more: Any) -> Any:
            if "locked" in str(target):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
            return real(target, *rest, **more)

        monkeypatch.setattr(os, name, guarded)
    with pytest.raises(SheetgenError, match="cannot write: no permission"):
        write_whole(path, b"x")


def test_files_that_belong_together_appear_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at the second file leaves no first one: no worksheet without its key."""
    real, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    pair = [(tmp_path / "worksheet.pdf", b"1"), (tmp_path / "key.pdf", b"2")]
    with pytest.raises(SheetgenError, match=r"key\.pdf: cannot write: the disk is full"):
        write_all(pair)
    assert _names(tmp_path) == []


def test_a_file_that_already_holds_the_bytes_needs_no_force(tmp_path: Path) -> None:
    pair = [(tmp_path / "a", b"1"), (tmp_path / "b", b"2")]
    write_all(pair[:1])
    write_all(pair)
    write_all(pair)
    assert _names(tmp_path) == ["a", "b"]


def test_more_files_than_may_be_open_at_once_are_written(tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, before[1]))
    try:
        write_all([(tmp_path / f"{k}.txt", b"x%d" % k) for k in range(300)])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert len(list(tmp_path.iterdir())) == 300
    assert (tmp_path / "299.txt").read_bytes() == b"x299"


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_file_that_cannot_be_moved_gives_back_the_places_of_those_before_it(
    number: int, links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No new worksheet beside an old key, as where a reader has the key open."""
    files = [(tmp_path / name, b"new") for name in ("a", "b", "c")]
    for path, _ in files[1:]:
        path.write_bytes(b"old")
    real, calls = os.replace, []

    def replace(*words: Any) -> None:
        calls.append(words)
        if len(calls) == number:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        real(*words)

    monkeypatch.setattr(os, "replace", replace)
    if not links:
        monkeypatch.setattr(os, "link", _fail(errno.EPERM))
    with pytest.raises(SheetgenError, match=f"{'abc'[number - 1]}: cannot write: no permission"):
        write_all(files, force=True)
    assert _names(tmp_path) == ["b", "c"]
    assert all(path.read_bytes() == b"old" for path, _ in files[1:])
    write_all(files, force=True)
    assert _names(tmp_path) == ["a", "b", "c"]
    assert all(path.read_bytes() == b"new" for path, _ in files)


def test_files_and_their_folder_are_made_to_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(_kind(handle)))
    write_all([(tmp_path / "a", b"1"), (tmp_path / "b", b"2")])
    assert synced == ["file", "file", "folder"]
    synced.clear()
    write_whole(tmp_path / "c", b"3", lasting=False)
    assert synced == []


def _kind(handle: int) -> str:
    return "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"


def test_a_file_that_is_open_on_windows_is_named_as_such(tmp_path: Path) -> None:
    problem = PermissionError(errno.EACCES, "Access is denied")
    problem.winerror = 32  # type: ignore[attr-defined,unused-ignore]
    assert reason(problem) == "it may be open in another program; close it there"


def test_what_is_half_written_and_old_is_swept_and_nothing_else(tmp_path: Path) -> None:
    old = {".sheetgen-abcd_123": False, ".sheetgen-notes.txt": True, "sheetgen-abcd1234": True}
    for name in (*old, ".sheetgen-fresh123"):
        (tmp_path / name).write_text("x")
        if name in old:
            os.utime(tmp_path / name, (1, 1))
    (tmp_path / ".sheetgen-folder12").mkdir()
    (tmp_path / ".sheetgen-link1234").symlink_to(tmp_path / "sheetgen-abcd1234")
    sweep(tmp_path)
    stay = [name for name, stays in old.items() if stays]
    assert _names(tmp_path) == sorted(
        [*stay, ".sheetgen-fresh123", ".sheetgen-folder12", ".sheetgen-link1234"]
    )
