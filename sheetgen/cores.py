"""All cores: something asked of another process meanwhile, and tasks shared out over workers.

Where that is safe, a worker is a copy of this process, which has at once all that it needs; else it
begins anew, and what it needs is sent to it. Ctrl-C is heard by this process alone, which ends its
workers; if this process is killed, they end themselves.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sheetgen.errors import SheetgenError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.connection import Connection

Answer = TypeVar("Answer")
Task = TypeVar("Task")

MOST = 8
"""Processes at once."""
PATIENCE = 0.2
"""Seconds after which a process that waits hears Ctrl-C, where it does not hear it at once."""
LONGEST = 2000
"""Letters of what a worker says of a problem."""


class WorkerError(SheetgenError):
    """A worker could not go on: it was killed, or had not enough memory."""


@dataclass(frozen=True)
class Cores:
    """How many processes can run at once, and how another one begins."""

    count: int
    start: Literal["fork", "spawn"]
    """As a copy of this process, or anew."""

    @classmethod
    def here(cls) -> Cores:
        """Those of this machine that this process may use."""
        able = getattr(os, "sched_getaffinity", None)
        count = len(able(0)) if able else os.cpu_count() or 1
        return cls(max(1, min(MOST, count)), "fork" if sys.platform == "linux" else "spawn")

    @contextmanager
    def meanwhile(self, ask: Callable[[], Answer]) -> Iterator[Callable[[], Answer]]:
        """Asks in a copy of this process, where there is a core for it; what is given waits for the
        answer. If none comes, it asks itself, and raises what there is to raise."""
        if self.start != "fork" or self.count < 2:
            yield ask
            return
        import multiprocessing

        context: Any = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe(duplex=False)  # no pool: an answer may be long
        other = context.Process(target=_answer, args=(theirs, ask), daemon=True)

        def answer() -> Answer:
            try:
                found: Answer = ours.recv()
            except Exception:  # it died, or cannot tell
                return ask()
            return found

        try:
            with _uninterrupted():
                other.start()
            theirs.close()
            yield answer
        finally:
            ours.close()
            if other.pid is not None:
                other.kill()
                other.join()

    def share_out(
        self, work: Callable[[Task], None], tasks: Sequence[Task], tell: Callable[[Task], None]
    ) -> None:
        """Does each task once, on all cores; ``tell`` hears of each that is done. Workers that
        begin anew are sent ``work`` and the tasks.

        Raises SheetgenError as ``work`` does, and for a bug in a worker; WorkerError if one is
        killed or has not enough memory. Whatever happens, they end.
        """
        if self.count < 2 or len(tasks) < 2:
            for task in tasks:
                work(task)
                tell(task)
            return
        from concurrent.futures.process import BrokenProcessPool

        job = partial(_tried, work, tasks)
        done: SimpleQueue[Future[SheetgenError | None]] = SimpleQueue()
        with _pool(min(self.count, len(tasks)), self.start, job) as pool:
            try:
                with _uninterrupted():
                    places = {pool.submit(_worked, k): k for k in range(len(tasks))}
                    for future in places:
                        future.add_done_callback(done.put)
                for future in _each(done, len(tasks)):
                    if problem := future.result():
                        raise problem
                    tell(tasks[places[future]])
            except BrokenProcessPool:
                raise WorkerError("a worker was stopped (out of memory?)") from None


def _each(queue: SimpleQueue[Answer], count: int) -> Iterator[Answer]:
    """What comes. Who waits for a future itself has its lock for a moment, and if he is interrupted
    then, the pool waits for it for ever."""
    while count:
        with suppress(Empty):
            found = queue.get(timeout=PATIENCE)
            count -= 1
            yield found


@contextmanager
def _pool(count: int, start: str, job: Callable[[int], Any]) -> Iterator[ProcessPoolExecutor]:
    """Workers for a job, which are killed at the end. What they return must be short: where one is
    killed while it returns more than a pipe holds, a pool waits for the rest for ever."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    others = {*multiprocessing.active_children()}
    pool = ProcessPoolExecutor(count, multiprocessing.get_context(start), _learn, (job,))
    try:
        yield pool
    finally:
        with _uninterrupted():
            for worker in multiprocessing.active_children():
                if worker not in others:
                    worker.kill()
            pool.shutdown()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C is heard at the end, by this process alone: what is started inside is born deaf to it
    (but on Windows). Not told is that a copy has no copies of threads, since those here only
    wait."""
    import signal
    import threading

    heard: list[int] = []
    handler: Any = None
    if threading.current_thread() is threading.main_thread():  # else it does not hear Ctrl-C
        before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
        handler = before or signal.SIG_DFL
    try:
        with warnings.catch_warnings(), _blocked():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        if handler is not None:
            signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def _blocked() -> Iterator[None]:
    """No Ctrl-C for this thread, nor for processes that it starts meanwhile."""
    if sys.platform == "win32":
        yield
        return
    import signal

    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


# --- what the others do


def _begin() -> None:
    """The first that another process does: it sees to it that it ends with its parent alone."""
    import gc
    import signal
    import threading
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # what a copy was born with is no garbage, and would have to be looked at often
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _answer(line: Connection, ask: Callable[[], Any]) -> None:
    _begin()
    with suppress(Exception):  # who waits asks himself, and is told
        line.send(ask())


_job: Callable[[int], Any]
"""The job of this process, if it is a worker."""


def _learn(job: Callable[[int], Any]) -> None:
    global _job
    _job = job
    _begin()


def _worked(place: int) -> Any:
    return _job(place)


def _tried(
    work: Callable[[Task], None], tasks: Sequence[Task], place: int
) -> SheetgenError | None:
    """Does one task; returns what went wrong as it is to be told."""
    try:
        work(tasks[place])
    except SheetgenError as problem:
        return SheetgenError(str(problem)[:LONGEST])
    except MemoryError:
        return WorkerError("not enough memory")
    except Exception as problem:  # a bug, which the parent must be able to tell
        return SheetgenError(f"a worker failed: {type(problem).__name__}: {problem}"[:LONGEST])
    return None
