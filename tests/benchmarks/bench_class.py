"""What a large class costs: time, and memory.

    python -m tests.benchmarks.bench_class [--students 5000] [--topic backpropagation]

Fails if the largest process takes more than 200 MB, or if the processors worked for more than 40 s,
which are 20 s on two of them however busy the machine is. Memory of all processes together is
their proportional set size, sampled 10 times a second: what they share counts once.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST_MB, MOST_SECONDS = 200, 20.0


def tree(root: int) -> list[int]:
    """The processes below a process, and itself."""
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                waiting += map(int, task.read_text().split())
            except OSError:
                continue
    return found


def memory(root: int) -> float:
    """MB that the tree of a process has for itself."""
    total = 0
    for pid in tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=5000)
    parser.add_argument("--topic", default="backpropagation")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        words = ["class", asked.topic, "--students", str(asked.students), "--seed", "1", "--out",
                 f"{folder}/class", "--quiet"]  # fmt: skip
        start, together = time.perf_counter(), 0.0
        run = subprocess.Popen(
            [sys.executable, "-m", "sheetgen", *words], stdout=subprocess.DEVNULL
        )
        while run.poll() is None:
            together = max(together, memory(run.pid))
            time.sleep(0.1)
        seconds = time.perf_counter() - start
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    work, largest = spent.ru_utime + spent.ru_stime, spent.ru_maxrss / 1024
    print(f"{asked.students} students of {asked.topic}: {seconds:.1f} s, the processors worked "
          f"{work:.1f} s ({work / 2:.1f} s each of two; load {os.getloadavg()[0]:.1f}); the "
          f"largest process {largest:.0f} MB, all together {together:.0f} MB")  # fmt: skip
    return int(run.returncode != 0 or largest > MOST_MB or work / 2 > MOST_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
