"""Runs that die or fail at a chosen call of the system, and what they leave."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CALLS = ("replace", "unlink", "fsync", "mkdir", "rmdir", "link")
"""Calls that change what is on the disk, or make it last."""


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


class Trouble:
    """Counts the calls that change the disk, and makes some of them fail."""

    def __init__(self, fails: Callable[[int, str, tuple[Any, ...]], BaseException | None]) -> None:
        self.fails = fails
        self.count = 0

    def wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: Any, **more: Any) -> Any:
            self.count += 1
            problem = self.fails(self.count, name, words)
            if problem is not None:
                raise problem
            return real(*words, **more)

        return call


@contextmanager
def trouble(
    fails: Callable[[int, str, tuple[Any, ...]], BaseException | None],
    calls: tuple[str, ...] = CALLS,
) -> Iterator[Trouble]:
    """Some calls fail inside; ``fails`` says which, from their number, name and arguments."""
    found = Trouble(fails)
    with pytest.MonkeyPatch.context() as patch:
        for name in calls:
            patch.setattr(os, name, found.wrap(name, getattr(os, name)))
        yield found


@contextmanager
def killed_at(number: int, calls: tuple[str, ...] = CALLS) -> Iterator[None]:
    """The process dies before one of these calls: then no other one is made either, not even to
    tidy up."""
    counted: list[str] = []

    def dies(count: int, name: str, words: tuple[Any, ...]) -> BaseException | None:
        if len(counted) < number and name in calls:
            counted.append(name)
        return Killed() if len(counted) >= number else None

    with trouble(dies):
        yield


def refused_at(*numbers: int) -> Callable[[int, str, tuple[Any, ...]], BaseException | None]:
    """Some calls are refused as Windows refuses to move a file that another program has open."""
    return lambda count, name, words: denied() if count in numbers else None


def opened(path: Path) -> Callable[[int, str, tuple[Any, ...]], BaseException | None]:
    """A file that another program has open: it cannot be moved, nor be replaced."""
    return lambda count, name, words: denied() if str(path) in map(str, words) else None


def denied() -> OSError:
    return PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
