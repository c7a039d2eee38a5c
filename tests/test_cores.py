"""Another process asked meanwhile, and tasks shared out; whoever dies, nobody waits or stays."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Literal

import pytest

from sheetgen.cores import LONGEST, MOST, Cores, WorkerError
from sheetgen.errors import SheetgenError

HERE = os.getpid()
TWO = Cores(2, "fork")
ROOT = Path(__file__).resolve().parents[1]
forks = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is done by this process")
starts = pytest.mark.parametrize("start", [pytest.param("fork", marks=forks), "spawn"])
Start = Literal["fork", "spawn"]


def test_there_is_a_core_here() -> None:
    assert 1 <= Cores.here().count <= MOST


# --- one thing asked meanwhile


@forks
def test_another_process_answers() -> None:
    with TWO.meanwhile(os.getpid) as answer:
        assert answer() != HERE


@pytest.mark.parametrize("cores", [Cores(1, "fork"), Cores(2, "spawn")])
def test_one_core_asks_itself_and_so_does_who_cannot_be_copied(cores: Cores) -> None:
    with cores.meanwhile(os.getpid) as answer:
        assert answer() == HERE


@forks
def test_a_process_that_dies_or_cannot_tell_is_no_harm() -> None:
    def dies() -> str:
        if os.getpid() != HERE:
            os._exit(3)
        return "here"

    with TWO.meanwhile(dies) as answer:
        assert answer() == "here"
    with TWO.meanwhile(lambda: lambda: "cannot be sent") as cannot:
        assert cannot()() == "cannot be sent"


def test_what_is_raised_is_raised_here() -> None:
    with TWO.meanwhile(lambda: 1 // 0) as answer, pytest.raises(ZeroDivisionError):
        answer()


@forks
def test_nobody_waits_for_what_is_not_asked(capfd: pytest.CaptureFixture[str]) -> None:
    start = time.monotonic()
    with pytest.raises(KeyError), TWO.meanwhile(lambda: time.sleep(60)):
        raise KeyError
    assert time.monotonic() - start < 30
    assert capfd.readouterr().err == ""


@forks
@pytest.mark.parametrize("after", [0.01, 0.05])
def test_a_long_answer_is_dropped_while_it_is_sent_and_taken_if_it_is_asked(after: float) -> None:
    long = b"x" * 20_000_000
    with TWO.meanwhile(lambda: long):
        time.sleep(after)
    with TWO.meanwhile(lambda: long) as answer:
        assert answer() == long


@forks
def test_a_process_that_dies_while_it_answers_is_no_harm() -> None:
    long = b"x" * 50_000_000
    with TWO.meanwhile(lambda: long) as answer:
        killer = threading.Thread(target=kill_a_child, args=(0.05,))
        killer.start()
        killer.join()  # the pipe is full, and nobody has read
        assert answer() == long


def kill_a_child(after: float = 0.0) -> None:
    """Kill the first process that this one starts."""
    for _ in range(3000):
        children = multiprocessing.active_children()
        if children and children[0].pid is not None:
            time.sleep(after)
            os.kill(children[0].pid, signal.SIGKILL)
            return
        time.sleep(0.01)


# --- tasks shared out


def note(folder: Path, task: int) -> None:
    (folder / f"{task}-{os.getpid()}").touch()
    time.sleep(0.05)  # so that one worker does not do it all


def fail(problem: BaseException, task: int) -> None:
    if task == 3:
        raise problem


def die(folder: Path, task: int) -> None:
    (folder / f"{task}").touch()
    if task == 2:
        os.kill(os.getpid(), signal.SIGKILL)


def sleep(task: int) -> None:
    os.write(1, b"at work\n")  # in one piece
    time.sleep(600)


@starts
def test_each_task_is_done_once_and_told_and_no_worker_stays(start: Start, tmp_path: Path) -> None:
    told: list[int] = []
    Cores(2, start).share_out(partial(note, tmp_path), range(8), told.append)
    assert sorted(told) == list(range(8))
    tasks, workers = zip(*(path.name.split("-") for path in tmp_path.iterdir()), strict=True)
    assert sorted(map(int, tasks)) == list(range(8))
    assert 1 <= len({*workers}) <= 2
    assert str(HERE) not in workers
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(("cores", "count"), [(Cores(1, "fork"), 3), (TWO, 1), (TWO, 0)])
def test_one_core_or_one_task_needs_no_worker(cores: Cores, count: int, tmp_path: Path) -> None:
    told: list[int] = []
    cores.share_out(partial(note, tmp_path), range(count), told.append)
    assert told == list(range(count))
    assert {path.name for path in tmp_path.iterdir()} == {f"{k}-{HERE}" for k in range(count)}


@starts
@pytest.mark.parametrize(("problem", "kind", "said"), [
    (SheetgenError("x.part: cannot write: the disk is full"), SheetgenError,
     "x.part: cannot write: the disk is full"),
    (MemoryError(), WorkerError, "not enough memory"),
    (KeyError("z2"), SheetgenError, "a worker failed: KeyError: 'z2'"),
])  # fmt: skip
def test_what_goes_wrong_in_a_worker_is_told_in_one_line(
    start: Start, problem: BaseException, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind) as told:
        Cores(2, start).share_out(partial(fail, problem), range(8), lambda task: None)
    assert (type(told.value), str(told.value)) == (kind, said)
    assert multiprocessing.active_children() == []


@forks
def test_a_worker_that_has_much_to_say_of_a_bug_blocks_nobody() -> None:
    with pytest.raises(SheetgenError) as told:
        TWO.share_out(partial(fail, KeyError("x" * 10**7)), range(8), lambda task: None)
    assert len(str(told.value)) == LONGEST


@starts
def test_a_worker_that_is_killed_is_told_and_what_is_done_stays(
    start: Start, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(WorkerError, match=r"^a worker was stopped \(out of memory\?\)$"):
        Cores(2, start).share_out(partial(die, tmp_path), range(40), lambda task: None)
    assert (tmp_path / "0").exists()
    assert multiprocessing.active_children() == []
    assert capfd.readouterr().err == ""


@forks
def test_killing_at_any_moment_neither_hangs_nor_leaves_a_worker(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for k in range(12):
        killer = threading.Thread(target=kill_a_child, args=(0.01 * k,))
        killer.start()
        with pytest.raises(WorkerError):
            TWO.share_out(partial(note, tmp_path), range(100), lambda task: None)
        killer.join()
        assert multiprocessing.active_children() == []
    assert capfd.readouterr().err == ""


@starts
def test_what_who_is_told_raises_ends_the_workers_at_once(start: Start) -> None:
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        Cores(2, start).share_out(time.sleep, [0.0, 600.0, 600.0], interrupt)
    assert time.monotonic() - begin < 60
    assert multiprocessing.active_children() == []


def interrupt(task: float) -> None:
    raise KeyboardInterrupt


OFTEN = """
import os, random, signal, threading, time
from sheetgen.cores import Cores
signal.signal(signal.SIGINT, signal.default_int_handler)

