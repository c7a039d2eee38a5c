"""Files that change together: whatever fails, and wherever a run is killed, they are of one run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sheetgen.classroom.changes import changing, remove_work
from sheetgen.classroom.journal import JOURNAL, WORK, check_finished, is_unfinished, settle
from sheetgen.errors import SheetgenError
from tests.classroom.dying import Killed, denied, full, killed_at, opened, refused_at, trouble

BEFORE = {"a.pdf": "old a", "b.pdf": "old b", "same.csv": "same", "keys/gone.pdf": "old gone",
          "class.json": "old json"}  # fmt: skip
AFTER = {"a.pdf": "new a", "b.pdf": "new b", "same.csv": "same", "keys/k.pdf": "new k",
         "more.pdf": "new more", "class.json": "new json"}  # fmt: skip
MINE = {"mine.txt": "mine", "keys/mine.pdf": "mine too"}


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)


def there(folder: Path) -> dict[str, str]:
    """What is in a folder, but for what is hidden in the work folder."""
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*"))
            if p.is_file() and WORK not in p.parts}  # fmt: skip


def never(name: str, digest: str) -> bool:
    return False


def change(folder: Path) -> None:
    with changing(folder, never) as new:
        for name, text in AFTER.items():
            new.write(name, text.encode())
        new.remove("keys/gone.pdf", sha("old gone"))
        new.remove("keys/mine.pdf", sha("something else"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, BEFORE | MINE)
    return tmp_path


CALLS = 60
"""More than a change makes."""
MOVES = range(2, 11)
"""Of the calls that give a file a place, those after the journal's."""


def own(folder: Path) -> dict[str, str]:
    """The class's files, when those of somebody else are as they were."""
    left = there(folder)
    assert {name: left.pop(name, "") for name in MINE} == MINE
    return left


def refusal(do: Callable[[], object]) -> str:
    """What is said of something that is refused, nothing if it is done."""
    try:
        do()
    except SheetgenError as problem:
        return str(problem)
    return ""


def test_all_files_change_and_nothing_else_does(folder: Path) -> None:
    with trouble(lambda *_: None) as calls:
        change(folder)
    assert 30 < calls.count < CALLS
    assert own(folder) == AFTER
    remove_work(folder)
    assert not (folder / WORK).exists()
    assert settle(folder) == ""


@pytest.mark.parametrize("number", range(1, CALLS))
def test_a_run_that_is_killed_anywhere_leaves_files_of_one_run_and_the_next_ends_it(
    number: int, folder: Path
) -> None:
    with suppress(Killed), killed_at(number):
        change(folder)
    left = own(folder)
    assert left.items() <= BEFORE.items() or left.items() <= AFTER.items()
    if not is_unfinished(folder):
        assert left in (BEFORE, AFTER)
        check_finished(folder)
        assert settle(folder) == ""
        return
    assert "class.json" not in left or left in (BEFORE, AFTER)
    with pytest.raises(SheetgenError, match=r"is unfinished: .*run the same `sheetgen class`"):
        check_finished(folder)
    assert "the rest is done now" in settle(folder)
    assert own(folder) == AFTER
    check_finished(folder)


@pytest.mark.parametrize("number", range(1, CALLS, 2))
def test_an_interrupt_at_any_moment_undoes_all_or_comes_too_late(
    number: int, folder: Path
) -> None:
    with (
        suppress(KeyboardInterrupt),
        trouble(lambda count, *_: KeyboardInterrupt() if count == number else None),
    ):
        change(folder)
    assert own(folder) in (BEFORE, AFTER)
    check_finished(folder)
    change(folder)
    assert own(folder) == AFTER
    assert not list((folder / WORK).rglob("*.pdf"))


@pytest.mark.parametrize("number", range(1, 15))
@pytest.mark.parametrize("first", MOVES)
def test_the_run_that_ends_a_killed_one_may_be_killed_itself(
    first: int, number: int, folder: Path
) -> None:
    with pytest.raises(Killed), killed_at(first, ("replace",)):
        change(folder)
    with suppress(Killed), killed_at(number):
        settle(folder)
    settle(folder)
    assert own(folder) == AFTER


