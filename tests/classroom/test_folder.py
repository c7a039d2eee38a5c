"""A class's folder in bad luck: what is damaged, lost, in the way, open, full, or killed."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheetgen.classroom.journal import JOURNAL, WORK, is_unfinished
from sheetgen.classroom.manifest import COPY
from sheetgen.classroom.plan import Binding, Plan, piece
from sheetgen.classroom.run import run
from sheetgen.cli.main import main
from sheetgen.cores import Cores
from sheetgen.errors import SheetgenError
from sheetgen.files import LOCK, alone_in
from tests.classroom.dying import Killed, full, killed_at, opened, trouble
from tests.classroom.support import SMALL, digests, manifest, order, texts

OUTPUTS = ("worksheets.pdf", "keys.pdf", "grid.pdf", "class.csv", "boxes.json", "class.json")
ALONE = Cores(1, "fork")


def again(folder: Path, seed: int) -> None:
    """The class with another seed, which changes every file."""
    found = order(folder, "Ada", "Bo", force=True)
    run(type(found)(**{**vars(found), "seed": seed}), cores=ALONE)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, str]]:
    """The digests of a class's files, by its seed."""
    found = {}
    for seed in (1, 2):
        place = tmp_path_factory.mktemp("calm")
        again(place, seed)
        found[seed] = digests(place)
    assert not set(found[1].values()) & set(found[2].values())
    return found


@pytest.fixture
def made(tmp_path: Path, seeds: dict[int, dict[str, str]]) -> Path:
    """The folder of the class with seed 1."""
    folder = tmp_path / "c"
    again(folder, 1)
    assert digests(folder) == seeds[1]
    return folder


def own(folder: Path) -> dict[str, str]:
    """The digests of all that is not hidden in the work folder."""
    return {name: digest for name, digest in digests(folder).items()
            if not name.startswith(WORK) and name != LOCK}  # fmt: skip


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and stderr of a command, without how the list was understood."""
    capsys.readouterr()
    code = main(words)
    said = capsys.readouterr().err.splitlines()
    return code, "\n".join(line for line in said if "names from" not in line)


def readers(folder: Path, code: str) -> list[list[str]]:
    return [
        ["find", str(folder), "1"], ["mark", code, "--class", str(folder), "--got", "z=1"],
        ["make", "--code", code, "--class", str(folder), "--out", f"{folder}-made"],
        ["make", "--code", code, "--class", str(folder), "--out", f"{folder}-made",
         "--format", "json"],
    ]  # fmt: skip


# --- together or not at all


@pytest.mark.parametrize("name", [*OUTPUTS, COPY])
def test_a_file_that_another_program_has_open_leaves_the_class_as_it_was(
    name: str, made: Path, seeds: dict[int, dict[str, str]]
) -> None:
    with trouble(opened(made / name), ("replace",)), pytest.raises(SheetgenError) as said:
        again(made, 2)
    assert str(made / name) in str(said.value)
    assert "all files of the class are as they were" in str(said.value)
    assert own(made) == seeds[1]
    assert "nothing changed" in " ".join(run(order(made, "Ada", "Bo")).remarks)
    again(made, 2)
    assert digests(made) == seeds[2]


@pytest.mark.parametrize("number", range(1, 25))
def test_a_run_that_is_killed_between_two_moves_is_told_and_ended(
    number: int, made: Path, seeds: dict[int, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    code = manifest(made)["students"][0]["code"]
    try:
        with killed_at(number, ("replace", "unlink")):
            again(made, 2)
    except Killed:
        left = own(made)
        assert left.items() <= seeds[1].items() or left.items() <= seeds[2].items()
        if is_unfinished(made):
            look = ["class", "single-neuron", "--students", "2", "--out", str(made), "--dry-run"]
            for words in [*readers(made, code), look]:
                exit_code, said = told(words, capsys)
                assert (exit_code, said.count("\n")) == (1, 0), words
                assert "is unfinished" in said
                assert "run the same `sheetgen class` command again" in said
            assert own(made) == left
        else:
            assert left in (seeds[1], seeds[2])
    again(made, 2)
    assert digests(made) == seeds[2]


def test_the_numbers_of_the_last_test_reach_every_move(made: Path) -> None:
    with trouble(lambda *_: None, ("replace", "unlink")) as calls:
        again(made, 2)
    assert 18 < calls.count < 30


KILLS = 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a copy of this process is killed")
def test_fifty_runs_that_are_really_killed(
    tmp_path: Path, seeds: dict[int, dict[str, str]]
) -> None:
    chance = random.Random(3)
    folder = tmp_path / "c"
    again(folder, 1)
    start = time.monotonic()
    again(folder, 2)
    whole = time.monotonic() - start
    unfinished = 0
    for k in range(KILLS):
        before, after = (2, 1) if k % 2 == 0 else (1, 2)
        assert digests(folder) == seeds[before]
        child = forked(lambda: again(folder, after))  # noqa: B023
        late = k % 5 != 0
        while late and os.waitpid(child, os.WNOHANG) == (0, 0) and not is_unfinished(folder):
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.06 if late else whole))
        kill(child)
        left = own(folder)
        assert any(left.items() <= seeds[seed].items() for seed in (before, after))
        unfinished += is_unfinished(folder)
        again(folder, after)
    assert unfinished > KILLS // 10


def forked(do: Callable[[], None]) -> int:
    """A copy of this process that does something, slowly where files take their places."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    try:
        real = os.replace

        def slow(*words: Any) -> None:
            real(*words)
            time.sleep(0.004)

        os.replace = slow  # type: ignore[assignment]
        do()
    finally:
        os._exit(0)