def interrupt(after):
    time.sleep(after)
    os.kill(os.getpid(), signal.SIGINT)

for k in range(60):
    thread = threading.Thread(target=interrupt, args=(random.random() * 0.04,))
    try:
        thread.start()
        Cores(2, "fork").share_out(lambda task: time.sleep(0.0002), range(400), lambda task: None)
        thread.join()
    except KeyboardInterrupt:
        thread.join()
        print(k, flush=True)
"""


@forks
def test_ctrl_c_at_any_moment_is_heard_and_leaves_nobody_waiting(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(OFTEN)
    made = subprocess.run([sys.executable, str(script)], env=os.environ | {"PYTHONPATH": str(ROOT)},
                          timeout=120, capture_output=True, text=True, check=True)  # fmt: skip
    assert (made.stdout.split(), made.stderr) == ([str(k) for k in range(60)], "")


# --- a parent that is killed


PROGRAM = """
import signal
from sheetgen.cores import Cores
from tests.test_cores import sleep
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    {}
"""  # tests that run in the background are born deaf to Ctrl-C
SHARES = "Cores(2, {!r}).share_out(sleep, range(4), print)"
ASKS = "with Cores(2, 'fork').meanwhile(lambda: sleep(0)) as answer: answer()"


@pytest.mark.parametrize("program", [
    pytest.param(SHARES.format("fork"), marks=forks), SHARES.format("spawn"),
    pytest.param(ASKS, marks=forks),
], ids=["fork", "spawn", "meanwhile"])  # fmt: skip
@pytest.mark.parametrize("how", ["killed", "interrupted"])
def test_nobody_outlives_a_parent_that_is_killed_or_interrupted(
    program: str, how: str, tmp_path: Path
) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM.format(program))
    process = subprocess.Popen(
        [sys.executable, str(script)], env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "at work\n"
    if how == "killed":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)  # returns only when no worker holds the pipes
    assert process.returncode == -(signal.SIGKILL if how == "killed" else signal.SIGINT)
    assert said.count("Traceback") == (how == "interrupted"), said  # the parent's alone
