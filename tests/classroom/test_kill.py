"""A run that is killed at any moment leaves whole files, and the same command goes on."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from sheetgen.classroom.earlier import WORK
from sheetgen.cli.main import main
from sheetgen.files import LOCK

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("SHEETGEN_KILLS", "2"))

COMMAND = "import sys; from sheetgen.cli.main import main; sys.exit(main(sys.argv[1:]))"

PROGRAM = f"if __name__ == '__main__':\n    {COMMAND}\n"


def command(script: Path, folder: Path) -> list[str]:
    return [sys.executable, str(script), "class", "single-neuron", "--students", "60",
            "--seed", "2", "--out", str(folder), "--quiet"]  # fmt: skip


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}  # fmt: skip


def test_killed_at_random_moments_then_resumed_gives_the_same_bytes(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    start = time.monotonic()
    calm = tmp_path / "calm"
    subprocess.run(command(script, calm), check=True, capture_output=True, env=environment)
    whole = time.monotonic() - start
    expected = digests(calm)
    chance = random.Random(5)
    for k in range(KILLS):
        folder = tmp_path / f"killed{k}"
        for _ in range(2):
            process = subprocess.Popen(
                command(script, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=environment, start_new_session=True,
            )  # fmt: skip
            time.sleep(chance.uniform(0.3, 1.1) * whole)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            for path in folder.glob("*.pdf") if folder.exists() else ():
                with pikepdf.open(path) as document:
                    assert len(document.pages) > 0
        subprocess.run(command(script, folder), check=True, capture_output=True, env=environment)
        assert digests(folder) == expected


def test_ctrl_c_ends_at_once_with_one_line_and_no_worker_stays(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    script.write_text(heard + PROGRAM)  # tests that run in the background are born deaf to it
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    words = [sys.executable, str(script), "class", "backpropagation", "--students", "3000"]
    process = subprocess.Popen(
        [*words, "--seed", "2", "--out", str(tmp_path / "c"), "--quiet"], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while not list((tmp_path / "c" / WORK).glob("*.part")):
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, said = process.communicate(timeout=15)  # returns only when no worker holds the pipes
    assert (process.returncode, out, said.count("\n")) == (130, "", 1), said


@pytest.fixture
def rival(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is at work in a folder, with a worker that outlives it."""
    program = (
        "import os, sys, time; from pathlib import Path; from sheetgen.files import alone_in\n"
        "with alone_in(Path(sys.argv[1])):\n"
        "    copy = os.fork()\n"
        "    if not copy:\n"
        "        os.closerange(0, 3); time.sleep(60); os._exit(0)\n"
        "    print(copy, flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    worker = int(process.stdout.readline())
    yield process
    os.kill(worker, signal.SIGKILL)
    process.kill()
    process.communicate()


@pytest.mark.parametrize("killed", [False, True])
def test_a_second_run_in_a_folder_ends_at_once_until_the_first_ended_or_was_killed(
    killed: bool, rival: subprocess.Popen[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["class", "single-neuron", "--students", "2", "--seed", "2", "--out", str(tmp_path)]
    assert main(words) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "another run is at work in this folder" in said.err
    assert not list(tmp_path.glob("*.*df"))
    if killed:
        rival.kill()
    rival.communicate()  # ends its input, upon which it goes
    assert (tmp_path / LOCK).exists() == killed
    assert main(words) == 0
    assert not (tmp_path / LOCK).exists()
