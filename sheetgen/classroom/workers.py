"""Printing with all cores: batches of students go to worker processes, one at a time each."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sheetgen.classroom.parts import Batch, is_whole, write_part
from sheetgen.cores import cores, deaf_to_interrupts
from sheetgen.errors import SheetgenError

FEW = 8
"""Fewer students are printed by this process alone."""
START = "fork" if sys.platform == "linux" else "spawn"
"""How a worker begins: as a copy of this process, which has all that it needs at once, where that
is safe; else anew."""
STOPPED = (
    "a worker was stopped (out of memory?); what is printed is kept, "
    "the same command goes on from there"
)


def print_all(
    batches: Sequence[Batch], folder: Path, tell: Callable[[int], None]
) -> int:
    """Print the batches that are not there; ``tell`` hears how many students each time.

    Returns how many students were there from an earlier run. Raises SheetgenError if a worker is
    killed or cannot write; what is whole stays.
    """
    todo, there = [], 0
    for batch in batches:
        if is_whole(batch, folder):
            there += len(batch.leaves)
            tell(len(batch.leaves))
        else:
            todo.append(batch)
    if sum(len(b.leaves) for b in todo) < FEW or len(todo) < 2 or cores() < 2:
        for batch in todo:
            write_part(batch, folder)
            tell(len(batch.leaves))
    else:
        _share_out(todo, folder, tell)
    return there


def _share_out(todo: Sequence[Batch], folder: Path, tell: Callable[[int], None]) -> None:
    """Hand the batches to workers; whatever happens, they end."""
    import multiprocessing
    from multiprocessing.connection import wait

    forked = START == "fork"
    context: Any = multiprocessing.get_context(START)
    known = todo if forked else [batch.bare() for batch in todo]
    waiting = list(range(len(todo)))[::-1]
    working: dict[Any, int] = {}
    workers: list[tuple[Any, Any]] = []
    try:
        for _ in range(min(cores(), len(todo))):
            ours, theirs = context.Pipe()
            others = [line for _, line in workers] + [ours] if forked else []
            worker = context.Process(
                target=_work, args=(theirs, known, folder, others), daemon=True
            )
            with deaf_to_interrupts(), warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of threads that only wait
                worker.start()
            theirs.close()
            workers.append((worker, ours))
            working[ours] = waiting.pop()
            ours.send(working[ours])
        while working:
            spoken = wait(list(working))
            for line in [end for end in working if end in spoken]:
                problem = line.recv()
                if problem is not None:
                    raise SheetgenError(problem)
                tell(len(todo[working.pop(line)].leaves))
                if waiting:
                    working[line] = waiting.pop()
                    line.send(working[line])
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise SheetgenError(STOPPED) from None
    finally:
        for worker, ours in workers:
            ours.close()
            worker.kill()
            worker.join()


def _work(line: Any, batches: Sequence[Batch], folder: Path, others: Sequence[Any]) -> None:
    """A worker: prints what it is handed until the other end is closed. ``others`` are ends that
    belong to its parent."""
    import gc
    import threading
    from multiprocessing import parent_process

    gc.freeze()  # what a copy was born with is no garbage, and would have to be looked at often
    for other in others:
        other.close()
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    while True:
        try:
            batch = batches[line.recv()]
        except (EOFError, OSError):
            return
        try:
            write_part(batch, folder)
        except SheetgenError as problem:
            line.send(str(problem))
        except MemoryError:
            line.send("not enough memory; what is printed is kept, the same command goes on")
        except Exception as problem:  # a bug, which the parent must be able to tell
            line.send(f"a worker failed: {type(problem).__name__}: {problem}")
        else:
            line.send(None)
