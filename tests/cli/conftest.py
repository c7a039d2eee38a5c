"""The fixture that runs a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetgen.cli.main import main
from tests.cli.support import Run


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder: exit code, lines of stdout, lines of stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, list[str], list[str]]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out.splitlines(), captured.err.splitlines()

    return command