def kill(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


@pytest.mark.parametrize("calls", [("fsync",), ("replace",), ("mkdir",)])
def test_a_disk_that_is_full_at_any_moment_leaves_the_class_as_it_was(
    calls: tuple[str, ...], made: Path, seeds: dict[int, dict[str, str]]
) -> None:
    for number in range(1, 40):
        with trouble(lambda count, *_: full() if count >= number else None, calls) as found:  # noqa: B023
            try:
                again(made, 2)
            except SheetgenError as said:
                assert "the disk is full" in str(said)  # noqa: PT017
                assert "\n" not in str(said)  # noqa: PT017
        if found.count < number:
            break
        if is_unfinished(made):
            assert "replace" in calls  # where not even back can be moved
            again(made, 1)
        if own(made) == seeds[2]:  # what failed was a folder's own place on the disk
            again(made, 1)
        assert own(made) == seeds[1]
    else:
        pytest.fail("more calls than were tried")


@pytest.mark.skipif(sys.platform == "win32", reason="the kernel's limit of a file's size")
@pytest.mark.parametrize("limit", [0, 100, 1000, 2000, 12_000, 20_000])
def test_a_kernel_that_takes_no_more_leaves_the_class_as_it_was(
    limit: int, made: Path, seeds: dict[int, dict[str, str]]
) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(SheetgenError, match="cannot write: "):
            again(made, 2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert own(made) == seeds[1]
    again(made, 2)
    assert digests(made) == seeds[2]


def test_a_folder_that_is_read_only_is_told_in_one_line(
    made: Path, seeds: dict[int, dict[str, str]]
) -> None:
    def refused(count: int, name: str, words: tuple[Any, ...]) -> OSError | None:
        inside = any(str(word).startswith(str(made)) for word in words)
        return OSError(errno.EROFS, os.strerror(errno.EROFS)) if inside else None

    with (
        trouble(refused, ("mkdir", "open", "replace", "unlink")),
        pytest.raises(SheetgenError, match="the disk is read-only"),
    ):
        again(made, 2)
    assert own(made) == seeds[1]


def test_a_run_that_fails_with_another_seed_changes_nobodys_sheet(made: Path) -> None:
    before = manifest(made)["students"]
    with trouble(opened(made / "keys.pdf"), ("replace",)), pytest.raises(SheetgenError):
        again(made, 2)
    done = order(made, "Ada", "Bo", "Cy")
    run(type(done)(**{**vars(done), "seed": None}))
    now = manifest(made)
    assert now["seed"] == 1
    assert [s["code"] for s in now["students"][:2]] == [s["code"] for s in before]


def test_of_a_class_that_was_killed_before_its_files_were_there_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Killed), killed_at(3, ("replace",)):
        again(tmp_path, 1)
    for words in readers(tmp_path, "2222-2222")[:1]:
        code, said = told(words, capsys)
        assert (code, said.count("\n")) == (1, 0)
        assert "a run was stopped before its files were there; run the same" in said


def test_separate_files_change_together_too(tmp_path: Path) -> None:
    separate = Binding(separate=True)
    run(order(tmp_path, "Ada", "Bo", binding=separate))
    before = digests(tmp_path)
    last = sorted((tmp_path / "worksheets").iterdir())[-1]
    with trouble(opened(last), ("replace",)), pytest.raises(SheetgenError):
        run(order(tmp_path, "Ada", "Bo", plan=Plan((piece("softmax"),)), binding=separate,
                  force=True))  # fmt: skip
    assert own(tmp_path) == before
    with trouble(opened(tmp_path / "worksheets.pdf"), ("replace",)), pytest.raises(SheetgenError):
        run(order(tmp_path, "Ada", "Bo"))
    assert own(tmp_path) == before
    run(order(tmp_path, "Ada", "Bo"))
    assert sorted(own(tmp_path)) == sorted([*OUTPUTS, COPY])


# --- the manifest


def test_the_copy_is_taken_for_a_manifest_that_is_damaged_or_lost(
    made: Path, seeds: dict[int, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    code = manifest(made)["students"][0]["code"]
    assert (made / COPY).read_bytes() == (made / "class.json").read_bytes()
    for text in ("{", "", None):
        if text is None:
            (made / "class.json").unlink()
        else:
            (made / "class.json").write_text(text)
        for words in readers(made, code):
            exit_code, said = told(words, capsys)
            assert (exit_code, said) == (0, "") or "has 1 in a row" in said, (words, said)
        run(order(made, "Ada", "Bo"))
        found = digests(made)
        kept = found.pop("class.before.json", None)
        assert found == seeds[1]
        assert kept == (None if text is None else hashlib.sha256(text.encode()).hexdigest())
        (made / "class.before.json").unlink(missing_ok=True)


@pytest.mark.parametrize("damage", ["{", None])
def test_without_manifest_and_copy_only_who_says_the_seed_replaces_the_class(
    damage: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "c"
    words = ["class", "softmax", "--students", "2", "--out", str(folder)]
    assert main([*words, "--seed", "7"]) == 0
    before = digests(folder)
    (folder / COPY).unlink()
    (folder / "class.json").unlink() if damage is None else (
        (folder / "class.json").write_text(damage)
    )
    left = digests(folder)
    for more in ([], ["--force"], ["--seed", "7"]):
        code, said = told([*words, *more], capsys)
        assert (code, said.count("\n")) == (1, 0)
        assert said.endswith("; make the class anew with --force --seed 7, as class.csv says")
        assert digests(folder) == left
    (folder / "class.csv").write_text("mine")
    if damage is not None:
        code, said = told([*words, "--force"], capsys)
        assert code == 1
        assert said.endswith("with --force and its --seed, which stands on the grid")
    assert told([*words, "--seed", "7", "--force"], capsys)[0] == 0
    found = digests(folder)
    kept = found.pop("class.before.json", None)
    assert (found, kept is None) == (before, damage is None)


def test_the_seed_stands_in_the_table_and_on_each_page_of_the_grid(tmp_path: Path) -> None:
    run(order(tmp_path, *(f"name {k}" for k in range(250)), plan=SMALL))
    with (tmp_path / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["class seed"] for row in csv.DictReader(file)} == {"1"}
    pages = texts(tmp_path / "grid.pdf")
    assert len(pages) > 1
    assert all("class seed 1 · " in page for page in pages)
    assert not any("class seed" in page for page in texts(tmp_path / "worksheets.pdf"))


def test_a_long_seed_is_no_number_that_a_spreadsheet_rounds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = str(2**63 - 1)
    words = ["class", "softmax", "--students", "2", "--out", str(tmp_path)]
    assert main([*words, "--seed", seed]) == 0
    with (tmp_path / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["class seed"] for row in csv.DictReader(file)} == {f"seed {seed}"}
    (tmp_path / COPY).unlink()
    (tmp_path / "class.json").unlink()
    assert f"--force --seed {seed}, as class.csv says" in told(words, capsys)[1]


def test_our_own_table_is_a_list_as_before(tmp_path: Path) -> None:
    run(order(tmp_path / "c", "Ada", "Bo"))
    words = ["class", "softmax", "--roster", str(tmp_path / "c" / "class.csv"), "--seed", "1"]
    assert main([*words, "--out", str(tmp_path / "d")]) == 0
    found = [(s["name"], s["group"]) for s in manifest(tmp_path / "d")["students"]]
    assert found == [("Ada", "A"), ("Bo", "B")]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A manifest that somebody or something spoiled."""
    at, end = sorted(chance.sample(range(len(data)), 2))
    return chance.choice([
        lambda: data[:at],
        lambda: data[:at] + data[end:],
        lambda: data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :],
        lambda: data[:at] + data[at : at + 40] + data[at:],
        lambda: data[:at] + bytes(min(end - at, 99)) + data[end:],
        lambda: swapped(data, chance),
        lambda: swapped(data, chance),
    ])()  # fmt: skip


def swapped(data: bytes, chance: random.Random) -> bytes:
    """A manifest in which some values have changed places or kinds."""
    found = json.loads(data)
    holders: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in list(pairs):
            holders.append((value, key))
            if isinstance(inner, dict | list):
                walk(inner)

    walk(found)
    for _ in range(chance.randint(1, 3)):
        (one, here), (other, there) = chance.sample(holders, 2)
        try:
            value = json.loads(json.dumps(other[there]))
            one[here] = chance.choice([value, "x", -1, None, [], {}, "../../x", 1e300])
        except (KeyError, IndexError, ValueError):
            continue
    return json.dumps(found).encode()


@pytest.mark.parametrize("part", range(5))
def test_five_hundred_damaged_manifests_do_no_harm(
    part: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command ends in one line or does what it should, and no file is lost; the sheets that
    were handed out stay what they are, or are refused."""
    chance = random.Random(part)
    folder = tmp_path / "c"
    words = ["class", "single-neuron", "--students", "3", "--out", str(folder), "--quiet"]
    assert main([*words, "--seed", "5"]) == 0
    good = {path: path.read_bytes() for path in folder.iterdir()}
    (folder / "mine.txt").write_text("mine")
    data = good[folder / "class.json"]
    code = json.loads(data)["students"][0]["code"]
    commands = [*readers(folder, code), words, [*words, "--force"],
                [*words, "--force", "--seed", "5"]]  # fmt: skip
    for k in range(100):
        spoiled = damaged(data, chance)
        (folder / "class.json").write_bytes(spoiled)
        if k % 3:
            (folder / COPY).unlink(missing_ok=True)
        command = commands[0 if k % 2 else k // 2 % len(commands)]
        more = ["--force"] if command[0] == "make" else []
        exit_code, said = told([*command, *more], capsys)
        assert exit_code in (0, 1, 2), (command, said)
        assert exit_code == 0 or said.count("\n") == 0, (command, said)
        assert "a bug" not in said, (command, said)
        if exit_code or command[0] != "class":
            for path, content in good.items():
                if path.name not in ("class.json", COPY):
                    assert path.read_bytes() == content, (command, path)
            assert (folder / "class.json").read_bytes() == spoiled
        assert (folder / "mine.txt").read_text() == "mine"
        assert not (folder / WORK / JOURNAL).exists()
        for path in folder.iterdir():
            if path.is_file() and path.name != "mine.txt" and path not in good:
                path.unlink()
        for path, content in good.items():
            path.write_bytes(content)


# --- what is not ours


def test_what_a_teacher_wrote_into_a_file_is_kept_when_the_class_is_made_again(
    made: Path,
) -> None:
    table = (made / "class.csv").read_text() + "points"
    (made / "class.csv").write_text(table)
    done = run(order(made, "Ada", "Bo", "Cy"))
    assert (made / "class.before.csv").read_text() == table
    said = "class.csv was not as sheetgen made it; that one is class.before.csv now"
    assert said in done.remarks
    assert run(order(made, "Ada", "Bo", "Cy")).remarks[0].startswith("nothing changed")


def test_tidying_removes_only_what_sheetgen_made(tmp_path: Path) -> None:
    separate = Binding(separate=True)
    run(order(tmp_path, "Ann", "Bob", binding=separate))
    mine = [".sheetgen-notes.txt", ".sheetgen-homework", "worksheets/.sheetgen-mine",
            "worksheets/mine.pdf", "keys/.sheetgen-abcdefgh"]  # fmt: skip
    for name in mine:
        (tmp_path / name).write_text("mine")
    old = tmp_path / ".sheetgen-abcd_123"
    old.write_text("half")
    os.utime(old, (1, 1))
    (bobs,) = (tmp_path / "worksheets").glob("*bob*")
    bobs.write_text("with notes")
    done = run(order(tmp_path, "Ann", binding=separate))
    assert all((tmp_path / name).read_text() == "mine" for name in mine)
    assert bobs.read_text() == "with notes"
    assert not list((tmp_path / "keys").glob("*bob*"))
    assert not old.exists()
    assert any("was changed; it stays" in line for line in done.remarks)


def test_make_into_a_class_disturbs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "c"
    run(order(folder, "Ann", binding=Binding(separate=True)))
    before = own(folder)
    student = manifest(folder)["students"][0]
    code = ["make", "--code", student["code"], "--class", str(folder), "--force"]
    assert main([*code, "--out", str(folder / "keys"), "--paper", "letter"]) == 1
    assert f"belongs to the class in {folder}; choose another --out" in capsys.readouterr().err
    assert own(folder) == before
    assert main(["make", "softmax", "--seed", "1", "--out", str(folder)]) == 0
    now = own(folder)
    assert {name: now[name] for name in before} == before
    run(order(folder, "Ann", "Bob", binding=Binding(separate=True)))
    assert {name for name in now if name not in before} <= set(own(folder))
    assert not list(folder.glob("*.before*"))


@pytest.mark.parametrize("name", [*OUTPUTS, COPY, WORK, LOCK])
@pytest.mark.parametrize("behind", ["file", "folder", "nothing"])
def test_no_link_in_the_folder_is_followed(
    name: str, behind: str, made: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    if behind == "file":
        target.write_text("mine")
    elif behind == "folder":
        target.mkdir()
    (made / name).unlink(missing_ok=True)
    (made / name).symlink_to(target)
    left = own(made)
    with pytest.raises(SheetgenError, match=f"{name}: a symbolic link, which is not followed"):
        again(made, 2)
    assert (made / name).is_symlink()
    assert own(made) == left
    assert target.exists() == (behind != "nothing")
    assert behind != "file" or target.read_text() == "mine"
    assert behind != "folder" or not list(target.iterdir())


@pytest.mark.parametrize("name", ["worksheets", "keys"])
def test_no_link_to_a_folder_of_sheets_is_followed(name: str, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / name).symlink_to(tmp_path / "target")
    with pytest.raises(SheetgenError, match=f"{name}: a symbolic link"):
        run(order(tmp_path / "c", "Ann", binding=Binding(separate=True)))
    assert not list((tmp_path / "target").iterdir())


def test_a_class_may_be_reached_through_a_link(made: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(made)
    assert "nothing changed" in " ".join(run(order(tmp_path / "link", "Ada", "Bo")).remarks)


# --- two at once


def test_two_threads_do_not_work_in_one_folder(tmp_path: Path) -> None:
    said: list[str] = []

    def other(place: Path) -> None:
        try:
            with alone_in(place):
                said.append("in")
        except SheetgenError as problem:
            said.append(str(problem))

    def heard(place: Path) -> str:
        thread = threading.Thread(target=other, args=(place,))
        thread.start()
        thread.join()
        return said.pop()

    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    with alone_in(tmp_path):
        for place in (tmp_path, tmp_path / "link"):
            assert "another run is at work in this folder" in heard(place)
        assert heard(tmp_path / "other") == "in"
        assert (tmp_path / LOCK).exists()
    assert heard(tmp_path) == "in"
    assert not (tmp_path / LOCK).exists()


def test_of_two_classes_at_once_in_one_folder_one_is_made_whole(
    tmp_path: Path, seeds: dict[int, dict[str, str]]
) -> None:
    said: dict[int, str] = {}
    both = threading.Barrier(2)

    def make(seed: int) -> None:
        both.wait()
        try:
            again(tmp_path, seed)
            said[seed] = ""
        except SheetgenError as problem:
            said[seed] = str(problem)

    threads = [threading.Thread(target=make, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "" in said.values()
    assert all("another run" in text for text in said.values() if text)
    assert digests(tmp_path) in (seeds[1], seeds[2])