@pytest.mark.parametrize("problem", [denied, full])
@pytest.mark.parametrize("number", range(1, CALLS))
def test_a_call_that_fails_is_told_in_one_line_and_all_is_as_it_was(
    number: int, problem: type[OSError], folder: Path
) -> None:
    with trouble(lambda count, name, words: problem() if count == number else None):
        told = refusal(lambda: change(folder))
    if told:
        assert own(folder) == BEFORE
        assert "all files of the class are as they were" in told
        assert ("the disk is full" if problem is full else "no permission") in told
        assert str(folder) in told
    else:  # it was of no weight: tidying, or a folder's own place on the disk
        assert own(folder) == AFTER
    check_finished(folder)
    change(folder)
    assert own(folder) == AFTER


@pytest.mark.parametrize("name", sorted({*BEFORE, *AFTER} - {"same.csv"}))
def test_a_file_that_another_program_has_open_keeps_all_files(name: str, folder: Path) -> None:
    with trouble(opened(folder / name), ("replace",)), pytest.raises(SheetgenError) as told:
        change(folder)
    assert str(told.value) == (
        f"{folder / name}: cannot change: no permission; all files of the class are as they were"
    )
    assert own(folder) == BEFORE
    assert not (folder / "keys" / "k.pdf").exists()
    change(folder)
    assert own(folder) == AFTER


@pytest.mark.parametrize("first", MOVES)
def test_where_nothing_can_be_put_back_either_the_next_run_ends_it(
    first: int, folder: Path
) -> None:
    """From one moment on, no file of the folder can be moved; later all can."""
    with (
        trouble(lambda count, name, words: denied() if count >= first else None, ("replace",)),
        pytest.raises(SheetgenError) as told,
    ):
        change(folder)
    if first == MOVES[0]:  # nothing was moved, so nothing is to be put back
        assert "are as they were" in str(told.value)
        assert own(folder) == BEFORE
        return
    assert "is unfinished: run the same command again" in str(told.value)
    with trouble(refused_at(*range(1, 99)), ("replace",)), pytest.raises(SheetgenError) as again:
        settle(folder)
    assert "is unfinished" in str(again.value)
    settle(folder)
    assert own(folder) == AFTER


@pytest.mark.parametrize("name", sorted({*BEFORE, *AFTER} - {"same.csv"}))
@pytest.mark.parametrize("first", MOVES)
def test_what_cannot_be_finished_is_undone(first: int, name: str, folder: Path) -> None:
    with pytest.raises(Killed), killed_at(first, ("replace",)):
        change(folder)
    moved = own(folder)
    said: list[str] = []
    with trouble(opened(folder / name), ("replace",)):
        told = refusal(lambda: said.append(settle(folder)))
    if told:
        assert "is unfinished" in told
        assert is_unfinished(folder)
        return
    done = "the rest is done" in said[0]
    assert own(folder) == (AFTER if done else BEFORE), moved
    assert done or "as before it" in said[0]


