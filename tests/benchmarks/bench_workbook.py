"""What a chapter of the workbook costs: for a class of 30, a chapter each.

    python -m tests.benchmarks.bench_workbook [--students 30] [--chapter deep]

Fails if the processors worked for more than 20 s, which are 10 s on two of them however busy the
machine is.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time

from sheetgen.topics.chapters import NAMES

MOST_SECONDS = 10.0
CORES = 2


def cost(chapter: str, students: int) -> tuple[float, float]:
    """Seconds by the clock, and those for which processors worked."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "sheetgen", "class", f"workbook-{chapter}", "--students",
             str(students), "--seed", "1", "--quiet", "--out", f"{folder}/class"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, worked


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--chapter", choices=[*NAMES, "all"], default="all")
    asked = parser.parse_args()
    good = True
    for chapter in NAMES if asked.chapter == "all" else [asked.chapter]:
        took, worked = cost(chapter, asked.students)
        good &= worked <= MOST_SECONDS * CORES
        print(f"{chapter:22} {took:6.2f} s   {worked:6.2f} s of work")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
