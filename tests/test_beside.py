"""Work that another core does meanwhile."""

from __future__ import annotations

import os
import sys
import time

import pytest

from sheetgen import cores as module
from sheetgen.cores import beside

HERE = os.getpid()
forks = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is done by this process")


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)


@forks
def test_another_process_answers() -> None:
    with beside(os.getpid) as answer:
        assert answer() != HERE


def test_one_core_asks_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 1)
    with beside(os.getpid) as answer:
        assert answer() == HERE


@forks
def test_a_process_that_dies_or_cannot_tell_is_no_harm() -> None:
    def dies() -> str:
        if os.getpid() != HERE:
            os._exit(3)
        return "here"

    with beside(dies) as answer:
        assert answer() == "here"
    with beside(lambda: lambda: "cannot be sent") as cannot:
        assert cannot()() == "cannot be sent"


def test_what_is_raised_is_raised_here() -> None:
    with beside(lambda: 1 // 0) as answer, pytest.raises(ZeroDivisionError):
        answer()


@forks
def test_nobody_waits_for_what_is_not_asked(capfd: pytest.CaptureFixture[str]) -> None:
    start = time.monotonic()
    with pytest.raises(KeyError), beside(lambda: time.sleep(60)):
        raise KeyError
    assert time.monotonic() - start < 30
    assert capfd.readouterr().err == ""
