"""Work that another core does meanwhile."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Answer = TypeVar("Answer")

MOST = 8
"""Processes at once."""


def cores() -> int:
    """How many processes can run at once here."""
    able = getattr(os, "sched_getaffinity", None)
    return max(1, min(MOST, len(able(0)) if able else os.cpu_count() or 1))


@contextmanager
def beside(ask: Callable[[], Answer]) -> Iterator[Callable[[], Answer]]:
    """Asks in a copy of this process, where there is a core for it; what is given waits for the
    answer, which must be quick to send. If none comes, it asks itself, and raises what there is to
    raise."""
    if sys.platform != "linux" or cores() < 2:
        yield ask
        return
    import multiprocessing

    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    other = context.Process(target=_answer, args=(theirs, ask), daemon=True)
    with deaf_to_interrupts(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads that only wait
        other.start()
    theirs.close()

    def answer() -> Answer:
        try:
            found: Answer = ours.recv()
        except EOFError:
            return ask()
        return found

    try:
        yield answer
    finally:
        ours.close()
        other.kill()
        other.join()


def _answer(line: Any, ask: Callable[[], Any]) -> None:
    with contextlib.suppress(Exception):  # who waits asks himself, and is told
        line.send(ask())


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Processes started inside leave Ctrl-C to their parent, which ends them."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