@pytest.mark.parametrize("limit", [0, 3, 5, 6])
def test_a_disk_that_takes_no_more_keeps_all_files(limit: int, folder: Path) -> None:
    """The kernel refuses to write on; what is refused depends on the sizes of the files."""
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(SheetgenError) as told:
            change(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "all files of the class are as they were" in str(told.value)
    assert own(folder) == BEFORE
    assert not list((folder / WORK).rglob("*.pdf"))
    change(folder)
    assert own(folder) == AFTER


def test_folders_that_were_made_for_a_change_go_with_it(tmp_path: Path) -> None:
    put(tmp_path, {"a.pdf": "old a", "class.json": "old json"})
    with trouble(opened(tmp_path / "a.pdf"), ("replace",)), pytest.raises(SheetgenError):
        change(tmp_path)
    remove_work(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.pdf", "class.json"]


def test_a_file_that_somebody_changed_stays_under_a_name_of_its_own(folder: Path) -> None:
    for text, kept in (("points", "b.before.pdf"), ("more points", "b.before-2.pdf")):
        put(folder, {"b.pdf": text, "keys/gone.pdf": "notes"})
        with changing(folder, lambda name, digest: digest == sha(text)) as new:  # noqa: B023
            new.write("b.pdf", b"new")
            new.remove("keys/gone.pdf", sha("old gone"))
        assert new.remarks == [
            f"b.pdf was not as sheetgen made it; that one is {kept} now",
            "keys/gone.pdf is no longer of the class, but was changed; it stays",
        ]
        found = there(folder)
        assert (found["b.pdf"], found[kept], found["keys/gone.pdf"]) == ("new", text, "notes")


@pytest.mark.parametrize("number", range(2, 5))
def test_a_changed_file_is_put_back_or_kept(number: int, folder: Path) -> None:
    def changed() -> None:
        with changing(folder, lambda name, digest: name == "b.pdf") as new:
            new.write("b.pdf", b"new b")
            new.write("a.pdf", b"new a")

    with pytest.raises(SheetgenError), trouble(refused_at(number), ("replace",)):
        changed()
    assert own(folder) == BEFORE
    with pytest.raises(Killed), killed_at(number, ("replace",)):
        changed()
    settle(folder)
    assert own(folder) == BEFORE | {"a.pdf": "new a", "b.pdf": "new b", "b.before.pdf": "old b"}


@pytest.mark.parametrize("link", [WORK, "keys", "a.pdf", "more.pdf", f"{WORK}/new"])
@pytest.mark.parametrize("dangling", [False, True])
def test_no_link_is_followed(
    link: str, dangling: bool, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("elsewhere") / "target"
    if not dangling:
        place.mkdir() if "." not in link[1:] else place.write_text("mine")
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(place)
    with pytest.raises(SheetgenError, match="a symbolic link, which is not followed"):
        change(tmp_path)
    remove_work(tmp_path)
    assert (tmp_path / link).is_symlink()
    assert place.exists() != dangling
    assert not place.is_dir() or not list(place.iterdir())
    assert not place.is_file() or place.read_text() == "mine"


def test_what_is_not_ours_stays_in_the_work_folder(folder: Path) -> None:
    work = folder / WORK
    ours = ("class.json", f"{'0' * 24}.part", ".sheetgen-abcd1234", "new/a.pdf", "old/a.pdf")
    for name in (*ours, "thesis.odt"):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text("x")
    remove_work(folder)
    assert [path.name for path in work.iterdir()] == ["thesis.odt"]


def stopped(folder: Path) -> Path:
    """The journal of a run that was killed when one new file was in its place."""
    with pytest.raises(Killed), killed_at(7, ("replace",)):
        change(folder)
    assert own(folder) == {"a.pdf": "new a", "same.csv": "same"}
    return folder / WORK / JOURNAL


@pytest.mark.parametrize("name", ["a.pdf", "b.pdf", "class.json", "keys/gone.pdf"])
def test_a_file_that_came_after_the_kill_is_not_replaced(name: str, folder: Path) -> None:
    stopped(folder)
    put(folder, {name: "thesis"})
    before = there(folder)
    with pytest.raises(SheetgenError, match="neither as before nor as after") as told:
        settle(folder)
    assert name in str(told.value)
    assert there(folder) == before
    assert is_unfinished(folder)


@pytest.mark.parametrize("name", [
    "../outside", "/etc/passwd", "a/b/c", "..", ".", "", "keys/../x", f"{WORK}/class.json", "a\\b",
    "keys/", "x\n",
])  # fmt: skip
@pytest.mark.parametrize("field", ["name", "kept"])
def test_a_journal_from_elsewhere_moves_nothing_outside(
    field: str, name: str, folder: Path
) -> None:
    path = stopped(folder)
    data = json.loads(path.read_text())
    data["files"][0][field] = name
    path.write_text(json.dumps(data))
    before = there(folder)
    if (field, name) == ("kept", ""):
        settle(folder)
        return
    with pytest.raises(SheetgenError, match="is no journal, it was changed"):
        settle(folder)
    assert there(folder) == before


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b'{"format": "x", "files": []}',
                                  b'{"files": 3}', b"[" * 100_000])  # fmt: skip
def test_a_journal_that_is_damaged_is_told_in_one_line(data: bytes, folder: Path) -> None:
    path = stopped(folder)
    path.write_bytes(data)
    with pytest.raises(SheetgenError, match="is no journal") as told:
        settle(folder)
    assert "\n" not in str(told.value)
    os.unlink(path)
    assert settle(folder) == ""
