"""What the page check costs a class: ``bench_pagecheck.py [STUDENTS]``.

A class is drawn and made ready for print in one process, and the CPU time within the check is held
against the rest: a class made without it, measured in the same run; of three such classes the one
in the middle counts. Exit 1 where it adds more than a tenth.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from sheetgen.classroom.parts import Handout, batches_of, pages_of
from sheetgen.classroom.plan import Heading
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from sheetgen.pagecheck.check import PageCheck

CASES = ("matrix-multiplication", "batch-of-three", "seven-layer-mlp", "backpropagation",
         "backpropagation --forward blank", "softmax", "self-attention", "rnn")  # fmt: skip
MOST = 1.1
TURNS = 3
"""Classes of other students each time, of which the one in the middle counts."""


def timed(run: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    """The same function, which adds up the CPU time that it takes."""

    def measured(*some: Any, **named: Any) -> Any:
        began = time.process_time()
        found = run(*some, **named)
        spent[0] += time.process_time() - began
        return found

    return measured


def seconds(words: str, first: int, students: int) -> float:
    """CPU time of a class from the seeds after ``first``."""
    name, *rest = words.split()
    options = {k.removeprefix("--"): v for k, v in zip(rest[::2], rest[1::2], strict=True)}
    began = time.process_time()
    exercises = build(settings(name, options), range(first, first + students))
    handouts = [Handout("Ada Lovelace", (e.recipe,), ("",), (e,)) for e in exercises]
    for batch in batches_of(handouts, "a4", Heading(), separate=False):
        pages_of(batch)
    return time.process_time() - began


def main(students: int) -> int:
    spent = [0.0]
    for name in ("__init__", "check"):
        setattr(PageCheck, name, timed(getattr(PageCheck, name), spent))
    table = Table("class", "without, s", "check, s", "times", title=f"{students} students")
    slow = 0
    for words in CASES:
        seconds(words, 1_000_000, 25)
        turns = []
        for turn in range(TURNS):
            spent[0] = 0.0
            whole = seconds(words, turn * students, students)
            turns.append((whole / (whole - spent[0]), whole - spent[0], spent[0]))
        times, rest, check = sorted(turns)[TURNS // 2]
        slow += times > MOST
        table.add_row(words, f"{rest:.2f}", f"{check:.2f}", f"{times:.3f}")
    Console(width=100).print(table)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
