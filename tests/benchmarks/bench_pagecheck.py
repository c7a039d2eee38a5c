"""What the page check costs a class: ``bench_pagecheck.py [STUDENTS [ROUNDS]]``.

A class is drawn and made ready for print in one process, with the check and without it in turn;
CPU time, the least of the rounds. Exit 1 where it is more than a tenth.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

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
_seeds = count(1)


@contextmanager
def unchecked() -> Iterator[None]:
    """Nothing is read back from pages inside."""
    made, check = PageCheck.__init__, PageCheck.check
    PageCheck.__init__ = PageCheck.check = lambda *some: None  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        PageCheck.__init__, PageCheck.check = made, check  # type: ignore[method-assign]


def seconds(words: str, students: int) -> float:
    """CPU time of a class that was never made before."""
    name, *rest = words.split()
    options = {k.removeprefix("--"): v for k, v in zip(rest[::2], rest[1::2], strict=True)}
    asked = settings(name, options)
    start = next(_seeds) * 100_000
    began = time.process_time()
    exercises = build(asked, range(start, start + students))
    handouts = [Handout("Ada Lovelace", (e.recipe,), ("",), (e,)) for e in exercises]
    for batch in batches_of(handouts, "a4", Heading(), separate=False):
        pages_of(batch)
    return time.process_time() - began


def main(students: int, rounds: int) -> int:
    table = Table("class", "without, s", "with, s", "times", title=f"{students} students")
    slow = 0
    for words in CASES:
        seconds(words, 25)
        without, checked = [], []
        for _ in range(rounds):
            with unchecked():
                without.append(seconds(f"{words}", students))
            checked.append(seconds(words, students))
        times = min(checked) / min(without)
        slow += times > MOST
        table.add_row(words, f"{min(without):.2f}", f"{min(checked):.2f}", f"{times:.3f}")
    Console(width=100).print(table)
    return 1 if slow else 0


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*[*numbers, 300, 3][: max(2, len(numbers))] if len(numbers) != 1
                  else (numbers[0], 3)))  # fmt: skip
