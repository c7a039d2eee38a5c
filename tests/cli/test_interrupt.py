"""Ctrl-C at any moment: one line, exit code 130, nothing half written."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

MOMENTS = 60
OURS = str(Path(__file__).parents[2] / "sheetgen")
STARTS = {
    "the package": "import runpy; runpy.run_module('sheetgen', run_name='__main__')",
    "the script": "from sheetgen.cli.main import main; main()",
}
"""What Python does from our first line on: ``python -m sheetgen``, and what pip makes of it."""
WORDS = ("class", "softmax", "--students", "40", "--seed", "1", "--out")


def program(folder: Path, start: str) -> subprocess.Popen[str]:
    """The program, stopped before its first line, which it reads when it is told to go on."""
    heard = "import signal; signal.signal(2, signal.default_int_handler)"  # also behind a shell's &
    code = f"{heard}; import sys; sys.argv[0] = 'sheetgen'; print('go', flush=True); {start}"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-c", code, *WORDS, str(folder)], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def interrupted(folder: Path, start: str, seconds: float) -> tuple[int, list[str]]:
    """Exit code and stderr of a program that hears Ctrl-C after some seconds."""
    made = program(folder, start)
    assert made.stdout is not None
    assert made.stdout.readline() == "go\n"
    time.sleep(seconds)
    made.send_signal(signal.SIGINT)
    _, said = made.communicate(timeout=60)
    return made.returncode, said.splitlines()


@pytest.mark.moments
@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("start", STARTS)
def test_ctrl_c_is_one_line_at_any_moment(start: str, tmp_path: Path) -> None:
    before = time.perf_counter()
    whole = program(tmp_path / "whole", STARTS[start])
    whole.communicate(timeout=60)
    assert whole.returncode == 0
    takes = time.perf_counter() - before
    draw, halfway = random.Random(7), 0
    for k in range(MOMENTS):
        # half of them while the first modules are loaded
        seconds = draw.random() * (0.15 if k % 2 else takes)
        code, said = interrupted(tmp_path / "made", STARTS[start], seconds)
        before_us = bool(said) and "Traceback" in said[0] and OURS not in "".join(said)
        if code != 0 and not before_us:  # while Python was looking for us
            line = "sheetgen: interrupted; nothing is half written"
            assert (code, said) == (130, [line]), f"{seconds:.4f} s: {said}"
            halfway += 1
    assert halfway > MOMENTS // 3
    assert not list((tmp_path / "made").glob(".sheetgen-[!p]*"))


def test_an_interrupt_that_c_code_turned_into_something_else_is_one() -> None:
    code = (
        "import signal; signal.signal(2, signal.default_int_handler)\n"
        "from sheetgen.cli.main import main\n"
        "def do(words):\n"
        "    try: signal.raise_signal(2)\n"
        "    except KeyboardInterrupt: pass\n"
        "    raise SyntaxError('unicodedata cannot be loaded')\n"
        "main(do=do)\n"
    )
    path = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    assert done.returncode == 130
    assert done.stderr == "sheetgen: interrupted; nothing is half written\n"


def test_a_program_of_somebody_else_keeps_its_ways() -> None:
    code = "import sys; before = sys.excepthook; import sheetgen; print(sys.excepthook is before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_broken_numpy_is_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "numpy"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('DLL load failed: libopenblas')\n")
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    for words in (("make", "softmax", "--seed", "1"), ("class", "softmax", "--students", "2")):
        done = subprocess.run(
            [sys.executable, "-m", "sheetgen", *words], cwd=tmp_path, text=True,
            capture_output=True, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        assert done.returncode == 1
        [said] = done.stderr.splitlines()
        assert "missing or broken: DLL load failed: libopenblas; install sheetgen again" in said
