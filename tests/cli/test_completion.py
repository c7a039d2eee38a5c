"""What a shell is told that a line could go on with."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sheetgen.cli.commands import COMPLETE
from sheetgen.cli.main import main
from sheetgen.cli.verbs import VERBS

LINES = {
    "sheetgen make ba": ["batch-of-three", "backpropagation", "batch-norm"],
    "sheetgen class so": ["softmax"],
    "sheetgen class --students 3 rn": ["rnn"],
    "sheetgen stress backpropagation --w": ["--widths", "--weights"],
    "sheetgen class rnn --hid": ["--hidden"],
    "sheetgen class --students 3 rnn --hid": ["--hidden"],
    "sheetgen class plan.toml --we": [],
    "sheetgen make nowhere --lev": ["--level"],
    "sheetgen make softmax --base ": ["3", "e"],
    "sheetgen make rnn --format p": ["pdf", "png", "py"],
    "sheetgen make rnn --paper ": ["a4", "letter", "a3"],
    "sheetgen make rnn --level h": ["hard"],
    "sheetgen make rnn --force=maybe --qui": ["--quiet"],
    "sheetgen cache ": ["clear"],
    "sheetgen ": list(VERBS),
    "sheetgen frobnicate ": list(VERBS),
    "sheetgen --ver": ["--version"],
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_goes_on(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _completed(line, monkeypatch, capsys) == [f"plain,{word}" for word in LINES[line]]


@pytest.mark.parametrize(("line", "kind"), [
    ("sheetgen class rnn --roster ", "file"), ("sheetgen make rnn --given ", "file"),
    ("sheetgen mark X --class ", "dir"), ("sheetgen find ", "dir"), ("sheetgen class qui", "file"),
])  # fmt: skip
def test_files_and_folders_are_left_to_the_shell(
    line: str, kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [word.split(",")[0] for word in _completed(line, monkeypatch, capsys)] == [kind]


def _completed(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(line.count(" ")))
    monkeypatch.setenv(COMPLETE, "bash_complete")
    assert main([]) == 0
    return capsys.readouterr().out.split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how(shell: str) -> None:
    assert COMPLETE == "_SHEETGEN_COMPLETE"
    code = "import sys; sys.argv = ['sheetgen']; from sheetgen.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, COMPLETE: f"{shell}_source"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"{COMPLETE}={shell}_complete" in done.stdout


def test_a_shell_that_is_not_known_is_exit_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMPLETE, "nosuch_source")
    assert main([]) == 1
