"""A run that is killed at any moment leaves whole files, and the same command goes on."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pikepdf
import pytest

from sheetgen.errors import SheetgenError
from sheetgen.packs import WORK
from sheetgen.workers import print_all

KILLS = int(os.environ.get("SHEETGEN_KILLS", "2"))
COMMAND = "import sys; from sheetgen.cli import main; sys.exit(main(sys.argv[1:]))"
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
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
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
    script.write_text(PROGRAM)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    words = [sys.executable, str(script), "class", "backpropagation", "--students", "900"]
    process = subprocess.Popen(
        [*words, "--seed", "2", "--out", str(tmp_path / "c"), "--quiet"], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while not list((tmp_path / "c" / WORK).glob("*.part")):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, said = process.communicate(timeout=15)  # returns only when no worker holds the pipes
    assert (process.returncode, out, said.count("\n")) == (130, "", 1), said


def test_a_killed_worker_is_told_in_one_line(tmp_path: Path) -> None:
    from sheetgen.classroom import Heading
    from sheetgen.packs import batches_of
    from sheetgen.parts import Leaf

    leaves = [Leaf("", (f"single-neuron?seed={k}",), ("",)) for k in range(30)]
    batches = batches_of(leaves, "a4", Heading(), False)
    killer = threading.Thread(target=kill_a_child)
    killer.start()
    with pytest.raises(SheetgenError, match="goes on from there"):
        print_all(batches, tmp_path, lambda count: None)
    killer.join()
    assert print_all(batches, tmp_path, lambda count: None) in (0, 25)


def kill_a_child() -> None:
    """Kill the first worker that this process starts."""
    for _ in range(1000):
        workers = multiprocessing.active_children()
        if workers and workers[0].pid is not None:
            os.kill(workers[0].pid, signal.SIGKILL)
            return
        time.sleep(0.01)
